"""Roles: several people, companies or places in one row, told apart by a word such as ``buyer`` or ``mother``.

A role makes an entity of its own out of a facet's: its name holds the role, so that the columns of one role agree and
those of another do not. The engine draws again where two roles of a row would be the same one. ``mother`` and
``father`` have a sex; a relative's surname is theirs where the parameter ``family_of`` says whose family it is.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.domains.base import (
    MAX_SIZE,
    Built,
    Casting,
    Domain,
    Entity,
    Facet,
    OrderedDomain,
    Relation,
    Sex,
)
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.limits import Limit
from datalchemy_nb.domains.strings import fold

_RELATIONS: dict[Relation, str] = {
    "mother": "mother mae genitora madre mere mutter",
    "father": "father pai genitor padre pere vater",
    "spouse": "spouse husband wife partner conjuge esposo esposa marido companheiro companheira conyuge conjoint",
    "child": "child son daughter dependent filho filha dependente hijo hija enfant kind",
    "sibling": "sibling brother sister irmao irma hermano hermana",
}
_SEXES: dict[Sex, str] = {
    "female": "mother mae genitora madre mere mutter wife esposa companheira daughter filha hija sister irma hermana "
    "grandmother madrinha godmother aunt tia mulher",
    "male": "father pai genitor padre pere vater husband esposo marido companheiro son filho hijo brother irmao "
    "hermano grandfather padrinho godfather uncle tio",
}
_RELATION_OF: dict[str, Relation] = {word: r for r, words in _RELATIONS.items() for word in words.split()}
_SEX_OF: dict[str, Sex] = {word: sex for sex, words in _SEXES.items() for word in words.split()}


def relation_of(role: str) -> Relation:
    """Return how somebody of this role is related to the one that ``family_of`` names; ``relative`` where unsaid."""
    return next((_RELATION_OF[word] for word in _words(role) if word in _RELATION_OF), "relative")


def sex_of(role: str) -> Sex | None:
    """Return the sex that the words of a role say, Portuguese or English mostly, or None."""
    return next((_SEX_OF[word] for word in _words(role) if word in _SEX_OF), None)


@lru_cache(maxsize=1024)
def _words(role: str) -> tuple[str, ...]:
    return tuple(str(fold(pl.Series([role]))[0]).split("."))


def role_entity(entity: Entity, role: str, family_of: str | None = None) -> Entity:
    """Return the entity that plays a role; for the role ``""`` the entity itself.

    Args:
        entity: what plays it.
        role: a short text; by its words somebody is a woman or a man, and related in a way.
        family_of: the role of the relative, or None.
    """
    if not role:
        return entity
    name = f"{entity.name}/{role}"
    if family_of is not None and entity.relate is not None:
        relative = role_entity(entity, family_of), relation_of(role)
        return replace(entity, name=name, casting=Casting(entity.name, relative=relative))
    sex = sex_of(role)
    members = None if sex is None or entity.of_sex is None else entity.of_sex(sex)
    if members is None:
        return replace(entity, name=name, casting=Casting(entity.name))
    return replace(entity, name=name, size=members.size, draw=members.draw, casting=Casting(entity.name, members))


class InRole(Facet):
    """A facet of the entity that plays a role.

    Args:
        facet: the facet of whoever has no role.
        entity: made by `role_entity` out of the facet's.
    """

    def __init__(self, facet: Facet, entity: Entity) -> None:
        self.facet, self.entity, self.category = facet, entity, facet.category
        self.own_size, self.own_injective = facet.own_size, facet.own_injective
        # Relatives follow from one another, so that one may come up in several rows.
        self.alone = entity.casting is None or entity.casting.relative is None
        self.drives = facet.drives and self.alone
        self._counts_own = facet.own_injective and facet.size == facet.own_size
        self.injective = facet.injective and (self.alone or self._counts_own or facet.apart is not None)
        self.apart = facet.apart
        whole = min(entity.size * facet.own_size, MAX_SIZE)
        self.size = facet.size if self._counts_own or facet.apart is not None else whole

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        return self.facet.take_in(self.entity.whole(entity), own)

    def take(self, ordinals: U64) -> pl.Series:
        return self.facet.take(ordinals) if self._counts_own or self.apart is not None else super().take(ordinals)

    def draw_own(self, bits: U64) -> U64:
        return self.facet.draw_own(bits)

    def narrow(self, limit: Limit) -> Domain | None:
        narrower = self.facet.narrow(limit)
        if narrower is self.facet:
            return self
        return playing(narrower, self.entity) if isinstance(narrower, Facet) else narrower

    def widen(self, size: int) -> Domain | None:
        wider = self.facet.widen(size)
        return playing(wider, self.entity) if isinstance(wider, Facet) and self.alone else wider


class OrderedInRole(InRole, OrderedDomain):
    """A facet with an order, in a role: a date of birth."""

    def __init__(self, facet: Facet, ordered: OrderedDomain, entity: Entity) -> None:
        super().__init__(facet, entity)
        self._ordered = ordered
        self.lower, self.upper = ordered.lower, ordered.upper

    def rank(self, values: pl.Series, side: Literal["left", "right"]) -> npt.NDArray[np.int64]:
        return self._ordered.rank(values, side)


def playing(facet: Facet, entity: Entity) -> InRole:
    """Return a facet of the entity that plays a role, ordered where the facet is."""
    return OrderedInRole(facet, facet, entity) if isinstance(facet, OrderedDomain) else InRole(facet, entity)


def in_role(built: Built, role: str, family_of: str | None = None, *, unique: bool = False) -> Built:
    """Return what a generator built, playing a role; what is no facet, and the role ``""``, stay as they are.

    Args:
        built: what the builder returned.
        role: a short text.
        family_of: the role of a relative, or None.
        unique: whether the column must be unique.

    Raises:
        ValueError: a relative's column must be unique, or ``family_of`` is given without a role.
    """
    if family_of is not None and not role:
        raise ValueError("family_of needs a role, such as mother, beside it")
    if family_of is not None and unique:
        raise ValueError("the column is unique, and relatives follow from one another; leave family_of out")
    if not role or not isinstance(built, Facet):
        return built
    return playing(built, role_entity(built.entity, role, family_of))
