"""Between which ends resolved columns lie, and which of them may be left without room.

What bounded columns end at by themselves goes into `datalchemy_nb.resolve.room`. Two bounds of a column that neither
ranges nor other relations keep in order may leave it nothing in some rows: such columns are named, and rows of a sample
are asked before the run.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

import numpy as np

from datalchemy_nb.constraints.paths import BASE_DATE, reach
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.relations import Bound, BoundsRule, LifecycleRule
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.dealing import largest
from datalchemy_nb.resolve.family_plan import Entered, InOrder
from datalchemy_nb.resolve.plan import ResolvedTable
from datalchemy_nb.resolve.room import Ends, Place, Value
from datalchemy_nb.resolve.sources import Bounded, Drawn, Repeated


def hard_ends(tables: Mapping[TableRef, ResolvedTable]) -> dict[Place, Ends]:
    """Return between which ends bounded columns stay by themselves: by their generator's range, CHECKs and types.

    Moments that grow among the children of a parent need as many ticks as it has children.
    """
    found: dict[Place, Ends] = {}
    for ref, table in tables.items():
        for column in table.columns:
            source = column.source
            if isinstance(source, InOrder) and source.apart and not source.following:
                link = table.links[source.link]
                children = largest(link.pointing, table.size, link.target_rows)
                tick = dt.timedelta(days=1) if column.slot.category == "date" else dt.timedelta(microseconds=1)
                found[ref, column.name] = Ends(span=children * tick)
            if isinstance(source, Bounded):
                found[ref, column.name] = Ends(_value(source, source.first), _value(source, source.last))
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
    ordered = _InOrder(plan)
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
        own, place = column.slot.type_name, (rule.ref, rule.column)
        if not all(low.below(high, ordered, place, own, strict=strict) for low in lows for high in highs):
            found.setdefault(rule.ref, []).append(rule.column)
    return {ref: tuple(names) for ref, names in found.items()}


@dataclass(frozen=True)
class _Side:
    """The other side of a bound: the way to its row, its place, between which ends it lies, and the type it has."""

    way: tuple[str, ...]
    name: str
    first: Value | None
    last: Value | None
    table: TableRef | None = None
    type_name: str = ""

    def below(self, other: _Side, ordered: _InOrder, between: Place, own: str, *, strict: bool) -> bool:
        """Whether a value of a column's type lies between it and the other in every row; unknown ends leave room.

        Between two moments there may be no whole day, and between two amounts no whole number.
        """
        if (self.name == "" and self.last is None) or (other.name == "" and other.first is None):
            return True
        if self.type_name not in ("", own) and other.type_name not in ("", own):
            return False
        if self.table is not None and (self.table, self.way) == (other.table, other.way) and not strict:
            return ordered.has((self.table, self.name), (self.table, other.name), between)
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
    table = tables.get(found.table)
    theirs = table.by_name.get(found.column.name) if table is not None else None
    type_name = theirs.slot.type_name if theirs is not None else ""
    return _Side(found.parts[:-1], found.column.name, ends.first, ends.last, found.table, type_name)


def ends_of(tables: Mapping[TableRef, ResolvedTable], place: Place, today: dt.datetime, depth: int = 0) -> Ends:
    """Return between which ends a resolved column lies, as far as its source tells."""
    table = tables.get(place[0])
    column = table.by_name.get(place[1]) if table is not None else None
    if table is None or column is None or column.steps or column.cases is not None or depth > 8:
        return Ends()
    match column.source:
        case Drawn(domain) if domain.ends is not None:
            return Ends(comparable(domain.ends[0]), comparable(domain.ends[1]))
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


class _InOrder:
    """Which columns of one row are never above which others, by the plan's own rules."""

    def __init__(self, plan: Plan) -> None:
        self._above: dict[Place, set[Place]] = {}
        for _, rule in plan.relations:
            if isinstance(rule, BoundsRule):
                for bound in rule.after:
                    self._put((rule.ref, bound.column), (rule.ref, rule.column))
                for bound in rule.before:
                    self._put((rule.ref, rule.column), (rule.ref, bound.column))
            elif isinstance(rule, LifecycleRule) and rule.start is not None:
                for state in rule.states:
                    if state.enters is not None:
                        self._put((rule.ref, rule.start), (rule.ref, state.enters))

    def _put(self, low: Place, high: Place) -> None:
        self._above.setdefault(low, set()).add(high)
        self._above.setdefault(high, set())

    def has(self, low: Place, high: Place, between: Place) -> bool:
        """Whether the first column is never above the second; a column that no rule names is in no order.

        Args:
            low: the first.
            high: the second.
            between: the column that is to lie between them, whose own bounds are no proof.
        """
        found, todo = {low}, [low]
        while todo:
            more = self._above.get(todo.pop(), set()) - found - {between}
            found |= more
            todo += more
        return low in self._above and high in found
