"""How a schema and a table are shown."""

from __future__ import annotations

from collections import Counter

from datalchemy_nb.contracts.names import TableRef, show_ident
from datalchemy_nb.contracts.schema import (
    Check,
    Column,
    Constraint,
    DatabaseSchema,
    Exclusion,
    ForeignKey,
    PrimaryKey,
    Table,
    Unique,
)
from datalchemy_nb.progress import duration
from datalchemy_nb.results.base import SchemaResult, TableResult
from datalchemy_nb.show import document as doc
from datalchemy_nb.show.er import MAX_TABLES, drawn_tables, er_svg

_KINDS = {
    "primary_key": "primary keys",
    "foreign_key": "foreign keys",
    "unique": "unique",
    "check": "CHECK",
    "exclusion": "EXCLUDE",
}


def describe_bare_schema(schema: DatabaseSchema) -> doc.Document:
    """A schema that is no verb's result."""
    return describe_schema(SchemaResult(schema))


def describe_schema(result: SchemaResult) -> doc.Document:
    """Counts, tables, drawing, and every table's columns folded."""
    schema = result.schema
    tables = schema.tables
    kinds: Counter[str] = Counter(constraint.kind for table in tables.values() for constraint in table.constraints)
    constraints = ", ".join(f"{kinds[kind]:,} {name}" for kind, name in _KINDS.items() if kinds[kind])
    summary = doc.facts(
        ("database", schema.database),
        ("server", f"PostgreSQL {schema.server_version}" if schema.server_version else schema.engine),
        ("schemas", ", ".join(show_ident(s.name) for s in schema.schemas)),
        ("columns", sum(len(table.columns) for table in tables.values())),
        ("constraints", constraints),
        ("enums", len(schema.enums) or None),
        ("domains", len(schema.domains) or None),
        ("fingerprint", doc.Code((schema.schema_fingerprint or schema.fingerprint())[:16])),
        ("read in", duration(result.seconds) if result.seconds is not None else None),
        ("written to", str(result.directory) if result.directory else None),
    )
    told = [remark for line in (result.note, *result.left_out) for remark in doc.remarks(line)]
    blocks: list[doc.Block] = [*told, summary, _tables(schema), _drawing(schema)]
    blocks += [_columns(str(ref), table) for ref, table in tables.items()]
    title = f"Schema of {doc.plural(len(tables), 'table')}"
    return doc.Document(title, (), tuple(blocks), "`schema TABLE` shows one")


def _tables(schema: DatabaseSchema) -> doc.Grid:
    names = ["table", "kind", "columns>", "primary key", "refers to", "checks>", "unique>"]
    return doc.grid(names, [_table_row(ref, table) for ref, table in schema.tables.items()], "Tables")


def _table_row(ref: TableRef, table: Table) -> list[doc.Cell]:
    key = table.primary_key
    targets = list(dict.fromkeys(str(fk.target) for fk in table.foreign_keys))
    unique = sum(isinstance(c, Unique) for c in table.constraints)
    return [
        doc.Code(str(ref)),
        table.kind.replace("_", " ") if table.partition_of is None else "partition",
        len(table.columns),
        ", ".join(map(show_ident, key.columns)) if key else doc.Dim("none"),
        ", ".join(targets),
        len(table.checks) or None,
        unique or None,
    ]


def _drawing(schema: DatabaseSchema, around: TableRef | None = None) -> doc.Drawing:
    refs = drawn_tables(schema, around)
    shown = f" ({len(refs)} of {len(schema.tables)} tables)" if around is None and len(refs) == MAX_TABLES else ""
    return doc.Drawing(er_svg(schema, refs), f"Foreign keys{shown}; parents on the left, ● primary key, → foreign key")


def describe_table(result: TableResult) -> doc.Document:
    """Columns, constraints, indexes, and the neighbours drawn."""
    table = result.table
    blocks: list[doc.Block] = [
        doc.facts(
            ("comment", table.comment),
            ("partitioned by", table.partition_key.definition if table.partition_key else None),
            ("partition of", _partition(table)),
            ("triggers", ", ".join(trigger.name for trigger in table.triggers)),
        ),
        _columns("Columns", table, fold=False),
    ]
    if table.constraints:
        rows = [
            [c.name or doc.Dim("unnamed"), c.kind.replace("_", " "), doc.Code(_definition(c))]
            for c in table.constraints
        ]
        blocks.append(doc.grid(["constraint", "kind", "definition"], rows, "Constraints"))
    if unique := [
        index for index in table.indexes if index.is_unique and not index.constraint and not index.is_primary
    ]:
        blocks.append(
            doc.grid(
                ["unique index", "definition"], [[i.name, doc.Code(i.definition)] for i in unique], "Unique indexes"
            )
        )
    blocks.append(_drawing(result.schema, result.ref))
    kind = doc.Badge(table.kind.replace("_", " "), "info")
    return doc.Document(str(result.ref), (kind,), tuple(blocks))


def _partition(table: Table) -> str | None:
    parent = table.partition_of
    return f"{TableRef(parent.schema_name, parent.table)} {parent.bound}" if parent else None


def _columns(caption: str, table: Table, *, fold: bool = True) -> doc.Grid:
    rows = [_column_row(column, table) for column in table.columns]
    names = ["column", "type", "null", "keys", "default"]
    if any(column.comment for column in table.columns):
        names.append("comment")
        rows = [[*row, column.comment or ""] for row, column in zip(rows, table.columns, strict=True)]
    return doc.grid(names, rows, caption, fold=fold)


def _column_row(column: Column, table: Table) -> list[doc.Cell]:
    return [
        doc.Code(column.name),
        column.column_type.data_type,
        doc.Dim("null") if column.is_nullable else "not\N{NO-BREAK SPACE}null",
        _keys(column.name, table),
        _default(column),
    ]


def column_facts(column: Column, table: Table) -> tuple[tuple[str, doc.Cell], ...]:
    """Type, keys, default and comment of one column, as labels with values."""
    return (
        ("type", doc.Code(column.column_type.data_type)),
        ("keys", _keys(column.name, table) or None),
        ("default", _default(column)),
        ("comment", column.comment),
    )


def _keys(name: str, table: Table) -> str:
    marks = []
    for constraint in table.constraints:
        match constraint:
            case PrimaryKey() if name in constraint.columns:
                marks.append("PK")
            case Unique() if name in constraint.columns:
                marks.append("unique" if len(constraint.columns) == 1 else "unique with others")
            case ForeignKey() if name in constraint.columns:
                marks.append(f"→\N{NO-BREAK SPACE}{constraint.target}")
    return ", ".join(dict.fromkeys(marks))


def _default(column: Column) -> doc.Cell:
    if column.generated is not None:
        return doc.Code(f"generated {column.generated.kind}: {column.generated.expression or ''}")
    if column.identity is not None:
        return f"identity ({column.identity.replace('_', ' ')})"
    return doc.Code(column.default) if column.default else None


def _definition(constraint: Constraint) -> str:
    match constraint:
        case Check():
            return constraint.expression
        case Exclusion():
            return constraint.definition
        case ForeignKey():
            theirs = ", ".join(map(show_ident, constraint.referenced_columns))
            return f"({_list(constraint.columns)}) → {constraint.target} ({theirs})"
        case _:
            return f"({_list(constraint.columns)})"


def _list(columns: tuple[str, ...]) -> str:
    return ", ".join(map(show_ident, columns))
