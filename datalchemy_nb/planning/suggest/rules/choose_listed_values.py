"""Closed lists: enum types, and CHECKs that list values."""

from __future__ import annotations

from datalchemy_nb.domains.limits import OneOf
from datalchemy_nb.planning.suggest.meaning import suggest
from datalchemy_nb.planning.suggest.offers import first_fitting, offer
from datalchemy_nb.planning.suggest.suggestion import Suggestion
from datalchemy_nb.planning.suggest.view import ColumnView

RULE = "choose_listed_values"
_MOST_LISTED = 200
_SHOWN = 3


def choose_listed_values(view: ColumnView) -> Suggestion | None:
    """Draw from an enum's labels, or from the values a CHECK lists."""
    if view.category == "enum":
        labels = f"enum {view.column.column_type.data_type} with {len(view.slot.labels)} labels"
        return suggest(view, RULE, first_fitting(view, [offer("primitive.enum")]), (labels,), 1.0)
    for name, limit in view.limits:
        if isinstance(limit, OneOf) and len(limit.values) <= _MOST_LISTED:
            values = [value for value in limit.values if isinstance(value, bool | int | float | str)]
            if len(values) != len(limit.values) or not values:
                continue
            shown = ", ".join(repr(value) for value in values[:_SHOWN]) + (", ..." if len(values) > _SHOWN else "")
            found = first_fitting(view, [offer("primitive.choice", values=values)])
            return suggest(view, RULE, found, (f"CHECK {name} lists {shown}",), 1.0)
    return None
