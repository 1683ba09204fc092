"""What calls make of other columns: the other side of an equation, where both databases make the same value of it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sqlglot import exp

from datalchemy_nb.constraints.parse import column_name, columns_of, uncast, unwrap
from datalchemy_nb.domains.base import Category

_TEXT_MAKING = (
    exp.DPipe, exp.Lower, exp.Upper, exp.Replace, exp.Trim, exp.Concat, exp.RegexpReplace, exp.Pad,
    exp.Column, exp.Identifier, exp.Literal, exp.Paren, exp.Cast, exp.DataType,
)  # fmt: skip
"""What makes the same text of texts and whole numbers in PostgreSQL and in DuckDB."""
_PLAIN_CLASS = re.compile(r"(\[\^?[A-Za-z0-9 _-]+\]|[A-Za-z0-9 _-])\+?")
_NUMBERS = ("integer", "decimal", "float")
_WHOLE_UNITS = frozenset(("year", "quarter", "month", "week", "day", "dow", "isodow", "doy", "hour", "minute"))
_NUMBER_TYPES = ("int", "bigint", "smallint", "decimal")

Categories = Mapping[str, Category]


def makes(kind: Category, node: exp.Expr, categories: Categories, padded: Mapping[str, int]) -> bool:
    """Whether an expression makes values of a column's family of others, and nothing that the two databases do apart.

    Args:
        kind: family of the column: texts and numbers are made.
        node: the expression.
        categories: families of the columns that it reads.
        padded: columns filled up with blanks, whose length the two databases count apart.
    """
    if isinstance(unwrap(node), exp.Column):
        return False
    if kind == "text":
        return _makes_text(node, categories)
    return kind in _NUMBERS and _makes_number(node, categories, padded)


def _makes_text(node: exp.Expr, categories: Categories) -> bool:
    if not all(categories[c] in ("text", "integer") for c in columns_of(node)):
        return False
    return all(isinstance(part, _TEXT_MAKING) and _is_plain(part) for part in node.walk())


def _is_plain(part: exp.Expr) -> bool:
    match part:
        case exp.Cast():
            return part.to.is_type("text", "varchar") and not part.to.expressions
        case exp.Trim():
            return part.args.get("expression") is None
        case exp.RegexpReplace():
            pattern = uncast(part.expression)
            flags = uncast(part.args.get("modifiers"))
            one_class = isinstance(pattern, exp.Literal) and _PLAIN_CLASS.fullmatch(pattern.this) is not None
            return one_class and (flags is None or (isinstance(flags, exp.Literal) and flags.this == "g"))
        case _:
            return True


def _makes_number(node: exp.Expr, categories: Categories, padded: Mapping[str, int]) -> bool:
    """Whether it is arithmetic over numbers, over parts of moments, days between dates and lengths of texts."""

    def number(part: exp.Expr | None) -> bool:
        part = unwrap(part) if part is not None else None
        match part:
            case exp.Literal():
                return not part.is_string
            case exp.Column():
                return categories[part.name] in _NUMBERS
            case exp.Cast():
                return part.to.is_type(*_NUMBER_TYPES) and not part.to.expressions and number(part.this)
            case exp.Sub() if all(_family(side, categories) == "date" for side in (part.this, part.expression)):
                return True
            case exp.Add() | exp.Sub() | exp.Mul() | exp.Mod():
                return number(part.this) and number(part.expression)
            case exp.Neg() | exp.Abs() | exp.Floor() | exp.Ceil():
                return part.args.get("decimals") is None and number(part.this)
            case exp.Coalesce() | exp.Greatest() | exp.Least():
                return all(number(one) for one in (part.this, *part.expressions))
            case exp.Extract():
                moment = _family(part.expression, categories)
                return part.this.name.lower() in _WHOLE_UNITS and moment in ("date", "timestamp")
            case exp.Length():
                return _family(part.this, categories) == "text" and column_name(part.this) not in padded
            case _:
                return False

    return number(node)


def _family(node: exp.Expr, categories: Categories) -> Category | None:
    """The family of a column, casts to a text or date that it is already aside."""
    inner = uncast(node)
    name = column_name(inner)
    kind = categories[name] if name is not None else None
    casts = [cast for cast in node.find_all(exp.Cast) if not cast.to.is_type("text", "varchar", "date")]
    return None if casts or (inner is not node and kind not in ("text", "date")) else kind
