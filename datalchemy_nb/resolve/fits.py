"""Conditions between a row and the row of its own table that it refers to: rows are tried until one fits.

``check (length(code) >= length(parent_code))`` says which rows a row may stand under, and leaves its own key as it is.
Where no other does, the row stands under itself, or under none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from datalchemy_nb.resolve.phases import DraftedTable
from datalchemy_nb.resolve.plan import EarlierRow, Link, Predicate
from datalchemy_nb.resolve.sieves import MOST_ROWS, may_point_nowhere

Reads = Callable[[str], Iterable[str]]
"""The columns of the row that a column is made from."""


def own_links(draft: DraftedTable, predicate: Predicate) -> list[Link]:
    """The foreign keys to earlier rows of the own table that a condition reads, beside other columns."""
    links = {link.index: link for name in predicate.columns if (link := draft.link_of(name)) is not None}
    return [
        link
        for link in links.values()
        if link.target == draft.ref
        and isinstance(link.pointing, EarlierRow)
        and link.own == link.columns
        and not set(predicate.columns) <= set(link.columns)
    ]


def fitted(draft: DraftedTable, predicate: Predicate, reads: Reads, redrawn: Iterable[Iterable[str]]) -> bool:
    """Let a foreign key to the own table try rows until a condition holds; whether that can be done.

    Args:
        draft: the table.
        predicate: the condition.
        reads: of each column, what it is made from.
        redrawn: the columns of each group that is drawn again, and what its conditions read.
    """
    if not predicate.enforced or draft.known is not None or draft.grows(draft.ref) or draft.rows > MOST_ROWS:
        return False
    together = [frozenset(group) for group in redrawn]
    for link in sorted(own_links(draft, predicate), key=lambda one: -one.index):
        others = [name for name in predicate.columns if name not in link.columns]
        if _behind(draft, [*others, *link.referenced], reads, together) & set(link.columns):
            continue
        or_none = bool(link.nullable) and may_point_nowhere(draft, link)
        draft.links[link.index] = replace(link, fits=(*link.fits, predicate), fits_or_none=or_none)
        draft.account.refined(predicate.name, predicate.columns, "chosen", "rows are tried until it holds")
        return True
    return False


def without_fit(draft: DraftedTable, reads: Reads, redrawn: Iterable[Iterable[str]]) -> list[Predicate]:
    """Take back the conditions whose columns hang, by now, from the foreign key that was to fit them; return them."""
    together, lost = [frozenset(group) for group in redrawn], list[Predicate]()
    for link in list(draft.links):
        others = [name for one in link.fits for name in one.columns if name not in link.columns]
        if link.fits and _behind(draft, [*others, *link.referenced], reads, together) & set(link.columns):
            draft.links[link.index] = replace(link, fits=())
            lost.extend(link.fits)
    return lost


def _behind(draft: DraftedTable, names: Iterable[str], reads: Reads, together: list[frozenset[str]]) -> set[str]:
    """The columns that others are made from, over any number of steps, these included."""
    found, todo = set[str](), list(names)
    while todo:
        name = todo.pop()
        if name in found or name not in draft.columns:
            continue
        found.add(name)
        todo.extend(reads(name))
        todo.extend(other for group in together if name in group for other in group)
        link = draft.link_of(name)
        if link is not None:
            asked = (*link.gives_way, *link.fits)
            todo.extend(other for one in asked for other in one.columns)
            todo.extend(link.columns)
            if link.target == draft.ref:
                todo.extend(link.referenced)
    return found
