"""One table while it is written: its files in every format, and the digests of its blocks."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datalchemy_nb.contracts.run import (
    BLOCK_ROWS,
    DIGESTS,
    MANY_BLOCKS,
    BlockDigest,
    DataFileManifest,
    PartManifest,
    TableManifest,
)
from datalchemy_nb.export.checkpoint import Entry, Kept
from datalchemy_nb.export.datafile import DataFile, Mark
from datalchemy_nb.export.digest import BlockHasher, ColumnBytes
from datalchemy_nb.export.formats import Format
from datalchemy_nb.export.writers import WRITERS, Columns
from datalchemy_nb.records import dataclass

if TYPE_CHECKING:
    from datalchemy_nb.contracts.names import TableRef


@dataclass(frozen=True)
class Lying:
    """What a writer appends, which a file taken over may hold already.

    Attributes:
        read: brings it.
        mark: of the file up to its end.
    """

    read: Callable[[], Any]
    mark: Mark


@dataclass(frozen=True)
class Made:
    """A chunk, made by a worker.

    Attributes:
        parts: what the writers append, per format; `Lying` where it need not be read.
        columns: what is hashed of its columns, when it is part of a block and the digests are still to be made.
        digests: of its columns, when it is a whole block.
        elsewhere: bytes of it that stay in parts.
        probe: digests of the table's first `PROBED` rows, when it holds them.
        lies: files that begin with this chunk, the table's first, and others behind it, as the table's own will: per
            format, where, and how many bytes of it.
    """

    parts: Mapping[Format, Any]
    columns: Sequence[ColumnBytes] | None
    digests: tuple[str, ...] | None
    elsewhere: int = 0
    probe: tuple[str, ...] = ()
    lies: Mapping[Format, tuple[Path, int]] = field(default_factory=dict)


class TableFile:
    """A table's files: ``NAME.partial`` until they are complete.

    Args:
        directory: where they go; None hashes without writing.
        formats: which; none where the data stays in parts.
        kept: what an earlier run wrote; writing goes on behind it.
        planned: how many rows it will have; with many blocks their digests go into a file, and none is held.
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
        planned: int = 0,
        header: bool = True,
    ) -> None:
        self.ref = ref
        self._elsewhere = 0
        self._probe: tuple[str, ...] = ()
        self.names = tuple(name for name, _ in columns)
        self.rows = kept.last.rows if kept else 0
        self._started = time.monotonic() - (kept.last.table_ms / 1000 if kept else 0.0)
        self._last = kept.last.block if kept else None
        self._digests: DataFile | None = None
        if planned > MANY_BLOCKS * BLOCK_ROWS or (kept is not None and kept.last.digests is not None):
            self._digests = _digests_of(ref, directory, kept)
        self._blocks: list[BlockDigest] = list(kept.blocks) if kept and self._digests is None else []
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
    def marks(self) -> dict[Format, Mark]:
        """Where each file has come to."""
        return {suffix: each.file.mark() for suffix, each in self._writers.items()}

    @property
    def milliseconds(self) -> int:
        """Time spent on the table, earlier runs included."""
        return round((time.monotonic() - self._started) * 1000)

    def add(self, made: Made, rows: int, *, last: bool) -> bool:
        """Write one chunk; return whether it ends a block."""
        for suffix, (path, size) in made.lies.items():
            self._writers[suffix].file.take_over(path, size)
        for suffix, part in made.parts.items():
            if not isinstance(part, Lying):
                self._writers[suffix].add(part)
            elif not self._writers[suffix].file.passes(part.mark):
                self._writers[suffix].add(part.read())
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
        self._last = BlockDigest(first_row=self.rows - rows, rows=rows, columns=digests)
        if self._digests is None:
            self._blocks.append(self._last)
        else:
            self._digests.write(bytes.fromhex("".join(digests)))

    def entry(self, **counters: Any) -> Entry:
        """Return the checkpoint's line about the block just ended."""
        assert self._last is not None
        return Entry(
            schema_name=self.ref.schema,
            table=self.ref.table,
            rows=self.rows,
            marks=dict(self.marks),
            block=self._last,
            digests=self._digests.mark() if self._digests is not None else None,
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
            digests=self._finished_digests(),
        )

    def _finished_digests(self) -> DataFileManifest | None:
        if self._digests is None:
            return None
        mark = self._digests.finish()
        return DataFileManifest(file=f"{self.ref.file_stem}.{DIGESTS}", bytes=mark.bytes, sha256=mark.sha256)

    def abandon(self) -> None:
        """Close without renaming."""
        for each in self._writers.values():
            each.file.abandon()
        if self._digests is not None:
            self._digests.abandon()


def _digests_of(ref: TableRef, directory: Path | None, kept: Kept | None) -> DataFile:
    """The file of a table's digests, begun or gone on with."""
    path = None if directory is None else directory / f"{ref.file_stem}.{DIGESTS}"
    if kept is not None and kept.last.digests is not None:
        return DataFile(path, kept.last.digests, kept.states[DIGESTS])
    file = DataFile(path)
    for block in kept.blocks if kept is not None else ():
        file.write(bytes.fromhex("".join(block.columns)))
    return file
