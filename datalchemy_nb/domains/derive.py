"""Generators that read other columns of their row: ``derive.*``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import numpy as np
import numpy.typing as npt
import polars as pl
from pydantic import Field

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.domains.base import Category, Derivation, ForeignKeyShare, ParentValue, Slot
from datalchemy_nb.domains.bits import U64, unit
from datalchemy_nb.domains.fitting import decimal_scale
from datalchemy_nb.domains.grid import wide
from datalchemy_nb.domains.number import MAX_PRECISION, decimals
from datalchemy_nb.domains.parameters import Count, Str
from datalchemy_nb.domains.registry import Params, generator
from datalchemy_nb.domains.strings import fold_expr, join, row_digits
from datalchemy_nb.domains.temporal import DAY_US, SECOND_US

_DAY = DAY_US // SECOND_US
_USUAL = {"date": 30 * _DAY, "time": 3600}
_TEMPORAL = ("date", "time", "timestamp", "timestamptz")
_END_OF_DAY = _DAY - 1


class Later(Derivation):
    """The input plus an even distance; the type is the column's own.

    Args:
        column: the earlier column.
        category: family of the result: date, time, timestamp or timestamptz.
        min_days: with `min_seconds`, the shortest distance.
        min_seconds: see above.
        max_days: with `max_seconds`, the longest distance.
        max_seconds: see above.

    A date after a timestamp is the next day's or later, so that it is not before it. Times of day end at 23:59:59.

    Raises:
        ValueError: the column is no date or time, or the distances contradict each other.
    """

    def __init__(
        self,
        column: str,
        category: Category,
        min_days: int | None = None,
        min_seconds: int | None = None,
        max_days: int | None = None,
        max_seconds: int | None = None,
    ) -> None:
        if category not in _TEMPORAL:
            raise ValueError(f"the column must be a date, time or timestamp, not {category}")
        self.inputs, self.category, self.not_before = (column,), category, column
        self.least = (min_days or 0) * _DAY + (min_seconds or 0)
        if max_days is None and max_seconds is None:
            self.most = self.least + _USUAL.get(category, _DAY)
        else:
            self.most = (max_days or 0) * _DAY + (max_seconds or 0)
        if self.least > self.most:
            raise ValueError(f"the shortest distance ({self.least} s) is above the longest ({self.most} s)")

    def within(self, least: int | None, most: int | None) -> Later | None:
        """Return the same between two distances in seconds, its usual length where a side is open; None where none is.

        Args:
            least: the shortest distance; None = as it is.
            most: the longest; None = as it is.
        """
        first = self.least if least is None else max(self.least, least)
        last = max(self.most, first + self.most - self.least) if most is None else min(self.most, most)
        if first > last:
            first = max(least or 0, 0)
        if first > last:
            return None
        assert self.category is not None
        return Later(self.inputs[0], self.category, min_seconds=first, max_seconds=last)

    def compute(self, inputs: Mapping[str, pl.Series], bits: U64, rows: U64) -> pl.Series:
        del rows
        source = inputs[self.inputs[0]]
        nulls, share = source.is_null(), unit(bits)
        match self.category:
            case "time":
                moved = self._time(source, share)
            case "date":
                moved = self._date(source, share)
            case _:
                moved = self._moment(source, share)
        return moved.set(nulls, None)

    def _time(self, source: pl.Series, share: npt.NDArray[np.float64]) -> pl.Series:
        clock = source if source.dtype == pl.Time else source.cast(pl.Datetime("us")).dt.time()
        nanos = clock.to_physical().fill_null(0).to_numpy()
        room = _END_OF_DAY - nanos // 1_000_000_000
        least = np.minimum(self.least, room)
        distance = least + np.floor(share * (np.minimum(self.most, room) - least + 1)).astype(np.int64)
        return pl.Series(nanos + np.maximum(distance, 0) * 1_000_000_000).cast(pl.Time)

    def _date(self, source: pl.Series, share: npt.NDArray[np.float64]) -> pl.Series:
        if source.dtype == pl.Date:
            first = source.to_physical().fill_null(0).to_numpy().astype(np.int64)
        else:
            first = -(-_micros(source) // DAY_US)
        least, most = -(-self.least // _DAY), self.most // _DAY
        days = first + min(least, most) + np.floor(share * (max(most - least, 0) + 1)).astype(np.int64)
        return pl.Series(days.astype(np.int32)).cast(pl.Date)

    def _moment(self, source: pl.Series, share: npt.NDArray[np.float64]) -> pl.Series:
        seconds = self.least + np.floor(share * (self.most - self.least + 1)).astype(np.int64)
        zone = "UTC" if self.category == "timestamptz" else None
        return pl.Series(_micros(source) + seconds * SECOND_US).cast(pl.Datetime("us", zone))


def _micros(source: pl.Series) -> npt.NDArray[np.int64]:
    if not source.dtype.is_temporal() or source.dtype == pl.Time:
        raise ValueError(f"the input column must be a date or timestamp, not {source.dtype}")
    moments = source.cast(pl.Datetime("us")) if source.dtype == pl.Date else source.dt.cast_time_unit("us")
    micros: npt.NDArray[np.int64] = moments.to_physical().fill_null(0).to_numpy()
    return micros


_SUFFIX_DIGITS = 4
Columns = Annotated[list[Str], Field(min_length=1)]


class EmailParams(Params):
    """``input_columns``: name parts in order; ``domain``: what follows the ``@``."""

    input_columns: Columns
    domain: Annotated[Str, Field(pattern=r"^[A-Za-z0-9.-]+$")] = "example.com"


class LaterParams(Params):
    """``input_columns``: the earlier column; the distance is even between the minimum and the maximum."""

    input_columns: Columns
    min_seconds: Count | None = None
    max_seconds: Count | None = None
    min_days: Count | None = None
    max_days: Count | None = None


class MoneyTotalParams(Params):
    """``input_columns``: price, quantity and perhaps discount."""

    input_columns: Annotated[list[Str], Field(min_length=2, max_length=3)]


class ParentValueParams(Params):
    """``input_columns``: a foreign key column; the parent's column to copy."""

    input_columns: Columns
    parent_schema: Str
    parent_table: Str
    parent_column: Str


class EmailFromName(Derivation):
    """``ana.lima@example.com`` from name columns; with the row number as suffix where it must be unique."""

    category: Category | None = "text"

    def __init__(self, inputs: tuple[str, ...], domain: str, slot: Slot) -> None:
        self.inputs, self.domain, self.unique_by_row = inputs, domain, slot.unique
        self.digits = max(_SUFFIX_DIGITS, len(str(slot.rows)))
        taken = len(domain) + 1 + (self.digits + 1 if slot.unique else 0)
        self.room = None if slot.max_length is None else slot.max_length - taken
        if self.room is not None and self.room < self.digits + len("user"):
            raise ValueError(f"an address at {domain} does not fit into {slot.max_length} characters")

    def compute(self, inputs: Mapping[str, pl.Series], bits: U64, rows: U64) -> pl.Series:
        del bits
        number = row_digits(rows, self.digits)
        frame = pl.DataFrame([inputs[name].cast(pl.String).alias(str(i)) for i, name in enumerate(self.inputs)])
        parts = [fold_expr(pl.col(name)).replace("", None) for name in frame.columns]
        local = pl.concat_str(parts, separator=".", ignore_nulls=True)
        if self.room is not None:
            local = local.str.slice(0, self.room).str.strip_chars_end(".")
        known = frame.select(local.alias("local"), known=pl.any_horizontal(pl.all().is_not_null()))
        names = known["local"]
        if self.unique_by_row:
            named = join([names.set(names == "", "user"), ".", number])
        else:
            named = names.zip_with(names != "", join(["user", number]))
        return join([named, f"@{self.domain}"]).set(~known["known"], None)


class MoneyTotal(Derivation):
    """Price times quantity, less discount, rounded half away from zero to the column's scale."""

    def __init__(self, inputs: tuple[str, ...], slot: Slot) -> None:
        self.inputs = inputs
        self.category = slot.category if slot.category in ("decimal", "float", "integer") else "decimal"
        self.scale = 0 if slot.category == "integer" else decimal_scale(slot)

    def compute(self, inputs: Mapping[str, pl.Series], bits: U64, rows: U64) -> pl.Series:
        del bits, rows
        values = [inputs[name] for name in self.inputs]
        total = _float_total(values) if any(v.dtype.is_float() for v in values) else _exact_total(values, self.scale)
        match self.category:
            case "integer":
                return total.round(0).cast(pl.Int64)
            case "decimal":
                return total.round(self.scale).cast(pl.Decimal(MAX_PRECISION, self.scale))
            case _:
                return total.cast(pl.Float64)


def _float_total(values: list[pl.Series]) -> pl.Series:
    floats = [v.cast(pl.Float64) for v in values]
    total = floats[0] * floats[1]
    return total - floats[2] if len(floats) > 2 else total


def _exact_total(values: list[pl.Series], scale: int) -> pl.Series:
    raws = [_unscaled(v) for v in values]
    (price, price_scale), (quantity, quantity_scale) = raws[:2]
    total, total_scale = price * quantity, price_scale + quantity_scale
    if len(raws) > 2:
        discount, discount_scale = raws[2]
        common = max(total_scale, discount_scale)
        total = total * wide(10 ** (common - total_scale)) - discount * wide(10 ** (common - discount_scale))
        total_scale = common
    nulls, unsigned, negative = total.is_null(), total.abs().fill_null(0), (total < 0).fill_null(False)
    if total_scale > scale:
        unit = 10 ** (total_scale - scale)
        unsigned = (unsigned + wide(unit // 2)) // wide(unit)
    else:
        unsigned = unsigned * wide(10 ** (scale - total_scale))
    signed = (wide(0) - unsigned).zip_with(negative, unsigned)
    return decimals(signed, MAX_PRECISION, scale).set(nulls, None)


def _unscaled(values: pl.Series) -> tuple[pl.Series, int]:
    if isinstance(values.dtype, pl.Decimal):
        return values.to_physical().cast(pl.Int128), values.dtype.scale
    return values.cast(pl.Int128), 0


@generator("derive.email_from_name", params=EmailParams, tags=("pii.email",))
def email_from_name(params: EmailParams, slot: Slot) -> Derivation:
    """An address made of name columns, `ana.lima@example.com`; accents are folded.

    A unique column gets the row number: `ana.lima.0042@example.com`. Null where all the names are null.
    """
    return EmailFromName(tuple(params.input_columns), params.domain, slot)


@generator(
    "derive.updated_after_created",
    "derive.end_after_start",
    params=LaterParams,
    produces=("timestamptz", "timestamp", "date", "time"),
)
def later(params: LaterParams, slot: Slot) -> Derivation:
    """A date or time at or after another column's, `min_` to `max_seconds` or `_days` later.

    Without a maximum: up to 30 days for dates, a day for timestamps, an hour for times of day.
    """
    given = (params.min_days, params.min_seconds, params.max_days, params.max_seconds)
    return Later(params.input_columns[0], slot.category, *given)


@generator("derive.money_total", params=MoneyTotalParams, produces=("decimal", "float", "integer"))
def money_total(params: MoneyTotalParams, slot: Slot) -> Derivation:
    """Price times quantity less discount, exact, rounded to the column's scale."""
    return MoneyTotal(tuple(params.input_columns), slot)


@generator("derive.fk", produces=())
def fk() -> ForeignKeyShare:
    """The key of a parent row, each parent in turn."""
    return ForeignKeyShare()


@generator("derive.parent_value", params=ParentValueParams, produces=())
def parent_value(params: ParentValueParams) -> ParentValue:
    """A column of the parent row that a foreign key column points at."""
    parent = TableRef(params.parent_schema, params.parent_table)
    return ParentValue(params.input_columns[0], parent, params.parent_column)
