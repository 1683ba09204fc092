"""What conditions on the text of one column state: its case, its length in bytes, the number that it is."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from sqlglot import exp

from datalchemy_nb.constraints.constants import Constant, constant
from datalchemy_nb.constraints.facts import Fact, Narrow
from datalchemy_nb.constraints.parse import MIRROR, column_name, listed, unwrap
from datalchemy_nb.constraints.translate import to_duckdb
from datalchemy_nb.domains.base import Category
from datalchemy_nb.domains.limits import Length, Limit, Matches, OneOf

Categories = Mapping[str, Category]
_LARGEST_READ = 999_999_999
"""Texts that are cast to whole numbers have nine digits at most, see `datalchemy_nb.constraints.computable`."""
_MOST_LISTED = 4096
"""Numbers in texts are listed, where a side is open so many."""


def folded(node: exp.Expr, categories: Categories, today: dt.date) -> list[Fact]:
    """``upper(column) = 'A'`` and ``lower(trim(column)) IN (...)``: the listed texts that are so themselves."""
    found = listed(node)
    left, items = (node.this, found[0]) if found is not None and not found[1] else (None, [])
    if left is None and isinstance(node, exp.EQ):
        left, items = next(
            (
                (one, [other])
                for one, other in ((node.this, node.expression), (node.expression, node.this))
                if constant(other, today) is not None
            ),
            (None, []),
        )
    folds: list[Callable[[str], str]] = []
    inner = unwrap(left) if left is not None else None
    while inner is not None and isinstance(inner, exp.Upper | exp.Lower | exp.Trim):
        if isinstance(inner, exp.Trim) and inner.expression is not None:
            return []
        fold = str.strip if isinstance(inner, exp.Trim) else str.upper if isinstance(inner, exp.Upper) else str.lower
        folds.append(fold)
        inner = unwrap(inner.this)
    name = column_name(inner) if inner is not None else None
    if not folds or name is None or categories[name] not in ("text", "enum", "other"):
        return []
    values = [constant(item, today) for item in items]
    texts = [str(value.value) for value in values if value is not None]
    kept = tuple(text for text in dict.fromkeys(texts) if all(fold(text) == text for fold in folds))
    return [Narrow(name, OneOf(kept), to_duckdb(node, categories, today), exact=False)] if kept else []


def number_in_text(node: exp.Expr, categories: Categories, today: dt.date) -> list[Fact]:
    """``column::int op n`` of a text: the numbers that hold, written out."""
    sides: list[tuple[exp.Expr, type[exp.Expr], exp.Expr]] = []
    if isinstance(node, exp.Between):
        sides = [(node.this, exp.GTE, node.args["low"]), (node.this, exp.LTE, node.args["high"])]
    elif type(node) in MIRROR:
        sides = [(node.this, type(node), node.expression)]
        if constant(node.this, today) is not None:
            sides = [(node.expression, MIRROR[type(node)], node.this)]
    low, high, name = -math.inf, math.inf, None
    for side, kind, bound in sides:
        cast, value = unwrap(side), constant(bound, today)
        if not isinstance(cast, exp.Cast) or not cast.to.is_type(*exp.DataType.INTEGER_TYPES):
            return []
        name = column_name(cast.this)
        if name is None or categories[name] != "text" or value is None or not isinstance(value.value, int | Decimal):
            return []
        number = value.value
        if kind in (exp.GT, exp.GTE, exp.EQ):
            low = max(low, math.floor(number) + 1 if kind is exp.GT else math.ceil(number))
        if kind in (exp.LT, exp.LTE, exp.EQ):
            high = min(high, math.ceil(number) - 1 if kind is exp.LT else math.floor(number))
    if name is None or (low <= 1 and _LARGEST_READ <= high < math.inf):
        return []  # whatever the cast can read lies between
    if low < 0 < high and high - low >= _MOST_LISTED:
        low = 0  # not all can be listed, and people write numbers without a sign
    if low == -math.inf:
        low = min(0, high)
    numbers = range(int(low), int(min(high, low + _MOST_LISTED - 1)) + 1)
    if not numbers:
        return []
    return [Narrow(name, OneOf(tuple(map(str, numbers))), to_duckdb(node, categories, today), exact=False)]


def sized(node: exp.Expr, categories: Categories, today: dt.date) -> list[Fact]:
    """``octet_length(column) op n``, ``bit_length``, ``length`` of bytes, or of a text without the blanks around it."""
    if isinstance(node, exp.Between):
        low = exp.GTE(this=node.this, expression=node.args["low"])
        high = exp.LTE(this=node.this, expression=node.args["high"])
        found = [_span(one, categories, today) for one in (low, high)]
    else:
        found = [_span(node, categories, today)]
    if any(one is None for one in found):
        return []
    name, least, most, kind = found[0]  # type: ignore[misc]
    for one in found[1:]:
        assert one is not None
        least, most = max(least, one[1]), one[2] if most is None else most if one[2] is None else min(most, one[2])
    sql = to_duckdb(node, categories, today)
    if most is not None and most < least:
        return []
    if kind == "bytes":
        return [Narrow(name, Length(2 * least + 2, None if most is None else 2 * most + 2), sql)]
    top = "" if most is None else most
    if kind == "octets":
        # A character of ASCII is a byte.
        limit: Limit = Matches(f"^[ -~]{{{least},{top}}}$")
        return [Narrow(name, limit, sql, exact=False)]
    if most is None and least <= 1:
        return [Narrow(name, Matches("[^ ]"), sql, exact=False)]
    limits: Sequence[Limit] = (Length(least, most), Matches("^[^ ](.*[^ ])?$"))
    return [Narrow(name, limit, sql, exact=False) for limit in limits]


def _span(node: exp.Expr, categories: Categories, today: dt.date) -> tuple[str, int, int | None, str] | None:
    """The column, fewest and most of what is counted, and what that is."""
    if type(node) not in MIRROR:
        return None
    call, value, kind = unwrap(node.this), constant(node.expression, today), type(node)
    if not isinstance(call, exp.Expr) or value is None or not isinstance(value.value, int):
        return None
    counted = _counted(call, categories)
    if counted is None:
        return None
    n = value.value
    if isinstance(call, exp.BitLength):
        if kind is exp.EQ and n % 8:
            return None
        n = -(-n // 8) if kind in (exp.GTE, exp.LT) else n // 8
    bounds: dict[type[exp.Expr], tuple[int, int | None]] = {
        exp.GT: (n + 1, None),
        exp.GTE: (n, None),
        exp.LT: (0, n - 1),
        exp.LTE: (0, n),
        exp.EQ: (n, n),
    }
    least, most = bounds[kind]
    return (counted[0], max(least, 0), most, counted[1]) if most is None or most >= 0 else None


def _counted(call: exp.Expr, categories: Categories) -> tuple[str, str] | None:
    octets = isinstance(call, exp.Anonymous) and call.name.lower() == "octet_length" and len(call.expressions) == 1
    octets = octets or isinstance(call, exp.ByteLength | exp.BitLength)
    of = unwrap(call.expressions[0] if isinstance(call, exp.Anonymous) and call.expressions else call.this)
    if not octets and not _is_length(call):
        return None
    trimmed = isinstance(of, exp.Trim) and of.expression is None
    if isinstance(of, exp.Anonymous) and of.name.lower() == "btrim" and len(of.expressions) == 1:
        of, trimmed = unwrap(of.expressions[0]), True
    elif trimmed:
        of = unwrap(of.this)
    name = column_name(of) if isinstance(of, exp.Expr) else None
    if name is None:
        return None
    if categories[name] == "bytes" and not trimmed:
        return name, "bytes"
    if categories[name] != "text":
        return None
    return (name, "octets") if octets and not trimmed else (name, "trimmed") if trimmed and not octets else None


def _is_length(call: exp.Expr) -> bool:
    names = ("char_length", "character_length")
    return isinstance(call, exp.Length) or (isinstance(call, exp.Anonymous) and call.name.lower() in names)


def literals(node: exp.Expr, today: dt.date) -> dict[str, tuple[Constant, ...]]:
    """Return the constants that a condition compares each column with, functions of case and blanks looked through.

    Only equalities and lists of values count: what a value must not be tells little of what it is.
    """
    found: dict[str, list[Constant]] = {}
    for part in node.walk():
        items = listed(part) if isinstance(part, exp.Expr) else None
        if items is not None and not items[1]:
            _note(found, part.this, items[0], today)
        elif isinstance(part, exp.EQ):
            _note(found, part.this, [part.expression], today)
            _note(found, part.expression, [part.this], today)
        elif isinstance(part, exp.Case) and part.this is not None:
            _note(found, part.this, [branch.this for branch in part.args["ifs"]], today)
    return {name: tuple(dict.fromkeys(values)) for name, values in found.items()}


def _note(found: dict[str, list[Constant]], side: exp.Expr, items: Sequence[exp.Expr], today: dt.date) -> None:
    side = unwrap(side)
    while isinstance(side, exp.Upper | exp.Lower | exp.Trim | exp.Cast):
        side = unwrap(side.this)
    name = column_name(side)
    values = [constant(item, today) for item in items]
    if name is not None and all(value is not None and not value.relative for value in values):
        found.setdefault(name, []).extend(value for value in values if value is not None)
