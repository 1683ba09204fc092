"""The two things a load reads of a CSV file itself: its header, and the shape of a refused row."""

from __future__ import annotations

import csv
from pathlib import Path

from datalchemy_nb.errors import LoadError

_BLOCK = 1 << 20
_LONGEST_ROW = 1 << 24


def read_header(path: Path) -> tuple[str, ...]:
    """Column names of a CSV file.

    Raises:
        LoadError: the file cannot be read, or has no header.
    """
    try:
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            names = next(csv.reader(file), [])
    except (OSError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a CSV file"
        raise LoadError(f"{path}: {reason}") from None
    if not names:
        raise LoadError(f"{path}: has no header line")
    return tuple(names)


def field_lengths(path: Path, line: int, columns: tuple[str, ...]) -> dict[str, int]:
    """Characters per column of the row that is line `line` (header is 1); empty if the row spans several lines."""
    try:
        raw = _line(path, line)
        fields = next(csv.reader([raw.decode()], strict=True), [])
    except (OSError, UnicodeDecodeError, csv.Error):
        return {}
    return dict(zip(columns, map(len, fields), strict=True)) if len(fields) == len(columns) else {}


def _line(path: Path, number: int) -> bytes:
    with path.open("rb") as file:
        before = number - 1
        while before:
            at = file.tell()
            block = file.read(_BLOCK)
            newlines = block.count(b"\n")
            if not block:
                return b""
            if newlines >= before:
                file.seek(at + _nth_newline(block, before) + 1)
                break
            before -= newlines
        return file.readline(_LONGEST_ROW).rstrip(b"\r\n")


def _nth_newline(block: bytes, n: int) -> int:
    at = -1
    for _ in range(n):
        at = block.index(b"\n", at + 1)
    return at
