"""How far the rows of a table have come on their paths through its states, and the histories of these paths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from datalchemy_nb.domains.bits import draw, stream_key, unit
from datalchemy_nb.generate.exact import DAY_MICROSECONDS, Ints, Mask, series, ticks
from datalchemy_nb.generate.permute import permutation
from datalchemy_nb.resolve.family_plan import Entered, Life, LifeSource, Now, Told, Visited
from datalchemy_nb.resolve.plan import ResolvedColumn

if TYPE_CHECKING:
    from datalchemy_nb.generate.rows import Batch

_SECOND = 1_000_000


@dataclass(frozen=True)
class Lived:
    """The lives of some rows.

    Attributes:
        classes: the class of each row.
        moments: shape (rows, longest path): when each state was entered, microseconds; meaningless beyond the last.
    """

    classes: Ints
    moments: Ints


def live(batch: Batch, life: Life) -> Lived:
    """Return how far rows have come, and when they entered each state.

    A row that is not at its path's end entered its state less than its next duration ago. Durations that do not fit
    between what the start lies after and today are shortened: what they are above their least by one factor.
    """
    ref, today = batch.table.ref, batch.engine.today
    places = permutation(batch.engine.seed, ref, life.purpose, life.rows).forward(batch.index)
    classes = np.searchsorted(life.starts, places, side="right") - 1
    now_at = today - np.array(life.margins, dtype=np.int64)[classes] if life.margins else np.int64(today)
    earliest = np.full(len(classes), today - life.history_days * DAY_MICROSECONDS, dtype=np.int64)
    for number, edge in enumerate(life.after):
        earliest = np.maximum(earliest, _bound(batch, life, number, edge.column, now_at))
    room = np.maximum(now_at - earliest, 0)
    lengths = life.lengths[classes]
    spent = np.stack([_lasting(batch, life, classes, step) for step in range(life.paths.shape[1])], axis=1)
    steps = np.arange(life.paths.shape[1])
    now = steps == (lengths - 1)[:, None]
    before = np.where(steps < (lengths - 1)[:, None], spent, 0)
    share = unit(draw(stream_key(batch.engine.seed, ref.schema, ref.table, life.purpose, "now"), batch.index))
    left = np.maximum(room - before.sum(axis=1), 0)
    at_end = life.gaps[classes, lengths - 1] < 0
    whole = np.where(at_end, left, spent[np.arange(len(classes)), lengths - 1])
    spent = np.where(now, np.floor(whole * share).astype(np.int64)[:, None], before)
    total = spent.sum(axis=1)
    tight = total > room
    if tight.any():
        least = life.least[classes]
        fewest = least.sum(axis=1)
        factor = np.clip((room - fewest) / np.maximum(total - fewest, 1), 0.0, 1.0)
        shorter = least + np.floor((spent - least) * factor[:, None]).astype(np.int64)
        spent = np.where(tight[:, None], shorter, spent)
    start = now_at - spent.sum(axis=1)
    moments = start[:, None] + np.cumsum(spent, axis=1) - spent
    return Lived(classes, -(-moments // _SECOND) * _SECOND)


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
            moments = lived.moments[np.arange(len(step)), np.maximum(step, 0)]
            return _moment(moments, column, step < 0)
        case Told():
            return _told(batch, column, source)


def absent(batch: Batch, visited: Visited) -> Mask:
    """Which rows have been in none of some states."""
    never: Mask = (visited.life.step_of_any(visited.states) < 0)[batch.lived(visited.life).classes]
    return never


def _states(life: Life, column: ResolvedColumn, numbers: Ints, missing: Mask | None = None) -> pl.Series:
    values = pl.Series(list(life.values)).gather(pl.Series(np.maximum(numbers, 0)))
    values = values.cast(column.dtype)
    return values if missing is None else values.set(pl.Series(missing), None)


def _moment(moments: Ints, column: ResolvedColumn, missing: Mask | None) -> pl.Series:
    if isinstance(column.dtype, pl.Date):
        moments = -(-moments // DAY_MICROSECONDS)
    return series(moments, column.dtype, missing)


def _told(batch: Batch, column: ResolvedColumn, source: Told) -> pl.Series:
    place = batch.place(source.link)
    step = place.number.astype(np.int64)
    last = step + 1 == place.siblings.astype(np.int64)
    if source.what == "position":
        return pl.Series(step + 1)
    if source.what == "current":
        return pl.Series(last).cast(column.dtype)
    table = batch.engine.plan.tables[batch.table.links[source.link].target]
    now = table.by_name[source.column].source
    assert isinstance(now, Now)
    rows, position = np.unique(place.parents, return_inverse=True)
    lived = batch.engine.batch(table, rows).lived(now.life)
    classes = lived.classes[position]
    match source.what:
        case "state":
            return _states(now.life, column, now.life.paths[classes, step])
        case "previous":
            return _states(now.life, column, now.life.paths[classes, np.maximum(step - 1, 0)], step == 0)
        case "at":
            return _moment(lived.moments[position, step], column, None)
        case "until":
            following = np.minimum(step + 1, lived.moments.shape[1] - 1)
            return _moment(lived.moments[position, following], column, last)
    raise AssertionError(source.what)
