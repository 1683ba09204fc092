"""Numbers: integers, decimals, floats."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.domains.arrow import import_decimals
from datalchemy_nb.domains.base import MAX_SIZE, Category
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.grid import GridDomain, Side, float_to_ticks, span, whole_ticks, wide, wide_ticks

MAX_PRECISION = 38
_WORD = (1 << 64) - 1
Number = int | float | Decimal | Fraction


def exact(value: Any) -> Fraction | None:
    """Return a finite number as a fraction, floats as they are written; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | Fraction):
        return None
    if isinstance(value, float):
        return Fraction(repr(value)) if math.isfinite(value) else None
    if isinstance(value, Decimal) and not value.is_finite():
        return None
    return Fraction(value)


def decimals(unscaled: pl.Series, precision: int, scale: int) -> pl.Series:
    """Turn Int128 unscaled values without nulls into a Decimal Series."""
    low = (unscaled % wide(1 << 64)).cast(pl.UInt64).to_numpy()
    high = (unscaled // wide(1 << 64)).cast(pl.Int64).to_numpy()
    return import_decimals(np.column_stack([low, high.view(np.uint64)]), precision, scale)


class IntegerDomain(GridDomain):
    """Whole numbers from ``lower`` to at most ``upper``, ``step`` apart, within 64 bits. Int64."""

    category: Category = "integer"

    def __init__(self, lower: int, upper: int, step: int = 1) -> None:
        super().__init__(lower, (upper - lower) // step + 1, step)

    def value_of(self, tick: int) -> int:
        return tick

    def tick_of(self, bound: Any) -> Fraction | None:
        return exact(bound)

    def show(self, ticks: npt.NDArray[np.int64]) -> pl.Series:
        return pl.Series(ticks)

    def ticks(self, values: pl.Series, side: Side) -> pl.Series:
        return whole_ticks(values, 1, side)

    def with_range(self, first: int, size: int) -> IntegerDomain:
        return IntegerDomain(first, first + (size - 1) * self.step, self.step)


class SequenceDomain(IntegerDomain):
    """``start, start + step, ...``: row n takes the n-th, so values follow the rows.

    Args:
        start: the first value.
        size: how many there are.
        step: difference of neighbours; negative counts down.
    """

    sequential = True

    def __init__(self, start: int, size: int, step: int = 1) -> None:
        self.falling = step < 0
        lowest = start + (size - 1) * step if self.falling else start
        super().__init__(lowest, lowest + (size - 1) * abs(step), abs(step))

    def take(self, ordinals: U64) -> pl.Series:
        return super().take(np.uint64(self.size - 1) - ordinals if self.falling else ordinals)

    def rank(self, values: pl.Series, side: Side) -> npt.NDArray[np.int64]:
        ranked = super().rank(values, side)
        return self.size - ranked if self.falling else ranked

    def with_range(self, first: int, size: int) -> IntegerDomain:
        start = first + (size - 1) * self.step if self.falling else first
        return SequenceDomain(start, size, -self.step if self.falling else self.step)


class DecimalDomain(GridDomain):
    """Exact decimals with ``scale`` digits after the point. Decimal(precision, scale).

    Args:
        lower: the smallest value; rounded up to the scale.
        upper: the largest value; rounded down to the scale.
        scale: digits after the point.
        precision: total digits of the Polars type; None = as many as the bounds need.
        step: last digits between neighbours; every value is a multiple of it.

    Ranges of more than 2**64 steps are thinned to steps of a power of ten.

    Raises:
        EmptyDomainError: no value lies between the bounds.
        ValueError: more than 38 digits.
    """

    category: Category = "decimal"

    def __init__(self, lower: Number, upper: Number, scale: int, precision: int | None = None, step: int = 1) -> None:
        low, high = exact(lower), exact(upper)
        if low is None or high is None:
            raise ValueError(f"decimal bounds must be finite numbers, not {lower!r} and {upper!r}")
        first, size = span(low * 10**scale / step, high * 10**scale / step)
        thinning = 1
        while -(-size // thinning) > MAX_SIZE:
            thinning *= 10
        self._build(first * step, -(-size // thinning), step * thinning, scale, precision)

    def _build(self, first: int, size: int, step: int, scale: int, precision: int | None) -> None:
        self.scale = scale
        widest = max(abs(first), abs(first + max(size - 1, 0) * step), 1)
        self.precision = max(precision or 0, len(str(widest)), scale, 1)
        if self.precision > MAX_PRECISION:
            raise ValueError(f"decimals of {self.precision} digits are beyond the {MAX_PRECISION} supported")
        super().__init__(first, size, step)
        self._fits_word = self.first >= -(1 << 63) and self.last < 1 << 63

    def value_of(self, tick: int) -> Decimal:
        return Decimal((int(tick < 0), tuple(map(int, str(abs(tick)))), -self.scale))

    def tick_of(self, bound: Any) -> Fraction | None:
        at = exact(bound)
        return None if at is None else at * 10**self.scale

    def take(self, ordinals: U64) -> pl.Series:
        if self._fits_word:
            return super().take(ordinals)
        ticks = pl.Series(ordinals).cast(pl.Int128) * wide(self.step) + wide(self.first)
        return decimals(ticks, self.precision, self.scale)

    def rank(self, values: pl.Series, side: Side) -> npt.NDArray[np.int64]:
        if self._fits_word:
            return super().rank(values, side)
        up = self.step - 1 if side == "left" else self.step
        ticks = wide_ticks(values, 10**self.scale, side).cast(pl.Int128)
        # Dividing before subtracting keeps 38 digits within 128 bits.
        whole, rest = divmod(self.first, self.step)
        step = wide(self.step)
        count = ticks // step - wide(whole) + (ticks % step + wide(up - rest)) // step
        count = count.clip(wide(0), wide(min(self.size, (1 << 63) - 1)))
        ranked: npt.NDArray[np.int64] = count.cast(pl.Int64).fill_null(0 if side == "left" else self.size).to_numpy()
        return ranked

    def show(self, ticks: npt.NDArray[np.int64]) -> pl.Series:
        words = np.empty((len(ticks), 2), dtype=np.uint64)
        words[:, 0] = ticks.view(np.uint64)
        words[:, 1] = (ticks >> np.int64(63)).view(np.uint64)
        return import_decimals(words, self.precision, self.scale)

    def ticks(self, values: pl.Series, side: Side) -> pl.Series:
        return whole_ticks(values, 10**self.scale, side)

    def with_range(self, first: int, size: int) -> DecimalDomain:
        domain = object.__new__(DecimalDomain)
        domain._build(first, size, self.step, self.scale, self.precision)
        return domain


class FloatDomain(GridDomain):
    """Floats on a grid that they hit exactly, so that distinct ordinals are distinct floats. Float64.

    Args:
        lower: the smallest value; rounded up to the grid.
        upper: the largest value; rounded down to the grid.
        decimals: digits after the point; None = the finest power of two both bounds allow.
        bits: significant bits, 53 for ``double precision`` and 24 for ``real``.

    Raises:
        EmptyDomainError: no value of the grid lies between the bounds.
        ValueError: a bound is not finite.
    """

    category: Category = "float"

    def __init__(self, lower: float, upper: float, decimals: int | None = None, bits: int = 53) -> None:
        if not (math.isfinite(lower) and math.isfinite(upper)):
            raise ValueError(f"float bounds must be finite, not {lower!r} and {upper!r}")
        self.decimals, self.bits = decimals, bits
        largest = max(abs(lower), abs(upper))
        self.unit = math.ldexp(1.0, max(math.frexp(largest)[1] - bits, -1074)) if largest else 1.0
        low, high = self.tick_of(float(lower)), self.tick_of(float(upper))
        assert low is not None
        assert high is not None
        super().__init__(*span(low, high))

    def value_of(self, tick: int) -> float:
        return tick * self.unit if self.decimals is None else tick / 10**self.decimals

    def tick_of(self, bound: Any) -> Fraction | None:
        at = exact(bound)
        if at is None:
            return None
        if self.decimals is not None:
            return at * int(10**self.decimals)
        binary = Fraction(bound) if isinstance(bound, float) else at
        place: Fraction = Fraction(binary) / Fraction(self.unit)
        return place

    def show(self, ticks: npt.NDArray[np.int64]) -> pl.Series:
        floats: npt.NDArray[np.float64] = ticks.astype(np.float64)
        return pl.Series(floats * self.unit if self.decimals is None else floats / 10.0**self.decimals)

    def ticks(self, values: pl.Series, side: Side) -> pl.Series:
        if self.decimals is not None:
            return whole_ticks(values.cast(pl.Float64), 10**self.decimals, side)
        raw = values.cast(pl.Float64)
        scaled = raw.to_numpy() / self.unit
        whole = np.ceil(scaled) if side == "left" else np.floor(scaled)
        return float_to_ticks(pl.Series(whole), raw.is_null())

    def with_range(self, first: int, size: int) -> FloatDomain:
        domain = object.__new__(FloatDomain)
        domain.decimals, domain.bits, domain.unit = self.decimals, self.bits, self.unit
        GridDomain.__init__(domain, first, size)
        return domain
