"""Names of people: full, given, surnames."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import Category, Domain, Slot
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.brazil.facets import Side, for_column, pick
from datalchemy_nb.domains.brazil.people import People, census, person, read_people
from datalchemy_nb.domains.brazil.tables import I64
from datalchemy_nb.domains.limits import EmptyDomainError, Length
from datalchemy_nb.domains.registry import PersonParams, generator
from datalchemy_nb.domains.strings import gather, join, row_digits

NamePart = Literal["full", "given", "surname"]
_LEAST = {"full": (6, 2), "given": (3, 1), "surname": (2, 1)}
"""Characters of the shortest name, and of its initials."""
_LONG_ENOUGH = 24
_LONGEST = 1000


@lru_cache(maxsize=1)
def _spaced() -> tuple[pl.Series, pl.Series]:
    names = census()
    middle = pl.Series([f" {label}" if label else "" for label in names.middle.labels])
    return middle, pl.Series([f" {label}" for label in names.last.labels])


def _label(labels: pl.Series, index: I64) -> pl.Series:
    return gather(labels, index.view(np.uint64))


class PersonName(Side):
    """Names of people.

    Args:
        part: all of it, the given names, or the surnames.
        longest: longest value allowed; longer names lose a surname, then a second given name, then are initials.
    """

    def __init__(self, part: NamePart = "full", longest: int | None = None) -> None:
        super().__init__(person())
        self.part, self.longest = part, longest

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        people = read_people(entity)
        names = self._full(people)
        if self.longest is None:
            return names
        for shorter in (self._without_middle, self._shortest, self._initials):
            short = names.str.len_chars() <= self.longest
            if short.all():
                break
            names = pick(short, names, shorter(people))
        return names

    def _full(self, people: People) -> pl.Series:
        names = census()
        given = _label(names.given.labels, people.given)
        if self.part == "given":
            return given
        middle, last = (_label(p, i) for p, i in zip(_spaced(), (people.middle, people.last), strict=True))
        return join([given, middle, last]) if self.part == "full" else join([middle, last]).str.strip_chars_start()

    def _without_middle(self, people: People) -> pl.Series:
        names = census()
        last = _label(names.last.labels, people.last)
        if self.part == "surname":
            return last
        first = _label(names.given.labels, people.given)
        return first if self.part == "given" else join([first, " ", last])

    def _shortest(self, people: People) -> pl.Series:
        names = census()
        last = _label(names.last.labels.str.split(" ").list.last(), people.last)
        first = _label(names.given.labels.str.split(" ").list.first(), people.given)
        return {"full": join([first, " ", last]), "given": first, "surname": last}[self.part]

    def _initials(self, people: People) -> pl.Series:
        names = census()
        last = _label(names.last.labels.str.split(" ").list.last().str.slice(0, 1), people.last)
        first = _label(names.given.labels.str.slice(0, 1), people.given)
        return {"full": join([first, last]), "given": first, "surname": last}[self.part]

    def shorten(self, limit: Length) -> Domain | None:
        whole, initials = _LEAST[self.part]
        if limit.at_most is not None and limit.at_most < initials:
            raise EmptyDomainError(str(limit))
        longest = min(v for v in (limit.at_most, self.longest, _LONGEST) if v is not None)
        if limit.at_least > (whole if longest >= _LONG_ENOUGH else initials):
            return None
        return PersonName(self.part, longest)

    def widen(self, size: int) -> Domain | None:
        # The person is given up here: only so can every name differ.
        return DistinctNames(size) if self.part == "full" and self.longest is None else None


class DistinctNames(Domain):
    """Full names, each once, and numbered when there are not enough; not weighted.

    Args:
        size: how many are needed.
    """

    category: Category = "text"

    def __init__(self, size: int) -> None:
        last = _spaced()[1]
        self.given = census().given.labels
        self.surnames = last.filter(~last.str.contains(" d[aeo]s? "))
        self.names = len(self.given) * len(self.surnames) ** 2
        self.size = max(size, self.names)

    def take(self, ordinals: U64) -> pl.Series:
        lap, name = ordinals // np.uint64(self.names), ordinals % np.uint64(self.names)
        many = np.uint64(len(self.surnames))
        rest, last = name // many, name % many
        given, middle = rest // many, rest % many
        # A middle name equal to the last stands for none.
        middles = pl.concat([self.surnames, pl.Series([""])])
        middle = np.where(middle == last, many, middle)
        names = join([gather(self.given, given), gather(middles, middle), gather(self.surnames, last)])
        if self.size == self.names:
            return names
        return pick(pl.Series(lap == 0), names, join([names, " ", row_digits(lap)]))


@generator("semantic.br.name", params=PersonParams, tags=("pii.name",))
def name(slot: Slot) -> Domain:
    """Full name: given names and one or two surnames, as common as they are."""
    return for_column(PersonName(), slot)


@generator("semantic.br.first_name", params=PersonParams, tags=("pii.name",))
def first_name(slot: Slot) -> Domain:
    """Given name, simple or compound."""
    return for_column(PersonName("given"), slot)


@generator("semantic.br.last_name", params=PersonParams, tags=("pii.name",))
def last_name(slot: Slot) -> Domain:
    """One or two surnames."""
    return for_column(PersonName("surname"), slot)
