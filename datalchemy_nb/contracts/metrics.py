"""metrics.json: what evaluation measured. A superset of version 0.1."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from datalchemy_nb.contracts.base import Contract

METRICS_VERSION = "0.1"
METRICS_EXTENSION = "3"
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


ConformanceKind = Literal[
    "null_rate", "presence", "weights", "distribution", "bounds", "documents", "coherence", "degenerate"
]


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
    type: str | None = None
    """As PostgreSQL formats it (extension 2, as all that follows)."""
    distinct_ratio: float | None = None
    """Distinct values over values that are not null."""
    mean: str | None = None
    """Of numbers and moments, nine digits; null for personal data."""
    quantiles: tuple[str, ...] = ()
    """At `QUANTILES`; an estimate where ``distinct_exact`` tells that the table is large."""
    min_length: int | None = None
    """Of texts, in characters."""
    mean_length: float | None = None
    max_length: int | None = None
    patterns: tuple[tuple[str, int], ...] = ()
    """Shapes of texts, most frequent first: ``A`` capitals, ``a`` small letters (runs as one), ``9`` each digit."""
    pattern_rows: int | None = None
    """Rows that were looked at for patterns: all, or evenly spaced ones of a large table."""


class ForeignKeyStat(Contract):
    """Children per parent of one foreign key (extension 2)."""

    schema_name: str = Field(alias="schema")
    table: str
    columns: tuple[str, ...]
    name: str | None = None
    referenced_schema: str
    referenced_table: str
    parents: int
    children: int
    """Rows that refer to a parent there is."""
    min: int
    median: float
    max: int
    childless: int
    childless_share: float | None = None


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
    relation: CheckTally = CheckTally()
    """Relations of a plan whose ``options.strict`` is true; otherwise deviations are told and count as nothing."""


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


class Conformance(Contract):
    """One question about a column and the plan's wishes for it, with its answer (extension 2)."""

    schema_name: str = Field(alias="schema")
    table: str
    column: str
    what: ConformanceKind
    status: Literal["follows", "deviates"]
    expected: str
    found: str
    sample: int
    """Values the answer rests on."""
    test: str | None = None
    """``chi-square``, ``Kolmogorov-Smirnov``, ``binomial`` or null where nothing is left to chance."""
    p_value: float | None = None
    """Probability of a difference this large by chance, where there is a test."""


class RelationExample(Contract):
    """A row that deviates from a relation (extension 3)."""

    row_index: int | None = None
    """Counted from 1 as in the file without its header; null where the table's rows are in several files."""
    cells: dict[str, str | None] = {}
    """What the relation reads, by its path; personal data redacted."""


class RelationStat(Contract):
    """One question about a relation rule of the plan, with its answer (extension 3)."""

    rule: int
    """Index in the plan's ``rules``. A relation holds where all its questions do."""
    relation: str
    """Type of the rule: ``rollup``, ``bounds``, ..."""
    schema_name: str = Field(alias="schema")
    table: str
    column: str
    """The column, written as a path of the plan writes it."""
    expected: str
    """What must be so, in words."""
    status: Literal["holds", "deviates", "not_evaluated"]
    rows: int = 0
    """Rows that were asked."""
    deviating: int = 0
    """Rows of these that deviate; 0 where shares deviate, which no single row does."""
    found: str | None = None
    """Shares found, or why the question was not asked."""
    examples: tuple[RelationExample, ...] = ()

    @property
    def outcome(self) -> str:
        """What was found, in words."""
        if self.status == "deviates" and self.deviating:
            return f"not so in {self.deviating:,} of {self.rows:,} rows"
        return self.found or f"so in {self.rows:,} rows"


class PersonalColumn(Contract):
    """How one column of personal data came about (extension 2)."""

    schema_name: str = Field(alias="schema")
    table: str
    column: str
    tag: str
    generator: str | None = None
    """Id in the plan; null where the column has no rule."""
    origin: str
    """Where its values come from, in words; never a database."""
    masking: tuple[str, ...] = ()
    """Transforms that hide values."""
    may_belong_to_someone: bool
    """Whether a value could, by chance, be a real person's (a valid CPF) rather than reserved for examples."""
    why: str


class FidelityScore(Contract):
    """One measure of the run against a profile: 1 is alike, 0 is not."""

    schema_name: str = Field(alias="schema")
    table: str
    column: str | None = None
    what: Literal[
        "rows",
        "null_rate",
        "distinct",
        "width",
        "histogram",
        "fan_out",
        "column",
        "values",
        "length",
        "patterns",
        "childless",
    ]
    expected: str
    found: str
    score: float


class Fidelity(Contract):
    """How close a run comes to a profile of a real database (extension 2)."""

    profile: str
    score: float | None
    """Mean over columns and rows; null where nothing could be compared."""
    scores: tuple[FidelityScore, ...] = ()


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
    foreign_key_stats: tuple[ForeignKeyStat, ...] = ()
    conformance: tuple[Conformance, ...] = ()
    privacy: tuple[PersonalColumn, ...] = ()
    fidelity: Fidelity | None = None
    relations: tuple[RelationStat, ...] = ()

    @property
    def relation_verdicts(self) -> dict[int, str]:
        """What became of each relation rule, by its index: ``deviates``, ``not_evaluated`` or ``holds``.

        A rule deviates where one of its questions does, and is not evaluated where one could not be asked.
        """
        order = ("holds", "not_evaluated", "deviates")
        found: dict[int, str] = {}
        for entry in self.relations:
            found[entry.rule] = max(found.get(entry.rule, "holds"), entry.status, key=order.index)
        return found

    @property
    def relations_told(self) -> str:
        """``27 of 27 hold``, and how many do not."""
        verdicts = list(self.relation_verdicts.values())
        told = f"{verdicts.count('holds')} of {len(verdicts)} hold"
        if deviating := verdicts.count("deviates"):
            told += f", {deviating} deviate{'s' if deviating == 1 else ''}"
        if unasked := verdicts.count("not_evaluated"):
            told += f", {unasked} {'is' if unasked == 1 else 'are'} not evaluated"
        return told

    @property
    def ok(self) -> bool:
        """Whether nothing was violated."""
        return not self.violations

    @property
    def violation_count(self) -> int:
        """All violations of all classes."""
        return sum(getattr(self.constraints, name).violations for name in type(self.constraints).model_fields)
