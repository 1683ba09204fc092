"""Steps that put given values in place of others: map, coalesce."""

from __future__ import annotations

from typing import Annotated

import polars as pl
from pydantic import Field, StrictBool, StrictFloat, StrictInt, StrictStr

from datalchemy_nb.domains.base import Category, Slot
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.registry import Params
from datalchemy_nb.transforms.base import Transform, plain_text, transform
from datalchemy_nb.transforms.choice import typed

Value = StrictBool | StrictInt | StrictFloat | StrictStr


class MapParams(Params):
    """``values``: what stands for each value, by its plain text; ``default`` for all others, else they stay."""

    values: Annotated[dict[str, Value], Field(min_length=1)]
    default: Value | None = None


class CoalesceParams(Params):
    """``value``: what takes the place of nulls."""

    value: Value


class Map(Transform):
    """Look values up by their plain text; those not listed stay, or become the default.

    Args:
        keys: plain texts.
        values: what stands for each, then the default where there is one.
        category: family of the values.
        has_default: whether the last value is the default.
    """

    def __init__(self, keys: list[str], values: pl.Series, category: Category, has_default: bool) -> None:
        self.keys, self.values, self.category, self.has_default = keys, values, category, has_default
        self.injective = not has_default and sorted(plain_text(values).to_list()) == sorted(keys)

    def apply(self, values: pl.Series, bits: U64) -> pl.Series:
        del bits
        text, dtype = plain_text(values), self.values.dtype
        news = self.values.head(len(self.keys))
        found = text.replace_strict(self.keys, news, default=None, return_dtype=dtype)
        listed = text.is_in(pl.Series(self.keys).implode())
        if self.has_default:
            others = self.values.tail(1).new_from_index(0, len(values)).set(values.is_null(), None)
        else:
            # Values that are replaced need not be of the new type.
            kept = values.to_frame().select(pl.when(~listed).then(pl.first())).to_series()
            others = plain_text(kept) if dtype == pl.String else kept.cast(dtype)
        return found.zip_with(listed.fill_null(False), others)


class Coalesce(Transform):
    """Put a value in place of nulls."""

    fills = True

    def __init__(self, value: pl.Series) -> None:
        self.value = value

    def apply(self, values: pl.Series, bits: U64) -> pl.Series:
        del bits
        if not values.null_count():
            return values
        written = plain_text(self.value) if values.dtype == pl.String else self.value.cast(values.dtype)
        return values.zip_with(values.is_not_null(), written.new_from_index(0, len(values)))


@transform("transform.map", params=MapParams)
def map_(params: MapParams, slot: Slot) -> Transform:
    """Replace values by a table, `values`; the others stay, or become `default`."""
    listed = [*params.values.values(), *([] if params.default is None else [params.default])]
    values, category = _written(listed) if slot.category == "text" else typed(listed, slot)
    return Map(list(params.values), values, category, params.default is not None)


@transform("transform.coalesce", params=CoalesceParams)
def coalesce(params: CoalesceParams, slot: Slot) -> Transform:
    """Put `value` in place of nulls, those of an earlier transform.null_rate among them."""
    return Coalesce(typed([params.value], slot)[0])


def _written(values: list[bool | int | float | str]) -> tuple[pl.Series, Category]:
    texts = [str(v).lower() if isinstance(v, bool) else str(v) for v in values]
    return pl.Series(texts, dtype=pl.String), "text"
