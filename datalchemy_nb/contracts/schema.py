"""schema.json 0.2: what introspection found, and all that planning may know of the database.

Fields of the original 0.2 keep their names and order. Fields marked *extended* are additions with defaults, so that a
0.2 file written by another tool still reads.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Annotated, Any, Literal, Self

from pydantic import Field

from datalchemy_nb.contracts.base import Contract, canonical_sha256
from datalchemy_nb.contracts.names import TableRef, show_ident
from datalchemy_nb.errors import ContractError

SCHEMA_VERSION = "0.2"

TableKind = Literal["table", "partitioned_table", "view", "materialized_view", "foreign_table"]
FkAction = Literal["no_action", "restrict", "cascade", "set_null", "set_default", "unknown"]
MatchType = Literal["full", "partial", "simple", "unknown"]
TypeKind = Literal["base", "enum", "domain", "composite", "range", "multirange", "array", "pseudo"]


class TypeName(Contract):
    """A type by schema and internal name (``pg_catalog.int4``).

    Attributes:
        udt_schema: schema of the type.
        udt_name: name of the type, as in `pg_type`.
    """

    udt_schema: str
    udt_name: str


class ColumnType(Contract):
    """A column's type as PostgreSQL formats it, taken apart.

    Attributes:
        data_type: the type as SQL writes it, such as `character varying(40)`.
        udt_schema: schema of the type.
        udt_name: name of the type, as in `pg_type`.
        character_max_length: largest length of a text.
        numeric_precision: digits in all.
        numeric_scale: digits after the point.
        collation: collation, where it is not the default.
    """

    data_type: str
    udt_schema: str
    udt_name: str
    character_max_length: int | None = None
    numeric_precision: int | None = None
    numeric_scale: int | None = None
    collation: str | None = None
    kind: TypeKind = "base"
    """Extended."""
    element: TypeName | None = None
    """Extended: element type of an array, subtype of a range."""
    dimensions: int = 0
    """Extended: declared array dimensions (0 when not an array)."""
    datetime_precision: int | None = None
    """Extended: fractional digits of time, timestamp and interval types; null = 6."""
    interval_fields: str | None = None
    """Extended: ``day to second`` and the like."""


class Generated(Contract):
    """A generated column; ``virtual`` is extended (PostgreSQL 18).

    Attributes:
        kind: stored in the table, or computed when read.
        expression: the expression.
    """

    kind: Literal["stored", "virtual"]
    expression: str | None = None


class Column(Contract):
    """One column.

    Attributes:
        ordinal_position: place in the table, from 1.
        column_type: the type.
        is_nullable: whether nulls are allowed.
        default: default expression.
        identity: whether the column is an identity, and of which kind.
        generated: how the database computes it.
        comment: comment in the catalog.
    """

    ordinal_position: int
    name: str
    column_type: ColumnType
    is_nullable: bool
    default: str | None = None
    identity: Literal["always", "by_default"] | None = None
    generated: Generated | None = None
    comment: str | None = None
    sequence: str | None = None
    """Extended: qualified name of the sequence the column owns (serial, identity)."""


class PrimaryKey(Contract):
    """PRIMARY KEY, columns in declared order."""

    kind: Literal["primary_key"]
    name: str | None = None
    columns: tuple[str, ...]
    without_overlaps: bool = False
    """Extended: the last column is a range that must not overlap within the rest."""


class Unique(Contract):
    """UNIQUE constraint, columns in declared order.

    Attributes:
        is_deferrable: whether it may be checked late.
        initially_deferred: whether it is checked late by default.
    """

    kind: Literal["unique"]
    name: str | None = None
    columns: tuple[str, ...]
    is_deferrable: bool = False
    initially_deferred: bool = False
    nulls_not_distinct: bool = False
    """Extended."""
    without_overlaps: bool = False
    """Extended."""


class Check(Contract):
    """CHECK constraint; the expression is the whole text of pg_get_constraintdef.

    Attributes:
        expression: the condition, as PostgreSQL prints it.
    """

    kind: Literal["check"]
    name: str | None = None
    expression: str
    columns: tuple[str, ...] = ()
    """Extended: columns the expression reads."""
    not_valid: bool = False
    """Extended."""
    enforced: bool = True
    """Extended: false for NOT ENFORCED (PostgreSQL 18)."""


class ForeignKey(Contract):
    """FOREIGN KEY; ``columns[i]`` refers to ``referenced_columns[i]``.

    Attributes:
        referenced_schema: schema of the parent.
        referenced_table: the parent.
        referenced_columns: the parent's columns, in the order of `columns`.
        on_update: what happens when the parent's key changes.
        on_delete: what happens when the parent's row is deleted.
        match_type: how nulls of a key with several columns count.
        is_deferrable: whether it may be checked late.
        initially_deferred: whether it is checked late by default.
    """

    kind: Literal["foreign_key"]
    name: str | None = None
    columns: tuple[str, ...]
    referenced_schema: str
    referenced_table: str
    referenced_columns: tuple[str, ...]
    on_update: FkAction = "no_action"
    on_delete: FkAction = "no_action"
    match_type: MatchType = "simple"
    is_deferrable: bool = False
    initially_deferred: bool = False
    not_valid: bool = False
    """Extended."""
    period: bool = False
    """Extended: temporal key, the last column pair is compared by containment."""
    enforced: bool = True
    """Extended: false for NOT ENFORCED (PostgreSQL 18)."""

    @property
    def target(self) -> TableRef:
        """The referenced table."""
        return TableRef(self.referenced_schema, self.referenced_table)


class ExclusionElement(Contract):
    """One ``expression WITH operator`` of an EXCLUDE constraint.

    Attributes:
        expression: what is compared.
        operator: the operator that must not hold between two rows for all elements.
    """

    column: str | None = None
    expression: str
    operator: str


class Exclusion(Contract):
    """EXCLUDE constraint (extended).

    Attributes:
        method: index method.
        elements: what is compared, and how.
        predicate: the rows that it counts for.
        definition: the whole constraint, as PostgreSQL prints it.
    """

    kind: Literal["exclusion"]
    name: str | None = None
    method: str
    elements: tuple[ExclusionElement, ...]
    predicate: str | None = None
    definition: str


Constraint = Annotated[PrimaryKey | Unique | Check | ForeignKey | Exclusion, Field(discriminator="kind")]


class IndexKey(Contract):
    """One key part of an index: a column or an expression (extended).

    Attributes:
        expression: an expression, where it is no column.
    """

    column: str | None = None
    expression: str | None = None


class Index(Contract):
    """An index. Everything after ``definition`` is extended.

    Attributes:
        is_unique: whether it forbids equal rows.
        is_primary: whether it is the primary key's.
        is_valid: whether the database uses it.
        method: index method.
        definition: the whole index, as PostgreSQL prints it.
        keys: columns and expressions that it orders by.
        include: columns that it only carries.
        predicate: the rows that it counts for.
        nulls_not_distinct: whether two nulls are equal.
    """

    name: str
    is_unique: bool
    is_primary: bool
    is_valid: bool
    method: str
    definition: str
    keys: tuple[IndexKey, ...] = ()
    include: tuple[str, ...] = ()
    predicate: str | None = None
    nulls_not_distinct: bool = False
    constraint: str | None = None
    """Name of the constraint this index serves, if any."""


class PartitionKey(Contract):
    """How a partitioned table is divided (extended).

    Attributes:
        strategy: how rows are divided.
        definition: the key, as PostgreSQL prints it.
    """

    strategy: Literal["range", "list", "hash"]
    columns: tuple[str | None, ...]
    """None where the key part is an expression."""
    definition: str


class PartitionOf(Contract):
    """Which table a partition belongs to, and its bound as PostgreSQL prints it (extended).

    Attributes:
        bound: which rows go here, as PostgreSQL prints it.
    """

    schema_name: str = Field(alias="schema")
    table: str
    bound: str
    constraint: str | None = None
    """The bound as a boolean expression over the columns (pg_get_partition_constraintdef)."""


class TableName(Contract):
    """A table by schema and name."""

    schema_name: str = Field(alias="schema")
    table: str


class TriggerSet(Contract):
    """A column that a trigger may set (extended).

    Attributes:
        expression: what it is set to, over the row's columns.
    """

    column: str
    expression: str


class Trigger(Contract):
    """A user trigger (extended).

    Attributes:
        timing: before or after, or instead of.
        events: what fires it.
        function: the function that it calls.
        enabled: whether it fires.
    """

    name: str
    timing: str
    events: tuple[str, ...]
    function: str
    enabled: bool = True
    fills: tuple[TableName, ...] = ()
    """Extended: other tables that its function inserts rows into, as far as its text says so."""
    is_read: bool = False
    """Extended: whether all that its function does to an inserted row is told by `sets` and `raises`."""
    sets: tuple[TriggerSet, ...] = ()
    """Extended: columns that its function may set."""
    raises: tuple[str, ...] = ()
    """Extended: conditions over the row's columns under which it refuses the row."""


class Table(Contract):
    """A table, view or partition.

    Attributes:
        kind: table, partitioned table, view, materialized view or foreign table.
        comment: comment in the catalog.
        constraints: keys, CHECKs, foreign keys, exclusions.
        indexes: indexes.
    """

    name: str
    kind: TableKind
    comment: str | None = None
    columns: tuple[Column, ...]
    constraints: tuple[Constraint, ...] = ()
    indexes: tuple[Index, ...] = ()
    partition_key: PartitionKey | None = None
    """Extended."""
    partition_of: PartitionOf | None = None
    """Extended."""
    inherits: tuple[TableName, ...] = ()
    """Extended: parents by plain inheritance."""
    triggers: tuple[Trigger, ...] = ()
    """Extended."""

    @cached_property
    def by_name(self) -> dict[str, Column]:
        """Columns by name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def primary_key(self) -> PrimaryKey | None:
        """The primary key, if there is one."""
        return next((c for c in self.constraints if isinstance(c, PrimaryKey)), None)

    @cached_property
    def foreign_keys(self) -> tuple[ForeignKey, ...]:
        """Foreign keys in serialised order."""
        return tuple(c for c in self.constraints if isinstance(c, ForeignKey))

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """CHECK constraints in serialised order."""
        return tuple(c for c in self.constraints if isinstance(c, Check))


class SchemaTables(Contract):
    """One database schema (namespace) and its tables.

    Attributes:
        tables: its tables.
    """

    name: str
    tables: tuple[Table, ...]


class EnumType(Contract):
    """An enum type, labels in sort order.

    Attributes:
        labels: its values, in order.
    """

    schema_name: str = Field(alias="schema")
    name: str
    labels: tuple[str, ...]


class DomainType(Contract):
    """A domain (extended); checks are written over ``VALUE``.

    Attributes:
        base: the type that it restricts.
        not_null: whether nulls are forbidden.
        default: default expression.
        checks: its conditions; `VALUE` is the value.
    """

    schema_name: str = Field(alias="schema")
    name: str
    base: ColumnType
    not_null: bool = False
    default: str | None = None
    checks: tuple[Check, ...] = ()


class CompositeType(Contract):
    """A free-standing composite type (extended).

    Attributes:
        fields: its fields.
    """

    schema_name: str = Field(alias="schema")
    name: str
    fields: tuple[Column, ...]


class RangeType(Contract):
    """A range type and its multirange (extended).

    Attributes:
        subtype: the type of its ends.
        multirange: its multirange type.
    """

    schema_name: str = Field(alias="schema")
    name: str
    subtype: TypeName
    multirange: str | None = None


class SqlFunction(Contract):
    """A function that a CHECK, index or generated column calls (extended); only those of language SQL have a body.

    Attributes:
        argument_types: types of its arguments.
        returns: type of its result.
        language: `sql`, or another.
        volatility: whether equal arguments always give equal results.
        body: its text.
    """

    schema_name: str = Field(alias="schema")
    name: str
    arguments: tuple[str, ...]
    """Argument names, in order; empty string where unnamed."""
    argument_types: tuple[str, ...]
    returns: str
    language: str
    volatility: Literal["immutable", "stable", "volatile"]
    body: str


class DatabaseSchema(Contract):
    """The root of schema.json.

    Attributes:
        schema_version: version of the format.
        engine: the database, `postgres`.
        database: its name.
        schemas: the schemas, with their tables.
        enums: enum types.
        schema_fingerprint: hash of everything below, the same for the same catalog.
        domains: domain types.
        composites: composite types.
        ranges: range types.
        functions: SQL functions that constraints call.
        extensions: names of installed extensions.
        server_version: PostgreSQL's version.
    """

    schema_version: str = SCHEMA_VERSION
    engine: str = "postgres"
    database: str | None = None
    schemas: tuple[SchemaTables, ...]
    enums: tuple[EnumType, ...] = ()
    schema_fingerprint: str | None = None
    domains: tuple[DomainType, ...] = ()
    composites: tuple[CompositeType, ...] = ()
    ranges: tuple[RangeType, ...] = ()
    functions: tuple[SqlFunction, ...] = ()
    extensions: tuple[str, ...] = ()
    server_version: str | None = None
    lacks: tuple[str, ...] = ()
    """Extended: what the tables need and the server was built without (``xml``)."""

    @classmethod
    def from_json(cls, text: str | bytes, *, source: str = "document") -> Self:
        """Parse a document. It may come from anyone: what keys and indexes name must be there.

        Raises:
            ContractError: not JSON, not of this shape, or it contradicts itself.
        """
        schema = super().from_json(text, source=source)
        try:
            _agrees_with_itself(schema)
        except ValueError as error:
            raise ContractError(f"{source}: {error}", hint="introspect again, or mend the file") from None
        return schema

    @cached_property
    def tables(self) -> dict[TableRef, Table]:
        """All tables by reference, in serialised order."""
        return {TableRef(s.name, t.name): t for s in self.schemas for t in s.tables}

    @cached_property
    def filled_by_triggers(self) -> frozenset[TableName]:
        """Tables that some table's triggers insert into."""
        return frozenset(
            to
            for table in self.tables.values()
            for trigger in table.triggers
            if trigger.enabled and "insert" in trigger.events
            for to in trigger.fills
        )

    @cached_property
    def enum_labels(self) -> dict[tuple[str, str], tuple[str, ...]]:
        """Enum labels by (schema, name)."""
        return {(e.schema_name, e.name): e.labels for e in self.enums}

    @cached_property
    def domain_types(self) -> dict[tuple[str, str], DomainType]:
        """Domains by (schema, name)."""
        return {(d.schema_name, d.name): d for d in self.domains}

    def fingerprint(self) -> str:
        """SHA-256 of the canonical JSON of everything that shapes data.

        Database name, server version, what that server lacks, comments, what triggers do and the stored fingerprint
        itself are left out: the same DDL applied twice gives the same fingerprint.
        """
        plain = self.to_dict()
        for field in ("schema_fingerprint", "database", "server_version", "lacks"):
            plain.pop(field)
        return canonical_sha256(_shaping(plain))


_NOT_SHAPING = frozenset({"comment", "fills", "is_read", "sets", "raises"})


def _shaping(value: Any) -> Any:
    if isinstance(value, dict):
        return {k: _shaping(v) for k, v in value.items() if k not in _NOT_SHAPING}
    if isinstance(value, list):
        return [_shaping(item) for item in value]
    return value


def _agrees_with_itself(schema: DatabaseSchema) -> None:
    """Raise ValueError for a column that is named and not there, or a name that is there twice."""
    _no_two([str(TableRef(s.name, t.name)) for s in schema.schemas for t in s.tables], "table")
    for ref, table in schema.tables.items():
        names = [column.name for column in table.columns]
        _no_two(names, f"table {ref}: column")
        for constraint in table.constraints:
            what = f"table {ref}: {constraint.kind.replace('_', ' ')} {constraint.name or ''}".rstrip()
            if isinstance(constraint, Exclusion):
                _known([element.column for element in constraint.elements], names, what)
                continue
            _known(constraint.columns, names, what)
            if not isinstance(constraint, Check):
                _no_two(constraint.columns, f"{what}: column")
                if not constraint.columns:
                    raise ValueError(f"{what} names no column")
            if isinstance(constraint, ForeignKey):
                _leads_somewhere(constraint, schema, what)
        for index in table.indexes:
            _known([*(key.column for key in index.keys), *index.include], names, f"table {ref}: index {index.name}")
        if table.partition_key is not None:
            _known(table.partition_key.columns, names, f"table {ref}: partition key")


def _leads_somewhere(key: ForeignKey, schema: DatabaseSchema, what: str) -> None:
    """A table that is not there may have been left out; a column may not."""
    if len(key.referenced_columns) != len(key.columns):
        raise ValueError(f"{what}: {len(key.columns)} columns refer to {len(key.referenced_columns)}")
    parent = schema.tables.get(key.target)
    if parent is not None:
        _known(key.referenced_columns, list(parent.by_name), f"{what} refers to {key.target}, and")


def _known(listed: Iterable[str | None], names: Sequence[str], what: str) -> None:
    missing = [name for name in listed if name is not None and name not in names]
    if missing:
        raise ValueError(f"{what} names column {show_ident(missing[0])}, which the table has not")


def _no_two(listed: Iterable[str], what: str) -> None:
    seen: set[str] = set()
    for name in listed:
        if name in seen:
            raise ValueError(f"{what} {show_ident(name)} is there twice")
        seen.add(name)
