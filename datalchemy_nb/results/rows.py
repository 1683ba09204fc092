"""How rows are shown: one grid for a preview, a run's files, and what a report or a difference quotes of them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from datalchemy_nb.contracts.schema import Table
from datalchemy_nb.progress import duration
from datalchemy_nb.results.base import Preview
from datalchemy_nb.show import document as doc

MAX_ROWS = 1000
_BINS = 12
_FEW = 12
"""Up to so many different values are told by name, not as a histogram."""
_TOP = 3
_STANDS_OUT = 0.02
_NARROW = {"uuid", "bytea", "binary", "json", "jsonb"}


def describe_preview(preview: Preview) -> doc.Document:
    """The rows under their numbers."""
    frame, offset = preview.frame, preview.offset
    last = offset + frame.height - 1
    shown = f"rows {offset:,} to {last:,} of {preview.total:,}" if frame.height else f"no rows of {preview.total:,}"
    source = f" of run {preview.run_id[:8]}" if preview.run_id else ""
    rows = preview_grid(preview)
    note = doc.facts(("read in" if preview.run_id else "made in", duration(preview.seconds)))
    return doc.Document(f"{preview.ref}{source}: {shown}", (), (rows, note))


def preview_grid(preview: Preview, frame: pl.DataFrame | None = None) -> doc.Grid:
    """The grid of a preview; of another frame with the same rows, where columns were put in another order."""
    return frame_grid(
        preview.frame if frame is None else frame,
        first_row=preview.offset if preview.numbers is None else preview.numbers,
        table=preview.table,
        sample=preview.sample,
        total=preview.total if preview.rows is None else preview.rows,
    )


def frame_grid(
    frame: pl.DataFrame,
    *,
    first_row: int | Sequence[int] | None = None,
    table: Table | None = None,
    sample: pl.DataFrame | None = None,
    total: int = 0,
) -> doc.Grid:
    """A frame as a grid: types under the names, numbers to the right, nulls dim; row number and key stay in sight.

    Args:
        frame: the rows.
        first_row: number of the first row, or the numbers of all; None shows no numbers.
        table: the table they are of; its own types are shown, else those of the frame.
        sample: rows by which the columns are summarised; None = they are not.
        total: rows the sample is taken from.
    """
    columns = table.by_name if table is not None else {}
    heads = [
        doc.Heading(
            name,
            columns[name].column_type.data_type if name in columns else _type_name(dtype),
            right=dtype.is_numeric(),
        )
        for name, dtype in frame.schema.items()
    ]
    heads = [replace(head, narrow=head.under in _NARROW) for head in heads]
    if sample is not None and sample.height:
        heads = [replace(h, summary=summarise(sample[h.name], named=not h.narrow)) for h in heads]
    cells = [tuple(_cell(value) for value in row) for row in frame.head(MAX_ROWS).iter_rows()]
    key = table.primary_key.columns if table is not None and table.primary_key else ()
    pinned = int(bool(heads) and heads[0].name in key)
    if first_row is not None:
        heads.insert(0, doc.Heading("row", right=True))
        numbers = range(first_row, first_row + len(cells)) if isinstance(first_row, int) else first_row
        cells = [(doc.Dim(f"{number:,}"), *row) for number, row in zip(numbers, cells, strict=False)]
        pinned += 1
    return doc.Grid(
        tuple(heads),
        tuple(cells),
        more=max(frame.height - MAX_ROWS, 0),
        lines=True,
        pinned=pinned,
        remark=_sampled(sample, total),
    )


def _sampled(sample: pl.DataFrame | None, total: int) -> str:
    if sample is None or not sample.height:
        return ""
    if sample.height >= total:
        return f"Columns are summed up over all {doc.plural(sample.height, 'row')}."
    return f"Columns are summed up over {sample.height:,} of {doc.plural(total, 'row')}, evenly spaced."


def summarise(values: pl.Series, *, named: bool = True) -> doc.Summary:
    """Sum a column up: null share, different values, and either a histogram or the values that come up most.

    Args:
        values: the sample.
        named: name values; else they are only counted.
    """
    nulls = values.null_count() / len(values) if len(values) else 0.0
    present = values.drop_nulls()
    if values.dtype.is_nested() or not len(present):
        return doc.Summary(nulls, 0 if not len(present) else None)
    distinct = present.n_unique()
    ordered = values.dtype.is_numeric() or values.dtype.is_temporal()
    if ordered and distinct > _FEW:
        low, high = (_end(value) for value in (present.min(), present.max()))
        return doc.Summary(nulls, distinct, _histogram(present), low, high, unique=distinct == len(present))
    if not named or distinct == len(present) > _FEW:
        return doc.Summary(nulls, distinct, unique=distinct == len(present))
    counts = present.value_counts(name="rows").sort(["rows", present.name], descending=[True, False]).head(_TOP)
    shares = [(cell_text(value), rows / len(values)) for value, rows in counts.iter_rows()]
    return doc.Summary(nulls, distinct, top=tuple(s for s in shares if s[1] >= _STANDS_OUT))


def _histogram(values: pl.Series) -> tuple[int, ...]:
    numbers = (values.to_physical() if values.dtype.is_temporal() else values).cast(pl.Float64)
    low, high = float(numbers.min() or 0.0), float(numbers.max() or 0.0)  # type: ignore[arg-type]
    width = (high - low) / _BINS
    if not width or width != width or width in (float("inf"), float("-inf")):
        return ()
    places = ((numbers - low) / width).floor().clip(0, _BINS - 1).cast(pl.Int64)
    found = dict(places.value_counts(name="rows").iter_rows())
    return tuple(found.get(i, 0) for i in range(_BINS))


def _type_name(dtype: pl.DataType) -> str:
    if isinstance(dtype, pl.Datetime):
        return "timestamptz" if dtype.time_zone else "timestamp"
    if isinstance(dtype, pl.Decimal):
        return f"decimal({dtype.precision},{dtype.scale})"
    return str(dtype).lower().replace("string", "text")


def _cell(value: Any) -> doc.Cell:
    match value:
        case None:
            return doc.Dim("null")
        case "":
            return doc.Dim('""')
        case bool():
            return "true" if value else "false"
        case bytes():
            return doc.Code("\\x" + value.hex())
        case dt.datetime():
            return value.isoformat(sep=" ")
        case list() | dict() | tuple():
            return doc.Code(json.dumps(value, ensure_ascii=False, default=str))
        case _:
            return str(value)


def _end(value: Any) -> str:
    """An end of a histogram: of moments the day, of numbers four digits."""
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    return f"{value:,.4g}" if isinstance(value, float) else cell_text(value)


def cell_text(value: Any) -> str:
    cell = _cell(value)
    return cell.text if isinstance(cell, doc.Code | doc.Dim) else str(cell)
