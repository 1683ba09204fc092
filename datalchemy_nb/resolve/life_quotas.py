"""How many rows of a lifecycle are at which point of which path.

Starts are spread evenly over the history. With A(t) the share of rows that have come as far as a path by the age t, the
share that stands at its end now is the mean over all ages of A(t) less what has gone on:

    A(first state)(t) = 1
    A(path + s)(t)    = weight of the way to s * mean over its durations d of A(path)(t - d)

Ages are cut into cells and durations into quantiles, so that all of it is additions in a fixed order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from datalchemy_nb.contracts.relations import LifecycleRule, Transition
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.durations import SECONDS, GapTable, calendar_gap
from datalchemy_nb.domains.portable import Floats
from datalchemy_nb.records import dataclass

MOST_PATHS = 4096
MOST_STEPS = 32
_CELLS = 1024
_DURATIONS = 64
_MICROSECONDS = 1_000_000


class LifecycleError(ValueError):
    """States, ways and shares do not agree.

    Attributes:
        field: of the rule.
        hint: what would do.
    """

    def __init__(self, field: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.field, self.hint = field, hint


@dataclass(frozen=True)
class Path:
    """A path from the first state to the one that rows are in.

    Attributes:
        states: positions of the states entered.
        gaps: which gap each was left after.
        ahead: the gap it would be left after next; -1 where nothing follows.
        share: of all rows, by their ages.
        reached: share of the oldest rows that come so far.
    """

    states: tuple[int, ...]
    gaps: tuple[int, ...]
    ahead: int
    share: float
    reached: float


@dataclass(frozen=True)
class Quotas:
    """The classes of a lifecycle, and how many rows each has."""

    paths: npt.NDArray[np.int64]
    gaps: npt.NDArray[np.int64]
    starts: U64
    counts: npt.NDArray[np.int64]
    tables: tuple[GapTable, ...]


def text_of(value: object) -> str:
    """Return a state as a cell shows it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def quotas(rule: LifecycleRule, rows: int) -> Quotas:
    """Return how many rows are at the end of each path.

    Raises:
        LifecycleError: there are too many paths, or shares name states that no path leads to.
    """
    tables = tuple(calendar_gap(way.after, _MICROSECONDS) for way in rule.transitions)
    found = _paths(rule, tables, rows)
    counts = _largest_remainders([path.share for path in found], rows)
    if rule.shares is not None:
        counts = _by_state(rule, found, rows)
    kept = [(path, count) for path, count in zip(found, counts, strict=True) if count] or [(found[0], 0)]
    longest = max(len(path.states) for path, _ in kept)
    paths = np.full((len(kept), longest), -1, dtype=np.int64)
    gaps = np.full((len(kept), longest), -1, dtype=np.int64)
    for at, (path, _) in enumerate(kept):
        paths[at, : len(path.states)] = path.states
        gaps[at, : len(path.gaps)] = path.gaps
        gaps[at, len(path.states) - 1] = path.ahead
    numbers = np.array([count for _, count in kept], dtype=np.int64)
    return Quotas(paths, gaps, (np.cumsum(numbers) - numbers).astype(np.uint64), numbers, tables)


def pieces(quotas: Quotas, most: int = 1 << 16) -> tuple[U64, U64, U64]:
    """Cut the classes into pieces, so that a history's rows are not in the order of its classes.

    Returns:
        First row, first permuted parent, and rows a parent of each piece, in the order of the rows.
    """
    lengths = (quotas.paths >= 0).sum(axis=1)
    cuts = max(min(most // len(lengths), int(quotas.counts.sum()) // (8 * len(lengths))), 1)
    at = np.arange(cuts + 1, dtype=np.int64)[:, None]
    whole, rest = np.divmod(quotas.counts, cuts)
    upto = whole * at + rest * at // cuts
    counts = np.diff(upto, axis=0)
    places = (quotas.starts.astype(np.int64) + upto[:-1]).ravel()
    rows = (counts * lengths).ravel()
    first = np.cumsum(rows) - rows
    kept = rows > 0
    each = np.broadcast_to(lengths, counts.shape).ravel()
    return first[kept].astype(np.uint64), places[kept].astype(np.uint64), each[kept].astype(np.uint64)


def history_rows(quotas: Quotas) -> int:
    """Return how many rows a history has: a row for every state entered."""
    return int(((quotas.paths >= 0).sum(axis=1) * quotas.counts).sum())


# --- paths ------------------------------------------------------------------------------------------------------------


def _paths(rule: LifecycleRule, tables: Sequence[GapTable], rows: int) -> list[Path]:
    """Every path that some rows are at the end of, shortest first."""
    names = [text_of(state.value) for state in rule.states]
    ways = {name: _ways(rule.transitions, name) for name in names}
    cell = rule.history_days * SECONDS["days"] * _MICROSECONDS / _CELLS
    first = names.index(text_of(rule.initial))
    todo: list[tuple[tuple[int, ...], tuple[int, ...], Floats]] = [((first,), (), np.ones(_CELLS))]
    found: list[Path] = []
    while todo:
        states, gaps, arrived = todo.pop(0)
        leaving = ways[names[states[-1]]]
        gone = np.zeros(_CELLS)
        for way, share in leaving if len(states) < MOST_STEPS else ():
            onward = _later(arrived, tables[way], cell) * share
            if onward[-1] * rows < 0.5 and not rule.shares:
                continue
            gone = gone + onward
            todo.append(((*states, names.index(text_of(rule.transitions[way].target))), (*gaps, way), onward))
        standing = float(np.cumsum(arrived - gone)[-1]) / _CELLS
        ahead = max(leaving, key=lambda pair: pair[1])[0] if leaving else -1
        found.append(Path(states, gaps, ahead, max(standing, 0.0), float(arrived[-1])))
        if len(found) + len(todo) > MOST_PATHS:
            raise LifecycleError(
                "transitions",
                f"more than {MOST_PATHS:,} paths lead through the states",
                "take ways back out, or make them rarer",
            )
        todo = [one for one in todo if one[2][-1] > _RAREST]
    return found


_RAREST = 1e-7
"""A path that fewer of the oldest rows take is not followed."""


def _ways(transitions: Sequence[Transition], name: str) -> list[tuple[int, float]]:
    """Ways out of a state, with their shares."""
    leaving = [(i, way.weight) for i, way in enumerate(transitions) if text_of(way.source) == name and way.weight > 0]
    total = sum(weight for _, weight in leaving)
    return [(i, weight / total) for i, weight in leaving]


def _later(arrived: Floats, gap: GapTable, cell: float) -> Floats:
    """The share arrived by each age, after a gap more."""
    middles = gap.quantiles[np.linspace(0, len(gap.quantiles) - 1, 2 * _DURATIONS + 1).astype(np.int64)[1::2]]
    total = np.zeros(_CELLS)
    for duration in middles.tolist():
        shift = int(duration / cell + 0.5)
        if shift < _CELLS:
            total[shift:] += arrived[: _CELLS - shift]
    return total / _DURATIONS


# --- numbers of rows --------------------------------------------------------------------------------------------------


def _by_state(rule: LifecycleRule, found: Sequence[Path], rows: int) -> list[int]:
    shares: Mapping[str, float] = rule.shares or {}
    names = [text_of(state.value) for state in rule.states]
    total = sum(shares.values())
    if not total > 0:
        raise LifecycleError("shares", "no state has a share above 0", "give one of them a share")
    by_state: dict[int, list[int]] = {}
    for at, path in enumerate(found):
        by_state.setdefault(path.states[-1], []).append(at)
    unreached = [name for i, name in enumerate(names) if shares.get(name, 0) > 0 and i not in by_state]
    if unreached:
        raise LifecycleError(
            "shares", f"no path leads to {', '.join(unreached)}", "add transitions that do, or set their shares to 0"
        )
    wanted = _largest_remainders([shares.get(name, 0.0) for name in names], rows)
    counts = [0] * len(found)
    for state, paths in by_state.items():
        weights = [found[at].share for at in paths]
        if not any(weight > 0 for weight in weights):
            weights = [found[at].reached for at in paths]
        for at, count in zip(paths, _largest_remainders(weights, wanted[state]), strict=True):
            counts[at] = count
    return counts


def _largest_remainders(shares: Sequence[float], rows: int) -> list[int]:
    """Whole numbers in proportion to shares that add up to the rows."""
    total = sum(shares)
    exact = [share / total * rows for share in shares]
    counts = [int(number) for number in exact]
    order = sorted(range(len(shares)), key=lambda i: (counts[i] - exact[i], i))
    for at in order[: rows - sum(counts)]:
        counts[at] += 1
    return counts
