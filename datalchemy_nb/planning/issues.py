"""Making, placing and sorting issues."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import TypedDict, Unpack, get_args

from datalchemy_nb.contracts.base import Contract
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan


class About(TypedDict, total=False):
    """What an issue is about, as far as it is known; see `Issue`."""

    table: TableRef
    column: str
    constraint: str
    reads: tuple[str, ...]
    asked: int
    possible: int
    cause: str


def pointer(*parts: str | int) -> str:
    """Return the JSON Pointer of a path from the plan's root; the root itself is ``/``."""
    return "/" + "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def error(code: str, path: str, message: str, hint: str | None = None, **about: Unpack[About]) -> Issue:
    """Return an issue that stops the plan."""
    return Issue(severity="error", code=code, path=path, message=message, hint=hint, **about)


def warning(code: str, path: str, message: str, hint: str | None = None, **about: Unpack[About]) -> Issue:
    """Return an issue the plan may run with."""
    return Issue(severity="warning", code=code, path=path, message=message, hint=hint, **about)


def sort_issues(issues: Iterable[Issue]) -> tuple[Issue, ...]:
    """Return errors before warnings, each in the order of the document; equal places keep their order."""
    return tuple(sorted(issues, key=lambda issue: (issue.severity != "error", _position(issue.path))))


@cache
def models_in(annotation: object) -> tuple[type[Contract], ...]:
    """Return the contract models an annotation mentions."""
    if isinstance(annotation, type) and issubclass(annotation, Contract):
        return (annotation,)
    return tuple(model for argument in get_args(annotation) for model in models_in(argument))


@cache
def field_names(model: type[Contract]) -> dict[str, object]:
    """Return a model's serialised field names with their annotations."""
    return {field.alias or name: field.annotation for name, field in model.model_fields.items()}


def _position(path: str) -> tuple[tuple[int, str], ...]:
    """Order of a pointer: list items by number, known fields as the plan declares them, parameters by name."""
    parts = path.removeprefix("/").split("/") if path != "/" else []
    free = parts.index("params") + 1 if "params" in parts else len(parts)
    return tuple(
        (int(part), "")
        if _INDEX.fullmatch(part)
        else (_RANKS.get(part, len(_RANKS)) if at < free else len(_RANKS), part)
        for at, part in enumerate(parts)
    )


def _declared(model: type[Contract]) -> Iterator[str]:
    names = field_names(model)
    yield from names
    for annotation in names.values():
        for inner in models_in(annotation):
            if "kind" not in inner.model_fields:
                yield from _declared(inner)


_INDEX = re.compile("[0-9]{1,9}")
_RANKS = {name: rank for rank, name in enumerate(dict.fromkeys(_declared(Plan)))}
