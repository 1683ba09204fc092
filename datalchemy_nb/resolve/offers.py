"""What tables that refer to a table need to find there: values that their CHECKs leave, and rows that have a value.

``class_id REFERENCES class CHECK (class_id IN (7, 9))`` asks two values of the class's key. A table whose own values do
not hold any such gets some: its domain is narrowed where that leaves enough, else they come before its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from datalchemy_nb.constraints.facts import Alternatives, Condition, Fact, Narrow, columns_read, sql_of
from datalchemy_nb.constraints.probe import evaluated, understood
from datalchemy_nb.constraints.types import asked_beside, is_not_null
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import DatabaseSchema, Table
from datalchemy_nb.domains.base import FILTER_SIZE, Domain, Facet, Subset
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.casting import cast
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.limits import AtLeast, AtMost, Cased, EmptyDomainError, Limit, NoneOf, OneOf
from datalchemy_nb.domains.number import IntegerDomain
from datalchemy_nb.domains.physical import filled
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.common_values import places, values_held
from datalchemy_nb.resolve.discriminators import facts_on, limits_of
from datalchemy_nb.resolve.foreign_keys import Relations, Want
from datalchemy_nb.resolve.narrowing import made_for, under, window
from datalchemy_nb.resolve.phases import DraftedTable, KeyedTable, TableTask
from datalchemy_nb.resolve.plan import Chosen, Link, RandomParent
from datalchemy_nb.resolve.state import Draft
from datalchemy_nb.resolve.unique_sets import UniqueSet, unique_sets

_MOST = 4096
_LOOKED_AT = 1024
_ENOUGH = 16
"""So many rows of a sample that have a value say that some row of the table has."""
Limits = tuple[Limit, ...]


def want_values(relations: Relations, schema: DatabaseSchema, plan: Plan, rows: Mapping[TableRef, int]) -> None:
    """Note what CHECKs on foreign keys ask of the columns referred to."""
    for ref, related in relations.of.items():
        for relation in related:
            if relation.anchor is not None or not rows[ref]:
                continue
            for own, far in zip(relation.key.columns, relation.key.referenced_columns, strict=True):
                table, above = schema.tables[ref], schema.tables[relation.target]
                facts = facts_on(table, own, schema, plan)
                beside = asked_beside((ref, table.by_name[own]), (relation.target, above.by_name[far]), schema, plan)
                origin = _origin(relations, relation.target, far)
                want = Want(
                    (*limits_of(facts, own, either=True), *beside),
                    beside,
                    tuple(_told(facts, own, origin[1])),
                    must=_never_null(table, own, schema),
                )
                if want.limits or want.told:
                    found = relations.asked.setdefault(origin, [])
                    if want not in found:
                        found.append(want)


def _never_null(table: Table, column: str, schema: DatabaseSchema) -> bool:
    key = table.primary_key
    return is_not_null(table.by_name[column], schema) or (key is not None and column in key.columns)


def _told(facts: Iterable[Fact], column: str, name: str) -> Iterator[str]:
    """What facts about one column alone say, over another name for it."""
    for fact in facts:
        whole = isinstance(fact, Condition | Alternatives) or (isinstance(fact, Narrow) and not fact.guarded)
        if not whole or columns_read(fact) != (column,):
            continue
        try:
            tree = sqlglot.parse_one(sql_of(fact), read="duckdb")
        except SqlglotError:
            continue
        renamed = tree.transform(
            lambda node: exp.column(name, quoted=True) if isinstance(node, exp.Column) and node.name == column else node
        )
        yield str(renamed.sql(dialect="duckdb"))


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
        without_case, usual = _differs_without_case(draft, name), item.domain
        asked = list(dict.fromkeys(want.limits for want in wanted if want.limits))
        if without_case:
            _offer_without_case(draft, item, [limits for limits in asked if not _offers(draft, item, limits)])
        else:
            for limits in asked:
                if not _offers(draft, item, limits):
                    _offer(draft, item, limits, asked)
        _offer_to_all(draft, item, wanted, usual, without_case=without_case)


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


@dataclass(frozen=True)
class _Asked:
    """What some foreign keys ask together: limits of types, and conditions over the column; and where to look."""

    beside: Limits
    sql: tuple[str, ...]
    hints: Limits
    met: tuple[int, int]
    """How many foreign keys that are never null, and how many in all."""

    def and_(self, other: _Asked) -> _Asked:
        return _Asked(
            (*self.beside, *other.beside),
            (*self.sql, *other.sql),
            (*self.hints, *other.hints),
            _sum([self.met, other.met]),
        )


def _offer_to_all(
    draft: DraftedTable, item: Draft, wanted: Sequence[Want], usual: Domain, *, without_case: bool
) -> None:
    """Put values in front that as many foreign keys as possible can take, where some might find none.

    Foreign keys that have a value in every row come first. Those that one value will do share it: a table may have
    fewer rows than there are foreign keys to it.
    """
    dtype = item.slot.dtype
    asked = [
        _Asked(
            want.beside,
            tuple(one for one in want.told if understood(one, {item.name: dtype}) is None),
            want.limits,
            (int(want.must), 1),
        )
        for want in sorted(wanted, key=lambda want: not want.must)
    ]
    asked = [one for one in asked if one.beside or one.sql]
    before = [one for one in asked if _surely_has(draft, item, one)]
    if len(before) == len(asked):
        return
    groups: list[tuple[_Asked, pl.Series]] = []
    for one in asked:
        for at, (group, _) in enumerate(groups):
            both = _values_for(draft, item, usual, group.and_(one))
            if len(both):
                groups[at] = group.and_(one), both
                break
        else:
            alone = _values_for(draft, item, usual, one) if len(groups) < draft.rows else pl.Series([], dtype=dtype)
            if len(alone):
                groups.append((one, alone))
    if _sum(group.met for group, _ in groups) <= _sum(one.met for one in before):
        return
    share = max(min(_MOST, draft.rows) // max(len(groups), 1), 1)
    taken = pl.concat([values.head(share) for _, values in groups]).unique(maintain_order=True)
    avoided = taken
    if without_case:
        taken = taken.filter(taken.str.to_lowercase().is_first_distinct())
        avoided = pl.concat([taken, taken.str.to_lowercase(), taken.str.to_uppercase()]).unique(maintain_order=True)
    taken = taken.head(draft.rows)
    rest = draft.rows - len(taken)
    back = _without(usual, avoided, rest) if rest > 0 else None
    if rest <= 0 or back is not None:
        _put_in_front(item, taken, back, rest)


def _sum(met: Iterable[tuple[int, int]]) -> tuple[int, int]:
    must, every = zip((0, 0), *met, strict=True)
    return sum(must), sum(every)


def _surely_has(draft: DraftedTable, item: Draft, asked: _Asked) -> bool:
    """Whether some row has a value that is asked for, as far as a sample tells."""
    domain = item.domain
    assert domain is not None
    sets = [one for one in unique_sets(draft) if isinstance(one, UniqueSet) and item.name in one.columns]
    alone = any(len(one.columns) == 1 and one.predicate is None for one in sets)
    size = min(domain.size, draft.rows) if item.row_number else domain.size
    if not alone and sets:  # a key of several parts deals the first values of each
        size = min(size, max(round(draft.rows ** (1 / max(len(one.columns) for one in sets))), 1))
    count = min(size, _LOOKED_AT)
    ordinals = np.arange(count, dtype=np.uint64) * np.uint64(size // count)
    held = _hold(item, cast(domain.take(ordinals), item.slot.dtype), asked)
    if held is None or held.all():
        return True
    whole = (alone or item.row_number) and count == size <= draft.rows
    return bool(held.any()) if whole else float(held.mean()) * min(draft.rows, size) >= _ENOUGH


def _hold(item: Draft, values: pl.Series, asked: _Asked) -> npt.NDArray[np.bool_] | None:
    """Which values hold what is asked; None where that cannot be told."""
    held = np.ones(len(values), dtype=bool)
    try:
        for limit in asked.beside:
            held &= filled(limit.mask(values), False).to_numpy()
    except (pl.exceptions.PolarsError, TypeError):
        return None
    if asked.sql:
        told = evaluated(_all_of(asked.sql), item.name, item.slot.dtype, values)
        if told is None:
            return None
        held &= np.array([one == "true" for one in told], dtype=bool)
    return held


def _all_of(conditions: Iterable[str]) -> str:
    return " AND ".join(f"coalesce(({one}), true)" for one in dict.fromkeys(conditions))


def _values_for(draft: TableTask, item: Draft, usual: Domain, asked: _Asked) -> pl.Series:
    """Different values that hold what is asked beside what the column holds anyway; none where none is found."""
    wanted = min(draft.rows, _MOST)
    both = replace(item, built=usual, limits=(*item.limits, *asked.hints), told=(*item.told, *asked.sql))
    best = pl.Series([], dtype=item.slot.dtype)
    for place in places(both):
        found = values_held(both, place, _all_of(both.told) if both.told else "true", wanted, rounds=1)
        try:
            for limit in (*item.limits, *asked.beside):
                found = found.filter(filled(limit.mask(found), False))
        except (pl.exceptions.PolarsError, TypeError):
            continue
        best = found if len(found) > len(best) else best
        if len(best) >= wanted:
            break
    if best.dtype != pl.String:
        return best
    plain = best.str.strip_chars() == best  # blanks at an end are the last that anybody would write
    return pl.concat([best.filter(plain), best.filter(~plain)])


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
