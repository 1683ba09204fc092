"""Words of one row and the rows above it: expression, copy, bounds."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from fractions import Fraction

from sqlglot import exp

from datalchemy_nb.constraints.paths import BASE_DATE, Reach, Scalar, reach, read_scalar
from datalchemy_nb.constraints.scalar import compile_scalar
from datalchemy_nb.constraints.typed import UnreadableScalarError, stored
from datalchemy_nb.constraints.types import dtype_of
from datalchemy_nb.constraints.whole import arithmetic
from datalchemy_nb.contracts.distributions import Calendar
from datalchemy_nb.contracts.pg_types import MOMENTS
from datalchemy_nb.contracts.relations import (
    Bound,
    BoundsRule,
    CopyRule,
    DecidedRule,
    ExpressionRule,
    Gap,
)
from datalchemy_nb.domains.base import Domain, OrderedDomain
from datalchemy_nb.domains.gaps import Gaps
from datalchemy_nb.domains.grid import GridDomain
from datalchemy_nb.domains.limits import AtLeast, AtMost, EmptyDomainError
from datalchemy_nb.domains.number import DecimalDomain, FloatDomain, IntegerDomain
from datalchemy_nb.domains.shaped import Shaped
from datalchemy_nb.domains.temporal import DateDomain, TimestampDomain
from datalchemy_nb.planning.issues import pointer
from datalchemy_nb.planning.rules.nulls import Nulls
from datalchemy_nb.resolve.phases import DraftedTable, RelatedTable, RelatingTable, TableTask
from datalchemy_nb.resolve.relations.word import Word, input_name, name_of_input
from datalchemy_nb.resolve.room import MONTHS, SECONDS, Value
from datalchemy_nb.resolve.sources import Beyond, Bounded, Computed, Decided, Drawn, Repeated
from datalchemy_nb.resolve.spans import (
    DRIFT_PARTS,
    Span,
    domain_span,
    drifted,
    input_span,
    longest,
    span_of,
    stored_span,
)
from datalchemy_nb.resolve.state import Draft

# --- expression -------------------------------------------------------------------------------------------------------


def _decide_expression(draft: RelatingTable, index: int, rule: ExpressionRule) -> None:
    item = draft.columns[rule.column]
    scalar = read_scalar(draft.schema, draft.ref, rule.sql)
    made = computed(draft, index, item, scalar)
    if made is None:
        return
    item.source, item.built, item.steps, item.null_rate, item.when = made, None, (), 0.0, None
    item.relation, item.generator_id, item.origin = "made", "relation.expression", "rule"
    lengths = {
        name: found.column.column_type.character_max_length
        for name, found in scalar.inputs.items()
        if found.column.column_type.character_max_length
    }
    item.longest = longest(scalar.tree, lengths)
    item.tree = scalar.tree


def computed(draft: RelatingTable, index: int, item: Draft, scalar: Scalar) -> Computed | None:
    """Return an expression as the source of a column; None, and an issue, where it cannot be."""
    names: dict[str, str] = {}
    for name, found in scalar.inputs.items():
        read = input_name(draft, index, found)
        if read is None:
            return None
        names[name] = read
    tree = scalar.tree.copy()
    for column in tree.find_all(exp.Column):
        column.this.set("this", names[column.name])
    typed = Nulls(draft.plan, draft.schema).inputs(scalar)
    inputs = {names[name]: one for name, one in typed.items()}
    digits = getattr(item.slot.dtype, "scale", 0)
    try:
        value = compile_scalar(tree, inputs, draft.plan.base_date)
        sql = stored(value, item.slot.category, digits)
    except UnreadableScalarError as reason:
        draft.refuse("relation_sql", pointer("rules", index), f"{draft.name_of(item.name)}: {reason}")
        return None
    never_null = value.nullable and not draft.may_be_null(item.name)
    number = item.slot.category in ("integer", "decimal")
    whole = arithmetic(tree, inputs) if number else None
    return Computed(sql, tuple(names.values()), stored=True, never_null=never_null, whole=whole)


def spread_spans(draft: RelatedTable) -> None:
    """Tell of every expression between which numbers it lies, those first that others are made from."""
    for _ in draft.columns:
        grown = False
        for item in draft.columns.values():
            if item.span is None and item.relation in ("made", "copied"):
                item.span = _span(draft, item)
                grown = grown or item.span is not None
        if not grown:
            return


def _span(draft: RelatedTable, item: Draft) -> Span | None:
    source = item.source
    if isinstance(source, Computed) and item.tree is not None:
        known = {name: span for name in source.inputs if (span := input_span(draft, name)) is not None}
        found = span_of(item.tree, known)
        return None if found is None else stored_span(found, item.slot.dtype)
    if not isinstance(source, Repeated) or not isinstance(source.source, str):
        return None
    copied = input_span(draft, source.source)
    copied = drifted(copied, source.drift)
    own = domain_span(source.own.domain) if source.own is not None else copied
    return None if copied is None or own is None else (min(copied[0], own[0]), max(copied[1], own[1]))


# --- copy -------------------------------------------------------------------------------------------------------------


def _decide_copy(draft: RelatingTable, index: int, rule: CopyRule) -> None:
    item = draft.columns[rule.column]
    found = reach(draft.schema, draft.ref, rule.source)
    name = input_name(draft, index, found)
    if name is None:
        return
    source: str | Computed | None = name
    if not _same_type(draft, item, found):
        text = found.text
        source = computed(draft, index, item, read_scalar(draft.schema, draft.ref, text))
    if source is None:
        return
    drift = None if rule.drift is None else (round(rule.drift.min * DRIFT_PARTS), round(rule.drift.max * DRIFT_PARTS))
    own = Drawn(item.domain) if rule.share < 1 and item.domain is not None else None
    if rule.share < 1 and own is None:
        message = f"{draft.name_of(item.name)}: the rows that do not copy {rule.source} have no values of their own"
        draft.refuse("unsupported", pointer("rules", index, "share"), message, "give the column a generator")
        return
    item.source = Repeated(source, rule.share, own, item.null_rate if own else 0.0, drift, rule.group)
    item.built, item.steps, item.null_rate, item.when = item.built if own else None, (), 0.0, None
    item.relation, item.generator_id, item.origin = "copied", "relation.copy", "rule"
    item.longest = found.column.column_type.character_max_length


def _same_type(draft: TableTask, item: Draft, found: Reach) -> bool:
    theirs = dtype_of(found.column.column_type, draft.schema)
    mine = item.slot.dtype
    return mine == theirs or (getattr(mine, "scale", -1) == getattr(theirs, "scale", -2))


def _settle_copy(draft: DraftedTable, index: int, rule: CopyRule) -> None:
    """The rows of their own have the domain that CHECKs left."""
    item = draft.columns[rule.column]
    if isinstance(item.source, Repeated) and item.source.own is not None and item.domain is not None:
        item.source = replace(item.source, own=Drawn(item.domain))


# --- decided ----------------------------------------------------------------------------------------------------------


def _decide_decided(draft: DraftedTable, index: int, rule: DecidedRule) -> None:
    item = draft.columns[rule.column]
    if item.domain is None or item.source is not None:
        message = f"{draft.name_of(rule.column)}: it is made from other columns, and has no values to be decided"
        draft.refuse("unsupported", pointer("rules", index), message, "give the column a generator of its own")
        return
    item.relation = "decided"


def _settle_decided(draft: DraftedTable, index: int, rule: DecidedRule) -> None:
    item = draft.columns[rule.column]
    if item.relation != "decided":
        return
    if item.source is not None or item.domain is None or item.cases is not None:
        message = f"{draft.name_of(rule.column)}: a key or a CHECK decides its values, and {rule.by[0]} cannot"
        draft.refuse("unsupported", pointer("rules", index), message, "remove the relation")
        return
    rate = 0.0 if draft.columns[rule.column].required else item.null_rate
    item.source, item.built, item.null_rate = Decided(rule.by, item.domain, rate), None, 0.0
    item.origin = "rule"


# --- bounds -----------------------------------------------------------------------------------------------------------


def leave_room(draft: DraftedTable) -> None:
    """Keep values early and late enough for what relations put after and before them."""
    for ends, side in zip(draft.room.ends_of(draft.ref), (AtMost, AtLeast), strict=True):
        for name, value in ends.items():
            item = draft.columns.get(name)
            if item is None or not isinstance(item.domain, OrderedDomain) or item.steps or item.relation == "bounded":
                continue
            try:
                item.built = item.domain.narrow(side(like(value, item))) or item.built
            except EmptyDomainError:
                _no_room(draft, item, value, late=side is AtMost)


def _no_room(draft: TableTask, item: Draft, value: Value, *, late: bool) -> None:
    assert isinstance(item.domain, OrderedDomain)
    told = f"{value:%Y-%m-%d}" if isinstance(value, dt.datetime) else f"{float(value):g}"
    verb, end = ("begins", item.domain.lower) if late else ("ends", item.domain.upper)
    what, order = ("after", "earlier") if late else ("before", "later")
    smaller = order if isinstance(value, dt.datetime) else ("less" if late else "more")
    draft.refuse(
        "relation_infeasible",
        item.path,
        f"{draft.name_of(item.name)} {verb} at {end}; what a relation puts {what} it needs it to be {told} or "
        f"{smaller}",
        f"let its range {verb.removesuffix('s')} {order}, or shorten the gaps",
        column=item.name,
    )


def like(value: Value, item: Draft) -> dt.date | dt.datetime | Fraction:
    """Return an end as values of a column are compared with it."""
    if not isinstance(value, dt.datetime):
        return value
    if item.slot.category == "date":
        return value.date()
    return value.replace(tzinfo=dt.UTC) if item.slot.category == "timestamptz" else value


def _decide_bounds(draft: RelatingTable, index: int, rule: BoundsRule) -> None:
    item = draft.columns[rule.column]
    if not isinstance(item.domain, OrderedDomain):
        made = grid_of(item, None)
        if made is None or item.domain is not None:
            told = f"{draft.name_of(rule.column)}: {item.generator_id} makes values without an order"
            draft.refuse(
                "unsupported", pointer("rules", index), told, "give the column a generator of dates or numbers"
            )
            return
        item.built = made
    for bounds in (rule.after, rule.before):
        for bound in bounds:
            if (found := _read_by(draft, bound)) is not None and input_name(draft, index, found) is None:
                return
    if rule.calendar is not None and item.slot.category not in MOMENTS:
        told = f"{draft.name_of(rule.column)} is no date or timestamp, and a calendar moves those alone"
        draft.refuse("unsupported", pointer("rules", index, "calendar"), told, "remove the calendar")
        return
    item.relation = "bounded"


def by_the_clock(habits: Calendar | None, *, zoned: bool) -> Calendar | None:
    """The habits as columns read them: moments without a time zone are read as they stand."""
    return habits if habits is None or zoned else habits.model_copy(update={"zone": "UTC"})


def _settle_bounds(draft: DraftedTable, index: int, rule: BoundsRule) -> None:
    item = draft.columns[rule.column]
    if item.relation != "bounded":
        return
    if item.source is not None:
        message = f"{draft.name_of(rule.column)}: a unique key decides its values, and bounds cannot"
        draft.refuse("unsupported", pointer("rules", index), message, "remove the bounds, or the key")
        return
    grid = grid_of(item, item.domain)
    after = tuple(_beyond(draft, item, bound) for bound in rule.after)
    before = tuple(_beyond(draft, item, bound) for bound in rule.before)
    if grid is None or not isinstance(item.domain, OrderedDomain):
        # A CHECK has given the column other values since.
        message = f"{draft.name_of(rule.column)}: its CHECKs leave values without an order"
        draft.refuse("unsupported", pointer("rules", index), message, "remove the bounds")
        return
    first, last = hard_ends(item, grid)
    place = draft.ref, rule.column
    if (end := draft.room.below.get(place)) is not None and (tick := _tick(grid, like(end, item))) is not None:
        last = tick.__floor__() if last is None else min(last, tick.__floor__())
    if (end := draft.room.above.get(place)) is not None and (tick := _tick(grid, like(end, item))) is not None:
        first = tick.__ceil__() if first is None else max(first, tick.__ceil__())
    if item.slot.category == "float":  # finer numbers reach less far, and beyond that there are none
        first = -_TICKS + 1 if first is None else first
        last = _TICKS - 1 if last is None else last
    if first is not None and last is not None and first > last:
        message = f"{draft.name_of(rule.column)}: its range and what its bounds need have nothing in common"
        draft.refuse("relation_infeasible", pointer("rules", index), message, "widen its range, or shorten the gaps")
    today = grid.tick_of(draft.plan.base_date)
    item.source = Bounded(
        grid=grid,
        shape=item.domain,
        after=after,
        before=before,
        today=int(today) if today is not None else 0,
        first=first,
        last=last,
        follows_null=draft.may_be_null(rule.column) and not item.required and not _asked_for(item),
        habits=by_the_clock(rule.calendar, zoned=item.slot.category == "timestamptz"),
    )
    item.steps = ()
    item.generator_id, item.origin = item.generator_id or "relation.bounds", "rule"


def _asked_for(item: Draft) -> bool:
    """Whether a branch of its CHECKs asks for a value, whatever the value it follows is."""
    return item.cases is not None and any(case.null is False for case in item.cases.cases)


def _read_by(draft: TableTask, bound: Bound) -> Reach | None:
    """The path that a bound reads; None where it is the base date."""
    if bound.column == BASE_DATE and BASE_DATE not in draft.table.by_name:
        return None
    return reach(draft.schema, draft.ref, bound.column)


def _beyond(draft: TableTask, item: Draft, bound: Bound) -> Beyond:
    """One side of a bound of a column, whose path can be followed."""
    found = _read_by(draft, bound)
    name = None if found is None else name_of_input(draft, found)
    if bound.gap is None:
        return Beyond(name, bound.strict)
    gaps = Gaps(bound.gap.min, bound.gap.typical, bound.gap.max)
    return Beyond(name, bound.strict, gaps, _ticks(item, bound.gap), MONTHS.get(bound.gap.unit, 0))


def _ticks(item: Draft, gap: Gap) -> float:
    """Ticks of the column in a unit of the gap."""
    if gap.unit in SECONDS:
        return SECONDS[gap.unit] / 86400.0 if item.slot.category == "date" else SECONDS[gap.unit] * 1e6
    if gap.unit in MONTHS:
        return 0.0
    grid = grid_of(item, item.domain)
    one, zero = (grid.tick_of(1), grid.tick_of(0)) if grid is not None else (None, None)
    return float(one - zero) if one is not None and zero is not None else 1.0


def grid_of(item: Draft, domain: Domain | None) -> GridDomain | None:
    """Return a domain that tells the ticks of a column: its own without its shape, or one of its type."""
    inner = domain.base if isinstance(domain, Shaped) else domain
    if isinstance(inner, GridDomain):
        return inner
    year = item.slot.base_date.replace(month=1, day=1)
    ends = year.replace(year=year.year - 10), item.slot.base_date
    match item.slot.category:
        case "date":
            return DateDomain(*ends)
        case "timestamp" | "timestamptz":
            return TimestampDomain(*ends, utc=item.slot.category == "timestamptz")
        case "integer":
            return IntegerDomain(0, 1_000_000)
        case "decimal":
            return DecimalDomain(0, 1_000_000, getattr(item.slot.dtype, "scale", 0))
        case "float":
            return FloatDomain(0.0, 1e6)
        case _:
            return None


def hard_ends(item: Draft, grid: GridDomain) -> tuple[int | None, int | None]:
    """Return between which ticks a value must lie: the range of the column's rule, or what CHECKs and type ask."""
    if item.rule is not None and isinstance(item.domain, OrderedDomain):
        ends = grid.tick_of(item.domain.lower), grid.tick_of(item.domain.upper)
        return tuple(None if end is None else int(end) for end in ends)  # type: ignore[return-value]
    lows = [_end(grid, limit) for limit in item.limits if isinstance(limit, AtLeast)]
    highs = [_end(grid, limit) for limit in item.limits if isinstance(limit, AtMost)]
    return max((x for x in lows if x is not None), default=None), min((x for x in highs if x is not None), default=None)


_TICKS = 1 << 62


def _tick(grid: GridDomain, end: object) -> Fraction | None:
    """The tick of an end; None where it lies too far away to be one, as the last number of a type does."""
    at = grid.tick_of(end)
    return None if at is None or abs(at) >= _TICKS else at


def _end(grid: GridDomain, limit: AtLeast | AtMost) -> int | None:
    at = _tick(grid, limit.bound)
    if at is None:
        return None
    if isinstance(limit, AtLeast):
        return at.__floor__() + 1 if limit.strict else at.__ceil__()
    return at.__ceil__() - 1 if limit.strict else at.__floor__()


WORDS: dict[type, Word] = {
    ExpressionRule: Word(decide=_decide_expression),
    CopyRule: Word(decide=_decide_copy, settle=_settle_copy),
    DecidedRule: Word(decide=_decide_decided, settle=_settle_decided),
    BoundsRule: Word(decide=_decide_bounds, settle=_settle_bounds),
}
