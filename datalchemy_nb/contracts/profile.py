"""profile.json: aggregates of a real database, from the server's own statistics and by counting, never a row."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from datalchemy_nb.contracts.base import Contract
from datalchemy_nb.contracts.names import TableRef

PROFILE_VERSION = "2"


class ToldValue(Contract):
    """A value that many rows have."""

    value: str
    """As PostgreSQL writes it."""
    share: float
    """Of the rows that have a value."""


class TextShape(Contract):
    """What texts look like: shares of those that are so, and their mean length in characters."""

    mean_length: float
    digits: float
    """Holds a digit."""
    blanks: float
    """Holds a blank between others."""
    capital: float
    """Begins with A to Z."""
    upper: float
    """Has capitals and no small letters."""
    patterns: tuple[ToldValue, ...] = ()
    """Classes of characters: ``A`` a capital, ``a`` a small letter, ``9`` a digit, others themselves."""


class Rhythm(Contract):
    """When moments lie: a share per hour from 0, and per day of the week from Monday."""

    hours: tuple[float, ...] = ()
    weekdays: tuple[float, ...] = ()


class ColumnProfile(Contract):
    """What statistics and counts say of a column."""

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
    and only where asked for; rounded to steps as wide as a bucket, so that none is the value of a row. Of a column that
    was counted, values told apart are not in it, and the bounds lie between means of buckets."""
    middle: str | None = None
    """The mean of the buckets in the middle: where there are too few rows for bounds."""
    personal: str | None = None
    """The tag of a column that is personal by its name, or by the form of most of its texts."""
    values: tuple[ToldValue, ...] = ()
    """Values that enough rows have, the most frequent first; only where asked for, never of personal columns."""
    text: TextShape | None = None
    rhythm: Rhythm | None = None


class TableProfile(Contract):
    """One table."""

    schema_name: str = Field(alias="schema")
    table: str
    rows: int | None = None
    """Estimate, rounded to a multiple of the k-threshold; null where the table was never analysed."""
    counted: bool = False
    """Its rows were counted: relations that hold between its columns are among the profile's."""
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
    largest: float | None = None
    """Mean number of children of the k largest families."""
    null_fraction: float | None = None


FoundKind = Literal["order", "computed", "together", "present", "decides", "copy", "sum", "same_ancestor"]


class FoundGap(Contract):
    """How far apart two values lie, by means of buckets: few lie nearer than ``low`` or farther than ``high``."""

    low: float
    typical: float
    high: float
    unit: Literal["seconds", "days", "units"]


class FoundRelation(Contract):
    """Something that holds between columns, rows or tables, with the rows it was counted in.

    Attributes:
        kind: ``order`` (column is not below reads), ``computed`` (column is sql), ``together`` (column is null where
            reads is), ``present`` (column has a value where reads is one of values), ``decides`` (reads decides
            column), ``copy`` (column is reads), ``sum`` (column is the function of sql over its children),
            ``same_ancestor`` (the paths of reads lead to one row).
        column: the column that it is about.
        reads: paths from the row's point of view, as in a plan.
        sql: over the row; for ``sum`` over the child's.
        gap: of an order.
        held: rows in which it holds.
        of: rows that were asked.
    """

    kind: FoundKind
    schema_name: str = Field(alias="schema")
    table: str
    column: str
    reads: tuple[str, ...] = ()
    sql: str | None = None
    function: Literal["sum", "count"] | None = None
    child_schema: str | None = None
    child_table: str | None = None
    child_columns: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    gap: FoundGap | None = None
    held: int
    of: int

    @property
    def ref(self) -> TableRef:
        """The table's reference."""
        return TableRef(self.schema_name, self.table)

    @property
    def share(self) -> float:
        """Of the rows that were asked."""
        return self.held / self.of if self.of else 0.0

    @property
    def told(self) -> str:
        """``held in 48,210 of 48,210 rows``."""
        return f"held in {self.held:,} of {self.of:,} rows"


class NotCounted(Contract):
    """A question without an answer."""

    query: str
    reason: str


class AuditEntry(Contract):
    """One query that was sent to the server."""

    at: str
    """UTC, ISO 8601."""
    query: str
    """Name of the question."""
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
    relations: tuple[FoundRelation, ...] = ()
    not_counted: tuple[NotCounted, ...] = ()
    audit: tuple[AuditEntry, ...] = ()

    @property
    def by_ref(self) -> dict[TableRef, TableProfile]:
        """Tables by reference."""
        return {table.ref: table for table in self.tables}
