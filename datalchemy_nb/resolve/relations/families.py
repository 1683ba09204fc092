"""Words of parents and their children: rollup, share, position, ordered, running, periods."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Literal

import numpy as np

from datalchemy_nb.constraints.paths import BASE_DATE, PathError, Reach, key_of, may_be_null, reach
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.relations import (
    Bound,
    OrderedRule,
    PeriodsRule,
    PositionRule,
    RollupRule,
    RunningRule,
    ShareRule,
)
from datalchemy_nb.domains.durations import GapTable, calendar_gap
from datalchemy_nb.planning.issues import pointer
from datalchemy_nb.resolve.family_plan import (
    Edge,
    FamilySource,
    InOrder,
    LifeSource,
    Numbered,
    Part,
    Rolled,
    Running,
)
from datalchemy_nb.resolve.foreign_keys import Wish
from datalchemy_nb.resolve.phases import DraftedTable, RelatingTable, TableTask
from datalchemy_nb.resolve.relations.scalars import column_alone, helper, helper_name
from datalchemy_nb.resolve.relations.word import Groundwork, Word, input_name, links_to

Within = ShareRule | PositionRule | OrderedRule | RunningRule | PeriodsRule
_RANKS: dict[type, int] = {PositionRule: 1, ShareRule: 2, OrderedRule: 3, PeriodsRule: 4, RunningRule: 5}
"""How much the rows of a parent want to be neighbours."""
_HISTORY_DAYS = 730
_QUANTILES = 1025
_MICROSECONDS = 1_000_000


def take(draft: DraftedTable, name: str, source: FamilySource | LifeSource, word: str) -> None:
    """Let a relation decide a column."""
    item = draft.columns[name]
    item.source, item.built, item.cases, item.when, item.steps = source, None, None, None, ()
    item.null_rate, item.row_number, item.numbering = 0.0, False, False
    item.generator_id = f"relation.{word}"


# --- what is asked of foreign keys ------------------------------------------------------------------------------------


def wish(ground: Groundwork, ref: TableRef, link: int, index: int, rank: int, *, everyone: bool) -> Wish:
    """Ask that the children of a row can be found by a link."""
    asked = ground.relations.wishes.setdefault((ref, link), Wish())
    asked.rank, asked.everyone = max(asked.rank, rank), asked.everyone or everyone
    asked.rules.append(index)
    return asked


def _prepare_within(ground: Groundwork, index: int, rule: Within) -> None:
    link = link_within(ground, index, "within", rule.ref, rule.within)
    if link is not None:
        wish(ground, rule.ref, link, index, _RANKS[type(rule)], everyone=True)


def link_within(ground: Groundwork, index: int, field: str, ref: TableRef, column: str) -> int | None:
    """Return the link that a column of a table stands for, or record why there is none."""
    try:
        key = key_of(ground.schema, ref, column)
    except PathError:
        return None
    links = links_to(ground.relations, ref, key, ground.schema)
    if links is None or len(links) != 1:
        why = "it follows from a wider one" if links else "its parents are not generated, or the plan disables it"
        message = f"{ref}: the foreign key of {column} is not followed by itself: {why}"
        ground.refuse("relation_family", index, field, message, "name a foreign key that is")
        return None
    return links[0]


def _prepare_rollup(ground: Groundwork, index: int, rule: RollupRule) -> None:
    if rule.child not in ground.rows:
        return
    for position, relation in enumerate(ground.relations.of.get(rule.child, [])):
        if set(relation.key.columns) == set(rule.child_columns) and relation.target == rule.ref:
            nullable = may_be_null(ground.schema, rule.ref, rule.column)
            everyone = rule.function != "count" and not nullable
            wish(ground, rule.child, position, index, 0, everyone=everyone)
            return
    message = (
        f"{rule.child}: the foreign key on {', '.join(rule.child_columns)} to {rule.ref} is not followed by itself"
    )
    hint = "it follows from a wider one, or the plan disables it"
    ground.refuse("relation_family", index, "child_columns", message, hint)


# --- columns of children ----------------------------------------------------------------------------------------------


def _link(draft: TableTask, rule: Within) -> int | None:
    links = links_to(draft.relations, draft.ref, key_of(draft.schema, draft.ref, rule.within), draft.schema)
    return links[0] if links is not None and len(links) == 1 else None


def _position(draft: DraftedTable, index: int, rule: PositionRule) -> None:
    link = _link(draft, rule)
    if link is not None:
        take(draft, rule.column, Numbered(link, rule.start), "position")


def _share(draft: RelatingTable, index: int, rule: ShareRule) -> None:
    link = _link(draft, rule)
    whole = _named(draft, index, rule.of)
    if link is None or whole is None:
        return
    slot = draft.columns[rule.column].slot
    found = reach(draft.schema, draft.ref, rule.of)
    if slot.category == "float" or found.column.column_type.udt_name in ("float4", "float8"):
        message = f"{draft.name_of(rule.column)}: parts of a floating point number do not add up to it exactly"
        draft.refuse("relation_inexact", pointer("rules", index, "column"), message, "use numeric or integer columns")
        return
    mine, other = slot.scale or 0, digits_of(draft, found)
    if slot.category == "integer":
        mine = 0
    if other > mine:
        message = (
            f"{draft.name_of(rule.column)} has {mine} digits after the point, {rule.of} has {other}: parts cannot add "
            "up to it"
        )
        draft.refuse("relation_inexact", pointer("rules", index, "column"), message, "give both as many digits")
        return
    take(draft, rule.column, Part(link, whole, rule.spread), "share")


def digits_of(draft: TableTask, found: Reach) -> int:
    """Return the digits after the point of the column that a path ends at."""
    return found.column.column_type.numeric_scale or 0 if found.column.column_type.udt_name == "numeric" else 0


def _running(draft: RelatingTable, index: int, rule: RunningRule) -> None:
    link = _link(draft, rule)
    value = helper(draft, index, "value", rule.value)
    start = _named(draft, index, rule.start) if rule.start is not None else None
    if link is None or value is None or (rule.start is not None and start is None):
        return
    if draft.columns[rule.column].slot.category == "float":
        message = f"{draft.name_of(rule.column)}: floating point numbers do not add up exactly"
        draft.refuse("relation_inexact", pointer("rules", index, "column"), message, "use a numeric or integer column")
        return
    take(draft, rule.column, Running(link, value, start), "running")


def _ordered(draft: RelatingTable, index: int, rule: OrderedRule) -> None:
    link = _link(draft, rule)
    after, before = edges(draft, index, rule.within, rule.after, rule.before)
    if link is None or before is None or (rule.after is not None and after is None):
        return
    apart = draft.columns[rule.column].slot.category != "date"
    before = _kept_early(draft, rule.column, before)
    take(draft, rule.column, InOrder(link, after, before, _HISTORY_DAYS, rule.column, apart=apart), "ordered")


def _kept_early(draft: TableTask, column: str, before: Edge) -> Edge:
    """Moments that end at the plan's today, so early that what relations put after them has room."""
    limit = draft.room.below.get((draft.ref, column))
    today = dt.datetime.combine(draft.plan.base_date, dt.time())
    if before.column is not None or not isinstance(limit, dt.datetime) or limit >= today:
        return before
    asked = (today - limit) // dt.timedelta(microseconds=1)
    if before.gap is None:
        return replace(before, gap=GapTable(np.full(_QUANTILES, asked, dtype=np.int64)))
    return replace(before, gap=GapTable(np.maximum(before.gap.quantiles, asked)))


def _periods(draft: RelatingTable, index: int, rule: PeriodsRule) -> None:
    link = _link(draft, rule)
    after, before = edges(draft, index, rule.within, rule.after, rule.before)
    if link is None or before is None or (rule.after is not None and after is None):
        return
    purpose = f"{rule.start} {rule.end}"
    before = _kept_early(draft, rule.start, before)
    start = InOrder(link, after, before, _HISTORY_DAYS, purpose, from_start=rule.after is not None)
    take(draft, rule.start, start, "periods")
    following = InOrder(
        link, after, before, _HISTORY_DAYS, purpose, from_start=rule.after is not None, following=True,
        open_last=rule.open_last,
    )  # fmt: skip
    take(draft, rule.end, following, "periods")


def edges(
    draft: RelatingTable, index: int, within: str, after: Bound | None, before: Bound | None
) -> tuple[Edge | None, Edge | None]:
    """Return where a family's moments begin and end; None where a bound is missing or cannot be."""
    return (
        None if after is None else edge(draft, index, "after", after, within),
        Edge(None, None) if before is None else edge(draft, index, "before", before, within),
    )


def edge(draft: RelatingTable, index: int, field: str, bound: Bound, within: str | None) -> Edge | None:
    """Return one end. With ``within`` it must be the same for all children of a parent."""
    gap = None if bound.gap is None else calendar_gap(bound.gap, _MICROSECONDS)
    if bound.column == BASE_DATE and BASE_DATE not in draft.table.by_name:
        return Edge(None, gap, bound.strict)
    found = reach(draft.schema, draft.ref, bound.column)
    if within is not None and (not found.steps or within not in found.steps[0].key.columns):
        message = f"{draft.ref}: {bound.column} is not the same for all rows of one {within}"
        where = pointer("rules", index, field, "column")
        draft.refuse("relation_family", where, message, f"name a column of the row that {within} refers to")
        return None
    name = input_name(draft, index, found)
    return None if name is None else Edge(name, gap, bound.strict)


def _named(draft: RelatingTable, index: int, path: str) -> str | None:
    return input_name(draft, index, reach(draft.schema, draft.ref, path))


# --- columns of parents -----------------------------------------------------------------------------------------------


def _rollup(draft: DraftedTable, index: int, rule: RollupRule) -> None:
    if rule.child not in draft.rows_by_table:
        return
    position = next(
        (
            at
            for at, relation in enumerate(draft.relations.of.get(rule.child, []))
            if set(relation.key.columns) == set(rule.child_columns) and relation.target == draft.ref
        ),
        None,
    )
    if position is None:
        return
    value = None if rule.value is None else name_below(draft, index, "value", rule.child, rule.value)
    where = None if rule.where is None else name_below(draft, index, "where", rule.child, rule.where)
    empty: Literal["null", "zero", "true"] = "true" if rule.function == "all" else "zero"
    if draft.may_be_null(rule.column):
        empty = "null"
    take(draft, rule.column, Rolled(rule.child, position, rule.function, value, where, empty), "rollup")


def name_below(draft: TableTask, index: int, field: str, child: TableRef, sql: str) -> str:
    """Return the name of the child's column that holds an expression: its own, or a helper's."""
    return column_alone(draft, child, sql) or helper_name(index, field)


def read_by_parent(draft: RelatingTable, index: int, rule: RollupRule) -> None:
    """Give the child's table the columns that a rollup over it reads."""
    for field, sql in (("value", rule.value), ("where", rule.where)):
        if sql is not None:
            helper(draft, index, field, sql, truth=field == "where" or rule.function in ("any", "all"))


WORDS: dict[type, Word] = {
    RollupRule: Word(decide=_rollup, prepare=_prepare_rollup),
    ShareRule: Word(decide=_share, prepare=_prepare_within),
    PositionRule: Word(decide=_position, prepare=_prepare_within),
    OrderedRule: Word(decide=_ordered, prepare=_prepare_within),
    RunningRule: Word(decide=_running, prepare=_prepare_within),
    PeriodsRule: Word(decide=_periods, prepare=_prepare_within),
}
