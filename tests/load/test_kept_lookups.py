"""Lookup tables that hold their real rows are kept by a draft; their rows are counted, and not read."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.errors import UsageError
from datalchemy_nb.session import Session

DDL = """
CREATE SCHEMA s;
CREATE TABLE s.country (code char(2) PRIMARY KEY, name text NOT NULL);
CREATE TABLE s.role (id serial PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE s.region (id serial PRIMARY KEY, country char(2) NOT NULL REFERENCES s.country, name text NOT NULL);
CREATE TABLE s.kind (id serial PRIMARY KEY, name text NOT NULL);
CREATE TABLE s.person (
    id serial PRIMARY KEY, email text NOT NULL UNIQUE, role_id integer NOT NULL REFERENCES s.role,
    region_id integer NOT NULL REFERENCES s.region, kind_id integer NOT NULL REFERENCES s.kind
);
CREATE TABLE s.team (id serial PRIMARY KEY, name text NOT NULL, owner_id integer NOT NULL REFERENCES s.person);
CREATE TABLE s.membership (
    team_id integer NOT NULL REFERENCES s.team, person_id integer NOT NULL REFERENCES s.person,
    role_id integer NOT NULL REFERENCES s.role, PRIMARY KEY (team_id, person_id)
);
CREATE TABLE s.schema_migrations (version varchar(20) PRIMARY KEY);
CREATE TABLE s.site_setting (name text PRIMARY KEY, value text);
CREATE TABLE s.log (id serial PRIMARY KEY, message text NOT NULL);
INSERT INTO s.country VALUES ('BR', 'Brasil'), ('PT', 'Portugal');
INSERT INTO s.role (name) VALUES ('admin'), ('editor'), ('reader');
INSERT INTO s.region (country, name) VALUES ('BR', 'Sul'), ('PT', 'Norte');
INSERT INTO s.log (message) VALUES ('started');
INSERT INTO s.schema_migrations VALUES ('20240101');
INSERT INTO s.site_setting VALUES ('title', 'Shop');
INSERT INTO s.kind (name) VALUES ('plain');
INSERT INTO s.person VALUES (900, 'root@example.org', 1, 1, 1);
INSERT INTO s.team VALUES (900, 'core', 900);
"""


def test_they_are_kept_and_pointed_at(database, tmp_path: Path) -> None:
    url = database(DDL)
    session = Session(out_dir=tmp_path / "runs")
    session.introspect(url)
    plan = session.show_plan(draft=True, rows=50)
    kept = {target.table: target.evidence for target in plan.targets if target.existing}
    assert kept == {
        "country": "it holds 2 rows, and 1 table refers to it",
        "role": "it holds 3 rows, and 2 tables refer to it",
        "region": "it holds 2 rows, and 1 table refers to it",
        "kind": "it holds 1 row, and 1 table refers to it",
        "schema_migrations": "it holds 1 row, and its name is that of settings or of what a framework notes",
        "site_setting": "it holds 1 row, and its name is that of settings or of what a framework notes",
    }, "people are made, and so are teams, which are theirs; nobody refers to the log"
    assert not {rule.table for rule in plan.rules} & kept.keys()
    checked = session.validate()
    assert checked.ok
    assert [issue.code for issue in checked.issues].count("existing_not_read") == len(kept)
    run = session.generate(read_existing=True)
    assert session.validate().ok
    assert "existing_not_read" not in [issue.code for issue in session.validate().issues]
    assert set(pl.read_csv(run.directory / "s.person.csv")["role_id"]) == {1, 2, 3}
    assert set(pl.read_csv(run.directory / "s.person.csv")["region_id"]) == {1, 2}
    assert session.evaluate(run).metrics.violations == ()
    assert {table.ref for table in run.manifest.tables} == {
        TableRef("s", name) for name in ("person", "team", "membership", "log")
    }


def test_a_draft_without_a_server_makes_everything(database, tmp_path: Path) -> None:
    first = Session()
    first.introspect(database(DDL), out=tmp_path / "schema.json")
    session = Session()
    session.use_schema(tmp_path / "schema.json")
    plan = session.show_plan(draft=True, rows=50)
    assert not [target for target in plan.targets if target.existing]


def test_a_draft_that_appends_adds_to_the_others_that_hold_rows(database, tmp_path: Path) -> None:
    url = database(DDL + "INSERT INTO s.log (message) SELECT 'again' FROM generate_series(1, 600);")
    session = Session(out_dir=tmp_path / "runs")
    session.introspect(url)
    plan = session.show_plan(draft=True, append=True, rows=50)
    assert {target.table: target.evidence for target in plan.targets if target.existing == "append"} == {
        "person": "it holds 1 row",
        "team": "it holds 1 row",
        "log": "it holds more than 500 rows",
    }
    assert not next(target for target in plan.targets if target.table == "membership").existing
    run = session.generate(read_existing=True)
    assert session.evaluate(run).metrics.violations == ()
    assert session.load(run, url, append=True, commit=True).report.rows > 150
    offline = Session()
    offline.use_schema(run.directory / "schema.json")
    with pytest.raises(UsageError, match="no database says which tables hold rows"):
        offline.show_plan(draft=True, append=True)


def test_what_cannot_be_compared_is_kept_by_a_draft(database, tmp_path: Path) -> None:
    url = database(DDL + "CREATE UNIQUE INDEX odd ON s.log (hashint4(id));")
    session = Session(out_dir=tmp_path / "runs")
    session.introspect(url)
    plan = session.show_plan(draft=True, append=True, rows=50)
    log = next(target for target in plan.targets if target.table == "log")
    assert (log.rows, log.existing) == (0, "keep")
    assert "it holds 1 row, and odd, " in (log.evidence or "")
    assert session.validate().ok
