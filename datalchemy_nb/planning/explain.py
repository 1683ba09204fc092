"""Pydantic's errors in words for the reader of a plan file."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

from pydantic_core import ErrorDetails

from datalchemy_nb.errors import did_you_mean

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
