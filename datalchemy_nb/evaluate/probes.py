"""Counts the rows of a table that meet conditions: many conditions, one scan."""

# ruff: noqa: S608 - all names in these queries are made here, and all literals quoted here.

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import duckdb

from datalchemy_nb.evaluate import at_hand
from datalchemy_nb.evaluate.reader import LoadedTable
from datalchemy_nb.evaluate.workspace import Connection, one_row

_PER_SCAN = 256


@dataclass(frozen=True, slots=True)
class Probe:
    """A condition over one table's rows.

    Attributes:
        condition: DuckDB condition; NULL counts as not met.
        counted: called with the number of rows that meet it.
        failed: called instead when the condition cannot be computed on these rows.
    """

    condition: str
    counted: Callable[[int], None]
    failed: Callable[[], None] | None = None


def run(con: Connection, table: LoadedTable, probes: Sequence[Probe]) -> None:
    """Run all probes: those that can be on values at hand, the others in scans."""
    asked = []
    for probe in probes:
        found = _at_hand(table, probe.condition)
        if found is None:
            asked.append(probe)
        else:
            probe.counted(found)
    probes = asked
    for start in range(0, len(probes), _PER_SCAN):
        _run(con, table, probes[start : start + _PER_SCAN])


def counted(con: Connection, table: LoadedTable, condition: str) -> int:
    """How many rows meet a condition."""
    found = _at_hand(table, condition)
    return int(one_row(con, f"SELECT count(*) FROM {table.sql} WHERE {condition}")[0]) if found is None else found


def _at_hand(table: LoadedTable, condition: str) -> int | None:
    if table.few is None:
        return None
    try:
        return at_hand.count((condition,), table.few.rows, table.vector)
    except at_hand.NotAtHand:
        return None


def _run(con: Connection, table: LoadedTable, probes: Sequence[Probe]) -> None:
    """In one scan; where that fails, by halves, until those that cannot be computed stand alone."""
    try:
        counts = _counts(con, table, probes)
    except duckdb.Error:
        if len(probes) > 1:
            _run(con, table, probes[: len(probes) // 2])
            _run(con, table, probes[len(probes) // 2 :])
            return
        # The message may quote a cell, so it is never shown.
        if probes[0].failed is None:
            raise
        probes[0].failed()
        return
    for probe, count in zip(probes, counts, strict=True):
        probe.counted(count)


def _counts(con: Connection, table: LoadedTable, probes: Sequence[Probe]) -> list[int]:
    if not probes:
        return []
    counts = ", ".join(f"count(*) FILTER (WHERE {probe.condition})" for probe in probes)
    return [int(count) for count in one_row(con, f"SELECT {counts} FROM {table.sql}")]


def first_row(con: Connection, table: LoadedTable, condition: str) -> int | None:
    """The first row, counted from 1, that meets a condition."""
    row = one_row(con, f"SELECT min(rowid) + 1 FROM {table.sql} WHERE {condition}")[0]
    return int(row) if row is not None else None
