"""Conditions over columns that are texts in DuckDB, read as the values that they are in PostgreSQL.

Intervals, ranges, addresses, documents and arrays are written as PostgreSQL writes them. Where a server cannot be
asked about a condition on them, this says it in terms of their texts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import sqlglot
from sqlglot import exp

from datalchemy_nb.constraints.meaning import SAID
from datalchemy_nb.constraints.parse import UnreadableCheckError, is_null_test, parse, uncast, unwrap
from datalchemy_nb.constraints.translate import to_duckdb
from datalchemy_nb.contracts.names import literal
from datalchemy_nb.domains.base import Category

_BOUNDS: dict[str, str] = {
    "int4": "BIGINT", "int8": "BIGINT", "numeric": "DECIMAL(38, 10)", "date": "DATE", "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMPTZ",
}  # fmt: skip
_ENDS = {
    "lower": "nullif(regexp_extract({0}, '^[\\[(]\"?([^\",]*)\"?,', 1), '')",
    "upper": "nullif(regexp_extract({0}, ',\"?([^\",\\])]*)\"?[\\])]$', 1), '')",
}
_ADDRESSES = {
    "family": "CASE WHEN {0} IS NULL THEN NULL WHEN contains({0}, ':') THEN 6 ELSE 4 END",
    "masklen": "CASE WHEN {0} IS NULL THEN NULL WHEN contains({0}, '/') THEN CAST(split_part({0}, '/', 2) AS INTEGER) "
    "WHEN contains({0}, ':') THEN 128 ELSE 32 END",
}
_HAS_KEY = (
    "CASE WHEN {0} IS NULL THEN NULL WHEN json_type({0}) = 'OBJECT' THEN list_contains(json_keys({0}), {1}) "
    "WHEN json_type({0}) <> 'ARRAY' THEN {0} = CAST(to_json({1}) AS VARCHAR) "
    "WHEN contains({0}, '{{') OR contains(substring({0}, 2), '[') THEN CAST({0} AS BOOLEAN) "
    "ELSE json_contains({0}, CAST(to_json({1}) AS VARCHAR)) END"
)
"""Of an array that holds others it is not known here; what cannot be computed counts as false."""
_HAS_NULL = "regexp_matches(regexp_replace({0}, '\"(\\\\.|[^\"\\\\])*\"', 'q', 'g'), '[{{,]NULL[,}}]')"
_HAS_ELEMENT = "list_contains(string_split(replace(trim({0}, '{{}}'), '\"', ''), ','), {1})"


def as_values(
    source: str, categories: Mapping[str, Category], subtypes: Mapping[str, str], today: dt.date
) -> str | None:
    """Return a condition for DuckDB, columns that are texts there read as what they are; None where none is read so.

    Args:
        source: in PostgreSQL's dialect.
        categories: family of each column.
        subtypes: of each column that is a range, the catalog's name of the type of its bounds.
        today: what CURRENT_DATE and now() mean.
    """
    try:
        tree = exp.Paren(this=parse(source))
    except (UnreadableCheckError, RecursionError):
        return None
    changed = False
    for part in reversed(list(tree.walk())):
        made = _read(part, categories, subtypes)
        if made is not None and part.parent is not None:
            made.meta[SAID] = True
            part.replace(made)
            changed = True
    return to_duckdb(tree, categories, today) if changed else None


def _read(node: exp.Expr, categories: Mapping[str, Category], subtypes: Mapping[str, str]) -> exp.Expr | None:
    if isinstance(node, exp.Column):
        plain = node.parent is not None and is_null_test(node.parent)
        is_interval = categories.get(node.name) == "interval" and not plain
        return exp.Cast(this=node.copy(), to=exp.DataType.build("interval")) if is_interval else None
    if isinstance(node, exp.Lower | exp.Upper) and isinstance(column := unwrap(node.this), exp.Column):
        kind = _BOUNDS.get(subtypes.get(column.name, ""))
        return None if kind is None else _filled(f"CAST({_ENDS[type(node).__name__.lower()]} AS {kind})", column)
    if isinstance(node, exp.Anonymous) and node.name.lower() in _ADDRESSES and len(node.expressions) == 1:
        column = unwrap(node.expressions[0])
        known = isinstance(column, exp.Column) and categories.get(column.name) == "network"
        return _filled(_ADDRESSES[node.name.lower()], column) if known else None
    if isinstance(node, exp.JSONBContains | exp.JSONBContainsTopKey) and isinstance(unwrap(node.this), exp.Column):
        key = _text(node.expression)
        return None if key is None else _filled(_HAS_KEY, unwrap(node.this), literal(key))
    if isinstance(node, exp.Is) and isinstance(found := unwrap(node.this), exp.ArrayPosition):
        return _position(node, found)
    return None


def _position(node: exp.Is, found: exp.ArrayPosition) -> exp.Expr | None:
    """``array_position(x, v) IS NULL``: whether an array lacks a value, or is null itself."""
    column, sought = unwrap(found.this), uncast(found.expression)
    if not is_null_test(node) or not isinstance(column, exp.Column):
        return None
    if isinstance(sought, exp.Null):
        return _filled(f"coalesce(NOT {_HAS_NULL}, true)", column)
    text = _text(sought)
    return None if text is None else _filled(f"coalesce(NOT {_HAS_ELEMENT}, true)", column, literal(text))


def _text(node: exp.Expr) -> str | None:
    inner = uncast(node)
    return str(inner.this) if isinstance(inner, exp.Literal) and inner.is_string else None


def _filled(template: str, column: exp.Expr, *more: str) -> exp.Expr:
    return exp.Paren(this=sqlglot.parse_one(template.format(column.sql(dialect="duckdb"), *more), read="duckdb"))
