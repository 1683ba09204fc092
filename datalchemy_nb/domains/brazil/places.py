"""Cities weighted by population, with their state, DDD and CEP."""

from __future__ import annotations

from functools import lru_cache, partial
from typing import Literal

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import Category, Domain, Entity, Slot
from datalchemy_nb.domains.bits import U64, scale
from datalchemy_nb.domains.brazil.codes import Code, digit_text
from datalchemy_nb.domains.brazil.facets import Side, fits, for_column
from datalchemy_nb.domains.brazil.tables import I64, Shares, read_rows
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.limits import Length, Limit
from datalchemy_nb.domains.parameters import Bool
from datalchemy_nb.domains.registry import RoleParams, generator
from datalchemy_nb.domains.strings import gather
from datalchemy_nb.records import dataclass

STATES = {
    "AC": "Acre", "AL": "Alagoas", "AM": "Amazonas", "AP": "Amapá", "BA": "Bahia", "CE": "Ceará",
    "DF": "Distrito Federal", "ES": "Espírito Santo", "GO": "Goiás", "MA": "Maranhão", "MG": "Minas Gerais",
    "MS": "Mato Grosso do Sul", "MT": "Mato Grosso", "PA": "Pará", "PB": "Paraíba", "PE": "Pernambuco", "PI": "Piauí",
    "PR": "Paraná", "RJ": "Rio de Janeiro", "RN": "Rio Grande do Norte", "RO": "Rondônia", "RR": "Roraima",
    "RS": "Rio Grande do Sul", "SC": "Santa Catarina", "SE": "Sergipe", "SP": "São Paulo", "TO": "Tocantins",
}  # fmt: skip
_PEOPLE_PER_ORDINAL = 2500
# Suffixes 900 to 999 are for large receivers and post boxes.
_STREET_SUFFIXES = 900
_CEP_OWN = 1 << 22


@dataclass(frozen=True)
class Gazetteer:
    """The cities of the data file, as columns.

    Attributes:
        shares: place ordinals to cities, by population (IBGE, census of 2022).
        names: city names.
        name_of: number of each city's name: towns of different states may share one.
        states: index into `STATES` per city.
        area_codes: DDD per city.
        first: first five digits of the lowest CEP per city.
        sectors: how many such five digits each city has.
        codes: IBGE's seven digits per city.
    """

    shares: Shares
    names: pl.Series
    name_of: I64
    states: I64
    area_codes: I64
    first: I64
    sectors: I64
    codes: I64

    def city_of(self, entity: U64) -> I64:
        """Return the city of each place ordinal."""
        return self.shares.items(entity)

    def state_of(self, entity: U64) -> I64:
        """Return the index into `STATES` of each place ordinal."""
        return self.states.take(self.city_of(entity))

    def area_code_of(self, entity: U64) -> U64:
        """Return the DDD of each place ordinal."""
        return self.area_codes.take(self.city_of(entity)).view(np.uint64)


@lru_cache(maxsize=1)
def gazetteer() -> Gazetteer:
    """Return the cities, read once."""
    rows = read_rows("cities.csv")
    order = list(STATES)
    low, high = (np.array([int(r[i]) for r in rows], dtype=np.int64) for i in (4, 5))
    numbers = {name: number for number, name in enumerate(dict.fromkeys(r[0] for r in rows))}
    return Gazetteer(
        shares=Shares([max(1, round(int(r[3]) * 1000 / _PEOPLE_PER_ORDINAL)) for r in rows]),
        names=pl.Series([r[0] for r in rows]),
        name_of=np.array([numbers[r[0]] for r in rows], dtype=np.int64),
        states=np.array([order.index(r[1]) for r in rows], dtype=np.int64),
        area_codes=np.array([int(r[2]) for r in rows], dtype=np.int64),
        first=low,
        sectors=high - low + 1,
        codes=np.array([int(r[6]) for r in rows], dtype=np.int64),
    )


@lru_cache(maxsize=1)
def place() -> Entity:
    """Return the entity that city, state, DDD, CEP and voter number of a row share."""
    size = gazetteer().shares.size
    return Entity("br.place", size, partial(scale, size=size), look=_city_names)


def _city_names(entity: U64) -> U64:
    return gazetteer().name_of.take(gazetteer().city_of(entity)).view(np.uint64)


class City(Side):
    """City names."""

    def __init__(self) -> None:
        super().__init__(place())

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        return gather(gazetteer().names, gazetteer().city_of(entity).view(np.uint64))

    def widen(self, size: int) -> Domain | None:
        names = gazetteer().names.unique(maintain_order=True)
        return ChoiceDomain(names) if size <= len(names) else None


class State(Side):
    """States, by code or by name."""

    def __init__(self, full: bool = False) -> None:
        super().__init__(place())
        self.labels = pl.Series(list(STATES.values() if full else STATES))

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        return gather(self.labels, gazetteer().state_of(entity).view(np.uint64))

    def widen(self, size: int) -> Domain | None:
        return ChoiceDomain(self.labels) if size <= len(self.labels) else None


class PlaceCode(Side):
    """Numbers that stand for the row's city or state.

    Args:
        numbers: one per city.
        category: ``text`` or ``integer``.
    """

    def __init__(self, numbers: I64, category: Category = "text") -> None:
        super().__init__(place())
        self.category, self.numbers = category, numbers
        self.labels = pl.Series(numbers if category == "integer" else [str(number) for number in numbers])

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        return gather(self.labels, gazetteer().city_of(entity).view(np.uint64))

    def widen(self, size: int) -> Domain | None:
        different = self.labels.unique(maintain_order=True)
        return ChoiceDomain(different, category=self.category) if size <= len(different) else None


class Cep(Side):
    """CEP within the range of the row's city."""

    def __init__(self, formatted: bool = True) -> None:
        super().__init__(place(), _CEP_OWN)
        self.formatted, self.layout = formatted, "99999-999" if formatted else "9" * 8

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        cities, atlas = gazetteer().city_of(entity), gazetteer()
        width = (atlas.sectors.take(cities) * _STREET_SUFFIXES).view(np.uint64)
        offset = own * width // np.uint64(_CEP_OWN)
        sector = offset // np.uint64(_STREET_SUFFIXES)
        suffix = offset - sector * np.uint64(_STREET_SUFFIXES)
        first = atlas.first.take(cities).view(np.uint64)
        return digit_text(self.layout, (first + sector) * np.uint64(1000) + suffix)

    def shorten(self, limit: Length) -> Domain | None:
        length = len(self.layout)
        return self if fits(limit, length, length) else None

    def narrow(self, limit: Limit) -> Domain | None:
        if isinstance(limit, Length):
            return self.shorten(limit)
        # Every CEP is written alike: what the plain domain satisfies as a whole, this one does.
        plain = AnyCep(self.formatted)
        return self if plain.narrow(limit) is plain else None

    def widen(self, size: int) -> Domain | None:
        plain = AnyCep(self.formatted)
        return plain if size <= plain.size else None


class AnyCep(Code):
    """Every CEP of every city once, whatever the row's city."""

    def __init__(self, formatted: bool = True) -> None:
        atlas = gazetteer()
        self.layout = "99999-999" if formatted else "9" * 8
        self.sectors = np.unique(
            np.concatenate([np.arange(f, f + n) for f, n in zip(atlas.first, atlas.sectors, strict=True)])
        )
        super().__init__(len(self.sectors) * _STREET_SUFFIXES, len(self.layout))

    def take(self, ordinals: U64) -> pl.Series:
        sector = ordinals // np.uint64(_STREET_SUFFIXES)
        suffix = ordinals - sector * np.uint64(_STREET_SUFFIXES)
        five = self.sectors.take(sector.view(np.int64)).view(np.uint64)
        return digit_text(self.layout, five * np.uint64(1000) + suffix)


class CepParams(RoleParams):
    """How a CEP is written.

    Attributes:
        formatted: ``01310-100`` rather than ``01310100``.
    """

    formatted: Bool = True


@generator("semantic.br.cep", params=CepParams, tags=("pii.location",))
def cep(params: CepParams, slot: Slot) -> Domain:
    """CEP in the range of the row's city; without the hyphen where the column is too short for it."""
    short = slot.max_length is not None and slot.max_length < len("99999-999")
    return for_column(Cep(params.formatted and not short), slot)


@generator("semantic.br.uf", params=RoleParams, tags=("pii.location",))
def uf(slot: Slot) -> Domain:
    """Two-letter code of the row's state."""
    return for_column(State(), slot)


@generator("semantic.br.state", params=RoleParams, tags=("pii.location",))
def state(slot: Slot) -> Domain:
    """Name of the row's state."""
    return for_column(State(full=True), slot)


@generator("semantic.br.city", params=RoleParams, tags=("pii.location",))
def city(slot: Slot) -> Domain:
    """City, weighted by population."""
    return for_column(City(), slot)


class CityCodeParams(RoleParams):
    """Which code.

    Attributes:
        digits: 7, or 6 without the check digit.
    """

    digits: Literal[6, 7] = 7


def _code(numbers: I64, slot: Slot) -> Domain:
    return for_column(PlaceCode(numbers, "integer" if slot.category == "integer" else "text"), slot)


@generator("semantic.br.city.ibge", params=CityCodeParams, produces=("text", "integer"), tags=("pii.location",))
def city_code(params: CityCodeParams, slot: Slot) -> Domain:
    """IBGE's code of the row's city: seven digits, the last a check digit."""
    codes = gazetteer().codes
    return _code(codes if params.digits == 7 else codes // 10, slot)


@generator("semantic.br.state.ibge", params=RoleParams, produces=("text", "integer"), tags=("pii.location",))
def state_code(slot: Slot) -> Domain:
    """IBGE's code of the row's state: two digits, as an access key begins."""
    return _code(gazetteer().codes // 100_000, slot)


@generator("semantic.br.ddd", params=RoleParams, produces=("text", "integer"), tags=("pii.location",))
def area_code(slot: Slot) -> Domain:
    """Area code (DDD) of the row's city."""
    return _code(gazetteer().area_codes, slot)
