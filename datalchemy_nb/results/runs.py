"""How runs and loads are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from datalchemy_nb.contracts.load import LoadReport
from datalchemy_nb.contracts.names import show_ident
from datalchemy_nb.contracts.run import ReportIssue, RunStatus
from datalchemy_nb.errors import DatalchemyError
from datalchemy_nb.progress import duration, rates, size
from datalchemy_nb.results.base import LoadResult, Run, RunList, UnloadResult
from datalchemy_nb.results.rows import frame_grid
from datalchemy_nb.show import document as doc

_SHOWN_TABLES, _SHOWN_ROWS = 12, 3
_STATES: dict[str, doc.State] = {"complete": "ok", "partial": "warn", "failed": "bad"}


def describe_run(run: Run) -> doc.Document:
    """Rates, files with their hashes, warnings."""
    report = run.report
    rows = sum(table.rows_generated for table in report.tables)
    title = f"Run {run.run_id[:8]}: {doc.plural(len(report.tables), 'table')}, {doc.plural(rows, 'row')}"
    blocks: list[doc.Block] = [
        doc.facts(
            ("directory", str(run.directory)),
            ("time", duration(report.duration_ms / 1000)),
            ("rate", rates(rows, report.bytes_written, report.duration_ms / 1000)),
            ("size", size(report.bytes_written)),
            ("peak memory", size(report.peak_memory_bytes) if report.peak_memory_bytes else None),
            ("workers", report.workers),
            ("rows redrawn", report.retries_total or None),
        ),
        *_violations(run),
        *first_rows(run),
        _files(run),
    ]
    blocks += [_issues(found) for found in ((*report.warnings, *report.unsupported),) if found]
    return doc.Document(title, (status_badge(report.status),), tuple(blocks), "`preview TABLE --run latest` shows one")


def _violations(run: Run) -> list[doc.Block]:
    """What the rows break that were asked to break something."""
    found = run.violations
    if found is None:
        return []
    rows: list[list[doc.Cell]] = [
        [
            doc.Badge("refused", "ok"),
            doc.Code(str(row.ref)),
            row.kind.replace("_", " "),
            doc.Code(row.constraint),
            ", ".join(
                f"{name} = {row.row[name] if row.row[name] is not None else 'NULL'}"[:60] for name in row.changed
            ),
            row.sqlstate + ("" if row.exactly else ", not tried without it"),
        ]
        for row in found.rows
    ]
    rows += [
        [
            doc.Badge("none found", "warn"),
            doc.Code(str(one.ref)),
            one.kind.replace("_", " "),
            doc.Code(one.constraint),
            one.reason,
            None,
        ]
        for one in found.not_broken
    ]
    title = f"Rows that break one constraint each, as PostgreSQL {found.server_version} confirms (violations.json)"
    return [doc.grid(["", "table", "kind", "breaks", "by", "SQLSTATE"], rows, title)]


def status_badge(status: RunStatus | str) -> doc.Badge:
    """The status of a run."""
    return doc.Badge(status, _STATES.get(status, "info"))


def first_rows(run: Run) -> list[doc.Grid]:
    """The first rows of some tables, folded; none of a table whose file is not here any more."""
    shown = []
    for table in run.manifest.tables[:_SHOWN_TABLES]:
        try:
            frame = run[table.ref].head(_SHOWN_ROWS).collect()
        except (OSError, pl.exceptions.PolarsError, DatalchemyError):
            continue
        known = run.schema.tables.get(table.ref) if run.schema else None
        rows = frame_grid(frame, first_row=0, table=known)
        caption = f"{table.ref}: {doc.plural(table.rows, 'row')}"
        shown.append(replace(rows, caption=caption, fold=True, more=table.rows - frame.height))
    return shown


def _files(run: Run) -> doc.Grid:
    redrawn = {(t.schema_name, t.table): t.retries for t in run.report.tables}
    rows: list[list[doc.Cell]] = [
        [
            doc.Code(str(table.ref)),
            table.rows,
            size(table.bytes),
            redrawn.get((table.schema_name, table.table)) or None,
            doc.Code(table.sha256[:16]) if table.sha256 else doc.plural(len(table.parts), "part"),
        ]
        for table in run.manifest.tables
    ]
    return doc.grid(["table", "rows>", "size>", "redrawn>", "sha256"], rows, "Files")


def _issues(issues: Sequence[ReportIssue]) -> doc.Findings:
    return doc.Findings(
        tuple(
            doc.Finding(
                doc.Badge(f"{issue.level}: {issue.code}", "bad" if issue.level == "error" else "warn"),
                issue.path or _where(issue),
                issue.message,
                issue.hint or "",
            )
            for issue in issues
        ),
        "Warnings",
    )


def _where(issue: ReportIssue) -> str:
    names = (issue.schema_name, issue.table, issue.column)
    return ".".join(show_ident(name) for name in names if name) or "the run"


def describe_run_list(result: RunList) -> doc.Document:
    """One line a run."""
    rows: list[list[doc.Cell]] = [
        [
            doc.Code(run.run_id[:8]),
            status_badge(run.status),
            run.started,
            run.tables,
            run.rows,
            size(run.bytes),
            run.directory.name,
        ]
        for run in result.runs
    ]
    names = ["run", "status", "started (UTC)", "tables>", "rows>", "size>", "directory"]
    blocks: tuple[doc.Block, ...] = (doc.grid(names, rows),) if rows else ()
    return doc.Document(f"{doc.plural(len(result.runs), 'run')} in {result.out_dir}", (), blocks)


def describe_load(result: LoadResult) -> doc.Document:
    """What PostgreSQL accepted."""
    report = result.report
    kept = doc.Badge("committed", "ok") if report.committed else doc.Badge("rolled back: nothing was kept", "info")
    rows: list[list[doc.Cell]] = [
        [
            doc.Badge("accepted", "ok"),
            doc.Code(str(table.ref)),
            table.rows,
            size(table.bytes),
            duration(table.seconds),
            doc.Code(table.sha256[:16]),
        ]
        for table in report.tables
    ]
    blocks: list[doc.Block] = [
        doc.facts(
            ("database", f"{report.database} (PostgreSQL {report.server_version})"),
            ("rows", report.rows),
            ("time", duration(report.seconds)),
            ("from", "the plan, without files" if report.streamed else None),
            ("truncated", ", ".join(report.truncated)),
            ("keys and indexes", _keys(report)),
            ("checked again at the end", ", ".join(report.dropped_and_readded)),
            ("deferred", ", ".join(report.deferred)),
        ),
        doc.grid(["", "table", "rows>", "size>", "time>", "sha256"], rows, "Tables, in the order they were loaded"),
    ]
    if not report.committed:
        needs = [[doc.Code(statement)] for statement in report.commit_needs]
        blocks.append(
            doc.grid(["A commit needs besides"], needs) if needs else doc.Note("The role may commit this load.")
        )
    if report.kept_on:
        blocks.append(doc.grid(["Stayed on while rows were copied"], [[str(kept)] for kept in report.kept_on]))
    if report.triggers:
        fired: list[list[doc.Cell]] = [
            [doc.Code(f"{t.schema_name}.{t.table}"), t.name, "fired" if t.fired else "did not fire"]
            for t in report.triggers
        ]
        blocks.append(doc.grid(["table", "trigger", ""], fired, "Triggers"))
    blocks += doc.remarks(result.note)
    return doc.Document(f"PostgreSQL accepted {doc.plural(report.rows, 'row')}", (kept,), tuple(blocks))


def describe_unload(result: UnloadResult) -> doc.Document:
    """What was deleted again."""
    report = result.report
    kept = doc.Badge("committed", "ok") if report.committed else doc.Badge("rolled back: no row was deleted", "info")
    rows: list[list[doc.Cell]] = [[doc.Code(str(table.ref)), table.rows, table.missing] for table in report.tables]
    blocks: tuple[doc.Block, ...] = (
        doc.facts(
            ("database", report.database),
            ("loaded (UTC)", report.loaded_at),
            ("rows", report.rows),
            ("time", duration(report.seconds)),
        ),
        doc.grid(["table", "deleted>", "gone before>"], rows),
    )
    return doc.Document(f"{doc.plural(report.rows, 'row')} of the load deleted", (kept,), blocks)


def _keys(report: LoadReport) -> str:
    if not report.rebuilt:
        return "on while rows were copied"
    return f"{len(report.rebuilt):,} dropped first, and built behind the rows"
