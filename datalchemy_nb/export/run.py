"""generate: a run directory from nothing to manifest and report; resume: the same, from where a run stopped."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from datalchemy_nb._version import OUTPUT_VERSION, __version__
from datalchemy_nb.contracts.run import BLOCK_ROWS, Manifest, PartManifest, RunStatus, TableManifest
from datalchemy_nb.errors import Cancelled, OutputError, UsageError
from datalchemy_nb.export.checkpoint import CHECKPOINT, Checkpoint, Head, Kept, keep
from datalchemy_nb.export.checkpoint import read as read_checkpoint
from datalchemy_nb.export.formats import CSV, Format, Script, in_order, of_names
from datalchemy_nb.export.log import RunLog
from datalchemy_nb.export.making import Source, on_threads
from datalchemy_nb.export.report import make_report
from datalchemy_nb.export.report import peak_memory as peak_memory
from datalchemy_nb.export.rundir import LOG, MANIFEST, PLAN, REPORT, SCHEMA, RunDirectory, write_atomic
from datalchemy_nb.export.sql import SCRIPT, script
from datalchemy_nb.export.stream import Progress, Stream, Written, stream
from datalchemy_nb.export.versions import dependencies, differences, head_of, probes
from datalchemy_nb.files import sweep
from datalchemy_nb.generate.engine import default_workers
from datalchemy_nb.records import dataclass
from datalchemy_nb.results.base import Run

if TYPE_CHECKING:
    from datalchemy_nb.contracts.existing import Existing
    from datalchemy_nb.contracts.names import TableRef
    from datalchemy_nb.contracts.schema import DatabaseSchema
    from datalchemy_nb.resolve.plan import ResolvedPlan


@dataclass(frozen=True)
class Options:
    """How a run is done; only `formats` shows in its files.

    Attributes:
        chunk_rows: rows made at a time.
        workers: threads; None = one per core.
        formats: which files each table gets.
        on_progress: called after every chunk.
        cancelled: asked between chunks, and ten times a second.
        helpers: workers elsewhere who make the rows; None = threads of this process.
        loads_by: what the psql script beside the files loads; None = there is none.
    """

    chunk_rows: int = BLOCK_ROWS
    workers: int | None = None
    formats: tuple[Format, ...] = (CSV,)
    on_progress: Callable[[Progress], None] | None = None
    cancelled: Callable[[], bool] = lambda: False
    helpers: Helpers | None = None
    loads_by: Script | None = None

    @property
    def threads(self) -> int:
        """The number of worker threads, wherever they are."""
        if self.helpers is not None:
            return self.helpers.threads
        return self.workers or default_workers()


class Helpers(Protocol):
    """Workers elsewhere."""

    @property
    def threads(self) -> int:
        """How many chunks they make at a time."""

    def stay(self, directory: RunDirectory) -> str | None:
        """Where the parts of a run stay; None if they are merged into its files."""

    def source(
        self, plan: ResolvedPlan, directory: RunDirectory, head: Head, cancelled: Callable[[], bool]
    ) -> tuple[Source, Callable[[TableRef], Sequence[PartManifest]]]:
        """Return what makes the chunks, and what tells the parts of a table that stay."""


def generate(
    plan: ResolvedPlan, schema: DatabaseSchema, out_dir: Path, options: Options, existing: Existing | None = None
) -> Run:
    """Run a resolved plan into a new run directory.

    Keys of existing rows that the plan was resolved with go into the directory too, and what was read into its log.

    Files appear in this order: plan and schema, data (each renamed when complete), manifest, report. After a stop or
    an error the report says so, and there is no manifest.

    Raises:
        OutputError: something cannot be written.
        Cancelled: stopped.
        GenerationError: a row could not be made.
    """
    directory = RunDirectory.create(
        out_dir,
        lambda directory: {
            PLAN: plan.plan.to_json(),
            SCHEMA: schema.to_json(),
            CHECKPOINT: _head(plan, directory, options).model_dump_json() + "\n",
            **_script(plan, schema, options),
            **(existing.files if existing is not None else {}),
        },
    )
    head = _head(plan, directory, options)
    with RunLog(directory.path / LOG) as log, Checkpoint(directory.path) as checkpoint:
        log.event("run_started", run_id=directory.run_id, tables=len(plan.tables), workers=options.threads)
        for held in existing.keys.tables if existing is not None else ():
            log.event(
                "existing_rows_read",
                table=str(held.ref),
                rows=held.rows,
                columns=list(held.columns),
                sha256=held.sha256,
                read_at=existing.keys.read_at if existing is not None else "",
            )
        for issue in plan.issues:
            log.event("warning", "WARN", code=issue.code, message=issue.message)
        return _carry_out(plan, directory, log, checkpoint, head, options, {})


def _script(plan: ResolvedPlan, schema: DatabaseSchema, options: Options) -> dict[str, str]:
    if options.loads_by is None:
        return {}
    columns = {ref: table.column_names for ref, table in plan.tables.items() if table.rows}
    return {SCRIPT: script(columns, schema, options.loads_by)}


def _head(plan: ResolvedPlan, directory: RunDirectory, options: Options) -> Head:
    return head_of(plan, options.formats, options.helpers.stay(directory) if options.helpers else None)


def resume(directory: RunDirectory, plan: ResolvedPlan, options: Options) -> Run:
    """Go on with a run that was stopped or killed; it ends with the files it would have had.

    Whole blocks that are on disk as the checkpoint says are kept, everything behind them is made again. A run that is
    complete is returned as it is.

    Raises:
        OutputError: there is nothing to resume, another process is at it, or something cannot be written.
        UsageError: the run was begun by another version, whose bytes may differ.
        Cancelled: stopped.
        GenerationError: a row could not be made.
    """
    if directory.is_complete and (report := directory.report) is not None:
        # A kill behind the report leaves a checkpoint of which nothing is left to do.
        if (directory.path / CHECKPOINT).exists():
            with Checkpoint(directory.path) as checkpoint:
                checkpoint.remove()
        sweep(directory.path)
        return Run(directory.path, report, directory.manifest)
    head, entries = read_checkpoint(directory.path)
    formats = in_order(head.formats)
    _same_bytes(head, head_of(plan, formats, head.parts))
    if head.parts is not None and (options.helpers is None or options.helpers.stay(directory) != head.parts):
        raise UsageError(
            f"the run keeps its parts in {head.parts}, so workers must go on with it",
            hint="resume it with the same --dask, --parts and --no-merge",
        )
    options = dataclasses.replace(options, formats=formats)
    with RunLog(directory.path / LOG) as log, Checkpoint(directory.path) as checkpoint:
        kept = keep(directory.path, formats, (entry for entry in entries if entry.ref in plan.tables))
        log.event("run_resumed", run_id=directory.run_id, rows=sum(k.last.rows for k in kept.values()))
        return _carry_out(plan, directory, log, checkpoint, head, options, kept)


def _carry_out(
    plan: ResolvedPlan,
    directory: RunDirectory,
    log: RunLog,
    checkpoint: Checkpoint,
    head: Head,
    options: Options,
    kept: Mapping[TableRef, Kept],
) -> Run:
    """Stream, then manifest and report; the checkpoint goes last."""
    size, threads = options.chunk_rows, options.threads
    source, parts = _makers(plan, directory, head, options)
    work = Stream(
        plan,
        directory.path,
        formats=() if head.parts else options.formats,
        parts=parts,
        on_progress=options.on_progress,
        on_table=_logged(log),
        checkpoint=checkpoint,
        kept=kept,
        seconds_before=max((k.last.seconds for k in kept.values()), default=0.0),
    )
    with _recorded(work, plan, directory, log, options):
        work.run(source)
    manifest = _manifest(plan, work.written, directory.run_id)
    write_atomic(directory.path / MANIFEST, manifest.to_json())
    report = make_report(
        plan, directory.run_id, "complete", work.written, work.seconds, chunk_rows=size, workers=threads
    )
    write_atomic(directory.path / REPORT, report.to_json())
    log.event("run_finished", status="complete", duration_ms=report.duration_ms)
    checkpoint.remove()
    # Other sessions may have died here; nothing is under way any more.
    sweep(directory.path)
    return Run(directory.path, report, manifest)


def _makers(
    plan: ResolvedPlan, directory: RunDirectory, head: Head, options: Options
) -> tuple[Source, Callable[[TableRef], Sequence[PartManifest]]]:
    if options.helpers is not None:
        return options.helpers.source(plan, directory, head, options.cancelled)
    rows, threads = options.chunk_rows, options.threads
    return on_threads(plan, options.formats, chunk_rows=rows, workers=threads, cancelled=options.cancelled), _no_parts


def _no_parts(ref: TableRef) -> tuple[PartManifest, ...]:
    return ()


@contextmanager
def _recorded(
    work: Stream, plan: ResolvedPlan, directory: RunDirectory, log: RunLog, options: Options
) -> Iterator[None]:
    """Report an unfinished run as well as the disk allows, and raise what stopped it."""
    try:
        yield
    except BaseException as error:
        stopped = isinstance(error, Cancelled | KeyboardInterrupt)
        status: RunStatus = "partial" if stopped else "failed"
        try:
            report = make_report(
                plan,
                directory.run_id,
                status,
                work.written,
                work.seconds,
                chunk_rows=options.chunk_rows,
                workers=options.threads,
                error=error,
            )
            write_atomic(directory.path / REPORT, report.to_json())
            log.event("run_finished", "ERROR", status=status)
        except (OutputError, OSError, ValueError):
            pass
        if stopped:
            raise Cancelled(
                f"stopped; what was written is in {directory.path}",
                hint=f"files that end in .partial are incomplete; `generate --resume {directory.run_id[:8]}` goes on",
            ) from None
        raise


def manifest_of(plan: ResolvedPlan, *, workers: int | None = None, formats: Sequence[Format] = (CSV,)) -> Manifest:
    """Generate without writing a file, and return the manifest."""
    return _manifest(plan, stream(plan, None, workers=workers or default_workers(), formats=formats), "verify")


def formats_of(manifest: Manifest) -> tuple[Format, ...]:
    """The formats a run was made in."""
    files = [name for t in manifest.tables[:1] for name in (t.file, *(other.file for other in t.others))]
    return of_names(files) or (CSV,)


def _logged(log: RunLog) -> Callable[[TableManifest], None]:
    return lambda t: log.event("table_written", table=f"{t.schema_name}.{t.table}", rows=t.rows)


def _same_bytes(before: Head, now: Head) -> None:
    """Refuse to join two halves that may not fit."""
    for name in differences(before, now)[:1]:
        raise UsageError(
            f"the run was begun with another {name}, so its second half would not fit the first",
            hint="generate again, or resume with the versions it was begun with",
        )


def _manifest(plan: ResolvedPlan, written: Written, run_id: str) -> Manifest:
    # Whoever made a table's first rows has digested them; those of another process or an earlier run are made again.
    probed = probes(plan, [table.ref for table in written.tables if not table.probe])
    return Manifest(
        output_version=OUTPUT_VERSION,
        run_id=run_id,
        seed=plan.plan.seed,
        plan_sha256=plan.plan_sha256,
        schema_fingerprint=plan.schema_fingerprint,
        existing_sha256=plan.existing_sha256,
        package_version=__version__,
        dependencies=dependencies(),
        tables=tuple(
            table if table.probe else table.model_copy(update={"probe": probed[table.ref]}) for table in written.tables
        ),
    )
