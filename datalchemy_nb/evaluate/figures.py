"""How numbers, moments and texts of statistics are written."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datalchemy_nb.evaluate.reader import LoadedColumn

ORDERED = ("integer", "decimal", "float", "moment", "boolean", "enum", "text")
"""Families whose values have an order and are listed."""
_SHOWN = 80
_ZONED = ("TIMESTAMP", "TIMESTAMPTZ")


def shaped(column: LoadedColumn) -> bool:
    """Whether a column has patterns."""
    return column.reading.family == "text" and column.reading.sql_type == "VARCHAR"


def number(column: LoadedColumn) -> str:
    """SQL for the value as a double; endless moments and numbers become null."""
    text = f"epoch({column.sql})" if column.reading.family == "moment" else f"{column.sql}::DOUBLE"
    if column.reading.sql_type in ("DATE", "TIMESTAMP", "TIMESTAMPTZ", "FLOAT", "DOUBLE"):
        return f"CASE WHEN isfinite({column.sql}) THEN {text} END"
    return text


def shown(column: LoadedColumn, value: str | None) -> str | None:
    """A value as the file would spell it, cut where it is long."""
    if value is None:
        return None
    if column.reading.sql_type in _ZONED:
        value = value.replace(" ", "T", 1).replace("+00", "Z")
    return value if len(value) <= _SHOWN else f"{value[:_SHOWN]}..."


def mean(column: LoadedColumn, value: float | None) -> str | None:
    """A mean: nine digits, so that it does not depend on the order of a sum; moments to the second."""
    if value is None:
        return None
    kind = column.reading.sql_type
    if column.reading.family != "moment":
        return f"{value:.9g}"
    if kind.startswith("TIME") and not kind.startswith("TIMESTAMP"):
        return str(dt.timedelta(seconds=round(value)))
    try:
        moment = dt.datetime(1970, 1, 1) + dt.timedelta(seconds=round(value))
    except OverflowError:
        return None
    if kind == "DATE":
        return moment.date().isoformat()
    return moment.isoformat() + ("Z" if kind == "TIMESTAMPTZ" else "")
