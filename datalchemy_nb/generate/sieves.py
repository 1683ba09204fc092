"""Row numbers sifted, and parents chosen, by the conditions that keys must hold: counted out once, then looked up."""

from __future__ import annotations

import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.errors import GenerationError
from datalchemy_nb.generate import checks
from datalchemy_nb.generate.numbers import open_branches
from datalchemy_nb.resolve.allocations import Allocation, Base, Mixed, Permuted, Rest
from datalchemy_nb.resolve.circles import chosen_under, turn_on_choice
from datalchemy_nb.resolve.plan import MOST_PARENTS, Chosen, EarlierRow, KeyedParent, Link, OfKind, ResolvedTable
from datalchemy_nb.resolve.sources import Keyed

if TYPE_CHECKING:
    from datalchemy_nb.generate.rows import Engine

_CHUNK = 1 << 16
_MOST_TRIED = 1 << 23
_IN_VAIN = 1 << 17
_TRIED_FIRST = 8
"""Chunks of numbers that are tried before it is reckoned how many more there will be."""


class TooFewError(GenerationError):
    """Too few combinations, or parents, hold.

    Attributes:
        constraint: the condition's name.
        possible: how many there are.
    """

    def __init__(self, message: str, constraint: str, possible: int, hint: str = "") -> None:
        super().__init__(message, hint=hint or "ask for fewer rows, or leave the table out")
        self.constraint, self.possible = constraint, possible


class Sieves:
    """What an engine has counted out."""

    def __init__(self, engine: Engine) -> None:
        # A circle would keep the engine, and the columns it remembers, until the collector comes by.
        self._engine: Engine = weakref.proxy(engine)
        self._sifted: dict[TableRef, U64] = {}
        self._parents: dict[tuple[TableRef, int], U64] = {}
        self._values: dict[tuple[TableRef, int], tuple[U64, U64]] = {}
        self._closed: dict[TableRef, dict[int, frozenset[int]]] = {}
        self._under_way: set[TableRef | tuple[TableRef, int]] = set()
        self._lock = threading.RLock()

    def sifted(self, table: ResolvedTable) -> U64 | None:
        """Return by which number the keys of each row deal; None where that is its own.

        Raises:
            TooFewError: fewer combinations hold than there are rows.
        """
        if not table.sieve:
            return None
        with self._lock:
            if table.ref not in self._sifted:
                with self._once(table, table.ref):
                    self._sifted[table.ref] = self._sift(table)
            return self._sifted[table.ref]

    def parents(self, table: ResolvedTable, link: Link) -> U64:
        """Return the rows that a link chooses among.

        Raises:
            TooFewError: none holds.
        """
        with self._lock:
            place = table.ref, link.index
            if place not in self._parents:
                with self._once(table, place):
                    self._parents[place] = self._choose(table, link)
            return self._parents[place]

    def closed(self, table: ResolvedTable, choice: int) -> frozenset[int]:
        """Return the branches of a choice that no row takes: they need a parent that holds conditions, and none does.

        Parents that are made from rows of the table itself are not looked at: neither could be the first.
        """
        with self._lock:
            if table.ref not in self._closed:
                lone = [link for link in chosen_under(table) if not self._turns_on_itself(table, link)]
                self._closed[table.ref] = self._without_parents(table, lone)
            return self._closed[table.ref].get(choice, frozenset())

    def _turns_on_itself(self, table: ResolvedTable, link: Link) -> bool:
        """Whether what a link chooses among depends on whether it points anywhere."""
        assert link.cases is not None
        above = [(link.target, name) for name in link.referenced]
        return turn_on_choice(self._engine.plan.tables, above, (table.ref, link.cases.choice))

    def _without_parents(self, table: ResolvedTable, links: Iterable[Link]) -> dict[int, frozenset[int]]:
        found: dict[int, frozenset[int]] = {}
        for link in links:
            cases = link.cases
            assert cases is not None
            if not len(self._that_hold(table, link)[1]):
                needing = frozenset(number for number, case in enumerate(cases.cases) if case.null is False)
                found[cases.choice] = found.get(cases.choice, frozenset()) | needing
        return found

    def by_value(self, table: ResolvedTable, link: Link) -> tuple[U64, U64]:
        """Return the parents that a link chooses among by what must differ of them, and where each value begins.

        Raises:
            TooFewError: there are fewer values than are dealt.
        """
        self.parents(table, link)
        return self._values[table.ref, link.index]

    @contextmanager
    def _once(self, table: ResolvedTable, place: TableRef | tuple[TableRef, int]) -> Iterator[None]:
        """Count out one thing at a time: two that need each other would never end."""
        if place in self._under_way:
            raise GenerationError(
                f"{table.ref}: which rows hold its CHECKs depends on itself, through foreign keys in a circle",
                hint="leave the table out, or let one of the foreign keys be null",
            )
        self._under_way.add(place)
        try:
            yield
        finally:
            self._under_way.discard(place)

    def _sift(self, table: ResolvedTable) -> U64:
        names = list(dict.fromkeys(name for predicate in table.sieve for name in predicate.columns))
        asked = [predicate.sql for predicate in table.sieve]
        top = min(_bound(table), _MOST_TRIED)
        found: list[U64] = []
        held = 0
        for start in range(0, top, _CHUNK):
            numbers = np.arange(start, min(start + _CHUNK, top), dtype=np.uint64)
            frame = self._engine.unsifted(table, numbers, names)
            found.append(numbers[~checks.failing(frame, asked)])
            held += len(found[-1])
            if held >= table.size:
                return np.concatenate(found)[: table.size]
            if (not held and start + _CHUNK >= _IN_VAIN) or _is_hopeless(found, table.size - held, top):
                break
        constraints = ", ".join(dict.fromkeys(predicate.name for predicate in table.sieve))
        raise TooFewError(
            f"{table.ref}: {held} combinations of {', '.join(names)} hold {constraints}, "
            f"{table.size} rows are asked for",
            table.sieve[0].name,
            held,
        )

    def _choose(self, table: ResolvedTable, link: Link) -> U64:
        frame, kept = self._that_hold(table, link)
        way = link.pointing
        assert isinstance(way, Chosen | EarlierRow)
        must = self._is_forced(table, link) or (not way.or_none if isinstance(way, Chosen) else way.within)
        if not len(kept) and must:
            names = ", ".join(dict.fromkeys(predicate.name for predicate in way.conditions)) or link.name
            raise TooFewError(
                f"{table.ref}: foreign key {link.name}: no row of {link.target} holds {names}",
                names.split(", ")[0],
                0,
                f"ask for more rows of {link.target}, give its columns generators with such values, or leave the table "
                "out",
            )
        if isinstance(way, Chosen) and way.differing is not None and len(kept):
            chosen = pl.DataFrame([frame[name] for name in link.columns])[kept]
            self._values[table.ref, link.index] = _differing(table, link, way, chosen, kept)
        return kept

    def _that_hold(self, table: ResolvedTable, link: Link) -> tuple[pl.DataFrame, U64]:
        """The rows that a link may refer to, under its own columns' names, and the numbers of those that hold."""
        assert isinstance(link.pointing, Chosen | EarlierRow)
        numbers = np.arange(min(link.target_rows, MOST_PARENTS), dtype=np.uint64)
        above = self._engine.rows(link.target, numbers, list(dict.fromkeys(link.referenced)))
        frame = pl.DataFrame([above[far].alias(own) for own, far in zip(link.columns, link.referenced, strict=True)])
        present = ~frame.select(pl.any_horizontal(pl.all().is_null())).to_series().to_numpy()
        asked = [predicate.sql for predicate in link.pointing.conditions]
        return frame, numbers[present & ~checks.failing(frame, asked)] if asked else numbers[present]

    def _is_forced(self, table: ResolvedTable, link: Link) -> bool:
        """Whether some row takes a branch under which a key is never null."""
        if link.cases is None:
            return False
        closed = self.closed(table, link.cases.choice)
        taken = {one for piece in table.choices[link.cases.choice].open for one in open_branches(piece, closed)}
        return any(case.null is False and number in taken for number, case in enumerate(link.cases.cases))


def _differing(table: ResolvedTable, link: Link, way: Chosen, chosen: pl.DataFrame, kept: U64) -> tuple[U64, U64]:
    """Parents in the order of what must differ of them, and where each value begins, and the last one ends."""
    assert way.differing is not None
    made = checks.texts(chosen, way.differing.expressions)
    values = pl.DataFrame([one.alias(str(i)) for i, one in enumerate(made)])
    there = ~values.select(pl.all_horizontal(pl.all().is_null())).to_series().to_numpy()
    values, kept = values.filter(pl.Series(there)), kept[there]
    first = values.with_row_index("row").group_by(values.columns, maintain_order=True).agg(pl.col("row"))
    counts = first["row"].list.len().to_numpy().astype(np.uint64)
    starts = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(counts, dtype=np.uint64)])
    wanted, others = _dealt(way.allocation)
    if len(counts) < wanted:
        names = ", ".join(way.differing.expressions)
        possible = len(counts) * others
        raise TooFewError(
            f"{table.ref}: {', '.join(link.columns)} must differ in {names} ({way.differing.name}): the rows of "
            f"{link.target} that it may refer to have {len(counts)} different values: {possible} distinct values are "
            f"possible, {table.rows} rows are asked for",
            way.differing.name,
            min(possible, table.rows - 1),
        )
    order = first["row"].explode().to_numpy().astype(np.int64)
    return kept[order], starts


def _dealt(allocation: Allocation | None) -> tuple[int, int]:
    """How many values an allocation deals, and how often each of them."""
    match allocation:
        case Permuted(size):
            return size, 1
        case Mixed(product, digit):
            return digit.size, max(product // digit.size, 1)
        case Base(groups, digit) | Rest(groups, _, digit):
            return min(digit.size, groups) if isinstance(allocation, Base) else digit.size, 1
        case _:
            return 0, 1


def _is_hopeless(found: Sequence[U64], wanted: int, top: int) -> bool:
    """Whether what the later half of the numbers gave tells that those to come will not do."""
    tried = len(found)
    if tried < _TRIED_FIRST:
        return False
    lately = sum(map(len, found[tried // 2 :]))
    left = max(top - tried * _CHUNK, 0) // _CHUNK
    return lately * left < wanted * (tried - tried // 2)


def _bound(table: ResolvedTable) -> int:
    """How far the numbers that sifted keys are dealt by can go."""
    sources = [column.source for column in table.columns] + [link.pointing for link in table.links]
    bounds = [1 << 62]
    for source in sources:
        if not isinstance(source, Keyed | KeyedParent | OfKind | Chosen):
            continue
        allocation = source.allocation
        if not getattr(allocation, "sifted", False):
            continue
        if isinstance(allocation, Permuted):
            bounds.append(allocation.size)
        elif isinstance(allocation, Mixed):
            bounds.append(allocation.product)
        elif isinstance(source, Keyed):
            bounds.append(source.domain.size)
    return min(bounds)
