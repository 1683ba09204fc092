"""The catalogue of generators: ids, typed parameters, documentation.

Adding one is a function that builds a domain, a decorator line and a test:

    @generator("acme.badge", params=Badge, example="B-0042")
    def badge(params: Badge, slot: Slot) -> Domain:
        \"\"\"Employee badges, `B-` and four digits.\"\"\"
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict

from datalchemy_nb.domains.base import Built, Category, Slot

MODULES = (
    "datalchemy_nb.domains.primitives",
    "datalchemy_nb.domains.choices",
    "datalchemy_nb.domains.derive",
    "datalchemy_nb.domains.brazil",
    "datalchemy_nb.domains.packs",
    "datalchemy_nb.domains.faker",
)
ON_DEMAND = {"faker.": "datalchemy_nb.domains.faker.catalogue"}
"""Prefix -> module whose ``find(id)`` and ``every()`` give generators that are too many to register ahead."""


class Params(BaseModel):
    """Base of parameter models: unknown keys are errors, values are not coerced from text."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoParams(Params):
    """A generator without parameters."""


@dataclass(frozen=True)
class GeneratorSpec:
    """One entry of the catalogue.

    Attributes:
        id: the name used in plans.
        params: model of its parameters.
        build: makes the domain or derivation for a slot.
        produces: families of values it can give, native one first.
        tags: personal data tags such as ``pii.cpf``.
        locale_aware: whether the locale changes its values.
        doc: first paragraph of the builder's docstring.
    """

    id: str
    params: type[Params]
    build: Callable[[Any, Slot], Built]
    produces: tuple[Category, ...]
    tags: tuple[str, ...]
    locale_aware: bool
    doc: str


_REGISTRY: dict[str, GeneratorSpec] = {}


def generator(
    *ids: str,
    params: type[Params] = NoParams,
    produces: tuple[Category, ...] = ("text",),
    tags: tuple[str, ...] = (),
    locale_aware: bool = False,
) -> Callable[[Callable[[Any, Slot], Built]], Callable[[Any, Slot], Built]]:
    """Register a builder under one or more ids.

    Args:
        ids: the names; the first is the preferred one.
        params: model of the parameters.
        produces: families of values it can give.
        tags: personal data tags.
        locale_aware: whether the locale changes its values.

    Raises:
        ValueError: an id is taken.
    """

    def register(build: Callable[[Any, Slot], Built]) -> Callable[[Any, Slot], Built]:
        doc = inspect.cleandoc(build.__doc__ or "").split("\n\n")[0].replace("\n", " ")
        for id_ in ids:
            if id_ in _REGISTRY:
                raise ValueError(f"generator {id_!r} is registered twice")
            _REGISTRY[id_] = GeneratorSpec(id_, params, build, produces, tags, locale_aware, doc)
        return build

    return register


@lru_cache(maxsize=1)
def _load() -> None:
    for module in MODULES:
        importlib.import_module(module)


def generators() -> Mapping[str, GeneratorSpec]:
    """Return all generators by id, sorted, with those that are made on demand."""
    _load()
    return dict(sorted({**_on_demand(), **_REGISTRY}.items()))


@lru_cache(maxsize=1)
def _on_demand() -> Mapping[str, GeneratorSpec]:
    return {spec.id: spec for module in ON_DEMAND.values() for spec in importlib.import_module(module).every()}


def find_generator(id_: str) -> GeneratorSpec | None:
    """Return the generator with this id, or None."""
    _load()
    if id_ in _REGISTRY:
        return _REGISTRY[id_]
    for prefix, module in ON_DEMAND.items():
        if id_.startswith(prefix):
            found: GeneratorSpec | None = importlib.import_module(module).find(id_)
            return found
    return None
