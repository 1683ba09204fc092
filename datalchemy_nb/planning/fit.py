"""The part of a schema that a plan uses: written down with the plan, and compared when the schema is another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from datalchemy_nb.constraints.graph import partition_root, planned_rows
from datalchemy_nb.contracts import schema as s
from datalchemy_nb.contracts.base import canonical_sha256
from datalchemy_nb.contracts.names import TableRef, literal, show_ident
from datalchemy_nb.contracts.plan import Plan, TableShape, WrittenFor
from datalchemy_nb.records import dataclass

_SHORT = 100


@dataclass(frozen=True)
class Difference:
    """One part of the schema that is not what it was when the plan was written.

    Attributes:
        table: where it is; None for a type or a function.
        part: ``column total``, ``constraint total_positive``, ``type shop.state``.
        was: as it was then; None where it is new.
        now: as it is; None where it is gone.
        column: its name, if it is a column.
    """

    table: TableRef | None
    part: str
    was: str | None
    now: str | None
    column: str | None = None

    def __str__(self) -> str:
        if self.was is None:
            return f"{self.part} is new ({_cut(self.now)})"
        return f"{self.part} is gone" if self.now is None else f"{self.part} was {_cut(self.was)}, is {_cut(self.now)}"


def used_tables(plan: Plan, schema: s.DatabaseSchema) -> tuple[TableRef, ...]:
    """Return the tables whose shape can change a plan's rows: filled ones, what they refer to, and partitions."""
    filled = set(planned_rows(plan, schema))
    for ref in list(filled):
        filled.update(key.target for key in schema.tables[ref].foreign_keys)
    return tuple(ref for ref in schema.tables if ref in filled or partition_root(ref, schema) in filled)


def written_for(plan: Plan, schema: s.DatabaseSchema) -> WrittenFor:
    """Return the part of the schema that a plan uses, as plans keep it."""
    tables = {str(ref): _shape(schema.tables[ref]) for ref in used_tables(plan, schema)}
    types = _types([schema.tables[ref] for ref in used_tables(plan, schema)], schema)
    texts = [text for shape in tables.values() for part in (shape.columns, shape.constraints) for text in part.values()]
    return WrittenFor(tables=tables, types=types, functions=_functions([*texts, *types.values()], schema.functions))


def with_record(plan: Plan, schema: s.DatabaseSchema) -> Plan:
    """Return the plan with the part of the schema that it uses."""
    return plan.model_copy(update={"written_for": written_for(plan, schema)})


def differences(plan: Plan, schema: s.DatabaseSchema) -> tuple[Difference, ...]:
    """Return what changed of the part of the schema that the plan uses; gone tables are told elsewhere."""
    if plan.written_for is None:
        return ()
    was, now = plan.written_for, written_for(plan, schema)
    refs = {str(ref): ref for ref in schema.tables}
    found: list[Difference] = []
    for name, shape in now.tables.items():
        if name in was.tables:
            found += _in_table(refs[name], was.tables[name], shape)
    for kind, then, today in (("type", was.types, now.types), ("function", was.functions, now.functions)):
        found += [d for d in _in_parts(None, kind, then, today) if d.was is not None and d.now is not None]
    return tuple(found)


def same_but_for_empty_schemas(wanted: str, schema: s.DatabaseSchema) -> bool:
    """Whether a fingerprint is this schema's, apart from schemas that hold nothing."""
    filled = [one for one in schema.schemas if one.tables]
    with_public = sorted([*filled, s.SchemaTables(name="public", tables=())], key=lambda one: one.name)
    return any(
        wanted == schema.model_copy(update={"schemas": tuple(schemas)}).fingerprint()
        for schemas in (schema.schemas, filled, with_public)
    )


# --- one table, in SQL's words ----------------------------------------------------------------------------------------


def _shape(table: s.Table) -> TableShape:
    held = {_constraint_name(one): _constraint(one) for one in table.constraints}
    for index in table.indexes:
        if index.is_unique and not index.is_primary and index.constraint is None:
            held.setdefault(index.name, index.definition)
    if table.partition_key is not None:
        held["(partitions)"] = f"PARTITION BY {table.partition_key.definition}"
    if table.partition_of is not None:
        above = TableRef(table.partition_of.schema_name, table.partition_of.table)
        held["(partition)"] = f"PARTITION OF {above} {table.partition_of.bound}"
    return TableShape(columns={column.name: _column(column) for column in table.columns}, constraints=held)


def _column(column: s.Column) -> str:
    parts = [column.column_type.data_type]
    if not column.is_nullable:
        parts.append("NOT NULL")
    if column.identity is not None:
        parts.append(f"GENERATED {column.identity.replace('_', ' ').upper()} AS IDENTITY")
    elif column.generated is not None:
        parts.append(f"GENERATED ALWAYS AS ({column.generated.expression}) {column.generated.kind.upper()}")
    elif column.default is not None:
        parts.append(f"DEFAULT {column.default}")
    return " ".join(parts)


def _constraint_name(constraint: s.Constraint) -> str:
    columns = getattr(constraint, "columns", ())
    return constraint.name or f"({constraint.kind.replace('_', ' ')} of {_listed(columns)})"


def _constraint(constraint: s.Constraint) -> str:
    if isinstance(constraint, s.Check):
        return constraint.expression + ("" if constraint.enforced else " NOT ENFORCED")
    if isinstance(constraint, s.Exclusion):
        return constraint.definition
    if isinstance(constraint, s.ForeignKey):
        match = " MATCH FULL" if constraint.match_type == "full" else ""
        target = f"{constraint.target} ({_listed(constraint.referenced_columns)}){match}"
        return f"FOREIGN KEY ({_listed(constraint.columns)}) REFERENCES {target}" + (
            "" if constraint.enforced else " NOT ENFORCED"
        )
    overlaps = " WITHOUT OVERLAPS" if constraint.without_overlaps else ""
    if isinstance(constraint, s.PrimaryKey):
        return f"PRIMARY KEY ({_listed(constraint.columns)}{overlaps})"
    nulls = " NULLS NOT DISTINCT" if constraint.nulls_not_distinct else ""
    return f"UNIQUE{nulls} ({_listed(constraint.columns)}{overlaps})"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(map(show_ident, names))


# --- the types and functions that tables use --------------------------------------------------------------------------


def _types(tables: Sequence[s.Table], schema: s.DatabaseSchema) -> dict[str, str]:
    told = dict(_user_types(schema))
    todo = [column.column_type for table in tables for column in table.columns]
    found: dict[tuple[str, str], str] = {}
    while todo:
        for place in _named(todo.pop()):
            if place in told and place not in found:
                found[place], parts = told[place]
                todo += parts
    return {str(TableRef(*place)): found[place] for place in sorted(found)}


def _user_types(schema: s.DatabaseSchema) -> Iterator[tuple[tuple[str, str], tuple[str, list[s.ColumnType]]]]:
    """Types by schema and name: how each is told, and what it is made of."""
    for enum in schema.enums:
        labels = ", ".join(map(literal, enum.labels))
        yield (enum.schema_name, enum.name), (f"ENUM ({labels})", [])
    for domain in schema.domains:
        parts = [domain.base.data_type, *(["NOT NULL"] if domain.not_null else [])]
        parts += [check.expression for check in domain.checks]
        yield (domain.schema_name, domain.name), (f"DOMAIN {' '.join(parts)}", [domain.base])
    for composite in schema.composites:
        fields = ", ".join(f"{show_ident(field.name)} {field.column_type.data_type}" for field in composite.fields)
        yield (composite.schema_name, composite.name), (f"({fields})", [f.column_type for f in composite.fields])
    for kind in schema.ranges:
        subtype = f"{kind.subtype.udt_schema}.{kind.subtype.udt_name}"
        for name in (kind.name, *([kind.multirange] if kind.multirange else [])):
            yield (kind.schema_name, name), (f"RANGE ({subtype})", [])


def _named(column_type: s.ColumnType) -> Iterator[tuple[str, str]]:
    yield column_type.udt_schema, column_type.udt_name
    if column_type.element is not None:
        yield column_type.element.udt_schema, column_type.element.udt_name


def _functions(texts: list[str], functions: Iterable[s.SqlFunction]) -> dict[str, str]:
    rest, found = list(functions), dict[str, str]()
    while True:
        called = [f for f in rest if any(re.search(rf"\b{re.escape(f.name)}\b", text) for text in texts)]
        if not called:
            return dict(sorted(found.items()))
        for function in called:
            rest.remove(function)
            arguments = ", ".join(function.argument_types)
            told = f"RETURNS {function.returns} LANGUAGE {function.language} {function.volatility.upper()}"
            name = f"{TableRef(function.schema_name, function.name)}({arguments})"
            found[name] = f"{told}, body {canonical_sha256(function.body)[:16]}"
        texts = [function.body for function in called]


# --- comparing --------------------------------------------------------------------------------------------------------


def _in_table(ref: TableRef, was: TableShape, now: TableShape) -> Iterator[Difference]:
    columns = list(_in_parts(ref, "column", was.columns, now.columns))
    yield from columns
    kept = [[name for name in shape.columns if name in was.columns and name in now.columns] for shape in (was, now)]
    if kept[0] != kept[1]:
        yield Difference(ref, "the order of columns", ", ".join(kept[0]), ", ".join(kept[1]))
    yield from _in_parts(ref, "constraint", was.constraints, now.constraints)


def _in_parts(ref: TableRef | None, kind: str, was: Mapping[str, str], now: Mapping[str, str]) -> Iterator[Difference]:
    for name in dict.fromkeys([*was, *now]):
        if was.get(name) != now.get(name):
            part = f"{kind} {show_ident(name) if kind == 'column' else name}"
            yield Difference(ref, part, was.get(name), now.get(name), name if kind == "column" else None)


def _cut(text: str | None) -> str:
    return text if text is not None and len(text) <= _SHORT else f"{(text or '')[: _SHORT - 1]}…"
