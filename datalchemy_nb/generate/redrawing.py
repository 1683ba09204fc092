"""Rows held against conditions: drawn again until they hold, or counted where the plan lets them be."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import field, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.errors import GenerationError
from datalchemy_nb.generate import checks
from datalchemy_nb.generate.numbers import Attempts
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.plan import RedrawGroup, ResolvedTable

_WIDEST = 64
_AT_ONCE = 1 << 12
"""Rows are drawn again so many attempts at once, and no more rows at once, where few are left."""
_FAR = 256
"""So many attempts more are drawn from the ends of what can be drawn, before a row is given up."""

_PATIENT, _ASIDE = 32, 3
"""After so many attempts of all rows, so many of those that are left are drawn as often as any row is."""

_MOST_WAITED_FOR = 1 << 10
"""So many attempts are made while other rows wait for them."""

Places = npt.NDArray[np.intp]


@dataclass
class Counters:
    """What happened while rows were made; added up over chunks.

    Attributes:
        retries: rows redrawn, per table.
        unmet: rows kept although a predicate under policy ``warn`` failed, per table and constraint.
    """

    retries: Counter[TableRef] = field(default_factory=Counter)
    unmet: Counter[tuple[TableRef, str]] = field(default_factory=Counter)

    def update(self, other: Counters) -> None:
        """Add another set of counters to this one."""
        self.retries.update(other.retries)
        self.unmet.update(other.unmet)


class UnderWay(threading.local):
    """How many redraws of this thread wait for others, and how often these were drawn again.

    Rows of a table that hang from each other are redrawn while others wait for them, and each of their attempts makes
    rows anew that they hang from: over a few steps that never ends.
    """

    def __init__(self) -> None:
        self._depth = self._again = 0

    def __enter__(self) -> None:
        self._depth += 1

    def __exit__(self, *told: object) -> None:
        self._depth -= 1
        if not self._depth:
            self._again = 0

    def too_many(self) -> bool:
        """Count a redraw; return whether there are more, while others wait, than can be followed."""
        if self._depth > 1:
            self._again += 1
        return self._again > _MOST_WAITED_FOR


@dataclass(frozen=True)
class Redrawing:
    """Rows of a table whose columns of one group are drawn until its predicates hold.

    Attributes:
        table: the table.
        group: the columns that are drawn together, and the predicates.
        rows: their numbers.
        most: attempts, before those from the ends of what can be drawn.
        again: draws rows, told by their places (repeats allowed), once more.
        counters: where redraws, and rows kept although a predicate fails, are counted.
    """

    table: ResolvedTable
    group: RedrawGroup
    rows: U64
    most: int
    again: Callable[[Places, int | Attempts], pl.DataFrame]
    counters: Counters | None

    def of(self, first: pl.DataFrame) -> pl.DataFrame:
        """Return the rows as first drawn, with those whose predicates fail drawn again, attempt by attempt.

        Raises:
            GenerationError: a row fails on every attempt.
        """
        enforced = [p.sql for p in self.group.predicates if p.enforced]
        solved = self._held(first, enforced) if enforced else first
        self._count_unmet(solved)
        return solved

    def _held(self, first: pl.DataFrame, enforced: list[str]) -> pl.DataFrame:
        failed = np.flatnonzero(checks.failing(first, enforced))
        failed, patches, attempt = self._redrawn(failed, enforced, 1, _PATIENT)
        if len(failed) > _ASIDE:  # of many rows, a few tell in no time that there is no hope
            aside = replace(self, counters=None)
            given_up, _, _ = aside._redrawn(failed[:_ASIDE], enforced, attempt, self.most + _FAR)
            if len(given_up):
                raise self._exhausted(given_up)
        failed, more, _ = self._redrawn(failed, enforced, attempt, self.most + _FAR)
        if len(failed):
            raise self._exhausted(failed)
        return _patched(first, [*patches, *more])

    def _redrawn(
        self, failed: Places, enforced: list[str], attempt: int, end: int
    ) -> tuple[Places, list[tuple[Places, pl.DataFrame]], int]:
        """Draw rows again from an attempt on, until all hold or ``end`` is reached.

        Returns:
            Those that still fail, those that hold as drawn then, and the attempt that comes next.
        """
        patches: list[tuple[Places, pl.DataFrame]] = []
        width, widest, most = 1, _WIDEST, self.most
        while len(failed) and attempt < end:
            far = attempt >= most
            width = max(min(width, (end if far else min(most, end)) - attempt, _AT_ONCE // len(failed)), 1)
            tried = Attempts(attempt, width, far) if far or width > 1 else attempt
            try:
                again = self.again(np.repeat(failed, width), tried)
                held = ~checks.failing(again, enforced).reshape(len(failed), width)
            except GenerationError:
                if width == 1:
                    raise
                width = widest = 1  # an attempt that no row may need cannot be made
                continue
            found = held.any(axis=1)
            used = np.where(found, held.argmax(axis=1), width - 1)
            if self.counters is not None:
                self.counters.retries[self.table.ref] += int((used + 1).sum())
            patches.append((failed[found], again[np.flatnonzero(found) * width + used[found]]))
            failed, attempt, width = failed[~found], attempt + width, min(2 * width, widest)
        return failed, patches, attempt

    def _exhausted(self, failed: Places) -> GenerationError:
        names = ", ".join(p.name for p in self.group.predicates)
        rows = ", ".join(str(self.rows[i]) for i in failed[:3])
        return GenerationError(
            f"{self.table.ref}: {names} still fails after {self.most} attempts "
            f"(columns {', '.join(self.group.columns)}; rows {rows})",
            hint="give the columns generators whose values can satisfy the constraint, raise "
            "options.max_attempts_row, or set a constraint_policy of kind check to warn",
            columns=self.group.columns,
        )

    def _count_unmet(self, solved: pl.DataFrame) -> None:
        lenient = [p for p in self.group.predicates if not p.enforced]
        if not lenient or self.counters is None:
            return
        for predicate in lenient:
            count = int(checks.failing(solved, [predicate.sql]).sum())
            if count:
                self.counters.unmet[self.table.ref, predicate.name] += count


def _patched(frame: pl.DataFrame, patches: list[tuple[Places, pl.DataFrame]]) -> pl.DataFrame:
    """Put the accepted redraws in place: the frame followed by the patches, gathered once."""
    patches = [(at, rows) for at, rows in patches if len(at)]
    if not patches:
        return frame
    source = np.arange(frame.height)
    start = frame.height
    for at, rows in patches:
        source[at] = np.arange(start, start + rows.height)
        start += rows.height
    return pl.concat([frame, *(rows for _, rows in patches)])[source]


def verify(table: ResolvedTable, index: U64, frame: pl.DataFrame, counters: Counters | None) -> None:
    """Hold rows against the conditions on columns that relations decide, which nothing can draw again.

    Raises:
        GenerationError: a row fails one that the plan enforces.
    """
    for predicate in table.verified:
        failed = np.flatnonzero(checks.failing(frame, [predicate.sql]))
        if len(failed) and predicate.enforced:
            rows = ", ".join(str(index[i]) for i in failed[:3])
            raise GenerationError(
                f"{table.ref}: {predicate.name} fails in rows {rows}, whose {', '.join(predicate.columns)} relations "
                "decide",
                hint="change the relations, or set a constraint_policy of kind check to warn",
                columns=predicate.columns,
            )
        if len(failed) and counters is not None:
            counters.unmet[table.ref, predicate.name] += len(failed)
