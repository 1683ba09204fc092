"""A rule's distribution: one its generator's values can have."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import ValidationError

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.domains.distributions import DistributionError, shape
from datalchemy_nb.planning.issues import error, pointer
from datalchemy_nb.planning.rules.scope import Place
from datalchemy_nb.planning.types import slot_for, with_locale

CODE = "invalid_distribution"


def check(place: Place) -> Iterator[Issue]:
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
