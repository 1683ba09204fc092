"""Reads small CSV files without DuckDB, where every cell is written in the usual form of its type.

That form is the one in which PostgreSQL writes a value, so that a cell needs no cast to be known sound. Whatever is
written otherwise, right or wrong, is left to DuckDB: the whole file is then read by it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, cast

import numpy as np
from numpy.typing import NDArray

from datalchemy_nb.evaluate import small
from datalchemy_nb.evaluate.csvfile import CsvFile
from datalchemy_nb.evaluate.readings import HELD
from datalchemy_nb.evaluate.small import Few, Texts

if TYPE_CHECKING:
    from datalchemy_nb.evaluate.reader import LoadedColumn

_QUOTED, _END = "\x01", "\x02"
"""Stand for a quoted field and the end of a line; files that hold them are left to DuckDB."""
_ENDS = {"SMALLINT": 15, "INTEGER": 31, "BIGINT": 63}
_INTEGER = "(?:0|-?[1-9][0-9]{0,18})"
_DAY = "[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}"
_STAMP = f"{_DAY}T[0-9]{{2}}:[0-9]{{2}}:[0-9]{{2}}"
_CLOCK = "(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
_UUID = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_DIGITS = 15
"""Decimals of up to so many digits are read as doubles without loss."""


def read(file: CsvFile, columns: Sequence[LoadedColumn], labels: Mapping[str, tuple[str, ...]]) -> Few | None:
    """Read a file's values; None where it is not small, or something in it is not in the usual form.

    Args:
        file: one with a header.
        columns: of the table, by the places of the file.
        labels: of enums, by the names of their DuckDB types.

    Raises:
        OSError: the file cannot be read.
    """
    if file.size > small.BYTES or file.newline != "\n" or file.has_bom or not file.complete or not columns:
        return None
    try:
        text = file.path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return None
    if any(sign in text for sign in ("\0", "\r", _QUOTED, _END)):
        return None
    cells = _cells(text, len(file.header))
    if cells is None or len(cells[0]) > small.ROWS:
        return None
    few = Few(len(cells[0]), {}, {})
    for column in columns:
        found = _values(column, cells[column.position], labels)
        if found is None:
            return None
        texts, numbers = found
        few.texts[column.sql] = texts
        if numbers is not None:
            few.numbers[column.sql] = numbers
    return few


def _cells(text: str, width: int) -> list[list[str | None]] | None:
    """The cells under the header, column by column; None where the file is not well formed."""
    outside = text.split('"')
    inside = outside[1::2]
    outside = outside[::2]
    if len(outside) != len(inside) + 1:
        return None
    if inside and "" in outside[1:-1]:
        outside, inside = _joined(outside, inside)
    flat: list[str | None] = [cell or None for cell in _QUOTED.join(outside).replace("\n", f",{_END},").split(",")]
    # Quotes that do not enclose a whole cell leave one that is no such sign.
    if flat.count(_QUOTED) != len(inside):
        return None
    ends = flat[width :: width + 1]
    # After the last end stands one more cell, which is empty.
    if width < 2 or len(flat) != len(ends) * (width + 1) + 1 or ends.count(_END) != len(ends):
        return None
    place = -1
    for cell in inside:
        place = flat.index(_QUOTED, place + 1)
        flat[place] = cell
    return [flat[place + width + 1 : -1 : width + 1] for place in range(width)]


def _joined(outside: list[str], inside: list[str]) -> tuple[list[str], list[str]]:
    """Put quoted fields together again where a doubled quote parted them."""
    parts, fields = [outside[0]], [inside[0]]
    for between, field in zip(outside[1:-1], inside[1:], strict=True):
        if between:
            parts.append(between)
            fields.append(field)
        else:
            fields[-1] += f'"{field}'
    return [*parts, outside[-1]], fields


Values = tuple[Texts, NDArray[np.float64] | None]


def _values(column: LoadedColumn, cells: Texts, labels: Mapping[str, tuple[str, ...]]) -> Values | None:
    """Values as texts, and as numbers where they have some; None where a cell is not in the usual form."""
    reading = column.reading
    family, sql_type = reading.family, reading.sql_type
    present = [cell for cell in cells if cell is not None] if None in cells else cast(Sequence[str], cells)
    if family == "text" and reading.proof is not None and reading.proof.text:
        longest = reading.proof.longest
        if reading.proof.padded and any(cell.endswith(" ") for cell in present):
            return None
        return (cells, None) if longest is None or max(map(len, present), default=0) <= longest else None
    if family == "boolean":
        return (cells, None) if set(present) <= {"true", "false"} else None
    if family == "enum" and sql_type in labels:
        codes = {label: float(code) for code, label in enumerate(labels[sql_type])}
        return (cells, _spaced(cells, list(map(codes.__getitem__, present)))) if codes.keys() >= set(present) else None
    form = _form(family, sql_type)
    if form is None or not _all(form, present):
        return None
    if family == "text":
        return cells, None
    if family == "integer":
        whole = list(map(int, present))
        if whole and not -(1 << _ENDS[sql_type]) <= min(whole) <= max(whole) < 1 << _ENDS[sql_type]:
            return None
        return cells, _spaced(cells, whole)
    if family in ("decimal", "float"):
        # There is no negative zero among decimals.
        zero = any(not cell.strip("-0.") for cell in present if cell[0] == "-")
        numbers = list(map(float, present))
        if zero and family == "decimal":
            return None
        return _respelled(family, sql_type, cells, numbers), _spaced(cells, numbers)
    return _moments(sql_type, cells, present)


def _respelled(family: str, sql_type: str, cells: Texts, numbers: Sequence[float]) -> Texts:
    """Numbers as DuckDB writes them: doubles with a point, decimals without limits with all places."""
    if family == "float":
        written = map(repr, numbers)
        return [None if cell is None else next(written) for cell in cells]
    if sql_type != HELD:
        return cells
    parts = [None if cell is None else cell.partition(".") for cell in cells]
    return [None if part is None else f"{part[0]}.{part[2]:0<{_DIGITS}}" for part in parts]


@lru_cache(maxsize=256)
def _form(family: str, sql_type: str) -> re.Pattern[str] | None:
    """What cells are like that are spelled as their values are, one a line."""
    found = None
    if family == "integer" and sql_type in _ENDS:
        found = _INTEGER
    elif family == "text" and sql_type == "UUID":
        found = _UUID
    elif sql_type == "DATE":
        found = _DAY
    elif sql_type == "TIME":
        found = _CLOCK
    elif sql_type in ("DOUBLE", HELD):
        found = rf"-?(?:0|[1-9][0-9]{{0,14}})(?:\.[0-9]{{1,{_DIGITS}}})?"
    elif sql_type in ("TIMESTAMP", "TIMESTAMPTZ"):
        found = _STAMP + ("Z" if sql_type == "TIMESTAMPTZ" else "")
    elif family == "decimal" and (given := re.fullmatch(r"DECIMAL\(([0-9]+),([0-9]+)\)", sql_type)) is not None:
        precision, scale = map(int, given.groups())
        if scale < precision <= _DIGITS:
            whole = f"-?(?:0|[1-9][0-9]{{0,{precision - scale - 1}}})"
            found = whole + (rf"\.[0-9]{{{scale}}}" if scale else "")
    return None if found is None else re.compile(f"(?:{found}\n)*")


def _all(form: re.Pattern[str], present: Sequence[str]) -> bool:
    joined = "\n".join([*present, ""])
    return form.fullmatch(joined) is not None and joined.count("\n") == len(present)


def _moments(sql_type: str, cells: Texts, present: Sequence[str]) -> Values | None:
    try:
        if sql_type == "DATE":
            days = np.array(present, dtype="datetime64[D]").astype(np.int64)
            return cells, _spaced(cells, days * 86_400)
        if sql_type == "TIME":
            clock = np.array([f"1970-01-01T{cell}" for cell in present], dtype="datetime64[s]").astype(np.int64)
            return cells, _spaced(cells, clock)
        seconds = np.array([cell[:19] for cell in present], dtype="datetime64[s]").astype(np.int64)
    except ValueError:
        return None
    end = "+00" if sql_type == "TIMESTAMPTZ" else ""
    texts = [None if cell is None else f"{cell[:10]} {cell[11:19]}{end}" for cell in cells]
    return texts, _spaced(cells, seconds)


def _spaced(cells: Texts, present: Sequence[float] | NDArray[np.int64]) -> NDArray[np.float64]:
    """The numbers of values, NaN where there is none."""
    if len(present) == len(cells):
        return np.array(present, dtype=np.float64)
    found = np.full(len(cells), np.nan)
    found[[place for place, cell in enumerate(cells) if cell is not None]] = present
    return found
