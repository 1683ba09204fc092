"""The rows of a committed load are taken away again, exactly, and none that others refer to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from datalchemy_nb.errors import LoadError
from datalchemy_nb.session import Session
from tests.load.place import Place
from tests.pipeline.conftest import bare_plan

DDL = """
CREATE SCHEMA s;
CREATE TABLE s.p (id integer PRIMARY KEY, c_id integer NOT NULL);
CREATE TABLE s.c (
    id integer, place text, p_id integer NOT NULL CONSTRAINT up REFERENCES s.p ON DELETE CASCADE,
    PRIMARY KEY (id, place), UNIQUE (id)
);
ALTER TABLE s.p ADD CONSTRAINT ring FOREIGN KEY (c_id) REFERENCES s.c (id);
COMMENT ON CONSTRAINT ring ON s.p IS 'kept';
CREATE TABLE s.out (p_id integer CONSTRAINT outside REFERENCES s.p ON DELETE SET NULL);
INSERT INTO s.p SELECT 0, 0 WHERE false;
"""
COUNTS = "SELECT (SELECT count(*) FROM s.p), (SELECT count(*) FROM s.c)"


@pytest.fixture
def loaded(place: Callable[[str], Place], tmp_path: Path) -> tuple[Session, Place]:
    here = place(DDL)
    session = Session(out_dir=tmp_path / "runs")
    plan = bare_plan(session.introspect(here.url).schema, 300)
    plan["targets"] = [target for target in plan["targets"] if target["table"] != "out"]
    session.use_plan(plan)
    session.generate()
    session.load(commit=True)
    return session, here


def test_all_of_them_and_no_other(loaded: tuple[Session, Place]) -> None:
    session, here = loaded
    keys = "SELECT conname::text, pg_get_constraintdef(oid), obj_description(oid) FROM pg_constraint ORDER BY 1"
    before = here.rows(keys)
    here.run(
        "BEGIN; SET CONSTRAINTS ALL DEFERRED; ALTER TABLE s.p DISABLE TRIGGER ALL;"
        "INSERT INTO s.p VALUES (-1, -1); INSERT INTO s.c VALUES (-1, 'x', -1);"
        "ALTER TABLE s.p ENABLE TRIGGER ALL; COMMIT"
    )
    dry = session.unload().report
    assert (dry.committed, dry.rows, here.rows(COUNTS)) == (False, 600, [(301, 301)])
    done = session.unload(commit=True).report
    assert {str(t.ref): (t.rows, t.missing) for t in done.tables} == {"s.p": (300, 0), "s.c": (300, 0)}
    assert here.rows(COUNTS) == [(1, 1)]
    assert here.rows(keys) == before
    with pytest.raises(LoadError, match="remembers no committed load"):
        session.unload(commit=True)
    assert session.load(commit=True, append=True).report.rows == 600


def test_none_if_another_row_would_be_touched(loaded: tuple[Session, Place]) -> None:
    session, here = loaded
    some = here.rows("SELECT id FROM s.p LIMIT 1")[0][0]
    here.run(f"INSERT INTO s.out VALUES ({some})")
    with pytest.raises(LoadError) as caught:
        session.unload(commit=True)
    assert caught.value.message == (
        "1 row of s.out that the run did not make refers to rows of s.p (constraint outside); no row was deleted"
    )
    assert here.rows(COUNTS) == [(300, 300)]


def test_rows_that_are_gone_are_counted(loaded: tuple[Session, Place]) -> None:
    session, here = loaded
    here.run(
        "DELETE FROM s.c WHERE id NOT IN (SELECT c_id FROM s.p) AND id = (SELECT max(id) FROM s.c "
        "WHERE id NOT IN (SELECT c_id FROM s.p))"
    )
    assert here.rows(COUNTS) == [(300, 299)]
    report = session.unload(commit=True).report
    assert {t.table: t.missing for t in report.tables} == {"p": 0, "c": 1}
    assert here.rows(COUNTS) == [(0, 0)]


def test_a_table_without_a_key_is_refused(place, tmp_path: Path) -> None:
    here = place("CREATE TABLE t (id integer, u integer UNIQUE)")
    session = Session(out_dir=tmp_path / "runs")
    session.use_plan(bare_plan(session.introspect(here.url).schema, 5))
    session.generate()
    session.load(commit=True)
    with pytest.raises(LoadError, match=r"public\.t: has no key"):
        session.unload(commit=True)
