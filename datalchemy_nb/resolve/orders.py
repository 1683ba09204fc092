"""``b >= a`` between columns: b is drawn from what a leaves of its range."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import polars as pl

from datalchemy_nb.constraints.facts import Order
from datalchemy_nb.constraints.paths import PathError, split_path
from datalchemy_nb.contracts.relations import BoundsRule
from datalchemy_nb.domains.base import Derivation, Domain, OrderedDomain
from datalchemy_nb.domains.derive import Later
from datalchemy_nb.domains.fitting import number_domain
from datalchemy_nb.domains.limits import AtMost, EmptyDomainError, Limit
from datalchemy_nb.domains.number import IntegerDomain
from datalchemy_nb.resolve.narrowing import window
from datalchemy_nb.resolve.phases import (
    BranchedTable,
    CheckedTable,
    DraftedTable,
    OrderedTable,
    RelatedTable,
    TableTask,
    carried,
)
from datalchemy_nb.resolve.plan import Predicate
from datalchemy_nb.resolve.promises import further, spans
from datalchemy_nb.resolve.settled import is_settled
from datalchemy_nb.resolve.sources import Between, Keyed, Side
from datalchemy_nb.resolve.state import Draft, Left

_SPANS = {"date": dt.timedelta(days=90), "timestamp": dt.timedelta(days=30), "timestamptz": dt.timedelta(days=30)}
"""How far apart two ordered columns usually lie when no rule says otherwise."""


_DAY_SECONDS = 86_400
_ROOM = 4
"""Values a column leaves above one that counts rows, in rows."""


def leave_room(draft: CheckedTable) -> None:
    """Keep columns low enough for those that must not be smaller, before unique keys decide any of their values."""
    for order in _from_the_top(_sorted_out(draft, draft.demands.orders)[0]):
        _make_room(draft, order)


def apply_orders(draft: BranchedTable) -> OrderedTable:
    """Turn orders into moving bounds where one column has a domain of its own; the others become predicates."""
    _keep_distances(draft)
    downs = _below_branches(draft, draft.demands.orders)
    accepted, tops, left = _sorted_out(draft, draft.demands.orders, downs)
    under = [*downs, *_under_settled(draft, left)]
    left = [(check, order) for check, order in left if order not in under]
    for check, order in draft.demands.orders:
        if order in under:
            draft.account.part(check, (order.low, order.high), "ordered", f"{order.low} is drawn below {order.high}")
        elif order in accepted or order in tops:
            detail = f"{order.high} is drawn above {order.low}"
            draft.account.part(check, (order.low, order.high), "ordered", detail)
        elif (check, order) not in left:
            draft.account.part(check, (order.low, order.high), "held")
    for order in accepted:
        _bound(draft.columns[order.high], order)
    for order in tops:
        _bound_above(draft.columns[order.low], order)
    for order in under:
        _bound_above(draft.columns[order.low], order)
    promised = tuple(pair for pair in draft.demands.orders if pair not in left)
    redrawn: list[Predicate] = []
    for check, order in left:
        columns = (order.low, order.high)
        draft.account.part(check, columns, "redrawn")
        redrawn.append(Predicate(check, order.sql, columns, draft.policy("check") == "enforce"))
    found = draft.demands
    rest = Left((*found.predicates, *redrawn), tuple(found.unequal), tuple(found.claims), dict(found.limits))
    return OrderedTable(**carried(draft), promised=promised, left=rest)


def _keep_distances(draft: BranchedTable) -> None:
    """Keep a column that was guessed to follow another as near, or as far, as CHECKs ask."""
    apart = [order for _, order in draft.demands.orders if isinstance(order.offset, dt.timedelta)]
    for order in apart:
        distance = math.ceil(order.offset.total_seconds())  # type: ignore[union-attr]
        for name, other, above in ((order.high, order.low, True), (order.low, order.high, False)):
            item = draft.columns[name]
            later = item.built
            if not isinstance(later, Later) or later.inputs != (other,) or not item.guessed or item.steps:
                continue
            step = _DAY_SECONDS if item.slot.category == "date" else 1
            least, most = (distance, None) if above else (None, -distance)
            if order.strict:
                least, most = (None if least is None else least + step), (None if most is None else most - step)
            closer = later.within(least, most)
            if closer is not None:
                item.built = closer


def _below_branches(draft: DraftedTable, orders: list[tuple[str, Order]]) -> list[Order]:
    """Orders whose higher column, or one above that, has other values in some branch: the lower one follows it."""
    roots = {name for name, item in draft.columns.items() if _has_branches(item)}
    wanted = [order for _, order in _highest_last(orders)]
    below = set(roots)
    while more := {o.low for o in wanted if o.high in below and o.low not in below and o.low not in roots}:
        below |= more
    found: list[Order] = []
    for order in _from_the_top([o for o in wanted if o.high in below and o.low not in roots]):
        high, low = draft.columns[order.high], draft.columns[order.low]
        free = _can_move(low) and not _depends(draft, high, order.low)
        if free and not _closes(found, order) and _reach_under(low, high, order):
            found.append(order)
    return found


def _closes(found: list[Order], order: Order) -> bool:
    """Whether ``low >= ... >= high`` is among the orders already: high must not follow low."""
    seen, todo = {order.high}, [order.high]
    while todo:
        name = todo.pop()
        if name == order.low:
            return True
        nexts = {o.high for o in found if o.low == name} - seen
        seen |= nexts
        todo.extend(nexts)
    return False


def _has_branches(item: Draft) -> bool:
    return item.cases is not None and any(case.domain is not None for case in item.cases.cases)


def _reach_under(low: Draft, high: Draft, order: Order) -> bool:
    """Let a column begin low enough for the values of the higher one in every branch; whether it does."""
    known = spans(high)
    if known is None:
        return False
    assert isinstance(low.domain, OrderedDomain)
    try:
        needed = further(min(one.lower for one in known), order.offset, -1)
        if low.domain.narrow(AtMost(_typed(needed, low), order.strict)) is not None:
            return True
    except EmptyDomainError:
        pass
    except TypeError:
        return False
    if not low.guessed or low.slot.category not in ("integer", "decimal", "float"):
        return False
    first = needed - 1 if order.strict else needed
    try:
        reached = _under(number_domain(low.slot, Decimal(first), Decimal(low.domain.upper)), low.limits)
    except (ValueError, TypeError):
        return False
    if not isinstance(reached, OrderedDomain) or reached.lower > first:
        return False
    low.built = reached
    return True


def _typed(value: Any, item: Draft) -> Any:
    """A bound as the column has it: a day where it holds days."""
    if item.slot.category == "date" and isinstance(value, dt.datetime) and value.time() == dt.time():
        return value.date()
    return value


def _sorted_out(
    draft: RelatedTable, orders: list[tuple[str, Order]], downs: Sequence[Order] = ()
) -> tuple[list[Order], list[Order], list[tuple[str, Order]]]:
    """Orders met by the higher column, by the lower one where that stands above already, and by neither."""
    accepted: list[Order] = []
    tops: list[Order] = []
    left: list[tuple[str, Order]] = []
    for check, order in _highest_last(orders):
        high, low = draft.columns[order.high], draft.columns[order.low]
        if order in downs or _holds_already(high, order) or _is_bounded(draft, order):
            continue
        upwards = _can_move(high) and not _depends(draft, low, order.high)
        if upwards and not _circular([*accepted, *downs], downs, order):
            accepted.append(order)
        elif any(o.low == order.high and o.high == order.low for o in accepted):
            tops.append(order)
        else:
            left.append((check, order))
    return accepted, tops, left


def _under_settled(draft: DraftedTable, left: list[tuple[str, Order]]) -> list[Order]:
    """Orders whose higher column a relation or a key decides, and whose lower one can follow, drawn from what is left
    below."""
    found: list[Order] = []
    for _, order in left:
        high, low = draft.columns[order.high], draft.columns[order.low]
        decided = is_settled(high) or isinstance(high.source, Keyed)
        free = not is_settled(low) and _can_move(low) and not isinstance(low.source, Between)
        if decided and free and not any(other.low == order.low for other in found) and _reach_down(low, high, order):
            found.append(order)
    return found


def _reach_down(low: Draft, high: Draft, order: Order) -> bool:
    """Let a column begin low enough for every value of the higher one; whether it does."""
    if not isinstance(high.source, Keyed) or not isinstance(high.domain, OrderedDomain):
        return not isinstance(high.source, Keyed)
    assert isinstance(low.domain, OrderedDomain)
    needed = _less(high.domain.lower, order.offset)
    try:
        below = low.domain.narrow(AtMost(needed, order.strict))
    except EmptyDomainError:
        below = None
    if below is not None:
        return True
    if not low.guessed or not isinstance(low.domain, IntegerDomain) or isinstance(needed, dt.date):
        return False
    first = int(needed) - (1 if order.strict else 0)
    reached = _under(IntegerDomain(min(first, low.domain.lower), low.domain.upper), low.limits)
    if reached is None or not isinstance(reached, IntegerDomain) or reached.lower > first:
        return False
    low.built = reached
    return True


def _highest_last(orders: list[tuple[str, Order]]) -> list[tuple[str, Order]]:
    return sorted(orders, key=lambda pair: (pair[1].low, pair[1].high, pair[0]))


def _holds_already(high: Draft, order: Order) -> bool:
    """A derivation that only ever adds to the lower column."""
    built = high.built
    return (
        isinstance(built, Derivation)
        and built.not_before == order.low
        and order.offset is None
        and not order.strict
        and not high.steps
    )


def _is_bounded(draft: RelatedTable, order: Order) -> bool:
    """Whether a bounds rule says the same of the two columns: its values never leave their bounds."""
    if order.offset is not None:
        return False
    for name, other in ((order.high, order.low), (order.low, order.high)):
        index = draft.decided.get(name)
        rule = draft.plan.rules[index] if index is not None else None
        if isinstance(rule, BoundsRule):
            sides = rule.after if name == order.high else rule.before
            if any(_names(side.column, other) and (side.strict or not order.strict) for side in sides):
                return True
    return False


def _names(path: str, column: str) -> bool:
    try:
        return split_path(path) == (column,)
    except PathError:
        return False


def _can_move(item: Draft) -> bool:
    free = not item.relation and not item.steps and not isinstance(item.source, Keyed)
    return isinstance(item.domain, OrderedDomain) and free


def _circular(orders: list[Order], downs: Sequence[Order], order: Order) -> bool:
    """Whether the lower column is made from the higher one already, over orders that lead up or down."""
    reads: dict[str, set[str]] = {}
    for one in orders:
        reader, read = (one.low, one.high) if one in downs else (one.high, one.low)
        reads.setdefault(reader, set()).add(read)
    seen, todo = {order.low}, [order.low]
    while todo:
        name = todo.pop()
        if name == order.high:
            return True
        nexts = reads.get(name, set()) - seen
        seen |= nexts
        todo.extend(nexts)
    return False


def _depends(draft: DraftedTable, item: Draft, on: str) -> bool:
    """Whether a column is derived, at any remove, from another."""
    inputs = item.built.inputs if isinstance(item.built, Derivation) else ()
    return any(name == on or _depends(draft, draft.columns[name], on) for name in inputs if name in draft.columns)


def _from_the_top(orders: list[Order]) -> list[Order]:
    """Orders whose higher column is nobody's lower column first, so that room is made from the top down."""
    left, out = list(orders), []
    while left:
        free = [o for o in left if not any(p.low == o.high for p in left)] or left[:1]
        out.extend(free)
        left = [o for o in left if o not in free]
    return out


def _make_room(draft: DraftedTable, order: Order) -> None:
    """Keep the lower column low enough for the higher one to follow."""
    high, low = draft.columns[order.high], draft.columns[order.low]
    assert isinstance(high.domain, OrderedDomain)
    if not isinstance(low.domain, OrderedDomain) or low.steps:
        return
    _raise(draft, high, low, order)
    top = _less(high.domain.upper, order.offset)
    try:
        narrowed = low.domain.narrow(AtMost(top, order.strict))
    except EmptyDomainError:
        lower = _below(low, AtMost(top, order.strict)) if low.rule is None else None
        if lower is not None:
            low.built = lower
            return
        draft.refuse(
            "empty_domain",
            low.path,
            f"{draft.name_of(order.low)}: no value leaves room for {order.high}, which must not be smaller",
            f"the range of {order.high} ends at {high.domain.upper}",
        )
        return
    if narrowed is not None:
        low.built = narrowed


def _below(low: Draft, limit: AtMost) -> Domain | None:
    """Another range for a column without a rule, where its usual one lies too high."""
    try:
        top = limit.bound
        if low.slot.category == "date" and isinstance(top, dt.datetime):
            top = top.date()
        return window(low.slot, [*low.limits, AtMost(top, limit.strict)])
    except EmptyDomainError:
        return None


def _raise(draft: TableTask, high: Draft, low: Draft, order: Order) -> None:
    """Let a whole number without a rule go as high as one that counts rows, and must not be larger, needs."""
    if not (isinstance(high.domain, IntegerDomain) and isinstance(low.domain, IntegerDomain)) or high.rule is not None:
        return
    counts = low.row_number or low.numbering
    needed = low.domain.lower + _ROOM * draft.rows + int(order.offset or 0)  # type: ignore[arg-type]
    if counts and high.domain.upper < needed:
        high.built = _under(IntegerDomain(high.domain.lower, needed), high.limits) or high.built


def _under(domain: Domain | None, limits: Sequence[Limit]) -> Domain | None:
    try:
        for limit in limits:
            domain = domain.narrow(limit) if domain is not None else None
    except EmptyDomainError:
        return None
    return domain


def _less(value: Any, offset: Any) -> Any:
    if offset is None:
        return value
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime) and isinstance(offset, dt.timedelta):
        return dt.datetime.combine(value, dt.time()) - offset
    return value - offset


def _bound(high: Draft, order: Order) -> None:
    side = Side(order.low, order.strict, order.offset)
    if isinstance(high.source, Between):
        high.source = Between(high.source.domain, (*high.source.lower, side), span=high.source.span)
        return
    assert isinstance(high.domain, OrderedDomain)
    high.source = Between(high.domain, (side,), span=0 if high.rule else _span(high))


def _bound_above(low: Draft, order: Order) -> None:
    """``high >= low + offset`` where high is decided already: low is at most ``high - offset``."""
    if not isinstance(low.source, Between):
        assert isinstance(low.domain, OrderedDomain)
        low.source = Between(low.domain, ())
    side = Side(order.high, order.strict, None if order.offset is None else -order.offset)
    low.source = Between(low.source.domain, low.source.lower, (*low.source.upper, side), low.source.span)


def _span(high: Draft) -> int:
    """The usual distance, in ordinals of the higher column's domain."""
    usual = _SPANS.get(high.slot.category)
    domain = high.domain
    if usual is None or not isinstance(domain, OrderedDomain):
        return 0
    lower = domain.lower
    if isinstance(lower, dt.datetime):
        lower = lower.replace(tzinfo=None)
    end = pl.Series([lower + usual])
    return max(int(domain.rank(end, "left")[0]), 1)
