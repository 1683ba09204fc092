"""One table resolved: columns, then constraints, then keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.domains.base import Derivation, Domain, Facet, ParentValue
from datalchemy_nb.planning.columns import draft_columns, natural_key, rule_pointer
from datalchemy_nb.planning.constraints import apply_constraints
from datalchemy_nb.planning.drafts import Draft, TableDraft, unique_sets
from datalchemy_nb.planning.groups import redraw_groups
from datalchemy_nb.planning.keys import Key, KeyConflictError, Part, allocate
from datalchemy_nb.planning.links import draft_links
from datalchemy_nb.planning.orders import apply_orders
from datalchemy_nb.planning.resolved import (
    Allocation,
    CopiedFromParent,
    Dealt,
    Derived,
    Drawn,
    FromParent,
    Keyed,
    KeyedParent,
    Link,
    Permuted,
    Pointing,
    ResolvedColumn,
    ResolvedTable,
    RowNumber,
    Source,
    Within,
)


class TableResolver:
    """Resolves one table; `issues` holds what was found."""

    def __init__(self, draft: TableDraft) -> None:
        self._draft = draft
        self._entities: dict[str, Permuted] = {}

    @property
    def issues(self) -> list[Issue]:
        """Errors and warnings found so far."""
        return self._draft.issues

    def resolve(self, *, auto_parent: bool) -> ResolvedTable:
        """Return the resolved table; meaningless when `issues` holds an error."""
        draft = self._draft
        draft_links(draft)
        draft_columns(draft)
        keys = list(self._keys())
        self._prefer_natural_keys(keys)
        keyed = {name for key in keys for part in key.parts for name in self._columns_of(part)}
        demands = apply_constraints(draft, keyed)
        self._allocate(keys)
        apply_orders(draft, demands)
        for item in draft.columns.values():
            item.source = item.source or self._source(item)
        groups = redraw_groups(draft, demands.predicates, keyed)
        return ResolvedTable(
            ref=draft.ref,
            rows=draft.rows,
            columns=tuple(self._column(item) for item in draft.columns.values() if item.source is not None),
            links=tuple(draft.links),
            groups=groups,
            entity_keys=self._entities,
            choices=tuple(draft.choices),
            auto_parent=auto_parent,
        )

    # --- unique keys ---------------------------------------------------------------------------------------------

    def _keys(self) -> Iterator[Key]:
        """Unique sets as sets of parts; a foreign key counts as one part where all its columns are in the set."""
        seen: set[frozenset[str]] = set()
        for name, columns in unique_sets(self._draft):
            parts = self._parts_of(columns)
            if parts and frozenset(parts) not in seen:
                seen.add(frozenset(parts))
                yield Key(name, parts)

    def _parts_of(self, columns: tuple[str, ...]) -> tuple[str, ...]:
        parts: list[str] = []
        for name in columns:
            if name not in self._draft.columns:
                continue
            link = self._draft.link_of(name)
            parts.append(f"fk:{link.index}" if link and set(link.own) <= set(columns) else name)
        return tuple(dict.fromkeys(parts))

    def _columns_of(self, part: str) -> tuple[str, ...]:
        return self._draft.links[int(part[3:])].columns if part.startswith("fk:") else (part,)

    def _prefer_natural_keys(self, keys: list[Key]) -> None:
        """Numbers in keys without a rule count from 1, by row or within their group."""
        for key in keys:
            for part in key.parts:
                item = self._draft.columns.get(part)
                natural = natural_key(item) if item else None
                if item is None or natural is None:
                    continue
                item.built, item.numbering = natural, len(key.parts) > 1
                item.row_number = item.row_number or len(key.parts) == 1

    def _allocate(self, keys: list[Key]) -> None:
        draft = self._draft
        usable = [reduced for key in keys if (reduced := self._reduced(key)) is not None]
        for name in sorted({key.parts[0] for key in usable if len(key.parts) == 1}):
            self._widen(name)
        parts = {name: self._part(name) for key in usable for name in key.parts}
        try:
            chosen = allocate(draft.rows, usable, parts)
        except KeyConflictError as conflict:
            self._refuse(conflict)
            return
        for name, allocation in sorted(chosen.items()):
            self._assign(name, allocation)

    def _reduced(self, key: Key) -> Key | None:
        """The key without the parts that cannot be told apart; None when it holds already, or cannot hold."""
        parts, reasons = [], []
        for part in key.parts:
            item = self._draft.columns.get(part)
            if item is not None and isinstance(item.built, Derivation) and item.built.unique_by_row and not item.steps:
                return None
            reason = self._repeats(item) if item is not None else None
            if reason is None:
                parts.append(part)
            elif item is not None:
                reasons.append((item, reason))
        if not parts:
            self._refuse_part(key, *reasons[0])
            return None
        return Key(key.name, tuple(parts))

    def _repeats(self, item: Draft) -> str | None:
        """Why a column's values cannot be kept apart; None when they can."""
        if isinstance(item.built, Derivation):
            return "it is derived from other columns and may repeat"
        if item.domain is None:
            return "its values come from other rows and may repeat"
        lossy = (step.id for step in item.steps if not step.transform.injective and not step.transform.null_rate)
        broken = next(lossy, None)
        if broken:
            return f"{broken} can make different values equal"
        return None if item.domain.injective else f"{item.generator_id} may give the same value twice"

    def _refuse_part(self, key: Key, item: Draft, reason: str) -> None:
        self._draft.refuse(
            "not_unique",
            rule_pointer(item),
            f"{self._draft.name_of(item.name)} must be unique ({key.name}), but {reason}",
            "use a generator with distinct values, or drop the transform",
        )

    def _widen(self, name: str) -> None:
        item = self._draft.columns.get(name)
        if item is not None and item.domain is not None and item.domain.size < self._draft.rows:
            item.built = item.domain.widen(self._draft.rows) or item.domain

    def _part(self, name: str) -> Part:
        draft = self._draft
        if name.startswith("fk:"):
            link = draft.links[int(name[3:])]
            dealt = link.pointing.purpose if isinstance(link.pointing, Dealt) else None
            return Part(name, _choices(link), is_link=True, nullable=bool(link.nullable), dealt=dealt)
        item = draft.columns[name]
        assert item.domain is not None
        return Part(
            name,
            self._size(item.domain),
            numbering=item.numbering,
            row_number=item.row_number or getattr(item.domain, "sequential", False),
            nullable=draft.may_be_null(name),
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
            draft.links[link.index] = replace(link, pointing=_keyed(link.pointing, allocation))
            return
        item = draft.columns[name]
        domain = item.domain
        assert domain is not None
        if isinstance(domain, Facet) and domain.drives and isinstance(allocation, Permuted):
            allocation = replace(allocation, purpose=f"entity {domain.entity.name}")
            self._entities[domain.entity.name] = allocation
        item.source = Keyed(domain, allocation)

    def _refuse(self, conflict: KeyConflictError) -> None:
        draft = self._draft
        names = [name for part in conflict.key.parts for name in self._columns_of(part)]
        where = ", ".join(draft.name_of(name) for name in names)
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

    # --- finishing ---------------------------------------------------------------------------------------------------

    def _source(self, item: Draft) -> Source | None:
        link = self._draft.link_of(item.name)
        if link is not None:
            return FromParent(link.index, link.referenced[link.columns.index(item.name)])
        match item.built:
            case Domain():
                sequential = getattr(item.built, "sequential", False) or item.row_number
                return Keyed(item.built, self._in_order(item)) if sequential else Drawn(item.built)
            case Derivation():
                return Derived(item.built)
            case ParentValue():
                return self._parent_value(item, item.built)
            case _:
                return None

    def _in_order(self, item: Draft) -> Allocation:
        assert item.domain is not None
        if item.domain.size < self._draft.rows:
            self._refuse(KeyConflictError(Key("sequence", (item.name,)), item.domain.size))
        return RowNumber()

    def _parent_value(self, item: Draft, wanted: ParentValue) -> Source | None:
        link = self._draft.link_of(wanted.fk_column)
        if link is None or link.target != wanted.parent:
            self._draft.refuse(
                "unknown_parent_reference",
                rule_pointer(item),
                f"{self._draft.name_of(item.name)}: {wanted.fk_column} is no foreign key to {wanted.parent}",
                "name a foreign key column of this table in input_columns, and the table it points at",
            )
            return None
        return CopiedFromParent(link.index, wanted.parent_column)

    def _column(self, item: Draft) -> ResolvedColumn:
        assert item.source is not None
        allocated = isinstance(item.source, Keyed)
        return ResolvedColumn(
            name=item.name,
            slot=item.slot,
            dtype=item.slot.dtype,
            source=item.source,
            null_rate=item.null_rate,
            steps=item.steps,
            generator_id=item.generator_id,
            origin="key" if allocated and item.rule is None else item.origin,
            tags=item.tags,
            cases=item.cases,
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
