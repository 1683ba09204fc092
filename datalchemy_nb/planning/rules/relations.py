"""Relation rules: tables, columns and paths exist, types fit, nulls have room, and a column is decided once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlglot import exp

from datalchemy_nb.constraints.graph import partition_root
from datalchemy_nb.constraints.paths import (
    BASE_DATE,
    PathError,
    Reach,
    key_of,
)
from datalchemy_nb.constraints.scalar import compile_scalar
from datalchemy_nb.constraints.typed import UnreadableScalarError, refused, stored
from datalchemy_nb.constraints.types import dtype_of
from datalchemy_nb.contracts import relations as r
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import Table
from datalchemy_nb.planning.issues import error, pointer, warning
from datalchemy_nb.planning.rules.nulls import Nulls, Part, decides
from datalchemy_nb.planning.rules.scope import Scope, column_name, missing_column
from datalchemy_nb.planning.rules.site import MOMENTS, NAMES, NUMBERS, TRUTH, WHOLE, Site
from datalchemy_nb.planning.rules.values import outcomes


def check(scope: Scope) -> Iterator[Issue]:
    """Check every relation rule."""
    first: dict[tuple[TableRef, str], int] = {}
    nulls = Nulls(scope.plan, scope.schema)
    for index, rule in scope.plan.relations:
        table = scope.schema.tables.get(rule.ref)
        if table is None:
            yield error("unknown_relation_target", pointer("rules", index, "table"), *scope.missing_table(rule.ref))
            continue
        if rule.ref not in scope.filled:
            message = f"{rule.ref} has a relation, but no rows of it are generated"
            yield warning("rule_without_target", pointer("rules", index), message, "add it to the targets")
        site = Site(scope, index, rule, table, nulls)
        _CHECKS[type(rule)](site, rule)
        yield from site.issues
        for parts, name in decides(rule):
            earlier = first.setdefault((rule.ref, name), index)
            if earlier != index:
                message = f"{column_name(rule.ref, name)} is decided by two relations"
                hint = f"keep one; the other is {pointer('rules', earlier)}"
                yield error("relation_conflict", pointer("rules", index, *parts), message, hint)


# --- one row ----------------------------------------------------------------------------------------------------------


def _expression(site: Site, rule: r.ExpressionRule) -> None:
    known = site.column(("column",), rule.column)
    site.own_key("column", rule.column)
    scalar = site.sql(("sql",), rule.ref, rule.sql)
    if not known or scalar is None:
        return
    column = site.table.by_name[rule.column]
    digits = getattr(dtype_of(column.column_type, site.scope.schema), "scale", 0)
    try:
        value = compile_scalar(scalar.tree, site.nulls.inputs(scalar), site.scope.plan.base_date)
        sql = stored(value, site.category(rule.ref, rule.column), digits)
    except UnreadableScalarError as reason:
        site.wrong("relation_sql", ("sql",), f"{column_name(rule.ref, rule.column)}: {reason}")
        return
    if site.category(rule.ref, rule.column) in ("text", "enum", "uuid"):
        for one in outcomes(scalar.tree):
            if isinstance(one, exp.Literal) and one.is_string:
                site.value(("sql",), rule.column, one.this, "its expression gives")
    dtypes = {name: dtype_of(found.column.column_type, site.scope.schema) for name, found in scalar.inputs.items()}
    if (complaint := refused(sql, dtypes)) is not None:
        site.wrong("relation_sql", ("sql",), f"{column_name(rule.ref, rule.column)}: {complaint}")
    if not value.nullable or site.takes_null(rule.column):
        return
    nullable = [name for name, found in scalar.inputs.items() if site.nulls.path(found)]
    if nullable:
        cure = f"write coalesce({nullable[0]}, ...), or give {nullable[0]} a null rate of 0"
        site.filled(("sql",), rule.column, f"where {nullable[0]} is null", cure)
    elif next(scalar.tree.find_all(exp.Null), None) is not None:
        site.filled(("sql",), rule.column, "in a case of the expression", "give every case a value")


def _bounds(site: Site, rule: r.BoundsRule) -> None:
    if not site.column(("column",), rule.column, MOMENTS | NUMBERS):
        return
    site.own_key("column", rule.column)
    found = _bound_list(site, rule.column, (("after", rule.after), ("before", rule.before)))
    if site.takes_null(rule.column):
        return
    for parts, bound, end in found:
        if parts[0] == "after" and end is not None and not end.steps and site.nulls.path(end):
            cure = f"leave {bound.column} out, or let it have a value in every row"
            site.filled((*parts, "column"), rule.column, f"where {bound.column} is null", cure)


def _bound_list(
    site: Site, column: str, sides: Sequence[tuple[str, Sequence[r.Bound]]]
) -> list[tuple[tuple[Part, ...], r.Bound, Reach | None]]:
    found: list[tuple[tuple[Part, ...], r.Bound, Reach | None]] = []
    for name, bounds in sides:
        for at, bound in enumerate(bounds):
            found.append(((name, at), bound, _bound(site, column, (name, at), bound)))
    return found


def _bound(site: Site, column: str, parts: tuple[Part, ...], bound: r.Bound) -> Reach | None:
    """Check one side: of the same family as the column, with a gap in a unit that it has."""
    moments = site.category(site.ref, column) in MOMENTS
    if bound.gap is not None:
        _gap(site, (*parts, "gap", "unit"), bound.gap, moments=moments)
    if bound.column == BASE_DATE and BASE_DATE not in site.table.by_name:
        site.kind((*parts, "column"), column_name(site.ref, column), site.category(site.ref, column), MOMENTS)
        return None
    if bound.column == column:
        site.wrong("relation_of_itself", (*parts, "column"), f"{column_name(site.ref, column)} bounds itself")
        return None
    return site.path((*parts, "column"), bound.column, MOMENTS if moments else NUMBERS)


def _gap(site: Site, parts: tuple[Part, ...], gap: r.Gap, *, moments: bool) -> None:
    if moments == (gap.unit == "units"):
        asked = "a unit of time" if moments else '"units"'
        site.wrong("relation_type_mismatch", parts, f"the gap is in {gap.unit}; it needs {asked}", f"use {asked}")


def _copy(site: Site, rule: r.CopyRule) -> None:
    known = site.column(("column",), rule.column)
    site.own_key("column", rule.column)
    found = site.path(("from",), rule.source)
    if not known or found is None:
        return
    mine, other = site.category(rule.ref, rule.column), site.category(found.table, found.column.name)
    if mine != other and not {mine, other} <= NUMBERS and not {mine, other} <= MOMENTS and mine != "text":
        told = column_name(found.table, found.column.name)
        site.wrong(
            "relation_type_mismatch", ("from",), f"{column_name(rule.ref, rule.column)} is {mine}, {told} {other}"
        )
    if rule.drift is not None:
        site.kind(("drift",), column_name(rule.ref, rule.column), mine, NUMBERS)
    for earlier in site.grouped(rule):
        if earlier.share != rule.share:
            message = (
                f"{column_name(rule.ref, rule.column)} is copied in {rule.share:.1%} of rows, {earlier.column} of the "
                f"same group in {earlier.share:.1%}"
            )
            site.wrong("relation_conflict", ("share",), message, f"give both a share of {earlier.share:g}")
            break
    if not site.takes_null(rule.column) and site.nulls.path(found):
        cure = f"let {rule.source} have a value in every row, or use an expression with coalesce"
        site.filled(("from",), rule.column, f"where {rule.source} is null", cure)


def _decided(site: Site, rule: r.DecidedRule) -> None:
    if not site.column(("column",), rule.column):
        return
    site.own_key("column", rule.column)
    for at, name in enumerate(rule.by):
        if name == rule.column:
            site.wrong("relation_of_itself", ("by", at), f"{column_name(site.ref, name)} decides itself")
        else:
            site.column(("by", at), name)


def _same_ancestor(site: Site, rule: r.SameAncestorRule) -> None:
    ends: dict[TableRef, str] = {}
    for at, text in enumerate(rule.paths):
        found = site.path(("paths", at), text)
        if found is None:
            return
        try:
            key = key_of(site.scope.schema, found.table, found.column.name)
        except PathError as reason:
            site.wrong("unknown_path", ("paths", at), f"{text}: {reason}", reason.hint)
            return
        ends.setdefault(partition_root(key.target, site.scope.schema), text)
    if len(ends) > 1:
        told = " and ".join(f"{text} to {ref}" for ref, text in ends.items())
        site.wrong("relation_type_mismatch", ("paths",), f"{rule.ref}: the paths lead to different tables: {told}")
    if not any(len(text.split(".")) > 1 for text in rule.paths):
        site.wrong("relation_of_itself", ("paths",), f"{rule.ref}: no path leads through another table")


def _parent(site: Site, rule: r.ParentRule) -> None:
    if not _within(site, ("column",), rule.column):
        return
    scalar = site.sql(("where",), rule.ref, rule.where)
    if scalar is None:
        return
    try:
        value = compile_scalar(scalar.tree, site.nulls.inputs(scalar), site.scope.plan.base_date)
    except UnreadableScalarError as reason:
        site.wrong("relation_sql", ("where",), f"{site.ref}: {reason}")
        return
    if value.family != "boolean":
        message = f"{site.ref}: {rule.where} is {value.family}; the relation needs a condition"
        site.wrong("relation_type_mismatch", ("where",), message, f"write {rule.column}.<column> = ...")
    if not any(found.steps and found.steps[0].column == rule.column for found in scalar.inputs.values()):
        message = f"{site.ref}: {rule.where} says nothing of the row that {rule.column} refers to"
        site.wrong("unknown_path", ("where",), message, f"write {rule.column}.<column>")


def _counterpart(site: Site, rule: r.CounterpartRule) -> None:
    scope = site.scope
    child = scope.schema.tables.get(rule.child)
    if child is None:
        message, hint = scope.missing_table(rule.child)
        site.wrong("unknown_relation_target", ("child_table",), message, hint)
        return
    if rule.ref in scope.filled and rule.child not in scope.filled:
        message = f"{rule.ref} repeats rows of {rule.child}, but none are generated"
        site.wrong("rule_without_target", ("child_table",), message, f"add {rule.child} to the targets")
    if rule.child == rule.ref:
        site.wrong("relation_of_itself", ("child_table",), f"{rule.ref} cannot repeat rows of its own")
    found = site.path(("of",), rule.of)
    if not _within(site, ("within",), rule.within) or found is None:
        return
    if not found.steps or found.steps[0].column != rule.within:
        message = f"{rule.of} does not lead through the row that {rule.within} refers to"
        site.wrong("unknown_path", ("of",), message, f"write {rule.within}.<column>")
        return
    try:
        other = partition_root(key_of(scope.schema, found.table, found.column.name).target, scope.schema)
    except PathError as reason:
        site.wrong("unknown_path", ("of",), f"{rule.of}: {reason}", reason.hint)
        return
    keys = [key for key in child.foreign_keys if set(key.columns) == set(rule.child_columns)]
    if not any(partition_root(key.target, scope.schema) == other for key in keys):
        message = f"{rule.child} has no foreign key on {', '.join(rule.child_columns)} to {other}"
        site.wrong("unknown_foreign_key", ("child_columns",), message, "name a table that refers to it")
        return
    for name, text in rule.columns.items():
        _repeated(site, rule, name, text, child)


def _repeated(site: Site, rule: r.CounterpartRule, name: str, text: str, child: Table) -> None:
    """Check one column of a counterpart: a key repeats a key, another column what fits its type."""
    parts = ("columns", name)
    if not site.column(parts, name):
        return
    mine = next((key for key in site.table.foreign_keys if name in key.columns), None)
    if mine is not None:
        theirs = next((key for key in child.foreign_keys if text in key.columns), None)
        if theirs is None or theirs.target != mine.target or name in (rule.within,):
            message = f"{column_name(site.ref, name)} refers to {mine.target}; {text} of {rule.child} does not"
            site.wrong("relation_conflict", parts, message, "name a column whose foreign key leads there")
        return
    scalar = site.sql(parts, rule.child, text)
    if scalar is None:
        return
    category = site.category(site.ref, name)
    digits = getattr(dtype_of(site.table.by_name[name].column_type, site.scope.schema), "scale", 0)
    try:
        value = compile_scalar(scalar.tree, site.nulls.inputs(scalar), site.scope.plan.base_date)
        stored(value, category, digits)
    except UnreadableScalarError as reason:
        site.wrong("relation_sql", parts, f"{column_name(site.ref, name)}: {reason}")
        return
    if value.family == "decimal" and value.scale > digits:
        message = f"{column_name(site.ref, name)} has {digits} digits after the point, {text} {value.scale}"
        site.wrong("relation_inexact", parts, message, f"write round({text}, {digits})")
    if value.nullable and not site.takes_null(name):
        site.filled(parts, name, f"where {text} is null", "write coalesce(...)")


def _polymorphic(site: Site, rule: r.PolymorphicRule) -> None:
    takes = site.column(("type_column",), rule.type_column, NAMES)
    known = site.column(("id_column",), rule.id_column)
    for name, field_name in ((rule.type_column, "type_column"), (rule.id_column, "id_column")):
        if any(name in key.columns for key in site.table.foreign_keys):
            message = f"{column_name(rule.ref, name)} is part of a foreign key"
            site.wrong("relation_conflict", (field_name,), message, "name columns without a foreign key")
    if not any(target.weight > 0 for target in rule.targets):
        site.wrong("relation_infeasible", ("targets",), f"{rule.ref}: no target has a weight above 0")
    for at, target in enumerate(rule.targets):
        if takes:
            site.value(("targets", at, "value"), rule.type_column, target.value, "is to say")
        table = site.scope.schema.tables.get(target.ref)
        if table is None:
            message, hint = site.scope.missing_table(target.ref)
            site.wrong("unknown_relation_target", ("targets", at, "table"), message, hint)
        elif target.column not in table.by_name:
            told = missing_column(target.ref, target.column, table.by_name)
            site.wrong("unknown_column", ("targets", at, "column"), *told)
        elif site.ref in site.scope.filled and target.ref not in site.scope.filled:
            message = f"{rule.ref} refers to rows of {target.ref}, but none are generated"
            site.wrong("fk_without_parent", ("targets", at, "table"), message, f"add {target.ref} to the targets")
        elif known:
            mine, other = site.category(rule.ref, rule.id_column), site.category(target.ref, target.column)
            if mine not in (other, "text"):
                told_id = column_name(rule.ref, rule.id_column)
                message = f"{told_id} is {mine}, {column_name(target.ref, target.column)} {other}"
                site.wrong("relation_type_mismatch", ("targets", at, "column"), message)


# --- a row and its family ---------------------------------------------------------------------------------------------


def _within(site: Site, parts: Sequence[Part], name: str) -> bool:
    """Check a column of a foreign key: the children of one parent belong together."""
    if name not in site.table.by_name:
        site.wrong("unknown_column", parts, *missing_column(site.ref, name, site.table.by_name))
        return False
    try:
        key_of(site.scope.schema, site.ref, name)
    except PathError as reason:
        site.wrong("unknown_foreign_key", parts, str(reason), reason.hint)
        return False
    return True


def _rollup(site: Site, rule: r.RollupRule) -> None:
    kinds = {"count": WHOLE, "sum": NUMBERS, "any": TRUTH, "all": TRUTH}.get(rule.function)
    site.column(("column",), rule.column, kinds)
    child = site.scope.schema.tables.get(rule.child)
    if child is None:
        message, hint = site.scope.missing_table(rule.child)
        site.wrong("unknown_relation_target", ("child_table",), message, hint)
        return
    if rule.ref in site.scope.filled and rule.child not in site.scope.filled:
        message = f"{rule.ref} counts rows of {rule.child}, but none are generated"
        site.wrong("rule_without_target", ("child_table",), message, f"add {rule.child} to the targets")
    keys = [key for key in child.foreign_keys if set(key.columns) == set(rule.child_columns)]
    if not any(partition_root(key.target, site.scope.schema) == rule.ref for key in keys):
        known = "; ".join(
            ", ".join(key.columns)
            for key in child.foreign_keys
            if partition_root(key.target, site.scope.schema) == rule.ref
        )
        message = f"{rule.child} has no foreign key on {', '.join(rule.child_columns)} to {rule.ref}"
        hint = f"its foreign keys to it are on {known}" if known else "name a table that refers to this one"
        site.wrong("unknown_foreign_key", ("child_columns",), message, hint)
    for name, text in (("value", rule.value), ("where", rule.where)):
        if text is not None:
            site.sql((name,), rule.child, text)
    smallest = rule.function in ("min", "max") and rule.column in site.table.by_name
    if smallest and not site.takes_null(rule.column):
        cause = f"where a row has no rows of {rule.child}"
        site.filled(("function",), rule.column, cause, "let the column take nulls")


def _share(site: Site, rule: r.ShareRule) -> None:
    site.column(("column",), rule.column, NUMBERS)
    if not _within(site, ("within",), rule.within):
        return
    found = site.path(("of",), rule.of, NUMBERS)
    if found is not None and (len(found.steps) != 1 or rule.within not in found.steps[0].key.columns):
        hint = f"write {rule.within}.<column>"
        site.wrong("unknown_path", ("of",), f"{rule.of} is no column of the row that {rule.within} refers to", hint)


def _position(site: Site, rule: r.PositionRule) -> None:
    site.column(("column",), rule.column, NUMBERS)
    _within(site, ("within",), rule.within)


def _ordered(site: Site, rule: r.OrderedRule) -> None:
    known = site.column(("column",), rule.column, MOMENTS)
    _within(site, ("within",), rule.within)
    if known:
        _ends(site, rule.column, rule)


def _ends(site: Site, column: str, rule: r.OrderedRule | r.PeriodsRule) -> None:
    for name, bound in (("after", rule.after), ("before", rule.before)):
        if bound is not None:
            _bound(site, column, (name,), bound)


def _running(site: Site, rule: r.RunningRule) -> None:
    site.column(("column",), rule.column, NUMBERS)
    _within(site, ("within",), rule.within)
    site.sql(("value",), rule.ref, rule.value)
    if rule.start is not None:
        site.path(("start",), rule.start, NUMBERS)


def _periods(site: Site, rule: r.PeriodsRule) -> None:
    _within(site, ("within",), rule.within)
    known = site.column(("start",), rule.start, MOMENTS)
    ends = site.column(("end",), rule.end, MOMENTS)
    if known:
        _ends(site, rule.start, rule)
    if ends and rule.open_last and not site.takes_null(rule.end):
        site.filled(("open_last",), rule.end, "in the last period", "set open_last to false")


# --- states -----------------------------------------------------------------------------------------------------------


def _lifecycle(site: Site, rule: r.LifecycleRule) -> None:
    takes = site.column(("state",), rule.state, NAMES)
    start = rule.start is not None and site.column(("start",), rule.start, MOMENTS)
    if rule.until is not None:
        site.column(("until",), rule.until, MOMENTS)
    values = [state.value for state in rule.states]
    texts = [_text(value) for value in values]
    for at, state in enumerate(rule.states):
        if _text(state.value) in texts[:at]:
            site.wrong("relation_conflict", ("states", at, "value"), f"state {state.value!r} is there twice")
        elif takes:
            site.value(("states", at, "value"), rule.state, state.value, "a state is")
        if state.enters is not None:
            site.column(("states", at, "enters"), state.enters, MOMENTS)
        for j, name in enumerate(state.fills):
            if site.column(("states", at, "fills", j), name) and not site.takes_null(name):
                cause = f"before a row has been {state.value}"
                site.filled(("states", at, "fills", j), name, cause, "leave it out: it has a value in every row")
    for parts, value in _named_states(rule):
        if _text(value) not in texts:
            site.wrong("unknown_state", parts, f"{value!r} is no state of the rule", f"states are {', '.join(texts)}")
    for at, way in enumerate(rule.transitions):
        _gap(site, ("transitions", at, "after", "unit"), way.after, moments=True)
    column = rule.start or next((state.enters for state in rule.states if state.enters), rule.until)
    if rule.after and column is not None and column in site.table.by_name and (start or rule.start is None):
        _bound_list(site, column, (("after", rule.after),))


def _named_states(rule: r.LifecycleRule) -> Iterator[tuple[tuple[Part, ...], Any]]:
    yield ("initial",), rule.initial
    for at, way in enumerate(rule.transitions):
        yield ("transitions", at, "from"), way.source
        yield ("transitions", at, "to"), way.target
    for name in rule.shares or ():
        yield ("shares", name), name
    for at, value in enumerate(rule.ended or ()):
        yield ("ended", at), value


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _history(site: Site, rule: r.HistoryRule) -> None:
    for name, kinds in (
        ("state", NAMES), ("previous", NAMES), ("at", MOMENTS), ("until", MOMENTS), ("current", TRUTH),
        ("position", NUMBERS),
    ):  # fmt: skip
        column = getattr(rule, name)
        if site.column((name,), column, kinds) and name in ("previous", "until") and not site.takes_null(column):
            where = "in the first row" if name == "previous" else "in the row of now"
            site.filled((name,), column, where, "leave it out")
    if not _within(site, ("of",), rule.of):
        return
    target = partition_root(key_of(site.scope.schema, rule.ref, rule.of).target, site.scope.schema)
    lives = [one for _, one in site.scope.plan.relations if isinstance(one, r.LifecycleRule) and one.ref == target]
    for state in [] if not lives else lives[0].states:
        for name in ("state", "previous"):
            site.value((name,), getattr(rule, name), state.value, f"a state of {target} is")
    if not lives:
        message = f"{rule.of} refers to {target}, which has no lifecycle"
        site.wrong("relation_without_lifecycle", ("of",), message, f"add a lifecycle rule for {target}")


_CHECKS: dict[type, Callable[[Site, Any], None]] = {
    r.ExpressionRule: _expression,
    r.BoundsRule: _bounds,
    r.CopyRule: _copy,
    r.DecidedRule: _decided,
    r.SameAncestorRule: _same_ancestor,
    r.ParentRule: _parent,
    r.CounterpartRule: _counterpart,
    r.PolymorphicRule: _polymorphic,
    r.LifecycleRule: _lifecycle,
    r.HistoryRule: _history,
    r.RollupRule: _rollup,
    r.ShareRule: _share,
    r.PositionRule: _position,
    r.OrderedRule: _ordered,
    r.RunningRule: _running,
    r.PeriodsRule: _periods,
}
