"""CHECKs over columns that relations settle: proved for every path of a lifecycle, bounded, or left to be measured.

A column is settled where a parent's children or a lifecycle decide it: it cannot be drawn again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.constraints.facts import Alternatives, Equation, Fact, NotNull, Null, Order
from datalchemy_nb.constraints.parse import UnreadableCheckError, columns_of, parse
from datalchemy_nb.constraints.probe import failing
from datalchemy_nb.constraints.translate import to_duckdb
from datalchemy_nb.domains.base import Domain
from datalchemy_nb.domains.casting import cast
from datalchemy_nb.resolve.family_plan import (
    Entered,
    InOrder,
    Lasts,
    Life,
    Now,
    Numbered,
    Part,
    Rolled,
    Running,
    Told,
)
from datalchemy_nb.resolve.life_quotas import text_of
from datalchemy_nb.resolve.phases import DraftedTable, TableTask
from datalchemy_nb.resolve.sources import Kind, OfKindRow
from datalchemy_nb.resolve.state import Draft

_SETTLED = (Numbered, Part, Running, InOrder, Rolled, Now, Entered, Lasts, Told)
_SECOND, _ONE_DAY = 1_000_000, 86_400
_SPREAD = (1, 60, 86_400, 40 * 86_400)
"""Seconds between the moments of a path, as proofs try them."""
_VALUES = 5


def is_settled(item: Draft) -> bool:
    """Whether a relation decides a column so that it cannot be drawn again."""
    return isinstance(item.source, _SETTLED)


def is_of_kind(item: Draft) -> bool:
    """Whether a column tells, or refers to, rows of several tables: it is null where its kind is, and nowhere else."""
    return isinstance(item.source, Kind | OfKindRow)


def never_without_state(item: Draft) -> bool:
    """Whether a column is the state of a lifecycle, which every row has."""
    return isinstance(item.source, Now) and None not in item.source.life.values


def about_settled(draft: DraftedTable, fact: Fact, columns: Sequence[str]) -> Fact | None:
    """Return what to make of a fact that speaks of settled columns; None where it does not, or others follow them."""
    items = [draft.columns[name] for name in columns if name in draft.columns]
    settled = [item for item in items if is_settled(item)]
    filled = [item for item in items if item.visited is not None]
    if not settled and not (filled and isinstance(fact, Alternatives | NotNull | Null)):
        return None
    if isinstance(fact, Alternatives):
        return fact.otherwise
    if len(settled) < len(items) and isinstance(fact, Order | Equation):
        return None
    return fact


# --- paths of a lifecycle ---------------------------------------------------------------------------------------------


def prove_lifecycles(draft: DraftedTable) -> frozenset[str]:
    """Return the CHECKs that hold on every path of the table's lifecycle; refuse those that fail on one.

    A CHECK over the state, its moments and the columns that states fill depends on the path alone, and on how far
    apart the moments lie: it is tried for every path, with moments near and far.
    """
    life = next((item.source.life for item in draft.columns.values() if isinstance(item.source, Now)), None)
    if life is None:
        return frozenset()
    proved: set[str] = set()
    for check in draft.table.checks:
        try:
            tree = parse(check.expression)
        except UnreadableCheckError:
            continue
        names = columns_of(tree)
        items = [draft.columns[name] for name in names if name in draft.columns]
        if len(items) < len(names) or not any(isinstance(item.source, Now | Entered | Lasts) for item in items):
            continue
        if not all(isinstance(item.source, Now | Entered | Lasts) or item.visited is not None for item in items):
            continue
        name = check.name or check.expression
        frame, paths = _every_path(draft, life, items)
        categories = {item.name: item.slot.category for item in items}
        bad = failing(frame, to_duckdb(tree, categories, draft.plan.base_date))
        if bad is None:
            continue
        draft.account.heard(name, check.expression)
        if bad.any():
            _refuse(draft, life, name, names, int(paths[int(np.flatnonzero(bad)[0])]))
        else:
            draft.account.part(name, names, "held", "on every path of the lifecycle")
        proved.add(name)
    return frozenset(proved)


def _refuse(draft: TableTask, life: Life, check: str, names: tuple[str, ...], path: int) -> None:
    states = [text_of(life.values[at]) for at in life.paths[path] if at >= 0]
    draft.account.part(check, names, "impossible", f"it fails for rows that went {', '.join(states)}")
    draft.refuse(
        "relation_check",
        "/",
        f"{draft.ref}: CHECK {check} does not hold for rows that went {', '.join(states)}",
        "change which columns the states enter and fill, or the transitions",
        constraint=check,
    )


def _every_path(draft: TableTask, life: Life, items: Sequence[Draft]) -> tuple[pl.DataFrame, npt.NDArray[np.intp]]:
    """Rows of every path: with each spread of its moments, and with several values of the columns it fills."""
    tries = [(spread, value) for spread in _SPREAD for value in range(_VALUES)]
    paths = np.repeat(np.arange(len(life.paths)), len(tries))
    return pl.DataFrame([_column(draft, life, item, tries) for item in items]), paths


def _column(draft: TableTask, life: Life, item: Draft, tries: list[tuple[int, int]]) -> pl.Series:
    end = dt.datetime.combine(draft.plan.base_date, dt.time())
    values = list(_cells(life, item, tries, end))
    if isinstance(item.source, Now | Entered | Lasts):
        return (
            cast(pl.Series(item.name, values), item.slot.dtype)
            if any(v is not None for v in values)
            else pl.Series(item.name, values, dtype=item.slot.dtype)
        )
    return cast(pl.Series(item.name, values), item.slot.dtype)


def _cells(life: Life, item: Draft, tries: list[tuple[int, int]], end: dt.datetime) -> Iterator[object]:
    examples = _examples(item.domain) if item.domain is not None else [None]
    for path in range(len(life.paths)):
        states = [int(at) for at in life.paths[path] if at >= 0]
        least = life.least[path, : len(states)] // _SECOND
        for spread, value in tries:
            match item.source:
                case Now():
                    yield life.values[states[-1]]
                case Entered(_, entered):
                    steps = [0] if not entered else [step for step, at in enumerate(states) if at in entered]
                    if not steps:
                        yield None
                        continue
                    since = spread * (len(states) - steps[-1]) + int(least[steps[-1] : -1].sum())
                    yield end - dt.timedelta(seconds=since)
                case Lasts():
                    yield end + dt.timedelta(seconds=-spread if states[-1] in life.ended else max(spread, _ONE_DAY))
                case _:
                    assert item.visited is not None
                    there = any(at in item.visited.states for at in states)
                    yield examples[value % len(examples)] if there else None


def _examples(domain: Domain) -> list[object]:
    at = np.linspace(0, min(domain.size, 1 << 62) - 1, _VALUES).astype(np.uint64)
    return domain.take(np.minimum(at, np.uint64(domain.size - 1))).to_list()
