"""One table while it is written: its files in every format, and the digests of its blocks."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.run import BLOCK_ROWS, BlockDigest, FileManifest, TableManifest
from datalchemy_nb.export.checkpoint import Entry, Kept
from datalchemy_nb.export.csv import header
from datalchemy_nb.export.datafile import DataFile
from datalchemy_nb.export.digest import BlockHasher


@dataclass(frozen=True)
class Made:
    """A chunk, made by a worker.

    Attributes:
        text: its CSV, if CSV is wanted.
        frame: its rows, when it is part of a block and the digests are still to be made.
        digests: of its columns, when it is a whole block.
    """

    text: bytes | memoryview | None
    frame: pl.DataFrame | None
    digests: tuple[str, ...] | None


class TableFile:
    """A table's files: ``NAME.partial`` until they are complete. No directory: nothing is kept.

    Args:
        kept: what an earlier run wrote; writing goes on behind it.
    """

    def __init__(
        self, ref: TableRef, columns: tuple[str, ...], directory: Path | None, kept: Kept | None = None
    ) -> None:
        self.ref, self.columns = ref, columns
        self.rows = kept.last.rows if kept else 0
        self.started = time.monotonic() - (kept.last.table_ms / 1000 if kept else 0.0)
        self._blocks: list[BlockDigest] = [entry.block for entry in kept.entries] if kept else []
        self._hasher: BlockHasher | None = None
        path = directory / f"{ref.file_stem}.csv" if directory else None
        self._csv = DataFile(path, kept.last.marks["csv"], kept.states["csv"]) if kept else DataFile(path)
        if not kept:
            self._csv.write(header(columns))

    @property
    def bytes(self) -> int:
        """Bytes of all files so far."""
        return self._csv.bytes

    @property
    def milliseconds(self) -> int:
        """Time spent on the table, earlier runs included."""
        return round((time.monotonic() - self.started) * 1000)

    def add(self, made: Made, rows: int, *, last: bool) -> bool:
        """Write one chunk; return whether it ends a block."""
        if made.text is not None:
            self._csv.write(made.text)
        self.rows += rows
        if made.digests is not None:
            self._close_block(rows, made.digests)
            return True
        if made.frame is not None:
            self._hasher = self._hasher or BlockHasher(len(self.columns))
            self._hasher.update(made.frame)
            if last or self._hasher.rows == BLOCK_ROWS:
                self._close_block(self._hasher.rows, self._hasher.digests())
                self._hasher = None
                return True
        return False

    def _close_block(self, rows: int, digests: tuple[str, ...]) -> None:
        self._blocks.append(BlockDigest(first_row=self.rows - rows, rows=rows, columns=digests))

    def entry(self, counters: Mapping[str, Any]) -> Entry:
        """Return the checkpoint's line about the block just ended."""
        return Entry(
            schema_name=self.ref.schema,
            table=self.ref.table,
            rows=self.rows,
            marks={"csv": self._csv.mark()},
            block=self._blocks[-1],
            table_ms=self.milliseconds,
            **counters,
        )

    def finish(self) -> TableManifest:
        """Close, rename, and return the table's manifest."""
        mark = self._csv.finish()
        return TableManifest(
            schema_name=self.ref.schema,
            table=self.ref.table,
            file=f"{self.ref.file_stem}.csv",
            rows=self.rows,
            bytes=mark.bytes,
            sha256=mark.sha256,
            columns=self.columns,
            blocks=tuple(self._blocks),
        )

    def abandon(self) -> None:
        """Close without renaming."""
        self._csv.abandon()
