"""What a schema holds, in numbers, and the plan that asks for rows of every table and says nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import PLAN_VERSION, Plan, PlanTarget, SchemaRef
from datalchemy_nb.contracts.schema import DatabaseSchema, Exclusion, PrimaryKey, Table, Unique

SEED = 2026


def ordinary(schema: DatabaseSchema) -> dict[TableRef, Table]:
    """Return the tables that take rows by themselves: no views, no partitions."""
    return {
        ref: table
        for ref, table in schema.tables.items()
        if table.kind in ("table", "partitioned_table") and table.partition_of is None
    }


def bare_plan(schema: DatabaseSchema, rows: int, only: Iterable[TableRef] | None = None) -> Plan:
    """Return the plan that asks for `rows` rows of every ordinary table, without a rule."""
    wanted = ordinary(schema) if only is None else only
    return Plan(
        plan_version=PLAN_VERSION,
        seed=SEED,
        schema_ref=SchemaRef(
            schema_version=schema.schema_version,
            engine=schema.engine,
            schema_fingerprint=schema.schema_fingerprint or schema.fingerprint(),
        ),
        targets=tuple(PlanTarget(schema_name=ref.schema, table=ref.table, rows=rows) for ref in wanted),
        rules=(),
    )


def survey(schema: DatabaseSchema) -> dict[str, int]:
    """Count what makes a schema hard."""
    counts = Counter[str]()
    for table in ordinary(schema).values():
        counts.update(_features(table))
    counts["domains"] = len(schema.domains)
    return dict(counts)


def _features(table: Table) -> Iterator[str]:
    yield "tables"
    yield from ("columns" for _ in table.columns)
    yield from ("foreign_keys" for _ in table.foreign_keys)
    yield from ("checks" for _ in table.checks)
    for constraint in table.constraints:
        if isinstance(constraint, PrimaryKey | Unique):
            yield "unique_sets"
        elif isinstance(constraint, Exclusion):
            yield "exclusions"
    for index in table.indexes:
        if index.is_unique and not index.is_primary and not index.constraint:
            yield "unique_sets"
            if index.predicate:
                yield "partial_unique"
            if any(key.column is None for key in index.keys):
                yield "expression_unique"
    if table.partition_key is not None:
        yield "partitioned"
    yield from ("triggers" for _ in table.triggers)
    yield from ("generated" for column in table.columns if column.generated is not None)
