"""What a type, a length or a CHECK asks of a column's values.

A limit is data. A domain that can, builds itself smaller (`Domain.narrow`); small domains are filtered by `Limit.mask`.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

import polars as pl


class EmptyDomainError(ValueError):
    """No value is left under the limits; the planner turns this into an issue."""


class Limit(ABC):
    """A condition on one value. Nulls always pass."""

    @abstractmethod
    def mask(self, values: pl.Series) -> pl.Series:
        """Return a boolean Series: which values satisfy the limit."""


@dataclass(frozen=True)
class AtLeast(Limit):
    """``value >= bound`` (``>`` when strict). The bound is a Python int, float, Decimal, date, time or datetime."""

    bound: Any
    strict: bool = False

    def mask(self, values: pl.Series) -> pl.Series:
        kept: pl.Series = values > self.bound if self.strict else values >= self.bound
        return kept


@dataclass(frozen=True)
class AtMost(Limit):
    """``value <= bound`` (``<`` when strict)."""

    bound: Any
    strict: bool = False

    def mask(self, values: pl.Series) -> pl.Series:
        kept: pl.Series = values < self.bound if self.strict else values <= self.bound
        return kept


@dataclass(frozen=True)
class OneOf(Limit):
    """``value IN (...)``."""

    values: tuple[Any, ...]

    def mask(self, values: pl.Series) -> pl.Series:
        return values.is_in(list(self.values))


@dataclass(frozen=True)
class NoneOf(Limit):
    """``value NOT IN (...)``."""

    values: tuple[Any, ...]

    def mask(self, values: pl.Series) -> pl.Series:
        return ~values.is_in(list(self.values))


@dataclass(frozen=True)
class Length(Limit):
    """Characters of a text: ``at_least <= length <= at_most`` (None = open)."""

    at_least: int = 0
    at_most: int | None = None

    def mask(self, values: pl.Series) -> pl.Series:
        lengths = values.str.len_chars()
        enough = lengths >= self.at_least
        return enough if self.at_most is None else enough & (lengths <= self.at_most)


@dataclass(frozen=True)
class Matches(Limit):
    """The text matches a regular expression somewhere (anchors are part of the expression)."""

    pattern: str
    ignore_case: bool = False
    negated: bool = False

    def mask(self, values: pl.Series) -> pl.Series:
        found = values.str.contains(f"(?i){self.pattern}" if self.ignore_case else self.pattern)
        return ~found if self.negated else found


@dataclass(frozen=True)
class Contains(Limit):
    """``position(text in value) >= from_position`` (1-based), that is, found not before that place."""

    text: str
    from_position: int = 1

    def mask(self, values: pl.Series) -> pl.Series:
        return (values.str.find(self.text, literal=True).fill_null(-1) + 1) >= self.from_position


@dataclass(frozen=True)
class Cased(Limit):
    """``lower(value) = value`` or ``upper(value) = value``."""

    upper: bool

    def mask(self, values: pl.Series) -> pl.Series:
        return values == (values.str.to_uppercase() if self.upper else values.str.to_lowercase())
