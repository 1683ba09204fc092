"""Between which numbers a column lies, as far as that is known before the run: by its domain, or by its expression."""

from __future__ import annotations

import math
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import numpy as np
import polars as pl
from sqlglot import exp

from datalchemy_nb.constraints.parse import unwrap
from datalchemy_nb.domains.base import Domain
from datalchemy_nb.domains.limits import AtLeast, AtMost, Length, Limit
from datalchemy_nb.domains.number import exact
from datalchemy_nb.resolve.phases import LinkedTable, RelatedTable
from datalchemy_nb.resolve.sources import Bounded
from datalchemy_nb.resolve.state import Draft

_FEW = 4096
DRIFT_PARTS = 10_000
"""A drift is drawn in steps of a ten-thousandth."""
Span = tuple[Fraction, Fraction]
_PARTS: Mapping[str, Span] = {
    unit: (Fraction(least), Fraction(most))
    for unit, least, most in (
        ("year", -4713, 294_276), ("quarter", 1, 4), ("month", 1, 12), ("week", 1, 53), ("day", 1, 31), ("dow", 0, 6),
        ("isodow", 1, 7), ("doy", 1, 366), ("hour", 0, 23), ("minute", 0, 59),
    )
}  # fmt: skip
"""Between which numbers the parts of a date or moment lie."""
Known = Mapping[str, Span]


def domain_span(domain: Domain | None) -> Span | None:
    """Return the smallest and largest number of a domain."""
    if domain is not None and (ends := domain.ends) is not None:
        low, high = map(exact, ends)
        return (low, high) if low is not None and high is not None else None
    if domain is not None and domain.category in ("integer", "decimal", "float") and domain.size <= _FEW:
        found = [exact(value) for value in domain.take(np.arange(domain.size, dtype=np.uint64)).to_list()]
        known = [value for value in found if value is not None]
        return (min(known), max(known)) if known and len(known) == len(found) else None
    return None


def scale_of(dtype: pl.DataType) -> int:
    """Digits after the point of a type."""
    return dtype.scale if isinstance(dtype, pl.Decimal) else 0


def stored_span(span: Span, dtype: pl.DataType) -> Span:
    """Return a span as a column holds it: rounded to its digits, halves away from zero."""
    if not (dtype.is_integer() or isinstance(dtype, pl.Decimal)):
        return span
    ticks = 10 ** scale_of(dtype)
    low, high = (math.floor(abs(end) * ticks + Fraction(1, 2)) * (-1 if end < 0 else 1) for end in span)
    return Fraction(low, ticks), Fraction(high, ticks)


def drifted(span: Span | None, drift: tuple[int, int] | None) -> Span | None:
    """Return the span of a copy that is multiplied by ten-thousandths between two numbers, and rounded."""
    if span is None or drift is None:
        return span
    ends = [end * Fraction(factor, DRIFT_PARTS) for end in span for factor in drift]
    least, most = min(ends), max(ends)
    return (least - 1 if least < 0 else max(least - 1, Fraction(0))), most + 1


def column_span(draft: LinkedTable, item: Draft) -> Span | None:
    """Return the span of a column of the table that is being resolved."""
    if isinstance(item.source, Bounded) or item.steps:
        return None
    if item.span is not None:
        return item.span
    if item.cases is not None or item.relation:
        return None
    link = draft.link_of(item.name)
    if link is not None:
        return draft.spans.get((link.target, link.referenced[link.columns.index(item.name)]))
    if item.domain is not None and (item.row_number or item.domain.sequential) and not item.rule:
        numbers = item.domain.take(np.array([0, min(max(draft.rows, 1), item.domain.size) - 1], dtype=np.uint64))
        first, last = map(exact, numbers.to_list())
        return None if first is None or last is None else (min(first, last), max(first, last))
    return domain_span(item.domain)


def input_span(draft: RelatedTable, name: str) -> Span | None:
    """Return the span of what a column reads under a name: of its row, or of a row above."""
    reached = draft.reaches.get(name)
    if reached is None:
        return column_span(draft, draft.columns[name]) if name in draft.columns else None
    table = draft.ref
    for link in reached.links:
        table = draft.relations.of[table][link].target
    if table == draft.ref:
        return None
    return draft.spans.get((table, reached.column))


def span_of(tree: exp.Expr, known: Known) -> Span | None:
    """Return between which numbers an expression lies, given its columns'; None where that is not told."""
    node = unwrap(tree)
    match node:
        case exp.Column():
            return known.get(node.name)
        case exp.Literal() if not node.is_string:
            value = Fraction(Decimal(node.this))
            return value, value
        case exp.Neg():
            inner = span_of(node.this, known)
            return None if inner is None else (-inner[1], -inner[0])
        case exp.Add() | exp.Sub() | exp.Mul() | exp.Div():
            return _arithmetic(node, span_of(node.this, known), span_of(node.expression, known))
        case exp.Round() | exp.Floor() | exp.Ceil() | exp.Trunc():
            inner = span_of(node.this, known)
            digits = node.args.get("decimals")
            if inner is None or not (digits is None or isinstance(digits, exp.Literal)):
                return None
            unit = Fraction(1, 10 ** int(digits.this)) if digits is not None else Fraction(1)
            return (inner[0] // unit * unit), -(-inner[1] // unit * unit)
        case exp.Coalesce() | exp.Greatest() | exp.Least():
            return _union([span_of(part, known) for part in (node.this, *node.expressions)])
        case exp.Case():
            parts = [branch.args["true"] for branch in node.args["ifs"]]
            default = node.args.get("default")
            return _union([span_of(part, known) for part in [*parts, *([default] if default is not None else [])]])
        case exp.Nullif() | exp.Cast():
            return span_of(node.this, known)
        case exp.Extract() if node.this.name.lower() in _PARTS:
            return _PARTS[node.this.name.lower()]
        case exp.Abs():
            inner = span_of(node.this, known)
            if inner is None:
                return None
            least = Fraction(0) if inner[0] <= 0 <= inner[1] else min(abs(inner[0]), abs(inner[1]))
            return least, max(abs(inner[0]), abs(inner[1]))
    return None


def _arithmetic(node: exp.Binary, left: Span | None, right: Span | None) -> Span | None:
    if left is None or right is None:
        return None
    if isinstance(node, exp.Add):
        return left[0] + right[0], left[1] + right[1]
    if isinstance(node, exp.Sub):
        return left[0] - right[1], left[1] - right[0]
    if isinstance(node, exp.Div):
        if right[0] <= 0 <= right[1]:
            return None
        right = 1 / right[1], 1 / right[0]
    products = [a * b for a in left for b in right]
    return min(products), max(products)


def _union(spans: list[Span | None]) -> Span | None:
    known = [span for span in spans if span is not None]
    if len(known) < len(spans):
        return None
    return min(low for low, _ in known), max(high for _, high in known)


def holds(span: Span | None, limit: Limit) -> bool | None:
    """Whether a limit holds for every number of a span (True), for none (False), or cannot be told."""
    if span is None or not isinstance(limit, AtLeast | AtMost):
        return None
    bound = exact(limit.bound)
    if bound is None:
        return None
    low, high = span
    if isinstance(limit, AtMost):
        low, high, bound = -high, -low, -bound
    if low > bound or (low == bound and not limit.strict):
        return True
    return False if high < bound or (high == bound and limit.strict) else None


def longest(tree: exp.Expr, lengths: Mapping[str, int]) -> int | None:
    """Return how long the text of an expression can be; None where that is not told."""
    node = unwrap(tree)
    match node:
        case exp.Column():
            return lengths.get(node.name)
        case exp.Literal():
            return len(node.this)
        case exp.DPipe():
            parts = [longest(part, lengths) for part in (node.this, node.expression)]
            return None if None in parts else sum(part for part in parts if part is not None)
        case exp.Upper() | exp.Lower() | exp.Trim() | exp.Reverse() | exp.Substring():
            return longest(node.this, lengths)
        case exp.Left() | exp.Pad() | exp.Right():
            size = node.expression
            return int(size.this) if isinstance(size, exp.Literal) and not size.is_string else None
        case exp.Coalesce():
            parts = [longest(part, lengths) for part in (node.this, *node.expressions)]
            return None if None in parts else max(part for part in parts if part is not None)
        case exp.Case():
            branches = [branch.args["true"] for branch in node.args["ifs"]]
            default = node.args.get("default")
            parts = [longest(part, lengths) for part in [*branches, *([default] if default is not None else [])]]
            return None if None in parts else max((part for part in parts if part is not None), default=0)
    return None


def short_enough(length: int | None, limit: Limit) -> bool:
    """Whether a text of at most this length satisfies a limit on lengths."""
    if not isinstance(limit, Length) or limit.at_most is None or length is None:
        return False
    return limit.at_least == 0 and length <= limit.at_most
