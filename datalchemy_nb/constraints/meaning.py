"""What PostgreSQL and DuckDB both understand and mean otherwise: such an expression is not evaluated here.

Ranges, arrays, addresses, intervals, documents, bytes and labels are texts in DuckDB. Where an expression treats one as
the value that it is, texts would give another answer, and no complaint. What is written in its place is a call that
nobody knows, so that PostgreSQL is asked, or the user is told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlglot import exp

from datalchemy_nb.constraints.parse import is_null_test, uncast, unwrap
from datalchemy_nb.contracts.names import literal
from datalchemy_nb.domains.base import Category
from datalchemy_nb.sandbox import MEANS_OTHERWISE

SAID = "said in DuckDB's words"
"""Mark of a part that was translated already (`sqlglot.exp.Expr.meta`)."""

_TEXTS_HERE: frozenset[Category] = frozenset({"range", "array", "network", "interval", "bytes", "other"})
_ORDERED_OTHERWISE: tuple[Category, ...] = ("range", "array", "network", "interval", "other", "json", "enum")
_SAMENESS = (exp.EQ, exp.NEQ, exp.In, exp.NullSafeEQ, exp.NullSafeNEQ)
_ORDERS = (exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.Greatest, exp.Least)
_PASSING = (exp.Coalesce, exp.Nullif, exp.If, exp.Case)
"""What gives one of its arguments back."""
_COUNTED = ("num_nulls", "num_nonnulls")
_READ: Mapping[Category, tuple[type[exp.Expr] | str, ...]] = {
    "range": (exp.Lower, exp.Upper, "lower_inc", "isempty"),
    "bytes": (exp.Length, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, "octet_length"),
    "array": (exp.ArraySize, exp.ArrayOverlaps, exp.ArrayContainsAll, "cardinality"),
}
"""What is translated by what the text of such a value looks like."""
_MOMENT = re.compile(r"(%[YmdHMSyj]|[^A-Za-z%'])*")
_OTHER_FUNCTIONS = (exp.Format,)


def means_otherwise(tree: exp.Expr, categories: Mapping[str, Category]) -> str | None:
    """Return SQL that says why DuckDB must not be asked about an expression; None where it may.

    Args:
        tree: in PostgreSQL's dialect, or with parts in DuckDB's that are marked with `SAID`.
        categories: family of each column.
    """
    for node in tree.walk(prune=lambda part: bool(part.meta.get(SAID))):
        why = None if node.meta.get(SAID) else _why(node, categories)
        if why is not None:
            return f"{MEANS_OTHERWISE}({literal(why)})"
    return None


def _why(node: exp.Expr, categories: Mapping[str, Category]) -> str | None:
    if isinstance(node, exp.Column):
        kind = categories.get(node.name)
        known = kind not in _TEXTS_HERE or _is_read(node, kind, categories)
        return None if known else f"{node.name} is no text in PostgreSQL"
    if isinstance(node, _ORDERS):
        parts = [node.args.get(key) for key in ("this", "expression", "low", "high")]
        parts += node.expressions
        return _unordered([part for part in parts if isinstance(part, exp.Expr)], categories)
    if isinstance(node, exp.TimeToStr):
        form = uncast(node.args.get("format"))
        plain = isinstance(form, exp.Literal) and _MOMENT.fullmatch(form.this)
        return None if plain else "to_char writes this template otherwise"
    if isinstance(node, exp.Is) and isinstance(node.expression, exp.Null):
        inner = unwrap(node.this)
        whole = isinstance(inner, exp.Tuple) or (isinstance(inner, exp.Anonymous) and inner.name.lower() == "row")
        return "a row is null where all of its parts are" if whole else None
    if isinstance(node, exp.Cast) and node.to.is_type("interval"):
        inner = unwrap(node.this)
        moved = isinstance(inner, exp.Column) and categories.get(inner.name) == "time"
        return f"{inner.name} becomes another interval" if moved else None
    if isinstance(node, exp.Div) and None in (parts := [is_whole(p, categories) for p in (node.this, node.expression)]):
        return "it is not known whether a quotient is whole" if False not in parts else None
    if isinstance(node, _OTHER_FUNCTIONS):
        return f"{node.sql_name().lower()} takes another form"
    return None


def _is_read(column: exp.Column, kind: Category | None, categories: Mapping[str, Category]) -> bool:
    """Whether what stands around a column that is a text here is right of the text too."""
    inside, around = _around(column)
    while isinstance(around, _PASSING):
        if isinstance(around, exp.Case | exp.If) and around.this is inside:
            return False
        inside, around = _around(around)
    if around is None or is_null_test(around):
        return True
    if isinstance(around, exp.Connector | exp.Not | exp.Ordered):
        return True
    if isinstance(around, exp.Anonymous) and around.name.lower() in _COUNTED:
        return True
    if isinstance(around, exp.Greatest | exp.Least):
        return False
    if isinstance(around, _SAMENESS):
        others = [around.this, around.args.get("expression"), *around.expressions]
        return all(other is inside or _is_like(other, kind, categories) for other in others if other is not None)
    known = _READ.get(kind, ()) if kind is not None else ()
    name = around.name.lower() if isinstance(around, exp.Anonymous) else ""
    return any(name == one if isinstance(one, str) else isinstance(around, one) for one in known)


def _around(node: exp.Expr) -> tuple[exp.Expr, exp.Expr | None]:
    """A part with the parentheses and casts around it, and what stands around those."""
    while isinstance(node.parent, exp.Paren | exp.Cast):
        node = node.parent
    return node, node.parent


def _is_like(node: exp.Expr, kind: Category | None, categories: Mapping[str, Category]) -> bool:
    """Whether a part is a constant, a list of them, or a column of the same family."""
    inner = uncast(node)
    if isinstance(inner, exp.Column):
        return categories.get(inner.name) == kind
    if isinstance(inner, exp.Any | exp.All | exp.Array | exp.Tuple):
        parts = [part for part in (inner.this, *inner.expressions) if isinstance(part, exp.Expr)]
        return not any(isinstance(uncast(part), exp.Column) for part in parts)
    return isinstance(inner, exp.Literal | exp.Null | exp.Anonymous)


def _unordered(parts: list[exp.Expr], categories: Mapping[str, Category]) -> str | None:
    """Why values are not in the order of their texts."""
    inner = [uncast(part) for part in parts if not any(one.meta.get(SAID) for one in part.walk())]
    for part in inner:
        while isinstance(part, exp.Coalesce | exp.Nullif):
            part = uncast(part.this)
        if isinstance(part, exp.Column) and categories.get(part.name) in _ORDERED_OTHERWISE:
            return f"{part.name} is not in the order of its texts"
    ends = [part for part in inner if isinstance(part, exp.Lower | exp.Upper) and _of(part, categories) == "range"]
    return "ends of ranges are not in the order of their texts" if len(ends) > 1 else None


def _of(node: exp.Expr, categories: Mapping[str, Category]) -> Category | None:
    inner = uncast(node.this)
    return categories.get(inner.name) if isinstance(inner, exp.Column) else None


def is_whole(node: exp.Expr, categories: Mapping[str, Category]) -> bool | None:
    """Return whether an expression gives whole numbers, for which PostgreSQL's division cuts off; None = not known."""
    node = unwrap(node)
    match node:
        case exp.Literal():
            return not node.is_string and node.this.isdigit()
        case exp.Column():
            kind = categories.get(node.name)
            return None if kind is None or kind in ("text", "other") else kind == "integer"
        case exp.Cast():
            return bool(node.to.is_type(*exp.DataType.INTEGER_TYPES))
        case exp.Length() | exp.ArraySize() | exp.StrPosition() | exp.DateDiff() | exp.Ascii():
            return True
        case exp.Neg() | exp.Abs() | exp.Nullif() | exp.Coalesce() | exp.Greatest() | exp.Least():
            parts = [node.this, *node.expressions]
            parts += [node.expression] if isinstance(node, exp.Nullif) else []
        case exp.Add() | exp.Sub() | exp.Mul() | exp.Div() | exp.Mod() | exp.IntDiv():
            parts = [node.this, node.expression]
        case exp.Case():
            parts = [branch.args["true"] for branch in node.args["ifs"]]
            parts += [node.args["default"]] if node.args.get("default") is not None else []
        case exp.Extract() | exp.Round() | exp.Floor() | exp.Ceil() | exp.Sqrt() | exp.Pow() | exp.Ln() | exp.Log():
            return False
        case _:
            return None
    if _days(node, categories):
        return True
    found = [is_whole(part, categories) for part in parts if not isinstance(unwrap(part), exp.Null)]
    return False if False in found else None if None in found else True


def _days(node: exp.Expr, categories: Mapping[str, Category]) -> bool:
    """Whether a part is a difference of two dates, which PostgreSQL counts in days."""
    sides = [unwrap(side) for side in (node.this, node.args.get("expression")) if side is not None]
    return isinstance(node, exp.Sub) and all(
        (isinstance(side, exp.Column) and categories.get(side.name) == "date")
        or (isinstance(side, exp.Cast) and side.to.is_type("date"))
        for side in sides
    )
