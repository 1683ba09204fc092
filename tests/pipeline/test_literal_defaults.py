"""Columns of which only a default is written: most rows keep it, where the schema allows other values some do not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from datalchemy_nb.session import Session
from tests.pipeline.conftest import bare_plan

DDL = """
CREATE TABLE queue (name varchar(40) PRIMARY KEY DEFAULT 'default');
CREATE TABLE job (
    id serial PRIMARY KEY, queue varchar(40) NOT NULL DEFAULT 'default' REFERENCES queue,
    realm varchar(63) NOT NULL DEFAULT 'default' CHECK (char_length(realm) BETWEEN 1 AND 60),
    progress text NOT NULL DEFAULT 'fresh' CHECK (progress IN ('fresh', 'stale', 'gone')),
    grade varchar(2) NOT NULL DEFAULT 'A' CHECK (grade ~ '^[A-D]$'), currency char(3) NOT NULL DEFAULT 'EUR',
    done char(1) NOT NULL DEFAULT 'N', level varchar(8) NOT NULL DEFAULT 'aal1',
    message text NOT NULL DEFAULT 'All done',
    sheet varchar(40) NOT NULL DEFAULT 'main.css', note text NOT NULL DEFAULT '',
    tags varchar(20)[] NOT NULL DEFAULT '{}', filters jsonb NOT NULL DEFAULT '[]',
    options jsonb NOT NULL DEFAULT '"{}"',
    one text NOT NULL DEFAULT 'only' CHECK (one = 'only')
);
CREATE TABLE person (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE meeting (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE meeting_person_link (
    id serial PRIMARY KEY, meeting_id int NOT NULL REFERENCES meeting, person_id int NOT NULL REFERENCES person,
    tries int NOT NULL DEFAULT 1 CHECK (tries > 0), display_order int NOT NULL
)
"""
ROWS = 200
CODED = ("realm", "progress", "grade", "level", "sheet", "done")


@pytest.fixture(scope="module", params=["bare", "draft"])
def made(
    request: pytest.FixtureRequest, database: Callable[..., str], tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, dict[str, pl.DataFrame], list[str]]:
    """The plan's kind, what PostgreSQL took, and the codes of warnings."""
    url, place = database(DDL), tmp_path_factory.mktemp("defaults")
    session = Session(out_dir=Path(place))
    schema = session.introspect(url).schema
    plan = session.show_plan(draft=True, rows=ROWS) if request.param == "draft" else bare_plan(schema, ROWS)
    session.use_plan(plan)
    run = session.generate()
    session.load(run, url)
    frames = {table.table: run.frame(f"public.{table.table}").collect() for table in run.report.tables}
    return request.param, frames, [issue.code for issue in run.report.warnings]


@pytest.mark.parametrize("column", CODED)
def test_most_rows_keep_a_default_and_some_do_not(made, column: str) -> None:
    job = made[1]["job"]
    given = {"progress": "fresh", "grade": "A", "level": "aal1", "sheet": "main.css", "done": "N"}.get(
        column, "default"
    )
    kept = (job[column].str.strip_chars() == given).mean()
    assert 0.4 < kept < 0.9 or (made[0] == "draft" and column in ("progress", "grade"))
    assert 2 <= job[column].n_unique() <= 16


def test_what_stands_beside_a_default_is_of_its_kind(made) -> None:
    job = made[1]["job"]
    assert set(job["done"]) == {"N", "Y"}
    assert job["level"].str.contains("^aal[1-9]$").all()
    assert job["filters"].str.starts_with("[").all() or made[0] == "draft"
    assert (job["options"].str.starts_with("{") | (job["options"] == '"{}"')).all()
    assert min(job[name].n_unique() for name in ("message", "note", "tags", "options", "filters")) > 3


def test_letters_at_random_are_no_codes_beside_one(made) -> None:
    currency = made[1]["job"]["currency"]
    assert set(currency) == {"EUR"} if made[0] == "bare" else "EUR" in set(currency)


def test_keys_and_lists_of_one_are_what_they_must_be(made) -> None:
    job, queue = made[1]["job"], made[1]["queue"]
    assert set(job["one"]) == {"only"}
    assert queue["name"].n_unique() == len(queue)
    assert job["queue"].n_unique() > 10


def test_a_draft_lists_no_value_that_a_check_leaves_out(made) -> None:
    assert "values_excluded" not in made[2]
    assert made[1]["meeting_person_link"]["tries"].n_unique() > 1


def test_a_place_is_counted_among_the_rows_that_share_a_parent(made) -> None:
    kind, tables, _ = made
    assert kind == "bare" or tables["meeting_person_link"]["display_order"].n_unique() > 1
