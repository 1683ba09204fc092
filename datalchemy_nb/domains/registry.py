"""The catalogue of generators: ids, typed parameters, documentation.

Adding one is a function that builds a domain, a decorator line and a test:

    @generator("acme.badge", params=Badge)
    def badge(params: Badge, slot: Slot) -> Domain:
        \"\"\"Employee badges, `B-` and four digits.\"\"\"

Packages name theirs in the entry point group ``datalchemy_nb.generators``; importing what it points at registers them.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable, Mapping
from functools import lru_cache, wraps
from typing import Annotated, Any, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StrictStr, model_validator

from datalchemy_nb.domains.base import Built, Category, Slot
from datalchemy_nb.domains.homes import HOMES, MODULES
from datalchemy_nb.domains.registering import Catalogue, is_builtin, taking
from datalchemy_nb.domains.roles import in_role
from datalchemy_nb.records import dataclass

ON_DEMAND = {
    "faker.": "datalchemy_nb.domains.faker.catalogue",
    "reference.": "datalchemy_nb.domains.reference.catalogue",
}
"""Prefix -> module whose ``find(id)`` and ``every()`` give generators that are too many to register ahead."""


class Params(BaseModel):
    """Base of parameter models: unknown keys are errors, values are not coerced from text."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class NoParams(Params):
    """A generator without parameters."""


Role = Annotated[StrictStr, Field(max_length=60)]


class RoleParams(Params):
    """Of facets: which of several people, companies or places of the row is meant.

    Attributes:
        role: a word such as ``buyer``: the columns of one role agree, and two roles of a row are never the same one.
    """

    role: Role = ""


class PersonParams(RoleParams):
    """Of facets of a person: which person of the row is meant.

    Attributes:
        role: a word such as ``buyer`` or ``mother``: the columns of one role agree, and two roles of a row are never
            the same person. ``mother`` is a woman, ``father`` a man.
        family_of: the role of a relative in the row, ``""`` for the one without a role; surnames agree as in families.
    """

    family_of: Role | None = None

    @model_validator(mode="after")
    def _of_another(self) -> Self:
        if self.family_of is not None and self.family_of == self.role:
            raise ValueError(f"family_of is the role itself, {self.role!r}; nobody is a relative of their own")
        return self


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


def _on_demand(id_: str) -> GeneratorSpec | None:
    for prefix, module in ON_DEMAND.items():
        if id_.startswith(prefix):
            found: GeneratorSpec | None = importlib.import_module(module).find(id_)
            return found
    return None


CATALOGUE: Catalogue[GeneratorSpec] = Catalogue(
    "generator", "datalchemy_nb.generators", MODULES, reserved=lambda id_: _on_demand(id_) is not None, homes=HOMES
)

Builder = TypeVar("Builder", bound=Callable[..., Built])


def generator(
    *ids: str,
    params: type[Params] = NoParams,
    produces: tuple[Category, ...] = ("text",),
    tags: tuple[str, ...] = (),
    locale_aware: bool = False,
) -> Callable[[Builder], Builder]:
    """Register a builder under one or more ids. A function defined again, as a cell run twice does, replaces itself.

    The builder takes what it uses: ``(params, slot)``, ``(params)``, ``(slot)`` or nothing.

    Args:
        ids: the names; the first is the preferred one.
        params: model of the parameters.
        produces: families of values it can give.
        tags: personal data tags.
        locale_aware: whether the locale changes its values.

    Raises:
        UsageError: an id is built in, taken by another function, or no dotted name.
    """

    def register(build: Builder) -> Builder:
        doc = first_paragraph(build)
        given = taking(build)
        playing = cast(given) if issubclass(params, RoleParams) else given
        made = playing if is_builtin(build) else _tried(playing)
        for id_ in ids:
            CATALOGUE.add(id_, GeneratorSpec(id_, params, made, produces, tags, locale_aware, doc), build)
        return build

    return register


def first_paragraph(function: Callable[..., Any]) -> str:
    """Return the first paragraph of a docstring, as one line."""
    return inspect.cleandoc(function.__doc__ or "").split("\n\n")[0].replace("\n", " ")


def cast(build: Callable[[Any, Slot], Built]) -> Callable[[Any, Slot], Built]:
    """Return a builder whose facets play the role that its parameters say."""

    @wraps(build)
    def playing(params: Any, slot: Slot) -> Built:
        return in_role(build(params, slot), params.role, getattr(params, "family_of", None), unique=slot.unique)

    return playing


def _tried(build: Callable[[Any, Slot], Built]) -> Callable[[Any, Slot], Built]:
    """A builder whose domains are tried before they are used."""

    def tried(params: Any, slot: Slot) -> Built:
        from datalchemy_nb.domains.laws import try_laws

        try:
            built = build(params, slot)
            try_laws(built)
        except ValueError:
            raise
        except Exception as error:
            raise ValueError(
                f"{build.__module__}.{build.__qualname__} failed: {type(error).__name__}: {error}"
            ) from error
        return built

    return tried


def generators() -> Mapping[str, GeneratorSpec]:
    """Return all generators by id, sorted, with those that are made on demand."""
    return dict(sorted({**_all_on_demand(), **CATALOGUE.entries()}.items()))


def registered() -> Mapping[str, GeneratorSpec]:
    """Return the generators that need not be made on demand, by id, sorted: a few hundred, at once."""
    return dict(sorted(CATALOGUE.entries().items()))


@lru_cache(maxsize=1)
def _all_on_demand() -> Mapping[str, GeneratorSpec]:
    return {spec.id: spec for module in ON_DEMAND.values() for spec in importlib.import_module(module).every()}


def find_generator(id_: str) -> GeneratorSpec | None:
    """Return the generator with this id, or None."""
    if id_ in HOMES:
        return CATALOGUE.find(id_)
    return _on_demand(id_) or CATALOGUE.find(id_)
