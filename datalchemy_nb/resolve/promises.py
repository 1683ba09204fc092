"""What construction promised, held against what became of the columns: nothing a later step writes goes unseen.

An order is met by drawing one column above or below another. The promise stands only where neither column is written by
somebody else afterwards, and where every value of the one leaves a value of the other: branches of a CHECK give columns
other domains, relations and lifecycles other values. What cannot be proved is judged row by row besides, like any
condition, and what reads only keys and relations is measured before the run.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import polars as pl
from sqlglot import exp

from datalchemy_nb.constraints.facts import Narrow, NotNull, Null, Order
from datalchemy_nb.constraints.types import base_type, category_of, type_limits
from datalchemy_nb.contracts.names import literal, quote_ident
from datalchemy_nb.domains.base import FILTER_SIZE, Domain, OrderedDomain, Subset
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.grid import GridDomain
from datalchemy_nb.domains.limits import AtLeast, AtMost
from datalchemy_nb.planning.rules.values import UUID, outcomes
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.phases import DraftedTable, OrderedTable, TableTask
from datalchemy_nb.resolve.plan import Predicate
from datalchemy_nb.resolve.redraw import Redraws
from datalchemy_nb.resolve.sources import Between, Computed, Drawn, Keyed
from datalchemy_nb.resolve.state import Draft

_LISTED = 4096
"""Values of a domain without an order that are looked at."""
_LOOKED_AT = 64
"""Values of a domain that made itself smaller which are held against the limit."""


def unproved(draft: OrderedTable) -> Iterator[Predicate]:
    """Yield the conditions that construction promised and that what was decided since leaves unproved."""
    for check, order in draft.promised:
        if not _is_proved(draft, order):
            draft.account.refined(check, (order.low, order.high), "redrawn", "")
            yield Predicate(check, order.sql, (order.low, order.high), draft.policy("check") == "enforce")
    asked = {predicate.sql for predicate in draft.left.predicates}
    for fact, predicate in draft.stated:
        item = draft.columns.get(predicate.columns[0]) if predicate.columns else None
        if item is None or not isinstance(fact, Narrow | NotNull):
            continue
        if _is_computed(item) or (predicate.sql not in asked and isinstance(fact, Narrow) and not _keeps(item, fact)):
            draft.account.refined(predicate.name, predicate.columns, "redrawn", "")
            yield predicate
    for item in draft.columns.values():
        if _is_computed(item) and (of_type := _type_asks(draft, item)) is not None:
            yield Predicate(item.slot.type_name, of_type, (item.name,))
        if item.relation == "made" and (of_form := _form_asks(draft, item)) is not None:
            yield Predicate(item.slot.type_name, of_form, (item.name,))


def built(draft: OrderedTable, met: Redraws) -> tuple[Predicate, ...]:
    """Return the parts of CHECKs that construction meets and nobody proved.

    Orders are proved by their ranges, and limits of one column by its domain where that is in order or small.
    """
    judged = {predicate.sql for group in met.groups for predicate in group.predicates}
    judged |= {claim.predicate.sql for claim in (*draft.left.claims, *met.claims)}
    # keys are sifted by their values: nulls come in afterwards
    empty = {name for name, item in draft.columns.items() if item.null_rate}
    judged |= {one.sql for one in met.sieve if not empty & set(one.columns)}
    proved = {order.sql for _, order in draft.promised}  # those that are not are judged row by row
    found = (
        predicate
        for fact, predicate in draft.stated
        if predicate.enforced
        and not (isinstance(fact, Order) and predicate.sql in proved)
        and predicate.columns
        and predicate.sql not in judged
        and all(name in draft.columns for name in predicate.columns)
        and not (isinstance(fact, Narrow | NotNull | Null) and _is_plain(draft.columns[predicate.columns[0]], met))
    )
    return tuple(dict.fromkeys(found))


def _is_plain(item: Draft, met: Redraws) -> bool:
    """Whether a column is drawn from its own narrowed domain, whose values are in order or were looked at, and that is
    all.
    """
    source = item.source
    own = isinstance(source, Drawn | Between) or (isinstance(source, Keyed) and not met.sieve)
    sure = isinstance(item.built, OrderedDomain) or (isinstance(item.built, Domain) and item.built.size <= FILTER_SIZE)
    return own and sure and item.cases is None and not item.steps and not item.relation and item.visited is None


def _keeps(item: Draft, fact: Narrow) -> bool:
    """Whether values of a column's final domain hold a limit that it was narrowed by.

    Every value of a list and of a small part was tried, and one in order ends at its bounds. Of the others, which build
    themselves smaller and may have been widened since, a few values are looked at.
    """
    domain = item.built
    own = isinstance(item.source, Drawn | Keyed) and not (item.steps or item.relation or item.null_rate == 1)
    if not own or not isinstance(domain, Domain) or isinstance(domain, OrderedDomain | Subset | ChoiceDomain):
        return True
    count = min(domain.size, _LOOKED_AT)
    spread = np.arange(count, dtype=np.uint64) * np.uint64(domain.size // count)
    try:
        return bool(fact.limit.mask(domain.take(spread)).all())
    except (pl.exceptions.PolarsError, TypeError):
        return True  # what is not compared here is asked of DuckDB, see `built`


def _is_computed(item: Draft) -> bool:
    """Whether an equation between columns decides a column, whatever else is asked of it."""
    return isinstance(item.source, Computed) and not item.relation and item.origin == "default"


def _type_asks(draft: TableTask, item: Draft) -> str | None:
    """What the type of a computed number asks."""
    limits = type_limits(item.slot, base_type(item.column.column_type, draft.schema).udt_name)
    bounds = [limit.bound for limit in limits if isinstance(limit, AtLeast | AtMost)]
    if item.slot.category not in ("integer", "decimal") or len(bounds) < 2:
        return None
    return f"{quote_ident(item.name)} BETWEEN {min(bounds)} AND {max(bounds)}"


def _form_asks(draft: TableTask, item: Draft) -> str | None:
    """What a type with labels, or with a form of its own, asks of an expression that is not plainly of the type."""
    if item.tree is None or all(_of_its_type(draft, item, one) for one in outcomes(item.tree)):
        return None
    name = quote_ident(item.name)
    if item.slot.category == "enum":
        return f"{name} IN ({', '.join(map(literal, item.slot.labels))})"
    return f"{name} ~ {literal(UUID)}" if item.slot.category == "uuid" else None


def _of_its_type(draft: TableTask, item: Draft, one: exp.Expr) -> bool:
    """Whether a part of an expression is a constant, which is read with the plan, or a column of the type."""
    if not isinstance(one, exp.Column):
        return isinstance(one, exp.Literal | exp.Null)
    found = draft.table.by_name.get(one.name)
    if found is None or item.slot.category == "uuid":
        return found is not None and category_of(found.column_type, draft.schema) == "uuid"
    mine, theirs = (base_type(one.column_type, draft.schema) for one in (item.column, found))
    return (mine.udt_schema, mine.udt_name) == (theirs.udt_schema, theirs.udt_name)


# --- orders -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Span:
    """Between which values some of a column's final values lie.

    Attributes:
        lower: the smallest; a moment without its zone, a day as its first moment.
        upper: the largest.
        domain: that they come from.
    """

    lower: Any
    upper: Any
    domain: Domain


def spans(item: Draft) -> tuple[Span, ...] | None:
    """Return where a column's final values lie, branch by branch; None where that is not known."""
    own = item.source.domain if isinstance(item.source, Drawn | Keyed | Between) else item.built
    decided = item.source is not None and not isinstance(item.source, Drawn | Keyed | Between)
    if item.steps or item.relation or decided or not isinstance(own, Domain):
        return None
    domains: list[Domain] = [own]
    if item.cases is not None:
        given = [case.domain for case in item.cases.cases if case.domain is not None]
        everywhere = all(case.domain is not None or case.null for case in item.cases.cases)
        domains = given if everywhere and given else [own, *given]
    found = [_span(domain) for domain in domains]
    known = tuple(one for one in found if one is not None)
    return known if len(known) == len(found) else None


def _span(domain: Domain) -> Span | None:
    if isinstance(domain, OrderedDomain):
        return Span(_plain(domain.lower), _plain(domain.upper), domain)
    if domain.size > _LISTED:
        return None
    values = domain.take(np.arange(domain.size, dtype=np.uint64))
    if not (values.dtype.is_numeric() or values.dtype.is_temporal()):
        return None
    return Span(_plain(values.min()), _plain(values.max()), domain)


def _is_proved(draft: DraftedTable, order: Order) -> bool:
    low, high = draft.columns[order.low], draft.columns[order.high]
    try:
        if isinstance(high.source, Between) and any(side.column == order.low for side in high.source.lower):
            return _leaves_room(low, high, order)
        if isinstance(low.source, Between) and any(side.column == order.high for side in low.source.upper):
            return _leaves_room(high, low, order)
    except (TypeError, ValueError, OverflowError):
        return False
    # A derivation that adds to the lower column, or a bounds rule; neither knows of branches.
    return low.cases is None and high.cases is None


def _leaves_room(base: Draft, follower: Draft, order: Order) -> bool:
    """Whether every value of one column leaves the other, which is drawn above or below it, a value."""
    fixed, moving = spans(base), spans(follower)
    if fixed is None or moving is None or not all(isinstance(one.domain, OrderedDomain) for one in moving):
        return False
    assert isinstance(follower.source, Between)
    above = follower.name == order.high
    source = follower.source
    if above:
        reached = further(max(one.upper for one in fixed), order.offset)
        room = all(one.upper > reached or (not order.strict and one.upper == reached) for one in moving)
    else:
        reached = further(min(one.lower for one in fixed), order.offset, -1)
        room = all(one.lower < reached or (not order.strict and one.lower == reached) for one in moving)
    one_sided = not (source.upper if above else source.lower)
    return (room and one_sided) or _is_window(base, follower, fixed, moving)


def _is_window(base: Draft, follower: Draft, fixed: Sequence[Span], moving: Sequence[Span]) -> bool:
    """Whether a column between two distances from one other always has a value there."""
    source = follower.source
    assert isinstance(source, Between)
    if {side.column for side in (*source.lower, *source.upper)} != {base.name}:
        return False
    if not source.lower or not source.upper:
        return False
    zero: Any = dt.timedelta() if isinstance(fixed[0].lower, dt.datetime) else 0
    least: Any = max(zero if side.offset is None else side.offset for side in source.lower)
    most: Any = min(zero if side.offset is None else side.offset for side in source.upper)
    return all(
        isinstance(one.domain, GridDomain)
        and 2 * (_plain(one.domain.value_of(one.domain.first + one.domain.step)) - one.lower) <= most - least
        and one.upper > further(max(other.upper for other in fixed), least)
        and one.lower < further(min(other.lower for other in fixed), most)
        for one in moving
    )


def further(value: Any, offset: Any, sign: int = 1) -> Any:
    """Return a value so much larger, or smaller."""
    return value if offset is None else value + sign * offset


def _plain(value: Any) -> Any:
    """A moment without its zone, a day as its first moment."""
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time())
    return value
