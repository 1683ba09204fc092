"""A plan without the tables that cannot be met, and without those that need their rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from datalchemy_nb.constraints.graph import fk_graph
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef, show_ident
from datalchemy_nb.contracts.plan import Plan, UnsupportedReference, UnsupportedRule
from datalchemy_nb.contracts.schema import DatabaseSchema, TableName
from datalchemy_nb.planning.issues import warning

_ROWS_OF = "rows of "
_NEEDS = "it needs rows of "


def without_tables(plan: Plan, schema: DatabaseSchema, reasons: Mapping[TableRef, str]) -> Plan:
    """Return the plan without some tables; what was left out, and why, stands in its list of unsupported rules.

    Tables that cannot do without their rows go too. Those that may leave their foreign keys null stay.

    Args:
        plan: the plan.
        schema: the schema.
        reasons: why each of the tables cannot be filled.
    """
    gone: dict[TableRef, str] = {}
    todo = dict(reasons)
    needs = [(edge.parent, edge.child) for edge in fk_graph(schema).edges if edge.hard]
    while todo:
        gone |= todo
        todo = {
            child: f"{_NEEDS}{parent}, which are left out"
            for parent, child in needs
            if parent in gone and child not in gone
        }
    targets = {target.ref for target in plan.targets}
    told = tuple(
        UnsupportedRule(
            description=f"{_ROWS_OF}{ref}",
            reason=reason,
            reference=UnsupportedReference(schema_name=ref.schema, table=ref.table),
        )
        for ref, reason in gone.items()
        if ref in targets or ref in reasons
    )
    kept = tuple(
        rule
        for rule in plan.rules
        if rule.ref not in gone and not (getattr(rule, "child", None) in gone or getattr(rule, "parent", None) in gone)
    )
    return plan.model_copy(
        update={
            "targets": tuple(target for target in plan.targets if target.ref not in gone),
            "rules": kept,
            "rules_unsupported": (*plan.rules_unsupported, *told),
            "options": plan.settings.model_copy(update={"auto_generate_parents": False}),
        }
    )


def fillers_of(ref: TableRef, plan: Plan, schema: DatabaseSchema) -> str:
    """Return the triggers of the plan's other tables that insert into a table, for a message; empty if none does."""
    target = TableName(schema_name=ref.schema, table=ref.table)
    if target not in schema.filled_by_triggers:
        return ""
    found = [
        f"trigger {show_ident(trigger.name)} of {other}"
        for other in {one.ref: None for one in plan.targets if one.rows and one.ref != ref}
        if other in schema.tables
        for trigger in schema.tables[other].triggers
        if trigger.enabled and "insert" in trigger.events and target in trigger.fills
    ]
    return " and ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")


def without_filled(plan: Plan, schema: DatabaseSchema) -> Plan:
    """Return the plan without tables that triggers of its other tables fill, where no table needs their rows."""
    needed = {edge.parent for edge in fk_graph(schema).edges if edge.hard and edge.parent != edge.child}
    reasons = {
        target.ref: f"filled by {fillers}"
        for target in plan.targets
        if target.ref not in needed and (fillers := fillers_of(target.ref, plan, schema))
    }
    return without_tables(plan, schema, reasons) if reasons else plan


def left_out(plan: Plan) -> dict[TableRef, str]:
    """Return the tables that a plan says it leaves out, with the reasons, causes before what follows from them."""
    found = {
        TableRef(one.reference.schema_name, one.reference.table): one.reason
        for one in plan.rules_unsupported
        if one.reference is not None and one.description.startswith(_ROWS_OF) and one.reference.column is None
    }
    return dict(sorted(found.items(), key=lambda item: needs_another(item[1])))


def needs_another(reason: str) -> bool:
    """Whether a table is left out only since another one is."""
    return reason.startswith((_NEEDS, "it refers to "))


def told_left_out(plan: Plan) -> Iterable[Issue]:
    """Yield a warning for every table that a plan leaves out."""
    for ref, reason in left_out(plan).items():
        yield warning(
            "left_out", "/", f"{ref} gets no rows: {reason}", "mend the cause, or give the table a rule", table=ref
        )
