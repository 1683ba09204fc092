"""What decides a row's values: counter-based random bits and dealt ordinals, by row number and purpose."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.domains.base import Entity, Facet
from datalchemy_nb.domains.bits import U64, draw, scale, stream_key, unit
from datalchemy_nb.domains.finder import WeightTable, places
from datalchemy_nb.generate import keys
from datalchemy_nb.generate.families import Family, Place
from datalchemy_nb.generate.permute import permutation
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.allocations import Driven, Permuted, Sibling
from datalchemy_nb.resolve.plan import Cases, Link, RedrawGroup, ResolvedTable

Mask = npt.NDArray[np.bool_]
_ROLE_ATTEMPTS = 64
"""Draws after which two roles of a row may be the same one: where nearly all entities look alike."""


@lru_cache(maxsize=65536)
def _key(seed: int, ref: TableRef, column: str, purpose: str, attempt: int) -> np.uint64:
    return stream_key(seed, ref.schema, ref.table, column, purpose, attempt)


@lru_cache(maxsize=256)
def _table(weights: tuple[int, ...]) -> WeightTable:
    return WeightTable(weights if any(weights) else [1] * len(weights))


def _picked(bits: U64, branches: tuple[int, ...], weights: tuple[int, ...]) -> U64:
    numbers = _table(tuple(weights[i] for i in branches)).pick(bits) if weights else scale(bits, len(branches))
    if branches == tuple(range(len(branches))):
        return numbers
    return np.array(branches, dtype=np.uint64)[numbers]


def open_branches(branches: tuple[int, ...], closed: frozenset[int]) -> tuple[int, ...]:
    """Return the branches without those that are closed, unless all of them are."""
    return tuple(one for one in branches if one not in closed) or branches if closed else branches


def _towards_ends(bits: U64) -> U64:
    """Random bits whose distance from zero, or from the largest number, is as often of any magnitude."""
    near = bits >> (bits & np.uint64(63))
    return np.where(bits & np.uint64(64), ~near, near)


@dataclass(frozen=True)
class Attempts:
    """Several attempts of the same rows at once.

    Attributes:
        first: the number of the first of them.
        width: how many they are; a row stands as often in the batch, its attempts one after the other.
        far: they are drawn from the ends of what can be drawn, the nearer an end the more often: what hardly any
            draw holds, such as to lie below a value that is small itself, is found there.
    """

    first: int
    width: int
    far: bool = False

    def keys(self, seed: int, ref: TableRef, column: str, purpose: str, rows: int) -> U64:
        """The key of each row's stream; there are ``rows`` rows in the batch, those repeated counted."""
        numbers = range(self.first, self.first + self.width)
        each = np.array([_key(seed, ref, column, purpose, number) for number in numbers], dtype=np.uint64)
        return np.tile(each, rows // self.width)


class Numbers:
    """Random bits, ordinals, branches and nulls of some rows of a table.

    Args:
        seed: the plan's.
        table: the rows' table.
        index: row numbers.
        group: the group being redrawn; what it redraws depends on the attempt.
        attempt: which redraw this is, 0 the first; or several of every row at once.
        sifted: by which number the sifted keys of each of the table's rows deal.
        bare: nothing is null: numbers are being sifted.
        rows: the numbers of the rows in their file, where they are computed from others.
    """

    def __init__(
        self,
        seed: int,
        table: ResolvedTable,
        index: U64,
        group: RedrawGroup | None,
        attempt: int | Attempts,
        rows: U64 | None = None,
        sifted: U64 | None = None,
        *,
        bare: bool = False,
        closed: Callable[[int], frozenset[int]] = lambda _: frozenset(),
    ) -> None:
        self._closed = closed
        self.seed, self.table, self.index = seed, table, index
        self.rows = index if rows is None else rows
        self._sifted, self._bare = sifted, bare
        self.redrawn: frozenset[str] = frozenset(group.columns) if group else frozenset()
        self.choices: frozenset[int] = group.choices if group else frozenset()
        self.attempt = attempt
        self._entities: dict[str, U64] = {}
        self._places: dict[int, Place] = {}

    def missing(
        self, name: str, null_rate: float, cases: Cases | None, attempt: int | Attempts | None = None
    ) -> Mask | None:
        """Which rows are null: by rate, unless the row's branch says always or never."""
        if self._bare or (null_rate <= 0 and cases is None):
            return None
        at = attempt if attempt is not None else (self.attempt if name in self.redrawn else 0)
        missing: Mask = unit(self.raw_bits(name, "null", at)) < null_rate
        if cases is not None:
            branch = self.branch(cases)
            for number, case in enumerate(cases.cases):
                if case.null is not None:
                    missing = np.where(branch == number, case.null, missing)
        return missing

    def branch(self, cases: Cases) -> U64:
        """Which branch of a choice each row takes."""
        choice = self.table.choices[cases.choice]
        attempt = self.attempt if cases.choice in self.choices else 0
        bits = self.raw_bits(f"choice {cases.choice}", "branch", attempt)
        first = np.flatnonzero(self.index == 0) if choice.roots else ()
        closed = self._closed(cases.choice)
        if len(choice.starts) == 1:
            taken = _picked(bits, open_branches(choice.open[0], closed), choice.weights)
            top = open_branches(choice.roots, closed)
            for at in first:
                taken[at] = top[int(bits[at] % np.uint64(len(top)))]
            return taken
        ranks = keys.deal_out(choice.purpose, self.seed, self.table.ref, self.table.size, self.table.size, self.index)
        piece = places(np.array(choice.starts, dtype=np.uint64), ranks) - 1
        taken = np.zeros(len(bits), dtype=np.uint64)
        for number, piece_open in enumerate(choice.open):
            here, branches = piece == number, open_branches(piece_open, closed)
            taken[here] = _picked(bits[here], branches, choice.weights)
            top = open_branches(choice.roots, closed)
            roots = [branch for branch in top if branch in branches or branch not in choice.branches]
            for at in first:
                if here[at] and roots:
                    taken[at] = roots[int(bits[at] % np.uint64(len(roots)))]
        return taken

    def forced(self, cases: Cases) -> Mask:
        """Which rows take a branch under which the column is never null."""
        never = [number for number, case in enumerate(cases.cases) if case.null is False]
        return np.isin(self.branch(cases), np.array(never, dtype=np.uint64))

    def bits(self, column: str, purpose: str) -> U64:
        """64 random bits a row; another attempt gives other bits to redrawn columns only."""
        return self.raw_bits(column, purpose, self.attempt if column in self.redrawn else 0)

    def raw_bits(
        self, column: str, purpose: str, attempt: int | Attempts, at: npt.NDArray[np.intp] | None = None
    ) -> U64:
        """64 random bits a row for a named attempt; ``at`` = of these rows only."""
        return self._stream(column, purpose, attempt, self.index if at is None else self.index[at])

    def _stream(self, column: str, purpose: str, attempt: int | Attempts, words: U64) -> U64:
        if isinstance(attempt, Attempts):
            bits = draw(attempt.keys(self.seed, self.table.ref, column, purpose, len(words)), words)
            return _towards_ends(bits) if attempt.far else bits
        return draw(_key(self.seed, self.table.ref, column, purpose, attempt), words)

    def drawn_by(self, words: U64, column: str, purpose: str) -> U64:
        """64 random bits a word in place of a row; another attempt gives other bits to redrawn columns only."""
        return self._stream(column, purpose, self.attempt if column in self.redrawn else 0, words)

    def ordinals(self, allocation: object) -> U64:
        """The numbers a unique set deals to the rows."""
        if isinstance(allocation, Sibling):
            return keys.among_siblings(
                allocation, self.seed, self.table.ref, self.place(self.table.links[allocation.link])
            )
        numbers = self.index
        if self._sifted is not None and getattr(allocation, "sifted", False):
            numbers = self._sifted[numbers]
        return keys.ordinals(allocation, self.seed, self.table.ref, self.table.size, numbers)  # type: ignore[arg-type]

    def family(self, link: Link) -> Family:
        """A link whose dealing can be inverted."""
        return Family(self.seed, self.table.ref, self.table.size, link.pointing, link.target_rows)

    def place(self, link: Link) -> Place:
        """Where each row stands among the children of its parent."""
        if link.index not in self._places:
            self._places[link.index] = self.family(link).place(self.index)
        return self._places[link.index]

    def entity(self, facet: Facet) -> U64:
        """Which entity (person, place, company) each row is about; columns of one entity agree."""
        return self._settled(facet.entity)

    def _settled(self, entity: Entity) -> U64:
        if entity.name not in self._entities:
            self._entities[entity.name] = self._settle(entity)
        return self._entities[entity.name]

    def _settle(self, entity: Entity) -> U64:
        unique = self.table.entity_keys.get(entity.name)
        if unique is not None:
            return self._driven(unique)
        cast = self.table.casts.get(entity.kind, ())
        drawn = self._drawn(entity, cast, 0, self.index)
        place = next((i for i, other in enumerate(cast) if other.name == entity.name), 0)
        taken = [other.looks(self._settled(other)) for other in cast[:place]]
        for attempt in range(1, _ROLE_ATTEMPTS if taken else 0):
            looks = entity.looks(drawn)
            again = np.flatnonzero(np.logical_or.reduce([looks == other for other in taken]))
            if not len(again):
                break
            drawn = drawn.copy()  # readers remember the arrays they took apart
            drawn[again] = self._drawn(entity, cast, attempt, self.index[again], again)
        return drawn

    def _drawn(
        self, entity: Entity, cast: Sequence[Entity], attempt: int, index: U64, at: npt.NDArray[np.intp] | None = None
    ) -> U64:
        """Entities of these rows (places ``at`` of the batch), drawn anew for each attempt."""
        bits = draw(_key(self.seed, self.table.ref, entity.name, "entity", attempt), index)
        relative = None if entity.casting is None else entity.casting.relative
        if relative is None or entity.relate is None:
            return entity.draw(bits)
        named, relation = relative
        whose = next((other for other in cast if other.name == named.name), named)
        ordinals = whose.whole(self._settled(whose))
        return entity.relate(relation, ordinals if at is None else ordinals[at], bits)

    def _driven(self, unique: Driven) -> U64:
        numbers: U64 = self.ordinals(unique.allocation) // np.uint64(unique.laps)
        if unique.beside is None:
            return numbers
        assert isinstance(unique.allocation, Permuted)
        # Some steps on along one great circle of all entities: another one for each, and never the same.
        size = unique.allocation.size
        circle = permutation(self.seed, self.table.ref, f"{unique.allocation.purpose} circle", size)
        on = circle.inverse(numbers) + np.uint64(unique.beside)
        return circle.forward(np.where(on >= np.uint64(size), on - np.uint64(size), on))
