"""Casts to types that DuckDB lacks or reads otherwise."""

from __future__ import annotations

import re

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from datalchemy_nb.evaluate.nodes import each, peel, text_of
from datalchemy_nb.evaluate.typebook import TypeBook
from datalchemy_nb.evaluate.unsupported import Unsupported

_TEXTS = {exp.DataType.Type.TEXT, exp.DataType.Type.VARCHAR, exp.DataType.Type.BPCHAR, exp.DataType.Type.CHAR}
_ROUND_LITERAL = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?\Z")


_NOT_FINITE = ("nan", "infinity", "-infinity", "inf", "-inf")


def literals(tree: exp.Expr, types: TypeBook) -> exp.Expr:
    """A literal cast to text is the literal."""
    del types
    for node in each(tree, exp.Cast):
        if text_of(node) is not None and node.to.this in _TEXTS and not node.to.expressions:
            node.replace(exp.Literal.string(text_of(node)))
    return tree


def casts(tree: exp.Expr, types: TypeBook) -> exp.Expr:
    """Casts to types that DuckDB lacks or reads otherwise."""
    for node in each(tree, exp.Cast):
        target = node.to
        if target.this == exp.DataType.Type.USERDEFINED:
            _user_cast(node, types)
        elif target.this == exp.DataType.Type.MONEY:
            node.set("to", exp.DataType.build("decimal(19,2)"))
        elif target.this in (exp.DataType.Type.DECIMAL, exp.DataType.Type.BIGDECIMAL) and not target.expressions:
            _numeric_cast(node)
    return tree


def _numeric_cast(node: exp.Cast) -> None:
    inner = peel(node.this)
    text = inner.name if isinstance(inner, exp.Literal) else ""
    if text.lower() in _NOT_FINITE:
        node.set("to", exp.DataType.build("double"))  # where they compare as they do in PostgreSQL
    elif _ROUND_LITERAL.match(text):
        node.replace(exp.Paren(this=exp.Literal.number(text)))
    elif node.this.is_type(*exp.DataType.INTEGER_TYPES):
        node.set("to", exp.DataType.build("decimal(19,0)"))
    elif node.this.is_type(exp.DataType.Type.DECIMAL):
        node.replace(exp.Paren(this=node.this))
    else:
        node.set("to", exp.DataType.build("decimal(38,15)"))


def _user_cast(node: exp.Cast, types: TypeBook) -> None:
    kind = node.to.args.get("kind")
    parts = [part.name for part in kind.find_all(exp.Identifier)] if isinstance(kind, exp.Expr) else [str(kind)]
    schema = next(iter(parts[:-1]), None)
    if parts[-1] in ("citext", "char", "name"):
        node.set("to", exp.DataType.build("text"))
        return
    key = types.find(schema, parts[-1])
    while key is not None and (domain := types.schema.domain_types.get(key)) is not None:
        key = (domain.base.udt_schema, domain.base.udt_name)
        if key not in types.schema.domain_types and key not in types.enums:
            try:
                node.set("to", sqlglot.parse_one(domain.base.data_type, into=exp.DataType, read="postgres"))
            except SqlglotError:
                break
            return
    if key is None or key not in types.enums:
        raise Unsupported(f"type {'.'.join(parts)} has no counterpart here")
    node.set("to", exp.DataType.build(types.enums[key], udt=True))
