"""Rows told per row of another table: what is wrong with them, and the plan with numbers in their place."""

from __future__ import annotations

from collections.abc import Iterator

from datalchemy_nb.contracts.distributions import RangeChildren
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import ForeignKeyRule, Plan, PlanTarget, RowsPer
from datalchemy_nb.contracts.schema import DatabaseSchema, ForeignKey
from datalchemy_nb.errors import did_you_mean
from datalchemy_nb.planning.issues import error, pointer


def settled(plan: Plan, schema: DatabaseSchema) -> Plan:
    """Return the plan with a number of rows in every target, and a rule about children where rows were told per parent.

    Rules keep their places; new ones come last.
    """
    if all(target.per is None for target in plan.targets):
        return plan
    counts = plan.counts()
    rules = list(plan.rules)
    for target in plan.targets:
        keys = _keys(target, schema)
        if target.per is None or len(keys) != 1:
            continue
        children = RangeChildren(kind="range", min=target.per.min, max=target.per.max, childless=target.per.childless)
        at = _rule(plan, target.ref, keys[0])
        if at is None:
            made = ForeignKeyRule(
                type="foreign_key",
                schema_name=target.schema_name,
                table=target.table,
                columns=keys[0].columns,
                children=children,
            )
            rules.append(made)
        else:
            rules[at] = rules[at].model_copy(update={"children": children})
    targets = tuple(
        target if target.per is None else target.model_copy(update={"rows": counts[target.ref], "per": None})
        for target in plan.targets
    )
    return plan.model_copy(update={"targets": targets, "rules": tuple(rules)})


def check_per(index: int, target: PlanTarget, plan: Plan, schema: DatabaseSchema) -> Iterator[Issue]:
    """Check rows that are told per row of another table."""
    per = target.per
    if per is None:
        return
    where = ("targets", index, "rows")
    if per.max < per.min or (per.mean is not None and not per.min <= per.mean <= per.max):
        yield error(
            "rows_per_range",
            pointer(*where, "max" if per.max < per.min else "mean"),
            f"{target.ref}: min {per.min}, {f'mean {per.mean:g}, ' if per.mean else ''}max {per.max} are not in order",
            "set min <= mean <= max",
        )
    asked = {str(other.ref): other for other in plan.targets}
    above = asked.get(per.per)
    if above is None:
        yield error(
            "rows_per_unknown",
            pointer(*where, "per"),
            f"{target.ref}: {per.per} is no target, so there is no number of its rows to count by",
            did_you_mean(per.per, asked) or "add a target for it, or tell rows as a number",
        )
        return
    if above.existing is not None:
        yield error(
            "rows_per_unknown",
            pointer(*where, "per"),
            f"{target.ref}: rows of {above.ref} that the database holds are not counted before the run",
            "tell rows as a number",
        )
    elif plan.counts().get(target.ref) == 0:
        yield error(
            "rows_zero",
            pointer(*where),
            f"{target.ref}: so many per row of {above.ref} are 0 rows, or the two count by each other",
            "tell rows of one of them as a number",
        )
    yield from _check_key(where, target, per, above.ref, plan, schema)


def _check_key(
    where: tuple[str | int, ...], target: PlanTarget, per: RowsPer, above: TableRef, plan: Plan, schema: DatabaseSchema
) -> Iterator[Issue]:
    keys = _keys(target, schema)
    if len(keys) != 1 and target.ref in schema.tables:
        every = [key for key in schema.tables[target.ref].foreign_keys if key.target == above]
        listed = "; ".join(f"by: [{', '.join(key.columns)}]" for key in every)
        problem = "several foreign keys lead" if len(keys) > 1 else "no foreign key leads"
        of = f" by {', '.join(per.by)}" if per.by else ""
        yield error(
            "rows_per_key",
            pointer(*where, "by" if per.by else "per"),
            f"{target.ref}: {problem} to {above}{of}",
            f"say which one: {listed}" if every else "name the table that it refers to, or tell rows as a number",
        )
    at = _rule(plan, target.ref, keys[0]) if len(keys) == 1 else None
    rule = plan.rules[at] if at is not None else None
    if isinstance(rule, ForeignKeyRule) and (rule.children is not None or rule.null_rate):
        yield error(
            "rows_per_conflict",
            pointer("rules", at or 0),
            f"{target.ref}: rows are told per {above}, and a rule tells children or nulls of the same foreign key",
            "keep one of them",
        )


def _keys(target: PlanTarget, schema: DatabaseSchema) -> list[ForeignKey]:
    """The foreign keys that may be meant."""
    table, per = schema.tables.get(target.ref), target.per
    if table is None or per is None:
        return []
    keys = [key for key in table.foreign_keys if str(key.target) == per.per]
    return [key for key in keys if set(key.columns) == set(per.by)] if per.by else keys


def _rule(plan: Plan, ref: TableRef, key: ForeignKey) -> int | None:
    rules = ((i, rule) for i, rule in plan.rules_of(ref) if isinstance(rule, ForeignKeyRule))
    return next((i for i, rule in rules if set(rule.columns) == set(key.columns)), None)
