from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.domains.base import Derivation, ForeignKeyShare, ParentValue
from datalchemy_nb.domains.registry import find_generator
from datalchemy_nb.domains.strings import fold
from tests.domains.domain_laws import slot, words

MOMENT = dt.datetime(2024, 1, 31, 23, 59, 59)
PINNED_DATES = [dt.date(2024, 2, 1), dt.date(2024, 2, 11), dt.date(2024, 2, 27)]
PINNED_MOMENTS = [
    dt.datetime(2024, 1, 31, 23, 59, 59),
    dt.datetime(2024, 2, 1, 8, 6, 56),
    dt.datetime(2024, 2, 1, 20, 36, 29),
]


def derive(id_, column, inputs, **params):
    spec = find_generator(id_)
    built = spec.build(spec.params.model_validate({"input_columns": list(inputs), **params}), column)
    assert isinstance(built, Derivation)
    assert built.inputs == tuple(inputs)
    count = len(next(iter(inputs.values())))
    result = built.compute(inputs, words(count), np.arange(count, dtype=np.uint64))
    assert len(result) == count
    return result


class TestFolding:
    @pytest.mark.parametrize(
        ("text", "folded"),
        [
            ("Ana Júlia", "ana.julia"),
            ("José  da-Silva_Ção", "jose.da.silva.cao"),
            ("Åse Strøm", "ase.strom"),
            ("Weiß", "weiss"),
            ("O'Neil", "oneil"),
            (" . ", ""),
            ("漢字", ""),
            ("É", "e"),
        ],
    )
    def test_accents_are_folded_not_dropped(self, text, folded):
        assert fold(pl.Series([text])).to_list() == [folded]


class TestEmails:
    names = pl.Series(["Ana Júlia", "漢字", None, "Zé"])
    last = pl.Series(["Lima", None, None, ""])

    def test_parts_are_joined(self):
        emails = derive("derive.email_from_name", slot(), {"a": self.names, "b": self.last})
        assert emails.to_list() == ["ana.julia.lima@example.com", "user0002@example.com", None, "ze@example.com"]

    def test_unique_addresses_carry_the_row(self):
        emails = derive("derive.email_from_name", slot(unique=True), {"a": self.names}, domain="acme.test")
        assert emails.to_list() == ["ana.julia.0001@acme.test", "user.0002@acme.test", None, "ze.0004@acme.test"]

    @given(st.lists(st.text(max_size=30), min_size=1, max_size=30), st.integers(26, 60))
    def test_unique_addresses_never_collide_and_fit(self, names, length):
        emails = derive("derive.email_from_name", slot(unique=True, max_length=length), {"a": pl.Series(names)})
        assert emails.n_unique() == len(names)
        assert emails.str.len_chars().max() <= length
        assert emails.str.contains(r"^[a-z0-9]+(\.[a-z0-9]+)*@example\.com$").all()

    def test_a_column_too_short_is_refused(self):
        with pytest.raises(ValueError, match="does not fit into 12"):
            derive("derive.email_from_name", slot(max_length=12), {"a": self.names})


class TestLater:
    @pytest.mark.parametrize("id_", ["derive.end_after_start", "derive.updated_after_created"])
    @pytest.mark.parametrize("category", ["date", "timestamp", "timestamptz"])
    @pytest.mark.parametrize("source", ["date", "timestamp", "timestamptz"])
    @settings(max_examples=20)
    @given(data=st.data())
    def test_is_never_before(self, id_, category, source, data):
        start = pl.Series(
            data.draw(st.lists(st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2100, 1, 1)), min_size=1))
        )
        start = start.cast(pl.Date) if source == "date" else start
        start = start.dt.replace_time_zone("UTC") if source == "timestamptz" else start
        least, more = data.draw(st.tuples(st.integers(0, 3), st.integers(0, 3)))
        end = derive(id_, slot(category), {"a": start}, min_days=least, max_days=least + more)
        distance = _plain(end) - _plain(start)
        assert distance.min() >= dt.timedelta(days=least)
        assert distance.max() < dt.timedelta(days=least + more + 1)
        assert (end.dtype == pl.Date) == (category == "date")

    def test_seconds_are_exact(self):
        end = derive(
            "derive.end_after_start", slot("timestamp"), {"a": pl.Series([MOMENT, None])}, min_seconds=5, max_seconds=5
        )
        assert end.to_list() == [MOMENT + dt.timedelta(seconds=5), None]

    @pytest.mark.parametrize(("category", "days"), [("date", 30), ("timestamp", 1)])
    def test_usual_distances(self, category, days):
        start = pl.Series([dt.datetime(2024, 1, 1)] * 3000)
        distance = _plain(derive("derive.end_after_start", slot(category), {"a": start})) - start
        assert distance.min() < dt.timedelta(days=0.1 * days)
        assert dt.timedelta(days=0.9 * days) < distance.max() <= dt.timedelta(days=days)

    @given(st.lists(st.times(), min_size=1), st.integers(0, 90_000))
    def test_times_end_with_the_day(self, times, most):
        start = pl.Series([t.replace(microsecond=0) for t in times])
        end = derive("derive.end_after_start", slot("time"), {"a": start}, max_seconds=most)
        assert (end >= start).all()

    @pytest.mark.parametrize("params", [{"min_days": 2, "max_days": 1}, {"min_seconds": 9, "max_seconds": 8}])
    def test_crossed_distances_are_refused(self, params):
        with pytest.raises(ValueError, match="shortest distance"):
            derive("derive.end_after_start", slot("date"), {"a": pl.Series([dt.date(2024, 1, 1)])}, **params)

    def test_other_types_are_refused(self):
        with pytest.raises(ValueError, match="must be a date, time or timestamp, not text"):
            derive("derive.end_after_start", slot("text"), {"a": pl.Series([dt.date(2024, 1, 1)])})
        with pytest.raises(ValueError, match="input column must be a date or timestamp"):
            derive("derive.end_after_start", slot("date"), {"a": pl.Series(["x"])})


def _plain(moments: pl.Series) -> pl.Series:
    moments = moments.cast(pl.Datetime("us")) if moments.dtype == pl.Date else moments
    return moments.dt.replace_time_zone(None)


class TestMoneyTotal:
    @given(
        st.lists(
            st.tuples(st.decimals(-(10**6), 10**6, places=3), st.integers(-100, 100), st.decimals(0, 10**6, places=2)),
            min_size=1,
        ),
        st.integers(0, 6),
    )
    def test_is_exact_and_rounds_half_away_from_zero(self, rows, scale):
        price, quantity, discount = (pl.Series(list(part)) for part in zip(*rows, strict=True))
        column = slot("decimal", scale=scale, precision=20)
        inputs = {"p": price.cast(pl.Decimal(20, 3)), "q": quantity, "d": discount.cast(pl.Decimal(20, 2))}
        unit = Decimal(1).scaleb(-scale)
        expected = [(p * q - d).quantize(unit, "ROUND_HALF_UP") for p, q, d in rows]
        assert derive("derive.money_total", column, inputs).to_list() == expected

    def test_nulls_propagate(self):
        inputs = {"p": pl.Series([Decimal("1.50"), None]), "q": pl.Series([2, 2])}
        assert derive("derive.money_total", slot("decimal", scale=2), inputs).to_list() == [Decimal("3.00"), None]

    @pytest.mark.parametrize(("category", "expected"), [("float", 3.75), ("integer", 4), ("decimal", Decimal("3.8"))])
    def test_output_has_the_columns_type(self, category, expected):
        inputs = {"p": pl.Series([1.25]), "q": pl.Series([3])}
        assert derive("derive.money_total", slot(category, scale=1), inputs).to_list() == [expected]


def test_keys_and_parents():
    spec = find_generator("derive.fk")
    assert spec.build(spec.params(), slot()) == ForeignKeyShare()
    spec = find_generator("derive.parent_value")
    params = {"input_columns": ["pai_id"], "parent_schema": "s", "parent_table": "pai", "parent_column": "nome"}
    built = spec.build(spec.params.model_validate(params), slot())
    assert built == ParentValue("pai_id", TableRef("s", "pai"), "nome")
    with pytest.raises(ValidationError, match="parent_table"):
        spec.params.model_validate({k: v for k, v in params.items() if k != "parent_table"})


@pytest.mark.parametrize("id_", ["derive.email_from_name", "derive.end_after_start", "derive.money_total"])
def test_input_columns_are_required(id_):
    with pytest.raises(ValidationError, match="input_columns"):
        find_generator(id_).params.model_validate({})
    with pytest.raises(ValidationError, match="at least"):
        find_generator(id_).params.model_validate({"input_columns": []})


def test_bytes_are_pinned():
    start = {"a": pl.Series([MOMENT] * 3)}
    assert derive("derive.end_after_start", slot("date"), start).to_list() == PINNED_DATES
    assert derive("derive.updated_after_created", slot("timestamp"), start).to_list() == PINNED_MOMENTS
