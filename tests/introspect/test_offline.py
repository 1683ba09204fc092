"""A profile without a connection says what one with a connection says."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.errors import UsageError
from datalchemy_nb.session import Session

DDL = """
CREATE TABLE person (id int PRIMARY KEY, mood text NOT NULL, came date NOT NULL, went date);
CREATE TABLE visit (id int PRIMARY KEY, person_id int NOT NULL REFERENCES person, cost numeric(8,2) NOT NULL);
INSERT INTO person SELECT i, (ARRAY['glad','calm'])[1 + i % 2], date '2020-01-01' + i % 90, date '2020-02-01' + i
    FROM generate_series(1, 300) i;
INSERT INTO visit SELECT i, 1 + i % 300, i % 77 FROM generate_series(1, 900) i;
ANALYZE;
"""


def answers(url: str, script: str) -> str:
    """What psql would print: one line a query."""
    lines = []
    with psycopg.connect(url) as connection:
        for part in script.split("SAVEPOINT asked;\n")[1:]:
            sql = part.split(";\nROLLBACK TO asked;")[0]
            [found] = connection.execute(sql.encode()).fetchone() or [None]
            lines.append(json.dumps(found))
    return "\n".join(lines)


@pytest.fixture(scope="module")
def url(database: Callable[..., str]) -> str:
    return database(DDL)


def test_queries_run_by_somebody_else_tell_the_same(url: str, tmp_path: Path) -> None:
    session = Session()
    session.connect(url)
    session.introspect()
    wanted = session.profile(allow_histograms=True).profile
    files: list[Path] = []
    for number in range(5):
        script = tmp_path / f"{number}.sql"
        result = session.profile(queries=script, results=files, allow_histograms=True)
        if not result.note:
            break
        assert "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY" in script.read_text()
        files.append(tmp_path / f"{number}.jsonl")
        files[-1].write_text(answers(url, script.read_text()))
    found = session.profile(results=files, allow_histograms=True).profile
    assert found.relations == wanted.relations
    assert len(found.relations) > 0
    assert found.not_counted == ()
    for ref, table in wanted.by_ref.items():
        mine = {column.column: column for column in found.by_ref[ref].columns}
        assert found.by_ref[ref].rows == table.rows
        for column in table.columns:
            same = {"values", "histogram", "null_fraction", "distinct", "text", "rhythm"}
            assert mine[column.column].model_dump(include=same) == column.model_dump(include=same)


def test_a_file_that_holds_no_answers(url: str, tmp_path: Path) -> None:
    session = Session()
    session.connect(url)
    session.introspect()
    (tmp_path / "x.jsonl").write_text("no json\n")
    with pytest.raises(UsageError, match="no answer"):
        session.profile(results=tmp_path / "x.jsonl")
    with pytest.raises(UsageError, match="holds no statistics"):
        session.profile(dump=tmp_path / "x.jsonl")


STATISTICS = """
SELECT * FROM pg_catalog.pg_restore_relation_stats(
\t'version', '180000'::integer, 'schemaname', 'public', 'relname', 'person',
\t'relpages', '3'::integer, 'reltuples', '300'::real, 'relallvisible', '0'::integer
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
\t'version', '180000'::integer, 'schemaname', 'public', 'relname', 'person', 'attname', 'mood',
\t'inherited', 'f'::boolean, 'null_frac', '0'::real, 'avg_width', '5'::integer, 'n_distinct', '2'::real,
\t'most_common_vals', '{glad,"it''s, (calm)"}'::text, 'most_common_freqs', '{0.5,0.5}'::real[],
\t'correlation', '0.5'::real
);
SELECT * FROM pg_catalog.pg_restore_attribute_stats(
\t'version', '180000'::integer, 'schemaname', 'public', 'relname', 'person', 'attname', 'came',
\t'inherited', 'f'::boolean, 'null_frac', '0.1'::real, 'avg_width', '4'::integer, 'n_distinct', '-0.3'::real,
\t'histogram_bounds', '{2020-01-01,2020-01-20,2020-02-10,2020-03-01,2020-03-30}'::text
);
"""


def test_dumped_statistics_are_a_profile(url: str, tmp_path: Path) -> None:
    session = Session()
    session.connect(url)
    session.introspect()
    path = tmp_path / "statistics.sql"
    path.write_text(STATISTICS)
    profile = session.profile(dump=path, allow_histograms=True).profile
    person = profile.by_ref[TableRef("public", "person")]
    columns = {column.column: column for column in person.columns}
    assert person.rows == 300
    assert columns["mood"].distinct == 2
    assert columns["came"].null_fraction == pytest.approx(0.1)
    assert len(columns["came"].histogram) == 3
    assert "glad" not in profile.to_json()
    assert {t.table: t.rows for t in session.show_plan(draft=True, profile=profile).targets}["person"] == 300


def test_the_command_of_postgresql_18_itself(url: str, tmp_path: Path) -> None:
    try:
        told = subprocess.run(["pg_dump", "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("no pg_dump here")
    if int(told.split()[2].split(".")[0]) < 18:
        pytest.skip("pg_dump is older than 18")
    dumped = subprocess.run(["pg_dump", "--statistics-only", url], capture_output=True, text=True, check=True).stdout
    (tmp_path / "s.sql").write_text(dumped)
    session = Session()
    session.connect(url)
    session.introspect()
    profile = session.profile(dump=tmp_path / "s.sql", allow_histograms=True).profile
    assert profile.by_ref[TableRef("public", "visit")].rows == 900
