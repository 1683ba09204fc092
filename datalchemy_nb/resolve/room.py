"""Between which ends values must stay so that what relations put after and before them has room.

A bound ``b after a`` with a gap of at least g asks of a row that ``a + g <= b``. Where b has a last value (the plan's
today, the range of its own generator, a CHECK), a must not be later than that less g, and so on up through the rows
above: `Room` says how late and how early every value can be, before any table is resolved. What a column's own range
ends at is known only once its table is (`datalchemy_nb.resolve.relations.ends`); tables are resolved again with it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field
from fractions import Fraction
from functools import cached_property

import numpy as np

from datalchemy_nb.constraints.paths import BASE_DATE, PathError, reach
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.relations import (
    Bound,
    BoundsRule,
    CopyRule,
    Gap,
    LifecycleRule,
    OrderedRule,
    PeriodsRule,
    Unit,
)
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.family_plan import Life

SECONDS: dict[Unit, float] = {
    "seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "days": 86400.0, "weeks": 604800.0,
}  # fmt: skip
MONTHS: dict[Unit, int] = {"months": 1, "years": 12}
_LONGEST_MONTH = 31
Place = tuple[TableRef, str]
Value = dt.datetime | Fraction
"""A moment without a time zone (UTC), or a number."""


@dataclass(frozen=True)
class Ends:
    """How early and how late values of a column can be, as far as it says so itself.

    Attributes:
        span: how far beyond what the first lies after the last is, at least: a tick for each child of one parent.
    """

    first: Value | None = None
    last: Value | None = None
    span: dt.timedelta = dt.timedelta(0)


@dataclass(frozen=True)
class Room:
    """How late and how early values can be so that what relations put after and before them has room.

    Attributes:
        below: no value of a column can be larger.
        above: no value of a column can be smaller.
        later: the same as below for the moments of lifecycles, as far as other rules ask for it.
    """

    below: Mapping[Place, Value] = field(default_factory=dict)
    above: Mapping[Place, Value] = field(default_factory=dict)
    later: Mapping[Place, Value] = field(default_factory=dict)

    def ends_of(self, ref: TableRef) -> tuple[Mapping[str, Value], Mapping[str, Value]]:
        """Return `below` and `above` of the columns of one table."""
        below, above = self._by_table
        return below.get(ref, {}), above.get(ref, {})

    @cached_property
    def _by_table(self) -> tuple[dict[TableRef, dict[str, Value]], dict[TableRef, dict[str, Value]]]:
        below: dict[TableRef, dict[str, Value]] = {}
        above: dict[TableRef, dict[str, Value]] = {}
        for ends, found in ((self.below, below), (self.above, above)):
            for (ref, name), value in ends.items():
                found.setdefault(ref, {})[name] = value
        return below, above


@dataclass(frozen=True)
class _Edge:
    """``low + least <= high`` in every row.

    Attributes:
        least: the least gap; a duration within a lifecycle is one by itself.
        own: both are moments of one lifecycle.
        span: comes on top of the gap.
    """

    low: Place
    high: Place
    least: Gap | dt.timedelta | None = None
    own: bool = False
    span: dt.timedelta = dt.timedelta(0)

    def moved(self, value: Value, sign: int) -> Value | None:
        """Return how far one end lets the other be; sign -1 from high to low, 1 from low to high."""
        moved = _moved(value, self.least, sign)
        return _moved(moved, self.span, sign) if self.span and moved is not None else moved


def bound_tables(plan: Plan, schema: DatabaseSchema) -> Iterator[tuple[TableRef, TableRef]]:
    """Yield a table, and one whose values lie before or after its own: either can leave the other room or none."""
    for ref, _, after, before in _bounds_of(plan):
        for bound in (*after, *before):
            if (place := _place(schema, ref, bound.column)) is not None:
                yield ref, place[0]
    for _, rule in plan.relations:
        if isinstance(rule, CopyRule) and (place := _place(schema, rule.ref, rule.source)) is not None:
            yield rule.ref, place[0]


def room_of(
    plan: Plan, schema: DatabaseSchema, lives: Mapping[TableRef, Life], ends: Mapping[Place, Ends] | None = None
) -> Room:
    """Return the room that a plan's relations ask for.

    Args:
        plan: the plan.
        schema: the schema.
        lives: its lifecycles.
        ends: of columns, as far as they are known.
    """
    today = dt.datetime.combine(plan.base_date, dt.time())
    edges: list[_Edge] = []
    below: dict[Place, Value] = {place: end.last for place, end in (ends or {}).items() if end.last is not None}
    above: dict[Place, Value] = {place: end.first for place, end in (ends or {}).items() if end.first is not None}
    for ref, column, after, before in _bounds_of(plan):
        lows = ((_place(schema, ref, bound.column), bound.gap) for bound in after)
        span = (ends or {}).get((ref, column), Ends()).span
        edges += [_Edge(low, (ref, column), gap, span=span) for low, gap in lows if low is not None]
        for bound in before:
            if (high := _place(schema, ref, bound.column)) is not None:
                edges.append(_Edge((ref, column), high, bound.gap))
            elif bound.column == BASE_DATE:
                _lower(below, (ref, column), _moved(today, bound.gap, -1))
    for _, rule in plan.relations:
        if isinstance(rule, CopyRule) and rule.drift is None:
            if (source := _place(schema, rule.ref, rule.source)) is not None:
                edges.append(_Edge(source, (rule.ref, rule.column)))
        elif isinstance(rule, LifecycleRule) and (life := lives.get(rule.ref)) is not None:
            _add_life(rule, life, today, edges, below)
    _spread(edges, below, _lower, lambda edge: (edge.high, edge.low, -1))
    _spread([edge for edge in edges if not edge.own], above, _raise, lambda edge: (edge.low, edge.high, 1))
    later: dict[Place, Value] = {}
    for edge in edges:
        if not edge.own and edge.high in below:
            _lower(later, edge.low, edge.moved(below[edge.high], -1))
    return Room(below, above, later)


def _bounds_of(plan: Plan) -> Iterator[tuple[TableRef, str, tuple[Bound, ...], tuple[Bound, ...]]]:
    for _, rule in plan.relations:
        if isinstance(rule, BoundsRule):
            yield rule.ref, rule.column, rule.after, rule.before
        elif isinstance(rule, LifecycleRule) and rule.start is not None:
            yield rule.ref, rule.start, rule.after, ()
        elif isinstance(rule, OrderedRule | PeriodsRule):
            column = rule.column if isinstance(rule, OrderedRule) else rule.start
            yield rule.ref, column, (rule.after,) if rule.after else (), (rule.before or Bound(column=BASE_DATE),)


def _place(schema: DatabaseSchema, ref: TableRef, path: str) -> Place | None:
    if path == BASE_DATE and BASE_DATE not in schema.tables[ref].by_name:
        return None
    try:
        found = reach(schema, ref, path)
    except PathError:
        return None
    return found.table, found.column.name


def _add_life(
    rule: LifecycleRule, life: Life, today: dt.datetime, edges: list[_Edge], below: dict[Place, Value]
) -> None:
    """Moments of a lifecycle lie as far apart as the least durations on the way between them, today after the last."""
    if rule.start is None:
        return
    least = np.cumsum(life.least, axis=1) - life.least
    for at, state in enumerate(rule.states):
        if state.enters is not None and state.enters != rule.start:
            entered = least[life.paths == at]
            longest = int(entered.max()) if len(entered) else 0
            low, high = (rule.ref, rule.start), (rule.ref, state.enters)
            edges.append(_Edge(low, high, dt.timedelta(microseconds=longest), own=True))
            _lower(below, high, today)
    whole = least[np.arange(len(least)), life.lengths - 1].max() if len(least) else 0
    _lower(below, (rule.ref, rule.start), today - dt.timedelta(microseconds=int(whole)))


def margins_of(rule: LifecycleRule, life: Life, room: Room, today: dt.datetime) -> list[int]:
    """Return how long ago the rows of each class must have come where they are now, so that there is room after.

    In microseconds, whole seconds (whole days where a moment is a date): of each class of the lifecycle.
    """
    columns = {at: state.enters for at, state in enumerate(rule.states) if state.enters is not None}
    margins = [0] * len(life.paths)
    for number, (path, gone) in enumerate(zip(life.paths.tolist(), life.least.tolist(), strict=True)):
        states = [at for at in path if at >= 0]
        for step, at in enumerate(states):
            names = [name for name in (columns.get(at), rule.start if step == 0 else None) if name is not None]
            limits = (room.later.get((rule.ref, name)) for name in names)
            for limit in limits:
                if isinstance(limit, dt.datetime):
                    asked = (today - limit) // dt.timedelta(microseconds=1) - sum(gone[step : len(states) - 1])
                    margins[number] = max(margins[number], asked)
    return margins


def narrower(before: Value | None, now: Value | None, own: Value | None, *, late: bool) -> bool:
    """Whether an end asks something of a column that it did not before.

    Args:
        before: the end that the column was resolved with.
        now: the end as it is known now.
        own: the end that the column keeps to by itself; None where it is not known.
        late: whether it is the last value, and not the first.
    """
    if now == before:
        return False
    if (
        now is None
        or own is None
        or type(now) is not type(own)
        or (before is not None and type(before) is not type(now))
    ):
        return True
    if before is not None and (now > before if late else now < before):  # type: ignore[operator]
        return True
    return now < own if late else now > own  # type: ignore[operator]


def _lower(found: dict[Place, Value], place: Place, value: Value | None) -> bool:
    known = found.get(place)
    if value is None or type(known or value) is not type(value) or (known is not None and known <= value):  # type: ignore[operator]
        return False
    found[place] = value
    return True


def _raise(found: dict[Place, Value], place: Place, value: Value | None) -> bool:
    known = found.get(place)
    if value is None or type(known or value) is not type(value) or (known is not None and known >= value):  # type: ignore[operator]
        return False
    found[place] = value
    return True


def _spread(
    edges: list[_Edge],
    found: dict[Place, Value],
    take: Callable[[dict[Place, Value], Place, Value | None], bool],
    ends: Callable[[_Edge], tuple[Place, Place, int]],
) -> None:
    """Carry ends along the edges until nothing changes; a circle changes something every time, and is named later."""
    for _ in edges:
        grown = False
        for edge in edges:
            start, end, sign = ends(edge)
            if start in found:
                grown = take(found, end, edge.moved(found[start], sign)) or grown
        if not grown:
            return


def _moved(value: Value, gap: Gap | dt.timedelta | None, sign: int) -> Value | None:
    """Return a value moved by the least of a gap; a month counts as its longest."""
    if isinstance(value, Fraction):
        units = gap is None or (isinstance(gap, Gap) and gap.unit == "units")
        return value + sign * Fraction(gap.min if isinstance(gap, Gap) else 0) if units else None
    try:
        if isinstance(gap, dt.timedelta):
            return value + sign * gap
        if gap is None or not gap.min or gap.unit == "units":
            return value
        seconds = MONTHS[gap.unit] * _LONGEST_MONTH * 86400.0 if gap.unit in MONTHS else SECONDS[gap.unit]
        return value + sign * dt.timedelta(seconds=gap.min * seconds)
    except OverflowError:
        return None
