"""Words of states: lifecycle and history."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Literal

from datalchemy_nb.constraints.graph import partition_root
from datalchemy_nb.constraints.paths import PathError, key_of
from datalchemy_nb.contracts.distributions import Calendar
from datalchemy_nb.contracts.relations import HistoryRule, LifecycleRule
from datalchemy_nb.planning.issues import pointer
from datalchemy_nb.resolve.family_plan import Entered, Historic, Lasts, Life, Now, Told, Visited
from datalchemy_nb.resolve.life_quotas import LifecycleError, Quotas, history_rows, pieces, quotas, text_of
from datalchemy_nb.resolve.phases import DraftedTable, RelatingTable
from datalchemy_nb.resolve.relations.families import edge, link_within, take, wish
from datalchemy_nb.resolve.relations.rows import by_the_clock
from datalchemy_nb.resolve.relations.word import Groundwork, Word, links_to
from datalchemy_nb.resolve.room import margins_of

_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
_TOLD: tuple[Literal["state", "previous", "at", "until", "current", "position"], ...] = (
    "state", "previous", "at", "until", "current", "position",
)  # fmt: skip


# --- lifecycle --------------------------------------------------------------------------------------------------------


def _prepare_lifecycle(ground: Groundwork, index: int, rule: LifecycleRule) -> None:
    rows = ground.rows[rule.ref]
    try:
        found = quotas(rule, rows)
    except LifecycleError as error:
        ground.refuse("lifecycle_infeasible", index, error.field, f"{rule.ref}: {error}", error.hint)
        return
    ground.relations.lives[rule.ref] = Life(
        purpose=f"lifecycle {rule.state}",
        rows=rows,
        values=tuple(state.value for state in rule.states),
        starts=found.starts,
        paths=found.paths,
        gaps=found.gaps,
        tables=found.tables,
        history_days=rule.history_days,
        minima=tuple(
            int(table.quantiles[0]) if way.after.min else 0
            for way, table in zip(rule.transitions, found.tables, strict=True)
        ),
    )


def _lifecycle(draft: RelatingTable, index: int, rule: LifecycleRule) -> None:
    life = draft.relations.lives.get(draft.ref)
    if life is None:
        return
    after = [edge(draft, index, f"after/{at}", bound, None) for at, bound in enumerate(rule.after)]
    today = dt.datetime.combine(draft.plan.base_date, dt.time())
    by_day = _by_day(draft, rule)
    grain = _DAY if by_day else _SECOND
    margins = tuple(-(-asked // grain) * grain for asked in margins_of(rule, life, draft.room, today))
    life = replace(
        life,
        after=tuple(one for one in after if one is not None),
        margins=margins if any(margins) else (),
        calendar=_calendar(draft, rule),
        by_day=by_day,
        every=(rule.every or 1) * _SECOND,
        ended=tuple(at for at, state in enumerate(rule.states) if state.value in rule.over),
        lasts=rule.until is not None,
        every_start=(rule.every if rule.every is not None and rule.until is None else 1) * _SECOND,
    )
    take(draft, rule.state, Now(life), "lifecycle")
    if rule.start is not None:
        take(draft, rule.start, Entered(life), "lifecycle")
    if rule.until is not None:
        take(draft, rule.until, Lasts(life), "lifecycle")
    entering: dict[str, list[int]] = {}
    filled: dict[str, list[int]] = {}
    for at, state in enumerate(rule.states):
        if state.enters is not None:
            entering.setdefault(state.enters, []).append(at)
        for name in state.fills:
            filled.setdefault(name, []).append(at)
    for name, states in entering.items():
        if name == rule.start:
            continue
        missed = ~(life.step_of_any(tuple(states)) >= 0)
        if missed.any() and not draft.may_be_null(name):
            message = f"{draft.name_of(name)} is NOT NULL, but rows that have not been {_named(rule, states)} have none"
            where = pointer("rules", index, "states", states[0], "enters")
            draft.refuse("relation_null_on_not_null", where, message, "leave it out, or let it take nulls")
            continue
        take(draft, name, Entered(life, tuple(states)), "lifecycle")
    for name, states in filled.items():
        item = draft.columns[name]
        item.visited, item.when, item.null_rate = Visited(life, tuple(states)), None, 0.0


def _calendar(draft: DraftedTable, rule: LifecycleRule) -> Calendar | None:
    """The habits by the clock of the moments: those without a time zone are read as they stand."""
    names = (rule.start, rule.until, *(state.enters for state in rule.states))
    zoned = any(name is not None and draft.columns[name].slot.category == "timestamptz" for name in names)
    return by_the_clock(rule.calendar, zoned=zoned)


def _by_day(draft: DraftedTable, rule: LifecycleRule) -> bool:
    """Whether a moment of the lifecycle is a date: the day on which it ends."""
    names = (rule.start, rule.until, *(state.enters for state in rule.states))
    return any(name is not None and draft.columns[name].slot.category == "date" for name in names)


def _named(rule: LifecycleRule, states: list[int]) -> str:
    return " or ".join(text_of(rule.states[at].value) for at in states)


# --- history ----------------------------------------------------------------------------------------------------------


def _prepare_history(ground: Groundwork, index: int, rule: HistoryRule) -> None:
    link = link_within(ground, index, "of", rule.ref, rule.of)
    if link is None:
        return
    target = ground.relations.of[rule.ref][link].target
    lifecycle = next(
        (other for _, other in ground.plan.relations if isinstance(other, LifecycleRule) and other.ref == target), None
    )
    if lifecycle is None or target not in ground.rows:
        return
    try:
        found = quotas(lifecycle, ground.rows[target])
    except LifecycleError:
        return
    rows, wanted = ground.rows[rule.ref], history_rows(found)
    if rows != wanted:
        message = (
            f"{rule.ref} has a row for every state that the rows of {target} have entered: {wanted} rows, and {rows} "
            "are asked for"
        )
        hint = f"ask for {wanted} rows of {rule.ref}"
        ground.refuse("history_rows", index, "table", message, hint, asked=rows, possible=wanted)
    asked = wish(ground, rule.ref, link, index, 9, everyone=True)
    asked.way = _way(found, lifecycle, ground.rows[target])


def _way(found: Quotas, lifecycle: LifecycleRule, parents: int) -> Historic:
    rows, places, lengths = pieces(found)
    return Historic(rows, places, lengths, lifecycle.ref, parents, f"lifecycle {lifecycle.state}")


def _history(draft: DraftedTable, index: int, rule: HistoryRule) -> None:
    try:
        key = key_of(draft.schema, draft.ref, rule.of)
    except PathError:
        return
    links = links_to(draft.relations, draft.ref, key, draft.schema)
    if links is None or len(links) != 1:
        return
    target = partition_root(key.target, draft.schema)
    state = next(
        (one.state for _, one in draft.plan.relations if isinstance(one, LifecycleRule) and one.ref == target), None
    )
    for what in _TOLD:
        name = getattr(rule, what)
        if name is not None and state is not None:
            take(draft, name, Told(links[0], state, what), "history")


WORDS: dict[type, Word] = {
    LifecycleRule: Word(decide=_lifecycle, prepare=_prepare_lifecycle),
    HistoryRule: Word(decide=_history, prepare=_prepare_history),
}
