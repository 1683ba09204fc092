"""What a column that the database computes holds: its expression, rounded where the column's type loses digits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from sqlglot import exp

from datalchemy_nb.constraints.constants import constant
from datalchemy_nb.constraints.parse import MIRROR, UnreadableCheckError, column_name, parse, unwrap
from datalchemy_nb.constraints.types import base_type, category_of
from datalchemy_nb.contracts.schema import Column, DatabaseSchema, Table


def held_by(column: Column, table: Table, schema: DatabaseSchema) -> str | None:
    """Return the expression of a computed column as its type holds it, in PostgreSQL's dialect; None of any other.

    Args:
        column: of the table.
        table: tells how many digits the columns have that the expression reads.
        schema: the schema it is of.
    """
    text = column.generated.expression if column.generated is not None else None
    if not text:
        return None
    category, base = category_of(column.column_type, schema), base_type(column.column_type, schema)
    if category == "decimal" and base.numeric_precision is None:
        return text
    if category not in ("integer", "decimal") or (category == "integer" and base.udt_name not in _WHOLE):
        return text
    kept = (base.numeric_scale or 0) if category == "decimal" else 0
    try:
        digits = _digits(parse(text), table, schema)
    except UnreadableCheckError:
        return text
    if digits is not None and digits <= kept:
        return text
    if digits is None and category == "integer":  # of a float PostgreSQL takes the even number of two that are as near
        return f"({text})::{_WHOLE[base.udt_name]}"
    return f"round(({text})::numeric, {kept})"


_WHOLE = {"int2": "smallint", "int4": "integer", "int8": "bigint"}


def _digits(node: exp.Expr, table: Table, schema: DatabaseSchema) -> int | None:
    """How many digits after the point an expression has at most; None = not known."""
    node = unwrap(node)
    match node:
        case exp.Literal():
            return None if node.is_string else len(node.this.partition(".")[2])
        case exp.Column():
            column = table.by_name.get(node.name)
            return None if column is None else _digits_of(column, schema)
        case exp.Cast():
            if node.to.is_type(*exp.DataType.INTEGER_TYPES):
                return 0
            sizes = [int(size.name) for size in node.to.expressions if size.name.isdigit()]
            if node.to.is_type("decimal"):
                return sizes[1] if len(sizes) > 1 else 0 if sizes else _digits(node.this, table, schema)
            return None
        case exp.Length() | exp.ArraySize() | exp.StrPosition() | exp.Ascii() | exp.Floor() | exp.Ceil():
            return 0
        case exp.Round() | exp.Trunc():
            places = node.args.get("decimals")
            return 0 if places is None else int(places.name) if places.name.isdigit() else None
        case exp.Neg() | exp.Abs() | exp.Coalesce() | exp.Nullif() | exp.Greatest() | exp.Least():
            parts = [node.this, *node.expressions]
        case exp.Add() | exp.Sub() | exp.Mul() | exp.Mod():
            parts = [node.this, node.expression]
        case exp.Case():
            parts = [branch.args["true"] for branch in node.args["ifs"]]
            parts += [node.args["default"]] if node.args.get("default") is not None else []
        case _:
            return None
    found = [_digits(part, table, schema) for part in parts if not isinstance(unwrap(part), exp.Null)]
    known = [one for one in found if one is not None]
    if len(known) < len(found):
        return None
    return sum(known) if isinstance(node, exp.Mul) else max(known, default=0)


def _digits_of(column: Column, schema: DatabaseSchema) -> int | None:
    base, category = base_type(column.column_type, schema), category_of(column.column_type, schema)
    if category == "integer":
        return 0
    return max(base.numeric_scale or 0, 0) if category == "decimal" and base.numeric_precision is not None else None


def unrounded(node: exp.Expr, computed: Mapping[str, str], today: dt.date) -> exp.Expr | None:
    """Return a comparison of a rounded computed column with a number as one of what is rounded; None of any other.

    Half of the last digit to either side of the number is left out or let in as PostgreSQL rounds, away from zero.

    Args:
        node: as ``d >= 1`` or ``d BETWEEN 1 AND 4``.
        computed: what `held_by` says of each computed column.
        today: of conditions that speak of it.
    """
    if isinstance(node, exp.Between) and _rounded(node.this, computed) is not None:
        ends = (
            exp.GTE(this=node.this, expression=node.args["low"]),
            exp.LTE(this=node.this, expression=node.args["high"]),
        )
        both = [unrounded(end, computed, today) for end in ends]
        return None if both[0] is None or both[1] is None else exp.paren(exp.and_(*both), copy=False)
    if type(node) not in MIRROR:
        return None
    for left, right, kind in (
        (node.this, node.expression, type(node)),
        (node.expression, node.this, MIRROR[type(node)]),
    ):
        found, value = _rounded(left, computed), constant(right, today)
        if found is None or value is None or not isinstance(value.value, int | Decimal) or value.relative:
            continue
        inner, digits = found
        number = Decimal(value.value)
        if not number.is_finite():
            return None
        unit = Decimal(1).scaleb(-digits)
        below, above = (
            (number / unit).to_integral(ROUND_FLOOR) * unit,
            (number / unit).to_integral(ROUND_CEILING) * unit,
        )
        if kind is exp.EQ:
            parts = [_from(inner, above, unit), _to(inner, below, unit)] if below == above else []
            return exp.paren(exp.and_(*parts), copy=False) if parts else None
        if kind in (exp.GT, exp.GTE):
            return _from(inner, below + unit if kind is exp.GT else above, unit)
        return _to(inner, above - unit if kind is exp.LT else below, unit)
    return None


def _rounded(node: exp.Expr, computed: Mapping[str, str]) -> tuple[exp.Expr, int] | None:
    """What is rounded under the name of a computed column, and to how many digits."""
    name = column_name(node)
    text = computed.get(name) if name is not None else None
    tree = parse(text) if text is not None and text.startswith("round((") else None
    rounded = unwrap(tree.this) if isinstance(tree, exp.Round) else None
    places = constant(tree.args["decimals"], dt.date.min) if tree is not None and tree.args.get("decimals") else None
    if not isinstance(rounded, exp.Cast) or places is None or not isinstance(places.value, int):
        return None
    return rounded.this, places.value


def _from(inner: exp.Expr, least: Decimal, unit: Decimal) -> exp.Expr:
    """That something is rounded to at least so much."""
    kind = exp.GTE if least > 0 else exp.GT
    return kind(this=exp.paren(inner.copy()), expression=_number(least - unit / 2))


def _to(inner: exp.Expr, most: Decimal, unit: Decimal) -> exp.Expr:
    """That something is rounded to at most so much."""
    kind = exp.LTE if most < 0 else exp.LT
    return kind(this=exp.paren(inner.copy()), expression=_number(most + unit / 2))


def _number(value: Decimal) -> exp.Expr:
    text = exp.Literal.number(f"{abs(value):f}")
    return exp.Neg(this=text) if value < 0 else text
