from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datalchemy_nb.constraints.types import dtype_of
from datalchemy_nb.contracts.schema import ColumnType, DatabaseSchema
from datalchemy_nb.domains.limits import AtLeast, AtMost, EmptyDomainError, NoneOf, OneOf
from datalchemy_nb.domains.number import DecimalDomain, FloatDomain, IntegerDomain, SequenceDomain
from tests.domains.domain_laws import assert_laws, assert_narrows_exactly, words

I64 = st.integers(-(1 << 63), (1 << 63) - 1)
SMALL = st.integers(-300, 300)
FINITE = st.floats(-1e12, 1e12, allow_nan=False, allow_subnormal=False)


class TestIntegers:
    @given(I64, I64, st.integers(1, 1 << 40))
    def test_any_bounds_and_step(self, one, other, step):
        low, high = sorted((one, other))
        values = assert_laws(IntegerDomain(low, high, step))
        assert values.dtype == pl.Int64
        assert values[0] == low
        assert high - step < values[-1] <= high

    @given(SMALL, SMALL, st.integers(1, 7), SMALL | st.decimals(-300, 300, places=1), st.booleans(), st.booleans())
    def test_bounds_are_exact(self, one, other, step, bound, strict, upper):
        low, high = sorted((one, other))
        limit = (AtMost if upper else AtLeast)(bound, strict)
        assert_narrows_exactly(IntegerDomain(low, high, step), limit)

    @given(st.lists(SMALL, max_size=8), st.booleans(), st.integers(1, 3))
    def test_lists_are_exact(self, listed, negated, step):
        limit = (NoneOf if negated else OneOf)(tuple(listed))
        assert_narrows_exactly(IntegerDomain(-40, 40, step), limit)

    @given(st.sets(st.integers(0, 30), max_size=6), st.integers(-2, 32), st.sets(st.integers(0, 30), max_size=6))
    def test_holes_survive_further_narrowing(self, holes, bound, more):
        domain = IntegerDomain(0, 30).narrow(NoneOf(tuple(holes)))
        assert_narrows_exactly(domain, NoneOf(tuple(more)))
        assert_narrows_exactly(domain, AtLeast(bound))
        assert_narrows_exactly(domain, OneOf(tuple(more)))

    def test_a_full_word(self):
        domain = IntegerDomain(-(1 << 63), (1 << 63) - 1)
        assert domain.size == 1 << 64
        assert domain.narrow(AtLeast(0)).size == 1 << 63

    def test_crossed_bounds_are_empty(self):
        with pytest.raises(EmptyDomainError):
            IntegerDomain(2, 1)

    @pytest.mark.parametrize("values", [[-1, 0, 5, 10, 11], [-0.5, 0.0, 5.5, 9.99, 10.5]])
    def test_rank_counts_values_below(self, values):
        domain, series = IntegerDomain(0, 10), pl.Series(values)
        everything = range(11)
        assert domain.rank(series, "left").tolist() == [sum(e < v for e in everything) for v in values]
        assert domain.rank(series, "right").tolist() == [sum(e <= v for e in everything) for v in values]

    def test_rank_reads_decimals_and_narrow_integers(self):
        domain = IntegerDomain(0, 10)
        assert domain.rank(pl.Series([Decimal("5.5"), Decimal("-2.1")]), "left").tolist() == [6, 0]
        assert domain.rank(pl.Series([5], dtype=pl.Int16), "right").tolist() == [6]

    def test_skew_favours_small_values_and_survives_narrowing(self):
        domain = IntegerDomain(0, 999)
        domain.skew = 2
        assert domain.take(domain.draw(words(10_000))).mean() == pytest.approx(333, abs=15)
        narrowed = domain.narrow(AtMost(99))
        assert narrowed.take(narrowed.draw(words(10_000))).mean() == pytest.approx(33, abs=2)


class TestSequences:
    @given(st.integers(-1000, 1000), st.integers(1, 500), st.integers(-9, 9).filter(bool))
    def test_values_follow_the_rows(self, start, size, step):
        domain = SequenceDomain(start, size, step)
        assert domain.sequential
        assert assert_laws(domain).to_list() == [start + n * step for n in range(size)]

    def test_narrowing_keeps_the_direction(self):
        assert_narrows_exactly(SequenceDomain(10, 8, -2), AtMost(5))
        assert_narrows_exactly(SequenceDomain(1, 8, 2), AtLeast(5, strict=True))


class TestDecimals:
    @given(st.decimals(-(10**12), 10**12, places=4), st.decimals(0, 10**12, places=4), st.integers(0, 6))
    def test_bounds_and_scale(self, low, reach, scale):
        unit = Decimal(1).scaleb(-scale)
        domain = DecimalDomain(low, low + reach + unit, scale)
        values = assert_laws(domain)
        assert values.dtype == pl.Decimal(domain.precision, scale)
        assert low <= domain.lower < low + unit
        assert low + reach < domain.upper <= low + reach + unit

    @given(
        st.decimals(-3, 3, places=2), st.decimals(-3, 3, places=3) | st.integers(-3, 3), st.booleans(), st.booleans()
    )
    def test_bounds_are_exact(self, low, bound, strict, upper):
        assert_narrows_exactly(DecimalDomain(low, low + 2, 2), (AtMost if upper else AtLeast)(bound, strict))

    def test_a_float_bound_means_what_it_says(self):
        assert DecimalDomain(0, 1, 2).narrow(AtLeast(0.1)).lower == Decimal("0.10")

    def test_thirty_eight_digits(self):
        low, high = -(10**38) + 1, 10**38 - 1
        domain = DecimalDomain(Decimal((1, (9,) * 38, -2)), Decimal((0, (9,) * 38, -2)), 2)
        assert domain.size <= 1 << 64
        assert domain.value_of(low) <= domain.lower
        values = assert_laws(domain)
        assert values[-1] <= Decimal(high).scaleb(-2)

    def test_a_negative_scale_is_a_step(self):
        assert assert_laws(DecimalDomain(150, 950, 0, step=100)).to_list() == [200, 300, 400, 500, 600, 700, 800, 900]

    def test_more_digits_than_postgres_types_here_are_refused(self):
        with pytest.raises(ValueError, match="39 digits"):
            DecimalDomain(0, 10**38, 0)


class TestFloats:
    @given(FINITE, FINITE)
    def test_grid_points_are_distinct_and_within_bounds(self, one, other):
        low, high = sorted((one, other))
        try:
            domain = FloatDomain(low, high)
        except EmptyDomainError:
            assert high - low < 1e-3 * max(abs(low), abs(high), 1)
            return
        values = assert_laws(domain)
        assert values.min() >= low
        assert values.max() <= high

    @given(st.integers(0, 3), st.floats(-3, 3, width=32), st.booleans(), st.booleans())
    def test_decimals_are_exact(self, decimals, bound, strict, upper):
        assert_narrows_exactly(FloatDomain(-1.0, 1.0, decimals), (AtMost if upper else AtLeast)(bound, strict))

    @given(st.integers(-20, 20))
    def test_decimal_points_are_found_by_value(self, tenth):
        narrowed = FloatDomain(-2.0, 2.0, 1).narrow(OneOf((tenth / 10,)))
        assert narrowed.take(np.array([0], dtype=np.uint64)).to_list() == [tenth / 10]

    def test_single_precision_survives_the_round_trip(self):
        values = assert_laws(FloatDomain(0, 10_000, bits=24))
        assert (values.cast(pl.Float32).cast(pl.Float64) == values).all()

    def test_binary_bounds_are_kept_exactly(self):
        domain = FloatDomain(0.0, 1.0).narrow(AtLeast(0.5, strict=True))
        assert 0.5 < domain.lower < 0.5 + 1e-12
        assert Fraction(domain.upper) == 1

    @pytest.mark.parametrize("bad", [float("inf"), float("nan")])
    def test_bounds_must_be_finite(self, bad):
        with pytest.raises(ValueError, match="finite"):
            FloatDomain(0.0, bad)


def test_numbers_wider_than_any_computer_keeps_leave_room_for_products() -> None:
    """Prisma's Decimal is numeric(65,30): thirty places would leave eight digits before the point."""
    column = ColumnType(
        data_type="numeric(65,30)", udt_schema="pg_catalog", udt_name="numeric", numeric_precision=65, numeric_scale=30
    )
    assert dtype_of(column, DatabaseSchema(schemas=())) == pl.Decimal(38, 12)
