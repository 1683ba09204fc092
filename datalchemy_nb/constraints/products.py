"""Conditions on the sign of a product: one factor is zero, or the factors' signs agree."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from sqlglot import exp

from datalchemy_nb.constraints.constants import constant
from datalchemy_nb.constraints.facts import Alternatives, Condition, Fact, Narrow
from datalchemy_nb.constraints.parse import column_name, columns_of, unwrap
from datalchemy_nb.constraints.translate import to_duckdb
from datalchemy_nb.contracts.names import quote_ident
from datalchemy_nb.domains.base import Category
from datalchemy_nb.domains.limits import AtLeast, AtMost, Limit, OneOf

_ZERO = OneOf((0,))


def product_sign(node: exp.Expr, categories: Mapping[str, Category], today: dt.date) -> list[Fact]:
    """``a * b = 0``, ``a * b >= 0``, ``a * (b - c) <= 0`` against zero."""
    zero = constant(node.expression, today) if isinstance(node, exp.EQ | exp.GTE | exp.LTE) else None
    product = unwrap(node.this) if zero is not None and zero.value == 0 else None
    if not isinstance(product, exp.Mul):
        return []
    if any(categories[name] not in ("integer", "decimal", "float") for name in columns_of(product)):
        return []
    left, right = (_signs(factor) for factor in (product.this, product.expression))
    if left is None or right is None:
        return []
    if isinstance(node, exp.EQ):
        pairs = [left["zero"], right["zero"]]
    elif isinstance(node, exp.GTE):
        pairs = [left["up"] + right["up"], left["down"] + right["down"]]
    else:
        pairs = [left["up"] + right["down"], left["down"] + right["up"]]
    otherwise = Condition(to_duckdb(node, categories, today), columns_of(node))
    return [Alternatives(tuple(pairs), otherwise)]


_Facts = tuple[Narrow, ...]


def _signs(node: exp.Expr) -> dict[str, _Facts] | None:
    """What makes a factor zero, not negative, not positive; one column, or the difference of two."""
    node = unwrap(node)
    if isinstance(node, exp.Coalesce) and [_bare(spare) for spare in node.expressions] == ["0"]:
        node = unwrap(node.this)
    name = column_name(node)
    if name is not None:
        return {"zero": (_fact(name, _ZERO, "= 0"),), "up": (_up(name),), "down": (_down(name),)}
    if isinstance(node, exp.Sub):
        plus, minus = column_name(node.this), column_name(node.expression)
        if plus is not None and minus is not None:
            nothing = {name: _fact(name, _ZERO, "= 0") for name in (plus, minus)}
            return {
                "zero": (nothing[plus], nothing[minus]),
                "up": (_up(plus), nothing[minus]),
                "down": (nothing[plus], _up(minus)),
            }
    return None


def _bare(node: exp.Expr) -> str:
    """A constant without its cast."""
    node = unwrap(node)
    while isinstance(node, exp.Cast):
        node = unwrap(node.this)
    return str(node.sql())


def _up(name: str) -> Narrow:
    return _fact(name, AtLeast(0), ">= 0")


def _down(name: str) -> Narrow:
    return _fact(name, AtMost(0), "<= 0")


def _fact(name: str, limit: Limit, test: str) -> Narrow:
    return Narrow(name, limit, f"{quote_ident(name)} {test}")
