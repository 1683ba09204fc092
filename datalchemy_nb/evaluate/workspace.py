"""A DuckDB with bounded memory, whose spill files vanish with it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb

from datalchemy_nb.errors import UsageError

Connection = duckdb.DuckDBPyConnection

_MACROS = (
    """CREATE MACRO pg_jsonb_typeof(j) AS CASE WHEN j IS NULL THEN NULL ELSE CASE json_type(j)
         WHEN 'OBJECT' THEN 'object' WHEN 'ARRAY' THEN 'array' WHEN 'VARCHAR' THEN 'string'
         WHEN 'BOOLEAN' THEN 'boolean' WHEN 'NULL' THEN 'null' ELSE 'number' END END""",
    "CREATE MACRO pg_array_length(a) AS nullif(len(a), 0)",
    "CREATE MACRO pg_has_key(j, k) AS list_contains(json_keys(j), k)",
)


def literal(text: str) -> str:
    """Write a string literal for SQL."""
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def workspace(*, memory_limit: str, threads: int | None) -> Iterator[Connection]:
    """Open a private DuckDB that spills to a temporary directory and is closed and deleted on exit.

    Raises:
        UsageError: the memory limit or thread count is not one DuckDB knows.
    """
    with tempfile.TemporaryDirectory(prefix="datalchemy-evaluate-") as directory:
        con = duckdb.connect()
        try:
            _configure(con, directory, memory_limit, threads)
            for macro in _MACROS:
                con.execute(macro)
            yield con
        finally:
            con.close()


def _configure(con: Connection, directory: str, memory_limit: str, threads: int | None) -> None:
    settings = {"memory_limit": memory_limit, "temp_directory": directory, "TimeZone": "UTC"}
    if threads is not None:
        settings["threads"] = str(threads)
    try:
        for name, value in settings.items():
            con.execute(f"SET {name} = {literal(value)}")
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise UsageError(f"evaluate: {reason}", hint="memory_limit is like '1GB', threads is 1 or more") from None


def one_row(con: Connection, sql: str) -> Sequence[Any]:
    """Run a query that always has exactly one row."""
    row = con.execute(sql).fetchone()
    return row if row is not None else ()
