"""generation_report.json: what a run did, counted."""

from __future__ import annotations

import platform
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from datalchemy_nb.contracts.run import GenerationReport, ReportIssue, RunStatus
from datalchemy_nb.errors import DatalchemyError

if TYPE_CHECKING:
    from datalchemy_nb.contracts.issue import Issue
    from datalchemy_nb.export.stream import Written
    from datalchemy_nb.resolve.plan import ResolvedPlan


def make_report(
    plan: ResolvedPlan,
    run_id: str,
    status: RunStatus,
    written: Written,
    seconds: float,
    *,
    chunk_rows: int,
    workers: int,
    error: BaseException | None = None,
) -> GenerationReport:
    """Return generation_report.json.

    Args:
        plan: what was asked.
        run_id: the run's id.
        status: how it ended.
        written: the tables that are complete.
        seconds: spent, earlier parts of a resumed run included.
        chunk_rows: rows made at a time.
        workers: threads.
        error: why it ended early.
    """
    done = {(t.schema_name, t.table) for t in written.reports}
    size = sum(t.bytes_written for t in written.reports)
    told = [_reported(issue) for issue in plan.issues]
    warnings = [i for i in told if i.code != "unsupported"] + _unmet(written)
    unsupported = [i for i in told if i.code == "unsupported"]
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


def _reported(issue: Issue) -> ReportIssue:
    """An issue as reports of runs write it."""
    return ReportIssue(level=issue.severity, code=issue.code, message=issue.message, path=issue.path, hint=issue.hint)


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
    # getrusage would count what the parent had when it started this process.
    status = Path("/proc/self/status")
    if status.is_file():
        for line in status.read_text(encoding="ascii", errors="replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if platform.system() == "Darwin" else peak * 1024
