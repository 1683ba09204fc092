"""Expressions that relations read: a column of the table, or a helper column that no file holds."""

from __future__ import annotations

import polars as pl
from sqlglot import exp

from datalchemy_nb.constraints.paths import PathError, Scalar, read_scalar
from datalchemy_nb.constraints.scalar import compile_scalar
from datalchemy_nb.constraints.typed import Typed, UnreadableScalarError, stored
from datalchemy_nb.constraints.whole import arithmetic
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.domains.base import Category, Slot
from datalchemy_nb.planning.issues import pointer
from datalchemy_nb.planning.rules.nulls import Nulls
from datalchemy_nb.resolve.phases import RelatingTable, TableTask
from datalchemy_nb.resolve.plan import ResolvedColumn
from datalchemy_nb.resolve.relations.word import input_name
from datalchemy_nb.resolve.sources import Computed

_MOST_DIGITS = 8
"""Digits after the point of a value that is added up: sums of more do not fit 64 bits."""


def helper_name(index: int, field: str) -> str:
    """Return the name of the helper column of a rule's field."""
    return f"\x1frules/{index}/{field}"


def column_alone(draft: TableTask, ref: TableRef, sql: str) -> str | None:
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
    bare = isinstance(scalar.tree, exp.Column) and scalar.tree.name == name
    return name if bare and not found.steps else None


def helper(draft: RelatingTable, index: int, field: str, sql: str, *, truth: bool = False) -> str | None:
    """Return the name under which a table's rows hold an expression; None, and an issue, where they cannot.

    Args:
        draft: the table whose rows it is made of.
        index: of the rule.
        field: of the rule, which holds the expression.
        sql: the expression.
        truth: it is a condition.
    """
    try:
        scalar = read_scalar(draft.schema, draft.ref, sql)
    except PathError:
        return None
    alone = _alone(scalar)
    if alone is not None:
        return alone
    names: dict[str, str] = {}
    for text, found in scalar.inputs.items():
        read = input_name(draft, index, found)
        if read is None:
            return None
        names[text] = read
    tree = scalar.tree.copy()
    for column in tree.find_all(exp.Column):
        column.this.set("this", names[column.name])
    typed = Nulls(draft.plan, draft.schema).inputs(scalar)
    where = pointer("rules", index, field)
    try:
        value = compile_scalar(tree, {names[text]: one for text, one in typed.items()}, draft.plan.base_date)
        category, dtype = _type_of(value, truth=truth)
        expression = stored(value, category, value.scale if category == "decimal" else 0)
    except UnreadableScalarError as reason:
        draft.refuse("relation_sql", where, f"{draft.ref}: {reason}")
        return None
    name = helper_name(index, field)
    slot = Slot(draft.ref, name, category, dtype, category, rows=draft.rows)
    read_as = {names[text]: one for text, one in typed.items()}
    whole = arithmetic(tree, read_as) if category in ("integer", "decimal") else None
    source = Computed(expression, tuple(names.values()), stored=True, whole=whole)
    draft.helpers[name] = ResolvedColumn(name=name, slot=slot, dtype=dtype, source=source)
    draft.trees[name] = tree
    return name


def _type_of(value: Typed, *, truth: bool) -> tuple[Category, pl.DataType]:
    """The type in which an expression is kept.

    Raises:
        UnreadableScalarError: there is none.
    """
    if truth:
        return "boolean", pl.Boolean()
    match value.family:
        case "integer":
            return "integer", pl.Int64()
        case "decimal" if value.scale <= _MOST_DIGITS:
            return "decimal", pl.Decimal(38, value.scale)
        case "decimal":
            raise UnreadableScalarError(
                f"a value of {value.scale} digits after the point; round it to {_MOST_DIGITS} or fewer"
            )
        case "float":
            return "float", pl.Float64()
        case "boolean":
            return "boolean", pl.Boolean()
        case "date":
            return "date", pl.Date()
        case "timestamp":
            return "timestamp", pl.Datetime("us")
        case _:
            raise UnreadableScalarError(f"{value.family} values are not added up or compared")
