"""A run's own psql script loads what `load` loads."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from datalchemy_nb.demo import binaries
from datalchemy_nb.errors import UsageError
from datalchemy_nb.session import Session
from tests.load.place import Place
from tests.pipeline.conftest import bare_plan

DDL = """
CREATE SCHEMA "s 'p";
CREATE SEQUENCE shared;
CREATE TYPE "s 'p".mood AS ENUM ('it''s', 'a\\b');
CREATE TABLE "s 'p".parent (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    child_id bigint NOT NULL,
    up integer REFERENCES "s 'p".parent,
    mood "s 'p".mood, words text CHECK (words IN ('', 'o''brien, "x"', E'two\\nlines', '\\.', 'NULL')),
    price numeric(8, 2), ratio double precision, born date, seen timestamptz, at time, ok boolean, doc jsonb,
    tags text[],    lasts interval, twice numeric GENERATED ALWAYS AS (price * 2) STORED
);
CREATE TABLE "s 'p".child (id bigint DEFAULT nextval('shared') PRIMARY KEY, parent_id integer REFERENCES "s 'p".parent);
ALTER TABLE "s 'p".parent ADD CONSTRAINT "ring" FOREIGN KEY (child_id) REFERENCES "s 'p".child;
CREATE TABLE "s 'p".one (n integer);
"""
ROWS = 2500


def psql(url: str, run: Path, *, inside: bool) -> None:
    words = ["--no-psqlrc", "--quiet", f"--file={'load.sql' if inside else run / 'load.sql'}", url]
    subprocess.run(
        [binaries.installed() / "psql", *words],
        check=True,
        capture_output=True,
        cwd=run if inside else run.parent,
        env={**os.environ, "PGCLIENTENCODING": "UTF8"},
    )


def contents(here: Place) -> list:
    tables = ("parent", "child", "one")
    hashes = ", ".join(
        f"(SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"s 'p\".{name} t)" for name in tables
    )
    state = '(SELECT last_value FROM shared), (SELECT last_value FROM "s \'p".parent_id_seq)'
    keys = "(SELECT string_agg(conname || condeferrable, ',' ORDER BY conname) FROM pg_constraint WHERE contype = 'f')"
    return here.rows(f"SELECT {hashes}, {state}, {keys}")


def test_the_scripts_load_what_load_loads(place, tmp_path: Path) -> None:
    session = Session(out_dir=tmp_path / "runs")
    ours = place(DDL)
    session.use_plan(bare_plan(session.introspect(ours.url).schema, ROWS))
    by_copy, by_insert = session.generate(formats="copy"), session.generate(formats="sql", chunk_rows=700)
    session.load(by_copy, commit=True)
    expected = contents(ours)
    assert expected[0][0] is not None
    for run, inside in ((by_copy, True), (by_insert, False)):
        there = place(DDL)
        psql(there.url, run.directory, inside=inside)
        assert contents(there) == expected
    assert [t.sha256 for t in by_copy.manifest.tables] == [t.sha256 for t in by_insert.manifest.tables]
    statements = next(by_insert.directory.glob("*child.sql")).read_text()
    assert statements.count("INSERT INTO") == 3
    assert session.verify(by_insert).ok
    assert session.evaluate(by_insert).metrics.constraints.pk.violations == 0


def test_a_script_needs_whole_files(place, tmp_path: Path) -> None:
    session = Session(out_dir=tmp_path / "runs")
    session.use_plan(bare_plan(session.introspect(place("CREATE TABLE t (id integer)").url).schema, 1))
    with pytest.raises(UsageError, match="whole files"):
        session.generate(formats="sql", dask="local", merge=False)
