"""profile.json: aggregates of a real database, read from the server's own statistics, never from a row."""

from __future__ import annotations

from pydantic import Field

from datalchemy_nb.contracts.base import Contract
from datalchemy_nb.contracts.names import TableRef

PROFILE_VERSION = "1"


class ColumnProfile(Contract):
    """What pg_stats says of a column, without any of its texts."""

    column: str
    null_fraction: float | None = None
    """0 or 1 where it speaks of fewer rows than the k-threshold."""
    distinct: float | None = None
    """As pg_stats.n_distinct: above 0 a count, below 0 minus a share of the rows."""
    average_width: int | None = None
    """Bytes."""
    correlation: float | None = None
    histogram: tuple[str, ...] = ()
    """Inner bounds of buckets with equal counts, each of at least twice the k-threshold, of numbers and moments only,
    and only where asked for; rounded to steps as wide as a bucket, so that none is the value of a row."""


class TableProfile(Contract):
    """One table."""

    schema_name: str = Field(alias="schema")
    table: str
    rows: int | None = None
    """Estimate, rounded to a multiple of the k-threshold; null where the table was never analysed."""
    suppressed: bool = False
    """Fewer rows than the k-threshold: nothing is told of its columns."""
    columns: tuple[ColumnProfile, ...] = ()

    @property
    def ref(self) -> TableRef:
        """The table's reference."""
        return TableRef(self.schema_name, self.table)


class ForeignKeyProfile(Contract):
    """Children per parent, as far as statistics tell."""

    schema_name: str = Field(alias="schema")
    table: str
    columns: tuple[str, ...]
    referenced_schema: str
    referenced_table: str
    fan_out: float | None = None
    """Mean number of children of a parent that has some."""
    childless_share: float | None = None


class AuditEntry(Contract):
    """One query that was sent to the server."""

    at: str
    """UTC, ISO 8601."""
    query: str
    """Name in the whitelist."""
    sql: str
    rows: int


class Profile(Contract):
    """The root of profile.json."""

    profile_version: str = PROFILE_VERSION
    source: str
    """The connection, redacted."""
    database: str | None = None
    schema_fingerprint: str | None = None
    k: int
    """Counts below it are not told."""
    histograms: bool = False
    tables: tuple[TableProfile, ...]
    foreign_keys: tuple[ForeignKeyProfile, ...] = ()
    audit: tuple[AuditEntry, ...] = ()

    @property
    def by_ref(self) -> dict[TableRef, TableProfile]:
        """Tables by reference."""
        return {table.ref: table for table in self.tables}
