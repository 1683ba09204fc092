"""A golden: the manifest a run must reproduce, under a name the user chose."""

from __future__ import annotations

from typing import Literal

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


class RowRange(Contract):
    """Rows ``first`` to ``last``, both included, counted from 0."""

    first: int
    last: int


class ColumnDiff(Contract):
    """Where one column differs."""

    column: str
    ranges: tuple[RowRange, ...]


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


class GoldenDiff(Contract):
    """The outcome of comparing a run with a golden."""

    golden: str
    run_id: str
    equal: bool
    reasons: tuple[str, ...] = ()
    """What may explain a difference: plan, schema, seed, output version, dependency versions."""
    tables: tuple[TableDiff, ...]
