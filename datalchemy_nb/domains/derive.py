"""Generators that read other columns of their row: ``derive.*``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import polars as pl
from pydantic import Field

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.domains.base import Category, Derivation, ForeignKeyShare, ParentValue, Slot
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.fitting import decimal_scale
from datalchemy_nb.domains.folding import fold_expr
from datalchemy_nb.domains.grid import wide
from datalchemy_nb.domains.later import Later
from datalchemy_nb.domains.number import MAX_PRECISION, decimals
from datalchemy_nb.domains.parameters import Count, Str
from datalchemy_nb.domains.registry import Params, generator
from datalchemy_nb.domains.strings import join, row_digits

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
