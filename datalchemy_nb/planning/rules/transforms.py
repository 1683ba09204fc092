"""A rule's transforms: known, once each, with parameters they take."""

from __future__ import annotations

from collections.abc import Iterator

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.plan import TransformRef
from datalchemy_nb.errors import did_you_mean
from datalchemy_nb.planning.explain import show
from datalchemy_nb.planning.issues import error, warning
from datalchemy_nb.planning.rules.generators import families_of, parameter_errors
from datalchemy_nb.planning.rules.scope import Place
from datalchemy_nb.planning.steps import mismatch
from datalchemy_nb.transforms.base import find_transform, transforms


def check(place: Place) -> Iterator[Issue]:
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
