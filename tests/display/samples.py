"""One result of every kind, made by hand: everything that comes from a database has a hostile name."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

from datalchemy_nb.contracts.feasibility import (
    CheckPart,
    CheckReport,
    FeasibilityReport,
    ForeignKeyReport,
    TableFeasibility,
    UniqueReport,
)
from datalchemy_nb.contracts.golden import CellChange, ColumnDiff, GoldenDiff, RowRange, TableDiff
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.load import KeptOn, LoadedTable, LoadReport, LoadTrigger, UnloadedTable, UnloadReport
from datalchemy_nb.contracts.metrics import (
    CheckTally,
    ColumnStat,
    Conformance,
    ConstraintSummary,
    ForeignKeyStat,
    Metrics,
    MetricsPlanRef,
    MetricsSchemaRef,
    MetricsWarning,
    Performance,
    TableRows,
    Tally,
    Violation,
)
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.profile import AuditEntry, ColumnProfile, Profile, TableProfile
from datalchemy_nb.contracts.run import GenerationReport, Manifest, ReportIssue, TableManifest, TableReport
from datalchemy_nb.contracts.schema import (
    Check,
    Column,
    ColumnType,
    DatabaseSchema,
    ForeignKey,
    PrimaryKey,
    SchemaTables,
    Table,
    Unique,
)
from datalchemy_nb.domains.registry import GeneratorSpec, NoParams
from datalchemy_nb.errors import PlanInvalid
from datalchemy_nb.progress import Tick
from datalchemy_nb.results import base as results

SCRIPT = "<script>alert(1)</script>"
QUOTES = """it's "quoted" & `ticked`"""
NEWLINES = "two\nlines\r\ttab"
RTL = "\u202egnp.exe \u0645\u0631\u062d\u0628\u0627"
EMOJI = "🦜 emoji"
ESCAPE = "\x1b[31mred\x1b[0m"
HOSTILE = (SCRIPT, QUOTES, NEWLINES, RTL, EMOJI, ESCAPE)

PARENT, CHILD = TableRef("crm", "usuarios"), TableRef(SCRIPT, QUOTES)
HASH = "0123456789abcdef" * 4
OTHER = "fedcba9876543210" * 4
RUN_ID = "7d3c8f1e-0000-4000-8000-000000000000"
DIRECTORY = Path("runs/2026-01-02T03-04-05Z__run_7d3c8f1e-0000-4000-8000-000000000000")


def _type(name: str, udt: str) -> ColumnType:
    return ColumnType(data_type=name, udt_schema="pg_catalog", udt_name=udt)


def _column(number: int, name: str, data_type: str = "text", *, null: bool = True, **more: object) -> Column:
    values = {"comment": None, "default": None, **more}
    return Column(
        ordinal_position=number, name=name, column_type=_type(data_type, data_type), is_nullable=null, **values
    )


def schema() -> DatabaseSchema:
    """Two tables; the child has the names nobody should use."""
    parent = Table(
        name=PARENT.table,
        kind="table",
        columns=(_column(1, "id", "uuid", null=False), _column(2, "nome", comment="O nome")),
        constraints=(PrimaryKey(kind="primary_key", name="usuarios_pkey", columns=("id",)),),
    )
    child = Table(
        name=CHILD.table,
        kind="table",
        comment=SCRIPT,
        columns=(
            _column(1, NEWLINES, "uuid", null=False),
            _column(2, RTL, comment=ESCAPE),
            _column(3, EMOJI, default=SCRIPT),
        ),
        constraints=(
            PrimaryKey(kind="primary_key", name=SCRIPT, columns=(NEWLINES,)),
            Unique(kind="unique", name="unico", columns=(RTL, EMOJI)),
            Check(kind="check", name="regra", expression=f"CHECK (({EMOJI} <> '{SCRIPT}'))"),
            ForeignKey(
                kind="foreign_key",
                name="pai",
                columns=(NEWLINES,),
                referenced_schema=PARENT.schema,
                referenced_table=PARENT.table,
                referenced_columns=("id",),
            ),
        ),
    )
    return DatabaseSchema(
        database=SCRIPT,
        server_version="18.0",
        schemas=(
            SchemaTables(name=CHILD.schema, tables=(child,)),
            SchemaTables(name=PARENT.schema, tables=(parent,)),
        ),
    )


def plan() -> Plan:
    """Two targets, rules in both forms."""
    return Plan.model_validate(
        {
            "plan_version": "0.2",
            "seed": 7,
            "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
            "targets": [
                {"schema": PARENT.schema, "table": PARENT.table, "rows": 10},
                {"schema": CHILD.schema, "table": CHILD.table, "rows": 1000},
            ],
            "rules": [
                {
                    "type": "column_generator",
                    "schema": PARENT.schema,
                    "table": PARENT.table,
                    "column": "nome",
                    "generator": "semantic.br.name",
                },
                {
                    "type": "column_generator",
                    "schema": CHILD.schema,
                    "table": CHILD.table,
                    "column": EMOJI,
                    "generator": {"id": "primitive.choice", "params": {"values": list(HOSTILE)}},
                    "transforms": [{"transform": "casing"}],
                    "null_rate": 0.25,
                    "evidence": SCRIPT,
                },
                {
                    "type": "constraint_policy",
                    "schema": CHILD.schema,
                    "table": CHILD.table,
                    "constraint": "check",
                    "mode": "warn",
                },
            ],
            "rules_unsupported": [{"description": SCRIPT, "reason": RTL}],
        }
    )


def issues() -> tuple[Issue, ...]:
    """An error and a warning."""
    return (
        Issue(severity="error", code="unknown_table", path="/targets/1/table", message=f"no {SCRIPT}", hint=QUOTES),
        Issue(severity="warning", code="duplicate_transform", path="/rules/0", message=NEWLINES),
    )


def preview() -> results.Preview:
    """Nulls, numbers, dates, and every hostile value."""
    frame = pl.DataFrame(
        {
            "id": [1, 2, None, 4, 5, 6],
            SCRIPT: list(HOSTILE),
            "valor": [1.5, None, -2.25, 0.0, 1e9, 3.0],
            "dia": [dt.date(2026, 1, 1)] * 5 + [None],
            "vazio": ["", None, "x", "y", "z", "null"],
        }
    )
    return results.Preview(CHILD, frame, 10, 1000, 0.0042, schema().tables[CHILD], frame)


def run() -> results.Run:
    """A run of two tables with a warning."""
    report = GenerationReport(
        run_id=RUN_ID,
        tables=(
            TableReport(
                schema=PARENT.schema, table=PARENT.table, rows_requested=10, rows_generated=10, bytes_written=500
            ),
            TableReport(
                schema=CHILD.schema,
                table=CHILD.table,
                rows_requested=1000,
                rows_generated=1000,
                retries=3,
                bytes_written=60_000,
            ),
        ),
        duration_ms=250,
        bytes_written=60_500,
        peak_memory_bytes=200_000_000,
        workers=2,
        warnings=(
            ReportIssue(level="warning", code="check_failed", message=SCRIPT, schema=CHILD.schema, table=CHILD.table),
        ),
    )
    return results.Run(DIRECTORY, report, manifest())


def manifest() -> Manifest:
    """The run's hashes."""
    tables = tuple(
        TableManifest(
            schema=ref.schema,
            table=ref.table,
            file=f"{ref.file_stem}.csv",
            rows=rows,
            bytes=rows * 60,
            sha256=HASH,
            columns=("id",),
            blocks=(),
        )
        for ref, rows in ((PARENT, 10), (CHILD, 1000))
    )
    return Manifest(
        output_version=1,
        run_id=RUN_ID,
        seed=7,
        plan_sha256=HASH,
        schema_fingerprint=HASH,
        package_version="0",
        tables=tables,
    )


def evaluation(*, broken: bool = True) -> results.EvaluationResult:
    """A verdict with violations, a warning and statistics."""
    violation = Violation(
        code="foreign_key", path=str(CHILD), message=SCRIPT, count=12, row_index=3, example={EMOJI: RTL, SCRIPT: None}
    )
    metrics = Metrics(
        run_id=RUN_ID,
        schema_ref=MetricsSchemaRef(schema_version="0.2"),
        plan_ref=MetricsPlanRef(plan_version="0.2", seed=7),
        tables=(
            TableRows(schema=PARENT.schema, table=PARENT.table, rows_found=10, rows_expected=10),
            TableRows(schema=CHILD.schema, table=CHILD.table, rows_found=9, rows_expected=10 if broken else 9),
        ),
        column_stats=(
            ColumnStat(
                schema=CHILD.schema,
                table=CHILD.table,
                column=EMOJI,
                null_count=25,
                null_rate=0.25,
                distinct_count=6,
                min=SCRIPT,
                max=RTL,
                top_values=((SCRIPT, 3), (NEWLINES, 2)),
                histogram=(1, 5, 10, 0, 2),
            ),
        ),
        constraints=ConstraintSummary(
            pk=Tally(checked=2),
            fk=Tally(checked=1, violations=12 if broken else 0),
            check=CheckTally(checked=3, not_evaluated=1),
        ),
        warnings=(MetricsWarning(code="check_unsupported", path=str(CHILD), message=QUOTES, hint=RTL),)
        if broken
        else (),
        violations=(violation,) if broken else (),
        conformance=conformance() if broken else (),
        foreign_key_stats=(
            ForeignKeyStat(
                schema=CHILD.schema,
                table=CHILD.table,
                columns=(RTL,),
                referenced_schema=PARENT.schema,
                referenced_table=PARENT.table,
                parents=10,
                children=9,
                min=0,
                median=1,
                max=3,
                childless=4,
                childless_share=0.4,
            ),
        )
        if broken
        else (),
        performance=Performance(load_ms=5, validate_ms=7, total_ms=12),
    )
    return results.EvaluationResult(DIRECTORY, metrics)


def conformance() -> tuple[Conformance, ...]:
    """A question answered well, and one badly."""
    common = {"schema": CHILD.schema, "table": CHILD.table, "column": EMOJI, "sample": 100, "expected": SCRIPT}
    return (
        Conformance(**common, what="bounds", status="follows", found="0 values outside"),
        Conformance(**common, what="weights", status="deviates", found=RTL, test="chi-square", p_value=1e-9),
    )


def diff(*, equal: bool = False) -> GoldenDiff:
    """An equal table, a changed, a missing and an unexpected one; or only the equal."""
    same = TableDiff(
        schema=PARENT.schema,
        table=PARENT.table,
        status="equal",
        expected_sha256=HASH,
        actual_sha256=HASH,
        expected_rows=10,
        actual_rows=10,
        expected_bytes=600,
        actual_bytes=600,
    )
    changed = TableDiff(
        schema=CHILD.schema,
        table=CHILD.table,
        status="changed",
        expected_sha256=HASH,
        actual_sha256=OTHER,
        expected_rows=1000,
        actual_rows=1001,
        expected_bytes=60_000,
        actual_bytes=60_060,
        columns_added=(SCRIPT,),
        columns_removed=(RTL,),
        columns_changed=(
            ColumnDiff(column=EMOJI, ranges=(RowRange(first=0, last=65_535), RowRange(first=131_072, last=131_080))),
        ),
        columns_renamed=((RTL, SCRIPT),),
        cells=(
            CellChange(row=3, column=EMOJI, old=NEWLINES, new=SCRIPT),
            CellChange(row=4, column="a", old="", new=None),
        ),
        cells_more=2,
    )
    missing = TableDiff(
        schema="crm", table="perdida", status="missing", expected_sha256=HASH, expected_rows=1, expected_bytes=2
    )
    extra = TableDiff(
        schema="crm", table="nova", status="unexpected", actual_sha256=HASH, actual_rows=1, actual_bytes=2
    )
    tables = (same,) if equal else (same, changed, missing, extra)
    reasons = () if equal else ("seed changed: 7 to 8",)
    return GoldenDiff(golden="nightly", run_id=RUN_ID, equal=equal, reasons=reasons, tables=tables)


def profile() -> Profile:
    """A table that is told of, and one too small to be."""
    column = ColumnProfile(column=SCRIPT, null_fraction=0.25, distinct=-1.0, average_width=8, correlation=0.5)
    return Profile(
        source="postgresql://ana:***@localhost/crm",
        k=10,
        tables=(
            TableProfile(schema=PARENT.schema, table=PARENT.table, suppressed=True),
            TableProfile(schema=CHILD.schema, table=CHILD.table, rows=1000, columns=(column,)),
        ),
        audit=(AuditEntry(at="2026-01-01T00:00:00Z", query="profile_tables", sql="SELECT 1", rows=2),),
    )


def load() -> results.LoadResult:
    """A load that was rolled back."""
    report = LoadReport(
        committed=False,
        database=SCRIPT,
        server_version="18.0",
        tables=(
            LoadedTable(
                schema=CHILD.schema, table=CHILD.table, rows=1000, bytes=60_000, sha256="5eed" * 16, seconds=0.02
            ),
        ),
        rows=1000,
        bytes=60_000,
        seconds=0.05,
        triggers=(LoadTrigger(schema=CHILD.schema, table=CHILD.table, name=SCRIPT, fired=True),),
        dropped_and_readded=(f"{CHILD}.pai",),
        rebuilt=(f"{CHILD}.chave",),
        kept_on=(KeptOn(object=f"{CHILD}.{SCRIPT}", reason="depended_on", detail=SCRIPT),),
        commit_needs=("GRANT UPDATE ON SEQUENCE s TO ana;",),
    )
    return results.LoadResult(report, "postgresql://ana:***@localhost/crm")


def unload() -> results.UnloadResult:
    """Rows that were deleted again."""
    table = UnloadedTable(schema=CHILD.schema, table=CHILD.table, rows=999, missing=1)
    report = UnloadReport(
        committed=True, database=SCRIPT, loaded_at="2026-01-01T00:00:00Z", tables=(table,), rows=999, seconds=0.05
    )
    return results.UnloadResult(report, "postgresql://ana:***@localhost/crm")


def survey() -> tuple[TableFeasibility, ...]:
    keys = (
        UniqueReport(name="usuarios_pkey", columns=("id",), rows=10, distinct=2**64, how="id is the row number"),
        UniqueReport(name="email_key", columns=("email", QUOTES), rows=10, how="follows from another key"),
    )
    few = UniqueReport(
        name="código", columns=(RTL,), rows=1000, distinct=26, how="fewer distinct values", standing="impossible"
    )
    checks = (
        CheckReport(
            name="idade_chk",
            expression="CHECK (((idade >= 0) AND (idade <= 130)))",
            parts=(CheckPart(columns=("idade",), how="narrowed", detail="at least 0"),),
        ),
        CheckReport(
            name="rare",
            expression=f"CHECK ((a = '{SCRIPT})'::text))",
            parts=(CheckPart(columns=("a", "b"), how="redrawn", acceptance=0.004),),
        ),
        CheckReport(
            name="cpf_chk",
            expression="CHECK (valid(cpf))",
            parts=(CheckPart(columns=("cpf",), how="unsupported", detail="valid is a plpgsql function"),),
        ),
        CheckReport(name="nothing", expression="CHECK (true)", parts=()),
    )
    parent = ForeignKeyReport(
        name="fk", columns=("chefe_id",), target=str(PARENT), parents=10, how="any parent row, drawn evenly"
    )
    return (
        TableFeasibility(schema=PARENT.schema, table=PARENT.table, rows=10, unique=keys, checks=checks[:1]),
        TableFeasibility(
            schema=CHILD.schema, table=CHILD.table, rows=1000, unique=(few,), checks=checks[1:], foreign_keys=(parent,)
        ),
    )


def everything() -> dict[str, object]:
    """Every object that is shown, by a name for its snapshot."""
    spec = GeneratorSpec("acme.badge", NoParams, lambda params, slot: None, ("text",), ("pii.id",), False, SCRIPT)  # type: ignore[arg-type,return-value]
    steps = (
        results.DemoStep("Start", "PostgreSQL 18", True, 1.2),
        results.DemoStep("Golden", SCRIPT, False, 0.01),
    )
    run_summary = results.RunSummary(RUN_ID, DIRECTORY, "complete", "2026-01-02T03-04-05Z", 2, 1010, 60_500)
    return {
        "connected": results.Connected(
            "postgresql://ana:***@localhost:5432/crm", "ana", "localhost", 5432, SCRIPT, "18.0"
        ),
        "schema": results.SchemaResult(schema(), DIRECTORY, 0.044),
        "table": results.TableResult(CHILD, schema()),
        "database schema": schema(),
        "plan": plan(),
        "valid": results.Validation(plan(), issues()[1:], {PARENT: 10, CHILD: 1000}, frozenset({PARENT})),
        "invalid": results.Validation(plan(), issues()),
        "sessions": results.SessionList(
            (
                results.SessionLine("main", "", 0, 0, False),
                results.SessionLine("crm", "localhost/5432/crm", 20, 20, True),
            )
        ),
        "ci": results.CiResult(
            "plan.yaml",
            (
                results.CiStep("validate", "plan.yaml", "passed", "valid"),
                results.CiStep("golden", SCRIPT, "failed", QUOTES),
            ),
            written=(Path("report.md"),),
        ),
        "rebased": results.Rebased(
            plan(),
            (results.Changed("renamed", str(PARENT), SCRIPT), results.Changed("dropped", str(CHILD), QUOTES)),
            results.Validation(plan(), issues()),
        ),
        "feasible": results.Feasibility(
            results.Validation(plan(), (), {PARENT: 10, CHILD: 1000}), FeasibilityReport(tables=survey(), sample=2048)
        ),
        "infeasible": results.Feasibility(
            results.Validation(plan(), issues()), FeasibilityReport(tables=survey(), sample=0)
        ),
        "preview": preview(),
        "empty preview": results.Preview(PARENT, preview().frame.clear(), 0, 10, 0.001),
        "run": run(),
        "runs": results.RunList(Path("runs"), (run_summary,)),
        "no runs": results.RunList(Path("runs"), ()),
        "broken": evaluation(),
        "holds": evaluation(broken=False),
        "explanation": results.Explanation(
            "crm.t.email", "crm.t.email: semantic.br.email.safe\n  because: name says an e-mail address"
        ),
        "golden saved": results.GoldenSaved("nightly", Path("goldens/nightly.golden.json"), 2),
        "golden updated": results.GoldenUpdated(Path("goldens/nightly.golden.json"), diff()),
        "profile": results.ProfileResult(profile(), Path("profile.json")),
        "evidence": results.EvidenceResult(DIRECTORY / "evidence.md", "# Evidence", True),
        "goldens": results.GoldenList(Path("goldens"), ("nightly", "weekly")),
        "golden differs": results.GoldenCheck(diff()),
        "golden equal": results.GoldenCheck(diff(equal=True)),
        "verified": results.Verification(diff(equal=True), 0.5),
        "load": load(),
        "unload": unload(),
        "generators": results.GeneratorList("badge", (spec,)),
        "demo": results.DemoResult(steps, {"run": str(DIRECTORY)}),
        "plan error": PlanInvalid("the plan is not valid", issues=issues()),
        "progress": Tick(str(CHILD), 10, 100, 500, 1000, "rows", 123_456, 2.5),
        "loading": Tick(str(CHILD), 10, 100, 500, 1000, "bytes", 500, 2.5, last=True),
    }
