"""Share a table's row numbers among the parts of its unique keys, so that every key is unique by construction.

A *part* is a column or a whole foreign key, with a *capacity*: how many ordinals it has. A *key* is a set of parts.
Three
constructions cover what schemas hold in practice, tried in this order:

1. a part that is a key by itself, or is large enough to be unique alone, is the permuted row number;
2. a lone composite key is the mixed-radix digits of one number permuted over the product of its parts;
3. keys that overlap, or that count within a group (line numbers, positions), share their common parts: rows are dealt
   evenly to the groups these form, and the row's number within its group drives the rest of every key. Where the parts
   have more combinations than there are groups, the groups have combinations drawn from all of them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from datalchemy_nb.constraints.branches import Branch
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.allocations import Allocation, Base, Mixed, Permuted, Radix, Rest, RowNumber

_CAP = 1 << 63
_PER_GROUP = 3
"""How many rows a group has where numbers count within it and there are groups enough."""
_FEW = 10


@dataclass(frozen=True)
class ColumnPart:
    """A column as a part of a key."""

    name: str

    @property
    def purpose(self) -> str:
        """What its draws are keyed by."""
        return self.name


@dataclass(frozen=True)
class LinkPart:
    """A whole foreign key as a part of a key.

    Attributes:
        index: of the foreign key among those of the table.
    """

    index: int

    @property
    def purpose(self) -> str:
        """What its draws are keyed by."""
        return f"fk:{self.index}"


KeyPart = ColumnPart | LinkPart


def in_order(parts: Iterable[KeyPart]) -> list[KeyPart]:
    """Sort parts by their purpose; a column goes before a foreign key of the same one."""
    return sorted(parts, key=_rank)


def _rank(part: KeyPart) -> tuple[str, bool]:
    return part.purpose, isinstance(part, LinkPart)


@dataclass(frozen=True)
class Capacity:
    """How many ordinals a part has, and what decides the way they are given out.

    Attributes:
        part: the column or foreign key.
        size: how many ordinals it has.
        numbering: whether it counts within its group (line numbers, positions): dealt in order, from the start.
        row_number: whether the row number itself is its natural value (identity, serial).
        dealt: purpose under which its rows are dealt, when that is decided already.
    """

    part: KeyPart
    size: int
    numbering: bool = False
    row_number: bool = False
    dealt: str | None = None

    @property
    def is_link(self) -> bool:
        """Whether the part is a foreign key."""
        return isinstance(self.part, LinkPart)


@dataclass(frozen=True)
class Scarce:
    """A unique set with fewer values than rows, which rows can stay out of.

    Attributes:
        columns: its columns, for messages.
        room: rows that may take part; 0 where it is kept free of rows.
        exits: what takes a row out, one branch each.
        predicate: of a partial index.
    """

    name: str
    columns: tuple[str, ...]
    room: int
    exits: tuple[Branch, ...]
    predicate: str | None = None


@dataclass(frozen=True)
class Key:
    """A unique set: its name and its parts, in order.

    Attributes:
        predicate: of a partial index.
        nullable: columns whose null takes a row out of the set.
        wished: no constraint, but what unique sets of other tables ask of a column that they refer to.
    """

    name: str
    parts: tuple[KeyPart, ...]
    predicate: str | None = None
    nullable: tuple[str, ...] = ()
    wished: bool = False

    @property
    def has_exit(self) -> bool:
        """Whether rows can stay out of it."""
        return self.predicate is not None or bool(self.nullable)


class KeyConflictError(ValueError):
    """No construction covers the keys.

    Attributes:
        key: the key that cannot hold the rows.
        possible: distinct combinations it has; None when the overlap of keys is the reason.
    """

    def __init__(self, key: Key, possible: int | None) -> None:
        super().__init__(key.name)
        self.key, self.possible = key, possible


def allocate(rows: int, keys: Sequence[Key], capacities: Mapping[KeyPart, Capacity]) -> dict[KeyPart, Allocation]:
    """Return the allocation of every part that a key needs.

    Raises:
        KeyConflictError: a key has fewer combinations than rows, or keys overlap in a way no construction covers.
    """
    chosen: dict[KeyPart, Allocation] = {}
    pending = sorted(set(keys), key=lambda key: (len(key.parts), key.name))
    if rows > 1 and pending and not pending[0].parts:
        raise KeyConflictError(pending[0], 1)
    pending = [key for key in pending if key.parts]
    for key in [k for k in pending if len(k.parts) == 1]:
        chosen.setdefault(key.parts[0], _alone(rows, key, capacities[key.parts[0]]))
    met = set(chosen)
    pending = [key for key in pending if not met & set(key.parts)]
    while (wide := _wide_part(rows, pending, capacities)) is not None:
        chosen[wide.part] = _whole(wide)
        pending = _unmet(pending, chosen)
    for component in _components(pending):
        chosen.update(_component(rows, component, capacities))
    return chosen


def _unmet(keys: Iterable[Key], chosen: Mapping[KeyPart, Allocation]) -> list[Key]:
    return [key for key in keys if not any(isinstance(chosen.get(p), Permuted | RowNumber) for p in key.parts)]


def _alone(rows: int, key: Key, one: Capacity) -> Allocation:
    if one.size < rows:
        raise KeyConflictError(key, one.size)
    if one.dealt is not None:
        return Base(one.size, Radix(1, one.size), one.dealt)
    return _whole(one)


def _whole(one: Capacity) -> Allocation:
    """A part that is unique by itself."""
    return RowNumber() if one.row_number else Permuted(one.size, one.part.purpose)


def _wide_part(rows: int, pending: Sequence[Key], capacities: Mapping[KeyPart, Capacity]) -> Capacity | None:
    """The part that settles most keys by being unique alone; never a foreign key or a numbering."""
    counts = Counter(part for key in pending for part in key.parts)
    wide = [capacities[part] for part in counts if can_stand_alone(rows, capacities[part])]
    return min(wide, key=lambda one: (-counts[one.part], _rank(one.part)), default=None)


def can_stand_alone(rows: int, one: Capacity) -> bool:
    """Whether a part can be unique alone; a foreign key or a numbering is not made to."""
    return one.size >= rows and not one.is_link and not one.numbering


def _components(keys: Sequence[Key]) -> list[list[Key]]:
    """Group keys that share parts."""
    groups: list[list[Key]] = []
    for key in keys:
        touching = [g for g in groups if any(set(k.parts) & set(key.parts) for k in g)]
        merged = [k for g in touching for k in g] + [key]
        groups = [g for g in groups if g not in touching] + [merged]
    return groups


def _component(rows: int, keys: list[Key], capacities: Mapping[KeyPart, Capacity]) -> dict[KeyPart, Allocation]:
    keys = _minimal(keys)
    dealt = in_order({part for key in keys for part in key.parts if capacities[part].dealt})
    if dealt:
        if len(dealt) > 1 or any(dealt[0] not in key.parts for key in keys):
            raise KeyConflictError(keys[0], None)
        return _dealt(rows, keys, dealt, capacities)
    common = [part for part in keys[0].parts if all(part in k.parts for k in keys)]
    if len(keys) == 1:
        counted = [part for part in common if capacities[part].numbering]
        if not counted:
            return _mixed(rows, keys[0], capacities)
        capacities = {**capacities, **{part: _low(rows, capacities[part]) for part in counted[:-1]}}
        common = [part for part in common if part != counted[-1]]
    return _dealt(rows, keys, common, capacities)


def _low(rows: int, one: Capacity) -> Capacity:
    """A number beside the one that counts: low enough that its values come again."""
    return replace(one, size=min(one.size, max(math.isqrt(rows), _FEW)))


def _minimal(keys: list[Key]) -> list[Key]:
    """Drop keys that contain another key: they hold by themselves."""
    return [k for k in keys if not any(set(o.parts) < set(k.parts) for o in keys)]


def _mixed(rows: int, key: Key, capacities: Mapping[KeyPart, Capacity]) -> dict[KeyPart, Allocation]:
    product, digits = radices(key.parts, capacities)
    if product < rows:
        raise KeyConflictError(key, product)
    return {part: Mixed(product, digit, key.name) for part, digit in digits.items()}


def _dealt(
    rows: int, keys: list[Key], common: list[KeyPart], capacities: Mapping[KeyPart, Capacity]
) -> dict[KeyPart, Allocation]:
    purpose = "+".join(key.name for key in keys).replace("/", "_")
    groups, base_digits = radices(common, capacities)
    fixed = capacities[common[0]].dealt if common else None
    room, counts = groups, any(capacities[part].numbering for key in keys for part in key.parts if part not in common)
    rests = [tuple(part for part in key.parts if part not in common) for key in keys]
    smallest = min((radices(rest, capacities)[0] for rest in rests), default=1)
    fewest = max(-(-rows // _PER_GROUP), -(-rows // smallest)) if counts else rows
    purpose, groups = (fixed, groups) if fixed else (purpose, min(groups, fewest))
    room = room if room > groups else 0
    overlap = len({part for rest in rests for part in rest}) < sum(map(len, rests))
    if overlap or not all(rests):
        raise KeyConflictError(keys[0], None)
    per_group = math.ceil(rows / groups)
    chosen: dict[KeyPart, Allocation] = {
        part: Base(groups, digit, purpose, room) for part, digit in base_digits.items()
    }
    for key, rest in zip(keys, rests, strict=True):
        product, digits = radices(rest, capacities)
        if product < per_group:
            raise KeyConflictError(key, product * groups)
        counted = len(rest) == 1 and capacities[rest[0]].numbering
        for part, digit in digits.items():
            chosen[part] = Rest(groups, product, digit, f"{purpose}/{key.name}", not counted)
    return chosen


def radices(parts: Iterable[KeyPart], capacities: Mapping[KeyPart, Capacity]) -> tuple[int, dict[KeyPart, Radix]]:
    """Return the product of the sizes (capped) and each part's digit."""
    below, digits = 1, dict[KeyPart, Radix]()
    for one in sorted((capacities[part] for part in parts), key=lambda c: (not c.is_link, c.size, _rank(c.part))):
        size = max(1, min(one.size, _CAP // below))
        digits[one.part] = Radix(below, size)
        below *= size
    return below, digits


def ranked(
    keys: Sequence[Key], capacities: Mapping[KeyPart, Capacity], chosen: dict[KeyPart, Allocation], purpose: str
) -> dict[str, int]:
    """Deal ranked rows to keys that cannot hold them all: the rank modulo the number of values is the value.

    Args:
        keys: those keys, smallest first.
        capacities: those of every part.
        chosen: allocations so far; those of the keys' parts are added.
        purpose: under which rows are ranked.

    Returns:
        Per key, how many ranks in a row have different values; 0 where its parts follow other keys.
    """
    rooms: dict[str, int] = {}
    done: list[tuple[frozenset[KeyPart], int]] = []
    for key in keys:
        known = [room for met, room in done if met <= set(key.parts)]
        known += [capacities[part].size for part in key.parts if capacities[part].dealt == purpose]
        free = [part for part in key.parts if part not in chosen and not capacities[part].dealt]
        if not known and len(free) < len(key.parts):
            rooms[key.name] = 0
            continue
        product, digits = radices(free, capacities)
        chosen.update({part: Base(product, digit, purpose) for part, digit in digits.items()})
        rooms[key.name] = max(known, default=product)
        if key.parts:
            done.append((frozenset(key.parts), rooms[key.name]))
    return rooms
