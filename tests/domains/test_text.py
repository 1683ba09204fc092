from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datalchemy_nb.domains.limits import AtLeast, Cased, Contains, EmptyDomainError, Length, Matches, OneOf
from datalchemy_nb.domains.text import (
    ALPHANUMERIC,
    LATIN,
    CharsDomain,
    SuffixedDomain,
    WordsDomain,
    by_part,
    words_within,
)
from tests.domains.domain_laws import assert_laws, assert_narrows_exactly, words


def lengths(values: pl.Series) -> tuple[int, int]:
    sizes = values.str.len_chars()
    return sizes.min(), sizes.max()


class TestWords:
    @given(st.integers(0, 3), st.integers(0, 9))
    def test_any_count(self, least, more):
        domain = WordsDomain(least, least + more)
        counts = assert_laws(domain).str.split(" ").list.len()
        assert counts.max() == max(1, least + more)
        drawn = domain.take(domain.draw(words(5000))).str.split(" ").list.len()
        assert drawn.n_unique() == len({max(1, n) for n in range(least, least + more + 1)})

    def test_small_lists_are_enumerated_fewest_first(self):
        assert assert_laws(WordsDomain(0, 2, ["a", "b"])).to_list() == ["", "a", "b", "a a", "a b", "b a", "b b"]

    @pytest.mark.parametrize("count", [8, 9, 20])
    def test_every_place_uses_every_word(self, count):
        domain = WordsDomain(count, count)
        parts = domain.take(domain.draw(words(5000))).str.split(" ")
        assert all(parts.list.get(place).n_unique() == len(LATIN) for place in range(count))

    @given(st.integers(4, 120))
    def test_fits_a_column(self, most):
        assert lengths(assert_laws(WordsDomain(1, 8).narrow(Length(1, most))))[1] <= most

    @given(st.integers(1, 3), st.integers(1, 30), st.integers(0, 30))
    def test_lengths_are_kept(self, least, low, more):
        domain = WordsDomain(least, 6)
        try:
            narrowed = domain.narrow(Length(low, low + more))
        except EmptyDomainError:
            return
        shortest, longest = lengths(assert_laws(narrowed))
        assert low <= shortest
        assert longest <= low + more

    def test_small_domains_are_narrowed_exactly(self):
        domain = WordsDomain(1, 2, ["ab", "cde", "F"])
        for limit in (Length(2, 4), Matches("^a"), Contains("e", 3), OneOf(("ab", "x")), Matches("d", negated=True)):
            assert_narrows_exactly(domain, limit)

    def test_case_limits(self):
        assert WordsDomain().narrow(Cased(upper=False)).words == LATIN
        with pytest.raises(EmptyDomainError):
            WordsDomain().narrow(Cased(upper=True))

    def test_widening_adds_numbers(self):
        domain = WordsDomain(1, 1, ["ab", "cd"]).widen(5)
        assert assert_laws(domain).to_list() == ["ab", "cd", "ab 2", "cd 2", "ab 3", "cd 3"]
        assert set(domain.take(domain.draw(words(50)))) == {"ab", "cd"}

    def test_widened_domains_keep_the_length(self):
        narrowed = WordsDomain(1, 1).widen(1000).narrow(Length(0, 12))
        assert narrowed.size >= 1000
        assert lengths(assert_laws(narrowed))[1] <= 12

    def test_words_are_plain_and_distinct(self):
        assert len(set(LATIN)) == len(LATIN)
        assert all(w.isascii() and w.islower() for w in LATIN)

    @pytest.mark.parametrize("most", [None, 1, 3, 6, 10, 20, 255])
    def test_any_column_gets_some_text(self, most):
        values = assert_laws(words_within(most))
        assert lengths(values)[0] >= 1
        assert most is None or lengths(values)[1] <= most


class TestChars:
    @given(st.text(min_size=1, max_size=70), st.integers(0, 40), st.integers(0, 40))
    def test_any_characters_and_lengths(self, characters, least, more):
        domain = CharsDomain(characters, least, least + more)
        values = assert_laws(domain)
        assert lengths(values) == (least, least + more)
        assert set("".join(values)) <= set(characters)

    def test_small_domains_are_enumerated_shortest_first(self):
        assert assert_laws(CharsDomain("ab", 0, 2)).to_list() == ["", "a", "b", "aa", "ba", "ab", "bb"]

    @given(st.integers(0, 9), st.integers(0, 9))
    def test_lengths_are_exact(self, low, more):
        assert_narrows_exactly(CharsDomain("xy", 1, 7), Length(low, low + more))

    def test_case_limits(self):
        assert CharsDomain(ALPHANUMERIC, 1, 9).narrow(Cased(upper=True)).characters == (
            "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
        )

    def test_long_texts_use_all_characters_everywhere(self):
        domain = CharsDomain(ALPHANUMERIC, 32, 32)
        values = domain.take(domain.draw(words(20_000)))
        for place in range(32):
            assert values.str.slice(place, 1).n_unique() == len(ALPHANUMERIC), place

    def test_lengths_are_drawn_evenly(self):
        domain = CharsDomain("ab", 1, 8)
        counts = domain.take(domain.draw(words(20_000))).str.len_chars().value_counts()["count"]
        assert counts.min() > 2200

    def test_what_is_not_known_is_not_narrowed(self):
        assert CharsDomain(ALPHANUMERIC, 9, 9).narrow(AtLeast("m")) is None


def test_suffixes_keep_the_separator():
    domain = SuffixedDomain(WordsDomain(1, 1, ["ab"]), 2, "-")
    assert assert_laws(domain).to_list() == ["ab", "ab-2"]


def test_values_made_a_part_at_a_time_come_in_the_order_of_their_rows() -> None:
    for count in (1, 3, 300, 1 << 17):
        part = np.random.default_rng(count).integers(0, count, 3_000)
        made = by_part(part, count, lambda number, rows: pl.Series([f"{number} {row}" for row in rows.tolist()]))
        assert made.to_list() == [f"{number} {row}" for row, number in enumerate(part.tolist())]
