"""The plan as tables: one line a table, one line a column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from datalchemy_nb.constraints.graph import planned_rows
from datalchemy_nb.constraints.types import is_not_null
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef, show_ident
from datalchemy_nb.contracts.pg_types import TYPES
from datalchemy_nb.contracts.plan import ForeignKeyRule, Plan
from datalchemy_nb.contracts.schema import DatabaseSchema, ForeignKey, PrimaryKey, Table, Unique
from datalchemy_nb.records import dataclass
from datalchemy_nb.results.base import Preview
from datalchemy_nb.results.relation_lines import relation_line
from datalchemy_nb.results.rows import cell_text
from datalchemy_nb.widgets.models import plan_edits
from datalchemy_nb.widgets.models.choose import matching_tables

SAMPLES = 3


@dataclass(frozen=True)
class TableLine:
    """A table of the plan.

    Attributes:
        rows: what the plan asks; None where it is no target.
        planned: what a run fills all the same, because others refer to it; None = nothing.
        wrong: an issue of the plan is about it.
    """

    ref: TableRef
    rows: int | None
    planned: int | None
    wrong: bool


@dataclass(frozen=True)
class ColumnLine:
    """A column of the plan.

    Attributes:
        badges: what constraints ask of it, a word each.
        generator: what makes it; empty where no rule does.
        source: who decides where no rule does: ``foreign key``, ``by type``.
        samples: values of it, as text.
        nulls: the share its rule asks; None where it says nothing.
        may_be_null: whether it takes nulls.
        editable: whether a share of nulls can be set here.
        relations: what relations ask of it.
        why: the evidence of its rule.
    """

    name: str
    type: str
    badges: tuple[str, ...]
    generator: str
    source: str
    samples: tuple[str, ...]
    nulls: float | None
    may_be_null: bool
    editable: bool
    relations: tuple[str, ...]
    why: str
    wrong: bool


def table_lines(
    plan: Plan | None, schema: DatabaseSchema | None, words: str = "", issues: Iterable[Issue] = ()
) -> tuple[TableLine, ...]:
    """One line a table that can be filled and that fits the words."""
    if schema is None:
        return ()
    asked = {target.ref: target.rows for target in plan.targets} if plan else {}
    planned = planned_rows(plan, schema) if plan else {}
    wrong = wrong_tables(plan, issues) if plan else set()
    found = matching_tables(schema, words, fillable=True)
    return tuple(
        TableLine(
            ref,
            asked.get(ref),
            planned.get(ref),
            ref in wrong,
        )
        for ref in found
    )


def wrong_tables(plan: Plan, issues: Iterable[Issue]) -> set[TableRef]:
    """Tables that errors are about."""
    found = set()
    for issue in issues:
        parts = issue.path.split("/")
        if issue.severity != "error" or len(parts) < 3 or not parts[2].isdigit():
            continue
        items = {"rules": plan.rules, "targets": plan.targets}.get(parts[1], ())
        if int(parts[2]) < len(items):
            found.add(items[int(parts[2])].ref)
    return found


def column_lines(
    plan: Plan | None, schema: DatabaseSchema, ref: TableRef, preview: Preview | None, issues: Iterable[Issue] = ()
) -> tuple[ColumnLine, ...]:
    """One line a column of a table, in the table's order."""
    table = schema.tables[ref]
    rules = {rule.column: (i, rule) for i, rule in plan.column_rules if rule.ref == ref} if plan else {}
    wrong = {issue.path.split("/")[2] for issue in issues if issue.path.startswith("/rules/")}
    related = _related(plan, ref)
    frame = preview.frame if preview is not None and preview.ref == ref else None
    lines = []
    for name, column in table.by_name.items():
        index, rule = rules.get(name, (None, None))
        key = next((key for key in table.foreign_keys if name in key.columns), None)
        key_index, key_rule = _key_rule(plan, ref, key)
        nullable = may_be_null(table, name, schema)
        told = key_rule or rule
        lines.append(
            ColumnLine(
                name,
                short_type(column.column_type.data_type).removeprefix(f"{show_ident(ref.schema)}."),
                _badges(table, name, nullable=nullable),
                rule.generator_id if rule else "",
                _source(key, key_rule, name in related),
                _samples(frame, name),
                told.null_rate if told else None,
                nullable,
                nullable and (rule is not None or key is not None),
                related.get(name, ()),
                (rule.evidence or rule.comment or "") if rule else "",
                not wrong.isdisjoint({str(index), str(key_index)}),
            )
        )
    return tuple(lines)


_SHORT = tuple((t.printed, t.udt_name) for t in TYPES if " " in t.printed)


def short_type(name: str) -> str:
    """A type as people write it: ``timestamptz``, ``varchar(20)``."""
    for long, short in _SHORT:
        name = name.replace(long, short)
    return name


def _key_rule(
    plan: Plan | None, ref: TableRef, key: ForeignKey | None
) -> tuple[int, ForeignKeyRule] | tuple[None, None]:
    found = plan_edits.key_rule_at(plan, ref, key.columns) if plan is not None and key is not None else None
    return found or (None, None)


def may_be_null(table: Table, name: str, schema: DatabaseSchema) -> bool:
    """Whether a column takes nulls."""
    primary = table.primary_key
    return not is_not_null(table.by_name[name], schema) and not (primary and name in primary.columns)


def _source(key: ForeignKey | None, rule: ForeignKeyRule | None, related: bool) -> str:
    if key is not None:
        return f"foreign key, {rule.children.kind}" if rule is not None and rule.children else "foreign key"
    return "relation" if related else "by type"


def _badges(table: Table, name: str, *, nullable: bool) -> tuple[str, ...]:
    column = table.by_name[name]
    found = []
    for constraint in table.constraints:
        match constraint:
            case PrimaryKey() if name in constraint.columns:
                found.append("PK")
            case Unique() if name in constraint.columns:
                found.append("unique" if len(constraint.columns) == 1 else "unique with others")
            case ForeignKey() if name in constraint.columns:
                found.append(f"→ {show_ident(constraint.target.table)}")
    if any(name in check.columns for check in table.checks):
        found.append("check")
    if column.generated is not None or column.identity is not None:
        found.append("generated" if column.generated is not None else "identity")
    if not nullable and "PK" not in found:
        found.append("not null")
    return tuple(dict.fromkeys(found))


def _related(plan: Plan | None, ref: TableRef) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for _, rule in plan.relations if plan else ():
        if rule.ref == ref:
            line = relation_line(rule)
            for column in dict.fromkeys(line.columns):
                found[column] = (*found.get(column, ()), line.text)
    return found


def _samples(frame: pl.DataFrame | None, name: str) -> tuple[str, ...]:
    if frame is None or name not in frame.columns:
        return ()
    values = frame[name].drop_nulls().to_list()
    return tuple(dict.fromkeys(map(cell_text, values)))[:SAMPLES]
