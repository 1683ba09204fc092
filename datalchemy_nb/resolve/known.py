"""Rows that are known before a run makes any: those that a database holds, and those that a plan lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from enum import Enum
from typing import Literal

import numpy as np
import polars as pl
from sqlglot import exp

from datalchemy_nb import sandbox
from datalchemy_nb.constraints.facts import sql_of
from datalchemy_nb.constraints.graph import partition_root, planned_rows, without_foreign_keys
from datalchemy_nb.constraints.held import held_by
from datalchemy_nb.constraints.inline import inlined, readable
from datalchemy_nb.constraints.parse import UnreadableCheckError, column_name, columns_of, parse, unwrap
from datalchemy_nb.constraints.table import check_facts, context_of
from datalchemy_nb.constraints.translate import to_duckdb
from datalchemy_nb.constraints.types import base_type, category_of, dtype_of
from datalchemy_nb.contracts.existing import Existing, ExistingTable
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan, PlanTarget, PolicyRule
from datalchemy_nb.contracts.relations import PolymorphicRule
from datalchemy_nb.contracts.schema import DatabaseSchema, Exclusion, Index, PrimaryKey, Table, Unique
from datalchemy_nb.domains.casting import cast
from datalchemy_nb.planning.issues import error, pointer, warning
from datalchemy_nb.planning.rules.values import as_text
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.plan import Guard, Known, Period

_SUBTYPES: Mapping[str, Literal["number", "day", "moment"]] = {
    "int4range": "number",
    "int8range": "number",
    "numrange": "number",
    "daterange": "day",
    "tsrange": "moment",
    "tstzrange": "moment",
}
_ASSUMED = 1000
"""Rows that a table is taken to hold while nobody has read them, so that the rest of the plan can be looked at."""
NOT_READ = "existing_not_read"
NOT_COMPARED = "existing_not_compared"


@dataclass(frozen=True, eq=False)
class Given:
    """What a plan is resolved with besides its schema.

    Attributes:
        existing: keys of rows that the database holds.
        room: candidates beyond the rows to make, by table, in place of those that repeat a key of a known row.
        new_only: foreign keys, by table and name, that point at made rows only, because more than keys is read there.
        fill_gaps: whole numbers in keys count from 1 and fill the gaps, where there is no room behind the highest.
    """

    existing: Existing | None = None
    room: Mapping[TableRef, int] = field(default_factory=dict)
    new_only: frozenset[tuple[TableRef, str]] = frozenset()
    fill_gaps: bool = False


class Obstacle(Enum):
    """Why a unique set cannot be compared with rows that are known before; the value is what of it, for messages."""

    OPERATORS = "with other operators than = and one &&"
    RANGES = "with ranges that are not understood"
    UNREADABLE = "whose expression is not understood"
    COMPUTED = "on what the database computes"
    REFUSED = "whose expression is not evaluated here"


@dataclass(frozen=True)
class Unguarded:
    """A unique set that cannot be compared here with rows that are known before.

    Attributes:
        name: what it is called.
        obstacle: why.
    """

    name: str
    obstacle: Obstacle


def key_columns(plan: Plan, schema: DatabaseSchema) -> dict[TableRef, tuple[str, ...]]:
    """Return the columns of existing rows that a run needs: those that foreign keys refer to, and of unique sets.

    Of kept tables these are the primary key and the columns referred to; of tables that get more rows, the columns of
    all unique sets too.
    """
    found: dict[TableRef, tuple[str, ...]] = {}
    filled = [ref for ref, rows in planned_rows(plan, schema).items() if rows]
    for ref, target in plan.holding.items():
        table = schema.tables.get(ref)
        if table is None:
            continue
        wanted = set(table.primary_key.columns) if table.primary_key else set()
        for child in filled:
            for key in schema.tables[child].foreign_keys:
                if partition_root(key.target, schema) == ref:
                    wanted |= set(key.referenced_columns)
        for _, rule in plan.relations:
            if isinstance(rule, PolymorphicRule):
                wanted |= {one.column for one in rule.targets if one.ref == ref}
        if target.existing == "append":
            for guard in guards_of(plan, schema, ref):
                wanted |= set(guard.columns) if isinstance(guard, Guard) else set()
        found[ref] = tuple(column.name for column in table.columns if column.name in wanted)
    return found


def known_rows(plan: Plan, schema: DatabaseSchema, given: Given) -> tuple[dict[TableRef, Known], list[Issue]]:
    """Return what is known of the rows of each table, and what of the plan cannot be carried out."""
    known: dict[TableRef, Known] = {}
    issues: list[Issue] = []
    for index, target in enumerate(plan.targets):
        table = schema.tables.get(target.ref)
        if table is None or not (target.existing or target.fixed):
            continue
        held = given.existing.by_ref.get(target.ref) if given.existing is not None else None
        if target.existing and held is None:
            issues.append(
                error(
                    NOT_READ,
                    pointer("targets", index, "existing"),
                    f"{target.ref}: the keys of its rows in the database have not been read",
                    "let them be read by generate --read-existing, or take those of a run by --existing RUN",
                    table=target.ref,
                )
            )
        guards, told = _guards(plan, schema, target, index)
        issues.extend(told)
        frame = given.existing.frames[target.ref] if held is not None and given.existing is not None else pl.DataFrame()
        known[target.ref] = Known(
            fixed=len(target.fixed),
            cells=_cells(target, table, schema),
            existing=held.rows if held is not None else _ASSUMED if target.existing else 0,
            keys=_typed(frame, table, schema),
            edges=_edges(held, table, given) if held is not None else {},
            guards=guards,
            checks=_checks(plan, schema, target.ref) if target.fixed else (),
        )
    return known, issues


def _edges(held: ExistingTable, table: Table, given: Given) -> dict[str, int]:
    if not given.fill_gaps:
        return held.edges
    counting = {c.name for c in table.columns if c.identity is not None or "nextval(" in (c.default or "")}
    return {name: edge for name, edge in held.edges.items() if name in counting}


def _guards(
    plan: Plan, schema: DatabaseSchema, target: PlanTarget, index: int
) -> tuple[tuple[Guard, ...], list[Issue]]:
    if not target.rows:
        return (), []
    found = list(guards_of(plan, schema, target.ref))
    issues = [_not_compared(target, index, what) for what in found if isinstance(what, Unguarded)]
    return tuple(guard for guard in found if isinstance(guard, Guard)), issues


def _not_compared(target: PlanTarget, index: int, what: Unguarded) -> Issue:
    why = what.obstacle.value
    name = f"EXCLUDE {what.name}" if what.obstacle is Obstacle.OPERATORS else what.name
    message = f"{target.ref}: {name}, {why}, cannot be compared with the rows that are known before"
    where = pointer("targets", index)
    if target.existing == "append":
        hint = "let the table keep what it holds (existing: keep, rows: 0), or empty it first (load --truncate)"
        return error(NOT_COMPARED, where, message, hint, table=target.ref, constraint=what.name, cause=why)
    return warning(
        NOT_COMPARED, where, message, "load and evaluate tell", table=target.ref, constraint=what.name, cause=why
    )


def _typed(frame: pl.DataFrame, table: Table, schema: DatabaseSchema) -> pl.DataFrame:
    by_name = table.by_name
    return pl.DataFrame(
        [cast(frame[name], dtype_of(by_name[name].column_type, schema)) for name in frame.columns if name in by_name]
    )


def _cells(
    target: PlanTarget, table: Table, schema: DatabaseSchema
) -> dict[str, tuple[np.ndarray[tuple[int], np.dtype[np.intp]], pl.Series]]:
    cells = {}
    for name, column in table.by_name.items():
        rows = [i for i, row in enumerate(target.fixed) if name in row]
        if not rows:
            continue
        texts = pl.Series(name, [as_text(target.fixed[i][name]) for i in rows], dtype=pl.String)
        try:
            values = cast(texts, dtype_of(column.column_type, schema))
        except pl.exceptions.PolarsError:
            continue  # validation says which cell is no value of its type
        cells[name] = (np.array(rows, dtype=np.intp), values)
    return cells


def _checks(plan: Plan, schema: DatabaseSchema, ref: TableRef) -> tuple[tuple[str, str], ...]:
    """Every CHECK that can be evaluated here, as conditions over the row."""
    if _policy(plan, ref, "check") == "ignore":
        return ()
    table = schema.tables[ref]
    context = context_of({c.name: category_of(c.column_type, schema) for c in table.columns}, schema, plan)
    return tuple(
        (check.name, sql)
        for check in check_facts(table, schema, context)
        for fact in check.facts
        if (sql := sql_of(fact)) != "true" and sandbox.refusal(sql) is None
    )


def guards_of(plan: Plan, schema: DatabaseSchema, ref: TableRef) -> Iterator[Guard | Unguarded]:
    """Yield the unique sets of a table, or what of them cannot be compared here."""
    table = schema.tables[ref]
    reader = _Reader(plan, schema, table)
    for constraint in table.constraints:
        if isinstance(constraint, PrimaryKey | Unique):
            kind = "primary_key" if isinstance(constraint, PrimaryKey) else "unique"
            if _policy(plan, ref, kind) == "ignore":
                continue
            if constraint.without_overlaps:
                *same, last = constraint.columns
                yield reader.of(constraint.name or kind, [(c, None) for c in same], None, False, period=(last, None))
                continue
            alike = isinstance(constraint, Unique) and constraint.nulls_not_distinct
            yield reader.of(constraint.name or kind, [(name, None) for name in constraint.columns], None, alike)
        elif isinstance(constraint, Exclusion):
            yield _excluded(reader, constraint)
    if _policy(plan, ref, "unique") == "ignore":
        return
    for index in table.indexes:
        if index.is_unique and not index.is_primary and not index.constraint and index.keys:
            yield reader.of_index(index)


def _excluded(reader: _Reader, constraint: Exclusion) -> Guard | Unguarded:
    name = constraint.name or "exclude"
    parts: dict[str, list[tuple[str | None, str | None]]] = {}
    for element in constraint.elements:
        operator = element.operator.rsplit(".", 1)[-1]
        parts.setdefault(operator, []).append((element.column, element.expression))
    periods = parts.pop("&&", [])
    if not parts.keys() <= {"="} or len(periods) > 1:
        return Unguarded(name, Obstacle.OPERATORS)
    return reader.of(name, parts.get("=", []), constraint.predicate, False, period=periods[0] if periods else None)


@dataclass(frozen=True)
class _Reader:
    """Writes unique sets for DuckDB."""

    plan: Plan
    schema: DatabaseSchema
    table: Table

    def of_index(self, index: Index) -> Guard | Unguarded:
        parts = [(key.column, key.expression) for key in index.keys]
        return self.of(index.name, parts, index.predicate, index.nulls_not_distinct)

    def of(
        self,
        name: str,
        parts: Sequence[tuple[str | None, str | None]],
        predicate: str | None,
        alike: bool,
        period: tuple[str | None, str | None] | None = None,
    ) -> Guard | Unguarded:
        spans = None
        try:
            trees = [self._written_out(self._part(column, text)) for column, text in parts]
            condition = None if predicate is None else self._written_out(parse(predicate))
            if period is not None and (spans := self._period(*period)) is None:
                return Unguarded(name, Obstacle.RANGES)
        except UnreadableCheckError:
            return Unguarded(name, Obstacle.UNREADABLE)
        read = [c for tree in trees for c in columns_of(tree)]
        read += [] if spans is None else spans.columns
        columns = tuple(dict.fromkeys([*read, *(columns_of(condition) if condition else ())]))
        if any(c not in self.table.by_name or self.table.by_name[c].generated is not None for c in columns):
            return Unguarded(name, Obstacle.COMPUTED)
        categories = {c.name: category_of(c.column_type, self.schema) for c in self.table.columns}
        texts = tuple(to_duckdb(tree, categories, self.plan.base_date) for tree in trees)
        where = None if condition is None else to_duckdb(condition, categories, self.plan.base_date)
        if any(sandbox.refusal(text) for text in (*texts, *([where] if where else []))):
            return Unguarded(name, Obstacle.REFUSED)
        plain = all(isinstance(tree, exp.Column) for tree in trees)
        return Guard(name, columns, texts, plain, where, alike, spans)

    def _period(self, column: str | None, text: str | None) -> Period | None:
        """The range of a column, or of a call as ``tstzrange(starts, ends, '[]')``; None where it is another one."""
        if column is not None:
            found = self.table.by_name.get(column)
            kind = _SUBTYPES.get(base_type(found.column_type, self.schema).udt_name) if found is not None else None
            return None if kind is None else Period((column,), kind)
        node = unwrap(parse(text or ""))
        if not isinstance(node, exp.Anonymous) or node.name.lower() not in _SUBTYPES:
            return None
        low, high, *more = node.expressions
        names = column_name(low), column_name(high)
        closed = unwrap(more[0]) if more else None
        closed = closed.this if isinstance(closed, exp.Cast) else closed
        written = closed.name if isinstance(closed, exp.Literal) else "[)"
        if None in names or (more and not isinstance(closed, exp.Literal)) or len(written) != len("[)"):
            return None
        both = tuple(name for name in names if name is not None)
        return Period(both, _SUBTYPES[node.name.lower()], written[0] == "(", written[1] == "]")

    def _written_out(self, tree: exp.Expr) -> exp.Expr:
        """The tree with functions of the schema written out, and columns that the database computes."""
        functions = readable(self.schema.functions)

        def computed(node: exp.Expr) -> exp.Expr:
            found = self.table.by_name.get(node.name) if isinstance(node, exp.Column) else None
            text = None if found is None else held_by(found, self.table, self.schema)
            return node if text is None else exp.Paren(this=parse(text))

        return inlined(inlined(tree, functions).transform(computed), functions)

    def _part(self, column: str | None, text: str | None) -> exp.Expr:
        if column is None:
            return parse(text or "")
        named = exp.column(exp.to_identifier(column, quoted=True))
        found = self.table.by_name.get(column)
        if found is not None and base_type(found.column_type, self.schema).udt_name == "citext":
            return exp.Lower(this=named)
        return named


def _policy(plan: Plan, ref: TableRef, kind: str) -> str:
    rules = (rule for _, rule in plan.rules_of(ref) if isinstance(rule, PolicyRule))
    return next((rule.mode for rule in rules if rule.constraint == kind), "enforce")


def unfollowed_tables(plan: Plan) -> frozenset[TableRef]:
    """Tables whose own foreign keys nobody follows, because no row of theirs is made."""
    kept = {ref for ref, target in plan.holding.items() if target.existing == "keep"}
    return without_foreign_keys(plan) | kept
