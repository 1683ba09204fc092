"""What must change in an expression so that DuckDB computes what PostgreSQL would: one rule a function, in order."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import TypeVar

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from datalchemy_nb.evaluate.patterns import regex, similar
from datalchemy_nb.evaluate.typebook import TypeBook
from datalchemy_nb.evaluate.unsupported import Unsupported

Node = TypeVar("Node", bound=exp.Expr)

_NOW = {"transaction_timestamp", "statement_timestamp", "clock_timestamp", "now"}
_CLOCKS = (exp.CurrentTime, exp.Localtime, exp.Rand, exp.Uuid)
_CLOCK_WORDS = {"now", "today", "yesterday", "tomorrow"}
_RENAMED = {"jsonb_array_length": "json_array_length"}
_TEXTS = {exp.DataType.Type.TEXT, exp.DataType.Type.VARCHAR, exp.DataType.Type.BPCHAR, exp.DataType.Type.CHAR}
_MOMENTS = ("date", "timestamp", "timestamptz", "time", "timetz")
_BYTES = ("varbinary", "binary", "blob")
_PLAIN_JSON = {"{}", "[]", "null", "true", "false"}
_POWER_OF_TEN = re.compile(r"10+(\.0*)?\Z")
_ROUND_LITERAL = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?\Z")


def _each(tree: exp.Expr, *kinds: type[Node]) -> list[Node]:
    """Nodes of some kinds, innermost first, so that replacing one never loses another."""
    return list(tree.find_all(*kinds))[::-1]


def _peel(node: exp.Expr | None) -> exp.Expr | None:
    while isinstance(node, exp.Paren | exp.Cast):
        node = node.this
    return node


def _text_of(node: exp.Expr | None) -> str | None:
    inner = _peel(node)
    return inner.name if isinstance(inner, exp.Literal) and inner.is_string else None


def _call(name: str, *arguments: exp.Expr) -> exp.Expr:
    return exp.Anonymous(this=name, expressions=list(arguments))


def today(tree: exp.Expr, date: dt.date) -> exp.Expr:
    """Put the plan's date where the clock would be read.

    Raises:
        Unsupported: the expression reads the clock, or chance, in another way.
    """
    stamps: dict[type[exp.Expr], exp.Expr] = {
        exp.CurrentDate: exp.cast(exp.Literal.string(date.isoformat()), "date"),
        exp.CurrentTimestamp: exp.cast(exp.Literal.string(f"{date.isoformat()} 00:00:00+00"), "timestamptz"),
        exp.Localtimestamp: exp.cast(exp.Literal.string(f"{date.isoformat()} 00:00:00"), "timestamp"),
    }
    for node in _each(tree, *stamps, exp.Anonymous, *_CLOCKS):
        name = node.name.lower() if isinstance(node, exp.Anonymous) else ""
        if isinstance(node, _CLOCKS) or name == "timeofday":
            raise Unsupported("the time of day or chance")
        if name in _NOW:
            node.replace(stamps[exp.CurrentTimestamp].copy())
        elif name == "age" and len(node.expressions) == 1:
            node.set("expressions", [stamps[exp.Localtimestamp].copy(), exp.cast(node.expressions[0], "timestamp")])
        elif not name:
            node.replace(stamps[type(node)].copy())
    if any(_text_of(node) in _CLOCK_WORDS for node in tree.find_all(exp.Cast) if node.is_type(*_MOMENTS)):
        raise Unsupported("a special date literal")
    return tree


def literals(tree: exp.Expr, types: TypeBook) -> exp.Expr:
    """A literal cast to text is the literal."""
    del types
    for node in _each(tree, exp.Cast):
        if _text_of(node) is not None and node.to.this in _TEXTS and not node.to.expressions:
            node.replace(exp.Literal.string(_text_of(node)))
    return tree


def divisions(tree: exp.Expr, types: TypeBook) -> exp.Expr:
    """Integers divide to integers; decimals divide by powers of ten exactly; other decimals as doubles."""
    del types
    for node in _each(tree, exp.Div):
        left, right = node.this, node.expression
        divisor = _peel(right)
        if left.is_type(*exp.DataType.INTEGER_TYPES) and right.is_type(*exp.DataType.INTEGER_TYPES):
            node.replace(_call("divide", left, right))
        elif (
            isinstance(divisor, exp.Literal)
            and _POWER_OF_TEN.match(divisor.name)
            and not left.is_type(*exp.DataType.FLOAT_TYPES)
        ):
            zeros = divisor.name.partition(".")[0].count("0")
            factor = exp.Literal.number("0." + "0" * (zeros - 1) + "1" if zeros else "1")
            node.replace(exp.Paren(this=exp.Mul(this=left, expression=factor)))
    return tree


def quantifiers(tree: exp.Expr, types: TypeBook) -> exp.Expr:
    """``x op ANY (ARRAY[...])`` and ``x op ALL (ARRAY[...])`` written out."""
    del types
    for node in _each(tree, exp.Any, exp.All, exp.Anonymous):
        word = node.name.lower() if isinstance(node, exp.Anonymous) else type(node).__name__.lower()
        inner = node.expressions[0] if isinstance(node, exp.Anonymous) and node.expressions else node.this
        comparison = node.parent
        if word not in ("any", "all") or comparison is None or node.arg_key != "expression":
            continue
        items = _items(inner) if isinstance(inner, exp.Expr) else None
        if items is None and not isinstance(comparison, exp.EQ | exp.NEQ | exp.GT | exp.GTE | exp.LT | exp.LTE):
            raise Unsupported("a pattern compared with a computed array")
        if items is not None:
            _spread(comparison, items, every=word == "all")
    return tree


def _spread(comparison: exp.Expr, items: list[exp.Expr], *, every: bool) -> None:
    if isinstance(comparison, exp.EQ) and items and not every:
        comparison.replace(exp.Paren(this=exp.In(this=comparison.this, expressions=items)))
        return
    # `x !~ ALL (...)` parses as NOT over the comparison: the NOT belongs to each element.
    whole = comparison.parent if isinstance(comparison.parent, exp.Not) else comparison
    parts = []
    for item in items:
        part = whole.copy()
        (part.this if whole is not comparison else part).set("expression", item.copy())
        parts.append(exp.Paren(this=part))
    none = exp.true() if every else exp.false()
    joined = (exp.and_ if every else exp.or_)(*parts) if parts else none
    whole.replace(exp.Paren(this=joined))


def _items(node: exp.Expr) -> list[exp.Expr] | None:
    inner = _peel(node)
    if isinstance(inner, exp.Array):
        return list(inner.expressions)
    text = _text_of(node)
    if text is not None and re.fullmatch(r'\{[^"{}\\]*\}', text):
        cast = node.find(exp.Cast)
        element = cast.to.expressions[0] if cast is not None and cast.to.expressions else None
        words = [exp.Literal.string(word) for word in text[1:-1].split(",") if word]
        return [exp.Cast(this=word, to=element.copy()) if element is not None else word for word in words]
    return None


def regexes(tree: exp.Expr, types: TypeBook) -> exp.Expr:
    """``~``, ``~*`` and SIMILAR TO with a literal pattern; the dot matches line ends, as in PostgreSQL."""
    del types
    for node in _each(tree, exp.RegexpLike, exp.RegexpILike, exp.SimilarTo, exp.RegexpReplace):
        pattern = _pattern(node)
        if pattern is None or node.args.get("flag") is not None:
            raise Unsupported("a regular expression that is not a literal")
        if isinstance(node, exp.RegexpReplace):
            node.set("expression", exp.Literal.string(pattern))
            continue
        flags = "si" if isinstance(node, exp.RegexpILike) else "s"
        arguments = [node.this, exp.Literal.string(pattern), exp.Literal.string(flags)]
        node.replace(_call("regexp_matches", *arguments))
    return tree


def _pattern(node: exp.Expr) -> str | None:
    given = _peel(node.expression)
    if isinstance(given, exp.Anonymous) and given.name.lower() == "similar_to_escape":
        texts = [_text_of(argument) for argument in given.expressions]
        return similar(*(text for text in texts if text is not None)) if None not in texts else None
    escape = None
    if isinstance(given, exp.Escape):
        escape, given = _text_of(given.expression), _peel(given.this)
    text = _text_of(given)
    if text is None:
        return None
    if isinstance(node, exp.SimilarTo):
        return similar(text, escape if escape is not None else "\\")
    return regex(text)


def likes(tree: exp.Expr, types: TypeBook) -> exp.Expr:
    """A backslash escapes in LIKE unless the expression says otherwise."""
    del types
    for node in _each(tree, exp.Like, exp.ILike):
        if not isinstance(node.parent, exp.Escape) and "\\" in (_text_of(node.expression) or ""):
            node.replace(exp.Escape(this=node.copy(), expression=exp.Literal.string("\\")))
    return tree


def functions(tree: exp.Expr, types: TypeBook) -> exp.Expr:
    """Functions that DuckDB lacks, or that mean something else there."""
    del types
    for node in _each(tree, exp.Func):
        replacement = _function(node)
        if replacement is not None:
            node.replace(replacement)
    return tree


def _function(node: exp.Func) -> exp.Expr | None:
    name = node.name.lower() if isinstance(node, exp.Anonymous) else node.sql_name().lower()
    arguments = list(node.expressions)
    if name in ("num_nonnulls", "num_nulls"):
        return _count_nulls(arguments, nulls=name == "num_nulls")
    if name == "jsonb_typeof" or name == "json_typeof":
        return _call("pg_jsonb_typeof", *(arguments or [node.this]))
    if isinstance(node, exp.ArraySize):
        depth = node.args.get("expression")
        if depth is not None and getattr(_peel(depth), "name", "1") != "1":
            raise Unsupported("the length of an inner dimension")
        return _call("pg_array_length" if depth is not None else "len", node.this)
    if name == "cardinality":
        return _call("len", *(arguments or [node.this]))
    if isinstance(node, exp.Length) and node.this.is_type(*_BYTES):
        return _call("octet_length", node.this)
    if name == "octet_length":
        return _call("octet_length" if arguments[0].is_type(*_BYTES) else "strlen", *arguments)
    if isinstance(node, exp.Extract):
        return _extract(node)
    if name in _RENAMED:
        return _call(_RENAMED[name], *arguments)
    if isinstance(node, exp.JSONBContainsTopKey):
        return _call("pg_has_key", node.this, node.expression)
    if isinstance(node, exp.ArrayContainsAll) and node.this.is_type("json", "jsonb"):
        return _call("json_contains", node.this, node.expression)
    return None


def _count_nulls(arguments: list[exp.Expr], *, nulls: bool) -> exp.Expr:
    tests = [exp.Is(this=exp.Paren(this=argument.copy()), expression=exp.Null()) for argument in arguments]
    terms = [exp.Paren(this=test) if nulls else exp.Not(this=exp.Paren(this=test)) for test in tests]
    total: exp.Expr = exp.Literal.number(0)
    for term in terms:
        total = exp.Add(this=total, expression=exp.cast(exp.Paren(this=term), "int"))
    return exp.Paren(this=total)


def _extract(node: exp.Extract) -> exp.Expr:
    unit = exp.var(_text_of(node.this) or node.this.name)
    # The workspace's time zone is UTC, so the cast changes nothing but what sqlglot worries about.
    moment = exp.cast(node.expression, "timestamp") if node.expression.is_type("timestamptz") else node.expression
    return exp.Extract(this=unit, expression=moment)


def json_equality(tree: exp.Expr, types: TypeBook) -> exp.Expr:
    """Only trivial documents can be compared as text."""
    del types
    for node in _each(tree, exp.EQ, exp.NEQ):
        both = (node.this, node.expression)
        sides = [s for s in both if s.is_type("json", "jsonb") and not isinstance(_peel(s), exp.JSONExtractScalar)]
        trivial = [side for side in sides if (_text_of(side) or "") in _PLAIN_JSON]
        if sides and not trivial:
            raise Unsupported("JSON documents compared for equality")
    return tree


def casts(tree: exp.Expr, types: TypeBook) -> exp.Expr:
    """Casts to types that DuckDB lacks or reads otherwise."""
    for node in _each(tree, exp.Cast):
        target = node.to
        if target.this == exp.DataType.Type.USERDEFINED:
            _user_cast(node, types)
        elif target.this == exp.DataType.Type.MONEY:
            node.set("to", exp.DataType.build("decimal(19,2)"))
        elif target.this in (exp.DataType.Type.DECIMAL, exp.DataType.Type.BIGDECIMAL) and not target.expressions:
            _numeric_cast(node)
    return tree


def _numeric_cast(node: exp.Cast) -> None:
    inner = _peel(node.this)
    text = inner.name if isinstance(inner, exp.Literal) else ""
    if _ROUND_LITERAL.match(text):
        node.replace(exp.Paren(this=exp.Literal.number(text)))
    elif node.this.is_type(*exp.DataType.INTEGER_TYPES):
        node.set("to", exp.DataType.build("decimal(19,0)"))
    elif node.this.is_type("decimal"):
        node.replace(exp.Paren(this=node.this))
    else:
        node.set("to", exp.DataType.build("decimal(38,15)"))


def _user_cast(node: exp.Cast, types: TypeBook) -> None:
    kind = node.to.args.get("kind")
    parts = [part.name for part in kind.find_all(exp.Identifier)] if isinstance(kind, exp.Expr) else [str(kind)]
    schema = next(iter(parts[:-1]), None)
    if parts[-1] in ("citext", "char", "name"):
        node.set("to", exp.DataType.build("text"))
        return
    key = types.find(schema, parts[-1])
    while key is not None and (domain := types.schema.domain_types.get(key)) is not None:
        key = (domain.base.udt_schema, domain.base.udt_name)
        if key not in types.schema.domain_types and key not in types.enums:
            try:
                node.set("to", sqlglot.parse_one(domain.base.data_type, into=exp.DataType, read="postgres"))
            except SqlglotError:
                break
            return
    if key is None or key not in types.enums:
        raise Unsupported(f"type {'.'.join(parts)} has no counterpart here")
    node.set("to", exp.DataType.build(types.enums[key], udt=True))


RULES: tuple[Callable[[exp.Expr, TypeBook], exp.Expr], ...] = (
    literals,
    divisions,
    quantifiers,
    regexes,
    likes,
    json_equality,
    functions,
    casts,
)
