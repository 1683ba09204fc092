"""Moments moved into the hours and days in which things happen, in their order.

Time that passes evenly is read as time in which things happen: within each week (counted back from a day, so that this
day stays where it is) a moment goes to where as much of the week's weight lies before it as of its time. The map is
monotone: what came first still does.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt

from datalchemy_nb.contracts.distributions import Calendar
from datalchemy_nb.domains.calendar import weights_by_hour
from datalchemy_nb.domains.portable import Floats

_HOUR = 3_600_000_000
_WEEK_HOURS, _DAY_HOURS = 168, 24
_LEAST = 1e-9
"""Share of the largest weight that an hour has at least: a week of holidays leaves its moments where they are."""
Ticks = npt.NDArray[np.int64]


class Rhythm:
    """The map for moments up to a day.

    Args:
        habits: the weights of hours, days of the week and months, and holidays.
        until: the day up to which moments are mapped, as days since 1970; its midnight stays where it is.
        days: how many days before it are mapped; older moments stay where they are.
        by_day: moments are shown as the day on which they end, so that the day before has the weight of each.
    """

    def __init__(self, habits: Calendar, until: int, days: int, *, by_day: bool) -> None:
        weeks = days // 7 + 1
        first = until - weeks * 7
        hours = weights_by_hour(habits, first, weeks * 7, shift=1 if by_day else 0, even=by_day)
        hours = np.maximum(hours, float(hours.max()) * _LEAST if len(hours) else 1.0)
        self._start = np.int64(first) * _DAY_HOURS * _HOUR
        self._weeks, self._hours = weeks, hours
        self._before: Floats = np.concatenate([np.zeros(1), np.cumsum(hours)])

    def moved(self, moments: Ticks) -> Ticks:
        """Return the moments (microseconds since 1970) where things happen."""
        at = (moments - self._start).astype(np.float64) / _HOUR
        week = np.clip(np.floor(at / _WEEK_HOURS).astype(np.int64), 0, self._weeks - 1)
        part = at / _WEEK_HOURS - week
        before = self._before[week * _WEEK_HOURS]
        wanted = before + part * (self._before[(week + 1) * _WEEK_HOURS] - before)
        hour = np.clip(np.searchsorted(self._before, wanted, side="right") - 1, 0, len(self._hours) - 1)
        inside = np.clip((wanted - self._before[hour]) / self._hours[hour], 0.0, 1.0)
        found = self._start + np.floor((hour + inside) * _HOUR).astype(np.int64)
        mapped: Ticks = np.where((part < 0) | (part > 1), moments, found)
        return mapped


@lru_cache(maxsize=32)
def rhythm(habits: Calendar, until: int, days: int, *, by_day: bool) -> Rhythm:
    """Return the map, made once."""
    return Rhythm(habits, until, days, by_day=by_day)
