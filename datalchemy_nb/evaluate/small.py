"""Tables of few rows: their values are fetched once and counted here, for a query costs more than that."""

# ruff: noqa: S608 - all names in these queries are made here.

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence

from datalchemy_nb.evaluate.reader import LoadedColumn, LoadedTable
from datalchemy_nb.evaluate.workspace import Connection

ROWS = 5_000
Counts = Mapping[str, int]
"""Different texts of a column's values, nulls left out, with how often each occurs."""
_RUNS = re.compile("[A-Z]+|[a-z]+")
_SIGNS = str.maketrans("0123456789\t\n\f\r", "9999999999    ")
_LONGEST_VALUE, _LONGEST_SHAPE = 200, 60


def counts(con: Connection, table: LoadedTable, columns: Sequence[LoadedColumn]) -> dict[str, Counts]:
    """Count the values of columns of a table with few rows, by their SQL names; nothing of a larger one."""
    if table.rows > ROWS or not columns:
        return {}
    listed = ", ".join(
        f"decode(encode({column.sql}::VARCHAR))" if column.reading.nocase else f"{column.sql}::VARCHAR"
        for column in columns
    )
    found: dict[str, Counts] = {}
    rows = con.execute(f"SELECT {listed} FROM {table.sql}").fetchall()
    for column, values in zip(columns, zip(*rows, strict=True) if rows else [()] * len(columns), strict=True):
        counted = Counter(values)
        counted.pop(None, None)
        found[column.sql] = counted
    return found


def most(counted: Counts, number: int) -> list[tuple[str, int]]:
    """The most frequent, the smaller text first where two are alike."""
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))[:number]


def shapes(counted: Counts) -> Counts | None:
    """Texts by their shape, upper and lower letters, digits and blanks; None where one is not ASCII."""
    if not all(map(str.isascii, counted)):
        return None
    found: Counter[str] = Counter()
    for text, times in counted.items():
        shape = _RUNS.sub(_sign, text[:_LONGEST_VALUE]).translate(_SIGNS)
        found[shape[:_LONGEST_SHAPE]] += times
    return found


def _sign(run: re.Match[str]) -> str:
    return "A" if run[0] < "a" else "a"
