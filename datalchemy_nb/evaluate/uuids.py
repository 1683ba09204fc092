"""UUIDs in the first columns of a large file, read from its bytes: DuckDB's cast takes three times as long.

Keys stand first in most files, and a UUID takes 36 bytes wherever it stands, so that its place follows from where the
line starts. A file that is in any other form is left to DuckDB.
"""

# ruff: noqa: S608 - all names in these queries are made here, and all literals quoted here.

from __future__ import annotations

import binascii
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from datalchemy_nb.evaluate.csvfile import CsvFile
from datalchemy_nb.evaluate.workspace import Connection

LEAST_BYTES = 1 << 20
"""Smaller files are left to DuckDB."""
_BUFFER = 1 << 22
_INSERTED = 1 << 18
_WIDTH = 36
_DASHES = (8, 13, 18, 23)
_COMMA, _LINE, _DASH, _ZERO = b",\n-0"

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]


class _Otherwise(Exception):
    """The file is in another form."""


@dataclass(frozen=True, slots=True)
class _Cells:
    """A column of some rows: the two halves of each UUID, and which cells are empty; None where none is."""

    high: NDArray[np.uint64]
    low: NDArray[np.uint64]
    empty: NDArray[np.bool_] | None


def fill(con: Connection, name: str, file: CsvFile, columns: Sequence[str]) -> int | None:
    """Make a DuckDB table of the first columns of a file, in the order of its rows.

    Args:
        con: the workspace.
        name: of the table.
        file: with a header, in the dialect that runs write.
        columns: names the columns get, as many as are read.

    Returns:
        How many rows it has; None where there is no table, because the file is in another form or cannot be read.
    """
    if file.newline != "\n" or file.has_bom or not file.complete or file.size < LEAST_BYTES:
        return None
    con.execute(f"CREATE OR REPLACE TABLE {name} ({', '.join(f'{column} UUID' for column in columns)})")
    rows, waiting, held = 0, list[list[_Cells]](), 0
    try:
        for cells in _read(file, len(columns)):
            waiting.append(cells)
            held += len(cells[0].high)
            if held >= _INSERTED:
                _insert(con, name, waiting)
                rows, waiting, held = rows + held, [], 0
        _insert(con, name, waiting)
    except (_Otherwise, OSError):
        con.execute(f"DROP TABLE {name}")
        return None
    return rows + held


def _read(file: CsvFile, columns: int) -> Iterator[list[_Cells]]:
    """The cells of stretches of whole lines.

    Raises:
        _Otherwise: a line does not start with so many UUIDs or empty cells.
        OSError: the file cannot be read.
    """
    ends = [_COMMA] * (columns - 1) + [_LINE if columns == len(file.header) else _COMMA]
    # What lies behind the last line is looked at, but no cell that reaches over a line's end is taken.
    buffer = bytearray(_BUFFER + 2 * _WIDTH)
    view, held, headed = np.frombuffer(buffer, dtype=np.uint8), 0, False
    with file.path.open("rb", buffering=0) as source:
        while got := source.readinto(memoryview(buffer)[held:_BUFFER]):
            if buffer.find(b"\r", held, held + got) >= 0:
                raise _Otherwise
            held += got
            lines = np.flatnonzero(view[:held] == _LINE)
            if not len(lines):
                raise _Otherwise
            past = int(lines[-1]) + 1
            starts = lines[:-1] + 1
            if headed:
                starts = np.concatenate((np.zeros(1, dtype=np.int64), starts))
            elif b'"' in buffer[: int(lines[0])]:
                raise _Otherwise
            headed = True
            if len(starts):
                yield _columns(buffer, view, starts, ends)
            held -= past
            buffer[:held] = buffer[past : past + held]
    if held:
        raise _Otherwise


def _columns(buffer: bytearray, view: Bytes, starts: Places, ends: Sequence[int]) -> list[_Cells]:
    found = []
    for end in ends:
        empty = view[starts] == end
        if empty.any():
            high, low = np.zeros((2, len(starts)), dtype=np.uint64)
            high[~empty], low[~empty] = _halves(buffer, view, starts[~empty], end)
            found.append(_Cells(high, low, empty))
            starts = starts + np.where(empty, 1, _WIDTH + 1)
        else:
            found.append(_Cells(*_halves(buffer, view, starts, end), None))
            starts = starts + (_WIDTH + 1)
    return found


def _halves(buffer: bytearray, view: Bytes, starts: Places, end: int) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The numbers that the first and the last sixteen digits of UUIDs are."""
    every = np.ndarray((len(buffer) - _WIDTH,), f"V{_WIDTH}", buffer, strides=(1,))
    cells = every[starts].view(np.uint8).reshape(-1, _WIDTH)
    if not (view[starts + _WIDTH] == end).all():
        raise _Otherwise
    for place in _DASHES:
        if not (cells[:, place] == _DASH).all():
            raise _Otherwise
        cells[:, place] = _ZERO
    try:
        packed = binascii.unhexlify(cells.data)
    except binascii.Error:
        raise _Otherwise from None
    # In 18 bytes: 8 digits, 0 and 4 digits and 0, 4 digits, 0 and 4 digits and 0, 12 digits.
    first, middle, last = (_words(packed, offset, len(cells)) for offset in (0, 7, 10))
    four = np.uint64(0xFFFF)
    high = (
        (first & np.uint64(0xFFFFFFFF00000000))
        | ((first >> np.uint64(12) & four) << np.uint64(16))
        | (middle >> np.uint64(48))
    )
    low = ((middle >> np.uint64(28) & four) << np.uint64(48)) | (last & np.uint64(0xFFFFFFFFFFFF))
    return high, low


def _words(packed: bytes, offset: int, number: int) -> NDArray[np.uint64]:
    return np.ndarray((number,), ">u8", packed, offset, (_WIDTH // 2,)).astype(np.uint64)


def _insert(con: Connection, name: str, waiting: Sequence[Sequence[_Cells]]) -> None:
    if not waiting:
        return
    arrays: dict[str, NDArray[Any]] = {}
    made = []
    for number, parts in enumerate(zip(*waiting, strict=True)):
        arrays[f"h{number}"] = np.concatenate([part.high for part in parts])
        arrays[f"l{number}"] = np.concatenate([part.low for part in parts])
        value = f"((h{number}::UHUGEINT << 64) | l{number})::UUID"
        if any(part.empty is not None for part in parts):
            empty = [np.zeros(len(part.high), dtype=np.bool_) if part.empty is None else part.empty for part in parts]
            arrays[f"e{number}"] = np.concatenate(empty)
            value = f"CASE WHEN NOT e{number} THEN {value} END"
        made.append(value)
    con.register(f"{name}_read", arrays)
    try:
        con.execute(f"INSERT INTO {name} SELECT {', '.join(made)} FROM {name}_read")
    finally:
        con.unregister(f"{name}_read")
