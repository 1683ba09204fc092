"""Dates and timestamps are written as Polars would write them, byte for byte."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datalchemy_nb.export.moments import dates, timestamps

NEAR = (dt.datetime(1950, 1, 1), dt.datetime(2090, 1, 1))
ZONES = pytest.mark.parametrize("zone", [None, "UTC"])
STEPS = st.sampled_from([1, 1_000, 1_000_000])


def series(values: list[dt.datetime | None], zone: str | None) -> pl.Series:
    return pl.Series("moment", values, dtype=pl.Datetime("us")).dt.replace_time_zone(zone)


def by_polars(values: pl.Series, zone: str | None) -> list[str | None]:
    return values.dt.strftime("%Y-%m-%dT%H:%M:%S%.f" + ("Z" if zone else "")).to_list()


@ZONES
@settings(max_examples=60)
@given(data=st.data())
def test_timestamps(zone: str | None, data: st.DataObject) -> None:
    moment = st.builds(
        lambda at, step: at.replace(microsecond=at.microsecond // step * step), st.datetimes(*NEAR), STEPS
    )
    values = series(data.draw(st.lists(st.none() | moment, max_size=20)), zone)
    texts = timestamps(values)
    assert texts is not None
    assert texts.to_list() == by_polars(values, zone)
    assert texts.name == "moment"


@ZONES
@pytest.mark.parametrize("digits", [0, 3, 6])
def test_one_precision_for_all(zone: str | None, digits: int) -> None:
    step = 10 ** (6 - digits)
    values = series([dt.datetime(2024, 2, 29, 23, 59, 59, (123_456 // step) * step)] * 3, zone)
    texts = timestamps(values)
    assert texts is not None
    assert texts.to_list() == by_polars(values, zone)


@settings(max_examples=60)
@given(st.lists(st.none() | st.dates(dt.date(1950, 1, 1), dt.date(2090, 1, 1)), max_size=20))
def test_dates(values: list[dt.date | None]) -> None:
    texts = dates(pl.Series("day", values, dtype=pl.Date))
    assert texts is not None
    assert texts.to_list() == [None if value is None else value.isoformat() for value in values]


def test_a_span_crossing_tables() -> None:
    days = [dt.date(1800, 1, 1), dt.date(1970, 1, 1), dt.date(2149, 6, 6), dt.date(2149, 6, 7)]
    texts = dates(pl.Series(days))
    assert texts is not None
    assert texts.to_list() == [day.isoformat() for day in days]


@pytest.mark.parametrize("far", [dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31)])
def test_what_is_far_away_is_left_to_polars(far: dt.datetime) -> None:
    assert timestamps(series([far, dt.datetime(2024, 1, 1)], "UTC")) is None
    assert dates(pl.Series([far.date(), dt.date(2024, 1, 1)])) is None
