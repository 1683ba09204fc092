"""Build and run a transform step."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.domains.base import Slot
from datalchemy_nb.domains.bits import mix
from datalchemy_nb.transforms.base import Transform, find_transform


def build(
    id_: str, *, category: str = "text", max_length: int | None = None, scale: int | None = None, **params: Any
) -> Transform:
    spec = find_transform(id_)
    column = Slot(TableRef("s", "t"), "c", category, pl.String(), category, max_length=max_length, scale=scale)
    return spec.build(spec.params.model_validate(params), column)


def run(id_: str, values: Any, **params: Any) -> pl.Series:
    series = values if isinstance(values, pl.Series) else pl.Series(values, dtype=None if any(values) else pl.String)
    step = build(id_, **params)
    result = step.apply(series, mix(np.arange(len(series), dtype=np.uint64)))
    assert len(result) == len(series)
    assert result.is_null().to_list() == series.is_null().to_list(), "nulls pass through"
    if step.category == "text":
        assert result.dtype == pl.String
    return result
