from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datalchemy_nb.domains import arrow
from datalchemy_nb.domains.strings import (
    TextRows,
    char_table,
    decimal_digits,
    from_fixed_bytes,
    gather,
    join,
    row_digits,
    text_table,
    zero_padded,
)

WORDS = st.lists(st.integers(0, (1 << 64) - 1), max_size=20)


def array(values):
    return np.array(values, dtype=np.uint64)


@given(WORDS, st.integers(1, 20))
def test_zero_padded(values, width):
    expected = [f"{v % 10**width:0{width}d}" for v in values]
    assert zero_padded(array(values), width).to_list() == expected


@given(WORDS)
def test_decimal_digits(values):
    assert decimal_digits(array(values)).to_list() == list(map(str, values))


def test_row_digits_grow_where_they_must():
    assert row_digits(array([0, 41])).to_list() == ["0001", "0042"]
    assert row_digits(array([0, 99_999])).to_list() == ["0001", "100000"]


@given(st.integers(0, 30), st.integers(0, 60))
def test_bytes_of_one_width(count, width):
    cells = (np.arange(count * width, dtype=np.uint64) * np.uint64(7) % np.uint64(90) + np.uint64(33)).astype(np.uint8)
    cells = cells.reshape(count, width)
    assert from_fixed_bytes(cells).to_list() == [bytes(row).decode() for row in cells]


@given(st.integers(1, 40), st.data())
def test_bytes_up_to_a_width(width, data):
    lengths = data.draw(st.lists(st.integers(0, width), min_size=1, max_size=20))
    cells = np.tile(np.arange(width, dtype=np.uint8) + np.uint8(65), (len(lengths), 1))
    expected = [bytes(cells[0][:n]).decode() for n in lengths]
    series = from_fixed_bytes(cells, np.array(lengths))
    assert series.to_list() == expected
    assert series.sort().to_list() == sorted(expected)
    assert series.n_unique() == len(set(expected))


@given(st.lists(st.sampled_from(["a", "bc", "def", "ghij"]), min_size=1, max_size=12), st.integers(1, 5))
def test_rows_of_any_layout(pieces, count):
    """Stores wider than their text never reach a neighbour."""
    width = sum(map(len, pieces))
    rows, position = TextRows(count, width), 0
    for piece in pieces:
        rows.put(position, text_table([piece.upper(), piece]), np.arange(count) % 2)
        position += len(piece)
    text = "".join(pieces)
    assert rows.finish().to_list() == [text.upper() if i % 2 == 0 else text for i in range(count)]


@pytest.mark.parametrize("width", [6, 14])
def test_rows_with_lengths(width):
    rows = TextRows(3, width)
    for place in range(width):
        rows.put(place, char_table("xy"), np.zeros(3, dtype=np.int64))
    assert rows.finish(np.array([0, 3, width])).to_list() == ["", "xxx", "x" * width]


def test_gather_and_join():
    pool = pl.Series(["ana", "çã"])
    assert gather(pool, array([1, 0, 1])).to_list() == ["çã", "ana", "çã"]
    assert join(["<", pool, "-", pool, ">"]).to_list() == ["<ana-ana>", "<çã-çã>"]
    assert join([pl.Series(["a", None]), "!"]).to_list() == ["a!", None]


def test_memory_is_released_with_the_last_reader():
    before = len(arrow._alive)
    series = zero_padded(np.arange(1000, dtype=np.uint64), 20)
    part = series.slice(990, 5)
    del series
    assert part.to_list() == [f"{i:020d}" for i in range(990, 995)]
    del part
    assert len(arrow._alive) == before
