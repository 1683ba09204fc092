"""CHECK text to a syntax tree."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeVar

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from datalchemy_nb.contracts.pg_types import of_citext
from datalchemy_nb.sandbox import LONGEST_TEXT

MIRROR: dict[type[exp.Expr], type[exp.Expr]] = {
    exp.GT: exp.LT,
    exp.LT: exp.GT,
    exp.GTE: exp.LTE,
    exp.LTE: exp.GTE,
    exp.EQ: exp.EQ,
}
"""Comparisons of numbers, with what each is when its sides change places."""
_WRAPPER = re.compile(
    r"\s*CHECK\s*(?P<body>\(.*\))\s*(?:NO INHERIT|NOT VALID|NOT ENFORCED|\s)*\Z", re.DOTALL | re.IGNORECASE
)


_TEXT_OF_ITSELF = re.compile(r"(\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*')(?:::text(?![\w\[]))?")
"""What is quoted, and the cast that PostgreSQL prints behind a text: functions that look at a literal overlook it."""
_KEEPING = ("text", "varchar", "char", "bpchar", "decimal", "double", "timestamp", "timestamptz")
"""Casts to these, without a modifier, change how a value is written and compared, not the value."""


class UnreadableCheckError(ValueError):
    """The text is not an expression this parser knows."""


def body_of(text: str) -> str:
    """Return the expression of what pg_get_constraintdef prints, or a bare expression as it is."""
    match = _WRAPPER.match(text)
    return match["body"] if match else text


def parse(text: str) -> exp.Expr:
    """Parse the text of pg_get_constraintdef, or a bare expression.

    Raises:
        UnreadableCheckError: not parsable.
    """
    if len(text) > LONGEST_TEXT:
        raise UnreadableCheckError(f"it is longer than {LONGEST_TEXT:,} characters")
    body = _TEXT_OF_ITSELF.sub(lambda found: found[1], of_citext(body_of(text)))
    try:
        tree = sqlglot.parse_one(body, read="postgres")
    except SqlglotError as error:
        raise UnreadableCheckError(str(error).splitlines()[0]) from None
    except RecursionError:
        raise UnreadableCheckError("it is nested too deep") from None
    for node in tree.find_all(exp.Extract):
        unit = uncast(node.this)
        if isinstance(unit, exp.Literal):  # date_part('year'::text, x), as older servers print extract(year from x)
            node.set("this", exp.var(unit.name.upper()))
    return unwrap(tree.transform(_each_apart))


_MOST_APART = 64
"""Patterns of a list that are read one by one: as many as a choice has branches."""


def _each_apart(node: exp.Expr) -> exp.Expr:
    """``x LIKE ANY (ARRAY['A%', 'B%'])`` as one condition for each pattern; as it is where that cannot be done."""
    if not isinstance(node, exp.Like | exp.ILike | exp.RegexpLike | exp.RegexpILike):
        return node
    if not isinstance(node.expression, exp.Any | exp.All):
        return node
    array = uncast(node.expression.this)
    items = array.expressions if isinstance(array, exp.Array) else None
    if isinstance(array, exp.Literal) and array.is_string:
        items = _array_items(array.this)
    if not items or len(items) > _MOST_APART:
        return node
    parts = []
    for item in items:
        part = node.copy()
        part.set("expression", item.copy())
        parts.append(part)
    joined = exp.or_(*parts, copy=False) if isinstance(node.expression, exp.Any) else exp.and_(*parts, copy=False)
    return exp.Paren(this=joined) if len(parts) > 1 else joined


def unwrap(node: exp.Expr) -> exp.Expr:
    """Strip parentheses."""
    while isinstance(node, exp.Paren):
        node = node.this
    return node


_Node = TypeVar("_Node", bound=exp.Expr | None)


def uncast(node: _Node) -> _Node:
    """Strip casts and parentheses; None stays None."""
    while isinstance(node, exp.Cast | exp.Paren):
        node = node.this
    return node


def conjuncts(node: exp.Expr) -> Iterator[exp.Expr]:
    """Yield the operands of the outermost ANDs, parentheses stripped."""
    node = unwrap(node)
    if isinstance(node, exp.And):
        yield from conjuncts(node.this)
        yield from conjuncts(node.expression)
    else:
        yield node


def disjuncts(node: exp.Expr) -> Iterator[exp.Expr]:
    """Yield the operands of the outermost ORs, parentheses stripped."""
    node = unwrap(node)
    if isinstance(node, exp.Or):
        yield from disjuncts(node.this)
        yield from disjuncts(node.expression)
    else:
        yield node


def columns_of(node: exp.Expr) -> tuple[str, ...]:
    """Return the columns a tree reads, in order of appearance."""
    return tuple(dict.fromkeys(column.name for column in node.find_all(exp.Column)))


def column_name(node: exp.Expr) -> str | None:
    """Return the name if the tree is a bare column, under parentheses and casts that keep its value."""
    node = unwrap(node)
    while isinstance(node, exp.Cast) and node.to.is_type(*_KEEPING) and not node.to.expressions:
        node = unwrap(node.this)
    return node.name if isinstance(node, exp.Column) and not node.table else None


def is_null_test(node: exp.Expr, *, negated: bool = False) -> bool:
    """Whether the tree is ``x IS NULL`` (``x IS NOT NULL`` when negated)."""
    node = unwrap(node)
    if isinstance(node, exp.Not):
        return is_null_test(node.this, negated=not negated)
    return (
        isinstance(node, exp.Is) and isinstance(node.expression, exp.Null) and bool(node.args.get("negate")) == negated
    )


def listed(node: exp.Expr) -> tuple[list[exp.Expr], bool] | None:
    """Return the items of ``IN (...)``, ``= ANY (ARRAY[...])`` or ``<> ALL (ARRAY[...])``, and whether excluded."""
    if isinstance(node, exp.In) and not node.args.get("query"):
        return list(node.expressions), False
    if not isinstance(node, exp.EQ | exp.NEQ):
        return None
    excluded = isinstance(node, exp.NEQ)
    array = _quantified(unwrap(node.expression), "ALL" if excluded else "ANY")
    array = uncast(array)
    if isinstance(array, exp.Literal) and array.is_string:
        items = _array_items(array.this)
        return None if items is None else (items, excluded)
    return (list(array.expressions), excluded) if isinstance(array, exp.Array) else None


_ITEM = re.compile(r'"((?:[^"\\]|\\.)*)"|([^,{}"]+)')


def _array_items(text: str) -> list[exp.Expr] | None:
    """The elements of an array as PostgreSQL writes it, ``{a,"b c"}``; None for one of several dimensions, or nulls."""
    inner = text.strip()
    if not inner.startswith("{") or not inner.endswith("}") or "{" in inner[1:]:
        return None
    found = [
        re.sub(r"\\(.)", r"\1", quoted) if quoted or not plain else plain.strip()
        for quoted, plain in _ITEM.findall(inner[1:-1])
    ]
    return None if any(item.upper() == "NULL" for item in found) else [exp.Literal.string(item) for item in found]


def _quantified(node: exp.Expr, word: str) -> exp.Expr | None:
    if isinstance(node, exp.Anonymous) and node.name.upper() == word and len(node.expressions) == 1:
        return unwrap(node.expressions[0])
    if isinstance(node, exp.Any if word == "ANY" else exp.All):
        return unwrap(node.this)
    return None


def null_tested(node: exp.Expr) -> tuple[str, ...]:
    """Return the columns that a tree asks to be null or not."""
    tests = [t.this for t in node.find_all(exp.Is) if isinstance(t.expression, exp.Null)]
    counted = [f for f in node.find_all(exp.Anonymous) if f.name.lower() in ("num_nulls", "num_nonnulls")]
    return tuple(dict.fromkeys(name for tree in (*tests, *counted) for name in columns_of(tree)))


def truncation(node: exp.Expr) -> tuple[str, str] | None:
    """Return column and unit of ``date_trunc('unit', column)``."""
    if not isinstance(node, exp.TimestampTrunc | exp.DateTrunc):
        return None
    name, unit = column_name(node.this), node.args.get("unit")
    unit = uncast(unit)
    return (name, unit.name.lower()) if name and isinstance(unit, exp.Expr) else None
