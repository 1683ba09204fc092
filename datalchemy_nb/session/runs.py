"""The verbs about a run: generate, list, evaluate, verify."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.run import BLOCK_ROWS
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import BytesMoved, RunNotFound, UsageError
from datalchemy_nb.export.formats import CSV, OUTPUTS
from datalchemy_nb.export.rundir import PLAN, SCHEMA, RunDirectory, find_run, list_runs
from datalchemy_nb.results.base import EvaluationResult, Run, RunList, RunSummary, Verification
from datalchemy_nb.session.circles import seldom_collected
from datalchemy_nb.session.moved import moved
from datalchemy_nb.session.state import PlanSource, State, threads, where_of, whole

if TYPE_CHECKING:
    from datalchemy_nb.contracts.profile import Profile
    from datalchemy_nb.export.run import Options
    from datalchemy_nb.export.stream import Progress


class RunVerbs(State):
    """Generate, list, evaluate and verify runs."""

    def generate(
        self,
        plan: PlanSource | None = None,
        *,
        out_dir: Path | str | None = None,
        resume: Run | Path | str | None = None,
        formats: str = "csv",
        chunk_rows: int = BLOCK_ROWS,
        workers: int | None = None,
        dask: str | None = None,
        parts: Path | str | None = None,
        merge: bool = True,
        read_existing: bool = False,
        existing: Run | Path | str | None = None,
        skip_unmet: bool = False,
        violate: str | Sequence[str] | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> Run:
        """Stream every table of the plan to files in a new run directory.

        Args:
            plan: another plan than the session's.
            out_dir: parent of the run directory.
            resume: go on with this stopped or killed run instead, by its own plan, schema and format.
            formats: which files each table gets, by a word of `export.formats.OUTPUTS`: ``csv``, ``parquet``, ...
            chunk_rows: rows made at a time (at most 65,536; Parquet and SQL always take that many); bytes do not
                depend on it.
            workers: threads, or processes of ``dask="local"``; None = one per core. Bytes do not depend on it.
            dask: address of a Dask scheduler whose workers make the rows, or ``local`` for worker processes here.
            parts: where those workers write: a directory that they share with this process, or a URL that fsspec
                opens; None = the run directory.
            merge: put the parts together into one file a table; otherwise they stay where they are.
            read_existing: read the keys of rows that the session's database holds, for tables whose target says
                ``existing``: only columns of foreign keys and unique sets. They go into the run directory, with their
                hash and every statement that read them, and are in no log or display.
            existing: take those keys from an earlier run instead; no server is needed.
            skip_unmet: go on without the tables that cannot be met, and without those that need their rows; the
                report says which, and why.
            violate: also find a row for each of these constraints that breaks it and nothing else: ``constraint`` for
                all, kinds (``check``, ``unique``, ...), tables or names. PostgreSQL confirms each, on the database that
                the schema was read from, in a transaction that is rolled back. They go into violations.json, and into
                a CSV file a table in ``violations``, never among the run's own rows.
            on_progress: called after every chunk.
            cancelled: asked between chunks, and ten times a second.

        Raises:
            PlanInvalid: the plan is not valid, or cannot be met; nothing was written.
            OutputError: the directory cannot be written, or there is nothing to resume.
            RunNotFound: no such run to resume.
            UsageError: a run to resume takes no other plan; or it was begun by a version with other bytes.
            ConnectionFailed: no Dask scheduler answers.
            Cancelled: stopped; partial files stay under partial names.
        """
        from datalchemy_nb.export.run import Options

        workers, chunk_rows = threads(workers), whole("chunk_rows", chunk_rows, 1)
        output = OUTPUTS.get(formats)
        if output is None:
            raise UsageError(f"no format {formats!r}", hint=f"one of {', '.join(OUTPUTS)}")
        if dask is None and (parts is not None or not merge):
            raise UsageError("only Dask workers write parts", hint="add --dask ADDRESS or --dask local")
        if output.script is not None and not merge:
            raise UsageError("a script loads whole files", hint="leave out --no-merge")
        options = Options(chunk_rows, workers, output.files, on_progress, cancelled, loads_by=output.script)
        directory = Path(out_dir) if out_dir else self.out_dir
        if violate is not None:
            if resume is not None or dask is not None or read_existing or existing is not None:
                raise UsageError(
                    "rows that break constraints go with a new run, made here", hint="leave out the other options"
                )
            return self._violating(self._skipping(plan) if skip_unmet else plan, directory, options, violate)
        if resume is None:
            plan = self._with_existing(plan, read_existing, existing, directory)
            if skip_unmet:
                plan = self._skipping(plan)
            if self._runnable(plan).existing_sha256 is not None and dask is not None:
                raise UsageError("Dask workers cannot see the keys of existing rows", hint="leave out --dask")
        if dask is None:
            return self._generate(plan, resume, directory, options)
        from datalchemy_nb.export.cluster import Cluster

        with Cluster(dask, workers=workers, parts=None if parts is None else str(parts), merge=merge) as cluster:
            return self._generate(plan, resume, directory, replace(options, helpers=cluster))

    def _violating(
        self,
        plan: PlanSource | None,
        directory: Path,
        options: Options,
        words: str | Sequence[str],
    ) -> Run:
        from datalchemy_nb.load.source import FileSource
        from datalchemy_nb.resolve.resolve import resolve
        from datalchemy_nb.session.violating import check_words, violate

        wanted = [words] if isinstance(words, str) else list(words)
        if CSV not in options.formats:
            raise UsageError("PostgreSQL takes CSV, and no Parquet", hint="generate --format both")
        if not self._introspected:
            raise UsageError(
                "PostgreSQL is asked about every row that breaks a constraint, and no server has this schema",
                hint="name a database that has the tables (--conninfo), or schema files (--ddl schema.sql)",
            )
        current = self._take_plan(plan)
        check_words(wanted, self._need_schema())
        run = self._generate(current, None, directory, options)
        other = self._as_inferred(current).model_copy(update={"seed": (current.seed + 1) % 2**64})
        resolved = resolve(other, self._need_schema())
        sources = {table.ref: FileSource(table.path(run.directory)) for table in run.manifest.tables}
        violate(run.directory, run.run_id, wanted, self._conninfo, sources, self._need_schema(), resolved)
        return run

    @seldom_collected()
    def _generate(
        self, plan: PlanSource | None, resume: Run | Path | str | None, directory: Path, options: Options
    ) -> Run:
        from datalchemy_nb.export.run import generate

        if resume is not None:
            return self._resume(resume, plan, directory, options)
        resolved = self._runnable(plan)
        for issue in moved(resolved, self.goldens_dir, directory):
            warnings.warn(f"{issue.message}; {issue.hint}", BytesMoved, stacklevel=3)
        held = self.existing if resolved.existing_sha256 is not None else None
        return generate(resolved, self._need_schema(), directory, options, held)

    def _resume(self, run: Run | Path | str, plan: PlanSource | None, out_dir: Path, options: Options) -> Run:
        from datalchemy_nb.contracts.existing import read_existing
        from datalchemy_nb.export.run import resume
        from datalchemy_nb.generate.known import settled

        if plan is not None:
            raise UsageError("a run is resumed by its own plan", hint="leave the plan out, or generate anew")
        directory = find_run(where_of(run), out_dir)
        for name in (PLAN, SCHEMA):
            if not (directory.path / name).is_file():
                raise RunNotFound(f"{directory.path} holds no {name}", hint="name a run that generate began")
        schema = DatabaseSchema.read(directory.path / SCHEMA)
        plan = Plan.read(directory.path / PLAN)
        return resume(directory, settled(plan, schema, existing=read_existing(directory.path)), options)

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
        plan: PlanSource | None = None,
    ) -> EvaluationResult:
        """Judge a run with an evaluator that shares no code with generation; write metrics.json and reports.

        Args:
            run: a run, its directory or the beginning of its id; None = the newest.
            against: a profile of a real database, to score the run's likeness to.
            max_examples: violations listed.
            plan: judge by this plan; None = the run's own, which files made elsewhere do not have.

        Raises:
            RunNotFound: no such run, or the directory holds no data of a known table.
            PlanInvalid: the plan cannot be read.
        """
        from datalchemy_nb.evaluate import evaluate
        from datalchemy_nb.results.report import write_report

        whole("max_examples", max_examples, 0)
        directory, schema, own = self._finished(run)
        from datalchemy_nb.contracts.profile import Profile

        judged_by = own if plan is None else self._read(plan)
        expected = None
        report = directory.report
        if report is not None:
            expected = {TableRef(t.schema_name, t.table): t.rows_requested for t in report.tables}
        profile = against if against is None or isinstance(against, Profile) else Profile.read(against)
        metrics = evaluate(
            directory.path, schema, judged_by, expected_rows=expected, profile=profile, max_examples=max_examples
        )
        write_report(directory.path, metrics, judged_by, max_examples=max_examples)
        return EvaluationResult(directory.path, metrics)

    def _read(self, plan: PlanSource) -> Plan:
        """A plan that does not become the session's, with a number of rows in every target."""
        from datalchemy_nb.planning.read import read_plan

        return plan if isinstance(plan, Plan) else read_plan(plan, strict=self.strict)[0]

    def verify(
        self, run: Run | Path | str | None = None, *, workers: int | None = None, files: bool = False
    ) -> Verification:
        """Generate a run's tables again, without a file, and compare every digest.

        Args:
            run: a run, its directory or the beginning of its id; None = the newest.
            workers: threads; None = one per core.
            files: also compare the run's files with its manifest, byte for byte.

        Raises:
            RunNotFound: no such run, or it is not complete.
        """
        from datalchemy_nb.contracts.existing import read_existing
        from datalchemy_nb.contracts.golden import Golden
        from datalchemy_nb.export.run import formats_of, manifest_of
        from datalchemy_nb.generate.known import settled
        from datalchemy_nb.golden import compare
        from datalchemy_nb.session.regression import damaged

        workers = threads(workers)
        directory, schema, plan = self._finished(run)
        if plan is None:
            raise UsageError(f"{directory.path} holds no {PLAN}", hint="verify needs a run made by generate")
        expected = directory.manifest
        started = time.perf_counter()
        resolved = settled(plan, schema, existing=read_existing(directory.path))
        again = manifest_of(resolved, workers=workers, formats=formats_of(expected))
        diff = compare(Golden(name=directory.run_id, manifest=expected), again, beside=(directory.path, None))
        broken = damaged(directory.path, expected) if files else ()
        return Verification(diff, time.perf_counter() - started, broken)


def _summary(run: RunDirectory) -> RunSummary:
    from datalchemy_nb.export.checkpoint import so_far

    report = run.report
    started = run.path.name.split("__", 1)[0]
    if report is None or report.status == "partial":
        return RunSummary(run.run_id, run.path, "partial", started, *so_far(run.path))
    rows = sum(table.rows_generated for table in report.tables)
    return RunSummary(run.run_id, run.path, report.status, started, len(report.tables), rows, report.bytes_written)
