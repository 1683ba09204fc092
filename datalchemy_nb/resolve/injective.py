"""Which columns the text or number of an expression tells: two rows with different ones have different values.

``'SO-' || to_char(placed_at, 'YYYY') || '-' || lpad(id::text, 9, '0')`` tells ``id``, so that it is unique where ``id``
is. A text put together of parts is read from both ends: a part of fixed width can be taken off, and so can a whole
number next to a literal that ends (begins) with no digit. What is left alone is told too.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from datalchemy_nb.constraints.parse import columns_of, uncast, unwrap
from datalchemy_nb.domains.base import Category
from datalchemy_nb.resolve.spans import Span, span_of

_TOKEN = re.compile("%.|.")
_WIDTHS = {"%Y": 4, "%y": 2, "%m": 2, "%d": 2, "%H": 2, "%M": 2, "%S": 2, "%j": 3}
_MD5 = 32
Spans = Callable[[str], Span | None]


def told_by(
    tree: exp.Expr,
    category: Callable[[str], Category],
    span: Spans,
    lacks: Callable[[str, str], bool] = lambda _name, _part: False,
) -> frozenset[str]:
    """Return the inputs that an expression tells.

    Args:
        tree: the expression.
        category: the family of an input's values.
        span: between which numbers an input lies; None where nobody can tell.
        lacks: whether no value of an input of texts holds a text.
    """
    reader = _Reader(category, span, lacks)
    parts = reader.parts(tree)
    told: set[str] = set()
    left, right = 0, len(parts)
    grown = True
    while grown and right - left > 1:
        grown = False
        if reader.comes_off(parts[right - 1], parts[right - 2], last=True):
            right, grown = right - 1, True
            told |= reader.told(parts[right])
        elif reader.comes_off(parts[left], parts[left + 1], last=False):
            told |= reader.told(parts[left])
            left, grown = left + 1, True
    if right - left == 1:
        told |= reader.told(parts[left])
    return frozenset(told)


class _Reader:
    """Reads parts of a text."""

    def __init__(self, category: Callable[[str], Category], span: Spans, lacks: Callable[[str, str], bool]) -> None:
        self._category, self._span, self._lacks = category, span, lacks

    def parts(self, tree: exp.Expr) -> list[exp.Expr]:
        """The parts that a text is put together of, in order."""
        node = unwrap(tree)
        if isinstance(node, exp.DPipe):
            return [*self.parts(node.this), *self.parts(node.expression)]
        return [node]

    def comes_off(self, part: exp.Expr, beside: exp.Expr, *, last: bool) -> bool:
        """Whether it can be told where a part at an end of the text begins."""
        if self._width(part) is not None:
            return True
        beside = uncast(beside)
        if not isinstance(beside, exp.Literal) or not beside.is_string or not beside.this:
            return False
        column = uncast(part)
        if isinstance(column, exp.Column) and self._category(column.name) == "text":
            return self._lacks(column.name, beside.this)
        edge = beside.this[-1] if last else beside.this[0]
        return not edge.isdigit() and self._digits(part) is not None

    def told(self, part: exp.Expr) -> frozenset[str]:
        """The column that a part tells."""
        node = unwrap(part)
        match node:
            case exp.Column():
                return frozenset((node.name,))
            case exp.Cast() if node.to.is_type("text", "varchar", "int", "bigint", "smallint"):
                inner = unwrap(node.this)
                as_text = isinstance(inner, exp.Column) and node.to.is_type("text", "varchar")
                return self.told(inner) if as_text or self._is_whole(inner) else frozenset()
            case exp.Pad() if node.args.get("is_left") and self._padded(node):
                return self.told(node.this)
            case exp.TimeToStr() if isinstance(node.this, exp.Column) and self._category(node.this.name) == "date":
                told = node.args.get("format")
                whole_date = isinstance(told, exp.Literal) and {"%Y", "%m", "%d"} <= set(_TOKEN.findall(told.this))
                return self.told(node.this) if whole_date and self._width(node) is not None else frozenset()
            case exp.Add() | exp.Sub() if self._is_whole(node):
                return self._shifted(node)
            case exp.Mul() if self._is_whole(node):
                sides = unwrap(node.this), unwrap(node.expression)
                factor = next((side for side in sides if isinstance(side, exp.Literal)), None)
                if factor is None or int(factor.this) == 0:
                    return frozenset()
                return frozenset(name for side in sides if side is not factor for name in self.told(side))
            case _:
                return frozenset()

    def _shifted(self, node: exp.Expr) -> frozenset[str]:
        sides = unwrap(node.this), unwrap(node.expression)
        if sum(isinstance(side, exp.Literal) for side in sides) != 1:
            return frozenset()
        return frozenset(name for side in sides if not isinstance(side, exp.Literal) for name in self.told(side))

    def _is_whole(self, tree: exp.Expr) -> bool:
        """Whether an expression is whole numbers added to and multiplied by literals."""
        node = unwrap(tree)
        match node:
            case exp.Column():
                return self._category(node.name) == "integer"
            case exp.Literal():
                return not node.is_string and node.this.isdigit()
            case exp.Add() | exp.Sub() | exp.Mul():
                return self._is_whole(node.this) and self._is_whole(node.expression)
            case _:
                return False

    def _padded(self, node: exp.Pad) -> bool:
        """Whether a padded whole number is never cut off."""
        width, fill, known = node.expression, node.args.get("fill_pattern"), self._digits(node.this)
        zeros = isinstance(fill, exp.Literal) and fill.this == "0"
        if not zeros or known is None or not isinstance(width, exp.Literal):
            return False
        return len(str(int(known[1]))) <= int(width.this)

    def _digits(self, part: exp.Expr) -> Span | None:
        """Between which numbers a part lies that is digits and nothing else."""
        inner = _number_in(part)
        if not self._is_whole(inner):
            return None
        spans = {name: self._span(name) for name in columns_of(inner)}
        known = span_of(inner, {name: span for name, span in spans.items() if span is not None})
        return known if known is not None and known[0] >= 0 else None

    def _width(self, part: exp.Expr) -> int | None:
        """How long a part is in every row."""
        match part:
            case exp.Literal() if part.is_string:
                return len(part.this)
            case exp.Pad() if isinstance(part.expression, exp.Literal):
                return int(part.expression.this)
            case exp.TimeToStr() if isinstance(told := part.args.get("format"), exp.Literal):
                widths = [_WIDTHS.get(one, 1 if len(one) == 1 else None) for one in _TOKEN.findall(told.this)]
                known = [width for width in widths if width is not None]
                return sum(known) if len(known) == len(widths) else None
            case exp.MD5():
                return _MD5
            case _:
                return None


def _number_in(part: exp.Expr) -> exp.Expr:
    """What a text of a number is the text of."""
    node = unwrap(part)
    return _number_in(node.this) if isinstance(node, exp.Cast) and node.to.is_type("text", "varchar") else node
