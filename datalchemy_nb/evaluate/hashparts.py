"""Hash partitions: every row of a partition's file must hash to it."""

# ruff: noqa: S608 - all names in these queries are made here, and all literals quoted here.

from __future__ import annotations

import re
import uuid
from typing import Any

import numpy as np
import numpy.typing as npt

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.evaluate import pghash
from datalchemy_nb.evaluate.findings import Finding, Findings
from datalchemy_nb.evaluate.reader import LoadedColumn, LoadedTable
from datalchemy_nb.evaluate.unsupported import Unsupported
from datalchemy_nb.evaluate.workspace import Connection

_BOUND = re.compile(r"modulus (\d+), remainder (\d+)", re.IGNORECASE)
_ROWS = 500_000
_EPOCH_US = 946_684_800_000_000
_FOUR = {"int2": "{0}::BIGINT", "int4": "{0}::BIGINT", "date": "date_diff('day', DATE '2000-01-01', {0})"}
_EIGHT = {
    "int8": "{0}::BIGINT",
    "timestamp": f"epoch_us({{0}}) - {_EPOCH_US}",
    "timestamptz": f"epoch_us({{0}}) - {_EPOCH_US}",
}
_BYTES = ("uuid", "text", "varchar")


def is_hash(table: LoadedTable) -> bool:
    """Whether a table is a hash partition."""
    bound = table.table.partition_of
    return bound is not None and _BOUND.search(bound.bound) is not None


def judge(con: Connection, table: LoadedTable, schema: DatabaseSchema, findings: Findings) -> None:
    """Check every row of a hash partition."""
    bound = table.table.partition_of
    found = _BOUND.search(bound.bound) if bound is not None else None
    if bound is None or found is None or findings.mode(table.ref, "check") == "ignore":
        return
    modulus, remainder = int(found[1]), int(found[2])
    try:
        columns = _key(table, schema.tables.get(TableRef(bound.schema_name, bound.table)))
    except Unsupported as error:
        findings.skipped(table.ref, "check", str(table.ref), f"partition bound {bound.bound} is not evaluated: {error}")
        return
    findings.checked("check")
    count, first = 0, None
    for start in range(0, table.rows, _ROWS):
        wrong = _hashes(con, table, columns, start) % np.uint64(modulus) != remainder
        if wrong.any():
            first = start + int(wrong.argmax()) + 1 if first is None else first
            count += int(wrong.sum())
    if count:
        message = f"{count} row{'s hash' if count > 1 else ' hashes'} to another partition: {bound.bound}"
        names = tuple(column.column.name for column in columns)
        findings.add(Finding(table.ref, "check", "check", str(table.ref), message, count, first, names))


def _key(table: LoadedTable, parent: Any) -> list[LoadedColumn]:
    names = parent.partition_key.columns if parent is not None and parent.partition_key is not None else ()
    columns = [table.columns[name] for name in names if name in table.columns]
    if not names or len(columns) != len(names):
        raise Unsupported("a part of the partition key is an expression or not in the file")
    for column in columns:
        kind = column.column.column_type
        if kind.udt_name not in (*_FOUR, *_EIGHT, *_BYTES) or kind.kind != "base":
            raise Unsupported(f"hashes of {kind.data_type} are not computed here")
    return columns


def _hashes(con: Connection, table: LoadedTable, columns: list[LoadedColumn], start: int) -> pghash.U64:
    selected = ", ".join(f"{_sql(column)} AS h{i}" for i, column in enumerate(columns))
    window = f"rowid >= {start} AND rowid < {start + _ROWS}"
    found = con.execute(f"SELECT {selected} FROM {table.sql} WHERE {window} ORDER BY rowid").fetchnumpy()
    parts = [_part(column, found[f"h{i}"]) for i, column in enumerate(columns)]
    return pghash.combined(parts, len(parts[0][0]))


def _sql(column: LoadedColumn) -> str:
    form = {**_FOUR, **_EIGHT}.get(column.column.column_type.udt_name, "{0}::VARCHAR")
    return form.format(column.sql)


def _part(column: LoadedColumn, values: npt.NDArray[Any]) -> tuple[pghash.U64, npt.NDArray[np.bool_]]:
    present = ~np.ma.getmaskarray(values)
    kind = column.column.column_type.udt_name
    if kind in _BYTES:
        cells = [_bytes(kind, value) if ok else b"" for value, ok in zip(np.ma.getdata(values), present, strict=True)]
        return pghash.of_bytes(cells), present
    whole = np.where(present, np.ma.getdata(values), 0).astype(np.int64)
    return (pghash.of_int4 if kind in _FOUR else pghash.of_int8)(whole), present


def _bytes(kind: str, value: Any) -> bytes:
    return uuid.UUID(str(value)).bytes if kind == "uuid" else str(value).encode()
