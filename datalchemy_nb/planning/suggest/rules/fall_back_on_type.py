"""Columns whose meaning is not known: dates get an explicit range, the rest the engine's default for the type."""

from __future__ import annotations

from datalchemy_nb.planning.suggest.meaning import MOMENTS, left_alone, suggest
from datalchemy_nb.planning.suggest.offers import first_fitting
from datalchemy_nb.planning.suggest.rules.recognise_dates import between
from datalchemy_nb.planning.suggest.rules.recognise_texts import numbered_codes
from datalchemy_nb.planning.suggest.suggestion import Suggestion
from datalchemy_nb.planning.suggest.view import ColumnView

RULE = "fall_back_on_type"
_TWO_YEARS = 730
_UNSURE = 0.3


def fall_back_on_type(view: ColumnView) -> Suggestion | None:
    """Suggest two years of dates; write no rule for other types, whose defaults are sane."""
    data_type = view.column.column_type.data_type
    if view.category in MOMENTS and view.column.default is None:
        found = first_fitting(view, [between(view, -_TWO_YEARS, -1)])
        dated = suggest(view, RULE, found, ("two years before the base date",), _UNSURE)
        if dated is not None:
            return dated
    if view.category == "text" and view.is_unique:
        found = first_fitting(view, numbered_codes(view))
        return suggest(view, RULE, found, ("unique text without a meaning: lettered numbers",), _UNSURE) or left_alone(
            view, RULE, f"nothing but type {data_type}", confidence=_UNSURE
        )
    if view.literal_default is not None and view.category in ("text", "json", "array", "other"):
        return left_alone(view, RULE, "literal default, and no better idea", confidence=_UNSURE)
    if view.category == "uuid":
        return left_alone(view, RULE, "type uuid: random version 4")
    return left_alone(view, RULE, f"nothing but type {data_type}", confidence=_UNSURE)
