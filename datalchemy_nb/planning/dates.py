"""Generators of moments on columns that hold dates: cut to the date, as plans of the original system mean them."""

from __future__ import annotations

from typing import Any

from datalchemy_nb.constraints.types import category_of
from datalchemy_nb.contracts.plan import ColumnRule, GeneratorRef, Plan
from datalchemy_nb.contracts.schema import DatabaseSchema

CUT = {"primitive.timestamp": "primitive.date.range", "primitive.timestamp.range": "primitive.date.range"}
"""What stands for a generator of moments where the column holds dates."""
_DATE = len("2026-01-31")


def is_cut(rule: ColumnRule, schema: DatabaseSchema) -> bool:
    """Whether a rule makes moments for a column of dates."""
    table = schema.tables.get(rule.ref)
    column = table.by_name.get(rule.column) if table is not None and rule.generator_id in CUT else None
    return column is not None and category_of(column.column_type, schema) == "date"


def with_dates(plan: Plan, schema: DatabaseSchema) -> Plan:
    """Return the plan with dates in place of moments where columns hold dates. Generators are in object form."""
    rules = tuple(_cut(rule) if isinstance(rule, ColumnRule) and is_cut(rule, schema) else rule for rule in plan.rules)
    return plan.model_copy(update={"rules": rules})


def _cut(rule: ColumnRule) -> ColumnRule:
    given = rule.effective_params
    params: Any = given
    if isinstance(given, dict):
        params = {key: value[:_DATE] if isinstance(value, str) else value for key, value in given.items()}
    generator = GeneratorRef(
        id=CUT[rule.generator_id], locale=rule.locale, params=params, distribution=rule.distribution
    )
    return rule.model_copy(update={"generator": generator, "params": None})
