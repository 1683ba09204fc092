"""Fields of a form, made from a generator's or transform's typed parameters."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal

from pydantic import BaseModel

from datalchemy_nb.records import dataclass

FieldKind = Literal["choice", "number", "text", "lines", "numbers", "json"]
_HINTS = {"date": "2024-12-31", "time": "23:59:59", "date-time": "2024-12-31T23:59:59"}
_LISTS = {"lines": "one a line", "numbers": "numbers divided by commas"}
_UNBOUNDED = 10**9
"""A bound above it tells a person nothing."""


@dataclass(frozen=True)
class FormField:
    """One parameter.

    Attributes:
        kind: ``choice`` (one of ``options``), ``number``, ``text``, ``lines`` (a list of texts, one a line),
            ``numbers`` (a list of them, divided by commas), ``json``.
        options: label and value of each choice.
        hint: what may stand here, in a few words: type, bounds, default.
    """

    name: str
    kind: FieldKind
    required: bool
    hint: str
    options: tuple[tuple[str, Any], ...] = ()

    def read(self, text: str) -> Any:
        """Return the parameter a person wrote, None for nothing; what cannot be read stays text for validation."""
        if not text.strip() and self.kind != "text":
            return None
        match self.kind:
            case "number":
                return _number(text.strip())
            case "lines":
                return [line for line in text.split("\n") if line]
            case "numbers":
                return [_number(part) for part in text.replace(",", " ").split()]
            case "json":
                return _json(text)
            case _:
                return text or None

    def write(self, value: Any) -> str:
        """Return a parameter as a person would write it."""
        if value is None:
            return ""
        if isinstance(value, str) and self.kind != "json":
            return value
        if self.kind == "lines" and isinstance(value, list | tuple) and all(isinstance(item, str) for item in value):
            return "\n".join(value)
        if self.kind == "numbers" and isinstance(value, list | tuple):
            return ", ".join(f"{item:g}" if isinstance(item, float) else str(item) for item in value)
        if isinstance(value, float) and value.is_integer() and abs(value) < _UNBOUNDED:
            return str(int(value))
        return json.dumps(value, ensure_ascii=False)


@lru_cache(maxsize=512)
def form_fields(model: type[BaseModel]) -> tuple[FormField, ...]:
    """Return the fields of a parameter model, required ones first."""
    schema = model.model_json_schema()
    required = set(schema.get("required", ()))
    fields = [_field(name, form, name in required) for name, form in schema.get("properties", {}).items()]
    return tuple(sorted(fields, key=lambda field: not field.required))


def _field(name: str, form: Mapping[str, Any], required: bool) -> FormField:
    shapes = [shape for shape in form.get("anyOf", (form,)) if shape.get("type") != "null"]
    kind, options = _kind(shapes)
    parts = [_type_words(shapes), *_bounds(shapes)]
    default = form.get("default")
    if required:
        parts.append("required")
    elif default is not None:
        parts.append(f"default {json.dumps(default, ensure_ascii=False)}")
    return FormField(name, kind, required, ", ".join(parts), options)


def _kind(shapes: list[Mapping[str, Any]]) -> tuple[FieldKind, tuple[tuple[str, Any], ...]]:
    types = {shape.get("type") for shape in shapes}
    if len(shapes) == 1 and "enum" in shapes[0]:
        return "choice", tuple((str(value), value) for value in shapes[0]["enum"])
    if types == {"boolean"}:
        return "choice", (("yes", True), ("no", False))
    if types and types <= {"integer", "number"}:
        return "number", ()
    if types == {"string"}:
        return "text", ()
    if types == {"array"} and shapes[0].get("items") == {"type": "string"}:
        return "lines", ()
    if types == {"array"} and shapes[0].get("items", {}).get("type") in ("number", "integer"):
        return "numbers", ()
    return "json", ()


def _type_words(shapes: list[Mapping[str, Any]]) -> str:
    words = {"integer": "whole number", "number": "number", "string": "text", "boolean": "yes or no"}
    kinds = {shape.get("type") for shape in shapes}
    if kinds == {"integer", "number"}:
        return "number"
    if any("enum" in shape for shape in shapes):
        return "one of these"
    if kinds == {"array"}:
        return _LISTS.get(_kind(shapes)[0], 'a list, as ["a", "b"]')
    if kinds == {"array", "object"}:
        return 'a list, as [1, 2], or by name, as {"a": 1}'
    known = (_HINTS.get(str(shape.get("format"))) or words.get(str(shape.get("type")), "JSON") for shape in shapes)
    return " or ".join(dict.fromkeys(known))


def _bounds(shapes: list[Mapping[str, Any]]) -> list[str]:
    names = {
        "minItems": "at least {}",
        "maxItems": "at most {}",
        "minimum": "from {}",
        "exclusiveMinimum": "above {}",
        "maximum": "to {}",
        "exclusiveMaximum": "below {}",
    }
    exact = [f"{shape['minItems']} of them" for shape in shapes if _exact(shape)]
    if exact:
        return exact
    found = (
        words.format(shape[key])
        for shape in shapes
        for key, words in names.items()
        if key in shape and abs(shape[key]) <= _UNBOUNDED
    )
    return list(dict.fromkeys(found))


def _exact(shape: Mapping[str, Any]) -> bool:
    return "minItems" in shape and shape["minItems"] == shape.get("maxItems")


def _number(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
