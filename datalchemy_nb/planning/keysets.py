"""Unique sets of a table read as keys of parts, and what they ask of their columns seen to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from datalchemy_nb.domains.base import FILTER_SIZE, Domain
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.disjoint import DisjointRanges
from datalchemy_nb.domains.limits import Cased, Limit, OneOf
from datalchemy_nb.domains.temporal import DateDomain
from datalchemy_nb.planning.checks import Narrow
from datalchemy_nb.planning.constraints import facts_of
from datalchemy_nb.planning.drafts import Draft, TableDraft
from datalchemy_nb.planning.keys import Key
from datalchemy_nb.planning.narrowing import narrowed
from datalchemy_nb.planning.resolved import Link, Within
from datalchemy_nb.planning.survey import tell_key
from datalchemy_nb.planning.uniques import UniqueSet, unique_sets

_SAMPLE = 4096
_LARGE = 8


class KeyReader:
    """Reads the unique sets of one table."""

    def __init__(self, draft: TableDraft) -> None:
        self._draft = draft

    def read(self) -> Iterator[Key]:
        """Unique sets as sets of parts; a foreign key counts as one part where all its columns are in the set."""
        seen: set[tuple[frozenset[str], str | None]] = set()
        for found in unique_sets(self._draft):
            reason = found if isinstance(found, str) else self._prepare_columns(found)
            if isinstance(found, str) or reason is not None:
                columns = () if isinstance(found, str) else found.columns
                name = found.rstrip(",") if isinstance(found, str) else found.name
                tell_key(self._draft, name, "not supported", columns=columns, standing="not_held")
                self._unsupported(reason or "")
                continue
            parts = self._free_under(found.predicate, self._parts_of(self._told_apart(found)))
            tell_key(self._draft, found.name, "follows from another key", columns=found.columns)
            if (frozenset(parts), found.predicate) not in seen:
                seen.add((frozenset(parts), found.predicate))
                yield Key(found.name, parts, found.predicate, self._nullable(found.columns))

    def _nullable(self, columns: Iterable[str]) -> tuple[str, ...]:
        """Columns of a set that may be null, which takes a row out of it."""
        draft = self._draft
        links = {name: draft.link_of(name) for name in columns if name in draft.columns}
        return tuple(
            name
            for name, link in links.items()
            if name not in draft.never_null and (draft.may_be_null(name) if link is None else name in link.nullable)
        )

    def _free_under(self, predicate: str | None, parts: tuple[str, ...]) -> tuple[str, ...]:
        """The parts that a partial index's predicate does not pin to one value."""
        facts = facts_of(self._draft, predicate) if predicate else ()
        pinned = {
            fact.column
            for fact in facts
            if isinstance(fact, Narrow) and isinstance(fact.limit, OneOf) and len(fact.limit.values) == 1
        }
        return tuple(name for name in parts if name not in pinned)

    def _unsupported(self, reason: str) -> None:
        self._draft.warn(
            "unsupported",
            "/",
            f"{self._draft.ref}: {reason} is not supported; rows may break it",
            "load and evaluate tell; give its columns a generator of distinct values",
        )

    def _prepare_columns(self, found: UniqueSet) -> str | None:
        """See to what a set asks of its columns; return what cannot be seen to."""
        columns = self._draft.columns
        if found.columns and not set(found.columns) & set(columns):
            return f"uniqueness of {', '.join(found.columns)} ({found.name}), which the database computes,"
        for name in set(found.no_nulls) & set(self._told_apart(found)):
            self._draft.always_present(name, "a unique set")
        for name in found.by_day:
            item = columns.get(name)
            if item is None or item.rule is not None:
                return f"uniqueness by day of {name} ({found.name})"
            first = item.slot.base_date.replace(day=1)
            item.built = DateDomain(first.replace(year=first.year - 200), first)
        for name in found.ranges:
            reason = self._disjoint(name, found)
            if reason is not None:
                return reason
        for name, limit in found.limits:
            if not self._satisfies(columns.get(name), limit):
                return f"unique index {found.name}: {name} under its expression"
        return None

    def _told_apart(self, found: UniqueSet) -> tuple[str, ...]:
        """The columns to keep apart: those whose nulls are alike are left out where another is large enough alone."""
        draft = self._draft
        rest = tuple(name for name in found.columns if name not in found.no_nulls or not draft.may_be_null(name))
        domains = [item.domain for name in rest if (item := draft.columns.get(name)) is not None]
        return rest if any(domain is not None and _holds(domain, draft.rows) for domain in domains) else found.columns

    def _disjoint(self, name: str, found: UniqueSet) -> str | None:
        item = self._draft.columns.get(name)
        if item is None or item.rule is not None:
            return f"{found.name}: ranges of {name} that must not overlap, with a rule,"
        try:
            item.built = DisjointRanges(item.slot)
        except ValueError:
            return f"{found.name}: ranges of type {item.slot.type_name} that must not overlap"
        return None

    def _satisfies(self, item: Draft | None, limit: Limit) -> bool:
        """Narrow a column to a limit; a text domain whose sample stays apart without case is taken to."""
        if item is None or item.domain is None:
            return False
        made = narrowed(item, limit)
        if made is not None:
            item.built = made
            return True
        if not isinstance(limit, Cased):
            return False
        sample = _spread(item.domain)
        values = item.domain.take(sample)
        return values.str.to_lowercase().n_unique() == values.n_unique()

    def _parts_of(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        parts: list[str] = []
        for name in columns:
            if name not in self._draft.columns:
                continue
            link = self._draft.link_of(name)
            if link is None or not (set(link.columns) <= set(columns) or self._stands_for_its_link(link, name)):
                parts.append(name)
                continue
            if isinstance(link.pointing, Within) and not set(link.columns) <= set(columns):
                parts.append(f"fk:{link.pointing.anchor}")  # a row of the target tells its anchor too
            parts.append(f"fk:{link.index}")
        return tuple(dict.fromkeys(parts))

    def _stands_for_its_link(self, link: Link, name: str) -> bool:
        """Whether the parent keeps this one column unique, so that it tells parent rows apart by itself."""
        referenced = link.referenced[link.columns.index(name)]
        return (link.target, referenced) in self._draft.relations.demanded


def _holds(domain: Domain, rows: int) -> bool:
    """Whether a domain has values for all rows, and some to lose to CHECKs."""
    if domain.size >= _LARGE * rows:
        return True
    wider = domain.widen(rows) if domain.injective else None
    return wider is not None and wider.size >= rows


def _spread(domain: Domain) -> U64:
    """Ordinals from one end of a domain to the other."""
    count = min(domain.size, FILTER_SIZE if domain.size <= FILTER_SIZE else _SAMPLE)
    step = max(domain.size // count, 1)
    return np.arange(count, dtype=np.uint64) * np.uint64(step)
