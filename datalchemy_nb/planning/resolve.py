"""Plan + schema -> ResolvedPlan: everything decided, feasibility proved, nothing read or written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from datalchemy_nb.contracts.feasibility import TableFeasibility
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan, PolicyRule
from datalchemy_nb.contracts.run import ReportIssue
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import Infeasible
from datalchemy_nb.planning.answers import Answers, Ask
from datalchemy_nb.planning.drafts import TableDraft
from datalchemy_nb.planning.graph import fk_graph, planned_rows, without_foreign_keys
from datalchemy_nb.planning.issues import error
from datalchemy_nb.planning.kinds import constant_columns, want_kinds
from datalchemy_nb.planning.read import normalise
from datalchemy_nb.planning.relations import key_cycles, relate
from datalchemy_nb.planning.resolved import ResolvedPlan, ResolvedTable
from datalchemy_nb.planning.table import TableResolver


def resolve(plan: Plan, schema: DatabaseSchema, ask: Ask | None = None) -> ResolvedPlan:
    """Resolve a validated plan.

    Args:
        plan: the plan; what a server answered before is part of it.
        schema: the schema.
        ask: asks a server about CHECKs that only it can evaluate; the answers go into the plan of the result.

    Raises:
        Infeasible: a key, domain or constraint cannot be satisfied; every such case is listed in ``issues``.
    """
    found = survey(plan, schema, ask)
    errors = [issue for issue in found.issues if issue.severity == "error"]
    if errors:
        raise _infeasible(errors, list(found.issues))
    return found.resolved


@dataclass(frozen=True)
class Survey:
    """A plan resolved as far as it goes.

    Attributes:
        resolved: what a run would follow; meaningless when an issue is an error.
        reports: how every constraint is met, by table.
        issues: errors and warnings.
    """

    resolved: ResolvedPlan
    reports: tuple[TableFeasibility, ...]
    issues: tuple[Issue, ...]


def survey(plan: Plan, schema: DatabaseSchema, ask: Ask | None = None) -> Survey:
    """Resolve a validated plan, and tell of every constraint how it is met, also where some cannot be."""
    plan = normalise(plan)
    rows = planned_rows(plan, schema)
    targeted = {target.ref for target in plan.targets}
    unfollowed = without_foreign_keys(plan) | _ignored(plan)
    relations = relate(schema, rows, unfollowed, constant_columns(rows, schema, plan))
    want_kinds(relations, schema, plan, rows)
    answers = Answers(plan.server_answers, ask)
    tables: dict[TableRef, ResolvedTable] = {}
    issues: list[Issue] = []
    reports: list[TableFeasibility] = []
    for ref in fk_graph(schema).insertion_order(rows):
        resolver = TableResolver(TableDraft(ref, plan, schema, rows, relations, unfollowed, answers=answers))
        tables[ref] = resolver.resolve(auto_parent=ref not in targeted)
        issues.extend(resolver.issues)
        reports.append(resolver.report)
    issues.extend(_circular(key_cycles(relations)))
    resolved = ResolvedPlan(
        plan=plan.model_copy(update={"server_answers": tuple(answers.given)}),
        tables=tables,
        schema_fingerprint=schema.schema_fingerprint or schema.fingerprint(),
        issues=tuple(_report(issues)),
    )
    return Survey(resolved, tuple(reports), tuple(issues))


def _ignored(plan: Plan) -> frozenset[TableRef]:
    """Tables whose policy for foreign keys is to ignore them."""
    return frozenset(
        rule.ref
        for rule in plan.rules
        if isinstance(rule, PolicyRule) and rule.constraint == "foreign_key" and rule.mode == "ignore"
    )


def _circular(columns: Iterable[tuple[TableRef, str]]) -> Iterable[Issue]:
    for ref, name in columns:
        yield error(
            "unsupported",
            "/",
            f"{ref}.{name} is a foreign key whose values come, over other keys, from itself",
            "set foreign_key_strategy disable for one of the tables, with options.allow_fk_disable",
        )


def _infeasible(errors: list[Issue], issues: list[Issue]) -> Infeasible:
    more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
    return Infeasible(errors[0].message + more, issues=issues, hint=errors[0].hint)


def _report(issues: Iterable[Issue]) -> Iterable[ReportIssue]:
    for issue in dict.fromkeys(issues):
        level = "error" if issue.severity == "error" else "warning"
        yield ReportIssue(level=level, code=issue.code, message=issue.message, path=issue.path, hint=issue.hint)
