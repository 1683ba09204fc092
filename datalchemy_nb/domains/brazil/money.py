"""Amounts in reais."""

from __future__ import annotations

from decimal import Decimal
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl
from pydantic import Field

from datalchemy_nb.domains.base import Domain, OrderedDomain, Slot
from datalchemy_nb.domains.bits import U64, mix, scale
from datalchemy_nb.domains.fitting import number_domain
from datalchemy_nb.domains.grid import GridDomain, Side
from datalchemy_nb.domains.limits import Limit
from datalchemy_nb.domains.number import DecimalDomain
from datalchemy_nb.domains.parameters import Bounds, Num
from datalchemy_nb.domains.registry import generator

_CENTS = 2


class Skewed(OrderedDomain):
    """Numbers of which small ones are drawn as often as large ones: every doubling has the same share.

    Args:
        base: the numbers.
    """

    def __init__(self, base: GridDomain) -> None:
        self.base = base
        self.size, self.category, self.injective = base.size, base.category, base.injective
        self.lower, self.upper = base.lower, base.upper
        edge, edges = max(base.first, 1), [0]
        while 2 * edge - base.first < base.size * base.step and len(edges) < 64:
            edge *= 2
            edges.append((edge - base.first) // base.step)
        self.starts = np.array(edges, dtype=np.uint64)
        ends = np.array([*edges[1:], base.size], dtype=np.uint64)
        self.widths: U64 = ends - self.starts

    def draw(self, bits: U64) -> U64:
        octave = scale(bits, len(self.starts)).view(np.int64)
        width: U64 = self.widths.take(octave)
        # 32 bits are enough of a choice, and of amounts below 2**32 cents the choice is even.
        inside = (mix(bits) >> np.uint64(32)) * np.minimum(width, np.uint64(1 << 32)) >> np.uint64(32)
        spread = np.maximum(width >> np.uint64(32), np.uint64(1))
        start: U64 = self.starts.take(octave)
        ordinals: U64 = start + np.minimum(inside * spread, width - np.uint64(1))
        return ordinals

    def take(self, ordinals: U64) -> pl.Series:
        return self.base.take(ordinals)

    def rank(self, values: pl.Series, side: Side) -> npt.NDArray[np.int64]:
        return self.base.rank(values, side)

    def narrow(self, limit: Limit) -> Domain | None:
        rest = self.base.narrow(limit)
        return Skewed(rest) if isinstance(rest, GridDomain) else rest


class MoneyParams(Bounds):
    """Which amounts.

    Attributes:
        min: the smallest.
        max: the largest.
        shape: ``uniform``, or ``log`` for many small amounts and few large ones.
    """

    min: Num = Field(default=10)
    max: Num = Field(default=10_000)
    shape: Literal["uniform", "log"] = "uniform"


@generator("semantic.br.money.brl", params=MoneyParams, produces=("decimal", "float", "integer"))
def money(params: MoneyParams, slot: Slot) -> Domain:
    """Amount in reais with cents, from `min` to `max`."""
    low, high = Decimal(str(params.min)), Decimal(str(params.max))
    if slot.category in ("decimal", "integer", "float"):
        amounts = number_domain(slot, low, high, _CENTS)
    else:
        amounts = DecimalDomain(low, high, _CENTS)
    return Skewed(amounts) if params.shape == "log" else amounts
