"""What a column or a link is under each branch of a choice."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from datalchemy_nb.domains.base import Domain
from datalchemy_nb.domains.limits import EmptyDomainError, Limit
from datalchemy_nb.planning.checks import Narrow, NotNull, Null
from datalchemy_nb.planning.checks.branches import Branch
from datalchemy_nb.planning.drafts import Draft, TableDraft
from datalchemy_nb.planning.resolved import Case, Cases, Choice

Narrower = Callable[[Draft, Narrow, Domain | None], Domain | None]
"""Narrows a column's domain, or the one a branch has already; raises EmptyDomainError where nothing is left."""


def build_cases(draft: TableDraft, branches: Sequence[Mapping[str, Case]], choice: Choice) -> bool:
    """Give every column and link of a choice its cases.

    Args:
        draft: the table.
        branches: per branch, the case of each column it speaks of.
        choice: which of them are open to which rows.

    Returns:
        Whether it could be done; a column follows one choice only.
    """
    columns = tuple(dict.fromkeys(name for branch in branches for name in branch))
    if not all(_is_free(draft, name) for name in columns):
        return False
    number = len(draft.choices)
    draft.choices.append(choice)
    for name in columns:
        followed = Cases(number, tuple(branch.get(name, Case()) for branch in branches))
        link = draft.link_of(name)
        if link is not None:
            draft.links[link.index] = replace(link, cases=followed)
        else:
            draft.columns[name].cases = followed
    return True


def _is_free(draft: TableDraft, name: str) -> bool:
    link = draft.link_of(name)
    item = draft.columns[name]
    return link.cases is None if link is not None else item.cases is None and item.when is None


def cases_of(draft: TableDraft, branch: Branch, keyed: Collection[str], narrow: Narrower) -> dict[str, Case] | None:
    """Return the case of each column under one branch; None when the branch cannot be taken.

    Args:
        draft: the table.
        branch: the facts that hold under it.
        keyed: columns whose values unique keys decide; only their being null can follow a branch.
        narrow: narrows a column's domain, making one where there is no rule.
    """
    cases: dict[str, Case] = {}
    for fact in branch:
        case = cases.get(fact.column, Case())
        built = _case(draft, fact, case, keyed, narrow)
        if built is None:
            return None
        cases[fact.column] = built
    return cases


def _case(
    draft: TableDraft, fact: Narrow | NotNull | Null, case: Case, keyed: Collection[str], narrow: Narrower
) -> Case | None:
    name = fact.column
    if isinstance(fact, NotNull):
        return None if case.null else replace(case, null=False)
    if isinstance(fact, Null):
        link = draft.link_of(name)
        nullable = draft.may_be_null(name) if link is None else name in link.nullable
        usable = nullable and name not in draft.never_null and case.null is not False
        return replace(case, null=True) if usable else None
    item = draft.columns[name]
    if item.domain is None or item.steps:
        return None
    if name in keyed or item.row_number:
        return replace(case, null=False) if _always(item.domain, fact.limit) else None
    try:
        domain = narrow(item, fact, case.domain)
    except EmptyDomainError:
        return None
    return None if domain is None else replace(case, domain=domain, null=False if case.null is None else case.null)


def _always(domain: Domain, limit: Limit) -> bool:
    """Whether every value of a domain satisfies a limit."""
    try:
        smaller = domain.narrow(limit)
    except EmptyDomainError:
        return False
    return smaller is not None and smaller.size == domain.size
