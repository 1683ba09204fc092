from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from pydantic import ValidationError

from datalchemy_nb.transforms.base import transforms
from tests.transforms.steps import build, run


def options(*values):
    return [{"value": value, "weight": 1} for value in values]


@pytest.mark.parametrize(
    ("category", "values", "expected"),
    [
        ("text", ["a", "b"], {"a", "b"}),
        ("integer", [1, 2], {1, 2}),
        ("float", [1, 2.5], {1.0, 2.5}),
        ("boolean", [True, False], {True, False}),
        ("decimal", [1, 2.5], {Decimal("1.00"), Decimal("2.50")}),
        ("date", ["2024-01-01", "2024-01-02"], {dt.date(2024, 1, 1), dt.date(2024, 1, 2)}),
        ("timestamp", ["2024-01-01 10:00:00"], {dt.datetime(2024, 1, 1, 10)}),
        ("timestamptz", ["2024-01-01T10:00:00Z"], {dt.datetime(2024, 1, 1, 10, tzinfo=dt.UTC)}),
        ("time", ["10:00:00"], {dt.time(10)}),
    ],
)
def test_choices_are_typed(category, values, expected):
    result = run("transform.weighted_choice", ["x"] * 50, category=category, scale=2, choices=options(*values))
    assert set(result) == expected
    assert build("transform.weighted_choice", category=category, scale=2, choices=options(*values)).category == category


def test_weights_count():
    choices = [{"value": "a", "weight": 9}, {"value": "b"}]
    result = run("transform.weighted_choice", [*["x"] * 5000, None], choices=choices)
    assert result.eq("a").mean() == pytest.approx(0.9, abs=0.02)


@pytest.mark.parametrize(
    ("category", "choices", "problem"),
    [
        ("text", options("a", 1), "mix integer and text"),
        ("date", options("soon"), "a choice is not a date"),
    ],
)
def test_misfits_are_refused(category, choices, problem):
    with pytest.raises(ValueError, match=problem):
        build("transform.weighted_choice", category=category, choices=choices)


@pytest.mark.parametrize(
    ("id_", "params"),
    [
        ("transform.weighted_choice", {"choices": []}),
        ("transform.weighted_choice", {"choices": [{"value": "a", "weight": 0}]}),
        ("transform.weighted_choice", {"choices": [{"weight": 1}]}),
        ("transform.null_rate", {}),
        ("transform.null_rate", {"rate": 1.5}),
        ("transform.null_rate", {"rate": -0.1}),
    ],
)
def test_wrong_params(id_, params):
    with pytest.raises(ValidationError):
        build(id_, **params)


def test_null_rate_is_left_to_the_engine():
    step = build("transform.null_rate", rate=0.25)
    assert (step.null_rate, step.injective) == (0.25, True)
    assert run("transform.null_rate", ["a", None], rate=1).to_list() == ["a", None]


def test_all_are_registered():
    seven = {"casing", "format", "mask", "null_rate", "prefix_suffix", "truncate", "weighted_choice"}
    assert list(transforms()) == sorted(f"transform.{n}" for n in seven | {"coalesce", "map", "round", "slug"})
    assert all(spec.doc.endswith(".") for spec in transforms().values())
