"""Frames to CSV bytes that PostgreSQL's COPY reads back unchanged.

UTF-8, comma, LF. A null is an empty field, an empty text is ``""``. Timestamps are ISO 8601, with a final ``Z`` when
the column has a time zone; fractions of a second appear only where there are some.
"""

from __future__ import annotations

import re
from typing import IO, cast

import polars as pl

from datalchemy_nb.export import moments

_DATETIME = "%Y-%m-%dT%H:%M:%S%.f"
_TIME = "%H:%M:%S%.f"
_QUOTED = re.compile('[,"\n\r]')
_FORMULA = r"^[=+\-@\t\r\n]"


def header(columns: tuple[str, ...]) -> bytes:
    """Return the first line as Polars writes it, without starting an engine for it."""
    return (",".join(map(_named, columns)) + "\n").encode()


def _named(column: str) -> str:
    return '"' + column.replace('"', '""') + '"' if _QUOTED.search(column) else column


def encode(frame: pl.DataFrame, *, include_header: bool = False, plain: bool = False, null_value: str = "") -> bytes:
    """Return a frame's rows as CSV.

    Args:
        frame: the rows.
        include_header: begin with the columns' names.
        plain: the caller knows that no value needs quotes, which saves looking for them.
        null_value: what a null is written as.

    A row of a single empty field would be an empty line, which readers skip: such a null is not representable there
    and is written as an empty line all the same, as COPY expects.
    """
    return b"".join(pieces(frame, include_header=include_header, plain=plain, null_value=null_value))


def pieces(
    frame: pl.DataFrame, *, include_header: bool = False, plain: bool = False, null_value: str = ""
) -> list[bytes]:
    """Return what `encode` does, as Polars hands it over: bytes that follow one another, never copied."""
    taken = _Pieces()
    shown = [_shown(values) for values in frame.iter_columns()]
    pl.DataFrame(shown).write_csv(
        cast("IO[bytes]", taken),
        include_header=include_header,
        datetime_format=_DATETIME,
        time_format=_TIME,
        line_terminator="\n",
        null_value=null_value,
        quote_style="never" if plain else "necessary",
    )
    return taken.held


class _Pieces:
    """A file that keeps what is written to it as it comes."""

    def __init__(self) -> None:
        self.held: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Keep a piece."""
        self.held.append(data)
        return len(data)

    def flush(self) -> None:
        """There is nothing to do."""

    def close(self) -> None:
        """There is nothing to do."""


def harmless(frame: pl.DataFrame) -> pl.DataFrame:
    """Put ``'`` before every text that a spreadsheet would take for a formula.

    Those begin with ``=``, ``+``, ``-``, ``@``, a tab or the end of a line (OWASP, CSV injection); numbers and moments
    stay as they are. A text that comes back from a spreadsheet has lost the sign again; COPY would keep it.
    """
    texts = pl.col(pl.String)
    return frame.with_columns(pl.when(texts.str.contains(_FORMULA)).then("'" + texts).otherwise(texts).name.keep())


def _shown(values: pl.Series) -> pl.Series:
    """Turn dates and times into text where that is faster than what Polars does."""
    if values.dtype == pl.Date:
        texts = moments.dates(values)
        return values if texts is None else texts
    if isinstance(values.dtype, pl.Datetime):
        texts = moments.timestamps(values)
        if texts is None and values.dtype.time_zone is not None:
            return values.dt.strftime(f"{_DATETIME}Z")
        return values if texts is None else texts
    return values
