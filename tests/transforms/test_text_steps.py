from __future__ import annotations

import datetime as dt
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tests.transforms.steps import build, run

TEXTS = st.lists(st.none() | st.text(max_size=20))
NOON = dt.datetime(2024, 3, 1, 12, 0, 5)


@given(TEXTS, st.integers(0, 12))
def test_truncate_counts_characters(texts, length):
    expected = [t if t is None else t[:length] for t in texts]
    assert run("transform.truncate", texts, max_len=length).to_list() == expected


def test_truncate_is_injective_only_where_it_cuts_nothing():
    assert build("transform.truncate", max_length=5, max_len=5).injective
    assert not build("transform.truncate", max_length=6, max_len=5).injective
    assert not build("transform.truncate", max_len=5).injective
    assert build("transform.truncate", category="uuid", max_len=36).injective


@given(TEXTS)
def test_prefix_and_suffix(texts):
    expected = [t if t is None else f"<{{value}}{t}>" for t in texts]
    assert run("transform.prefix_suffix", texts, prefix="<{value}", suffix=">").to_list() == expected


@pytest.mark.parametrize(
    ("mode", "expected"),
    [("upper", ["AÇÃO o'neil\tX".upper()]), ("lower", ["ação o'neil\tx"]), ("title", ["Ação O'neil\tX"])],
)
def test_casing(mode, expected):
    assert run("transform.casing", ["aÇÃO o'NEIL\tx"], mode=mode).to_list() == expected


@given(st.lists(st.text("abÉ 1-\t", max_size=12)))
def test_title_keeps_every_character(texts):
    titled = run("transform.casing", texts, mode="title")
    assert titled.str.to_lowercase().to_list() == [t.lower() for t in texts]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([True, None], ["<true>", None]),
        ([1.5, 2.0], ["<1.5>", "<2>"]),
        ([Decimal("1.50")], ["<1.50>"]),
        ([dt.date(2024, 3, 1)], ["<2024-03-01>"]),
        ([NOON], ["<2024-03-01T12:00:05>"]),
        ([NOON.replace(tzinfo=dt.UTC)], ["<2024-03-01T12:00:05Z>"]),
        ([dt.time(9, 5)], ["<09:05:00>"]),
    ],
)
def test_templates_show_plain_values(values, expected):
    assert run("transform.format", values, category="other", template="<{value}>").to_list() == expected


def test_format_is_strftime():
    values = [NOON, None]
    result = run("transform.format", values, category="timestamp", format="%d/%m/%Y", template="ignored")
    assert result.to_list() == ["01/03/2024", None]


def test_template_may_repeat_or_leave_out_the_value():
    assert run("transform.format", ["a", None], template="{value}{value}").to_list() == ["aa", None]
    assert run("transform.format", ["a", None], template="x").to_list() == ["x", None]
    assert not build("transform.format", template="x").injective
    assert build("transform.format", template="x{value}").injective


def test_misfits_are_refused():
    with pytest.raises(ValueError, match="format needs dates or times, not integer"):
        build("transform.format", category="integer", format="%d")


@pytest.mark.parametrize(
    ("id_", "params"),
    [
        ("transform.truncate", {}),
        ("transform.truncate", {"max_len": -1}),
        ("transform.truncate", {"max_len": "3"}),
        ("transform.format", {}),
        ("transform.casing", {"mode": "camel"}),
        ("transform.prefix_suffix", {"prefix": 3}),
        ("transform.casing", {"mode": "upper", "extra": 1}),
    ],
)
def test_wrong_params(id_, params):
    with pytest.raises(ValidationError):
        build(id_, **params)


def test_nothing_in_nothing_out():
    for id_, params in (("transform.truncate", {"max_len": 1}), ("transform.casing", {"mode": "title"})):
        assert run(id_, pl.Series([], dtype=pl.String), **params).to_list() == []
