"""Distributions: the right shares, inside the bounds, the same words the same values."""

from __future__ import annotations

import datetime as dt
import math
from statistics import NormalDist

import numpy as np
import polars as pl
import pytest
from pydantic import TypeAdapter

from datalchemy_nb.contracts.distributions import Distribution
from datalchemy_nb.domains.base import OrderedDomain
from datalchemy_nb.domains.choice import ChoiceDomain, boolean
from datalchemy_nb.domains.curves import normal, zipf
from datalchemy_nb.domains.distributions import DistributionError, shape
from datalchemy_nb.domains.identifier import UuidDomain
from datalchemy_nb.domains.limits import AtLeast, AtMost, EmptyDomainError, NoneOf, OneOf
from datalchemy_nb.domains.number import DecimalDomain, FloatDomain, IntegerDomain, SequenceDomain
from datalchemy_nb.domains.portable import exp, ln, power
from datalchemy_nb.domains.profile import Profile
from datalchemy_nb.domains.registry import find_generator
from datalchemy_nb.domains.temporal import DateDomain, TimeDomain, TimestampDomain
from tests.domains.domain_laws import assert_laws, slot, words

MANY = 200_000
YEARS = TimestampDomain(dt.date(2021, 1, 1), dt.datetime(2024, 12, 31, 23, 59, 59), 3)


def wish(**fields):
    return TypeAdapter(Distribution).validate_python(fields)


def drawn(domain, count=MANY):
    return domain.take(domain.draw(words(count)))


# --- arithmetic that is the same everywhere ---------------------------------------------------------------------------


def test_portable_functions_agree_with_the_library():
    x = np.linspace(-700, 690, 20001)
    assert np.max(np.abs(exp(x) / np.exp(x) - 1)) < 1e-15 * 4
    y = np.geomspace(1e-300, 1e300, 20001)
    assert np.allclose(ln(y), np.log(y), rtol=1e-15, atol=1e-15)
    assert np.allclose(power(y[9000:11000], -1.5), y[9000:11000] ** -1.5, rtol=1e-13)
    assert exp(np.array([-1e4, -741.0])).tolist() == [0.0, 0.0]


def test_pinned_ordinals():
    """Not a bit may differ between machines."""
    bits = words(5)
    assert normal(10**9, 5e8, 1e7).draw(bits).tolist() == PINNED["normal"]
    assert zipf(10**6, 1.1).draw(bits).tolist() == PINNED["zipf"]


PINNED = {
    "normal": [417812501, 495825178, 510744157, 488172473, 505750070],
    "zipf": [0, 10, 23649, 0, 1560],
}

# --- shapes -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "domain",
    [
        IntegerDomain(0, 10_000),
        IntegerDomain(-(10**12), 10**12),
        DecimalDomain(0, 10_000, 2),
        FloatDomain(0.0, 10_000.0),
        FloatDomain(0.0, 10_000.0, 3),
    ],
)
def test_normal_numbers(domain):
    values = drawn(shape(domain, wish(kind="normal", mean=5000, stddev=250))).cast(pl.Float64)
    assert values.mean() == pytest.approx(5000, abs=3)
    assert values.std() == pytest.approx(250, rel=0.01)
    expected = NormalDist(5000, 250)
    for at in (4500, 5000, 5300):
        assert (values < at).mean() == pytest.approx(expected.cdf(at), abs=0.004)


def test_a_cut_distribution_is_renormalised_and_never_piles_up():
    values = drawn(shape(IntegerDomain(0, 100), wish(kind="normal", mean=0, stddev=30)))
    assert (values.min(), values.max()) == (0, 99) or values.max() <= 100
    share = NormalDist(0, 30)
    inside = share.cdf(100.5) - share.cdf(-0.5)
    assert (values == 0).mean() == pytest.approx((share.cdf(0.5) - share.cdf(-0.5)) / inside, abs=0.002)
    assert (values == 100).mean() < 0.001


def test_small_domains_are_exact():
    domain = shape(IntegerDomain(0, 10), wish(kind="normal", mean=5, stddev=1.5))
    share = NormalDist(5, 1.5)
    expected = [share.cdf(i + 0.5) - share.cdf(i - 0.5) for i in range(11)]
    found = domain.profile.shares(np.arange(11, dtype=np.uint64))
    assert np.allclose(found / found.sum(), np.array(expected) / sum(expected), rtol=1e-9)


def test_lognormal_prices():
    values = drawn(shape(DecimalDomain(0, 1_000_000, 2), wish(kind="lognormal", median=100, sigma=0.8)))
    logs = values.cast(pl.Float64).to_numpy()
    assert np.median(logs) == pytest.approx(100, rel=0.02)
    assert np.log(logs).std() == pytest.approx(0.8, rel=0.01)


def test_exponential_from_the_lower_bound():
    values = drawn(shape(IntegerDomain(10, 100_000), wish(kind="exponential", mean=500)))
    assert values.min() >= 10
    assert values.mean() == pytest.approx(510, rel=0.02)
    days = drawn(shape(DateDomain(dt.date(2024, 1, 1), dt.date(2034, 1, 1)), wish(kind="exponential", mean=30)))
    assert (days - dt.date(2024, 1, 1)).dt.total_days().mean() == pytest.approx(30, rel=0.03)


@pytest.mark.parametrize("size", [50, 5000, 3_000_000])
def test_zipf_shares(size):
    profile = shape(IntegerDomain(1, size), wish(kind="zipf", exponent=1.1)).profile
    exact = np.arange(1, size + 1, dtype=np.float64) ** -1.1
    found = profile.shares(np.array([0, 1, 9, size // 2, size - 1], dtype=np.uint64)) / profile.masses.sum()
    assert np.allclose(found, exact[[0, 1, 9, size // 2, size - 1]] / exact.sum(), rtol=0.01)


def test_normal_dates_times_and_moments():
    days = drawn(
        shape(DateDomain(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), wish(kind="normal", mean="2025-06-01", stddev=20))
    )
    assert days.cast(pl.Int32).mean() == pytest.approx((dt.date(2025, 6, 1) - dt.date(1970, 1, 1)).days, abs=0.3)
    assert days.cast(pl.Int32).std() == pytest.approx(20, rel=0.02)
    clock = drawn(shape(TimeDomain(dt.time(), dt.time(23, 59, 59)), wish(kind="normal", mean="12:00:00", stddev=3600)))
    seconds = clock.cast(pl.Int64) // 1_000_000_000
    assert (seconds.mean(), seconds.std()) == (pytest.approx(43200, abs=30), pytest.approx(3600, rel=0.02))
    moments = drawn(shape(YEARS, wish(kind="normal", mean="2023-01-01T12:00:00", stddev=2)))
    assert moments.cast(pl.Int64).std() / 86_400e6 == pytest.approx(2, rel=0.02)


def test_choices():
    labels = ChoiceDomain(["a", "b", "c"])
    assert drawn(shape(labels, wish(kind="weights", weights={"c": 3, "a": 1}))).value_counts().sort("").to_dicts() == [
        {"": "a", "count": pytest.approx(50_000, rel=0.02)},
        {"": "c", "count": pytest.approx(150_000, rel=0.02)},
    ]
    assert (drawn(shape(labels, wish(kind="zipf"))) == "a").mean() == pytest.approx(6 / 11, abs=0.01)
    skewed = ChoiceDomain(["a", "b"], [99, 1])
    assert (drawn(shape(skewed, wish(kind="uniform"))) == "a").mean() == pytest.approx(0.5, abs=0.01)
    assert drawn(shape(boolean(), wish(kind="weights", weights={"true": 9, "false": 1}))).mean() == pytest.approx(
        0.9, abs=0.01
    )


def test_the_largest_domain():
    values = shape(UuidDomain(1), wish(kind="uniform")).draw(words(MANY))
    assert (values >> np.uint64(63)).mean() == pytest.approx(0.5, abs=0.01)


# --- time -------------------------------------------------------------------------------------------------------------


def test_business_hours():
    moments = drawn(shape(YEARS, wish(kind="business_hours", start=8, end=18, share=0.9))).dt
    inside = (moments.hour() >= 8) & (moments.hour() < 18) & (moments.weekday() <= 5)
    assert inside.mean() == pytest.approx(0.9, abs=0.005)
    strict = drawn(shape(YEARS, wish(kind="business_hours"))).dt
    assert ((strict.hour() >= 9) & (strict.hour() < 18) & (strict.weekday() <= 5)).all()


def test_weekdays_and_seasons():
    days = DateDomain(dt.date(2021, 1, 1), dt.date(2024, 12, 31))
    weekly = drawn(shape(days, wish(kind="weekdays", weights=[1, 1, 1, 1, 1, 5, 0]))).dt.weekday()
    assert (weekly == 6).mean() == pytest.approx(0.5, abs=0.01)
    assert not (weekly == 7).any()
    months = drawn(shape(YEARS, wish(kind="seasonality", months=[1] * 11 + [4]))).dt.month()
    december = 4 * 124 / (4 * 124 + 1461 - 124)
    assert (months == 12).mean() == pytest.approx(december, abs=0.005)


@pytest.mark.parametrize("domain", [YEARS, DateDomain(dt.date(2021, 1, 1), dt.date(2024, 12, 31))])
def test_growth_is_the_last_year_against_the_first(domain):
    years = drawn(shape(domain, wish(kind="growth", ratio=4))).dt.year().value_counts().sort("")["count"].to_list()
    assert years[3] / years[0] == pytest.approx(4, rel=0.05)
    assert years == sorted(years)


def test_habits_together():
    hours = [0] * 8 + [1] * 12 + [0] * 4
    both = shape(YEARS, wish(kind="calendar", hours=hours, weekdays=[1] * 5 + [0, 0], growth=2))
    moments = drawn(both).dt
    assert ((moments.hour() >= 8) & (moments.hour() < 20) & (moments.weekday() <= 5)).all()
    years = moments.year()
    assert (years == 2024).sum() / (years == 2021).sum() == pytest.approx(2, rel=0.05)


def test_ranges_that_begin_within_an_hour():
    domain = TimestampDomain(dt.datetime(2024, 1, 1, 9, 30), dt.datetime(2024, 1, 1, 10, 29, 59))
    values = drawn(shape(domain, wish(kind="business_hours")))
    assert (values.min(), values.max()) == (dt.datetime(2024, 1, 1, 9, 30), dt.datetime(2024, 1, 1, 10, 29, 59))
    assert (values.dt.hour() == 9).mean() == pytest.approx(0.5, abs=0.01)


# --- narrowing --------------------------------------------------------------------------------------------------------


def test_narrowing_keeps_the_shape():
    whole = shape(IntegerDomain(0, 1_000_000), wish(kind="normal", mean=500_000, stddev=1000))
    part = whole.narrow(AtLeast(500_000))
    assert isinstance(part, OrderedDomain)
    values = drawn(part)
    assert values.min() >= 500_000
    assert (values - 500_000).mean() == pytest.approx(1000 * math.sqrt(2 / math.pi), rel=0.01)
    assert_laws(part)


@pytest.mark.parametrize("limit", [NoneOf((3, 5)), OneOf((1, 2, 7)), AtMost(6)])
def test_narrowing_in_any_way_keeps_proportions(limit):
    whole = shape(IntegerDomain(0, 9), wish(kind="zipf"))
    part = whole.narrow(limit)
    values = part.take(np.arange(part.size, dtype=np.uint64)).to_list()
    shares = part.profile.shares(np.arange(part.size, dtype=np.uint64))
    expected = np.array([1 / (v + 1) for v in values])
    assert np.allclose(shares / shares.sum(), expected / expected.sum())
    again = part.narrow(NoneOf((2,)))
    assert 2 not in drawn(again, 2000).to_list()


def test_holes_in_a_large_domain():
    part = shape(IntegerDomain(0, 10**9), wish(kind="exponential", mean=2)).narrow(NoneOf((0,)))
    values = drawn(part)
    assert values.min() == 1
    assert (values == 1).mean() == pytest.approx(1 - math.exp(-0.5), abs=0.01)


def test_nothing_left():
    part = shape(ChoiceDomain(["a", "b"]), wish(kind="weights", weights=[1, 0]))
    with pytest.raises(EmptyDomainError):
        part.narrow(OneOf(("b",)))


def test_between_bounds_of_each_row():
    domain = shape(IntegerDomain(0, 1000), wish(kind="normal", mean=500, stddev=50))
    low = np.repeat([0, 500, 900, 10], MANY // 4).astype(np.int64)
    high = np.repeat([1001, 1001, 905, 11], MANY // 4).astype(np.int64)
    ordinals = domain.draw_between(words(MANY), low, high).astype(np.int64)
    assert ((ordinals >= low) & (ordinals < high)).all()
    assert ordinals[: MANY // 4].mean() == pytest.approx(500, abs=1)
    assert ordinals[MANY // 4 : MANY // 2].mean() == pytest.approx(500 + 50 * math.sqrt(2 / math.pi), abs=1.5)


def test_order_of_words_is_order_of_ordinals():
    bits = np.sort(words(1000))
    assert (np.diff(normal(10**6, 4e5, 1e4).draw(bits).astype(np.int64)) >= 0).all()
    assert Profile.even(7).draw(np.array([0, 2**64 - 1], dtype=np.uint64)).tolist() == [0, 6]


# --- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("built", "wanted", "problem", "hint"),
    [
        (ChoiceDomain(["a"]), {"kind": "normal", "mean": 1, "stddev": 1}, "no distribution of values", "uniform, zipf"),
        (IntegerDomain(0, 9), {"kind": "business_hours"}, "no distribution of integer values", "lognormal"),
        (DateDomain(dt.date(2024, 1, 1), dt.date(2024, 2, 1)), {"kind": "business_hours"}, "of date values", "growth"),
        (IntegerDomain(0, 100), {"kind": "normal", "mean": 500, "stddev": 5}, "outside the bounds", "from 0 to 100"),
        (IntegerDomain(0, 100), {"kind": "normal", "mean": "soon", "stddev": 5}, "is not a number", "min and max"),
        (YEARS, {"kind": "normal", "mean": "soon", "stddev": 5}, "is not a date", "min and max"),
        (YEARS, {"kind": "normal", "mean": 5, "stddev": 5}, "is not a timestamp", "min and max"),
        (SequenceDomain(1, 10), {"kind": "uniform"}, "follow the row numbers", "remove"),
        (ChoiceDomain(["a", "b"]), {"kind": "weights", "weights": [1]}, "1 weights for 2 values", "one weight"),
        (ChoiceDomain(["a", "b"]), {"kind": "weights", "weights": {"c": 1}}, "'c' is none", "there are a, b"),
        (IntegerDomain(0, 10**6), {"kind": "weights", "weights": [1]}, "at most 65,536", "primitive.choice"),
        (TimestampDomain(dt.date(1, 1, 1), dt.date(2024, 1, 1)), {"kind": "growth", "ratio": 2}, "days", "shorter"),
    ],
)
def test_refusals(built, wanted, problem, hint):
    with pytest.raises(DistributionError, match=problem) as caught:
        shape(built, wish(**wanted))
    assert hint in caught.value.hint


@pytest.mark.parametrize("id_", ["semantic.br.name", "derive.email_from_name"])
def test_values_that_hang_together_have_no_distribution(id_):
    spec = find_generator(id_)
    given = {"input_columns": ["nome"]} if id_.startswith("derive") else {}
    built = spec.build(spec.params(**given), slot())
    with pytest.raises(DistributionError, match="other columns"):
        shape(built, wish(kind="zipf"))
