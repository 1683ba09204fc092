"""Expressions that relations read: a column of the table, or a helper column that no file holds."""

from __future__ import annotations

import polars as pl

from datalchemy_nb.constraints.paths import PathError, Scalar, read_scalar
from datalchemy_nb.constraints.translate import to_duckdb
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.domains.base import Slot
from datalchemy_nb.resolve.plan import Computed, ResolvedColumn
from datalchemy_nb.resolve.relations.word import input_name
from datalchemy_nb.resolve.state import TableDraft


def helper_name(index: int, field: str) -> str:
    """Return the name of the helper column of a rule's field."""
    return f"\x1frules/{index}/{field}"


def column_alone(draft: TableDraft, ref: TableRef, sql: str) -> str | None:
    """Return the column's name where an expression is a column of the table and nothing else."""
    try:
        scalar = read_scalar(draft.schema, ref, sql)
    except PathError:
        return None
    return _alone(scalar)


def _alone(scalar: Scalar) -> str | None:
    if len(scalar.inputs) != 1:
        return None
    ((name, found),) = scalar.inputs.items()
    return name if not found.steps and scalar.tree.sql() == f'"{name}"' else None


def helper(draft: TableDraft, index: int, field: str, sql: str, *, truth: bool = False) -> str | None:
    """Return the name under which a table's rows hold an expression; None, and an issue, where they cannot."""
    try:
        scalar = read_scalar(draft.schema, draft.ref, sql)
    except PathError:
        return None
    alone = _alone(scalar)
    if alone is not None:
        return alone
    names = {name: input_name(draft, index, found) for name, found in scalar.inputs.items()}
    if None in names.values():
        return None
    categories = {name: draft.columns[name].slot.category for name in names if name in draft.columns}
    dtype: pl.DataType = pl.Boolean() if truth else pl.Decimal(38, 6)
    name = helper_name(index, field)
    slot = Slot(draft.ref, name, "boolean" if truth else "decimal", dtype, "", rows=draft.rows)
    source = Computed(to_duckdb(scalar.tree, categories, draft.plan.base_date), tuple(names))
    draft.helpers[name] = ResolvedColumn(name=name, slot=slot, dtype=dtype, source=source)
    return name
