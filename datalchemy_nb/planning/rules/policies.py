"""Constraint policies: of known tables, one per kind, about constraints that exist."""

from __future__ import annotations

from collections.abc import Iterator

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import PolicyRule
from datalchemy_nb.contracts.schema import Table
from datalchemy_nb.planning.issues import error, pointer, warning
from datalchemy_nb.planning.rules.scope import Scope


def check(scope: Scope) -> Iterator[Issue]:
    """Check every constraint policy."""
    first: dict[tuple[TableRef, str], tuple[int, PolicyRule]] = {}
    for index, rule in enumerate(scope.plan.rules):
        if not isinstance(rule, PolicyRule):
            continue
        table = scope.schema.tables.get(rule.ref)
        if table is None:
            yield error("unknown_constraint_target", pointer("rules", index, "table"), *scope.missing_table(rule.ref))
            continue
        earlier, other = first.setdefault((rule.ref, rule.constraint), (index, rule))
        if other.mode != rule.mode:
            message = f"{rule.ref}: policy {rule.constraint} is {other.mode} in one rule and {rule.mode} in another"
            hint = f"keep one; the other is {pointer('rules', earlier)}"
            yield error("duplicate_constraint_policy", pointer("rules", index), message, hint)
        elif not _has(table, rule.constraint):
            message = f"{rule.ref} has no constraint of kind {rule.constraint}, so the policy changes nothing"
            yield warning("constraint_not_found", pointer("rules", index), message, "remove the rule")


def _has(table: Table, kind: str) -> bool:
    if kind == "not_null":
        return any(not column.is_nullable for column in table.columns)
    if kind == "unique" and any(index.is_unique and not index.is_primary for index in table.indexes):
        return True
    return any(constraint.kind == kind for constraint in table.constraints)
