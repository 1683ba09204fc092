"""The keys of a table given their allocations, or refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from datalchemy_nb.constraints.branches import Branch
from datalchemy_nb.constraints.facts import Null
from datalchemy_nb.constraints.probe import are_distinct
from datalchemy_nb.contracts.names import quote_ident
from datalchemy_nb.domains.base import Derivation, Domain, Entity, Facet, OrNull, Subset
from datalchemy_nb.domains.pattern import PatternDomain
from datalchemy_nb.domains.shaped import Shaped
from datalchemy_nb.domains.temporal import DateDomain
from datalchemy_nb.resolve.allocations import Allocation, Base, Driven, Permuted, Radix, Sibling
from datalchemy_nb.resolve.branches import exits_of
from datalchemy_nb.resolve.children import evened, refuse_children
from datalchemy_nb.resolve.columns import edge, natural_key, rule_pointer
from datalchemy_nb.resolve.dealing import largest
from datalchemy_nb.resolve.family_plan import Families, Historic, InOrder, Numbered, Told
from datalchemy_nb.resolve.growth import grown_key
from datalchemy_nb.resolve.keys import (
    Capacity,
    ColumnPart,
    Key,
    KeyConflictError,
    KeyPart,
    LinkPart,
    Scarce,
    allocate,
    can_stand_alone,
    in_order,
    radices,
    ranked,
)
from datalchemy_nb.resolve.narrowing import all_under, under
from datalchemy_nb.resolve.offers import room_of
from datalchemy_nb.resolve.phases import (
    DraftedTable,
    KeyedTable,
    PreparedTable,
    ReadTable,
    RelatedTable,
    TableTask,
    carried,
)
from datalchemy_nb.resolve.plan import (
    Chosen,
    Dealt,
    Differing,
    KeyedParent,
    Link,
    OfKind,
    PerParent,
    Pointing,
    RandomParent,
    Within,
)
from datalchemy_nb.resolve.sources import Computed, Keyed
from datalchemy_nb.resolve.state import Draft
from datalchemy_nb.resolve.survey import tell_key, tell_keys
from datalchemy_nb.resolve.told_apart import Slots
from datalchemy_nb.resolve.unique_sets import KeyReader, open_exits

_CODE_LENGTH = 12
_MOST_DAYS = 365 * 150
_MOST_PLACES = 4096
"""Places for which an expression over them is tried."""


RANKS = "ranks"
"""Purpose under which rows are ranked where no key deals them."""


def read_keys(related: RelatedTable) -> ReadTable:
    """Read the unique sets, see to what they ask of their columns, and let numbers in keys count from 1."""
    reader = KeyReader(related)
    keys = reader.read()
    read = ReadTable(**carried(related), keys=keys, distinct=tuple(reader.distinct), under=tuple(reader.under))
    _prefer_natural_keys(read)
    return read


def allocate_keys(prepared: PreparedTable) -> KeyedTable:
    """Give every part of every key its allocation; refuse what cannot hold the rows."""
    return _KeyAllocator(prepared).allocate()


def _prefer_natural_keys(draft: ReadTable) -> None:
    """Numbers in keys without a rule count from 1, by row or within their group."""
    for key in draft.keys:
        for part in key.parts if key.predicate is None else ():
            item = draft.columns[part.name] if isinstance(part, ColumnPart) else None
            first = edge(draft, item.name) + 1 if item and len(key.parts) == 1 else 1
            natural = natural_key(item, first) if item else None
            apart = item is not None and isinstance(item.domain, Slots | Subset)  # values that a unique set asks for
            if item is None or natural is None or apart or item.name in draft.decided:
                continue
            item.built, item.numbering = natural, len(key.parts) > 1
            item.row_number = item.row_number or len(key.parts) == 1


class _KeyAllocator:
    """Deals the keys of one table."""

    def __init__(self, draft: PreparedTable) -> None:
        self._draft = draft
        self._entities: dict[str, Driven] = {}
        self._kinds: dict[str, list[str]] = {}
        self._told_by_family: frozenset[str] = frozenset()

    def allocate(self) -> KeyedTable:
        """Give every part of every key its allocation."""
        draft = self._draft
        keys = self._without_families()
        usable = [reduced for key in keys if (reduced := self._reduced(key)) is not None]
        for part in in_order({key.parts[0] for key in usable if len(key.parts) == 1}):
            self._widen(part)
        capacities = {part: self._capacity(part) for key in usable for part in key.parts}
        taken = [key for key in usable if not key.has_exit]
        try:
            chosen, taken = self._agreed(taken, capacities)
        except KeyConflictError as conflict:
            for key in usable:
                tell_key(draft, key.name, "not decided: another key of the table cannot be met")
            refuse_conflict(draft, conflict)
            return self._keyed((), RANKS, frozenset())
        left = []
        for key in sorted((k for k in usable if k.has_exit), key=lambda k: (len(k.parts), k.name)):
            try:
                chosen = allocate(draft.rows, [*taken, key], capacities)
            except KeyConflictError:
                left.append(key)
            else:
                taken.append(key)
        self._show_every_value(chosen, capacities)
        tell_keys(draft, taken, capacities, chosen, self._draft.columns_of)
        scarce, ranks = self._scarce(left, capacities, chosen)
        fixed = frozenset(name for part in chosen for name in self._draft.columns_of(part)) | self._told_by_family
        for part in in_order(chosen):
            self._assign(part, chosen[part])
        return self._keyed(scarce, ranks, fixed)

    def _agreed(
        self, keys: list[Key], capacities: dict[KeyPart, Capacity]
    ) -> tuple[dict[KeyPart, Allocation], list[Key]]:
        """Allocate keys, those left out that are only wished for and cannot be held; a null is a value if need be."""
        kept = list(keys)
        while True:
            try:
                return allocate(self._draft.rows, kept, capacities), kept
            except KeyConflictError as conflict:
                open_ = [key for key in (conflict.key, *kept) if key.wished and not self._asked_by_itself(key)]
                wished = next(iter(open_), None)
                if wished is None and conflict.possible is not None and self._with_a_null(conflict.key, capacities):
                    continue
                if wished is None:
                    raise
                kept.remove(wished)
                self._let_repeat(wished)

    def _with_a_null(self, key: Key, capacities: dict[KeyPart, Capacity]) -> bool:
        """Let one more part of a key be null where its other parts are as in no other such row."""
        for part in key.parts:
            names = self._draft.columns_of(part)
            if len(names) != 1 or not self._draft.columns[names[0]].once_null or not self._draft.may_be_null(names[0]):
                continue
            item, link = self._draft.columns[names[0]], self._draft.link_of(names[0])
            if link is None and (item.domain is None or isinstance(item.domain, Facet) or item.steps):
                continue
            if link is not None and (not isinstance(link.pointing, RandomParent) or names[0] not in link.nullable):
                continue
            item.once_null = False
            if item.domain is not None and link is None:
                item.built = OrNull(item.domain)
            capacities[part] = replace(capacities[part], size=capacities[part].size + 1)
            return True
        return False

    def _asked_by_itself(self, key: Key) -> bool:
        """Whether it is the table's own rows that refer to the column: their key was read with it unique."""
        names = {name for part in key.parts for name in self._draft.columns_of(part)}
        own = (link for link in self._draft.links if link.target == self._draft.ref)
        return any(not names.isdisjoint(link.referenced) for link in own)

    def _let_repeat(self, key: Key) -> None:
        """Let the values of a column come again that other tables refer to; those that ask for others are told."""
        for name in (name for part in key.parts for name in self._draft.columns_of(part)):
            item = self._draft.columns[name]
            size = self._draft.rows if item.domain is None else min(self._size(item.domain), self._draft.rows)
            self._draft.relations.repeated[self._draft.ref, name] = size
            if item.domain is not None and item.domain.size < self._draft.rows:
                item.row_number = item.numbering = False
        tell_key(self._draft, key.name, "its values come again: who refers to it takes rows that differ in them")

    def _show_every_value(self, chosen: dict[KeyPart, Allocation], capacities: Mapping[KeyPart, Capacity]) -> None:
        """Let every value of such a column come up where no key deals it, so that who refers to it finds each."""
        for ref, name in sorted(self._draft.relations.repeated):
            part = ColumnPart(name)
            if ref != self._draft.ref or part in chosen or part not in capacities:
                continue
            size = capacities[part].size
            if 1 < size < self._draft.rows:
                chosen[part] = Base(size, Radix(1, size), f"each {name}")

    def _keyed(self, scarce: tuple[Scarce, ...], ranks: str, fixed: frozenset[str]) -> KeyedTable:
        return KeyedTable(
            **carried(self._draft), scarce=scarce, ranked=ranks, fixed=fixed, entities=dict(self._entities)
        )

    def _scarce(
        self, keys: Sequence[Key], capacities: Mapping[KeyPart, Capacity], chosen: dict[KeyPart, Allocation]
    ) -> tuple[tuple[Scarce, ...], str]:
        """Deal keys that cannot hold every row to those ranked first; return them, and what rows are ranked under."""
        draft = self._draft
        dealt = sorted({purpose for key in keys for part in key.parts if (purpose := capacities[part].dealt)})
        ranks = dealt[0] if dealt else RANKS
        exits = {key.name: exits_of(draft, key.predicate, key.nullable) for key in keys}
        open_to_ranks = [key for key in keys if self._may_stay_out(key, exits[key.name])]
        rooms = ranked(open_to_ranks, capacities, chosen, ranks)
        found = tuple(
            Scarce(
                key.name,
                tuple(name for part in key.parts for name in self._draft.columns_of(part)),
                min(rooms.get(key.name, 0), draft.rows),
                exits[key.name],
                key.predicate,
            )
            for key in keys
            if rooms.get(key.name, 0) < draft.rows
        )
        return found, ranks

    def _may_stay_out(self, key: Key, exits: Sequence[Branch]) -> bool:
        """Whether a row can leave by a column that the key does not decide the value of."""
        return any(
            isinstance(fact, Null) or ColumnPart(fact.column) not in key.parts for branch in exits for fact in branch
        )

    def _column(self, part: KeyPart) -> Draft | None:
        """The column a part is; None for a foreign key."""
        return self._draft.columns[part.name] if isinstance(part, ColumnPart) else None

    # --- families ----------------------------------------------------------------------------------------------

    def _without_families(self) -> list[Key]:
        """The keys but those whose rows are told apart among the children of a parent; these are seen to."""
        keys = (replace(key, nullable=open_exits(self._draft, key.nullable)) for key in self._draft.keys)
        return [key for key in keys if not self._in_family(key)]

    def _in_family(self, key: Key) -> bool:
        """Tell the rows of a key apart by their place in a family, where one of its parts is one."""
        draft = self._draft
        link = next((link for part in key.parts if (link := self._family(part)) is not None), None)
        rest = [part for part in key.parts if link is None or part != LinkPart(link.index)]
        if link is None or not rest or key.predicate is not None:
            return False
        if any(self._is_position(part, link) for part in rest):
            tell_key(draft, key.name, f"rows are numbered among those of one {', '.join(link.columns)}")
            return True
        differing = {name for part in rest for name in self._draft.columns_of(part)}
        if any(told <= differing for told in draft.told_apart.get(link.index, ())):
            tell_key(draft, key.name, "rows repeat others that differ among those of one row")
            return True
        capacities = {part: self._capacity(part) for part in rest if self._tells_apart(part)}
        if not capacities or any(can_stand_alone(draft.rows, one) for one in capacities.values()):
            return False
        product, digits = radices(capacities, capacities)
        most = largest(link.pointing, draft.rows, link.target_rows)
        if product < most:
            link = evened(draft, link)
            most = largest(link.pointing, draft.rows, link.target_rows)
        if product < most:
            names = ", ".join(name for part in capacities for name in self._draft.columns_of(part))
            tell_key(draft, key.name, "fewer distinct values than rows of a parent", standing="impossible")
            draft.refuse(
                "domain_too_small",
                "/",
                f"{draft.ref}: {key.name}: a row of {link.target} has up to {most} rows here, and {names} tells "
                f"{product} apart",
                f"ask for fewer rows, set children per parent, or let {names} have more values",
                constraint=key.name,
                asked=draft.rows,
            )
            return True
        shuffled = not (len(capacities) == 1 and next(iter(capacities.values())).numbering)
        for part, digit in digits.items():
            self._assign(part, Sibling(link.index, product, digit, f"{key.name} siblings", shuffled))
        self._told_by_family |= {name for part in capacities for name in self._draft.columns_of(part)}
        tell_key(draft, key.name, f"rows of one {', '.join(link.columns)} take different values of the rest")
        return True

    def _family(self, part: KeyPart) -> Link | None:
        if not isinstance(part, LinkPart):
            return None
        link = self._draft.links[part.index]
        wished = (self._draft.ref, link.index) in self._draft.relations.wishes
        told = isinstance(link.pointing, PerParent) or (wished and isinstance(link.pointing, Families | Historic))
        return link if told else None

    def _is_position(self, part: KeyPart, link: Link) -> bool:
        """Whether a column differs between the rows of one parent, by a relation: it counts them, or grows."""
        item = self._column(part)
        match item.source if item is not None else None:
            case Computed() as made:
                return self._tells_places(made, link)
            case Numbered(at) | InOrder(at, apart=True, following=False) | Told(at, what="position"):
                return at == link.index
            case _:
                return False

    def _tells_places(self, made: Computed, link: Link) -> bool:
        """Whether an expression over the place of a row among its siblings gives every place a value of its own."""
        if len(made.inputs) != 1:
            return False
        (name,) = made.inputs
        place = self._draft.columns[name].source if name in self._draft.columns else None
        if not isinstance(place, Numbered) or place.link != link.index:
            return False
        most = largest(link.pointing, self._draft.rows, link.target_rows)
        places = range(place.start, place.start + most)
        return most <= _MOST_PLACES and are_distinct(places, name, made.expression)

    def _tells_apart(self, part: KeyPart) -> bool:
        item = self._column(part)
        return item is None or self._repeats(item) is None

    # --- allocating --------------------------------------------------------------------------------------------

    def _reduced(self, key: Key) -> Key | None:
        """The key without the parts that cannot be told apart; None when it holds already, or cannot hold."""
        if frozenset(name for part in key.parts for name in self._draft.columns_of(part)) in self._draft.apart:
            tell_key(self._draft, key.name, "a relation refers to every row once")
            return None
        parts, reasons = [], []
        for part in key.parts:
            item = self._column(part)
            if item is not None and isinstance(item.built, Derivation) and item.built.unique_by_row and not item.steps:
                tell_key(self._draft, key.name, f"{item.name} is derived, and different in every row")
                return None
            reason = self._repeats(item) if item is not None else None
            if reason is None:
                parts.append(part)
            elif item is not None:
                reasons.append((item, reason))
        if not parts and reasons and key.wished and not self._asked_by_itself(key):
            self._let_repeat(key)
            return None
        if self._draft.rows == 1 and not parts:
            tell_key(self._draft, key.name, "there is one row")
            return None
        if not parts and reasons and (not key.has_exit or any(item.rule is not None for item, _ in reasons)):
            self._refuse_part(key, *reasons[0])
            return None
        return replace(key, parts=tuple(parts))

    def _repeats(self, item: Draft) -> str | None:
        """Why a column's values cannot be kept apart; None when they can."""
        if isinstance(item.built, Derivation):
            return "it is derived from other columns and may repeat"
        if item.tree is not None:
            return "its expression may give two rows the same value"
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
            "put a unique column into it, where its length leaves room: 'NO-' || lpad(id::text, 9, '0')"
            if item.tree is not None
            else "use a generator with distinct values, or drop the transform or distribution",
            column=item.name,
            constraint=key.name,
            cause=reason,
        )

    def _widen(self, part: KeyPart) -> None:
        """Make room for the rows in a column of texts or dates that stands alone, within what is asked of it."""
        item = self._column(part)
        if item is None or item.domain is None or item.domain.size >= self._draft.rows:
            return
        candidates = [item.domain.widen(self._draft.rows)]
        if item.rule is None and item.slot.category == "text" and item.slot.max_length:
            candidates.append(PatternDomain(f"[a-z0-9]{{{min(item.slot.max_length, _CODE_LENGTH)}}}"))
        if item.rule is None and item.slot.category == "date":
            day, days = item.slot.base_date, dt.timedelta(days=min(2 * self._draft.rows + 730, _MOST_DAYS))
            candidates += [DateDomain(day - days, day), DateDomain(day - dt.timedelta(days=730), day + days)]
        for candidate in candidates:
            fitting = under(candidate, item.limits) or all_under(candidate, item.limits)
            if fitting is not None and fitting.size >= self._draft.rows:
                item.built = fitting
                return

    def _capacity(self, part: KeyPart) -> Capacity:
        draft = self._draft
        if isinstance(part, LinkPart):
            link = draft.links[part.index]
            return Capacity(
                part, _choices(draft, link), dealt=link.pointing.purpose if isinstance(link.pointing, Dealt) else None
            )
        item = draft.columns[part.name]
        assert item.domain is not None
        return Capacity(
            part,
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

    def _assign(self, part: KeyPart, allocation: Allocation) -> None:
        draft = self._draft
        if isinstance(part, LinkPart):
            link = draft.links[part.index]
            if isinstance(link.pointing, PerParent):
                refuse_children(draft, link, "a unique key decides which parent each row has")
            draft.links[link.index] = replace(link, pointing=grown_key(draft, link, _keyed(link.pointing, allocation)))
            return
        item = draft.columns[part.name]
        domain = item.domain
        assert domain is not None
        if isinstance(domain, Facet) and domain.apart is None and isinstance(allocation, Permuted):
            allocation = self._driving(domain, allocation)
        elif isinstance(domain, Facet) and domain.drives:
            # Part of a wider key: the entity follows what the key deals to it, unless another key has it already.
            self._entities.setdefault(domain.entity.name, Driven(allocation))
        item.source = Keyed(domain, allocation)

    def _driving(self, facet: Facet, allocation: Permuted) -> Allocation:
        """Let the other facets of the row follow the entity that a unique one takes."""
        name = facet.entity.name
        driving = replace(allocation, purpose=f"entity {name}")
        if facet.drives:
            known = self._entities.get(name)
            if known is None or known.laps > 1 or not isinstance(known.allocation, Permuted):
                self._entities[name] = self._beside(facet.entity, driving)
            return self._entities[name].allocation
        on_its_own = facet.own_injective and facet.own_size >= self._draft.rows
        if on_its_own or not facet.injective or name in self._entities:
            return allocation
        self._entities[name] = Driven(driving, facet.own_size)
        return driving

    def _beside(self, entity: Entity, permuted: Permuted) -> Driven:
        """Keep a unique entity apart from those of other roles: they take one permutation and steps along it."""
        self._kinds.setdefault(entity.kind, []).append(entity.name)
        others = [self._entities[name] for name in self._kinds[entity.kind][:-1]]
        kept = [o.allocation for o in others if o.laps == 1 and isinstance(o.allocation, Permuted)]
        same = [one for one in kept if one.size == permuted.size]
        if not same or len(same) >= permuted.size:
            return Driven(permuted)
        return Driven(same[0], beside=len(same))


def _choices(draft: TableTask, link: Link) -> int:
    """How many parents a link can tell apart: all, those of its kinds, or the fewest that hang from any anchor row."""
    if isinstance(link.pointing, Chosen):
        differing = link.pointing.differing
        return room_of(draft, link) if differing is None else min(room_of(draft, link), _values(draft, link, differing))
    if isinstance(link.pointing, OfKind):
        return link.pointing.size
    if not isinstance(link.pointing, Within):
        return link.target_rows
    fewest = 1
    for deal in link.pointing.down:
        fewest *= deal.rows // deal.parents
    return max(fewest, 1)


def _values(draft: TableTask, link: Link, differing: Differing) -> int:
    """How many values expressions of a foreign key have at most; whether there are so many is seen before the run."""
    known, repeated = 1, draft.relations.repeated
    for own, far in zip(link.columns, link.referenced, strict=True):
        if quote_ident(own) in differing.expressions:
            known *= repeated.get((link.target, far), draft.rows)
        elif any(quote_ident(own) in one for one in differing.expressions):
            known = draft.rows
    return max(min(known, draft.rows), 1)


def _keyed(pointing: Pointing, allocation: Allocation) -> Pointing:
    if isinstance(pointing, Dealt):
        return pointing
    if isinstance(pointing, Within | OfKind | Chosen):
        return replace(pointing, allocation=allocation)
    return KeyedParent(allocation)


def refuse_conflict(draft: DraftedTable, conflict: KeyConflictError) -> None:
    """Refuse a key that cannot hold the rows, and write so to the account."""
    if conflict.key.name in draft.account.unique:
        how = "overlaps with other keys" if conflict.possible is None else "fewer distinct values than rows"
        tell_key(draft, conflict.key.name, how, standing="impossible", distinct=conflict.possible)
    names = [name for part in conflict.key.parts for name in draft.columns_of(part)]
    where = ", ".join(draft.name_of(name) for name in names)
    if not names:
        draft.refuse(
            "domain_too_small",
            "/",
            f"{draft.ref} holds one row ({conflict.key.name}): 1 distinct values are possible, {draft.rows} rows "
            "are asked for",
            "ask for 1 row",
            constraint=conflict.key.name,
            asked=draft.rows,
            possible=1,
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
            constraint=conflict.key.name,
        )
        return
    generators = sorted({g for n in names if (g := draft.columns[n].generator_id)})
    made_by = f" from {', '.join(generators)}" if generators else ""
    draft.refuse(
        "domain_too_small",
        rule_pointer(item),
        f"{where} must be unique ({conflict.key.name}): {conflict.possible} distinct values are possible{made_by}, "
        f"{draft.rows} rows are asked for",
        f"ask for at most {conflict.possible} rows, or use a generator with more values; `validate --fix` does one "
        "of them",
        column=item.name,
        constraint=conflict.key.name,
        asked=draft.rows,
        possible=conflict.possible,
    )
