"""Rows of the catalog queries into columns, constraints, indexes and triggers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Literal

from datalchemy_nb.contracts import schema as s
from datalchemy_nb.contracts.names import TableRef, literal
from datalchemy_nb.introspect.bodies import read_body
from datalchemy_nb.introspect.types import Row, TypeBook

TABLE_KINDS: dict[str, s.TableKind] = {
    "r": "table",
    "p": "partitioned_table",
    "v": "view",
    "m": "materialized_view",
    "f": "foreign_table",
}
_IDENTITY: dict[str, Literal["always", "by_default"]] = {"a": "always", "d": "by_default"}
_GENERATED: dict[str, Literal["stored", "virtual"]] = {"s": "stored", "v": "virtual"}
_ACTIONS: dict[str, s.FkAction] = {
    "a": "no_action",
    "r": "restrict",
    "c": "cascade",
    "n": "set_null",
    "d": "set_default",
}
_MATCHES: dict[str, s.MatchType] = {"f": "full", "p": "partial", "s": "simple"}
_STRATEGIES: dict[str, Literal["range", "list", "hash"]] = {"r": "range", "l": "list", "h": "hash"}
_RANK = {"primary_key": 0, "unique": 1, "check": 2, "foreign_key": 3, "exclusion": 4}


def column(row: Row, types: TypeBook, *, with_comment: bool) -> s.Column:
    """Build a column."""
    generated = _GENERATED.get(row["generated"])
    return s.Column(
        ordinal_position=row["position"],
        name=row["name"],
        column_type=types.column_type(
            row["type"], row["typmod"], row["formatted"], row["collation"], row["dimensions"]
        ),
        is_nullable=not row["not_null"] and not types.is_not_null(row["type"]),
        default=None if generated else row["expression"],
        identity=_IDENTITY.get(row["identity"]),
        generated=s.Generated(kind=generated, expression=row["expression"]) if generated else None,
        comment=row["comment"] if with_comment else None,
        sequence=row["sequence"],
    )


def constraint(row: Row) -> s.Constraint:
    """Build a constraint of a table or domain."""
    match row["kind"]:
        case "p":
            return s.PrimaryKey(
                kind="primary_key", name=row["name"], columns=row["columns"], without_overlaps=row["period"]
            )
        case "u":
            return s.Unique(
                kind="unique",
                name=row["name"],
                columns=row["columns"],
                is_deferrable=row["is_deferrable"],
                initially_deferred=row["initially_deferred"],
                nulls_not_distinct=row["nulls_not_distinct"],
                without_overlaps=row["period"],
            )
        case "c":
            return check(row)
        case "f":
            return _foreign_key(row)
        case _:
            return _exclusion(row)


def check(row: Row) -> s.Check:
    """Build a CHECK of a table or domain."""
    return s.Check(
        kind="check",
        name=row["name"],
        expression=row["definition"],
        columns=tuple(row["columns"] or ()),
        not_valid=row["not_valid"],
        enforced=row["enforced"],
    )


def _foreign_key(row: Row) -> s.ForeignKey:
    return s.ForeignKey(
        kind="foreign_key",
        name=row["name"],
        columns=row["columns"],
        referenced_schema=row["referenced_schema"],
        referenced_table=row["referenced_table"],
        referenced_columns=row["referenced_columns"],
        on_update=_ACTIONS.get(row["on_update"], "unknown"),
        on_delete=_ACTIONS.get(row["on_delete"], "unknown"),
        match_type=_MATCHES.get(row["match_type"], "unknown"),
        is_deferrable=row["is_deferrable"],
        initially_deferred=row["initially_deferred"],
        not_valid=row["not_valid"],
        period=row["period"],
        enforced=row["enforced"],
    )


def _exclusion(row: Row) -> s.Exclusion:
    elements = zip(row["element_columns"], row["element_expressions"], row["element_operators"], strict=True)
    return s.Exclusion(
        kind="exclusion",
        name=row["name"],
        method=row["method"],
        elements=tuple(s.ExclusionElement(column=c, expression=e, operator=o) for c, e, o in elements),
        predicate=row["predicate"],
        definition=row["definition"],
    )


def ordered(constraints: Iterable[s.Constraint]) -> tuple[s.Constraint, ...]:
    """Constraints in serialised order: by kind, name, then columns or expression."""
    return tuple(sorted(constraints, key=_constraint_order))


def _constraint_order(item: s.Constraint) -> tuple[int, str, str]:
    if isinstance(item, s.Check):
        last = item.expression
    else:
        last = item.definition if isinstance(item, s.Exclusion) else "|".join(item.columns)
    return _RANK[item.kind], item.name or "", last


def index(row: Row) -> s.Index:
    """Build an index."""
    parts = list(zip(row["columns"], row["expressions"], strict=True))
    keys, included = parts[: row["key_count"]], parts[row["key_count"] :]
    return s.Index(
        name=row["name"],
        is_unique=row["is_unique"],
        is_primary=row["is_primary"],
        is_valid=row["is_valid"],
        method=row["method"],
        definition=row["definition"],
        keys=tuple(s.IndexKey(column=c, expression=e) for c, e in keys),
        include=tuple(c for c, _ in included),
        predicate=row["predicate"],
        nulls_not_distinct=row["nulls_not_distinct"],
        constraint=row["constraint"],
    )


_COMMENT = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)
_NAME = r'(?:"(?:[^"]|"")+"|[A-Za-z_][\w$]*)'
_INSERT = re.compile(rf"\bINSERT\s+INTO\s+(?:({_NAME})\s*\.\s*)?({_NAME})", re.IGNORECASE)


def filled_by(body: str, home: str, known: Collection[TableRef]) -> tuple[TableRef, ...]:
    """Return the tables that a function inserts into, as its text names them.

    Args:
        body: the function's source.
        home: the schema that names without one are looked for in first.
        known: tables there are; others, such as temporary ones, are left out.
    """
    found: list[TableRef] = []
    for schema, table in _INSERT.findall(_COMMENT.sub(" ", body)):
        name = _folded(table)
        if schema:
            fits = [TableRef(_folded(schema), name)]
        else:
            everywhere = [ref for ref in known if ref.table == name]
            fits = [ref for ref in everywhere if ref.schema == home] or everywhere
        if len(fits) == 1 and fits[0] in known:
            found.append(fits[0])
    return tuple(dict.fromkeys(found))


def _folded(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name.lower()


def trigger(row: Row, table: TableRef, known: Collection[TableRef]) -> s.Trigger:
    """Build a trigger from the bits of pg_trigger.tgtype, and what its function's text says that it fills."""
    bits = row["bits"]
    events = {"insert": 4, "delete": 8, "update": 16, "truncate": 32}
    by_row = bits & 1 and not bits & 64 and row["language"] == "plpgsql"
    does = read_body(row["body"] or "") if by_row else None
    if does is not None and does.raises and row["conditional"]:
        does = None  # it fires for some rows only, which its WHEN tells
    return s.Trigger(
        name=row["name"],
        timing="before" if bits & 2 else "instead of" if bits & 64 else "after",
        events=tuple(name for name, bit in events.items() if bits & bit),
        function=row["function"],
        enabled=row["enabled"] != "D",
        fills=tuple(
            s.TableName(schema_name=ref.schema, table=ref.table)
            for ref in filled_by(row["body"] or "", table.schema, known)
            if ref != table
        ),
        is_read=does is not None,
        sets=tuple(s.TriggerSet(column=name, expression=text) for name, text in (does.sets if does else ())),
        raises=does.raises if does else (),
    )


def partition_key(row: Row) -> s.PartitionKey | None:
    """How a partitioned table is divided."""
    if row["partition_strategy"] is None:
        return None
    return s.PartitionKey(
        strategy=_STRATEGIES[row["partition_strategy"]],
        columns=row["partition_columns"],
        definition=row["partition_key"],
    )


def partition_of(row: Row) -> s.PartitionOf | None:
    """Which table a partition belongs to."""
    if not row["is_partition"]:
        return None
    schema, name, oid = row["parent_schemas"][0], row["parent_names"][0], row["parent_oids"][0]
    return s.PartitionOf(
        schema_name=schema,
        table=name,
        bound=row["partition_bound"],
        constraint=_without_oid(row["partition_constraint"], oid, schema, name),
    )


def _without_oid(constraint: str | None, oid: int, schema: str, name: str) -> str | None:
    # A hash partition's constraint holds its parent's oid, which differs from database to database.
    if constraint is None:
        return None
    quoted = literal(f'"{schema}"."{name}"')
    return re.sub(rf"'{oid}'::oid\b", lambda _: f"({quoted}::regclass)::oid", constraint)


def inherits(row: Row) -> tuple[s.TableName, ...]:
    """Parents by plain inheritance, in declared order."""
    if row["is_partition"] or not row["parent_names"]:
        return ()
    pairs = zip(row["parent_schemas"], row["parent_names"], strict=True)
    return tuple(s.TableName(schema_name=schema, table=name) for schema, name in pairs)
