"""Companies: legal name, trade name, site.

A company is a stem (a surname, two surnames, a thing and its quality, a coined word) and a sector; its legal form
follows from both, so that distinct ordinals are distinct names.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import Domain, Entity
from datalchemy_nb.domains.bits import U64, mix, scale
from datalchemy_nb.domains.brazil.facets import Side, fits
from datalchemy_nb.domains.brazil.tables import read_rows, slug
from datalchemy_nb.domains.finder import WeightTable
from datalchemy_nb.domains.limits import Cased, EmptyDomainError, Length, Limit
from datalchemy_nb.domains.registry import RoleParams, generator
from datalchemy_nb.domains.strings import gather, join, row_digits

_FAMILIES = 120
_NOT_FIRMS = {"Jesus", "Conceição", "Nascimento", "Sant'Ana"}
_MALE = (
    "Vale", "Monte", "Porto", "Campo", "Horizonte", "Rio", "Bosque", "Planalto", "Litoral", "Caminho", "Mirante",
    "Engenho", "Lago", "Farol", "Ipê", "Recanto", "Arco", "Atalho", "Ninho", "Cerrado",
)  # fmt: skip
_FEMALE = (
    "Serra", "Estrela", "Ponte", "Fonte", "Colina", "Pedra", "Terra", "Estância", "Praia", "Onda", "Aliança", "Vila",
    "Rota", "Raiz", "Trilha", "Safra", "Mata", "Chapada", "Lagoa", "Figueira",
)  # fmt: skip
_QUALITIES = (
    ("Azul", "Azul"), ("Verde", "Verde"), ("Dourado", "Dourada"), ("Novo", "Nova"), ("Real", "Real"), ("Alto", "Alta"),
    ("Claro", "Clara"), ("Branco", "Branca"), ("Forte", "Forte"), ("Bonito", "Bonita"), ("Alegre", "Alegre"),
    ("Central", "Central"), ("Imperial", "Imperial"), ("Nobre", "Nobre"), ("Sereno", "Serena"), ("Grande", "Grande"),
    ("Belo", "Bela"), ("Livre", "Livre"), ("Antigo", "Antiga"), ("Tropical", "Tropical"), ("Paulista", "Paulista"),
    ("Mineiro", "Mineira"), ("Gaúcho", "Gaúcha"), ("Capixaba", "Capixaba"), ("Nordestino", "Nordestina"),
    ("do Sul", "do Sul"), ("do Norte", "do Norte"), ("da Barra", "da Barra"),
)  # fmt: skip
_COINED_HEADS = (
    "Tecno", "Nutri", "Agro", "Eco", "Bio", "Info", "Multi", "Uni", "Inova", "Digi", "Metal", "Vita", "Alfa", "Delta",
    "Viva", "Lumi", "Inter", "Forta", "Maxi", "Sigma", "Nova", "Integra", "Conecta", "Prisma", "Verti",
)  # fmt: skip
_COINED_TAILS = (
    "via", "vale", "mar", "sul", "tec", "mais", "lar", "sol", "vida", "log", "flex", "bras", "par", "rede", "forma",
    "center", "norte", "prime", "plan", "serv",
)  # fmt: skip
_FORMS = ("Ltda.", "Ltda. ME", "Ltda. EPP", "S.A.", "SLU")
_FORM_WEIGHTS = (60, 15, 11, 9, 5)
_KIND_WEIGHTS = (25, 30, 20, 25)
"""Shares of random companies: two surnames, thing and quality, coined word, surname."""


@lru_cache(maxsize=1)
def _families() -> tuple[str, ...]:
    surnames = sorted(read_rows("surnames.csv"), key=lambda r: (-int(r[2]) - int(r[3]), r[0]))
    return tuple(r[0] for r in surnames if r[0] not in _NOT_FIRMS)[:_FAMILIES]


@lru_cache(maxsize=1)
def _stems() -> tuple[pl.Series, tuple[int, ...]]:
    families = _families()
    pairs = [f"{a} & {b}" for a in families for b in families if a != b]
    things = [f"{t} {m}" for t in _MALE for m, _ in _QUALITIES] + [f"{t} {f}" for t in _FEMALE for _, f in _QUALITIES]
    coined = [head + tail for head in _COINED_HEADS for tail in _COINED_TAILS]
    kinds = (pairs, things, coined, families)
    return pl.Series([stem for kind in kinds for stem in kind]), tuple(len(kind) for kind in kinds)


@lru_cache(maxsize=1)
def _slugs() -> pl.Series:
    stems, counts = _stems()
    # A pair's is made of its families', of which there are far fewer.
    families = {family: slug(family) for family in _families()}
    pairs = [f"{a}-{b}" for one, a in families.items() for other, b in families.items() if one != other]
    return pl.Series([*pairs, *map(slug, stems[counts[0] :])])


@lru_cache(maxsize=1)
def _sectors() -> tuple[pl.Series, pl.Series, pl.Series]:
    rows = read_rows("sectors.csv", ";")
    legal, trade = pl.Series([r[0] for r in rows]), pl.Series([r[1] for r in rows])
    return legal, trade, pl.Series([slug(r[1]) for r in rows])


def _draw(bits: U64) -> U64:
    counts = np.array(_stems()[1], dtype=np.uint64)
    sectors = np.uint64(len(_sectors()[0]))
    kind = WeightTable(_KIND_WEIGHTS).pick(bits).view(np.int64)
    word = mix(bits)
    stem = (word >> np.uint64(32)) * counts.take(kind) >> np.uint64(32)
    stem += (np.cumsum(counts) - counts).take(kind)
    return stem * sectors + scale(mix(~bits), int(sectors))


@lru_cache(maxsize=1)
def company() -> Entity:
    """Return the entity that legal name, trade name, site and mailbox of a row share."""
    return Entity("br.company", len(_stems()[0]) * len(_sectors()[0]), _draw, look=_stem_of)


def _stem_of(ordinals: U64) -> U64:
    return _parts(ordinals)[0]


def _parts(entity: U64) -> tuple[U64, U64]:
    many = np.uint64(len(_sectors()[0]))
    return entity // many, entity % many


def sector_of(entity: U64) -> U64:
    """Return the row of ``sectors.csv`` that each company works in."""
    return _parts(entity)[1]


def form_of(entity: U64) -> U64:
    """Return the legal form of each company: Ltda., Ltda. ME, Ltda. EPP, S.A. or SLU."""
    return WeightTable(_FORM_WEIGHTS).pick(mix(entity + np.uint64(1)))


def hosts(entity: U64) -> pl.Series:
    """Return the first label of each company's host name."""
    stem, sector = _parts(entity)
    return join([gather(_slugs(), stem), "-", gather(_sectors()[2], sector)])


def longest_host() -> int:
    """Return the length of the longest first label."""
    return _longest(_slugs()) + 1 + _longest(_sectors()[2])


def _longest(texts: pl.Series) -> int:
    return int(str(texts.str.len_chars().max()))


class Company(Side):
    """A facet of a company."""

    def __init__(self, own_size: int = 1) -> None:
        super().__init__(company(), own_size)


class CompanyName(Company):
    """Names of companies, distinct for distinct companies.

    Args:
        trade: the trade name rather than the legal one.
        units: companies are counted this many times over, with a unit number.
    """

    injective = True

    def __init__(self, trade: bool = False, units: int = 1) -> None:
        super().__init__(units)
        self.trade, self.drives, self.own_injective = trade, units == 1, units > 1

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        stem, sector = _parts(entity)
        legal, trade, _ = _sectors()
        parts: list[pl.Series | str] = [gather(_stems()[0], stem), " ", gather(trade if self.trade else legal, sector)]
        if self.own_size > 1:
            parts += [" ", row_digits(own)]
        if not self.trade:
            parts += [" ", gather(pl.Series(list(_FORMS)), form_of(entity))]
        return join(parts)

    def _lengths(self) -> tuple[int, int]:
        sectors = _sectors()[1 if self.trade else 0]
        longest = _longest(_stems()[0]) + 1 + _longest(sectors)
        longest += 0 if self.own_size == 1 else 1 + max(4, len(str(self.own_size)))
        return 5, longest + (0 if self.trade else 10)

    def shorten(self, limit: Length) -> Domain | None:
        shortest, longest = self._lengths()
        if limit.at_least > shortest:
            return None
        if limit.at_most is None or longest <= limit.at_most:
            return self
        if self.own_size > 1:
            return None
        return ShortCompanyName(limit)

    def widen(self, size: int) -> Domain | None:
        return CompanyName(self.trade, size)


class ShortCompanyName(Company):
    """The stems of companies alone, those that fit."""

    def __init__(self, limit: Length) -> None:
        super().__init__()
        stems, _ = _stems()
        lengths = stems.str.len_chars()
        fitting = stems.filter(lengths <= (limit.at_most or 0))
        if fitting.is_empty():
            raise EmptyDomainError(str(limit))
        self.stems = stems
        self.fitting = fitting
        self.fits = (lengths <= (limit.at_most or 0)).to_numpy()

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        stem, _ = _parts(entity)
        names = gather(self.stems, stem)
        other = gather(self.fitting, stem % np.uint64(len(self.fitting)))
        return names.zip_with(pl.Series(self.fits.take(stem.view(np.int64))), other)


class Site(Company):
    """Addresses of companies' sites."""

    injective = True
    drives = True

    def __init__(self, domain: str = "example.com") -> None:
        super().__init__()
        self.domain = domain

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        return join(["https://www.", hosts(entity), f".{self.domain}"])

    def shorten(self, limit: Length) -> Domain | None:
        return self if fits(limit, 20, 13 + longest_host() + len(self.domain)) else None

    def narrow(self, limit: Limit) -> Domain | None:
        return self if isinstance(limit, Cased) and not limit.upper else super().narrow(limit)


class SiteParams(RoleParams):
    """Where sites are.

    Attributes:
        domain: what hosts end in; the default is reserved and belongs to nobody.
    """

    domain: str = "example.com"


@generator("semantic.br.company.name", params=RoleParams)
def company_name() -> Domain:
    """Legal name of a company (razão social), with its legal form."""
    return CompanyName()


@generator("semantic.br.company.trade_name", params=RoleParams)
def trade_name() -> Domain:
    """Trade name of the row's company (nome fantasia)."""
    return CompanyName(trade=True)


@generator("semantic.br.company.site", params=SiteParams, tags=("pii.network",))
def site(params: SiteParams) -> Domain:
    """Site of the row's company, at a reserved domain."""
    return Site(params.domain)
