"""Texts put together from Faker's lists: Faker's own values are among them, as often, and all are counted."""

from __future__ import annotations

import datetime as dt
import sys

import numpy as np
import pytest

from datalchemy_nb.domains.faker.clock import pinned
from datalchemy_nb.domains.faker.composed import composed
from datalchemy_nb.domains.faker.library import library
from datalchemy_nb.domains.faker.trace import form_of
from datalchemy_nb.domains.grammar.counted import build
from datalchemy_nb.domains.grammar.distinct import distinct
from datalchemy_nb.domains.grammar.forms import choice, ends, literal, masked, sequence
from datalchemy_nb.domains.grammar.forms import words as listed
from datalchemy_nb.domains.limits import EmptyDomainError, Length
from tests.domains.faker.faker_checks import drawn, made, words

TODAY = dt.date(2026, 1, 1)
METHODS = ("company", "city", "street_name", "street_address", "phone_number", "license_plate", "catch_phrase", "name")
LOCALES = ("en_US", "pt_BR", "de_DE", "fr_FR", "ja_JP", "ru_RU", "zh_CN", "ar_SA", "es_MX", "pl_PL", "tr_TR", "hi_IN")


class TestForms:
    def test_masks_are_counted_exactly(self) -> None:
        assert build(masked("###-%$")).size == 1000 * 9 * 8
        assert build(masked("?#", "AB")).size == 20
        node = build(masked("%!"))
        assert node.size == 9 + 90
        assert node.take(np.arange(99, dtype=np.uint64)).n_unique() == 99

    def test_formats_that_differ_in_their_first_words_become_one(self) -> None:
        node = build(choice((1.0, masked(f"+55 {area} ####-####")) for area in range(11, 100)))
        assert node.size == 89 * 10**8
        assert node.injective

    def test_weights_are_kept(self) -> None:
        form = choice([(3.0, listed(["a", "b"], [9, 1])), (1.0, sequence([literal("c"), masked("#")]))])
        found = drawn(build(form), 40_000)
        assert (found == "a").mean() == pytest.approx(0.675, abs=0.01)
        assert (found == "b").mean() == pytest.approx(0.075, abs=0.01)
        assert found.str.starts_with("c").mean() == pytest.approx(0.25, abs=0.01)

    def test_lengths_are_cut_without_clamping(self) -> None:
        node = composed("en_US", "street_address")
        assert node is not None
        short = node.narrow(Length(0, 18))
        assert short is not None
        found = drawn(short, 5000)
        assert found.str.len_chars().max() <= 18
        assert found.n_unique() > 4000
        with pytest.raises(EmptyDomainError):
            node.narrow(Length(0, 4))

    @pytest.mark.parametrize(
        "form",
        [
            sequence([listed(["ab", "a"]), listed(["c", "bc"])]),
            choice([(1, masked("##")), (1, masked("%#"))]),
            sequence([listed(["x y", "x"]), literal(" "), listed(["z", "y z"])]),
        ],
    )
    def test_what_reads_the_same_is_left_out_where_it_must_be_unique(self, form: object) -> None:
        node = build(form)  # type: ignore[arg-type]
        assert not node.injective
        once = distinct(node)
        assert once.injective
        assert once.take(np.arange(once.size, dtype=np.uint64)).n_unique() == once.size


@pytest.mark.parametrize("locale", LOCALES)
class TestAgainstFaker:
    @pytest.mark.parametrize("method", METHODS)
    def test_fakers_values_are_among_them(self, locale: str, method: str) -> None:
        faker = library(locale)
        form = form_of(faker, method)
        if form is None:
            pytest.skip(f"{locale}.{method} does more than put texts together")
        with pinned(faker, TODAY, 99):
            for _ in range(200):
                value = getattr(faker.generator, method)()
                assert len(value) in ends(form, value)

    @pytest.mark.parametrize("method", METHODS)
    def test_distinct_ordinals_are_distinct_texts(self, locale: str, method: str) -> None:
        node = composed(locale, method, unique=True)
        if node is None or not node.injective:
            return
        edge = np.arange(min(node.size, 3000), dtype=np.uint64)
        ordinals = np.unique(np.concatenate([edge, np.uint64(node.size - 1) - edge, node.draw(words(3000))]))
        assert node.take(ordinals).n_unique() == len(ordinals)


class TestSizes:
    @pytest.mark.parametrize(
        ("locale", "method", "least"),
        [("en_US", "company", 10**9), ("en_US", "phone_number", 10**12), ("en_US", "address", 10**15),
         ("pt_BR", "phone_number", 10**9), ("pt_BR", "address", 10**15), ("de_DE", "street_address", 10**9),
         ("en_US", "license_plate", 10**9), ("ja_JP", "address", 10**12)],
    )  # fmt: skip
    def test_millions_of_texts(self, locale: str, method: str, least: int) -> None:
        node = composed(locale, method)
        assert node is not None
        assert node.size >= least

    def test_companies_widen_codes_do_not(self) -> None:
        company = made("semantic.company.name", locale="pt_BR", unique=True)
        wider = company.widen(10**6)
        assert wider is not None
        assert wider.size >= 10**6
        assert wider.take(np.arange(10**5, dtype=np.uint64) * np.uint64(10)).n_unique() == 10**5


class TestClock:
    DATES = ("past_date", "future_date", "date_of_birth", "date_this_year", "date_this_month", "date_this_decade",
             "date_time_this_year", "past_datetime", "future_datetime", "date_between", "date_object")  # fmt: skip

    @pytest.mark.parametrize("method", DATES)
    def test_today_is_the_base_date(self, method: str) -> None:
        domain = made(f"faker.date_time.{method}", {"pool": 300}, base_date=dt.date(1999, 7, 15))
        found = drawn(domain, 300).cast(dt.date)
        if method.startswith(("past", "future")):
            assert abs((found - dt.date(1999, 7, 15)).dt.total_days()).max() <= 31  # type: ignore[operator]
        assert found.max() <= dt.date(1999, 8, 15)  # type: ignore[operator]
        if "this_year" in method:
            assert set(found.dt.year()) == {1999}

    def test_documents_that_hold_dates_follow_it(self) -> None:
        old, new = (
            made("faker.ssn.ssn", {"pool": 50}, locale="sv_SE", base_date=dt.date(year, 1, 1)) for year in (1990, 2020)
        )
        assert set(drawn(old)) != set(drawn(new))

    def test_faker_is_left_as_it_was(self) -> None:
        faker = library("en_US")
        module = sys.modules["faker.providers.date_time"]
        before = dict(vars(module))
        with pinned(faker, TODAY, 1):
            assert vars(module)["datetime"].now() == dt.datetime(2026, 1, 1)
            with pytest.raises(AssertionError, match="length"):
                faker.generator.swift(length=9)
        assert dict(vars(module)) == before
        assert "print" not in vars(sys.modules[type(faker.providers["ssn"]).__module__])

    def test_values_are_plain(self) -> None:
        values = made("faker.date_time.date_time_between", {"pool": 5}).take(np.arange(5, dtype=np.uint64)).to_list()
        assert {type(value) for value in values} == {dt.datetime}

    def test_dates_as_arguments(self) -> None:
        params = {"start_date": "2020-01-01", "end_date": "2020-01-31", "pool": 500}
        days = drawn(made("faker.date_time.date_between", params), 2000)
        assert days.is_between(dt.date(2020, 1, 1), dt.date(2020, 1, 31)).all()
        assert days.n_unique() >= 30
