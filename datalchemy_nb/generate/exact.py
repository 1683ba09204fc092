"""Numbers as whole ticks (cents, days, microseconds), in which sums are exact whatever their order."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.domains.arrow import import_decimals

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
DAY_MICROSECONDS = 86_400_000_000


def scale_of(dtype: pl.DataType) -> int:
    """Digits after the point."""
    return dtype.scale if isinstance(dtype, pl.Decimal) else 0


def ticks(values: pl.Series, digits: int | None = None) -> tuple[Ints, Mask | None]:
    """Return values in ticks, 0 where they are null, and which are.

    Args:
        values: whole numbers, decimals, booleans, dates or moments.
        digits: digits after the point that the ticks have, at least those of the values; None = those of the values.
    """
    missing = values.is_null().to_numpy() if values.null_count() else None
    whole = pl.first().to_physical().cast(pl.Int64)
    raw: Ints = values.to_frame().select(whole if missing is None else whole.fill_null(0)).to_series().to_numpy()
    factor = 1 if digits is None else 10 ** (digits - scale_of(values.dtype))
    return (raw if factor == 1 else raw * np.int64(factor)), missing


def rescaled(numbers: Ints, digits: int, wanted: int) -> Ints:
    """Return ticks of other digits, halves rounded away from zero as PostgreSQL does."""
    if wanted >= digits:
        return numbers * np.int64(10 ** (wanted - digits))
    unit = np.int64(10 ** (digits - wanted))
    rounded: Ints = np.sign(numbers) * ((np.abs(numbers) + unit // 2) // unit)
    return rounded


def series(numbers: Ints, dtype: pl.DataType, missing: Mask | None = None) -> pl.Series:
    """Return ticks as values of a type: cents of a decimal, days of a date, microseconds of a moment."""
    if isinstance(dtype, pl.Decimal):
        words = np.column_stack([numbers, numbers >> np.int64(63)]).view(np.uint64)
        values = import_decimals(words, dtype.precision or 38, dtype.scale)
    elif isinstance(dtype, pl.Date):
        values = pl.Series(numbers.astype(np.int32)).cast(pl.Date)
    else:
        values = pl.Series(numbers).cast(dtype)
    return values if missing is None else nulled(values, missing)


def nulled(values: pl.Series, missing: Mask) -> pl.Series:
    """Return values with nulls where they are missing."""
    if not missing.any():
        return values
    return values.to_frame().select(pl.when(pl.Series(~missing)).then(pl.first())).to_series()
