"""A condition that compares a column with an expression over others: the column is drawn on its side of it.

``total <= 2 * price``, ``- used between least(0, n) and greatest(n, 0)``: the column's domain is cut row by row. That
makes draws that hold, and promises nothing: the condition stays with the redraws, which seldom have anything to do.
What is drawn so is chosen by a sample: a column follows where more draws hold than before.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal

import numpy as np
import polars as pl
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from datalchemy_nb.constraints.constants import constant
from datalchemy_nb.constraints.parse import MIRROR, columns_of, conjuncts, uncast, unwrap
from datalchemy_nb.constraints.probe import bounds, failing
from datalchemy_nb.domains.base import FILTER_SIZE, OrderedDomain
from datalchemy_nb.domains.between import MOMENTS, rank_above, rank_below, take_between
from datalchemy_nb.domains.casting import cast
from datalchemy_nb.domains.fitting import default_bounds, number_domain
from datalchemy_nb.domains.limits import EmptyDomainError
from datalchemy_nb.resolve.chances import (
    ENOUGH,
    can_be_sampled,
    give,
    holding,
    is_drawn_alone,
    sample_bits,
    sampled,
    stand_in,
    with_gaps,
)
from datalchemy_nb.resolve.inputs import inputs_of
from datalchemy_nb.resolve.narrowing import under
from datalchemy_nb.resolve.phases import OrderedTable
from datalchemy_nb.resolve.plan import Predicate
from datalchemy_nb.resolve.sources import Between, Edge
from datalchemy_nb.resolve.state import Draft

Edges = tuple[tuple[Edge, ...], tuple[Edge, ...]]
_NUMBERS = ("integer", "decimal", "float")
_GOOD = 0.99
"""Where so many draws hold, nothing is changed."""
_VARIED = 8
"""A column keeps at least so great a part of its different values: ``1 / _VARIED``."""
_MOST = 8
"""Columns and conditions of one group that are looked at."""


def follow_edges(
    draft: OrderedTable, columns: Collection[str], predicates: Sequence[Predicate], *, least: float = 0.0
) -> None:
    """Draw columns on the side of an expression that a condition asks for, where more draws hold then.

    Args:
        draft: the table.
        columns: that are drawn again together.
        predicates: that must hold of them.
        least: the share of draws that must hold; nothing is changed where fewer do.
    """
    asked = [predicate for predicate in predicates if predicate.enforced]
    read = list(dict.fromkeys(name for predicate in asked for name in predicate.columns))
    if not asked or len(asked) > _MOST or not all(name in draft.columns for name in read):
        return
    items = [draft.columns[name] for name in read]
    free = [item for item in items if item.name in columns and _is_free(draft, item)]
    found = [(item, edges) for item in free for edges in _bounding(item, asked, draft)][: 2 * _MOST]
    if not found:
        return
    domains = {item.name: item.domain if can_be_sampled(draft, item) else stand_in(draft, item) for item in items}
    if None in domains.values():
        return
    frame, sql = sampled(draft, items, domains), [one.sql for one in asked]
    share, following = holding(frame, sql), dict[str, Between]()
    promised = {name for _, order in draft.promised for name in (order.low, order.high)}
    for item, (above, below) in sorted(found, key=lambda pair: not pair[0].guessed):
        if share is None:
            break
        seldom = share < ENOUGH or _leave_one(item, frame, sql)
        for domain in _domains(item, above, below, frame, seldom=seldom, kept=item.name in promised):
            if share is None or share >= _GOOD:
                break
            own = following.get(item.name, Between(domain))
            tried = following | {item.name: Between(domain, above=(*own.above, *above), below=(*own.below, *below))}
            if _goes_round(draft, tried) or (moved := _moved(draft, frame, tried)) is None:
                continue
            if moved[item.name].n_unique() * _VARIED < frame[item.name].n_unique():
                continue  # all lie on the bound
            better = holding(moved, sql)
            if better is not None and better > share:
                share, following = better, tried
    for name, source in following.items() if share is not None and share >= least else ():
        item = draft.columns[name]
        if source.domain is item.domain:
            draft.relations.kinds.pop((draft.ref, name), None)  # rows below read it as any other column
            item.source = source
        else:
            give(draft, item, source.domain, source)


def _leave_one(item: Draft, frame: pl.DataFrame, asked: Sequence[str]) -> bool:
    """Whether the rows that hold have one value of a column that others have many of."""
    broken = failing(frame, " AND ".join(f"coalesce({sql}, true)" for sql in asked))
    if broken is None:
        return False
    left, all_ = (rows[item.name].drop_nulls().n_unique() for rows in (frame.filter(pl.Series(~broken)), frame))
    return left <= 1 < all_


def _domains(
    item: Draft, above: Sequence[Edge], below: Sequence[Edge], frame: pl.DataFrame, *, seldom: bool, kept: bool
) -> Iterator[OrderedDomain]:
    """A column's own domain, and numbers as far as its bounds reach where nobody asked for its values.

    What a draft says of them stays, unless conditions hold too seldom to draw again, or leave one value of it; so do
    values that another column was promised to lie above or below.
    """
    if isinstance(item.domain, OrderedDomain):
        yield item.domain
    if kept or not item.guessed or item.slot.category not in _NUMBERS or (item.rule is not None and not seldom):
        return
    told = [[bounds(frame, edge.expression, moments=False) for edge in side] for side in (above, below)]
    low, high = ([value for one in side if one is not None for value in one.drop_nulls().to_list()] for side in told)
    ends = (Decimal(min(low)) if low else None, Decimal(max(high)) if high else None)
    try:
        made = under(number_domain(item.slot, *default_bounds(item.slot, *ends), _digits(item)), item.limits)
    except (EmptyDomainError, ValueError):
        return
    if isinstance(made, OrderedDomain):
        yield made


def _digits(item: Draft) -> int | None:
    """Digits after the point of numbers that stand for others: none where those had none."""
    if item.slot.category != "decimal" or item.domain is None or isinstance(item.domain, OrderedDomain):
        return None
    values = item.domain.take(np.arange(min(item.domain.size, FILTER_SIZE), dtype=np.uint64)).cast(pl.Float64)
    return 0 if (values == values.floor()).all() else None


def _is_free(draft: OrderedTable, item: Draft) -> bool:
    known = isinstance(item.domain, OrderedDomain) or (item.guessed and item.slot.category in _NUMBERS)
    family = item.slot.category in (*_NUMBERS, *MOMENTS)
    return is_drawn_alone(draft, item) and known and family


def _bounding(item: Draft, asked: Sequence[Predicate], draft: OrderedTable) -> Iterator[Edges]:
    """What bounds a column from below and above: by all conditions together, then by each."""
    found = [edges for one in asked if (edges := _edges(item, one, draft)) is not None]
    if len(found) > 1:
        above, below = (tuple(dict.fromkeys(edge for edges in found for edge in edges[side])) for side in (0, 1))
        yield above, below
    yield from found


def _edges(item: Draft, predicate: Predicate, draft: OrderedTable) -> Edges | None:
    """What bounds a column from below and above by a condition."""
    try:
        tree = sqlglot.parse_one(predicate.sql, read="duckdb")
    except SqlglotError:
        return None
    assert isinstance(tree, exp.Expr)
    above: list[Edge] = []
    below: list[Edge] = []
    for node in (one for part in conjuncts(tree) for one in _comparisons(part)):
        for left, right, kind in (
            (node.this, node.expression, type(node)),
            (node.expression, node.this, MIRROR[type(node)]),
        ):
            told = _alone(left, item.name, right, kind, draft)
            if told is None:
                continue
            bound, kind = told
            inputs = columns_of(bound)
            if inputs and item.name not in inputs and all(name in draft.columns for name in inputs):
                edge = Edge(bound.sql(dialect="duckdb", comments=False), inputs, kind in (exp.GT, exp.LT))
                (above if kind in (exp.GT, exp.GTE) else below).append(edge)
    return (tuple(above), tuple(below)) if above or below else None


def _comparisons(node: exp.Expr) -> Iterator[exp.Expr]:
    node = unwrap(node)
    if isinstance(node, exp.Between) and not node.args.get("symmetric"):
        yield exp.GTE(this=node.this.copy(), expression=node.args["low"].copy())
        yield exp.LTE(this=node.this.copy(), expression=node.args["high"].copy())
    elif isinstance(node, exp.GT | exp.GTE | exp.LT | exp.LTE):
        yield node


def _alone(
    side: exp.Expr, name: str, other: exp.Expr, kind: type[exp.Expr], draft: OrderedTable
) -> tuple[exp.Expr, type[exp.Expr]] | None:
    """A comparison solved for a column: what it is compared with, and how; sums, differences, factors are undone."""
    side = unwrap(side)
    if isinstance(side, exp.Column):
        return (other, kind) if side.name == name else None
    if isinstance(side, exp.Cast):
        keeps = side.to.is_type("decimal", "double", "float") and not side.to.expressions
        return _alone(side.this, name, other, kind, draft) if keeps else None
    if isinstance(side, exp.Neg):
        return _alone(side.this, name, exp.Neg(this=exp.Paren(this=other.copy())), MIRROR[kind], draft)
    if not isinstance(side, exp.Add | exp.Sub | exp.Mul):
        return None
    first = name in columns_of(side.this)
    own, rest = (side.this, side.expression) if first else (side.expression, side.this)
    if name in columns_of(rest):
        return None
    around, apart = exp.Paren(this=other.copy()), exp.Paren(this=rest.copy())
    if isinstance(side, exp.Add):
        return _alone(own, name, exp.Sub(this=around, expression=apart), kind, draft)
    if isinstance(side, exp.Sub):
        if first:
            return _alone(own, name, exp.Add(this=around, expression=apart), kind, draft)
        return _alone(own, name, exp.Sub(this=apart, expression=around), MIRROR[kind], draft)
    sign = _sign(rest, draft)
    if not sign or draft.columns[name].slot.category in MOMENTS:
        return None
    quotient = exp.Div(this=exp.cast(around, "double"), expression=exp.cast(apart, "double"))
    return _alone(own, name, quotient, kind if sign > 0 else MIRROR[kind], draft)


def _sign(factor: exp.Expr, draft: OrderedTable) -> int:
    """The sign of a factor that has one: a constant, or a column whose values all have it; otherwise 0."""
    factor = unwrap(factor)
    if isinstance(factor, exp.Column):
        domain = draft.columns[factor.name].domain if factor.name in draft.columns else None
        known = isinstance(domain, OrderedDomain) and domain.category in _NUMBERS
        if not known or domain is None:
            return 0
        return 1 if domain.lower >= 0 else -1 if domain.upper <= 0 else 0  # type: ignore[attr-defined]
    value = constant(uncast(factor), draft.plan.base_date)
    try:
        number = float(value.value) if value is not None else 0.0
    except (TypeError, ValueError):
        return 0
    return (number > 0) - (number < 0)


def _goes_round(draft: OrderedTable, following: Mapping[str, Between]) -> bool:
    """Whether a column that follows others would be read by what it reads."""
    for name in following:
        seen, todo = set[str](), [name]
        while todo:
            one = todo.pop()
            read = following[one].inputs if one in following else inputs_of(draft, draft.columns[one])
            if name in read:
                return True
            more = {other for other in read if other in draft.columns} - seen
            seen |= more
            todo.extend(more)
    return False


def _moved(draft: OrderedTable, frame: pl.DataFrame, following: Mapping[str, Between]) -> pl.DataFrame | None:
    """The sample with some columns drawn on their sides of the others; None where that cannot be asked."""
    waiting = dict(following)
    while waiting:
        name = next(one for one, source in waiting.items() if not set(source.inputs) & (waiting.keys() - {one}))
        made = _drawn(draft, frame, draft.columns[name], waiting.pop(name))
        if made is None:
            return None
        frame = frame.with_columns(made)
    return frame


def _drawn(draft: OrderedTable, frame: pl.DataFrame, item: Draft, source: Between) -> pl.Series | None:
    low = np.zeros(frame.height, dtype=np.int64)
    high = np.full(frame.height, source.domain.size, dtype=np.int64)
    moments = item.slot.category in MOMENTS
    for edge in (*source.above, *source.below):
        told = bounds(frame, edge.expression, moments=moments)
        if told is None:
            return None
        if edge in source.above:
            low = np.maximum(low, rank_above(source.domain, told, strict=edge.strict))
        else:
            high = np.minimum(high, rank_below(source.domain, told, strict=edge.strict))
    values = take_between(source.domain, sample_bits(draft, item), low, high)
    return with_gaps(draft, item, cast(values, item.slot.dtype).alias(item.name))
