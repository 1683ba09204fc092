"""Texts put together from Faker's lists: nodes by locale and method, and the generators of people."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import polars as pl

from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.faker.emails import RESERVED, Email, Username
from datalchemy_nb.domains.faker.library import DEFAULT_LOCALE, having, library
from datalchemy_nb.domains.faker.people import people
from datalchemy_nb.domains.faker.persons import PersonName, SexOf, UniqueName
from datalchemy_nb.domains.faker.pools import DEFAULT_SIZE, Recipe, pool
from datalchemy_nb.domains.faker.trace import form_of
from datalchemy_nb.domains.grammar.counted import build
from datalchemy_nb.domains.grammar.distinct import distinct
from datalchemy_nb.domains.grammar.nodes import Node, WordsNode
from datalchemy_nb.domains.parameters import Bool, Str
from datalchemy_nb.domains.registry import Params, PersonParams
from datalchemy_nb.records import dataclass

_NUMBERED = {"company": " ", "catch_phrase": " ", "bs": " "}
"""Methods whose values may be told apart by a number; codes and lists of facts never are."""


@lru_cache(maxsize=256)
def composed(locale: str, method: str, provider: str | None = None, *, unique: bool = False) -> Node | None:
    """Return the domain of a method's texts, or None where they cannot be counted.

    Args:
        locale: Faker's locale.
        method: name of the method.
        provider: where it is; None = the one that templates mean.
        unique: leave out what cannot be told apart.
    """
    form = form_of(library(locale), method, provider)
    if form is None:
        return None
    node = build(form)
    node.separator = _NUMBERED.get(method)
    return distinct(node) if unique else node


def from_faker(slot: Slot, *methods: str, size: int = DEFAULT_SIZE) -> Domain:
    """Return the values of the first method the locale has, else of the first one in the default locale.

    Args:
        slot: the column.
        methods: names, the preferred one first.
        size: values of the pool where they cannot be counted.
    """
    faker, method = having(slot.locale, *methods)
    found = composed(faker.locale, method, unique=slot.unique)
    if found is not None:
        return found
    provider = faker.owner(method) or ""
    return pool(Recipe(faker.locale, provider, method, (), slot.seed, slot.base_date, size))


def attribute(slot: Slot, provider: str, name: str) -> Any:
    """Return a list of a provider: the locale's, else the default one's."""
    own = getattr(library(slot.locale).providers[provider], name, None)
    return own or getattr(library(DEFAULT_LOCALE).providers[provider], name)


class EmailParams(PersonParams):
    """Where addresses are.

    Attributes:
        safe: at reserved hosts, which deliver to nobody.
        domain: the host; None = by `safe`.
    """

    safe: Bool = True
    domain: Str | None = None


class NameParams(PersonParams):
    """How names are written.

    Attributes:
        titles: some with a title before them or a degree behind, as Faker's locale has them; else none.
    """

    titles: Bool = True


def name(params: NameParams, slot: Slot) -> Domain:
    """Full names as the locale writes them, some with a title; plain and numbered where they must be unique."""
    crowd = people(slot.locale)
    if slot.unique:
        return UniqueName(crowd, slot.rows)
    return PersonName(crowd, slot.rows, "full" if params.titles else "untitled")


def titled_name(params: Params, slot: Slot) -> Domain:
    """Full names with a title or suffix."""
    del params
    crowd = people(slot.locale)
    return UniqueName(crowd, slot.rows) if slot.unique else PersonName(crowd, slot.rows, "titled")


def first_name(params: Params, slot: Slot) -> Domain:
    """Given names."""
    del params
    crowd = people(slot.locale)
    return _listed(crowd.given.to_list()) if slot.unique else PersonName(crowd, slot.rows, "given")


class SexParams(PersonParams):
    """What stands for each sex.

    Attributes:
        male: for a man.
        female: for a woman.
    """

    male: Str = "M"
    female: Str = "F"


def sex(params: SexParams, slot: Slot) -> Domain:
    """What agrees with the sex of the row's given name; either where the locale's names tell none."""
    crowd = people(slot.locale)
    values = (params.male, params.female)
    return SexOf(crowd, slot.rows, values) if len(crowd.sexes) > 1 else ChoiceDomain(pl.Series(values))


def last_name(params: Params, slot: Slot) -> Domain:
    """Family names."""
    del params
    crowd = people(slot.locale)
    return _listed(crowd.family.to_list()) if slot.unique else PersonName(crowd, slot.rows, "family")


def _listed(labels: list[str]) -> Node:
    node = WordsNode(list(dict.fromkeys(labels)))
    node.separator = " "
    return node


def email(params: Params, slot: Slot) -> Domain:
    """E-mail addresses made of the row's name, each person's own, at hosts that deliver to nobody."""
    domain = getattr(params, "domain", None)
    safe = getattr(params, "safe", True)
    hosts = (domain,) if domain else RESERVED if safe else _free_hosts(slot)
    return Email(people(slot.locale), slot.rows, None, hosts)


def free_email(params: Params, slot: Slot) -> Domain:
    """E-mail addresses at free providers, under the reserved end `.example` unless `safe` is false."""
    hosts = _free_hosts(slot)
    if getattr(params, "safe", True):
        hosts = tuple(dict.fromkeys(f"{host.split('.')[0]}.example" for host in hosts))
    domain = getattr(params, "domain", None)
    return Email(people(slot.locale), slot.rows, None, (domain,) if domain else hosts)


def _free_hosts(slot: Slot) -> tuple[str, ...]:
    return tuple(dict.fromkeys(attribute(slot, "internet", "free_email_domains")))


def username(params: Params, slot: Slot) -> Domain:
    """User names made of the row's name, each person's own."""
    del params
    return Username(people(slot.locale), slot.rows)


@dataclass(frozen=True)
class Personal:
    """A method of Faker's that shows a person, so that it agrees with the others of its row."""

    build: Callable[[Any, Slot], Domain]
    tags: tuple[str, ...]
    params: type[Params] = PersonParams


PERSONAL: dict[str, Personal] = {
    "person.name": Personal(name, ("pii.name",), NameParams),
    "person.first_name": Personal(first_name, ("pii.name",)),
    "person.last_name": Personal(last_name, ("pii.name",)),
    "internet.user_name": Personal(username, ("pii.username",)),
    **{
        f"internet.{method}": Personal(email, ("pii.email",), EmailParams)
        for method in ("email", "safe_email", "ascii_email", "ascii_safe_email", "company_email", "ascii_company_email")
    },
    "internet.free_email": Personal(free_email, ("pii.email",), EmailParams),
    "internet.ascii_free_email": Personal(free_email, ("pii.email",), EmailParams),
}
