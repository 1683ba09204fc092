"""Statistics per column: three scans of a table, however many columns it has, and one of a sample per text."""

# ruff: noqa: S608 - all names in these queries are made here, and all literals quoted here.

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from datalchemy_nb.contracts.metrics import ColumnStat
from datalchemy_nb.evaluate import spread
from datalchemy_nb.evaluate.figures import shown as _text
from datalchemy_nb.evaluate.reader import LoadedColumn, LoadedTable
from datalchemy_nb.evaluate.spread import EXACT_ROWS, Spread
from datalchemy_nb.evaluate.spread import number as _number
from datalchemy_nb.evaluate.workspace import Connection, one_row

BINS = 20
TOP = 5
TOP_DISTINCT = 10_000
_PER_SCAN = 64
_ORDERED = ("integer", "decimal", "float", "moment", "boolean", "enum", "text")
_BINNED = ("integer", "decimal", "float", "moment")


@dataclass(frozen=True, slots=True)
class _Range:
    """What the first scan tells: distinct values, extremes as text, extremes as numbers."""

    distinct: int
    least: str | None
    greatest: str | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the second scan tells; ``distinct`` is exact, where the values were few enough to list."""

    histogram: tuple[int, ...]
    distinct: int | None
    top: tuple[tuple[str, int], ...]


def measure(con: Connection, table: LoadedTable, nulls: Mapping[str, int]) -> list[ColumnStat]:
    """Statistics of every column, in the file's order.

    Args:
        con: the workspace.
        table: a loaded table.
        nulls: number of nulls per column, as the constraints' scan counted them.
    """
    stats: list[ColumnStat] = []
    columns = list(table.columns.values())
    for start in range(0, len(columns), _PER_SCAN):
        some = columns[start : start + _PER_SCAN]
        ranges = _ranges(con, table, some)
        shapes = _shapes(con, table, some, ranges)
        spreads = spread.measure(con, table, some)
        for column, found, shape, between in zip(some, ranges, shapes, spreads, strict=True):
            stats.append(_stat(table, column, found, shape, between, nulls.get(column.column.name, 0)))
    return stats


def _stat(
    table: LoadedTable, column: LoadedColumn, found: _Range, shape: _Shape, between: Spread, nulls: int
) -> ColumnStat:
    values = table.rows - nulls
    distinct = min(found.distinct, values) if shape.distinct is None else shape.distinct
    shortest, mean_length, longest = between.lengths
    return ColumnStat(
        schema_name=table.ref.schema,
        table=table.ref.table,
        column=column.column.name,
        null_count=nulls,
        null_rate=round(nulls / table.rows, 6) if table.rows else None,
        distinct_count=distinct,
        distinct_exact=table.rows <= EXACT_ROWS or shape.distinct is not None,
        min=found.least,
        max=found.greatest,
        top_values=shape.top if column.tag is None else (),
        histogram=shape.histogram,
        type=column.column.column_type.data_type,
        distinct_ratio=round(distinct / values, 6) if values else None,
        mean=between.mean,
        quantiles=between.quantiles,
        min_length=shortest,
        mean_length=mean_length,
        max_length=longest,
        patterns=between.patterns,
        pattern_rows=between.pattern_rows,
    )


def _ranges(con: Connection, table: LoadedTable, columns: list[LoadedColumn]) -> list[_Range]:
    exact = table.rows <= EXACT_ROWS
    selected: list[str] = []
    for column in columns:
        shown = column.tag is None and column.reading.family in _ORDERED
        binned = column.tag is None and column.reading.family in _BINNED
        selected += [
            f"count(DISTINCT {column.sql})" if exact else f"approx_count_distinct({column.sql})",
            f"min({column.sql})::VARCHAR" if shown else "NULL",
            f"max({column.sql})::VARCHAR" if shown else "NULL",
            f"min({_number(column)})" if binned else "NULL",
            f"max({_number(column)})" if binned else "NULL",
        ]
    row = one_row(con, f"SELECT {', '.join(selected)} FROM {table.sql}")
    return [
        _Range(int(row[i]), _text(column, row[i + 1]), _text(column, row[i + 2]), row[i + 3], row[i + 4])
        for column, i in zip(columns, range(0, len(row), 5), strict=True)
    ]


def _shapes(con: Connection, table: LoadedTable, columns: list[LoadedColumn], ranges: list[_Range]) -> list[_Shape]:
    selected = ["count(*)"]
    for column, found in zip(columns, ranges, strict=True):
        listed = 0 < found.distinct <= TOP_DISTINCT and column.reading.family in _ORDERED
        counts = f"histogram({column.sql}::VARCHAR)"
        selected += [_bins(column, found), f"cardinality({counts})" if listed else "NULL"]
        selected.append(_top(counts) if listed and column.tag is None else "NULL")
    # Something must always be aggregated, for there to be exactly one row.
    row = one_row(con, f"SELECT {', '.join(selected)} FROM {table.sql}")
    shapes = []
    for column, i in zip(columns, range(1, len(row), 3), strict=True):
        bins, top = row[i] or {}, row[i + 2] or []
        shapes.append(
            _Shape(
                histogram=tuple(int(bins.get(b, 0)) for b in range(BINS)) if bins else (),
                distinct=int(row[i + 1]) if row[i + 1] is not None else None,
                top=tuple((_text(column, entry["key"]) or "", int(entry["value"])) for entry in top),
            )
        )
    return shapes


def _bins(column: LoadedColumn, found: _Range) -> str:
    if found.low is None or found.high is None:
        return "NULL"
    width = found.high - found.low
    if not width:
        return f"histogram(CASE WHEN {_number(column)} IS NOT NULL THEN 0 END)"
    scaled = f"(({_number(column)}) - ({found.low!r})) / ({width!r}) * {BINS}"
    # least() passes over nulls: without the CASE they would all fall into the last bin.
    return f"histogram(CASE WHEN {_number(column)} IS NOT NULL THEN least({BINS - 1}, floor({scaled}))::INTEGER END)"


def _top(counts: str) -> str:
    # Ties go to the smaller text, so that the report does not depend on threads.
    order = "lambda e: {'a': -e.value::BIGINT, 'b': e.key, 'e': e}"
    ranked = f"list_sort(list_transform(map_entries({counts}), {order}))"
    return f"list_transform({ranked}[1:{TOP}], lambda o: o.e)"
