"""The form of one CSV file: byte order mark, line ends, header, last line; and the DuckDB expression that reads it."""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from datalchemy_nb.contracts.names import literal
from datalchemy_nb.errors import OutputError
from datalchemy_nb.sandbox import no_glob

_HEADER_BYTES = 1 << 20
_CHUNK_BYTES = 1 << 24
_SCAN_BYTES = 1 << 20
_BOM = b"\xef\xbb\xbf"
# Longest line DuckDB may meet before it calls a file malformed, with the buffer that this needs.
_LONG_LINES = ", max_line_size=67108864, buffer_size=134217728"

STRICT = ("", _LONG_LINES)
"""Reader options under which every record of the file is a row, or reading fails."""
TOLERANT = (f", store_rejects=true{_LONG_LINES}", f", store_rejects=true, strict_mode=false{_LONG_LINES}")
"""Reader options that pass over records that are no rows, and count them."""


@dataclass(frozen=True, slots=True)
class CsvFile:
    """What the first and last bytes of a file tell.

    Attributes:
        header: cells of the first record; empty for an empty file.
        newline: how the first record ends.
        has_bom: whether a UTF-8 byte order mark stands first.
        complete: whether the last line is ended.
        has_rows: whether bytes follow the first record.
        size: of the file, in bytes.
    """

    path: Path
    header: tuple[str, ...]
    newline: str
    has_bom: bool
    complete: bool
    has_rows: bool
    size: int = 0


def inspect(path: Path) -> CsvFile:
    """Look at a file's first record and last byte.

    Raises:
        OutputError: the file cannot be read.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEADER_BYTES)
            size = file.seek(0, io.SEEK_END)
            file.seek(max(size - 1, 0))
            last = file.read(1)
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror or error}") from None
    has_bom = head.startswith(_BOM)
    text = head.removeprefix(_BOM).decode("utf-8", errors="replace")
    header, used, newline = _first_record(text)
    return CsvFile(
        path=path,
        header=header,
        newline=newline,
        has_bom=has_bom,
        complete=last in (b"\n", b""),
        has_rows=size > len(used.encode()) + 3 * has_bom,
        size=size,
    )


def _first_record(text: str) -> tuple[tuple[str, ...], str, str]:
    lines = io.StringIO(text, newline="")
    used: list[str] = []

    def feed() -> str:
        line = lines.readline()
        used.append(line)
        return line

    try:
        header = tuple(next(csv.reader(iter(feed, ""), strict=True), []))
    except csv.Error:
        header = ()
    record = "".join(used)
    newline = next((end for end in ("\r\n", "\n", "\r") if record.endswith(end)), "\n")
    return header, record, newline


def read_sql(file: CsvFile, *, width: int, has_header: bool, options: str = "") -> str:
    """The table function that reads every cell as text, in columns ``r0``, ``r1``, ...

    An empty field is NULL and ``""`` is the empty string: ``allow_quoted_nulls`` keeps the two apart.
    """
    columns = ", ".join(f"'r{i}': 'VARCHAR'" for i in range(width))
    newline = {"\n": "\\n", "\r\n": "\\r\\n", "\r": "\\r"}[file.newline]
    return (
        f"read_csv({literal(no_glob(str(file.path)))}, auto_detect=false, header={str(has_header).lower()}, "
        f"columns={{{columns}}}, delim=',', quote='\"', escape='\"', new_line='{newline}', nullstr='', "
        f"allow_quoted_nulls=false{options})"
    )


@dataclass(frozen=True, slots=True)
class Scan:
    """What all bytes of a file tell.

    Attributes:
        sha256: of the whole file; None where nobody asked.
        newlines: how many line feeds there are, inside quotes too.
        returns: whether there is any carriage return.
    """

    sha256: str | None
    newlines: int
    returns: bool


def scan(path: Path, *, hashed: bool, stopped: Callable[[], bool] = lambda: False) -> Scan:
    """Read a file once.

    Args:
        path: the file.
        hashed: whether its SHA-256 is wanted.
        stopped: asked now and then; the answer is worthless once it says yes.

    Raises:
        OutputError: the file cannot be read.
    """
    sha, newlines, returns = hashlib.sha256(), 0, False
    try:
        with path.open("rb", buffering=0) as file:
            while not stopped() and (chunk := file.read(_SCAN_BYTES)):
                newlines += chunk.count(b"\n")
                returns = returns or b"\r" in chunk
                if hashed:
                    sha.update(chunk)
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror or error}") from None
    return Scan(sha.hexdigest() if hashed else None, newlines, returns)


def stray_lines(path: Path) -> tuple[int, int]:
    """Count carriage returns and blank lines outside quotes, which DuckDB passes over and PostgreSQL refuses.

    Raises:
        OutputError: the file cannot be read.
    """
    try:
        return _count_outside_quotes(_chunks(path))
    except OSError as error:
        raise OutputError(f"{path}: {error.strerror or error}") from None


def _chunks(path: Path) -> Iterator[bytes]:
    """A file's bytes, each chunk led by the last byte of the one before."""
    with path.open("rb") as file:
        last = b""
        while chunk := file.read(_CHUNK_BYTES):
            yield last + chunk
            last = chunk[-1:]


def _count_outside_quotes(chunks: Iterator[bytes]) -> tuple[int, int]:
    returns = blanks = 0
    outside, lead = True, 0
    for chunk in chunks:
        for number, part in enumerate(chunk[lead:].split(b'"')):
            outside ^= number > 0
            if outside:
                # The leading byte was counted with the chunk before; only a blank line may span the two.
                context = chunk[:lead] + part if number == 0 else part
                returns += part.count(b"\r")
                blanks += context.count(b"\n\n")
        lead = 1
    return returns, blanks
