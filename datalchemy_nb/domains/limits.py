"""What a type, a length or a CHECK asks of a column's values.

A limit is data. A domain that can, builds itself smaller (`Domain.narrow`); small domains are filtered by `Limit.mask`.
"""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from datalchemy_nb.records import dataclass

_MAX_SCALE = 18


class EmptyDomainError(ValueError):
    """No value is left under the limits; the planner turns this into an issue."""


class Limit:
    """A condition on one value. Nulls always pass."""

    @abstractmethod
    def mask(self, values: pl.Series) -> pl.Series:
        """Return a boolean Series: which values satisfy the limit."""


def as_text(values: pl.Series) -> pl.Series:
    """Return values as a text column holds them (a date or number may stand in one), nulls kept; String."""
    return values if values.dtype == pl.String else values.cast(pl.String)


def comparable(values: pl.Series, others: Sequence[Any]) -> tuple[pl.Series, pl.Series]:
    """Bring values and Python objects to one type, exactly.

    Polars would round a Decimal to the type of the column it is compared with, and not compare dates with timestamps.
    What is compared with texts stands in a text column and is compared as it is written there.
    """
    if others and all(isinstance(o, str) for o in others) and values.dtype != pl.Null:
        return as_text(values), pl.Series(list(others), dtype=pl.String)
    if any(isinstance(o, dt.date) for o in others) and values.dtype.is_temporal():
        return _moments(values, others)
    if isinstance(values.dtype, pl.Decimal) or any(isinstance(o, Decimal) for o in others):
        return _numbers(values, others)
    return values, pl.Series(list(others), strict=False)


def _numbers(values: pl.Series, others: Sequence[Any]) -> tuple[pl.Series, pl.Series]:
    if values.dtype.is_float():
        return values, pl.Series([float(o) for o in others], dtype=pl.Float64)
    exact = [Decimal(repr(o)) if isinstance(o, float) else Decimal(o) for o in others]
    own = values.dtype.scale if isinstance(values.dtype, pl.Decimal) else 0
    finest = max([own, *(-int(e.as_tuple().exponent) for e in exact)])
    dtype = pl.Decimal(38, max(own, min(finest, _MAX_SCALE)))
    return values.cast(dtype), pl.Series(exact, dtype=dtype)


def _moments(values: pl.Series, others: Sequence[Any]) -> tuple[pl.Series, pl.Series]:
    if values.dtype == pl.Date and not any(isinstance(o, dt.datetime) for o in others):
        return values, pl.Series(list(others), dtype=pl.Date)
    naive = values.dt.replace_time_zone(None) if isinstance(values.dtype, pl.Datetime) else values
    return naive.cast(pl.Datetime("us")), pl.Series([_naive(o) for o in others], dtype=pl.Datetime("us"))


def _naive(moment: dt.date) -> dt.datetime:
    if not isinstance(moment, dt.datetime):
        return dt.datetime.combine(moment, dt.time())
    return moment if moment.tzinfo is None else moment.astimezone(dt.UTC).replace(tzinfo=None)


_LONGEST = 2**31 - 1
"""Characters that no text exceeds: a bound above is none."""
_FEW = 64
"""So few texts, say the labels of a state, are looked up sooner than they are asked of Polars."""


def _is_in(values: pl.Series, others: Sequence[Any]) -> pl.Series:
    if not others:
        return pl.Series([False]).new_from_index(0, len(values)).set(values.is_null(), None)
    if len(values) <= _FEW and values.dtype == pl.String and all(isinstance(other, str) for other in others):
        known = frozenset(others)
        return pl.Series([None if value is None else value in known for value in values.to_list()], dtype=pl.Boolean)
    values, listed = comparable(values, others)
    return values.is_in(listed.implode())


@dataclass(frozen=True)
class AtLeast(Limit):
    """``value >= bound`` (``>`` when strict). The bound is a Python int, float, Decimal, date, time or datetime."""

    bound: Any
    strict: bool = False

    def mask(self, values: pl.Series) -> pl.Series:
        values, bound = comparable(values, [self.bound])
        return values > bound if self.strict else values >= bound


@dataclass(frozen=True)
class AtMost(Limit):
    """``value <= bound`` (``<`` when strict)."""

    bound: Any
    strict: bool = False

    def mask(self, values: pl.Series) -> pl.Series:
        values, bound = comparable(values, [self.bound])
        return values < bound if self.strict else values <= bound


@dataclass(frozen=True)
class OneOf(Limit):
    """``value IN (...)``."""

    values: tuple[Any, ...]

    def mask(self, values: pl.Series) -> pl.Series:
        return _is_in(values, self.values)


@dataclass(frozen=True)
class NoneOf(Limit):
    """``value NOT IN (...)``."""

    values: tuple[Any, ...]

    def mask(self, values: pl.Series) -> pl.Series:
        return ~_is_in(values, self.values)


@dataclass(frozen=True)
class Length(Limit):
    """Characters of a text: ``at_least <= length <= at_most`` (None = open)."""

    at_least: int = 0
    at_most: int | None = None

    def mask(self, values: pl.Series) -> pl.Series:
        lengths = as_text(values).str.len_chars()
        enough = lengths >= self.at_least
        return enough if self.at_most is None else enough & (lengths <= min(self.at_most, _LONGEST))


@dataclass(frozen=True)
class Matches(Limit):
    """The text matches a regular expression somewhere (anchors are part of the expression).

    Attributes:
        made: a narrower expression that texts are made by, where the pattern allows more than people write.
    """

    pattern: str
    ignore_case: bool = False
    negated: bool = False
    made: str | None = None

    def mask(self, values: pl.Series) -> pl.Series:
        found = as_text(values).str.contains(f"(?i){self.pattern}" if self.ignore_case else self.pattern)
        return ~found if self.negated else found


@dataclass(frozen=True)
class Contains(Limit):
    """``position(text in value) >= from_position`` (1-based), that is, found not before that place."""

    text: str
    from_position: int = 1

    def mask(self, values: pl.Series) -> pl.Series:
        return (as_text(values).str.find(self.text, literal=True).fill_null(-1) + 1) >= self.from_position


@dataclass(frozen=True)
class Cased(Limit):
    """``lower(value) = value`` or ``upper(value) = value``."""

    upper: bool

    def mask(self, values: pl.Series) -> pl.Series:
        texts = as_text(values)
        return texts == (texts.str.to_uppercase() if self.upper else texts.str.to_lowercase())


@dataclass(frozen=True)
class Multiple(Limit):
    """A time or duration in whole units of so many seconds."""

    seconds: int

    def mask(self, values: pl.Series) -> pl.Series:
        return values.to_physical() % (self.seconds * 1_000_000) == 0


@dataclass(frozen=True)
class Divisible(Limit):
    """A whole number that a divisor divides without rest."""

    divisor: int

    def mask(self, values: pl.Series) -> pl.Series:
        return values % self.divisor == 0
