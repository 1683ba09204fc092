"""The range a column without a rule gets when its CHECKs lie outside its type's usual values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.fitting import default_bounds, number_domain
from datalchemy_nb.domains.limits import AtLeast, AtMost, EmptyDomainError, Limit
from datalchemy_nb.domains.temporal import DateDomain, TimestampDomain

_USUAL_DAYS = dt.timedelta(days=365)


def window(slot: Slot, limits: Sequence[Limit]) -> Domain | None:
    """Return an ordered domain between the bounds among the limits, one usual width where a side is open.

    Raises:
        EmptyDomainError: the bounds contradict each other.
    """
    lower = max((limit.bound for limit in limits if isinstance(limit, AtLeast)), default=None)
    upper = min((limit.bound for limit in limits if isinstance(limit, AtMost)), default=None)
    built = _between(slot, lower, upper)
    for limit in limits:
        if built is not None:
            built = built.narrow(limit)
    return built


def _between(slot: Slot, lower: Any, upper: Any) -> Domain | None:
    try:
        match slot.category:
            case "integer" | "decimal" | "float":
                return number_domain(slot, *default_bounds(slot, lower, upper))
            case "date":
                return DateDomain(*_span(lower, upper))
            case "timestamp" | "timestamptz":
                return TimestampDomain(*_span(lower, upper), utc=slot.category == "timestamptz")
            case _:
                return None
    except ValueError as error:
        raise EmptyDomainError(str(error)) from None


def _span(lower: Any, upper: Any) -> tuple[Any, Any]:
    if upper is None:
        return lower, lower + _USUAL_DAYS
    return (upper - _USUAL_DAYS if lower is None else lower), upper
