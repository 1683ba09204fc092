"""Partition bounds as facts about a partitioned table: a row must fall into a partition that exists."""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import Any

from datalchemy_nb.constraints import Alternatives, Condition, Fact, Narrow, NotNull, Null, Unsupported, classify
from datalchemy_nb.constraints.classify import Context
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema, Table
from datalchemy_nb.domains.limits import AtLeast, AtMost, OneOf

_HASH = "satisfies_hash_partition"


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
