"""Columns that a condition bounds: by an expression over others, or beyond the values they usually have."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from datalchemy_nb.session import Session
from tests.pipeline.conftest import bare_plan

DDL = """
CREATE TABLE line (
    id serial PRIMARY KEY, qty numeric, allocated numeric,
    quantity int NOT NULL, delivered int NOT NULL,
    price numeric(10, 2) NOT NULL, total numeric(10, 2) NOT NULL,
    starts date, ends date, seen date,
    CHECK (allocated * -1 BETWEEN least(0, qty) AND greatest(qty, 0)),
    CHECK (-delivered BETWEEN least(0, quantity) AND greatest(quantity, 0)),
    CHECK (total <= price * 2 AND total >= price / 2),
    CHECK (seen BETWEEN least(starts, ends) AND greatest(starts, ends))
);
CREATE TABLE account (
    id int PRIMARY KEY,
    balance numeric(10, 2) NOT NULL CHECK (balance <= 0),
    owed int NOT NULL CHECK (owed < 1),
    kind text NOT NULL, delta int NOT NULL,
    CHECK (kind = 'in' AND delta >= 0 OR kind = 'out' AND delta <= 0)
)
"""
ROWS = 500


@pytest.fixture(scope="module")
def tables(database: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    """What was made, after PostgreSQL took it; hardly a row was drawn again."""
    url, place = database(DDL), tmp_path_factory.mktemp("bounds")
    session = Session(out_dir=Path(place))
    session.use_plan(bare_plan(session.introspect(url).schema, ROWS))
    run = session.generate()
    session.load(run, url)
    assert all(table.retries < ROWS / 100 for table in run.report.tables)
    return {table.table: run.frame(f"public.{table.table}").collect() for table in run.report.tables}


def test_a_column_is_drawn_on_its_side_of_an_expression(tables) -> None:
    line = tables["line"]
    assert line["allocated"].n_unique() > 3
    assert line["delivered"].n_unique() > 3
    assert line["total"].n_unique() > ROWS / 4
    assert line["seen"].n_unique() > ROWS / 10


def test_a_bound_beyond_the_usual_values_leaves_more_than_one(tables) -> None:
    account = tables["account"]
    assert account["balance"].n_unique() > ROWS / 2
    assert account["owed"].n_unique() > ROWS / 2
    both = account.group_by("kind").agg(pl.col("delta").n_unique())
    assert dict(both.iter_rows()).keys() == {"in", "out"}
    assert all(values > 3 for values in both["delta"])


def test_a_draft_whose_values_a_condition_leaves_one_of_takes_others(
    database: Callable[..., str], tmp_path: Path
) -> None:
    url = database("CREATE TABLE invoice (id serial PRIMARY KEY, qty numeric, allocated numeric, "
                   "CHECK (allocated * -1 BETWEEN least(0, qty) AND greatest(qty, 0)))")  # fmt: skip
    session = Session(out_dir=tmp_path)
    session.introspect(url)
    session.show_plan(draft=True, rows=ROWS)
    run = session.generate()
    session.load(run, url)
    assert all(table.retries < ROWS / 100 for table in run.report.tables)
    assert run.frame("public.invoice").collect()["allocated"].n_unique() > 3
