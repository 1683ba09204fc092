"""Which plan format, and which schema the plan was written for."""

from __future__ import annotations

from collections.abc import Iterator

from datalchemy_nb.constraints.graph import partition_root
from datalchemy_nb.constraints.types import is_not_null
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import OLDER_VERSIONS, PLAN_VERSION, Cell, PlanTarget, PolicyRule
from datalchemy_nb.contracts.schema import DatabaseSchema, Table
from datalchemy_nb.planning.counts import check_per
from datalchemy_nb.planning.fit import Difference, differences, same_but_for_empty_schemas
from datalchemy_nb.planning.issues import About, error, pointer, warning
from datalchemy_nb.planning.read import version_issues
from datalchemy_nb.planning.rules.scope import Scope, missing_column
from datalchemy_nb.planning.rules.values import misfit

# --- targets: known tables that can hold rows, each once --------------------------------------------------------------

_NO_TABLES = {
    "view": "a view",
    "materialized_view": "a materialized view",
    "foreign_table": "a foreign table",
}


def check(scope: Scope) -> Iterator[Issue]:
    """Check every target."""
    if not scope.plan.targets:
        yield error("targets_empty", pointer("targets"), "the plan has no targets", "add a table and its rows")
    seen: dict[TableRef, int] = {}
    for index, target in enumerate(scope.plan.targets):
        yield from check_per(index, target, scope.plan, scope.schema)
        yield from _rows(index, target) if target.per is None else ()
        yield from _table(scope, index, target)
        yield from _known(scope, index, target)
        if target.schema_name in scope.schema_names:
            yield from _duplicate(seen, index, target.ref)


def _rows(index: int, target: PlanTarget) -> Iterator[Issue]:
    if target.rows == 0 and target.existing != "keep":
        hint = "ask for 1 or more, or remove the target"
        yield error("rows_zero", pointer("targets", index, "rows"), f"{target.ref}: 0 rows are asked for", hint)
    if target.rows and target.existing == "keep":
        yield error(
            "rows_of_kept",
            pointer("targets", index, "rows"),
            f"{target.ref}: its rows are kept, and none are made, but {target.rows} are asked for",
            "set rows to 0, or existing to append",
        )
    if target.capacity is not None and target.capacity < target.rows:
        yield error(
            "capacity_too_small",
            pointer("targets", index, "capacity"),
            f"{target.ref}: {target.rows} rows are more than the capacity of {target.capacity}",
            "raise the capacity, which changes the rows, or ask for fewer",
        )
    if len(target.fixed) > target.rows:
        yield error(
            "fixed_rows",
            pointer("targets", index, "rows"),
            f"{target.ref}: {len(target.fixed)} rows are listed, but {target.rows} are asked for",
            "let rows count the listed ones too",
        )


def _table(scope: Scope, index: int, target: PlanTarget) -> Iterator[Issue]:
    ref = target.ref
    table = scope.schema.tables.get(ref)
    if table is None:
        code, field = ("unknown_table", "table") if ref.schema in scope.schema_names else ("unknown_schema", "schema")
        yield error(code, pointer("targets", index, field), *scope.missing_table(ref))
    elif table.kind in _NO_TABLES:
        message = f"{ref} is {_NO_TABLES[table.kind]} and takes no rows of its own"
        hint = "remove the target, and fill the tables it reads"
        yield error("target_is_view", pointer("targets", index, "table"), message, hint)
    elif table.partition_of is not None:
        root = partition_root(ref, scope.schema)
        message = f"{ref} is a partition; rows reach it through {root}"
        hint = f"target {root} instead; PostgreSQL routes its rows"
        yield error("target_is_partition", pointer("targets", index, "table"), message, hint)


def _known(scope: Scope, index: int, target: PlanTarget) -> Iterator[Issue]:
    """Fixed rows: columns that the table has, and values of their types."""
    table = scope.schema.tables.get(target.ref)
    for number, row in enumerate(target.fixed if table is not None else ()):
        for name, value in row.items():
            assert table is not None
            path = pointer("targets", index, "fixed", number, name)
            if name not in table.by_name:
                yield error("unknown_column", path, *missing_column(target.ref, name, table.by_name))
            elif (reason := _misfit(scope, table, name, value)) is not None:
                message = f"{target.ref}.{name}: {reason}"
                yield error("fixed_rows", path, message, "write the value as PostgreSQL reads it, or leave it out")


def _misfit(scope: Scope, table: Table, name: str, value: Cell) -> str | None:
    """Why a column cannot have a value, without telling the value."""
    column = table.by_name[name]
    if column.generated is not None:
        return "the database computes it"
    if value is None:
        key = table.primary_key
        lacks = is_not_null(column, scope.schema) or (key is not None and name in key.columns)
        return "it is NOT NULL" if lacks else None
    reason = misfit(scope.schema, column.column_type, value)
    return None if reason is None else f"the value is {reason}"


def _duplicate(seen: dict[TableRef, int], index: int, ref: TableRef) -> Iterator[Issue]:
    first = seen.setdefault(ref, index)
    if first != index:
        hint = f"keep one; the other is {pointer('targets', first)}"
        yield error("duplicate_target", pointer("targets", index), f"{ref} is a target twice", hint)


# --- constraint policies: of known tables, one per kind, about constraints that exist ---------------------------------


def check_policies(scope: Scope) -> Iterator[Issue]:
    """Check every constraint policy."""
    first: dict[tuple[TableRef, str], tuple[int, PolicyRule]] = {}
    for index, rule in enumerate(scope.plan.rules):
        if not isinstance(rule, PolicyRule):
            continue
        table = scope.schema.tables.get(rule.ref)
        if table is None:
            yield error("unknown_constraint_target", pointer("rules", index, "table"), *scope.missing_table(rule.ref))
            continue
        earlier, other = first.setdefault((rule.ref, rule.constraint), (index, rule))
        if other.mode != rule.mode:
            message = f"{rule.ref}: policy {rule.constraint} is {other.mode} in one rule and {rule.mode} in another"
            hint = f"keep one; the other is {pointer('rules', earlier)}"
            yield error("duplicate_constraint_policy", pointer("rules", index), message, hint)
        elif not _has(table, rule.constraint):
            message = f"{rule.ref} has no constraint of kind {rule.constraint}, so the policy changes nothing"
            yield warning("constraint_not_found", pointer("rules", index), message, "remove the rule")


def _has(table: Table, kind: str) -> bool:
    if kind == "not_null":
        return any(not column.is_nullable for column in table.columns)
    if kind == "unique" and any(index.is_unique and not index.is_primary for index in table.indexes):
        return True
    return any(constraint.kind == kind for constraint in table.constraints)


# --- unsupported rules: what they speak of should exist ---------------------------------------------------------------


def check_unsupported(scope: Scope) -> Iterator[Issue]:
    """Check the reference of every unsupported rule."""
    for index, rule in enumerate(scope.plan.rules_unsupported):
        if rule.reference is None:
            continue
        ref, column = TableRef(rule.reference.schema_name, rule.reference.table), rule.reference.column
        table = scope.schema.tables.get(ref)
        if table is None:
            field = "table" if ref.schema in scope.schema_names else "schema"
            told = scope.missing_table(ref)
        elif column is not None and column not in table.by_name:
            field = "column"
            told = missing_column(ref, column, table.by_name)
        else:
            continue
        path = pointer("rules_unsupported", index, "reference", field)
        yield warning(f"unsupported_unknown_{field}", path, *told)


# --- which plan format, and which schema the plan was written for -----------------------------------------------------


def check_version(scope: Scope) -> Iterator[Issue]:
    """Compare plan_version, engine, schema_version and fingerprint."""
    yield from version_issues(scope.plan.plan_version)
    for index, rule in scope.plan.relations if scope.plan.plan_version in OLDER_VERSIONS else ():
        message = f'{rule.ref}: a rule of type {rule.type} takes plan_version "{PLAN_VERSION}"'
        yield error(
            "plan_version_unsupported", pointer("rules", index), message, f'set plan_version to "{PLAN_VERSION}"'
        )
    ours, theirs = scope.plan.schema_ref, scope.schema
    for field, code in (("engine", "engine_mismatch"), ("schema_version", "schema_version_mismatch")):
        wanted, found = getattr(ours, field), getattr(theirs, field)
        if wanted != found:
            message = f'the plan was written for {field} "{wanted}", the schema has "{found}"'
            yield error(code, pointer("schema_ref", field), message, f'set it to "{found}" if the plan still fits')
    wanted, found = ours.schema_fingerprint, theirs.schema_fingerprint
    if scope.plan.written_for is None:
        yield from _fingerprint(wanted, found, scope.introspected)
    elif not wanted or wanted != found:
        yield from _changed_parts(scope)


_SHOWN = 6


def _changed_parts(scope: Scope) -> Iterator[Issue]:
    """What changed of the tables, types and functions that the plan uses, an issue each."""
    by_table: dict[str, list[Difference]] = {}
    for difference in differences(scope.plan, scope.introspected):
        by_table.setdefault(str(difference.table or ""), []).append(difference)
    for name, found in by_table.items():
        told = "; ".join(str(difference) for difference in found[:_SHOWN])
        more = f"; and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        message = f"{f'{name} changed' if name else 'types changed'} since the plan was written: {told}{more}"
        path = pointer("written_for", "tables", name) if name else pointer("written_for")
        yield error("schema_fingerprint_mismatch", path, message, _REBASE, **_about(found[0]))


def _about(difference: Difference) -> About:
    return {} if difference.table is None else {"table": difference.table}


_REBASE = "`datalchemy plan PLAN --rebase --out FILE` carries the plan over and shows what it does"


def _fingerprint(wanted: str | None, found: str | None, schema: DatabaseSchema) -> Iterator[Issue]:
    """A plan of before plans told which part of the schema they use."""
    path = pointer("schema_ref", "schema_fingerprint")
    if wanted and not found:
        message = "the plan names a schema fingerprint, but the schema has none to compare with"
        yield error("schema_fingerprint_missing", path, message, "introspect again, or remove it from the plan")
    elif wanted and wanted != found and not same_but_for_empty_schemas(wanted, schema):
        message = f"the schema changed since the plan was written: {_short(wanted)} then, {_short(found)} now"
        yield error("schema_fingerprint_mismatch", path, f"{message}; the plan does not say what changed", _REBASE)
    elif found and not wanted:
        message = "the plan names no schema fingerprint, so a changed schema will not be noticed"
        hint = f'set "schema_fingerprint" to "{found}", or let `datalchemy plan PLAN --rebase` do it'
        yield warning("schema_fingerprint_not_set", pointer("schema_ref"), message, hint)


def _short(fingerprint: str | None) -> str:
    return f"{(fingerprint or '')[:12]}"
