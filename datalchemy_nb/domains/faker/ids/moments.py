"""Single values: ``faker.boolean.raw.Boolean``, ``faker.number.raw.Digit``, and dates and times.

``faker.chrono.raw.*`` and ``faker.time.raw.*`` are the same here.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Self

from pydantic import Field, model_validator

from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.choice import boolean as true_or_false
from datalchemy_nb.domains.defaults import Written
from datalchemy_nb.domains.faker.ids.entry import entry
from datalchemy_nb.domains.fitting import integer_bounds, recent_moments
from datalchemy_nb.domains.number import IntegerDomain
from datalchemy_nb.domains.parameters import Int, Moment
from datalchemy_nb.domains.registry import NoParams, Params
from datalchemy_nb.domains.temporal import DateDomain, IntervalDomain, TimeDomain, TimestampDomain


class BooleanParams(Params):
    """``ratio``: how many of a hundred are true."""

    ratio: Annotated[Int, Field(ge=0, le=100)] = 50


@entry("faker.boolean.raw.Boolean", params=BooleanParams, produces=("boolean", "text"))
def boolean(params: BooleanParams) -> Domain:
    """True and false; `ratio` of a hundred are true."""
    return true_or_false(params.ratio / 100)


@entry("faker.number.raw.Digit", params=NoParams, produces=("integer", "text"))
def digit() -> Domain:
    """One digit, 0 to 9."""
    return IntegerDomain(0, 9)


_FIRST = dt.date(1970, 1, 1)
_REACH = dt.timedelta(days=1826)
_LONGEST = dt.timedelta(days=30)
_LAST_SECOND = dt.time(23, 59, 59)


class MomentParams(Params):
    """``dt``: a moment; None = the plan's base date."""

    dt: Moment | None = None


class SpanParams(Params):
    """``start`` to ``end``, inclusive; None = the two years before the plan's base date."""

    start: Moment | None = None
    end: Moment | None = None

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.start is not None and self.end is not None and self.start > self.end:
            raise ValueError(f"start {self.start} is after end {self.end}")
        return self


def _moments(slot: Slot, first: dt.datetime, last: dt.datetime) -> Domain:
    first, last = max(first, dt.datetime.min), min(last, dt.datetime.max)
    if slot.category == "date":
        return DateDomain(first.date(), last.date())
    return TimestampDomain(first, last, utc=slot.category == "timestamptz")


def _midnight(slot: Slot) -> dt.datetime:
    return dt.datetime.combine(slot.base_date, dt.time())


@entry("semantic.time.date", "faker.time.raw.Date", "faker.chrono.raw.Date", params=NoParams, produces=("date", "text"))
def date(slot: Slot) -> Domain:
    """Days from 1970 to the plan's base date; `2026-01-31` where the column is text."""
    return DateDomain(_FIRST, max(slot.base_date, _FIRST))


@entry(
    "semantic.time.datetime", "faker.time.raw.DateTime", "faker.chrono.raw.DateTime",
    params=NoParams, produces=("timestamp", "timestamptz", "date", "text"),
)  # fmt: skip
def datetime(slot: Slot) -> Domain:
    """Moments from 1970 to the plan's base date; `2026-01-31T12:00:00Z` where the column is text."""
    return _moments(slot, dt.datetime.combine(_FIRST, dt.time()), dt.datetime.combine(slot.base_date, _LAST_SECOND))


@entry(
    "faker.time.raw.DateTimeAfter", "faker.chrono.raw.DateTimeAfter",
    params=MomentParams, produces=("timestamp", "timestamptz", "date", "text"),
)  # fmt: skip
def datetime_after(params: MomentParams, slot: Slot) -> Domain:
    """Moments within five years after `dt`."""
    start = params.dt or _midnight(slot)
    return _moments(slot, start, start + _REACH)


@entry(
    "faker.time.raw.DateTimeBefore", "faker.chrono.raw.DateTimeBefore",
    params=MomentParams, produces=("timestamp", "timestamptz", "date", "text"),
)  # fmt: skip
def datetime_before(params: MomentParams, slot: Slot) -> Domain:
    """Moments within five years before `dt`."""
    end = params.dt or _midnight(slot)
    return _moments(slot, end - _REACH, end)


@entry(
    "faker.time.raw.DateTimeBetween", "faker.chrono.raw.DateTimeBetween",
    params=SpanParams, produces=("timestamp", "timestamptz", "date", "text"),
)  # fmt: skip
def datetime_between(params: SpanParams, slot: Slot) -> Domain:
    """Moments from `start` to `end`."""
    first, last = recent_moments(slot)
    start = params.start or (first if params.end is None or first <= params.end else params.end - _REACH)
    end = params.end or (last if start <= last else start + _REACH)
    return _moments(slot, start, end)


@entry("faker.time.raw.Time", "faker.chrono.raw.Time", params=NoParams, produces=("time", "text"))
def time() -> Domain:
    """Times of day, to the second."""
    return TimeDomain(dt.time(), _LAST_SECOND)


@entry(
    "faker.time.raw.Duration", "faker.chrono.raw.Duration", params=NoParams,
    produces=("interval", "integer", "decimal", "float", "text"),
)  # fmt: skip
def duration(slot: Slot) -> Domain:
    """Durations up to 30 days: seconds where the column is a number, ISO 8601 (`PT3600S`) where it is text."""
    if slot.category == "interval":
        return IntervalDomain(dt.timedelta(0), _LONGEST)
    longest = int(_LONGEST.total_seconds())
    if slot.category in ("integer", "decimal", "float"):
        return IntegerDomain(0, min(longest, integer_bounds(slot)[1]))
    return Written(IntegerDomain(0, longest), "PT", "S", "text")
