"""What a column or a link is under each branch of a choice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from datalchemy_nb.domains.base import Domain
from datalchemy_nb.domains.limits import EmptyDomainError, Limit, NoneOf, OneOf
from datalchemy_nb.domains.number import IntegerDomain
from datalchemy_nb.planning.checks import Narrow, NotNull, Null
from datalchemy_nb.planning.checks.branches import Branch
from datalchemy_nb.planning.drafts import Draft, TableDraft
from datalchemy_nb.planning.narrowing import under
from datalchemy_nb.planning.resolved import Case, Cases, Choice, Keyed

Narrower = Callable[[Draft, Narrow, Domain | None], Domain | None]
"""Narrows a column's domain, or the one a branch has already; raises EmptyDomainError where nothing is left."""


Place = str | int
"""A column by name, or a foreign key by position: its columns are null together."""


def build_cases(draft: TableDraft, branches: Sequence[Mapping[Place, Case]], choice: Choice) -> bool:
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


def _roots(draft: TableDraft, branches: Sequence[Mapping[Place, Case]]) -> tuple[int, ...]:
    """The branches under which references to earlier rows may be null, unless all are."""
    trees = {link.index for link in draft.links if link.target == draft.ref and link.nullable}
    roots = tuple(
        number
        for number, branch in enumerate(branches)
        if not any(case.first is False or (place in trees and case.null is False) for place, case in branch.items())
    )
    return roots if len(roots) < len(branches) else ()


def _is_free(draft: TableDraft, place: Place) -> bool:
    if isinstance(place, int):
        return draft.links[place].cases is None
    item = draft.columns[place]
    return item.cases is None and item.when is None


def cases_of(draft: TableDraft, branch: Branch, keyed: Collection[str], narrow: Narrower) -> dict[Place, Case] | None:
    """Return the case of each column and link under one branch; None when the branch cannot be taken.

    Args:
        draft: the table.
        branch: the facts that hold under it.
        keyed: columns whose values unique keys decide; only their being null can follow a branch.
        narrow: narrows a column's domain, making one where there is no rule.
    """
    cases: dict[Place, Case] = {}
    for fact in branch:
        link = draft.link_of(fact.column)
        place = fact.column if link is None else link.index
        if link is not None and fact.column not in link.nullable:
            if isinstance(fact, NotNull):
                continue
            return None
        built = _case(draft, fact, cases.get(place, Case()), keyed, narrow)
        if built is None:
            return None
        cases[place] = built
    return cases


def _case(
    draft: TableDraft, fact: Narrow | NotNull | Null, case: Case, keyed: Collection[str], narrow: Narrower
) -> Case | None:
    name = fact.column
    if isinstance(fact, NotNull):
        return None if case.null else replace(case, null=False)
    if isinstance(fact, Null):
        usable = draft.may_be_null(name) and name not in draft.never_null and case.null is not False
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
    return None if domain is None else replace(case, domain=domain, null=False if case.null is None else case.null)


def start_at_zero(draft: TableDraft, branches: Iterable[Branch]) -> None:
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
    if isinstance(limit, OneOf | NoneOf) and limit.values == (item.domain.lower,):
        return isinstance(limit, OneOf)
    return None


def _always(domain: Domain, limit: Limit) -> bool:
    """Whether every value of a domain satisfies a limit."""
    try:
        smaller = domain.narrow(limit)
    except EmptyDomainError:
        return False
    return smaller is not None and smaller.size == domain.size
