"""checkpoint.ndjson: how far a run has come, so that a killed one can go on.

One line about the run, then one per finished block of rows, appended after the block's bytes were handed to the
operating system. A line cut short by a kill is ignored, and so is a block whose bytes are not what the line says.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from datalchemy_nb.contracts.base import Contract
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.run import DIGESTS, BlockDigest
from datalchemy_nb.errors import ContractError, OutputError
from datalchemy_nb.export.datafile import Mark, Verified, cannot_write
from datalchemy_nb.records import dataclass

CHECKPOINT = "checkpoint.ndjson"


class Head(Contract):
    """The first line: what must be the same for the bytes to be the same.

    Attributes:
        parts: where the parts stay, of a run whose parts are not merged.
    """

    output_version: int
    plan_sha256: str
    schema_fingerprint: str
    formats: tuple[str, ...]
    dependencies: dict[str, str]
    parts: str | None = None


class Entry(Contract):
    """A block was written. Counters are those of the table so far.

    Attributes:
        rows: of the table, up to and with this block.
        marks: per file suffix, what the file held.
        digests: what the file of digests held, of a table with many blocks.
        records: per file suffix, what ends the file: of Parquet the footer's record of the block, in base64.
        unmet: rows kept although a predicate failed, per constraint.
        seconds: of the run so far.
    """

    schema_name: str
    table: str
    rows: int
    marks: dict[str, Mark]
    block: BlockDigest
    digests: Mark | None = None
    records: dict[str, str] = {}
    retries: int = 0
    unmet: dict[str, int] = {}
    table_ms: int = 0
    seconds: float = 0.0

    @property
    def ref(self) -> TableRef:
        """The table's reference."""
        return TableRef(self.schema_name, self.table)


@dataclass
class Kept:
    """The part of a table that an earlier run wrote and that is still as it was.

    Attributes:
        last: the last block kept.
        states: per file suffix, the hash of the part.
        blocks: all of them; none of a table whose digests have a file of their own.
        records: per file suffix, those of the blocks.
    """

    last: Entry
    states: Mapping[str, Any]
    blocks: list[BlockDigest] = field(default_factory=list)
    records: dict[str, list[str]] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        """Note another block."""
        if entry.digests is None:
            self.blocks.append(entry.block)
        for suffix, record in entry.records.items():
            self.records.setdefault(suffix, []).append(record)


class Checkpoint:
    """Appends to a run's checkpoint; locks it, so that two processes do not write one run.

    Args:
        directory: the run's, which holds a checkpoint that begins with a head.

    Raises:
        OutputError: it cannot be written, or another process is at it.
    """

    def __init__(self, directory: Path) -> None:
        self._path = directory / CHECKPOINT
        try:
            self._file: BinaryIO = self._path.open("ab", buffering=0)
        except OSError as error:
            raise cannot_write(self._path, error) from None
        try:
            _lock(self._file, directory)
            # After a kill the last line may be torn; a blank line does no harm.
            self._write("\n")
        except BaseException:
            self._file.close()
            raise

    def append(self, entry: Entry) -> None:
        """Record a block."""
        self._write(entry.model_dump_json() + "\n")

    def _write(self, text: str) -> None:
        try:
            self._file.write(text.encode())
        except OSError as error:
            raise cannot_write(self._path, error) from None

    def remove(self) -> None:
        """The run is complete: nothing is left to resume."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError as error:
            raise cannot_write(self._path, error) from None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._file.close()


def _lock(file: BinaryIO, directory: Path) -> None:
    """Hold the file as long as the process lives, where the system has such locks."""
    try:
        import fcntl
    except ImportError:
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise OutputError(
            f"another process is writing {directory}", hint="wait for it, or stop it, and resume again"
        ) from None


def read(directory: Path) -> tuple[Head, Iterator[Entry]]:
    """Read a run's checkpoint: its head, and its blocks as they were noted, a line at a time.

    A block that was made twice is noted twice.

    Raises:
        OutputError: there is none, or it does not begin with a head.
    """
    try:
        with (directory / CHECKPOINT).open("rb") as file:
            first = file.readline()
        if not first.endswith(b"\n"):
            raise ContractError("the head is cut short")
        head = Head.from_json(first)
    except (OSError, ContractError):
        raise OutputError(
            f"{directory} holds no {CHECKPOINT}: nothing to resume", hint="generate again, or choose another run"
        ) from None
    return head, _entries(directory / CHECKPOINT)


def _entries(path: Path) -> Iterator[Entry]:
    with path.open("rb") as file:
        file.readline()
        for line in file:
            if line.endswith(b"\n"):
                with contextlib.suppress(ContractError):
                    yield Entry.from_json(line)


class _Table:
    """What can be kept of one table, found out line by line."""

    def __init__(self, directory: Path, formats: Sequence[str]) -> None:
        self._directory, self._formats = directory, formats
        self._files: dict[str, Verified] = {}
        self._ended = False
        self.kept: Kept | None = None

    def take(self, entry: Entry) -> None:
        """Keep a block whose bytes are as noted, if all before it are kept."""
        if self.kept is not None and entry.rows <= self.kept.last.rows:
            if entry.rows == self.kept.last.rows:
                self.kept.last = entry
            return
        if self._ended:
            return
        marks = {suffix: entry.marks[suffix] for suffix in self._formats}
        if entry.digests is not None:
            marks[DIGESTS] = entry.digests
        stem = entry.ref.file_stem
        for suffix in marks:
            if suffix not in self._files:
                self._files[suffix] = Verified(self._directory / f"{stem}.{suffix}")
        if not all(self._files[suffix].holds(mark) for suffix, mark in marks.items()):
            self._ended = True
            return
        states = {suffix: self._files[suffix].state for suffix in marks}
        if self.kept is None:
            self.kept = Kept(entry, states)
        self.kept.last, self.kept.states = entry, states
        self.kept.add(entry)

    def leave(self) -> None:
        """Hold no file open while another table's lines are read."""
        for file in self._files.values():
            file.close()


def keep(directory: Path, formats: Sequence[str], entries: Iterable[Entry]) -> dict[TableRef, Kept]:
    """Return what can be kept of each table: its blocks up to the first whose bytes are not as recorded.

    Every file is read once, and no more than a block's line is held of a table with many.
    """
    tables: dict[TableRef, _Table] = {}
    before: _Table | None = None
    for entry in entries:
        table = tables.setdefault(entry.ref, _Table(directory, formats))
        if before is not None and before is not table:
            before.leave()
        table.take(entry)
        before = table
    if before is not None:
        before.leave()
    return {ref: table.kept for ref, table in tables.items() if table.kept is not None}


def so_far(directory: Path) -> tuple[int, int, int]:
    """Tables, rows and bytes a run had made, by its last finished blocks."""
    last: dict[TableRef, Entry] = {}
    try:
        for entry in read(directory)[1]:
            if entry.ref not in last or entry.rows >= last[entry.ref].rows:
                last[entry.ref] = entry
    except (OutputError, OSError):
        return 0, 0, 0
    written = sum(mark.bytes for entry in last.values() for mark in entry.marks.values())
    return len(last), sum(entry.rows for entry in last.values()), written
