"""Links that relations read, dealt so that the dealing can be inverted."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.domains.bits import U64, draw, stream_key, unit
from datalchemy_nb.domains.portable import ln
from datalchemy_nb.planning.issues import pointer
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.allocations import Permuted, RowNumber
from datalchemy_nb.resolve.children import round_half_up
from datalchemy_nb.resolve.family_plan import Families, Historic
from datalchemy_nb.resolve.phases import LinkedTable, TableTask
from datalchemy_nb.resolve.plan import (
    Dealt,
    EarlierRow,
    KeyedParent,
    Link,
    OfKind,
    PerParent,
    Pointing,
    RandomParent,
    SharedParent,
    Within,
)

MOST_ROWS = (1 << 32) - 1
"""Rows of a table, and of its parents, that families are dealt for: products of two such numbers fit a word."""
_PATTERN = 4096
_MEAN_WEIGHT = 1024
_EVEN = 1.05
"""So many rows a parent are dealt evenly: there is no room for some to have more, if all are to have one."""


def with_family(draft: TableTask, link: Link) -> Link:
    """Return the link, dealt so that the children of a row can be found, where relations ask for that."""
    wish = draft.relations.wishes.get((draft.ref, link.index))
    if wish is None:
        return link
    if wish.way is not None:
        return replace(link, pointing=wish.way, null_rate=0.0)
    if not isinstance(link.pointing, RandomParent) or not draft.rows or not link.target_rows:
        return link
    if max(draft.rows, link.target_rows) > MOST_ROWS:
        return link
    linked = draft.rows - round_half_up(draft.rows * link.null_rate)
    if not linked:
        return link
    way = dealt(
        draft.plan.seed,
        draft.ref,
        f"family {link.name}",
        linked,
        link.target_rows,
        scattered=not _together(draft, link.index),
        everyone=wish.everyone,
    )
    return replace(link, pointing=way, null_rate=0.0)


def _together(draft: TableTask, index: int) -> bool:
    """Whether the rows of a parent are neighbours: the link of the table that needs it most."""
    wishes = {at: wish for (ref, at), wish in draft.relations.wishes.items() if ref == draft.ref and wish.rank}
    return bool(wishes) and index == min(wishes, key=lambda at: (-wishes[at].rank, min(wishes[at].rules)))


def check_families(draft: LinkedTable) -> None:
    """Refuse relations over links that are dealt so that the children of a row cannot be found."""
    for (ref, index), wish in sorted(draft.relations.wishes.items()):
        if ref != draft.ref or not draft.rows:
            continue
        link = draft.links[index]
        if isinstance(link.pointing, KeyedParent) and link.cases is None:
            link = draft.links[index] = replace(link, null_rate=0.0)
        lost = _lost(link)
        if lost is not None:
            draft.refuse(
                "relation_family",
                pointer("rules", min(wish.rules)),
                f"{draft.ref}: the rows that refer to one row of {link.target} by {', '.join(link.columns)} cannot be "
                f"found: {lost.reason}",
                lost.hint,
            )


def largest(pointing: Pointing, rows: int, parents: int) -> int:
    """Return an upper bound of how many children a parent has."""
    match pointing:
        case Families() as way:
            most = 0
            for size in {way.length, way.parents % way.length} - {0}:
                room = -(-way.linked * size // way.parents) + 1
                weights = np.diff(way.sums[: size + 1].astype(np.int64))
                most = max(most, room * int(weights.max()) // max(int(way.sums[size]), 1) + 1)
            return min(most, way.linked)
        case PerParent() as way:
            ends = np.append(way.places[1:], np.uint64(way.linked))
            each = -(-(ends - way.places).astype(np.int64) // way.counts.astype(np.int64))
            return int(each.max())
        case Historic() as way:
            return int(way.lengths.max())
        case KeyedParent():
            return 1
        case _:
            return -(-rows // max(parents, 1))


def smallest(pointing: Pointing, rows: int, parents: int) -> int:
    """Return a lower bound of how many children a parent has."""
    match pointing:
        case Families() as way:
            found = way.linked
            for size in {way.length, way.parents % way.length} - {0}:
                room = _fewest(way.linked, way.parents, way.length, size)
                weights = np.diff(way.sums[: size + 1].astype(np.int64))
                found = min(found, room * int(weights.min()) // max(int(way.sums[size]), 1))
            return found
        case PerParent() as way:
            if int(way.counts.sum()) < way.parents:
                return 0
            ends = np.append(way.places[1:], np.uint64(way.linked))
            return int(((ends - way.places).astype(np.int64) // way.counts.astype(np.int64)).min())
        case Historic() as way:
            return int(way.lengths.min())
        case Dealt() | SharedParent():
            return rows // max(parents, 1)
        case _:
            return 0


def is_family(pointing: Pointing) -> bool:
    """Whether the children of a row can be found, and their place among each other."""
    match pointing:
        case KeyedParent(allocation):
            return isinstance(allocation, Permuted | RowNumber)
        case _:
            return isinstance(pointing, Families | Historic | PerParent | Dealt | SharedParent)


@dataclass(frozen=True)
class _Lost:
    """Why the children of a row cannot be found, and what to do about it."""

    reason: str
    hint: str


def _lost(link: Link) -> _Lost | None:
    if link.cases is not None:
        return _Lost("a CHECK decides in which rows it is null", "let the CHECK read other columns")
    if is_family(link.pointing):
        if isinstance(link.pointing, Dealt | SharedParent) and link.null_rate:
            return _Lost("it is null in some rows", "set its null rate to 0")
        return None
    match link.pointing:
        case EarlierRow():
            return _Lost("it refers to its own table, whose rows form trees", "take the relation out")
        case Within():
            return _Lost(
                "it shares columns with another foreign key", "name the foreign key they share, or take it out"
            )
        case OfKind():
            return _Lost("CHECKs leave it rows of some kinds only", "take the relation or the CHECK out")
        case KeyedParent():
            return _Lost("a unique key decides which row each refers to", "let a column of the key be a position")
        case _:
            return _Lost(f"more than {MOST_ROWS:,} rows are asked for", "ask for fewer rows")


def dealt(
    seed: int,
    ref: TableRef,
    purpose: str,
    linked: int,
    parents: int,
    *,
    scattered: bool,
    everyone: bool,
    length: int = _PATTERN,
) -> Families:
    """Return a dealing of rows to parents whose numbers of children vary as waiting times do.

    Args:
        seed: the plan's seed.
        ref: the table of the rows.
        purpose: names the link.
        linked: rows that point somewhere.
        parents: parents there are; both at most `MOST_ROWS`.
        scattered: whether the rows of a parent lie anywhere rather than next to each other.
        everyone: every parent has a child, where there are rows enough.
        length: parents that the pattern of weights covers.
    """
    blocks = max(-(-parents // length), 1)
    length = -(-parents // blocks)
    extra = _weights(seed, ref, purpose, length)
    floor = 0
    if everyone:
        found = _floor(extra, linked, parents) if linked >= _EVEN * parents else None
        if found is None:
            extra = np.zeros(length, dtype=np.uint64)
        floor = max(found or 0, 1)
    sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(extra + np.uint64(floor))])
    if sums[-1] == 0:
        sums = np.arange(length + 1, dtype=np.uint64)
    return Families(sums.astype(np.uint64), linked, parents, purpose, scattered)


def _weights(seed: int, ref: TableRef, purpose: str, length: int) -> U64:
    """Exponential waiting times, in 1,024ths of their mean."""
    share = unit(draw(stream_key(seed, ref.schema, ref.table, "families", purpose), np.arange(length, dtype=np.uint64)))
    return np.floor(-ln(1.0 - share) * _MEAN_WEIGHT).astype(np.uint64) + np.uint64(1)


def _floor(extra: U64, linked: int, parents: int) -> int | None:
    """The least weight to add to each that gives every parent of every block one row; None = there is none."""
    floor = 0
    for size in {len(extra), parents % len(extra)} - {0}:
        rows = _fewest(linked, parents, len(extra), size)
        weight = int(extra[:size].sum())
        if rows <= size:
            return None
        least = int(extra[:size].min())
        # (least + floor) * rows >= weight + size * floor
        floor = max(floor, -(-(weight - least * rows) // (rows - size)))
    return floor


def _fewest(linked: int, parents: int, length: int, size: int) -> int:
    """The fewest rows of a block of so many parents."""
    if size == length:
        return linked * length // parents
    return linked - linked * (parents - size) // parents
