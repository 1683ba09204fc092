"""Shape errors in words a person can act on, at the place where they stand in the file."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from datalchemy_nb.contracts.base import Contract
from datalchemy_nb.contracts.issue import Issue, Severity
from datalchemy_nb.contracts.plan import (
    OLDER_VERSIONS,
    PLAN_VERSION,
    ColumnRule,
    FkStrategyRule,
    GeneratorRef,
    Plan,
    PlanTarget,
    PolicyRule,
    RowsPer,
)
from datalchemy_nb.errors import PlanInvalid, did_you_mean
from datalchemy_nb.planning.document import Unreadable, document_name, load_document
from datalchemy_nb.planning.issues import error, field_names, models_in, pointer, sort_issues

# --- pydantic's errors in words for the reader of a plan file ---------------------------------------------------------

_LONGEST_SHOWN = 40
_QUOTED = re.compile(r"'([^']*)'")
_DATE, _TIME, _TIMESTAMP = "a date, YYYY-MM-DD", "a time, HH:MM:SS", "a timestamp, YYYY-MM-DDTHH:MM:SS"
_KINDS = {
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "float_parsing": "a number",
    "decimal_type": "a number",
    "decimal_parsing": "a number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "string_type": "text",
    "model_type": "an object",
    "model_attributes_type": "an object",
    "dataclass_type": "an object",
    "dict_type": "an object",
    "tuple_type": "a list",
    "list_type": "a list",
    "date_type": _DATE,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "date_from_datetime_inexact": _DATE,
    "time_type": _TIME,
    "time_parsing": _TIME,
    "datetime_type": _TIMESTAMP,
    "datetime_parsing": _TIMESTAMP,
    "datetime_from_date_parsing": _TIMESTAMP,
}
_LIMITS = {
    "greater_than_equal": "must be at least {ge}",
    "greater_than": "must be more than {gt}",
    "less_than_equal": "must be at most {le}",
    "less_than": "must be less than {lt}",
    "too_short": "needs {min_length} or more items",
    "too_long": "takes at most {max_length} items",
    "string_too_short": "needs {min_length} or more characters",
    "string_too_long": "takes at most {max_length} characters",
}


def explain(details: ErrorDetails) -> str:
    """Return what one of pydantic's errors says, for the reader of a plan file."""
    kind, context, given = details["type"], details.get("ctx", {}), details["input"]
    if kind in _KINDS:
        return f"must be {_KINDS[kind]}, not {show(given)}"
    if kind in _LIMITS:
        return f"{_LIMITS[kind].format_map(context)}, not {show(given)}"
    if kind in ("literal_error", "enum"):
        return f"must be {context['expected']}, not {show(given)}"
    if kind in ("value_error", "assertion_error"):
        return str(context.get("error") or details["msg"])
    return f"{details['msg'][:1].lower()}{details['msg'][1:]}"


def closest(details: ErrorDetails) -> str | None:
    """Return ``did you mean`` for an error about a word of a fixed list."""
    context, given = details.get("ctx", {}), details["input"]
    expected = context.get("expected") or context.get("expected_tags")
    word = context.get("tag", given)
    return did_you_mean(str(word), _QUOTED.findall(expected)) if isinstance(expected, str) else None


def locate(location: Sequence[str | int], document: Any) -> tuple[str | int, ...]:
    """Return the part of pydantic's location that stands in the document: names of union members are no keys."""
    parts: list[str | int] = []
    for segment in location:
        if segment == "per" and isinstance(document, dict) and isinstance(document.get("rows"), dict):
            segment = "rows"
        if _holds(document, segment):
            document = document[segment]
            parts.append(segment)
    return tuple(parts)


def show(value: object) -> str:
    """Return a value as JSON, cut where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[: _LONGEST_SHOWN - 1]}…"


def _holds(value: object, segment: str | int) -> bool:
    if isinstance(value, list):
        return isinstance(segment, int) and segment < len(value)
    return isinstance(value, dict) and segment in value


# --- shape errors in words a person can act on, at the place where they stand in the file -----------------------------

_ALSO_KNOWN: Mapping[type[Contract], frozenset[str]] = {
    Plan: frozenset({"comment"}),
    PlanTarget: frozenset({"comment"}),
    PolicyRule: frozenset({"comment"}),
    FkStrategyRule: frozenset({"comment"}),
}
"""Fields of the file that have no place in the model and are no mistake."""


def plan_from(document: object) -> Plan:
    """Return the plan a document of plain values holds; nothing is coerced.

    Raises:
        pydantic.ValidationError: it is not of a plan's shape.
    """
    return Plan.model_validate_json(json.dumps(_with_per(document)), strict=True, by_alias=True, by_name=False)


def _with_per(document: object) -> object:
    """``rows: {per: ...}`` of targets, as the model has it; a plan's number of rows is always a number there."""
    targets = document.get("targets") if isinstance(document, dict) else None
    if not isinstance(targets, list):
        return document
    return {**document, "targets": [_target_with_per(target) for target in targets]}  # type: ignore[dict-item]


def _target_with_per(target: object) -> object:
    if isinstance(target, dict) and isinstance(target.get("rows"), dict):
        return {**target, "rows": 0, "per": target["rows"]}
    return target


def shaped(document: object) -> tuple[Plan | None, tuple[Issue, ...]]:
    """Return the plan, or a ``schema_violation`` for every way in which a document is not of the plan's shape."""
    try:
        return plan_from(document), ()
    except ValidationError as reason:
        found = _one_per_generator(reason.errors(include_url=False))
        return None, tuple(_shape_issue(details, document) for details in found)


def unknown_fields(document: object, severity: Severity) -> Iterator[Issue]:
    """Yield an ``unknown_field`` for every field no plan has, params apart."""
    yield from _unknown_in(document, Plan, (), severity)


def _shape_issue(details: ErrorDetails, document: object) -> Issue:
    parts = locate(details["loc"], document)
    name = parts[-1] if parts else "the plan"
    hint = closest(details)
    if details["type"] in ("missing", "union_tag_not_found"):
        field = _tag(details) if details["type"] == "union_tag_not_found" else str(details["loc"][-1])
        present = details["input"] if isinstance(details["input"], dict) else {}
        message = f"{field!r} is missing"
        hint = _mistyped(field, present) or f"add {field!r}"
    elif details["type"] == "union_tag_invalid":
        tag, context = _tag(details), details["ctx"]
        parts = (*parts, tag)
        message = f"{tag!r} must be one of {context['expected_tags']}, not {show(context['tag'])}"
    elif isinstance(name, int):
        message = f"item {name} {explain(details)}"
    else:
        message = f"{name if not parts else repr(name)} {explain(details)}"
    return error("schema_violation", pointer(*parts), message, hint)


def _tag(details: ErrorDetails) -> str:
    """The field that says which member of a union is meant."""
    return str(details["ctx"]["discriminator"]).strip("'")


def _mistyped(field: str, present: Iterable[str]) -> str | None:
    known = {name for model in (Plan, ColumnRule) for name in field_names(model)}
    guess = did_you_mean(field, [key for key in present if key not in known])
    return f"{guess.removeprefix('did you mean ').rstrip('?')} should perhaps be {field!r}" if guess else None


def _one_per_generator(found: Iterable[ErrorDetails]) -> Iterator[ErrorDetails]:
    """A generator is text or an object: report against the one the author chose, and once if it is neither."""
    for details in found:
        member = details["loc"][4] if len(details["loc"]) > 4 and details["loc"][3] == "generator" else None
        if member is None:
            yield details
        elif member == "str" and not isinstance(details["input"], dict):
            yield {**details, "type": "generator_type", "msg": _neither(details["input"])}
        elif member != "str" and details["type"] != "model_type":
            yield details


def _neither(given: Any) -> str:
    return f"must be a generator's id or an object with one, not {show(given)}"


def _unknown_in(
    value: object, model: type[Contract], parts: tuple[str | int, ...], severity: Severity
) -> Iterator[Issue]:
    if not isinstance(value, dict):
        return
    held = _held(model)
    also = _ALSO_KNOWN.get(model, frozenset())
    for key, item in value.items():
        if model is PlanTarget and key == "rows" and isinstance(item, dict):
            yield from _unknown_in(item, RowsPer, (*parts, key), severity)
        elif key in held:
            models, by_name = held[key]
            if not models or not isinstance(item, dict | list):
                continue
            if not by_name:
                yield from _unknown_below(item, models, (*parts, key), severity)
            elif isinstance(item, dict):
                for name, inner in item.items():
                    yield from _unknown_below(inner, models, (*parts, key, name), severity)
        elif key not in also and not key.startswith(("$", "x-")):
            names = field_names(model)
            hint = did_you_mean(key, [*names, *also]) or f"known here: {', '.join(names)}"
            message = f"{key!r} is no field of a plan and is ignored"
            yield Issue(severity=severity, code="unknown_field", path=pointer(*parts, key), message=message, hint=hint)


@cache
def _held(model: type[Contract]) -> dict[str, tuple[tuple[type[Contract], ...], bool]]:
    """The models that each field of a model may hold, and whether it holds them by name."""
    return {name: (models_in(kind), get_origin(kind) is dict) for name, kind in field_names(model).items()}


def _unknown_below(
    item: object, models: tuple[type[Contract], ...], parts: tuple[str | int, ...], severity: Severity
) -> Iterator[Issue]:
    if not models or not isinstance(item, dict | list):
        return
    places: Iterable[tuple[tuple[str | int, ...], object]] = (
        [((*parts, index), inner) for index, inner in enumerate(item)] if isinstance(item, list) else [(parts, item)]
    )
    for place, inner in places:
        model = _chosen(models, inner)
        if model is not None:
            yield from _unknown_in(inner, model, place, severity)


def _chosen(models: tuple[type[Contract], ...], value: object) -> type[Contract] | None:
    """The union member a value belongs to, by its ``type`` or ``kind``."""
    if len(models) == 1 or not isinstance(value, dict):
        return models[0] if models else None
    field, members = _tagged(models)
    tag = value.get(field)
    return members.get(tag) if isinstance(tag, str) else None


@cache
def _tagged(models: tuple[type[Contract], ...]) -> tuple[str, Mapping[object, type[Contract]]]:
    """The field that tells the members of a union, and the member of each of its values."""
    for field in ("type", "kind"):
        tagged = [model for model in models if field in model.model_fields]
        if tagged:
            told = {
                value: model
                for model in reversed(tagged)
                for value in getattr(model.model_fields[field].annotation, "__args__", ())
            }
            return field, told
    return "type", {}


# --- from a document to a plan: every shape error at once, each with its JSON Pointer ---------------------------------


def read_plan(
    source: Path | str | bytes | Mapping[str, Any], *, strict: bool = False
) -> tuple[Plan, tuple[Issue, ...]]:
    """Read a plan from JSON, YAML or a mapping.

    Args:
        source: a path, the text itself, or a mapping. A string is a path unless it holds a line break or begins with
            a brace.
        strict: unknown fields are errors; ``options.strict`` in the plan does the same.

    Returns:
        The plan, and warnings about fields no plan has.

    Raises:
        PlanInvalid: the text does not parse, or is not of a plan's shape; carries all issues.
        ContractError: the file is missing or unreadable.
    """
    try:
        name, language, values = load_document(source)
    except Unreadable as reason:
        issue = error("invalid_plan_json", pointer(), reason.message, reason.hint)
        raise refused(document_name(source), [issue]) from None
    if language == "yaml":
        _restore_versions(values)
    plan, issues = _checked(values, strict)
    if plan is None or any(issue.severity == "error" for issue in issues):
        raise refused(name, issues)
    return plan, issues


def check_document(document: object, *, strict: bool = False) -> tuple[Issue, ...]:
    """Return the issues of a document of plain values: version, shape, unknown fields; errors first."""
    return _checked(document, strict)[1]


def _checked(document: object, strict: bool) -> tuple[Plan | None, tuple[Issue, ...]]:
    strict = strict or _is_strict(document)
    version = document.get("plan_version") if isinstance(document, dict) else None
    found = [*version_issues(version)] if isinstance(version, str) else []
    plan, misshapen = shaped(document)
    found += misshapen
    found += unknown_fields(document, "error" if strict else "warning")
    return plan, sort_issues(found)


def normalise(plan: Plan) -> Plan:
    """Return the plan with every generator in object form, holding its effective params; rule-level params are gone."""
    rules = tuple(_normal(rule) if isinstance(rule, ColumnRule) else rule for rule in plan.rules)
    return plan.model_copy(update={"rules": rules})


def refused(name: str, issues: Sequence[Issue]) -> PlanInvalid:
    """Return the error that carries these issues; the message gives the first one and how many more there are."""
    errors = [issue for issue in issues if issue.severity == "error"] or list(issues)
    # Another version explains all other errors, so it goes into the message wherever it stands.
    first = next((issue for issue in errors if issue.code == "plan_version_unsupported"), errors[0])
    more = len(errors) - 1
    rest = f" (and {more} more {'error' if more == 1 else 'errors'})" if more else ""
    return PlanInvalid(f"{name}: {first.path}: {first.message}{rest}", issues=sort_issues(issues), hint=first.hint)


def _normal(rule: ColumnRule) -> ColumnRule:
    generator = GeneratorRef(
        id=rule.generator_id, locale=rule.locale, params=rule.effective_params, distribution=rule.distribution
    )
    return rule.model_copy(update={"generator": generator, "params": None})


def _is_strict(document: object) -> bool:
    options = document.get("options") if isinstance(document, dict) else None
    return isinstance(options, dict) and options.get("strict") is True


def _restore_versions(document: object) -> None:
    """``plan_version: 0.2`` without quotes is a number in YAML; there is only one thing it can mean."""
    if not isinstance(document, dict):
        return
    for holder, field in ((document, "plan_version"), (document.get("schema_ref"), "schema_version")):
        if isinstance(holder, dict) and isinstance(holder.get(field), float):
            holder[field] = str(holder[field])


def version_issues(version: str) -> Iterator[Issue]:
    """Yield the issue of a plan format other than ours."""
    if version in (PLAN_VERSION, *OLDER_VERSIONS):
        return
    hint = f'set "plan_version" to "{PLAN_VERSION}" and validate again'
    if version.startswith("0.1"):
        hint = f'0.1 plans have another shape: draft a new plan, or rewrite this one as "{PLAN_VERSION}"'
    elif version.strip("0123456789.") == "" and version > PLAN_VERSION:
        hint = f'a newer release may read it; this one reads "{PLAN_VERSION}"'
    message = f'plan_version "{version}" is not supported'
    yield error("plan_version_unsupported", pointer("plan_version"), message, hint)
