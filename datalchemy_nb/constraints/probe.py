"""Ask DuckDB, before the run, whether it understands an expression."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb import sandbox
from datalchemy_nb.contracts.names import literal, quote_ident
from datalchemy_nb.domains.between import finite
from datalchemy_nb.errors import TooSlow
from datalchemy_nb.later import Later

if TYPE_CHECKING:
    import duckdb
else:
    duckdb = Later("duckdb")

_NAMES: tuple[tuple[type[pl.DataType], str], ...] = (
    (pl.Int16, "SMALLINT"),
    (pl.Int32, "INTEGER"),
    (pl.Int64, "BIGINT"),
    (pl.Float64, "DOUBLE"),
    (pl.Boolean, "BOOLEAN"),
    (pl.Date, "DATE"),
    (pl.Time, "TIME"),
)
_SECONDS = 10.0
_lock = threading.Lock()


def understood(sql: str, columns: Mapping[str, pl.DataType], *, condition: bool = False) -> str | None:
    """Return None when the expression may run and does over columns of these types, else a complaint in one line.

    Args:
        sql: in DuckDB's dialect.
        columns: that it may read.
        condition: it must be true or false.
    """
    return sandbox.refusal(sql) or _complaint(f"coalesce({sql}, true)" if condition else sql, tuple(columns.items()))


def failing(frame: pl.DataFrame, sql: str) -> npt.NDArray[np.bool_] | None:
    """Return which rows of a small frame make a condition false (null holds); None where it cannot be asked."""
    held = _over_frame(frame, sql, f"coalesce(({sql}), true)")
    return None if held is None else ~np.array(held, dtype=bool)


def bounds(frame: pl.DataFrame, sql: str, *, moments: bool) -> pl.Series | None:
    """Return what an expression comes to for the rows of a small frame; None where it cannot be asked.

    Args:
        frame: the columns that it reads.
        sql: the expression in DuckDB's dialect.
        moments: it gives dates or moments, returned without their zone; otherwise numbers, returned as doubles.
    """
    wanted = f"CAST(TRY(epoch_us({sql})) AS BIGINT)" if moments else f"TRY(CAST(({sql}) AS DOUBLE))"
    found = _over_frame(frame, sql, wanted)
    return None if found is None else finite(pl.Series(found, dtype=None if found else pl.Int64), moments=moments)


def _over_frame(frame: pl.DataFrame, sql: str, wanted: str) -> list[Any] | None:
    """What is selected over the rows of a small frame, where `sql` is what may be slow."""
    if sandbox.refusal(sql) is not None:
        return None
    columns = [(name, frame[name]) for name in frame.columns]
    casts = [f"CAST(c{i} AS {type_name(values.dtype)})" for i, (_, values) in enumerate(columns)]
    names = ", ".join(f"{made} AS {quote_ident(name)}" for made, (name, _) in zip(casts, columns, strict=True))
    with _lock:
        connection = _connection()
        try:
            held: list[Any] = []
            for start in range(0, frame.height, 500):
                part = frame.slice(start, 500)
                rows = ", ".join(f"({', '.join(_shown(value) for value in row)})" for row in part.rows())
                told = f"(VALUES {rows}) AS t({', '.join(f'c{i}' for i in range(len(columns)))})"
                query = f"SELECT {wanted} FROM (SELECT {names} FROM {told})"  # noqa: S608
                with sandbox.limited(connection, sql, frame.height, _SECONDS):
                    held += [one for (one,) in connection.execute(query).fetchall()]
        except duckdb.Error:
            return None
    return held


def are_distinct(numbers: range, name: str, sql: str) -> bool:
    """Whether an expression over one whole number gives every number of a range a value of its own, and none null."""
    rows = ", ".join(f"({number})" for number in numbers)
    query = f"SELECT count(DISTINCT ({sql})) FROM (VALUES {rows}) AS t({quote_ident(name)})"  # noqa: S608
    with _lock:
        try:
            found = _connection().execute(query).fetchall()
        except duckdb.Error:
            return False
    return int(found[0][0]) == len(numbers)


def _shown(value: object) -> str:
    return "NULL" if value is None else literal(value)


@lru_cache(maxsize=1)
def _connection() -> sandbox.Connection:
    """One database for all questions: opening and closing one each time is slow."""
    return sandbox.open_database()


@lru_cache(maxsize=4096)
def _complaint(sql: str, columns: tuple[tuple[str, pl.DataType], ...]) -> str | None:
    names = ", ".join(f"CAST(NULL AS {type_name(dtype)}) AS {quote_ident(name)}" for name, dtype in columns)
    query = f"SELECT ({sql}) FROM (SELECT {names or '1'})"  # noqa: S608 - nothing is stored
    with _lock:
        connection = _connection()
        try:
            with sandbox.limited(connection, sql, 1, _SECONDS):
                connection.execute(query).fetchall()
        except duckdb.Error as error:
            return str(error).splitlines()[0]
    return None


def _over(sql: str, wanted: str, column: str, dtype: pl.DataType, values: pl.Series) -> list[tuple[Any, ...]] | None:
    """Return what is selected over one column of values, where `sql` is what may be slow; None where it cannot run."""
    query = (
        f"SELECT {wanted} "  # noqa: S608 - nothing is stored
        f"FROM (SELECT CAST(unnest(?) AS {type_name(dtype)}) AS {quote_ident(column)})"
    )
    with _lock:
        connection = _connection()
        try:
            with sandbox.limited(connection, sql, len(values), _SECONDS):
                return connection.execute(query, [values.cast(pl.String, strict=False).to_list()]).fetchall()
        except (duckdb.Error, pl.exceptions.PolarsError):
            return None


def evaluated(sql: str, column: str, dtype: pl.DataType, values: pl.Series) -> list[str | None] | None:
    """Return what an expression of one column comes to for some values, as texts; None where it cannot be asked.

    Args:
        sql: the expression in DuckDB's dialect.
        column: the column it reads.
        dtype: the column's type.
        values: of the column.
    """
    if sandbox.refusal(sql) is not None:
        return None
    try:
        found = _over(sql, f"CAST(({sql}) AS VARCHAR)", column, dtype, values)
    except TooSlow:
        return None
    if found is None:
        return None
    return [None if one is None else str(one) for (one,) in found]


def accepted(sql: str, column: str, dtype: pl.DataType, values: pl.Series) -> float | None:
    """Return the share of sample values for which a condition on one column is not false; None where it cannot run.

    Args:
        sql: the condition in DuckDB's dialect.
        column: the column it reads.
        dtype: the column's type.
        values: samples, no nulls.
    """
    if sandbox.refusal(sql) is not None or not len(values):
        return None
    found = _over(sql, f"avg(coalesce({sql}, true)::INTEGER)", column, dtype, values)
    return None if found is None or found[0][0] is None else float(found[0][0])


def type_name(dtype: pl.DataType) -> str:
    """Return what DuckDB calls a type; texts stand for what it does not have."""
    if isinstance(dtype, pl.Decimal):
        return f"DECIMAL({dtype.precision}, {dtype.scale})"
    if isinstance(dtype, pl.Datetime):
        return "TIMESTAMPTZ" if dtype.time_zone else "TIMESTAMP"
    return next((name for kind, name in _NAMES if isinstance(dtype, kind)), "VARCHAR")


atexit.register(_connection.cache_clear)
