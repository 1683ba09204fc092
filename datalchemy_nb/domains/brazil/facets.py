"""What the facets of this package share."""

from __future__ import annotations

import polars as pl

from datalchemy_nb.domains.base import MAX_SIZE, Category, Domain, Entity, Facet, Slot
from datalchemy_nb.domains.bits import U64, mix
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.limits import EmptyDomainError, Length, Limit


class Side(Facet):
    """A facet of text.

    Args:
        entity: what it shows a side of.
        own_size: ordinals of its own part.
    """

    category: Category = "text"
    injective = False

    def __init__(self, entity: Entity, own_size: int = 1) -> None:
        self.entity, self.own_size = entity, own_size
        self.size = min(entity.size * own_size, MAX_SIZE)

    def narrow(self, limit: Limit) -> Domain | None:
        return self.shorten(limit) if isinstance(limit, Length) else super().narrow(limit)

    def shorten(self, limit: Length) -> Domain | None:
        """Return this facet with values of the length asked for, or None when it cannot be built."""
        return super().narrow(limit)


class Labelled(Side):
    """A facet of one of a few texts, ``labels``."""

    labels: pl.Series

    def shorten(self, limit: Length) -> Domain | None:
        lengths = self.labels.str.len_chars().to_list()
        return self if fits(limit, min(lengths), max(lengths)) else None

    def widen(self, size: int) -> Domain | None:
        different = self.labels.unique(maintain_order=True)
        return ChoiceDomain(different) if size <= len(different) else None


class Numbered(Side):
    """A facet that its own part alone keeps apart, whatever the entity.

    As a plain domain it counts the own part, and the entity follows from it.
    """

    injective = True
    own_injective = True

    def __init__(self, entity: Entity, own_size: int) -> None:
        super().__init__(entity, own_size)
        self.size = own_size

    def take(self, ordinals: U64) -> pl.Series:
        return self.take_in(self.entity.draw(mix(ordinals)), ordinals)


def for_column(side: Side, slot: Slot) -> Domain:
    """Return the facet, or where the column must be unique and the facet repeats, a plain domain that does not."""
    if slot.unique and not side.injective:
        return side.widen(slot.rows) or side
    return side


def fits(limit: Length, shortest: int, longest: int) -> bool:
    """Whether every length from shortest to longest is allowed.

    Raises:
        EmptyDomainError: none is.
    """
    if shortest > (longest if limit.at_most is None else limit.at_most) or longest < limit.at_least:
        raise EmptyDomainError(str(limit))
    return shortest >= limit.at_least and (limit.at_most is None or longest <= limit.at_most)


def blank(count: int) -> pl.Series:
    """Return empty texts."""
    return pl.Series([""]).new_from_index(0, count)


def pick(condition: pl.Series, then: pl.Series, otherwise: pl.Series) -> pl.Series:
    """Return one or the other, row by row."""
    return then.zip_with(condition, otherwise)
