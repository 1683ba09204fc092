"""Small changes of a plan; each returns a new plan and touches nothing else in it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from datalchemy_nb.contracts.distributions import Children, Distribution
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import (
    ColumnRule,
    ForeignKeyRule,
    GeneratorRef,
    GlobalOptions,
    Plan,
    PlanTarget,
    Rule,
    TransformRef,
)


def rows_of(plan: Plan, ref: TableRef) -> int | None:
    """Rows the plan asks of a table; None where it is no target."""
    return plan.counts().get(ref)


def with_rows(plan: Plan, ref: TableRef, rows: int | None) -> Plan:
    """Ask a number of rows of a table; None makes it no target."""
    if rows is None:
        return _replaced(plan, targets=tuple(target for target in plan.targets if target.ref != ref))
    if rows_of(plan, ref) is None:
        return _replaced(plan, targets=(*plan.targets, PlanTarget(schema_name=ref.schema, table=ref.table, rows=rows)))
    changed = (t.model_copy(update={"rows": rows, "per": None}) if t.ref == ref else t for t in plan.targets)
    return _replaced(plan, targets=tuple(changed))


def scaled(plan: Plan, factor: float) -> Plan:
    """Ask so many times the rows of every table, one at least where there was one."""
    targets = (t.model_copy(update={"rows": max(round(t.rows * factor), min(t.rows, 1))}) for t in plan.targets)
    return _replaced(plan, targets=tuple(targets))


def with_seed(plan: Plan, seed: int) -> Plan:
    """Draw everything by another seed."""
    return _replaced(plan, seed=seed)


def with_plan_locale(plan: Plan, locale: str) -> Plan:
    """Give the plan another locale; what a draft said for the old one is dropped."""
    options = plan.global_ or GlobalOptions()
    return _replaced(plan, global_=options.model_copy(update={"locale": locale, "evidence": None}))


def with_base_date(plan: Plan, day: dt.date) -> Plan:
    """Let another day be the plan's today."""
    return _replaced(plan, options=plan.settings.model_copy(update={"base_date": day}))


def with_relation(plan: Plan, index: int, rule: Rule | None) -> Plan:
    """Put another rule in the place of one; None takes it out."""
    rules = list(plan.rules)
    rules[index : index + 1] = [] if rule is None else [rule]
    return _with_rules(plan, rules)


def rule_at(plan: Plan, ref: TableRef, column: str) -> tuple[int, ColumnRule] | None:
    """The rule of a column with its index in the plan."""
    return next(((i, rule) for i, rule in plan.column_rules if rule.ref == ref and rule.column == column), None)


def with_generator(plan: Plan, ref: TableRef, column: str, generator: str | None) -> Plan:
    """Give a column another generator without parameters; None removes the rule, transforms and null rate with it."""
    found = rule_at(plan, ref, column)
    if generator is None:
        return plan if found is None else _with_rules(plan, [r for i, r in enumerate(plan.rules) if i != found[0]])
    if found is None:
        return _with_rules(plan, [*plan.rules, _new_rule(ref, column, generator)])
    rule = found[1]
    if rule.generator_id == generator:
        return plan
    # What was said for the old generator says nothing for the new one.
    ref_ = GeneratorRef(id=generator, locale=rule.locale)
    return _with_rule(plan, found[0], rule, generator=ref_, params=None, evidence=None)


def with_param(plan: Plan, ref: TableRef, column: str, name: str, value: Any) -> Plan:
    """Set a parameter of a column's generator; None removes it."""
    found = rule_at(plan, ref, column)
    if found is None:
        return plan
    index, rule = found
    params = _changed(rule.effective_params, name, value)
    if isinstance(rule.generator, str):
        return _with_rule(plan, index, rule, params=params)
    generator = rule.generator.model_copy(update={"params": params})
    return _with_rule(plan, index, rule, generator=generator, params=None)


def with_null_rate(plan: Plan, ref: TableRef, column: str, rate: float | None) -> Plan:
    """Set the share of nulls of a column that has a rule; None leaves it to the plan's default."""
    found = rule_at(plan, ref, column)
    return plan if found is None else _with_rule(plan, *found, null_rate=rate)


def with_transforms(plan: Plan, ref: TableRef, column: str, steps: tuple[TransformRef, ...]) -> Plan:
    """Set the transforms of a column that has a rule."""
    found = rule_at(plan, ref, column)
    return plan if found is None else _with_rule(plan, *found, transforms=steps)


def with_distribution(plan: Plan, ref: TableRef, column: str, distribution: Distribution | None) -> Plan:
    """Say how often each value of a column that has a rule comes up; None leaves it to the generator."""
    return _with_generator_part(plan, ref, column, distribution=distribution)


def with_locale(plan: Plan, ref: TableRef, column: str, locale: str | None) -> Plan:
    """Give the generator of a column that has a rule a locale of its own; None is the plan's."""
    return _with_generator_part(plan, ref, column, locale=locale)


def key_rule_at(plan: Plan, ref: TableRef, columns: Sequence[str]) -> tuple[int, ForeignKeyRule] | None:
    """The rule of a foreign key with its index in the plan."""
    keys = ((i, rule) for i, rule in enumerate(plan.rules) if isinstance(rule, ForeignKeyRule) and rule.ref == ref)
    return next(((i, rule) for i, rule in keys if set(rule.columns) == set(columns)), None)


def with_children(plan: Plan, ref: TableRef, columns: Sequence[str], children: Children | None) -> Plan:
    """Say how many rows point at each parent; None draws parents at random."""
    return _with_key_part(plan, ref, columns, children=children)


def with_key_null_rate(plan: Plan, ref: TableRef, columns: Sequence[str], rate: float | None) -> Plan:
    """Set the share of rows that point nowhere; None is the default."""
    return _with_key_part(plan, ref, columns, null_rate=rate)


def with_step_param(step: TransformRef, name: str, value: Any) -> TransformRef:
    """Set a parameter of a transform; None removes it."""
    return step.model_copy(update={"params": _changed(step.params, name, value)})


def _changed(params: Any, name: str, value: Any) -> dict[str, Any] | None:
    before: Mapping[str, Any] = params if isinstance(params, Mapping) else {}
    after = {**before, name: value}
    return {key: item for key, item in after.items() if key != name or value is not None} or None


def _with_generator_part(plan: Plan, ref: TableRef, column: str, **part: Any) -> Plan:
    found = rule_at(plan, ref, column)
    if found is None:
        return plan
    generator = found[1].generator
    made = GeneratorRef(id=generator) if isinstance(generator, str) else generator
    return _with_rule(plan, *found, generator=made.model_copy(update=part))


def _with_key_part(plan: Plan, ref: TableRef, columns: Sequence[str], **part: Any) -> Plan:
    """A rule that says nothing any more is removed."""
    found = key_rule_at(plan, ref, columns)
    rule = found[1] if found else _new_key_rule(ref, columns)
    rule = rule.model_copy(update=part)
    said = rule.children is not None or rule.null_rate is not None or rule.comment is not None
    rules: list[Rule] = list(plan.rules)
    if found is None:
        return _with_rules(plan, [*rules, rule]) if said else plan
    rules[found[0] : found[0] + 1] = [rule] if said else []
    return _with_rules(plan, rules)


def _new_key_rule(ref: TableRef, columns: Sequence[str]) -> ForeignKeyRule:
    return ForeignKeyRule(type="foreign_key", schema_name=ref.schema, table=ref.table, columns=tuple(columns))


def _new_rule(ref: TableRef, column: str, generator: str) -> ColumnRule:
    return ColumnRule(
        type="column_generator",
        schema_name=ref.schema,
        table=ref.table,
        column=column,
        generator=GeneratorRef(id=generator),
    )


def _with_rule(plan: Plan, index: int, rule: ColumnRule, **changes: Any) -> Plan:
    rules: list[Rule] = list(plan.rules)
    rules[index] = rule.model_copy(update=changes)
    return _with_rules(plan, rules)


def _with_rules(plan: Plan, rules: list[Rule]) -> Plan:
    return _replaced(plan, rules=tuple(rules))


def _replaced(plan: Plan, **changes: Any) -> Plan:
    return plan.model_copy(update=changes)
