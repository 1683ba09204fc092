"""The run: chunks are made by workers, written once, hashed on the way, renamed when complete."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from datalchemy_nb.contracts.run import BLOCK_ROWS, PartManifest, TableManifest, TableReport
from datalchemy_nb.errors import Cancelled
from datalchemy_nb.export import heap
from datalchemy_nb.export.formats import CSV, Format
from datalchemy_nb.export.making import Source, on_threads
from datalchemy_nb.export.tablefile import Made, TableFile
from datalchemy_nb.generate.redrawing import Counters
from datalchemy_nb.records import dataclass

if TYPE_CHECKING:
    from types import FrameType

    from datalchemy_nb.contracts.names import TableRef
    from datalchemy_nb.export.checkpoint import Checkpoint, Kept
    from datalchemy_nb.generate.engine import Chunk
    from datalchemy_nb.resolve.plan import ResolvedPlan


@dataclass(frozen=True)
class Progress:
    """Where a run stands: one table, and the whole."""

    ref: TableRef
    rows: int
    rows_total: int
    all_rows: int
    all_rows_total: int
    bytes: int
    seconds: float


@dataclass(frozen=True)
class Written:
    """What a run wrote: the tables that are complete, in insertion order."""

    tables: tuple[TableManifest, ...] = ()
    reports: tuple[TableReport, ...] = ()
    counters: Counters = field(default_factory=Counters)


def stream(
    plan: ResolvedPlan,
    directory: Path | None,
    *,
    chunk_rows: int = BLOCK_ROWS,
    workers: int = 1,
    formats: Sequence[Format] = (CSV,),
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Written:
    """Generate every table of a plan into files.

    Args:
        plan: the resolved plan.
        directory: where the files go; None hashes without writing.
        chunk_rows: rows made at a time; above 65,536 it counts as 65,536. Bytes do not depend on it.
        workers: threads. Bytes do not depend on it.
        formats: which files each table gets.
        on_progress: called after every chunk, on this thread.
        cancelled: asked between chunks, and ten times a second.

    Raises:
        Cancelled: stopped; ``*.partial`` files stay.
        GenerationError: a row could not be made.
        OutputError: a file could not be written.
    """
    run = Stream(plan, directory, formats=formats, on_progress=on_progress)
    run.run(on_threads(plan, formats, chunk_rows=chunk_rows, workers=workers, cancelled=cancelled))
    return run.written


class _Interrupts:
    """Hears Ctrl-C also where Python loses the exception: in the callback of an object that dies."""

    def __init__(self) -> None:
        self._heard = False
        self._before: Any = None

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            before = signal.getsignal(signal.SIGINT)
            if callable(before):
                self._before = before
                signal.signal(signal.SIGINT, self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self._heard = True
        self._before(number, frame)

    def told(self) -> None:
        """Raise what was heard."""
        if self._heard:
            raise KeyboardInterrupt


class Stream:
    """One run over a plan's tables; `written` tells what is complete, also after an error.

    Args:
        checkpoint: records every finished block.
        formats: which files each table gets here; none if its data stays in parts.
        parts: tells the parts that a table's data stays in.
        kept: what an earlier run wrote of each table.
        on_table: called when a table's files are complete.
        seconds_before: spent by earlier runs.
    """

    def __init__(
        self,
        plan: ResolvedPlan,
        directory: Path | None,
        *,
        formats: Sequence[Format] = (CSV,),
        on_progress: Callable[[Progress], None] | None = None,
        on_table: Callable[[TableManifest], None] | None = None,
        checkpoint: Checkpoint | None = None,
        kept: Mapping[TableRef, Kept] | None = None,
        parts: Callable[[TableRef], Sequence[PartManifest]] = lambda ref: (),
        seconds_before: float = 0.0,
    ) -> None:
        self._plan, self._directory, self._formats = plan, directory, tuple(formats)
        self._on_progress, self._on_table = on_progress, on_table
        self._checkpoint, self._kept = checkpoint, dict(kept or {})
        self._parts = parts
        self._total = sum(table.rows for table in plan.tables.values())
        self._done = self._bytes = 0
        self._started = time.monotonic() - seconds_before
        self._file: TableFile | None = None
        self._finished: dict[TableRef, tuple[TableManifest, TableReport]] = {}
        self._counters = Counters()

    @property
    def written(self) -> Written:
        """The tables that are complete."""
        done = [self._finished[ref] for ref in self._plan.tables if ref in self._finished]
        return Written(tuple(m for m, _ in done), tuple(r for _, r in done), self._counters)

    @property
    def seconds(self) -> float:
        """Since the start, earlier runs included."""
        return time.monotonic() - self._started

    def run(self, source: Source) -> None:
        """Do it.

        Raises:
            Cancelled: stopped; ``*.partial`` files stay.
            GenerationError: a row could not be made.
            OutputError: a file could not be written.
        """
        try:
            self._take_over()
            done = {ref: kept.last.rows for ref, kept in self._kept.items()}
            with heap.kept(), _Interrupts() as interrupts, closing(source(done)) as results:
                for chunk, made in results:
                    self._add(chunk, *made)
                    interrupts.told()
        except KeyboardInterrupt:
            raise Cancelled("interrupted") from None
        finally:
            if self._file is not None:
                self._file.abandon()

    def _take_over(self) -> None:
        """Count what an earlier run wrote, and finish the tables it had all rows of."""
        for ref, kept in self._kept.items():
            last = kept.last
            self._counters.retries[ref] += last.retries
            self._counters.unmet.update({(ref, name): count for name, count in last.unmet.items()})
            self._done += last.rows
            self._bytes += sum(mark.bytes for mark in last.marks.values())
            if last.rows == self._plan.tables[ref].rows:
                self._finish_table(self._open(ref))

    def _open(self, ref: TableRef) -> TableFile:
        columns = [(column.name, column.dtype) for column in self._plan.tables[ref].columns]
        planned = self._plan.tables[ref].rows
        return TableFile(ref, columns, self._directory, self._formats, self._kept.get(ref), planned=planned)

    def _add(self, chunk: Chunk, made: Made, counters: Counters) -> None:
        table = self._plan.tables[chunk.ref]
        self._file = file = self._file or self._open(chunk.ref)
        before, last = file.bytes, chunk.stop == table.rows
        self._counters.update(counters)
        ended = file.add(made, chunk.stop - chunk.start, last=last)
        if ended and self._checkpoint is not None and self._formats:
            unmet = {name: count for (ref, name), count in self._counters.unmet.items() if ref == chunk.ref}
            retries = self._counters.retries[chunk.ref]
            self._checkpoint.append(file.entry(retries=retries, unmet=unmet, seconds=self.seconds))
        self._done += chunk.stop - chunk.start
        self._bytes += file.bytes - before
        if self._on_progress:
            self._on_progress(
                Progress(chunk.ref, chunk.stop, table.rows, self._done, self._total, self._bytes, self.seconds)
            )
        if last:
            self._finish_table(file)

    def _finish_table(self, file: TableFile) -> None:
        manifest = file.finish(self._parts(file.ref))
        self._file = None
        report = TableReport(
            schema_name=file.ref.schema,
            table=file.ref.table,
            rows_requested=self._plan.tables[file.ref].rows,
            rows_generated=file.rows,
            retries=self._counters.retries[file.ref],
            bytes_written=file.bytes,
            duration_ms=file.milliseconds,
        )
        self._finished[file.ref] = manifest, report
        if file.rows > BLOCK_ROWS:
            heap.give_back()
        if self._on_table:
            self._on_table(manifest)
