"""Which families of values a column of each family can hold, in PostgreSQL's own text form at least."""

from __future__ import annotations

from collections.abc import Iterable

from datalchemy_nb.domains.base import Category

_ANYTHING_WRITTEN: frozenset[Category] = frozenset(
    {"text", "enum", "uuid", "json", "network", "other", "array", "range", "bytes", "interval"}
)
HOLDERS: dict[Category, frozenset[Category]] = {
    "boolean": frozenset({"boolean", "text"}),
    "integer": frozenset({"integer", "decimal", "float", "text"}),
    "decimal": frozenset({"decimal", "float", "integer", "text"}),
    "float": frozenset({"float", "decimal", "text"}),
    "text": _ANYTHING_WRITTEN,
    "uuid": frozenset({"uuid", "text"}),
    "date": frozenset({"date", "timestamp", "timestamptz", "text"}),
    "time": frozenset({"time", "text"}),
    "timestamp": frozenset({"timestamp", "timestamptz", "text"}),
    "timestamptz": frozenset({"timestamptz", "timestamp", "text"}),
    "interval": frozenset({"interval", "text"}),
    "json": frozenset({"json", "text"}),
    "enum": frozenset({"enum", "text"}),
    "bytes": frozenset({"bytes"}),
    "array": frozenset({"array", "text"}),
    "range": frozenset({"range", "text"}),
    "network": frozenset({"network", "text"}),
    "other": frozenset({"other", "text"}),
}
"""Family made -> families of columns that take it. Single values are judged when the plan is resolved."""


def fits(produced: Iterable[Category], column: Category) -> bool:
    """Whether one of the families made can stand in a column; a generator that names none may make any."""
    families = tuple(produced)
    return not families or any(column in HOLDERS[family] for family in families)
