"""``b >= a`` between columns: b is drawn from what a leaves of its range."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl

from datalchemy_nb.contracts.feasibility import How
from datalchemy_nb.domains.base import Derivation, OrderedDomain
from datalchemy_nb.domains.limits import AtMost, EmptyDomainError
from datalchemy_nb.planning.checks import Order
from datalchemy_nb.planning.constraints import Demands
from datalchemy_nb.planning.drafts import Draft, TableDraft
from datalchemy_nb.planning.resolved import Between, Keyed, Predicate, Side

_SPANS = {"date": dt.timedelta(days=90), "timestamp": dt.timedelta(days=30), "timestamptz": dt.timedelta(days=30)}
"""How far apart two ordered columns usually lie when no rule says otherwise."""


def apply_orders(draft: TableDraft, demands: Demands) -> None:
    """Turn orders into moving bounds where the later column has a domain of its own; the others become predicates."""
    accepted: list[Order] = []
    tops: list[Order] = []
    for check, order in _highest_last(demands.orders):
        high, low = draft.columns[order.high], draft.columns[order.low]
        columns = (order.low, order.high)
        if _holds_already(high, order):
            draft.account.part(check, columns, "held")
            continue
        ordered = True
        if _can_move(high) and not _reaches(accepted, order.high, order.low) and not _depends(draft, low, order.high):
            accepted.append(order)
        elif any(o.low == order.high and o.high == order.low for o in accepted):
            tops.append(order)
        else:
            ordered = False
            demands.predicates.append(Predicate(check, order.sql, columns, draft.policy("check") == "enforce"))
        how: How = "ordered" if ordered else "redrawn"
        draft.account.part(check, columns, how, f"{order.high} is drawn above {order.low}" if ordered else "")
    for order in _from_the_top(accepted):
        _make_room(draft, order)
    for order in accepted:
        _bound(draft.columns[order.high], order)
    for order in tops:
        _bound_above(draft.columns[order.low], order)


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


def _can_move(item: Draft) -> bool:
    return isinstance(item.domain, OrderedDomain) and not item.steps and not isinstance(item.source, Keyed)


def _reaches(orders: list[Order], start: str, goal: str) -> bool:
    """Whether ``start <= ... <= goal`` follows from the orders: accepting goal <= start would close a circle."""
    seen, todo = {start}, [start]
    while todo:
        name = todo.pop()
        if name == goal:
            return True
        nexts = {o.high for o in orders if o.low == name} - seen
        seen |= nexts
        todo.extend(nexts)
    return False


def _depends(draft: TableDraft, item: Draft, on: str) -> bool:
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


def _make_room(draft: TableDraft, order: Order) -> None:
    """Keep the lower column low enough for the higher one to follow."""
    high, low = draft.columns[order.high], draft.columns[order.low]
    assert isinstance(high.domain, OrderedDomain)
    if not isinstance(low.domain, OrderedDomain) or low.steps:
        return
    top = _less(high.domain.upper, order.offset)
    try:
        narrowed = low.domain.narrow(AtMost(top, order.strict))
    except EmptyDomainError:
        draft.refuse(
            "empty_domain",
            low.path,
            f"{draft.name_of(order.low)}: no value leaves room for {order.high}, which must not be smaller",
            f"the range of {order.high} ends at {high.domain.upper}",
        )
        return
    if narrowed is not None:
        low.built = narrowed


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
    """``high >= low + offset`` where low already stands above high: low is at most ``high - offset``."""
    assert isinstance(low.source, Between)
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
