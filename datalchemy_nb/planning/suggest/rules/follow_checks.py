"""What CHECKs tell where names are silent: regular expressions and ranges."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from datalchemy_nb.domains.limits import AtLeast, AtMost, Matches
from datalchemy_nb.planning.suggest.meaning import NUMBERS, suggest
from datalchemy_nb.planning.suggest.offers import Offer, first_fitting, offer
from datalchemy_nb.planning.suggest.suggestion import Suggestion
from datalchemy_nb.planning.suggest.view import ColumnView


def follow_pattern(view: ColumnView) -> Suggestion | None:
    """Suggest texts that match the regular expression of a CHECK."""
    for name, limit in view.limits:
        if view.category == "text" and isinstance(limit, Matches) and not limit.negated and not limit.ignore_case:
            found = first_fitting(view, [offer("primitive.text.pattern", pattern=limit.pattern)])
            return suggest(view, "follow_pattern", found, (f"CHECK {name} asks for {limit.pattern}",), 0.9)
    return None


def follow_range(view: ColumnView) -> Suggestion | None:
    """Suggest numbers and dates between the bounds of a CHECK, where it gives both."""
    low = next((each for each in view.limits if isinstance(each[1], AtLeast)), None)
    high = next((each for each in view.limits if isinstance(each[1], AtMost)), None)
    if low is None or high is None:
        return None
    assert isinstance(low[1], AtLeast)
    assert isinstance(high[1], AtMost)
    first, last = _plain(low[1].bound), _plain(high[1].bound)
    found = _between(view, first, last)
    told = f"CHECK {low[0]} asks for {first} to {last}"
    return suggest(view, "follow_range", first_fitting(view, [found]) if found else None, (told,), 0.9)


def _plain(bound: object) -> object:
    if isinstance(bound, Decimal):
        return int(bound) if bound == bound.to_integral_value() else float(bound)
    return bound


def _between(view: ColumnView, first: object, last: object) -> Offer | None:
    if view.category in NUMBERS and isinstance(first, int | float) and isinstance(last, int | float):
        id_ = {"integer": "primitive.int", "decimal": "primitive.decimal.numeric"}.get(view.category, "primitive.float")
        return offer(id_, min=first, max=last)
    if view.category == "date" and isinstance(first, dt.date) and isinstance(last, dt.date):
        return offer("primitive.date", min=f"{first:%Y-%m-%d}", max=f"{last:%Y-%m-%d}")
    return None
