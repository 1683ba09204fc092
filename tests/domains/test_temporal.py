from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datalchemy_nb.domains.limits import AtLeast, AtMost, EmptyDomainError, NoneOf, OneOf
from datalchemy_nb.domains.temporal import DateDomain, IntervalDomain, TimeDomain, TimestampDomain
from tests.domains.domain_laws import assert_laws, assert_narrows_exactly

DATES = st.dates(dt.date(1, 1, 1), dt.date(9999, 12, 31))
MOMENTS = st.datetimes(dt.datetime(1, 1, 2), dt.datetime(9999, 12, 30))
NEAR = st.dates(dt.date(2024, 2, 20), dt.date(2024, 3, 10))
NEAR_MOMENTS = st.datetimes(dt.datetime(2024, 2, 20), dt.datetime(2024, 3, 10))
FEBRUARY = DateDomain(dt.date(2024, 2, 25), dt.date(2024, 3, 5))


class TestDates:
    @given(DATES, DATES)
    def test_any_bounds(self, one, other):
        low, high = sorted((one, other))
        values = assert_laws(DateDomain(low, high))
        assert values.dtype == pl.Date
        assert (values[0], values[-1]) == (low, high)

    @given(NEAR, st.booleans(), st.booleans())
    def test_bounds_are_exact(self, bound, strict, upper):
        assert_narrows_exactly(FEBRUARY, (AtMost if upper else AtLeast)(bound, strict))

    @given(NEAR_MOMENTS, st.booleans())
    def test_bounds_may_be_timestamps(self, bound, upper):
        narrowed = FEBRUARY
        try:
            narrowed = FEBRUARY.narrow((AtMost if upper else AtLeast)(bound))
        except EmptyDomainError:
            return
        at = dt.datetime.combine(narrowed.upper if upper else narrowed.lower, dt.time())
        assert at <= bound if upper else at >= bound

    def test_lists(self):
        leap = dt.date(2024, 2, 29)
        assert_narrows_exactly(FEBRUARY, OneOf((leap, dt.date(2030, 1, 1))))
        assert_narrows_exactly(FEBRUARY, NoneOf((leap,)))

    def test_rank_among_timestamps(self):
        noon = pl.Series([dt.datetime(2024, 2, 26, 12)])
        assert FEBRUARY.rank(noon, "left").tolist() == [2]
        assert FEBRUARY.rank(noon, "right").tolist() == [2]
        assert FEBRUARY.rank(noon.dt.truncate("1d"), "left").tolist() == [1]


class TestTimes:
    @given(st.times(), st.times(), st.integers(0, 6))
    def test_any_bounds_and_precision(self, one, other, precision):
        low, high = sorted((one, other))
        try:
            values = assert_laws(TimeDomain(low, high, precision))
        except EmptyDomainError:
            return
        assert values.dtype == pl.Time
        assert low <= values[0] <= values[-1] <= high

    @given(st.times(dt.time(10), dt.time(10, 3)), st.booleans(), st.booleans())
    def test_bounds_are_exact(self, bound, strict, upper):
        domain = TimeDomain(dt.time(10, 0, 30), dt.time(10, 2))
        assert_narrows_exactly(domain, (AtMost if upper else AtLeast)(bound, strict))


class TestTimestamps:
    @given(MOMENTS, MOMENTS, st.integers(0, 6), st.booleans())
    def test_any_bounds_and_precision(self, one, other, precision, utc):
        low, high = sorted((one, other))
        try:
            values = assert_laws(TimestampDomain(low, high, precision, utc))
        except EmptyDomainError:
            return
        assert values.dtype == pl.Datetime("us", "UTC" if utc else None)
        first, last = (v.replace(tzinfo=None) for v in (values[0], values[-1]))
        assert low <= first <= last <= high

    @given(NEAR_MOMENTS, st.booleans(), st.booleans())
    def test_bounds_are_exact(self, bound, strict, upper):
        domain = TimestampDomain(bound - dt.timedelta(seconds=40), bound + dt.timedelta(seconds=40))
        assert_narrows_exactly(domain, (AtMost if upper else AtLeast)(bound, strict))

    def test_a_date_bound_is_its_midnight(self):
        domain = TimestampDomain(dt.date(2024, 1, 1), dt.date(2024, 1, 3), utc=True)
        assert domain.narrow(AtLeast(dt.date(2024, 1, 2))).lower == dt.datetime(2024, 1, 2, tzinfo=dt.UTC)
        assert domain.narrow(AtMost(dt.date(2024, 1, 2), strict=True)).upper.second == 59

    def test_zones_are_converted(self):
        zone = dt.timezone(dt.timedelta(hours=-3))
        domain = TimestampDomain(dt.datetime(2024, 1, 1, tzinfo=zone), dt.datetime(2024, 1, 2, tzinfo=zone))
        assert domain.lower == dt.datetime(2024, 1, 1, 3)

    def test_rank_among_dates(self):
        domain = TimestampDomain(dt.datetime(2024, 1, 1, 23, 59, 58), dt.date(2024, 1, 3))
        assert domain.rank(pl.Series([dt.date(2024, 1, 2)]), "left").tolist() == [2]


class TestIntervals:
    def test_are_written_as_postgres_does(self):
        domain = IntervalDomain(dt.timedelta(seconds=1), dt.timedelta(days=400))
        values = assert_laws(domain)
        assert values[0] == "0 days 00:00:01"
        assert values[-1] == "400 days 00:00:00"

    @pytest.mark.parametrize(
        ("limit", "first", "last"),
        [
            (AtLeast(dt.timedelta(seconds=25)), "0 days 00:00:30", "0 days 00:01:00"),
            (AtLeast(dt.timedelta(seconds=30), strict=True), "0 days 00:00:40", "0 days 00:01:00"),
            (AtMost(dt.timedelta(seconds=25)), "0 days 00:00:00", "0 days 00:00:20"),
            (AtMost(dt.timedelta(seconds=20), strict=True), "0 days 00:00:00", "0 days 00:00:10"),
        ],
    )
    def test_bounds(self, limit, first, last):
        values = assert_laws(IntervalDomain(dt.timedelta(0), dt.timedelta(minutes=1), step=10).narrow(limit))
        assert (values[0], values[-1]) == (first, last)


def test_moments_on_the_quarter_hour() -> None:
    domain = TimestampDomain(dt.datetime(2026, 1, 1, 8, 5), dt.datetime(2026, 1, 1, 9, 50), every=900)
    assert [f"{value:%H:%M}" for value in domain.take(np.arange(domain.size, dtype=np.uint64))] == [
        "08:15", "08:30", "08:45", "09:00", "09:15", "09:30", "09:45",
    ]  # fmt: skip
