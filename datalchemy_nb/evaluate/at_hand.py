"""Conditions over the values of a table with few rows, computed here: numbers, moments, texts and their comparisons.

What is understood is a small part of SQL whose meaning is beyond doubt; all else is refused, and asked of DuckDB. Truth
has three values, as SQL's has: 0 is false, 1 is unknown, 2 is true, so that AND is the least and OR the greatest.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal, TypeAlias

import numpy as np
import sqlglot
from numpy.typing import NDArray
from sqlglot import exp
from sqlglot.errors import SqlglotError

Ints: TypeAlias = NDArray[np.int64]
Truth: TypeAlias = NDArray[np.int8]
FALSE, UNKNOWN, TRUE = np.int8(0), np.int8(1), np.int8(2)
EXACT = 1 << 50
"""A decimal of fewer units, divided into a double and multiplied back, is off by less than half a unit."""
DAY = 86_400_000_000
_ROOM = 1 << 62
_DIGITS = re.compile(r"[0-9]{1,15}(?:\.([0-9]{1,15}))?\Z")
_DATE = re.compile(r"[1-9][0-9]{3}-[0-9]{2}-[0-9]{2}\Z")
_BITS = {
    exp.DataType.Type.TINYINT: 7,
    exp.DataType.Type.SMALLINT: 15,
    exp.DataType.Type.INT: 31,
    exp.DataType.Type.BIGINT: 63,
}
_TEXTS = (exp.DataType.Type.TEXT, exp.DataType.Type.VARCHAR)
_STAMPS = (exp.DataType.Type.TIMESTAMP, exp.DataType.Type.TIMESTAMPNTZ, exp.DataType.Type.TIMESTAMPTZ)
_COMPARED: dict[type[exp.Expr], Callable[[Any, Any], Any]] = {
    exp.EQ: operator.eq,
    exp.NEQ: operator.ne,
    exp.LT: operator.lt,
    exp.LTE: operator.le,
    exp.GT: operator.gt,
    exp.GTE: operator.ge,
}


class NotAtHand(Exception):
    """A condition is not understood here, or a value that it reads is not at hand; never leaves the judge."""


@dataclass(frozen=True, slots=True)
class Vector:
    """The values of a column, or one value for all rows.

    Attributes:
        kind: of the values. An ``enum`` is a text that compares only with its labels.
        values: integers: numbers times a power of ten, moments in microseconds since 1970 UTC, places of texts in
            `words`, 0 and 1.
        null: where there is no value.
        scale: the power of ten of numbers.
        words: the different texts.
    """

    kind: Literal["number", "moment", "text", "enum", "boolean"]
    values: Ints
    null: NDArray[np.bool_]
    scale: int = 0
    words: tuple[str, ...] = ()

    def at(self, places: Ints) -> Vector:
        """The values at some places, none at those below 0."""
        if not len(self.values):
            return replace(self, values=np.zeros(len(places), np.int64), null=np.ones(len(places), np.bool_))
        return replace(self, values=self.values.take(places), null=self.null.take(places) | (places < 0))


Read = Callable[[str], Vector]
"""Gives the values of a column by its SQL name; raises `NotAtHand`."""


def count(conditions: Sequence[str], rows: int, read: Read) -> int:
    """How many rows meet all of some conditions, as DuckDB's ``WHERE`` would count them.

    Args:
        conditions: DuckDB SQL.
        rows: how many there are.
        read: gives the values of columns.

    Raises:
        NotAtHand: a condition has a part that is not understood here, or a value is not at hand.
    """
    met = np.ones(rows, np.bool_)
    for condition in conditions:
        met &= np.broadcast_to(_truth(_tree(condition), read), (rows,)) == TRUE
    return int(np.count_nonzero(met))


@lru_cache(maxsize=1 << 11)
def _tree(condition: str) -> exp.Expr:
    try:
        return sqlglot.parse_one(condition, read="duckdb")
    except (SqlglotError, RecursionError):
        raise NotAtHand("it is not parsed") from None


def _truth(node: exp.Expr, read: Read) -> Truth:
    """The truth of a condition, row by row."""
    kind = type(node)
    if kind is exp.Paren:
        return _truth(node.this, read)
    if kind is exp.And:
        return np.minimum(_truth(node.this, read), _truth(node.expression, read))
    if kind is exp.Or:
        return np.maximum(_truth(node.this, read), _truth(node.expression, read))
    if kind is exp.Not:
        return np.int8(2) - _truth(node.this, read)
    if kind in _COMPARED:
        a, b = _value(node.this, read), _value(node.expression, read)
        return _told(_compared(kind, a, b), a.null | b.null)
    if kind in (exp.NullSafeEQ, exp.NullSafeNEQ):
        a, b = _value(node.this, read), _value(node.expression, read)
        same = np.where(a.null | b.null, a.null & b.null, _compared(exp.EQ, a, b))
        return _told(same if kind is exp.NullSafeEQ else ~same, np.zeros((), np.bool_))
    if kind is exp.Is:
        return _is(node, read)
    if kind is exp.In and node.expressions and not node.args.get("query"):
        value = _value(node.this, read)
        met = [_compared(exp.EQ, value, _value(one, read)) for one in node.expressions]
        if any(bool(np.any(_value(one, read).null)) for one in node.expressions):
            raise NotAtHand("a null in a list")
        return _told(np.logical_or.reduce(np.broadcast_arrays(*met)), value.null)
    if kind is exp.Between and not node.args.get("symmetric"):
        value, low, high = (_value(node.args[name], read) for name in ("this", "low", "high"))
        over = _told(_compared(exp.GTE, value, low), value.null | low.null)
        return np.minimum(over, _told(_compared(exp.LTE, value, high), value.null | high.null))
    if kind is exp.Case:
        return _case(node, read)
    if kind is exp.Coalesce:
        found = _truth(node.this, read)
        for other in node.expressions:
            unknown = found == UNKNOWN
            found = np.where(unknown, _truth(other, read), found) if unknown.any() else found
        return found
    value = _value(node, read)
    if value.kind != "boolean":
        raise NotAtHand("a value that is no truth")
    return _told(value.values == 1, value.null)


def _told(met: NDArray[np.bool_], null: NDArray[np.bool_]) -> Truth:
    found = np.where(met, TRUE, FALSE)
    return np.where(null, UNKNOWN, found) if null.any() else found


def _is(node: exp.Expr, read: Read) -> Truth:
    other = node.expression
    if isinstance(other, exp.Null):
        null = _value(node.this, read).null
    elif isinstance(other, exp.Boolean):
        null = _truth(node.this, read) == (TRUE if other.this else FALSE)
    else:
        raise NotAtHand("IS of something else")
    return np.where(null, TRUE, FALSE)


def _case(node: exp.Expr, read: Read) -> Truth:
    default = node.args.get("default")
    found = np.asarray(UNKNOWN) if default is None else _truth(default, read)
    base = node.this
    for arm in reversed(node.args["ifs"]):
        when = exp.EQ(this=base.copy(), expression=arm.this.copy()) if base is not None else arm.this
        found = np.where(_truth(when, read) == TRUE, _truth(arm.args["true"], read), found)
    return found


def _compared(kind: type[exp.Expr], a: Vector, b: Vector) -> NDArray[np.bool_]:
    compare = _COMPARED[kind]
    kinds = {a.kind, b.kind}
    if kinds == {"number"}:
        scale = max(a.scale, b.scale)
        return np.asarray(compare(_scaled(a, scale), _scaled(b, scale)))
    if kinds == {"moment"}:
        return np.asarray(compare(a.values, b.values))
    if kind not in (exp.EQ, exp.NEQ):
        raise NotAtHand("an order of texts")
    if kinds == {"boolean"}:
        return np.asarray(compare(a.values, b.values))
    if not kinds <= {"text", "enum"}:
        raise NotAtHand("values of different kinds")
    if "enum" in kinds:
        label, other = (a, b) if a.kind == "enum" else (b, a)
        if other.kind == "enum" or not set(other.words) <= set(label.words):
            raise NotAtHand("what may be no label")
    places = {word: place for place, word in enumerate(a.words)}
    theirs = np.array([places.get(word, -1) for word in b.words], np.int64)
    if not len(theirs):
        return np.zeros(np.broadcast(a.values, b.values).shape, np.bool_)
    return np.asarray(compare(a.values, theirs.take(b.values)))


def _scaled(vector: Vector, scale: int) -> Ints:
    factor = 10 ** (scale - vector.scale)
    if factor == 1:
        return vector.values
    if vector.values.size and int(np.abs(vector.values).max()) * factor >= _ROOM:
        raise NotAtHand("a number that is too large")
    return np.asarray(vector.values * factor)


def _value(node: exp.Expr, read: Read) -> Vector:
    kind = type(node)
    if kind is exp.Paren:
        return _value(node.this, read)
    if isinstance(node, exp.Column) and not node.table:
        return read(node.name)
    if kind is exp.Literal:
        return _one("text", 0, words=(node.name,)) if node.is_string else _number(node.name)
    if kind is exp.Boolean:
        return _one("boolean", int(node.this))
    if kind is exp.Neg:
        value = _value(node.this, read)
        if value.kind == "number":
            return replace(value, values=-value.values)
    if isinstance(node, exp.Cast) and kind is exp.Cast:
        return _cast(node, read)
    if isinstance(node, exp.Anonymous) and node.name.lower() == "epoch_us" and len(node.expressions) == 1:
        value = _value(node.expressions[0], read)
        if value.kind == "moment":
            return replace(value, kind="number")
    if kind in (exp.Greatest, exp.Least):
        return _farthest([node.this, *node.expressions], read, most=kind is exp.Greatest)
    if kind in (exp.Add, exp.Sub):
        value = _value(node.this, read)
        if value.kind == "moment":
            span = _span(node.expression)
            if value.values.size and int(np.abs(value.values).max()) + span < _ROOM:
                return replace(value, values=value.values + (span if kind is exp.Add else -span))
    raise NotAtHand("a part that is not understood here")


def _farthest(nodes: Sequence[exp.Expr], read: Read, *, most: bool) -> Vector:
    """The greatest or least of moments; nulls are passed over."""
    found, *others = (_value(node, read) for node in nodes)
    for other in others:
        if {found.kind, other.kind} != {"moment"}:
            raise NotAtHand("the greatest of something else")
        better = (other.values > found.values) if most else (other.values < found.values)
        better = (better | found.null) & ~other.null
        values = np.where(better, other.values, found.values)
        found = replace(found, values=values, null=found.null & other.null)
    return found


def _one(kind: Literal["number", "moment", "text", "boolean"], value: int, **more: Any) -> Vector:
    return Vector(kind, np.asarray(value, np.int64), np.zeros((), np.bool_), **more)


def _number(text: str) -> Vector:
    found = _DIGITS.match(text)
    if found is None:
        raise NotAtHand("a number of another form")
    return _one("number", int(text.replace(".", "")), scale=len(found[1] or ""))


def _cast(node: exp.Cast, read: Read) -> Vector:
    """A value that is the same under a cast; one that the cast would change, or fail of, is refused."""
    target, inner = node.to, node.this
    if isinstance(inner, exp.Literal) and inner.is_string:
        return _given(target, inner.name)
    value = _value(inner, read)
    largest = int(np.abs(value.values).max()) if value.kind == "number" and value.values.size else 0
    if value.kind in ("text", "enum"):
        fits = target.this in _TEXTS and not target.expressions
        value = replace(value, kind="text")
    elif value.kind == "number" and target.this in _BITS:
        fits = value.scale == 0 and largest < 1 << _BITS[target.this]
    elif value.kind == "number":
        fits = _places(target) == value.scale and largest < 10 ** _precision(target)
    elif value.kind == "moment":
        fits = target.this in _STAMPS or (
            target.this == exp.DataType.Type.DATE and not bool(np.any(value.values % DAY))
        )
    else:
        fits = target.this == exp.DataType.Type.BOOLEAN
    if not fits:
        raise NotAtHand("a cast that may change values")
    return value


def _given(target: exp.DataType, text: str) -> Vector:
    """A literal of a type."""
    if target.this == exp.DataType.Type.DATE and _DATE.match(text):
        try:
            return _one("moment", int(np.datetime64(text, "us").astype(np.int64)))
        except ValueError:
            raise NotAtHand("no date") from None
    if target.this in _TEXTS and not target.expressions:
        return _one("text", 0, words=(text,))
    sign = -1 if text.startswith("-") else 1
    number = _number(text.removeprefix("-"))
    places = 0 if target.this in _BITS else _places(target)
    if places is None or number.scale > places:
        raise NotAtHand("a literal that its type may change")
    values = _scaled(number, places) * sign
    if abs(int(values)) >= (1 << _BITS[target.this] if target.this in _BITS else 10 ** _precision(target)):
        raise NotAtHand("a literal that its type has no room for")
    return replace(number, values=values, scale=places)


def _places(target: exp.DataType) -> int | None:
    """Digits after the point of a decimal type; None for another type."""
    if target.this != exp.DataType.Type.DECIMAL or len(target.expressions) != 2:
        return None
    return int(target.expressions[1].name)


def _precision(target: exp.DataType) -> int:
    return int(target.expressions[0].name)


def _span(node: exp.Expr) -> int:
    """Microseconds of an interval that is always as long."""
    inner = node.unnest()
    if isinstance(inner, exp.Anonymous) and inner.name.lower() == "to_microseconds" and len(inner.expressions) == 1:
        given = inner.expressions[0]
        if isinstance(given, exp.Literal) and given.name.isdecimal() and int(given.name) < _ROOM:
            return int(given.name)
    if isinstance(inner, exp.Interval) and inner.this is not None and inner.this.name == "1":
        unit = inner.text("unit").upper()
        if unit in ("DAY", "SECOND"):
            return DAY if unit == "DAY" else 1_000_000
    raise NotAtHand("a part that is not understood here")
