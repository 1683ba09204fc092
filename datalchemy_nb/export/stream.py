"""The run: chunks are made by workers, written once, hashed on the way, renamed when complete."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import polars as pl

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.run import BLOCK_ROWS, BlockDigest, TableManifest, TableReport
from datalchemy_nb.errors import Cancelled, OutputError
from datalchemy_nb.export.csv import encode, header
from datalchemy_nb.export.digest import BlockHasher
from datalchemy_nb.generate.engine import Chunk, in_order, plan_chunks
from datalchemy_nb.generate.rows import Counters, Engine
from datalchemy_nb.planning.resolved import ResolvedPlan


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
    """What a run wrote."""

    tables: tuple[TableManifest, ...]
    reports: tuple[TableReport, ...]
    counters: Counters


@dataclass(frozen=True)
class _Made:
    text: bytes
    frame: pl.DataFrame | None
    digests: tuple[str, ...] | None
    counters: Counters


class _TableFile:
    """A table's file while it is written: ``NAME.partial`` until it is complete. No directory: nothing is kept."""

    def __init__(self, ref: TableRef, columns: tuple[str, ...], path: Path | None) -> None:
        self.ref, self.columns, self.path = ref, columns, path
        self.rows = self.bytes = 0
        self.started = time.monotonic()
        self._sha = hashlib.sha256()
        self._blocks: list[BlockDigest] = []
        self._block: BlockHasher | None = None
        self._file: BinaryIO | None = None if path is None else _open(_partial(path))
        self._write(header(columns))

    def add(self, made: _Made, rows: int) -> None:
        """Write one chunk."""
        self._write(made.text)
        if made.digests is not None:
            self._blocks.append(BlockDigest(first_row=self.rows, rows=rows, columns=made.digests))
        elif made.frame is not None:
            self._add_to_block(made.frame)
        self.rows += rows

    def _add_to_block(self, frame: pl.DataFrame) -> None:
        self._block = self._block or BlockHasher(len(self.columns))
        self._block.update(frame)
        if self._block.rows == BLOCK_ROWS:
            self._close_block()

    def _close_block(self) -> None:
        if self._block is not None:
            first = len(self._blocks) * BLOCK_ROWS
            self._blocks.append(BlockDigest(first_row=first, rows=self._block.rows, columns=self._block.digests()))
            self._block = None

    def _write(self, data: bytes) -> None:
        if self._file is not None:
            try:
                self._file.write(data)
            except OSError as error:
                raise _cannot_write(self.path, error) from None
        self._sha.update(data)
        self.bytes += len(data)

    def finish(self) -> TableManifest:
        """Close, rename, and return the file's manifest."""
        self._close_block()
        if self._file is not None and self.path is not None:
            try:
                self._file.close()
                os.replace(_partial(self.path), self.path)
            except OSError as error:
                raise _cannot_write(self.path, error) from None
        return TableManifest(
            schema_name=self.ref.schema,
            table=self.ref.table,
            file=self.path.name if self.path else f"{self.ref.file_stem}.csv",
            rows=self.rows,
            bytes=self.bytes,
            sha256=self._sha.hexdigest(),
            columns=self.columns,
            blocks=tuple(self._blocks),
        )

    def abandon(self) -> None:
        """Close without renaming: the partial file stays, under its partial name."""
        if self._file is not None:
            try:
                self._file.close()
            except OSError:
                return


def _partial(path: Path) -> Path:
    return path.with_name(path.name + ".partial")


def _open(path: Path) -> BinaryIO:
    try:
        return path.open("wb", buffering=1 << 20)
    except OSError as error:
        raise _cannot_write(path, error) from None


def _cannot_write(path: Path | None, error: OSError) -> OutputError:
    return OutputError(
        f"cannot write {path}: {error.strerror or error}", hint="free some space or name another directory (out_dir)"
    )


def stream(
    plan: ResolvedPlan,
    directory: Path | None,
    *,
    chunk_rows: int = BLOCK_ROWS,
    workers: int = 1,
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    on_table: Callable[[TableManifest], None] | None = None,
) -> Written:
    """Generate every table of a plan into CSV files.

    Args:
        plan: the resolved plan.
        directory: where the files go; None hashes without writing.
        chunk_rows: rows made at a time; above 65,536 it counts as 65,536. Bytes do not depend on it.
        workers: threads. Bytes do not depend on it.
        on_progress: called after every chunk, on this thread.
        cancelled: asked between chunks.
        on_table: called when a table's file is complete.

    Raises:
        Cancelled: stopped; ``*.partial`` files stay.
        GenerationError: a row could not be made.
        OutputError: a file could not be written.
    """
    return _Run(plan, directory, on_progress, on_table).run(min(chunk_rows, BLOCK_ROWS), workers, cancelled)


class _Run:
    def __init__(
        self,
        plan: ResolvedPlan,
        directory: Path | None,
        on_progress: Callable[[Progress], None] | None,
        on_table: Callable[[TableManifest], None] | None,
    ) -> None:
        self._plan, self._directory = plan, directory
        self._on_progress, self._on_table = on_progress, on_table
        self._engine = Engine(plan)
        self._total = sum(table.rows for table in plan.tables.values())
        self._done = self._bytes = 0
        self._started = time.monotonic()
        self._file: _TableFile | None = None
        self._manifests: list[TableManifest] = []
        self._reports: list[TableReport] = []
        self._counters = Counters()

    def run(self, chunk_rows: int, workers: int, cancelled: Callable[[], bool]) -> Written:
        try:
            for chunk, made in in_order(self._make, plan_chunks(self._plan, chunk_rows), workers, cancelled):
                self._add(chunk, made)
        except KeyboardInterrupt:
            raise Cancelled("interrupted") from None
        finally:
            if self._file is not None:
                self._file.abandon()
        return Written(tuple(self._manifests), tuple(self._reports), self._counters)

    def _make(self, chunk: Chunk) -> _Made:
        """Runs on a worker: rows, their text, and their digests when the chunk is a whole block."""
        counters = Counters()
        frame = self._engine.rows(chunk.ref, chunk.index, counters=counters)
        rows = self._plan.tables[chunk.ref].rows
        whole = chunk.start % BLOCK_ROWS == 0 and chunk.stop == min(chunk.start + BLOCK_ROWS, rows)
        if not whole:
            return _Made(encode(frame), frame, None, counters)
        hasher = BlockHasher(frame.width)
        hasher.update(frame)
        return _Made(encode(frame), None, hasher.digests(), counters)

    def _add(self, chunk: Chunk, made: _Made) -> None:
        table = self._plan.tables[chunk.ref]
        if self._file is None:
            path = self._directory / f"{chunk.ref.file_stem}.csv" if self._directory else None
            self._file = _TableFile(chunk.ref, table.column_names, path)
        before = self._file.bytes
        self._file.add(made, chunk.stop - chunk.start)
        self._counters.update(made.counters)
        self._done += chunk.stop - chunk.start
        self._bytes += self._file.bytes - before
        if self._on_progress:
            seconds = time.monotonic() - self._started
            self._on_progress(
                Progress(chunk.ref, chunk.stop, table.rows, self._done, self._total, self._bytes, seconds)
            )
        if chunk.stop == table.rows:
            self._finish_table(self._file)

    def _finish_table(self, file: _TableFile) -> None:
        manifest = file.finish()
        self._file = None
        self._manifests.append(manifest)
        self._reports.append(
            TableReport(
                schema_name=file.ref.schema,
                table=file.ref.table,
                rows_requested=self._plan.tables[file.ref].rows,
                rows_generated=file.rows,
                retries=self._counters.retries[file.ref],
                bytes_written=file.bytes,
                duration_ms=round((time.monotonic() - file.started) * 1000),
            )
        )
        if self._on_table:
            self._on_table(manifest)
