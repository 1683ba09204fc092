"""A profile of a real database from its own statistics: five queries, none of which can return a row or a text of one.

PostgreSQL's planner keeps estimates in pg_class and pg_stats. Read are row estimates, null fractions, distinct counts,
widths and correlations; bounds of histograms only of numbers and moments, only on request, never of personal columns,
of buckets with enough rows, rounded (`datalchemy_nb.introspect.histogram`). Most common values are never read.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg.rows import dict_row

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.pii import pii_tag
from datalchemy_nb.contracts.profile import AuditEntry, ColumnProfile, ForeignKeyProfile, Profile, TableProfile
from datalchemy_nb.errors import IntrospectionError, UsageError, did_you_mean
from datalchemy_nb.introspect.connection import Connection
from datalchemy_nb.introspect.histogram import told_bounds
from datalchemy_nb.introspect.queries import query

WHITELIST = ("profile_schemas", "profile_tables", "profile_columns", "profile_references")
ON_REQUEST = ("profile_histograms",)
DEFAULT_K = 10

Row = dict[str, Any]


def profile(
    connection: Connection,
    *,
    source: str,
    schemas: Sequence[str] | None = None,
    allow_histograms: bool = False,
    k: int = DEFAULT_K,
) -> Profile:
    """Read a profile.

    Args:
        connection: a read-only connection.
        source: the connection, redacted.
        schemas: only these; None = all but the system's.
        allow_histograms: also read bounds of numeric and temporal histograms.
        k: counts of rows below it are not told.

    Raises:
        UsageError: k is below 2, or a listed schema does not exist.
        IntrospectionError: the server refused a query.
    """
    if k < 2:
        raise UsageError(f"k must be at least 2, not {k}")
    reader = _Reader(connection, (*WHITELIST, *(ON_REQUEST if allow_histograms else ())))
    failure = None
    try:
        return _read(reader, source, schemas, allow_histograms, k)
    except psycopg.Error as error:
        failure = error.diag.message_primary or type(error).__name__
    raise IntrospectionError(f"the statistics cannot be read: {failure}")


class _Reader:
    """Runs queries of the whitelist and keeps the audit log."""

    def __init__(self, connection: Connection, allowed: tuple[str, ...]) -> None:
        self._connection, self._allowed = connection, allowed
        self.audit: list[AuditEntry] = []

    def rows(self, name: str, **parameters: Any) -> list[Row]:
        if name not in self._allowed:
            raise IntrospectionError(f"query {name!r} is not allowed here")
        sql = query(name, self._connection.info.server_version)
        with self._connection.cursor(row_factory=dict_row) as cursor:
            found: list[Row] = cursor.execute(sql.encode(), parameters).fetchall()
        at = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.audit.append(AuditEntry(at=at, query=name, sql=" ".join(sql.split()), rows=len(found)))
        return found


def _read(reader: _Reader, source: str, schemas: Sequence[str] | None, allow_histograms: bool, k: int) -> Profile:
    names = _chosen([row["schema"] for row in reader.rows("profile_schemas")], schemas)
    relations = reader.rows("profile_tables", schemas=names)
    columns = reader.rows("profile_columns", schemas=names)
    references = reader.rows("profile_references", schemas=names)
    bounds = reader.rows("profile_histograms", schemas=names) if allow_histograms else []
    histograms = {(r["schema"], r["table"], r["column"]): r for r in bounds}
    tables = tuple(_table(row, columns, histograms, k) for row in relations)
    by_ref = {table.ref: table for table in tables}
    return Profile(
        source=source,
        k=k,
        histograms=allow_histograms,
        tables=tables,
        foreign_keys=tuple(_reference(row, by_ref) for row in references),
        audit=tuple(reader.audit),
    )


def _chosen(existing: list[str], wanted: Sequence[str] | None) -> list[str]:
    for name in wanted or ():
        if name not in existing:
            hint = did_you_mean(name, existing) or f"there are: {', '.join(existing) or 'none'}"
            raise UsageError(f"schema {name!r} does not exist", hint=hint)
    return list(wanted) if wanted else existing


def _table(row: Row, columns: list[Row], histograms: dict[tuple[str, str, str], Row], k: int) -> TableProfile:
    ref = TableRef(row["schema"], row["table"])
    estimate = float(row["estimate"])
    # -1 (or 0 before PostgreSQL 14) stands for a table that was never analysed.
    if estimate < 0:
        return TableProfile(schema_name=ref.schema, table=ref.table)
    if estimate < k:
        return TableProfile(schema_name=ref.schema, table=ref.table, suppressed=True)
    own = [entry for entry in columns if (entry["schema"], entry["table"]) == ref]
    return TableProfile(
        schema_name=ref.schema,
        table=ref.table,
        rows=_rounded(estimate, k),
        columns=tuple(_column(entry, estimate, histograms.get((*ref, entry["column"])), k) for entry in own),
    )


def _column(row: Row, rows: float, histogram: Row | None, k: int) -> ColumnProfile:
    correlation = row["correlation"]
    held = rows * (1 - float(row["null_fraction"]))
    if held < k:
        return ColumnProfile(column=row["column"], null_fraction=_fraction(float(row["null_fraction"]), rows, k))
    bounds: tuple[str, ...] = ()
    if histogram is not None and pii_tag(row["column"]) is None:
        # The most common values lie apart from the histogram.
        bounds = told_bounds(histogram["bounds"], held - rows * histogram["apart"], k)
    return ColumnProfile(
        column=row["column"],
        null_fraction=_fraction(float(row["null_fraction"]), rows, k),
        distinct=float(row["distinct"]) or None,
        average_width=row["average_width"],
        correlation=None if correlation is None else round(float(correlation), 4),
        histogram=bounds,
    )


def _rounded(estimate: float, k: int) -> int:
    return max(k, round(estimate / k) * k)


def _fraction(share: float, rows: float, k: int) -> float:
    """A share that speaks of fewer than k rows, on either side, is told as none or all."""
    if share * rows < k:
        return 0.0
    return 1.0 if (1 - share) * rows < k else round(share, 6)


def _reference(row: Row, tables: dict[TableRef, TableProfile]) -> ForeignKeyProfile:
    ref, parent = (TableRef(row[f"{p}schema"], row[f"{p}table"]) for p in ("", "referenced_"))
    known = ForeignKeyProfile(
        schema_name=ref.schema,
        table=ref.table,
        columns=tuple(row["columns"]),
        referenced_schema=parent.schema,
        referenced_table=parent.table,
    )
    child, parents = tables.get(ref), tables.get(parent)
    entry = next((c for c in child.columns if c.column == row["columns"][0]), None) if child else None
    if child is None or not child.rows or entry is None or not entry.distinct or len(row["columns"]) != 1:
        return known
    distinct = entry.distinct if entry.distinct > 0 else -entry.distinct * child.rows
    children = child.rows * (1 - (entry.null_fraction or 0.0))
    total = parents.rows if parents is not None and parents.rows else None
    if not math.isfinite(distinct) or distinct < 1:
        return known
    childless = None if total is None else round(max(0.0, 1 - distinct / total), 4)
    return known.model_copy(update={"fan_out": round(children / distinct, 4), "childless_share": childless})
