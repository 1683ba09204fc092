"""Partition bounds as facts about a partitioned table: a row must fall into a partition that exists."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import Any

import sqlglot
from sqlglot import exp

from datalchemy_nb.constraints.classify import Context, classify
from datalchemy_nb.constraints.facts import Alternatives, Condition, Fact, Narrow, NotNull, Null, Unsupported
from datalchemy_nb.constraints.triggers import trigger_checks
from datalchemy_nb.contracts.names import TableRef, quote_ident
from datalchemy_nb.contracts.schema import (
    Check,
    Constraint,
    DatabaseSchema,
    Exclusion,
    ForeignKey,
    Index,
    PrimaryKey,
    Table,
    Unique,
)
from datalchemy_nb.domains.limits import AtLeast, AtMost, OneOf

_HASH = "satisfies_hash_partition"


def as_filled(schema: DatabaseSchema) -> DatabaseSchema:
    """Return a schema whose tables also have what triggers and only some of their partitions ask of rows.

    Rows are made for the table at the top. A foreign key, unique key or NOT NULL of one partition is asked of all rows
    there, which is more than PostgreSQL asks; a CHECK of one partition, of the rows that lie within its bound. A
    foreign key to one partition asks that the row referred to lies within its bound. A trigger whose text was read asks
    that it does not raise.
    """
    if not any(table.partition_of or table.triggers for table in schema.tables.values()):
        return schema
    more = {
        ref: _with_triggers(
            _to_partitions(
                _with_asked(table, list(_leaves(ref, schema))) if table.partition_key is not None else table, schema
            )
        )
        for ref, table in schema.tables.items()
        if table.partition_of is None
    }
    if all(more[ref] is schema.tables[ref] for ref in more):
        return schema
    spaces = tuple(
        space.model_copy(
            update={"tables": tuple(more.get(TableRef(space.name, one.name), one) for one in space.tables)}
        )
        for space in schema.schemas
    )
    kept = {name: getattr(schema, name) for name in DatabaseSchema.model_fields}
    fingerprint = schema.schema_fingerprint or schema.fingerprint()
    return DatabaseSchema.model_construct(**kept | {"schemas": spaces, "schema_fingerprint": fingerprint})


def _with_asked(table: Table, leaves: list[Table]) -> Table:
    held = {_asks(constraint) for constraint in table.constraints} | {_asks(index) for index in table.indexes}
    constraints, indexes = list(table.constraints), list(table.indexes)
    missing = {name for leaf in leaves for name, column in leaf.by_name.items() if not column.is_nullable}
    for leaf in leaves:
        bound = None if leaf.partition_of is None else leaf.partition_of.constraint
        for constraint in leaf.constraints:
            if _asks(constraint) in held:
                continue
            held.add(_asks(constraint))
            if isinstance(constraint, PrimaryKey):
                missing.update(constraint.columns)
                constraints.append(Unique(kind="unique", name=constraint.name, columns=constraint.columns))
            elif isinstance(constraint, Check) and not all(_has(other, constraint) for other in leaves) and bound:
                text = f"CHECK (((NOT ({bound})) OR {_inner(constraint.expression)}))"
                constraints.append(constraint.model_copy(update={"expression": text, "columns": ()}))
            else:
                constraints.append(constraint)
        for index in leaf.indexes:
            if index.is_unique and index.constraint is None and _asks(index) not in held:
                held.add(_asks(index))
                indexes.append(index)
    columns = tuple(
        column.model_copy(update={"is_nullable": False}) if column.name in missing and column.is_nullable else column
        for column in table.columns
    )
    if len(constraints) == len(table.constraints) and len(indexes) == len(table.indexes) and columns == table.columns:
        return table
    return _copied(table, columns=columns, constraints=tuple(constraints), indexes=tuple(indexes))


def _with_triggers(table: Table) -> Table:
    asked = tuple(trigger_checks(table))
    return _copied(table, constraints=(*table.constraints, *asked)) if asked else table


def _to_partitions(table: Table, schema: DatabaseSchema) -> Table:
    """Say as CHECKs what foreign keys that refer to a partition ask of their values."""
    found = []
    for key in table.foreign_keys:
        parent = schema.tables.get(key.target)
        if parent is not None and parent.partition_of is not None:
            names = ", ".join(map(quote_ident, key.columns))
            absent = " OR ".join(f"({quote_ident(name)} IS NULL)" for name in key.columns)
            within = _renamed(parent.partition_of.constraint or "", key) or f"lies_in({names})"
            found.append(Check(kind="check", name=key.name, expression=f"CHECK (({absent} OR ({within})))"))
    return _copied(table, constraints=(*table.constraints, *found)) if found else table


def _renamed(bound: str, key: ForeignKey) -> str | None:
    """A partition's bound over the columns that refer to it; None where it reads others."""
    try:
        tree = sqlglot.parse_one(bound, read="postgres")
    except sqlglot.errors.ParseError:
        return None
    own = dict(zip(key.referenced_columns, key.columns, strict=True))
    for column in list(tree.find_all(exp.Column)):
        if column.name not in own:
            return None
        column.replace(exp.column(exp.to_identifier(own[column.name], quoted=True)))
    return tree.sql("postgres")


def _copied(table: Table, **changed: object) -> Table:
    """A table with other parts; a copy of pydantic's would keep what the table remembers of itself."""
    return Table.model_construct(**{name: getattr(table, name) for name in Table.model_fields} | changed)


def _has(table: Table, check: Check) -> bool:
    return any(_asks(constraint) == _asks(check) for constraint in table.checks)


def _inner(expression: str) -> str:
    """The condition of a CHECK as PostgreSQL prints it."""
    text = expression.strip().removeprefix("CHECK").strip()
    return text.removesuffix("NOT VALID").removesuffix("NO INHERIT").strip()


def _asks(one: Constraint | Index) -> tuple[object, ...]:
    """What a constraint or index asks, whichever table it stands on and whatever it is called."""
    if isinstance(one, Index):
        keys = tuple((key.column, key.expression) for key in one.keys)
        return "index", keys, one.predicate, one.nulls_not_distinct, one.is_unique
    if isinstance(one, Check):
        return "check", _inner(one.expression)
    if isinstance(one, ForeignKey):
        return "foreign_key", one.columns, one.target, one.referenced_columns
    if isinstance(one, Exclusion):
        return "exclusion", one.definition
    return "unique", one.columns, getattr(one, "nulls_not_distinct", False), one.without_overlaps


def partition_facts(ref: TableRef, schema: DatabaseSchema, context: Context) -> Iterator[Fact]:
    """Yield what the partitions below a table ask of its rows."""
    if schema.tables[ref].partition_key is None:
        return
    leaves = list(_leaves(ref, schema))
    if not leaves:
        yield Unsupported("it has no partition, so PostgreSQL stores no row of it", never=True)
        return
    if any(_takes_all(table) for table in leaves):
        return
    bounds = [table.partition_of.constraint or "" for table in leaves if table.partition_of]
    if any(_HASH in bound for bound in bounds):
        if not _complete_hash(ref, schema):
            yield Unsupported("its hash partitions are incomplete or mixed with other strategies")
        return
    yield from _merged([classify(bound, context) for bound in bounds])


def _leaves(ref: TableRef, schema: DatabaseSchema) -> Iterator[Table]:
    for child, table in schema.tables.items():
        if table.partition_of and TableRef(table.partition_of.schema_name, table.partition_of.table) == ref:
            if table.partition_key is None:
                yield table
            else:
                yield from _leaves(child, schema)


def _takes_all(table: Table) -> bool:
    return table.partition_of is not None and table.partition_of.bound.strip().upper() == "DEFAULT"


def _complete_hash(ref: TableRef, schema: DatabaseSchema) -> bool:
    """Whether the direct children are hash partitions whose shares add up to everything."""
    share = 0.0
    for table in schema.tables.values():
        parent = table.partition_of
        if parent and TableRef(parent.schema_name, parent.table) == ref:
            words = parent.bound.replace(",", " ").replace("(", " ").replace(")", " ").split()
            if "modulus" not in words or table.partition_key is not None:
                return False
            share += 1 / int(words[words.index("modulus") + 1])
    return abs(share - 1) < 1e-9


def _merged(branches: list[tuple[Fact, ...]]) -> Iterator[Fact]:
    """One fact for all partitions where they divide one column; else a choice between them."""
    if any(isinstance(fact, Unsupported) for branch in branches for fact in branch):
        yield Unsupported("a partition bound cannot be analysed")
        return
    narrows = [[fact for fact in branch if isinstance(fact, Narrow)] for branch in branches]
    columns = {fact.column for branch in narrows for fact in branch}
    plain = all(isinstance(fact, Narrow | NotNull | Null) for branch in branches for fact in branch)
    if plain and len(columns) == 1 and all(narrows):
        (column,) = columns
        found = _as_list(column, narrows) or _as_range(column, narrows)
        if found:
            yield NotNull(column)
            yield from found
            return
    if plain:
        simple = tuple(tuple(f for f in b if isinstance(f, Narrow | NotNull | Null)) for b in branches)
        yield Alternatives(simple, _condition(branches)) if len(simple) > 1 else _condition(branches)
        return
    yield _condition(branches)


def _as_list(column: str, narrows: list[list[Narrow]]) -> list[Fact]:
    limits = [fact.limit for branch in narrows for fact in branch]
    if not all(isinstance(limit, OneOf) for limit in limits):
        return []
    values = [value for limit in limits if isinstance(limit, OneOf) for value in limit.values]
    return [Narrow(column, OneOf(tuple(dict.fromkeys(values))), _or(narrows))]


def _as_range(column: str, narrows: list[list[Narrow]]) -> list[Fact]:
    """Neighbouring ranges, joined; nothing when a gap lies between."""
    spans: list[tuple[Any, Any]] = []
    for branch in narrows:
        low = next((f.limit.bound for f in branch if isinstance(f.limit, AtLeast) and not f.limit.strict), None)
        high = next((f.limit.bound for f in branch if isinstance(f.limit, AtMost) and f.limit.strict), None)
        if len(branch) != (low is not None) + (high is not None):
            return []
        spans.append((low, high))
    if any(low is None or high is None for low, high in spans):
        return []
    spans.sort()
    joined = reduce(lambda a, b: (a[0], b[1]) if a and a[1] == b[0] else None, spans[1:], spans[0])  # type: ignore[arg-type,return-value]
    if joined is None:
        return []
    sql = _or(narrows)
    return [Narrow(column, AtLeast(joined[0]), sql), Narrow(column, AtMost(joined[1], strict=True), sql)]


def _or(narrows: list[list[Narrow]]) -> str:
    return " OR ".join("(" + " AND ".join(f"({fact.sql})" for fact in branch) + ")" for branch in narrows)


def _condition(branches: list[tuple[Fact, ...]]) -> Condition:
    parts, columns = [], {}
    for branch in branches:
        texts = []
        for fact in branch:
            if isinstance(fact, Narrow):
                texts.append(f"({fact.sql})")
            elif isinstance(fact, Condition):
                texts.append(f"({fact.sql})")
                columns.update(dict.fromkeys(fact.columns))
            elif isinstance(fact, NotNull | Null):
                texts.append(f'"{fact.column}" IS {"NOT " if isinstance(fact, NotNull) else ""}NULL')
            if isinstance(fact, Narrow | NotNull | Null):
                columns[fact.column] = None
        parts.append("(" + " AND ".join(texts or ["true"]) + ")")
    return Condition(" OR ".join(parts), tuple(columns))
