"""PostgreSQL column types taken apart: families, frame dtypes, limits."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.pg_types import BY_NAME, SHAPES, VECTORS, Category, category_by_name
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import Check, Column, ColumnType, DatabaseSchema
from datalchemy_nb.domains.base import Slot
from datalchemy_nb.domains.limits import AtLeast, AtMost, Length, Limit

_DTYPES: dict[Category, pl.DataType] = {
    "boolean": pl.Boolean(),
    "integer": pl.Int64(),
    "float": pl.Float64(),
    "date": pl.Date(),
    "time": pl.Time(),
    "timestamp": pl.Datetime("us"),
    "timestamptz": pl.Datetime("us", "UTC"),
}
_INTEGER_DTYPES: dict[str, pl.DataType] = {"int2": pl.Int16(), "int4": pl.Int32(), "int8": pl.Int64()}
MAX_DECIMAL_PRECISION = 38
_MOST_PLACES = 12
_LONGEST = {"char": 1, "name": 63}
"""Characters of types that say nothing of them: PostgreSQL cuts off the rest without a word."""


def base_type(column_type: ColumnType, schema: DatabaseSchema) -> ColumnType:
    """Return the type under any chain of domains."""
    while column_type.kind == "domain":
        domain = schema.domain_types.get((column_type.udt_schema, column_type.udt_name))
        if domain is None:
            return column_type
        column_type = domain.base
    return column_type


def domain_checks(column_type: ColumnType, schema: DatabaseSchema) -> tuple[Check, ...]:
    """Return the CHECKs of every domain in the chain, outermost first, written over VALUE."""
    if column_type.kind != "domain":
        return ()
    return domain_checks_of((column_type.udt_schema, column_type.udt_name), schema)


def domain_checks_of(name: tuple[str, str], schema: DatabaseSchema) -> tuple[Check, ...]:
    """Return the same of a domain known by schema and name; none where there is no such domain."""
    domain = schema.domain_types.get(name)
    return () if domain is None else (*domain.checks, *domain_checks(domain.base, schema))


def is_not_null(column: Column, schema: DatabaseSchema) -> bool:
    """Whether nulls are refused, by the column or by a domain in its chain."""
    column_type = column.column_type
    while column_type.kind == "domain":
        domain = schema.domain_types.get((column_type.udt_schema, column_type.udt_name))
        if domain is None:
            break
        if domain.not_null:
            return True
        column_type = domain.base
    return not column.is_nullable


def category_of(column_type: ColumnType, schema: DatabaseSchema) -> Category:
    """Return the family of a column's values."""
    base = base_type(column_type, schema)
    if base.kind == "enum" or (base.udt_schema, base.udt_name) in schema.enum_labels:
        return "enum"
    if base.kind == "array" or base.udt_name.startswith("_"):
        return "array"
    if base.kind in ("range", "multirange"):
        return "range"
    return category_by_name(base.udt_name) if base.kind == "base" else "other"


def dtype_of(column_type: ColumnType, schema: DatabaseSchema) -> pl.DataType:
    """Return the polars dtype a column has in frames. Types without one of their own are text in PostgreSQL's form."""
    base = base_type(column_type, schema)
    category = category_of(column_type, schema)
    if category == "integer":
        return _INTEGER_DTYPES.get(base.udt_name, pl.Int64())
    if category == "decimal":
        return _decimal(base.numeric_precision, base.numeric_scale or 0)
    return _DTYPES.get(category, pl.String())


def _held(precision: int, scale: int) -> tuple[int, int]:
    """Digits that are made of a number, and places after the point: fewer of wider types, so that products fit."""
    return (
        (precision, scale) if precision <= MAX_DECIMAL_PRECISION else (MAX_DECIMAL_PRECISION, min(scale, _MOST_PLACES))
    )


def _decimal(precision: int | None, scale: int) -> pl.DataType:
    """The frame's decimal: six digits after the point where the type names none; no point for negative scales."""
    if precision is None:
        return pl.Decimal(MAX_DECIMAL_PRECISION, 6)
    precision, scale = _held(precision, scale)
    digits = min(precision - min(scale, 0), MAX_DECIMAL_PRECISION)
    return pl.Decimal(max(digits, scale), min(max(scale, 0), MAX_DECIMAL_PRECISION))


def slot_for(ref: TableRef, column: Column, schema: DatabaseSchema, plan: Plan, rows: int) -> Slot:
    """Return the slot of a column: what a generator may know of the place it fills."""
    slot = slot_for_type(ref, column.name, column.column_type, schema, plan, rows)
    if slot.type_name.rpartition(".")[2] not in (*SHAPES, *VECTORS):
        return slot
    from datalchemy_nb.constraints.modifiers import told_type

    conditions = [check.expression for check in schema.tables[ref].checks]
    told = told_type(slot.type_name, column.name, conditions)
    if told == slot.type_name:
        told = told_type(
            slot.type_name, "value", [c.expression.lower() for c in domain_checks(column.column_type, schema)]
        )
    return replace(slot, type_name=told)


def slot_for_type(
    ref: TableRef, name: str, column_type: ColumnType, schema: DatabaseSchema, plan: Plan, rows: int
) -> Slot:
    """Return the slot of anything that has a type: a column, or a field of a composite type."""
    base = base_type(column_type, schema)
    category = category_of(column_type, schema)
    digits, places = None, None
    if category == "decimal" and base.numeric_precision is not None:
        digits, places = _held(base.numeric_precision, base.numeric_scale or 0)
    return Slot(
        table=ref,
        column=name,
        category=category,
        dtype=dtype_of(column_type, schema),
        type_name=base.data_type,
        rows=rows,
        max_length=base.character_max_length or _LONGEST.get(base.udt_name),
        precision=digits,
        scale=places,
        labels=schema.enum_labels.get((base.udt_schema, base.udt_name), ()),
        locale=plan.locale,
        base_date=plan.base_date,
        future_margin_days=plan.future_margin_days,
        seed=plan.seed,
        sibling_columns=tuple(schema.tables[ref].by_name),
    )


def with_locale(slot: Slot, locale: str | None) -> Slot:
    """Return the slot with the rule's own locale."""
    return replace(slot, locale=locale) if locale else slot


def type_limits(slot: Slot, udt_name: str) -> tuple[Limit, ...]:
    """Return what the type alone asks of a value."""
    if slot.category == "integer":
        if udt_name == "oid":
            return (AtLeast(0), AtMost(2**32 - 1))
        known = BY_NAME.get(udt_name)
        top = 1 << ((known.bits if known and known.bits else 64) - 1)
        return (AtLeast(-top), AtMost(top - 1))
    if slot.category == "decimal" and slot.precision is not None:
        bound = 10 ** (slot.precision - (slot.scale or 0))
        return (AtLeast(-bound, strict=True), AtMost(bound, strict=True))
    if slot.category == "text" and slot.max_length is not None:
        return (Length(0, slot.max_length),)
    return ()


def asked_beside(
    own: tuple[TableRef, Column], far: tuple[TableRef, Column], schema: DatabaseSchema, plan: Plan
) -> tuple[Limit, ...]:
    """Return what the type of a foreign key's column asks of a value that the type of the column referred to does not.

    ``varchar(4)`` may refer to ``text``, and ``smallint`` to ``bigint``.

    Args:
        own: the table and the column.
        far: those referred to.
        schema: the schema they are of.
        plan: the plan.
    """
    if own[1].column_type == far[1].column_type:
        return ()
    mine, theirs = (
        type_limits(slot_for(ref, column, schema, plan, 1), base_type(column.column_type, schema).udt_name)
        for ref, column in (own, far)
    )
    return tuple(limit for limit in mine if not any(_asks_no_less(other, limit) for other in theirs))


def _asks_no_less(limit: Limit, than: Limit) -> bool:
    match limit, than:
        case AtLeast(bound, strict), AtLeast(other, also):
            return bool(bound > other or (bound == other and (strict or not also)))
        case AtMost(bound, strict), AtMost(other, also):
            return bool(bound < other or (bound == other and (strict or not also)))
        case Length(_, most), Length(_, other):
            return most is not None and (other is None or most <= other)
        case _:
            return False
