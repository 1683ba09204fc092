"""Choices between alternatives: CHECKs with several branches, and unique sets too small for every row.

A unique set that rows can stay out of (a partial index whose predicate is false, a null) is a choice too: a row takes
part, or is exempt. Rows are ranked by a permutation; no more ranks in a row take part than the set has values,
and the rank modulo that number is the value."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Protocol

import numpy as np
import polars as pl

from datalchemy_nb.constraints.branches import MOST_JOINED, Branch, agrees, negation
from datalchemy_nb.constraints.facts import Alternatives, Condition, Narrow, NotNull, Null
from datalchemy_nb.constraints.probe import failing
from datalchemy_nb.domains.base import Domain, OrderedDomain
from datalchemy_nb.domains.casting import cast
from datalchemy_nb.domains.limits import AtLeast, AtMost, EmptyDomainError, Limit, Matches, NoneOf, OneOf
from datalchemy_nb.domains.number import IntegerDomain, SequenceDomain
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.apply_checks import apply_fact, apply_text, case_domain, facts_of
from datalchemy_nb.resolve.keys import Scarce
from datalchemy_nb.resolve.narrowing import most_hold, name_lost, under
from datalchemy_nb.resolve.phases import (
    BranchedTable,
    BranchingTable,
    CheckedTable,
    DraftedTable,
    KeyedTable,
    LinkedTable,
    TableTask,
    carried,
)
from datalchemy_nb.resolve.plan import Case, Cases, Choice
from datalchemy_nb.resolve.server_checks import ask_server
from datalchemy_nb.resolve.settled import is_of_kind
from datalchemy_nb.resolve.shares import with_shares
from datalchemy_nb.resolve.sources import Keyed
from datalchemy_nb.resolve.state import Draft
from datalchemy_nb.resolve.survey import tell_key

# --- what a column or a link is under each branch of a choice ---------------------------------------------------------


class Narrower(Protocol):
    """Narrows a column's domain, or the one a branch has already; raises EmptyDomainError where nothing is left."""

    def __call__(
        self, item: Draft, fact: Narrow, current: Domain | None, before: tuple[Limit, ...]
    ) -> Domain | None: ...


Place = str | int
"""A column by name, or a foreign key by position: its columns are null together."""


def build_cases(draft: BranchingTable, branches: Sequence[Mapping[Place, Case]], choice: Choice) -> bool:
    """Give every column and link of a choice its cases.

    Args:
        draft: the table.
        branches: per branch, the case of each column or link it speaks of.
        choice: which of them are open to which rows.

    Returns:
        Whether it could be done; a column follows one choice only.
    """
    places = tuple(dict.fromkeys(place for branch in branches for place in branch))
    if not all(_is_free(draft, place) for place in places):
        return False
    number = len(draft.choices)
    draft.choices.append(replace(choice, roots=choice.roots or _roots(draft, branches)))
    for place in places:
        followed = Cases(number, tuple(branch.get(place, Case()) for branch in branches))
        if isinstance(place, int):
            draft.links[place] = replace(draft.links[place], cases=followed)
        else:
            draft.columns[place].cases = followed
    return True


def _roots(draft: LinkedTable, branches: Sequence[Mapping[Place, Case]]) -> tuple[int, ...]:
    """The branches under which references to earlier rows may be null, unless all are."""
    trees = {link.index for link in draft.links if link.target == draft.ref and link.nullable}
    roots = tuple(
        number
        for number, branch in enumerate(branches)
        if not any(case.first is False or (place in trees and case.null is False) for place, case in branch.items())
    )
    return roots if len(roots) < len(branches) else ()


def _is_free(draft: DraftedTable, place: Place) -> bool:
    if isinstance(place, int):
        return draft.links[place].cases is None
    item = draft.columns[place]
    return item.cases is None and item.when is None and not is_of_kind(item)


def cases_of(
    draft: DraftedTable, branch: Branch, keyed: Collection[str], narrow: Narrower, loose: set[str]
) -> dict[Place, Case] | None:
    """Return the case of each column and link under one branch; None when the branch cannot be taken.

    Args:
        draft: the table.
        branch: the facts that hold under it.
        keyed: columns whose values unique keys decide; only their being null can follow a branch.
        narrow: narrows a column's domain, making one where there is no rule.
        loose: takes the columns of which most values hold a limit that their domain cannot be narrowed by: these are
            left as they are, and the CHECK is judged besides.
    """
    cases: dict[Place, Case] = {}
    said: dict[str, tuple[Limit, ...]] = {}
    for fact in branch:
        link = draft.link_of(fact.column)
        place = fact.column if link is None else link.index
        if link is not None and fact.column not in link.nullable:
            if isinstance(fact, NotNull):
                continue
            return None
        before = said.get(fact.column, ())
        built = _case(draft, fact, cases.get(place, Case()), keyed, partial(narrow, before=before), loose)
        if built is None:
            return None
        cases[place] = built
        if isinstance(fact, Narrow):
            said[fact.column] = (*before, fact.limit)
    return cases


def _case(
    draft: DraftedTable,
    fact: Narrow | NotNull | Null,
    case: Case,
    keyed: Collection[str],
    narrow: Callable[[Draft, Narrow, Domain | None], Domain | None],
    loose: set[str],
) -> Case | None:
    name = fact.column
    if draft.columns[name].null_rate >= 1:  # a CHECK asks for a null in every row
        return None if isinstance(fact, NotNull) else replace(case, null=True)
    if isinstance(fact, NotNull):
        return None if case.null else replace(case, null=False)
    if isinstance(fact, Null):
        usable = draft.may_be_null(name) and not draft.columns[name].required and case.null is not False
        return replace(case, null=True) if usable else None
    item = draft.columns[name]
    if item.domain is None or item.steps:
        return None
    if name in keyed or item.row_number:
        first = None if _always(item.domain, fact.limit) else _about_row_zero(item, fact.limit)
        if first is None and not _always(item.domain, fact.limit):
            return None
        return None if first is not None and case.first == (not first) else replace(case, null=False, first=first)
    try:
        domain = narrow(item, fact, case.domain)
    except EmptyDomainError:
        return None
    if domain is None:
        if not most_hold(case.domain or item.domain, fact.limit):
            return None
        loose.add(name)
        domain = case.domain
    return replace(case, domain=domain, null=False if case.null is None else case.null)


def start_at_zero(draft: DraftedTable, branches: Iterable[Branch]) -> None:
    """Let row numbers count from 0 where a condition speaks of the row with number 0."""
    for fact in (fact for branch in branches for fact in branch):
        item = draft.columns[fact.column]
        if not isinstance(fact, Narrow) or not item.row_number or not isinstance(item.domain, IntegerDomain):
            continue
        if isinstance(fact.limit, OneOf | NoneOf) and fact.limit.values == (0,) and item.domain.lower == 1:
            from_zero = under(IntegerDomain(0, item.domain.upper - 1), item.limits)
            if from_zero is not None and (item.source is None or isinstance(item.source, Keyed)):
                item.built = from_zero
                item.source = None if item.source is None else replace(item.source, domain=from_zero)


def _about_row_zero(item: Draft, limit: Limit) -> bool | None:
    """Whether a limit on a row number holds for row 0 only, for all others only, or neither."""
    if not item.row_number or not isinstance(item.domain, IntegerDomain):
        return None
    whole = item.domain
    if isinstance(limit, OneOf | NoneOf) and limit.values == (whole.lower,):
        return isinstance(limit, OneOf)
    if not isinstance(limit, AtLeast | AtMost) or (isinstance(whole, SequenceDomain) and whole.falling):
        return None
    try:
        held = whole.narrow(limit)
    except EmptyDomainError:
        return None
    if not isinstance(held, IntegerDomain) or held.size not in (1, whole.size - 1):
        return None
    of_first = held.lower == whole.lower
    return of_first if of_first == (held.size == 1) else None


def _always(domain: Domain, limit: Limit) -> bool:
    """Whether every value of a domain satisfies a limit."""
    try:
        smaller = domain.narrow(limit)
    except EmptyDomainError:
        return False
    return smaller is not None and smaller.size == domain.size


# --- choices between alternatives: CHECKs with several branches, and unique sets too small for every row --------------


@dataclass(frozen=True)
class _Way:
    """One branch of every choice of a group.

    Attributes:
        facts: what holds under it.
        base: which branches of the CHECKs it takes.
        sets: the scarce sets it takes part in.
    """

    facts: Branch = ()
    base: tuple[int, ...] = ()
    sets: frozenset[str] = frozenset()


_FEW = 32
_Option = tuple[str, Alternatives | Scarce]


def exits_of(draft: DraftedTable, predicate: str | None, nullable: Collection[str]) -> tuple[Branch, ...]:
    """Return what takes a row out of a unique set: a part of the predicate made false, else a null."""
    facts = facts_of(draft, predicate) if predicate else ()
    opposites = (negation(fact) for fact in facts if isinstance(fact, Narrow | NotNull | Null))
    found = tuple((fact,) for fact in opposites if fact is not None)
    return found or tuple((Null(name),) for name in nullable)


def apply_choices(table: KeyedTable) -> BranchedTable:
    """Build every choice, joined where they speak of the same columns; what cannot be built is left to redraw.

    Args:
        table: its keys allocated; its demands hold the CHECKs' choices, and take what is left.
    """
    draft = BranchingTable(**carried(table))
    _choose_orders(draft)
    options: list[_Option] = list(draft.demands.choices)
    for found in draft.scarce:
        if found.exits:
            options.append((found.name, found))
        else:
            _avoid(draft, found)
    for group in _together(options):
        start_at_zero(draft, (branch for _, what in group for branch in _branches(what)))
        loose = set[str]()
        if _build(draft, group, draft.fixed, loose):
            for name, what in group:
                if isinstance(what, Alternatives) and (not what.exact or loose & set(what.columns)):
                    apply_fact(draft, name, what.otherwise, enforced=draft.policy("check") == "enforce")
            continue
        for one in group:
            _leave(draft, one, draft.fixed)
    ask_server(draft)  # what is left may be for it to tell
    return BranchedTable(**carried(draft))


def _choose_orders(draft: CheckedTable) -> None:
    """Orders between columns of a few listed values become choices: one branch for each value of the lower column."""
    for check, order in list(draft.demands.orders):
        low, high = (_listed(draft.columns[name]) for name in (order.low, order.high))
        if low is None or high is None or order.offset is not None:
            continue
        above = {v: tuple(w for w in high if w > v or (w == v and not order.strict)) for v in low}
        branches = tuple(
            (Narrow(order.low, OneOf((value,)), order.sql), Narrow(order.high, OneOf(rest), order.sql))
            for value, rest in above.items()
            if rest
        )
        if branches:
            draft.demands.orders.remove((check, order))
            draft.demands.choices.append((check, Alternatives(branches, Condition(order.sql, (order.low, order.high)))))


def _listed(item: Draft) -> tuple[Any, ...] | None:
    """The values of a column that has a few, in no range of their own."""
    domain = item.domain
    if domain is None or isinstance(domain, OrderedDomain) or domain.size > _FEW or item.steps:
        return None
    values = domain.take(np.arange(domain.size, dtype=np.uint64))
    return tuple(values.to_list()) if values.dtype.is_numeric() else None


def _tell(draft: BranchedTable, group: Sequence[_Option]) -> None:
    """Write to the table's account how what was built is met."""
    for name, what in group:
        if isinstance(what, Alternatives):
            branches = len(draft.choices[-1].branches)
            draft.account.part(name, what.columns, "chosen", f"each row takes one of {branches} branches")
        else:
            shown = f"{what.room} of {draft.rows} rows take part; the others are kept out"
            tell_key(draft, name, shown, distinct=what.room)


def _leave(draft: BranchingTable, option: _Option, keyed: Collection[str]) -> None:
    name, what = option
    if isinstance(what, Alternatives):
        apply_fact(draft, name, what.otherwise, enforced=draft.policy("check") == "enforce")
    elif not _build(draft, [option], keyed, None):
        _avoid(draft, what)


def _avoid(draft: CheckedTable, found: Scarce) -> None:
    """Keep every row out of a set by a condition, or refuse."""
    if found.predicate:
        tell_key(draft, found.name, "no row falls under its predicate", distinct=found.room)
        apply_text(draft, found.name, f"NOT ({found.predicate})")
        return
    _refuse(draft, found, found.room)


def _refuse(draft: TableTask, found: Scarce, possible: int) -> None:
    tell_key(draft, found.name, "fewer distinct values than rows", standing="impossible", distinct=possible)
    where = ", ".join(draft.name_of(name) for name in found.columns)
    draft.refuse(
        "domain_too_small",
        "/",
        f"{where} must be unique ({found.name}): {possible} distinct values are possible, {draft.rows} rows are asked "
        "for",
        f"ask for at most {possible} rows, or use a generator with more values; `validate --fix` does one of them",
        constraint=found.name,
        asked=draft.rows,
        possible=possible,
    )


def _branches(what: Alternatives | Scarce) -> tuple[Branch, ...]:
    return what.branches if isinstance(what, Alternatives) else what.exits


def _columns(what: Alternatives | Scarce) -> frozenset[str]:
    return frozenset(fact.column for branch in _branches(what) for fact in branch)


def _together(options: Sequence[_Option]) -> list[list[_Option]]:
    """Group choices that speak of the same columns."""
    groups: list[list[_Option]] = []
    for option in options:
        columns = _columns(option[1])
        touching = [g for g in groups if any(columns & _columns(other) for _, other in g)]
        groups = [g for g in groups if g not in touching] + [[o for g in touching for o in g] + [option]]
    return groups


def _that_hold(draft: BranchingTable, *, exact: bool, alone: bool) -> Narrower:
    """Narrows to what a branch asks; of a few values, one must hold what else is asked of the column.

    Beside other choices over the same columns, values that nobody guessed could break what these ask: texts that a
    branch describes are none of theirs.
    """

    def narrow(item: Draft, fact: Narrow, current: Domain | None, before: tuple[Limit, ...]) -> Domain | None:
        if item.name in draft.constants and item.domain is not None:  # its value is that of the rows a key leads to
            return item.domain.narrow(fact.limit)
        described = isinstance(fact.limit, Matches) and not fact.limit.negated
        made = case_domain(item, fact, current, before, exact=exact and (alone or described))
        own = [one.sql for one in draft.demands.predicates if one.columns == (item.name,) and one.enforced]
        if made is None or made.size > _FEW or not own:
            return made
        values = cast(made.take(np.arange(made.size, dtype=np.uint64)), item.slot.dtype)
        asked = " AND ".join(f"coalesce(({sql}), true)" for sql in own)
        broken = failing(pl.DataFrame([values.alias(item.name)]), asked)
        if broken is not None and broken.all():
            raise EmptyDomainError(fact.sql)
        return made

    return narrow


def _build(draft: BranchingTable, group: Sequence[_Option], keyed: Collection[str], loose: set[str] | None) -> bool:
    scarce = {what.name: what for _, what in group if isinstance(what, Scarce)}
    ways: list[_Way] = []
    cases: list[dict[Place, Case]] = []
    exact = all(what.exact for _, what in group if isinstance(what, Alternatives))
    narrow = _remembering(_that_hold(draft, exact=exact, alone=len(group) == 1))
    for way in _product(group):
        left = set[str]()
        built = cases_of(draft, way.facts, keyed, narrow, left)
        if built is not None and (not left or loose is not None):
            if loose is not None:
                loose |= left
            ways.append(way)
            cases.append(built)
    if not ways:
        return False
    later = [i for i, case in enumerate(cases) if not any(one.first for one in case.values())]
    if not later:
        return False
    choice = _cut(draft, ways, later, {name: found.room for name, found in scarce.items()})
    if isinstance(choice, int):
        _refuse(draft, next(iter(scarce.values())), choice)
        return True
    weights, cases = with_shares(draft, cases)
    if not build_cases(draft, cases, replace(choice, weights=weights)):
        return False
    _name_lost(draft, group, [cases[i] for i in later])
    _tell(draft, group)
    return True


def _name_lost(draft: DraftedTable, group: Sequence[_Option], cases: Sequence[Mapping[Place, Case]]) -> None:
    """Name the listed values of a rule that no branch leaves."""
    names = dict.fromkeys(place for case in cases for place in case if isinstance(place, str))
    for name in names:
        item = draft.columns[name]
        here = [case.get(name, Case()) for case in cases]
        if any(case.domain is None and case.null is not True for case in here):
            continue
        kept = [case.domain for case in here if case.domain is not None]
        name_lost(draft, item, item.domain, kept, " and ".join(dict.fromkeys(name for name, _ in group)))


def _remembering(narrow: Narrower) -> Narrower:
    """Ask once for each column, limit and domain: combinations of branches repeat them."""
    known: dict[tuple[str, Limit, int, tuple[Limit, ...]], tuple[Domain | None, Domain | None]] = {}
    empty: set[tuple[str, Limit, int, tuple[Limit, ...]]] = set()

    def remembered(item: Draft, fact: Narrow, current: Domain | None, before: tuple[Limit, ...]) -> Domain | None:
        asked = item.name, fact.limit, id(current), before
        if asked in empty:
            raise EmptyDomainError(str(fact.limit))
        if asked not in known:
            try:
                known[asked] = narrow(item, fact, current, before), current
            except EmptyDomainError:
                empty.add(asked)
                known[asked] = None, current
                raise
        return known[asked][0]

    return remembered


def _product(group: Sequence[_Option]) -> list[_Way]:
    """One branch of each choice, those left out that contradict themselves; of very many, some."""
    joined = [_Way()]
    for _, what in sorted(group, key=lambda option: isinstance(option[1], Scarce)):
        joined = [one for way in joined for one in _further(way, what) if agrees(one.facts)]
        joined = list({(way.facts, way.sets): way for way in joined}.values())
        if len(joined) > MOST_JOINED:
            joined = [joined[i * len(joined) // MOST_JOINED] for i in range(MOST_JOINED)]
    return joined


def _further(way: _Way, what: Alternatives | Scarce) -> Iterator[_Way]:
    if isinstance(what, Alternatives):
        for number, branch in enumerate(what.branches):
            yield _Way((*way.facts, *branch), (*way.base, number), way.sets)
        return
    if what.room:
        yield _Way(way.facts, way.base, way.sets | {what.name})
    for branch in what.exits:
        yield _Way((*way.facts, *branch), way.base, way.sets)


def _cut(draft: KeyedTable, ways: Sequence[_Way], later: Sequence[int], rooms: Mapping[str, int]) -> Choice | int:
    """Which ways are open to which ranks; the number of rows there is room for when that is too small.

    Args:
        draft: the table.
        ways: all of them.
        later: those that are not for row 0 alone.
        rooms: ranks that may take part in each scarce set.
    """
    if all(ways[i].sets for i in later):
        return _tiled(draft, ways, later, rooms)
    starts: list[int] = []
    pieces: list[tuple[int, ...]] = []
    for start in sorted({0, *(room for room in rooms.values() if 0 < room < draft.rows)}):
        piece = _widest([i for i in later if all(rooms[name] > start for name in ways[i].sets)], ways)
        if not pieces or pieces[-1] != piece:
            starts.append(start)
            pieces.append(piece)
    return Choice(tuple(starts), tuple(pieces), draft.ranked)


def _widest(numbers: Sequence[int], ways: Sequence[_Way]) -> tuple[int, ...]:
    """Leave out ways to be exempt where the same branches are open without."""
    return tuple(
        i for i in numbers if not any(ways[j].base == ways[i].base and ways[i].sets < ways[j].sets for j in numbers)
    )


def _tiled(draft: KeyedTable, ways: Sequence[_Way], later: Sequence[int], rooms: Mapping[str, int]) -> Choice | int:
    """Every way takes part in some set: the ranks are divided between the sets."""
    units: list[tuple[int, frozenset[str]]] = []
    for sets in sorted({ways[i].sets for i in later}, key=lambda s: (-min(rooms[n] for n in s), sorted(s))):
        if not any(sets & taken for _, taken in units):
            units.append((min(rooms[name] for name in sets), sets))
    total = sum(room for room, _ in units)
    if total < draft.rows:
        return total
    starts, pieces, below = [], [], 0
    for room, sets in units:
        start = below * draft.rows // total
        below += room
        if start < below * draft.rows // total:
            starts.append(start)
            pieces.append(tuple(i for i in later if ways[i].sets == sets))
    return Choice(tuple(starts), tuple(pieces), draft.ranked)
