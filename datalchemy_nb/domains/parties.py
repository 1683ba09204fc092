"""Whoever a row is about, a person or a firm, as another column of the row says which."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

import polars as pl
from pydantic import Field

from datalchemy_nb.domains.base import Category, Derivation, Domain, Facet, Slot
from datalchemy_nb.domains.bits import U64, mix
from datalchemy_nb.domains.limits import EmptyDomainError, Length
from datalchemy_nb.domains.parameters import Str
from datalchemy_nb.domains.registry import Params, find_generator, generator
from datalchemy_nb.domains.strings import fold

_PERSON = r"^(?:f|pf|cpf|1|p)$|fis|pessoa natural|individual|person|privat|privad|particul|residen|consum|^natural"
"""How columns say that a row is a person; whatever else they say is a firm."""


def are_people(kinds: pl.Series) -> pl.Series:
    """Return which rows a column of kinds calls persons: ``F``, ``PF``, ``Física``, ``individual``; null where it is.

    Args:
        kinds: texts, of any type that is written as text.
    """
    return fold(kinds.cast(pl.String)).str.contains(_PERSON)


def by_kind(kinds: pl.Series, person: pl.Series, firm: pl.Series) -> pl.Series:
    """Return the values of people or of firms, row by row; null where the kind is.

    Args:
        kinds: what says which of them a row is about.
        person: values of people.
        firm: values of firms.
    """
    people = are_people(kinds)
    return person.zip_with(people.fill_null(False), firm).set(people.is_null(), None)


class Party(Derivation):
    """What the row's person shows where another column says that the row is one, what its firm shows elsewhere.

    Args:
        kind: the column that says it.
        person: of people.
        firm: of firms, of the same family.
    """

    def __init__(self, kind: str, person: Domain, firm: Domain) -> None:
        self.inputs = (kind,)
        self.parts = (person, firm)
        self.category: Category | None = person.category

    def choose(self, inputs: Mapping[str, pl.Series], person: pl.Series, firm: pl.Series) -> pl.Series:
        """Return the values of people or of firms, row by row; null where the column says nothing."""
        return by_kind(inputs[self.inputs[0]], person, firm)

    def compute(self, inputs: Mapping[str, pl.Series], bits: U64, rows: U64) -> pl.Series:
        del rows
        person, firm = (_alone(part, bits) for part in self.parts)
        return self.choose(inputs, person, firm)


def _alone(part: Domain, bits: U64) -> pl.Series:
    """Values by random bits alone, of nobody that other columns show."""
    if isinstance(part, Facet):
        return part.take_in(part.entity.draw(bits), part.draw_own(mix(bits)))
    return part.take(part.draw(bits))


class PartyParams(Params):
    """Who the row is about.

    Attributes:
        kind: the column that says whether it is a person (``F``, ``PF``, ``individual``) or a firm.
    """

    kind: Annotated[Str, Field(min_length=1)]


def _party(kind: str, slot: Slot, person: str, firm: str, **params: object) -> Party:
    """Build both parts for a column, as long as it may be.

    Raises:
        ValueError: one of them is too long for it.
    """
    parts = []
    for id_, given in ((person, {}), (firm, params)):
        spec = find_generator(id_)
        built = None if spec is None else spec.build(spec.params.model_validate(given), replace(slot, unique=False))
        if not isinstance(built, Domain):
            raise ValueError(f"{id_} gives no values of its own here")
        fitting = built if slot.max_length is None else built.narrow(Length(at_most=slot.max_length))
        if fitting is None:
            raise EmptyDomainError(f"{id_} in {slot.max_length} characters")
        parts.append(fitting)
    return Party(kind, *parts)


@generator("semantic.party.name", params=PartyParams, tags=("pii.name",), locale_aware=True)
def name(params: PartyParams, slot: Slot) -> Derivation:
    """Name of a person, or of a firm, as another column says which the row is about."""
    return _party(params.kind, slot, "semantic.person.name", "semantic.company.name")


@generator("semantic.br.party.name", params=PartyParams, tags=("pii.name",))
def brazilian_name(params: PartyParams, slot: Slot) -> Derivation:
    """Brazilian name of a person, or of a firm, as another column says which the row is about."""
    return _party(params.kind, slot, "semantic.br.name", "semantic.br.company.name")


@generator("semantic.br.party.email", params=PartyParams, tags=("pii.email",))
def brazilian_email(params: PartyParams, slot: Slot) -> Derivation:
    """E-mail address of the row's Brazilian person, or a mailbox of its firm, as another column says which it is."""
    return _party(params.kind, slot, "semantic.br.email.safe", "semantic.br.email.corporate", of="company")
