"""Unsupported rules: what they speak of should exist."""

from __future__ import annotations

from collections.abc import Iterator

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.planning.issues import pointer, warning
from datalchemy_nb.planning.rules.scope import Scope, missing_column


def check(scope: Scope) -> Iterator[Issue]:
    """Check the reference of every unsupported rule."""
    for index, rule in enumerate(scope.plan.rules_unsupported):
        if rule.reference is None:
            continue
        ref, column = TableRef(rule.reference.schema_name, rule.reference.table), rule.reference.column
        table = scope.schema.tables.get(ref)
        if table is None:
            field = "table" if ref.schema in scope.schema_names else "schema"
            told = scope.missing_table(ref)
        elif column is not None and column not in table.by_name:
            field = "column"
            told = missing_column(ref, column, table.by_name)
        else:
            continue
        path = pointer("rules_unsupported", index, "reference", field)
        yield warning(f"unsupported_unknown_{field}", path, *told)
