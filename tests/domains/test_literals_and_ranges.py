"""Arrays, rows, ranges without overlap, and listed choices."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.domains.base import Slot
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.choices import ChoiceParams, choice
from datalchemy_nb.domains.disjoint import DisjointRanges
from datalchemy_nb.domains.literals import ArrayText, RowText
from datalchemy_nb.domains.number import IntegerDomain
from datalchemy_nb.introspect.connection import connect

HOSTILE = ['a"b', "c\\d", "e,{f}", "", " g ", "null", "(x)", "ü"]


def all_of(size: int) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    return np.arange(size, dtype=np.uint64)


def test_postgresql_reads_arrays_back_as_the_elements(database: Callable[..., str]) -> None:
    domain = ArrayText(ChoiceDomain(HOSTILE))
    texts = domain.take(all_of(min(domain.size, 600)))
    assert texts.n_unique() == len(texts)
    with connect(database()) as connection:
        for text in texts:
            (elements,) = connection.execute("SELECT %s::text[]", [text]).fetchone() or ([],)
            assert len(elements) <= 3
            assert set(elements) <= set(HOSTILE)


def test_postgresql_reads_rows_back_as_their_fields(database: Callable[..., str]) -> None:
    domain = RowText([ChoiceDomain(HOSTILE), IntegerDomain(1, 5)])
    texts = domain.take(all_of(domain.size))
    assert texts.n_unique() == domain.size == 40
    with connect(database("CREATE TYPE pair AS (a text, b int)")) as connection:
        read = [connection.execute("SELECT (%s::pair).a, (%s::pair).b", [t, t]).fetchone() for t in texts]
    assert set(read) == {(a, b) for a in HOSTILE for b in range(1, 6)}


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=200))
def test_array_draws_stay_inside(bits: list[int]) -> None:
    domain = ArrayText(IntegerDomain(0, 10**6))
    drawn = domain.draw(np.array(bits, dtype=np.uint64))
    assert all(int(o) < domain.size for o in drawn)


@pytest.mark.parametrize("type_name", ["int4range", "int8range", "numrange", "daterange", "tsrange", "tstzrange"])
def test_ranges_never_overlap(type_name: str, database: Callable[..., str]) -> None:
    slot = Slot(TableRef("s", "t"), "r", "range", pl.String(), type_name)
    domain = DisjointRanges(slot)
    ordinals = np.array([0, 1, 2, 3, 500, 501, domain.size - 2, domain.size - 1], dtype=np.uint64)
    with connect(database()) as connection:
        for a, b in zip(domain.take(ordinals)[:-1], domain.take(ordinals)[1:], strict=True):
            row = connection.execute(f"SELECT %s::{type_name} && %s::{type_name}", [a, b]).fetchone()
            assert row == (False,)


def test_other_range_types_are_refused() -> None:
    with pytest.raises(ValueError, match="inetrange"):
        DisjointRanges(Slot(TableRef("s", "t"), "r", "range", pl.String(), "inetrange"))


@pytest.mark.parametrize(
    ("values", "category", "dtype"),
    [(["a", "b"], "text", pl.String()), ([1, 2], "integer", pl.Int64()), ([1, 2.5], "decimal", pl.Decimal(5, 2))],
)
def test_choice_takes_the_type_of_its_values(values: list[object], category: str, dtype: pl.DataType) -> None:
    slot = Slot(TableRef("s", "t"), "c", category, dtype, category)  # type: ignore[arg-type]
    made = choice(ChoiceParams(values=tuple(values)), slot)  # type: ignore[arg-type]
    assert made.size == 2  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "params", [{"values": []}, {"values": ["a"], "weights": [1, 2]}, {"values": ["a"], "weights": [0]}]
)
def test_choice_refuses_what_it_cannot_draw_from(params: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ChoiceParams.model_validate(params)
