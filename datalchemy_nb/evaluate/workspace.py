"""A DuckDB with bounded memory, whose spill files vanish with it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from datalchemy_nb import sandbox
from datalchemy_nb.errors import UsageError

Connection = sandbox.Connection

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
def workspace(*, memory_limit: str, threads: int | None, files: Sequence[Path] = ()) -> Iterator[Connection]:
    """Open a private DuckDB that spills to a temporary directory and is closed and deleted on exit.

    Args:
        memory_limit: as DuckDB writes it.
        threads: None for all cores.
        files: all that may be read.

    Raises:
        UsageError: the memory limit or thread count is not one DuckDB knows.
    """
    with tempfile.TemporaryDirectory(prefix="datalchemy-evaluate-") as directory:
        try:
            con = sandbox.open_database(
                memory_limit=memory_limit, threads=threads, readable=files, spill=directory, macros=_MACROS
            )
        except duckdb.Error as error:
            reason = str(error).splitlines()[0]
            raise UsageError(f"evaluate: {reason}", hint="memory_limit is like '1GB', threads is 1 or more") from None
        try:
            yield con
        finally:
            con.close()


def one_row(con: Connection, sql: str) -> Sequence[Any]:
    """Run a query that always has exactly one row."""
    row = con.execute(sql).fetchone()
    return row if row is not None else ()
