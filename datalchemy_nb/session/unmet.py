"""A plan brought to where it can be met: guesses are given up, rows lowered, and tables left out, in this order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import ColumnRule, Plan
from datalchemy_nb.contracts.relations import RelationRule, RollupRule
from datalchemy_nb.planning.leave_out import without_tables
from datalchemy_nb.planning.rules.nulls import decides
from datalchemy_nb.resolve.known import NOT_READ

if TYPE_CHECKING:
    from datalchemy_nb.contracts.schema import DatabaseSchema
    from datalchemy_nb.resolve.plan import ResolvedPlan

_ROUNDS = 60
Spare = Mapping[tuple[TableRef, str], ColumnRule]
"""Rules of columns that relations decide, for when those are given up."""
Errors = Callable[[Plan], Sequence[Issue]]


def skipped(plan: Plan, schema: DatabaseSchema, errors: Errors) -> Plan:
    """Return the plan without the tables that cannot be met; what is wrong with no table stays wrong.

    Args:
        plan: the plan.
        schema: the schema.
        errors: what is wrong with a plan; none where it can run.
    """
    for _ in range(_ROUNDS):
        found = _by_table(plan, errors(plan))
        if not found:
            return plan
        plan = without_tables(plan, schema, {ref: issue.message for ref, issue in found.items()})
    return plan


def given_up(plan: Plan, gone: Iterable[object], spare: Spare) -> Plan:
    """Return a plan without some of its rules; columns that relations among them decided have their spare rules.

    Args:
        plan: the plan.
        gone: rules of it.
        spare: rules of columns, by table and column.
    """
    going = {id(rule) for rule in gone}
    kept = tuple(rule for rule in plan.rules if id(rule) not in going)
    freed = {place: None for rule in plan.rules if id(rule) in going for place in _decided(rule)}
    taken = {place for rule in kept for place in _decided(rule)}
    taken |= {(rule.ref, rule.column) for rule in kept if isinstance(rule, ColumnRule)}
    back = tuple(spare[place] for place in freed if place in spare and place not in taken)
    return plan.model_copy(update={"rules": (*kept, *back)})


def _decided(rule: object) -> list[tuple[TableRef, str]]:
    return [(rule.ref, name) for _, name in decides(rule)] if isinstance(rule, RelationRule) else []


def workable(plan: Plan, schema: DatabaseSchema, errors: Errors, spare: Spare | None = None) -> Plan:
    """Return a drafted plan that can be met: a table that cannot be loses what is guessed of the columns in question,
    then relations, then other guesses, then rows, then all.

    Args:
        plan: the draft; rules with evidence are guesses.
        schema: the schema.
        errors: what is wrong with a plan; none where it can run.
        spare: rules of columns that a relation decides.
    """
    for _ in range(_ROUNDS):
        found = _by_table(plan, errors(plan))
        if not found or not plan.targets:
            return plan
        gone: dict[TableRef, str] = {}
        for ref, issue in found.items():
            if going := _least_sure(plan, ref, issue):
                plan = given_up(plan, going, spare or {})
            elif (fewer := _fewer(plan, ref, issue)) is not None:
                plan = fewer
            else:
                gone[ref] = issue.message
        if gone:
            plan = without_tables(plan, schema, gone)
    return plan


def stepped_back(tried: ResolvedPlan, written: int, issues: Sequence[Issue]) -> Plan | None:
    """Return a plan with fewer of its inferred rules, where a sample of rows shows that it cannot be met.

    Those of columns go that the conditions named speak of; where none has a rule, those of their tables.

    Args:
        tried: the plan, resolved.
        written: how many of its rules nobody inferred: the first ones.
        issues: what the sample shows.

    Returns:
        None where no inferred rule is left that could be the reason.
    """
    added = tried.plan.rules[written:]
    columns = {(issue.table, name) for issue in issues for name in _read_by(tried, issue)}
    tables = {issue.table for issue in issues}
    guilty = [rule for rule in added if isinstance(rule, ColumnRule) and (rule.ref, rule.column) in columns]
    guilty = guilty or [rule for rule in added if isinstance(rule, ColumnRule) and rule.ref in tables]
    if not guilty:
        return None
    gone = {id(rule) for rule in guilty}
    return tried.plan.model_copy(update={"rules": tuple(rule for rule in tried.plan.rules if id(rule) not in gone)})


def _read_by(tried: ResolvedPlan, issue: Issue) -> set[str]:
    """The columns that the conditions of a constraint read, and those drawn again with them."""
    if issue.table is None or issue.table not in tried.tables:
        return set()
    table = tried.tables[issue.table]
    told = [*table.verified, *table.stated, *table.sieve]
    named = {name for one in told if one.name == issue.constraint for name in one.columns}
    for group in table.groups:
        if any(one.name == issue.constraint for one in group.predicates):
            named.update(group.columns, group.inputs)
    return named | ({issue.column} if issue.column else set())


def _by_table(plan: Plan, issues: Sequence[Issue]) -> dict[TableRef, Issue]:
    """The first error of each table; of a rule's, the table of the rule. Keys not read yet are no fault of the plan."""
    found: dict[TableRef, Issue] = {}
    for issue in issues:
        if issue.severity != "error" or issue.code == NOT_READ:
            continue
        parts = issue.path.split("/")
        ref = issue.table
        if ref is None and len(parts) > 2 and parts[1] == "rules" and parts[2].isdigit():
            ref = plan.rules[int(parts[2])].ref
        if ref is not None:
            found.setdefault(ref, issue)
    return found


def _least_sure(plan: Plan, ref: TableRef, issue: Issue) -> Sequence[object]:
    """The guesses about a table that go next: what relations ask goes before what columns hold."""
    own = [rule for rule in plan.rules if getattr(rule, "ref", None) == ref]
    related = [rule for rule in own if not isinstance(rule, ColumnRule)]
    related += [rule for rule in plan.rules if isinstance(rule, RollupRule) and rule.child == ref]
    guessed = [rule for rule in own if isinstance(rule, ColumnRule) and rule.evidence is not None]
    names = {*issue.reads, *([issue.column] if issue.column else ())}
    near = [rule for rule in related if names & _named(rule)]
    return near or [rule for rule in guessed if rule.column in names] or related or guessed


def _named(rule: object) -> set[str]:
    """The columns that a relation decides, or by which it deals children, or that a rule of a foreign key is about."""
    if isinstance(rule, RollupRule):
        return {rule.column, *rule.child_columns}
    return {name for _, name in _decided(rule)} | set(getattr(rule, "columns", ()))


def _fewer(plan: Plan, ref: TableRef, issue: Issue) -> Plan | None:
    rows = next((target.rows for target in plan.targets if target.ref == ref), 0)
    if not issue.possible or issue.possible >= rows:
        return None
    most = issue.possible
    targets = tuple(t.model_copy(update={"rows": most}) if t.ref == ref else t for t in plan.targets)
    return plan.model_copy(update={"targets": targets})
