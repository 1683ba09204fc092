"""A draft on trial: some rows of every related table are made, and relations that cannot be met are given up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from datalchemy_nb.contracts.plan import Plan, UnsupportedReference, UnsupportedRule
from datalchemy_nb.contracts.relations import BoundsRule, RelationRule
from datalchemy_nb.errors import DatalchemyError
from datalchemy_nb.generate.known import settled
from datalchemy_nb.generate.rows import Engine

if TYPE_CHECKING:
    from datalchemy_nb.contracts.names import TableRef
    from datalchemy_nb.contracts.schema import DatabaseSchema
    from datalchemy_nb.resolve.plan import ResolvedPlan

_SAMPLE = 48
_STAND_INS = 20


def tried(plan: Plan, schema: DatabaseSchema, resolved: ResolvedPlan | None = None) -> tuple[Plan, ResolvedPlan | None]:
    """Return the plan, without the relations of tables whose rows cannot be made, and resolved as far as it was.

    Proofs before the run look at whole ranges; this looks at rows, evenly spaced, as a preview would. Bounds of a table
    go first, then whatever else relates its rows. What went is told in the plan's list of unsupported rules.

    Args:
        plan: the draft.
        schema: the schema.
        resolved: the plan, where it is resolved already.
    """
    while plan.relations:
        try:
            resolved = resolved or settled(all_made(plan), schema)
        except DatalchemyError:
            return plan, None
        engine = Engine(resolved)
        failed = next(
            ((ref, reason) for ref in _related(plan) if (reason := _failure(engine, ref)) is not None),
            None,
        )
        if failed is None:
            return plan, None if plan.holding else resolved
        plan, resolved = _without(plan, *failed), None
    return plan, None if plan.holding else resolved


def all_made(plan: Plan) -> Plan:
    """Return the plan with rows of its own where those of the database are kept, whose keys nobody has read yet."""
    targets = tuple(
        target.model_copy(update={"existing": None, "rows": _STAND_INS if target.existing == "keep" else target.rows})
        if target.existing
        else target
        for target in plan.targets
    )
    return plan.model_copy(update={"targets": targets})


def _related(plan: Plan) -> list[TableRef]:
    return list(dict.fromkeys(rule.ref for _, rule in plan.relations))


def _failure(engine: Engine, ref: TableRef) -> str | None:
    """Why a few rows of a table cannot be made; None where they can."""
    table = engine.plan.tables.get(ref)
    if table is None or not table.rows:
        return None
    rows = np.unique(np.linspace(0, table.rows - 1, min(_SAMPLE, table.rows)).astype(np.uint64))
    try:
        engine.rows(ref, rows)
    except DatalchemyError as error:
        return error.message
    return None


def _without(plan: Plan, ref: TableRef, reason: str) -> Plan:
    own = [rule for _, rule in plan.relations if rule.ref == ref]
    named = [rule for rule in own if isinstance(rule, BoundsRule) and f".{rule.column}" in reason]
    going = named or [rule for rule in own if isinstance(rule, BoundsRule)] or own
    told = tuple(_told(rule, reason) for rule in going)
    rules = tuple(rule for rule in plan.rules if not any(rule is one for one in going))
    return plan.model_copy(update={"rules": rules, "rules_unsupported": (*plan.rules_unsupported, *told)})


def _told(rule: RelationRule, reason: str) -> UnsupportedRule:
    column = getattr(rule, "column", None)
    reference = UnsupportedReference(schema_name=rule.schema_name, table=rule.table, column=column)
    return UnsupportedRule(description=f"{rule.type} of {rule.ref}", reason=reason, reference=reference)
