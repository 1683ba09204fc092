"""How previewed rows are shown."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import polars as pl

from datalchemy_nb.progress import duration
from datalchemy_nb.results.base import Preview
from datalchemy_nb.show.document import Cell, Code, Dim, Document, Grid, Heading, facts

MAX_ROWS = 1000


def describe_preview(preview: Preview) -> Document:
    """The rows under their numbers."""
    frame, offset = preview.frame, preview.offset
    last = offset + frame.height - 1
    shown = f"rows {offset:,} to {last:,} of {preview.total:,}" if frame.height else f"no rows of {preview.total:,}"
    note = facts(("made in", duration(preview.seconds)))
    return Document(f"{preview.ref}: {shown}", (), (frame_grid(frame, first_row=offset), note))


def frame_grid(frame: pl.DataFrame, *, first_row: int | None = None) -> Grid:
    """A frame as a grid: types under the names, numbers to the right, nulls dim.

    Args:
        frame: the rows.
        first_row: number of the first row; None shows no numbers.
    """
    heads = [
        Heading(name, _type_name(dtype), right=dtype.is_numeric())
        for name, dtype in zip(frame.columns, frame.dtypes, strict=True)
    ]
    cells = [tuple(_cell(value) for value in row) for row in frame.head(MAX_ROWS).iter_rows()]
    if first_row is not None:
        heads.insert(0, Heading("row", right=True))
        cells = [(Dim(f"{first_row + i:,}"), *row) for i, row in enumerate(cells)]
    return Grid(tuple(heads), tuple(cells), more=max(frame.height - MAX_ROWS, 0), lines=True)


def _type_name(dtype: pl.DataType) -> str:
    if isinstance(dtype, pl.Datetime):
        return "timestamptz" if dtype.time_zone else "timestamp"
    if isinstance(dtype, pl.Decimal):
        return f"decimal({dtype.precision},{dtype.scale})"
    return str(dtype).lower().replace("string", "text")


def _cell(value: Any) -> Cell:
    match value:
        case None:
            return Dim("null")
        case "":
            return Dim('""')
        case bool():
            return "true" if value else "false"
        case bytes():
            return Code("\\x" + value.hex())
        case dt.datetime():
            return value.isoformat(sep=" ")
        case list() | dict() | tuple():
            return Code(json.dumps(value, ensure_ascii=False, default=str))
        case _:
            return str(value)
