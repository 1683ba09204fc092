"""A rule's generator: known, with parameters it takes, and of a family the column holds."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.domains.base import Category
from datalchemy_nb.domains.registering import revision
from datalchemy_nb.domains.registry import GeneratorSpec, generators
from datalchemy_nb.errors import did_you_mean
from datalchemy_nb.planning.explain import closest, explain, locate, show
from datalchemy_nb.planning.issues import error, pointer
from datalchemy_nb.planning.rules.compatibility import fits
from datalchemy_nb.planning.rules.inputs import PARENT_KEYS, PARENT_VALUE, input_columns, parent_column
from datalchemy_nb.planning.rules.locales import locale_hint
from datalchemy_nb.planning.rules.scope import Place
from datalchemy_nb.planning.types import category_of

_KEEPING_FAMILY = frozenset(
    {"transform.null_rate", "transform.casing", "transform.truncate", "transform.slug", "transform.round"}
)


def named(place: Place) -> Iterator[Issue]:
    """Check that there is an id."""
    if not place.rule.generator_id.strip():
        message = f"{place.name}: the generator has no id"
        yield error("empty_generator_id", place.at("generator"), message, "name a generator, e.g. primitive.text")


def params_shape(place: Place) -> Iterator[Issue]:
    """Check that params are an object."""
    params = place.rule.effective_params
    if params is not None and not isinstance(params, dict):
        message = f"{place.name}: the generator's params must be an object, not {show(params)}"
        yield error("invalid_generator_params", place.at_param(), message, 'write them as {"name": value}')


def known(place: Place) -> Iterator[Issue]:
    """Check that the catalogue has the generator."""
    if place.spec is None:
        id_ = place.rule.generator_id
        message = f"{place.name}: there is no generator {id_!r}"
        yield error("unknown_generator", place.at_generator(), message, _closest_generator(id_, revision()))


def params(place: Place) -> Iterator[Issue]:
    """Check every parameter against the generator's model."""
    given = place.rule.effective_params
    if place.spec is None or (place.spec.id == PARENT_VALUE and given is None):
        return
    elsewhere = set(PARENT_KEYS) if place.spec.id == PARENT_VALUE else set()
    if any(issue.code == "invalid_input_columns" for issue in input_columns(place)):
        elsewhere.add("input_columns")
    for path, message, hint in parameter_errors(place.spec.params, given or {}, elsewhere):
        where = f"{place.name}: {place.spec.id}: {message}"
        yield error("invalid_generator_params", pointer(*place.params_path, *path), where, hint)


def locale(place: Place) -> Iterator[Issue]:
    """Check the rule's own locale."""
    name = place.rule.locale
    hint = locale_hint(name)
    if hint is not None:
        message = f"{place.name}: there is no locale {name!r}"
        yield error("unknown_locale", place.at("generator", "locale"), message, hint)


def fits_type(place: Place) -> Iterator[Issue]:
    """Check that the column can hold a family of values the generator makes; transforms may change it later."""
    if place.spec is None or any(step.transform not in _KEEPING_FAMILY for step in place.rule.transforms):
        return
    column_type = place.column.column_type
    category = category_of(column_type, place.scope.schema)
    families = families_of(place, place.spec)
    if not fits(families, category):
        made = " or ".join(families)
        message = f"{place.name} is {column_type.data_type}, but {place.spec.id} makes {made} values here"
        yield error("generator_type_mismatch", place.at_generator(), message, _alternatives(category, revision()))


def parameter_errors(
    model: type[BaseModel], given: dict[str, Any], elsewhere: Collection[str] = ()
) -> Iterator[tuple[tuple[str | int, ...], str, str | None]]:
    """Yield path, message and hint for every parameter the model refuses.

    Args:
        model: the parameter model.
        given: the parameters as they stand in the plan.
        elsewhere: parameters that other checks speak of.
    """
    try:
        model.model_validate_json(json.dumps(given), strict=True)
    except ValidationError as reason:
        known_names = [field.alias or name for name, field in model.model_fields.items()]
        found: dict[tuple[str | int, ...], ErrorDetails] = {}
        for details in reason.errors(include_url=False):
            path = _path(details, given)
            # A number is an integer or a float to pydantic: of its two complaints the second says both.
            if path not in found or details["type"] == "float_type":
                found[path] = details
        for path, details in found.items():
            if not path or path[0] not in elsewhere:
                yield path, *_parameter_error(path, details, known_names)


def families_of(place: Place, spec: GeneratorSpec) -> tuple[Category, ...]:
    """What the generator makes in this place; nothing where only the foreign key or a parent's column can tell."""
    if spec.id == "derive.fk":
        return ()
    if spec.id == PARENT_VALUE:
        column = parent_column(place)
        return (category_of(column.column_type, place.scope.schema),) if column else ()
    return spec.produces


@lru_cache
def _closest_generator(id_: str, catalogue: int) -> str:
    del catalogue
    return did_you_mean(id_, generators()) or "the `generators` verb lists all of them"


_PLAINEST_FIRST = ("primitive", "semantic", "domain", "derive", "faker")


@lru_cache
def _alternatives(category: Category, catalogue: int) -> str:
    del catalogue
    native = [id_ for id_, spec in generators().items() if spec.produces[:1] == (category,)]
    native.sort(key=lambda id_: _PLAINEST_FIRST.index(id_.split(".")[0]) if id_.split(".")[0] in _PLAINEST_FIRST else 9)
    return f"generators for it: {', '.join(native[:5])}" if native else "remove the rule"


def _path(details: ErrorDetails, given: dict[str, Any]) -> tuple[str | int, ...]:
    path = locate(details["loc"], given)
    return (*path, details["loc"][-1]) if details["type"] == "missing" else path


def _parameter_error(
    path: tuple[str | int, ...], details: ErrorDetails, names: Iterable[str]
) -> tuple[str, str | None]:
    listed = ", ".join(names)
    hint = f"its parameters: {listed}" if listed else "it takes no parameters"
    name = ".".join(str(part) for part in path)
    if details["type"] == "missing":
        return f"parameter {name!r} is missing", hint
    if details["type"] == "extra_forbidden":
        guess = did_you_mean(str(path[-1]), names)
        return f"there is no parameter {name!r}", f"{guess} {hint}" if guess else hint
    return f"{name} {explain(details)}".strip(), closest(details) or hint
