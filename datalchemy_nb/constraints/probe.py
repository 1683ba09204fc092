"""Ask DuckDB, before the run, whether it understands an expression."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Mapping
from functools import lru_cache

import duckdb
import polars as pl

from datalchemy_nb.contracts.names import quote_ident

_NAMES: tuple[tuple[type[pl.DataType], str], ...] = (
    (pl.Int16, "SMALLINT"),
    (pl.Int32, "INTEGER"),
    (pl.Int64, "BIGINT"),
    (pl.Float64, "DOUBLE"),
    (pl.Boolean, "BOOLEAN"),
    (pl.Date, "DATE"),
    (pl.Time, "TIME"),
)
_lock = threading.Lock()


def understood(sql: str, columns: Mapping[str, pl.DataType]) -> str | None:
    """Return None when the expression runs over columns of these types, else DuckDB's complaint in one line."""
    return _complaint(sql, tuple(columns.items()))


@lru_cache(maxsize=1)
def _connection() -> duckdb.DuckDBPyConnection:
    """One database for all questions: opening and closing one each time is slow."""
    return duckdb.connect(":memory:", config={"threads": 1})


@lru_cache(maxsize=4096)
def _complaint(sql: str, columns: tuple[tuple[str, pl.DataType], ...]) -> str | None:
    names = ", ".join(f"CAST(NULL AS {_type(dtype)}) AS {quote_ident(name)}" for name, dtype in columns)
    query = f"SELECT ({sql}) FROM (SELECT {names or '1'})"  # noqa: S608 - nothing is stored
    with _lock:
        try:
            _connection().execute(query).fetchall()
        except duckdb.Error as error:
            return str(error).splitlines()[0]
    return None


def _type(dtype: pl.DataType) -> str:
    if isinstance(dtype, pl.Decimal):
        return f"DECIMAL({dtype.precision}, {dtype.scale})"
    if isinstance(dtype, pl.Datetime):
        return "TIMESTAMPTZ" if dtype.time_zone else "TIMESTAMP"
    return next((name for kind, name in _NAMES if isinstance(dtype, kind)), "VARCHAR")


atexit.register(_connection.cache_clear)
