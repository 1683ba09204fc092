"""Numbers as whole ticks (cents, days, microseconds), in which sums are exact whatever their order."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.domains.arithmetic import Whole
from datalchemy_nb.domains.arrow import import_decimals
from datalchemy_nb.domains.physical import filled, physical

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
    whole = values.to_physical().cast(pl.Int64) if isinstance(values.dtype, pl.Decimal) else physical(values)
    raw: Ints = filled(whole, 0).to_numpy()
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
    return values.zip_with(pl.Series(~missing), pl.Series([None], dtype=values.dtype))


# --- arithmetic ------------------------------------------------------------------------------------------------------

_MOST = 1 << 62


def evaluate(whole: Whole, column: Callable[[str], pl.Series], dtype: pl.DataType) -> pl.Series | None:
    """Return what arithmetic makes of columns, rounded to a type; None where 64 bits may not hold it.

    Args:
        whole: the arithmetic; columns of whole numbers and decimals.
        column: a column by name; null where any is null.
        dtype: of the result.
    """
    if whole.op == "number":
        return None
    absent: list[Mask] = []
    found = _made(whole, column, absent)
    digits = scale_of(dtype)
    if found is None or (digits > whole.scale and found[1] * 10 ** (digits - whole.scale) >= _MOST):
        return None
    numbers = rescaled(found[0], whole.scale, digits)
    limit = 10 ** (dtype.precision or 38) if isinstance(dtype, pl.Decimal) else _MOST
    if isinstance(dtype, pl.Int16 | pl.Int32):
        limit = 1 << (15 if isinstance(dtype, pl.Int16) else 31)
    if limit < _MOST and len(numbers) and int(np.abs(numbers).max()) >= limit:
        return None
    return series(numbers, dtype, np.logical_or.reduce(absent) if absent else None)


def _made(whole: Whole, column: Callable[[str], pl.Series], absent: list[Mask]) -> tuple[Ints, int] | None:
    """Numbers, and how large they can be; None where that is too large."""
    if whole.op == "column":
        try:
            numbers, missing = ticks(column(whole.name))
        except pl.exceptions.InvalidOperationError:
            return None
        if missing is not None:
            absent.append(missing)
        return numbers, max(abs(int(numbers.min())), abs(int(numbers.max()))) if len(numbers) else 0
    if whole.op == "number":
        return np.array([whole.value], dtype=np.int64), whole.value
    parts = [_made(part, column, absent) for part in whole.parts]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    if whole.op == "point":
        return known[0]
    if whole.op == "neg":
        return -known[0][0], known[0][1]
    if whole.op == "round":
        return rescaled(known[0][0], whole.parts[0].scale, whole.scale), known[0][1]
    (left, large), (right, larger) = known
    if whole.op == "*":
        return (left * right, large * larger) if large * larger < _MOST else None
    up, down = (10 ** (whole.scale - part.scale) for part in whole.parts)
    most = large * up + larger * down
    if most >= _MOST:
        return None
    left, right = left * np.int64(up), right * np.int64(down)
    return (left + right if whole.op == "+" else left - right), most
