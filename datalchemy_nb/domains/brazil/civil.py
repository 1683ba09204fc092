"""Numbers of people that registries, health service and labour give: CNS, certificates, work card, passport, CBO."""

from __future__ import annotations

from typing import Literal

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import Category, Domain, Slot
from datalchemy_nb.domains.bits import U64, mix
from datalchemy_nb.domains.brazil.codes import Code, WrittenParams, append, digit_text, weighted_sum, write_digits
from datalchemy_nb.domains.brazil.facets import Side, fits
from datalchemy_nb.domains.brazil.lives import TITLES, job_of
from datalchemy_nb.domains.brazil.people import census, person, read_people
from datalchemy_nb.domains.brazil.tables import I64
from datalchemy_nb.domains.limits import Length
from datalchemy_nb.domains.parameters import Bool
from datalchemy_nb.domains.registry import Params, PersonParams, generator
from datalchemy_nb.domains.strings import TextRows, char_table, gather

_ACERVO, _SERVICE = 1, 55


class HealthCard(Code):
    """Definitive CNS of the health service (SUS): fifteen digits from 1 or 2, modulus 11 with weights 15 to 1.

    Eleven digits, then ``000`` and a check digit; where the check digit would be ten, ``001`` and the one of two more.
    """

    def __init__(self, formatted: bool = False) -> None:
        self.layout = "999 9999 9999 9999" if formatted else "9" * 15
        super().__init__(2 * 10**10, len(self.layout))

    def take(self, ordinals: U64) -> pl.Series:
        base = ordinals + np.uint64(10**10)
        total = weighted_sum(base, range(15, 4, -1))
        check: I64 = (11 - total % 11) % 11
        ten = check == 10
        # With 001 the sum is two more, for weight 2 of the last of the three digits.
        check = np.where(ten, (11 - (total + 2) % 11) % 11, check)
        return digit_text(self.layout, append(base * np.uint64(1000) + ten.astype(np.uint64), check))


class Certificate(Code):
    """Number of a certificate of birth, marriage or death: 32 digits (CNJ, Provimento 3/2009).

    Registry, collection, service, year, kind of book, book, page, term, and two check digits: weighted sums modulus 11,
    weights 2, 3, ... 10, 0, 1, 2, ... ; a remainder of ten counts as one.

    Args:
        book: 1 for births, 2 for marriages, 4 for deaths.
        year: years of registration end before it.
    """

    def __init__(self, book: int, year: int) -> None:
        self.book, self.year = book, year
        super().__init__(10**7 * 300, 32)

    def take(self, ordinals: U64) -> pl.Series:
        term = ordinals % np.uint64(10**7)
        page = ordinals // np.uint64(10**7) + np.uint64(1)
        word = mix(ordinals.copy())
        office = np.uint64(1) + word % np.uint64(130_000)
        year = np.uint64(self.year - 1) - (word >> np.uint64(40)) % np.uint64(40)
        book = np.uint64(1) + (word >> np.uint64(20)) % np.uint64(300)
        # 6 + 2 + 2 + 4 digits, then 1 + 5 + 3 + 7.
        head = office * np.uint64(10**8) + np.uint64((_ACERVO * 100 + _SERVICE) * 10**4) + year
        tail = (np.uint64(self.book * 10**5) + book) * np.uint64(10**3) + page
        tail = tail * np.uint64(10**7) + term
        weights = [(i + 2) % 11 for i in range(31)]
        first = _capped((weighted_sum(head, weights[:14]) + weighted_sum(tail, weights[14:30])) % 11)
        weights = [(i + 1) % 11 for i in range(31)]
        second = weighted_sum(head, weights[:14]) + weighted_sum(tail, weights[14:30]) + weights[30] * first
        rows = TextRows(len(ordinals), 32)
        write_digits(rows, 0, "9" * 14, head)
        write_digits(rows, 14, "9" * 16, tail)
        write_digits(rows, 30, "99", (first * 10 + _capped(second % 11)).view(np.uint64))
        return rows.finish()


def _capped(remainders: I64) -> I64:
    return np.where(remainders == 10, 1, remainders)


class Passport(Code):
    """Passports: two letters and six digits."""

    def __init__(self) -> None:
        super().__init__(26 * 26 * 10**6, 8)

    def take(self, ordinals: U64) -> pl.Series:
        letters = ordinals // np.uint64(10**6)
        rows, table = TextRows(len(ordinals), 8), char_table("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        rows.put(0, table, letters // np.uint64(26))
        rows.put(1, table, letters % np.uint64(26))
        rows.digits(2, ordinals % np.uint64(10**6), 6)
        return rows.finish()


class Digits(Code):
    """Numbers of some digits, from 1."""

    def __init__(self, digits: int) -> None:
        super().__init__(10**digits - 1, digits)

    def take(self, ordinals: U64) -> pl.Series:
        return digit_text("9" * self.length, ordinals + np.uint64(1))


class JobCode(Side):
    """Codes of occupations (CBO) that agree with the job title of the row's person.

    Args:
        formatted: with its hyphen.
    """

    def __init__(self, formatted: bool = False) -> None:
        super().__init__(person())
        self.labels = pl.Series([f"{code[:4]}-{code[4:]}" if formatted else code for _, _, code in TITLES])

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        return gather(self.labels, job_of(entity))

    def shorten(self, limit: Length) -> Domain | None:
        length = len(self.labels[0])
        return self if fits(limit, length, length) else None


class SexOf(Side):
    """The sex that the row's given name tells.

    Args:
        labels: what men and women are called.
    """

    def __init__(self, labels: tuple[str, str], category: Category = "text") -> None:
        super().__init__(person())
        self.category, self.labels = category, pl.Series(list(labels))

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        return gather(self.labels, census().female.take(read_people(entity).given).view(np.uint64))


class SexParams(PersonParams):
    """How sexes are written.

    Attributes:
        male: of men.
        female: of women.
    """

    male: str = "M"
    female: str = "F"


class CertificateParams(Params):
    """Which certificate.

    Attributes:
        kind: ``birth``, ``marriage`` or ``death``.
    """

    kind: Literal["birth", "marriage", "death"] = "birth"


class WorkCardParams(Params):
    """Which part of a work card.

    Attributes:
        part: ``number`` (seven digits) or ``series`` (four).
    """

    part: Literal["number", "series"] = "number"


class JobCodeParams(PersonParams):
    """How an occupation is written.

    Attributes:
        formatted: ``4110-10`` rather than ``411010``.
    """

    formatted: Bool = False


@generator("semantic.br.sex", params=SexParams, tags=("pii.profile",))
def sex(params: SexParams) -> Domain:
    """Sex of the row's person, as the given name tells: M and F, or what the parameters say."""
    return SexOf((params.male, params.female))


@generator("semantic.br.cns", params=WrittenParams, tags=("pii.health",))
def health_card(params: WrittenParams) -> Domain:
    """Number of the national health card (CNS), fifteen digits with a valid check digit."""
    return HealthCard(params.formatted)


@generator("semantic.br.certidao", params=CertificateParams, tags=("pii.document",))
def certificate(params: CertificateParams, slot: Slot) -> Domain:
    """Number of a certificate of birth, marriage or death, 32 digits with valid check digits."""
    return Certificate({"birth": 1, "marriage": 2, "death": 4}[params.kind], slot.base_date.year)


@generator("semantic.br.passaporte", tags=("pii.document",))
def passport() -> Domain:
    """Passport number, two letters and six digits."""
    return Passport()


@generator("semantic.br.ctps", params=WorkCardParams, tags=("pii.document",))
def work_card(params: WorkCardParams) -> Domain:
    """Number or series of a work card (CTPS)."""
    return Digits(7 if params.part == "number" else 4)


@generator("semantic.br.cbo", params=JobCodeParams)
def job_code(params: JobCodeParams) -> Domain:
    """Code of the occupation (CBO) of the row's person, six digits, as the job title says."""
    return JobCode(params.formatted)
