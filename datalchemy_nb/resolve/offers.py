"""What tables that refer to a table need to find there: values that their CHECKs leave, and rows that have a value.

``class_id REFERENCES class CHECK (class_id IN (7, 9))`` asks two values of the class's key. A table whose own values do
not hold any such gets some: its domain is narrowed where that leaves enough, else they come before its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from datalchemy_nb.constraints.types import asked_beside
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.domains.base import FILTER_SIZE, Domain, Facet, Subset
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.casting import cast
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.limits import AtLeast, AtMost, Cased, EmptyDomainError, Limit, NoneOf, OneOf
from datalchemy_nb.domains.number import IntegerDomain
from datalchemy_nb.domains.physical import filled
from datalchemy_nb.resolve.discriminators import limits_on
from datalchemy_nb.resolve.foreign_keys import Relations
from datalchemy_nb.resolve.narrowing import made_for, under, window
from datalchemy_nb.resolve.phases import DraftedTable, KeyedTable, TableTask
from datalchemy_nb.resolve.plan import Chosen, Link, RandomParent
from datalchemy_nb.resolve.state import Draft
from datalchemy_nb.resolve.unique_sets import UniqueSet, unique_sets

_MOST = 4096
Limits = tuple[Limit, ...]


def want_values(relations: Relations, schema: DatabaseSchema, plan: Plan, rows: Mapping[TableRef, int]) -> None:
    """Note what CHECKs on foreign keys ask of the columns referred to."""
    for ref, related in relations.of.items():
        for relation in related:
            if relation.anchor is not None or not rows[ref]:
                continue
            for own, far in zip(relation.key.columns, relation.key.referenced_columns, strict=True):
                table, above = schema.tables[ref], schema.tables[relation.target]
                limits = limits_on(table, own, schema, plan, either=True)
                limits += asked_beside((ref, table.by_name[own]), (relation.target, above.by_name[far]), schema, plan)
                if limits:
                    found = relations.asked.setdefault(_origin(relations, relation.target, far), [])
                    if limits not in found:
                        found.append(limits)


def _origin(relations: Relations, table: TableRef, column: str) -> tuple[TableRef, str]:
    """Where the values of a column come from, over foreign keys."""
    seen = set[tuple[TableRef, str]]()
    while (table, column) not in seen and (position := relations.position(table, column)) is not None:
        seen.add((table, column))
        relation = relations.of[table][position]
        column = relation.key.referenced_columns[relation.key.columns.index(column)]
        table = relation.target
    return table, column


def offer_values(draft: DraftedTable) -> None:
    """See to it that columns have the values that tables which refer to them need."""
    for (ref, name), wanted in draft.relations.asked.items():
        item = draft.columns.get(name) if ref == draft.ref else None
        if item is None or item.domain is None or item.steps or draft.link_of(name) is not None or not draft.rows:
            continue
        if isinstance(item.domain, Facet) or not item.guessed:
            continue
        if _differs_without_case(draft, name):
            _offer_without_case(draft, item, [limits for limits in wanted if not _offers(draft, item, limits)])
            continue
        for limits in wanted:
            if not _offers(draft, item, limits):
                _offer(draft, item, limits, wanted)


def _differs_without_case(draft: DraftedTable, name: str) -> bool:
    """Whether ``lower(column)`` or ``upper(column)`` is unique in the table, alone or with others."""
    sets = (one for one in unique_sets(draft) if isinstance(one, UniqueSet))
    return any(at == name and isinstance(limit, Cased) for one in sets for at, limit in one.limits)


def _offer_without_case(draft: TableTask, item: Draft, wanted: Sequence[Limits]) -> None:
    """Put values that all need in front, of those that differ in case alone the one that most ask for."""
    domain = item.domain
    fronts = [front for limits in wanted if (front := under(domain, limits) or _made(item, limits)) is not None]
    if domain is None or not fronts:
        return
    share = max(min(_MOST, draft.rows) // len(fronts), 1)
    found = [cast(front.take(np.arange(min(front.size, share), dtype=np.uint64)), item.slot.dtype) for front in fronts]
    values = pl.concat(found).unique(maintain_order=True)
    asked = np.zeros(len(values), dtype=np.int64)
    for limits in wanted:
        held = np.ones(len(values), dtype=bool)
        for limit in limits:
            held &= filled(limit.mask(values), False).to_numpy()
        asked += held
    values = values[pl.Series(np.argsort(-asked, kind="stable").astype(np.uint32))]
    taken = values.filter(values.str.to_lowercase().is_first_distinct()).head(draft.rows)
    rest = draft.rows - len(taken)
    spellings = pl.concat([taken, taken.str.to_lowercase(), taken.str.to_uppercase()]).unique(maintain_order=True)
    back = _without(domain, spellings, rest) if rest > 0 else None
    if rest <= 0 or back is not None:
        _put_in_front(item, taken, back, rest)


def _offers(draft: TableTask, item: Draft, limits: Limits) -> bool:
    """Whether some row surely has such a value."""
    domain = item.domain
    assert domain is not None
    if isinstance(domain, IntegerDomain) and item.row_number:
        domain = under(domain, (_up_to(domain, draft.rows),))
    held = under(domain, limits)
    if held is None or domain is None:
        return held is not None
    return held.size == domain.size or domain.size <= draft.rows


def _up_to(domain: IntegerDomain, rows: int) -> Limit:
    return AtMost(domain.lower + rows - 1)


def _offer(draft: TableTask, item: Draft, limits: Limits, wanted: Sequence[Limits]) -> None:
    domain = item.domain
    assert domain is not None
    whole = under(domain, [limit for one in wanted for limit in one])
    if whole is not None and (whole.size >= draft.rows or item.numbering) and not item.row_number:
        item.built = whole
        return
    front = under(domain, limits) or _made(item, limits)
    if front is None:
        return
    taken = front.take(np.arange(min(front.size, _MOST, max(draft.rows // len(wanted), 1)), dtype=np.uint64))
    rest = draft.rows - len(taken)
    back = _without(domain, taken, rest) if rest > 0 else None
    if rest <= 0 or back is not None:
        _put_in_front(item, taken, back, rest)


def _put_in_front(item: Draft, taken: pl.Series, back: Domain | None, rest: int) -> None:
    """Give a column these values and so many others, in place of what its rule or its name gave it."""
    item.built = Spliced(taken, back, rest, item.slot.category)
    item.row_number = False
    if item.rule is not None:
        item.rule, item.rule_index, item.origin = None, -1, "default"
    item.generator_id = f"default.{item.slot.category}"


def _made(item: Draft, limits: Limits) -> Domain | None:
    """Values made for limits, where the column's own have none."""
    listed = [limit.values for limit in limits if isinstance(limit, OneOf)]
    try:
        if listed:
            return under(ChoiceDomain(list(listed[0]), category=item.slot.category), [*limits, *item.limits])
        asked = [*item.limits, *limits]
        made = window(item.slot, asked) if any(isinstance(one, AtLeast | AtMost) for one in limits) else None
        for limit in limits:
            made = made_for(item, limit) or made if not isinstance(limit, AtLeast | AtMost) else made
        return None if made is None else _holding(made, asked)
    except (EmptyDomainError, ValueError, TypeError, pl.exceptions.PolarsError):
        return None


def _holding(domain: Domain, limits: Iterable[Limit]) -> Domain | None:
    """The part of a domain, or of many of its values, that holds limits."""
    count = min(domain.size, FILTER_SIZE)
    ordinals = np.arange(count, dtype=np.uint64) * np.uint64(max(domain.size // count, 1))
    values = domain.take(ordinals)
    held = np.ones(count, dtype=bool)
    for limit in limits:
        held &= filled(limit.mask(values), False).to_numpy()
    if not held.any():
        return None
    return domain if held.all() and count == domain.size else Subset(domain, ordinals[held])


def _without(domain: Domain, taken: pl.Series, rows: int) -> Domain | None:
    """So many values of a domain that are none of some; None where they cannot be had."""
    listed = tuple(taken.to_list())
    if domain.size <= FILTER_SIZE:
        left = under(domain, (NoneOf(listed),))
        return left if left is not None and left.size >= rows else None
    if rows > FILTER_SIZE * 64:
        return None
    step = max(domain.size // (rows + len(listed)), 1)
    ordinals = np.arange(rows + len(listed), dtype=np.uint64) * np.uint64(step)
    free = ~domain.take(ordinals).is_in(taken.implode()).fill_null(value=False).to_numpy()
    return Subset(domain, ordinals[free]) if int(free.sum()) >= rows else None


class Spliced(Domain):
    """Some values, then as many of another domain as are needed; all of them come up where each may only once.

    Args:
        front: the values that must be there.
        back: the others; none of them is in front.
        size: how many of the others.
        category: the family of the values.
    """

    def __init__(self, front: pl.Series, back: Domain | None, size: int, category: str) -> None:
        self.front, self.back = front, back
        self.size = len(front) + (size if back is not None else 0)
        self.category = category  # type: ignore[assignment]
        self.injective = front.n_unique() == len(front) and (back is None or back.injective)

    def take(self, ordinals: U64) -> pl.Series:
        if self.back is None:
            return self.front[pl.Series(ordinals.astype(np.uint32))]
        first = np.uint64(len(self.front))
        behind = ordinals >= first
        others = self.back.take(np.where(behind, ordinals - first, np.uint64(0)))
        own = self.front[pl.Series(np.where(behind, np.uint64(0), ordinals).astype(np.uint32))]
        return others.zip_with(pl.Series(behind), own.cast(others.dtype))


def note_gaps(draft: KeyedTable) -> None:
    """Note the columns that are null in rows which stay out of a unique set: who refers to them chooses others."""
    for found in draft.scarce:
        for name in found.columns:
            if name in draft.columns and draft.may_be_null(name):
                draft.relations.gaps[draft.ref, name] = found.room


def past_gaps(draft: TableTask, link: Link) -> Link:
    """Return the link, led to rows that have a value where the columns referred to may be null."""
    if isinstance(link.pointing, RandomParent) and any(draft.relations.gaps_at(link.target, link.referenced)):
        return replace(link, pointing=Chosen(()))
    return link


def room_of(draft: TableTask, link: Link) -> int:
    """Return how many parents a link that chooses among them surely has."""
    return min([link.target_rows, *(room for _, room in draft.relations.gaps_at(link.target, link.referenced))])
