"""CHECKs that read only what keys decide: row numbers are sifted, and parents chosen, before any value is dealt.

A unique key deals the values of row r by its number. Where a CHECK refuses some combinations, the key deals by another
number: that of the r-th combination that holds. A foreign key under a CHECK of its own chooses among the parents that
hold. Both are counted out by the engine, once a run; whether there are enough is asked before the run begins.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import polars as pl
import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from datalchemy_nb.constraints.probe import failing, type_name
from datalchemy_nb.domains.base import Facet
from datalchemy_nb.domains.fitting import integer_bounds
from datalchemy_nb.domains.number import IntegerDomain
from datalchemy_nb.resolve.allocations import Allocation, Base, Mixed, Permuted, Radix, Rest, RowNumber
from datalchemy_nb.resolve.phases import DraftedTable, LinkedTable, OrderedTable
from datalchemy_nb.resolve.plan import (
    Apart,
    Chosen,
    EarlierRow,
    KeyedParent,
    Link,
    OfKind,
    Opposite,
    Predicate,
    RandomParent,
    Tried,
    Via,
    Within,
)
from datalchemy_nb.resolve.sources import Drawn, Keyed
from datalchemy_nb.resolve.state import Draft

MOST_ROWS = 1 << 22
"""Rows that are sifted: their numbers are kept in memory."""
_SPARE = 16
_CAP = 1 << 62


def sifted(draft: DraftedTable, predicate: Predicate) -> bool:
    """Let a condition sift the row numbers that its columns are dealt by; whether that can be done."""
    if draft.rows > MOST_ROWS:
        return False
    items = [draft.columns[name] for name in predicate.columns if name in draft.columns]
    if len(items) < len(predicate.columns) or not any(_allocation(draft, item) for item in items):
        return False
    if not all(_may_be_sifted(draft, item) for item in items):
        return False
    for item in items:
        allocation = _allocation(draft, item)
        if allocation is not None and not _sift(draft, item, allocation):
            return False
    draft.account.refined(predicate.name, predicate.columns, "chosen", "keys deal only what holds")
    return True


def choose_parents(draft: DraftedTable, predicate: Predicate) -> bool:
    """Let a foreign key take only parents under which a condition on its columns holds; whether that can be done."""
    links = {link.index for name in predicate.columns if (link := draft.link_of(name)) is not None}
    link = draft.links[links.pop()] if len(links) == 1 else None
    if link is None or not set(predicate.columns) <= set(link.columns):
        return False
    if not predicate.enforced:
        return False
    if isinstance(link.pointing, EarlierRow):
        if link.own != link.columns or (predicate.null_tested and not _holds_of_nothing(draft, link, predicate)):
            return False
        way = link.pointing
        within = way.within or not set(predicate.columns) <= set(link.nullable)
        asked = replace(way, conditions=(*way.conditions, predicate), within=within)
        draft.links[link.index] = replace(link, pointing=asked)
        draft.account.refined(predicate.name, predicate.columns, "chosen", "among the rows referred to that hold")
        return True
    chosen = Chosen((), or_none=True) if isinstance(link.pointing, RandomParent) else link.pointing
    if not isinstance(chosen, Chosen) or (chosen.allocation is not None and chosen.differing is None):
        return False
    if predicate.null_tested:
        return False
    or_none = chosen.or_none or (chosen.differing is not None and not chosen.conditions)
    or_none = or_none and set(predicate.columns) <= set(link.nullable) and may_point_nowhere(draft, link)
    left = replace(chosen, conditions=(*chosen.conditions, predicate), or_none=or_none)
    draft.links[link.index] = replace(link, pointing=left)
    draft.account.refined(predicate.name, predicate.columns, "chosen", "among the rows referred to that hold")
    return True


def _holds_of_nothing(draft: DraftedTable, link: Link, predicate: Predicate) -> bool:
    """Whether a condition that asks for nulls holds where the foreign key points nowhere, or it always points."""
    if not link.nullable:
        return True
    if not set(predicate.columns) <= set(link.nullable):
        return False
    nothing = {name: pl.Series([None], dtype=draft.columns[name].slot.dtype) for name in predicate.columns}
    broken = failing(pl.DataFrame(nothing), predicate.sql)
    return broken is not None and not broken.any()


def give_way(draft: DraftedTable, predicate: Predicate) -> bool:
    """Let a foreign key that may be null point nowhere where a condition on what keys decide fails."""
    if not predicate.enforced:
        return False
    links = {link.index: link for name in predicate.columns if (link := draft.link_of(name)) is not None}
    for link in sorted(links.values(), key=lambda one: -one.index):
        own = [name for name in predicate.columns if name in link.columns]
        if not set(own) & set(link.nullable) or link.cases is not None or link.own != link.columns:
            continue
        if predicate.null_tested and not _holds_of_nothing(draft, link, predicate):
            continue
        if not may_point_nowhere(draft, link) or any(_needs(draft, other, link) for other in links.values()):
            continue
        draft.links[link.index] = replace(link, gives_way=(*link.gives_way, predicate))
        for other in sorted(links.values(), key=lambda one: one.index):
            if other.index < link.index:
                _give_way_without(draft, other, link, predicate)
        draft.account.refined(predicate.name, predicate.columns, "held", "the key is null where it would fail")
        return True
    return False


def leads_elsewhere(draft: OrderedTable, predicate: Predicate) -> bool:
    """Let a key to earlier rows point nowhere where the row it leads to has the value that the row has itself.

    Were the row's own value drawn again, all rows above would be made again with every draw.
    """
    for name, other in (predicate.columns, predicate.columns[::-1]):
        link = draft.link_of(name)
        if link is None or not isinstance(link.pointing, EarlierRow) or draft.link_of(other) is not None:
            continue
        read = {one for asked in draft.left.predicates for one in asked.columns}
        if link.referenced[link.columns.index(name)] == other and read.isdisjoint(link.columns):
            return give_way(draft, predicate)
    return False


def _give_way_without(draft: DraftedTable, other: Link, link: Link, predicate: Predicate) -> None:
    """Let another foreign key point nowhere too where the condition fails when the first points nowhere."""
    own = [name for name in predicate.columns if name in other.columns]
    if not set(own) & set(other.nullable) or other.cases is not None or other.own != other.columns:
        return
    left = tuple(name for name in predicate.columns if name not in link.nullable)
    if predicate.null_tested or not left or not may_point_nowhere(draft, other):
        return
    if any(draft.link_of(name) not in (None, other) for name in left):
        return
    types = {name: type_name(draft.columns[name].slot.dtype) for name in link.nullable}
    sql = _with_nulls(predicate.sql, types)
    if sql is not None:
        asked = replace(predicate, sql=sql, columns=left)
        draft.links[other.index] = replace(other, gives_way=(*other.gives_way, asked))


def _with_nulls(sql: str, types: Mapping[str, str]) -> str | None:
    """A condition with nulls in place of some columns, of their types; None where it cannot be read."""
    try:
        tree = sqlglot.parse_one(sql, read="duckdb")
    except SqlglotError:
        return None

    def without(node: exp.Expr) -> exp.Expr:
        if not isinstance(node, exp.Column) or node.name not in types:
            return node
        return exp.cast(exp.Null(), types[node.name], dialect="duckdb")

    changed = tree.transform(without)
    return str(changed.sql(dialect="duckdb"))


def _needs(draft: DraftedTable, link: Link, other: Link) -> bool:
    """Whether where one foreign key points depends on where another does."""
    if link.index == other.index:
        return False
    if isinstance(link.pointing, Via | Within | Apart | Tried | Opposite):
        return True
    read = {one.index for rule in link.gives_way for name in rule.columns if (one := draft.link_of(name)) is not None}
    return other.index in read or any(_needs(draft, draft.links[i], other) for i in read - {link.index})


def may_point_nowhere(draft: DraftedTable, link: Link) -> bool:
    """Whether nothing hangs from a foreign key that would not do with nulls."""
    if any((draft.ref, name) in draft.relations.referenced for name in link.nullable):
        return False
    if isinstance(link.pointing, Within) or draft.rows > MOST_ROWS:
        return False
    anchored = any(isinstance(one.pointing, Within) and one.pointing.anchor == link.index for one in draft.links)
    return not anchored and not any(draft.columns[name].required for name in link.nullable)


def _allocation(draft: LinkedTable, item: Draft) -> Allocation | None:
    link = draft.link_of(item.name)
    if link is not None:
        return link.pointing.allocation if isinstance(link.pointing, KeyedParent | OfKind | Within) else None
    return item.source.allocation if isinstance(item.source, Keyed) else None


def _may_be_sifted(draft: LinkedTable, item: Draft) -> bool:
    link = draft.link_of(item.name)
    if link is not None:
        # What a key to its own table refers to is what would be sifted.
        return isinstance(link.pointing, KeyedParent) and link.target != draft.ref
    if item.steps or item.when is not None or item.visited is not None or item.cases is not None or item.relation:
        return False
    if isinstance(item.source, Drawn):
        return item.domain is not None and item.domain.size == 1
    return isinstance(item.source, Keyed) and not isinstance(item.domain, Facet)


def _sift(draft: DraftedTable, item: Draft, allocation: Allocation) -> bool:
    match allocation:
        case RowNumber() | Permuted():
            _replace(draft, allocation, replace(allocation, sifted=True))
            if isinstance(allocation, RowNumber):
                _widen(item)
            return True
        case Mixed():
            for other in _of_purpose(draft, allocation.purpose):
                _set(draft, other, replace(_needed(draft, other), sifted=True))  # type: ignore[arg-type]
            return True
        case Base() | Rest():
            return _as_digits(draft, allocation.purpose.split("/", 1)[0])
        case _:
            return False


def _widen(item: Draft) -> None:
    """Let a number that counts rows count further."""
    assert isinstance(item.source, Keyed)
    domain = item.source.domain
    if isinstance(domain, IntegerDomain):
        further = IntegerDomain(domain.lower, integer_bounds(item.slot)[1])
        item.built, item.source = further, replace(item.source, domain=further)


Place = str | int


def _of_purpose(draft: DraftedTable, purpose: str) -> list[Place]:
    """Columns and foreign keys that take digits of one number."""
    found: list[Place] = [name for name, item in draft.columns.items() if _base(item.source) == purpose]
    return found + [link.index for link in draft.links if _base(link.pointing) == purpose]


def _base(source: object) -> str | None:
    allocation = getattr(source, "allocation", None)
    return allocation.purpose.split("/", 1)[0] if isinstance(allocation, Mixed | Base | Rest) else None


def _needed(draft: DraftedTable, place: Place) -> Allocation:
    source = draft.columns[place].source if isinstance(place, str) else draft.links[place].pointing
    assert isinstance(source, Keyed | KeyedParent | OfKind | Within | Chosen)
    assert source.allocation is not None
    return source.allocation


def _set(draft: DraftedTable, place: Place, allocation: Allocation) -> None:
    if isinstance(place, str):
        source = draft.columns[place].source
        assert isinstance(source, Keyed)
        draft.columns[place].source = replace(source, allocation=allocation)
        return
    link = draft.links[place]
    draft.links[place] = replace(link, pointing=replace(link.pointing, allocation=allocation))  # type: ignore[arg-type]


def _replace(draft: DraftedTable, before: Allocation, after: Allocation) -> None:
    for item in draft.columns.values():
        if isinstance(item.source, Keyed) and item.source.allocation == before and isinstance(before, Permuted):
            item.source = replace(item.source, allocation=after)
        elif isinstance(item.source, Keyed) and isinstance(before, RowNumber) and item.source.allocation == before:
            item.source = replace(item.source, allocation=after)
            _widen(item)
    for link in draft.links:
        if isinstance(link.pointing, KeyedParent | OfKind) and link.pointing.allocation == before:
            draft.links[link.index] = replace(link, pointing=replace(link.pointing, allocation=after))


def _as_digits(draft: DraftedTable, purpose: str) -> bool:
    """Deal a key that counts within its groups as digits of one number, so that combinations can be left out."""
    places = _of_purpose(draft, purpose)
    sizes = [_size(draft, place) for place in places]
    if "+" in purpose or any(size is None for size in sizes) or not all(_free(draft, place) for place in places):
        return False
    known = [size for size in sizes if size is not None]
    links = math.prod(size for place, size in zip(places, known, strict=True) if isinstance(place, int))
    numbers = [place for place in places if isinstance(place, str)]
    wanted = max(_SPARE * draft.rows // max(links, 1), 4)
    each = math.ceil(wanted ** (1 / len(numbers))) + 1 if numbers else 1
    below = 1
    radices: list[Radix] = []
    for place, size in zip(places, known, strict=True):
        radix = Radix(below, max(min(size, each) if isinstance(place, str) else min(size, _CAP // below), 1))
        radices.append(radix)
        below *= radix.size
    if below < draft.rows:
        return False
    for place, radix in zip(places, radices, strict=True):
        _set(draft, place, Mixed(below, radix, purpose, sifted=True))
    return True


def _free(draft: LinkedTable, place: Place) -> bool:
    return isinstance(place, str) or isinstance(draft.links[place].pointing, KeyedParent)


def _size(draft: DraftedTable, place: Place) -> int | None:
    if isinstance(place, int):
        return draft.links[place].target_rows
    domain = draft.columns[place].domain
    return None if domain is None else domain.size
