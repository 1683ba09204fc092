"""Values as a person would write them: the text that templates and masks work on."""

from __future__ import annotations

import polars as pl

from datalchemy_nb.domains.base import Category

TEMPORAL: tuple[Category, ...] = ("date", "time", "timestamp", "timestamptz")
TEXTUAL: tuple[Category, ...] = ("text", "uuid", "enum")


def plain_text(values: pl.Series) -> pl.Series:
    """Write values as text: ISO dates, ``T`` between date and time, ``Z`` for UTC, shortest numbers."""
    if values.dtype == pl.String:
        return values
    if isinstance(values.dtype, pl.Datetime):
        fraction = "%.6f" if bool((values.dt.microsecond() != 0).any()) else ""
        return values.dt.strftime(f"%Y-%m-%dT%H:%M:%S{fraction}" + ("Z" if values.dtype.time_zone else ""))
    if values.dtype == pl.Time:
        return values.dt.strftime("%H:%M:%S")
    if values.dtype.is_float():
        return values.cast(pl.String).str.strip_suffix(".0")
    return values.cast(pl.String)
