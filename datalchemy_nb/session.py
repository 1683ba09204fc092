"""Every verb as a plain method: the Python API. No IPython here."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from datalchemy_nb.contracts.golden import Golden
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan, SchemaRef
from datalchemy_nb.contracts.run import BLOCK_ROWS
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import Infeasible, PlanInvalid, RunNotFound, UsageError, did_you_mean
from datalchemy_nb.export.rundir import PLAN, SCHEMA, RunDirectory, find_run, list_runs
from datalchemy_nb.results import (
    Connected,
    DemoResult,
    EvaluationResult,
    Explanation,
    GeneratorList,
    GoldenCheck,
    GoldenList,
    GoldenSaved,
    LoadResult,
    Preview,
    Run,
    RunList,
    RunSummary,
    SchemaResult,
    TableResult,
    Validation,
    Verification,
)

if TYPE_CHECKING:
    from datalchemy_nb.demo import EmbeddedServer
    from datalchemy_nb.export.stream import Progress
    from datalchemy_nb.introspect.options import IntrospectOptions
    from datalchemy_nb.planning.resolved import ResolvedPlan

PlanSource = Plan | Path | str | Mapping[str, Any]
SAMPLE_ROWS = 50
_EMPTY_PLAN = Plan(plan_version="", seed=0, schema_ref=SchemaRef(schema_version="", engine=""), targets=(), rules=())


class Session:
    """One user's work: a connection, a schema, a plan, and the runs they lead to.

    Args:
        out_dir: where run directories go.
        goldens_dir: where goldens lie.
        strict: unknown fields in plans and violations in evaluations are errors.
    """

    def __init__(
        self, *, out_dir: Path | str = "runs", goldens_dir: Path | str = "goldens", strict: bool = False
    ) -> None:
        self.out_dir, self.goldens_dir, self.strict = Path(out_dir), Path(goldens_dir), strict
        self.schema: DatabaseSchema | None = None
        self.plan: Plan | None = None
        self._conninfo: str | None = None
        self._demo: EmbeddedServer | None = None
        self._resolved: tuple[Plan, DatabaseSchema, ResolvedPlan, int] | None = None
        self._read_issues: tuple[Issue, ...] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop the demo server, if this session started one."""
        if self._demo is not None:
            self._demo.stop()
            self._demo = None

    # --- the database ------------------------------------------------------------------------------------------

    def start_demo(self) -> Connected:
        """Start the embedded PostgreSQL with the CRM schema, and connect to it.

        Raises:
            ConnectionFailed: the server does not start, or its package is missing.
        """
        from datalchemy_nb.demo import start_demo

        if self._demo is None:
            self._demo = start_demo()
        return self.connect(self._demo.conninfo)

    def connect(self, conninfo: str | None = None) -> Connected:
        """Try a connection (read-only) and keep it as the session's database.

        Args:
            conninfo: URL or key=value string; None = DATABASE_URL, PG* variables, service file, ~/.pgpass.

        Raises:
            ConnectionFailed: no answer, or refused.
        """
        from datalchemy_nb.introspect.connection import ConnectionInfo, Target, connect

        with connect(conninfo) as connection:
            info = ConnectionInfo.of(connection)
        self._conninfo = conninfo
        return Connected(
            redacted=Target.resolve(conninfo).redacted.redacted,
            user=info.user,
            host=info.host,
            port=info.port,
            database=info.database,
            server_version=info.server_version,
        )

    def demo(
        self,
        *,
        rows: int | None = None,
        out_dir: Path | str | None = None,
        show: Callable[[str, Any], None] | None = None,
        on_progress: Callable[[Any], None] | None = None,
    ) -> DemoResult:
        """Tell the whole story on an embedded PostgreSQL: introspect, validate, preview, generate, judge, load.

        The server runs on until the session is closed, and the session stays connected to it.

        Args:
            rows: at most this many a table; None = as the example plans say.
            out_dir: parent of the run directories.
            show: called with a title and a result after every step.
            on_progress: called while generating and loading.

        Raises:
            ConnectionFailed: the server does not start, or its package is missing.
        """
        from datalchemy_nb.story import tell

        return tell(self, rows=rows, out_dir=out_dir, show=show, on_progress=on_progress)

    def introspect(
        self,
        conninfo: str | None = None,
        *,
        schemas: Sequence[str] | None = None,
        out: Path | str | None = None,
        run_dir: Path | str | None = None,
        include_system_schemas: bool = False,
        include_views: bool = True,
        include_materialized_views: bool = True,
        include_foreign_tables: bool = True,
        include_indexes: bool = True,
        include_comments: bool = True,
    ) -> SchemaResult:
        """Read the catalog; the result becomes the session's schema.

        Args:
            conninfo: as for `connect`; None = the session's connection.
            schemas: only these database schemas.
            out: also write schema.json here.
            run_dir: also write a run directory (schema, metrics, config, log) in here.
            include_system_schemas: also pg_catalog and information_schema.
            include_views: also views.
            include_materialized_views: also materialized views.
            include_foreign_tables: also foreign tables.
            include_indexes: read indexes; unique indexes shape data.
            include_comments: read comments.

        Raises:
            ConnectionFailed: no answer, or refused.
            IntrospectionError: a named schema does not exist.
        """
        from datalchemy_nb.export.rundir import write_atomic
        from datalchemy_nb.introspect.catalog import introspect
        from datalchemy_nb.introspect.connection import connect
        from datalchemy_nb.introspect.options import IntrospectOptions

        started = time.perf_counter()
        options = IntrospectOptions(
            include_system_schemas=include_system_schemas,
            include_views=include_views,
            include_materialized_views=include_materialized_views,
            include_foreign_tables=include_foreign_tables,
            include_indexes=include_indexes,
            include_comments=include_comments,
            schemas=tuple(schemas) if schemas else None,
        )
        if conninfo is not None:
            self._conninfo = conninfo
        with connect(self._conninfo) as connection:
            self.schema = introspect(connection, options)
        seconds = time.perf_counter() - started
        if out is not None:
            Path(out).parent.mkdir(parents=True, exist_ok=True)
            write_atomic(Path(out), self.schema.to_json())
        directory = self._record(options, seconds, run_dir) if run_dir is not None else None
        return SchemaResult(self.schema, directory, seconds)

    def use_schema(self, source: DatabaseSchema | Path | str) -> SchemaResult:
        """Take a schema from a file or object instead of a server.

        Raises:
            ContractError: the file is missing or no schema.json.
        """
        self.schema = source if isinstance(source, DatabaseSchema) else DatabaseSchema.read(source)
        return SchemaResult(self.schema)

    def show_schema(self, table: str | TableRef | None = None) -> SchemaResult | TableResult:
        """Return the session's schema, or one table of it.

        Raises:
            UsageError: no schema yet, or no such table.
        """
        schema = self._need_schema()
        return SchemaResult(schema) if table is None else TableResult(_pick(table, schema.tables, "the schema"), schema)

    # --- the plan ----------------------------------------------------------------------------------------------

    def use_plan(self, source: PlanSource) -> Plan:
        """Read a plan (JSON, YAML, mapping or object) and make it the session's.

        Raises:
            PlanInvalid: it is not a plan.
        """
        from datalchemy_nb.planning.read import read_plan

        if isinstance(source, Plan):
            self.plan, self._read_issues = source, ()
        else:
            self.plan, self._read_issues = read_plan(source, strict=self.strict)
        return self.plan

    def show_plan(
        self,
        plan: PlanSource | None = None,
        *,
        draft: bool = False,
        rows: int = 1000,
        seed: int = 42,
        locale: str = "pt_BR",
        base_date: str | None = None,
        out: Path | str | None = None,
        explain: str | None = None,
    ) -> Plan | Explanation:
        """Return the session's plan: the one given, one drafted from the schema, or the current one.

        Args:
            plan: a plan to make current.
            draft: draft one for every table of the schema; every rule says on what evidence.
            rows: rows of an ordinary table in a draft.
            seed: the draft's seed.
            locale: the draft's locale.
            base_date: what today means in the draft (ISO); None = today.
            out: also write the plan here, as YAML or JSON by its suffix.
            explain: ``table.column``; say why it is filled as it is, instead of showing the plan.

        Raises:
            PlanInvalid: it is not a plan.
            UsageError: no plan yet, or no such table or column.
        """
        from datalchemy_nb.planning.suggest import draft_plan
        from datalchemy_nb.planning.write import write_plan

        if draft:
            today = dt.date.fromisoformat(base_date) if base_date else dt.datetime.now(dt.UTC).date()
            drafted = draft_plan(self._need_schema(), seed=seed, locale=locale, base_date=today, rows=rows)
            self.use_plan(drafted.plan)
        elif plan is None and self.plan is None:
            raise UsageError("no plan yet", hint="draft one (plan --draft), or name a plan file")
        current = self._take_plan(plan)
        if out is not None:
            write_plan(current, Path(out))
        return current if explain is None else self._explained(current, explain)

    def _explained(self, plan: Plan, place: str) -> Explanation:
        from datalchemy_nb.planning.suggest import explain

        table, _, column = place.rpartition(".")
        schema = self._need_schema()
        ref = _pick(table, schema.tables, "the schema")
        if column not in schema.tables[ref].by_name:
            raise UsageError(f"{ref} has no column {column!r}", hint=did_you_mean(column, schema.tables[ref].by_name))
        return Explanation(f"{ref}.{column}", explain(plan, ref, column))

    def validate(self, plan: PlanSource | None = None) -> Validation:
        """Check a plan against the schema, and prove that it can be met.

        Never raises for what is wrong with the plan; the issues tell.
        """
        from datalchemy_nb.planning.validate import validate

        try:
            current = self._take_plan(plan)
        except PlanInvalid as error:
            empty = _EMPTY_PLAN
            return Validation(empty, error.issues)
        issues = (*self._read_issues, *validate(current, self._need_schema()))
        if any(issue.severity == "error" for issue in issues):
            return Validation(current, issues)
        try:
            resolved = self._resolve(current)
        except Infeasible as error:
            return Validation(current, (*issues, *error.issues))
        found = tuple(
            Issue(severity="warning", code=i.code, path=i.path or "/", message=i.message, hint=i.hint)
            for i in resolved.issues
        )
        return Validation(
            current,
            (*issues, *found),
            {ref: table.rows for ref, table in resolved.tables.items()},
            frozenset(ref for ref, table in resolved.tables.items() if table.auto_parent),
        )

    def preview(
        self,
        table: str | TableRef,
        *,
        rows: int = 20,
        offset: int = 0,
        columns: Iterable[str] | None = None,
        plan: PlanSource | None = None,
    ) -> Preview:
        """Compute rows of one table, at any place, without a run.

        Args:
            table: ``schema.table``, or the table's name alone where only one schema has it.
            rows: how many.
            offset: row number of the first; may lie beyond the plan's rows only for tables without unique keys.
            columns: only these.
            plan: another plan than the session's.

        Raises:
            UsageError: no such table or column in the plan.
            PlanInvalid: the plan is not valid.
        """
        from datalchemy_nb.generate.rows import Engine

        resolved = self._runnable(plan)
        ref = self._table(table, resolved)
        total = resolved.tables[ref].rows
        wanted = self._columns(columns, resolved, ref)
        if offset < 0 or rows < 0:
            raise UsageError("rows and offset must not be negative")
        if offset >= total:
            raise UsageError(
                f"{ref} has {total} rows in this plan; row {offset} does not exist",
                hint=f"use an offset below {total}, or ask for more rows in the plan",
            )
        started = time.perf_counter()
        frame = Engine(resolved).rows(ref, range(offset, min(offset + rows, total)), wanted)
        return Preview(ref, frame, offset, total, time.perf_counter() - started)

    # --- the run -----------------------------------------------------------------------------------------------

    def generate(
        self,
        plan: PlanSource | None = None,
        *,
        out_dir: Path | str | None = None,
        chunk_rows: int = BLOCK_ROWS,
        workers: int | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Run:
        """Stream every table of the plan to CSV in a new run directory.

        Args:
            plan: another plan than the session's.
            out_dir: parent of the run directory.
            chunk_rows: rows made at a time (at most 65,536); bytes do not depend on it.
            workers: threads; None = one per core. Bytes do not depend on it.
            on_progress: called after every chunk.
            cancelled: asked between chunks.

        Raises:
            PlanInvalid: the plan is not valid, or cannot be met; nothing was written.
            OutputError: the directory cannot be written.
            Cancelled: stopped; partial files stay under partial names.
        """
        from datalchemy_nb.export.run import generate

        if chunk_rows < 1 or (workers is not None and workers < 1):
            raise UsageError("chunk_rows and workers must be at least 1")
        resolved = self._runnable(plan)
        return generate(
            resolved,
            self._need_schema(),
            Path(out_dir) if out_dir else self.out_dir,
            chunk_rows=chunk_rows,
            workers=workers,
            on_progress=on_progress,
            cancelled=cancelled,
        )

    def runs(self, out_dir: Path | str | None = None) -> RunList:
        """List runs, newest first, partial ones too."""
        directory = Path(out_dir) if out_dir else self.out_dir
        return RunList(directory, tuple(_summary(run) for run in list_runs(directory)))

    def evaluate(self, run: Run | Path | str | None = None, *, max_examples: int = 20) -> EvaluationResult:
        """Judge a run with an evaluator that shares no code with generation; write metrics.json and report.md.

        Args:
            run: a run, its directory or the beginning of its id; None = the newest.
            max_examples: violations listed.

        Raises:
            RunNotFound: no such run, or the directory holds no data of a known table.
        """
        from datalchemy_nb.evaluate import evaluate, write

        directory, schema, plan = self._finished(run)
        expected = None
        report = directory.report
        if report is not None:
            expected = {TableRef(t.schema_name, t.table): t.rows_requested for t in report.tables}
        evaluation = evaluate(directory.path, schema, plan, expected_rows=expected, max_examples=max_examples)
        write(evaluation, directory.path)
        return EvaluationResult(directory.path, evaluation.metrics)

    def verify(self, run: Run | Path | str | None = None, *, workers: int | None = None) -> Verification:
        """Generate a run's tables again, without a file, and compare every digest.

        Raises:
            RunNotFound: no such run, or it is not complete.
        """
        from datalchemy_nb.export.run import manifest_of
        from datalchemy_nb.golden import compare
        from datalchemy_nb.planning.resolve import resolve

        directory, schema, plan = self._finished(run)
        if plan is None:
            raise UsageError(f"{directory.path} holds no {PLAN}", hint="verify needs a run made by generate")
        expected = directory.manifest
        started = time.perf_counter()
        again = manifest_of(resolve(plan, schema), workers=workers)
        diff = compare(Golden(name=directory.run_id, manifest=expected), again)
        return Verification(diff, time.perf_counter() - started)

    # --- goldens -----------------------------------------------------------------------------------------------

    def golden_save(self, name: str, run: Run | Path | str | None = None, *, force: bool = False) -> GoldenSaved:
        """Keep a run's hashes under a name, to compare later runs with.

        Raises:
            GoldenError: the name is taken (and not ``force``) or not allowed.
        """
        from datalchemy_nb.golden import save

        directory = find_run(_where(run), self.out_dir)
        manifest = directory.manifest
        sample = {t.file: _head(directory.path / t.file) for t in manifest.tables if not self._has_pii(t.ref)}
        path = save(Golden(name=name, manifest=manifest, sample=sample), self.goldens_dir, force=force)
        return GoldenSaved(name, path, len(manifest.tables))

    def golden_check(self, name: str, run: Run | Path | str | None = None) -> GoldenCheck:
        """Compare a run with a golden.

        Raises:
            GoldenError: no such golden.
        """
        from datalchemy_nb.golden import compare, load

        directory = find_run(_where(run), self.out_dir)
        return GoldenCheck(compare(load(name, self.goldens_dir), directory.manifest))

    def golden_list(self) -> GoldenList:
        """List goldens by name."""
        from datalchemy_nb.golden import names

        return GoldenList(self.goldens_dir, tuple(names(self.goldens_dir)))

    # --- loading -----------------------------------------------------------------------------------------------

    def load(
        self,
        run: Run | Path | str | None = None,
        conninfo: str | None = None,
        *,
        commit: bool = False,
        truncate: bool = False,
        disable_triggers: bool = False,
        schema_map: Mapping[str, str] | None = None,
        on_progress: Callable[..., None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> LoadResult:
        """COPY a run into the real tables in one transaction, all constraints on; roll back unless ``commit``.

        Raises:
            LoadError: PostgreSQL refused a row; nothing is kept.
            ConnectionFailed: no answer, or refused.
        """
        from datalchemy_nb.introspect.connection import Target
        from datalchemy_nb.introspect.load import load

        directory, schema, _ = self._finished(run)
        files = {t.ref: directory.path / t.file for t in directory.manifest.tables}
        where = conninfo if conninfo is not None else self._conninfo
        report = load(
            where,
            files,
            schema,
            commit=commit,
            truncate=truncate,
            disable_triggers=disable_triggers,
            schema_map=schema_map,
            on_progress=on_progress,
            cancelled=cancelled,
        )
        return LoadResult(report, Target.resolve(where).redacted.redacted)

    # --- the catalogue -------------------------------------------------------------------------------------------

    def generators(self, search: str | None = None) -> GeneratorList:
        """List generators whose id, or description holds the words."""
        from datalchemy_nb.domains.registry import generators

        words = (search or "").lower().split()
        specs = tuple(s for s in generators().values() if all(w in f"{s.id} {s.doc}".lower() for w in words))
        return GeneratorList(search, specs)

    # --- helpers -----------------------------------------------------------------------------------------------

    def resolved(self, plan: PlanSource | None = None) -> ResolvedPlan:
        """Return the validated, resolved plan.

        Raises:
            PlanInvalid: it is not valid, or cannot be met.
        """
        return self._runnable(plan)

    def _need_schema(self) -> DatabaseSchema:
        if self.schema is None:
            raise UsageError("no schema yet", hint="introspect a database first, or name a schema.json (--schema-file)")
        return self.schema

    def _take_plan(self, plan: PlanSource | None) -> Plan:
        if plan is not None:
            return self.use_plan(plan)
        if self.plan is None:
            raise UsageError("no plan yet", hint="name a plan file, or write one with %%datalchemy plan")
        return self.plan

    def _runnable(self, plan: PlanSource | None) -> ResolvedPlan:
        from datalchemy_nb.planning.validate import validate

        current, schema = self._take_plan(plan), self._need_schema()
        known = self._known(current, schema)
        if known is not None:
            return known
        errors = [issue for issue in validate(current, schema) if issue.severity == "error"]
        if errors:
            more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
            message = f"the plan is not valid: {errors[0].path}: {errors[0].message}{more}"
            raise PlanInvalid(message, issues=errors, hint=errors[0].hint)
        return self._resolve(current)

    def _resolve(self, plan: Plan) -> ResolvedPlan:
        from datalchemy_nb.domains.registering import revision
        from datalchemy_nb.planning.resolve import resolve

        schema = self._need_schema()
        known = self._known(plan, schema)
        if known is None:
            known = resolve(plan, schema)
            self._resolved = (plan, schema, known, revision())
        return known

    def _known(self, plan: Plan, schema: DatabaseSchema) -> ResolvedPlan | None:
        """What was resolved last, if it was this, and no generator was registered since."""
        from datalchemy_nb.domains.registering import revision

        if self._resolved and self._resolved[0] is plan and self._resolved[1] is schema:
            return self._resolved[2] if self._resolved[3] == revision() else None
        return None

    def _table(self, name: str | TableRef, plan: ResolvedPlan) -> TableRef:
        return _pick(name, plan.tables, "the plan")

    def _record(self, options: IntrospectOptions, seconds: float, run_dir: Path | str) -> Path:
        from datalchemy_nb.export.introspection import IntrospectionRecord, write_introspection
        from datalchemy_nb.introspect.connection import Target
        from datalchemy_nb.introspect.metrics import measure
        from datalchemy_nb.planning.graph import fk_graph

        schema = self._need_schema()
        report = fk_graph(schema).report()
        graph = {
            "edges": report["summary"]["edges"],
            "has_cycle": report["cycle"] is not None,
            "cycle": report["cycle"],
            "topo_order": report["topo_order"],
        }
        record = IntrospectionRecord(
            schema=schema,
            metrics=measure(schema).to_dict() | {"fk_graph": graph, "warnings": []},
            connection=Target.resolve(self._conninfo).redacted.to_dict(),
            options=asdict(options),
            strict=self.strict,
            seconds=seconds,
        )
        return write_introspection(record, run_dir)

    def _columns(self, columns: Iterable[str] | None, plan: ResolvedPlan, ref: TableRef) -> list[str] | None:
        if columns is None:
            return None
        wanted, known = list(columns), plan.tables[ref].column_names
        for name in wanted:
            if name not in known:
                raise UsageError(f"{ref} has no column {name!r} in its files", hint=did_you_mean(name, known))
        return wanted

    def _finished(self, run: Run | Path | str | None) -> tuple[RunDirectory, DatabaseSchema, Plan | None]:
        """A run with the schema and plan it was made from (its own copies, else the session's)."""
        directory = find_run(_where(run), self.out_dir)
        own = directory.path / SCHEMA
        if not own.is_file() and self.schema is None:
            raise RunNotFound(
                f"{directory.path} is no run: it holds no {SCHEMA}",
                hint="`datalchemy runs` lists runs; for files made elsewhere, add --schema-file",
            )
        schema = DatabaseSchema.read(own) if own.is_file() else self._need_schema()
        plan_file = directory.path / PLAN
        return directory, schema, Plan.read(plan_file) if plan_file.is_file() else self.plan

    def _has_pii(self, ref: TableRef) -> bool:
        from datalchemy_nb.contracts.pii import pii_tag

        table = self.schema.tables.get(ref) if self.schema else None
        return table is None or any(pii_tag(column.name) for column in table.columns)


def _pick(name: str | TableRef, tables: Iterable[TableRef], where: str) -> TableRef:
    known = list(tables)
    if isinstance(name, TableRef) and name in known:
        return name
    fits = [ref for ref in known if str(name) in (str(ref), f"{ref.schema}.{ref.table}", ref.table)]
    if len(fits) == 1:
        return fits[0]
    if fits:
        raise UsageError(f"{name!r} is in several schemas: {', '.join(map(str, fits))}", hint="write schema.table")
    raise UsageError(f"no table {str(name)!r} in {where}", hint=did_you_mean(str(name), map(str, known)))


def _where(run: Run | Path | str | None) -> Path | str | None:
    return run.directory if isinstance(run, Run) else run


def _head(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as lines:
        return "".join(line for line, _ in zip(lines, range(SAMPLE_ROWS + 1), strict=False))


def _summary(run: RunDirectory) -> RunSummary:
    report = run.report
    started = run.path.name.split("__", 1)[0]
    if report is None:
        return RunSummary(run.run_id, run.path, "partial", started, 0, 0, 0)
    rows = sum(table.rows_generated for table in report.tables)
    return RunSummary(run.run_id, run.path, report.status, started, len(report.tables), rows, report.bytes_written)
