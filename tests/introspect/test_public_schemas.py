"""What public schemas asked for: defaults of random bytes, and drafted lists that fit their columns."""

from __future__ import annotations

import psycopg

from datalchemy_nb.session import Session
from tests.conftest import DatabaseFactory


def test_random_bytes_in_a_default(database: DatabaseFactory) -> None:
    url = database()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION pgcrypto")
        connection.execute("CREATE TABLE key (k text DEFAULT encode(gen_random_bytes(20), 'hex'), n int)")
        connection.execute("INSERT INTO key (n) SELECT generate_series(1, 50)")
        found = connection.execute("SELECT count(DISTINCT k), min(length(k)), max(length(k)) FROM key").fetchone()
    assert found == (50, 40, 40)


def test_a_drafted_list_fits_its_column(database: DatabaseFactory) -> None:
    url = database("CREATE TABLE orders (id int PRIMARY KEY, status varchar(7) NOT NULL, category varchar(5) NOT NULL)")
    session = Session()
    session.introspect(url)
    run = session.generate(session.show_plan(draft=True, rows=80))
    assert not run.report.warnings, "what a draft lists itself is no surprise to be told"
    assert session.load(run, url).report.rows == 80
