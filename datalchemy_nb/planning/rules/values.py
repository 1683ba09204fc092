"""Values that a plan states, held against the types of their columns."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
from sqlglot import exp

from datalchemy_nb.constraints.parse import unwrap
from datalchemy_nb.constraints.types import base_type, category_of, dtype_of
from datalchemy_nb.contracts.plan import Cell
from datalchemy_nb.contracts.schema import ColumnType, DatabaseSchema
from datalchemy_nb.domains.casting import cast

UUID = r"(?i)^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$"
"""Texts that PostgreSQL reads as a uuid, among those that anybody writes."""


def misfit(schema: DatabaseSchema, column_type: ColumnType, value: Cell) -> str | None:
    """Return why a column of a type cannot have a value, without telling the value; None where it can."""
    base = base_type(column_type, schema)
    text = as_text(value)
    if text is None:
        return None
    labels = schema.enum_labels.get((base.udt_schema, base.udt_name))
    if labels and text not in labels:
        return f"none of {', '.join(labels)}"
    if base.character_max_length is not None and len(text.rstrip(" ")) > base.character_max_length:
        return f"longer than {base.character_max_length} characters"
    if category_of(column_type, schema) == "uuid" and not pl.Series([text]).str.contains(UUID).all():
        return "no uuid"
    try:
        cast(pl.Series([text]), dtype_of(column_type, schema))
    except pl.exceptions.PolarsError:
        return f"no {base.data_type}"
    return None


def as_text(value: Cell) -> str | None:
    """Return a listed value as a file has it."""
    if value is None or isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)


def outcomes(tree: exp.Expr) -> Iterator[exp.Expr]:
    """Yield what an expression can become: the parts of ``CASE`` and ``coalesce``, else the expression itself."""
    node = unwrap(tree)
    if isinstance(node, exp.Case):
        for branch in node.args["ifs"]:
            yield from outcomes(branch.args["true"])
        if (default := node.args.get("default")) is not None:
            yield from outcomes(default)
    elif isinstance(node, exp.Coalesce):
        for part in (node.this, *node.expressions):
            yield from outcomes(part)
    else:
        yield node
