"""Arrays over the rows of tables: made no more often than is worth it, whatever the table's size."""

from __future__ import annotations

import numpy as np
import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.run import BLOCK_ROWS
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.generate import kept
from datalchemy_nb.generate.kept import Arrays, Kept

NAME = TableRef("s", "t"), "moments"
BLOCKS, CHUNKS = 8, 30


def made_rows(here_and_there: bool) -> tuple[int, int]:
    """Rows asked for by chunks, and rows made for them."""
    held, rows = Kept(), BLOCKS * BLOCK_ROWS
    made, asked = 0, 0

    def make(index: U64) -> Arrays:
        nonlocal made
        made += len(index)
        return (index.astype(np.int64) * 3,)

    draw = np.random.default_rng(5)
    for chunk in range(CHUNKS):
        if here_and_there:
            index = draw.integers(0, rows, BLOCK_ROWS // 4, dtype=np.uint64)
        else:
            index = np.arange(chunk * 20_000 % rows, chunk * 20_000 % rows + 1000, dtype=np.uint64)
        (values,) = held.of(NAME, rows, index, make)
        assert (values == index.astype(np.int64) * 3).all()
        asked += len(index)
    return asked, made


def test_a_table_that_can_be_kept_is_made_once() -> None:
    asked, made = made_rows(here_and_there=True)
    assert made < asked + BLOCKS * BLOCK_ROWS


def test_one_that_cannot_is_made_for_what_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """With room for two of eight blocks: not every block again for each chunk that reads all of them."""
    monkeypatch.setattr(kept, "_MOST_BYTES", 2 * BLOCK_ROWS * 8)
    asked, made = made_rows(here_and_there=True)
    assert made < asked + 2 * BLOCKS * BLOCK_ROWS


def test_a_few_rows_make_no_block() -> None:
    asked, made = made_rows(here_and_there=False)
    assert made == asked
