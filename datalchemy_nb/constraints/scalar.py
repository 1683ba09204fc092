"""Scalar SQL of PostgreSQL, typed and written for DuckDB so that it computes the same value.

Whole numbers divide whole, decimals keep every digit (quotients 16 after the point, as ``numeric`` keeps at least),
moments are in UTC. What could differ between two machines or two servers (``exp``, the order of texts, random
numbers) has no translation, and is refused by name.

Worked example: ``quantity * unit_price * (1 - discount)`` over ``integer``, ``numeric(12,2)``, ``numeric(5,4)`` is a
decimal of 0 + 2 + 4 = 6 digits; the column it is assigned to rounds it half away from zero.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace
from typing import Any

from sqlglot import exp

from datalchemy_nb import sandbox
from datalchemy_nb.constraints.calls import as_text, called, to_char
from datalchemy_nb.constraints.constants import is_today
from datalchemy_nb.constraints.parse import is_null_test, unwrap
from datalchemy_nb.constraints.typed import (
    FAMILIES,
    NUMBERS,
    QUOTIENT_DIGITS,
    Family,
    Input,
    Typed,
    UnreadableScalarError,
    cast,
    coerced,
)
from datalchemy_nb.contracts.names import literal, quote_ident
from datalchemy_nb.records import dataclass


def compile_scalar(tree: exp.Expr, inputs: Mapping[str, Input], today: dt.date) -> Typed:
    """Type an expression and write it for DuckDB.

    Args:
        tree: in PostgreSQL's dialect; columns are bare names.
        inputs: of every column it reads.
        today: what CURRENT_DATE and now() mean.

    Raises:
        UnreadableScalarError: it has no translation.
    """
    try:
        made = _Compiler(inputs, today).typed(tree)
    except RecursionError:
        raise UnreadableScalarError("it is nested too deep") from None
    reason = sandbox.refusal(made.sql)
    if reason is not None:
        raise UnreadableScalarError(reason)
    return made


@dataclass
class _Compiler:
    inputs: Mapping[str, Input]
    today: dt.date
    tested: set[str] = field(default_factory=set)
    """Columns whose being null a condition around has spoken of."""

    def typed(self, node: exp.Expr) -> Typed:
        node = unwrap(node)
        if isinstance(node, exp.CurrentDate):
            return Typed(f"DATE '{self.today.isoformat()}'", "date")
        if is_today(node):
            return Typed(f"TIMESTAMP '{self.today.isoformat()} 00:00:00'", "timestamp")
        act = _NODES.get(type(node))
        if act is not None:
            return act(self, node)
        if isinstance(node, exp.Anonymous):
            return called(node.name.lower(), [self.typed(part) for part in node.expressions])
        raise UnreadableScalarError(f"{node.sql(dialect='postgres')!r} is not supported in an expression")


# --- leaves -----------------------------------------------------------------------------------------------------------


def _column(own: _Compiler, node: exp.Column) -> Typed:
    known = own.inputs[node.name]
    family = FAMILIES.get(known.category)
    if family is None:
        raise UnreadableScalarError(f"{node.name} is of a type that expressions do not read: {known.category}")
    sql = quote_ident(node.name)
    if family == "integer":
        sql = f"CAST({sql} AS BIGINT)"
    return Typed(sql, family, known.scale, known.nullable and node.name not in own.tested)


def _literal(own: _Compiler, node: exp.Literal) -> Typed:
    text = str(node.this)
    if node.is_string:
        return Typed(literal(text), "untyped", literals=frozenset({text}))
    if re.fullmatch("[0-9]+", text):
        return Typed(text, "integer")
    if re.fullmatch(r"[0-9]*\.[0-9]*", text):
        digits = text.partition(".")[2]
        return Typed(text if digits else f"{text}0", "decimal", max(len(digits), 1))
    raise UnreadableScalarError(f"{text} is no plain number")


def _interval(own: _Compiler, node: exp.Interval) -> Typed:
    amount, unit = node.this, node.args.get("unit")
    text = amount.name if isinstance(amount, exp.Literal) else ""
    whole = f"{text} {unit.name}" if unit is not None else text
    if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)? +[A-Za-z]+( +-?[0-9]+ +[A-Za-z]+)*", whole):
        raise UnreadableScalarError(f"the interval {whole!r} is not supported; write a number and a unit")
    return Typed(f"INTERVAL '{whole}'", "interval")


def _made_interval(own: _Compiler, node: exp.MakeInterval) -> Typed:
    parts: list[Typed] = []
    for name, unit in (("year", "year"), ("month", "month"), ("week", "week"), ("day", "day"), ("hour", "hour"),
                       ("minute", "minute"), ("second", "second")):  # fmt: skip
        given = node.args.get(name)
        if given is not None:
            amount = coerced(own.typed(given.expression if isinstance(given, exp.Kwarg) else given), "integer")
            parts.append(Typed(f"({amount.sql} * INTERVAL '1 {unit}')", "interval", nullable=amount.nullable))
    if not parts:
        raise UnreadableScalarError("make_interval takes named numbers, e.g. make_interval(days => 3)")
    return Typed(f"({' + '.join(p.sql for p in parts)})", "interval", nullable=any(p.nullable for p in parts))


# --- numbers ----------------------------------------------------------------------------------------------------------


def _sum(own: _Compiler, node: exp.Add | exp.Sub) -> Typed:
    left, right = own.typed(node.this), own.typed(node.expression)
    sign = "+" if isinstance(node, exp.Add) else "-"
    families = {left.family, right.family}
    nullable = left.nullable or right.nullable
    if families & {"date", "timestamp", "interval"}:
        return _moment_sum(left, right, sign, nullable=nullable)
    left, right, family = _numbers(left, right)
    return Typed(f"({left.sql} {sign} {right.sql})", family, max(left.scale, right.scale), nullable=nullable)


def _moment_sum(left: Typed, right: Typed, sign: str, *, nullable: bool) -> Typed:
    if left.family == "untyped":
        left = coerced(left, "date" if right.family == "date" and sign == "-" else "timestamp")
    if right.family == "untyped":
        right = coerced(right, "interval" if sign == "+" else left.family)
    families = left.family, right.family
    if sign == "+" and left.family in ("integer", "interval") and right.family != "interval":
        left, right, families = right, left, families[::-1]
    sql = f"({left.sql} {sign} {right.sql})"
    match families:
        case ("date", "integer"):
            return Typed(f"({left.sql} {sign} CAST({right.sql} AS INTEGER))", "date", nullable=nullable)
        case ("date" | "timestamp", "interval"):
            return Typed(sql, "timestamp", nullable=nullable)
        case ("date", "date") if sign == "-":
            return Typed(sql, "integer", nullable=nullable)
        case ("date" | "timestamp", "date" | "timestamp") if sign == "-":
            return Typed(
                f"({cast(left, 'timestamp').sql} - {cast(right, 'timestamp').sql})", "interval", nullable=nullable
            )
        case ("interval", "interval"):
            return Typed(sql, "interval", nullable=nullable)
    raise UnreadableScalarError(f"{left.family} {sign} {right.family} is not supported")


def _product(own: _Compiler, node: exp.Mul) -> Typed:
    left, right = own.typed(node.this), own.typed(node.expression)
    nullable = left.nullable or right.nullable
    if "interval" in (left.family, right.family):
        return Typed(f"({left.sql} * {right.sql})", "interval", nullable=nullable)
    left, right, family = _numbers(left, right)
    scale = left.scale + right.scale
    if scale > 30:
        raise UnreadableScalarError("a product of more than 30 digits after the point; round a factor")
    return Typed(f"({left.sql} * {right.sql})", family, scale, nullable=nullable)


def _quotient(own: _Compiler, node: exp.Div) -> Typed:
    left, right, family = _numbers(own.typed(node.this), own.typed(node.expression))
    below = unwrap(node.expression)
    sure = isinstance(below, exp.Literal) and float(below.this) != 0
    nullable = left.nullable or right.nullable or not sure
    if family == "integer":
        return Typed(f"({left.sql} // nullif({right.sql}, 0))", "integer", nullable=nullable)
    if family == "float":
        return Typed(f"({left.sql} / nullif({right.sql}, 0))", "float", nullable=nullable)
    scale = max(QUOTIENT_DIGITS, left.scale, right.scale)
    further = 10 ** (scale + right.scale - left.scale)
    top = f"(CAST({left.sql} * {_one(left.scale)} AS HUGEINT) * CAST({further} AS HUGEINT))"
    bottom = f"nullif(CAST({right.sql} * {_one(right.scale)} AS HUGEINT), 0)"
    whole = f"sign({top}) * sign({bottom}) * ((2 * abs({top}) + abs({bottom})) // (2 * abs({bottom})))"
    unit = f"CAST(0.{'0' * (scale - 1)}1 AS DECIMAL({scale + 1}, {scale}))"
    return Typed(f"(CAST({whole} AS DECIMAL(38, 0)) * {unit})", "decimal", scale, nullable=nullable)


def _one(scale: int) -> str:
    """A power of ten as a whole number, so that multiplying by it moves the point."""
    return str(10**scale)


def _remainder(own: _Compiler, node: exp.Mod) -> Typed:
    left, right, family = _numbers(own.typed(node.this), own.typed(node.expression))
    nullable = left.nullable or right.nullable or not isinstance(unwrap(node.expression), exp.Literal)
    if family == "float":
        raise UnreadableScalarError("% takes whole numbers and decimals")
    return Typed(f"({left.sql} % nullif({right.sql}, 0))", family, max(left.scale, right.scale), nullable=nullable)


def _negative(own: _Compiler, node: exp.Neg) -> Typed:
    inner = own.typed(node.this)
    if inner.family not in (*NUMBERS, "interval"):
        raise UnreadableScalarError(f"- takes a number, not {inner.family}")
    return replace(inner, sql=f"(-{inner.sql})")


def _numbers(left: Typed, right: Typed) -> tuple[Typed, Typed, Family]:
    """Two numbers as one type: floats where one is a float, as PostgreSQL does."""
    left, right = (coerced(one, "decimal") if one.family == "untyped" else one for one in (left, right))
    for one in (left, right):
        if one.family not in NUMBERS:
            raise UnreadableScalarError(f"{one.family} is no number")
    if "float" in (left.family, right.family):
        return cast(left, "float"), cast(right, "float"), "float"
    return left, right, "integer" if left.family == right.family == "integer" else "decimal"


def _rounded(own: _Compiler, node: exp.Round | exp.Trunc) -> Typed:
    value = own.typed(node.this)
    name = "round" if isinstance(node, exp.Round) else "trunc"
    digits = node.args.get("decimals")
    sign = -1 if isinstance(digits, exp.Neg) else 1
    literal = digits.this if isinstance(digits, exp.Neg) else digits
    if literal is not None and not (isinstance(literal, exp.Literal) and literal.this.isdigit()):
        raise UnreadableScalarError(f"{name} takes a plain number of digits")
    places = sign * int(literal.this) if literal is not None else 0
    if value.family == "float":
        if literal is not None:
            raise UnreadableScalarError(f"{name} of a double precision takes no digits; cast to numeric")
        return replace(value, sql=f"round_even({value.sql}, 0)" if name == "round" else f"trunc({value.sql})")
    if value.family == "integer" and places >= 0:
        return value if literal is None else replace(value, family="decimal")
    if value.family not in NUMBERS:
        raise UnreadableScalarError(f"{name} takes a number, not {value.family}")
    if places < 0:
        raise UnreadableScalarError(f"{name} to fewer than 0 digits is not supported")
    if places >= value.scale:
        return value
    return replace(value, sql=f"{name}({value.sql}, {places})" if places else f"{name}({value.sql})", scale=places)


def _whole(name: str) -> Callable[[_Compiler, exp.Expr], Typed]:
    def act(own: _Compiler, node: exp.Expr) -> Typed:
        value = own.typed(node.this)
        if value.family not in NUMBERS or node.args.get("decimals") is not None:
            raise UnreadableScalarError(f"{name} takes one number")
        return replace(value, sql=f"{name}({value.sql})", scale=value.scale if name == "abs" else 0)

    return act


def _sign(own: _Compiler, node: exp.Expr) -> Typed:
    value = own.typed(node.this)
    return Typed(f"CAST(sign({value.sql}) AS BIGINT)", "integer", nullable=value.nullable)


# --- conditions and choices -------------------------------------------------------------------------------------------


def _common(values: Sequence[Typed]) -> tuple[list[Typed], Family, int]:
    """Values as the one type that PostgreSQL gives the branches of a choice."""
    families = {value.family for value in values} - {"untyped"}
    if not families:
        return list(values), "untyped", 0
    if families <= set(NUMBERS):
        family: Family = "float" if "float" in families else "decimal" if "decimal" in families else "integer"
    elif families == {"date", "timestamp"}:
        family = "timestamp"
    elif len(families) == 1:
        family = next(iter(families))
    else:
        raise UnreadableScalarError(f"{' and '.join(sorted(families))} are not of one type")
    made = [coerced(v, family) if v.family == "untyped" or family in ("float", "timestamp") else v for v in values]
    return made, family, max(value.scale for value in made)


def _literals(values: Sequence[Typed]) -> frozenset[str] | None:
    known = [value.literals for value in values]
    return frozenset().union(*(one for one in known if one is not None)) if None not in known else None


def _case(own: _Compiler, node: exp.Case) -> Typed:
    subject = node.this
    conditions: list[str] = []
    outer = set(own.tested)
    for branch in node.args["ifs"]:
        tested = exp.EQ(this=subject.copy(), expression=branch.this.copy()) if subject is not None else branch.this
        own.tested |= {c.name for t in tested.find_all(exp.Is) for c in t.find_all(exp.Column)}
        conditions.append(_boolean(own, tested).sql)
    default = node.args.get("default")
    branches = [own.typed(branch.args["true"]) for branch in node.args["ifs"]]
    branches.append(own.typed(default) if default is not None else Typed("NULL", "untyped", nullable=True))
    own.tested = outer
    values, family, scale = _common(branches)
    inner = " ".join(f"WHEN {when} THEN {value.sql}" for when, value in zip(conditions, values[:-1], strict=True))
    known = _literals([v for v in branches if v.sql != "NULL"])
    return Typed(f"(CASE {inner} ELSE {values[-1].sql} END)", family, scale, any(v.nullable for v in values), known)


def _choice(name: str) -> Callable[[_Compiler, exp.Expr], Typed]:
    def act(own: _Compiler, node: exp.Expr) -> Typed:
        parts = [own.typed(part) for part in (node.this, *node.expressions)]
        values, family, scale = _common(parts)
        if name != "coalesce" and family == "text":
            raise UnreadableScalarError(f"{name} of texts depends on the collation of the database")
        sql = f"{name}({', '.join(value.sql for value in values)})"
        return Typed(sql, family, scale, all(v.nullable for v in values), _literals(parts))

    return act


def _nullif(own: _Compiler, node: exp.Nullif) -> Typed:
    first = own.typed(node.this)
    values, _, scale = _common([first, own.typed(node.expression)])
    return Typed(f"nullif({values[0].sql}, {values[1].sql})", values[0].family, scale, nullable=True)


def _boolean(own: _Compiler, node: exp.Expr) -> Typed:
    value = own.typed(node)
    if value.family == "untyped":
        return coerced(value, "boolean")
    if value.family != "boolean":
        raise UnreadableScalarError(f"{node.sql(dialect='postgres')!r} is no condition")
    return value


def _truth(own: _Compiler, node: exp.Expr) -> Typed:
    return Typed("true" if node.this else "false", "boolean")


def _logic(word: str) -> Callable[[_Compiler, exp.Expr], Typed]:
    def act(own: _Compiler, node: exp.Expr) -> Typed:
        left, right = _boolean(own, node.this), _boolean(own, node.expression)
        return Typed(f"({left.sql} {word} {right.sql})", "boolean", nullable=left.nullable or right.nullable)

    return act


def _not(own: _Compiler, node: exp.Not) -> Typed:
    inner = _boolean(own, node.this)
    return Typed(f"(NOT {inner.sql})", "boolean", nullable=inner.nullable)


def _comparison(sign: str) -> Callable[[_Compiler, exp.Expr], Typed]:
    def act(own: _Compiler, node: exp.Expr) -> Typed:
        (left, right), family, _ = _common([own.typed(node.this), own.typed(node.expression)])
        if family == "text" and sign not in ("=", "<>"):
            raise UnreadableScalarError(f"{sign} between texts depends on the collation of the database")
        nullable = (left.nullable or right.nullable) and "DISTINCT" not in sign
        return Typed(f"({left.sql} {sign} {right.sql})", "boolean", nullable=nullable)

    return act


def _is(own: _Compiler, node: exp.Is) -> Typed:
    value = own.typed(node.this)
    negated = bool(node.args.get("negate"))
    if is_null_test(node, negated=negated):
        return Typed(f"({value.sql} IS {'NOT ' if negated else ''}NULL)", "boolean")
    if isinstance(node.expression, exp.Boolean) and not negated:
        told = "true" if node.expression.this else "false"
        return Typed(f"({coerced(value, 'boolean').sql} IS NOT DISTINCT FROM {told})", "boolean")
    raise UnreadableScalarError(f"{node.sql(dialect='postgres')!r} is not supported in an expression")


def _in(own: _Compiler, node: exp.In) -> Typed:
    if node.args.get("query") or node.args.get("unnest"):
        raise UnreadableScalarError("IN takes a list of values")
    values, _, _ = _common([own.typed(part) for part in (node.this, *node.expressions)])
    inner = ", ".join(value.sql for value in values[1:])
    return Typed(f"({values[0].sql} IN ({inner}))", "boolean", nullable=any(v.nullable for v in values))


def _between(own: _Compiler, node: exp.Between) -> Typed:
    parts = [own.typed(part) for part in (node.this, node.args["low"], node.args["high"])]
    (value, low, high), family, _ = _common(parts)
    if family == "text":
        raise UnreadableScalarError("BETWEEN texts depends on the collation of the database")
    return Typed(f"({value.sql} BETWEEN {low.sql} AND {high.sql})", "boolean", nullable=any(p.nullable for p in parts))


def _like(own: _Compiler, node: exp.Like) -> Typed:
    left, right = (coerced(own.typed(part), "text") for part in (node.this, node.expression))
    return Typed(f"({left.sql} LIKE {right.sql})", "boolean", nullable=left.nullable or right.nullable)


# --- texts ------------------------------------------------------------------------------------------------------------


def _named(name: str, *arguments: str) -> Callable[[_Compiler, exp.Expr], Typed]:
    """A function that sqlglot has a class for, its arguments by their names there."""

    def act(own: _Compiler, node: exp.Expr) -> Typed:
        parts = [node.args[one] for one in arguments if node.args.get(one) is not None]
        return called(name, [own.typed(part) for part in parts])

    return act


def _joined(own: _Compiler, node: exp.DPipe) -> Typed:
    left, right = (as_text(own.typed(part)) for part in (node.this, node.expression))
    return Typed(f"({left.sql} || {right.sql})", "text", nullable=left.nullable or right.nullable)


def _concat(own: _Compiler, node: exp.Expr) -> Typed:
    parts = [as_text(own.typed(part)) for part in node.expressions]
    name = "concat_ws" if isinstance(node, exp.ConcatWs) else "concat"
    nullable = name == "concat_ws" and parts[0].nullable
    return Typed(f"{name}({', '.join(part.sql for part in parts)})", "text", nullable=nullable)


def _trim(own: _Compiler, node: exp.Trim) -> Typed:
    side = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(str(node.args.get("position") or "").upper(), "trim")
    parts = [node.this, *([node.expression] if node.expression is not None else [])]
    return called(side, [own.typed(part) for part in parts])


def _replaced(own: _Compiler, node: exp.RegexpReplace) -> Typed:
    text = coerced(own.typed(node.this), "text")
    pattern, new = node.expression, node.args.get("replacement")
    flags = node.args.get("modifiers")
    told = flags.name if flags is not None else ""
    if not isinstance(pattern, exp.Literal) or not isinstance(new, exp.Literal) or set(told) - set("gi"):
        raise UnreadableScalarError("regexp_replace takes a literal pattern, a literal text and the flags g and i")
    if re.search(r"\||\(\?|[*+?}]\?|\\[0-9mMyYAZ]", pattern.this) or "\\" in new.this:
        raise UnreadableScalarError("regexp_replace takes patterns without |, lazy quantifiers and references")
    quoted = [one.sql(dialect="duckdb") for one in (pattern, new)]
    extra = f", '{told}'" if told else ""
    return Typed(f"regexp_replace({text.sql}, {', '.join(quoted)}{extra})", "text", nullable=text.nullable)


# --- dates and moments ------------------------------------------------------------------------------------------------

_FIELDS = ("year", "quarter", "month", "week", "day", "hour", "minute", "dow", "isodow", "doy", "isoyear", "epoch")
_UNITS = ("year", "quarter", "month", "week", "day", "hour", "minute", "second")


def _extract(own: _Compiler, node: exp.Extract) -> Typed:
    value, name = own.typed(node.expression), node.this.name.lower()
    if name not in _FIELDS or value.family not in ("date", "timestamp", "interval"):
        raise UnreadableScalarError(f"extract({name} from {value.family}) is not supported")
    if name == "epoch":
        micros = f"epoch_us({value.sql})" if value.family != "date" else f"epoch_us({cast(value, 'timestamp').sql})"
        unit = "CAST(0.000001 AS DECIMAL(7, 6))"
        return Typed(f"(CAST({micros} AS BIGINT) * {unit})", "decimal", 6, value.nullable)
    if value.family == "interval" and name not in ("year", "month", "day", "hour", "minute"):
        raise UnreadableScalarError(f"extract({name} from interval) is not supported")
    return Typed(f"CAST(extract({name} FROM {value.sql}) AS BIGINT)", "integer", nullable=value.nullable)


def _truncated(own: _Compiler, node: exp.Expr) -> Typed:
    value, unit = own.typed(node.this), node.args.get("unit")
    name = unit.name.lower() if isinstance(unit, exp.Expr) else ""
    if name not in _UNITS or value.family not in ("date", "timestamp"):
        raise UnreadableScalarError("date_trunc takes a plain unit and a date or moment")
    return Typed(f"date_trunc('{name}', {cast(value, 'timestamp').sql})", "timestamp", nullable=value.nullable)


# --- casts ------------------------------------------------------------------------------------------------------------

_CASTS: tuple[tuple[tuple[str, ...], Family], ...] = (
    (("smallint", "tinyint", "int", "bigint"), "integer"),
    (("decimal",), "decimal"),
    (("double", "float"), "float"),
    (("text", "varchar", "char", "bpchar", "nchar", "name"), "text"),
    (("boolean",), "boolean"),
    (("date",), "date"),
    (("timestamp", "timestamptz", "timestampntz"), "timestamp"),
    (("interval",), "interval"),
)


def _cast_node(own: _Compiler, node: exp.Cast) -> Typed:
    value = own.typed(node.this)
    if node.to.is_type("userdefined"):
        return value  # of a domain or an enum: the column says what it takes
    family = next((family for kinds, family in _CASTS if node.to.is_type(*kinds)), None)
    if family is None:
        raise UnreadableScalarError(f"a cast to {node.to.sql(dialect='postgres')} is not supported")
    sizes = [int(size.name) for size in node.to.expressions if size.name.isdigit()]
    if family == "decimal":
        value = coerced(value, "decimal")
        if not sizes:
            return value
        scale = sizes[1] if len(sizes) > 1 else 0
        return value if scale >= value.scale else replace(value, sql=f"round({value.sql}, {scale})", scale=scale)
    if family == "text" and value.family not in ("text", "untyped"):
        return as_text(value)
    made = coerced(value, family)
    return replace(made, sql=f"left({made.sql}, {sizes[0]})") if family == "text" and sizes else made


_NODES: dict[type, Callable[[_Compiler, Any], Typed]] = {
    exp.Column: _column, exp.Literal: _literal, exp.Interval: _interval, exp.Boolean: _truth,
    exp.Null: lambda own, node: Typed("NULL", "untyped", nullable=True),
    exp.Add: _sum, exp.Sub: _sum, exp.Mul: _product, exp.Div: _quotient, exp.Mod: _remainder, exp.Neg: _negative,
    exp.Round: _rounded, exp.Trunc: _rounded, exp.Abs: _whole("abs"), exp.Ceil: _whole("ceil"),
    exp.Floor: _whole("floor"), exp.Sign: _sign,
    exp.Case: _case, exp.Coalesce: _choice("coalesce"), exp.Greatest: _choice("greatest"), exp.Least: _choice("least"),
    exp.Nullif: _nullif, exp.And: _logic("AND"), exp.Or: _logic("OR"), exp.Not: _not,
    exp.EQ: _comparison("="), exp.NEQ: _comparison("<>"), exp.GT: _comparison(">"), exp.GTE: _comparison(">="),
    exp.LT: _comparison("<"), exp.LTE: _comparison("<="), exp.NullSafeEQ: _comparison("IS NOT DISTINCT FROM"),
    exp.NullSafeNEQ: _comparison("IS DISTINCT FROM"), exp.Is: _is, exp.In: _in, exp.Between: _between, exp.Like: _like,
    exp.DPipe: _joined, exp.Concat: _concat, exp.ConcatWs: _concat, exp.Trim: _trim, exp.RegexpReplace: _replaced,
    exp.Upper: _named("upper", "this"), exp.Lower: _named("lower", "this"), exp.Length: _named("length", "this"),
    exp.Left: _named("left", "this", "expression"), exp.Right: _named("right", "this", "expression"),
    exp.Reverse: _named("reverse", "this"), exp.MD5: _named("md5", "this"),
    exp.Repeat: _named("repeat", "this", "times"),
    exp.Replace: _named("replace", "this", "expression", "replacement"),
    exp.Translate: _named("translate", "this", "from_", "to"),
    exp.SplitPart: _named("split_part", "this", "delimiter", "part_index"),
    exp.Substring: _named("substring", "this", "start", "length"),
    exp.StrPosition: _named("strpos", "this", "substr"),
    exp.Pad: lambda own, node: called(
        "lpad" if node.args.get("is_left") else "rpad",
        [own.typed(node.args[one]) for one in ("this", "expression", "fill_pattern") if node.args.get(one) is not None],
    ),
    exp.TimeToStr: lambda own, node: to_char(own.typed(node.this), own.typed(node.args["format"])),
    exp.ToChar: lambda own, node: to_char(own.typed(node.this), own.typed(node.args["format"])),
    exp.MakeInterval: _made_interval, exp.Extract: _extract, exp.TimestampTrunc: _truncated,
    exp.DateTrunc: _truncated, exp.Cast: _cast_node,
}  # fmt: skip
