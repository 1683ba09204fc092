"""Between which ends values must stay so that what relations put after and before them has room.

A bound ``b after a`` with a gap of at least g asks of a row that ``a + g <= b``. Where b has a last value (the plan's
today, the range of its own generator, a CHECK), a must not be later than that less g, and so on up through the rows
above: `Room` says how late and how early every value can be, before any table is resolved. What a column's own range
ends at is known only once its table is; `hard_ends` reads it then, and tables are resolved again with it.

Two bounds of a column that neither ranges nor other relations keep in order may leave it nothing in some rows.
`unsure` names such columns; rows of a sample are asked before the run.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

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
from datalchemy_nb.resolve.family_plan import Entered, InOrder, Life
from datalchemy_nb.resolve.plan import Bounded, Drawn, Repeated, ResolvedTable

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
    """How early and how late values of a column can be, as far as it says so itself."""

    first: Value | None = None
    last: Value | None = None


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


@dataclass(frozen=True)
class _Edge:
    """``low + least <= high`` in every row.

    Attributes:
        least: the least gap; a duration within a lifecycle is one by itself.
        own: both are moments of one lifecycle.
    """

    low: Place
    high: Place
    least: Gap | dt.timedelta | None = None
    own: bool = False


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
        edges += [_Edge(low, (ref, column), gap) for low, gap in lows if low is not None]
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
            _lower(later, edge.low, _moved(below[edge.high], edge.least, -1))
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
                grown = take(found, end, _moved(found[start], edge.least, sign)) or grown
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


# --- once tables are resolved -----------------------------------------------------------------------------------------


def hard_ends(tables: Mapping[TableRef, ResolvedTable]) -> dict[Place, Ends]:
    """Return between which ends bounded columns stay by themselves: by their generator's range, CHECKs and types."""
    found: dict[Place, Ends] = {}
    for ref, table in tables.items():
        for column in table.columns:
            if isinstance(column.source, Bounded):
                ends = (_value(column.source, tick) for tick in (column.source.first, column.source.last))
                found[ref, column.name] = Ends(*ends)
    return {place: ends for place, ends in found.items() if ends != Ends()}


def _value(source: Bounded, tick: int | None) -> Value | None:
    if tick is None:
        return None
    return comparable(source.grid.show(np.array([tick], dtype=np.int64))[0])


def comparable(value: object) -> Value | None:
    """Return a value of a domain as `Room` compares it: a moment without a time zone, or an exact number."""
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time())
    return Fraction(value) if isinstance(value, int | float | Decimal) and not isinstance(value, bool) else None


def unsure(
    plan: Plan, schema: DatabaseSchema, tables: Mapping[TableRef, ResolvedTable]
) -> Mapping[TableRef, tuple[str, ...]]:
    """Return the bounded columns, by table, that may be left no value in some rows."""
    today = dt.datetime.combine(plan.base_date, dt.time())
    ordered = _in_order(plan)
    found: dict[TableRef, list[str]] = {}
    for _, rule in plan.relations:
        table = tables.get(rule.ref)
        column = table.by_name.get(rule.column) if table is not None and isinstance(rule, BoundsRule) else None
        if not isinstance(rule, BoundsRule) or column is None or not isinstance(column.source, Bounded):
            continue
        lows = [_side(schema, tables, rule.ref, bound, today) for bound in rule.after]
        highs = [_side(schema, tables, rule.ref, bound, today) for bound in rule.before]
        first, last = (_value(column.source, tick) for tick in (column.source.first, column.source.last))
        lows.append(_Side((), "", first, first))
        highs.append(_Side((), "", last, last))
        strict = any(bound.strict for bound in (*rule.after, *rule.before))
        if not all(low.below(high, ordered, strict=strict) for low in lows for high in highs):
            found.setdefault(rule.ref, []).append(rule.column)
    return {ref: tuple(names) for ref, names in found.items()}


@dataclass(frozen=True)
class _Side:
    """The other side of a bound: the way to its row, its place, and between which ends it lies."""

    way: tuple[str, ...]
    name: str
    first: Value | None
    last: Value | None
    table: TableRef | None = None

    def below(self, other: _Side, ordered: set[tuple[Place, Place]], *, strict: bool) -> bool:
        """Whether it is never above the other; ends that nobody told leave room."""
        if (self.name == "" and self.last is None) or (other.name == "" and other.first is None):
            return True
        if self.table is not None and (self.table, self.way) == (other.table, other.way) and not strict:
            return ((self.table, self.name), (self.table, other.name)) in ordered
        if self.last is None or other.first is None or type(self.last) is not type(other.first):
            return False
        return self.last < other.first if strict else self.last <= other.first  # type: ignore[operator]


def _side(
    schema: DatabaseSchema, tables: Mapping[TableRef, ResolvedTable], ref: TableRef, bound: Bound, today: dt.datetime
) -> _Side:
    if bound.column == BASE_DATE and BASE_DATE not in schema.tables[ref].by_name:
        return _Side((), BASE_DATE, today, today)
    found = reach(schema, ref, bound.column)
    ends = ends_of(tables, (found.table, found.column.name), today)
    return _Side(found.parts[:-1], found.column.name, ends.first, ends.last, found.table)


def ends_of(tables: Mapping[TableRef, ResolvedTable], place: Place, today: dt.datetime, depth: int = 0) -> Ends:
    """Return between which ends a resolved column lies, as far as its source tells."""
    table = tables.get(place[0])
    column = table.by_name.get(place[1]) if table is not None else None
    if table is None or column is None or column.steps or column.cases is not None or depth > 8:
        return Ends()
    match column.source:
        case Drawn(domain) if domain.ends is not None:
            return Ends(*map(comparable, domain.ends))
        case Bounded() as source:
            return Ends(_value(source, source.first), _value(source, source.last))
        case Entered() | InOrder(before=_):
            last = today if isinstance(column.source, Entered) or column.source.before.column is None else None
            return Ends(None, last)
        case Repeated(str() as name, own=None, drift=None):
            above, reached = table, table.reaches.get(name)
            for link in reached.links if reached is not None else ():
                above = tables[above.links[link].target]
            return ends_of(tables, (above.ref, reached.column if reached is not None else name), today, depth + 1)
        case _:
            return Ends()


def _in_order(plan: Plan) -> set[tuple[Place, Place]]:
    """Pairs of columns of one row of which the first is never above the second, by the plan's own rules."""
    pairs: set[tuple[Place, Place]] = set()
    for _, rule in plan.relations:
        if isinstance(rule, BoundsRule):
            own = rule.ref, rule.column
            pairs |= {((rule.ref, bound.column), own) for bound in rule.after}
            pairs |= {(own, (rule.ref, bound.column)) for bound in rule.before}
        elif isinstance(rule, LifecycleRule) and rule.start is not None:
            pairs |= {((rule.ref, rule.start), (rule.ref, s.enters)) for s in rule.states if s.enters is not None}
    while more := {(a, d) for a, b in pairs for c, d in pairs if b == c} - pairs:
        pairs |= more
    return pairs | {(place, place) for pair in pairs for place in pair}
