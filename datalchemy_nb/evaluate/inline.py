"""Writes calls of SQL-language functions out in place, so that DuckDB need not know them."""

from __future__ import annotations

import re
from collections.abc import Iterable

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from datalchemy_nb import sandbox
from datalchemy_nb.contracts.schema import SqlFunction
from datalchemy_nb.evaluate.unsupported import Unsupported

_ROUNDS = 8


def inline_functions(tree: exp.Expr, functions: Iterable[SqlFunction]) -> exp.Expr:
    """Replace every call of a known function by its body, its arguments put in.

    Raises:
        Unsupported: a body is more than one expression, or calls nest without end.
    """
    known = {(f.name.lower(), len(f.argument_types)): f for f in functions if f.language.lower() == "sql"}
    tree = exp.Paren(this=tree)
    for _ in range(_ROUNDS):
        if sandbox.size(tree) > sandbox.MOST_NODES:
            raise Unsupported(f"it has more than {sandbox.MOST_NODES:,} parts")
        calls = [c for c in tree.find_all(exp.Anonymous) if (c.name.lower(), len(c.expressions)) in known]
        if not calls:
            return tree
        call = calls[-1]
        body = _body(known[call.name.lower(), len(call.expressions)], call.expressions)
        (call.parent if isinstance(call.parent, exp.Dot) else call).replace(body)
    raise Unsupported("function calls nested too deep")


def _body(function: SqlFunction, arguments: list[exp.Expr]) -> exp.Expr:
    text = re.sub(r"^\s*(RETURN|SELECT)\s", "SELECT ", function.body.strip().rstrip(";"), flags=re.IGNORECASE)
    try:
        select = sqlglot.parse_one(text, read="postgres")
    except (SqlglotError, RecursionError):
        raise Unsupported(f"the body of function {function.name} is not parsed") from None
    if not isinstance(select, exp.Select) or select.args.get("from_") or len(select.expressions) != 1:
        raise Unsupported(f"function {function.name} is more than one expression")
    if sandbox.written_out(select, arguments) > sandbox.MOST_NODES:
        raise Unsupported(f"it has more than {sandbox.MOST_NODES:,} parts")
    given = dict(zip(function.arguments, arguments, strict=False))

    def put(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Parameter) and node.name.isdigit() and 0 < int(node.name) <= len(arguments):
            return exp.Paren(this=arguments[int(node.name) - 1].copy())
        if isinstance(node, exp.Column) and node.name in given:
            return exp.Paren(this=given[node.name].copy())
        return node

    return exp.Paren(this=select.expressions[0].unalias().copy()).transform(put)
