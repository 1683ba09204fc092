"""Predicates that no construction covers: which columns are redrawn together until they hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from graphlib import CycleError, TopologicalSorter

import numpy as np

from datalchemy_nb.constraints.probe import accepted
from datalchemy_nb.domains.base import Facet
from datalchemy_nb.domains.casting import cast
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.chances import better_chances
from datalchemy_nb.resolve.edges import follow_edges
from datalchemy_nb.resolve.fits import fitted, own_links, without_fit
from datalchemy_nb.resolve.inputs import inputs_of
from datalchemy_nb.resolve.phases import (
    BranchedTable,
    DraftedTable,
    OrderedTable,
    RelatedTable,
    SourcedTable,
)
from datalchemy_nb.resolve.plan import (
    Chosen,
    KeyedParent,
    OfKind,
    Predicate,
    RandomParent,
    RedrawGroup,
    generation,
)
from datalchemy_nb.resolve.settled import is_settled
from datalchemy_nb.resolve.sieves import choose_parents, give_way, sifted
from datalchemy_nb.resolve.state import Claim

_SAMPLE = 4096
_WELL = 0.9
"""Where so many draws hold because columns follow others, no column is given other values than its own."""


@dataclass(frozen=True)
class Redraws:
    """What becomes of the conditions that no construction covers.

    Attributes:
        groups: those that are met by drawing columns again.
        sieve: those that keys deal by.
        claims: those that read only what relations decide, or that always hold: they are measured.
    """

    groups: tuple[RedrawGroup, ...]
    sieve: tuple[Predicate, ...]
    claims: tuple[Claim, ...]


def redraws(draft: SourcedTable, predicates: Iterable[Predicate]) -> Redraws:
    """Join predicates whose redrawn columns overlap, and give each group everything that depends on it.

    Args:
        draft: the table, sources decided.
        predicates: all predicates of the table.
    """
    sieve, claims = list[Predicate](), list[Claim]()
    merged: list[tuple[set[str], list[Predicate]]] = []
    waiting = list[Predicate]()

    def reads(name: str) -> tuple[str, ...]:
        return inputs_of(draft, draft.columns[name])

    def meet(predicate: Predicate) -> None:
        columns = _redrawn(draft, predicate, draft.keyed)
        if not columns:
            claim = _not_redrawn(draft, predicate)
            if claim is None:
                sieve.append(predicate)
            else:
                claims.append(claim)
            return
        joined = [predicate]
        for group in [g for g in merged if g[0] & columns]:
            merged.remove(group)
            columns |= group[0]
            joined = group[1] + joined
        merged.append((columns, joined))

    for predicate in predicates:
        if choose_parents(draft, predicate):
            continue
        if _stands_on_itself(draft, predicate):
            waiting.append(predicate)  # until it is known what else is drawn again
        else:
            meet(predicate)
    fitting = list[Predicate]()
    for predicate in waiting:
        if not _redrawn(draft, predicate, draft.keyed) and give_way(draft, predicate):
            claims.append(Claim(predicate))
        elif fitted(draft, predicate, reads, _drawn_together(merged)):
            fitting.append(predicate)
        else:
            meet(predicate)
    for predicate in without_fit(draft, reads, _drawn_together(merged)):
        fitting.remove(predicate)
        meet(predicate)
    claims += map(Claim, fitting)
    for columns, joined in merged:
        follow_edges(draft, columns, joined, least=_WELL)
        better_chances(draft, columns, joined)
        follow_edges(draft, columns, joined)
    groups = tuple(_group(draft, columns, joined) for columns, joined in merged)
    return Redraws(groups, tuple(sieve), tuple(claims))


def _drawn_together(merged: Iterable[tuple[set[str], list[Predicate]]]) -> list[set[str]]:
    return [columns.union(*(one.columns for one in joined)) for columns, joined in merged]


def _stands_on_itself(draft: SourcedTable, predicate: Predicate) -> bool:
    """Whether a condition reads the row above in the own table, and nothing may be drawn again but what rows read."""
    links = own_links(draft, predicate)
    if not links:
        return False
    if any(_follows_relation(draft, name) for name in predicate.columns) or _always_holds(draft, predicate):
        return False
    columns = _redrawn(draft, predicate, draft.keyed)
    return not columns or any(columns & set(link.referenced) for link in links)


def _group(draft: BranchedTable, columns: set[str], predicates: list[Predicate]) -> RedrawGroup:
    read = {name for predicate in predicates for name in predicate.columns}
    order = list(draft.columns)
    return RedrawGroup(
        columns=tuple(name for name in order if name in columns),
        inputs=tuple(name for name in order if name in read - columns),
        predicates=tuple(predicates),
        choices=frozenset(
            number for number in range(len(draft.choices)) if (own := _follow(draft, number)) and own <= columns
        ),
    )


def _follow(draft: DraftedTable, choice: int) -> set[str]:
    """The columns that follow a choice."""
    own = {name for name, item in draft.columns.items() if item.cases is not None and item.cases.choice == choice}
    for link in draft.links:
        if link.cases is not None and link.cases.choice == choice:
            own |= set(link.columns)
    return own


def _with_choices(draft: BranchedTable, columns: set[str]) -> set[str]:
    """Add the other columns of the choices that columns follow, where all can be drawn again."""
    for number in range(len(draft.choices)):
        own = _follow(draft, number)
        links = {link.index for name in own if (link := draft.link_of(name)) is not None}
        shared = any(
            set(draft.links[i].columns) & set(other.columns) for i in links for other in draft.links if other.index != i
        )
        if own & columns and not shared:
            columns = columns | own
    return columns


def check_inputs(draft: RelatedTable) -> None:
    """Refuse columns made from what the database computes, and from each other: no one of them can be the first."""
    inputs = {name: inputs_of(draft, item) for name, item in draft.columns.items()}
    for name, read in inputs.items():
        computed = next((other for other in read if other not in draft.columns), None)
        if computed is not None:
            message = f"{draft.name_of(name)} is made from {computed}, which the database computes"
            draft.refuse("unsupported", draft.columns[name].path, message, "name a column that takes values")
    try:
        TopologicalSorter(inputs).prepare()
    except CycleError as error:
        circle = error.args[1][::-1]
        message = f"{draft.ref}: columns are made from each other: {' from '.join(circle)}"
        draft.refuse("circular_input", draft.columns[circle[0]].path, message, "let one of them stand by itself")
    _check_relatives(draft)


def _check_relatives(draft: DraftedTable) -> None:
    """Refuse roles that are each other's relatives in a circle."""
    shown = {n: item.domain.entity for n, item in draft.columns.items() if isinstance(item.domain, Facet)}
    named = {entity.name: entity for entity in shown.values()}
    for name, entity in shown.items():
        if generation(entity, named) > len(named):
            message = f"{draft.name_of(name)}: the roles of its row are each other's relatives in a circle"
            hint = "leave family_of out of one of them"
            draft.refuse("circular_input", draft.columns[name].path, message, hint)
            return


def _redrawn(draft: BranchedTable, predicate: Predicate, fixed: Collection[str]) -> set[str]:
    columns, todo = set(), list(predicate.columns)
    while todo:
        name = todo.pop()
        if name in columns or name not in draft.columns:
            continue
        columns.add(name)
        todo.extend(inputs_of(draft, draft.columns[name]))
    free = {name for name in columns if _is_free(draft, name) and (name not in fixed or _may_vanish(draft, name))}
    if all(draft.columns[name].relation in ("made", "copied") for name in free):
        return set()
    for name in list(free):
        link = draft.link_of(name)
        free |= set(link.columns) if link else set()
    return _with_dependents(draft, _with_choices(draft, free))


def _follows_relation(draft: DraftedTable, name: str) -> bool:
    """Whether relations alone decide a column."""
    item = draft.columns.get(name)
    return item is not None and (is_settled(item) or item.relation in ("made", "copied"))


def _may_vanish(draft: DraftedTable, name: str) -> bool:
    """A key's nullable column keeps its value, but whether it is null can be drawn again."""
    link = draft.link_of(name)
    rate = link.null_rate if link is not None and name in link.nullable else draft.columns[name].null_rate
    return 0 < rate < 1


def _is_free(draft: DraftedTable, name: str) -> bool:
    link = draft.link_of(name)
    if link is not None:
        return isinstance(link.pointing, RandomParent | Chosen | KeyedParent | OfKind)
    if is_settled(draft.columns[name]):
        return False
    return not draft.columns[name].row_number


def _with_dependents(draft: RelatedTable, columns: set[str]) -> set[str]:
    grown = True
    while grown:
        more = {
            name
            for name, item in draft.columns.items()
            if name not in columns and columns & set(inputs_of(draft, item))
        }
        grown = bool(more)
        columns = columns | more
    return columns


def _not_redrawn(draft: OrderedTable, predicate: Predicate) -> Claim | None:
    """What is left to measure of a condition whose columns cannot be drawn again; None where keys deal by it."""
    if any(_follows_relation(draft, name) for name in predicate.columns):
        draft.account.measured(predicate.name, predicate.columns)
        return Claim(predicate, draft.left.limits.get(predicate.sql))
    if _always_holds(draft, predicate):
        draft.account.refined(predicate.name, predicate.columns, "held", "")
        return Claim(predicate)
    if sifted(draft, predicate):
        return None
    if not give_way(draft, predicate):
        draft.account.measured(predicate.name, predicate.columns)
    return Claim(predicate)


def _always_holds(draft: DraftedTable, predicate: Predicate) -> bool:
    """Whether a condition on one column holds for all of a sample of its values, or all values of a small domain."""
    item = draft.columns.get(predicate.columns[0]) if len(predicate.columns) == 1 else None
    if item is None or item.domain is None or item.steps:
        return False
    count = min(item.domain.size, _SAMPLE)
    spread = np.arange(count, dtype=np.uint64) * np.uint64(max(item.domain.size // count, 1))
    values = cast(item.domain.take(spread), item.slot.dtype)
    return accepted(predicate.sql, item.name, item.slot.dtype, values) == 1.0
