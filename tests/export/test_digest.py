"""Digests tell values apart, nulls from empty texts, and do not depend on how a block was cut."""

from __future__ import annotations

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datalchemy_nb.export.digest import BlockHasher, ColumnHasher, block_digests, column_bytes, frame_digests


def digest(values: pl.Series, *cuts: int) -> str:
    hasher = ColumnHasher()
    for start, stop in zip((0, *cuts), (*cuts, len(values)), strict=True):
        hasher.update(values[start:stop])
    return hasher.hexdigest()


@settings(max_examples=100)
@given(st.lists(st.none() | st.text(max_size=4), min_size=1, max_size=12), st.data())
def test_chunks_do_not_show(texts: list[str | None], data: st.DataObject) -> None:
    values = pl.Series(texts, dtype=pl.String)
    cut = data.draw(st.integers(0, len(texts)))
    assert digest(values, cut) == digest(values)


CELLS = st.tuples(
    st.none() | st.text(st.sampled_from(",a\x1fé"), max_size=3),
    st.none() | st.integers(-9, 9),
    st.none() | st.integers(-9, 9).map(lambda cents: Decimal(cents) / 100),
    st.none() | st.booleans(),
    st.none() | st.dates(),
)


@settings(max_examples=100)
@given(st.lists(CELLS, min_size=1, max_size=12), st.integers(1, 13))
def test_the_probe_of_a_block_is_the_digest_of_its_first_rows(rows: list[tuple[object, ...]], first: int) -> None:
    schema = {"t": pl.String, "i": pl.Int32, "d": pl.Decimal(20, 2), "b": pl.Boolean, "day": pl.Date}
    frame = pl.DataFrame(rows, schema=schema, orient="row")
    digests, plain, probe = block_digests(frame, first)
    assert (digests, probe) == (frame_digests(frame), frame_digests(frame.head(first)))
    assert not plain or not any(text is not None and ("," in text or not text) for text in frame["t"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (["a", None], [None, "a"]),
        (["", None], [None, ""]),
        (["ab", "c"], ["a", "bc"]),
        ([None], [""]),
        (["é"], ["e"]),
    ],
)
def test_texts_that_differ(one: list[str | None], other: list[str | None]) -> None:
    assert digest(pl.Series(one, dtype=pl.String)) != digest(pl.Series(other, dtype=pl.String))


WIDE = [0, 1, -1, 5, -(10**30), 10**37 - 1, -(1 << 64), 1 << 64, (1 << 63) - 1, -(1 << 63), None]


@pytest.mark.parametrize("values", [WIDE, WIDE[:4], [None, 7], [None]], ids=["wide", "narrow", "null", "only null"])
def test_decimals_are_128_bit_words(values: list[int | None]) -> None:
    column = pl.Series([None if v is None else Decimal(v) for v in values], dtype=pl.Decimal(38, 0))
    expected = b"".join((v or 0).to_bytes(16, "little", signed=True) for v in values)
    assert bytes(column_bytes(column).values) == expected


def test_a_block_has_one_digest_per_column() -> None:
    hasher = BlockHasher(2)
    hasher.update(pl.DataFrame({"a": [1, 2], "b": ["x", None]}))
    assert hasher.rows == 2
    assert [len(d) for d in hasher.digests()] == [32, 32]


def test_pinned() -> None:
    """The definition is part of the file format: a change needs new goldens."""
    frame = pl.DataFrame({"n": [1, None], "t": ["a", None], "f": [0.5, None]})
    hasher = BlockHasher(3)
    hasher.update(frame)
    assert hasher.digests() == (
        "f90d50c923574d13057c736fc3bf938c",
        "fab24da0b38d5c4316b630068298c47c",
        "2bca93ac30f1f2f01a8fd49ece5747c8",
    )
