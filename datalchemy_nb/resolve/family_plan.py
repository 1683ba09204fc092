"""What a resolved plan says of families: how rows are dealt to parents, and columns that depend on who belongs to whom.

Part of `datalchemy_nb.resolve.plan`, which the engine reads.
"""

from __future__ import annotations

from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt

from datalchemy_nb.contracts.distributions import Calendar
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.relations import Function
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.durations import GapTable
from datalchemy_nb.records import dataclass

# --- how rows are dealt to parents so that the dealing can be inverted ------------------------------------------------


@dataclass(frozen=True, eq=False)
class Families:
    """Rows dealt to parents by a pattern of weights, so that some have more children than others.

    Attributes:
        sums: sums of the pattern's weights before each of its parents, and of all of them.
        linked: rows that point somewhere.
        parents: rows of the parent table; the pattern is repeated over them.
        purpose: names the permutation of the rows.
        scattered: rows are permuted; otherwise those of a parent are neighbours.
    """

    sums: U64
    linked: int
    parents: int
    purpose: str
    scattered: bool

    @property
    def length(self) -> int:
        """Parents that the pattern covers."""
        return len(self.sums) - 1


@dataclass(frozen=True, eq=False)
class Historic:
    """One row for every state that a parent has entered: pieces of parents that have come equally far.

    Attributes:
        rows: first row of each piece, ascending.
        places: first permuted number of its parents.
        lengths: rows of each of its parents.
        table: the parent.
        parents: rows of it.
        purpose: names the permutation of the parents.
    """

    rows: U64
    places: U64
    lengths: U64
    table: TableRef
    parents: int
    purpose: str

    @cached_property
    def _by_place(self) -> tuple[npt.NDArray[np.intp], U64]:
        order = np.argsort(self.places, kind="stable")
        return order, self.places[order]

    def piece_of(self, places: U64) -> npt.NDArray[np.intp]:
        """Return the piece that permuted numbers of parents fall into."""
        order, starts = self._by_place
        found: npt.NDArray[np.intp] = order[np.searchsorted(starts, places, side="right") - 1]
        return found


# --- columns of children ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Numbered:
    """The place of a row among its siblings, counted from ``start``."""

    link: int
    start: int


@dataclass(frozen=True)
class Part:
    """A row's part of a number of its parent, so that the parts of all children add up to it.

    Attributes:
        whole: name under which the row reads the parent's number.
        spread: 0 = equal parts, 1 = parts that differ as much as they can.
    """

    link: int
    whole: str
    spread: float


@dataclass(frozen=True)
class Running:
    """The sum of a column over the siblings up to the row itself.

    Attributes:
        value: the column.
        start: name of what is there before the first; None = nothing.
    """

    link: int
    value: str
    start: str | None


@dataclass(frozen=True)
class Edge:
    """Where a family's moments begin or end.

    Attributes:
        column: name of what they lie after (before); None = the plan's base date.
        gap: how far from it; None = anywhere beyond.
        strict: not at it.
    """

    column: str | None
    gap: GapTable | None
    strict: bool = False


@dataclass(frozen=True)
class InOrder:
    """A moment that grows with the place of a row among its siblings.

    Attributes:
        after: where the first can lie.
        before: where the last can lie.
        history_days: where the first can lie at the earliest, before ``before``, if ``after`` says nothing.
        from_start: the first lies where ``after`` says, not anywhere in its part.
        following: the moment of the next sibling is meant.
        open_last: the last sibling has no next: null; otherwise its next is where ``before`` says.
        apart: siblings have moments of their own, beyond ``before`` where there is no room up to it.
    """

    link: int
    after: Edge | None
    before: Edge
    history_days: int
    purpose: str
    from_start: bool = False
    following: bool = False
    open_last: bool = True
    apart: bool = True


# --- columns of parents -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Rolled:
    """A number over the children of a row.

    Attributes:
        child: the children's table.
        link: position of its link to this one.
        value: column of the child; None counts children.
        where: boolean column of the child that says which of them count.
        empty: what there is where none count.
    """

    child: TableRef
    link: int
    function: Function
    value: str | None
    where: str | None
    empty: Literal["null", "zero", "true"]


# --- lifecycles -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Life:
    """The paths that the rows of a table take through its states, and how far they have come.

    A *class* is a path from the first state to the one a row is in now. Rows are dealt to classes in fixed quotas, by
    their permuted number.

    Attributes:
        purpose: names the permutation and the durations.
        rows: of the table.
        values: the states, as the state column holds them.
        starts: first permuted number of each class.
        paths: shape (classes, longest path): positions of the states entered, in order; -1 beyond the last.
        gaps: of the same shape: which gap each state was left after; the last one's is how long it would last, -1 where
            nothing follows.
        tables: the gaps, in microseconds.
        minima: what each gap is at least by the plan, in microseconds.
        history_days: how far back the oldest starts lie.
        after: what the start lies after.
        margins: how long ago the rows of each class came where they are now at the latest, in microseconds; empty where
            that is any time.
        calendar: the hours and days in which things happen; None = at any time.
        by_day: some moment is a date: the day on which it ends.
        every: microseconds between two moments at which a state ends.
        every_start: microseconds between two moments at which a row begins.
        ended: the states that have ended.
        lasts: a column says until when a state lasts: those that have not ended go on at a path's end.
    """

    purpose: str
    rows: int
    values: tuple[str | int | bool, ...]
    starts: U64
    paths: npt.NDArray[np.int64]
    gaps: npt.NDArray[np.int64]
    tables: tuple[GapTable, ...]
    history_days: int
    after: tuple[Edge, ...] = ()
    margins: tuple[int, ...] = ()
    minima: tuple[int, ...] = ()
    calendar: Calendar | None = None
    by_day: bool = False
    every: int = 1_000_000
    every_start: int = 1_000_000
    ended: tuple[int, ...] = ()
    lasts: bool = False

    @cached_property
    def least(self) -> npt.NDArray[np.int64]:
        """How long each step lasts at least, in microseconds, of the shape of the paths; 0 for the state of now."""
        steps = np.arange(self.paths.shape[1])
        left = (steps < (self.lengths - 1)[:, None]) & (self.gaps >= 0)
        minima = np.array(self.minima or [0] * len(self.tables), dtype=np.int64)
        lasting: npt.NDArray[np.int64] = np.where(left, minima[np.maximum(self.gaps, 0)], 0)
        return lasting

    @cached_property
    def lengths(self) -> npt.NDArray[np.int64]:
        """How many states each class has entered."""
        lengths: npt.NDArray[np.int64] = (self.paths >= 0).sum(axis=1)
        return lengths

    @cached_property
    def quantiles(self) -> npt.NDArray[np.int64]:
        """The gaps' quantiles, one row a gap."""
        stacked: npt.NDArray[np.int64] = np.stack([table.quantiles for table in self.tables])
        return stacked

    def step_of_any(self, states: tuple[int, ...]) -> npt.NDArray[np.int64]:
        """The step at which each class last entered one of some states; -1 where it never did."""
        steps = np.arange(self.paths.shape[1])
        last: npt.NDArray[np.int64] = np.where(np.isin(self.paths, states), steps, -1).max(axis=1)
        return last


@dataclass(frozen=True, eq=False)
class Now:
    """The state a row is in."""

    life: Life


@dataclass(frozen=True, eq=False)
class Entered:
    """When a row last entered one of some states; null where it never has. Without states: the start."""

    life: Life
    states: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Lasts:
    """When the state of now ends, ahead of today; of states that have ended, when they did."""

    life: Life


@dataclass(frozen=True, eq=False)
class Visited:
    """Whether a row has been in one of some states: where a column has a value at all."""

    life: Life
    states: tuple[int, ...]


@dataclass(frozen=True)
class Told:
    """What a row of a history says of the state its parent entered.

    Attributes:
        link: to the parent.
        column: of the parent, which holds its state.
    """

    link: int
    column: str
    what: Literal["state", "previous", "at", "until", "current", "position"]


LifeSource = Now | Entered | Lasts | Told
FamilySource = Numbered | Part | Running | InOrder | Rolled
