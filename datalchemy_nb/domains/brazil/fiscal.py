"""Invoices and taxpayers: access keys, protocols, CFOP, usual rates, and what a company is to the tax office."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import Built, Category, Derivation, Domain, Slot
from datalchemy_nb.domains.bits import U64, mix, scale
from datalchemy_nb.domains.brazil.cnpj import Cnpj
from datalchemy_nb.domains.brazil.codes import Code, complement_11, digit_text, weighted_sum
from datalchemy_nb.domains.brazil.companies import Company, form_of, sector_of
from datalchemy_nb.domains.brazil.places import STATES
from datalchemy_nb.domains.brazil.tables import I64, read_rows
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.fitting import decimal_scale
from datalchemy_nb.domains.limits import Length
from datalchemy_nb.domains.parameters import Bool, Str
from datalchemy_nb.domains.registry import Params, RoleParams, generator
from datalchemy_nb.domains.strings import gather, join

STATE_CODES = {
    "RO": 11, "AC": 12, "AM": 13, "RR": 14, "PA": 15, "AP": 16, "TO": 17, "MA": 21, "PI": 22, "CE": 23, "RN": 24,
    "PB": 25, "PE": 26, "AL": 27, "SE": 28, "BA": 29, "MG": 31, "ES": 32, "RJ": 33, "SP": 35, "PR": 41, "SC": 42,
    "RS": 43, "MS": 50, "MT": 51, "GO": 52, "DF": 53,
}  # fmt: skip
"""IBGE's codes of the states."""
_STATE_SHARES = np.array(
    [35] * 9 + [31] * 3 + [33] * 3 + [41] * 2 + [43] * 2 + [42] * 2 + [29, 26, 52], dtype=np.uint64
)
_KEY_WEIGHTS = tuple(2 + i % 8 for i in reversed(range(43)))
_LENGTH = 44
_CODES = 10**8
_NUMBERS = 10**9 - 1


class AccessKeyParams(Params):
    """Columns of the row that the key agrees with; what is not named is drawn.

    Attributes:
        uf: state of the issuer: its two letters, name, or IBGE's code.
        issued: date or moment of issue.
        cnpj: the issuer's.
        model: 55, 65 or 57.
        series: series of the document.
        number: number of the document.
    """

    uf: Str | None = None
    issued: Str | None = None
    cnpj: Str | None = None
    model: Str | None = None
    series: Str | None = None
    number: Str | None = None


class AccessKey(Derivation):
    """Keys of NF-e, NFC-e and CT-e (chave de acesso): 44 digits, the last one modulus 11 over the others.

    State, year and month, CNPJ, model, series, number, form of issue, code (Manual de Orientação do Contribuinte). The
    check digit weighs 2 to 9 from the right; letters of a CNPJ count as their ASCII code less 48.

    Args:
        columns: part of the key to the column it is read from.
        today: keys without a date are of the year before it.
        rows: rows of the table, for what is distinct.
    """

    category: Category | None = "text"

    def __init__(self, columns: Mapping[str, str], today: dt.date, rows: int = 1) -> None:
        self.columns, self.today = dict(columns), today
        self.inputs = tuple(dict.fromkeys(columns.values()))
        self.unique_by_row = rows <= (_CODES if "number" in columns else _NUMBERS)

    def compute(self, inputs: Mapping[str, pl.Series], bits: U64, rows: U64) -> pl.Series:
        given = {part: inputs[column] for part, column in self.columns.items()}
        state = _STATE_SHARES.take(scale(mix(bits ^ np.uint64(1)), len(_STATE_SHARES)).view(np.int64))
        head = _filled(_state_numbers(given.get("uf")), state) * np.uint64(10**4)
        head += _filled(_year_months(given.get("issued")), self._months(bits))
        model = _filled(_numbers(given.get("model")), np.full(len(rows), 55, dtype=np.uint64))
        series = _filled(_numbers(given.get("series")), np.ones(len(rows), dtype=np.uint64))
        number = _filled(_numbers(given.get("number")), rows % np.uint64(_NUMBERS) + np.uint64(1))
        code = (rows * np.uint64(7_368_787) + np.uint64(31_415_927)) % np.uint64(_CODES)
        owner = _owners(given.get("cnpj"), bits)
        front = model * np.uint64(10**12) + series % np.uint64(1000) * np.uint64(10**9) + number % np.uint64(10**9)
        back = code + np.uint64(_CODES)  # issued in the usual form, 1
        total = weighted_sum(head, _KEY_WEIGHTS[:6]) + _character_sums(owner, _KEY_WEIGHTS[6:20])
        total += weighted_sum(front, _KEY_WEIGHTS[20:34]) + weighted_sum(back, _KEY_WEIGHTS[34:])
        tail = back * np.uint64(10) + complement_11(total).view(np.uint64)
        return join([digit_text("9" * 6, head), owner, digit_text("9" * 14, front), digit_text("9" * 10, tail)])

    def _months(self, bits: U64) -> U64:
        last = self.today.year * 12 + self.today.month - 1
        month = np.uint64(last) - scale(mix(bits ^ np.uint64(2)), 12)
        return month // np.uint64(12) % np.uint64(100) * np.uint64(100) + month % np.uint64(12) + np.uint64(1)


def _filled(given: pl.Series | None, usual: U64) -> U64:
    """The given numbers, and the usual ones where there is none."""
    if given is None:
        return usual
    missing = given.is_null().to_numpy()
    return np.where(missing, usual, given.fill_null(0).cast(pl.Int64).to_numpy().astype(np.uint64))


def _numbers(values: pl.Series | None) -> pl.Series | None:
    if values is None:
        return None
    digits = values.cast(pl.String).str.replace_all(r"\D", "")
    return digits.cast(pl.Int64, strict=False)


def _state_numbers(values: pl.Series | None) -> pl.Series | None:
    if values is None:
        return None
    names = {**STATE_CODES, **{STATES[uf]: code for uf, code in STATE_CODES.items()}}
    names |= {str(code): code for code in STATE_CODES.values()}
    return values.cast(pl.String).str.strip_chars().replace_strict(names, default=None, return_dtype=pl.Int64)


def _year_months(values: pl.Series | None) -> pl.Series | None:
    if values is None:
        return None
    days = values if values.dtype.is_temporal() else values.cast(pl.String).str.to_date("%Y-%m-%d", strict=False)
    return days.dt.year().cast(pl.Int64) % 100 * 100 + days.dt.month().cast(pl.Int64)


def _owners(values: pl.Series | None, bits: U64) -> pl.Series:
    """The issuer's CNPJ, fourteen characters."""
    domain = Cnpj()
    drawn = domain.take(domain.draw(mix(bits ^ np.uint64(3))))
    if values is None:
        return drawn
    plain = values.cast(pl.String).str.replace_all(r"[^0-9A-Z]", "")
    return plain.zip_with((plain.str.len_chars() == 14).fill_null(False), drawn)


def _character_sums(texts: pl.Series, weights: tuple[int, ...]) -> I64:
    if not len(texts):
        return np.empty(0, dtype=np.int64)
    written = "".join(texts.str.join("")).encode()
    values = np.frombuffer(written, dtype=np.uint8).reshape(len(texts), len(weights)).astype(np.int64) - 48
    sums: I64 = values @ np.array(weights, dtype=np.int64)
    return sums


class AccessKeys(Code):
    """Access keys that agree with nothing: numbers of a document are dealt in order of the ordinals."""

    def __init__(self, today: dt.date) -> None:
        self.keys = AccessKey({}, today)
        super().__init__(_NUMBERS, _LENGTH)

    def take(self, ordinals: U64) -> pl.Series:
        return self.keys.compute({}, mix(ordinals.copy()), ordinals)


class Protocol(Code):
    """Protocols of authorisation: 1, state, year, ten digits."""

    def __init__(self, today: dt.date) -> None:
        self.head = 10_000 + 35 * 100 + today.year % 100 - 1
        super().__init__(10**10, 15)

    def take(self, ordinals: U64) -> pl.Series:
        return digit_text("9" * 15, np.uint64(self.head * 10**10) + ordinals)


_CFOP = {
    "5102": 34, "5101": 14, "5405": 12, "5403": 3, "5929": 4, "5949": 3, "5933": 3, "5910": 1, "5915": 1, "5202": 1,
    "6102": 10, "6101": 5, "6108": 6, "6404": 2, "6403": 1, "6910": 1, "6949": 1, "6202": 1,
    "1102": 30, "1101": 10, "1403": 10, "1202": 4, "1556": 6, "1933": 3, "1949": 3, "1253": 2, "1353": 4,
    "2102": 16, "2101": 5, "2403": 5, "2202": 2, "2556": 2, "2949": 1, "2353": 2,
}  # fmt: skip
"""Codes of operations (CONFAZ) with rough shares: 5 and 6 leave, 1 and 2 enter; 5 and 1 stay within the state."""


class CfopParams(Params):
    """Which operations.

    Attributes:
        direction: ``out`` of the company, ``in``, or ``any``.
        scope: ``internal`` to a state, ``interstate``, or ``any``.
        formatted: ``5.102`` rather than ``5102``.
    """

    direction: Literal["out", "in", "any"] = "out"
    scope: Literal["internal", "interstate", "any"] = "any"
    formatted: Bool = False


_RATES: dict[str, dict[str, int]] = {
    "icms": {"18": 46, "12": 20, "7": 12, "17": 8, "19": 5, "20": 4, "4": 3, "25": 2},
    "icms_interstate": {"12": 55, "7": 35, "4": 10},
    "ipi": {"0": 52, "5": 20, "10": 14, "15": 8, "3.25": 4, "12": 2},
    "pis": {"1.65": 48, "0.65": 37, "0": 15},
    "cofins": {"7.6": 48, "3": 37, "0": 15},
    "iss": {"5": 52, "3": 20, "2": 22, "4": 6},
    "csll": {"9": 100},
    "irpj": {"15": 100},
    "inss": {"11": 100},
    "fgts": {"8": 100},
}
"""Usual rates in per cent: ICMS by state laws and Senate's resolutions, ISS by Lei Complementar 116/2003, PIS and
COFINS by Leis 9.718/1998, 10.637/2002 and 10.833/2003."""


class RateParams(Params):
    """Of which tax.

    Attributes:
        tax: the tax; ``icms_interstate`` for sales into another state.
        fraction: 0.18 rather than 18.
    """

    tax: Literal["icms", "icms_interstate", "ipi", "pis", "cofins", "iss", "csll", "irpj", "inss", "fgts"] = "icms"
    fraction: Bool = False


class CompanyFact(Company):
    """Something that follows from what the row's company is.

    Args:
        values: by sector, or by legal form.
        by: which of the two.
    """

    def __init__(self, values: pl.Series, by: Literal["sector", "form"], category: Category = "text") -> None:
        super().__init__()
        self.values, self.by, self.category = values, by, category

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        return gather(self.values, sector_of(entity) if self.by == "sector" else form_of(entity))

    def shorten(self, limit: Length) -> Domain | None:
        inside = self.values.str.len_chars().is_between(limit.at_least, limit.at_most or 10**6)
        return self if inside.all() else None


class CnaeParams(RoleParams):
    """How an activity is written.

    Attributes:
        formatted: ``4711-3/02`` rather than ``4711302``.
    """

    formatted: Bool = False


class RegimeParams(RoleParams):
    """How a regime is written.

    Attributes:
        code: 1 to 3 (CRT of an invoice) rather than a name.
    """

    code: Bool = False


class LegalNatureParams(RoleParams):
    """How a legal nature is written.

    Attributes:
        name: the name rather than the code.
    """

    name: Bool = False


_NATURES = {
    "206-2": "Sociedade Empresária Limitada",
    "205-4": "Sociedade Anônima Fechada",
}
_FORM_NATURES = ("206-2", "206-2", "206-2", "205-4", "206-2")
_FORM_SIZES = ("Demais", "Microempresa", "Empresa de Pequeno Porte", "Demais", "Microempresa")
_FORM_REGIMES = ("Lucro Presumido", "Simples Nacional", "Simples Nacional", "Lucro Real", "Simples Nacional")
_FORM_CODES = ("3", "1", "1", "3", "1")
"""By legal form: Ltda., Ltda. ME, Ltda. EPP, S.A., SLU. Small companies mostly choose Simples (LC 123/2006)."""


@generator("semantic.br.fiscal.access_key", params=AccessKeyParams)
def access_key(params: AccessKeyParams, slot: Slot) -> Built:
    """Access key of an electronic invoice (chave de acesso): 44 digits that agree with the columns named."""
    columns: dict[str, str] = params.model_dump(exclude_none=True)
    return AccessKey(columns, slot.base_date, slot.rows) if columns else AccessKeys(slot.base_date)


@generator("semantic.br.fiscal.protocol")
def protocol(slot: Slot) -> Domain:
    """Protocol of authorisation of an invoice: 15 digits."""
    return Protocol(slot.base_date)


@generator("semantic.br.fiscal.cfop", params=CfopParams, produces=("text", "integer"))
def cfop(params: CfopParams, slot: Slot) -> Domain:
    """Code of the operation (CFOP), of sales unless the parameters say otherwise."""
    first = {"out": "56", "in": "12", "any": "1256"}[params.direction]
    near = {"internal": "15", "interstate": "26", "any": "1256"}[params.scope]
    shares = {code: share for code, share in _CFOP.items() if code[0] in first and code[0] in near}
    if slot.category == "integer":
        return ChoiceDomain([int(code) for code in shares], list(shares.values()), "integer")
    return ChoiceDomain([f"{c[0]}.{c[1:]}" if params.formatted else c for c in shares], list(shares.values()))


@generator("semantic.br.fiscal.rate", params=RateParams, produces=("decimal", "float", "integer"))
def rate(params: RateParams, slot: Slot) -> Domain:
    """Usual rate of a tax, in per cent."""
    unit = Decimal("0.01") if params.fraction else Decimal(1)
    rates = {Decimal(text) * unit: share for text, share in _RATES[params.tax].items()}
    if slot.category == "integer":
        whole = {int(value): share for value, share in rates.items() if value == value.to_integral_value()}
        return ChoiceDomain(list(whole), list(whole.values()), "integer")
    if slot.category == "float":
        return ChoiceDomain([float(value) for value in rates], list(rates.values()), "float")
    places = max(decimal_scale(slot), 4 if params.fraction else 2)
    dtype = pl.Decimal(18, places)
    values = pl.Series([f"{value:.{places}f}" for value in rates], dtype=pl.String).cast(dtype)
    return ChoiceDomain(values, list(rates.values()), "decimal")


@generator("semantic.br.company.cnae", params=CnaeParams)
def cnae(params: CnaeParams) -> Domain:
    """Main activity (CNAE) of the row's company, as its name says."""
    codes = [row[2] for row in read_rows("sectors.csv", ";")]
    return CompanyFact(pl.Series([f"{c[:4]}-{c[4]}/{c[5:]}" if params.formatted else c for c in codes]), "sector")


@generator("semantic.br.company.natureza_juridica", params=LegalNatureParams)
def legal_nature(params: LegalNatureParams) -> Domain:
    """Legal nature of the row's company, as its legal form says."""
    return CompanyFact(pl.Series([_NATURES[code] if params.name else code for code in _FORM_NATURES]), "form")


@generator("semantic.br.company.porte", params=RoleParams)
def company_size(slot: Slot) -> Domain:
    """Size of the row's company (porte): Microempresa, Empresa de Pequeno Porte, Demais; or ME, EPP, DEMAIS."""
    short = slot.max_length is not None and slot.max_length < max(map(len, _FORM_SIZES))
    letters = {"Microempresa": "ME", "Empresa de Pequeno Porte": "EPP", "Demais": "DEMAIS"}
    return CompanyFact(pl.Series([letters[size] if short else size for size in _FORM_SIZES]), "form")


@generator("semantic.br.company.regime", params=RegimeParams, produces=("text", "integer"))
def tax_regime(params: RegimeParams, slot: Slot) -> Domain:
    """Tax regime of the row's company: Simples Nacional, Lucro Presumido, Lucro Real; or its code (CRT)."""
    if slot.category == "integer":
        return CompanyFact(pl.Series([int(code) for code in _FORM_CODES]), "form", "integer")
    return CompanyFact(pl.Series(_FORM_CODES if params.code else _FORM_REGIMES), "form")
