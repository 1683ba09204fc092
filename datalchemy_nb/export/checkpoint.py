"""checkpoint.ndjson: how far a run has come, so that a killed one can go on.

One line about the run, then one per finished block of rows, appended after the block's bytes were handed to the
operating system. A line cut short by a kill is ignored, and so is a block whose bytes are not what the line says.
"""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

from datalchemy_nb.contracts.base import Contract
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.run import BlockDigest
from datalchemy_nb.errors import ContractError, OutputError
from datalchemy_nb.export.datafile import Mark, cannot_write, verified

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
        records: per file suffix, what ends the file: of Parquet the footer's record of the block, in base64.
        unmet: rows kept although a predicate failed, per constraint.
        seconds: of the run so far.
    """

    schema_name: str
    table: str
    rows: int
    marks: dict[str, Mark]
    block: BlockDigest
    records: dict[str, str] = {}
    retries: int = 0
    unmet: dict[str, int] = {}
    table_ms: int = 0
    seconds: float = 0.0

    @property
    def ref(self) -> TableRef:
        """The table's reference."""
        return TableRef(self.schema_name, self.table)


@dataclass(frozen=True)
class Kept:
    """The part of a table that an earlier run wrote and that is still as it was.

    Attributes:
        states: per file suffix, the hash of the part.
    """

    entries: tuple[Entry, ...]
    states: Mapping[str, Any]

    @property
    def last(self) -> Entry:
        """The last block kept."""
        return self.entries[-1]


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


def read(directory: Path) -> tuple[Head, dict[TableRef, list[Entry]]]:
    """Read a run's checkpoint.

    Raises:
        OutputError: there is none, or it does not begin with a head.
    """
    try:
        lines = (directory / CHECKPOINT).read_bytes().split(b"\n")[:-1]
        head = Head.from_json(lines[0])
    except (OSError, IndexError, ContractError):
        raise OutputError(
            f"{directory} holds no {CHECKPOINT}: nothing to resume", hint="generate again, or choose another run"
        ) from None
    found: dict[TableRef, dict[int, Entry]] = {}
    for line in lines[1:]:
        with contextlib.suppress(ContractError):
            entry = Entry.from_json(line)
            found.setdefault(entry.ref, {})[entry.rows] = entry
    return head, {ref: [blocks[rows] for rows in sorted(blocks)] for ref, blocks in found.items()}


def keep(directory: Path, formats: Sequence[str], entries: Mapping[TableRef, Sequence[Entry]]) -> dict[TableRef, Kept]:
    """Return what can be kept of each table: its blocks up to the first whose bytes are not as recorded."""
    kept: dict[TableRef, Kept] = {}
    for ref, blocks in entries.items():
        states = {f: verified(directory / f"{ref.file_stem}.{f}", [e.marks[f] for e in blocks]) for f in formats}
        count = min(len(found) for found in states.values())
        if count:
            kept[ref] = Kept(tuple(blocks[:count]), {f: found[count - 1] for f, found in states.items()})
    return kept


def so_far(directory: Path) -> tuple[int, int, int]:
    """Tables, rows and bytes a run had made, by its last finished blocks."""
    try:
        _, tables = read(directory)
    except OutputError:
        return 0, 0, 0
    last = [entries[-1] for entries in tables.values()]
    written = sum(mark.bytes for entry in last for mark in entry.marks.values())
    return len(last), sum(entry.rows for entry in last), written
