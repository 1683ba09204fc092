"""Rows drawn again until a condition holds: which draw each takes, and how soon it is known that none will."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.errors import GenerationError
from datalchemy_nb.generate.numbers import Attempts
from datalchemy_nb.generate.redrawing import Counters, Places, Redrawing
from datalchemy_nb.resolve.plan import Predicate, RedrawGroup, ResolvedTable

_ROWS = 5_000
_MOST = 1_000


class _Drawer:
    """Row r holds at its attempt ``due[r]``, and at no other."""

    def __init__(self, due: np.ndarray) -> None:
        self.due, self.drawn = due, 0

    def __call__(self, places: Places, attempt: int | Attempts) -> pl.DataFrame:
        self.drawn += len(places)
        first, width = (attempt, 1) if isinstance(attempt, int) else (attempt.first, attempt.width)
        numbers = first + np.tile(np.arange(width), len(places) // width)
        return pl.DataFrame({"x": np.where(numbers == self.due[places], numbers, -1)})

    def solved(self, counters: Counters | None = None) -> list[int]:
        predicate = Predicate(name="positive", sql='"x" >= 0', columns=("x",), enforced=True)
        table = ResolvedTable(TableRef(schema="public", table="t"), len(self.due), ())
        group = RedrawGroup(columns=("x",), inputs=(), predicates=(predicate,))
        rows = np.arange(len(self.due), dtype=np.uint64)
        redrawing = Redrawing(table, group, rows, _MOST, self, counters)
        return redrawing.of(self(np.arange(len(self.due)), 0))["x"].to_list()


def test_every_row_takes_its_first_draw_that_holds() -> None:
    due = np.random.default_rng(7).geometric(0.02, _ROWS) % _MOST
    counters = Counters()
    assert _Drawer(due).solved(counters) == due.tolist()
    assert sum(counters.retries.values()) == due.sum()


def test_a_few_rows_tell_that_many_never_hold() -> None:
    due = np.zeros(_ROWS, dtype=np.int64)
    due[10:] = 10 * _MOST
    drawer = _Drawer(due)
    with pytest.raises(GenerationError, match=r"positive still fails after 1000 attempts .*rows 10, 11, 12"):
        drawer.solved()
    assert drawer.drawn < 50 * _ROWS  # not all of them a thousand times


def test_the_last_of_many_rows_is_waited_for() -> None:
    due = np.full(_ROWS, 40)
    due[-1] = _MOST - 1
    assert _Drawer(due).solved() == due.tolist()
    due[-1] = 10 * _MOST
    with pytest.raises(GenerationError, match=rf"rows {_ROWS - 1}\)"):
        _Drawer(due).solved()
