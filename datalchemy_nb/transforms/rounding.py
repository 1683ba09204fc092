"""Round numbers."""

from __future__ import annotations

from typing import Annotated

import polars as pl
from pydantic import Field, StrictInt

from datalchemy_nb.domains.base import Slot
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
        if isinstance(values.dtype, pl.Decimal):
            scale = values.dtype.scale
            rounded = _whole(values.to_physical().cast(pl.Int128), scale - self.digits)
            return rounded.cast(pl.Decimal(38, 0)).cast(pl.Decimal(38, scale)) if scale == 0 else _scaled(
                rounded, scale
            )  # fmt: skip
        if values.dtype.is_float():
            return self._float(values)
        return _whole(values.cast(pl.Int128), -self.digits).cast(values.dtype)

    def _float(self, values: pl.Series) -> pl.Series:
        if self.digits >= 0:
            return values.round(self.digits, mode="half_away_from_zero")
        unit = float(10**-self.digits)
        return (values / unit).round(0, mode="half_away_from_zero") * unit


@transform("transform.round", params=RoundParams, accepts=("integer", "decimal", "float"))
def round_(params: RoundParams, slot: Slot) -> Transform:
    """Round numbers to `digits` after the point, or with negative digits to tens, hundreds and so on."""
    del slot
    return Round(params.digits)


def _whole(values: pl.Series, digits: int) -> pl.Series:
    """Whole numbers rounded to a multiple of a power of ten."""
    if digits <= 0:
        return values
    unit = pl.Series([10**digits], dtype=pl.Int128)
    half = pl.Series([10**digits // 2], dtype=pl.Int128)
    sign = pl.select(pl.when(values < 0).then(-1).otherwise(1).cast(pl.Int128)).to_series()
    return (values.abs() + half) // unit * unit * sign
