"""One introspected CRM schema for the whole module tree."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.introspect.catalog import introspect
from datalchemy_nb.introspect.connection import connect
from datalchemy_nb.introspect.options import IntrospectOptions
from datalchemy_nb.session import Session


def read_schema(url: str) -> DatabaseSchema:
    with connect(url) as connection:
        return introspect(connection, IntrospectOptions())


@pytest.fixture
def crm_session(crm_url: str, tmp_path: Path) -> Session:
    """A session on an empty CRM database."""
    session = Session(out_dir=tmp_path / "runs", goldens_dir=tmp_path / "goldens")
    session.introspect(crm_url)
    return session


@pytest.fixture
def fill(database: Callable[..., str], tmp_path: Path) -> Callable[..., Session]:
    """``fill(ddl, rows)``: create tables, ask for rows of each, generate, load; PostgreSQL is the judge."""

    def run(ddl: str, rows: int = 200, **overrides: object) -> Session:
        session = Session(out_dir=tmp_path / "runs")
        schema = session.introspect(database(ddl)).schema
        session.use_plan(bare_plan(schema, rows, **overrides))
        made = session.generate()
        loaded = session.load(made)
        assert sum(t.rows for t in loaded.report.tables) == sum(t.rows_generated for t in made.report.tables)
        return session

    return run


def bare_plan(schema: DatabaseSchema, rows: int, **overrides: object) -> dict[str, object]:
    """A plan without rules: every ordinary table, the same number of rows."""
    targets = [
        {"schema": ref.schema, "table": ref.table, "rows": rows}
        for ref, table in schema.tables.items()
        if table.kind in ("table", "partitioned_table") and table.partition_of is None
    ]
    return {
        "plan_version": "0.2",
        "seed": 1,
        "schema_ref": {
            "schema_version": "0.2",
            "engine": "postgres",
            "schema_fingerprint": schema.schema_fingerprint,
        },
        "targets": targets,
        "rules": [],
        **overrides,
    }
