"""Dates, times, timestamps, intervals."""

from __future__ import annotations

import datetime as dt
import math
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.domains.base import Category, Domain
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.grid import GridDomain, Side, span
from datalchemy_nb.domains.limits import AtLeast, AtMost, EmptyDomainError, Limit, Multiple
from datalchemy_nb.domains.physical import physical
from datalchemy_nb.domains.strings import TextRows, decimal_digits, join

DAY_US = 86_400_000_000
SECOND_US = 1_000_000
_EPOCH = dt.date(1970, 1, 1)
_EPOCH_TIME = dt.datetime(1970, 1, 1)


def step_of(precision: int) -> int:
    """Return the microseconds between neighbours at a precision of 0 (seconds) to 6 (microseconds)."""
    step: int = 10 ** (6 - precision)
    return step


def micros(moment: dt.date | dt.datetime) -> int:
    """Return microseconds since 1970, UTC; a date is its midnight, a naive time is UTC."""
    if not isinstance(moment, dt.datetime):
        return (moment - _EPOCH).days * DAY_US
    if moment.tzinfo is not None:
        moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
    return (moment - _EPOCH_TIME) // dt.timedelta(microseconds=1)


def time_micros(time: dt.time) -> int:
    """Return microseconds since midnight."""
    return ((time.hour * 60 + time.minute) * 60 + time.second) * SECOND_US + time.microsecond


def _moment_ticks(values: pl.Series) -> pl.Series:
    return physical(values) * DAY_US if values.dtype == pl.Date else _as_us(values)


def _as_us(values: pl.Series) -> pl.Series:
    same = isinstance(values.dtype, pl.Datetime | pl.Duration) and values.dtype.time_unit == "us"
    return physical(values if same else values.dt.cast_time_unit("us"))


class DateDomain(GridDomain):
    """Days from ``lower`` to ``upper``. Date."""

    category: Category = "date"

    def __init__(self, lower: dt.date, upper: dt.date) -> None:
        first, last = ((d - _EPOCH).days for d in (lower, upper))
        super().__init__(first, last - first + 1)

    def value_of(self, tick: int) -> dt.date:
        return _EPOCH + dt.timedelta(days=tick)

    def tick_of(self, bound: Any) -> Fraction | None:
        return Fraction(micros(bound), DAY_US) if isinstance(bound, dt.date) else None

    def show(self, ticks: npt.NDArray[np.int64]) -> pl.Series:
        return pl.Series(ticks.astype(np.int32)).cast(pl.Date)

    def ticks(self, values: pl.Series, side: Side) -> pl.Series:
        if values.dtype == pl.Date:
            return physical(values)
        us = _moment_ticks(values)
        return -((-us) // DAY_US) if side == "left" else us // DAY_US

    def narrow(self, limit: Limit) -> Domain | None:
        if isinstance(limit, Multiple) and DAY_US % (limit.seconds * SECOND_US) == 0:
            return self
        return super().narrow(limit)

    def with_range(self, first: int, size: int) -> DateDomain:
        return DateDomain(self.value_of(first), self.value_of(first + size - 1))


def _marks(domain: TimeDomain | TimestampDomain, limit: Multiple) -> tuple[int, int]:
    """The first tick of a domain that a limit takes, and the seconds from each to the next.

    Raises:
        EmptyDomainError: there is none.
    """
    every = math.lcm(limit.seconds, domain.every or 1)
    step = every * SECOND_US
    first = -(-domain.first // step) * step
    if first > domain.last:
        raise EmptyDomainError(str(limit))
    return first, every


def _marked(first: int, last: int, step: int, every: int | None) -> tuple[int, int]:
    """The first tick, on a mark counted from midnight where the plan asks for marks, and how many there are."""
    return span(first if every is None else -(-first // step) * step, last, step)


class TimeDomain(GridDomain):
    """Times of day from ``lower`` to at most ``upper``. Time.

    Args:
        lower: the earliest.
        upper: the latest.
        precision: digits after the second, 0 to 6.
        every: seconds between neighbours, counted from midnight; None = as fine as the precision.

    Raises:
        ValueError: no time between the two is a multiple of ``every``.
    """

    category: Category = "time"

    def __init__(self, lower: dt.time, upper: dt.time, precision: int = 0, every: int | None = None) -> None:
        step = step_of(precision) if every is None else every * SECOND_US
        self.precision, self.every = precision, every
        super().__init__(*_marked(time_micros(lower), time_micros(upper), step, every), step)

    def value_of(self, tick: int) -> dt.time:
        return (_EPOCH_TIME + dt.timedelta(microseconds=tick)).time()

    def tick_of(self, bound: Any) -> Fraction | None:
        return Fraction(time_micros(bound)) if isinstance(bound, dt.time) else None

    def show(self, ticks: npt.NDArray[np.int64]) -> pl.Series:
        return pl.Series(ticks * np.int64(1000)).cast(pl.Time)

    def ticks(self, values: pl.Series, side: Side) -> pl.Series:
        nanos = physical(values.cast(pl.Time))
        return -((-nanos) // 1000) if side == "left" else nanos // 1000

    def narrow(self, limit: Limit) -> Domain | None:
        if not isinstance(limit, Multiple):
            return super().narrow(limit)
        first, every = _marks(self, limit)
        kept = TimeDomain(self.value_of(first), self.upper, self.precision, every)
        kept.skew = self.skew
        return kept

    def with_range(self, first: int, size: int) -> TimeDomain:
        last = self.value_of(first + (size - 1) * self.step)
        return TimeDomain(self.value_of(first), last, self.precision, self.every)


class TimestampDomain(GridDomain):
    """Moments from ``lower`` to at most ``upper``. Datetime("us"), with "UTC" when ``utc``.

    Args:
        lower: the earliest; a date means its midnight; naive means UTC.
        upper: the latest.
        precision: digits after the second, 0 to 6.
        utc: whether values carry the UTC zone (``timestamptz``).
        every: seconds between neighbours, counted from midnight; None = as fine as the precision.

    Raises:
        ValueError: no moment between the two is a multiple of ``every``.
    """

    def __init__(
        self, lower: dt.date, upper: dt.date, precision: int = 0, utc: bool = False, every: int | None = None
    ) -> None:
        step = step_of(precision) if every is None else every * SECOND_US
        self.precision, self.utc, self.every = precision, utc, every
        self.category: Category = "timestamptz" if utc else "timestamp"
        super().__init__(*_marked(micros(lower), micros(upper), step, every), step)

    def value_of(self, tick: int) -> dt.datetime:
        moment = _EPOCH_TIME + dt.timedelta(microseconds=tick)
        return moment.replace(tzinfo=dt.UTC) if self.utc else moment

    def tick_of(self, bound: Any) -> Fraction | None:
        return Fraction(micros(bound)) if isinstance(bound, dt.date) else None

    def show(self, ticks: npt.NDArray[np.int64]) -> pl.Series:
        return pl.Series(ticks).cast(pl.Datetime("us", "UTC" if self.utc else None))

    def ticks(self, values: pl.Series, side: Side) -> pl.Series:
        del side
        return _moment_ticks(values)

    def with_range(self, first: int, size: int) -> TimestampDomain:
        last = first + (size - 1) * self.step
        return TimestampDomain(self.value_of(first), self.value_of(last), self.precision, self.utc, self.every)

    def narrow(self, limit: Limit) -> Domain | None:
        if not isinstance(limit, Multiple):
            return super().narrow(limit)
        first, every = _marks(self, limit)
        kept = TimestampDomain(self.value_of(first), self.upper, self.precision, self.utc, every)
        kept.skew = self.skew
        return kept


class IntervalDomain(Domain):
    """Durations, written as PostgreSQL does: ``3 days 04:05:06``. String.

    Args:
        lower: the shortest; whole seconds, not negative.
        upper: the longest.
        step: seconds between neighbours.
    """

    category: Category = "interval"

    def __init__(self, lower: dt.timedelta, upper: dt.timedelta, step: int = 1) -> None:
        self.first, self.step = -(-lower // dt.timedelta(seconds=1)), step
        self.size = (upper // dt.timedelta(seconds=1) - self.first) // step + 1
        if self.size < 1 or self.first < 0:
            raise EmptyDomainError("no duration lies between the bounds")

    def take(self, ordinals: U64) -> pl.Series:
        seconds = ordinals * np.uint64(self.step) + np.uint64(self.first)
        days, rest = np.divmod(seconds, np.uint64(86_400))
        minutes, second = np.divmod(rest, np.uint64(60))
        hour, minute = np.divmod(minutes, np.uint64(60))
        clock = TextRows(len(ordinals), 8)
        for position, part in ((0, hour), (3, minute), (6, second)):
            clock.digits(position, part, 2)
            if position < 6:
                clock.literal(position + 2, b":")
        return join([decimal_digits(days), " days ", clock.finish()])

    def narrow(self, limit: Limit) -> Domain | None:
        last = self.first + (self.size - 1) * self.step
        match limit:
            case AtLeast(dt.timedelta() as bound, strict):
                skip = max(0, -((self.first - bound.total_seconds()) // self.step))
                first = self.first + int(skip) * self.step
                first += self.step if strict and first == bound.total_seconds() else 0
                return _interval(first, last, self.step, limit)
            case AtMost(dt.timedelta() as bound, strict):
                cut = min(last, int((bound.total_seconds() - self.first) // self.step) * self.step + self.first)
                return _interval(self.first, cut - (self.step if strict and cut == bound.total_seconds() else 0),
                                 self.step, limit)  # fmt: skip
        return super().narrow(limit)


def _interval(first: int, last: int, step: int, limit: Limit) -> IntervalDomain:
    if first > last:
        raise EmptyDomainError(str(limit))
    return IntervalDomain(dt.timedelta(seconds=first), dt.timedelta(seconds=last), step)
