"""The children of a row, and the place of a child among them.

A link that relations read must be dealt in a way that can be inverted: from a row to its parent, its place ``k`` among
``n`` siblings, and from a parent and ``k`` back to the row. All of it is arithmetic on whole arrays; nothing is
remembered but the shuffled tables of `datalchemy_nb.generate.permute`.

`Families` deals rows to parents by a pattern of weights, repeated over blocks of parents. With R rows, A parents, a
pattern whose weights add up to ``C[i]`` before its i-th parent, and D in all:

    block b begins at    R * (b * L) // A
    parent i of it at    T * C[i] // D          where T is how many rows the block has

so that the numbers of children vary as the weights do, and add up to R exactly. Both divisions can be inverted.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.generate.permute import Permutation, permutation
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.allocations import Permuted, RowNumber
from datalchemy_nb.resolve.family_plan import Families, Historic
from datalchemy_nb.resolve.plan import Dealt, KeyedParent, PerParent, Pointing, SharedParent

SLICE_ROWS = 1 << 16
"""So many children are made at a time, however many the parents have."""
_ONE = np.uint64(1)
_ZERO = np.uint64(0)


@dataclass(frozen=True)
class Place:
    """Where rows stand in their families.

    Attributes:
        parents: the parent's row number; 0 where there is none.
        number: which child of it, from 0.
        siblings: how many children it has.
        missing: rows without a parent, or None where every row has one.
    """

    parents: U64
    number: U64
    siblings: U64
    missing: npt.NDArray[np.bool_] | None = None


@dataclass(frozen=True)
class Slice:
    """Some children of some parents.

    Attributes:
        rows: the children's row numbers, those of a parent together and in order.
        owner: position of each child's parent in the array that was asked about; ascending.
        number: which child of it.
    """

    rows: U64
    owner: npt.NDArray[np.int64]
    number: U64


class Family:
    """One dealt link, both ways.

    Args:
        seed: the plan's.
        ref: the table of the children.
        rows: how many rows it has.
        pointing: how they are dealt.
        parents: rows of the parents' table.
    """

    def __init__(self, seed: int, ref: TableRef, rows: int, pointing: Pointing, parents: int) -> None:
        self._seed, self._ref, self._rows, self._way, self._parents = seed, ref, rows, pointing, parents

    def place(self, index: U64) -> Place:
        """Return where rows stand in their families."""
        match self._way:
            case Families() as way:
                return self._in_families(way, index)
            case Historic() as way:
                return self._in_history(way, index)
            case PerParent() as way:
                return self._in_classes(way, index)
            case Dealt(purpose):
                return self._in_turn(self._permuted(purpose, self._rows).forward(index))
            case SharedParent():
                return self._in_turn(index)
            case KeyedParent(Permuted(size, purpose)):
                return _only_children(self._permuted(purpose, size).forward(index))
            case KeyedParent(RowNumber()):
                return _only_children(index)
            case _:
                raise TypeError(self._way)

    def counts(self, parents: U64) -> U64:
        """Return how many children each parent has."""
        match self._way:
            case Families() as way:
                return _begin(way, parents + _ONE) - _begin(way, parents)
            case Historic() as way:
                return way.lengths[way.piece_of(self._permuted_parents(way, parents))]
            case PerParent() as way:
                own, classes = self._ranked(way, parents)
                return np.where(classes >= 0, _children(way, classes, own), _ZERO)
            case Dealt() | SharedParent():
                each, rest = divmod(self._rows, self._parents)
                return (parents < np.uint64(rest)).astype(np.uint64) + np.uint64(each)
            case KeyedParent(Permuted(size, purpose)):
                return (self._permuted(purpose, size).inverse(parents) < np.uint64(self._rows)).astype(np.uint64)
            case KeyedParent(RowNumber()):
                return (parents < np.uint64(self._rows)).astype(np.uint64)
            case _:
                raise TypeError(self._way)

    def child(self, parents: U64, number: U64) -> U64:
        """Return the row of each parent's child of this number; numbers are below `counts`."""
        match self._way:
            case Families() as way:
                return self._row_at(way, _begin(way, parents) + number)
            case Historic() as way:
                places = self._permuted_parents(way, parents)
                piece = way.piece_of(places)
                return way.rows[piece] + (places - way.places[piece]) * way.lengths[piece] + number
            case PerParent() as way:
                own, classes = self._ranked(way, parents)
                at = np.maximum(classes, 0)
                places = way.places[at] + number * way.counts[at] + own
                return self._permuted(f"{way.purpose} rows", self._rows).inverse(places)
            case Dealt(purpose):
                return self._permuted(purpose, self._rows).inverse(number * np.uint64(self._parents) + parents)
            case SharedParent():
                return number * np.uint64(self._parents) + parents
            case KeyedParent(Permuted(size, purpose)):
                return self._permuted(purpose, size).inverse(parents)
            case KeyedParent(RowNumber()):
                return parents
            case _:
                raise TypeError(self._way)

    def slices(self, parents: U64, upto: U64 | None = None) -> Iterator[Slice]:
        """Yield the children of parents in slices, so that memory stays flat whatever the families' sizes.

        A family is cut only where it is larger than a slice, at the same children whoever asks.

        Args:
            parents: row numbers of parents.
            upto: how many of each one's children; None = all.
        """
        counts = self.counts(parents) if upto is None else upto
        ends = np.cumsum(counts.astype(np.int64))
        at = 0
        while at < len(parents):
            before = int(ends[at - 1]) if at else 0
            stop = int(np.searchsorted(ends, before + SLICE_ROWS, side="right"))
            if stop > at:
                owner = np.repeat(np.arange(at, stop), counts[at:stop].astype(np.int64))
                if len(owner):
                    begins = ends[owner] - counts[owner].astype(np.int64) - before
                    numbers = (np.arange(len(owner), dtype=np.int64) - begins).astype(np.uint64)
                    yield Slice(self.child(parents[owner], numbers), owner, numbers)
                at = stop
                continue
            for first in range(0, int(counts[at]), SLICE_ROWS):
                numbers = np.arange(first, min(first + SLICE_ROWS, int(counts[at])), dtype=np.uint64)
                owner = np.full(len(numbers), at)
                yield Slice(self.child(parents[owner], numbers), owner, numbers)
            at += 1

    # --- dealt by a pattern of weights -----------------------------------------------------------------------------

    def _in_families(self, way: Families, index: U64) -> Place:
        missing = None
        if way.scattered:
            places = self._permuted(f"{way.purpose} rows", self._rows).forward(index)
            if way.linked < self._rows:
                missing = places >= np.uint64(way.linked)
        else:
            places, missing = _spread_out(index, self._rows, way.linked)
            if missing is None and _is_stretch(places):
                return _stretch(way, places)
        if missing is not None:
            places = np.where(missing, _ZERO, places)
        parents = _owner(way, places)
        first = _begin(way, parents)
        return Place(parents, places - first, _begin(way, parents + _ONE) - first, missing)

    def _row_at(self, way: Families, places: U64) -> U64:
        if way.scattered:
            return self._permuted(f"{way.purpose} rows", self._rows).inverse(places)
        return places if way.linked == self._rows else places * np.uint64(self._rows) // np.uint64(way.linked)

    # --- dealt otherwise -------------------------------------------------------------------------------------------

    def _in_turn(self, numbers: U64) -> Place:
        size = np.uint64(self._parents)
        parents = numbers % size
        return Place(parents, numbers // size, self.counts(parents))

    def _in_classes(self, way: PerParent, index: U64) -> Place:
        places = self._permuted(f"{way.purpose} rows", self._rows).forward(index)
        missing = places >= np.uint64(way.linked)
        places = np.where(missing, _ZERO, places)
        at = way.by_place.find(places) - 1
        number, own = np.divmod(places - way.places[at], way.counts[at])
        ranks = way.ranks[at] + own
        parents = ranks if way.in_order else self._permuted(f"{way.purpose} parents", way.parents).forward(ranks)
        return Place(parents, number, _children(way, at, own), missing if missing.any() else None)

    def _ranked(self, way: PerParent, parents: U64) -> tuple[U64, npt.NDArray[np.int64]]:
        """Rank within the class, and the class (-1: childless)."""
        ranks = parents if way.in_order else self._permuted(f"{way.purpose} parents", way.parents).inverse(parents)
        classes = way.by_rank.find(ranks) - 1
        own = ranks - way.ranks[classes]
        return own, np.where(own < way.counts[classes], classes, -1)

    def _in_history(self, way: Historic, index: U64) -> Place:
        piece = np.searchsorted(way.rows, index, side="right") - 1
        rank, number = np.divmod(index - way.rows[piece], way.lengths[piece])
        parents = permutation(self._seed, way.table, way.purpose, way.parents).inverse(way.places[piece] + rank)
        return Place(parents, number, way.lengths[piece])

    def _permuted_parents(self, way: Historic, parents: U64) -> U64:
        return permutation(self._seed, way.table, way.purpose, way.parents).forward(parents)

    def _permuted(self, purpose: str, size: int) -> Permutation:
        return permutation(self._seed, self._ref, purpose, size)


def _children(way: PerParent, classes: npt.NDArray[np.int64], own: U64) -> U64:
    """How many children parents of these ranks within their classes have."""
    whole, left = way.shares
    return whole[classes] + (own < left[classes])


def _only_children(parents: U64) -> Place:
    return Place(parents, np.zeros_like(parents), np.ones_like(parents))


def _is_stretch(numbers: U64) -> bool:
    """Whether numbers follow one another."""
    return len(numbers) > 1 and bool((np.diff(numbers) == 1).all())


def _stretch(way: Families, places: U64) -> Place:
    """Where neighbouring places stand: each parent is looked at once."""
    first, last = _owner(way, places[[0, -1]])
    parents = np.arange(first, last + _ONE, dtype=np.uint64)
    begins = _begin(way, np.append(parents, last + _ONE))
    inside = np.clip(begins, places[0], places[-1] + _ONE)
    owner = np.repeat(np.arange(len(parents)), np.diff(inside).astype(np.int64))
    return Place(parents[owner], places - begins[owner], np.diff(begins)[owner])


def _spread_out(index: U64, rows: int, linked: int) -> tuple[U64, npt.NDArray[np.bool_] | None]:
    """The place of rows among those that point somewhere, where the others are spread evenly between them."""
    if linked == rows:
        return index, None
    places = (index * np.uint64(linked) + np.uint64(rows - 1)) // np.uint64(rows)
    following = ((index + _ONE) * np.uint64(linked) + np.uint64(rows - 1)) // np.uint64(rows)
    return places, following == places


def _share(numbers: U64, whole: int, parts: int) -> U64:
    """``numbers * whole // parts`` for numbers of at most ``parts``, which are below 2**32."""
    times, rest = divmod(whole, parts)
    return numbers * np.uint64(times) + numbers * np.uint64(rest) // np.uint64(parts)


def _blocks(way: Families, blocks: U64) -> tuple[U64, U64, U64]:
    """First place, number of places, and sum of the weights of blocks."""
    length = np.uint64(way.length)
    first = blocks * length
    stop = np.minimum(first + length, np.uint64(way.parents))
    start = _share(first, way.linked, way.parents)
    return start, _share(stop, way.linked, way.parents) - start, way.sums[stop - first]


def _begin(way: Families, parents: U64) -> U64:
    """First place of each parent's children; ``parents`` may be one more than the last."""
    block, own = np.divmod(parents, np.uint64(way.length))
    last = np.uint64(max(way.parents - 1, 0) // way.length)
    beyond = block > last
    block, own = np.where(beyond, last, block), np.where(beyond, np.uint64(way.length), own)
    start, places, weight = _blocks(way, block)
    return start + places * way.sums[own] // weight


def _owner(way: Families, places: U64) -> U64:
    """The parent of each place: the last one that begins at or before it."""
    rows, parents, length = way.linked, way.parents, np.uint64(way.length)
    times, rest = divmod(parents, rows)
    reach = (places + _ONE) * np.uint64(times)
    reach = reach + ((places + _ONE) * np.uint64(rest) + np.uint64(rows - 1)) // np.uint64(rows) - _ONE
    block = reach // length
    start, size, weight = _blocks(way, block)
    most = ((places - start + _ONE) * weight - _ONE) // size
    own = np.searchsorted(way.sums, most, side="right") - 1
    return block * length + own.astype(np.uint64)
