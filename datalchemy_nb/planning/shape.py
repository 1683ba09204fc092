"""Shape errors in words a person can act on, at the place where they stand in the file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from datalchemy_nb.contracts.base import Contract
from datalchemy_nb.contracts.issue import Issue, Severity
from datalchemy_nb.contracts.plan import ColumnRule, FkStrategyRule, Plan, PolicyRule
from datalchemy_nb.errors import did_you_mean
from datalchemy_nb.planning.explain import closest, explain, locate, show
from datalchemy_nb.planning.issues import error, field_names, models_in, pointer

_ALSO_KNOWN: Mapping[type[Contract], frozenset[str]] = {
    PolicyRule: frozenset({"comment"}),
    FkStrategyRule: frozenset({"comment"}),
}
"""Fields of the file that have no place in the model and are no mistake."""


def plan_from(document: object) -> Plan:
    """Return the plan a document of plain values holds; nothing is coerced.

    Raises:
        pydantic.ValidationError: it is not of a plan's shape.
    """
    return Plan.model_validate_json(json.dumps(document), strict=True, by_alias=True, by_name=False)


def shape_issues(document: object) -> tuple[Issue, ...]:
    """Return a ``schema_violation`` for every way in which a document is not of the plan's shape."""
    try:
        plan_from(document)
    except ValidationError as reason:
        found = _one_per_generator(reason.errors(include_url=False))
        return tuple(_shape_issue(details, document) for details in found)
    return ()


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
    names = field_names(model)
    also = _ALSO_KNOWN.get(model, frozenset())
    for key, item in value.items():
        if key in names:
            yield from _unknown_below(item, models_in(names[key]), (*parts, key), severity)
        elif key not in also and not key.startswith(("$", "x-")):
            hint = did_you_mean(key, [*names, *also]) or f"known here: {', '.join(names)}"
            message = f"{key!r} is no field of a plan and is ignored"
            yield Issue(severity=severity, code="unknown_field", path=pointer(*parts, key), message=message, hint=hint)


def _unknown_below(
    item: object, models: tuple[type[Contract], ...], parts: tuple[str | int, ...], severity: Severity
) -> Iterator[Issue]:
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
    for field in ("type", "kind"):
        tagged = [m for m in models if field in m.model_fields]
        found = (m for m in tagged if value.get(field) in getattr(m.model_fields[field].annotation, "__args__", ()))
        if tagged:
            return next(found, None)
    return None
