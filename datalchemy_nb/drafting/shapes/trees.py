"""Trees: rows that stand below others of their table, with how deep they are and the way to them."""

from __future__ import annotations

from datalchemy_nb.contracts.relations import ExpressionRule
from datalchemy_nb.domains.limits import AtLeast
from datalchemy_nb.drafting.shapes.base import Claims, Link, SchemaView, first_saying, quoted
from datalchemy_nb.drafting.view import ColumnView
from datalchemy_nb.drafting.words import vocabulary

_DEPTH = vocabulary("depth, level, tree level, nesting level, lvl", "nivel, profundidade")
_PATH = vocabulary("path, tree path, full path, materialized path, breadcrumb", "caminho, caminho completo")
_STEP = vocabulary("slug, code, name, title", "slug, codigo, nome, titulo")
_ROOM = 120
"""Fewest characters of a column that holds the way through some levels."""


def grow_trees(view: SchemaView, claims: Claims) -> None:
    """Let a row be one deeper than the row above it, and its path go on from there."""
    for link in view.links:
        if not link.is_itself or len(link.key.columns) != 1 or link.is_certain:
            continue
        depth = first_saying(link.child, _DEPTH, ("integer",))
        if depth is not None:
            above = f"{quoted(link.column)}.{quoted(depth.name)}"
            _claim(claims, link, depth, f"coalesce({above} + 1, {_first_level(depth)})")
        path, step = first_saying(link.child, _PATH, ("text",)), first_saying(link.child, _STEP, ("text",))
        if path is None or step is None or path.name == step.name or path.is_unique:
            continue
        longest = path.slot.max_length
        if (longest is None or longest >= _ROOM) and (path.may_be_null or not step.may_be_null):
            above = f"{quoted(link.column)}.{quoted(path.name)}"
            own = f"coalesce({quoted(step.name)}, '')" if step.may_be_null else quoted(step.name)
            _claim(claims, link, path, f"coalesce({above} || '/', '') || {own}")


def _first_level(depth: ColumnView) -> int:
    """0, or 1 where a CHECK or the default leaves no room for it."""
    if (depth.column.default or "").strip() == "1":
        return 1
    return int(any(isinstance(limit, AtLeast) and limit.bound == 1 for _, limit in depth.limits))


def _claim(claims: Claims, link: Link, column: ColumnView, sql: str) -> None:
    claims.relation(
        link.child, ExpressionRule, "tree", f"{link.column} is the row above", decides=[column.name],
        column=column.name, sql=sql,
    )  # fmt: skip
