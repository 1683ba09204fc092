"""Rows of one table of a plan that is being edited, without resolving the rest of it.

A table's rows depend on its rules, on the tables its foreign keys lead to, and on those its relations read: so they are
resolved, with the rows the whole plan gives them, and the last few results are kept.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from datalchemy_nb.constraints.graph import partition_root, planned_rows
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan, PlanTarget
from datalchemy_nb.contracts.relations import CounterpartRule, PolymorphicRule, RollupRule
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import UsageError
from datalchemy_nb.results.base import Preview
from datalchemy_nb.session.plans import spread

if TYPE_CHECKING:
    from datalchemy_nb.resolve.plan import ResolvedPlan

_KEPT = 4


class Nearby:
    """Previews of single tables; remembers the last few resolved plans."""

    def __init__(self) -> None:
        self._kept: list[tuple[Plan, DatabaseSchema, TableRef, ResolvedPlan]] = []

    def preview(
        self,
        plan: Plan,
        schema: DatabaseSchema,
        ref: TableRef,
        *,
        offset: int = 0,
        rows: int = 10,
        columns: Sequence[str] | None = None,
        summarised: bool = False,
    ) -> Preview:
        """Compute rows; an offset beyond the end gives the last page.

        Args:
            plan: gives the rows.
            schema: of the plan's tables.
            ref: the table.
            offset: number of the first row.
            rows: how many.
            columns: only these, as far as the table has them.
            summarised: with a sample from all over the table.

        Raises:
            UsageError: the plan does not fill the table.
            PlanInvalid: the table's part of the plan cannot be met.
            GenerationError: a row could not be made.
        """
        from datalchemy_nb.generate.rows import Engine

        started = time.perf_counter()
        resolved = self.resolved(plan, schema, ref)
        total = resolved.tables[ref].rows
        first = max(min(offset, total - 1), 0)
        known = resolved.tables[ref].column_names
        wanted = [name for name in columns if name in known] if columns is not None else None
        engine = Engine(resolved)
        frame = engine.rows(ref, range(first, min(first + rows, total)), wanted or None)
        seconds = time.perf_counter() - started
        sample = engine.rows(ref, spread(total), wanted or None) if summarised else None
        return Preview(ref, frame, first, total, seconds, schema.tables.get(ref), sample)

    def resolved(self, plan: Plan, schema: DatabaseSchema, ref: TableRef) -> ResolvedPlan:
        """Return the plan with this table and those it refers to, resolved.

        Raises:
            UsageError: the plan does not fill the table.
            PlanInvalid: it cannot be met.
        """
        from datalchemy_nb.drafting.infer import inferred
        from datalchemy_nb.generate.known import settled

        for kept_plan, kept_schema, kept_ref, resolved in self._kept:
            if kept_plan is plan and kept_schema is schema and kept_ref == ref:
                return resolved
        found = inferred(part_of(plan, schema, ref), schema)
        resolved = settled(found.plan, schema, known=found.resolved)
        self._kept = [*self._kept[1 - _KEPT :], (plan, schema, ref, resolved)]
        return resolved


def part_of(plan: Plan, schema: DatabaseSchema, ref: TableRef) -> Plan:
    """The plan with only this table and those it refers to as targets; rules keep their places.

    Raises:
        UsageError: the plan does not fill the table.
    """
    rows = planned_rows(plan, schema)
    if ref not in rows:
        raise UsageError(f"the plan fills no rows of {ref}", hint="give it a number of rows")
    needed = _ancestors(ref, plan, schema)
    own = {target.ref: target for target in plan.targets}
    targets = tuple(
        own.get(other, PlanTarget(schema_name=other.schema, table=other.table, rows=count))
        for other, count in rows.items()
        if other in needed
    )
    return plan.model_copy(update={"targets": targets})


def _ancestors(ref: TableRef, plan: Plan, schema: DatabaseSchema) -> set[TableRef]:
    """The table, those it refers to, and those that relations of any of them read or leave room for."""
    from datalchemy_nb.resolve.room import bound_tables

    read: dict[TableRef, list[TableRef]] = {}
    for later, earlier in bound_tables(plan, schema):
        read.setdefault(earlier, []).append(later)
    for _, rule in plan.relations:
        if isinstance(rule, RollupRule | CounterpartRule):
            read.setdefault(rule.ref, []).append(rule.child)
        elif isinstance(rule, PolymorphicRule):
            read.setdefault(rule.ref, []).extend(target.ref for target in rule.targets)
    found: set[TableRef] = set()
    waiting = [ref]
    while waiting:
        table = waiting.pop()
        if table in found or table not in schema.tables:
            continue
        found.add(table)
        waiting += [*_parents(table, schema), *read.get(table, ())]
    return found


def _parents(ref: TableRef, schema: DatabaseSchema) -> Iterable[TableRef]:
    for key in schema.tables[ref].foreign_keys:
        yield key.target
        yield partition_root(key.target, schema)
