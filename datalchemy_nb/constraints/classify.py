"""Turn a CHECK into facts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from functools import lru_cache
from typing import Any

import polars as pl
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from datalchemy_nb.constraints.arrays import emptiness
from datalchemy_nb.constraints.branches import branches_of, negation
from datalchemy_nb.constraints.constants import Constant, Span, constant, typed
from datalchemy_nb.constraints.facts import (
    Alternatives,
    Condition,
    Equation,
    Fact,
    Narrow,
    NotNull,
    Null,
    Order,
    Unequal,
    Unsupported,
)
from datalchemy_nb.constraints.first_value import null_tests_apart
from datalchemy_nb.constraints.held import unrounded
from datalchemy_nb.constraints.inline import Function, inlined
from datalchemy_nb.constraints.labels import by_place
from datalchemy_nb.constraints.linear import cut, linear
from datalchemy_nb.constraints.makes import makes
from datalchemy_nb.constraints.nullif import nullif_tested
from datalchemy_nb.constraints.parse import (
    MIRROR,
    UnreadableCheckError,
    body_of,
    column_name,
    columns_of,
    conjuncts,
    disjuncts,
    is_null_test,
    listed,
    null_tested,
    parse,
    truncation,
    unwrap,
)
from datalchemy_nb.constraints.present import without_null_tests
from datalchemy_nb.constraints.products import product_sign
from datalchemy_nb.constraints.regexes import Reading, literal_pattern, reading, sees_blanks, similar_to_regex
from datalchemy_nb.constraints.text_parts import parts_of_text
from datalchemy_nb.constraints.texts import folded, number_in_text, sized
from datalchemy_nb.constraints.translate import to_duckdb, to_postgres
from datalchemy_nb.contracts.names import literal, quote_ident
from datalchemy_nb.domains.base import Category
from datalchemy_nb.domains.limits import (
    AtLeast,
    AtMost,
    Cased,
    Contains,
    Divisible,
    Length,
    Limit,
    Matches,
    Multiple,
    NoneOf,
    OneOf,
)
from datalchemy_nb.records import dataclass
from datalchemy_nb.sandbox import MEANS_OTHERWISE

_MIRROR = {**MIRROR, exp.NEQ: exp.NEQ}
_ARITHMETIC = (exp.Add, exp.Sub, exp.Mul, exp.Column, exp.Literal, exp.Paren, exp.Cast, exp.Neg, exp.Identifier)
_MOMENTS: tuple[type[exp.Expr], ...] = (
    exp.Add, exp.Sub, exp.Column, exp.Literal, exp.Paren, exp.Cast, exp.DataType, exp.DataTypeParam, exp.Identifier,
    exp.Interval, exp.Var,
)  # fmt: skip
_UNIT_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400}
_PATTERNS = (exp.Like, exp.ILike, exp.RegexpLike, exp.RegexpILike, exp.SimilarTo)
_TEXTUAL = ("text", "enum", "other", "uuid", "network")


@dataclass(frozen=True)
class Context:
    """What the table tells about its columns.

    Attributes:
        categories: family of each column.
        today: what CURRENT_DATE means.
        margin: days after today from which a value stays in the future when the data is loaded later.
        functions: SQL functions that can be put in place of their calls.
        computed: expressions of the columns that the database computes.
        present: columns that are never null.
        padded: how many characters a text is filled up to with blanks, by column: patterns see the blanks.
        labels: of each enum column, in their order.
    """

    categories: Mapping[str, Category]
    today: dt.date
    margin: int
    functions: Mapping[str, Function] = field(default_factory=dict)
    computed: Mapping[str, str] = field(default_factory=dict)
    present: frozenset[str] = frozenset()
    padded: Mapping[str, int] = field(default_factory=dict)
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def classify(text: str, context: Context, value_column: str | None = None) -> tuple[Fact, ...]:
    """Return the facts a CHECK states.

    Args:
        text: what pg_get_constraintdef prints.
        context: the table's columns.
        value_column: for a domain's CHECK, the column that VALUE stands for.
    """
    known = tuple(context.categories.items())
    functions, computed = tuple(context.functions.items()), tuple(context.computed.items())
    padded, labels = tuple(context.padded.items()), tuple(context.labels.items())
    told = (context.today, context.margin, functions, value_column, computed, context.present, padded, labels)
    return _classified(text, known, *told)


@lru_cache(maxsize=1 << 13)
def _classified(
    text: str,
    categories: tuple[tuple[str, Category], ...],
    today: dt.date,
    margin: int,
    functions: tuple[tuple[str, Function], ...],
    value_column: str | None,
    computed: tuple[tuple[str, str], ...],
    present: frozenset[str],
    padded: tuple[tuple[str, int], ...],
    labels: tuple[tuple[str, tuple[str, ...]], ...],
) -> tuple[Fact, ...]:
    """Remembered, because a draft is resolved until nothing is wrong with it."""
    columns = dict(categories)
    context = Context(columns, today, margin, dict(functions), dict(computed), present, dict(padded), dict(labels))
    try:
        tree = unwrap(inlined(parse(text), context.functions))
        if value_column is not None:
            tree = _bind_value(tree, value_column)
        tree = by_place(_filled_up(tree, context), context.labels)
        return _facts_of(unwrap(null_tests_apart(_spelled_out(tree, context))), context)
    except UnreadableCheckError as error:
        return (_unread(text, str(error), context, value_column) or Unsupported(str(error)),)
    except RecursionError:
        return (Unsupported("it is nested too deep"),)


_CHANGING = re.compile(r"\b(now|current_\w+|localtime\w*|\w+_timestamp)\b", re.IGNORECASE)


def _unread(text: str, why: str, context: Context, value_column: str | None) -> Condition | None:
    """A condition that cannot be read here, for a server to judge; None where its columns are not known."""
    try:
        tokens = sqlglot.tokenize(body := body_of(text), read="postgres")
    except SqlglotError:
        return None
    if value_column is not None:
        places = [token for token in tokens if token.text.upper() == "VALUE"]
        for token in reversed(places):
            body = f"{body[: token.start]}{quote_ident(value_column)}{body[token.end + 1 :]}"
    named = (token.text for token in tokens if token.token_type.name in ("VAR", "IDENTIFIER"))
    columns = tuple(dict.fromkeys(name for name in named if name in context.categories))
    columns = (value_column,) if value_column is not None else columns
    if not columns or context.computed or _CHANGING.search(body):
        return None
    return Condition(f"{MEANS_OTHERWISE}({literal(why)})", columns, (), body)


def _spelled_out(tree: exp.Expr, context: Context) -> exp.Expr:
    """Put the expressions of computed columns in their place."""
    if not context.computed:
        return tree

    def spell(node: exp.Expr) -> exp.Expr:
        text = context.computed.get(node.name) if isinstance(node, exp.Column) else None
        return node if text is None else exp.Paren(this=inlined(parse(text), context.functions))

    def unround(node: exp.Expr) -> exp.Expr:
        return unrounded(node, context.computed, context.today) or node

    return unwrap(tree.transform(unround).transform(spell))


def _filled_up(tree: exp.Expr, context: Context) -> exp.Expr:
    """Write the blanks that fill a text up where a pattern may see them."""
    if not context.padded:
        return tree

    def fill(node: exp.Expr) -> exp.Expr:
        size = context.padded.get(column_name(node.this) or "") if isinstance(node, _PATTERNS) else None
        read = _read(node) if size is not None else None
        if read is None or not any(sees_blanks(read.pattern, negated=negated) for negated in (False, True)):
            return node
        blank = exp.Literal.string(" ")
        padded = exp.Pad(this=node.this.copy(), expression=exp.Literal.number(size), fill_pattern=blank, is_left=False)
        node.set("this", padded)
        return node

    return tree.transform(fill)


def _facts_of(tree: exp.Expr, context: Context) -> tuple[Fact, ...]:
    unknown = [name for name in columns_of(tree) if name not in context.categories]
    if unknown:
        raise UnreadableCheckError(f"it reads {', '.join(unknown)}, which is no column of the table")
    parts = [one for part in conjuncts(tree) for one in conjuncts(without_null_tests(part, context.present))]
    return tuple(fact for part in parts if not _is_true(part) for fact in _facts(part, context))


def _is_true(node: exp.Expr) -> bool:
    return isinstance(node, exp.Boolean) and bool(node.this)


def _bind_value(tree: exp.Expr, column: str) -> exp.Expr:
    def bind(node: exp.Expr) -> exp.Expr:
        if isinstance(node, exp.Column) and node.name.upper() == "VALUE":
            return exp.column(exp.to_identifier(column, quoted=True))
        return node

    return tree.transform(bind)


def _facts(node: exp.Expr, context: Context) -> Iterator[Fact]:
    found = list(_recognised(node, context))
    if not all(isinstance(fact, Condition) for fact in found):
        yield from found
        return
    branches, exact = branches_of(_without_null_guard(node), lambda part: _recognised(part, context))
    listed = _listed(branches) if exact else None
    for condition in found:
        if listed is not None and isinstance(condition, Condition):
            yield Narrow(listed[0], OneOf(listed[1]), condition.sql)
        else:
            choice = branches and isinstance(condition, Condition)
            yield Alternatives(branches, condition, exact) if choice else condition  # type: ignore[arg-type]


def _listed(branches: Sequence[Sequence[Fact]]) -> tuple[str, tuple[Any, ...]] | None:
    """``a = 'x' OR a = 'y'`` is a list like ``a IN ('x', 'y')``: its column and values."""
    columns, values = set[str](), list[Any]()
    for branch in branches:
        told, barred = list[OneOf](), set[Any]()
        for fact in branch:
            if not isinstance(fact, Narrow) or not isinstance(fact.limit, OneOf | NoneOf):
                return None
            columns.add(fact.column)
            if isinstance(fact.limit, OneOf):
                told.append(fact.limit)
            else:  # later branches say that the earlier ones do not hold
                barred.update(fact.limit.values)
        if len(told) != 1:
            return None
        values.extend(value for value in told[0].values if value not in barred)
    return (columns.pop(), tuple(dict.fromkeys(values))) if len(columns) == 1 else None


def _recognised(node: exp.Expr, context: Context) -> Iterator[Fact]:
    """What a rule makes of a conjunct, or the condition itself."""
    node = _without_null_guard(node)
    for rule in RULES:
        found = rule(node, context)
        if found:
            yield from found
            return
    sql, source = to_duckdb(node, context.categories, context.today), to_postgres(node, context.today)
    yield Condition(sql, columns_of(node), null_tested(node), source)


def _without_null_guard(node: exp.Expr) -> exp.Expr:
    """``x IS NULL OR y IS NULL OR P(x, y)`` is P(x, y): a null operand makes P null, and null passes."""
    parts = list(disjuncts(node))
    others = [part for part in parts if not is_null_test(part)]
    if len(parts) < 2 or len(others) != 1:
        return node
    rest = others[0]
    if not isinstance(rest, exp.Predicate | exp.Binary | exp.Between | exp.In):
        return node
    if rest.find(exp.Is, exp.Coalesce, exp.Or, exp.Case):
        return node
    read = columns_of(rest)
    return rest if all(column_name(part.this) in read for part in parts if part is not rest) else node


# --- rules: each returns the facts it recognises, or nothing ----------------------------------------------------


def _not_null(node: exp.Expr, context: Context) -> list[Fact]:
    if not is_null_test(node, negated=True):
        return []
    whole = node
    while isinstance(node, exp.Not | exp.Paren):
        node = node.this
    name = column_name(node.this)
    if name is not None:
        return [NotNull(name)]
    parts = [part for part in node.this.walk() if not isinstance(part, exp.Identifier | exp.DataType)]
    read = columns_of(node.this)
    if not read or not all(isinstance(part, (*_TOTAL, *_STRICT)) for part in parts):
        return []
    if any(context.categories[name] in ("array", "range") for name in read):
        return []  # `list || null` is the list, and a range without an end has none
    present: list[Fact] = [NotNull(one) for one in read]
    if all(isinstance(part, _TOTAL) for part in parts):
        return present
    sql, source = to_duckdb(whole, context.categories, context.today), to_postgres(whole, context.today)
    return [*present, Condition(sql, read, null_tested(whole), source)]


_TOTAL = (exp.Add, exp.Sub, exp.Mul, exp.Neg, exp.DPipe, exp.Paren, exp.Column, exp.Literal, exp.Lower, exp.Upper)
"""What is null where an operand is, and never else."""
_STRICT = (exp.Cast, exp.Trim, exp.Abs, exp.Length)
"""What is null where an operand is, and may fail for others."""


def _null(node: exp.Expr, context: Context) -> list[Fact]:
    name = column_name(node.this) if isinstance(node, exp.Is) and is_null_test(node) else None
    return [Null(name)] if name else []


def _truth(node: exp.Expr, context: Context) -> list[Fact]:
    """A boolean column by itself, negated, or ``IS TRUE`` / ``IS FALSE``."""
    wanted, inner = True, node
    while isinstance(inner, exp.Not | exp.Paren):
        wanted, inner = wanted != isinstance(inner, exp.Not), inner.this
    if isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Boolean):
        wanted, inner = wanted == bool(inner.expression.this), inner.this
    name = column_name(inner)
    if name is None or context.categories[name] != "boolean":
        return []
    return [Narrow(name, OneOf((wanted,)), to_duckdb(node, context.categories, context.today))]


def _between(node: exp.Expr, context: Context) -> list[Fact]:
    if not isinstance(node, exp.Between):
        return []
    low = exp.GTE(this=node.this, expression=node.args["low"])
    high = exp.LTE(this=node.this, expression=node.args["high"])
    facts = [*_comparison(low, context), *_comparison(high, context)]
    return facts if len(facts) == 2 else []


def _absolute(node: exp.Expr, context: Context) -> list[Fact]:
    """``abs(x) <= c``, either way round, is ``x >= -c AND x <= c``: of a column, a sum, a difference."""
    if type(node) not in _MIRROR:
        return []
    for left, right, kind in (
        (node.this, node.expression, type(node)),
        (node.expression, node.this, _MIRROR[type(node)]),
    ):
        inner = unwrap(left)
        if isinstance(inner, exp.Abs) and kind in (exp.LT, exp.LTE) and constant(right, context.today) is not None:
            low = _MIRROR[kind](this=inner.this.copy(), expression=exp.Neg(this=exp.Paren(this=right.copy())))
            high = kind(this=inner.this.copy(), expression=right.copy())
            facts = [*_recognised(low, context), *_recognised(high, context)]
            return [] if any(isinstance(fact, Condition) for fact in facts) else facts
    return []


def _comparison(node: exp.Expr, context: Context) -> list[Fact]:
    """``column op constant``, either way round."""
    if type(node) not in _MIRROR:
        return []
    for left, right, kind in (
        (node.this, node.expression, type(node)),
        (node.expression, node.this, _MIRROR[type(node)]),
    ):
        name, value = column_name(left), constant(right, context.today)
        if name is not None and value is not None:
            return _bound(name, kind, value, node, context)
    return []


def _bound(name: str, kind: type[exp.Expr], value: Constant, node: exp.Expr, context: Context) -> list[Fact]:
    category = context.categories[name]
    try:
        plain = typed(value.value, category)
    except ValueError:
        return []
    sql = to_duckdb(node, context.categories, context.today)
    if kind in (exp.GT, exp.GTE):
        strict = kind is exp.GT
        if not value.relative:
            return _ordered(name, AtLeast(plain, strict), sql, category)
        later = typed(value.value + dt.timedelta(days=context.margin), category)
        return [Narrow(name, AtLeast(later, strict), sql, relaxed=AtLeast(plain, strict))]
    if kind in (exp.LT, exp.LTE):
        return _ordered(name, AtMost(plain, kind is exp.LT), sql, category)
    if kind is exp.NEQ and plain == "":
        return [Narrow(name, Length(1), sql)]
    limit: Limit = OneOf((plain,)) if kind is exp.EQ else NoneOf((plain,))
    return [Narrow(name, limit, sql)]


def _ordered(name: str, limit: Limit, sql: str, category: Category) -> list[Fact]:
    return [] if category in ("text", "enum", "other", "json") else [Narrow(name, limit, sql)]


def _membership(node: exp.Expr, context: Context) -> list[Fact]:
    """``column IN (...)``, ``= ANY (ARRAY[...])``, ``<> ALL (ARRAY[...])`` and their negations."""
    negated = isinstance(node, exp.Not)
    inner = unwrap(node.this) if negated else node
    found = listed(inner)
    if found is None:
        return []
    items, excluded = found
    name = column_name(inner.this)
    values = [constant(item, context.today) for item in items]
    if name is None or any(v is None or v.relative for v in values):
        return []
    try:
        plain = tuple(typed(v.value, context.categories[name]) for v in values if v is not None)
    except ValueError:
        return []
    limit: Limit = NoneOf(plain) if excluded != negated else OneOf(plain)
    return [Narrow(name, limit, to_duckdb(node, context.categories, context.today))]


def _length(node: exp.Expr, context: Context) -> list[Fact]:
    """``length(column) op n``."""
    if type(node) not in _MIRROR or not isinstance(unwrap(node.this), exp.Length):
        return []
    name, value = column_name(unwrap(node.this).this), constant(node.expression, context.today)
    if name is None or value is None or context.categories[name] != "text" or not isinstance(value.value, int):
        return []
    n = value.value
    limits: dict[type[exp.Expr], Length] = {
        exp.GT: Length(n + 1),
        exp.GTE: Length(n),
        exp.LT: Length(0, n - 1),
        exp.LTE: Length(0, n),
        exp.EQ: Length(n, n),
    }
    limit = limits.get(type(node))
    return [Narrow(name, limit, to_duckdb(node, context.categories, context.today))] if limit else []


def _position(node: exp.Expr, context: Context) -> list[Fact]:
    """``position('x' in column) > n``."""
    found = unwrap(node.this) if isinstance(node, exp.GT | exp.GTE) else None
    if not isinstance(found, exp.StrPosition):
        return []
    name, value = column_name(found.this), constant(node.expression, context.today)
    needle = constant(found.args["substr"], context.today)
    if name is None or value is None or needle is None or not isinstance(value.value, int):
        return []
    start = value.value + (1 if isinstance(node, exp.GT) else 0)
    limit = Contains(str(needle.value), max(start, 1))
    return [Narrow(name, limit, to_duckdb(node, context.categories, context.today))] if start > 0 else []


def _beginning(node: exp.Expr, context: Context) -> list[Fact]:
    """``left(column, n) = 'text'`` with a text of n characters, either way round."""
    if not isinstance(node, exp.EQ):
        return []
    for left, right in ((node.this, node.expression), (node.expression, node.this)):
        call, value = unwrap(left), constant(right, context.today)
        if not isinstance(call, exp.Left) or value is None or not isinstance(value.value, str):
            continue
        name, count = column_name(call.this), constant(call.expression, context.today)
        if name is None or context.categories[name] != "text" or count is None or count.value != len(value.value):
            continue
        sql = to_duckdb(node, context.categories, context.today)
        return [Narrow(name, Matches(f"^{re.escape(value.value)}.*$"), sql)]
    return []


def _pattern(node: exp.Expr, context: Context) -> list[Fact]:
    """``column LIKE / ~ pattern`` and their variants."""
    negated = isinstance(node, exp.Not)
    inner = unwrap(node.this) if negated else node
    if not isinstance(inner, _PATTERNS):
        return []
    negated ^= bool(inner.args.get("negate"))
    read, name = _read(inner), column_name(inner.this.this if isinstance(inner.this, exp.Pad) else inner.this)
    if read is None or name is None or context.categories[name] not in _TEXTUAL or (negated and not read.exact):
        return []
    ignore_case = isinstance(inner, exp.ILike | exp.RegexpILike)
    sql = to_duckdb(node, context.categories, context.today)
    filled = list[Fact]()
    if isinstance(inner.this, exp.Pad) and sees_blanks(read.pattern, negated=negated):
        # Blanks that fill a text up are part of what is matched: only a text without them is the same on both sides.
        size = context.padded[name]
        filled = [Narrow(name, Length(size, size), f"length({quote_ident(name)}) = {size}")]
    if read.exact:
        return [Narrow(name, Matches(read.pattern, ignore_case or read.ignore_case, negated), sql), *filled]
    wider = f"regexp_matches({quote_ident(name)}, '{read.pattern.replace(chr(39), chr(39) * 2)}')"
    source = to_postgres(node, context.today)
    return [Narrow(name, Matches(read.pattern, ignore_case), wider), *filled, Condition(sql, (name,), source=source)]


def _read(node: exp.Expr) -> Reading | None:
    """The pattern of a LIKE, a regular expression and so on, as Polars and DuckDB read it."""
    pattern = literal_pattern(node.expression)
    if pattern is None:
        return None
    if isinstance(node, exp.Like | exp.ILike):
        pattern = like_to_regex(pattern)
    elif isinstance(node, exp.SimilarTo):
        pattern = similar_to_regex(pattern)
    return reading(pattern)


def like_to_regex(pattern: str) -> str:
    """Write a LIKE pattern as an anchored regular expression."""
    out, i = [], 0
    while i < len(pattern):
        char = pattern[i]
        if char == "\\" and i + 1 < len(pattern):
            i += 1
            out.append(re.escape(pattern[i]))
        else:
            out.append({"%": ".*", "_": "."}.get(char, re.escape(char)))
        i += 1
    return f"^{''.join(out)}$"


_KINDS = {"array": r"^\[", "object": r"^\{", "string": '^"', "number": "^-?[0-9]", "boolean": "^(true|false)$"}
"""How a document of a kind begins."""


def _kind(node: exp.Expr, context: Context) -> list[Fact]:
    """``jsonb_typeof(column) = 'array'``."""
    call = unwrap(node.this) if isinstance(node, exp.EQ) else None
    call = exp.func("jsonb_typeof", call.this) if isinstance(call, exp.JSONType) else call
    if not isinstance(call, exp.Anonymous) or call.name.lower() not in ("jsonb_typeof", "json_typeof"):
        return []
    name, kind = column_name(call.expressions[0]), constant(node.expression, context.today)
    pattern = _KINDS.get(str(kind.value)) if kind is not None else None
    if name is None or pattern is None or context.categories[name] != "json":
        return []
    return [Narrow(name, Matches(pattern), to_duckdb(node, context.categories, context.today))]


def _case(node: exp.Expr, context: Context) -> list[Fact]:
    """``lower(column) = column`` and the upper form, either way round."""
    if not isinstance(node, exp.EQ):
        return []
    for left, right in ((node.this, node.expression), (node.expression, node.this)):
        folded = unwrap(left)
        if isinstance(folded, exp.Lower | exp.Upper):
            name = column_name(folded.this)
            if name is not None and name == column_name(right):
                sql = to_duckdb(node, context.categories, context.today)
                return [Narrow(name, Cased(isinstance(folded, exp.Upper)), sql)]
    return []


def _truncated(node: exp.Expr, context: Context) -> list[Fact]:
    """``date_trunc('minute', column) = column``, either way round."""
    if not isinstance(node, exp.EQ):
        return []
    for left, right in ((node.this, node.expression), (node.expression, node.this)):
        found = truncation(unwrap(left))
        if found is not None and found[0] == column_name(right) and found[1] in _UNIT_SECONDS:
            sql = to_duckdb(node, context.categories, context.today)
            return [Narrow(found[0], Multiple(_UNIT_SECONDS[found[1]]), sql)]
    return []


def _year(node: exp.Expr, context: Context) -> list[Fact]:
    """``EXTRACT(year FROM column) op n``."""
    call = unwrap(node.this) if type(node) in _MIRROR else None
    if not isinstance(call, exp.Extract) or str(call.this).lower() != "year":
        return []
    name, value = column_name(call.expression), constant(node.expression, context.today)
    if name is None or value is None or not isinstance(value.value, int) or not 1 < value.value < 9999:
        return []
    sql, year = to_duckdb(node, context.categories, context.today), value.value
    try:
        first, after = (typed(dt.datetime(y, 1, 1), context.categories[name]) for y in (year, year + 1))
    except ValueError:
        return []
    limits: dict[type[exp.Expr], tuple[Limit, ...]] = {
        exp.EQ: (AtLeast(first), AtMost(after, strict=True)),
        exp.GTE: (AtLeast(first),),
        exp.GT: (AtLeast(after),),
        exp.LTE: (AtMost(after, strict=True),),
        exp.LT: (AtMost(first, strict=True),),
    }
    return [Narrow(name, limit, sql) for limit in limits.get(type(node), ())]


def _divisible(node: exp.Expr, context: Context) -> list[Fact]:
    """``column % n = 0``; PostgreSQL widens a smallint there."""
    rest = unwrap(node.this) if isinstance(node, exp.EQ) else None
    if not isinstance(rest, exp.Mod):
        return []
    divided = unwrap(rest.this)
    while isinstance(divided, exp.Cast) and divided.to.is_type(*exp.DataType.INTEGER_TYPES):
        divided = unwrap(divided.this)
    name, divisor = column_name(divided), constant(rest.expression, context.today)
    zero = constant(node.expression, context.today)
    whole = divisor is not None and isinstance(divisor.value, int) and divisor.value > 0
    if name is None or not whole or zero is None or zero.value != 0 or context.categories[name] != "integer":
        return []
    assert divisor is not None
    return [Narrow(name, Divisible(divisor.value), to_duckdb(node, context.categories, context.today))]


def _coalesced(node: exp.Expr, context: Context) -> list[Fact]:
    """``coalesce(column, constant) op constant``: the column is compared; no null where the constant fails."""
    call = unwrap(node.this) if type(node) in _MIRROR else None
    if not isinstance(call, exp.Coalesce) or len(call.expressions) != 1:
        return []
    name, spare = column_name(call.this), constant(call.expressions[0], context.today)
    if name is None or spare is None or context.categories[name] not in ("integer", "decimal", "float"):
        return []
    plain = node.copy()
    plain.set("this", call.this.copy())
    found = _comparison(plain, context)
    limits = [fact.limit for fact in found if isinstance(fact, Narrow)]
    holds = all(bool(limit.mask(pl.Series([float(spare.value)]))[0]) for limit in limits)
    return [*found, *([] if holds else [NotNull(name)])] if found else []


def _order(node: exp.Expr, context: Context) -> list[Fact]:
    """``b >= a + constant`` between two columns of comparable families."""
    if not isinstance(node, exp.GT | exp.GTE | exp.LT | exp.LTE):
        return []
    apart = _distance(node, context)
    if apart is not None:
        return apart
    high, low = node.this, node.expression
    if isinstance(node, exp.LT | exp.LTE):
        high, low = low, high
    if isinstance(node, exp.GTE | exp.LTE):
        high, low = _undated(high), _undated(low)
    above, below = _offset(high, context, lower=False), _offset(low, context, lower=True)
    if above is None or below is None:
        return []
    (high_name, high_offset), (low_name, low_offset) = above, below
    offset = _difference(low_offset, high_offset)
    if offset is not None and context.categories[high_name] == "time":
        return []  # times of day begin again at midnight
    if high_name == low_name or not _comparable(context.categories[high_name], context.categories[low_name]):
        return []
    strict = isinstance(node, exp.GT | exp.LT)
    return [Order(low_name, high_name, strict, to_duckdb(node, context.categories, context.today), offset)]


def _undated(node: exp.Expr) -> exp.Expr:
    """``x::date >= y`` follows from ``x >= y``, and so with y."""
    node = unwrap(node)
    return node.this if isinstance(node, exp.Cast) and node.to.is_type("date") else node


def _distance(node: exp.Expr, context: Context) -> list[Fact] | None:
    """``x - y op constant``: the two columns lie at least, or at most, so far apart."""
    difference, value = unwrap(node.this), constant(node.expression, context.today)
    if not isinstance(difference, exp.Sub) or value is None or not isinstance(value.value, int | dt.timedelta | Span):
        return None
    left, right = column_name(difference.this), column_name(difference.expression)
    if left is None or right is None or not _comparable(context.categories[left], context.categories[right]):
        return None
    if context.categories[left] == "time":
        return []  # a time has no distance from another that columns could be drawn at
    offset = value.value.nominal if isinstance(value.value, Span) else value.value
    if context.categories[left] == "date" and isinstance(offset, int):
        offset = dt.timedelta(days=offset)
    sql, strict = to_duckdb(node, context.categories, context.today), isinstance(node, exp.GT | exp.LT)
    if isinstance(node, exp.GT | exp.GTE):
        return [Order(right, left, strict, sql, offset)]
    return [Order(left, right, strict, sql, -offset)]


def _offset(node: exp.Expr, context: Context, *, lower: bool) -> tuple[str, Any] | None:
    """A column and what is added to it; months count so that the order holds wherever they begin."""
    node = unwrap(node)
    name = column_name(node)
    if name is not None:
        return name, None
    if isinstance(node, exp.Add | exp.Sub):
        name, value = column_name(node.this), constant(node.expression, context.today)
        if name is not None and context.categories[name] == "time":
            return None  # past midnight a time begins again
        if name is not None and value is not None and isinstance(value.value, int | dt.timedelta | Span):
            amount = value.value
            if isinstance(amount, Span):
                amount = amount.longest if isinstance(node, exp.Add) == lower else amount.shortest
            if context.categories[name] == "date" and isinstance(amount, int):
                amount = dt.timedelta(days=amount)
            return name, amount if isinstance(node, exp.Add) else -amount
    return None


def _difference(low: Any, high: Any) -> Any:
    if high is None:
        return low
    return -high if low is None else low - high


def _comparable(a: Category, b: Category) -> bool:
    dates, numbers = {"date", "timestamp", "timestamptz"}, {"integer", "decimal", "float"}
    return (a == b and a == "time") or {a, b} <= dates or {a, b} <= numbers


def _equation(node: exp.Expr, context: Context) -> list[Fact]:
    """``column = arithmetic over other columns``: of numbers, a moment and what is added to it, or what calls make."""
    if not isinstance(node, exp.EQ):
        return []
    for left, right in ((node.this, node.expression), (node.expression, node.this)):
        name, inputs = column_name(left), columns_of(right)
        if name is None or not inputs or name in inputs or column_name(right) is not None:
            continue
        kinds = {context.categories[c] for c in (name, *inputs)}
        # months are added to a moment as PostgreSQL adds them
        plain = _MOMENTS if kinds in ({"date"}, {"timestamp"}) else (*_ARITHMETIC, exp.DataType, exp.Round)
        counted = kinds <= {"integer", "decimal", "float"} or plain is _MOMENTS
        if (counted and all(isinstance(n, plain) for n in right.walk())) or makes(
            context.categories[name], right, context.categories, context.padded
        ):
            sql, made = (to_duckdb(one, context.categories, context.today) for one in (node, right))
            return [Equation(name, made, inputs, sql, to_postgres(right, context.today))]
    return []


def _unequal(node: exp.Expr, context: Context) -> list[Fact]:
    """``a <> b`` between two columns."""
    if not isinstance(node, exp.NEQ):
        return []
    left, right = column_name(node.this), column_name(node.expression)
    if left is None or right is None:
        return []
    return [Unequal(left, right, to_duckdb(node, context.categories, context.today))]


def _negated(node: exp.Expr, context: Context) -> list[Fact]:
    """``NOT condition`` where the condition is one fact that has an opposite."""
    inner = unwrap(node.this) if isinstance(node, exp.Not) else None
    found = list(_facts(inner, context)) if isinstance(inner, exp.Predicate | exp.In | exp.Between) else []
    fact = found[0] if len(found) == 1 else None
    opposite = negation(fact) if isinstance(fact, Narrow | NotNull | Null) else None
    return [] if opposite is None else [opposite]


Rule = Callable[[exp.Expr, Context], list[Fact]]
RULES: tuple[Rule, ...] = (
    _not_null,
    _null,
    _truth,
    lambda node, context: number_in_text(node, context.categories, context.today),
    lambda node, context: sized(node, context.categories, context.today),
    _between,
    _comparison,
    _absolute,
    _membership,
    _length,
    _position,
    _beginning,
    lambda node, context: parts_of_text(node, context.categories, context.today),
    _pattern,
    _kind,
    lambda node, context: folded(node, context.categories, context.today),
    _case,
    _truncated,
    _year,
    _divisible,
    _coalesced,
    lambda node, context: linear(node, context.categories, context.today),
    lambda node, context: cut(node, context.categories, context.today),
    _order,
    _equation,
    _unequal,
    lambda node, context: nullif_tested(node, context.categories, context.today),
    lambda node, context: emptiness(node, context.categories, context.today),
    lambda node, context: product_sign(node, context.categories, context.today),
    _negated,
)
