"""A golden: the manifest a run must reproduce, under a name the user chose."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from datalchemy_nb.contracts.base import Contract
from datalchemy_nb.contracts.run import Manifest

GOLDEN_VERSION = "1"
DiffStatus = Literal["equal", "changed", "missing", "unexpected"]


class Golden(Contract):
    """golden JSON: a manifest, with an optional sample of rows per table (CSV text of the first rows)."""

    golden_version: str = GOLDEN_VERSION
    name: str
    manifest: Manifest
    sample: dict[str, str] = {}
    """First rows by file name, as CSV; cells of personal data redacted."""
    plan: dict[str, Any] | None = None
    """The plan of the run it was made from, so that a difference can name the rule that changed."""
    only_tables: tuple[str, ...] | None = None
    """A subset golden: only these tables count."""
    only_rows: int | None = None
    """A subset golden: only the first rows of each table count."""


class RowRange(Contract):
    """Rows ``first`` to ``last``, both included, counted from 0."""

    first: int
    last: int


class ColumnDiff(Contract):
    """Where one column differs."""

    column: str
    ranges: tuple[RowRange, ...]


class CellChange(Contract):
    """One cell of the sample that differs."""

    row: int
    """Counted from 0."""
    column: str
    old: str | None
    new: str | None


class TableDiff(Contract):
    """One table, expected against actual."""

    schema_name: str = Field(alias="schema")
    table: str
    status: DiffStatus
    expected_sha256: str | None = None
    actual_sha256: str | None = None
    expected_rows: int | None = None
    actual_rows: int | None = None
    expected_bytes: int | None = None
    actual_bytes: int | None = None
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()
    columns_changed: tuple[ColumnDiff, ...] = ()
    columns_renamed: tuple[tuple[str, str], ...] = ()
    """Removed and added columns that hold the same values; they are in the lists above too."""
    cells: tuple[CellChange, ...] = ()
    """Some cells that differ, where the golden has a sample."""
    cells_more: int = 0
    """Further cells of the sample that differ."""


class GoldenDiff(Contract):
    """The outcome of comparing a run with a golden."""

    golden: str
    run_id: str
    equal: bool
    reasons: tuple[str, ...] = ()
    """What may explain a difference: plan, schema, seed, output version, dependency versions."""
    tables: tuple[TableDiff, ...]
