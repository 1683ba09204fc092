"""Predicates and computed columns, evaluated by DuckDB on the rows at hand."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Sequence
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.contracts.sql import DUCKDB_MACROS

_local = threading.local()
atexit.register(_local.__dict__.clear)


class _Stream:
    """A frame offered to DuckDB through the Arrow stream interface, without pyarrow."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        return self._frame.__arrow_c_stream__(requested_schema)


def _connection() -> duckdb.DuckDBPyConnection:
    """One in-memory database per thread, used for expressions only."""
    connection = getattr(_local, "connection", None)
    if connection is None:
        connection = duckdb.connect(":memory:", config={"threads": 1, "enable_external_access": False})
        connection.execute("SET TimeZone = 'UTC'")
        for macro in DUCKDB_MACROS:
            connection.execute(macro)
        _local.connection = connection
    return connection


def select(frame: pl.DataFrame, expressions: Sequence[str]) -> pl.DataFrame:
    """Evaluate SQL expressions over a frame's columns.

    Args:
        frame: the rows; column names are used quoted.
        expressions: SQL in DuckDB's dialect.

    Returns:
        One column per expression, named ``c0``, ``c1``, ... in the frame's row order.
    """
    connection = _connection()
    connection.register("batch", _Stream(frame))
    try:
        items = ", ".join(f"({sql}) AS c{i}" for i, sql in enumerate(expressions))
        return pl.DataFrame(connection.sql(f"SELECT {items} FROM batch"))  # noqa: S608 - expressions are the plan's
    finally:
        connection.unregister("batch")


def failing(frame: pl.DataFrame, predicates: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return, per row, whether any predicate is false (a null result passes, as in SQL)."""
    result = select(frame, [f"NOT coalesce({sql}, true)" for sql in predicates])
    failed: npt.NDArray[np.bool_] = result.select(pl.any_horizontal(pl.all())).to_series().to_numpy().astype(bool)
    return failed
