"""Generators, transforms and inference rules of your own.

    from datalchemy_nb import Params, generator, pattern

    class Badge(Params):
        letter: str = "B"

    @generator("acme.badge", params=Badge)
    def badge(params, slot):
        \"\"\"Employee badges: a `letter`, a dash and four digits.\"\"\"
        return pattern(params.letter + r"-\\d{4}")

A builder is called once per column, with its parameters and the `Slot` it fills, and returns a `Domain` (or a
`Derivation` of other columns of the row). Everything else follows: parameters are validated, the catalogue documents
it, unique columns permute it, CHECKs narrow it, and row n has the same value in every run.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import Category, Derivation, Domain, Slot
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.pattern import PatternDomain
from datalchemy_nb.domains.registry import Params, generator
from datalchemy_nb.drafting.offers import Offer, offer
from datalchemy_nb.drafting.own import inference_rule
from datalchemy_nb.drafting.words import vocabulary
from datalchemy_nb.transforms.base import Transform, transform

__all__ = [
    "Derivation", "Domain", "Offer", "Params", "Slot", "Transform", "choices", "generator", "inference_rule",
    "numbered", "offer", "pattern", "step", "transform", "vocabulary",
]  # fmt: skip


def choices(values: Sequence[Any], weights: Sequence[float] | None = None, *, category: Category = "text") -> Domain:
    """Return the domain of the given values.

    Args:
        values: at least one.
        weights: relative share of each; None = even shares.
        category: the family of the values.

    Raises:
        ValueError: no values, or another number of weights.
    """
    return ChoiceDomain(values, weights, category)


def pattern(expression: str) -> Domain:
    r"""Return the domain of all texts that match a regular expression, such as ``[A-Z]{3}-\d{4}``.

    Raises:
        ValueError: the expression cannot be counted (look-around, back references).
    """
    return PatternDomain(expression)


def numbered(
    size: int,
    values: Callable[[U64], pl.Series | Sequence[Any]],
    *,
    category: Category = "text",
    injective: bool = True,
) -> Domain:
    """Return the domain of ``size`` values that a function makes from their numbers.

    Args:
        size: how many there are, 1 to 2**64.
        values: takes an array of numbers from 0 to ``size - 1``, gives as many values; looks at each number alone.
        category: the family of the values.
        injective: different numbers give different values, so that the column can be unique.
    """
    return _Numbered(size, values, category, injective)


def step(
    change: Callable[[pl.Series], pl.Series], *, category: Category | None = None, injective: bool = False
) -> Transform:
    """Return the transform that changes a column by a function, row by row and without randomness.

    Args:
        change: takes the column, gives as many values; nulls stay nulls.
        category: the family of the new values; None = unchanged.
        injective: different values stay different, so that the column can be unique.
    """
    return _Step(change, category, injective)


class _Numbered(Domain):
    def __init__(
        self, size: int, values: Callable[[U64], pl.Series | Sequence[Any]], category: Category, injective: bool
    ) -> None:
        self.size, self.category, self.injective, self._values = size, category, injective, values

    def take(self, ordinals: U64) -> pl.Series:
        made = self._values(ordinals)
        if isinstance(made, pl.Series):
            return made
        if len(made) == 0:
            return pl.Series(self._values(np.zeros(1, dtype=np.uint64))).clear()
        return pl.Series(made)


class _Step(Transform):
    def __init__(self, change: Callable[[pl.Series], pl.Series], category: Category | None, injective: bool) -> None:
        self._change, self.category, self.injective = change, category, injective

    def apply(self, values: pl.Series, bits: U64) -> pl.Series:
        del bits
        return self._change(values)
