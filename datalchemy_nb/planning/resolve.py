"""Plan + schema -> ResolvedPlan: everything decided, feasibility proved, nothing read or written."""

from __future__ import annotations

from collections.abc import Iterable

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.run import ReportIssue
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import Infeasible
from datalchemy_nb.planning.graph import fk_graph, planned_rows
from datalchemy_nb.planning.read import normalise
from datalchemy_nb.planning.resolved import ResolvedPlan, ResolvedTable
from datalchemy_nb.planning.table import TableResolver


def resolve(plan: Plan, schema: DatabaseSchema) -> ResolvedPlan:
    """Resolve a validated plan.

    Raises:
        Infeasible: a key, domain or constraint cannot be satisfied; every such case is listed in ``issues``.
    """
    plan = normalise(plan)
    rows = planned_rows(plan, schema)
    targeted = {target.ref for target in plan.targets}
    tables: dict[TableRef, ResolvedTable] = {}
    issues: list[Issue] = []
    for ref in fk_graph(schema).insertion_order(rows):
        resolver = TableResolver(ref, plan, schema, rows)
        tables[ref] = resolver.resolve(auto_parent=ref not in targeted)
        issues.extend(resolver.issues)
    errors = [issue for issue in issues if issue.severity == "error"]
    if errors:
        raise _infeasible(errors, issues)
    return ResolvedPlan(
        plan=plan,
        tables=tables,
        schema_fingerprint=schema.schema_fingerprint or schema.fingerprint(),
        issues=tuple(_report(issues)),
    )


def _infeasible(errors: list[Issue], issues: list[Issue]) -> Infeasible:
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return Infeasible(errors[0].message + more, issues=issues, hint=errors[0].hint)


def _report(issues: Iterable[Issue]) -> Iterable[ReportIssue]:
    for issue in dict.fromkeys(issues):
        level = "error" if issue.severity == "error" else "warning"
        yield ReportIssue(level=level, code=issue.code, message=issue.message, path=issue.path, hint=issue.hint)
