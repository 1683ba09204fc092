"""metrics.json: what evaluation measured. A superset of version 0.1."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from datalchemy_nb.contracts.base import Contract

METRICS_VERSION = "0.1"
METRICS_EXTENSION = "1"


class MetricsSchemaRef(Contract):
    """Which schema the dataset was judged against."""

    schema_version: str
    schema_fingerprint: str | None = None


class MetricsPlanRef(Contract):
    """Which plan the dataset was made from."""

    plan_version: str
    seed: int
    plan_hash: str | None = None


class TableRows(Contract):
    """Rows found against rows the plan asked for."""

    schema_name: str = Field(alias="schema")
    table: str
    rows_found: int
    rows_expected: int | None = None


class ColumnStat(Contract):
    """Statistics of one column. Everything after ``null_count`` is extended."""

    schema_name: str = Field(alias="schema")
    table: str
    column: str
    null_count: int
    null_rate: float | None = None
    distinct_count: int | None = None
    distinct_exact: bool = True
    """False where ``distinct_count`` is an estimate (tables above a million rows)."""
    min: str | None = None
    """As text; null for columns tagged as personal data."""
    max: str | None = None
    top_values: tuple[tuple[str, int], ...] = ()
    """Value and count, most frequent first; only where the column has at most 10,000 values and is not personal."""
    histogram: tuple[int, ...] = ()
    """Counts in equal-width bins between min and max (numbers, dates, times)."""


class Tally(Contract):
    """How many constraints were checked, and how many rows or values broke them."""

    checked: int = 0
    violations: int = 0


class CheckTally(Tally):
    """The same for CHECK, with those that could not be evaluated."""

    not_evaluated: int = 0


class ConstraintSummary(Contract):
    """Tallies by class. Everything after ``check`` is extended."""

    not_null: Tally = Tally()
    pk: Tally = Tally()
    unique: Tally = Tally()
    fk: Tally = Tally()
    check: CheckTally = CheckTally()
    type: Tally = Tally()
    length: Tally = Tally()
    enum: Tally = Tally()
    domain: CheckTally = CheckTally()
    rows: Tally = Tally()
    exclusion: CheckTally = CheckTally()
    file: Tally = Tally()
    """Form of the CSV file: header, columns, line ends, quoting."""


class MetricsWarning(Contract):
    """Something that kept a check from running."""

    code: str
    path: str
    message: str
    hint: str | None = None
    count: int | None = None
    """Rows or values concerned, where the warning is about a constraint that is only warned about."""


class Violation(Contract):
    """One broken constraint: where, how many rows, which ones."""

    code: str
    path: str
    message: str
    count: int = 1
    row_index: int | None = None
    """First offending row, counted from 1 as in the file without its header."""
    example: dict[str, Any] | None = None
    """Cells of the offending row; personal data redacted."""


class Performance(Contract):
    """How long evaluation took."""

    load_ms: int
    validate_ms: int
    total_ms: int


class Metrics(Contract):
    """The root of metrics.json."""

    metrics_version: str = METRICS_VERSION
    metrics_extension: str = METRICS_EXTENSION
    run_id: str
    schema_ref: MetricsSchemaRef
    plan_ref: MetricsPlanRef
    tables: tuple[TableRows, ...]
    column_stats: tuple[ColumnStat, ...] = ()
    constraints: ConstraintSummary
    warnings: tuple[MetricsWarning, ...] = ()
    violations: tuple[Violation, ...] = ()
    performance: Performance

    @property
    def violation_count(self) -> int:
        """All violations of all classes."""
        return sum(getattr(self.constraints, name).violations for name in type(self.constraints).model_fields)
