"""Evenly spaced values: the base of numbers, dates and times.

Every value is a whole number of ticks (units, cents, days, microseconds), so bounds and ranks are integer arithmetic.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.domains.base import MAX_SIZE, Domain, OrderedDomain, Subset
from datalchemy_nb.domains.bits import U64, scale, unit
from datalchemy_nb.domains.finder import places
from datalchemy_nb.domains.limits import AtLeast, AtMost, EmptyDomainError, Limit, NoneOf, OneOf
from datalchemy_nb.domains.physical import filled

Side = Literal["left", "right"]
_I64_MIN, _I64_MAX = -(1 << 63), (1 << 63) - 1
_WORD = (1 << 64) - 1
_MAX_HOLES = 4096


class GridDomain(OrderedDomain):
    """Ticks ``first, first + step, ...``; subclasses say what a tick is.

    Args:
        first: the first tick.
        size: number of values; at least 1.
        step: ticks between neighbours; positive.

    Attributes:
        skew: 1 draws evenly, 2 or 3 favour small values (the power of a uniform share).
    """

    skew: int = 1

    def __init__(self, first: int, size: int, step: int = 1) -> None:
        if size < 1:
            raise EmptyDomainError("no value lies between the bounds")
        self.first, self.size, self.step = first, min(size, MAX_SIZE), step
        self.last = first + (self.size - 1) * step
        self.lower, self.upper = self.value_of(self.first), self.value_of(self.last)

    @abstractmethod
    def value_of(self, tick: int) -> Any:
        """Return one value as a Python object."""

    @abstractmethod
    def tick_of(self, bound: Any) -> Fraction | None:
        """Return where a Python value lies among the ticks, exactly; None when it is of another kind."""

    @abstractmethod
    def show(self, ticks: npt.NDArray[np.int64]) -> pl.Series:
        """Return the values at 64-bit ticks."""

    @abstractmethod
    def ticks(self, values: pl.Series, side: Side) -> pl.Series:
        """Return integer ticks of values: rounded up for the left side, down for the right; nulls stay."""

    @abstractmethod
    def with_range(self, first: int, size: int) -> GridDomain:
        """Return the same domain over other ticks (same step)."""

    def take(self, ordinals: U64) -> pl.Series:
        ticks = ordinals * np.uint64(self.step & _WORD) + np.uint64(self.first & _WORD)
        return self.show(ticks.view(np.int64))

    def draw(self, bits: U64) -> U64:
        if self.skew == 1:
            return super().draw(bits)
        # Multiplication is exact to the bit on every machine; a power function is not.
        share = even = unit(bits)
        for _ in range(self.skew - 1):
            share = share * even
        return scale((share * 2.0**53).astype(np.uint64) << np.uint64(11), self.size)

    def rank(self, values: pl.Series, side: Side) -> npt.NDArray[np.int64]:
        ticks = self.ticks(values, side)
        raw = filled(ticks, self.first).to_numpy()
        inside = np.clip(raw, self.first, self.last)
        distance = inside.view(np.uint64) - np.uint64(self.first & _WORD)
        whole, rest = (distance, np.uint64(0)) if self.step == 1 else np.divmod(distance, np.uint64(self.step))
        count = whole + (rest > 0) if side == "left" else whole + np.uint64(1)
        end = min(self.size, _I64_MAX)
        ranked: npt.NDArray[np.int64] = np.minimum(count, np.uint64(end)).astype(np.int64)
        ranked[raw < self.first] = 0
        ranked[raw > self.last] = end
        if ticks.null_count():
            ranked[ticks.is_null().to_numpy()] = 0 if side == "left" else end
        return ranked

    def narrow(self, limit: Limit) -> Domain | None:
        match limit:
            case AtLeast() | AtMost():
                return self._cut(limit)
            case OneOf(values):
                ordinals = self._ordinals(values)
                if ordinals is None:
                    return None
                if not ordinals:
                    raise EmptyDomainError(str(limit))
                return Subset(self, np.array(ordinals, dtype=np.uint64))
            case NoneOf(values) if len(values) <= _MAX_HOLES:
                holes = self._ordinals(values)
                return None if holes is None else punch(self, holes)
        return super().narrow(limit)

    def _cut(self, limit: AtLeast | AtMost) -> Domain | None:
        at = self.tick_of(limit.bound)
        if at is None:
            return None
        place = (at - self.first) / self.step
        floor = place.numerator // place.denominator
        exact = place.denominator == 1
        if isinstance(limit, AtLeast):
            start, stop = max(0, floor + (1 if limit.strict or not exact else 0)), self.size
        else:
            start, stop = 0, min(self.size, floor + (0 if limit.strict and exact else 1))
        if start >= stop:
            raise EmptyDomainError(str(limit))
        if stop - start == self.size:
            return self
        kept = self.with_range(self.first + start * self.step, stop - start)
        kept.skew = self.skew
        return kept

    def _ordinals(self, values: Sequence[Any]) -> list[int] | None:
        found: set[int] = set()
        for value in values:
            at = self.tick_of(value)
            if at is None:
                return None
            place = (at - self.first) / self.step
            if place.denominator == 1 and 0 <= place < self.size:
                found.add(int(place))
        return sorted(found)


class Holed(OrderedDomain):
    """An ordered domain without some of its ordinals."""

    def __init__(self, base: OrderedDomain, holes: Sequence[int]) -> None:
        self.base, self.holes = base, list(holes)
        self.category, self.injective, self.sequential = base.category, base.injective, base.sequential
        self.size = base.size - len(self.holes)
        shifted = [hole - i for i, hole in enumerate(self.holes)]
        self._shifted: U64 = np.array(shifted, dtype=np.uint64)
        ends = self.base.take(self._place(np.array([0, self.size - 1], dtype=np.uint64)))
        self.lower, self.upper = ends[0], ends[1]

    def _place(self, ordinals: U64) -> U64:
        return ordinals + places(self._shifted, ordinals).astype(np.uint64)

    def take(self, ordinals: U64) -> pl.Series:
        return self.base.take(self._place(ordinals))

    def rank(self, values: pl.Series, side: Side) -> npt.NDArray[np.int64]:
        ranked = self.base.rank(values, side)
        below = np.searchsorted(np.array(self.holes, dtype=np.int64), ranked, side="left")
        return ranked - below

    def narrow(self, limit: Limit) -> Domain | None:
        ends = np.array(self.holes, dtype=np.uint64)
        match self.base.narrow(limit):
            case None:
                return None
            case Subset() as chosen:
                kept = chosen.ordinals[~np.isin(chosen.ordinals, ends)]
                if not len(kept):
                    raise EmptyDomainError(str(limit))
                return Subset(self.base, kept)
            case OrderedDomain() as narrowed:
                places = narrowed.rank(self.base.take(ends), "left")
                back = narrowed.rank(self.base.take(ends), "right") > places
                return punch(narrowed, sorted(set(places[back].tolist())))
        return None


def punch(base: OrderedDomain, holes: Sequence[int]) -> OrderedDomain:
    """Return the domain without these ordinals (sorted, distinct).

    Raises:
        EmptyDomainError: nothing is left.
    """
    if isinstance(base, Holed):
        inner = base._place(np.array(holes, dtype=np.uint64)).tolist()
        return punch(base.base, sorted({*base.holes, *inner}))
    if len(holes) >= base.size:
        raise EmptyDomainError("every value is excluded")
    return Holed(base, holes) if holes else base


def span(first: Fraction | int, last: Fraction | int, step: int = 1) -> tuple[int, int]:
    """Return the first tick at or above ``first`` and how many steps fit up to ``last``."""
    start = -((-Fraction(first)).__floor__())
    return start, (Fraction(last).__floor__() - start) // step + 1


def whole_ticks(values: pl.Series, per_unit: int, side: Side) -> pl.Series:
    """Turn a numeric Series into ``value * per_unit`` rounded to Int64 ticks, exactly for integers and decimals."""
    ticks = wide_ticks(values, per_unit, side)
    return ticks if ticks.dtype == pl.Int64 else ticks.clip(_I64_MIN, _I64_MAX).cast(pl.Int64)


def wide_ticks(values: pl.Series, per_unit: int, side: Side) -> pl.Series:
    """Do as `whole_ticks` does, in Int128 where 64 bits may not do."""
    if values.dtype.is_float():
        return _float_ticks(values.cast(pl.Float64), per_unit, side)
    if per_unit == 1 and values.dtype.is_integer():
        return values.clip(0, _I64_MAX).cast(pl.Int64) if values.dtype == pl.UInt64 else values.cast(pl.Int64)
    if isinstance(values.dtype, pl.Decimal):
        divisor, raw = 10**values.dtype.scale, values.to_physical().cast(pl.Int128)
    else:
        divisor, raw = 1, values.cast(pl.Int128)
    common = min(per_unit, divisor)
    ticks = raw * wide(per_unit // common)
    if divisor > common:
        up = wide(divisor // common - 1 if side == "left" else 0)
        ticks = (ticks + up) // wide(divisor // common)
    return ticks


def wide(value: int) -> pl.Series:
    """Return one 128-bit integer, for arithmetic with an Int128 Series."""
    return pl.Series([value], dtype=pl.Int128)


def _float_ticks(values: pl.Series, per_unit: int, side: Side) -> pl.Series:
    raw = values.to_numpy()
    near = np.rint(raw * per_unit)
    back = near / per_unit
    ticks = np.where(back < raw, near + 1, near) if side == "left" else np.where(back > raw, near - 1, near)
    return float_to_ticks(pl.Series(ticks), values.is_null())


def float_to_ticks(whole: pl.Series, nulls: pl.Series) -> pl.Series:
    """Turn whole floats into Int64, saturating at its ends; NaN and null become null."""
    raw = np.nan_to_num(whole.to_numpy(), nan=0.0)
    ticks = np.clip(raw, -(2.0**62), 2.0**62).astype(np.int64)
    missing = nulls.to_numpy() | np.isnan(whole.to_numpy())
    return pl.Series(ticks).set(pl.Series(missing), None)
