"""Rows of a plan go into PostgreSQL as they are made: no file, the same values, the same rules."""

from __future__ import annotations

import threading
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import pytest

from datalchemy_nb.demo.examples import example_plan
from datalchemy_nb.errors import Cancelled, LoadError, UsageError
from datalchemy_nb.introspect.connection import connect
from datalchemy_nb.load.load import LoadProgress
from datalchemy_nb.session import Session
from tests.pipeline.conftest import bare_plan

RING = """
CREATE TABLE a (id integer PRIMARY KEY, b_id integer NOT NULL, note text);
CREATE TABLE b (id serial PRIMARY KEY, a_id integer NOT NULL REFERENCES a);
ALTER TABLE a ADD CONSTRAINT a_to_b FOREIGN KEY (b_id) REFERENCES b;
CREATE FUNCTION quiet() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE WARNING 'noise'; RETURN NEW; END $$;
CREATE TRIGGER quiet BEFORE INSERT ON b FOR EACH ROW EXECUTE FUNCTION quiet();
"""


def rows(url: str, query: str) -> list:
    with connect(url) as connection:
        return connection.execute(query).fetchall()


def execute(url: str, statement: str) -> None:
    with connect(url, read_only=False) as connection:
        connection.execute(statement)


@pytest.fixture
def opened(database: Callable[..., str], tmp_path: Path) -> Callable[..., tuple[Session, str]]:
    def make(ddl: str, count: int) -> tuple[Session, str]:
        url = database(ddl)
        session = Session(out_dir=tmp_path / "runs")
        session.use_plan(bare_plan(session.introspect(url).schema, count))
        return session, url

    return make


def test_what_is_sent_are_the_files_of_a_run(crm_url: str, tmp_path: Path) -> None:
    session = Session(out_dir=tmp_path / "runs")
    session.introspect(crm_url)
    plan = example_plan("full_stack_ptbr")
    loaded = session.load(stream=plan, workers=2).report
    assert loaded.streamed
    assert list(tmp_path.iterdir()) == []
    manifest = session.generate(plan).manifest
    assert {t.ref: (t.rows, t.bytes, t.sha256) for t in loaded.tables} == {
        t.ref: (t.rows, t.bytes, t.sha256) for t in manifest.tables
    }
    from_files = session.load().report
    assert [t.sha256 for t in from_files.tables] == [t.sha256 for t in loaded.tables]
    assert not from_files.streamed


def test_rolled_back_unless_told_otherwise(opened) -> None:
    session, url = opened(RING, 50)
    report = session.load(stream=session.plan).report
    assert (report.committed, report.rows) == (False, 100)
    assert report.dropped_and_readded == ("public.a.a_to_b",)
    assert [(t.name, t.fired) for t in report.triggers] == [("quiet", True)]
    assert rows(url, "SELECT count(*) FROM a") == [(0,)]
    kept = session.load(stream=session.plan, commit=True).report
    assert kept.sequences == {"public.b_id_seq": 50}
    assert rows(url, "SELECT count(*), max(id) FROM b") == [(50, 50)]


def test_into_another_schema(opened) -> None:
    session, url = opened("CREATE TABLE t (id integer PRIMARY KEY, name text)", 20)
    execute(url, "CREATE SCHEMA two; CREATE TABLE two.t (LIKE public.t INCLUDING ALL)")
    report = session.load(stream=session.plan, commit=True, schema_map={"public": "two"}).report
    assert [str(t.ref) for t in report.tables] == ["two.t"]
    assert rows(url, "SELECT count(*) FROM two.t") == [(20,)]


def test_the_targets_own_schema_is_read_where_none_is_known(opened) -> None:
    known, url = opened("CREATE TABLE t (id integer PRIMARY KEY, name text)", 20)
    session = Session()
    assert session.load(None, url, stream=known.plan).report.rows == 20
    assert session.schema == known.schema


def test_a_run_and_a_stream_are_one_too_many(opened) -> None:
    session, _ = opened("CREATE TABLE t (id integer)", 1)
    with pytest.raises(UsageError, match="not both"):
        session.load("latest", stream=session.plan)


class TestRefusedRow:
    LINES = (
        "CREATE TABLE t (id integer PRIMARY KEY, note text CHECK (note IN (E'a\\nb', 'c')), up integer REFERENCES t)"
    )

    def test_is_named_with_its_line_although_there_is_no_file(self, opened) -> None:
        session, url = opened(self.LINES, 70_000)
        execute(url, "ALTER TABLE t ADD CONSTRAINT late CHECK (id <> 66000)")
        with pytest.raises(LoadError) as caught:
            session.load(stream=session.plan)
        frame = session.preview("t", rows=66_000).frame
        at = frame["id"].to_list().index(66_000)
        breaks = frame["note"].head(at + 1).str.count_matches("\n").sum()
        assert f"public.t: the stream line {at + breaks + 2}: a CHECK is not met, constraint late" in str(caught.value)
        assert caught.value.refusal.row == {"id": "***", "note": "***", "up": "***"}
        assert rows(url, "SELECT count(*) FROM t") == [(0,)]

    def test_is_found_by_its_key_where_the_check_comes_at_the_end(self, opened) -> None:
        session, url = opened("CREATE TABLE p (id integer PRIMARY KEY); CREATE TABLE c (p_id integer)", 100)
        execute(url, "ALTER TABLE c ADD CONSTRAINT late FOREIGN KEY (p_id) REFERENCES p")
        with pytest.raises(LoadError) as caught:
            session.load(stream=session.plan)
        values = session.preview("c", rows=100).frame["p_id"].to_list()
        line = caught.value.refusal.line
        assert values[line - 2] not in range(1, 101)
        assert caught.value.refusal.constraint == "late"

    def test_ends_the_stream_at_once(self, opened) -> None:
        session, url = opened("CREATE TABLE t (id integer PRIMARY KEY, note text)", 50_000_000)
        execute(url, "ALTER TABLE t ADD CONSTRAINT late CHECK (id > 100)")
        seen: list[LoadProgress] = []
        with pytest.raises(LoadError, match="late"):
            session.load(stream=session.plan, on_progress=seen.append)
        assert seen[-1].done < 10_000_000


class TestProgressAndCancel:
    DDL = "CREATE TABLE t (id integer PRIMARY KEY); CREATE TABLE u (id integer PRIMARY KEY)"

    def test_rows_are_counted(self, opened) -> None:
        session, _ = opened(self.DDL, 100_000)
        seen: list[LoadProgress] = []
        session.load(stream=session.plan, on_progress=seen.append)
        assert (seen[-1].done, seen[-1].total, seen[-1].unit) == (200_000, 200_000, "rows")
        assert [p.done for p in seen] == sorted(p.done for p in seen)

    def test_stopping_keeps_nothing(self, opened) -> None:
        session, url = opened(self.DDL, 2_000_000)
        stop = threading.Event()
        with pytest.raises(Cancelled, match="nothing was kept"):
            session.load(
                stream=session.plan, commit=True, cancelled=stop.is_set, on_progress=lambda progress: stop.set()
            )
        assert rows(url, "SELECT count(*) FROM t") == [(0,)]

    def test_ctrl_c_keeps_nothing(self, opened) -> None:
        session, url = opened(self.DDL, 2_000_000)

        def interrupt(progress: LoadProgress) -> None:
            raise KeyboardInterrupt

        with pytest.raises(Cancelled, match="nothing was kept"):
            session.load(stream=session.plan, commit=True, on_progress=interrupt)
        assert rows(url, "SELECT count(*) FROM t") == [(0,)]
        assert rows(url, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY%' AND state = 'active'") == [
            (0,)
        ]


def test_memory_does_not_grow_with_the_rows(opened) -> None:
    def peak(count: int) -> int:
        session, _ = opened("CREATE TABLE t (id bigint PRIMARY KEY, note text)", count)
        session.preview("t")
        tracemalloc.start()
        session.load(stream=session.plan, workers=1)
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    assert peak(1_600_000) < 1.5 * peak(800_000), "more chunks than the window holds in both"
