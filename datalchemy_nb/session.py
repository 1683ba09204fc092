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
from datalchemy_nb.contracts.profile import Profile
from datalchemy_nb.contracts.run import BLOCK_ROWS
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import Infeasible, PlanInvalid, RunNotFound, UsageError, did_you_mean
from datalchemy_nb.export.rundir import PLAN, SCHEMA, RunDirectory, find_run, list_runs
from datalchemy_nb.results import (
    BenchResult,
    Connected,
    DemoResult,
    EvaluationResult,
    EvidenceResult,
    Explanation,
    GeneratorList,
    GoldenCheck,
    GoldenList,
    GoldenSaved,
    GoldenUpdated,
    LoadResult,
    Preview,
    ProfileResult,
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
    from datalchemy_nb.export.run import Options
    from datalchemy_nb.export.stream import Progress
    from datalchemy_nb.introspect.options import IntrospectOptions
    from datalchemy_nb.planning.resolved import ResolvedPlan
    from datalchemy_nb.widgets.studio import Studio

PlanSource = Plan | Path | str | Mapping[str, Any]
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
        story: bool = True,
        out_dir: Path | str | None = None,
        show: Callable[[str, Any], None] | None = None,
        on_progress: Callable[[Any], None] | None = None,
    ) -> DemoResult | Connected:
        """Tell the whole story on an embedded PostgreSQL: introspect, validate, preview, generate, judge, load.

        The server runs on until the session is closed, and the session stays connected to it.

        Args:
            rows: at most this many a table; None = as the example plans say.
            story: tell it; without, only start the server and connect.
            out_dir: parent of the run directories.
            show: called with a title and a result after every step.
            on_progress: called while generating and loading.

        Raises:
            ConnectionFailed: the server does not start, or its package is missing.
        """
        from datalchemy_nb.story import tell

        if not story:
            return self.start_demo()
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

    def profile(
        self,
        conninfo: str | None = None,
        *,
        schemas: Sequence[str] | None = None,
        out: Path | str | None = None,
        allow_histograms: bool = False,
        k: int = 10,
    ) -> ProfileResult:
        """Read aggregates of a real database from the server's own statistics; never a row.

        Args:
            conninfo: as for `connect`; None = the session's connection.
            schemas: only these database schemas.
            out: also write the profile here, with the audit log of every query.
            allow_histograms: also bounds of numeric and temporal histograms.
            k: counts of rows below it are not told.

        Raises:
            ConnectionFailed: no answer, or refused.
            IntrospectionError: the server refused a query.
        """
        from datalchemy_nb.export.rundir import write_atomic
        from datalchemy_nb.introspect.connection import Target, connect
        from datalchemy_nb.introspect.profile import profile

        where = conninfo if conninfo is not None else self._conninfo
        source = Target.resolve(where).redacted.redacted
        with connect(where) as connection:
            found = profile(connection, source=source, schemas=schemas, allow_histograms=allow_histograms, k=k)
        if out is not None:
            Path(out).parent.mkdir(parents=True, exist_ok=True)
            write_atomic(Path(out), found.to_json())
        return ProfileResult(found, Path(out) if out is not None else None)

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
        profile: Profile | Path | str | None = None,
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
            profile: a profile of a real database: its row counts, null rates and distinct counts go into the draft.
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
            self.use_plan(drafted.plan if profile is None else self._followed(drafted.plan, profile))
        elif plan is None and self.plan is None:
            raise UsageError("no plan yet", hint="draft one (plan --draft), or name a plan file")
        current = self._take_plan(plan)
        if out is not None:
            write_plan(current, Path(out))
        return current if explain is None else self._explained(current, explain)

    def _followed(self, plan: Plan, profile: Profile | Path | str) -> Plan:
        from datalchemy_nb.planning.from_profile import follow, hints

        found = profile if isinstance(profile, Profile) else Profile.read(profile)
        return follow(plan, self._need_schema(), hints(found))

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
        resume: Run | Path | str | None = None,
        formats: str = "csv",
        chunk_rows: int = BLOCK_ROWS,
        workers: int | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Run:
        """Stream every table of the plan to files in a new run directory.

        Args:
            plan: another plan than the session's.
            out_dir: parent of the run directory.
            resume: go on with this stopped or killed run instead, by its own plan, schema and format.
            formats: ``csv``, ``parquet`` or ``both``.
            chunk_rows: rows made at a time (at most 65,536; Parquet always takes that many); bytes do not depend on it.
            workers: threads; None = one per core. Bytes do not depend on it.
            on_progress: called after every chunk.
            cancelled: asked between chunks, and ten times a second.

        Raises:
            PlanInvalid: the plan is not valid, or cannot be met; nothing was written.
            OutputError: the directory cannot be written, or there is nothing to resume.
            RunNotFound: no such run to resume.
            UsageError: a run to resume takes no other plan; or it was begun by a version with other bytes.
            Cancelled: stopped; partial files stay under partial names.
        """
        from datalchemy_nb.export.run import Options, generate
        from datalchemy_nb.export.writers import FORMATS

        if chunk_rows < 1 or (workers is not None and workers < 1):
            raise UsageError("chunk_rows and workers must be at least 1")
        if formats not in FORMATS:
            raise UsageError(f"no format {formats!r}", hint=f"one of {', '.join(FORMATS)}")
        options = Options(chunk_rows, workers, FORMATS[formats], on_progress, cancelled)
        directory = Path(out_dir) if out_dir else self.out_dir
        if resume is not None:
            return self._resume(resume, plan, directory, options)
        resolved = self._runnable(plan)
        return generate(resolved, self._need_schema(), directory, options)

    def _resume(self, run: Run | Path | str, plan: PlanSource | None, out_dir: Path, options: Options) -> Run:
        from datalchemy_nb.export.run import resume
        from datalchemy_nb.planning.resolve import resolve

        if plan is not None:
            raise UsageError("a run is resumed by its own plan", hint="leave the plan out, or generate anew")
        directory = find_run(_where(run), out_dir)
        for name in (PLAN, SCHEMA):
            if not (directory.path / name).is_file():
                raise RunNotFound(f"{directory.path} holds no {name}", hint="name a run that generate began")
        schema = DatabaseSchema.read(directory.path / SCHEMA)
        return resume(directory, resolve(Plan.read(directory.path / PLAN), schema), options)

    def runs(self, out_dir: Path | str | None = None) -> RunList:
        """List runs, newest first, partial ones too."""
        directory = Path(out_dir) if out_dir else self.out_dir
        return RunList(directory, tuple(_summary(run) for run in list_runs(directory)))

    def evaluate(
        self,
        run: Run | Path | str | None = None,
        *,
        against: Profile | Path | str | None = None,
        max_examples: int = 20,
    ) -> EvaluationResult:
        """Judge a run with an evaluator that shares no code with generation; write metrics.json and reports.

        Args:
            run: a run, its directory or the beginning of its id; None = the newest.
            against: a profile of a real database, to score the run's likeness to.
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
        profile = against if against is None or isinstance(against, Profile) else Profile.read(against)
        evaluation = evaluate(
            directory.path, schema, plan, expected_rows=expected, profile=profile, max_examples=max_examples
        )
        write(evaluation, directory.path)
        return EvaluationResult(directory.path, evaluation.metrics)

    def verify(self, run: Run | Path | str | None = None, *, workers: int | None = None) -> Verification:
        """Generate a run's tables again, without a file, and compare every digest.

        Raises:
            RunNotFound: no such run, or it is not complete.
        """
        from datalchemy_nb.export.run import formats_of, manifest_of
        from datalchemy_nb.golden import compare
        from datalchemy_nb.planning.resolve import resolve

        directory, schema, plan = self._finished(run)
        if plan is None:
            raise UsageError(f"{directory.path} holds no {PLAN}", hint="verify needs a run made by generate")
        expected = directory.manifest
        started = time.perf_counter()
        again = manifest_of(resolve(plan, schema), workers=workers, formats=formats_of(expected))
        diff = compare(Golden(name=directory.run_id, manifest=expected), again)
        return Verification(diff, time.perf_counter() - started)

    # --- goldens -----------------------------------------------------------------------------------------------

    def golden_save(
        self,
        name: str,
        run: Run | Path | str | None = None,
        *,
        tables: Sequence[str] | None = None,
        rows: int | None = None,
        force: bool = False,
    ) -> GoldenSaved:
        """Keep a run's hashes under a name, to compare later runs with.

        Args:
            name: the golden's name.
            run: a run, or any directory of CSV or Parquet files.
            tables: only these.
            rows: only the first so many rows of each table.
            force: replace a golden of this name.

        Raises:
            GoldenError: the name is taken (and not ``force``) or not allowed.
            UsageError: files made elsewhere need a schema.
        """
        from datalchemy_nb.golden import save
        from datalchemy_nb.regression import make

        directory = find_run(_where(run), self.out_dir)
        golden = make(name, directory, self._schema_of(directory), tables=tables, rows=rows)
        return GoldenSaved(name, save(golden, self.goldens_dir, force=force), len(golden.manifest.tables))

    def golden_check(self, name: str, run: Run | Path | str | None = None) -> GoldenCheck:
        """Compare a run, or any directory of CSV or Parquet files, with a golden.

        Raises:
            GoldenError: no such golden.
            UsageError: files made elsewhere need a schema.
        """
        from datalchemy_nb.golden import load
        from datalchemy_nb.regression import difference

        directory = find_run(_where(run), self.out_dir)
        return GoldenCheck(difference(load(name, self.goldens_dir), directory, self._schema_of(directory)))

    def golden_update(self, name: str, run: Run | Path | str | None = None) -> GoldenUpdated:
        """Replace a golden by what a run gives now, and tell how they differed; its tables and rows stay chosen.

        Raises:
            GoldenError: no such golden.
            UsageError: files made elsewhere need a schema.
        """
        from datalchemy_nb.golden import load, save
        from datalchemy_nb.regression import difference, make

        directory, old = find_run(_where(run), self.out_dir), load(name, self.goldens_dir)
        schema = self._schema_of(directory)
        diff = difference(old, directory, schema)
        golden = make(name, directory, schema, tables=old.only_tables, rows=old.only_rows)
        return GoldenUpdated(save(golden, self.goldens_dir, force=True), diff)

    def golden_list(self) -> GoldenList:
        """List goldens by name."""
        from datalchemy_nb.golden import names

        return GoldenList(self.goldens_dir, tuple(names(self.goldens_dir)))

    # --- evidence ----------------------------------------------------------------------------------------------

    def evidence(
        self,
        run: Run | Path | str | None = None,
        *,
        why: str = "",
        notes: str = "",
        plan_name: str = "plan.json",
        golden: str | None = None,
        page: Path | str | None = None,
    ) -> EvidenceResult:
        """Evaluate and verify a run, and write a Markdown page for review: what changed, why, how to check, results.

        Args:
            run: a run, its directory or the beginning of its id; None = the newest.
            why: the reason, as text.
            notes: anything else.
            plan_name: how the plan file is called in the page's commands.
            golden: also compare with this golden.
            page: where to write it; None = evidence.md in the run.

        Raises:
            RunNotFound: no such run, or it is not complete.
            GoldenError: no such golden.
        """
        from datalchemy_nb.evidence import Evidence, render
        from datalchemy_nb.export.rundir import write_atomic

        directory, _, plan = self._finished(run)
        report = directory.report
        if plan is None or report is None:
            raise RunNotFound(f"{directory.path} is no finished run", hint="evidence needs a run made by generate")
        evaluated, verified = self.evaluate(directory.path), self.verify(directory.path)
        checked = self.golden_check(golden, directory.path).diff if golden else None
        found = Evidence(
            directory.path.resolve().name, plan_name, plan, report, directory.manifest, evaluated.metrics,
            verified.diff, verified.seconds, checked, why, notes,
            "goldens" if self.goldens_dir.is_absolute() else self.goldens_dir.as_posix(),
        )  # fmt: skip
        path, text = Path(page) if page else directory.path / "evidence.md", render(found)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, text)
        return EvidenceResult(path, text, evaluated.ok and verified.ok and (checked is None or checked.equal))

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
        tables = directory.manifest.tables
        if not all(t.file.endswith(".csv") for t in tables):
            raise UsageError(f"{directory.path} holds no CSV, and COPY reads no Parquet", hint="generate --format both")
        files = {t.ref: directory.path / t.file for t in tables}
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

    def studio(self, panel: str | None = None) -> Studio:
        """Open the panels: they show and change this session.

        Args:
            panel: only this one (connect, schema, plan, preview, run, report, golden); None = all, as tabs.

        Raises:
            UsageError: there is no such panel.
        """
        from datalchemy_nb.widgets.studio import Studio

        return Studio(self, panel)

    # --- measuring ---------------------------------------------------------------------------------------------

    def bench(
        self,
        parts: Sequence[str] | None = None,
        *,
        runs: int = 5,
        rows: int = 1_000_000,
        out: Path | str = "docs",
    ) -> BenchResult:
        """Measure speed and memory against their targets; write performance.md.

        Args:
            parts: only these: floor, tpch, rivals, memory, latency, evaluation, loading.
            runs: rounds of each comparison.
            rows: rows of each large table.
            out: directory of the page; figures kept there are compared with.

        Raises:
            UsageError: no such part, or a program is missing.
            ConnectionFailed: the embedded server does not start.
        """
        from datalchemy_nb.bench.run import PAGE, bench

        if runs < 1 or rows < 1:
            raise UsageError("runs and rows must be at least 1")
        figures, worse = bench(tuple(parts or ()), Path(out), runs=runs, rows=rows)
        return BenchResult(figures, Path(out) / PAGE, tuple(worse))

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

    def _schema_of(self, directory: RunDirectory) -> DatabaseSchema | None:
        """A directory's own schema, else the session's."""
        own = directory.path / SCHEMA
        return DatabaseSchema.read(own) if own.is_file() else self.schema


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


def _summary(run: RunDirectory) -> RunSummary:
    report = run.report
    started = run.path.name.split("__", 1)[0]
    if report is None:
        return RunSummary(run.run_id, run.path, "partial", started, 0, 0, 0)
    rows = sum(table.rows_generated for table in report.tables)
    return RunSummary(run.run_id, run.path, report.status, started, len(report.tables), rows, report.bytes_written)
