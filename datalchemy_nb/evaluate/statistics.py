"""Statistics per column: three scans of a table, however many columns it has, one of each column with few values.

Columns of tables with few rows are counted from values at hand instead, numbers and moments from their order.
"""

# ruff: noqa: S608 - all names in these queries are made here, and all literals quoted here.

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from datalchemy_nb.contracts.metrics import ColumnStat
from datalchemy_nb.evaluate import ordered, small, spread
from datalchemy_nb.evaluate.counted import BINS, TOP, Told, tell
from datalchemy_nb.evaluate.figures import ORDERED as _ORDERED
from datalchemy_nb.evaluate.figures import number as _number
from datalchemy_nb.evaluate.figures import shown as _text
from datalchemy_nb.evaluate.ordered import TOP_DISTINCT
from datalchemy_nb.evaluate.reader import LoadedColumn, LoadedTable
from datalchemy_nb.evaluate.spread import EXACT_ROWS, Spread
from datalchemy_nb.evaluate.workspace import Connection, one_row

FETCHED = 500
"""All values are fetched of columns with so many different ones."""
_PER_SCAN = 64
_BINNED = ("integer", "decimal", "float", "moment")


@dataclass(frozen=True, slots=True)
class _Range:
    """What the first scan tells: about how many distinct values, extremes as text, extremes as numbers."""

    distinct: int
    least: str | None
    greatest: str | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class _Shape:
    """What the second scan tells; ``distinct`` is exact, where values or rows were few enough."""

    histogram: tuple[int, ...]
    distinct: int | None
    top: tuple[tuple[str, int], ...]


def measure(
    con: Connection, table: LoadedTable, nulls: Mapping[str, int], different: Mapping[str, int]
) -> list[ColumnStat]:
    """Statistics of every column, in the file's order.

    Args:
        con: the workspace.
        table: a loaded table.
        nulls: number of nulls per column, as the constraints' scan counted them.
        different: number of different values of columns, by SQL name, where keys told it.
    """
    stats: dict[str, ColumnStat] = {}
    for column in table.columns.values():
        told = tell(table, column) or ordered.tell(con, table, column, nulls)
        if told is not None:
            stats[column.sql] = _stat(table, column, *_as_scanned(told), nulls.get(column.column.name, 0))
    columns = [column for column in table.columns.values() if column.sql not in stats]
    for start in range(0, len(columns), _PER_SCAN):
        some = columns[start : start + _PER_SCAN]
        ranges = _ranges(con, table, some)
        counted, sampled = _counts(con, table, some, ranges)
        shapes = _shapes(con, table, some, ranges, different, counted)
        spreads = spread.measure(con, table, some, counted, sampled)
        for column, found, shape, between in zip(some, ranges, shapes, spreads, strict=True):
            stats[column.sql] = _stat(table, column, found, shape, between, nulls.get(column.column.name, 0))
    return [stats[column.sql] for column in table.columns.values()]


def _as_scanned(told: Told) -> tuple[_Range, _Shape, Spread]:
    found = _Range(told.distinct, told.least, told.greatest, None, None)
    return found, _Shape(told.histogram, told.distinct, told.top), told.spread


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
        distinct_exact=shape.distinct is not None,
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
    selected: list[str] = []
    for column in columns:
        shown = column.tag is None and column.reading.family in _ORDERED
        binned = column.tag is None and column.reading.family in _BINNED
        selected += [
            f"approx_count_distinct({column.sql})",
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


def _counts(
    con: Connection, table: LoadedTable, columns: list[LoadedColumn], ranges: list[_Range]
) -> tuple[dict[str, small.Counts], dict[str, small.Counts]]:
    """Values of columns that have few, with how often each occurs in all rows and in those that patterns are read from.

    Columns whose values are at hand are among them, however many these are.
    """
    few = table.few
    if few is not None:
        known = {column.sql: few.counted(column.sql) for column in columns if column.sql in few.texts}
        return known, known
    sampled: dict[str, small.Counts] = {}
    for column, found in zip(columns, ranges, strict=True):
        plain = column.reading.family in _ORDERED and column.reading.family != "float" and not column.reading.nocase
        if not plain or not 0 < found.distinct <= FETCHED:
            continue
        query = (
            f"SELECT {column.sql}::VARCHAR, count(*), count(*) FILTER (WHERE rowid % {spread.step(table.rows)} = 0) "
            f"FROM {table.sql} WHERE {column.sql} IS NOT NULL GROUP BY {column.sql}"
        )
        rows = con.execute(query).fetchall()
        table.counts[column.sql] = {str(value): int(times) for value, times, _ in rows}
        sampled[column.sql] = {str(value): int(times) for value, _, times in rows if times}
    return {column.sql: table.counts[column.sql] for column in columns if column.sql in table.counts}, sampled


def _shapes(
    con: Connection,
    table: LoadedTable,
    columns: list[LoadedColumn],
    ranges: list[_Range],
    different: Mapping[str, int],
    counted: Mapping[str, small.Counts],
) -> list[_Shape]:
    # Something must always be aggregated, for there to be exactly one row.
    selected = ["count(*)", *(_bins(column, found) for column, found in zip(columns, ranges, strict=True))]
    _, *histograms = one_row(con, f"SELECT {', '.join(selected)} FROM {table.sql}")
    listed = {
        column.sql: _counts_of(column, counted[column.sql]) if column.sql in counted else _listed(con, table, column)
        for column, found in zip(columns, ranges, strict=True)
        if found.distinct and column.reading.family in _ORDERED and _few(table, found)
    }
    unknown = [column for column in columns if column.sql not in listed and column.sql not in different]
    counts = {**(different if table.rows <= EXACT_ROWS else {}), **_counted(con, table, unknown)}
    shapes = []
    for column, bins in zip(columns, histograms, strict=True):
        distinct, top = listed.get(column.sql, (counts.get(column.sql), ()))
        shapes.append(
            _Shape(
                histogram=tuple(int(bins.get(b, 0)) for b in range(BINS)) if bins else (),
                distinct=distinct,
                top=top if column.tag is None and distinct is not None and distinct <= TOP_DISTINCT else (),
            )
        )
    return shapes


def _few(table: LoadedTable, found: _Range) -> bool:
    """Whether the values may be few enough to list; the first scan's count is an estimate."""
    return min(table.rows, found.distinct * 0.8) <= TOP_DISTINCT


def _counted(con: Connection, table: LoadedTable, columns: list[LoadedColumn]) -> dict[str, int]:
    if not columns or table.rows > EXACT_ROWS:
        return {}
    row = one_row(con, f"SELECT {', '.join(f'count(DISTINCT {column.sql})' for column in columns)} FROM {table.sql}")
    return {column.sql: int(count) for column, count in zip(columns, row, strict=True)}


def _counts_of(column: LoadedColumn, counted: small.Counts) -> tuple[int, tuple[tuple[str, int], ...]]:
    top = tuple((_text(column, value) or "", times) for value, times in small.most(counted, TOP))
    return len(counted), top


def _listed(con: Connection, table: LoadedTable, column: LoadedColumn) -> tuple[int, tuple[tuple[str, int], ...]]:
    """How many different values there are, and the most frequent."""
    value = f"{column.sql}::VARCHAR"
    if column.reading.nocase:
        value = f"decode(encode({value}))"
    counts = f"SELECT {value} AS v, count(*) AS n FROM {table.sql} WHERE {column.sql} IS NOT NULL GROUP BY 1"
    # Ties go to the smaller text, so that the report does not depend on threads.
    query = f"SELECT v, n, count(*) OVER () FROM ({counts}) ORDER BY n DESC, v LIMIT {TOP}"
    rows = con.execute(query).fetchall()
    top = tuple((_text(column, str(value)) or "", int(count)) for value, count, _ in rows)
    return (int(rows[0][2]) if rows else 0), top


def _bins(column: LoadedColumn, found: _Range) -> str:
    if found.low is None or found.high is None:
        return "NULL"
    width = found.high - found.low
    if not width:
        return f"histogram(CASE WHEN {_number(column)} IS NOT NULL THEN 0 END)"
    # As texts: a number written with a point is a decimal to DuckDB, which may have no room for all its digits.
    low, span = (f"CAST('{end!r}' AS DOUBLE)" for end in (found.low, width))
    scaled = f"(({_number(column)}) - {low}) / {span} * {BINS}"
    # least() passes over nulls: without the CASE they would all fall into the last bin.
    return f"histogram(CASE WHEN {_number(column)} IS NOT NULL THEN least({BINS - 1}, floor({scaled}))::INTEGER END)"
