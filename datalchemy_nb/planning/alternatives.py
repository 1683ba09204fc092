"""A CHECK that is a choice: each row takes one branch, and the columns follow it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace

from datalchemy_nb.domains.base import Domain
from datalchemy_nb.domains.limits import EmptyDomainError
from datalchemy_nb.planning.checks import Narrow, NotNull, Null
from datalchemy_nb.planning.checks.branches import Branch
from datalchemy_nb.planning.drafts import Draft, TableDraft
from datalchemy_nb.planning.resolved import Case, Cases

Narrower = Callable[[Draft, Narrow, Domain | None], Domain | None]
"""Narrows a column's domain, or the one a branch has already; raises EmptyDomainError where nothing is left."""


def apply_alternatives(draft: TableDraft, branches: Sequence[Branch], keyed: Collection[str], narrow: Narrower) -> bool:
    """Give every column of the choice its cases.

    Args:
        draft: the table.
        branches: the choice.
        keyed: columns whose values unique keys decide; only their being null can follow a branch.
        narrow: narrows a column's domain, making one where there is no rule.

    Returns:
        Whether the choice is built; otherwise it is left to redraw.
    """
    columns = tuple(dict.fromkeys(fact.column for branch in branches for fact in branch))
    possible = [cases for branch in branches if (cases := _branch(draft, branch, keyed, narrow)) is not None]
    if not possible or not all(_is_free(draft, name) for name in columns):
        return False
    choice = len(draft.choices)
    draft.choices.append(len(possible))
    for name in columns:
        followed = Cases(choice, tuple(branch.get(name, Case()) for branch in possible))
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


def _branch(draft: TableDraft, branch: Branch, keyed: Collection[str], narrow: Narrower) -> dict[str, Case] | None:
    """The case of each column under one branch; None when the branch cannot be taken."""
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
        usable = draft.may_be_null(name) and name not in draft.never_null and case.null is not False
        return replace(case, null=True) if usable else None
    item = draft.columns[name]
    if item.domain is None or item.steps or name in keyed or item.row_number:
        return None
    try:
        domain = narrow(item, fact, case.domain)
    except EmptyDomainError:
        return None
    return None if domain is None else replace(case, domain=domain, null=False if case.null is None else case.null)
