"""Rows made to fail: each is refused for one reason, which is said, and for no other."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import psycopg
import pytest

from datalchemy_nb import Session
from datalchemy_nb.commands.cli import main
from datalchemy_nb.errors import UsageError

DDL = """
CREATE EXTENSION IF NOT EXISTS btree_gist;
CREATE SCHEMA shop;
CREATE TYPE shop.state AS ENUM ('open', 'paid', 'sent');
CREATE TABLE shop.customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email text NOT NULL UNIQUE CHECK (position('@' in email) > 1),
    name varchar(60) NOT NULL
);
CREATE TABLE shop.orders (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_id bigint NOT NULL REFERENCES shop.customers,
    state shop.state NOT NULL,
    placed_on date NOT NULL,
    sent_on date,
    total numeric(10, 2) NOT NULL CHECK (total >= 0),
    number text NOT NULL,
    CONSTRAINT sent_after CHECK (sent_on >= placed_on),
    CONSTRAINT sent_has_date CHECK (state <> 'sent' OR sent_on IS NOT NULL),
    CONSTRAINT number_form CHECK (number ~ '^[A-Z]{2}-[0-9]{5}$')
);
CREATE UNIQUE INDEX one_sent_order ON shop.orders (customer_id, number) WHERE state = 'sent';
CREATE UNIQUE INDEX one_without_number ON shop.orders (customer_id) WHERE number = 'XX-99999';
CREATE TABLE shop.order_tags (
    order_id uuid NOT NULL REFERENCES shop.orders,
    tag smallint NOT NULL CHECK (tag BETWEEN 1 AND 9),
    PRIMARY KEY (order_id, tag)
);
CREATE TABLE shop.bookings (
    id int PRIMARY KEY,
    room int NOT NULL,
    during daterange NOT NULL,
    CONSTRAINT no_overlap EXCLUDE USING gist (room WITH =, during WITH &&)
);
"""
BROKEN = {
    "customers_pkey", "customers_email_key", "customers_email_check", "email", "name",
    "orders_pkey", "orders_customer_id_fkey", "customer_id", "state", "placed_on", "total", "number",
    "orders_total_check", "sent_after", "sent_has_date", "number_form", "one_sent_order",
    "order_tags_pkey", "order_tags_order_id_fkey", "order_tags_tag_check",
    "bookings_pkey", "room", "during", "no_overlap",
}  # fmt: skip


@pytest.fixture(scope="module")
def session(database) -> Session:
    session = Session()
    session.introspect(database(DDL))
    session.show_plan(draft=True, rows=30, base_date="2026-01-01")
    return session


def test_every_constraint_is_broken_alone_and_the_database_is_as_it_was(session: Session, tmp_path: Path) -> None:
    run = session.generate(out_dir=tmp_path, violate="constraint")
    found = run.violations
    assert found is not None
    assert {row.constraint for row in found.rows} == BROKEN, found.not_broken
    assert [(one.constraint, one.reason[:23]) for one in found.not_broken] == [
        ("one_without_number", "no row of the run is in")
    ]
    assert all(row.exactly and row.changed for row in found.rows)
    assert session.evaluate(run).ok, "the run's own rows are valid"
    assert session.load(run, commit=True).report.rows == sum(run.tables.values())
    with psycopg.connect(str(session._conninfo), autocommit=True) as connection:
        for row in found.rows:
            names = ", ".join(f'"{name}"' for name in row.row)
            places = ", ".join(["%s"] * len(row.row))
            with pytest.raises(psycopg.IntegrityError) as caught:
                connection.execute(
                    f"INSERT INTO {row.ref.sql} ({names}) OVERRIDING SYSTEM VALUE VALUES ({places})",
                    list(row.row.values()),
                )
            assert caught.value.sqlstate == row.sqlstate
            assert row.constraint in (caught.value.diag.constraint_name, caught.value.diag.column_name)
    session.unload(run, commit=True)


def test_the_files_are_labelled_and_the_same_again(session: Session, tmp_path: Path) -> None:
    runs = [session.generate(out_dir=tmp_path / name, violate=["check", "shop.bookings"]) for name in ("a", "b")]
    texts = [(run.directory / "violations" / "shop.orders.csv").read_text() for run in runs]
    assert texts[0] == texts[1]
    rows = list(csv.DictReader(texts[0].splitlines()))
    assert {row["violates"] for row in rows} == {"orders_total_check", "sent_after", "sent_has_date", "number_form"}
    plain = json.loads((runs[0].directory / "violations.json").read_text())
    assert {row["table"] for row in plain["rows"]} == {"customers", "orders", "order_tags", "bookings"}
    assert "sent_after" in str(runs[0])


def test_what_is_asked_must_exist_and_a_server_too(session: Session, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="number_for") as caught:
        session.generate(out_dir=tmp_path, violate="number_for")
    assert "number_form" in str(caught.value.hint)
    alone = Session()
    assert session.schema is not None
    alone.use_schema(session.schema)
    with pytest.raises(UsageError, match="no server has this schema"):
        alone.generate(session.plan, out_dir=tmp_path, violate="constraint")
    assert not list(tmp_path.iterdir())


def test_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "schema.sql").write_text(DDL)
    assert main(["plan", "--draft", "--ddl", "schema.sql", "--out", "plan.yaml", "-q"]) == 0
    assert main(["generate", "--ddl", "schema.sql", "--violate", "sent_after"]) == 0
    assert "sent_on = " in capsys.readouterr().out
