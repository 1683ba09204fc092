"""What a part of an expression is: its SQL and type, how one type becomes another, and how a column is given it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Literal

import polars as pl

from datalchemy_nb.constraints.probe import understood
from datalchemy_nb.domains.base import Category
from datalchemy_nb.records import dataclass

Family = Literal["integer", "decimal", "float", "text", "boolean", "date", "timestamp", "time", "interval", "untyped"]
FAMILIES: dict[Category, Family] = {
    "integer": "integer", "decimal": "decimal", "float": "float", "boolean": "boolean", "date": "date",
    "timestamp": "timestamp", "timestamptz": "timestamp", "time": "time", "text": "text", "enum": "text",
    "uuid": "text", "network": "text",
}  # fmt: skip
NUMBERS = ("integer", "decimal", "float")
QUOTIENT_DIGITS = 16
"""Digits after the point that a quotient of decimals keeps."""


class UnreadableScalarError(ValueError):
    """An expression that is not translated: a function, an operator, or types that do not go together."""


@dataclass(frozen=True)
class Typed:
    """A part of an expression.

    Attributes:
        sql: in DuckDB's dialect.
        family: of its values; ``untyped`` is a text literal or null, which takes the type of its neighbour.
        scale: digits after the point of a decimal.
        nullable: whether it can be null.
        literals: the values where it is one of a few texts known beforehand, else None.
    """

    sql: str
    family: Family
    scale: int = 0
    nullable: bool = False
    literals: frozenset[str] | None = None


@dataclass(frozen=True)
class Input:
    """What an expression reads under a name.

    Attributes:
        category: of the column.
        scale: digits after the point of a decimal.
        nullable: whether it can be null.
    """

    category: Category
    scale: int = 0
    nullable: bool = True


# --- one type as another ----------------------------------------------------------------------------------------------

_NAMES: dict[Family, str] = {
    "integer": "BIGINT", "float": "DOUBLE", "text": "VARCHAR", "boolean": "BOOLEAN", "date": "DATE",
    "timestamp": "TIMESTAMP", "time": "TIME", "interval": "INTERVAL",
}  # fmt: skip


def coerced(value: Typed, family: Family) -> Typed:
    """A value as another type, where PostgreSQL would take it for one.

    Raises:
        UnreadableScalarError: it would not.
    """
    if value.family == family:
        return value
    if value.family == "untyped" and value.literals is not None and family == "decimal":
        (text,) = value.literals
        if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
            raise UnreadableScalarError(f"{text!r} is no number")
        digits = text.partition(".")[2]
        return Typed(f"({text})", "decimal", len(digits))
    if value.family == "untyped" and family == "decimal":
        return Typed("NULL", "decimal", nullable=True)
    if value.family == "untyped" and family == "text":
        return replace(value, family="text")
    return cast(value, family)


_ALLOWED_CASTS: dict[Family, tuple[Family, ...]] = {
    "integer": ("float", "decimal", "text", "boolean"),
    "decimal": ("float", "integer", "text"),
    "float": ("integer",),
    "boolean": ("text", "integer"),
    "date": ("timestamp", "text"),
    "timestamp": ("date", "time"),
    "untyped": ("integer", "float", "boolean", "date", "timestamp", "time", "interval", "text"),
    "text": ("date", "integer"),
}


def cast(value: Typed, family: Family) -> Typed:
    """A value as another type.

    Raises:
        UnreadableScalarError: it does not become one.
    """
    if value.family == family:
        return value
    if family not in _ALLOWED_CASTS.get(value.family, ()):
        raise UnreadableScalarError(f"{value.family} does not become {family}")
    if family == "decimal":
        return replace(value, family="decimal")
    if value.family == "decimal" and family == "integer":
        return Typed(f"CAST(round({value.sql}) AS BIGINT)", "integer", nullable=value.nullable)
    sql = f"CAST({value.sql} AS {_NAMES[family]})"
    return Typed(sql, family, nullable=value.nullable, literals=value.literals if family == "text" else None)


# --- a value as a column and the engine take it -----------------------------------------------------------------------


def assigned(value: Typed, category: Category) -> Typed:
    """Return an expression as PostgreSQL assigns it to a column.

    Raises:
        UnreadableScalarError: it has no such values.
    """
    wanted = FAMILIES.get(category)
    if value.family == "untyped" and wanted is not None:
        return coerced(value, wanted)
    number = wanted in NUMBERS and value.family in NUMBERS
    moment = wanted in ("date", "timestamp") and value.family in ("date", "timestamp")
    text = wanted == "text" and value.family in ("text", "integer", "decimal", "boolean", "date")
    if wanted is None or not (number or moment or text or wanted == value.family):
        raise UnreadableScalarError(f"it makes {_said(value)}, the column is {category}")
    if number:
        return value
    return cast(value, wanted)


def _said(value: Typed) -> str:
    return "no value" if value.family == "untyped" and value.literals is None else f"{value.family} values"


def stored(value: Typed, category: Category, digits: int = 0) -> str:
    """Return SQL for a value as PostgreSQL assigns it to a column, in a form that loses nothing on its way.

    Decimals are whole numbers of their last digit, dates days and moments microseconds since 1970.

    Args:
        value: what `compile_scalar` made of the expression.
        category: of the column.
        digits: after the point, of a decimal column.

    Raises:
        UnreadableScalarError: the column cannot hold such values.
    """
    value = assigned(value, category)
    match category:
        case "integer":
            return f"CAST({_rounded_to(value, 0)} AS BIGINT)"
        case "decimal":
            return f"CAST({_rounded_to(value, digits)} * {10**digits} AS BIGINT)"
        case "float":
            return f"CAST({value.sql} AS DOUBLE)"
        case "boolean":
            return f"CAST({value.sql} AS BOOLEAN)"
        case "date":
            return f"CAST(CAST({value.sql} AS DATE) - DATE '1970-01-01' AS BIGINT)"
        case "timestamp" | "timestamptz":
            return f"epoch_us(CAST({value.sql} AS TIMESTAMP))"
        case _:
            return f"CAST({value.sql} AS VARCHAR)"


def refused(sql: str, inputs: Mapping[str, pl.DataType]) -> str | None:
    """Return why what `stored` wrote may not run over columns of these types; None where it may."""
    plain = {name: pl.Datetime("us") if isinstance(dtype, pl.Datetime) else dtype for name, dtype in inputs.items()}
    return understood(sql, plain)


def _rounded_to(value: Typed, digits: int) -> str:
    """A number rounded half away from zero; a float as PostgreSQL makes it a numeric, by its first 15 digits."""
    if value.family == "float" and digits == 0:
        return f"round_even({value.sql}, 0)"
    if value.family == "float":
        return _from_float(value.sql, digits)
    return f"round({value.sql}, {digits})" if value.scale > digits else value.sql


def _from_float(sql: str, digits: int) -> str:
    """A float as the decimal of its first fifteen digits, rounded: 0.285 is 0.29, whatever its last bit says."""
    text = f"CAST({sql} AS VARCHAR)"
    levels = ((3, 12), (6, 9), (9, 6), (12, 3))
    cases = " ".join(
        f"WHEN abs({sql}) < {10**above} THEN round(CAST({text} AS DECIMAL(38, {max(kept, digits)})), {digits})"
        for above, kept in levels
    )
    return f"(CASE {cases} ELSE CAST({text} AS DECIMAL(38, {digits})) END)"
