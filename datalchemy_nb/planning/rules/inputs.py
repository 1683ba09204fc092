"""References from a rule's params: columns of the same table, and a column of a parent."""

from __future__ import annotations

from collections.abc import Iterator

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import Column
from datalchemy_nb.planning.explain import show
from datalchemy_nb.planning.issues import error
from datalchemy_nb.planning.rules.scope import Place, missing_column

PARENT_VALUE = "derive.parent_value"
PARENT_KEYS = ("parent_schema", "parent_table", "parent_column")


def input_columns(place: Place) -> Iterator[Issue]:
    """Check that ``input_columns`` is a list of columns of the rule's table."""
    params = place.rule.effective_params
    if not isinstance(params, dict) or "input_columns" not in params:
        return
    given = params["input_columns"]
    if not isinstance(given, list):
        message = f"{place.name}: input_columns must be a list of column names, not {show(given)}"
        yield error("invalid_input_columns", place.at_param("input_columns"), message, "write it as a list")
        return
    for j, name in enumerate(given):
        path = place.at_param("input_columns", j)
        if not isinstance(name, str):
            message = f"{place.name}: input_columns must hold column names, not {show(name)}"
            yield error("invalid_input_columns", path, message, "write the column's name as text")
        elif name not in place.table.by_name:
            message, hint = missing_column(place.rule.ref, name, place.table.by_name)
            yield error("unknown_input_column", path, f"{place.name} reads {message}", hint)


def parent_reference(place: Place) -> Iterator[Issue]:
    """Check that ``derive.parent_value`` names a column that exists."""
    params = place.rule.effective_params
    if place.rule.generator_id != PARENT_VALUE or not (params is None or isinstance(params, dict)):
        return
    if params is None:
        message = f"{place.name}: {PARENT_VALUE} does not say which parent column to copy"
        yield error("missing_parent_reference", place.at_param(), message, f"give params {', '.join(PARENT_KEYS)}")
        return
    absent = [key for key in PARENT_KEYS if not isinstance(params.get(key), str)]
    for key in absent:
        message = f"{place.name}: {PARENT_VALUE} needs {key}, as text"
        yield error("missing_parent_reference", place.at_param(key), message, f"give params {', '.join(PARENT_KEYS)}")
    if not absent:
        yield from _parent(place, TableRef(params["parent_schema"], params["parent_table"]), params["parent_column"])


def parent_column(place: Place) -> Column | None:
    """Return the column ``derive.parent_value`` copies, if the reference is whole and right."""
    params = place.rule.effective_params
    named = [params[key] for key in PARENT_KEYS if isinstance(params.get(key), str)] if isinstance(params, dict) else []
    if len(named) < len(PARENT_KEYS):
        return None
    schema, table_name, column = named
    table = place.scope.schema.tables.get(TableRef(schema, table_name))
    return table.by_name.get(column) if table else None


def _parent(place: Place, ref: TableRef, column: str) -> Iterator[Issue]:
    table = place.scope.schema.tables.get(ref)
    if table is None:
        key = "parent_table" if ref.schema in place.scope.schema_names else "parent_schema"
        message, hint = place.scope.missing_table(ref)
    elif column not in table.by_name:
        key = "parent_column"
        message, hint = missing_column(ref, column, table.by_name)
    else:
        return
    yield error("unknown_parent_reference", place.at_param(key), f"{place.name} copies from {message}", hint)
