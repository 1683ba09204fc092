"""Means, quantiles, lengths and patterns of columns: one scan for many columns, one over a sample for patterns."""

# ruff: noqa: S608 - all names in these queries are made here, and all literals quoted here.

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import mul

from datalchemy_nb.contracts.metrics import QUANTILES
from datalchemy_nb.evaluate import figures, small
from datalchemy_nb.evaluate.reader import LoadedColumn, LoadedTable
from datalchemy_nb.evaluate.workspace import Connection, one_row

EXACT_ROWS = 1_000_000
SAMPLE_ROWS = 100_000
"""Patterns are read from so many evenly spaced rows, quantiles of larger tables from about so many scattered ones."""
PATTERNS = 5
SHARED_BY = 5
"""A pattern of personal data is told only where this many rows share it."""
_NUMBERS = ("integer", "decimal", "float", "moment")
_TEXTS = ("text", "enum")
RUNS = ((r"\p{Lu}+", "A"), (r"\p{Ll}+", "a"), (r"\p{Lo}+", "a"), (r"\p{Nd}", "9"), (r"\s", " "))
"""Patterns of RE2 that make a shape of a text, in this order, and what is written for each."""


@dataclass(frozen=True, slots=True)
class Spread:
    """What lies between a column's extremes."""

    mean: str | None = None
    quantiles: tuple[str, ...] = ()
    lengths: tuple[int | None, float | None, int | None] = (None, None, None)
    patterns: tuple[tuple[str, int], ...] = ()
    pattern_rows: int | None = None


def measure(
    con: Connection,
    table: LoadedTable,
    columns: Sequence[LoadedColumn],
    counted: Mapping[str, small.Counts],
    sampled: Mapping[str, small.Counts],
) -> list[Spread]:
    """Measure columns of one table, in their order; of some the values are counted already, in all and in some rows."""
    selected: list[str] = ["count(*)"]
    for column in columns:
        lengths = ("NULL", "NULL", "NULL") if column.sql in counted else _lengths(column)
        selected += [_mean(column), _quantiles(column, table.rows), *lengths]
    row = one_row(con, f"SELECT {', '.join(selected)} FROM {table.sql}")
    patterns = _patterns(con, table, columns, sampled)
    spreads = []
    for column, i, found in zip(columns, range(1, len(row), 5), patterns, strict=True):
        quantiles = tuple(figures.shown(column, value) or "" for value in row[i + 1] or ())
        shortest, mean_length, longest = row[i + 2 : i + 5]
        if column.sql in counted and lengthy(column):
            shortest, mean_length, longest = lengths_of(counted[column.sql])
        spreads.append(
            Spread(
                figures.mean(column, row[i]),
                quantiles,
                (shortest, None if mean_length is None else round(float(mean_length), 3), longest),
                found or (),
                None if found is None else min(table.rows, _sample_rows(table.rows)),
            )
        )
    return spreads


def measured(column: LoadedColumn) -> bool:
    """Whether a column has a mean and quantiles."""
    return column.tag is None and column.reading.family in _NUMBERS and column.reading.sql_type != "TIMETZ"


def _mean(column: LoadedColumn) -> str:
    return f"avg({figures.number(column)})" if measured(column) else "NULL"


def _quantiles(column: LoadedColumn, rows: int) -> str:
    if not measured(column):
        return "NULL"
    # DuckDB's approx_quantile depends on which thread saw which rows; the quantiles of a fixed sample do not.
    some = "" if rows <= EXACT_ROWS else f" AND hash(rowid) % {step(rows)} = 0"
    finite = f" FILTER (WHERE {figures.number(column)} IS NOT NULL{some})"
    return f"quantile_disc({column.sql}, {list(QUANTILES)}){finite}::VARCHAR[]"


def lengthy(column: LoadedColumn) -> bool:
    """Whether lengths of a column's values are told."""
    return column.reading.family in _TEXTS and column.reading.sql_type != "UUID"


def lengths_of(counted: small.Counts) -> tuple[int | None, float | None, int | None]:
    """The least, the mean and the greatest length of counted texts."""
    if not counted:
        return None, None, None
    lengths = list(map(len, counted))
    total = sum(map(mul, lengths, counted.values()))
    return min(lengths), total / sum(counted.values()), max(lengths)


def _lengths(column: LoadedColumn) -> tuple[str, str, str]:
    if not lengthy(column):
        return ("NULL", "NULL", "NULL")
    length = f"length({column.sql}::VARCHAR)"
    return (f"min({length})", f"avg({length})", f"max({length})")


def step(rows: int) -> int:
    """Patterns are read from one row in so many."""
    return -(-rows // SAMPLE_ROWS) or 1


def _sample_rows(rows: int) -> int:
    return -(-rows // step(rows))


def _patterns(
    con: Connection, table: LoadedTable, columns: Sequence[LoadedColumn], counted: Mapping[str, small.Counts]
) -> list[tuple[tuple[str, int], ...] | None]:
    found: dict[str, tuple[tuple[str, int], ...]] = {}
    for column in filter(figures.shaped, columns):
        least = 1 if column.tag is None else SHARED_BY
        shapes = small.shapes(counted[column.sql]) if column.sql in counted else None
        if shapes is not None:
            enough = {shape: times for shape, times in shapes.items() if times >= least}
            found[column.sql] = tuple(small.most(enough, PATTERNS))
            continue
        told = _told(con, table, column, least)
        if told is not None:
            found[column.sql] = told
            continue
        wide = "value"
        for expression, sign in RUNS:
            wide = f"regexp_replace({wide}, '{expression}', '{sign}', 'g')"
        query = (
            f"SELECT left({wide}, {small.LONGEST_SHAPE}) AS shape, sum(times) AS n FROM ({_values(table, column)}) "
            f"GROUP BY 1 HAVING sum(times) >= {least} ORDER BY n DESC, shape LIMIT {PATTERNS}"
        )
        found[column.sql] = tuple((str(text), int(count)) for text, count in con.execute(query).fetchall())
    return [found.get(column.sql) for column in columns]


def _told(con: Connection, table: LoadedTable, column: LoadedColumn, least: int) -> tuple[tuple[str, int], ...] | None:
    """The most frequent shapes, read from the sample's texts one behind the other; None where queries must tell."""
    value = _value(column)
    listed = f"string_agg({value}, chr(0))"
    number, joined = one_row(con, f"SELECT count(*), {listed} FROM {table.sql} WHERE {_sampled(table, column)}")
    shapes = small.listed_shapes(joined or "", int(number))
    if shapes is None:
        return None
    counted: Counter[str] = Counter()
    for shape, times in Counter(shapes).items():
        counted[shape[: small.LONGEST_SHAPE]] += times
    return tuple(small.most({shape: times for shape, times in counted.items() if times >= least}, PATTERNS))


def _value(column: LoadedColumn) -> str:
    value = f"left({column.sql}, {small.LONGEST_VALUE})"
    return f"decode(encode({value}))" if column.reading.nocase else value


def _sampled(table: LoadedTable, column: LoadedColumn) -> str:
    return f"rowid % {step(table.rows)} = 0 AND {column.sql} IS NOT NULL"


def _values(table: LoadedTable, column: LoadedColumn) -> str:
    """The sample's different values and how often each occurs: most columns have few."""
    return (
        f"SELECT {_value(column)} AS value, count(*) AS times FROM {table.sql} "
        f"WHERE {_sampled(table, column)} GROUP BY 1"
    )
