"""Writes ``ANY (ARRAY[...])`` and ``ALL (ARRAY[...])`` out."""

from __future__ import annotations

import re

from sqlglot import exp

from datalchemy_nb.evaluate.nodes import each, peel, text_of
from datalchemy_nb.evaluate.typebook import TypeBook
from datalchemy_nb.evaluate.unsupported import Unsupported


def quantifiers(tree: exp.Expr, types: TypeBook) -> exp.Expr:
    """``x op ANY (ARRAY[...])`` and ``x op ALL (ARRAY[...])`` written out."""
    del types
    for node in each(tree, exp.Any, exp.All, exp.Anonymous):
        word = node.name.lower() if isinstance(node, exp.Anonymous) else type(node).__name__.lower()
        inner = node.expressions[0] if isinstance(node, exp.Anonymous) and node.expressions else node.this
        comparison = node.parent
        if word not in ("any", "all") or comparison is None or node.arg_key != "expression":
            continue
        items = _items(inner) if isinstance(inner, exp.Expr) else None
        if items is None and not isinstance(comparison, exp.EQ | exp.NEQ | exp.GT | exp.GTE | exp.LT | exp.LTE):
            raise Unsupported("a pattern compared with a computed array")
        if items is not None:
            _spread(comparison, items, every=word == "all")
    return tree


def _spread(comparison: exp.Expr, items: list[exp.Expr], *, every: bool) -> None:
    if isinstance(comparison, exp.EQ) and items and not every:
        comparison.replace(exp.Paren(this=exp.In(this=comparison.this, expressions=items)))
        return
    # `x !~ ALL (...)` parses as NOT over the comparison: the NOT belongs to each element.
    whole = comparison.parent if isinstance(comparison.parent, exp.Not) else comparison
    parts = []
    for item in items:
        part = whole.copy()
        (part.this if whole is not comparison else part).set("expression", item.copy())
        parts.append(exp.Paren(this=part))
    none = exp.true() if every else exp.false()
    joined = (exp.and_ if every else exp.or_)(*parts) if parts else none
    whole.replace(exp.Paren(this=joined))


def _items(node: exp.Expr) -> list[exp.Expr] | None:
    inner = peel(node)
    if isinstance(inner, exp.Array):
        return list(inner.expressions)
    text = text_of(node)
    if text is not None and re.fullmatch(r'\{[^"{}\\]*\}', text):
        cast = node.find(exp.Cast)
        element = cast.to.expressions[0] if cast is not None and cast.to.expressions else None
        words = [exp.Literal.string(word) for word in text[1:-1].split(",") if word]
        return [exp.Cast(this=word, to=element.copy()) if element is not None else word for word in words]
    return None
