"""Prices: few large ones among many small, at the points and with the endings that shops give them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
from pydantic import Field

from datalchemy_nb.contracts.distributions import Lognormal
from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.bits import U64, mix
from datalchemy_nb.domains.distributions import shape
from datalchemy_nb.domains.finder import places
from datalchemy_nb.domains.fitting import number_domain
from datalchemy_nb.domains.grid import GridDomain
from datalchemy_nb.domains.limits import Limit
from datalchemy_nb.domains.number import DecimalDomain, FloatDomain, IntegerDomain
from datalchemy_nb.domains.parameters import Bounds, Num
from datalchemy_nb.domains.profile import Profile
from datalchemy_nb.domains.registry import generator

_CENTS = 100
_ENDS = (0, 49, 50, 90, 95, 99)
_ENDINGS: tuple[tuple[int, tuple[int, ...]], ...] = (
    # Below which whole amount, and how often each of the endings is seen there.
    (20, (10, 8, 14, 8, 8, 52)),
    (100, (20, 0, 4, 18, 6, 52)),
    (1_000, (55, 0, 0, 15, 0, 30)),
    (1 << 62, (100, 0, 0, 0, 0, 0)),
)
_STEPS = ((20, 1), (100, 5), (500, 10), (2_000, 50), (10_000, 100), (1 << 62, 1_000))
"""Below which whole amount prices are how far apart: 7.99, but 24.99 and 29.99, 179 and 189."""
_DECIMALS = 2
_HALF = np.uint64(32)
_ODD = np.uint64(1)


class Prices(Domain):
    """Whole amounts with an ending each, most of them at the points where shops put their prices.

    Args:
        cents: all amounts in the range, in hundredths.
        median: half of the prices are below it.
        sigma: deviation of the logarithm.
    """

    def __init__(self, cents: GridDomain, median: float, sigma: float) -> None:
        self._cents, self._median, self._sigma = cents, median, sigma
        first, last = -(-cents.first // _CENTS), cents.last // _CENTS
        # The ends of the range must have every ending: one whole amount less where they have not.
        last -= last * _CENTS + _ENDS[-1] > cents.last
        if last < first:
            raise ValueError("no price with a usual ending lies between the bounds")
        self._first, self._last, self._ends = first, last, np.array(_ENDS, dtype=np.uint64)
        whole = IntegerDomain(first, last)
        self._whole = shape(whole, Lognormal(kind="lognormal", median=median, sigma=sigma))
        self._endings = [Profile.of_weights(weights) for _, weights in _ENDINGS]
        self.size, self.category, self.injective = whole.size * len(_ENDS), cents.category, cents.injective

    @property
    def ends(self) -> tuple[Any, Any] | None:
        first, last = self.take(np.array([0, self.size - 1], dtype=np.uint64)).to_list()
        return first, last

    def draw(self, bits: U64) -> U64:
        amount = self._whole.draw(bits).view(np.int64) + self._first
        fine = mix(bits + _HALF)
        below = np.array([limit for limit, _ in _STEPS], dtype=np.int64)
        step = np.array([each for _, each in _STEPS], dtype=np.int64)[places(below, amount)]
        # 24.99 as often as 25.99 where prices lie five apart: one below the multiple, or the multiple itself.
        point = (amount + step // 2) // step * step - ((step > 1) & ((fine & _ODD) > 0))
        point = np.where((point < self._first) | (point > self._last), amount, point)
        limits = np.array([limit for limit, _ in _ENDINGS], dtype=np.int64)
        size = places(limits, point)
        ending = np.zeros(len(bits), dtype=np.uint64)
        for at, profile in enumerate(self._endings):
            here = size == at
            if here.any():
                ending[here] = profile.draw(fine[here])
        return (point - self._first).view(np.uint64) * np.uint64(len(self._ends)) + ending

    def take(self, ordinals: U64) -> pl.Series:
        count = np.uint64(len(self._ends))
        cents = (ordinals // count + np.uint64(self._first)) * np.uint64(_CENTS) + self._ends[ordinals % count]
        return self._cents.take((cents - np.uint64(self._cents.first)) // np.uint64(self._cents.step))

    def narrow(self, limit: Limit) -> Domain | None:
        rest = self._cents.narrow(limit)
        if rest is self._cents:
            return self
        if not isinstance(rest, GridDomain) or rest.step != self._cents.step:
            return rest
        try:
            return Prices(rest, self._median, self._sigma)
        except ValueError:
            return rest


class PriceParams(Bounds):
    """Which prices.

    Attributes:
        min: the smallest.
        max: the largest.
        median: half of the prices are below it.
        sigma: deviation of the logarithm: 0.5 for things of one kind, 1 or more for a whole shop.
    """

    min: Num = Field(default=1)
    max: Num = Field(default=10_000)
    median: Num = Field(default=40, gt=0)
    sigma: Num = Field(default=0.9, gt=0)


@generator("money.price", params=PriceParams, produces=("decimal", "float", "integer"))
def price(params: PriceParams, slot: Slot) -> Domain:
    """Price with a usual ending (``.99``, ``.90``, whole), many small ones and few large; whole where the column is."""
    low, high = max(Decimal(str(params.min)), Decimal(0)), Decimal(str(params.max))
    amounts = number_domain(slot, low, high, _DECIMALS) if slot.category in ("integer", "float", "decimal") else None
    hundredths = isinstance(amounts, DecimalDomain) and amounts.value_of(1) == Decimal("0.01")
    if isinstance(amounts, FloatDomain):
        hundredths = amounts.decimals == _DECIMALS
    if isinstance(amounts, GridDomain) and amounts.step == 1 and hundredths:
        try:
            return Prices(amounts, float(params.median), float(params.sigma))
        except ValueError:
            return amounts
    found = amounts if amounts is not None else DecimalDomain(low, high, _DECIMALS)
    return shape(found, Lognormal(kind="lognormal", median=float(params.median), sigma=float(params.sigma)))
