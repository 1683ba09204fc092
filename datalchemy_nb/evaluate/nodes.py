"""Small steps on sqlglot trees that the rewriting rules share."""

from __future__ import annotations

from typing import TypeVar

from sqlglot import exp

Node = TypeVar("Node", bound=exp.Expr)


def each(tree: exp.Expr, *kinds: type[Node]) -> list[Node]:
    """Nodes of some kinds, innermost first, so that replacing one never loses another."""
    return list(tree.find_all(*kinds))[::-1]


def peel(node: exp.Expr | None) -> exp.Expr | None:
    """What stands inside parentheses and casts."""
    while isinstance(node, exp.Paren | exp.Cast):
        node = node.this
    return node


def text_of(node: exp.Expr | None) -> str | None:
    """The text of a string literal, inside parentheses and casts or bare."""
    inner = peel(node)
    return inner.name if isinstance(inner, exp.Literal) and inner.is_string else None


def call(name: str, *arguments: exp.Expr) -> exp.Expr:
    """A function call that sqlglot writes as it stands."""
    return exp.Anonymous(this=name, expressions=list(arguments))
