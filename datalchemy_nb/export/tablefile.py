"""One table while it is written: its files in every format, and the digests of its blocks."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datalchemy_nb.contracts.run import BLOCK_ROWS, BlockDigest, DataFileManifest, PartManifest, TableManifest
from datalchemy_nb.export.checkpoint import Entry, Kept
from datalchemy_nb.export.digest import BlockHasher, ColumnBytes
from datalchemy_nb.export.formats import Format
from datalchemy_nb.export.writers import WRITERS, Columns

if TYPE_CHECKING:
    from datalchemy_nb.contracts.names import TableRef


@dataclass(frozen=True)
class Made:
    """A chunk, made by a worker.

    Attributes:
        parts: what the writers append, per format.
        columns: what is hashed of its columns, when it is part of a block and the digests are still to be made.
        digests: of its columns, when it is a whole block.
        elsewhere: bytes of it that stay in parts.
        probe: digests of the table's first `PROBED` rows, when it holds them.
    """

    parts: Mapping[Format, Any]
    columns: Sequence[ColumnBytes] | None
    digests: tuple[str, ...] | None
    elsewhere: int = 0
    probe: tuple[str, ...] = ()


class TableFile:
    """A table's files: ``NAME.partial`` until they are complete.

    Args:
        directory: where they go; None hashes without writing.
        formats: which; none where the data stays in parts.
        kept: what an earlier run wrote; writing goes on behind it.
        header: write what stands before a table's first row.
    """

    def __init__(
        self,
        ref: TableRef,
        columns: Columns,
        directory: Path | None,
        formats: Sequence[Format],
        kept: Kept | None = None,
        *,
        header: bool = True,
    ) -> None:
        self.ref = ref
        self._elsewhere = 0
        self._probe: tuple[str, ...] = ()
        self.names = tuple(name for name, _ in columns)
        self.rows = kept.last.rows if kept else 0
        self._started = time.monotonic() - (kept.last.table_ms / 1000 if kept else 0.0)
        self._blocks: list[BlockDigest] = [entry.block for entry in kept.entries] if kept else []
        self._hasher = BlockHasher(len(columns))
        self._writers = {suffix: WRITERS[suffix](ref, columns, directory, kept, header=header) for suffix in formats}

    @property
    def bytes(self) -> int:
        """Bytes of all its files so far."""
        return sum(self.sizes.values()) + self._elsewhere

    @property
    def sizes(self) -> dict[str, int]:
        """Bytes of each file so far."""
        return {suffix: each.file.bytes for suffix, each in self._writers.items()}

    @property
    def milliseconds(self) -> int:
        """Time spent on the table, earlier runs included."""
        return round((time.monotonic() - self._started) * 1000)

    def add(self, made: Made, rows: int, *, last: bool) -> bool:
        """Write one chunk; return whether it ends a block."""
        for suffix, part in made.parts.items():
            self._writers[suffix].add(part)
        self._elsewhere += made.elsewhere
        self._probe = made.probe or self._probe
        self.rows += rows
        if made.digests is not None:
            self._close_block(rows, made.digests)
            return True
        if made.columns is not None:
            self._hasher.update(made.columns)
        if not last and self._hasher.rows < BLOCK_ROWS:
            return False
        self._close_block(self._hasher.rows, self._hasher.digests())
        self._hasher = BlockHasher(len(self.names))
        return True

    def _close_block(self, rows: int, digests: tuple[str, ...]) -> None:
        self._blocks.append(BlockDigest(first_row=self.rows - rows, rows=rows, columns=digests))

    def entry(self, **counters: Any) -> Entry:
        """Return the checkpoint's line about the block just ended."""
        return Entry(
            schema_name=self.ref.schema,
            table=self.ref.table,
            rows=self.rows,
            marks={suffix: each.file.mark() for suffix, each in self._writers.items()},
            block=self._blocks[-1],
            records={suffix: each.records[-1] for suffix, each in self._writers.items() if each.records},
            table_ms=self.milliseconds,
            **counters,
        )

    def finish(self, parts: Sequence[PartManifest] = ()) -> TableManifest:
        """Close, rename, and return the table's manifest.

        Args:
            parts: where the data lies, if nothing was written here.
        """
        files = [
            DataFileManifest(file=each.name, bytes=mark.bytes, sha256=mark.sha256)
            for each in self._writers.values()
            for mark in [each.finish(self.rows)]
        ]
        return TableManifest(
            schema_name=self.ref.schema,
            table=self.ref.table,
            file=files[0].file if files else parts[0].file,
            rows=self.rows,
            bytes=files[0].bytes if files else self.bytes,
            sha256=files[0].sha256 if files else None,
            columns=self.names,
            blocks=tuple(self._blocks),
            others=tuple(files[1:]),
            parts=tuple(parts),
            probe=self._probe,
        )

    def abandon(self) -> None:
        """Close without renaming."""
        for each in self._writers.values():
            each.file.abandon()
