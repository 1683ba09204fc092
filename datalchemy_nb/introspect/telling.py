"""What a profile may tell of a database: the one place that decides it.

Everything told stands for at least k rows. Counts are rounded to multiples of k, so that no difference of two of them
speaks of fewer; a share that speaks of fewer than k rows, on either side, is told as none or all. Numbers are means of
buckets of at least k rows, without the outermost two, in which outliers lie. Values are told where at least k rows
have them, where neither the column's name nor the form of its values is personal, and where they are short.

Ten is the usual k: official statistics suppress cells of fewer than three to ten, and the largest of these costs little
where tables have thousands of rows. Five is the least that is taken: below it, who knows four of the rows knows the
fifth. Rows are counted, not people: where a person has many rows of a table, choose a larger k.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from itertools import pairwise

from datalchemy_nb.records import dataclass

LEAST_K = 5
USUAL_K = 10
SUPPORT = 20
"""Of fewer rows no relation is said to hold."""
HOLDS = 0.995
"""Share of the rows from which on a relation holds."""
LONGEST = 40
"""Characters of a value that may be told."""
_BUCKETS = 40
_EPOCH = dt.datetime(1970, 1, 1)
_DAY = Decimal(86_400)


FORMS: dict[str, str] = {
    "pii.cpf": r"^[0-9]{3}\.?[0-9]{3}\.?[0-9]{3}-?[0-9]{2}$",
    "pii.cnpj": r"^[0-9A-Z]{2}\.?[0-9A-Z]{3}\.?[0-9A-Z]{3}/?[0-9A-Z]{4}-?[0-9]{2}$",
    "pii.email": r"^[^@[:space:]]+@[^@[:space:]]+[.][^@[:space:]]+$",
    "pii.phone": r"^[+(]?[0-9][0-9 ().-]{6,18}[0-9]$",
    "pii.location": r"^[0-9]{5}-?[0-9]{3}$",
    "pii.network": r"^([0-9]{1,3}[.]){3}[0-9]{1,3}$",
    "pii.payment": r"^([0-9]{4}[ -]?){3}[0-9]{4}$|^[A-Z]{2}[0-9]{2}[A-Z0-9 ]{11,30}$",
}
"""Forms of personal texts, as PostgreSQL's regular expressions: the server counts them, and only the count leaves."""
ANY_FORM = "|".join((*(f"({form})" for form in FORMS.values()), "@", "[0-9][0-9 ().-]{5,}[0-9]", "[.][a-z]+/"))
"""No value of any of these forms is told, whatever the column; nor one that holds an address or a long number."""


@dataclass(frozen=True)
class Telling:
    """What may be told where k rows must stand behind everything.

    Attributes:
        k: so many rows, and not fewer.
    """

    k: int = USUAL_K

    def count(self, rows: float) -> int | None:
        """A count as it may be told: a multiple of k; None where it speaks of fewer."""
        return None if rows < self.k else max(self.k, round(rows / self.k) * self.k)

    def share(self, part: float, whole: float) -> float:
        """A share; one that speaks of fewer than k rows, on either side, is none or all."""
        if whole <= 0 or part < self.k:
            return 0.0
        return 1.0 if whole - part < self.k else round(part / whole, 4)

    def held(self, held: float, asked: float) -> tuple[int, int] | None:
        """In how many of the rows something holds, both rounded; None where too few were asked.

        Exceptions of fewer than k rows are not told.
        """
        whole = self.count(asked)
        if whole is None or asked < SUPPORT:
            return None
        return (whole, whole) if asked - held < self.k else (self.count(held) or 0, whole)

    def buckets(self, rows: float) -> int:
        """Into how many buckets so many rows may be cut; 0 where too few are left without the outermost."""
        cut = min(_BUCKETS, int(rows // self.k))
        return cut if cut >= 3 else 0

    def form(self, counts: dict[str, int], values: int) -> str | None:
        """The personal form that at least half of a column's values have, by the counts of each."""
        most = max(counts, key=lambda tag: counts[tag], default=None)
        return most if most is not None and values and counts[most] * 2 >= values else None


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
