"""Dates and times at or after another column's."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.domains.base import Category, Derivation
from datalchemy_nb.domains.bits import U64, unit
from datalchemy_nb.domains.temporal import DAY_US, SECOND_US

_DAY = DAY_US // SECOND_US
_USUAL = {"date": 30 * _DAY, "time": 3600}
_TEMPORAL = ("date", "time", "timestamp", "timestamptz")
_END_OF_DAY = _DAY - 1


class Later(Derivation):
    """The input plus an even distance; the type is the column's own.

    Args:
        column: the earlier column.
        category: family of the result: date, time, timestamp or timestamptz.
        min_days: with `min_seconds`, the shortest distance.
        min_seconds: see above.
        max_days: with `max_seconds`, the longest distance.
        max_seconds: see above.

    A date after a timestamp is the next day's or later, so that it is not before it. Times of day end at 23:59:59.

    Raises:
        ValueError: the column is no date or time, or the distances contradict each other.
    """

    def __init__(
        self,
        column: str,
        category: Category,
        min_days: int | None = None,
        min_seconds: int | None = None,
        max_days: int | None = None,
        max_seconds: int | None = None,
    ) -> None:
        if category not in _TEMPORAL:
            raise ValueError(f"the column must be a date, time or timestamp, not {category}")
        self.inputs, self.category, self.not_before = (column,), category, column
        self.least = (min_days or 0) * _DAY + (min_seconds or 0)
        if max_days is None and max_seconds is None:
            self.most = self.least + _USUAL.get(category, _DAY)
        else:
            self.most = (max_days or 0) * _DAY + (max_seconds or 0)
        if self.least > self.most:
            raise ValueError(f"the shortest distance ({self.least} s) is above the longest ({self.most} s)")

    def compute(self, inputs: Mapping[str, pl.Series], bits: U64, rows: U64) -> pl.Series:
        del rows
        source = inputs[self.inputs[0]]
        nulls, share = source.is_null(), unit(bits)
        match self.category:
            case "time":
                moved = self._time(source, share)
            case "date":
                moved = self._date(source, share)
            case _:
                moved = self._moment(source, share)
        return moved.set(nulls, None)

    def _time(self, source: pl.Series, share: npt.NDArray[np.float64]) -> pl.Series:
        clock = source if source.dtype == pl.Time else source.cast(pl.Datetime("us")).dt.time()
        nanos = clock.to_physical().fill_null(0).to_numpy()
        room = _END_OF_DAY - nanos // 1_000_000_000
        least = np.minimum(self.least, room)
        distance = least + np.floor(share * (np.minimum(self.most, room) - least + 1)).astype(np.int64)
        return pl.Series(nanos + np.maximum(distance, 0) * 1_000_000_000).cast(pl.Time)

    def _date(self, source: pl.Series, share: npt.NDArray[np.float64]) -> pl.Series:
        if source.dtype == pl.Date:
            first = source.to_physical().fill_null(0).to_numpy().astype(np.int64)
        else:
            first = -(-_micros(source) // DAY_US)
        least, most = -(-self.least // _DAY), self.most // _DAY
        days = first + min(least, most) + np.floor(share * (max(most - least, 0) + 1)).astype(np.int64)
        return pl.Series(days.astype(np.int32)).cast(pl.Date)

    def _moment(self, source: pl.Series, share: npt.NDArray[np.float64]) -> pl.Series:
        seconds = self.least + np.floor(share * (self.most - self.least + 1)).astype(np.int64)
        zone = "UTC" if self.category == "timestamptz" else None
        return pl.Series(_micros(source) + seconds * SECOND_US).cast(pl.Datetime("us", zone))


def _micros(source: pl.Series) -> npt.NDArray[np.int64]:
    if not source.dtype.is_temporal() or source.dtype == pl.Time:
        raise ValueError(f"the input column must be a date or timestamp, not {source.dtype}")
    moments = source.cast(pl.Datetime("us")) if source.dtype == pl.Date else source.dt.cast_time_unit("us")
    micros: npt.NDArray[np.int64] = moments.to_physical().fill_null(0).to_numpy()
    return micros
