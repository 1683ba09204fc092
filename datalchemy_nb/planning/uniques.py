"""What must be unique: constraints, indexes, expressions, exclusions, each as a set of columns and what they owe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlglot import exp

from datalchemy_nb.contracts.schema import Exclusion, Index, PrimaryKey, Unique
from datalchemy_nb.domains.limits import Cased, Length, Limit
from datalchemy_nb.planning.checks.constants import constant
from datalchemy_nb.planning.checks.parse import UnreadableCheckError, column_name, parse, truncation, unwrap
from datalchemy_nb.planning.drafts import TableDraft


@dataclass(frozen=True)
class UniqueSet:
    """One thing that must be unique.

    Attributes:
        limits: what columns must satisfy so that uniqueness of columns is uniqueness of the expression.
        no_nulls: columns that must not be null (NULLS NOT DISTINCT, coalesce).
        by_day: columns that must differ in their day.
        ranges: columns whose ranges must not overlap.
        predicate: of a partial index; rows outside it are free.
    """

    name: str
    columns: tuple[str, ...]
    limits: tuple[tuple[str, Limit], ...] = ()
    no_nulls: tuple[str, ...] = ()
    by_day: tuple[str, ...] = ()
    ranges: tuple[str, ...] = ()
    predicate: str | None = None


def unique_sets(draft: TableDraft) -> Iterator[UniqueSet | str]:
    """Yield every unique set, or a sentence about one that is not supported."""
    for constraint in draft.table.constraints:
        if isinstance(constraint, PrimaryKey) and draft.policy("primary_key") != "ignore":
            ranges = constraint.columns[-1:] if constraint.without_overlaps else ()
            yield UniqueSet(constraint.name or "primary key", constraint.columns, ranges=ranges)
        elif isinstance(constraint, Unique) and draft.policy("unique") != "ignore":
            ranges = constraint.columns[-1:] if constraint.without_overlaps else ()
            nulls = constraint.columns if constraint.nulls_not_distinct else ()
            yield UniqueSet(constraint.name or "unique", constraint.columns, no_nulls=nulls, ranges=ranges)
        elif isinstance(constraint, Exclusion):
            yield _exclusion(draft, constraint)
    for ref, column in sorted(draft.relations.demanded):
        if ref == draft.ref:
            yield UniqueSet(f"a reference to {column} alone", (column,))
    if draft.policy("unique") != "ignore":
        for index in draft.table.indexes:
            if index.is_unique and not index.is_primary and not index.constraint and index.keys:
                yield _index(draft, index)


def _exclusion(draft: TableDraft, constraint: Exclusion) -> UniqueSet | str:
    operators = {element.operator.rsplit(".", 1)[-1] for element in constraint.elements}
    if not operators <= {"=", "&&"}:
        return f"EXCLUDE {constraint.name}, with operators other than = and &&,"
    columns: list[str] = []
    limits: list[tuple[str, Limit]] = []
    coalesced: list[str] = []
    for element in constraint.elements:
        found = (element.column, None, None) if element.column else _expression(draft, element.expression)
        if found is None or found[2] == "day":
            return f"EXCLUDE {constraint.name}, on the expression {element.expression},"
        name, limit, by = found
        columns += [name] if name else []
        limits += [(name, limit)] if limit is not None else []
        coalesced += [name] if by == "coalesce" else []
    ranges = tuple(e.column for e in constraint.elements if e.operator.endswith("&&") and e.column)
    if len(ranges) > 1:
        return f"EXCLUDE {constraint.name}, with more than one range,"
    return UniqueSet(
        constraint.name or "exclude",
        tuple(columns),
        tuple(limits),
        tuple(coalesced),
        ranges=ranges,
        predicate=constraint.predicate,
    )


def _index(draft: TableDraft, index: Index) -> UniqueSet | str:
    columns: list[str] = []
    limits: list[tuple[str, Limit]] = []
    no_nulls, by_day = list[str](), list[str]()
    for key in index.keys:
        if key.column is not None:
            columns.append(key.column)
            continue
        found = _expression(draft, key.expression or "")
        if found is None:
            return f"unique index {index.name} on the expression {key.expression}"
        name, limit, by = found
        columns += [name] if name else []
        if limit is not None:
            limits.append((name, limit))
        if by == "day":
            by_day.append(name)
        if by == "coalesce":
            no_nulls.append(name)
    if index.nulls_not_distinct:
        no_nulls = list(columns)
    return UniqueSet(
        index.name,
        tuple(dict.fromkeys(columns)),
        tuple(limits),
        tuple(no_nulls),
        tuple(by_day),
        predicate=index.predicate,
    )


def _expression(draft: TableDraft, text: str) -> tuple[str, Limit | None, str | None] | None:
    """A column under a function that keeps different values apart, given a limit; no name for one value for all."""
    try:
        node = unwrap(parse(text))
    except UnreadableCheckError:
        return None
    name = column_name(node)
    if name is not None:
        return name, None, None
    if _one_for_all(node):
        return "", None, None
    inner = column_name(node.this) if isinstance(node.this, exp.Expr) else None
    if isinstance(node, exp.Lower | exp.Upper) and inner:
        return inner, Cased(isinstance(node, exp.Upper)), None
    if isinstance(node, exp.Nullif) and inner:
        return inner, Length(1), None
    if isinstance(node, exp.Coalesce) and inner and len(node.expressions) == 1:
        return _coalesced(draft, inner, node.expressions[0])
    if isinstance(node, exp.Cast) and node.to.is_type("date") and inner:
        return inner, None, "day"
    cut = truncation(node)
    if cut is not None and cut[1] == "day":
        return cut[0], None, "day"
    return None


def _coalesced(draft: TableDraft, name: str, fallback: exp.Expr) -> tuple[str, Limit | None, str | None] | None:
    if constant(fallback, draft.plan.base_date) is None or name not in draft.table.by_name:
        return None
    return name, None, "coalesce"


def _one_for_all(node: exp.Expr) -> bool:
    """Whether an expression has one value for every row: a constant, or a product with zero."""
    if isinstance(node, exp.Mul):
        return any(unwrap(side).sql() == "0" for side in (node.this, node.expression))
    return not list(node.find_all(exp.Column, exp.Anonymous)) and isinstance(node, exp.Boolean | exp.Literal | exp.Cast)
