"""Generators of plain values: ``primitive.*``."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Annotated, Self, TypeVar

from pydantic import Field, StrictBool, model_validator

from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.choice import ChoiceDomain, boolean
from datalchemy_nb.domains.fitting import (
    decimal_scale,
    default_bounds,
    integer_bounds,
    number_domain,
    recent_days,
    recent_moments,
    text_limit,
)
from datalchemy_nb.domains.identifier import UuidDomain
from datalchemy_nb.domains.limits import EmptyDomainError, Length
from datalchemy_nb.domains.number import DecimalDomain, IntegerDomain, SequenceDomain, exact
from datalchemy_nb.domains.parameters import Bounds, Count, Date, Int, Moment, Num, Str, Time
from datalchemy_nb.domains.pattern import PatternDomain
from datalchemy_nb.domains.registry import Params, generator
from datalchemy_nb.domains.temporal import DateDomain, TimeDomain, TimestampDomain
from datalchemy_nb.domains.text import ALPHANUMERIC, CharsDomain, WordsDomain

_Day = TypeVar("_Day", dt.date, dt.datetime)
_DEFAULT_REPEAT = 32
_SHORTEST_WORD = 2


class BoolParams(Params):
    """``true_rate``: the share of true."""

    true_rate: Annotated[float, Field(ge=0, le=1)] = 0.5


class IntParams(Bounds):
    """``min`` to ``max``, inclusive."""

    min: Int | None = None
    max: Int | None = None


class SequenceParams(Params):
    """``start``, ``step`` and an optional cap ``max``."""

    start: Int = 1
    step: Int = 1
    max: Int | None = None

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if self.step == 0:
            raise ValueError("step must not be 0")
        if self.max is not None and self.start > self.max:
            raise ValueError(f"start {self.start} is above max {self.max}")
        return self


class FloatParams(Bounds):
    """``min`` to ``max``, inclusive."""

    min: Num | None = None
    max: Num | None = None


class DecimalParams(FloatParams):
    """``min`` to ``max`` with ``scale`` digits after the point."""

    scale: Annotated[Int, Field(ge=0, le=38)] | None = None


class Lengths(Params):
    """``min_len`` to ``max_len`` characters; ``allow_empty`` lets the shortest be none."""

    min_len: Count | None = None
    max_len: Count | None = None
    allow_empty: StrictBool = False

    @model_validator(mode="after")
    def _lengths_ordered(self) -> Self:
        if self.min_len is not None and self.max_len is not None and self.min_len > self.max_len:
            raise ValueError(f"min_len {self.min_len} is above max_len {self.max_len}")
        return self

    def limit(self, slot: Slot) -> Length:
        """Return the lengths asked for, within the column.

        Raises:
            ValueError: `max_len` is longer than the column.
        """
        if slot.max_length is not None and self.max_len is not None and self.max_len > slot.max_length:
            raise ValueError(f"max_len {self.max_len} is longer than the column holds ({slot.max_length})")
        least = (0 if self.allow_empty else 1) if self.min_len is None else self.min_len
        most = slot.max_length if self.max_len is None else self.max_len
        if most is not None and least > most:
            raise ValueError(f"min_len {least} is longer than the column holds ({most})")
        return Length(least, most)


class TextParams(Lengths):
    """Random characters of ``charset``, or texts matching ``pattern``."""

    pattern: Str | None = None
    charset: Annotated[Str, Field(min_length=1)] | None = None
    max_repeat: Annotated[Int, Field(gt=0, le=1000)] | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if self.pattern is not None and self.charset is not None:
            raise ValueError("pattern and charset exclude each other")
        if self.pattern is None and self.max_repeat is not None:
            raise ValueError("max_repeat needs a pattern")
        return self


class PatternParams(Lengths):
    """Texts matching the regular expression ``pattern``."""

    pattern: Str
    max_repeat: Annotated[Int, Field(gt=0, le=1000)] = _DEFAULT_REPEAT


class LoremParams(Lengths):
    """``words`` words, or ``min_words`` to ``max_words``."""

    words: Count | None = None
    min_words: Count | None = None
    max_words: Count | None = None

    @model_validator(mode="after")
    def _words_ordered(self) -> Self:
        if self.words is not None and (self.min_words is not None or self.max_words is not None):
            raise ValueError("words and min_words/max_words exclude each other")
        least, most = self.word_range()
        if least > most:
            raise ValueError(f"min_words {least} is above max_words {most}")
        if least == 0 and not self.allow_empty:
            raise ValueError("no words at all needs allow_empty")
        return self

    def word_range(self) -> tuple[int, int]:
        """Return the fewest and most words."""
        if self.words is not None:
            return self.words, self.words
        least = (
            min(3, self.max_words if self.max_words is not None else 3) if self.min_words is None else self.min_words
        )
        return least, max(8, least) if self.max_words is None else self.max_words


class DateParams(Bounds):
    """``min`` to ``max``, inclusive."""

    min: Date | None = None
    max: Date | None = None


class TimeParams(Bounds):
    """``min`` to ``max``, inclusive; ``precision`` digits after the second.

    Attributes:
        every: seconds between two times, counted from midnight: 900 gives quarter hours.
    """

    min: Time = dt.time(0, 0, 0)
    max: Time = dt.time(23, 59, 59)
    precision: Annotated[Int, Field(ge=0, le=6)] = 0
    every: Annotated[Int, Field(ge=1, le=43_200)] | None = None


class TimestampParams(Bounds):
    """``min`` to ``max``, inclusive; ``precision`` digits after the second.

    Attributes:
        every: seconds between two moments, counted from midnight: 900 gives quarter hours.
    """

    min: Moment | None = None
    max: Moment | None = None
    precision: Annotated[Int, Field(ge=0, le=6)] = 0
    every: Annotated[Int, Field(ge=1, le=86_400)] | None = None


@generator("primitive.bool", params=BoolParams, produces=("boolean",))
def bool_(params: BoolParams) -> Domain:
    """True and false; `true_rate` is the share of true."""
    return boolean(params.true_rate)


@generator("primitive.int", "primitive.int.range", params=IntParams, produces=("integer",))
def int_(params: IntParams, slot: Slot) -> Domain:
    """Whole numbers, evenly from `min` to `max`: 0 to 10000, or what the column's type holds of it."""
    low, high = default_bounds(slot, params.min, params.max)
    return IntegerDomain(int(low), int(high))


@generator("primitive.int.sequence_hint", params=SequenceParams, produces=("integer",))
def sequence(params: SequenceParams, slot: Slot) -> Domain:
    """`start`, `start` + `step`, ... in row order; up to `max`, then from the beginning."""
    least, most = integer_bounds(slot)
    end = (min(most, params.max) if params.max is not None else most) if params.step > 0 else least
    room = (end - params.start) // params.step + 1
    return SequenceDomain(params.start, min(max(slot.rows, 1), room), params.step)


@generator("primitive.float", "primitive.float.range", params=FloatParams, produces=("float", "decimal", "integer"))
def float_(params: FloatParams, slot: Slot) -> Domain:
    """Numbers, evenly from `min` to `max` (0 to 10000); rounded as the column is."""
    return number_domain(slot, *default_bounds(slot, params.min, params.max))


@generator("primitive.decimal.numeric", params=DecimalParams, produces=("decimal",))
def decimal(params: DecimalParams, slot: Slot) -> Domain:
    """Exact decimals from `min` to `max` (0 to 10000) with `scale` digits: the column's, else 2."""
    low, high = (exact(bound) or Fraction(0) for bound in default_bounds(slot, params.min, params.max))
    if slot.category == "decimal":
        return number_domain(slot, low, high, params.scale)
    return DecimalDomain(low, high, decimal_scale(slot) if params.scale is None else params.scale)


@generator("primitive.text", params=TextParams)
def text(params: TextParams, slot: Slot) -> Domain:
    """Random characters of `charset` (letters and digits), or texts matching `pattern`.

    Lengths are even from `min_len` to `max_len`, by default 1 to 32 or the column's length.
    """
    limit = params.limit(slot)
    if params.pattern is not None:
        return _pattern(params.pattern, params.max_repeat or _DEFAULT_REPEAT, limit, params)
    most = params.max_len if params.max_len is not None else max(text_limit(slot), limit.at_least)
    return CharsDomain(params.charset or ALPHANUMERIC, limit.at_least, most)


@generator("primitive.text.pattern", params=PatternParams)
def pattern(params: PatternParams, slot: Slot) -> Domain:
    r"""Texts matching a regular expression, such as `[A-Z]{3}-\d{4}`; `\d` and `\w` are ASCII."""
    return _pattern(params.pattern, params.max_repeat, params.limit(slot), params)


def _pattern(expression: str, max_repeat: int, limit: Length, params: Lengths) -> Domain:
    base = PatternDomain(expression, max_repeat)
    # A pattern that can be empty on purpose is only cut where the plan asks for a length.
    least = limit.at_least if params.min_len is not None or base.widths[1] > 0 else 0
    try:
        return base.narrow(Length(least, limit.at_most)) or base
    except EmptyDomainError:
        reach = f"{base.widths[0]} to {base.widths[1]}"
        wanted = f"{least} to {'any' if limit.at_most is None else limit.at_most}"
        raise ValueError(f"pattern {expression!r} makes {reach} characters, not {wanted}") from None


@generator("primitive.text.lorem", params=LoremParams)
def lorem(params: LoremParams, slot: Slot) -> Domain:
    """Latin words: `words` of them, or `min_words` (3) to `max_words` (8), fewer where the column is short."""
    limit = params.limit(slot)
    least, most = params.word_range()
    if params.words is None and params.min_words is None and limit.at_most is not None:
        least = max(0 if params.allow_empty else 1, min(least, limit.at_most // 8))
    if most and limit.at_most is not None and limit.at_most < _SHORTEST_WORD * least + least - 1:
        raise ValueError(f"{least} words need more than {limit.at_most} characters")
    words = WordsDomain(least, most)
    return words.narrow(Length(0 if least == 0 else limit.at_least, limit.at_most)) or words


@generator("primitive.uuid", "primitive.uuid.v4", produces=("uuid",))
def uuid(slot: Slot) -> Domain:
    """Version 4 UUIDs, never two the same."""
    return UuidDomain(slot.seed)


@generator("primitive.date", "primitive.date.range", params=DateParams, produces=("date",))
def date(params: DateParams, slot: Slot) -> Domain:
    """Days from `min` to `max`; without them, of the two years before the plan's base date."""
    first, last = recent_days(slot)
    low, high = _filled(params.min, params.max, first, last)
    return DateDomain(low, high)


@generator("primitive.time", "primitive.time.range", params=TimeParams, produces=("time",))
def time(params: TimeParams) -> Domain:
    """Times of day, whole seconds unless `precision` says more; on the quarter hour with `every: 900`."""
    return TimeDomain(params.min, params.max, params.precision, params.every)


@generator(
    "primitive.timestamp",
    "primitive.timestamp.range",
    params=TimestampParams,
    produces=("timestamp", "timestamptz"),
)
def timestamp(params: TimestampParams, slot: Slot) -> Domain:
    """Moments from `min` to `max`; without them, of the two years before the plan's base date.

    Whole seconds unless `precision` says more; on the quarter hour with `every: 900`.
    """
    first, last = recent_moments(slot)
    low, high = _filled(params.min, params.max, first, last)
    return TimestampDomain(low, high, params.precision, utc=slot.category == "timestamptz", every=params.every)


def _filled(low: _Day | None, high: _Day | None, first: _Day, last: _Day) -> tuple[_Day, _Day]:
    """Fill missing ends; where the given one lies outside the usual range, the range moves to it."""
    if low is None:
        low = first if high is None or first <= high else high - (last - first)
    return low, high if high is not None else last if low <= last else low + (last - first)


@generator("primitive.enum", produces=("enum", "text"))
def enum(slot: Slot) -> Domain:
    """Labels of the column's enum type, evenly."""
    if not slot.labels:
        raise ValueError(f"column {slot.column} has no enum type")
    return ChoiceDomain(slot.labels, category="enum")
