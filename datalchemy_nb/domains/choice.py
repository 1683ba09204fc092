"""One of a list: enum labels, weighted codes, booleans, constants."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from datalchemy_nb.domains.base import Category, Domain
from datalchemy_nb.domains.bits import U64, scale
from datalchemy_nb.domains.finder import WeightTable
from datalchemy_nb.domains.strings import gather


def _alike(values: Sequence[Any]) -> list[Any]:
    """The values, whole numbers among decimals as decimals."""
    mixed = any(isinstance(value, Decimal) for value in values)
    return [Decimal(value) if mixed and type(value) is int else value for value in values]


class ChoiceDomain(Domain):
    """The given values, in their order; never anything else.

    Args:
        values: at least one; a Series keeps its type.
        weights: one number per value, or None for even shares.
        category: the family of the values.
        dtype: Polars type; None = inferred.

    Raises:
        ValueError: no values, or as many weights as values are not given.
    """

    def __init__(
        self,
        values: Sequence[Any] | pl.Series,
        weights: Sequence[float] | None = None,
        category: Category = "text",
        dtype: pl.DataType | None = None,
    ) -> None:
        self.values = values if isinstance(values, pl.Series) else pl.Series(_alike(values), dtype=dtype)
        if not len(self.values):
            raise ValueError("a choice needs at least one value")
        if weights is not None and len(weights) != len(self.values):
            raise ValueError(f"{len(self.values)} values but {len(weights)} weights")
        self.size, self.category = len(self.values), category
        self.injective = self.values.n_unique() == self.size
        self.weights = None if weights is None else list(weights)
        self._table = None if weights is None else WeightTable(weights)

    def take(self, ordinals: U64) -> pl.Series:
        return gather(self.values, ordinals)

    def draw(self, bits: U64) -> U64:
        return scale(bits, self.size) if self._table is None else self._table.pick(bits)


def constant(value: Any, category: Category = "text", dtype: pl.DataType | None = None) -> ChoiceDomain:
    """Return the domain of one value."""
    return ChoiceDomain([value], category=category, dtype=dtype)


def boolean(true_rate: float = 0.5) -> ChoiceDomain:
    """Return false and true, true with the given probability."""
    if true_rate in (0, 1):
        return constant(bool(true_rate), "boolean")
    return ChoiceDomain([False, True], [1 - true_rate, true_rate], "boolean")
