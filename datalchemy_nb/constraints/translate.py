"""PostgreSQL expressions to DuckDB's dialect, for predicates and computed columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import ErrorLevel

from datalchemy_nb.constraints.constants import is_today
from datalchemy_nb.constraints.functions import rewrite_function
from datalchemy_nb.constraints.meaning import is_whole, means_otherwise
from datalchemy_nb.constraints.parse import listed, uncast, unwrap
from datalchemy_nb.constraints.regexes import after_digits, literal_pattern, looking_ahead, reading
from datalchemy_nb.domains.base import Category

_SOME_DAY = "2000-01-01"
_CONDITIONS = (exp.Predicate, exp.Connector, exp.Not, exp.Between, exp.In, exp.Is)
_WHOLE_NUMBER = r"^\s*[-+]?[0-9]{1,18}\s*$"
_KEPT_CASTS = ("date", "timestamp", "timestamptz", "time", "interval", "boolean", "uuid", "double", "float")


def to_duckdb(node: exp.Expr, categories: Mapping[str, Category], today: dt.date) -> str:
    """Write an expression for DuckDB: columns quoted, today fixed, casts that lose digits dropped.

    Args:
        node: the tree; not changed.
        categories: family of each column.
        today: what CURRENT_DATE and now() mean.
    """
    strange = means_otherwise(node, categories)
    if strange is not None:
        return strange
    tree = _guarded(node, categories)
    for quotient in reversed(list(tree.find_all(exp.Div))):
        if is_whole(quotient.this, categories) and is_whole(quotient.expression, categories):
            cut = exp.Paren(this=exp.IntDiv(this=quotient.this, expression=quotient.expression))
            tree = cut if quotient is tree else tree
            quotient.replace(cut)
    for column in tree.find_all(exp.Column):
        column.set("this", exp.to_identifier(column.name, quoted=True))
    for part in reversed(list(tree.walk())):
        changed = _rewrite(part, categories, today)
        if changed is not part:
            tree = changed if part is tree else tree
            part.replace(changed)
    return str(tree.sql(dialect="duckdb", comments=False, unsupported_level=ErrorLevel.IGNORE))


def _guarded(node: exp.Expr, categories: Mapping[str, Category]) -> exp.Expr:
    """A copy in which a text that is no number, date and so on makes a condition false: PostgreSQL refuses its row."""
    tree = node.copy()
    guards: list[exp.Expr] = []
    for cast in list(tree.find_all(exp.Cast)):
        inner = unwrap(cast.this)
        if not isinstance(inner, exp.Column) or categories.get(inner.name) not in ("text", "enum"):
            continue
        if not cast.to.is_type(*exp.DataType.INTEGER_TYPES, *_KEPT_CASTS):
            continue
        safe = exp.TryCast(this=inner.copy(), to=cast.to.copy())
        if cast is tree:
            return safe
        sure = after_digits(cast)
        cast.replace(safe)
        if sure:
            continue  # where it is null, what stands before it is false
        null = exp.Is(this=inner.copy(), expression=exp.Null())
        held: exp.Expr = exp.Not(this=exp.Is(this=safe.copy(), expression=exp.Null()))
        if cast.to.is_type(*exp.DataType.INTEGER_TYPES):  # DuckDB reads 1.2 as 1, PostgreSQL as nothing
            held = exp.RegexpLike(this=inner.copy(), expression=exp.Literal.string(_WHOLE_NUMBER))
        guards.append(exp.or_(null, held))
    return exp.and_(*guards, exp.Paren(this=tree)) if guards and isinstance(node, _CONDITIONS) else tree


def to_postgres(node: exp.Expr, today: dt.date) -> str:
    """Write an expression for PostgreSQL as it is, today fixed."""
    tree = node.copy()
    for part in reversed(list(tree.walk())):
        if isinstance(part, exp.CurrentDate) or is_today(part):
            kind = "date" if isinstance(part, exp.CurrentDate) else "timestamptz"
            fixed = exp.cast(exp.Literal.string(today.isoformat()), kind)
            tree = fixed if part is tree else tree
            part.replace(fixed)
    return str(tree.sql(dialect="postgres", comments=False))


def _rewrite(node: exp.Expr, categories: Mapping[str, Category], today: dt.date) -> exp.Expr:
    if isinstance(node, exp.Cast):
        return node if isinstance(node, exp.TryCast) else _cast(node, categories)
    if isinstance(node, exp.CurrentDate):
        return exp.cast(exp.Literal.string(today.isoformat()), "date")
    if is_today(node):
        kind = "timestamp" if isinstance(node, exp.Localtimestamp) else "timestamptz"
        return exp.cast(exp.Literal.string(f"{today.isoformat()} 00:00:00"), kind)
    if isinstance(node, exp.EQ | exp.NEQ):
        return _membership(node)
    if isinstance(node, exp.RegexpLike | exp.RegexpILike):
        return _pattern(node)
    if isinstance(node, exp.Lower | exp.Upper | exp.Length | exp.BitLength) or (
        isinstance(node, exp.Anonymous) and node.expressions
    ):
        made = _of_category(node, categories)
        if made is not None:
            return made
    if isinstance(node, exp.RegexpReplace) and isinstance(flags := uncast(node.args.get("modifiers")), exp.Literal):
        node.set("modifiers", flags.copy())
        return node
    if isinstance(node, exp.Sub) and all(_is_time(side, categories) for side in (node.this, node.expression)):
        sides = (
            exp.paren(exp.Add(this=exp.cast(exp.Literal.string(_SOME_DAY), "date"), expression=side.copy()))
            for side in (node.this, node.expression)
        )
        return exp.paren(exp.Sub(this=next(sides), expression=next(sides)), copy=False)
    if isinstance(node, exp.ArrayOverlaps | exp.ArrayContainsAll):
        return _elements(node)
    return rewrite_function(node)


def _is_time(node: exp.Expr, categories: Mapping[str, Category]) -> bool:
    """Whether an expression is a time of day, which DuckDB subtracts from no other."""
    node = unwrap(node)
    if isinstance(node, exp.Cast):
        return node.to.is_type("time")
    return isinstance(node, exp.Column) and categories.get(node.name) == "time"


def _cast(node: exp.Cast, categories: Mapping[str, Category]) -> exp.Expr:
    inner = unwrap(node.this)
    if node.to.is_type("decimal", "numeric"):
        number = inner if _is_exact(inner, categories) else exp.cast(inner, "double")
        sizes = [size.this for size in node.to.expressions]
        if not sizes:
            return number
        places = sizes[1].copy() if len(sizes) > 1 else exp.Literal.number(0)
        return exp.Round(this=number.copy(), decimals=places)
    if node.to.is_type("text", "varchar", "char", "bpchar", "nchar"):
        return exp.cast(inner, "text")
    if node.to.is_type(*exp.DataType.INTEGER_TYPES, *_KEPT_CASTS):
        return node
    if node.to.is_type("array"):
        return inner
    return exp.cast(inner, "text")


def _is_exact(node: exp.Expr, categories: Mapping[str, Category]) -> bool:
    if isinstance(node, exp.Literal):
        return not node.is_string
    if isinstance(node, exp.Column):
        return categories.get(node.name) in ("integer", "decimal")
    return isinstance(node, exp.Neg | exp.Add | exp.Sub | exp.Mul)


def _membership(node: exp.EQ | exp.NEQ) -> exp.Expr:
    """``x = ANY (ARRAY[...])`` and ``x <> ALL (ARRAY[...])`` as IN lists."""
    found = listed(node)
    if found is None:
        return node
    items, excluded = found
    inside = exp.In(this=node.this, expressions=[item.copy() for item in items])
    return exp.Not(this=inside) if excluded else inside


_RANGE_END = {
    "lower": "nullif(regexp_extract({0}, '^[\\[(]\"?([^\",]*)\"?,', 1), '')",
    "upper": "nullif(regexp_extract({0}, ',\"?([^\",\\])]*)\"?[\\])]$', 1), '')",
}


def _of_category(node: exp.Expr, categories: Mapping[str, Category]) -> exp.Expr | None:
    """Functions that mean something else where the column is a range, or bytes: these are texts here."""
    inner = unwrap(node.expressions[0] if isinstance(node, exp.Anonymous) else node.this)
    if not isinstance(inner, exp.Column):
        return None
    kind, text = categories.get(inner.name), inner.sql(dialect="duckdb")
    word = node.name.lower() if isinstance(node, exp.Anonymous) else type(node).__name__.lower()
    if kind == "range" and word in _RANGE_END:
        return exp.Paren(this=sqlglot.parse_one(_RANGE_END[word].format(text), read="duckdb"))
    if kind == "bytes" and word in ("length", "octet_length", "bitlength"):
        bits = " * 8" if word == "bitlength" else ""
        return exp.Paren(this=sqlglot.parse_one(f"(length({text}) - 2) // 2{bits}", read="duckdb"))
    return None


def _pattern(node: exp.RegexpLike | exp.RegexpILike) -> exp.Expr:
    """A pattern in the dialect of RE2; one that it cannot read stays, and DuckDB says so."""
    pattern = literal_pattern(node.expression)
    read = reading(pattern) if pattern is not None else None
    if pattern is not None and read is not None and not read.exact and (parts := looking_ahead(pattern)) is not None:
        each = [type(node)(this=node.this.copy(), expression=exp.Literal.string(part)) for part, _ in parts]
        both = zip(each, parts, strict=True)
        return exp.paren(exp.and_(*(exp.not_(one) if negated else one for one, (_, negated) in both)), copy=False)
    if read is None or not read.exact:
        return node
    changed = exp.RegexpILike if read.ignore_case else type(node)
    return changed(this=node.this, expression=exp.Literal.string(read.pattern))


def _elements(node: exp.Binary) -> exp.Expr:
    """``x && ARRAY[...]`` and ``x @> ARRAY[...]``: arrays are texts here, as PostgreSQL writes them."""
    column, wanted = unwrap(node.this), unwrap(node.expression)
    while isinstance(wanted, exp.Cast):
        wanted = unwrap(wanted.this)
    if not isinstance(column, exp.Column) or not isinstance(wanted, exp.Array):
        return node
    name = "list_has_any" if isinstance(node, exp.ArrayOverlaps) else "list_has_all"
    bare = f"replace(trim({column.sql(dialect='duckdb')}, '{{}}'), '\"', '')"
    return sqlglot.parse_one(f"{name}(string_split({bare}, ','), {wanted.sql(dialect='duckdb')})", read="duckdb")
