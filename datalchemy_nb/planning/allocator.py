"""Unique sets of a table turned into keys of parts, and the keys into allocations."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from datalchemy_nb.domains.base import FILTER_SIZE, Derivation, Domain, Facet
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.disjoint import DisjointRanges
from datalchemy_nb.domains.limits import Cased, EmptyDomainError, Limit, OneOf
from datalchemy_nb.domains.pattern import PatternDomain
from datalchemy_nb.domains.shaped import Shaped
from datalchemy_nb.domains.temporal import DateDomain
from datalchemy_nb.planning.checks import Narrow, Null
from datalchemy_nb.planning.checks.branches import Branch
from datalchemy_nb.planning.children import refuse_children
from datalchemy_nb.planning.choices import Scarce, exits_of
from datalchemy_nb.planning.columns import natural_key, rule_pointer
from datalchemy_nb.planning.constraints import facts_of
from datalchemy_nb.planning.drafts import Draft, TableDraft
from datalchemy_nb.planning.keys import Key, KeyConflictError, Part, allocate, ranked
from datalchemy_nb.planning.narrowing import narrowed
from datalchemy_nb.planning.resolved import (
    Allocation,
    Dealt,
    Keyed,
    KeyedParent,
    Link,
    Permuted,
    PerParent,
    Pointing,
    Within,
)
from datalchemy_nb.planning.survey import tell_key, tell_keys
from datalchemy_nb.planning.uniques import UniqueSet, unique_sets

_SAMPLE = 4096
_CODE_LENGTH = 12
_LARGE = 8


class KeyAllocator:
    """Keys of one table.

    Attributes:
        entities: entities driven by a unique facet.
        fixed: columns whose values unique sets decide, once allocated.
    """

    def __init__(self, draft: TableDraft) -> None:
        self._draft = draft
        self._keys: list[Key] = []
        self.entities: dict[str, Permuted] = {}
        self.fixed: frozenset[str] = frozenset()

    def prepare(self) -> None:
        """Read the unique sets, see to what they ask of their columns, and let numbers in keys count from 1."""
        self._keys = list(self._read())
        self._prefer_natural_keys()

    @property
    def columns(self) -> frozenset[str]:
        """Columns that some key holds."""
        return frozenset(name for key in self._keys for part in key.parts for name in self._columns_of(part))

    def allocate(self) -> tuple[Scarce, ...]:
        """Give every part of every key its allocation; refuse what cannot hold the rows.

        Returns:
            The keys with too few values that rows can stay out of.
        """
        draft = self._draft
        usable = [reduced for key in self._keys if (reduced := self._reduced(key)) is not None]
        for name in sorted({key.parts[0] for key in usable if len(key.parts) == 1}):
            self._widen(name)
        parts = {name: self._part(name) for key in usable for name in key.parts}
        taken = [key for key in usable if not key.has_exit]
        try:
            chosen = allocate(draft.rows, taken, parts)
        except KeyConflictError as conflict:
            for key in usable:
                tell_key(draft, key.name, "not decided: another key of the table cannot be met")
            self.refuse(conflict)
            return ()
        left = []
        for key in sorted((k for k in usable if k.has_exit), key=lambda k: (len(k.parts), k.name)):
            try:
                chosen = allocate(draft.rows, [*taken, key], parts)
            except KeyConflictError:
                left.append(key)
            else:
                taken.append(key)
        tell_keys(draft, taken, parts, chosen, self._columns_of)
        scarce = self._scarce(left, parts, chosen)
        self.fixed = frozenset(name for part in chosen for name in self._columns_of(part))
        for name, allocation in sorted(chosen.items()):
            self._assign(name, allocation)
        return scarce

    def _scarce(
        self, keys: Sequence[Key], parts: Mapping[str, Part], chosen: dict[str, Allocation]
    ) -> tuple[Scarce, ...]:
        """Deal keys that cannot hold every row to those ranked first."""
        draft = self._draft
        dealt = sorted({purpose for key in keys for name in key.parts if (purpose := parts[name].dealt)})
        draft.ranked = dealt[0] if dealt else draft.ranked
        exits = {key.name: exits_of(draft, key.predicate, key.nullable) for key in keys}
        open_to_ranks = [key for key in keys if self._may_stay_out(key, exits[key.name])]
        rooms = ranked(open_to_ranks, parts, chosen, draft.ranked)
        return tuple(
            Scarce(
                key.name,
                tuple(name for part in key.parts for name in self._columns_of(part)),
                min(rooms.get(key.name, 0), draft.rows),
                exits[key.name],
                key.predicate,
            )
            for key in keys
            if rooms.get(key.name, 0) < draft.rows
        )

    def _may_stay_out(self, key: Key, exits: Sequence[Branch]) -> bool:
        """Whether a row can leave by a column that the key does not decide the value of."""
        return any(isinstance(fact, Null) or fact.column not in key.parts for branch in exits for fact in branch)

    # --- reading -----------------------------------------------------------------------------------------------

    def _read(self) -> Iterator[Key]:
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

    def _columns_of(self, part: str) -> tuple[str, ...]:
        return self._draft.links[int(part[3:])].columns if part.startswith("fk:") else (part,)

    def _prefer_natural_keys(self) -> None:
        """Numbers in keys without a rule count from 1, by row or within their group."""
        for key in self._keys:
            for part in key.parts if key.predicate is None else ():
                item = self._draft.columns.get(part)
                natural = natural_key(item) if item else None
                if item is None or natural is None:
                    continue
                item.built, item.numbering = natural, len(key.parts) > 1
                item.row_number = item.row_number or len(key.parts) == 1

    # --- allocating --------------------------------------------------------------------------------------------

    def _reduced(self, key: Key) -> Key | None:
        """The key without the parts that cannot be told apart; None when it holds already, or cannot hold."""
        parts, reasons = [], []
        for part in key.parts:
            item = self._draft.columns.get(part)
            if item is not None and isinstance(item.built, Derivation) and item.built.unique_by_row and not item.steps:
                tell_key(self._draft, key.name, f"{part} is derived, and different in every row")
                return None
            reason = self._repeats(item) if item is not None else None
            if reason is None:
                parts.append(part)
            elif item is not None:
                reasons.append((item, reason))
        if not parts and reasons and (not key.has_exit or any(item.rule is not None for item, _ in reasons)):
            self._refuse_part(key, *reasons[0])
            return None
        return replace(key, parts=tuple(parts))

    def _repeats(self, item: Draft) -> str | None:
        """Why a column's values cannot be kept apart; None when they can."""
        if isinstance(item.built, Derivation):
            return "it is derived from other columns and may repeat"
        if item.domain is None:
            return "its values come from other rows and may repeat"
        if isinstance(item.domain, Shaped):
            return f"its distribution ({item.domain.kind}) lets some values come up more often than others"
        lossy = (step.id for step in item.steps if not step.transform.injective and not step.transform.null_rate)
        broken = next(lossy, None)
        if broken:
            return f"{broken} can make different values equal"
        return None if item.domain.injective else f"{item.generator_id} may give the same value twice"

    def _refuse_part(self, key: Key, item: Draft, reason: str) -> None:
        tell_key(self._draft, key.name, reason, standing="impossible")
        self._draft.refuse(
            "not_unique",
            rule_pointer(item),
            f"{self._draft.name_of(item.name)} must be unique ({key.name}), but {reason}",
            "use a generator with distinct values, or drop the transform or distribution",
        )

    def _widen(self, name: str) -> None:
        """Make room for the rows in a text column that stands alone, within its length."""
        item = self._draft.columns.get(name)
        if item is None or item.domain is None or item.domain.size >= self._draft.rows:
            return
        candidates = [item.domain.widen(self._draft.rows)]
        if item.rule is None and item.slot.category == "text" and item.slot.max_length:
            candidates.append(PatternDomain(f"[a-z0-9]{{{min(item.slot.max_length, _CODE_LENGTH)}}}"))
        for candidate in candidates:
            fitting = _under(candidate, item.limits)
            if fitting is not None and fitting.size >= self._draft.rows:
                item.built = fitting
                return

    def _part(self, name: str) -> Part:
        draft = self._draft
        if name.startswith("fk:"):
            link = draft.links[int(name[3:])]
            dealt = link.pointing.purpose if isinstance(link.pointing, Dealt) else None
            return Part(name, _choices(link), is_link=True, dealt=dealt)
        item = draft.columns[name]
        assert item.domain is not None
        return Part(
            name,
            self._size(item.domain),
            numbering=item.numbering,
            row_number=item.row_number or getattr(item.domain, "sequential", False),
        )

    def _size(self, domain: Domain) -> int:
        if isinstance(domain, Facet):
            if domain.drives:
                return domain.entity.size
            if domain.own_injective and domain.own_size >= self._draft.rows:
                return domain.own_size
        return domain.size

    def _assign(self, name: str, allocation: Allocation) -> None:
        draft = self._draft
        if name.startswith("fk:"):
            link = draft.links[int(name[3:])]
            if isinstance(link.pointing, PerParent):
                refuse_children(draft, link, "a unique key decides which parent each row has")
            draft.links[link.index] = replace(link, pointing=_keyed(link.pointing, allocation))
            return
        item = draft.columns[name]
        domain = item.domain
        assert domain is not None
        if isinstance(domain, Facet) and domain.drives and isinstance(allocation, Permuted):
            allocation = replace(allocation, purpose=f"entity {domain.entity.name}")
            self.entities[domain.entity.name] = allocation
        item.source = Keyed(domain, allocation)

    def refuse(self, conflict: KeyConflictError) -> None:
        draft = self._draft
        if conflict.key.name in draft.account.unique:
            how = "overlaps with other keys" if conflict.possible is None else "fewer distinct values than rows"
            tell_key(draft, conflict.key.name, how, standing="impossible", distinct=conflict.possible)
        names = [name for part in conflict.key.parts for name in self._columns_of(part)]
        where = ", ".join(draft.name_of(name) for name in names)
        if not names:
            draft.refuse(
                "domain_too_small",
                "/",
                f"{draft.ref} holds one row ({conflict.key.name}): 1 distinct values are possible, {draft.rows} rows "
                "are asked for",
                "ask for 1 row",
            )
            return
        item = next((draft.columns[name] for name in names if draft.columns[name].rule), draft.columns[names[0]])
        if conflict.possible is None:
            draft.refuse(
                "unsupported",
                "/",
                f"{draft.ref}: key {conflict.key.name} ({where}) overlaps with other unique keys in a way that is not "
                "supported",
                "give one of its columns a generator with at least as many values as rows",
            )
            return
        generators = sorted({g for n in names if (g := draft.columns[n].generator_id)})
        made_by = f" from {', '.join(generators)}" if generators else ""
        draft.refuse(
            "domain_too_small",
            rule_pointer(item),
            f"{where} must be unique ({conflict.key.name}): {conflict.possible} distinct values are possible{made_by}, "
            f"{draft.rows} rows are asked for",
            f"ask for at most {conflict.possible} rows, or use a generator with more values",
        )


def _choices(link: Link) -> int:
    """How many parents a link can tell apart: all, or the fewest that hang from any one anchor row."""
    if not isinstance(link.pointing, Within):
        return link.target_rows
    fewest = 1
    for deal in link.pointing.down:
        fewest *= deal.rows // deal.parents
    return max(fewest, 1)


def _keyed(pointing: Pointing, allocation: Allocation) -> Pointing:
    if isinstance(pointing, Dealt):
        return pointing
    return replace(pointing, allocation=allocation) if isinstance(pointing, Within) else KeyedParent(allocation)


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


def _under(domain: Domain | None, limits: Sequence[Limit]) -> Domain | None:
    """A domain under limits, or None when it cannot be had."""
    try:
        for limit in limits:
            domain = domain.narrow(limit) if domain is not None else None
    except EmptyDomainError:
        return None
    return domain
