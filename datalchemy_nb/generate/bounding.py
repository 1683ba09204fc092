"""Values after and before others, with gaps: bounds per row, and where between them a value lies.

All is arithmetic of whole ticks (days, microseconds, last digits). Where the gaps drawn do not fit, the value lies in
the same part of the room there is: a gap of the 30th percentile at 30 % of the way between the bounds.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.contracts.distributions import Calendar
from datalchemy_nb.domains.base import OrderedDomain
from datalchemy_nb.domains.bits import U64, unit
from datalchemy_nb.domains.grid import GridDomain
from datalchemy_nb.domains.months import first_day, month_and_place
from datalchemy_nb.domains.physical import filled, nulls
from datalchemy_nb.domains.portable import Floats
from datalchemy_nb.domains.rhythm import rhythm
from datalchemy_nb.domains.shaped import OrderedShaped
from datalchemy_nb.domains.temporal import DAY_US
from datalchemy_nb.resolve.sources import Beyond, Bounded

Ticks = npt.NDArray[np.int64]
Bits = Callable[[str], U64]
_FAR = np.int64(1 << 62)
_MOST_DAYS = 36_525
"""The last century of a column's range has its hours; what is older, or later, stays where it is."""


def bounded(source: Bounded, column: Callable[[str], pl.Series], bits: Bits, rows: int) -> tuple[pl.Series, Ticks]:
    """Return the values, null where they follow a null, and the places of rows whose bounds leave nothing.

    Args:
        source: the bounds.
        column: a column of the row, or of a row above, by the name it is read under.
        bits: random bits for a purpose.
        rows: how many.
    """
    missing = np.zeros(rows, dtype=bool)
    low, least, wanted = (np.full(rows, -_FAR) for _ in range(3))
    high, most, latest = (np.full(rows, _FAR) for _ in range(3))
    nearest, farthest = np.full(rows, _FAR), np.full(rows, -_FAR)
    for at, side in enumerate(source.after):
        bound, absent = _bound(source, side, column, rows, after=True)
        missing |= absent
        low = np.maximum(low, np.where(absent, -_FAR, bound))
        least = np.maximum(least, np.where(absent, -_FAR, _least(source, side, bound, 1)))
        if side.gaps is not None:
            drawn = moved(source.grid, side, bound, side.gaps.draw(bits(f"after {at}")), 1)
            if side.months and side.gaps.most is not None and side.column is not None:
                drawn = np.minimum(drawn, _most_months(source, side, column(side.column), bound))
            wanted = np.maximum(wanted, np.where(absent, -_FAR, drawn))
            farthest = np.maximum(farthest, np.where(absent, -_FAR, _most(source, side, bound, 1)))
    for at, side in enumerate(source.before):
        bound, absent = _bound(source, side, column, rows, after=False)
        high = np.minimum(high, np.where(absent, _FAR, bound))
        most = np.minimum(most, np.where(absent, _FAR, _least(source, side, bound, -1)))
        if side.gaps is not None:
            drawn = moved(source.grid, side, bound, side.gaps.draw(bits(f"before {at}")), -1)
            latest = np.minimum(latest, np.where(absent, _FAR, drawn))
            nearest = np.minimum(nearest, np.where(absent, _FAR, _most(source, side, bound, -1)))
    if source.first is not None:
        low, least = np.maximum(low, source.first), np.maximum(least, source.first)
    if source.last is not None:
        high, most = np.minimum(high, source.last), np.minimum(most, source.last)
    tight = least > most
    least, most = np.where(tight, low, least), np.where(tight, high, most)
    values = _placed(source, bits, wanted, latest, least, most)
    if source.habits is not None:
        after, before = wanted > -_FAR, latest < _FAR
        least = np.maximum(least, np.where(before & ~after, nearest, -_FAR))
        most = np.minimum(most, np.where(after, farthest, _FAR))
        values = _in_their_hours(source, source.habits, values, (after | before) & ~tight, least, most)
    absent = missing if source.follows_null else np.zeros(rows, dtype=bool)
    broken = np.flatnonzero((low > high) & ~absent)
    series = source.grid.show(values)
    return (series.set(pl.Series(absent), None) if absent.any() else series), broken


def _placed(source: Bounded, bits: Bits, wanted: Ticks, latest: Ticks, least: Ticks, most: Ticks) -> Ticks:
    """Where between ``least`` and ``most`` each value lies: by the gaps where there are any, else by the shape."""
    after, before = wanted > -_FAR, latest < _FAR
    placed = (after | before).all()
    values = np.zeros_like(least) if placed else _shaped(source, bits("value"), least, most)
    values = _on_the_grid(source.grid, np.where(after, wanted, np.where(before, latest, values)))
    if after.any() or before.any():
        room = np.where((least > -_FAR) & (most < _FAR), most - least, 0)
        part = unit(bits(_first_gap(source)))
        inside = (part * room).astype(np.int64)
        too_far = after & (values > most) & (least > -_FAR)
        too_soon = before & ~after & (values < least) & (most < _FAR)
        values = np.where(too_far, _on_the_grid(source.grid, least + inside), values)
        values = np.where(too_soon, _on_the_grid(source.grid, most - inside), values)
    first, last = _on_the_grid(source.grid, least, up=True), _on_the_grid(source.grid, most)
    fits = first <= last
    return np.clip(values, np.where(fits, first, least), np.where(fits, last, most))


def _in_their_hours(
    source: Bounded, habits: Calendar, values: Ticks, placed: npt.NDArray[np.bool_], least: Ticks, most: Ticks
) -> Ticks:
    """Moments that a gap has placed, moved to when things happen, where neither a bound nor an end of a gap forbids."""
    grid = source.grid
    by_day = grid.category == "date"
    day = np.int64(1 if by_day else DAY_US)
    ends = [grid.tick_of(end) for end in (source.shape.lower, source.shape.upper)]
    if ends[0] is None or ends[1] is None:
        return values
    first, last = int(ends[0] // int(day)), int(ends[1] // int(day))
    week = rhythm(habits, last + 1, min(last - first + 1, _MOST_DAYS), by_day=False)
    at = values * DAY_US + DAY_US // 2 if by_day else values
    found = week.moved(at)
    found = _on_the_grid(grid, found // DAY_US if by_day else found)
    return np.where(placed & (found >= least) & (found <= most), found, values)


def _first_gap(source: Bounded) -> str:
    found = [f"after {i}" for i, side in enumerate(source.after) if side.gaps is not None]
    found += [f"before {i}" for i, side in enumerate(source.before) if side.gaps is not None]
    return found[0] if found else "value"


def _shaped(source: Bounded, bits: U64, least: Ticks, most: Ticks) -> Ticks:
    """A value of the column's own domain between the bounds; where it has none there, an even one."""
    domain, grid = source.shape, source.grid
    low = _ranked(domain, grid, np.maximum(least, -_FAR // 4), "left")
    high = _ranked(domain, grid, np.minimum(most, _FAR // 4), "right")
    outside = low >= high
    some_outside = bool(outside.any())
    if some_outside:
        low, high = np.where(outside, 0, low), np.where(outside, domain.size, high)
    if isinstance(domain, OrderedShaped):
        ordinals = domain.draw_between(bits, low, high)
    else:
        room = (high - low).astype(np.float64)
        ordinals = (low + np.minimum((unit(bits) * room).astype(np.int64), high - low - 1)).astype(np.uint64)
    values = grid.ticks(domain.take(ordinals), "left").to_numpy()
    if not some_outside:
        return values
    room = np.where(outside & (least > -_FAR) & (most < _FAR), most - least, 0)
    even = _on_the_grid(grid, np.where(least > -_FAR, least, most) + (unit(bits) * room).astype(np.int64))
    return np.where(outside, even, values)


def _ranked(domain: OrderedDomain, grid: GridDomain, ticks: Ticks, side: Literal["left", "right"]) -> Ticks:
    """Where ticks stand among a domain's ordinals; bounds are often the same in all rows."""
    one = ticks[:1] if len(ticks) and ticks.min() == ticks.max() else ticks
    found = domain.rank(grid.show(one), side)
    return found if one is ticks else np.full(len(ticks), found[0])


def _on_the_grid(grid: GridDomain, ticks: Ticks, *, up: bool = False) -> Ticks:
    """Round to the column's own steps (whole seconds, cents): down, or up."""
    if grid.step == 1:
        return ticks
    step, first = np.int64(grid.step), np.int64(grid.first)
    steps = -((first - ticks) // step) if up else (ticks - first) // step
    found: Ticks = np.where(np.abs(ticks) < _FAR // 2, steps * step + first, ticks)
    return found


def _bound(
    source: Bounded, side: Beyond, column: Callable[[str], pl.Series], rows: int, *, after: bool
) -> tuple[Ticks, npt.NDArray[np.bool_]]:
    """The other value in ticks, moved by one where the two must differ, and where there is none."""
    further = np.int64((1 if after else -1) * source.grid.step) if side.strict else np.int64(0)
    if side.column is None:
        return np.full(rows, source.today + further), np.zeros(rows, dtype=bool)
    values = column(side.column)
    ticks = source.grid.ticks(values, "left" if after else "right")
    return filled(ticks, 0).to_numpy() + further, nulls(values)


def _most_months(source: Bounded, side: Beyond, values: pl.Series, bound: Ticks) -> Ticks:
    """The day up to which most months after a moment go: those after the next day end later where months do."""
    assert side.gaps is not None
    assert side.gaps.most is not None
    exact = filled(source.grid.ticks(values, "right"), 0).to_numpy()
    far = moved(source.grid, side, exact, np.full(len(exact), side.gaps.most), 1)
    return np.maximum(far, bound)


def _most(source: Bounded, side: Beyond, bound: Ticks, sign: int) -> Ticks:
    """As far as a gap goes, in ticks."""
    assert side.gaps is not None
    if side.gaps.most is None:
        return np.full_like(bound, sign * _FAR)
    return moved(source.grid, side, bound, np.full(len(bound), side.gaps.most), sign)


def _least(source: Bounded, side: Beyond, bound: Ticks, sign: int) -> Ticks:
    if side.gaps is None or side.gaps.least == 0:
        return bound
    return moved(source.grid, side, bound, np.full(len(bound), side.gaps.least), sign, up=True)


def moved(grid: GridDomain, side: Beyond, ticks: Ticks, gaps: Floats, sign: int, *, up: bool = False) -> Ticks:
    """Return ticks moved by gaps; a part of a month is that part of the way to the same day of the next one."""
    if not side.months:
        far = gaps * side.ticks
        return ticks + sign * (np.ceil(far) if up else np.rint(far)).astype(np.int64)
    total = gaps * side.months
    whole = (np.ceil(total) if up else np.floor(total)).astype(np.int64)
    day = np.int64(1 if grid.category == "date" else DAY_US)
    moved_by = months_later(ticks, sign * whole, day)
    if up:
        return moved_by
    further = months_later(ticks, sign * (whole + 1), day) - moved_by
    return moved_by + np.rint((total - whole) * further).astype(np.int64)


def months_later(ticks: Ticks, months: Ticks, day: np.int64) -> Ticks:
    """Return the same day and time so many calendar months later, the last day where a month is shorter."""
    days, time = np.divmod(ticks, day)
    month, place = month_and_place(days)
    later = month + months
    first = first_day(later)
    moved_days = first + np.minimum(place, first_day(later + 1) - first - 1)
    found: Ticks = moved_days * day + time
    return found
