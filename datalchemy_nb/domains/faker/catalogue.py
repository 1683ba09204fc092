"""``faker.<provider>.<method>``: generators made on demand, one for every method of Faker's."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache, partial
from typing import Any

from datalchemy_nb.domains.base import Category, Domain, Slot
from datalchemy_nb.domains.faker.composed import PERSONAL, composed
from datalchemy_nb.domains.faker.library import library
from datalchemy_nb.domains.faker.methods import BASE, Method, MethodParams, methods_of, provider_paths
from datalchemy_nb.domains.faker.pools import DEFAULT_SIZE, Recipe, pool
from datalchemy_nb.domains.faker.shown import shown
from datalchemy_nb.domains.faker.trace import form_of
from datalchemy_nb.domains.grammar.counted import build
from datalchemy_nb.domains.grammar.distinct import distinct
from datalchemy_nb.domains.grammar.nodes import Node
from datalchemy_nb.domains.registry import GeneratorSpec, cast

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}:\d{2})?\Z", re.ASCII)
_TAGS = {
    "email": "pii.email", "user_name": "pii.username", "phone": "pii.phone", "msisdn": "pii.phone",
    "ipv4": "pii.network", "ipv6": "pii.network", "mac_address": "pii.network", "credit_card": "pii.payment",
    "iban": "pii.payment", "password": "pii.secret", "date_of_birth": "pii.birth", "passport": "pii.document",
}  # fmt: skip
_TAGGED_PROVIDERS = {"ssn": "pii.document", "phone_number": "pii.phone", "bank": "pii.payment"}
_SLOW = frozenset({"csv", "dsv", "psv", "tsv", "fixed_width", "json", "json_bytes", "texts", "binary"})
_SLOW_SIZE = 64
_USUAL_ARGUMENTS = {"pydecimal": {"left_digits": 9, "right_digits": 2}}
"""For methods whose own defaults give what no column holds."""


def find(id_: str) -> GeneratorSpec | None:
    """Return the generator of a method, or None where Faker has none."""
    _, provider, name = (*id_.split("."), "", "", "")[:3]
    if provider not in provider_paths() or id_.count(".") != 2:
        return None
    method = methods_of(provider).get(name)
    return None if method is None else _spec(method)


def every() -> Iterator[GeneratorSpec]:
    """Yield the generators of all methods."""
    for provider in provider_paths():
        for method in methods_of(provider).values():
            yield _spec(method)


@cache
def _spec(method: Method) -> GeneratorSpec:
    personal = PERSONAL.get(f"{method.provider}.{method.name}")
    return GeneratorSpec(
        id=method.id,
        params=personal.params if personal else method.params,
        build=cast(personal.build) if personal else partial(_build, method),
        produces=_produces(method),
        tags=personal.tags if personal else _tags(method),
        locale_aware=_localized(method.provider),
        doc=_doc(method),
    )


def _produces(method: Method) -> tuple[Category, ...]:
    if "text" in method.produces:
        return method.produces
    moments: tuple[Category, ...] = ("timestamptz",) if "timestamp" in method.produces else ()
    return (*method.produces, *moments, "text")


def _localized(provider: str) -> bool:
    return provider != BASE and len({locale for m in methods_of(provider).values() for locale in m.locales or ()}) > 0


def _doc(method: Method) -> str:
    where = "" if method.locales is None else f" (locales {', '.join(method.locales)})"
    return f"Faker's `{method.name}`{where}."


def _tags(method: Method) -> tuple[str, ...]:
    tag = next((tag for word, tag in _TAGS.items() if word in method.name), _TAGGED_PROVIDERS.get(method.provider))
    return (tag,) if tag else ()


def _build(method: Method, params: MethodParams, slot: Slot) -> Domain:
    faker = library(slot.locale)
    if not faker.has(method.name, None if method.provider == BASE else method.provider):
        raise ValueError(f"{method.id} is not in locale {slot.locale}; it is in {', '.join(method.locales or ())}")
    arguments = {name: _argument(getattr(params, name)) for name in sorted(params.model_fields_set - {"pool"})}
    arguments = arguments or _USUAL_ARGUMENTS.get(method.name, {})
    found = None
    if method.produces == ("text",) and params.pool is None and method.provider != BASE:
        found = _counted(method, arguments, slot)
    if found is None:
        size = params.pool or (_SLOW_SIZE if method.name in _SLOW else DEFAULT_SIZE)
        items = tuple(arguments.items())
        found = pool(Recipe(slot.locale, method.provider, method.name, items, slot.seed, slot.base_date, size))
    return shown(found, slot)


def is_counted(id_: str, locale: str) -> bool:
    """Whether a method's texts are counted in a locale, so that no pool is taken."""
    _, provider, name = id_.split(".")
    method = methods_of(provider)[name]
    if f"{provider}.{name}" in PERSONAL:
        return True
    texts = method.produces == ("text",) and provider != BASE
    return texts and library(locale).has(name, provider) and composed(locale, name, provider) is not None


def _counted(method: Method, arguments: dict[str, Any], slot: Slot) -> Domain | None:
    """Return the domain of a method whose texts can be counted."""
    if not arguments:
        return composed(slot.locale, method.name, method.provider, unique=slot.unique)
    form = form_of(library(slot.locale), method.name, method.provider, arguments)
    node: Node | None = None if form is None else build(form)
    if node is None or not slot.unique:
        return node
    return distinct(node)


def _argument(value: Any) -> Any:
    """Read dates, which Faker takes as objects."""
    if isinstance(value, str) and _ISO.match(value):
        moment = dt.datetime.fromisoformat(value)
        return moment if len(value) > 10 else moment.date()
    return value
