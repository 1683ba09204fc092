"""What the named generators share: registration, lengths and patterns asked for, ranges of counts."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, Field

from datalchemy_nb.domains.base import Category, Domain, Slot
from datalchemy_nb.domains.faker.composed import from_faker
from datalchemy_nb.domains.faker.shown import shown
from datalchemy_nb.domains.limits import Limit, Matches
from datalchemy_nb.domains.parameters import Int, Str
from datalchemy_nb.domains.primitives import Lengths
from datalchemy_nb.domains.registering import taking
from datalchemy_nb.domains.registry import Params, PersonParams, generator

Builder = TypeVar("Builder", bound=Callable[..., Domain])


class TextParams(Lengths):
    """Which of the texts are wanted: of a length, matching ``pattern``, made of the characters in ``charset``."""

    pattern: Str | None = None
    charset: Annotated[Str, Field(min_length=1)] | None = None


class PersonTextParams(TextParams, PersonParams):
    """Whose texts, and which of them are wanted."""


def _ordered(span: tuple[int, int]) -> tuple[int, int]:
    if not 0 <= span[0] <= span[1]:
        raise ValueError(f"[{span[0]}, {span[1]}] is no range of counts")
    return span


_Pair = Annotated[tuple[Int, Int], AfterValidator(_ordered)]
_Number = Annotated[Int, Field(ge=0)]
Range = _Number | _Pair
"""A number, or the least and the most."""


def span_of(value: int | tuple[int, int]) -> tuple[int, int]:
    """Return the least and the most."""
    return (value, value) if isinstance(value, int) else value


def entry(
    *ids: str,
    params: type[Params] = TextParams,
    produces: tuple[Category, ...] = ("text",),
    tags: tuple[str, ...] = (),
    locale_aware: bool = False,
) -> Callable[[Builder], Builder]:
    """Register a builder as `generator` does; texts are narrowed as the parameters ask, other values are typed."""

    def register(build: Builder) -> Builder:
        given = taking(build)

        @wraps(build)
        def fitted(params: Any, slot: Slot) -> Domain:
            domain = shown(given(params, slot), slot)
            return limited(domain, params, slot) if isinstance(params, TextParams) else domain

        generator(*ids, params=params, produces=produces, tags=tags, locale_aware=locale_aware)(fitted)
        return build

    return register


def made(*rows: tuple[Any, ...], locale_aware: bool = False) -> None:
    """Register a table of generators.

    Args:
        rows: ids divided by blanks; what the values are; a builder that takes the slot or nothing; tags, if any.
        locale_aware: whether the locale changes their values.
    """
    for ids, doc, build, *tags in rows:
        entry(*ids.split(), tags=tags[0] if tags else (), locale_aware=locale_aware)(_documented(build, doc))


def shown_by_faker(*rows: tuple[Any, ...], locale_aware: bool = True) -> None:
    """Register a table of methods of Faker's.

    Args:
        rows: ids divided by blanks; methods, of which the first counts that the locale has; what the values are; tags,
            if any.
        locale_aware: whether the locale changes their values.
    """
    made(*((ids, doc, _method(names), *tags) for ids, names, doc, *tags in rows), locale_aware=locale_aware)


def _method(names: str) -> Callable[[Slot], Domain]:
    return lambda slot: from_faker(slot, *names.split())


def _documented(build: Callable[..., Domain], doc: str) -> Callable[[Any, Slot], Domain]:
    given = taking(build)

    def documented(params: Any, slot: Slot) -> Domain:
        return given(params, slot)

    documented.__doc__ = doc
    return documented


def limited(domain: Domain, params: TextParams, slot: Slot) -> Domain:
    """Return the texts that the parameters ask for.

    Raises:
        ValueError: none is left, or they cannot be told apart from the others.
    """
    limits: list[Limit] = []
    if params.min_len is not None or params.max_len is not None:
        limits.append(params.limit(slot))
    if params.pattern is not None:
        limits.append(Matches(params.pattern))
    if params.charset is not None:
        limits.append(Matches(f"^[{re.escape(params.charset)}]*$"))
    for limit in limits:
        narrowed = domain.narrow(limit)
        if narrowed is None:
            raise ValueError(f"the values are too many to choose by {limit}; use primitive.text.pattern")
        domain = narrowed
    return domain
