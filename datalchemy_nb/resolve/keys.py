"""Share a table's row numbers among the parts of its unique keys, so that every key is unique by construction.

A *part* is a column or a whole foreign key, with a number of ordinals. A *key* is a set of parts. Three constructions
cover what schemas hold in practice, tried in this order:

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
from dataclasses import dataclass, replace

from datalchemy_nb.resolve.plan import Allocation, Base, Mixed, Permuted, Radix, Rest, RowNumber

_CAP = 1 << 63
_PER_GROUP = 3
"""How many rows a group has where numbers count within it and there are groups enough."""
_FEW = 10


@dataclass(frozen=True)
class Part:
    """What a key is made of.

    Attributes:
        name: a column, or ``fk:<name>``.
        size: how many ordinals it has.
        is_link: whether it is a foreign key.
        numbering: whether it counts within its group (line numbers, positions): dealt in order, from the start.
        row_number: whether the row number itself is its natural value (identity, serial).
        dealt: purpose under which its rows are dealt, when that is decided already.
    """

    name: str
    size: int
    is_link: bool = False
    numbering: bool = False
    row_number: bool = False
    dealt: str | None = None


@dataclass(frozen=True)
class Key:
    """A unique set, by the names of its parts, in order.

    Attributes:
        predicate: of a partial index.
        nullable: columns whose null takes a row out of the set.
    """

    name: str
    parts: tuple[str, ...]
    predicate: str | None = None
    nullable: tuple[str, ...] = ()

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


def allocate(rows: int, keys: Sequence[Key], parts: Mapping[str, Part]) -> dict[str, Allocation]:
    """Return the allocation of every part that a key needs.

    Raises:
        KeyConflictError: a key has fewer combinations than rows, or keys overlap in a way no construction covers.
    """
    chosen: dict[str, Allocation] = {}
    pending = sorted(set(keys), key=lambda key: (len(key.parts), key.name))
    if rows > 1 and pending and not pending[0].parts:
        raise KeyConflictError(pending[0], 1)
    pending = [key for key in pending if key.parts]
    for key in [k for k in pending if len(k.parts) == 1]:
        chosen.setdefault(key.parts[0], _alone(rows, key, parts[key.parts[0]]))
    met = set(chosen)
    pending = [key for key in pending if not met & set(key.parts)]
    while (part := _wide_part(rows, pending, parts)) is not None:
        chosen[part.name] = RowNumber() if part.row_number else Permuted(part.size, part.name)
        pending = _unmet(pending, chosen)
    for component in _components(pending):
        chosen.update(_component(rows, component, parts))
    return chosen


def _unmet(keys: Iterable[Key], chosen: Mapping[str, Allocation]) -> list[Key]:
    return [key for key in keys if not any(isinstance(chosen.get(p), Permuted | RowNumber) for p in key.parts)]


def _alone(rows: int, key: Key, part: Part) -> Allocation:
    if part.size >= rows and part.dealt is not None:
        return Base(part.size, Radix(1, part.size), part.dealt)
    if part.size >= rows:
        return RowNumber() if part.row_number else Permuted(part.size, part.name)
    raise KeyConflictError(key, part.size)


def _wide_part(rows: int, pending: Sequence[Key], parts: Mapping[str, Part]) -> Part | None:
    """The part that settles most keys by being unique alone; never a foreign key or a numbering."""
    counts = Counter(name for key in pending for name in key.parts)
    wide = [parts[name] for name in counts if can_stand_alone(rows, parts[name])]
    return min(wide, key=lambda part: (-counts[part.name], part.name), default=None)


def can_stand_alone(rows: int, part: Part) -> bool:
    """Whether a part can be unique alone; a foreign key or a numbering is not made to."""
    return part.size >= rows and not part.is_link and not part.numbering


def _components(keys: Sequence[Key]) -> list[list[Key]]:
    """Group keys that share parts."""
    groups: list[list[Key]] = []
    for key in keys:
        touching = [g for g in groups if any(set(k.parts) & set(key.parts) for k in g)]
        merged = [k for g in touching for k in g] + [key]
        groups = [g for g in groups if g not in touching] + [merged]
    return groups


def _component(rows: int, keys: list[Key], parts: Mapping[str, Part]) -> dict[str, Allocation]:
    keys = _minimal(keys)
    dealt = sorted({name for key in keys for name in key.parts if parts[name].dealt})
    if dealt:
        if len(dealt) > 1 or any(dealt[0] not in key.parts for key in keys):
            raise KeyConflictError(keys[0], None)
        return _dealt(rows, keys, dealt, parts)
    common = [name for name in keys[0].parts if all(name in k.parts for k in keys)]
    if len(keys) == 1:
        counted = [name for name in common if parts[name].numbering]
        if not counted:
            return _mixed(rows, keys[0], parts)
        parts = {**parts, **{name: _low(rows, parts[name]) for name in counted[:-1]}}
        common = [name for name in common if name != counted[-1]]
    return _dealt(rows, keys, common, parts)


def _low(rows: int, part: Part) -> Part:
    """A number beside the one that counts: low enough that its values come again."""
    return replace(part, size=min(part.size, max(math.isqrt(rows), _FEW)))


def _minimal(keys: list[Key]) -> list[Key]:
    """Drop keys that contain another key: they hold by themselves."""
    return [k for k in keys if not any(set(o.parts) < set(k.parts) for o in keys)]


def _mixed(rows: int, key: Key, parts: Mapping[str, Part]) -> dict[str, Allocation]:
    product, digits = radices(key.parts, parts)
    if product < rows:
        raise KeyConflictError(key, product)
    return {name: Mixed(product, digit, key.name) for name, digit in digits.items()}


def _dealt(rows: int, keys: list[Key], common: list[str], parts: Mapping[str, Part]) -> dict[str, Allocation]:
    purpose = "+".join(key.name for key in keys).replace("/", "_")
    groups, base_digits = radices(common, parts)
    fixed = parts[common[0]].dealt if common else None
    room, counts = groups, any(parts[name].numbering for key in keys for name in key.parts if name not in common)
    rests = [tuple(name for name in key.parts if name not in common) for key in keys]
    smallest = min((radices(rest, parts)[0] for rest in rests), default=1)
    fewest = max(-(-rows // _PER_GROUP), -(-rows // smallest)) if counts else rows
    purpose, groups = (fixed, groups) if fixed else (purpose, min(groups, fewest))
    room = room if room > groups else 0
    overlap = len({name for rest in rests for name in rest}) < sum(map(len, rests))
    if overlap or not all(rests):
        raise KeyConflictError(keys[0], None)
    per_group = math.ceil(rows / groups)
    chosen: dict[str, Allocation] = {name: Base(groups, digit, purpose, room) for name, digit in base_digits.items()}
    for key, rest in zip(keys, rests, strict=True):
        product, digits = radices(rest, parts)
        if product < per_group:
            raise KeyConflictError(key, product * groups)
        in_order = len(rest) == 1 and parts[rest[0]].numbering
        for name, digit in digits.items():
            chosen[name] = Rest(groups, product, digit, f"{purpose}/{key.name}", not in_order)
    return chosen


def radices(names: Sequence[str], parts: Mapping[str, Part]) -> tuple[int, dict[str, Radix]]:
    """Return the product of the sizes (capped) and each part's digit."""
    below, digits = 1, {}
    for name in sorted(names, key=lambda n: (not parts[n].is_link, parts[n].size, n)):
        size = max(1, min(parts[name].size, _CAP // below))
        digits[name] = Radix(below, size)
        below *= size
    return below, digits


def ranked(
    keys: Sequence[Key], parts: Mapping[str, Part], chosen: dict[str, Allocation], purpose: str
) -> dict[str, int]:
    """Deal ranked rows to keys that cannot hold them all: the rank modulo the number of values is the value.

    Args:
        keys: those keys, smallest first.
        parts: every part.
        chosen: allocations so far; those of the keys' parts are added.
        purpose: under which rows are ranked.

    Returns:
        Per key, how many ranks in a row have different values; 0 where its parts follow other keys.
    """
    rooms: dict[str, int] = {}
    done: list[tuple[frozenset[str], int]] = []
    for key in keys:
        known = [room for met, room in done if met <= set(key.parts)]
        known += [parts[name].size for name in key.parts if parts[name].dealt == purpose]
        free = [name for name in key.parts if name not in chosen and not parts[name].dealt]
        if not known and len(free) < len(key.parts):
            rooms[key.name] = 0
            continue
        product, digits = radices(free, parts)
        chosen.update({name: Base(product, digit, purpose) for name, digit in digits.items()})
        rooms[key.name] = max(known, default=product)
        if key.parts:
            done.append((frozenset(key.parts), rooms[key.name]))
    return rooms
