"""Hold a plan against a schema, before anything is generated."""

from __future__ import annotations

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.planning.issues import sort_issues
from datalchemy_nb.planning.rules import columns, foreign_keys, generators, relations, tables
from datalchemy_nb.planning.rules.scope import Scope

CHECKS = (
    tables.check_version,
    generators.check_locales,
    tables.check,
    columns.check,
    tables.check_policies,
    foreign_keys.check,
    foreign_keys.check_children,
    relations.check,
    tables.check_unsupported,
)


def validate(plan: Plan, schema: DatabaseSchema) -> tuple[Issue, ...]:
    """Return everything wrong or doubtful about a plan, errors first, then in the order of the document.

    The plan is taken as it was written, not normalised, so that pointers lead to where things stand.
    """
    scope = Scope(plan, schema)
    return sort_issues(issue for check in CHECKS for issue in check(scope))
