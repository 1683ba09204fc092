"""map, coalesce, round, slug."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import polars as pl
import pytest
from pydantic import ValidationError

from datalchemy_nb.domains.bits import mix
from datalchemy_nb.transforms.choice import NullsHere
from tests.transforms.steps import build, run


def applied(step, values):
    return step.apply(values, mix(np.arange(len(values), dtype=np.uint64)))


def test_map_keeps_what_is_not_listed():
    given = pl.Series(["a", "b", None])
    assert applied(build("transform.map", values={"a": "x"}), given).to_list() == ["x", "b", None]
    assert applied(build("transform.map", values={"a": "x"}, default="?"), given).to_list() == ["x", "?", None]


@pytest.mark.parametrize(
    ("category", "given", "values", "expected"),
    [
        ("integer", pl.Series([1, 2]), {"1": 10}, [10, 2]),
        ("text", pl.Series([1, 2]), {"1": "one"}, ["one", "2"]),
        ("text", pl.Series([True, False]), {"true": 1}, ["1", "false"]),
        ("boolean", pl.Series(["y", "n"]), {"y": True, "n": False}, [True, False]),
        ("date", pl.Series([dt.date(2024, 1, 1)]), {"2024-01-01": "2025-01-01"}, [dt.date(2025, 1, 1)]),
        ("date", pl.Series([dt.date(2024, 2, 1)]), {"2024-01-01": "2025-01-01"}, [dt.date(2024, 2, 1)]),
        ("decimal", pl.Series([Decimal("1.50"), Decimal("2.00")]), {"1.50": 7}, [Decimal("7.00"), Decimal("2.00")]),
    ],
)
def test_map_is_typed(category, given, values, expected):
    assert applied(build("transform.map", category=category, scale=2, values=values), given).to_list() == expected


def test_map_keeps_uniqueness_only_as_a_permutation():
    assert build("transform.map", values={"a": "b", "b": "a"}).injective
    assert not build("transform.map", values={"a": "b"}).injective
    assert not build("transform.map", values={"a": "b", "b": "a"}, default="c").injective


@pytest.mark.parametrize(
    ("category", "given", "value", "expected"),
    [
        ("text", pl.Series(["a", None]), "none", ["a", "none"]),
        ("integer", pl.Series([1, None]), 0, [1, 0]),
        ("date", pl.Series([None, dt.date(2024, 1, 1)]), "2020-02-29", [dt.date(2020, 2, 29), dt.date(2024, 1, 1)]),
        ("decimal", pl.Series([Decimal("1.50"), None]), 2, [Decimal("1.50"), Decimal("2.00")]),
    ],
)
def test_coalesce(category, given, value, expected):
    step = build("transform.coalesce", category=category, scale=2, value=value)
    assert applied(step, given).to_list() == expected
    assert not step.injective


def test_nulls_in_place():
    made = applied(NullsHere(0.25), pl.Series(range(20_000)))
    assert made.null_count() / 20_000 == pytest.approx(0.25, abs=0.02)


@pytest.mark.parametrize(
    ("digits", "given", "expected"),
    [
        (0, pl.Series([2.5, -2.5, 0.4, None]), [3.0, -3.0, 0.0, None]),
        (1, pl.Series([0.25, 1.04]), [0.3, 1.0]),
        (-1, pl.Series([15.0, 14.9, -15.0]), [20.0, 10.0, -20.0]),
        (0, pl.Series([7, -7]), [7, -7]),
        (-1, pl.Series([15, -15, 14, None]), [20, -20, 10, None]),
        (1, pl.Series([Decimal("1.25"), Decimal("-1.25"), None]), [Decimal("1.30"), Decimal("-1.30"), None]),
        (-1, pl.Series([Decimal("14.90"), Decimal("-15.00")]), [Decimal("10.00"), Decimal("-20.00")]),
    ],
)
def test_round_is_half_away_from_zero(digits, given, expected):
    result = run("transform.round", given, digits=digits)
    assert result.to_list() == expected
    assert result.dtype == given.dtype


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("São João & Cia. Ltda.", "sao-joao-cia-ltda"),
        ("  -- a__b  ", "a-b"),
        ("Straße 9½", "strasse-912"),
        ("ÇÃO/№5", "cao-5"),
        ("...", ""),
        ("", ""),
    ],
)
def test_slug(given, expected):
    assert run("transform.slug", [given, None]).to_list() == [expected, None]


def test_slug_separator():
    assert run("transform.slug", ["a b.c"], separator="_").to_list() == ["a_b_c"]


@pytest.mark.parametrize(
    ("id_", "params"),
    [
        ("transform.map", {"values": {}}),
        ("transform.map", {}),
        ("transform.coalesce", {}),
        ("transform.round", {"digits": 0.5}),
        ("transform.round", {"digits": 99}),
        ("transform.slug", {"separator": 5}),
    ],
)
def test_wrong_params(id_, params):
    with pytest.raises(ValidationError):
        build(id_, **params)


def test_misfits():
    with pytest.raises(ValueError, match="mix"):
        build("transform.map", category="integer", values={"1": 2, "2": "b"})
    with pytest.raises(ValueError, match="not a date"):
        build("transform.coalesce", category="date", value="soon")
