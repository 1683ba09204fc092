"""Conditions on arrays: empty or not, and what elements they have."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlglot import exp

from datalchemy_nb.constraints.constants import constant
from datalchemy_nb.constraints.facts import Fact, Narrow, NotNull
from datalchemy_nb.constraints.parse import column_name, is_null_test, unwrap
from datalchemy_nb.domains.base import Category
from datalchemy_nb.domains.limits import NoneOf, OneOf

EMPTY = "{}"


def emptiness(node: exp.Expr, categories: Mapping[str, Category], today: dt.date) -> list[Fact]:
    """``array_length(x, 1) IS NOT NULL``, ``cardinality(x) > 0``, ``x = '{}'`` and their opposites."""
    found = _tested(node, today)
    if found is None:
        return []
    name, empty = found
    if name is None or categories[name] != "array":
        return []
    quoted = exp.column(exp.to_identifier(name, quoted=True)).sql(dialect="duckdb")
    if empty and is_null_test(node):
        return []  # a null has no length either
    limit = OneOf((EMPTY,)) if empty else NoneOf((EMPTY,))
    narrow = Narrow(name, limit, f"{quoted} {'=' if empty else '<>'} '{EMPTY}'")
    return [narrow, NotNull(name)] if is_null_test(node, negated=True) else [narrow]


def _tested(node: exp.Expr, today: dt.date) -> tuple[str | None, bool] | None:
    """The array and whether it must be empty."""
    for negated in (False, True):
        if is_null_test(node, negated=negated):
            inner = node
            while isinstance(inner, exp.Not | exp.Paren):
                inner = inner.this
            sized = unwrap(inner.this)
            return (column_name(_bare(sized.this)), not negated) if isinstance(sized, exp.ArraySize) else None
    if not isinstance(node, exp.EQ | exp.NEQ | exp.GT | exp.GTE):
        return None
    value, left = constant(_bare(node.expression), today), unwrap(node.this)
    if value is None:
        return None
    if value.value == EMPTY and isinstance(node, exp.EQ | exp.NEQ):
        return column_name(_bare(left)), isinstance(node, exp.EQ)
    if not isinstance(value.value, int):
        return None
    if isinstance(left, exp.ArraySize):
        # the length of an empty array is null, which passes: only the number of elements tells
        return None
    if isinstance(left, exp.Anonymous) and left.name.lower() == "cardinality":
        name = column_name(_bare(left.expressions[0]))
        if isinstance(node, exp.EQ | exp.NEQ) and value.value == 0:
            return name, isinstance(node, exp.EQ)
        if (type(node), value.value) in ((exp.GT, 0), (exp.GTE, 1)):
            return name, False
    return None


def _bare(node: exp.Expr) -> exp.Expr:
    """Strip casts to an array type."""
    node = unwrap(node)
    while isinstance(node, exp.Cast) and node.to.is_type("array"):
        node = unwrap(node.this)
    return node
