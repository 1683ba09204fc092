"""Working days of Brazil: weekends, fixed national holidays, and those that move with Easter.

Days are counted from 1970-01-01, as NumPy's ``datetime64[D]`` counts them. Easter is found by the anonymous Gregorian
algorithm (Nature, 20 April 1876), with whole numbers alone. Holidays: Leis 662/1949, 6.802/1980, 9.093/1995,
10.607/2002 and, since 2024, 14.759/2023. Carnival and Corpus Christi are no national holidays, but
banks and offices are closed.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Days = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_FIXED = ((1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (12, 25))
_CONSCIOUSNESS, _SINCE = (11, 20), 2024
_GOOD_FRIDAY = -2
_CLOSED = (-48, -47, _GOOD_FRIDAY, 60)
"""Days from Easter: Monday and Tuesday of Carnival, Good Friday, Corpus Christi."""
_THURSDAY, _SATURDAY = 3, 5


def easter(years: Days) -> Days:
    """Return the day of Easter Sunday of each year of the Gregorian calendar."""
    golden = years % 19
    century, rest = years // 100, years % 100
    leap_centuries, left = century // 4, century % 4
    moon = (19 * golden + century - leap_centuries - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    weekday = (32 + 2 * left + 2 * (rest // 4) - moon - rest % 4) % 7
    late = (golden + 11 * moon + 22 * weekday) // 451
    place = moon + weekday - 7 * late + 114
    return _day(years, place // 31, place % 31 + 1)


def is_holiday(days: Days, *, closed: bool = True) -> Mask:
    """Whether each day is a national holiday.

    Args:
        days: days since 1970-01-01, any shape.
        closed: also Carnival and Corpus Christi, when offices and banks are closed.
    """
    dates = days.astype("datetime64[D]")
    years = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    months = dates.astype("datetime64[M]").astype(np.int64) % 12 + 1
    day = (dates - dates.astype("datetime64[M]")).astype(np.int64) + 1
    found = np.zeros(days.shape, dtype=np.bool_)
    for month, number in _FIXED:
        found |= (months == month) & (day == number)
    found |= (months == _CONSCIOUSNESS[0]) & (day == _CONSCIOUSNESS[1]) & (years >= _SINCE)
    from_easter = days - easter(years)
    for distance in _CLOSED if closed else (_GOOD_FRIDAY,):
        found |= from_easter == distance
    return found


def is_working_day(days: Days, *, closed: bool = True) -> Mask:
    """Whether each day is from Monday to Friday and no holiday."""
    return ((days + _THURSDAY) % 7 < _SATURDAY) & ~is_holiday(days, closed=closed)


def _day(years: Days, months: Days, days: Days) -> Days:
    month = ((years - 1970) * 12 + months - 1).astype("datetime64[M]")
    first: Days = month.astype("datetime64[D]").astype(np.int64)
    return first + days - 1
