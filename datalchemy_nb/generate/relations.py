"""Columns of children and of parents: places, parts, running sums, ordered moments, rollups.

Each is a pure function of the rows at hand. What is read of other rows is made again: the siblings of a row, the
children of a parent, in slices whose memory does not grow with the families.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

import numpy as np
import polars as pl

from datalchemy_nb.domains.bits import U64, draw, mix, stream_key, unit
from datalchemy_nb.errors import GenerationError
from datalchemy_nb.generate.exact import DAY_MICROSECONDS, Ints, Mask, nulled, rescaled, scale_of, series, ticks
from datalchemy_nb.generate.families import Family, Place
from datalchemy_nb.resolve.family_plan import Edge, FamilySource, InOrder, Numbered, Part, Rolled, Running
from datalchemy_nb.resolve.plan import ResolvedColumn

if TYPE_CHECKING:
    from datalchemy_nb.generate.rows import Batch

_PARTS = 1024
"""Into so many a sibling's part of the whole is cut, to say where in it a boundary lies."""
_REACH = 0.9
_COARSE = 20_000_000
"""Siblings at least so many microseconds apart have moments of whole seconds."""
_ONE = np.uint64(1)


def compute(batch: Batch, column: ResolvedColumn, source: FamilySource) -> pl.Series:
    """Return a column that depends on who belongs to whom, in the column's type."""
    match source:
        case Numbered(link, start):
            place = batch.place(link)
            return series(place.number.astype(np.int64) + start, _whole(column.dtype), place.missing)
        case Part():
            return _part(batch, column, source)
        case Running():
            return _running(batch, column, source)
        case InOrder():
            return _in_order(batch, column, source)
        case Rolled():
            return _rolled(batch, column, source)
        case _:
            assert_never(source)


def _whole(dtype: pl.DataType) -> pl.DataType:
    """The type in which whole numbers are made: decimals and floats are cast to afterwards."""
    return pl.Int64() if isinstance(dtype, pl.Decimal) or dtype.is_float() else dtype


def _sibling_bits(seed: int, *names: object, parents: U64, number: U64) -> U64:
    """Random bits of a sibling, known to its neighbours too."""
    return draw(stream_key(seed, *names, "sibling"), mix(parents) + number)


# --- parts of a whole -------------------------------------------------------------------------------------------------


def _part(batch: Batch, column: ResolvedColumn, source: Part) -> pl.Series:
    """``floor(T * G(k + 1)) - floor(T * G(k))``, where G cuts the whole at a place near ``k / n``."""
    place = batch.place(source.link)
    digits = scale_of(column.dtype)
    whole, missing = ticks(batch.column(source.whole), digits)
    ref = batch.table.ref

    def boundary(number: U64) -> U64:
        bits = _sibling_bits(
            batch.engine.seed, ref.schema, ref.table, column.name, parents=place.parents, number=number
        )
        share = (bits >> np.uint64(40)).astype(np.float64) / 2.0**24 - 0.5
        moved = np.floor(share * (source.spread * _REACH * _PARTS)).astype(np.int64)
        inner = (number > 0) & (number < place.siblings)
        return (number.astype(np.int64) * _PARTS + np.where(inner, moved, 0)).astype(np.uint64)

    size = np.abs(whole).astype(np.uint64)
    all_parts = np.maximum(place.siblings, _ONE) * np.uint64(_PARTS)
    times, rest = np.divmod(size, all_parts)
    high, low = boundary(place.number + _ONE), boundary(place.number)
    parts = times * (high - low) + rest * high // all_parts - rest * low // all_parts
    return series(np.sign(whole) * parts.astype(np.int64), column.dtype, _either(missing, place.missing))


def _either(left: Mask | None, right: Mask | None) -> Mask | None:
    if left is None or right is None:
        return right if left is None else left
    return left | right


# --- sums over siblings -----------------------------------------------------------------------------------------------


def _running(batch: Batch, column: ResolvedColumn, source: Running) -> pl.Series:
    place = batch.place(source.link)
    wanted, position = np.unique(place.parents, return_inverse=True)
    upto = np.zeros(len(wanted), dtype=np.int64)
    np.maximum.at(upto, position, place.number.astype(np.int64) + 1)
    begins = np.cumsum(upto) - upto
    asked = begins[position] + place.number.astype(np.int64)
    order = np.argsort(asked, kind="stable")
    found = np.zeros(len(asked), dtype=np.int64)
    digits = scale_of(batch.table.every[source.value].dtype)
    done, answered, carried, last = 0, 0, np.int64(0), -1
    for part in batch.family(source.link).slices(wanted, upto.astype(np.uint64)):
        values, _ = ticks(batch.engine.batch(batch.table, part.rows).column(source.value))
        sums = np.cumsum(values)
        first = np.flatnonzero(np.diff(part.owner, prepend=-1))
        before = sums[first] - values[first]
        if part.owner[0] == last:
            before[0] -= carried
        sums -= np.repeat(before, np.diff(np.append(first, len(values))))
        carried, last = sums[-1], int(part.owner[-1])
        stop = answered + int(np.searchsorted(asked[order[answered:]], done + len(sums)))
        here = order[answered:stop]
        found[here] = sums[asked[here] - done]
        done, answered = done + len(sums), stop
    total = _fitting(batch, column, rescaled(found, digits, scale_of(column.dtype)))
    missing = place.missing
    if source.start is not None:
        start, none = ticks(batch.column(source.start), scale_of(column.dtype))
        total, missing = total + start, _either(missing, none)
    return series(total, _exact_type(column.dtype), missing)


def _exact_type(dtype: pl.DataType) -> pl.DataType:
    return pl.Int64() if dtype.is_float() else dtype


# --- moments ----------------------------------------------------------------------------------------------------------


def _in_order(batch: Batch, column: ResolvedColumn, source: InOrder) -> pl.Series:
    """Cut what lies between the edges into as many parts as there are siblings, and take a moment of the row's."""
    place = batch.place(source.link)
    by_day = isinstance(column.dtype, pl.Date)
    high, no_high = _edge(batch, place, source.before, source.purpose, sign=-1)
    siblings = np.maximum(place.siblings.astype(np.int64), 1)
    if source.after is None:
        low, no_low = high - np.int64(source.history_days * DAY_MICROSECONDS), None
    else:
        low, no_low = _edge(batch, place, source.after, source.purpose, sign=1)
        low = _nearer(batch, place, source, low, high - siblings * (DAY_MICROSECONDS if by_day else 1))
    coarse, fine = (DAY_MICROSECONDS, DAY_MICROSECONDS) if by_day else (1_000_000, 1)
    unit = np.where((high - low) // siblings >= _COARSE, np.int64(coarse), np.int64(fine))
    low, high = -(-low // unit), high // unit
    span = np.maximum(high - low, siblings if source.apart else 0)
    number = place.number + _ONE if source.following else place.number
    moment = low + _within_span(batch, source, place, number, span, siblings)
    last = number.astype(np.int64) >= siblings
    moment = np.where(last, low + span, moment)
    if not by_day:
        moment = moment * unit
    missing = _either(_either(no_low, no_high), place.missing)
    if source.following and source.open_last:
        missing = _either(missing, last)
    return series(moment, column.dtype, missing)


def _within_span(batch: Batch, source: InOrder, place: Place, number: U64, span: Ints, siblings: Ints) -> Ints:
    """``span * (number + u) / siblings`` with u of the sibling's own; exact, and growing with the number."""
    ref = batch.table.ref
    bits = _sibling_bits(batch.engine.seed, ref.schema, ref.table, source.purpose, parents=place.parents, number=number)
    shift = ((bits >> np.uint64(32)) * np.uint64(int(_REACH * _PARTS)) >> np.uint64(32)).astype(np.int64)
    if source.from_start:
        shift = np.where(number == 0, 0, shift)
    at = number.astype(np.int64) * _PARTS + shift
    whole, rest = np.divmod(span, siblings)
    # each sibling is at least one tick after the one before it, where the span has a tick for each
    found: Ints = np.where(
        whole * (_PARTS - int(_REACH * _PARTS)) >= _PARTS,
        (whole * at + rest * at // siblings) // _PARTS,
        number.astype(np.int64) * whole + np.minimum(number.astype(np.int64), rest),
    )
    return found


def _nearer(batch: Batch, place: Place, source: InOrder, low: Ints, latest: Ints) -> Ints:
    """Where the gap drawn leaves no room, the same part of the room there is beyond the least gap."""
    assert source.after is not None
    gap, tight = source.after.gap, low > latest
    if gap is None or not tight.any():
        return low
    ref = batch.table.ref
    bits = draw(stream_key(batch.engine.seed, ref.schema, ref.table, source.purpose, "after"), place.parents)
    least = low - gap.draw(bits) + gap.quantiles[0]
    nearer = least + np.floor(unit(bits) * np.maximum(latest - least, 0)).astype(np.int64)
    return np.where(tight, nearer, low)


def _edge(batch: Batch, place: Place, edge: Edge, purpose: str, sign: int) -> tuple[Ints, Mask | None]:
    """Microseconds of where a family's moments begin (sign 1) or end (-1)."""
    missing: Mask | None = None
    if edge.column is None:
        at = np.full(len(place.parents), batch.engine.today, dtype=np.int64)
    else:
        values = batch.column(edge.column)
        at, missing = ticks(values)
        if isinstance(values.dtype, pl.Date):
            at = at * DAY_MICROSECONDS
    if edge.gap is not None:
        ref = batch.table.ref
        key = stream_key(batch.engine.seed, ref.schema, ref.table, purpose, "after" if sign > 0 else "before")
        at = at + sign * edge.gap.draw(draw(key, place.parents))
    if edge.strict:
        at = at + sign
    return at, missing


# --- rollups ----------------------------------------------------------------------------------------------------------


def _rolled(batch: Batch, column: ResolvedColumn, source: Rolled) -> pl.Series:
    table = batch.engine.plan.tables[source.child]
    link = table.links[source.link]
    family = Family(batch.engine.seed, table.ref, table.size, link.pointing, link.target_rows)
    if source.value is None and source.where is None:
        return series(family.counts(batch.rows).astype(np.int64), _whole(column.dtype))
    dtype = pl.Int64() if source.value is None else table.every[source.value].dtype
    if dtype.is_float():
        return _rolled_floats(batch, source, family, column.dtype)
    name = batch.table.ref, column.name
    found, counted = batch.engine.kept.of(
        name, batch.table.rows, batch.rows, lambda rows: _totals(batch, source, family, rows)
    )
    return _told(batch, column, found, counted, source, scale_of(dtype))


def _fitting(batch: Batch, column: ResolvedColumn, numbers: Ints) -> Ints:
    """Numbers that fit their column.

    Raises:
        GenerationError: one is too large.
    """
    most = _capacity(column.dtype)
    if most is not None and len(numbers) and max(-int(numbers.min()), int(numbers.max())) > most:
        row = batch.rows[int(np.argmax(np.abs(numbers)))]
        raise GenerationError(
            f"{batch.table.ref}.{column.name}: what row {row} adds up does not fit {column.slot.type_name}",
            hint="give what it adds up smaller values, ask for fewer rows per parent, or widen the column",
            columns=[column.name],
        )
    return numbers


def _capacity(dtype: pl.DataType) -> int | None:
    """The largest number of ticks a type holds, where 64 bits hold more."""
    if isinstance(dtype, pl.Decimal):
        return int(10 ** (dtype.precision or 38)) - 1
    bits = {pl.Int16: 15, pl.Int32: 31}
    return next(((1 << size) - 1 for kind, size in bits.items() if isinstance(dtype, kind)), None)


def _totals(batch: Batch, source: Rolled, family: Family, parents: U64) -> tuple[Ints, Mask]:
    """What the children of parents come to, in ticks, and which parents have any that count."""
    table = batch.engine.plan.tables[source.child]
    combine = _COMBINE[source.function]
    found = np.full(len(parents), _IDENTITY[source.function], dtype=np.int64)
    counted = np.zeros(len(parents), dtype=bool)
    for part in family.slices(parents):
        values, owner = _counting(batch.engine.batch(table, part.rows), source, part.owner)
        if not len(owner):
            continue
        first = np.flatnonzero(np.diff(owner, prepend=-1))
        owners = owner[first]
        found[owners] = combine(found[owners], combine.reduceat(values, first))
        counted[owners] = True
    return found, counted


_COMBINE = {"sum": np.add, "count": np.add, "min": np.minimum, "max": np.maximum, "any": np.maximum, "all": np.minimum}
_MOST = np.iinfo(np.int64)
_IDENTITY = {"sum": 0, "count": 0, "min": _MOST.max, "max": _MOST.min, "any": 0, "all": 1}


def _counting(children: Batch, source: Rolled, owner: Ints) -> tuple[Ints, Ints]:
    """The values that count, and the position of their owners."""
    counts: Mask | None = None
    if source.where is not None:
        counts = children.column(source.where).fill_null(value=False).to_numpy()
    if source.value is None:
        values = np.ones(len(owner), dtype=np.int64)
    else:
        values, missing = ticks(children.column(source.value))
        counts = counts if missing is None else (~missing if counts is None else counts & ~missing)
    return (values, owner) if counts is None else (values[counts], owner[counts])


def _told(batch: Batch, column: ResolvedColumn, found: Ints, counted: Mask, source: Rolled, digits: int) -> pl.Series:
    """Totals in the column's type, and what stands where nothing counts."""
    dtype = column.dtype
    if source.function != "count":
        found = np.where(counted, found, 1 if source.empty == "true" else 0)
    missing = ~counted if source.empty == "null" and source.function != "count" else None
    if dtype.is_float():
        floats: pl.Series = series(found, pl.Int64(), missing).cast(pl.Float64) / 10**digits
        return floats
    return series(_fitting(batch, column, rescaled(found, digits, scale_of(dtype))), dtype, missing)


def _rolled_floats(batch: Batch, source: Rolled, family: Family, dtype: pl.DataType) -> pl.Series:
    """Floats, added in the order of the children: the same to the bit for any slice, which cuts no small family."""
    size = len(batch.rows)
    assert source.value is not None
    found = np.full(size, {"min": np.inf, "max": -np.inf}.get(source.function, 0.0))
    counted = np.zeros(size, dtype=bool)
    for part in family.slices(batch.rows):
        children = batch.engine.batch(batch.engine.plan.tables[source.child], part.rows)
        values = children.column(source.value)
        counts = ~values.is_null().to_numpy()
        if source.where is not None:
            counts &= children.column(source.where).fill_null(value=False).to_numpy()
        numbers, owner = values.fill_null(0.0).cast(pl.Float64).to_numpy()[counts], part.owner[counts]
        counted[owner] = True
        if source.function == "sum" and len(owner):
            base = int(owner[0])
            sums = np.bincount(owner - base, weights=numbers)
            found[base : base + len(sums)] += sums
        elif len(owner):
            _COMBINE[source.function].at(found, owner, numbers)
    totals: pl.Series = pl.Series(np.where(counted, found, 0.0))
    if dtype.is_integer() or isinstance(dtype, pl.Decimal):
        totals = totals.round(scale_of(dtype), mode="half_away_from_zero").cast(dtype)
    return totals if source.empty != "null" else nulled(totals, ~counted)
