"""Locales mixed by row: a row is of one locale, in all of its columns, and so many rows are of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import polars as pl

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.domains.base import MAX_SIZE, Built, Derivation, Domain
from datalchemy_nb.domains.bits import U64, draw, mix, stream_key
from datalchemy_nb.domains.finder import WeightTable, places
from datalchemy_nb.domains.limits import Limit

_PURPOSE = "locale"


class Shares:
    """How many rows of a plan's tables are of which locale.

    Args:
        seed: the plan's.
        weights: of each locale, in their order.
    """

    def __init__(self, seed: int, weights: Sequence[float]) -> None:
        self.seed, self._table = seed, WeightTable(list(weights))

    def of_rows(self, table: TableRef, rows: U64) -> U64:
        """Return which locale each row of a table is of."""
        return self._table.pick(draw(stream_key(self.seed, table.schema, table.table, _PURPOSE), rows))

    def pick(self, bits: U64) -> U64:
        """Return which locale random bits are for."""
        return self._table.pick(bits)


def _chosen(which: U64, parts: Sequence[pl.Series]) -> pl.Series:
    """The value of each row's part."""
    found = parts[0]
    for number, part in enumerate(parts[1:], 1):
        found = part.cast(found.dtype).zip_with(pl.Series(which == number), found)
    return found


class ByLocale(Domain):
    """Values of several domains, one a locale; the engine takes each row's by the locale of the row.

    Args:
        parts: one domain a locale, of one family.
        shares: how many rows are of each.
        table: whose rows they are.

    Raises:
        ValueError: the domains are of different families.
    """

    injective = False

    def __init__(self, parts: Sequence[Domain], shares: Shares, table: TableRef) -> None:
        if len({part.category for part in parts}) > 1:
            families = ", ".join(dict.fromkeys(part.category for part in parts))
            raise ValueError(f"locales give values of different families ({families}); give the rule a locale")
        self.parts, self.shares, self.table = tuple(parts), shares, table
        self.category = parts[0].category
        self._each = MAX_SIZE // len(parts)
        sizes = [min(part.size, self._each) for part in parts]
        self._starts = np.cumsum([0, *sizes[:-1]], dtype=np.uint64)
        self.size = min(sum(sizes), MAX_SIZE)

    def draw(self, bits: U64) -> U64:
        which = self.shares.pick(mix(bits))
        drawn = np.zeros(len(bits), dtype=np.uint64)
        for number, part in enumerate(self.parts):
            here = which == number
            drawn[here] = part.draw(bits[here]) % np.uint64(self._each) + self._starts[number]
        return drawn

    def take(self, ordinals: U64) -> pl.Series:
        which = places(self._starts, ordinals) - 1
        taken: list[pl.Series] = []
        for number, part in enumerate(self.parts):
            inside = np.where(which == number, ordinals - self._starts[number], 0).astype(np.uint64)
            taken.append(part.take(inside))
        return _chosen(which.astype(np.uint64), taken)

    def of_rows(self, rows: U64, parts: Sequence[pl.Series]) -> pl.Series:
        """Return each row's value, given what every part would give it."""
        return _chosen(self.shares.of_rows(self.table, rows), parts)

    def narrow(self, limit: Limit) -> Domain | None:
        narrower = [part.narrow(limit) for part in self.parts]
        kept = [part for part in narrower if part is not None]
        if len(kept) < len(narrower):
            return None
        same = all(a is b for a, b in zip(kept, self.parts, strict=True))
        return self if same else ByLocale(kept, self.shares, self.table)


class DerivedByLocale(Derivation):
    """A column computed from others of its row, in the locale of the row."""

    def __init__(self, parts: Sequence[Derivation], shares: Shares, table: TableRef) -> None:
        self.parts, self.shares, self.table = tuple(parts), shares, table
        self.inputs = tuple(dict.fromkeys(name for part in parts for name in part.inputs))
        self.category = parts[0].category
        self.unique_by_row = False

    def compute(self, inputs: Mapping[str, pl.Series], bits: U64, rows: U64) -> pl.Series:
        made = [part.compute(inputs, bits, rows) for part in self.parts]
        return _chosen(self.shares.of_rows(self.table, rows), made)


def mixed(parts: Sequence[Built], shares: Shares, table: TableRef) -> Built:
    """Return what several locales' builds make together; the first where they are no domains and no derivations."""
    domains = [part for part in parts if isinstance(part, Domain)]
    if len(domains) == len(parts):
        return ByLocale(domains, shares, table)
    derived = [part for part in parts if isinstance(part, Derivation)]
    return DerivedByLocale(derived, shares, table) if len(derived) == len(parts) else parts[0]
