"""Constant expressions inside CHECKs: literals, casts, signs, sums, today."""

from __future__ import annotations

import calendar
import datetime as dt
import math
import re
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlglot import exp

from datalchemy_nb.constraints.parse import unwrap
from datalchemy_nb.domains.base import Category
from datalchemy_nb.records import dataclass

_INTERVAL_PART = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*([a-z]+)", re.IGNORECASE)
_CLOCK = re.compile(r"([+-]?)(\d+):(\d{2})(?::(\d{2}(?:\.\d+)?))?\Z")
_UNIT_MONTHS = {"year": 12, "mon": 1, "month": 1, "decade": 120, "century": 1200}
_UNIT_DAYS = {"week": 7.0, "day": 1.0}
_UNIT_SECONDS = {"hour": 3600.0, "minute": 60.0, "min": 60.0, "second": 1.0, "sec": 1.0, "millisecond": 0.001}
_TODAY = (exp.CurrentDate, exp.CurrentTimestamp, exp.CurrentTime, exp.Localtimestamp)
_CLOCK_FUNCTIONS = {"now", "clock_timestamp", "statement_timestamp", "transaction_timestamp", "localtimestamp"}


@dataclass(frozen=True)
class Span:
    """An interval with months in it, whose length depends on where it begins."""

    months: int
    rest: dt.timedelta = dt.timedelta()

    def __neg__(self) -> Span:
        return Span(-self.months, -self.rest)

    def __mul__(self, times: int) -> Span:
        if not isinstance(times, int):
            return NotImplemented
        return Span(self.months * times, self.rest * times)

    __rmul__ = __mul__

    def __radd__(self, moment: dt.datetime) -> dt.datetime:
        at = moment.year * 12 + moment.month - 1 + self.months
        year, month = divmod(at, 12)
        last = calendar.monthrange(year, month + 1)[1]
        return moment.replace(year=year, month=month + 1, day=min(moment.day, last)) + self.rest

    def __rsub__(self, moment: dt.datetime) -> dt.datetime:
        return self.__neg__().__radd__(moment)

    @property
    def nominal(self) -> dt.timedelta:
        """What it is taken for where intervals are compared: months of 30 days."""
        return dt.timedelta(days=30 * self.months) + self.rest

    @property
    def longest(self) -> dt.timedelta:
        """No more lies between a moment and the one so much later."""
        years, months = divmod(abs(self.months), 12)
        days = 365 * years + (years + 7) // 4 + 31 * months if years else 31 * months
        return dt.timedelta(days=days) + self.rest if self.months >= 0 else -Span(-self.months, -self.rest).shortest

    @property
    def shortest(self) -> dt.timedelta:
        """No less lies between a moment and the one so much later."""
        years, months = divmod(abs(self.months), 12)
        days = 365 * years + years // 5 + 28 * months
        return dt.timedelta(days=days) + self.rest if self.months >= 0 else -Span(-self.months, -self.rest).longest


@dataclass(frozen=True)
class Constant:
    """A value known before the run; ``relative`` when it stands for today (or an offset from it)."""

    value: Any
    relative: bool = False


def constant(node: exp.Expr, today: dt.date) -> Constant | None:
    """Fold an expression without columns, or return None."""
    node = unwrap(node)
    if isinstance(node, exp.Literal):
        return Constant(node.this) if node.is_string else Constant(_number(node.this))
    if isinstance(node, exp.Boolean):
        return Constant(bool(node.this))
    if _is_today(node):
        return Constant(dt.datetime.combine(today, dt.time()), relative=True)
    if isinstance(node, exp.Neg):
        inner = constant(node.this, today)
        return Constant(-inner.value) if inner and not isinstance(inner.value, str) else None
    if isinstance(node, exp.Cast):
        return _cast(node, today)
    if isinstance(node, exp.Interval):
        span = interval(f"{node.name} {node.args.get('unit') or ''}")
        return None if span is None else Constant(span)
    if isinstance(node, exp.Add | exp.Sub | exp.Mul | exp.Div):
        return _arithmetic(node, today)
    return None


def is_today(node: exp.Expr) -> bool:
    """Whether the node stands for the current date or time."""
    return _is_today(unwrap(node))


def _is_today(node: exp.Expr) -> bool:
    if isinstance(node, _TODAY):
        return True
    return isinstance(node, exp.Anonymous) and node.name.lower() in _CLOCK_FUNCTIONS


def _number(text: str) -> int | Decimal:
    try:
        return int(text)
    except ValueError:
        return Decimal(text)


def _cast(node: exp.Cast, today: dt.date) -> Constant | None:
    inner = constant(node.this, today)
    if inner is None:
        return None
    if node.to.is_type("interval") and isinstance(inner.value, str):
        span = interval(inner.value)
        return None if span is None else Constant(span)
    if isinstance(inner.value, str) and (node.to.is_type(*exp.DataType.NUMERIC_TYPES)):
        try:
            return Constant(_number(inner.value))
        except (InvalidOperation, ValueError):
            return None
    return inner


def _arithmetic(node: exp.Binary, today: dt.date) -> Constant | None:
    left, right = constant(node.this, today), constant(node.expression, today)
    if left is None or right is None or isinstance(left.value, str) or isinstance(right.value, str):
        return None
    relative = left.relative or right.relative
    a, b = left.value, right.value
    if relative and isinstance(a, dt.datetime) and isinstance(b, int):
        b = dt.timedelta(days=b)
    try:
        match node:
            case exp.Add():
                return Constant(a + b, relative)
            case exp.Sub():
                return Constant(a - b, relative)
            case exp.Mul():
                return Constant(a * b, relative)
            case _:
                return Constant(Decimal(a) / Decimal(b), relative)
    except (TypeError, ValueError, ArithmeticError):
        return None


def interval(text: str) -> dt.timedelta | Span | None:
    """Read an interval as PostgreSQL prints it (``1 year 2 mons 3 days 04:05:06``)."""
    seconds, months, rest = 0.0, 0.0, text.strip()
    tail = rest.split(" ")[-1] if rest else ""
    clock = _CLOCK.match(tail)
    if clock:
        sign = -1 if clock[1] == "-" else 1
        seconds += sign * (int(clock[2]) * 3600 + int(clock[3]) * 60 + float(clock[4] or 0))
        rest = rest[: -len(tail)]
    for amount, unit in _INTERVAL_PART.findall(rest):
        name = unit.lower().rstrip("s") or unit.lower()
        if name in _UNIT_MONTHS:
            months += float(amount) * _UNIT_MONTHS[name]
        elif name in _UNIT_DAYS:
            seconds += float(amount) * _UNIT_DAYS[name] * 86400
        elif name in _UNIT_SECONDS:
            seconds += float(amount) * _UNIT_SECONDS[name]
        else:
            return None
    span = dt.timedelta(seconds=seconds)
    if not months:
        return span
    return Span(int(months), span) if months == int(months) else None


def typed(value: Any, category: Category) -> Any:
    """Give a constant the Python type of a column's values.

    Raises:
        ValueError: the constant cannot be a value of that family.
    """
    match category:
        case "integer" | "decimal" | "float":
            return _typed_number(value, category)
        case "date":
            return _as_datetime(value).date()
        case "timestamp" | "timestamptz":
            return _as_datetime(value)
        case "time":
            return dt.time.fromisoformat(value) if isinstance(value, str) else value
        case "boolean":
            return value if isinstance(value, bool) else str(value).lower() in ("t", "true", "1", "yes", "on")
        case _:
            if not isinstance(value, str):
                raise ValueError(f"{value!r} is no text")
            return value


def _typed_number(value: Any, category: Category) -> Any:
    if isinstance(value, str):
        try:
            value = _number(value)
        except InvalidOperation:
            raise ValueError(f"{value!r} is no number") from None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal) or not math.isfinite(value):
        raise ValueError(f"{value!r} is no number")
    return float(value) if category == "float" else value


def _as_datetime(value: Any) -> dt.datetime:
    if isinstance(value, dt.datetime):
        return value
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time())
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is no date")
    parsed = dt.datetime.fromisoformat(value.strip())
    return parsed.astimezone(dt.UTC).replace(tzinfo=None) if parsed.tzinfo else parsed
