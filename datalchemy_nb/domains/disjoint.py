"""Ranges of which no two overlap, for exclusion constraints and WITHOUT OVERLAPS."""

from __future__ import annotations

import datetime as dt

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import Category, Domain, Slot
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.fitting import base_type
from datalchemy_nb.domains.strings import join

_STEP = 10
_LAST_DAY = dt.date(9999, 1, 1)
_KINDS = {"int4range": "number", "int8range": "number", "numrange": "number", "daterange": "day", "tsrange": "hour",
          "tstzrange": "hour"}  # fmt: skip


class DisjointRanges(Domain):
    """Ordinal n is the n-th of a row of half-open ranges, each inside a place of its own.

    Args:
        slot: a column of a built-in range type.

    Raises:
        ValueError: another type.
    """

    category: Category = "range"

    def __init__(self, slot: Slot) -> None:
        name = base_type(slot)
        if name not in _KINDS:
            raise ValueError(f"no disjoint ranges of type {slot.type_name}")
        self.kind, self.zone = _KINDS[name], "+00" if name == "tstzrange" else ""
        self.origin = slot.base_date.replace(day=1)
        days = (_LAST_DAY - self.origin).days
        self.size = {"number": 2**31 // _STEP - 1, "day": days, "hour": days * 24}[self.kind]

    def take(self, ordinals: U64) -> pl.Series:
        places = ordinals.astype(np.int64)
        if self.kind == "number":
            return _written(pl.Series(places * _STEP), pl.Series(places * _STEP + 7))
        start = pl.Series([self.origin], dtype=pl.Date).cast(pl.Datetime("us"))
        unit = dt.timedelta(days=1) if self.kind == "day" else dt.timedelta(hours=1)
        offsets = pl.Series(places * int(unit.total_seconds() * 1_000_000)).cast(pl.Duration("us"))
        lower = start.new_from_index(0, len(ordinals)) + offsets
        length = unit if self.kind == "day" else dt.timedelta(minutes=50)
        form = "%Y-%m-%d" if self.kind == "day" else f"%Y-%m-%d %H:%M:%S{self.zone}"
        return _written(lower.dt.strftime(form), (lower + length).dt.strftime(form))


def _written(lower: pl.Series, upper: pl.Series) -> pl.Series:
    return join(["[", lower.cast(pl.String), ",", upper.cast(pl.String), ")"])
