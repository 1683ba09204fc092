"""What must change in an expression so that DuckDB computes what PostgreSQL would: one rule a function, in order."""

from __future__ import annotations

import re
from collections.abc import Callable

from sqlglot import exp

from datalchemy_nb.evaluate.casts import casts, literals
from datalchemy_nb.evaluate.nodes import call, each, peel, text_of
from datalchemy_nb.evaluate.patterns import regex, similar
from datalchemy_nb.evaluate.quantifiers import quantifiers
from datalchemy_nb.evaluate.typebook import TypeBook
from datalchemy_nb.evaluate.unsupported import Unsupported


def _types(*names: str) -> tuple[exp.DataType, ...]:
    """Types by their names; sqlglot would parse a name each time that it is asked for."""
    return tuple(exp.DataType.build(name) for name in names)


_RENAMED = {"jsonb_array_length": "json_array_length"}
_BYTES = _types("varbinary", "binary", "blob")
_JSON = _types("json", "jsonb")
_ZONED = _types("timestamptz")
_PLAIN_JSON = {"{}", "[]", "null", "true", "false"}
_MOMENTS = _types("timestamp", "timestamptz", "timestampntz", "timestampltz")
_ZEROS = re.compile(r"FM(0+)\Z")
_POWER_OF_TEN = re.compile(r"10+(\.0*)?\Z")


def divisions(tree: exp.Expr, types: TypeBook) -> exp.Expr:
    """Integers divide to integers; decimals divide by powers of ten exactly; other decimals as doubles."""
    del types
    for node in each(tree, exp.Div):
        left, right = node.this, node.expression
        divisor = peel(right)
        if left.is_type(*exp.DataType.INTEGER_TYPES) and right.is_type(*exp.DataType.INTEGER_TYPES):
            node.replace(call("divide", left, right))
        elif (
            isinstance(divisor, exp.Literal)
            and _POWER_OF_TEN.match(divisor.name)
            and not left.is_type(*exp.DataType.FLOAT_TYPES)
        ):
            zeros = divisor.name.partition(".")[0].count("0")
            factor = exp.Literal.number("0." + "0" * (zeros - 1) + "1" if zeros else "1")
            node.replace(exp.Paren(this=exp.Mul(this=left, expression=factor)))
    return tree


def regexes(tree: exp.Expr, types: TypeBook) -> exp.Expr:
    """``~``, ``~*`` and SIMILAR TO with a literal pattern; the dot matches line ends, as in PostgreSQL."""
    del types
    for node in each(tree, exp.RegexpLike, exp.RegexpILike, exp.SimilarTo, exp.RegexpReplace):
        pattern = _pattern(node)
        if pattern is None or node.args.get("flag") is not None:
            raise Unsupported("a regular expression that is not a literal")
        if isinstance(node, exp.RegexpReplace):
            node.set("expression", exp.Literal.string(pattern))
            continue
        flags = "si" if isinstance(node, exp.RegexpILike) else "s"
        arguments = [node.this, exp.Literal.string(pattern), exp.Literal.string(flags)]
        node.replace(call("regexp_matches", *arguments))
    return tree


def _pattern(node: exp.Expr) -> str | None:
    given = peel(node.expression)
    if isinstance(given, exp.Anonymous) and given.name.lower() == "similar_to_escape":
        texts = [text_of(argument) for argument in given.expressions]
        return similar(*(text for text in texts if text is not None)) if None not in texts else None
    escape = None
    if isinstance(given, exp.Escape):
        escape, given = text_of(given.expression), peel(given.this)
    text = text_of(given)
    if text is None:
        return None
    if isinstance(node, exp.SimilarTo):
        return similar(text, escape if escape is not None else "\\")
    return regex(text)


def likes(tree: exp.Expr, types: TypeBook) -> exp.Expr:
    """A backslash escapes in LIKE unless the expression says otherwise."""
    del types
    for node in each(tree, exp.Like, exp.ILike):
        if not isinstance(node.parent, exp.Escape) and "\\" in (text_of(node.expression) or ""):
            node.replace(exp.Escape(this=node.copy(), expression=exp.Literal.string("\\")))
    return tree


def functions(tree: exp.Expr, types: TypeBook) -> exp.Expr:
    """Functions that DuckDB lacks, or that mean something else there."""
    del types
    for node in each(tree, exp.Func):
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
        return call("pg_jsonb_typeof", *(arguments or [node.this]))
    if isinstance(node, exp.ArraySize):
        depth = node.args.get("expression")
        if depth is not None and getattr(peel(depth), "name", "1") != "1":
            raise Unsupported("the length of an inner dimension")
        return call("pg_array_length" if depth is not None else "len", node.this)
    if name == "cardinality":
        return call("len", *(arguments or [node.this]))
    if isinstance(node, exp.Length) and node.this.is_type(*_BYTES):
        return call("octet_length", node.this)
    if name == "octet_length":
        return call("octet_length" if arguments[0].is_type(*_BYTES) else "strlen", *arguments)
    if isinstance(node, exp.Extract):
        return _extract(node)
    if isinstance(node, exp.MakeInterval):
        return _interval(node)
    if isinstance(node, exp.TimeToStr) and node.this.is_type(*exp.DataType.INTEGER_TYPES):
        return _digits(node)
    if name in _RENAMED:
        return call(_RENAMED[name], *arguments)
    if isinstance(node, exp.JSONBContainsTopKey):
        return call("pg_has_key", node.this, node.expression)
    if isinstance(node, exp.ArrayContainsAll) and node.this.is_type(*_JSON):
        return call("json_contains", node.this, node.expression)
    return None


def _count_nulls(arguments: list[exp.Expr], *, nulls: bool) -> exp.Expr:
    tests = [exp.Is(this=exp.Paren(this=argument.copy()), expression=exp.Null()) for argument in arguments]
    terms = [exp.Paren(this=test) if nulls else exp.Not(this=exp.Paren(this=test)) for test in tests]
    total: exp.Expr = exp.Literal.number(0)
    for term in terms:
        total = exp.Add(this=total, expression=exp.cast(exp.Paren(this=term), "int"))
    return exp.Paren(this=total)


def _extract(node: exp.Extract) -> exp.Expr:
    unit = exp.var(text_of(node.this) or node.this.name)
    if _is_between_moments(node.expression):
        return exp.Extract(this=unit, expression=exp.cast(node.expression, "interval"))
    # The workspace's time zone is UTC, so the cast changes nothing but what sqlglot worries about.
    moment = exp.cast(node.expression, "timestamp") if node.expression.is_type(*_ZONED) else node.expression
    return exp.Extract(this=unit, expression=moment)


def _is_between_moments(node: exp.Expr) -> bool:
    """Whether an expression is how long it is from one moment to another, which sqlglot takes for a moment."""
    inner = peel(node)
    return isinstance(inner, exp.Sub) and all(side.is_type(*_MOMENTS) for side in (inner.this, inner.expression))


def _interval(node: exp.MakeInterval) -> exp.Expr:
    """``make_interval(days => 3, hours => 2)`` as a sum of intervals of one unit."""
    total: exp.Expr | None = None
    for unit, given in node.args.items():
        amount = given.expression if isinstance(given, exp.Kwarg) else given
        if isinstance(amount, exp.Expr):
            part = call(f"to_{unit}s", amount)
            total = part if total is None else exp.Add(this=total, expression=part)
    if total is None:
        raise Unsupported("make_interval of nothing")
    return exp.Paren(this=total)


def _digits(node: exp.TimeToStr) -> exp.Expr:
    """``to_char(n, 'FM000')``: a whole number with so many digits, crosses where it has more."""
    width = _ZEROS.match(text_of(node.args["format"]) or "")
    if width is None:
        raise Unsupported("to_char of a number in another form than FM000")
    size = exp.Literal.number(len(width[1]))
    text = exp.cast(call("abs", node.this.copy()), "text")
    padded = call("lpad", text, size, exp.Literal.string("0"))
    crosses = call("repeat", exp.Literal.string("#"), size.copy())
    sign = exp.case().when(exp.LT(this=node.this.copy(), expression=exp.Literal.number(0)), exp.Literal.string("-"))
    longer = exp.GT(this=call("length", text.copy()), expression=size.copy())
    number = exp.case().when(longer, crosses).else_(padded)
    return exp.Paren(this=exp.DPipe(this=exp.Paren(this=sign.else_(exp.Literal.string(""))), expression=number))


def json_equality(tree: exp.Expr, types: TypeBook) -> exp.Expr:
    """Only trivial documents can be compared as text."""
    del types
    for node in each(tree, exp.EQ, exp.NEQ):
        both = (node.this, node.expression)
        sides = [s for s in both if s.is_type(*_JSON) and not isinstance(peel(s), exp.JSONExtractScalar)]
        trivial = [side for side in sides if (text_of(side) or "") in _PLAIN_JSON]
        if sides and not trivial:
            raise Unsupported("JSON documents compared for equality")
    return tree


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
