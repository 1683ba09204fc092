"""Column rules: the column exists, and a rule makes sense there. Other modules look at generator and transforms."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pydantic import ValidationError

from datalchemy_nb.constraints.graph import partition_root
from datalchemy_nb.constraints.types import is_not_null, slot_for, with_locale
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import ColumnRule, TransformRef
from datalchemy_nb.domains.distributions import DistributionError, shape
from datalchemy_nb.errors import did_you_mean
from datalchemy_nb.planning.issues import error, pointer, warning
from datalchemy_nb.planning.read import show
from datalchemy_nb.planning.rules import generators
from datalchemy_nb.planning.rules.generators import families_of, mismatch, parameter_errors
from datalchemy_nb.planning.rules.scope import Place, Scope, column_name, missing_column
from datalchemy_nb.transforms.base import find_transform, transforms

# --- a rule's transforms: known, once each, with parameters they take -------------------------------------------------


def check_transforms(place: Place) -> Iterator[Issue]:
    """Check every transform of a rule."""
    seen: set[str] = set()
    for j, step in enumerate(place.rule.transforms):
        path = place.at("transforms", j, "transform")
        if not step.transform.strip():
            message = f"{place.name}: a transform has no id"
            yield error("transform_empty_id", path, message, "name a transform, e.g. transform.casing")
            continue
        if step.transform in seen:
            message = f"{place.name}: {step.transform} is applied twice"
            yield warning("duplicate_transform", path, message, "remove one unless both are meant")
        seen.add(step.transform)
        yield from _known(place, j, step)


def _known(place: Place, j: int, step: TransformRef) -> Iterator[Issue]:
    spec = find_transform(step.transform)
    if spec is None:
        known = transforms()
        hint = did_you_mean(step.transform, known) or f"there are {', '.join(known)}"
        message = f"{place.name}: there is no transform {step.transform!r}"
        yield error("unknown_transform", place.at("transforms", j, "transform"), message, hint)
        return
    given = {} if step.params is None else step.params
    if not isinstance(given, dict):
        message = f"{place.name}: {spec.id}: params must be an object, not {show(given)}"
        hint = 'write them as {"name": value}'
        yield error("invalid_transform_params", place.at("transforms", j, "params"), message, hint)
        return
    for parts, reason, cure in parameter_errors(spec.params, given):
        where = place.at("transforms", j, "params", *parts)
        yield error("invalid_transform_params", where, f"{place.name}: {spec.id}: {reason}", cure)
    if j == 0 and place.spec is not None:
        families = families_of(place, place.spec)
        if spec.accepts and families and not set(families) & set(spec.accepts):
            where = place.at("transforms", j)
            yield error(*mismatch(where, f"{place.name}: {spec.id}", spec.accepts, families[0]))


# --- a rule's distribution: one its generator's values can have -------------------------------------------------------

CODE = "invalid_distribution"


def check_distributions(place: Place) -> Iterator[Issue]:
    """Check that the generator's values can have the distribution; wrong parameters have issues of their own."""
    wanted, spec = place.rule.distribution, place.spec
    if wanted is None or spec is None:
        return
    slot = slot_for(place.rule.ref, place.column, place.scope.schema, place.scope.plan, 1)
    try:
        params = spec.params.model_validate(place.rule.effective_params or {})
        built = spec.build(params, with_locale(slot, place.rule.locale))
    except (ValidationError, ValueError):
        return
    try:
        shape(built, wanted)
    except DistributionError as reason:
        message = f"{place.name}: {spec.id}: {reason}"
        yield error(CODE, pointer_of(place.index, reason), message, reason.hint)


def pointer_of(index: int, reason: DistributionError) -> str:
    """Return the pointer to the part of a rule's distribution that is wrong."""
    return pointer("rules", index, "generator", "distribution", reason.field or "kind")


# --- column rules: the column exists, and a rule makes sense there. Other modules look at generator and transforms ----

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
    (generators.input_columns, False),
    (generators.parent_reference, False),
    (generators.named, True),
    (generators.params_shape, True),
    (generators.known, False),
    (generators.params, False),
    (generators.locale, False),
    (generators.fits_type, False),
    (check_distributions, False),
    (placement, False),
    (nulls, False),
    (presence, False),
    (check_transforms, False),
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
