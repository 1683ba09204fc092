"""What the verbs return. Plain data; how it looks is `datalchemy_nb.results`'s business."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from datalchemy_nb.contracts.names import TableRef, pick
from datalchemy_nb.records import dataclass

if TYPE_CHECKING:
    import polars as pl

    from datalchemy_nb.contracts.feasibility import FeasibilityReport
    from datalchemy_nb.contracts.golden import GoldenDiff
    from datalchemy_nb.contracts.issue import Issue
    from datalchemy_nb.contracts.load import LoadReport, UnloadReport
    from datalchemy_nb.contracts.metrics import Metrics
    from datalchemy_nb.contracts.plan import Plan
    from datalchemy_nb.contracts.profile import Profile
    from datalchemy_nb.contracts.run import GenerationReport, Manifest
    from datalchemy_nb.contracts.schema import DatabaseSchema, Table
    from datalchemy_nb.contracts.violations import Violations
    from datalchemy_nb.domains.registry import GeneratorSpec


class Shown:
    """A result with an html and a text form, both made by `datalchemy_nb.results` when first needed."""

    def _repr_html_(self) -> str:
        from datalchemy_nb.results import html

        return html(self)

    def __str__(self) -> str:
        from datalchemy_nb.results import text

        return text(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        from datalchemy_nb.results import mimebundle

        return mimebundle(self)


@dataclass(frozen=True, repr=False)
class Connected(Shown):
    """A server that answered; nothing here is secret.

    Attributes:
        note: what of the connection string was left out, and what became of the schema of the database before.
    """

    redacted: str
    user: str | None
    host: str | None
    port: int | None
    database: str | None
    server_version: str
    read_only: bool = True
    note: str = ""


@dataclass(frozen=True)
class SessionLine:
    """A session of a notebook.

    Attributes:
        database: where it is connected to, without a secret; empty where nowhere.
        tables: of its schema.
        planned: tables of its plan.
        current: it runs what names no other.
    """

    name: str
    database: str
    tables: int
    planned: int
    current: bool


@dataclass(frozen=True, repr=False)
class SessionList(Shown):
    """The sessions of a notebook, by name."""

    sessions: tuple[SessionLine, ...]


@dataclass(frozen=True, repr=False)
class SchemaResult(Shown):
    """An introspected (or read) schema.

    Attributes:
        directory: run directory of the introspection, if one was written.
        seconds: how long introspection took.
        note: what of the connection string was left out, and what became of the plan for the database before.
        left_out: what of schema files was not carried out, a line each.
    """

    schema: DatabaseSchema
    directory: Path | None = None
    seconds: float | None = None
    note: str = ""
    left_out: tuple[str, ...] = ()

    @property
    def tables(self) -> Mapping[TableRef, Table]:
        """Tables by reference."""
        return self.schema.tables


@dataclass(frozen=True, repr=False)
class TableResult(Shown):
    """One table of a schema."""

    ref: TableRef
    schema: DatabaseSchema

    @property
    def table(self) -> Table:
        """The table."""
        return self.schema.tables[self.ref]


@dataclass(frozen=True, repr=False)
class Validation(Shown):
    """A plan, and what is wrong with it.

    Attributes:
        tables: rows per table of the run, auto-parents included; empty when there are errors.
    """

    plan: Plan
    issues: tuple[Issue, ...]
    tables: Mapping[TableRef, int] = field(default_factory=dict)
    auto_parents: frozenset[TableRef] = frozenset()

    @property
    def ok(self) -> bool:
        """No errors; warnings are allowed."""
        return not any(issue.severity == "error" for issue in self.issues)


@dataclass(frozen=True, repr=False)
class Feasibility(Shown):
    """How every constraint of a plan's tables is met, worst first.

    Attributes:
        validation: what plain validating says.
        report: the constraints, by table; empty when the plan does not fit the schema.
    """

    validation: Validation
    report: FeasibilityReport

    @property
    def ok(self) -> bool:
        """A run can be made; some constraints may go unchecked."""
        return self.validation.ok


@dataclass(frozen=True, repr=False)
class Explanation(Shown):
    """Why a column is filled as it is."""

    place: str
    why: str


@dataclass(frozen=True)
class Changed:
    """One thing that was seen or done: in which way, where, and why."""

    did: str
    place: str
    why: str


@dataclass(frozen=True, repr=False)
class Rebased(Shown):
    """A plan carried over to the schema in use.

    Attributes:
        plan: for this schema.
        changes: what changed in the schema, and what was done to the plan.
        validation: of the plan as it is now.
        out: where it was written.
        what: was done with it: ``carried over`` or ``mended``.
    """

    plan: Plan
    changes: tuple[Changed, ...]
    validation: Validation
    out: Path | None = None
    what: str = "carried over"

    @property
    def ok(self) -> bool:
        """The plan is valid now."""
        return self.validation.ok


@dataclass(frozen=True, repr=False)
class Preview(Shown):
    """Rows computed on the spot, or read from a run's file.

    Attributes:
        frame: the rows, typed.
        offset: row number of the first one.
        total: rows the plan asks of the table, or the file has.
        table: the table in the schema; its types stand over the columns.
        sample: rows from all over the table, by which its columns are summarised.
        rows: rows of the whole table, of which the sample is taken.
        run_id: the run whose file was read; empty for rows of the plan.
        numbers: row numbers, where rows were sorted or chosen and do not follow one another.
    """

    ref: TableRef
    frame: pl.DataFrame
    offset: int
    total: int
    seconds: float
    table: Table | None = None
    sample: pl.DataFrame | None = None
    run_id: str = ""
    numbers: tuple[int, ...] | None = None
    rows: int | None = None


@dataclass(frozen=True, repr=False)
class Run(Shown):
    """A finished run on disk: a mapping from its tables to their rows.

    run["patients"].filter(pl.col("born") > date(2000, 1, 1)).collect()
    """

    directory: Path
    report: GenerationReport
    manifest: Manifest

    @property
    def run_id(self) -> str:
        """The run's id."""
        return self.report.run_id

    @property
    def tables(self) -> Mapping[TableRef, int]:
        """Rows of each table."""
        return {table.ref: table.rows for table in self.manifest.tables}

    @cached_property
    def schema(self) -> DatabaseSchema | None:
        """The schema the run was made for; None where its directory holds none."""
        from datalchemy_nb.contracts.schema import DatabaseSchema

        path = self.directory / "schema.json"
        return DatabaseSchema.read(path) if path.is_file() else None

    @cached_property
    def violations(self) -> Violations | None:
        """Rows that break one constraint each; None where none were asked for."""
        from datalchemy_nb.contracts.violations import Violations

        path = self.directory / "violations.json"
        return Violations.read(path) if path.is_file() else None

    def __getitem__(self, table: str | TableRef) -> pl.LazyFrame:
        """Scan one table, lazily, with the schema's types: from its Parquet file if there is one, else from the CSV.

        Args:
            table: ``schema.table``, or the table's name where only one schema has it.

        Raises:
            UsageError: the run has no such table.
        """
        from datalchemy_nb.results.reading import scan

        ref = pick(table, self.manifest.by_ref, "the run")
        return scan(self.directory, self.manifest.by_ref[ref], self.schema)

    def __iter__(self) -> Iterator[TableRef]:
        return iter(self.tables)

    def __len__(self) -> int:
        return len(self.manifest.tables)

    def __contains__(self, table: object) -> bool:
        names = {name for ref in self.tables for name in (ref, str(ref), ref.table)}
        return table in names

    def _ipython_key_completions_(self) -> list[str]:
        """What Tab offers after ``run["``."""
        return [f"{ref.schema}.{ref.table}" for ref in self.tables]

    def frame(self, table: str | TableRef) -> pl.LazyFrame:
        """Scan one table as it is written: cells of a CSV are text.

        Raises:
            UsageError: the run has no such table.
        """
        from datalchemy_nb.results.reading import scan

        ref = pick(table, self.manifest.by_ref, "the run")
        return scan(self.directory, self.manifest.by_ref[ref], None)


@dataclass(frozen=True, repr=False)
class RunSummary:
    """One line of the list of runs."""

    run_id: str
    directory: Path
    status: str
    started: str
    tables: int
    rows: int
    bytes: int


@dataclass(frozen=True, repr=False)
class RunList(Shown):
    """Runs in a directory, newest first."""

    out_dir: Path
    runs: tuple[RunSummary, ...]


@dataclass(frozen=True, repr=False)
class EvaluationResult(Shown):
    """The judge's verdict on a run."""

    directory: Path
    metrics: Metrics

    @property
    def ok(self) -> bool:
        """No constraint is broken."""
        return self.metrics.violation_count == 0

    def violations_frame(self) -> pl.DataFrame:
        """One row per broken constraint: code, path, message, count, row (from 1), example (JSON, redacted)."""
        import polars as pl

        columns = {"code": pl.String, "path": pl.String, "message": pl.String, "count": pl.Int64, "row": pl.Int64}
        rows = [
            (v.code, v.path, v.message, v.count, v.row_index, v.example and json.dumps(v.example, ensure_ascii=False))
            for v in self.metrics.violations
        ]
        return pl.DataFrame(rows, schema={**columns, "example": pl.String}, orient="row")


@dataclass(frozen=True, repr=False)
class ProfileResult(Shown):
    """Aggregates of a real database.

    Attributes:
        path: where it was written, if it was.
        note: what of the connection string was left out.
    """

    profile: Profile
    path: Path | None = None
    note: str = ""


@dataclass(frozen=True, repr=False)
class EvidenceResult(Shown):
    """An evidence page that was written."""

    path: Path
    markdown: str
    ok: bool


@dataclass(frozen=True)
class CiStep:
    """One check of a pull request.

    Attributes:
        kind: validate, generate, evaluate or golden.
        where: what was checked; of the golden, a table.
        state: passed; failed where the data are not as they should be; error where there could be none.
        told: the outcome in a line.
        lines: what is to be said besides.
    """

    kind: str
    where: str
    state: Literal["passed", "failed", "error"]
    told: str
    lines: tuple[str, ...] = ()
    seconds: float = 0.0


@dataclass(frozen=True, repr=False)
class CiResult(Shown):
    """The check of a pull request, step by step.

    Attributes:
        plan: its file's name.
        run: what was generated; None where it could not be.
        diff: from the golden.
        written: the reports.
    """

    plan: str
    steps: tuple[CiStep, ...]
    run: Run | None = None
    diff: GoldenDiff | None = None
    written: tuple[Path, ...] = ()

    @property
    def wrong(self) -> tuple[CiStep, ...]:
        """Steps that did not pass."""
        return tuple(step for step in self.steps if step.state != "passed")

    @property
    def ok(self) -> bool:
        """Every step passed."""
        return not self.wrong

    @property
    def exit_code(self) -> int:
        """0 passed; 1 a constraint is broken or a file differs; 2 there are no data to compare."""
        return 2 if any(step.state == "error" for step in self.steps) else 0 if self.ok else 1


@dataclass(frozen=True, repr=False)
class GoldenSaved(Shown):
    """A golden that was written."""

    name: str
    path: Path
    tables: int


@dataclass(frozen=True, repr=False)
class GoldenUpdated(Shown):
    """A golden that was replaced, and how it differed."""

    path: Path
    diff: GoldenDiff


@dataclass(frozen=True, repr=False)
class GoldenList(Shown):
    """Goldens in a directory."""

    directory: Path
    names: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class GoldenCheck(Shown):
    """A run compared with a golden."""

    diff: GoldenDiff

    @property
    def ok(self) -> bool:
        """Every file is equal."""
        return self.diff.equal


@dataclass(frozen=True, repr=False)
class Verification(Shown):
    """A run generated again, without a file, and compared.

    Attributes:
        damaged: files of the run that are not what its manifest says, where that was asked.
    """

    diff: GoldenDiff
    seconds: float
    damaged: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Every digest is equal, and no file is damaged."""
        return self.diff.equal and not self.damaged


@dataclass(frozen=True, repr=False)
class LoadResult(Shown):
    """What PostgreSQL said to a run.

    Attributes:
        note: what of the connection string was left out.
    """

    report: LoadReport
    target: str
    note: str = ""


@dataclass(frozen=True, repr=False)
class UnloadResult(Shown):
    """The rows of a load, deleted again."""

    report: UnloadReport
    target: str


@dataclass(frozen=True, repr=False)
class GeneratorList(Shown):
    """Generators that fit a search."""

    search: str | None
    specs: tuple[GeneratorSpec, ...]

    @cached_property
    def ids(self) -> tuple[str, ...]:
        """Their ids."""
        return tuple(spec.id for spec in self.specs)


@dataclass(frozen=True)
class DemoStep:
    """One step of the demo.

    Attributes:
        outcome: what came of it, in a line.
    """

    title: str
    outcome: str
    ok: bool
    seconds: float


@dataclass(frozen=True, repr=False)
class DemoResult(Shown):
    """The demo's story, and where everything lies.

    Attributes:
        places: what lies where, by name.
    """

    steps: tuple[DemoStep, ...]
    places: Mapping[str, str]
    runs: tuple[str, ...] = ()
    """Their ids, newest first."""

    @property
    def ok(self) -> bool:
        """Every step went well."""
        return all(step.ok for step in self.steps)
