"""Steps that replace values at random: weighted choice, nulls."""

from __future__ import annotations

from typing import Annotated, Any

import polars as pl
from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr

from datalchemy_nb.domains.base import Category, Slot
from datalchemy_nb.domains.bits import U64, unit
from datalchemy_nb.domains.casting import read
from datalchemy_nb.domains.finder import WeightTable
from datalchemy_nb.domains.registry import Params
from datalchemy_nb.domains.strings import gather
from datalchemy_nb.transforms.base import TEMPORAL, Transform, transform

_KINDS: dict[type, Category] = {bool: "boolean", int: "integer", float: "float", str: "text"}
_DTYPES: dict[Category, pl.DataType] = {
    "boolean": pl.Boolean(),
    "integer": pl.Int64(),
    "float": pl.Float64(),
    "text": pl.String(),
}


class Option(Params):
    """One ``value`` and its ``weight``."""

    value: StrictBool | StrictInt | StrictFloat | StrictStr
    weight: Annotated[float, Field(gt=0, allow_inf_nan=False)] = 1.0


class WeightedChoiceParams(Params):
    """``choices``: values with weights."""

    choices: Annotated[list[Option], Field(min_length=1)]


class NullRateParams(Params):
    """``rate``: the share of nulls, 0 to 1."""

    rate: Annotated[float, Field(ge=0, le=1)]


class WeightedChoice(Transform):
    """Replace every value by one of the choices."""

    def __init__(self, values: pl.Series, weights: list[float], category: Category) -> None:
        self.values, self.category, self._table = values, category, WeightTable(weights)

    def apply(self, values: pl.Series, bits: U64) -> pl.Series:
        chosen = gather(self.values, self._table.pick(bits))
        return chosen.set(values.is_null(), None) if values.null_count() else chosen


class NullRate(Transform):
    """Leave values as they are; the engine places the nulls."""

    injective = True
    added = 0

    def __init__(self, rate: float) -> None:
        self.null_rate = rate

    def apply(self, values: pl.Series, bits: U64) -> pl.Series:
        del bits
        return values


class NullsHere(Transform):
    """Place nulls at once, for a later step to fill."""

    injective = True
    added = 0

    def __init__(self, rate: float) -> None:
        self.rate = rate

    def apply(self, values: pl.Series, bits: U64) -> pl.Series:
        kept = pl.Series(unit(bits) >= self.rate)
        return values.to_frame().select(pl.when(kept).then(pl.first())).to_series()


@transform("transform.weighted_choice", params=WeightedChoiceParams)
def weighted_choice(params: WeightedChoiceParams, slot: Slot) -> Transform:
    """Replace values by `choices` (texts, numbers, booleans, or dates as text), each with its `weight`."""
    values, category = typed([c.value for c in params.choices], slot)
    return WeightedChoice(values, [c.weight for c in params.choices], category)


@transform("transform.null_rate", params=NullRateParams)
def null_rate(params: NullRateParams) -> Transform:
    """Turn the share `rate` of the values into nulls."""
    return NullRate(params.rate)


def typed(values: list[Any], slot: Slot) -> tuple[pl.Series, Category]:
    """Return the values of a plan as the column's family, where they are written for it.

    Raises:
        ValueError: they mix families, or are no date or time in a column of such.
    """
    kinds = {_KINDS[type(v)] for v in values}
    if kinds == {"integer", "float"}:
        kinds = {"float"}
    if len(kinds) > 1:
        raise ValueError(f"choices mix {' and '.join(sorted(kinds))} values")
    category = kinds.pop()
    series = pl.Series(values, dtype=_DTYPES[category], strict=False)
    if category == "text" and slot.category in TEMPORAL:
        return _parsed(series, slot.category), slot.category
    if category in ("integer", "float") and slot.category == "decimal":
        return series.cast(pl.String).cast(pl.Decimal(38, slot.scale or 0)), "decimal"
    return series, category


_READ: dict[Category, pl.DataType] = {
    "date": pl.Date(),
    "time": pl.Time(),
    "timestamp": pl.Datetime("us"),
    "timestamptz": pl.Datetime("us", "UTC"),
}


def _parsed(texts: pl.Series, category: Category) -> pl.Series:
    try:
        return read(texts, _READ[category])
    except pl.exceptions.PolarsError as error:
        raise ValueError(f"a choice is not a {category}: {error}".splitlines()[0]) from None
