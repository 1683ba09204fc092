"""The single values in a rule of a plan: their places in words, and another value in the place of one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import yaml

from datalchemy_nb.planning.yaml12 import PlanLoader
from datalchemy_nb.records import dataclass

_LEFT_OUT = ("type", "schema", "table", "evidence", "comment")
"""What a relation is and where it is: these are not edited, but written anew."""
Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Leaf:
    """One value.

    Attributes:
        key: its place, as a text that is one of a kind.
        told: its place in words.
        text: the value as a person writes it.
    """

    key: str
    told: str
    text: str


def leaves(fields: dict[str, Any]) -> tuple[Leaf, ...]:
    """Return the values of a rule, top to bottom."""
    plain = {name: value for name, value in fields.items() if name not in _LEFT_OUT and value is not None}
    return tuple(Leaf(json.dumps(place), told, _written(value)) for place, told, value in _each(plain, (), ""))


def with_leaf(fields: dict[str, Any], key: str, text: str) -> dict[str, Any]:
    """Return the rule with another value in a place; nothing takes the value out."""
    copy: Any = json.loads(json.dumps(fields))
    *path, last = json.loads(key)
    inner = copy
    for step in path:
        inner = inner[step]
    if not text.strip():
        del inner[last]
        return dict(copy)
    before = inner[last]
    inner[last] = text if isinstance(before, str) else yaml.load(text, Loader=PlanLoader)  # noqa: S506 - plain values only
    return dict(copy)


def _each(value: Any, place: Place, told: str) -> Iterator[tuple[Place, str, Any]]:
    match value:
        case dict():
            for name, inner in value.items():
                if inner is not None:
                    yield from _each(inner, (*place, name), f"{told} · {name}" if told else str(name))
        case list():
            for number, inner in enumerate(value):
                yield from _each(inner, (*place, number), f"{told} {_called(inner, number)}")
        case _:
            yield place, told, value


def _called(value: Any, number: int) -> str:
    """A part of a list by what it is about, else by its number."""
    if isinstance(value, dict):
        ends = [str(value[name]) for name in ("from", "to") if name in value]
        if ends:
            return " → ".join(ends)
        named = next((str(value[name]) for name in ("value", "column") if name in value), None)
        if named is not None:
            return named
    return str(number + 1)


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
