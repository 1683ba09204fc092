"""Prices: whole amounts, few large ones among many small, with the endings that shops give them."""

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
from datalchemy_nb.domains.fitting import number_domain
from datalchemy_nb.domains.grid import GridDomain
from datalchemy_nb.domains.limits import Limit
from datalchemy_nb.domains.number import DecimalDomain, IntegerDomain
from datalchemy_nb.domains.parameters import Bounds, Num
from datalchemy_nb.domains.profile import Profile
from datalchemy_nb.domains.registry import generator

_CENTS = 100
_ENDINGS = {99: 44, 90: 22, 0: 14, 50: 9, 95: 6, 49: 5}
"""Cents of a price, by how often they are seen: the nines that sell, and round amounts."""
_HALF = np.uint64(32)


class Prices(Domain):
    """Whole amounts with an ending each.

    Args:
        cents: all amounts in the range, in hundredths.
        median: half of the prices are below it.
        sigma: deviation of the logarithm.
    """

    def __init__(self, cents: GridDomain, median: float, sigma: float) -> None:
        self._cents, self._median, self._sigma = cents, median, sigma
        first, last = -(-cents.first // _CENTS), cents.last // _CENTS
        ends = sorted(_ENDINGS)
        if first * _CENTS < cents.first or last * _CENTS + ends[-1] > cents.last:
            # The ends of the range must have every ending: one whole amount less where they have not.
            last -= last * _CENTS + ends[-1] > cents.last
        if last < first:
            raise ValueError("no price with a usual ending lies between the bounds")
        self._first, self._ends = first, np.array(ends, dtype=np.uint64)
        whole = IntegerDomain(first, last)
        self._whole = shape(whole, Lognormal(kind="lognormal", median=median, sigma=sigma))
        self._ending = Profile.of_weights([_ENDINGS[end] for end in ends])
        self.size, self.category, self.injective = whole.size * len(ends), cents.category, cents.injective

    @property
    def ends(self) -> tuple[Any, Any] | None:
        first, last = self.take(np.array([0, self.size - 1], dtype=np.uint64)).to_list()
        return first, last

    def draw(self, bits: U64) -> U64:
        return self._whole.draw(bits) * np.uint64(len(self._ends)) + self._ending.draw(mix(bits + _HALF))

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
    amounts = number_domain(slot, low, high, 2) if slot.category in ("integer", "float", "decimal") else None
    if isinstance(amounts, DecimalDomain) and amounts.step == 1 and amounts.value_of(1) == Decimal("0.01"):
        try:
            return Prices(amounts, float(params.median), float(params.sigma))
        except ValueError:
            return amounts
    found = amounts if amounts is not None else DecimalDomain(low, high, 2)
    return shape(found, Lognormal(kind="lognormal", median=float(params.median), sigma=float(params.sigma)))
