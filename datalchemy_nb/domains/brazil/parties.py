"""The number of whoever a row is about: a CPF of a person, a CNPJ of a firm, as another column says."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated

import numpy as np
import polars as pl
from pydantic import Field

from datalchemy_nb.domains.base import Category, Derivation, Domain, Slot
from datalchemy_nb.domains.bits import U64, stream_key
from datalchemy_nb.domains.brazil.cnpj import Cnpj
from datalchemy_nb.domains.brazil.documents import Cpf
from datalchemy_nb.domains.parameters import Bool, Str
from datalchemy_nb.domains.parties import are_people
from datalchemy_nb.domains.registry import Params, generator

_GOLDEN = 0.6180339887498949


class PartyDocument(Derivation):
    """A CPF where another column says that the row is a person, a CNPJ elsewhere, a different one in every row.

    Args:
        kind: the column that says it.
        formatted: with points, dash and slash.
        slot: the column.
    """

    category: Category | None = "text"

    def __init__(self, kind: str, formatted: bool, slot: Slot) -> None:
        self.inputs = (kind,)
        self.person, self.firm = Cpf(formatted=formatted), Cnpj(formatted=formatted)
        self.start = int(stream_key("party", slot.seed))
        self.unique_by_row = slot.rows <= min(self.person.size, self.firm.size)

    def compute(self, inputs: Mapping[str, pl.Series], bits: U64, rows: U64) -> pl.Series:
        del bits
        told = are_people(inputs[self.inputs[0]])
        people, firms = (one.take(self._ordinals(one, rows)) for one in (self.person, self.firm))
        return people.zip_with(told.fill_null(False), firms).set(told.is_null(), None)

    def _ordinals(self, domain: Domain, rows: U64) -> U64:
        """A number of the domain for each row, in steps that meet every number once before they meet one again."""
        step = round(domain.size * _GOLDEN)
        while math.gcd(step, domain.size) != 1:
            step += 1
        size = np.uint64(domain.size)
        return (rows % size * np.uint64(step) + np.uint64(self.start % domain.size)) % size


class PartyParams(Params):
    """Who the row is about.

    Attributes:
        kind: the column that says whether it is a person (``F``, ``PF``, ``Física``) or a firm.
        formatted: with points, dash and slash.
    """

    kind: Annotated[Str, Field(min_length=1)]
    formatted: Bool = True


@generator("semantic.br.party.document", params=PartyParams, tags=("pii.cpf",))
def party_document(params: PartyParams, slot: Slot) -> Derivation:
    """CPF of a person, CNPJ of a firm, as another column says which it is; every row has a number of its own."""
    return PartyDocument(params.kind, params.formatted, slot)
