"""Samples of rows: what a golden keeps of a file, and the cells that changed since."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from datalchemy_nb.contracts.golden import CellChange, Golden, TableDiff
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.pii import REDACTED, pii_tag

SAMPLE_ROWS = 50
_SHOWN = 8
_WIDTH = 60


def redacted(head: str) -> str:
    """The first rows of a CSV file, every cell of a personal column replaced."""
    rows = list(csv.reader(io.StringIO(head, newline="")))
    if not rows or not any(pii_tag(name) for name in rows[0]):
        return head
    hidden = [pii_tag(name) is not None for name in rows[0]]
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(rows[0])
    for row in rows[1:]:
        writer.writerow([REDACTED if hide and cell else cell for cell, hide in zip(row, hidden, strict=False)])
    return out.getvalue()


def with_cells(table: TableDiff, golden: Golden, head: str | None) -> TableDiff:
    """The difference with cells that changed, where both samples are there."""
    ref = TableRef(table.schema_name, table.table)
    known = golden.manifest.by_ref.get(ref)
    before = golden.sample.get(known.file) if known is not None else None
    if table.status != "changed" or before is None or head is None:
        return table
    changes = list(_changes(before, redacted(head)))
    return table.model_copy(update={"cells": tuple(changes[:_SHOWN]), "cells_more": max(len(changes) - _SHOWN, 0)})


def _changes(before: str, after: str) -> Iterator[CellChange]:
    old, new = _rows(before), _rows(after)
    if not old or not new:
        return
    shared = [name for name in old[0] if name in new[0] and pii_tag(name) is None]
    for number, (was, now) in enumerate(zip(old[1:], new[1:], strict=False)):
        for name in shared:
            pair = _cell(was, old[0].index(name)), _cell(now, new[0].index(name))
            if pair[0] != pair[1]:
                yield CellChange(row=number, column=name, old=pair[0], new=pair[1])


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def _cell(row: list[str], at: int) -> str | None:
    if at >= len(row):
        return None
    return row[at] if len(row[at]) <= _WIDTH else f"{row[at][:_WIDTH]}..."
