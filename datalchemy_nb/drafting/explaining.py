"""Why a column is filled the way it is."""

from __future__ import annotations

import json
from collections.abc import Iterator

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import ForeignKeyRule, Plan
from datalchemy_nb.domains.registry import find_generator
from datalchemy_nb.drafting.suggestion import Draft, Suggestion, column_name
from datalchemy_nb.errors import UsageError, did_you_mean
from datalchemy_nb.planning.rules.nulls import decides


def explain(source: Draft | Plan, ref: TableRef, column: str) -> str:
    """Return a few lines: what fills the column, and why.

    Args:
        source: a draft, or a plan (whose rules carry their evidence).
        ref: the table.
        column: the column.

    Raises:
        UsageError: a draft does not have the column.
    """
    if isinstance(source, Plan):
        return _of_plan(source, ref, column)
    found = source.by_column.get((ref, column))
    if found is None:
        name, known = column_name(ref, column), [column_name(*place) for place in source.by_column]
        raise UsageError(f"{name} is not in the drafted plan", hint=did_you_mean(name, known))
    return _of_suggestion(found)


def _of_suggestion(found: Suggestion) -> str:
    lines = [f"{column_name(found.ref, found.column)}: {found.generator_id or 'no rule'}"]
    if found.generator_id is not None:
        lines += _generator(found.generator_id, dict(found.params))
    lines += [f"  because: {told}" for told in found.evidence]
    return "\n".join([*lines, f"  rule: {found.rule}, confidence {found.confidence:.0%}"])


def _of_plan(plan: Plan, ref: TableRef, column: str) -> str:
    rule = next((r for _, r in plan.column_rules if r.ref == ref and r.column == column), None)
    name = column_name(ref, column)
    related = list(_related(plan, ref, column))
    if rule is None:
        first = related[0].strip() if related else "no rule; its key, its default or its type decides"
        return "\n".join([f"{name}: {first}", *related[1:]])
    lines = [f"{name}: {rule.generator_id}", *_generator(rule.generator_id, rule.effective_params)]
    return "\n".join([*lines, f"  because: {rule.evidence or rule.comment or 'the plan does not say'}", *related])


def _related(plan: Plan, ref: TableRef, column: str) -> Iterator[str]:
    """Relations that decide the column, and its foreign key, each with its evidence."""
    for _, rule in plan.relations:
        if rule.ref == ref and column in (name for _, name in decides(rule)):
            yield f"  relation: {rule.type}, because: {rule.evidence or rule.comment or 'the plan does not say'}"
    for key in plan.rules:
        if isinstance(key, ForeignKeyRule) and key.ref == ref and column in key.columns and key.comment:
            yield f"  children per parent: {key.comment}"


def _generator(id_: str, params: object) -> list[str]:
    spec = find_generator(id_)
    lines = [f"  makes: {spec.doc}"] if spec and spec.doc else []
    return [*lines, f"  with: {json.dumps(params, ensure_ascii=False)}"] if params else lines
