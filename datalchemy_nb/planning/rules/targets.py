"""Targets: known tables that can hold rows, each once."""

from __future__ import annotations

from collections.abc import Iterator

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import PlanTarget
from datalchemy_nb.planning.graph import partition_root
from datalchemy_nb.planning.issues import error, pointer
from datalchemy_nb.planning.rules.scope import Scope

_NO_TABLES = {
    "view": "a view",
    "materialized_view": "a materialized view",
    "foreign_table": "a foreign table",
}


def check(scope: Scope) -> Iterator[Issue]:
    """Check every target."""
    if not scope.plan.targets:
        yield error("targets_empty", pointer("targets"), "the plan has no targets", "add a table and its rows")
    seen: dict[TableRef, int] = {}
    for index, target in enumerate(scope.plan.targets):
        yield from _rows(index, target)
        yield from _table(scope, index, target)
        if target.schema_name in scope.schema_names:
            yield from _duplicate(seen, index, target.ref)


def _rows(index: int, target: PlanTarget) -> Iterator[Issue]:
    if target.rows == 0:
        hint = "ask for 1 or more, or remove the target"
        yield error("rows_zero", pointer("targets", index, "rows"), f"{target.ref}: 0 rows are asked for", hint)


def _table(scope: Scope, index: int, target: PlanTarget) -> Iterator[Issue]:
    ref = target.ref
    table = scope.schema.tables.get(ref)
    if table is None:
        code, field = ("unknown_table", "table") if ref.schema in scope.schema_names else ("unknown_schema", "schema")
        yield error(code, pointer("targets", index, field), *scope.missing_table(ref))
    elif table.kind in _NO_TABLES:
        message = f"{ref} is {_NO_TABLES[table.kind]} and takes no rows of its own"
        hint = "remove the target, and fill the tables it reads"
        yield error("target_is_view", pointer("targets", index, "table"), message, hint)
    elif table.partition_of is not None:
        root = partition_root(ref, scope.schema)
        message = f"{ref} is a partition; rows reach it through {root}"
        hint = f"target {root} instead; PostgreSQL routes its rows"
        yield error("target_is_partition", pointer("targets", index, "table"), message, hint)


def _duplicate(seen: dict[TableRef, int], index: int, ref: TableRef) -> Iterator[Issue]:
    first = seen.setdefault(ref, index)
    if first != index:
        hint = f"keep one; the other is {pointer('targets', first)}"
        yield error("duplicate_target", pointer("targets", index), f"{ref} is a target twice", hint)
