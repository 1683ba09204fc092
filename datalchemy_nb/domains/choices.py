"""``primitive.choice``: the values the plan lists."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Self

import polars as pl
from pydantic import Field, model_validator

from datalchemy_nb.domains.base import Category, Domain, Slot
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.parameters import Bool
from datalchemy_nb.domains.reference.facets import RecordsInOrder
from datalchemy_nb.domains.registry import Params, generator

Scalar = bool | int | float | str


class ChoiceParams(Params):
    """The values, and how often each comes up.

    Attributes:
        values: what the column holds.
        weights: one a value; none = evenly.
        ordered: row i holds value i, as in a table that lists them; later rows begin again, texts with a number behind.
        numbered: whether texts of later rows have that number.
    """

    values: Annotated[tuple[Scalar, ...], Field(min_length=1)]
    weights: tuple[Annotated[float, Field(ge=0)], ...] | None = None
    ordered: Bool = False
    numbered: Bool = True

    @model_validator(mode="after")
    def _as_many(self) -> Self:
        if self.weights is not None and len(self.weights) != len(self.values):
            raise ValueError(f"{len(self.values)} values but {len(self.weights)} weights")
        if self.weights is not None and not any(self.weights):
            raise ValueError("at least one weight must be positive")
        if self.weights is not None and self.ordered:
            raise ValueError("values in their order take no weights")
        return self


@generator(
    "primitive.choice",
    params=ChoiceParams,
    produces=("text", "integer", "decimal", "float", "boolean", "date", "timestamp", "timestamptz", "enum"),
)
def choice(params: ChoiceParams, slot: Slot) -> Domain:
    """One of the listed values, evenly, by `weights` or in their order; texts are read as the column's type."""
    values, category = _typed(params.values, slot)
    if params.ordered:
        return RecordsInOrder(pl.Series(values), slot.rows, category, numbered=params.numbered)
    return ChoiceDomain(values, params.weights, category=category)


def _typed(values: tuple[Scalar, ...], slot: Slot) -> tuple[list[Any], Category]:
    if slot.category == "date":
        return [dt.date.fromisoformat(str(v)) for v in values], "date"
    if slot.category in ("timestamp", "timestamptz"):
        return [dt.datetime.fromisoformat(str(v)).replace(tzinfo=None) for v in values], "timestamp"
    if slot.category in ("integer", "decimal", "float") and any(isinstance(v, str) for v in values):
        values = tuple(_number(v) for v in values)
    if all(isinstance(v, bool) for v in values):
        return list(values), "boolean"
    if all(isinstance(v, int) and not isinstance(v, bool) for v in values):
        return list(values), "integer"
    if all(isinstance(v, int | float) and not isinstance(v, bool) for v in values):
        return [float(v) for v in values], "float"
    return [str(v) for v in values], "text"


def _number(value: Scalar) -> Scalar:
    """A number that may be written as a text.

    Raises:
        ValueError: it is none.
    """
    if not isinstance(value, str):
        return value
    try:
        return int(value)
    except ValueError:
        pass
    try:
        return float(value)
    except ValueError:
        raise ValueError(f"{value!r} is no number") from None
