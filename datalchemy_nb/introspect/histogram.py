"""Bounds of a histogram that may be told: of buckets with enough rows, and rounded so that none is anybody's value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from itertools import pairwise

_EPOCH = dt.datetime(1970, 1, 1)
_DAY = Decimal(86_400)


def told_bounds(bounds: Sequence[str], rows: float, k: int) -> tuple[str, ...]:
    """Return the inner bounds of buckets with equal counts.

    PostgreSQL's bounds are values of rows, each the border of as many rows as the others. Here buckets are put together
    until each has at least 2 k rows, the ends are left out, and each bound is rounded to a step as wide as the narrower
    of its two buckets: at least k rows lie as near to what is told as the row it came from.

    Args:
        bounds: as PostgreSQL writes numbers, dates, times and timestamps.
        rows: that lie between the first and the last.
        k: so many rows, and not fewer, may stand behind anything told.

    Returns:
        The bounds in ascending order; none where there are too few rows, or a bound is not understood.
    """
    buckets = min(len(bounds) - 1, int(rows // (2 * k)))
    if buckets < 2:
        return ()
    chosen = [bounds[round(i * (len(bounds) - 1) / buckets)] for i in range(buckets + 1)]
    for read, write in _READINGS:
        try:
            numbers = [read(text) for text in chosen]
        except (ValueError, InvalidOperation, OverflowError):
            continue
        if not all(number.is_finite() for number in numbers):
            return ()
        widths = [high - low for low, high in pairwise(numbers)]
        return tuple(
            write(_rounded(number, min(before, after)))
            for number, before, after in zip(numbers[1:-1], widths, widths[1:], strict=False)
        )
    return ()


def _rounded(number: Decimal, width: Decimal) -> Decimal:
    """To the next multiple of 1, 2 or 5 times a power of ten that is no less than the width."""
    if width <= 0:
        # A value that fills a bucket alone is the value of at least 2 k rows.
        return number
    power = Decimal(1).scaleb(width.adjusted())
    step = next(power * times for times in (1, 2, 5, 10) if power * times >= width)
    return (number / step).quantize(Decimal(1)) * step


def _number(text: str) -> Decimal:
    return Decimal(text)


def _shown_number(number: Decimal) -> str:
    return f"{number.normalize():f}"


def _date(text: str) -> Decimal:
    return Decimal(dt.date.fromisoformat(text).toordinal())


def _shown_date(number: Decimal) -> str:
    return dt.date.fromordinal(int(number)).isoformat()


def _moment(text: str) -> Decimal:
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is not None:
        moment = moment.astimezone(dt.UTC).replace(tzinfo=None)
    return Decimal((moment - _EPOCH) // dt.timedelta(microseconds=1)).scaleb(-6)


def _shown_moment(number: Decimal) -> str:
    return (_EPOCH + dt.timedelta(microseconds=int(number.scaleb(6)))).isoformat(sep=" ")


def _time(text: str) -> Decimal:
    time = dt.time.fromisoformat(text)
    return Decimal(time.hour * 3600 + time.minute * 60 + time.second) + Decimal(time.microsecond).scaleb(-6)


def _shown_time(number: Decimal) -> str:
    at = _EPOCH + dt.timedelta(microseconds=int(min(number, _DAY - 1).scaleb(6)))
    return at.time().isoformat()


_READINGS: tuple[tuple[Callable[[str], Decimal], Callable[[Decimal], str]], ...] = (
    (_number, _shown_number),
    (_date, _shown_date),
    (_time, _shown_time),
    (_moment, _shown_moment),
)
