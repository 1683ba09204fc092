"""Profiles of days and moments: hours of work, days of the week, holidays, months, growth over the years.

Moments are read from a clock in UTC, or in the zone that the habits name.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from datalchemy_nb.contracts.distributions import BusinessHours, Calendar, Growth, Seasonality, Weekdays
from datalchemy_nb.domains.grid import GridDomain
from datalchemy_nb.domains.portable import Floats, exp, ln
from datalchemy_nb.domains.profile import Profile
from datalchemy_nb.domains.temporal import DAY_US, DateDomain

Habits = BusinessHours | Calendar | Growth | Seasonality | Weekdays
_HOURS = 24
_HOUR_US = DAY_US // _HOURS
_YEAR = 365
_THURSDAY, _SATURDAY = 3, 5
_WORKDAYS = 5
_MAX_DAYS = 100_000
_OFFSETS = {
    "UTC": 0, "America/Sao_Paulo": -3, "America/Manaus": -4, "America/Rio_Branco": -5, "America/Noronha": -2,
}  # fmt: skip
"""Hours from UTC; Brazil has had no summer time since 2019 (Decreto 9.772/2019)."""


def calendar(domain: GridDomain, habits: Habits) -> Profile:
    """Return the profile of dates or timestamps under habits.

    Raises:
        ValueError: the range is longer than 100,000 days.
        EmptyDomainError: every moment of the range has weight zero.
    """
    per_day = 1 if isinstance(domain, DateDomain) else DAY_US
    # Of moments with a zone, day and hour are those of the clock there.
    ahead = _OFFSETS[getattr(habits, "zone", "UTC")] * _HOUR_US if domain.category == "timestamptz" else 0
    first, last = (domain.first + ahead) // per_day, (domain.last + ahead) // per_day
    if last - first >= _MAX_DAYS:
        raise ValueError(f"the range has {last - first + 1} days; {habits.kind} takes {_MAX_DAYS} at most")
    days = np.arange(first, last + 1)
    weights = _day_weights(days, habits)
    if per_day == 1:
        return Profile.of_weights(weights)
    hours = _hour_weights(habits)
    if hours is None:
        return _segments(domain, days * DAY_US - ahead, DAY_US, weights)
    starts = (days[:, None] * DAY_US + np.arange(_HOURS) * _HOUR_US).ravel() - ahead
    return _segments(domain, starts, _HOUR_US, _by_hour(days, weights, hours, habits))


def weights_by_hour(habits: Calendar, first: int, days: int, *, shift: int = 0, even: bool = False) -> Floats:
    """Return the weight of every hour of UTC of some days.

    Args:
        habits: the habits; growth is of whole ranges and counts for nothing here.
        first: the first day, as days since 1970.
        days: how many.
        shift: the weights are those of so many days later.
        even: all hours of a day alike.
    """
    ahead = 0 if even else _OFFSETS[habits.zone]
    # a day more at either end: the clock of the zone is in another day than that of UTC
    every = np.arange(first - 1, first + days + 1) + shift
    daily = _day_weights(every, habits.model_copy(update={"growth": None}))
    hourly = np.ones(_HOURS) if even or habits.hours is None else np.array(habits.hours)
    local = (daily[:, None] * hourly).ravel()
    start = _HOURS + ahead
    found: Floats = local[start : start + days * _HOURS]
    return found


def _day_weights(days: npt.NDArray[np.int64], habits: Habits) -> Floats:
    match habits:
        case Weekdays(weights=weekly):
            return np.array(weekly)[_weekday(days)]
        case Seasonality(months=monthly):
            return np.array(monthly)[_month(days)]
        case Growth(ratio=ratio):
            return _grown(len(days), ratio)
        case Calendar():
            weights = np.ones(len(days)) if habits.growth is None else _grown(len(days), habits.growth)
            if habits.weekdays is not None:
                weights = weights * np.array(habits.weekdays)[_weekday(days)]
            if habits.holidays is not None:
                weights = weights * ~is_holiday(days)
            return weights if habits.months is None else weights * np.array(habits.months)[_month(days)]
        case BusinessHours():
            return np.ones(len(days))


def _hour_weights(habits: Habits) -> Floats | None:
    match habits:
        case Calendar(hours=hours) if hours is not None:
            return np.array(hours)
        case BusinessHours(start=start, end=end):
            at = np.arange(_HOURS)
            return ((at >= start) & (at < end)).astype(np.float64)
    return None


def _by_hour(days: npt.NDArray[np.int64], weights: Floats, hours: Floats, habits: Habits) -> Floats:
    """The weight of every hour; business hours have their share of the whole, whatever days the range holds."""
    if not isinstance(habits, BusinessHours):
        return (weights[:, None] * hours).ravel()
    working = _weekday(days) < _WORKDAYS
    if habits.holidays is not None:
        working &= ~is_holiday(days)
    inside = (working.astype(np.float64)[:, None] * hours).ravel()
    outside = 1.0 - inside
    within, without = (max(float(np.cumsum(part)[-1]), 1.0) for part in (inside, outside))
    return inside * (habits.share / within) + outside * ((1.0 - habits.share) / without)


def _segments(domain: GridDomain, ticks: npt.NDArray[np.int64], length: int, weights: Floats) -> Profile:
    """Bins between the moments ``ticks``; those at the ends count for as much as the domain holds of them."""
    begin = np.maximum(-((domain.first - ticks) // domain.step), 0)
    end = np.minimum(-((domain.first - ticks - length) // domain.step), domain.size)
    counts = (end - begin).astype(np.float64)
    return Profile(begin.astype(np.uint64), counts, weights * (counts * domain.step / length))


def _grown(count: int, ratio: float) -> Floats:
    """Geometric growth by which the last year (half, of shorter ranges) has ``ratio`` times the weight of the first."""
    window = min(_YEAR, max(count // 2, 1))
    rate = ln(np.array([ratio]))[0] / max(count - window, 1)
    return exp(np.arange(count, dtype=np.float64) * rate)


def _weekday(days: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """0 is Monday; 1970 began on a Thursday."""
    return (days + _THURSDAY) % 7


def _month(days: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """0 is January."""
    months: npt.NDArray[np.int64] = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    return months


# --- working days of Brazil -------------------------------------------------------------------------------------------
#
# Weekends, fixed national holidays, and those that move with Easter. Days are counted from 1970-01-01, as NumPy's
# `datetime64[D]` counts them. Easter is found by the anonymous Gregorian algorithm (Nature, 20 April 1876), with whole
# numbers alone. Holidays: Leis 662/1949, 6.802/1980, 9.093/1995, 10.607/2002 and, since 2024, 14.759/2023. Carnival and
# Corpus Christi are no national holidays, but banks and offices are closed.

Days = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_FIXED = ((1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (12, 25))
_CONSCIOUSNESS, _SINCE = (11, 20), 2024
_GOOD_FRIDAY = -2
_CLOSED = (-48, -47, _GOOD_FRIDAY, 60)
"""Days from Easter: Monday and Tuesday of Carnival, Good Friday, Corpus Christi."""


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
