"""Columns that a hand-written plan says nothing of: what the draft would choose for them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from datalchemy_nb.constraints.graph import planned_rows
from datalchemy_nb.contracts.existing import Existing
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import ColumnRule, Plan, Rule
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import DatalchemyError, PlanInvalid
from datalchemy_nb.records import dataclass

if TYPE_CHECKING:
    from datalchemy_nb.resolve.plan import ResolvedPlan

_RULE = re.compile(r"/rules/(\d+)")


@dataclass(frozen=True)
class Inferred:
    """A plan with what was inferred for it.

    Attributes:
        plan: the plan.
        resolved: the plan resolved without a server, where that was found out on the way.
    """

    plan: Plan
    resolved: ResolvedPlan | None = None


def inferred(plan: Plan, schema: DatabaseSchema, existing: Existing | None = None) -> Inferred:
    """Return the plan with a rule for every column of targets and their parents that has none, where a draft has one.

    Only column rules are added, no relations; each says its evidence. A rule that the plan cannot be met with is left
    out again. The plan that comes back does not ask for it any more, so a run is made again from it as it stands.

    Args:
        plan: a valid plan; one that does not infer comes back as it is.
        schema: what introspection found.
    """
    if not plan.infers:
        return Inferred(plan)
    added = list(_added(plan, schema))
    while added:
        tried = _with(plan, added)
        resolved, offending = _offending(tried, schema, len(plan.rules), existing)
        if not offending:
            return Inferred(tried, resolved)
        added = [rule for i, rule in enumerate(added) if i not in offending]
    return Inferred(plan)


def _with(plan: Plan, added: Iterable[ColumnRule]) -> Plan:
    options = plan.settings.model_copy(update={"infer": False})
    return plan.model_copy(update={"rules": (*plan.rules, *added), "options": options})


def _added(plan: Plan, schema: DatabaseSchema) -> Iterator[ColumnRule]:
    # The rules of a draft are loaded where something is to be inferred.
    from datalchemy_nb.drafting.draft import suggest_column
    from datalchemy_nb.drafting.view import TableView

    ruled = {(rule.ref, rule.column) for _, rule in plan.column_rules}
    capacity = {target.ref: target.capacity or 0 for target in plan.targets}
    told = _names(rule for rule in plan.rules if not isinstance(rule, ColumnRule))
    for ref, rows in planned_rows(plan, schema).items():
        table = schema.tables.get(ref)
        if table is None or not rows:
            continue
        view = TableView(ref, table, schema, plan, max(rows, capacity.get(ref, 0)))
        for column in view.columns.values():
            if (ref, column.name) in ruled or column.name in told:
                continue
            rule = suggest_column(column).to_rule()
            if rule is not None:
                yield rule


def _names(rules: Iterable[Rule]) -> set[str]:
    """Every text that rules other than a column's hold: a column that a relation may mean is left to it."""
    return {text for rule in rules for text in _texts(rule.model_dump(mode="json", by_alias=True))}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from _texts(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _texts(item)


def _offending(
    plan: Plan, schema: DatabaseSchema, first: int, existing: Existing | None
) -> tuple[ResolvedPlan | None, set[int]]:
    """The plan resolved, or numbers of added rules that keep it from being met; all of them where none is named."""
    from datalchemy_nb.planning.validate import validate
    from datalchemy_nb.resolve.known import Given
    from datalchemy_nb.resolve.resolve import resolve

    issues = [issue for issue in validate(plan, schema) if issue.severity == "error"]
    if not issues:
        try:
            return resolve(plan, schema, given=Given(existing)), set()
        except PlanInvalid as error:
            issues = [issue for issue in error.issues if issue.severity == "error"] or [_issue(error)]
        except DatalchemyError as error:
            issues = [_issue(error)]
    added = plan.rules[first:]
    told = {int(at[1]) - first for issue in issues if (at := _RULE.match(issue.path)) and int(at[1]) >= first}
    if told:
        return None, told
    tables = {rule.ref for rule in added if any(_speaks_of(issue, rule.ref) for issue in issues)}
    return None, {i for i, rule in enumerate(added) if rule.ref in tables} or set(range(len(added)))


def _speaks_of(issue: Issue, ref: TableRef) -> bool:
    return str(ref) in issue.message


def _issue(error: DatalchemyError) -> Issue:
    return Issue(severity="error", code="unsupported", path="/", message=error.message)
