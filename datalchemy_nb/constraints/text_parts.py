"""What conditions on a part of a column's text state: what stands where, how many digits it has, its capitals.

Texts are made by narrower patterns than the conditions: those that people write.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping

from sqlglot import exp

from datalchemy_nb.constraints.constants import constant
from datalchemy_nb.constraints.facts import Fact, Narrow
from datalchemy_nb.constraints.parse import column_name, listed, uncast, unwrap
from datalchemy_nb.constraints.regexes import literal_pattern
from datalchemy_nb.constraints.translate import to_duckdb
from datalchemy_nb.domains.base import Category
from datalchemy_nb.domains.limits import Matches

_BEFORE, _AFTER = "[A-Z0-9]", "[A-Z0-9]{0,4}"
_NO_DIGITS = (r"\D", "[^0-9]", r"[^\d]", r"\D+", "[^0-9]+", r"[^\d]+")
_WORDS = "^[A-Z][a-z]+( [A-Z][a-z]+)?$"
_MOST_DIGITS = 40


def parts_of_text(node: exp.Expr, categories: Mapping[str, Category], today: dt.date) -> list[Fact]:
    """``substr(x, 2, 1) IN (...)``, ``split_part(x, '-', 1) = 'A'``, digits counted, ``initcap(x) = x``.

    Args:
        node: the condition.
        categories: families of the columns.
        today: what CURRENT_DATE means.
    """
    found = _digits(node, today) or _cut(node, today) or _capitals(node)
    if found is None or categories.get(found[0]) != "text":
        return []
    name, pattern, made = found
    return [Narrow(name, Matches(pattern, made=made), to_duckdb(node, categories, today), exact=False)]


_Told = tuple[str, str, str]
"""A column, the pattern of the texts that hold, and one that they are made by."""


def _cut(node: exp.Expr, today: dt.date) -> _Told | None:
    """A part of a text that is one of some texts."""
    told = listed(node)
    if told is None and isinstance(node, exp.EQ):
        told = ([node.expression], False)
    values = [constant(item, today) for item in told[0]] if told is not None and not told[1] else []
    texts = [value.value for value in values if value is not None and isinstance(value.value, str)]
    if not texts or len(texts) < len(values):
        return None
    call = unwrap(node.this)
    name = column_name(call.this) if isinstance(call.this, exp.Expr) else None
    one = "|".join(re.escape(text) for text in texts)
    match call:
        case exp.Substring() | exp.Left():
            first = 1 if isinstance(call, exp.Left) else _whole(call.args.get("start"), today)
            size = _whole(call.expression if isinstance(call, exp.Left) else call.args.get("length"), today)
            if name is None or first is None or first < 1 or any(len(text) != size for text in texts):
                return None
            return name, f"^.{{{first - 1}}}(?:{one})", f"^{_BEFORE}{{{first - 1}}}(?:{one}){_AFTER}$"
        case exp.Right():
            size = _whole(call.expression, today)
            held = name is not None and all(len(text) == size for text in texts)
            return (name, f"(?:{one})$", f"^{_AFTER}(?:{one})$") if name is not None and held else None
        case exp.SplitPart():
            mark, at = constant(call.args["delimiter"], today), _whole(call.args["part_index"], today)
            if name is None or mark is None or not isinstance(mark.value, str) or at is None or not 0 < at < 9:
                return None
            between = re.escape(mark.value)
            if not mark.value or any(not text or mark.value in text for text in texts):
                return None
            before, after = f"(?:[a-z0-9]{{1,8}}{between}){{{at - 1}}}", f"{between}[a-z0-9]{{1,4}}" if at == 1 else ""
            if len(mark.value) > 1:
                return name, f"^{before}(?:{one}){after}$", f"^{before}(?:{one}){after}$"
            return (
                name,
                f"^(?:[^{between}]*{between}){{{at - 1}}}(?:{one})(?:{between}|$)",
                f"^{before}(?:{one}){after}$",
            )
    return None


def _whole(node: exp.Expr | None, today: dt.date) -> int | None:
    found = constant(node, today) if node is not None else None
    return found.value if found is not None and isinstance(found.value, int) else None


def _digits(node: exp.Expr, today: dt.date) -> _Told | None:
    """``length(regexp_replace(x, '\\D', '', 'g')) = 11``: a text of so many digits."""
    counted = unwrap(node.this) if isinstance(node, exp.EQ | exp.Between | exp.In | exp.GTE) else None
    call = unwrap(counted.this) if isinstance(counted, exp.Length) else None
    if not isinstance(call, exp.RegexpReplace):
        return None
    name, given, flags = column_name(call.this), literal_pattern(call.expression), uncast(call.args.get("modifiers"))
    by = uncast(call.args.get("replacement"))
    empty = isinstance(by, exp.Literal) and by.this == ""
    everywhere = isinstance(flags, exp.Literal) and "g" in flags.this
    if name is None or given not in _NO_DIGITS or not empty or not everywhere:
        return None
    if isinstance(node, exp.Between):
        ends = _whole(node.args["low"], today), _whole(node.args["high"], today)
    else:
        told = listed(node)
        items = told[0] if told is not None else [node.expression]
        sizes = [_whole(item, today) for item in items]
        ends = (sizes[0], sizes[0])
    low, high = ends
    if low is None or high is None or not 0 < low <= high <= _MOST_DIGITS:
        return None
    return name, f"^[^0-9]*(?:[0-9][^0-9]*){{{low},{high}}}$", f"^[0-9]{{{low},{high}}}$"


def _capitals(node: exp.Expr) -> _Told | None:
    """``initcap(x) = x``, either way round."""
    for left, right in ((node.this, node.expression), (node.expression, node.this)) if isinstance(node, exp.EQ) else ():
        call = unwrap(left)
        name = column_name(call.this) if isinstance(call, exp.Initcap) else None
        if name is not None and name == column_name(right):
            return name, _WORDS, _WORDS
    return None
