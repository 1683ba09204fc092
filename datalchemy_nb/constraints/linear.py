"""Conditions on one column under arithmetic with constants, and on one cut to a unit of time."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from sqlglot import exp

from datalchemy_nb.constraints.constants import constant, typed
from datalchemy_nb.constraints.facts import Fact, Narrow
from datalchemy_nb.constraints.parse import MIRROR, column_name, columns_of, truncation, unwrap
from datalchemy_nb.constraints.translate import to_duckdb
from datalchemy_nb.domains.base import Category
from datalchemy_nb.domains.limits import AtLeast, AtMost, Limit, OneOf

Categories = Mapping[str, Category]
_DIGITS = Decimal(1).scaleb(-9)


def linear(node: exp.Expr, categories: Categories, today: dt.date) -> list[Fact]:
    """``column * a + b op c``, either way round: a bound of the column."""
    if isinstance(node, exp.Between):
        low = exp.GTE(this=node.this, expression=node.args["low"])
        high = exp.LTE(this=node.this, expression=node.args["high"])
        found = [linear(one, categories, today) for one in (low, high)]
        return [*found[0], *found[1]] if all(found) else []
    if type(node) not in MIRROR or len(columns_of(node)) != 1:
        return []
    left, right = _terms(node.this, today), _terms(node.expression, today)
    if left is None or right is None:
        return []
    name = columns_of(node)[0]
    factor, rest = left[0] - right[0], right[1] - left[1]
    if categories[name] not in ("integer", "decimal", "float") or factor == 0:
        return []
    kind = type(node) if factor > 0 else MIRROR[type(node)]
    limit = _limit(kind, rest / factor, whole=categories[name] == "integer")
    return [] if limit is None else [Narrow(name, limit, to_duckdb(node, categories, today))]


def _limit(kind: type[exp.Expr], bound: Fraction, *, whole: bool) -> Limit | None:
    if whole:
        up, down = math.ceil(bound), math.floor(bound)
        match kind:
            case exp.EQ:
                return OneOf((up,)) if up == down else None
            case exp.GT | exp.GTE:
                return AtLeast(down + 1 if kind is exp.GT else up)
            case _:
                return AtMost(up - 1 if kind is exp.LT else down)
    exactly = Decimal(bound.numerator) / Decimal(bound.denominator)
    if Fraction(exactly) != bound:
        inward = _DIGITS if kind in (exp.GT, exp.GTE) else -_DIGITS
        exactly = exactly.quantize(_DIGITS) + inward
        return None if kind is exp.EQ else AtLeast(exactly) if kind in (exp.GT, exp.GTE) else AtMost(exactly)
    if kind is exp.EQ:
        return OneOf((exactly,))
    strict = kind in (exp.GT, exp.LT)
    return AtLeast(exactly, strict) if kind in (exp.GT, exp.GTE) else AtMost(exactly, strict)


def _terms(node: exp.Expr, today: dt.date) -> tuple[Fraction, Fraction] | None:
    """An expression as ``factor * column + rest``."""
    node = unwrap(node)
    if column_name(node) is not None:
        return Fraction(1), Fraction(0)
    value = constant(node, today)
    if value is not None:
        plain = isinstance(value.value, int | Decimal) and not isinstance(value.value, bool) and not value.relative
        finite = plain and (not isinstance(value.value, Decimal) or value.value.is_finite())
        return (Fraction(0), Fraction(value.value)) if finite else None
    if isinstance(node, exp.Neg):
        inner = _terms(node.this, today)
        return None if inner is None else (-inner[0], -inner[1])
    if not isinstance(node, exp.Add | exp.Sub | exp.Mul):
        return None
    left, right = _terms(node.this, today), _terms(node.expression, today)
    if left is None or right is None:
        return None
    if isinstance(node, exp.Mul):
        if left[0] and right[0]:
            return None
        (factor, rest), by = (left, right[1]) if left[0] else (right, left[1])
        return factor * by, rest * by
    sign = 1 if isinstance(node, exp.Add) else -1
    return left[0] + sign * right[0], left[1] + sign * right[1]


def cut(node: exp.Expr, categories: Categories, today: dt.date) -> list[Fact]:
    """``date_trunc('unit', column) op moment``: a bound of the column."""
    if type(node) not in MIRROR:
        return []
    for left, right, kind in (
        (node.this, node.expression, type(node)),
        (node.expression, node.this, MIRROR[type(node)]),
    ):
        left = unwrap(left)
        while isinstance(left, exp.Cast):
            left = unwrap(left.this)
        found, value = truncation(left), constant(right, today)
        if found is None or value is None or value.relative or found[0] not in categories:
            continue
        name, unit = found
        try:
            moment = typed(value.value, "timestamp")
            floor = floored(moment, unit)
            after = next_of(floor, unit)
            first = floor if floor == moment else after
            bounds: tuple[AtLeast | AtMost, ...] = {
                exp.GTE: (AtLeast(first),),
                exp.GT: (AtLeast(after),),
                exp.LT: (AtMost(first, strict=True),),
                exp.LTE: (AtMost(after, strict=True),),
                exp.EQ: (AtLeast(floor), AtMost(after, strict=True)) if floor == moment else (),
            }[kind]  # type: ignore[index]
            limits = [type(limit)(typed(limit.bound, categories[name]), limit.strict) for limit in bounds]
        except (ValueError, OverflowError, KeyError):
            return []
        sql = to_duckdb(node, categories, today)
        return [Narrow(name, limit, sql) for limit in limits]
    return []


def floored(moment: dt.datetime, unit: str) -> dt.datetime:
    """Return the beginning of the unit that a moment lies in, as ``date_trunc`` does.

    Raises:
        KeyError: no such unit.
    """
    day = dt.datetime(moment.year, moment.month, moment.day)
    match unit:
        case "year":
            return day.replace(month=1, day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "month":
            return day.replace(day=1)
        case "week":
            return day - dt.timedelta(days=day.weekday())
        case "day":
            return day
        case "hour":
            return day.replace(hour=moment.hour)
        case "minute":
            return day.replace(hour=moment.hour, minute=moment.minute)
        case "second":
            return moment.replace(microsecond=0)
    raise KeyError(unit)


def next_of(floor: dt.datetime, unit: str) -> dt.datetime:
    """Return the beginning of the next unit.

    Raises:
        KeyError: no such unit.
    """
    months = {"year": 12, "quarter": 3, "month": 1}.get(unit)
    if months is not None:
        at = floor.year * 12 + floor.month - 1 + months
        return floor.replace(year=at // 12, month=at % 12 + 1)
    seconds = {"week": 604800, "day": 86400, "hour": 3600, "minute": 60, "second": 1}[unit]
    return floor + dt.timedelta(seconds=seconds)
