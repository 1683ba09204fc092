"""What a number is beside another: so many times it, and so much more; both as ranges.

``total = amount + round(0.5 + amount * 0.01, 2)`` lies between one and two times ``amount``, and half a unit above.
With it ``CHECK (total >= amount)`` holds, which the ranges of the two numbers alone cannot tell.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from sqlglot import exp

from datalchemy_nb.constraints.parse import unwrap
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.spans import Span

_NOTHING: Span = (Fraction(0), Fraction(0))
_DEEPEST = 12


@dataclass(frozen=True)
class Linear:
    """A number between ``times`` another that is never negative, plus ``more``."""

    times: Span
    more: Span


@dataclass(frozen=True)
class Reader:
    """Reads expressions as multiples of one column.

    Attributes:
        name: the column; it is never negative.
        digits: its digits after the point.
        span: between which numbers a column lies.
        made: the expression of a column, and the digits it is rounded to; None where it has none.
    """

    name: str
    digits: int
    span: Callable[[str], Span | None]
    made: Callable[[str], tuple[exp.Expr, int | None] | None]

    def read(self, tree: exp.Expr, depth: int = 0) -> Linear | None:
        """Return an expression beside the column; None where that cannot be told."""
        node = unwrap(tree)
        match node:
            case exp.Column():
                return self._column(node.name, depth)
            case exp.Literal() if not node.is_string:
                value = Fraction(Decimal(node.this))
                return Linear(_NOTHING, (value, value))
            case exp.Neg():
                inner = self.read(node.this, depth)
                return None if inner is None else Linear(_times(inner.times, -1), _times(inner.more, -1))
            case exp.Add() | exp.Sub():
                left, right = self.read(node.this, depth), self.read(node.expression, depth)
                if left is None or right is None:
                    return None
                sign = 1 if isinstance(node, exp.Add) else -1
                times, more = _times(right.times, sign), _times(right.more, sign)
                return Linear(_sum(left.times, times), _sum(left.more, more))
            case exp.Mul():
                return self._product(self.read(node.this, depth), self.read(node.expression, depth))
            case exp.Round():
                told = node.args.get("decimals")
                inner = self.read(node.this, depth)
                if inner is None or not (told is None or isinstance(told, exp.Literal)):
                    return None
                return self._rounded(inner, 0 if told is None else int(told.this))
            case _:
                return None

    def _column(self, name: str, depth: int) -> Linear | None:
        if name == self.name:
            return Linear((Fraction(1), Fraction(1)), _NOTHING)
        made = self.made(name) if depth < _DEEPEST else None
        if made is not None and (found := self.read(made[0], depth + 1)) is not None:
            return found if made[1] is None else self._rounded(found, made[1])
        span = self.span(name)
        return None if span is None else Linear(_NOTHING, span)

    def _product(self, left: Linear | None, right: Linear | None) -> Linear | None:
        if left is None or right is None:
            return None
        if left.times != _NOTHING:
            left, right = right, left
        if left.times != _NOTHING:
            return None
        return Linear(_product(right.times, left.more), _product(right.more, left.more))

    def _rounded(self, found: Linear, digits: int) -> Linear | None:
        """Rounded to digits: a whole multiple of the column, and so much more in whole ticks, stay on their side."""
        if digits < self.digits:
            return None
        tick = Fraction(1, 10**digits)
        low, high = found.more
        times = Fraction(math.floor(found.times[0])), Fraction(math.ceil(found.times[1]))
        return Linear(times, (low // tick * tick, -(-high // tick) * tick))


def _sum(left: Span, right: Span) -> Span:
    return left[0] + right[0], left[1] + right[1]


def _times(span: Span, factor: int) -> Span:
    ends = [end * factor for end in span]
    return min(ends), max(ends)


def _product(left: Span, right: Span) -> Span:
    corners = [a * b for a in left for b in right]
    return min(corners), max(corners)
