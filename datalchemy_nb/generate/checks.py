"""Predicates and computed columns, evaluated by DuckDB on the rows at hand."""

from __future__ import annotations

import atexit
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb import sandbox
from datalchemy_nb.contracts.names import quote_ident
from datalchemy_nb.domains.between import finite
from datalchemy_nb.domains.number import decimals
from datalchemy_nb.errors import GenerationError
from datalchemy_nb.later import Later

if TYPE_CHECKING:
    import duckdb
else:
    duckdb = Later("duckdb")

_SHOWN = 200
_local = threading.local()
atexit.register(_local.__dict__.clear)


class OutOfTypeError(ArithmeticError):
    """A number is too large for its column."""


class _Stream:
    """A frame offered to DuckDB through the Arrow stream interface, without pyarrow."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> Any:
        return self._frame.__arrow_c_stream__(requested_schema)


def _connection() -> sandbox.Connection:
    """One in-memory database per thread, used for expressions only."""
    connection = getattr(_local, "connection", None)
    if connection is None:
        connection = _local.connection = sandbox.open_database()
    return connection


def _evaluate(frame: pl.DataFrame, expressions: Sequence[str], around: str = "({})") -> dict[str, npt.NDArray[Any]]:
    """Evaluate SQL over a frame's quoted column names; columns come back as ``c0``, ``c1``, ... in row order.

    Results are fetched as NumPy arrays: DuckDB's Arrow export complains about leaks when the interpreter ends.

    Raises:
        GenerationError: an expression may not run.
        TooSlow: it takes too long.
    """
    for sql in expressions:
        reason = sandbox.refusal(sql)
        if reason is not None:
            raise GenerationError(f"an expression of the plan or schema may not run: {reason}: {sql[:_SHOWN]}")
    connection = _connection()
    connection.register("batch", _Stream(frame))
    try:
        items = ", ".join(f"{around.format(sql)} AS c{i}" for i, sql in enumerate(expressions))
        with sandbox.limited(connection, expressions[0], frame.height):
            return dict(connection.execute(f"SELECT {items} FROM {_source(frame)}").fetchnumpy())  # noqa: S608
    finally:
        connection.unregister("batch")


def _source(frame: pl.DataFrame) -> str:
    """The batch, its times of day as DuckDB's literals have them: nanoseconds are another type there."""
    times = [quote_ident(name) for name, dtype in frame.schema.items() if dtype == pl.Time]
    if not times:
        return "batch"
    return f"(SELECT * REPLACE ({', '.join(f'CAST({name} AS TIME) AS {name}' for name in times)}) FROM batch)"  # noqa: S608


def failing(frame: pl.DataFrame, predicates: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return, per row, whether any predicate is false (a null result passes, as in SQL), or cannot be computed."""
    try:
        found = _evaluate(frame, predicates, "NOT coalesce({}, true)")
    except duckdb.DataError:
        # PostgreSQL refuses a row whose CHECK it cannot compute.
        try:
            found = _evaluate(frame, predicates, "coalesce(TRY(NOT coalesce({}, true)), true)")
        except duckdb.Error:
            return _failing_in_halves(frame, predicates)
    failed = np.zeros(frame.height, dtype=bool)
    for column in found.values():
        failed |= column
    return failed


def _failing_in_halves(frame: pl.DataFrame, predicates: Sequence[str]) -> npt.NDArray[np.bool_]:
    """The same of conditions that cannot be tried row by row in one go."""
    if frame.height == 1:
        try:
            found = _evaluate(frame, predicates, "NOT coalesce({}, true)")
        except duckdb.DataError:
            return np.ones(1, dtype=bool)
        return np.array([any(bool(column[0]) for column in found.values())])
    half = frame.height // 2
    return np.concatenate([failing(frame.head(half), predicates), failing(frame.slice(half), predicates)])


def holding(frame: pl.DataFrame, condition: str) -> npt.NDArray[np.bool_]:
    """Return, per row, whether a condition is true."""
    found: npt.NDArray[np.bool_] = np.asarray(_evaluate(frame, [f"coalesce({condition}, false)"])["c0"], dtype=bool)
    return found


def texts(frame: pl.DataFrame, expressions: Sequence[str]) -> list[pl.Series]:
    """Evaluate expressions as text, to be compared with one another."""
    found = _evaluate(frame, [f"CAST({sql} AS VARCHAR)" for sql in expressions])
    columns = [found[f"c{i}"] for i in range(len(expressions))]
    return [
        pl.Series(np.ma.getdata(column).tolist(), dtype=pl.String).set(pl.Series(np.ma.getmaskarray(column)), None)
        for column in columns
    ]


def compute(frame: pl.DataFrame, expression: str, dtype: pl.DataType) -> pl.Series:
    """Evaluate an expression of numbers, rounded half away from zero to the digits of the type, or of moments."""
    if dtype.is_temporal():
        found = _evaluate(frame, [f"CAST(epoch_us(CAST({expression} AS TIMESTAMP)) AS BIGINT)"])["c0"]
        moments: pl.Series = pl.Series(np.ma.getdata(found)).set(pl.Series(np.ma.getmaskarray(found)), None)
        return moments.cast(pl.Datetime("us")).cast(dtype)
    if isinstance(dtype, pl.Boolean):
        found = _evaluate(frame, [f"CAST({expression} AS BOOLEAN)"])["c0"]
        return pl.Series(np.ma.getdata(found)).set(pl.Series(np.ma.getmaskarray(found)), None)
    digits = dtype.scale if isinstance(dtype, pl.Decimal) else 0
    kind = "DOUBLE" if dtype.is_float() else "BIGINT"
    # Whole numbers are multiplied as such: what is beyond their type is null, and drawn again.
    whole = all(one.is_integer() for one in frame.dtypes)
    unit = f"CAST({10**digits} AS BIGINT)" if whole else str(10**digits)
    scaled = expression if dtype.is_float() else f"round(({expression}) * {unit})"
    around = f"CAST(TRY({{}}) AS {kind})" if whole else f"CAST({{}} AS {kind})"
    column = _evaluate(frame, [scaled], around)["c0"]
    values: pl.Series = pl.Series(np.ma.getdata(column)).set(pl.Series(np.ma.getmaskarray(column)), None)
    # What is too large is drawn again: see `_within_its_type` of the resolver.
    if isinstance(dtype, pl.Decimal):
        most = 10**dtype.precision - 1
        values = values.clip(-most, most) if most < 1 << 63 else values
        values = values.cast(pl.Decimal(38, digits)) / 10**digits
    if dtype.is_integer():
        values = values.clip(dtype.min(), dtype.max())  # type: ignore[attr-defined]
    return values.cast(dtype)


def bound(frame: pl.DataFrame, expression: str, *, moments: bool) -> pl.Series:
    """Evaluate what bounds a column, as doubles or moments; null where it cannot be computed."""
    around = "CAST(TRY(epoch_us({})) AS BIGINT)" if moments else "TRY(CAST({} AS DOUBLE))"
    column = _evaluate(frame, [expression], around)["c0"]
    found: pl.Series = pl.Series(np.ma.getdata(column)).set(pl.Series(np.ma.getmaskarray(column)), None)
    return finite(found, moments=moments)


def values(frame: pl.DataFrame, expression: str, dtype: pl.DataType) -> pl.Series:
    """Evaluate what `datalchemy_nb.constraints.typed.stored` wrote, over columns by their names; moments are in UTC.

    Raises:
        OutOfTypeError: a number is too large for the column's type.
    """
    moments = [name for name, kind in frame.schema.items() if isinstance(kind, pl.Datetime) and kind.time_zone]
    if moments:
        frame = frame.with_columns(pl.col(moments).dt.replace_time_zone(None))
    column = _evaluate(frame, [expression])["c0"]
    missing = np.ma.getmaskarray(column)
    data = np.ma.getdata(column)
    if data.dtype == object:
        return pl.Series(data.tolist(), dtype=pl.String).set(pl.Series(missing), None).cast(dtype)
    series = pl.Series(data)
    if missing.any():
        series = series.set(pl.Series(missing), None)
    return from_stored(series, dtype)


def from_stored(series: pl.Series, dtype: pl.DataType) -> pl.Series:
    """Return whole numbers as what they stand for: the last digits of decimals, days, microseconds."""
    if isinstance(dtype, pl.Decimal):
        missing = series.is_null() if series.has_nulls() else None
        limit = 10 ** (dtype.precision or 38)
        if limit < 1 << 62 and ((series >= limit) | (series <= -limit)).any():
            raise OutOfTypeError
        made = decimals(series.fill_null(0).cast(pl.Int128), dtype.precision or 38, dtype.scale)
        return made if missing is None else made.set(missing, None)
    if isinstance(dtype, pl.Date):
        return series.cast(pl.Int32).cast(dtype)
    try:
        return series.cast(dtype)
    except pl.exceptions.InvalidOperationError:
        raise OutOfTypeError from None
