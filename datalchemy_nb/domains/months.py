"""Days and calendar months as whole numbers, without NumPy's conversions of dates, which take four times as long.

Days are counted from 1970-01-01 and months from January 1970. A year is counted from March, so that the day put in now
and then is its last; four hundred years repeat (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]

_ERA_DAYS, _ERA_YEARS = 146_097, 400
_FIRST_DAY = 719_468
"""Days from March 1 of the year 0 to 1970-01-01."""
_FIRST_MONTH = 1970 * 12 - 2
"""Months from March of the year 0 to January 1970."""


def month_and_place(days: Whole) -> tuple[Whole, Whole]:
    """Return the month that each day lies in, and its place there: 0 is the first of the month."""
    since = days + _FIRST_DAY
    era = since // _ERA_DAYS
    day = since - era * _ERA_DAYS
    year = (day - day // 1_460 + day // 36_524 - day // 146_096) // 365
    of_year = day - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    return (year + era * _ERA_YEARS) * 12 + month - _FIRST_MONTH, of_year - (153 * month + 2) // 5


def first_day(months: Whole) -> Whole:
    """Return the first day of each month."""
    since = months + _FIRST_MONTH
    year = since // 12
    before: Whole = (153 * (since - 12 * year) + 2) // 5
    return 365 * year + year // 4 - year // 100 + year // 400 + before - _FIRST_DAY
