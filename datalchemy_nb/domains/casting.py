"""Values brought to the type of the file."""

from __future__ import annotations

import polars as pl


def cast(values: pl.Series, dtype: pl.DataType) -> pl.Series:
    """Give values the file's type: text forms are PostgreSQL's, numbers are rounded, halves to the even one.

    Raises:
        polars.exceptions.PolarsError: a text is no value of the type.
    """
    if values.dtype == dtype:
        return values
    if isinstance(dtype, pl.String) and isinstance(values.dtype, pl.Datetime):
        return values.dt.strftime("%Y-%m-%dT%H:%M:%SZ" if values.dtype.time_zone else "%Y-%m-%dT%H:%M:%S")
    if isinstance(dtype, pl.Datetime) and isinstance(values.dtype, pl.Datetime):
        plain = values.dt.replace_time_zone(None)
        return plain.dt.replace_time_zone(dtype.time_zone) if dtype.time_zone else plain
    if isinstance(dtype, pl.Datetime) and isinstance(values.dtype, pl.Date):
        return values.cast(pl.Datetime("us")).dt.replace_time_zone(dtype.time_zone)
    if dtype.is_integer() and (values.dtype.is_float() or isinstance(values.dtype, pl.Decimal)):
        return values.round(0).cast(dtype)
    if isinstance(dtype, pl.Decimal) and values.dtype.is_float():
        return values.round(dtype.scale).cast(dtype)
    if values.dtype == pl.String and (dtype.is_temporal() or isinstance(dtype, pl.Boolean)):
        return read(values, dtype)
    return values.cast(dtype)


def read(texts: pl.Series, dtype: pl.DataType) -> pl.Series:
    """Read dates, times, timestamps (ISO) or booleans (``true``, ``false``) from text.

    Raises:
        polars.exceptions.PolarsError: a text is none.
    """
    if isinstance(dtype, pl.Boolean):
        return texts.replace_strict(["true", "false"], [True, False], return_dtype=pl.Boolean)
    if isinstance(dtype, pl.Date):
        return texts.str.to_date("%Y-%m-%d")
    if isinstance(dtype, pl.Time):
        return texts.str.to_time("%H:%M:%S")
    plain = texts.str.replace(" ", "T").str.strip_suffix("Z")
    zone = dtype.time_zone if isinstance(dtype, pl.Datetime) else None
    return plain.str.to_datetime(time_unit="us").dt.replace_time_zone(zone)
