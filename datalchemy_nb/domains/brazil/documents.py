"""Documents of people and companies, with their check digits, and of whoever another column says it is."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt
import polars as pl
from pydantic import Field

from datalchemy_nb.domains.base import Category, Derivation, Domain, Slot
from datalchemy_nb.domains.bits import U64, stream_key
from datalchemy_nb.domains.brazil.cnpj import AlphanumericCnpj, Cnpj
from datalchemy_nb.domains.brazil.codes import (
    Code,
    append,
    complement_11,
    digit_text,
    spoil,
    weighted_sum,
    write_digits,
)
from datalchemy_nb.domains.brazil.facets import Numbered, fits
from datalchemy_nb.domains.brazil.places import STATES, gazetteer, place
from datalchemy_nb.domains.brazil.tables import I64
from datalchemy_nb.domains.limits import Length
from datalchemy_nb.domains.parameters import Bool, Str
from datalchemy_nb.domains.parties import by_kind
from datalchemy_nb.domains.registry import Params, RoleParams, generator
from datalchemy_nb.domains.strings import TextRows, char_table

_TSE_CODES = (
    "SP", "MG", "RJ", "RS", "BA", "PR", "CE", "PE", "SC", "GO", "MA", "PB", "PA", "ES",
    "PI", "RN", "AL", "MT", "MS", "DF", "SE", "AM", "RO", "AC", "AP", "RR", "TO",
)  # fmt: skip
"""States in the order of their number: SP = 01."""


class VoterCard(Numbered):
    """Título de eleitor of the row's state: eight digits, state, two check digits (TSE, Resolução 21.538/2003)."""

    def __init__(self, valid: bool = True) -> None:
        super().__init__(place(), 10**8)
        self.valid = valid

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        numbers = np.array([_TSE_CODES.index(uf) + 1 for uf in STATES], dtype=np.int64)
        states = numbers.take(gazetteer().state_of(entity))
        lenient = states <= 2
        first = _tse_digit(weighted_sum(own, range(2, 10)), lenient)
        second = _tse_digit(states // 10 * 7 + states % 10 * 8 + first * 9, lenient)
        if not self.valid:
            second = spoil(second, own)
        return digit_text("9" * 12, append(own * np.uint64(100) + states.view(np.uint64), first, second))

    def shorten(self, limit: Length) -> Domain | None:
        return self if fits(limit, 12, 12) else None


def _tse_digit(sums: I64, lenient: npt.NDArray[np.bool_]) -> I64:
    digit = sums % 11
    digit = np.where(lenient & (digit == 0), 1, digit)
    return np.where(digit == 10, 0, digit)


_BASES = 10**9 - 10
"""Numbers of nine digits, not all of them equal."""


def _without_repeats(ordinals: U64) -> U64:
    return ordinals + np.uint64(1) + ordinals // np.uint64(111_111_110)


class DocumentParams(Params):
    """How a document is written.

    Attributes:
        formatted: with the usual punctuation.
        valid: False gives a wrong check digit, so that no one can own the number.
    """

    formatted: Bool = False
    valid: Bool = True


class CnpjParams(DocumentParams):
    """How a CNPJ is written.

    Attributes:
        alphanumeric: the form with letters, issued since July 2026.
        branch: ``first`` is always head office (0001), ``any`` mixes in branches.
    """

    alphanumeric: Bool = False
    branch: Literal["first", "any"] = "first"


class Cpf(Code):
    """CPF: nine digits and two check digits, modulus 11 (Receita Federal). Repeated digits are left out."""

    def __init__(self, formatted: bool = False, valid: bool = True) -> None:
        self.layout, self.valid = ("999.999.999-99" if formatted else "9" * 11), valid
        super().__init__(_BASES, len(self.layout))

    def take(self, ordinals: U64) -> pl.Series:
        base = _without_repeats(ordinals)
        first = complement_11(weighted_sum(base, range(10, 1, -1)))
        second = complement_11(weighted_sum(base, range(11, 2, -1)) + 2 * first)
        return digit_text(self.layout, append(base, first, second if self.valid else spoil(second, base)))


class Rg(Code):
    """RG as São Paulo writes it: eight digits and a check digit or X, modulus 11 (SSP-SP)."""

    def __init__(self, formatted: bool = False, valid: bool = True) -> None:
        self.layout, self.valid = ("99.999.999-" if formatted else "9" * 8), valid
        super().__init__(99 * 10**6, len(self.layout) + 1)

    def take(self, ordinals: U64) -> pl.Series:
        base = ordinals + np.uint64(10**6)
        check: I64 = (11 - weighted_sum(base, range(2, 10)) % 11) % 11
        if not self.valid:
            check = (check + 1 + spoil(np.zeros_like(check), base)) % 11
        rows = TextRows(len(base), self.length)
        write_digits(rows, 0, self.layout, base)
        rows.put(self.length - 1, char_table("0123456789X"), check)
        return rows.finish()


class Cnh(Code):
    """CNH: nine digits and two check digits (Denatran, modulus 11 with a discount where the first is ten)."""

    def __init__(self, valid: bool = True) -> None:
        self.valid = valid
        super().__init__(_BASES, 11)

    def take(self, ordinals: U64) -> pl.Series:
        base = _without_repeats(ordinals)
        first = weighted_sum(base, range(9, 0, -1)) % 11
        second = weighted_sum(base, range(1, 10)) % 11 - 2 * (first == 10)
        second = np.where(second < 0, second + 11, second)
        first, second = np.where(first == 10, 0, first), np.where(second > 9, 0, second)
        return digit_text("9" * 11, append(base, first, second if self.valid else spoil(second, base)))


class Pis(Code):
    """PIS/PASEP/NIS: ten digits and a check digit, modulus 11 (Caixa)."""

    def __init__(self, formatted: bool = False, valid: bool = True) -> None:
        self.layout, self.valid = ("999.99999.99-9" if formatted else "9" * 11), valid
        super().__init__(2 * 10**9, len(self.layout))

    def take(self, ordinals: U64) -> pl.Series:
        # Numbers in use begin with 1 or 2.
        base = ordinals + np.uint64(10**9)
        check = complement_11(weighted_sum(base, (3, 2, 9, 8, 7, 6, 5, 4, 3, 2)))
        return digit_text(self.layout, append(base, check if self.valid else spoil(check, base)))


class ValidParams(Params):
    """Whether the check digits are right.

    Attributes:
        valid: False gives a wrong check digit, so that no one can own the number.
    """

    valid: Bool = True


@generator("semantic.br.cpf", params=DocumentParams, tags=("pii.cpf",))
def cpf(params: DocumentParams) -> Domain:
    """CPF with valid check digits."""
    return Cpf(params.formatted, params.valid)


@generator("semantic.br.cnpj", params=CnpjParams, tags=("pii.cnpj",))
def cnpj(params: CnpjParams) -> Domain:
    """CNPJ with valid check digits, with digits only or with letters."""
    form = AlphanumericCnpj if params.alphanumeric else Cnpj
    return form(params.formatted, params.valid, params.branch)


@generator("semantic.br.rg", params=DocumentParams, tags=("pii.rg",))
def rg(params: DocumentParams) -> Domain:
    """RG as São Paulo writes it: eight digits and a check digit or X."""
    return Rg(params.formatted, params.valid)


@generator("semantic.br.cnh", params=ValidParams, tags=("pii.cnh",))
def cnh(params: ValidParams) -> Domain:
    """Driver's licence number (CNH) with valid check digits."""
    return Cnh(params.valid)


@generator("semantic.br.pis", params=DocumentParams, tags=("pii.pis",))
def pis(params: DocumentParams) -> Domain:
    """PIS/PASEP number with a valid check digit."""
    return Pis(params.formatted, params.valid)


class VoterParams(ValidParams, RoleParams):
    """Whose number.

    Attributes:
        role: a word such as ``buyer``: columns of one role agree, and two roles of a row are of different places.
    """


@generator("semantic.br.titulo_eleitor", params=VoterParams, tags=("pii.titulo_eleitor",))
def voter_card(params: VoterParams) -> Domain:
    """Voter number (título de eleitor) of the row's state, with valid check digits."""
    return VoterCard(params.valid)


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
        people, firms = (one.take(self._ordinals(one, rows)) for one in (self.person, self.firm))
        return by_kind(inputs[self.inputs[0]], people, firms)

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
