"""PostgreSQL literals of several values: arrays and rows (composite types), written as text."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import MAX_SIZE, Category, Domain
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.finder import places
from datalchemy_nb.domains.limits import EmptyDomainError, Limit, NoneOf, OneOf
from datalchemy_nb.domains.strings import join

MOST_ELEMENTS = 3
EMPTY = "{}"
_MOST_EACH = 1 << 20
"""Elements of a larger domain are taken from its beginning, so that three of them fit one ordinal."""
_BARE: tuple[Category, ...] = ("integer", "decimal", "float", "boolean", "uuid")


def _quoted(values: pl.Series, category: Category) -> pl.Series:
    """An element of a literal: quoted unless its family never needs it."""
    text = values.cast(pl.String)
    if category in _BARE:
        return text
    escaped = text.str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    return join(['"', escaped, '"'])


class ArrayText(Domain):
    """Arrays of none to three elements; longer ones come later in the order.

    Args:
        element: the elements' domain.
        nested: how many pairs of braces stand around the elements.
        least: the fewest elements, 0 or 1.
        between: what stands between elements, which is the type's own.
    """

    category: Category = "array"

    def __init__(self, element: Domain, nested: int = 1, least: int = 0, between: str = ",") -> None:
        self.element, self.nested, self.least, self.between = element, nested, least, between
        self.injective = element.injective
        self._radix = min(element.size, _MOST_EACH)
        self._counts = [self._radix**length for length in range(least, MOST_ELEMENTS + 1)]
        self.size = sum(self._counts)

    def narrow(self, limit: Limit) -> Domain | None:
        empty = (EMPTY,)
        if isinstance(limit, NoneOf) and limit.values == empty:
            return self if self.least else ArrayText(self.element, self.nested, 1, self.between)
        if isinstance(limit, OneOf) and limit.values == empty:
            if self.least:
                raise EmptyDomainError(str(limit))
            return ChoiceDomain([EMPTY], category="array")
        return super().narrow(limit)

    def draw(self, bits: U64) -> U64:
        """Every length equally often."""
        lengths = bits % np.uint64(len(self._counts))
        rest = bits // np.uint64(len(self._counts))
        starts = np.array(self._offsets(), dtype=np.uint64)
        sizes = np.array(self._counts, dtype=np.uint64)
        drawn: U64 = starts[lengths] + rest % sizes[lengths]
        return drawn

    def take(self, ordinals: U64) -> pl.Series:
        starts = np.array(self._offsets(), dtype=np.uint64)
        at = places(starts, ordinals) - 1
        lengths = at + self.least
        number = ordinals - starts[at]
        text = pl.Series([""], dtype=pl.String).new_from_index(0, len(ordinals))
        for place in range(MOST_ELEMENTS):
            radix = np.uint64(self._radix)
            element = _quoted(self.element.take(number % radix), self.element.category)
            number = number // radix
            used = pl.Series(lengths > place)
            text = join([text, self.between if place else "", element]).zip_with(used, text)
        return join(["{" * self.nested, text, "}" * self.nested]).set(pl.Series(lengths == 0), EMPTY)

    def _offsets(self) -> list[int]:
        offsets = [0]
        for count in self._counts[:-1]:
            offsets.append(offsets[-1] + count)
        return offsets


class RowText(Domain):
    """Rows of a composite type: one value of every field.

    Args:
        fields: the fields' domains, in order.
    """

    category: Category = "other"

    def __init__(self, fields: Sequence[Domain]) -> None:
        self.fields = tuple(fields)
        self.injective = all(field.injective for field in fields)
        self._radices: list[int] = []
        size = 1
        for field in fields:
            radix = min(field.size, max(MAX_SIZE // size, 1))
            self._radices.append(min(radix, MAX_SIZE - 1))
            size *= self._radices[-1]
        self.size = size

    def take(self, ordinals: U64) -> pl.Series:
        parts: list[pl.Series | str] = ["("]
        number = ordinals
        for i, (field, radix) in enumerate(zip(self.fields, self._radices, strict=True)):
            parts += ["," if i else "", _quoted(field.take(number % np.uint64(radix)), field.category)]
            number = number // np.uint64(radix)
        return join([*parts, ")"])
