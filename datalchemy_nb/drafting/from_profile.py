"""What a profile of a real database says to a plan: row counts, null rates, distinct counts, children per parent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from datalchemy_nb.constraints.types import is_not_null
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import ColumnRule, GeneratorRef, Plan, PlanTarget
from datalchemy_nb.contracts.profile import Profile
from datalchemy_nb.contracts.schema import DatabaseSchema, Table

_COUNTED = ("primitive.int", "primitive.int.range")


@dataclass(frozen=True)
class Hints:
    """Figures by table and column; what is not there is not known."""

    rows: Mapping[TableRef, int] = field(default_factory=dict)
    null_rates: Mapping[tuple[TableRef, str], float] = field(default_factory=dict)
    distinct: Mapping[tuple[TableRef, str], int] = field(default_factory=dict)
    fan_out: Mapping[tuple[TableRef, tuple[str, ...]], float] = field(default_factory=dict)


def hints(profile: Profile) -> Hints:
    """Turn a profile into figures. A table without a row count gets its parent's times the children per parent."""
    rows = {table.ref: table.rows for table in profile.tables if table.rows}
    fans = {(TableRef(f.schema_name, f.table), f.columns): f.fan_out for f in profile.foreign_keys if f.fan_out}
    for key in profile.foreign_keys:
        ref, parent = TableRef(key.schema_name, key.table), TableRef(key.referenced_schema, key.referenced_table)
        if ref not in rows and key.fan_out and parent in rows:
            rows[ref] = max(1, round(rows[parent] * (1 - (key.childless_share or 0.0)) * key.fan_out))
    columns = [(table.ref, table.rows, column) for table in profile.tables if table.rows for column in table.columns]
    return Hints(
        rows=rows,
        null_rates={(r, c.column): c.null_fraction for r, _, c in columns if c.null_fraction is not None},
        distinct={
            (r, c.column): max(1, round(c.distinct if c.distinct > 0 else -c.distinct * n))
            for r, n, c in columns
            if c.distinct and n
        },
        fan_out=fans,
    )


def follow(plan: Plan, schema: DatabaseSchema, found: Hints, *, scale: float = 1.0) -> Plan:
    """A plan with the row counts, null rates and distinct counts of a profile, wherever it had a say in them.

    Args:
        plan: a drafted (or any) plan.
        schema: the schema it is for.
        found: the profile's figures.
        scale: share of the profile's rows to ask for.
    """
    targets = tuple(_target(target, found, scale) for target in plan.targets)
    return plan.model_copy(update={"targets": targets, "rules": tuple(_rules(plan, schema, found))})


def _target(target: PlanTarget, found: Hints, scale: float) -> PlanTarget:
    rows = found.rows.get(target.ref)
    return target if rows is None else target.model_copy(update={"rows": max(1, round(rows * scale))})


def _rules(plan: Plan, schema: DatabaseSchema, found: Hints) -> Iterator[object]:
    for rule in plan.rules:
        yield _followed(rule, schema, found) if isinstance(rule, ColumnRule) else rule


def _followed(rule: ColumnRule, schema: DatabaseSchema, found: Hints) -> ColumnRule:
    table = schema.tables.get(rule.ref)
    if table is None or rule.column not in table.by_name:
        return rule
    changes: dict[str, object] = {}
    rate = found.null_rates.get((rule.ref, rule.column))
    if rate is not None and not is_not_null(table.by_name[rule.column], schema):
        changes["null_rate"] = rate
    distinct = found.distinct.get((rule.ref, rule.column))
    if distinct is not None and rule.generator_id in _COUNTED and not _constrained(table, rule.column):
        changes |= _counted(rule, distinct)
    return rule.model_copy(update=changes)


def _counted(rule: ColumnRule, distinct: int) -> dict[str, object]:
    """As many whole numbers as the real column has, from the rule's own least one."""
    given = rule.effective_params if isinstance(rule.effective_params, dict) else {}
    low = given.get("min", 0)
    if not isinstance(low, int) or ("max" in given and given["max"] - low < distinct):
        return {}
    locale = None if isinstance(rule.generator, str) else rule.generator.locale
    params = {**given, "min": low, "max": low + distinct - 1}
    return {"generator": GeneratorRef(id=rule.generator_id, locale=locale, params=params), "params": None}


def _constrained(table: Table, column: str) -> bool:
    """Whether keys or CHECKs have a say in the column's values."""
    listed = any(column in getattr(c, "columns", ()) for c in table.constraints)
    return listed or any(index.is_unique and column in index.definition for index in table.indexes)
