"""Puts the plan's date where an expression would read the clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import lru_cache

from sqlglot import exp

from datalchemy_nb.evaluate.nodes import each, text_of
from datalchemy_nb.evaluate.unsupported import Unsupported

_NOW = {"transaction_timestamp", "statement_timestamp", "clock_timestamp", "now"}
_CLOCKS = (exp.CurrentTime, exp.Localtime, exp.Rand, exp.Uuid)
_CLOCK_WORDS = {"now", "today", "yesterday", "tomorrow"}
_MOMENTS = {
    exp.DataType.Type.DATE,
    exp.DataType.Type.TIMESTAMP,
    exp.DataType.Type.TIMESTAMPTZ,
    exp.DataType.Type.TIME,
    exp.DataType.Type.TIMETZ,
}


def today(tree: exp.Expr, date: dt.date) -> exp.Expr:
    """Put the plan's date where the clock would be read.

    Raises:
        Unsupported: the expression reads the clock, or chance, in another way.
    """
    stamps = _stamps(date)
    for node in each(tree, *stamps, exp.Anonymous, *_CLOCKS):
        name = node.name.lower() if isinstance(node, exp.Anonymous) else ""
        if isinstance(node, _CLOCKS) or name == "timeofday":
            raise Unsupported("the time of day or chance")
        if name in _NOW:
            node.replace(stamps[exp.CurrentTimestamp].copy())
        elif name == "age" and len(node.expressions) == 1:
            node.set("expressions", [stamps[exp.Localtimestamp].copy(), exp.cast(node.expressions[0], "timestamp")])
        elif not name:
            node.replace(stamps[type(node)].copy())
    if any(text_of(node) in _CLOCK_WORDS for node in tree.find_all(exp.Cast) if node.to.this in _MOMENTS):
        raise Unsupported("a special date literal")
    return tree


@lru_cache(maxsize=16)
def _stamps(date: dt.date) -> Mapping[type[exp.Expr], exp.Expr]:
    return {
        exp.CurrentDate: exp.cast(exp.Literal.string(date.isoformat()), "date"),
        exp.CurrentTimestamp: exp.cast(exp.Literal.string(f"{date.isoformat()} 00:00:00+00"), "timestamptz"),
        exp.Localtimestamp: exp.cast(exp.Literal.string(f"{date.isoformat()} 00:00:00"), "timestamp"),
    }
