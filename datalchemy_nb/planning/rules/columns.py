"""Column rules: the column exists, and a rule makes sense there. Other modules look at generator and transforms."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import ColumnRule
from datalchemy_nb.planning.graph import partition_root
from datalchemy_nb.planning.issues import error, pointer, warning
from datalchemy_nb.planning.rules import distributions, generators, inputs, transforms
from datalchemy_nb.planning.rules.scope import Place, Scope, column_name, missing_column
from datalchemy_nb.planning.types import is_not_null

FILLS = "transform.coalesce"
Step = Callable[[Place], Iterator[Issue]]


def check(scope: Scope) -> Iterator[Issue]:
    """Check every column rule; some errors make the rest of a rule meaningless and end its checks."""
    first: dict[tuple[TableRef, str], tuple[int, ColumnRule]] = {}
    for index, rule in scope.plan.column_rules:
        place = _locate(scope, index, rule)
        if isinstance(place, Issue):
            yield place
            continue
        for step, decisive in STEPS:
            found = tuple(step(place))
            yield from found
            if found and decisive:
                break
        else:
            yield from _duplicate(first, place)


def placement(place: Place) -> Iterator[Issue]:
    """Check that the column takes values from a rule, and that its table is filled."""
    rule, scope = place.rule, place.scope
    if place.column.generated is not None:
        message = f"{place.name} is a generated column; PostgreSQL computes it"
        yield error("rule_on_generated_column", place.at(), message, "remove the rule")
    if rule.ref not in scope.filled:
        yield _without_target(place)
    key = next((key for key in place.table.foreign_keys if rule.column in key.columns), None)
    if key is not None and rule.ref not in scope.fk_disabled and rule.generator_id != "derive.fk":
        message = (
            f"{place.name} is part of a foreign key and takes the key of its {key.target} row, not the rule's value"
        )
        hint = 'remove the rule; to really leave the key: "foreign_key_strategy" "disable" and options.allow_fk_disable'
        yield warning("rule_on_foreign_key", place.at(), message, hint)


def nulls(place: Place) -> Iterator[Issue]:
    """Check that nulls are asked for only where the column takes them."""
    primary = place.table.primary_key
    if not is_not_null(place.column, place.scope.schema) and not (primary and place.column.name in primary.columns):
        return
    rates: list[tuple[str, object]] = [(place.at("null_rate"), place.rule.null_rate)]
    filled = max((j for j, step in enumerate(place.rule.transforms) if step.transform == FILLS), default=-1)
    for j, step in enumerate(place.rule.transforms):
        if j > filled and step.transform == "transform.null_rate" and isinstance(step.params, dict):
            rates.append((place.at("transforms", j, "params", "rate"), step.params.get("rate")))
    for path, rate in rates:
        if isinstance(rate, int | float) and rate > 0:
            message = f"{place.name} is NOT NULL, but a null rate of {rate:g} is asked for"
            yield error("null_rate_on_not_null", path, message, "remove the rate or set it to 0")


def presence(place: Place) -> Iterator[Issue]:
    """Check the column's condition: a column of the table that can say so, and room for nulls."""
    when = place.rule.when
    if when is None:
        return
    if when.column not in place.table.by_name or when.column == place.rule.column:
        message, hint = missing_column(place.rule.ref, when.column, place.table.by_name)
        if when.column == place.rule.column:
            message, hint = "itself", "name another column of the table"
        yield error("unknown_input_column", place.at("when", "column"), f"{place.name} depends on {message}", hint)
        return
    primary = place.table.primary_key
    if is_not_null(place.column, place.scope.schema) or (primary and place.column.name in primary.columns):
        message = f"{place.name} is NOT NULL, but has a value only for some values of {when.column}"
        yield error("null_rate_on_not_null", place.at("when"), message, "remove the condition")
    if any(place.rule.column in key.columns for key in place.table.foreign_keys):
        message = f"{place.name} is part of a foreign key; a condition on it is not supported"
        yield error("unsupported", place.at("when"), message, "remove the condition; a null_rate is possible")


STEPS: tuple[tuple[Step, bool], ...] = (
    (inputs.input_columns, False),
    (inputs.parent_reference, False),
    (generators.named, True),
    (generators.params_shape, True),
    (generators.known, False),
    (generators.params, False),
    (generators.locale, False),
    (generators.fits_type, False),
    (distributions.check, False),
    (placement, False),
    (nulls, False),
    (presence, False),
    (transforms.check, False),
)
"""The checks of one rule, in order, and whether an issue ends them."""


def _locate(scope: Scope, index: int, rule: ColumnRule) -> Place | Issue:
    table = scope.schema.tables.get(rule.ref)
    if table is None:
        return error("unknown_column_target", pointer("rules", index, "table"), *scope.missing_table(rule.ref))
    column = table.by_name.get(rule.column)
    if column is None:
        told = missing_column(rule.ref, rule.column, table.by_name)
        return error("unknown_column", pointer("rules", index, "column"), *told)
    return Place(scope, index, rule, table, column)


def _duplicate(first: dict[tuple[TableRef, str], tuple[int, ColumnRule]], place: Place) -> Iterator[Issue]:
    index, other = first.setdefault((place.rule.ref, place.rule.column), (place.index, place.rule))
    if _meaning(other) == _meaning(place.rule):
        return
    what = "generator" if other.generator_id != place.rule.generator_id else "settings"
    message = f"{place.name} has two rules with different {what}"
    yield error("duplicate_generator_rule", place.at(), message, f"keep one; the other is {pointer('rules', index)}")


def _meaning(rule: ColumnRule) -> tuple[object, ...]:
    """All of a rule that shapes values."""
    params = rule.effective_params or {}
    return rule.generator_id, params, rule.locale, rule.distribution, rule.transforms, rule.null_rate, rule.when


def _without_target(place: Place) -> Issue:
    ref = place.rule.ref
    root = partition_root(ref, place.scope.schema)
    hint = f"add {ref} to the targets, or remove the rule"
    if root != ref:
        hint = f"write the rule for {root}, the partitioned table"
    elif place.table.kind not in ("table", "partitioned_table"):
        hint = "remove the rule: it is no table that takes rows"
    message = f"{column_name(ref, place.rule.column)} has a rule, but no rows of {ref} are generated"
    return warning("rule_without_target", place.at(), message, hint)
