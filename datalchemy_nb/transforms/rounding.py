"""Round numbers."""

from __future__ import annotations

from typing import Annotated

import polars as pl
from pydantic import Field, StrictInt

from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.registry import Params
from datalchemy_nb.transforms.base import Transform, transform

_MOST_DIGITS = 15


class RoundParams(Params):
    """``digits`` after the point; negative ones round to tens, hundreds and so on."""

    digits: Annotated[StrictInt, Field(ge=-_MOST_DIGITS, le=_MOST_DIGITS)] = 0


class Round(Transform):
    """Round to a number of digits, halves away from zero as PostgreSQL's ``round`` does."""

    def __init__(self, digits: int) -> None:
        self.digits = digits

    def apply(self, values: pl.Series, bits: U64) -> pl.Series:
        del bits
        if self.digits >= 0:
            return values if values.dtype.is_integer() else values.round(self.digits, mode="half_away_from_zero")
        if values.dtype.is_float():
            unit = float(10**-self.digits)
            return (values / unit).round(0, mode="half_away_from_zero") * unit
        # What stands after the point cannot decide which ten is nearer.
        return _nearest(values.cast(pl.Int128), 10**-self.digits).cast(values.dtype)


@transform("transform.round", params=RoundParams, accepts=("integer", "decimal", "float"))
def round_(params: RoundParams) -> Transform:
    """Round numbers to `digits` after the point, or with negative digits to tens, hundreds and so on."""
    return Round(params.digits)


def _nearest(whole: pl.Series, unit: int) -> pl.Series:
    """Whole numbers brought to the nearest multiple, halves away from zero."""
    size, half = pl.Series([unit], dtype=pl.Int128), pl.Series([unit // 2], dtype=pl.Int128)
    rounded = (whole.abs() + half) // size * size
    return rounded.zip_with((whole >= 0).fill_null(True), rounded * pl.Series([-1], dtype=pl.Int128))
