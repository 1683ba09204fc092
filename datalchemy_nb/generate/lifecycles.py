"""How far the rows of a table have come on their paths through its states, and the histories of these paths."""

from __future__ import annotations

import weakref
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.domains import finder
from datalchemy_nb.domains.bits import U64, draw, stream_key, unit
from datalchemy_nb.domains.portable import Floats
from datalchemy_nb.domains.rhythm import rhythm
from datalchemy_nb.generate.exact import DAY_MICROSECONDS, Ints, Mask, series, ticks
from datalchemy_nb.generate.permute import permutation
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.family_plan import Entered, Lasts, Life, LifeSource, Now, Told, Visited
from datalchemy_nb.resolve.plan import ResolvedColumn

if TYPE_CHECKING:
    from datalchemy_nb.generate.rows import Batch

_SECOND = 1_000_000
_SHORT = 2 * 3600 * _SECOND
_SPARED = 0.6
"""Up to so much of the room that is too little stays free before a row begins."""


class Lived:
    """The lives of some rows; moments are made when first asked for, for many readers ask for states alone.

    Attributes:
        life: of their table.
        classes: the class of each row.
    """

    def __init__(self, batch: Batch, life: Life) -> None:
        # The rows keep their lives: a circle would leave each chunk to the collector, which comes by late.
        self._batch: Batch = weakref.proxy(batch)
        self.life = life
        places = permutation(batch.engine.seed, batch.table.ref, life.purpose, life.rows).forward(batch.index)
        self.classes: Ints = finder.places(life.starts, places) - 1

    @cached_property
    def moments(self) -> Ints:
        """When each state was entered, microseconds: shape (longest path, rows); meaningless beyond the last."""
        batch, life = self._batch, self.life
        if batch.redraws:
            return _moments(batch, life, self.classes)

        def seconds(rows: U64) -> tuple[npt.NDArray[np.int32]]:
            other = batch.engine.batch(batch.table, rows)
            moments = _moments(other, life, other.lived(life).classes)
            return (((moments - batch.engine.today) // _SECOND).astype(np.int32),)

        (kept,) = batch.engine.kept.of((batch.table.ref, life.purpose), batch.table.rows, batch.rows, seconds)
        moments: Ints = kept.astype(np.int64) * _SECOND + batch.engine.today
        return moments


@dataclass(frozen=True)
class Parents:
    """The lives of the rows that a history is of.

    Attributes:
        rows: each of them once.
        lived: their lives, which last as long as the rows do.
        position: which of them each row of the history is of.
    """

    rows: Batch
    lived: Lived
    position: npt.NDArray[np.intp]


def _moments(batch: Batch, life: Life, classes: Ints) -> Ints:
    """Return when rows entered each state.

    A row that is not at its path's end entered its state less than its next duration ago. Durations that do not fit
    between what the start lies after and today are shortened: what they are above their least by one factor.
    """
    today = batch.engine.today
    now_at = today - np.array(life.margins, dtype=np.int64)[classes] if life.margins else np.int64(today)
    earliest = np.full(len(classes), today - life.history_days * DAY_MICROSECONDS, dtype=np.int64)
    for number, edge in enumerate(life.after):
        earliest = np.maximum(earliest, _bound(batch, life, number, edge.column, now_at))
    room = np.maximum(now_at - earliest, 0)
    last = life.lengths[classes] - 1
    steps = life.paths.shape[1]
    # one contiguous line a step; what a step lasts matters up to the state of now
    spent = np.zeros((steps, len(classes)), dtype=np.int64)
    before = np.zeros(len(classes), dtype=np.int64)
    for step in range(steps):
        lasting = _lasting(batch, life, classes, step)
        spent[step] = np.where(step <= last, lasting, 0)
        before += np.where(step < last, lasting, 0)
    share = _spent_of_now(batch, life)
    rows = np.arange(len(classes))
    at_end = life.gaps[classes, last] < 0
    whole = np.where(at_end, np.maximum(room - before, 0), spent[last, rows])
    if life.lasts:
        goes_on = at_end & ~np.isin(life.paths[classes, last], life.ended)
        whole = np.where(goes_on, _lasting_now(batch, life, classes), whole)
    since = np.floor(whole * share).astype(np.int64)
    spent[last, rows] = since
    total = before + since
    tight = np.flatnonzero(total > room)
    if len(tight):
        used = _used(batch, life, tight)
        spent[:, tight] = _shortened(spent[:, tight], life.least[classes[tight]].T, room[tight], total[tight], used)
        taken = spent[:, tight].sum(axis=0)
        # a row at its path's end came there some time ago: part of what is left lies behind it
        behind = np.floor((room[tight] - taken) * share[tight]).astype(np.int64)
        spent[last[tight], tight] += np.where(at_end[tight], np.maximum(behind, 0), 0)
        total[tight] = spent[:, tight].sum(axis=0)
    moments = np.empty_like(spent)
    at = now_at - total
    for step in range(steps):
        moments[step] = -(-at // _SECOND) * _SECOND
        at = at + spent[step]
    if life.calendar is not None:
        moments = _at_work(batch, life, classes, moments, earliest, now_at)
    if life.every_start > _SECOND:
        # the start, on its mark: the next one if its row is still in its first state then, else the last one
        following = np.where(last == 0, now_at, moments[np.minimum(1, steps - 1)] - life.least[classes, 0])
        moments[0] = _on_the_mark(moments[0], life.every_start, earliest, following)
    return moments


def _on_the_mark(moments: Ints, every: int, first: Ints, last: Ints | np.int64) -> Ints:
    """The last mark before each moment, or the next one where that is too early; as it is where both are."""
    before = moments // every * every
    found: Ints = np.where(before >= first, before, np.where(before + every <= last, before + every, moments))
    return found


def _at_work(
    batch: Batch, life: Life, classes: Ints, moments: Ints, earliest: Ints, now_at: Ints | np.int64
) -> Ints:  # fmt: skip
    """Moments in the hours and days in which things happen; where bounds leave no room for that, as they are."""
    assert life.calendar is not None
    today = batch.engine.today // DAY_MICROSECONDS
    moved = rhythm(life.calendar, int(today), life.history_days, by_day=life.by_day).moved(moments) // _SECOND * _SECOND
    least, last = life.least[classes], life.lengths[classes] - 1
    for step in range(1, len(moved)):
        # what takes minutes takes as long at work: the calendar has no hours of the night to leave out of it
        apart = moments[step] - moments[step - 1]
        moved[step] = np.where(apart < _SHORT, moved[step - 1] + apart, moved[step])
        soonest = moved[step - 1] + least[:, step - 1]
        moved[step] = np.maximum(moved[step], -(-soonest // _SECOND) * _SECOND)
    fits = (moved[0] >= earliest) & (moved[last, np.arange(len(last))] <= now_at)
    found: Ints = np.where(fits, moved, moments)
    return found


def _used(batch: Batch, life: Life, rows: npt.NDArray[np.intp]) -> Floats:
    """How much of too little room each row takes: most of it, so that not all begin at the first moment there is."""
    ref = batch.table.ref
    bits = draw(stream_key(batch.engine.seed, ref.schema, ref.table, life.purpose, "room"), batch.index[rows])
    return 1.0 - _SPARED * unit(bits)


def _shortened(spent: Ints, least: Ints, room: Ints, total: Ints, used: Floats) -> Ints:
    """Durations that fit: what they are above their least, by one factor; and that too where it does not fit.

    Args:
        spent: durations, one line a step.
        least: what each lasts at least.
        room: how long they may last together.
        total: how long they last together.
        used: the share of the room above the least that they take.
    """
    fewest = least.sum(axis=0)
    least = np.where(fewest > room, np.floor(least * (room / np.maximum(fewest, 1))).astype(np.int64), least)
    factor = np.clip((room - fewest) * used / np.maximum(total - fewest, 1), 0.0, 1.0)
    shorter: Ints = least + np.floor((spent - least) * factor).astype(np.int64)
    return shorter


def _bound(batch: Batch, life: Life, number: int, column: str | None, now_at: Ints | np.int64) -> Ints:
    """What a start lies after, in microseconds; far back where it is null."""
    if column is None:
        at, missing = np.full(len(batch.index), batch.engine.today, dtype=np.int64), None
    else:
        values = batch.column(column)
        at, missing = ticks(values)
        if isinstance(values.dtype, pl.Date):
            at = at * DAY_MICROSECONDS
    edge = life.after[number]
    if edge.gap is not None:
        ref = batch.table.ref
        far = edge.gap.draw(
            draw(stream_key(batch.engine.seed, ref.schema, ref.table, life.purpose, number), batch.index)
        )
        least, most = int(edge.gap.quantiles[0]), int(edge.gap.quantiles[-1])
        room = np.maximum(now_at - at - least, 0)
        inside = least + np.floor((far - least) / max(most - least, 1) * room).astype(np.int64)
        at = at + np.where(far > least + room, inside, far)
    if edge.strict:
        at = at + _SECOND
    return at if missing is None else np.where(missing, np.iinfo(np.int64).min // 2, at)


def _lasting(batch: Batch, life: Life, classes: Ints, step: int) -> Ints:
    """How long each row's state of a step lasts, or would last."""
    ref = batch.table.ref
    bits = draw(stream_key(batch.engine.seed, ref.schema, ref.table, life.purpose, "step", step), batch.index)
    gap = np.maximum(life.gaps[classes, step], 0)
    at = (bits >> np.uint64(54)).astype(np.int64)
    part = ((bits >> np.uint64(22)) & np.uint64(0xFFFFFFFF)).astype(np.float64) / 2.0**32
    low, high = life.quantiles[gap, at], life.quantiles[gap, at + 1]
    lasting: Ints = low + np.floor((high - low) * part + 0.5).astype(np.int64)
    return lasting


def _spent_of_now(batch: Batch, life: Life) -> Floats:
    """Which share of its state of now each row has spent."""
    ref = batch.table.ref
    return unit(draw(stream_key(batch.engine.seed, ref.schema, ref.table, life.purpose, "now"), batch.index))


def _lasting_now(batch: Batch, life: Life, classes: Ints) -> Ints:
    """How long the state of now lasts; one that no way leaves, and that has not ended, as long as the one before it."""
    last = life.lengths[classes] - 1
    step = np.where(life.gaps[classes, last] < 0, np.maximum(last - 1, 0), last)
    lasting = np.zeros(len(classes), dtype=np.int64)
    for at in np.unique(step):
        lasting = np.where(step == at, _lasting(batch, life, classes, int(at)), lasting)
    return lasting


def compute(batch: Batch, column: ResolvedColumn, source: LifeSource) -> pl.Series:
    """Return a column that a lifecycle decides, in the column's type or as text of it."""
    match source:
        case Now(life):
            lived = batch.lived(life)
            last = life.paths[lived.classes, life.lengths[lived.classes] - 1]
            return _states(life, column, last)
        case Entered(life, states):
            lived = batch.lived(life)
            step = life.step_of_any(states)[lived.classes] if states else np.zeros(len(lived.classes), dtype=np.int64)
            moments = lived.moments[np.maximum(step, 0), np.arange(len(step))]
            return _moment(moments, column, step < 0)
        case Lasts(life):
            lived = batch.lived(life)
            return _moment(_until(batch, life, lived), column, None)
        case Told():
            return _told(batch, column, source)


def _until(batch: Batch, life: Life, lived: Lived) -> Ints:
    """When the state of now ends: what is left of a duration, ahead of today; where it has ended, when it did."""
    today, classes = batch.engine.today, lived.classes
    last = life.lengths[classes] - 1
    rows = np.arange(len(classes))
    over = np.isin(life.paths[classes, last], life.ended)
    lasting = _lasting_now(batch, life, classes)
    # what is left of a duration is what the moments have not spent of it
    spent = _spent_of_now(batch, life)
    ahead = today + np.maximum(lasting - np.floor(lasting * spent).astype(np.int64), _SECOND)
    if life.calendar is not None:
        day, days = int(today // DAY_MICROSECONDS), int(life.quantiles[:, -1].max() // DAY_MICROSECONDS) + 8
        moved = rhythm(life.calendar, day + days, days, by_day=life.by_day).moved(ahead)
        ahead = np.where(moved > today, moved, ahead)
    begun = np.where(last > 0, lived.moments[0], np.iinfo(np.int64).min)
    past = _on_the_mark(lived.moments[last, rows], life.every, begun, np.int64(today))
    found: Ints = np.where(over, past, -(-ahead // life.every) * life.every)
    return found


def absent(batch: Batch, visited: Visited) -> Mask:
    """Which rows have been in none of some states."""
    never: Mask = (visited.life.step_of_any(visited.states) < 0)[batch.lived(visited.life).classes]
    return never


def _states(life: Life, column: ResolvedColumn, numbers: Ints, missing: Mask | None = None) -> pl.Series:
    values = pl.Series(list(life.values))[pl.Series(np.maximum(numbers, 0))]
    values = values.cast(column.dtype)
    return values if missing is None else values.set(pl.Series(missing), None)


def _moment(moments: Ints, column: ResolvedColumn, missing: Mask | None) -> pl.Series:
    if isinstance(column.dtype, pl.Date):
        moments = -(-moments // DAY_MICROSECONDS)
    return series(moments, column.dtype, missing)


def parents_of(batch: Batch, source: Told) -> Parents:
    """Return the lives of the rows that a history is of."""
    table = batch.engine.plan.tables[batch.table.links[source.link].target]
    now = table.by_name[source.column].source
    assert isinstance(now, Now)
    rows, position = np.unique(batch.place(source.link).parents, return_inverse=True)
    parents = batch.engine.batch(table, rows)
    return Parents(parents, parents.lived(now.life), position)


def _told(batch: Batch, column: ResolvedColumn, source: Told) -> pl.Series:
    place = batch.place(source.link)
    step = place.number.astype(np.int64)
    last = step + 1 == place.siblings.astype(np.int64)
    if source.what == "position":
        return pl.Series(step + 1)
    if source.what == "current":
        return pl.Series(last).cast(column.dtype)
    parents = batch.parents_lived(source)
    lived, position = parents.lived, parents.position
    life, classes = lived.life, lived.classes[position]
    match source.what:
        case "state":
            return _states(life, column, life.paths[classes, step])
        case "previous":
            return _states(life, column, life.paths[classes, np.maximum(step - 1, 0)], step == 0)
        case "at":
            return _moment(lived.moments[step, position], column, None)
        case "until":
            following = np.minimum(step + 1, len(lived.moments) - 1)
            return _moment(lived.moments[following, position], column, last)
    raise AssertionError(source.what)
