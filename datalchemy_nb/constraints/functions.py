"""PostgreSQL functions that DuckDB lacks or means otherwise, rewritten as expressions it knows."""

from __future__ import annotations

from collections.abc import Callable

import sqlglot
from sqlglot import exp

from datalchemy_nb.constraints.parse import unwrap

_JSON_KINDS = (
    "CASE WHEN {0} IS NULL THEN NULL WHEN json_type({0}::json) = 'VARCHAR' THEN 'string' "
    "WHEN json_type({0}::json) IN ('OBJECT', 'ARRAY', 'BOOLEAN', 'NULL') THEN lower(json_type({0}::json)) "
    "ELSE 'number' END"
)
_UNQUOTED = "regexp_replace({0}, '\"(\\\\.|[^\"\\\\])*\"', '', 'g')"
_ITEMS = (
    f"CASE WHEN {{0}} = '{{{{}}}}' THEN EMPTY ELSE length({_UNQUOTED}) - length(replace({_UNQUOTED}, ',', '')) + 1 END"
)
_TEMPLATES = {
    "jsonb_typeof": _JSON_KINDS,
    "json_typeof": _JSON_KINDS,
    "jsonb_array_length": "json_array_length({0}::json)",
    "json_array_length": "json_array_length({0}::json)",
    "cardinality": _ITEMS.replace("EMPTY", "0"),
    "char_length": "length({0})",
    "character_length": "length({0})",
    "btrim": "trim({0})",
    "octet_length": "CASE WHEN starts_with({0}, '\\x') THEN (length({0}) - 2) // 2 ELSE strlen({0}) END",
    "starts_with": "starts_with({0}, {1})",
    "lower_inc": "starts_with({0}, '[')",
    "isempty": "({0} = 'empty')",
}


def rewrite_function(node: exp.Expr) -> exp.Expr:
    """Return what DuckDB understands, or the node itself."""
    if isinstance(node, exp.ArraySize):
        return _filled(_ITEMS.replace("EMPTY", "NULL"), [node.this])
    if not isinstance(node, exp.Anonymous):
        return node
    name, arguments = node.name.lower(), [unwrap(a) for a in node.expressions]
    build = _BUILDERS.get(name)
    if build is not None:
        return build(arguments)
    template = _TEMPLATES.get(name)
    return node if template is None else _filled(template, arguments)


def _filled(template: str, arguments: list[exp.Expr]) -> exp.Expr:
    texts = [argument.sql(dialect="duckdb") for argument in arguments]
    return exp.Paren(this=sqlglot.parse_one(template.format(*texts), read="duckdb"))


def _count(arguments: list[exp.Expr], word: str) -> exp.Expr:
    parts = [f"CAST({a.sql(dialect='duckdb')} IS {word} AS INTEGER)" for a in arguments]
    return exp.Paren(this=sqlglot.parse_one(" + ".join(parts), read="duckdb"))


_BUILDERS: dict[str, Callable[[list[exp.Expr]], exp.Expr]] = {
    "num_nonnulls": lambda arguments: _count(arguments, "NOT NULL"),
    "num_nulls": lambda arguments: _count(arguments, "NULL"),
}
