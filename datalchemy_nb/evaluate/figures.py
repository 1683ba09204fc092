"""How numbers, moments and texts of statistics are written."""

from __future__ import annotations

import datetime as dt

from datalchemy_nb.evaluate.reader import LoadedColumn

_SHOWN = 80
_ZONED = ("TIMESTAMP", "TIMESTAMPTZ")


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
