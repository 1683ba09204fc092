"""Rows that a database holds already: kept, appended to, pointed at, never repeated."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.errors import LoadError, PlanInvalid
from datalchemy_nb.export.rowstream import RowStream
from datalchemy_nb.introspect.connection import connect
from datalchemy_nb.load.load import load
from datalchemy_nb.load.source import FileSource
from datalchemy_nb.session import Session
from tests.load.test_scripts import psql

PERSON = TableRef("s", "person")

DDL = """
CREATE SCHEMA s;
CREATE TABLE s.country (code char(2) PRIMARY KEY, name text NOT NULL);
INSERT INTO s.country VALUES ('BR', 'Brasil'), ('PT', 'Portugal'), ('UY', 'Uruguay');
CREATE TABLE s.person (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL,
    slot smallint NOT NULL CHECK (slot BETWEEN 1 AND 200) UNIQUE,
    country char(2) NOT NULL REFERENCES s.country,
    boss bigint REFERENCES s.person,
    main boolean NOT NULL
);
CREATE UNIQUE INDEX person_email ON s.person (lower(email));
CREATE UNIQUE INDEX person_main ON s.person (country) WHERE main;
INSERT INTO s.person (email, slot, country, main)
    SELECT 'Someone' || n || '@example.org', n * 2, 'BR', n = 1 FROM generate_series(1, 50) n;
CREATE TABLE s.visit (
    person bigint NOT NULL REFERENCES s.person,
    day date NOT NULL,
    note text,
    PRIMARY KEY (person, day)
);
"""


def rows(url: str, query: str) -> list[tuple[Any, ...]]:
    with connect(url) as connection:
        return connection.execute(query).fetchall()


def plan_of(**targets: dict[str, Any]) -> dict[str, Any]:
    return {
        "plan_version": "0.3",
        "seed": 7,
        "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
        "targets": [{"schema": "s", "table": name, **rest} for name, rest in targets.items()],
        "rules": [
            {
                "type": "column_generator",
                "schema": "s",
                "table": "person",
                "column": "main",
                "generator": "primitive.bool",
                "params": {"true_rate": 0.01},
            }
        ]
        if "person" in targets and targets["person"].get("rows")
        else [],
        "options": {"infer": False},
    }


def test_new_rows_stand_beside_old_ones(session: Session) -> None:
    plan = plan_of(
        country={"rows": 0, "existing": "keep"},
        person={"rows": 100, "existing": "append"},
        visit={"rows": 400, "existing": "append"},
    )
    with pytest.raises(PlanInvalid, match="the keys of its rows in the database have not been read"):
        session.generate(plan)
    run = session.generate(plan, read_existing=True)
    url = session.url  # type: ignore[attr-defined]
    with pytest.raises(LoadError, match=r"s\.person holds rows; nothing was sent") as caught:
        session.load(run, url)
    assert "--append" in str(caught.value.hint)
    loaded = session.load(run, url, append=True, commit=True)
    assert loaded.report.rows == 500
    assert not (run.directory / "s.country.csv").exists()

    assert rows(url, "SELECT min(id), max(id), count(*) FROM s.person WHERE id > 50") == [(51, 150, 100)]
    assert rows(url, "SELECT last_value FROM s.person_id_seq") == [(150,)]
    old, new = rows(
        url, "SELECT count(*) FILTER (WHERE person <= 50), count(*) FILTER (WHERE person > 50) FROM s.visit"
    )[0]
    assert 60 < old < 210, "a third of the people were there before"
    assert new == 400 - old
    assert {code for (code,) in rows(url, "SELECT DISTINCT country FROM s.person WHERE id > 50")} == {"BR", "PT", "UY"}


def test_rows_are_a_function_of_the_key_file(session: Session) -> None:
    plan = plan_of(country={"rows": 0, "existing": "keep"}, person={"rows": 20, "existing": "append"})
    run = session.generate(plan, read_existing=True)
    again = Session(out_dir=session.out_dir)
    again.use_schema(run.directory / "schema.json")
    other = again.generate(plan, existing=run.run_id if hasattr(run, "run_id") else run.directory)
    first, second = (Path(r.directory, "s.person.csv").read_bytes() for r in (run, other))
    assert first == second
    assert again.verify(other).ok

    found = json.loads((run.directory / "existing.json").read_text())
    person = next(table for table in found["tables"] if table["table"] == "person")
    assert person["columns"] == ["id", "email", "slot", "country", "main"]
    assert person["sha256"] == hashlib.sha256((run.directory / "existing" / "s.person.csv").read_bytes()).hexdigest()
    assert any('FROM "s"."person"' in entry["sql"] for entry in found["audit"])
    assert (run.directory / "existing" / "s.person.csv").stat().st_mode & 0o077 == 0
    log = (run.directory / "logs.ndjson").read_text()
    assert "existing_rows_read" in log
    assert "omeone1@" not in log + (run.directory / "existing.json").read_text()


def test_what_is_full_is_said_before_the_run(session: Session) -> None:
    plan = plan_of(country={"rows": 0, "existing": "keep"}, person={"rows": 151, "existing": "append"})
    with pytest.raises(
        PlanInvalid, match=r"slot must be unique.*200 distinct values.*of them in place of values that known rows have"
    ):
        session.generate(plan, read_existing=True)


def test_the_judge_looks_at_both(session: Session) -> None:
    plan = plan_of(
        country={"rows": 0, "existing": "keep"},
        person={"rows": 20, "existing": "append"},
        visit={"rows": 30, "existing": "append"},
    )
    run = session.generate(plan, read_existing=True)
    assert session.evaluate(run).metrics.violations == ()
    path = run.directory / "s.person.csv"
    frame = pl.read_csv(path, infer_schema=False)
    frame[0, "email"], frame[1, "country"] = "SOMEONE7@EXAMPLE.ORG", "AR"
    frame.write_csv(path)
    told = {violation.message for violation in session.evaluate(run).metrics.violations}
    assert "1 row repeats the key of a row that was there before (person_email)" in told
    assert "1 row has no parent in s.country (person_country_fkey)" in told


def test_existing_parents_have_the_share_that_is_asked(session: Session) -> None:
    with connect(session.url, read_only=False) as connection:  # type: ignore[attr-defined]
        connection.execute("CREATE TABLE s.call (id integer PRIMARY KEY, person bigint NOT NULL REFERENCES s.person)")
    session.introspect(session.url)  # type: ignore[attr-defined]
    plan = plan_of(
        country={"rows": 0, "existing": "keep"}, person={"rows": 50, "existing": "append"}, call={"rows": 1000}
    )
    share = {"type": "foreign_key", "schema": "s", "existing_share": 0.8}
    plan["rules"].append(share | {"table": "call", "columns": ["person"]})
    run = session.generate(plan, read_existing=True)
    calls = pl.read_csv(run.directory / "s.call.csv")["person"]
    assert 760 < (calls <= 50).sum() < 840
    plan["rules"][-1] = share | {"table": "person", "columns": ["boss"]}
    with pytest.raises(PlanInvalid, match="foreign key person_boss_fkey cannot share its rows"):
        session.generate(plan, read_existing=True)


def test_whatever_is_read_of_a_parent_is_read_of_new_ones(session: Session) -> None:
    """The e-mail address of a person who exists is not copied into another table."""
    plan = plan_of(
        country={"rows": 0, "existing": "keep"}, person={"rows": 50, "existing": "append"}, visit={"rows": 100}
    )
    plan["rules"].append({"type": "copy", "schema": "s", "table": "visit", "column": "note", "from": "person.email"})
    run = session.generate(plan, read_existing=True)
    people = pl.read_csv(run.directory / "s.person.csv")
    visits = pl.read_csv(run.directory / "s.visit.csv")
    assert set(visits["note"]) <= set(people["email"])
    assert set(visits["person"]) <= set(people["id"])
    plan["targets"][1] |= {"rows": 0, "existing": "keep"}
    plan["rules"] = plan["rules"][1:]
    with pytest.raises(PlanInvalid, match=r"s\.visit: .*reads more of s\.person than its key"):
        session.generate(plan, read_existing=True)


@pytest.mark.parametrize("streamed", [False, True])
def test_rows_that_came_since_the_keys_were_read_are_told_before_any_is_sent(session: Session, streamed: bool) -> None:
    url = session.url  # type: ignore[attr-defined]
    plan = plan_of(country={"rows": 0, "existing": "keep"}, person={"rows": 20, "existing": "append"})
    run = session.generate(plan, read_existing=True)
    slots = pl.read_csv(run.directory / "s.person.csv")["slot"]
    with connect(url, read_only=False) as connection:
        connection.execute(
            "INSERT INTO s.person (email, slot, country, main) SELECT 'late' || n || '@example.org', n, 'BR', false "
            "FROM unnest(%s::int[]) n",
            (slots.head(3).to_list(),),
        )
        connection.execute("CREATE FUNCTION s.told() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE ''sent''; END'")
        connection.execute("CREATE TRIGGER told BEFORE INSERT ON s.person EXECUTE FUNCTION s.told()")
    stream = RowStream(session._resolve(session.plan), PERSON, 1, lambda: False)
    source = stream if streamed else FileSource(run.directory / "s.person.csv")
    with pytest.raises(LoadError) as caught:
        load(url, {PERSON: source}, session.schema, append=True)
    assert "3 rows repeat keys that the table holds (person_slot_key)" in caught.value.message
    assert "(person_pkey)" in caught.value.message
    assert "nothing was sent" in caught.value.message
    assert "--read-existing" in str(caught.value.hint)


@pytest.mark.parametrize("way", ["stream", "copy", "sql"])
def test_every_way_in_leads_beside_old_rows(session: Session, way: str) -> None:
    url = session.url  # type: ignore[attr-defined]
    plan = plan_of(
        country={"rows": 0, "existing": "keep"},
        person={"rows": 30, "existing": "append"},
        visit={"rows": 60, "existing": "append"},
    )
    if way == "stream":
        session.load(stream=plan, conninfo=url, read_existing=True, append=True, commit=True)
    else:
        run = session.generate(plan, read_existing=True, formats=way)
        psql(url, run.directory, inside=way == "copy")
    assert rows(url, "SELECT count(*), max(id) FROM s.person") == [(80, 80)]
    assert rows(url, "SELECT count(*) FROM s.visit") == [(60,)]
    assert rows(url, "SELECT last_value FROM s.person_id_seq") == [(80,)]


TREE = """
CREATE SCHEMA s;
CREATE TABLE s.category (
    id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    parent integer REFERENCES s.category,
    title text NOT NULL CHECK (title <> ''),
    CHECK ((parent IS NULL) = (id = 0))
);
INSERT INTO s.category VALUES (0, NULL, 'everything');
"""


def test_a_tree_grows_below_the_rows_that_are_there(database, tmp_path: Path) -> None:
    """Where every new row must stand under some row, none stands under itself: that would be a circle."""
    url = database(TREE)
    session = Session(out_dir=tmp_path)
    session.introspect(url)
    run = session.generate(plan_of(category={"rows": 40, "existing": "append"}), read_existing=True)
    assert session.load(run, url, append=True, commit=True).report.rows == 40
    below = """
        WITH RECURSIVE tree AS (
            SELECT id FROM s.category WHERE parent IS NULL
            UNION ALL SELECT c.id FROM s.category c JOIN tree ON c.parent = tree.id
        ) SELECT count(*) FROM tree
    """
    assert rows(url, below) == [(41,)]
    assert session.evaluate(run).metrics.violations == ()


def test_a_key_follows_others_over_made_rows_only(database, tmp_path: Path) -> None:
    """Of rows that exist only keys are known, so that no way to their own parents leads over them."""
    url = database("""
        CREATE SCHEMA s;
        CREATE TABLE s.tenant (id integer PRIMARY KEY);
        CREATE TABLE s.project (id integer PRIMARY KEY, tenant integer NOT NULL REFERENCES s.tenant);
        CREATE TABLE s.task (
            id integer PRIMARY KEY,
            tenant integer NOT NULL REFERENCES s.tenant,
            project integer NOT NULL REFERENCES s.project
        );
        INSERT INTO s.tenant SELECT generate_series(1, 3);
        INSERT INTO s.project SELECT n, 1 + n % 3 FROM generate_series(1, 30) n;
    """)
    session = Session(out_dir=tmp_path)
    session.introspect(url)
    plan = plan_of(
        tenant={"rows": 4, "existing": "append"}, project={"rows": 10, "existing": "append"}, task={"rows": 60}
    )
    paths = {"type": "same_ancestor", "schema": "s", "table": "task", "paths": ["tenant", "project.tenant"]}
    run = session.generate(plan | {"rules": [paths]}, read_existing=True)
    assert session.load(run, url, append=True, commit=True).report.rows == 74
    torn = "SELECT count(*) FROM s.task t JOIN s.project p ON p.id = t.project WHERE p.tenant <> t.tenant"
    assert rows(url, torn) == [(0,)]
