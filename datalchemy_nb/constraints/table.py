"""The CHECKs of a table and of its columns' domains, read once, for whoever drafts or resolves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from datalchemy_nb.constraints.classify import Context, classify
from datalchemy_nb.constraints.facts import Fact
from datalchemy_nb.constraints.held import held_by
from datalchemy_nb.constraints.inline import readable
from datalchemy_nb.constraints.types import base_type, domain_checks
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import Column, DatabaseSchema, Table
from datalchemy_nb.domains.base import Category
from datalchemy_nb.records import dataclass


@dataclass(frozen=True)
class ReadCheck:
    """A CHECK and what it states.

    Attributes:
        name: of the constraint; of the column for a nameless CHECK of a domain, else the expression.
        expression: as PostgreSQL prints it; over VALUE for a domain.
        facts: none where it is always true.
    """

    name: str
    expression: str
    facts: tuple[Fact, ...]


def context_of(
    categories: Mapping[str, Category], schema: DatabaseSchema, plan: Plan, table: Table | None = None
) -> Context:
    """Return what conditions over columns are read with: their families, today, and the schema's SQL functions.

    Args:
        categories: families of the columns.
        schema: the schema they are of.
        plan: tells the day.
        table: its computed columns are put in place of their names, and null tests of what is never null are decided.
    """
    held = {} if table is None else {column.name: held_by(column, table, schema) for column in table.columns}
    computed = {name: text for name, text in held.items() if text is not None}
    present = frozenset(column.name for column in (table.columns if table is not None else ()) if _is_present(column))
    padded = {
        column.name: size
        for column in (table.columns if table is not None else ())
        if (size := _filled_up_to(column, schema)) is not None
    }
    functions = readable(schema.functions)
    labels = {column.name: found for column in (table.columns if table else ()) if (found := _labels(column, schema))}
    return Context(categories, plan.base_date, plan.future_margin_days, functions, computed, present, padded, labels)


def _labels(column: Column, schema: DatabaseSchema) -> tuple[str, ...]:
    base = base_type(column.column_type, schema)
    return schema.enum_labels.get((base.udt_schema, base.udt_name), ())


def _filled_up_to(column: Column, schema: DatabaseSchema) -> int | None:
    """How many characters ``char(n)`` fills a text up to."""
    base = base_type(column.column_type, schema)
    return base.character_max_length if base.udt_name == "bpchar" else None


def _is_present(column: Column) -> bool:
    return not column.is_nullable and column.generated is None


def domain_facts(column: Column, schema: DatabaseSchema, context: Context) -> Iterator[ReadCheck]:
    """Yield the CHECKs of the domains a column's type is made of, as they speak of the column."""
    for check in domain_checks(column.column_type, schema):
        facts = classify(check.expression, context, value_column=column.name)
        yield ReadCheck(check.name or column.name, check.expression, facts)


def check_facts(
    table: Table, schema: DatabaseSchema, context: Context, columns: Iterable[Column] | None = None
) -> Iterator[ReadCheck]:
    """Yield the CHECKs of a table, those of its columns' domains first.

    Args:
        table: the table.
        schema: the schema it is of.
        context: of the table's columns, see `context_of`.
        columns: only the domains of these; None = of all.
    """
    for column in table.columns if columns is None else columns:
        yield from domain_facts(column, schema, context)
    for check in table.checks:
        yield ReadCheck(check.name or check.expression, check.expression, classify(check.expression, context))
