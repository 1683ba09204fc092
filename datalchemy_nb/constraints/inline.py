"""SQL-language functions, put in place of their calls."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from datalchemy_nb import sandbox
from datalchemy_nb.constraints.parse import UnreadableCheckError
from datalchemy_nb.contracts.schema import SqlFunction

_DEPTH = 8
_BODY = re.compile(
    r"\A\s*(?:BEGIN\s+ATOMIC\s+)?(?:SELECT|RETURN)\s+(?P<expression>.*?)\s*;?\s*(?:END)?\s*\Z", re.I | re.S
)


class Function:
    """A function whose body is one expression over its arguments."""

    def __init__(self, arguments: tuple[str, ...], body: exp.Expr) -> None:
        self.arguments, self.body = arguments, body

    def called_with(self, values: list[exp.Expr]) -> exp.Expr:
        """Return the body with the arguments replaced."""
        named = dict(zip(self.arguments, values, strict=False))
        tree = exp.Paren(this=self.body.copy())
        for node in list(tree.find_all(exp.Column, exp.Parameter)):
            value = _numbered(node, values) if isinstance(node, exp.Parameter) else named.get(node.name)
            if value is not None:
                node.replace(exp.Paren(this=value.copy()))
        return tree


def _numbered(node: exp.Parameter, values: list[exp.Expr]) -> exp.Expr | None:
    text = node.name
    return values[int(text) - 1] if text.isdigit() and 0 < int(text) <= len(values) else None


def readable(functions: Iterable[SqlFunction]) -> Mapping[str, Function]:
    """Return the functions whose body is a single expression, by name."""
    return _readable(tuple(functions))


@lru_cache(maxsize=16)
def _readable(functions: tuple[SqlFunction, ...]) -> Mapping[str, Function]:
    found: dict[str, Function] = {}
    for function in functions:
        match = _BODY.match(function.body)
        if match is None or function.language != "sql" or len(function.body) > sandbox.LONGEST_TEXT:
            continue
        try:
            body = sqlglot.parse_one(match["expression"], read="postgres")
        except (SqlglotError, RecursionError):
            continue
        if not body.find(exp.Select, exp.From):
            found[function.name.lower()] = Function(function.arguments, body)
    return found


def inlined(tree: exp.Expr, functions: Mapping[str, Function]) -> exp.Expr:
    """Replace calls of known functions by their bodies, nested calls too.

    Raises:
        UnreadableCheckError: the expression grows beyond measure.
    """
    left = sandbox.MOST_NODES
    for _ in range(_DEPTH):
        calls = [call for call in tree.find_all(exp.Anonymous) if call.name.lower() in functions]
        if not calls:
            return tree
        for call in calls:
            function, values = functions[call.name.lower()], list(call.expressions)
            left -= sandbox.written_out(function.body, values)
            if left < 0:
                raise UnreadableCheckError(f"it has more than {sandbox.MOST_NODES:,} parts, its functions written out")
            body = function.called_with(values)
            place = call.parent if isinstance(call.parent, exp.Dot) else call
            if place is tree:
                tree = body
            else:
                place.replace(body)
    return tree
