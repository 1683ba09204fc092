"""generate: a run directory from nothing to manifest and report."""

from __future__ import annotations

import platform
import sys
import time
from collections import Counter
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from datalchemy_nb._version import OUTPUT_VERSION, __version__
from datalchemy_nb.contracts.run import BLOCK_ROWS, GenerationReport, Manifest, ReportIssue, RunStatus
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import Cancelled, DatalchemyError, OutputError
from datalchemy_nb.export.log import RunLog
from datalchemy_nb.export.rundir import LOG, MANIFEST, PLAN, REPORT, SCHEMA, RunDirectory, write_atomic
from datalchemy_nb.export.stream import Progress, Written, stream
from datalchemy_nb.generate.engine import default_workers
from datalchemy_nb.generate.rows import Counters
from datalchemy_nb.planning.resolved import ResolvedPlan
from datalchemy_nb.results import Run

_PACKAGES = ("faker", "numpy", "polars")


def generate(
    plan: ResolvedPlan,
    schema: DatabaseSchema,
    out_dir: Path,
    *,
    chunk_rows: int = BLOCK_ROWS,
    workers: int | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Run:
    """Run a resolved plan into a new run directory.

    Files appear in this order: plan and schema, data (each renamed when complete), manifest, report. After a stop or
    an error the report says so, and there is no manifest.

    Raises:
        OutputError: something cannot be written.
        Cancelled: stopped.
        GenerationError: a row could not be made.
    """
    threads = workers or default_workers()
    directory = RunDirectory.create(out_dir)
    started = time.monotonic()
    write_atomic(directory.path / PLAN, plan.plan.to_json())
    write_atomic(directory.path / SCHEMA, schema.to_json())
    with RunLog(directory.path / LOG) as log:
        log.event("run_started", run_id=directory.run_id, tables=len(plan.tables), workers=threads)
        for issue in plan.issues:
            log.event("warning", "WARN", code=issue.code, message=issue.message)
        try:
            written = stream(
                plan,
                directory.path,
                chunk_rows=chunk_rows,
                workers=threads,
                on_progress=on_progress,
                cancelled=cancelled,
                on_table=lambda t: log.event("table_written", table=f"{t.schema_name}.{t.table}", rows=t.rows),
            )
        except BaseException as error:  # noqa: BLE001 - recorded, then raised again
            raise _stopped(plan, directory, log, started, error) from None
        manifest = _manifest(plan, written, directory.run_id)
        write_atomic(directory.path / MANIFEST, manifest.to_json())
        report = _report(plan, directory.run_id, "complete", written, started, chunk_rows, threads)
        write_atomic(directory.path / REPORT, report.to_json())
        log.event("run_finished", status="complete", duration_ms=report.duration_ms)
    return Run(directory.path, report, manifest)


def manifest_of(plan: ResolvedPlan, *, workers: int | None = None) -> Manifest:
    """Generate without writing a file, and return the manifest."""
    return _manifest(plan, stream(plan, None, workers=workers or default_workers()), "verify")


def _stopped(
    plan: ResolvedPlan, directory: RunDirectory, log: RunLog, started: float, error: BaseException
) -> BaseException:
    """Record an unfinished run as well as the disk allows, and return what to raise."""
    status: RunStatus = "partial" if isinstance(error, Cancelled | KeyboardInterrupt) else "failed"
    try:
        report = _report(plan, directory.run_id, status, Written((), (), Counters()), started, None, None, error)
        write_atomic(directory.path / REPORT, report.to_json())
        log.event("run_finished", "ERROR", status=status)
    except (OutputError, OSError, ValueError):
        pass
    if isinstance(error, Cancelled | KeyboardInterrupt):
        return Cancelled(
            f"stopped; what was written is in {directory.path}", hint="files that end in .partial are incomplete"
        )
    return error


def _manifest(plan: ResolvedPlan, written: Written, run_id: str) -> Manifest:
    return Manifest(
        output_version=OUTPUT_VERSION,
        run_id=run_id,
        seed=plan.plan.seed,
        plan_sha256=plan.plan.sha256(),
        schema_fingerprint=plan.schema_fingerprint,
        package_version=__version__,
        dependencies={name: _version(name) for name in _PACKAGES},
        tables=written.tables,
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "unknown"


def _report(
    plan: ResolvedPlan,
    run_id: str,
    status: RunStatus,
    written: Written,
    started: float,
    chunk_rows: int | None,
    workers: int | None,
    error: BaseException | None = None,
) -> GenerationReport:
    seconds = time.monotonic() - started
    done = {(t.schema_name, t.table) for t in written.reports}
    size = sum(t.bytes_written for t in written.reports)
    warnings = [i for i in plan.issues if i.code != "unsupported"] + _unmet(written)
    unsupported = [i for i in plan.issues if i.code == "unsupported"]
    if isinstance(error, DatalchemyError):
        unsupported.append(ReportIssue(level="error", code="generation_failed", message=error.message))
    finished = [table for ref, table in plan.tables.items() if (ref.schema, ref.table) in done]
    usage = Counter[str]()
    steps = Counter[str]()
    tags = Counter[str]()
    for table in finished:
        for column in table.columns:
            if column.generator_id:
                usage[column.generator_id] += table.rows
            steps.update({step.id: table.rows for step in column.steps})
            tags.update(column.tags)
    return GenerationReport(
        run_id=run_id,
        status=status,
        tables=written.reports,
        retries_total=sum(written.counters.retries.values()),
        generator_usage=dict(sorted(usage.items())),
        transform_usage=dict(sorted(steps.items())),
        fallback_count=sum(c.origin == "default" for table in finished for c in table.columns),
        pii_columns_touched=dict(sorted(tags.items())),
        warnings_by_code=dict(sorted(Counter(i.code for i in (*warnings, *unsupported)).items())),
        duration_ms=round(seconds * 1000),
        bytes_written=size,
        throughput_bytes_per_sec=round(size / seconds, 1) if seconds > 0 else 0.0,
        peak_memory_bytes=peak_memory(),
        chunk_rows=chunk_rows,
        workers=workers,
        warnings=tuple(warnings),
        unsupported=tuple(unsupported),
    )


def _unmet(written: Written) -> list[ReportIssue]:
    return [
        ReportIssue(
            level="warning",
            code="check_failed",
            message=f"{count} rows of {ref} break {name}, which the plan's policy only warns about",
            path=str(ref),
            schema_name=ref.schema,
            table=ref.table,
        )
        for (ref, name), count in sorted(written.counters.unmet.items())
    ]


def peak_memory() -> int | None:
    """Peak resident memory of this process in bytes, where the system tells."""
    if sys.platform == "win32":
        return None
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if platform.system() == "Darwin" else peak * 1024
