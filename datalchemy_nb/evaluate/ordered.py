"""Statistics of numbers and moments of larger tables: each column is fetched once and put in order once."""

# ruff: noqa: S608 - all names in these queries are made here, and all literals quoted here.

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datalchemy_nb.evaluate import figures, small
from datalchemy_nb.evaluate.counted import BINS, TOP, Told, bins_of, places
from datalchemy_nb.evaluate.reader import LoadedColumn, LoadedTable
from datalchemy_nb.evaluate.sorting import in_order
from datalchemy_nb.evaluate.spread import EXACT_ROWS, Spread, measured
from datalchemy_nb.evaluate.workspace import Connection

TOP_DISTINCT = 10_000
"""The most frequent values are told of columns with so many."""
_DECIMAL = re.compile(r"DECIMAL\((\d+),\s*(\d+)\)")
_DIGITS = 15
_EXACT = float(1 << 53)
_DAY = 86_400.0
_FIRST = dt.datetime(1, 1, 1)
_EPOCH = dt.datetime(1970, 1, 1)
_LEAST, _PAST = (_FIRST - _EPOCH).total_seconds(), (dt.datetime(9999, 12, 31) - _EPOCH).total_seconds()
_WIDEST = 4
"""Values are counted by their places where these are at most so many times the rows, and sorted elsewhere."""

Doubles = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Kind:
    """Values that doubles hold exactly.

    Attributes:
        unit: what a double is multiplied with to be whole.
        least: smallest double that can be written.
        most: greatest.
        write: a double as DuckDB writes its value.
    """

    unit: float
    least: float
    most: float
    write: Callable[[float], str]


def kind_of(column: LoadedColumn) -> Kind | None:
    """How a column's values are held; None where doubles may not hold them."""
    sql_type = column.reading.sql_type
    if sql_type in ("SMALLINT", "INTEGER", "BIGINT"):
        return Kind(1.0, -_EXACT, _EXACT, lambda value: str(int(value)))
    if found := _DECIMAL.fullmatch(sql_type):
        digits, scale = map(int, found.groups())
        return Kind(10.0**scale, -_EXACT, _EXACT, lambda value: f"{value:.{scale}f}") if digits <= _DIGITS else None
    if sql_type == "DATE":
        return Kind(1 / _DAY, _LEAST, _PAST, lambda value: _moment(value).date().isoformat())
    if sql_type in ("TIMESTAMP", "TIMESTAMPTZ"):
        zone = "+00" if sql_type == "TIMESTAMPTZ" else ""
        return Kind(1.0, _LEAST, _PAST, lambda value: f"{_moment(value).isoformat(' ')}{zone}")
    return None


def tell(con: Connection, table: LoadedTable, column: LoadedColumn, nulls: Mapping[str, int]) -> Told | None:
    """Measure a column; None where its values have no exact doubles, or are too many to be held.

    Args:
        con: the workspace.
        table: a table whose values are not at hand.
        column: one of its columns.
        nulls: number of nulls per column.
    """
    kind = kind_of(column)
    if kind is None or table.few is not None or not 0 < table.rows <= EXACT_ROWS or not measured(column):
        return None
    fetched = con.execute(f"SELECT {figures.number(column)} AS v FROM {table.sql}").fetchnumpy()["v"]
    numbers: Doubles = fetched.compressed() if isinstance(fetched, np.ma.MaskedArray) else fetched
    # Endless moments have become null.
    if not len(numbers) or len(numbers) != table.rows - nulls.get(column.column.name, 0):
        return None
    values = _counted(numbers, kind)
    if values is None:
        return None
    return _told(column, kind, *values, figures.mean(column, float(np.mean(numbers))))


def _counted(numbers: Doubles, kind: Kind) -> tuple[Doubles, NDArray[np.int64]] | None:
    """The different values in order, and how often each occurs; None where they cannot be written from doubles."""
    least, most = float(numbers.min()), float(numbers.max())
    if least < kind.least or most > kind.most:
        return None
    whole = np.rint(numbers * kind.unit)
    if kind.unit == 1.0 and not np.array_equal(whole, numbers):
        return None
    low = float(whole.min())
    if float(whole.max()) - low < _WIDEST * len(whole):
        times = np.bincount((whole - low).astype(np.int64))
        found = np.flatnonzero(times)
        values: Doubles = (found.astype(np.float64) + low) / kind.unit
        return values, times[found].astype(np.int64)
    ordered = in_order(numbers)
    starts = np.flatnonzero(np.concatenate(([True], ordered[1:] != ordered[:-1])))
    return ordered[starts], np.diff(np.append(starts, len(ordered)))


def _told(column: LoadedColumn, kind: Kind, values: Doubles, times: NDArray[np.int64], mean: str | None) -> Told:
    def shown(value: float) -> str:
        return figures.shown(column, kind.write(float(value))) or ""

    upto = np.cumsum(times)
    quantiles = tuple(shown(values[i]) for i in np.searchsorted(upto, places(int(upto[-1])), side="right"))
    bins = np.bincount(bins_of(values), weights=times, minlength=BINS)
    top: list[tuple[str, int]] = []
    if len(values) <= TOP_DISTINCT:
        top = small.most({kind.write(v): n for v, n in zip(values.tolist(), times.tolist(), strict=True)}, TOP)
    return Told(
        distinct=len(values),
        top=tuple((figures.shown(column, text) or "", n) for text, n in top),
        least=shown(values[0]),
        greatest=shown(values[-1]),
        histogram=tuple(int(n) for n in bins),
        spread=Spread(mean, quantiles),
    )


def _moment(seconds: float) -> dt.datetime:
    return _EPOCH + dt.timedelta(seconds=seconds)
