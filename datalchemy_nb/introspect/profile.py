"""A profile of a real database: its own statistics, and what holds in it, found by counting on the server.

PostgreSQL's planner keeps estimates in pg_class and pg_stats. Read are row estimates, null fractions, distinct counts,
widths and correlations. Counting adds shapes of texts, children per parent and relations, as counts alone; on request
also means of buckets and values that many rows have, never of personal columns. What may be told is decided in
`datalchemy_nb.introspect.telling`.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from psycopg.rows import dict_row

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.pii import pii_tag
from datalchemy_nb.contracts.profile import (
    AuditEntry,
    ColumnProfile,
    ForeignKeyProfile,
    NotCounted,
    Profile,
    TableProfile,
)
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import IntrospectionError, UsageError, did_you_mean
from datalchemy_nb.introspect.connection import Connection
from datalchemy_nb.introspect.counting import Answered, Progress, counted
from datalchemy_nb.introspect.queries import query
from datalchemy_nb.introspect.questions import Ask, Inquiry
from datalchemy_nb.introspect.telling import LEAST_K, USUAL_K, Telling, told_bounds

WHITELIST = ("profile_schemas", "profile_tables", "profile_columns", "profile_references")
ON_REQUEST = ("profile_histograms",)
DEFAULT_K = USUAL_K
SECONDS = 60.0
"""Time limit of one query that counts."""

Row = dict[str, Any]


def profile(
    connection: Connection,
    *,
    source: str,
    schemas: Sequence[str] | None = None,
    allow_histograms: bool = False,
    k: int = DEFAULT_K,
    schema: DatabaseSchema | None = None,
    seconds: float = SECONDS,
    progress: Callable[[Progress], None] | None = None,
) -> Profile:
    """Read a profile.

    Args:
        connection: a read-only connection.
        source: the connection, redacted.
        schemas: only these; None = all but the system's.
        allow_histograms: also means of buckets of numbers and moments, and values that many rows have.
        k: counts of rows below it are not told.
        schema: the database's tables: their rows are counted; None = statistics alone.
        seconds: time limit of each query that counts; one that takes longer is told as not counted.
        progress: called after every question.

    Raises:
        UsageError: k is below 5, or a listed schema does not exist.
        IntrospectionError: the server refused a query.
    """
    if k < LEAST_K:
        raise UsageError(f"k must be at least {LEAST_K}, not {k}")
    reader = _Reader(connection, (*WHITELIST, *(ON_REQUEST if allow_histograms else ())))
    failure = None
    try:
        # Statistics tell bounds of histograms only where nothing is counted.
        known = _read(reader, source, schemas, allow_histograms and schema is None, k)
        if schema is None:
            return known
        inquiry = inquiry_of(schema, known, reader.estimates, Telling(k), values=allow_histograms)
        answered = Answered()
        reader.limit(seconds)
        answered.collect(inquiry, reader.count, progress)
        found = counted(known, inquiry, answered.answers)
        return found.model_copy(update={"audit": tuple(reader.audit), "not_counted": tuple(reader.not_counted)})
    except psycopg.Error as error:
        failure = error.diag.message_primary or type(error).__name__
    raise IntrospectionError(f"the statistics cannot be read: {failure}")


def inquiry_of(
    schema: DatabaseSchema, known: Profile, estimates: dict[TableRef, float], telling: Telling, *, values: bool
) -> Inquiry:
    """Return what is to be asked about the tables of a profile that the schema knows."""
    refs = [t.ref for t in known.tables if (own := schema.tables.get(t.ref)) is not None and own.partition_of is None]
    return Inquiry(schema, refs, estimates, telling, values=values)


class _Reader:
    """Runs queries of the whitelist, and questions that count, and keeps the audit log."""

    def __init__(self, connection: Connection, allowed: tuple[str, ...]) -> None:
        self._connection, self._allowed = connection, allowed
        self.audit: list[AuditEntry] = []
        self.not_counted: list[NotCounted] = []
        self.estimates: dict[TableRef, float] = {}

    def rows(self, name: str, **parameters: Any) -> list[Row]:
        if name not in self._allowed:
            raise IntrospectionError(f"query {name!r} is not allowed here")
        sql = query(name, self._connection.info.server_version)
        with self._connection.cursor(row_factory=dict_row) as cursor:
            found: list[Row] = cursor.execute(sql.encode(), parameters).fetchall()
        at = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.audit.append(AuditEntry(at=at, query=name, sql=" ".join(sql.split()), rows=len(found)))
        return found

    def limit(self, seconds: float) -> None:
        """Let no query take longer."""
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, false)", (str(max(1, round(seconds * 1000))),))

    def count(self, ask: Ask) -> list[Row] | None:
        """Answer a question; None, and its reason, where the server does not."""
        try:
            with self._connection.transaction(), self._connection.cursor(row_factory=dict_row) as cursor:
                cursor.execute("SET TRANSACTION READ ONLY")
                found: list[Row] = cursor.execute(ask.sql.encode()).fetchall()
        except psycopg.Error as error:
            if self._connection.closed:
                raise
            # The server's own words may hold a value.
            reason = "took too long" if isinstance(error, psycopg.errors.QueryCanceled) else _condition(error)
            self.not_counted.append(NotCounted(query=ask.name, reason=reason))
            return None
        self._log(ask.name, ask.sql, len(found))
        return found

    def _log(self, name: str, sql: str, rows: int) -> None:
        at = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self.audit.append(AuditEntry(at=at, query=name, sql=" ".join(sql.split()), rows=rows))


def _condition(error: psycopg.Error) -> str:
    """The name of an error's kind, in words."""
    name = type(error).__name__
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()


def _read(reader: _Reader, source: str, schemas: Sequence[str] | None, allow_histograms: bool, k: int) -> Profile:
    names = _chosen([row["schema"] for row in reader.rows("profile_schemas")], schemas)
    relations = reader.rows("profile_tables", schemas=names)
    reader.estimates = {TableRef(row["schema"], row["table"]): max(0.0, float(row["estimate"])) for row in relations}
    columns = reader.rows("profile_columns", schemas=names)
    references = reader.rows("profile_references", schemas=names)
    bounds = reader.rows("profile_histograms", schemas=names) if allow_histograms else []
    found = from_rows(relations, columns, references, bounds, source=source, k=k)
    return found.model_copy(update={"audit": tuple(reader.audit), "histograms": allow_histograms})


def from_rows(
    relations: list[Row], columns: list[Row], references: list[Row], bounds: list[Row], *, source: str, k: int
) -> Profile:
    """Return what statistics tell.

    Args:
        relations: schema, table, estimate.
        columns: of pg_stats: schema, table, column, null_fraction, distinct, average_width, correlation.
        references: foreign keys: schema, table, columns, referenced_schema, referenced_table.
        bounds: of histograms: schema, table, column, bounds, and the share of values apart.
        source: the connection, redacted.
        k: counts of rows below it are not told.
    """
    histograms = {(r["schema"], r["table"], r["column"]): r for r in bounds}
    tables = tuple(_table(row, columns, histograms, k) for row in relations)
    by_ref = {table.ref: table for table in tables}
    keys = tuple(_reference(row, by_ref) for row in references)
    return Profile(source=source, k=k, histograms=bool(bounds), tables=tables, foreign_keys=keys)


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
