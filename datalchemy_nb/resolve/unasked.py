"""Foreign keys that no row asks anything of: CHECKs leave one of their columns null in every row, and another not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from datalchemy_nb.constraints.facts import Alternatives, Fact, NotNull, Null
from datalchemy_nb.constraints.table import check_facts, context_of
from datalchemy_nb.constraints.types import category_of
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import ColumnRule, Plan
from datalchemy_nb.contracts.schema import DatabaseSchema, ForeignKey, Table

Keys = frozenset[tuple[TableRef, tuple[str, ...]]]
"""Foreign keys, by table and columns."""


def never_asked(rows: Iterable[TableRef], schema: DatabaseSchema, plan: Plan) -> Keys:
    """Return the foreign keys of which some column, not always all of them, is null in every row that CHECKs allow.

    Under MATCH SIMPLE nothing is asked of such a row, and its columns are like any others. Keys that relation rules
    name are none of them.

    Args:
        rows: the tables of the run.
        schema: the schema.
        plan: tells the day that conditions are read for.
    """
    return frozenset(
        (ref, key.columns)
        for ref in rows
        for key in _partly_null(schema.tables[ref], schema, plan)
        if not any(_names(rule, key) for rule in plan.rules)
    )


def _partly_null(table: Table, schema: DatabaseSchema, plan: Plan) -> list[ForeignKey]:
    keys = [key for key in table.foreign_keys if len(key.columns) > 1 and key.match_type == "simple"]
    if not keys or not table.checks:
        return []
    categories = {column.name: category_of(column.column_type, schema) for column in table.columns}
    context = context_of(categories, schema, plan, table)
    facts = [fact for check in check_facts(table, schema, context, ()) for fact in check.facts]
    return [key for key in keys if any(_leaves_one_null(fact, key.columns) for fact in facts)]


def _leaves_one_null(fact: Fact, columns: Sequence[str]) -> bool:
    if not isinstance(fact, Alternatives):
        return False
    own = [[one for one in branch if one.column in columns] for branch in fact.branches]
    return all(
        any(isinstance(one, Null) for one in branch) and any(isinstance(one, NotNull) for one in branch)
        for branch in own
    )


def _names(rule: object, key: ForeignKey) -> bool:
    """Whether a rule about more than one column speaks of a column of the key."""
    if isinstance(rule, ColumnRule):
        return False
    told = str(rule)
    return any(name in told for name in key.columns)
