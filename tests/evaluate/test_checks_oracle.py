"""PostgreSQL itself agrees with every verdict that test_checks.py expects."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from tests.evaluate.test_checks import BREAKS, COLUMNS, HOLDS

_CLOCK = {"CURRENT_DATE": "'2026-01-01'::date", "now()": "'2026-01-01 00:00:00+00'::timestamptz"}


@pytest.fixture
def oracle(database: Callable[..., str]) -> psycopg.Connection:
    connection = psycopg.connect(database(), autocommit=True)
    connection.execute("CREATE SCHEMA loja; CREATE TYPE loja.status AS ENUM ('aberto', 'pago', 'estornado')")
    connection.execute("SET TimeZone = 'UTC'")
    kinds = [(c.name, _kind(c.column_type.data_type)) for c in COLUMNS]
    connection.execute(f"CREATE TABLE loja.t ({', '.join(f'{name} {kind}' for name, kind in kinds)})")
    return connection


def _kind(data_type: str) -> str:
    return {"status": "loja.status", "citext": "text"}.get(data_type, data_type)


def _verdict(oracle: psycopg.Connection, expression: str, cells: dict[str, str]) -> bool:
    body = expression.removeprefix("CHECK ").removesuffix(" NOT VALID").removesuffix(" NO INHERIT")
    for call, literal in _CLOCK.items():
        body = body.replace(call, literal)
    oracle.execute("TRUNCATE loja.t")
    names, marks = ", ".join(cells), ", ".join(["%s"] * len(cells))
    if cells:
        oracle.execute(f"INSERT INTO loja.t ({names}) VALUES ({marks})", [str(value) for value in cells.values()])
    else:
        oracle.execute("INSERT INTO loja.t DEFAULT VALUES")
    row = oracle.execute(f"SELECT ({body}) IS NOT FALSE FROM loja.t".replace("%", "%%"), []).fetchone()
    assert row is not None
    return bool(row[0])


def test_postgres_agrees(oracle: psycopg.Connection) -> None:
    cases = [(e, c, True) for e, c in HOLDS if "citext" not in e] + [(e, c, False) for e, c in BREAKS]
    disagreements = [(e, c, expected) for e, c, expected in cases if _verdict(oracle, e, c) is not expected]
    assert disagreements == []
