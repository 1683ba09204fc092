"""Counts and coverage of a schema, for the ``metrics.json`` written beside ``schema.json``."""

from __future__ import annotations

from collections import Counter

from datalchemy_nb.contracts.base import Contract
from datalchemy_nb.contracts.schema import DatabaseSchema


class ConstraintCounts(Contract):
    """Constraints by kind."""

    primary_keys: int
    foreign_keys: int
    unique: int
    checks: int
    exclusions: int = 0
    """Extended."""


class SchemaCounts(Contract):
    """How much there is."""

    schemas: int
    tables: int
    """Views included."""
    columns: int
    constraints: ConstraintCounts
    indexes: int = 0
    """Extended."""
    enums: int = 0
    """Extended."""
    domains: int = 0
    """Extended."""
    triggers: int = 0
    """Extended."""


class SchemaCoverage(Contract):
    """Fractions from 0 to 1, whatever the names say; 0 where there is nothing to count."""

    tables_with_pk_pct: float
    tables_with_fk_pct: float
    columns_not_null_pct: float


class SchemaMetrics(Contract):
    """Counts and coverage; the graph of foreign keys is planning's to add."""

    schema_version: str
    engine: str
    counts: SchemaCounts
    coverage: SchemaCoverage


def measure(schema: DatabaseSchema) -> SchemaMetrics:
    """Count what a schema holds."""
    tables = list(schema.tables.values())
    columns = [column for table in tables for column in table.columns]
    kinds = Counter(constraint.kind for table in tables for constraint in table.constraints)
    return SchemaMetrics(
        schema_version=schema.schema_version,
        engine=schema.engine,
        counts=SchemaCounts(
            schemas=len(schema.schemas),
            tables=len(tables),
            columns=len(columns),
            constraints=ConstraintCounts(
                primary_keys=kinds["primary_key"],
                foreign_keys=kinds["foreign_key"],
                unique=kinds["unique"],
                checks=kinds["check"],
                exclusions=kinds["exclusion"],
            ),
            indexes=sum(len(table.indexes) for table in tables),
            enums=len(schema.enums),
            domains=len(schema.domains),
            triggers=sum(len(table.triggers) for table in tables),
        ),
        coverage=SchemaCoverage(
            tables_with_pk_pct=_fraction(sum(table.primary_key is not None for table in tables), len(tables)),
            tables_with_fk_pct=_fraction(sum(bool(table.foreign_keys) for table in tables), len(tables)),
            columns_not_null_pct=_fraction(sum(not column.is_nullable for column in columns), len(columns)),
        ),
    )


def _fraction(part: int, whole: int) -> float:
    return part / whole if whole else 0.0
