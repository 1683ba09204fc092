"""What is typed into headings: each sentence keeps the rows that it says."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from datalchemy_nb.errors import UsageError
from datalchemy_nb.session import Session
from datalchemy_nb.widgets.models.filters import condition, filterable
from datalchemy_nb.widgets.studio import Studio

from .grids import act, cells
from .shops import CUSTOMERS

_MOMENTS = [dt.datetime(2024, 3, 1, 5), dt.datetime(2024, 3, 31, 10), None, dt.datetime(2025, 1, 1)]
ROWS = pl.DataFrame(
    {
        "n": [1, 2, None, 40],
        'a "t"': ["Ana's a.b", "BOB", None, ""],
        "moment": _MOMENTS,
        "zoned": [m and m.replace(tzinfo=dt.UTC) for m in _MOMENTS],
        "flag": [True, False, None, True],
        "price": [Decimal("1.50"), Decimal("2.25"), None, Decimal(3)],
    }
)


@pytest.mark.parametrize(
    ("column", "typed", "left"),
    [
        ("n", "> 1", [1, 3]),
        ("n", "1..2", [0, 1]),
        ("n", "..1", [0]),
        ("n", "0", [3]),
        ("n", "!= 2", [0, 2, 3]),
        ('a "t"', "ana's", [0]),
        ('a "t"', "A.B", [0]),
        ('a "t"', "x.b", []),
        ('a "t"', "= BOB", [1]),
        ('a "t"', "!b", [2, 3]),
        ('a "t"', "=", [3]),
        ('a "t"', "null", [2]),
        ('a "t"', "not null", [0, 1, 3]),
        ("moment", "2024-03", [0, 1]),
        ("moment", "<= 2024-03-31", [0, 1]),
        ("moment", "= 2024-03-31", [1]),
        ("zoned", "2024-03-31..", [1, 3]),
        ("flag", "= true", [0, 3]),
        ("price", ">= 2.25", [1, 3]),
        ("price", "= 1.5", [0]),
        ("n", " ", [0, 1, 2, 3]),
    ],
)
def test_what_is_typed_keeps_the_rows_it_says(column: str, typed: str, left: list[int]) -> None:
    written = condition(column, ROWS.schema[column], typed)
    kept = ROWS.with_row_index().filter(pl.sql_expr(written)) if written else ROWS.with_row_index()
    assert kept["index"].to_list() == left


def test_a_number_is_wanted() -> None:
    with pytest.raises(UsageError, match="is no number"):
        condition("n", pl.Int64(), "> many")
    assert not filterable(pl.Binary())


@pytest.fixture
def studio(session: Session) -> Studio:
    session.generate()
    return session.studio()


def test_rows_of_a_run_are_filtered_by_their_headings(studio: Studio, session: Session) -> None:
    panel: Any = studio.open("preview")
    panel.model.choose(CUSTOMERS)
    panel.model.choose_source(panel.model.bench.runs[0].run_id)
    whole = session.preview("loja.clientes", run="latest", rows=100).frame
    act(panel.page, act="filter", column="idade", text="> 50")
    act(panel.page, act="filter", column="nome", text="a")
    wanted = whole.filter((pl.col("idade") > 50) & pl.col("nome").str.to_lowercase().str.contains("a"))
    assert panel.model.total == wanted.height > 0
    shown = [row[2] for row in cells(panel.page).values()]
    assert shown == wanted["nome"].head(20).to_list()
    line = panel.model.magic.removeprefix("%datalchemy ")
    assert '"idade" > 50' in line
    act(panel.page, act="filter", column="idade", text="> many")
    assert "is no number" in panel.notice.widget.value
    assert panel.model.total == wanted.height, "what stands there is of the filter before"
    act(panel.page, act="filter", column="idade", text="")
    act(panel.page, act="filter", column="nome", text="")
    assert panel.model.total == whole.height
