from __future__ import annotations

import datetime as dt
from collections import Counter
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datalchemy_nb.domains.base import Subset
from datalchemy_nb.domains.choice import ChoiceDomain, boolean, constant
from datalchemy_nb.domains.finder import WeightTable
from datalchemy_nb.domains.limits import AtLeast, NoneOf, OneOf
from tests.domains.domain_laws import assert_laws, assert_narrows_exactly, words


class TestChoice:
    @given(st.lists(st.text(max_size=5), min_size=1, max_size=40))
    def test_any_texts(self, texts):
        domain = ChoiceDomain(texts)
        assert assert_laws(domain).to_list() == texts
        assert domain.injective == (len(set(texts)) == len(texts))

    @pytest.mark.parametrize(
        "values", [[1, 2], [1.5, 2.5], [Decimal("1.10"), Decimal("2.20")], [dt.date(2024, 1, 1)], [True, False]]
    )
    def test_types_are_kept(self, values):
        assert assert_laws(ChoiceDomain(values)).to_list() == values

    def test_never_widens(self):
        assert ChoiceDomain(["a", "b"]).widen(3) is None

    def test_narrowing_keeps_the_weights(self):
        domain = ChoiceDomain(["a", "b", "c"], [8, 1, 1])
        narrowed = assert_narrows_exactly(domain, NoneOf(("c",)))
        assert isinstance(narrowed, Subset)
        share = narrowed.take(narrowed.draw(words(20_000))).eq("a").mean()
        assert share == pytest.approx(8 / 9, abs=0.01)

    def test_narrowing_to_unweighted_values_still_draws(self):
        narrowed = ChoiceDomain(["a", "b", "c"], [1, 0, 0]).narrow(OneOf(("b", "c")))
        assert narrowed.take(narrowed.draw(words(100))).n_unique() == 2

    def test_bounds_filter_numbers(self):
        assert_narrows_exactly(ChoiceDomain([1, 5, 9], category="integer"), AtLeast(5))

    def test_weights_must_match(self):
        with pytest.raises(ValueError, match="2 values but 1 weights"):
            ChoiceDomain(["a", "b"], [1])

    def test_no_values_are_refused(self):
        with pytest.raises(ValueError, match="at least one"):
            ChoiceDomain([])


class TestBoolean:
    @pytest.mark.parametrize("rate", [0, 0.1, 0.5, 1])
    def test_share_of_true(self, rate):
        domain = boolean(rate)
        assert_laws(domain)
        assert domain.take(domain.draw(words(20_000))).mean() == pytest.approx(rate, abs=0.01)

    def test_constant(self):
        assert constant(7, "integer", pl.Int64()).take(np.zeros(3, dtype=np.uint64)).to_list() == [7, 7, 7]


class TestWeights:
    @given(st.lists(st.integers(0, 1000), min_size=1, max_size=30).filter(any))
    def test_zero_weights_are_never_picked(self, weights):
        picked = Counter(WeightTable(weights).pick(words(2000)).tolist())
        assert all(weights[i] for i in picked)

    @given(st.lists(st.floats(0.1, 10), min_size=2, max_size=6))
    def test_shares_follow_the_weights(self, weights):
        picked = np.bincount(WeightTable(weights).pick(words(20_000)).astype(np.int64), minlength=len(weights))
        assert picked / 20_000 == pytest.approx(np.array(weights) / sum(weights), abs=0.02)

    def test_the_ends_of_the_range_are_covered(self):
        ends = np.array([0, (1 << 64) - 1], dtype=np.uint64)
        assert WeightTable([1, 0, 2, 0]).pick(ends).tolist() == [0, 2]

    @pytest.mark.parametrize("weights", [[], [0, 0], [-1, 2]])
    def test_unusable_weights_are_refused(self, weights):
        with pytest.raises(ValueError, match="weights"):
            WeightTable(weights)
