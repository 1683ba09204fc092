"""Series as arrays of whole numbers without a query of Polars, which costs a chunk as much as the work itself."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl


def physical(values: pl.Series) -> pl.Series:
    """Return dates as days, times as nanoseconds and moments in the unit of their type, Int64; nulls stay.

    It is what `to_physical` gives, which is a query; a cast is none.
    """
    return values.cast(pl.Int64)


def filled(values: pl.Series, number: int) -> pl.Series:
    """Put a number in place of nulls, where there are any."""
    return values.fill_null(number) if values.null_count() else values


def nulls(values: pl.Series) -> npt.NDArray[np.bool_]:
    """Return where nulls are."""
    return values.is_null().to_numpy() if values.null_count() else np.zeros(len(values), dtype=bool)
