"""A draft on trial: some rows of every related table are made, and relations that cannot be met are given up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from datalchemy_nb.contracts.plan import Plan, UnsupportedReference, UnsupportedRule
from datalchemy_nb.contracts.relations import BoundsRule, RelationRule
from datalchemy_nb.errors import DatalchemyError, GenerationError
from datalchemy_nb.generate.known import settled
from datalchemy_nb.generate.rows import Engine
from datalchemy_nb.planning.rules.nulls import decides
from datalchemy_nb.resolve.sources import Drawn, Keyed
from datalchemy_nb.session.unmet import Spare, given_up

if TYPE_CHECKING:
    from datalchemy_nb.contracts.names import TableRef
    from datalchemy_nb.contracts.schema import DatabaseSchema
    from datalchemy_nb.domains.bits import U64
    from datalchemy_nb.resolve.plan import ResolvedPlan, ResolvedTable

_SAMPLE = 48
_BOUNDED = 2048
"""Rows of which columns are made that no proof says their bounds leave a value."""
_WHOLE = 1 << 12
"""Parents of up to so many rows are made once for all tables."""
_STAND_INS = 20


def tried(
    plan: Plan, schema: DatabaseSchema, resolved: ResolvedPlan | None = None, spare: Spare | None = None
) -> tuple[Plan, ResolvedPlan | None]:
    """Return the plan, without the relations of tables whose rows cannot be made, and resolved as far as it was.

    Proofs before the run look at whole ranges; this looks at rows, evenly spaced, as a preview would. Bounds of a table
    go first, then whatever else relates its rows. What went is told in the plan's list of unsupported rules.

    Args:
        plan: the draft.
        schema: the schema.
        resolved: the plan, where it is resolved already.
        spare: rules of columns that a relation decided.
    """
    while plan.relations:
        try:
            resolved = resolved or settled(all_made(plan), schema)
        except DatalchemyError:
            return plan, None
        failed = _failed(resolved, _related(plan))
        if failed is None:
            return plan, None if plan.holding else resolved
        plan, resolved = _without(plan, *failed, spare or {}), None
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


def _failed(resolved: ResolvedPlan, related: Iterable[TableRef]) -> tuple[TableRef, DatalchemyError] | None:
    """The first table of which a few rows cannot be made, and why."""
    quick, alone = Engine(resolved, whole=_WHOLE), Engine(resolved)
    for ref in related:
        # What fails may be a row of a parent that none of these points at: then they are made without others.
        if _failure(quick, ref) is not None and (reason := _failure(alone, ref)) is not None:
            return ref, reason
    return None


def _failure(engine: Engine, ref: TableRef) -> DatalchemyError | None:
    """Why a few rows of a table cannot be made, as far as relations or conditions decide them; None where they can."""
    table = engine.plan.tables.get(ref)
    columns = [] if table is None or not table.rows else _in_question(table)
    if table is None or not columns:
        return None
    try:
        engine.rows(ref, _spaced(table, _SAMPLE), None if table.verified else columns)
        if table.unsure:
            engine.rows(ref, _spaced(table, _BOUNDED), table.unsure)
    except DatalchemyError as error:
        return error
    return None


def _spaced(table: ResolvedTable, sample: int) -> U64:
    return np.unique(np.linspace(0, table.rows - 1, min(sample, table.rows)).astype(np.uint64))


def _in_question(table: ResolvedTable) -> list[str]:
    """The columns that more decides than a domain or a key alone."""
    if table.verified:
        return list(table.column_names)
    grouped = {name for group in table.groups for name in group.columns}
    return [
        column.name
        for column in table.columns
        if column.name in grouped or not isinstance(column.source, Drawn | Keyed)
    ]


def _without(plan: Plan, ref: TableRef, failure: DatalchemyError, spare: Spare) -> Plan:
    """Give up what decides the columns that cannot be made, else bounds of the table, else all its relations."""
    own = [rule for _, rule in plan.relations if rule.ref == ref]
    names = set(failure.columns) if isinstance(failure, GenerationError) else set[str]()
    named = [rule for rule in own if names & {name for _, name in decides(rule)}]
    bounds = [rule for rule in named or own if isinstance(rule, BoundsRule)]
    going = bounds or named or own
    told = tuple(_told(rule, failure.message) for rule in going)
    fewer = given_up(plan, going, spare)
    return fewer.model_copy(update={"rules_unsupported": (*plan.rules_unsupported, *told)})


def _told(rule: RelationRule, reason: str) -> UnsupportedRule:
    column = getattr(rule, "column", None)
    reference = UnsupportedReference(schema_name=rule.schema_name, table=rule.table, column=column)
    return UnsupportedRule(description=f"{rule.type} of {rule.ref}", reason=reason, reference=reference)
