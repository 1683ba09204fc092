"""Where the rows of a load come from: CSV blocks, and what can be asked of a row that was refused."""

from __future__ import annotations

import csv
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import BinaryIO, Literal, Protocol

import polars as pl

from datalchemy_nb.errors import LoadError

BLOCK_BYTES = 256 * 1024
_SEARCHED = 1 << 20
_LONGEST_ROW = 1 << 24


class RowSource(Protocol):
    """A table's rows as CSV: a file, or rows made while they are sent.

    Attributes:
        name: what a message calls it.
        columns: as its first line has them.
        size: how much there is, in `unit`.
    """

    @property
    def name(self) -> str: ...
    @property
    def columns(self) -> tuple[str, ...]: ...
    @property
    def size(self) -> int: ...
    @property
    def unit(self) -> Literal["rows", "bytes"]: ...

    def blocks(self) -> Generator[tuple[bytes | memoryview, int], None, None]:
        """Yield the CSV from its header on, and after each block how much of `size` is done."""

    def only(self, columns: Sequence[str], directory: Path) -> RowSource:
        """Return these columns alone, in their order here; a file of theirs may be written into a directory."""

    def lengths(self, line: int) -> dict[str, int]:
        """Return characters per column of the record on a line (the header is 1); empty if it cannot be told."""

    def line_at(self, record: int) -> int | None:
        """Return the line that a record (the first is 1) begins on; None if it cannot be told."""

    def line_of(self, columns: Sequence[str], key: str) -> int | None:
        """Return the line of the first record whose columns hold a key, written as ``a, b``; None if none does."""


class FileSource:
    """A CSV file with a header, or what lies behind its first rows.

    Args:
        path: the file.
        behind: the rows left out, and the bytes that header and they take; a line is counted from the header on,
            without them.

    Raises:
        LoadError: the file cannot be read, or has no header.
    """

    unit: Literal["rows", "bytes"] = "bytes"

    def __init__(self, path: Path, behind: tuple[int, int] = (0, 0)) -> None:
        self._path, (self._rows, self._start) = path, behind
        self.columns = _header(path)
        self.size = path.stat().st_size - self._start

    @property
    def name(self) -> str:
        """The file's name."""
        return f"{self._path.name} behind row {self._rows}" if self._rows else self._path.name

    def blocks(self) -> Generator[tuple[bytes | memoryview, int], None, None]:
        """Yield blocks of 256 kB."""
        done = 0
        with self._path.open("rb") as file:
            if self._rows:
                yield _header_line(file), 0
                file.seek(self._start)
            while block := file.read(BLOCK_BYTES):
                done += len(block)
                yield block, done

    @property
    def _scanned(self) -> pl.LazyFrame:
        return pl.scan_csv(self._path, infer_schema=False).slice(self._rows)

    def only(self, columns: Sequence[str], directory: Path, *, nulls: bool = True) -> FileSource:
        """Write a file of these columns alone, and return it."""
        path = directory / self._path.name
        try:
            rows = self._scanned.select(columns)
            rows.sink_csv(path, quote_style="necessary" if nulls else "always")
        except (pl.exceptions.PolarsError, OSError) as error:
            raise LoadError(f"{self._path}: cannot be read ({type(error).__name__})") from None
        return FileSource(path)

    def lengths(self, line: int) -> dict[str, int]:
        """Characters per column; empty if the record spans several lines."""
        try:
            return field_lengths(_line(self._path, line + self._lines_left_out()), self.columns)
        except OSError:
            return {}

    def line_at(self, record: int) -> int | None:
        """The line, counting line breaks within fields."""
        try:
            return line_after(self._scanned, record - 1)
        except (pl.exceptions.PolarsError, OSError):
            return None

    def line_of(self, columns: Sequence[str], key: str) -> int | None:
        """The line, counting line breaks within fields."""
        try:
            return first_line(self._scanned, columns, key)
        except (pl.exceptions.PolarsError, OSError):
            return None

    def _lines_left_out(self) -> int:
        if not self._rows:
            return 0
        with self._path.open("rb") as file:
            head, lines = len(_header_line(file)), 0
            file.seek(head)
            while left := min(self._start - file.tell(), _SEARCHED):
                lines += file.read(left).count(b"\n")
        return lines


def field_lengths(raw: bytes, columns: tuple[str, ...]) -> dict[str, int]:
    """Characters per column of one line of CSV; empty if it is no whole record."""
    try:
        fields = next(csv.reader([raw.decode()], strict=True), [])
    except (UnicodeDecodeError, csv.Error):
        return {}
    return dict(zip(columns, map(len, fields), strict=True)) if len(fields) == len(columns) else {}


def first_line(rows: pl.LazyFrame, columns: Sequence[str], key: str) -> int | None:
    """Return the line of the first row whose columns hold the key, when these rows stand below a header.

    Args:
        rows: text columns.
        columns: of the key.
        key: their values, divided by a comma and a blank.
    """
    holds = pl.concat_str(pl.col(list(columns)), separator=", ") == key
    found = rows.with_row_index("#").filter(holds).select("#").head(1).collect(engine="streaming")
    if not found.height:
        return None
    return line_after(rows, int(found.item()))


def line_after(rows: pl.LazyFrame, above: int) -> int:
    """Return the line that the row below so many others begins on, when these rows stand below a header."""
    breaks = pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True).sum())
    return above + int(rows.head(above).select(breaks).collect(engine="streaming").item() or 0) + 2


def _header(path: Path) -> tuple[str, ...]:
    try:
        with path.open(encoding="utf-8", errors="replace", newline="") as file:
            names = next(csv.reader(file), [])
    except (OSError, csv.Error) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a CSV file"
        raise LoadError(f"{path}: {reason}") from None
    if not names:
        raise LoadError(f"{path}: has no header line")
    return tuple(names)


def _header_line(file: BinaryIO) -> bytes:
    """The bytes of the header; names in it may hold line breaks, within quotes."""
    line = file.readline()
    while line.count(b'"') % 2 and (more := file.readline()):
        line += more
    return line


def _line(path: Path, number: int) -> bytes:
    with path.open("rb") as file:
        before = number - 1
        while before:
            at = file.tell()
            block = file.read(_SEARCHED)
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
