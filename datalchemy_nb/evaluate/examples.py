"""Fetches the cells of offending rows from the files, one pass per file; personal data stays hidden."""

# ruff: noqa: S608 - all names in these queries are made here, and all literals quoted here.

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.pii import REDACTED
from datalchemy_nb.evaluate.findings import Finding
from datalchemy_nb.evaluate.reader import LoadedTable
from datalchemy_nb.evaluate.workspace import Connection

_SHOWN = 80

Example = dict[str, str | None]


def fetch(
    con: Connection, tables: Mapping[TableRef, LoadedTable], findings: Iterable[Finding]
) -> Iterator[tuple[Finding, Example]]:
    """Yield the offending row's cells of the columns a finding names, as they stand in the file."""
    by_table: dict[TableRef, list[Finding]] = {}
    for finding in findings:
        if finding.row is not None and finding.columns and finding.ref in tables:
            by_table.setdefault(finding.ref, []).append(finding)
    for ref, some in by_table.items():
        table = tables[ref]
        rows = _rows(con, table, sorted({finding.row for finding in some if finding.row is not None}))
        for finding in some:
            if finding.row in rows:
                yield finding, _cells(table, finding, rows[finding.row])


def _rows(con: Connection, table: LoadedTable, numbers: Sequence[int]) -> dict[int, Sequence[str | None]]:
    listed = ", ".join(map(str, numbers))
    numbered = f"SELECT row_number() OVER () AS n, * FROM {table.source} LIMIT {max(numbers)}"
    found = con.execute(f"SELECT * FROM ({numbered}) WHERE n IN ({listed})").fetchall()
    return {int(row[0]): row[1:] for row in found}


def _cells(table: LoadedTable, finding: Finding, row: Sequence[str | None]) -> Example:
    columns = (table.columns[name] for name in finding.columns if name in table.columns)
    return {
        column.column.name: REDACTED if column.tag is not None else _short(row[column.position]) for column in columns
    }


def _short(cell: str | None) -> str | None:
    return cell if cell is None or len(cell) <= _SHOWN else f"{cell[:_SHOWN]}..."
