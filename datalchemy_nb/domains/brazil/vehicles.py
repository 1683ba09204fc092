"""Vehicles: make, model, kind, fuel, price and chassis agree; RENAVAM, RNTRC, colour and plate stand alone."""

from __future__ import annotations

from functools import lru_cache, partial
from string import ascii_uppercase
from typing import Literal

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import Category, Domain, Entity, Slot
from datalchemy_nb.domains.bits import U64, mix, scale
from datalchemy_nb.domains.brazil.codes import Code, append, digit_text, weighted_sum
from datalchemy_nb.domains.brazil.facets import Labelled, Numbered, Side, fits, for_column
from datalchemy_nb.domains.brazil.tables import I64, Shares, read_rows
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.limits import EmptyDomainError, Length
from datalchemy_nb.domains.number import decimals
from datalchemy_nb.domains.parameters import Bool
from datalchemy_nb.domains.registry import Params, RoleParams, generator
from datalchemy_nb.domains.strings import TextRows, char_table, gather

_VIN = "0123456789ABCDEFGHJKLMNPRSTUVWXYZ"
"""Characters of a chassis: without I, O and Q."""
_VIN_VALUES = np.array([*range(10), *range(1, 9), *range(1, 6), 7, 9, *range(2, 10)], dtype=np.int64)
"""What each counts in the check digit (ISO 3779, 49 CFR 565): A to H 1 to 8, J to R 1 to 9 without 6 and 8, S to Z 2 to
9."""
_VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
_YEARS = "ABCDEFGHJKLMNPRSTVWXY123456789"
_FIRST_YEAR = 2010
_AGES = 12
_SERIALS = 10**6
_COLOURS = {
    "Branca": 32, "Preta": 22, "Prata": 20, "Cinza": 13, "Vermelha": 7, "Azul": 3, "Verde": 1, "Marrom": 1, "Bege": 1,
}  # fmt: skip
Fact = Literal["make", "model", "fuel", "kind"]


@lru_cache(maxsize=1)
def _fleet() -> tuple[Shares, dict[str, pl.Series], I64]:
    rows = read_rows("vehicles.csv")
    columns = {
        name: pl.Series([row[i] for row in rows]) for i, name in enumerate(("make", "model", "fuel", "kind", "wmi"))
    }
    return Shares([int(row[5]) for row in rows]), columns, np.array([int(row[6]) for row in rows], dtype=np.int64)


@lru_cache(maxsize=1)
def vehicle() -> Entity:
    """Return the entity that make, model, fuel, chassis, year and price of a row share: a model of a year."""
    size = _fleet()[0].size * _AGES
    return Entity("br.vehicle", size, partial(scale, size=size), look=_model_of)


def _model_of(ordinals: U64) -> U64:
    return _line(ordinals).view(np.uint64)


def _line(entity: U64) -> I64:
    return _fleet()[0].items(entity // np.uint64(_AGES))


def _age(entity: U64) -> I64:
    return (entity % np.uint64(_AGES)).view(np.int64)


class VehicleFact(Labelled):
    """Make, model, fuel or kind of vehicles."""

    def __init__(self, fact: Fact) -> None:
        super().__init__(vehicle())
        self.labels = _fleet()[1][fact]

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        return gather(self.labels, _line(entity).view(np.uint64))


class VehicleNumber(Side):
    """Year of a vehicle, or its price: new ones cost the list, and every year takes a twelfth of what is left."""

    def __init__(self, category: Category, what: Literal["year", "model_year", "price"], today: int) -> None:
        super().__init__(vehicle())
        self.category, self.what, self.today = category, what, today

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        if self.what != "price":
            years = self.today - _age(entity)
            # Half of the models of a year are made the year before.
            years += ((mix(entity) & np.uint64(1)).view(np.int64)) if self.what == "model_year" else 0
            return pl.Series(years) if self.category == "integer" else pl.Series(years).cast(pl.String)
        cents = _fleet()[2].take(_line(entity)) * 100_000
        for _ in range(_AGES):
            older = _age(entity) > _
            cents = np.where(older, cents * 11 // 12, cents)
        cents = cents // 100_000 * 100_000 + (mix(entity) % np.uint64(10)).view(np.int64) * 9_000 + 90_000
        match self.category:
            case "integer":
                return pl.Series(cents // 100)
            case "float":
                return pl.Series(cents) / 100
            case _:
                return decimals(pl.Series(cents).cast(pl.Int128), 18, 2)

    def widen(self, size: int) -> Domain | None:
        return None


class Chassis(Numbered):
    """Chassis numbers (VIN): maker, model, check digit, year, plant and serial number, without I, O and Q.

    The ninth character is the remainder of 11 of the others' weighted values, X for ten (ISO 3779).
    """

    def __init__(self, today: int) -> None:
        super().__init__(vehicle(), 10**10)
        self.today = today

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        line = _line(entity)
        makers = _fleet()[1]["wmi"]
        symbols = np.array([[_VIN.index(c) for c in wmi] for wmi in makers], dtype=np.int64).take(line, axis=0)
        model = mix(line.view(np.uint64) + np.uint64(5))
        # Letters that name the model, then four of the owner's: 10**4 of them and 10**6 serial numbers.
        high, serial = own // np.uint64(_SERIALS), own % np.uint64(_SERIALS)
        places = [symbols[:, 0], symbols[:, 1], symbols[:, 2]]
        places += [10 + (model >> np.uint64(8 * i)).view(np.int64) % 23 for i in range(2)]
        digits = [(high // np.uint64(10**i) % np.uint64(10)).view(np.int64) for i in (3, 2, 1)]
        years = self.today - _age(entity) - _FIRST_YEAR
        year = np.array([_VIN.index(c) for c in _YEARS], dtype=np.int64).take(years % len(_YEARS))
        plant = 10 + (high % np.uint64(10)).view(np.int64)
        tail = [(serial // np.uint64(10**i) % np.uint64(10)).view(np.int64) for i in reversed(range(6))]
        before, after = [*places, *digits], [year, plant, *tail]
        total = np.zeros(len(own), dtype=np.int64)
        for weight, symbol in zip(_VIN_WEIGHTS, [*before, np.zeros_like(year), *after], strict=True):
            total += weight * _VIN_VALUES.take(symbol)
        check = total % 11
        rows = TextRows(len(own), 17)
        table, checks = char_table(_VIN), char_table("0123456789X")
        for at, symbol in enumerate(before):
            rows.put(at, table, symbol)
        rows.put(8, checks, check)
        for at, symbol in enumerate(after):
            rows.put(9 + at, table, symbol)
        return rows.finish()

    def shorten(self, limit: Length) -> Domain | None:
        return self if fits(limit, 17, 17) else None


class Renavam(Code):
    """RENAVAM: ten digits and a check digit, modulus 11 with weights 2 to 9 from the right (Denatran)."""

    def __init__(self) -> None:
        super().__init__(10**9, 11)

    def take(self, ordinals: U64) -> pl.Series:
        base = ordinals + np.uint64(10**8)
        check = weighted_sum(base, (3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) * 10 % 11 % 10
        return digit_text("9" * 11, append(base, check))


class CarrierNumber(Code):
    """RNTRC of a carrier (ANTT): eight digits, the first a zero or more."""

    def __init__(self) -> None:
        super().__init__(10**8 - 1, 8)

    def take(self, ordinals: U64) -> pl.Series:
        return digit_text("9" * 8, ordinals + np.uint64(1))

    def shorten(self, limit: Length) -> Domain | None:
        if limit.at_most is not None and limit.at_most < self.length:
            raise EmptyDomainError(str(limit))
        return self


@generator("semantic.br.vehicle.renavam", tags=("pii.plate",))
def renavam() -> Domain:
    """RENAVAM of a vehicle, eleven digits with a valid check digit."""
    return Renavam()


@generator("semantic.br.vehicle.chassi", params=RoleParams, tags=("pii.plate",))
def chassis(slot: Slot) -> Domain:
    """Chassis number (VIN) of the row's vehicle: 17 characters that agree with make and year, with a check digit."""
    return Chassis(slot.base_date.year)


@generator("semantic.br.vehicle.rntrc")
def rntrc() -> Domain:
    """Registration of a carrier (RNTRC), eight digits."""
    return CarrierNumber()


@generator("semantic.br.vehicle.cor")
def colour() -> Domain:
    """Colour of a vehicle, as common as on the road."""
    return ChoiceDomain(list(_COLOURS), list(_COLOURS.values()))


@generator("semantic.br.vehicle.marca", params=RoleParams)
def make(slot: Slot) -> Domain:
    """Make of the row's vehicle."""
    return for_column(VehicleFact("make"), slot)


@generator("semantic.br.vehicle.modelo", params=RoleParams)
def model(slot: Slot) -> Domain:
    """Model of the row's vehicle."""
    return for_column(VehicleFact("model"), slot)


@generator("semantic.br.vehicle.combustivel", params=RoleParams)
def fuel(slot: Slot) -> Domain:
    """Fuel of the row's vehicle."""
    return for_column(VehicleFact("fuel"), slot)


@generator("semantic.br.vehicle.tipo", params=RoleParams)
def kind(slot: Slot) -> Domain:
    """Kind of the row's vehicle: car, motorcycle, lorry, in Portuguese."""
    return for_column(VehicleFact("kind"), slot)


def _number(slot: Slot, what: Literal["year", "model_year", "price"]) -> Domain:
    usual: Category = "decimal" if what == "price" else "integer"
    category = slot.category if slot.category in ("integer", "decimal", "float", "text") else usual
    if what != "price" and category != "text":
        category = "integer"
    if what == "price" and category == "text":
        category = "decimal"
    return VehicleNumber(category, what, slot.base_date.year)


@generator("semantic.br.vehicle.ano", params=RoleParams, produces=("integer", "text"))
def year(slot: Slot) -> Domain:
    """Year in which the row's vehicle was made."""
    return _number(slot, "year")


@generator("semantic.br.vehicle.ano_modelo", params=RoleParams, produces=("integer", "text"))
def model_year(slot: Slot) -> Domain:
    """Year of the model of the row's vehicle: the year it was made in, or the next."""
    return _number(slot, "model_year")


@generator("semantic.br.vehicle.valor", params=RoleParams, produces=("decimal", "float", "integer"))
def value(slot: Slot) -> Domain:
    """What the row's vehicle is worth, in reais."""
    return _number(slot, "price")


_LAYOUTS = {"mercosul": "AAA9A99", "old": "AAA9999", "old-": "AAA-9999"}


class Plate(Code):
    """Plates: ``ABC1D23`` (Contran, Resolução 780/2019) or ``ABC-1234``."""

    def __init__(self, form: Literal["mercosul", "old"] = "mercosul", formatted: bool = False) -> None:
        self.layout = _LAYOUTS["old-" if form == "old" and formatted else form]
        size = 1
        for place in self.layout:
            size *= {"A": 26, "9": 10}.get(place, 1)
        super().__init__(size, len(self.layout))

    def take(self, ordinals: U64) -> pl.Series:
        places: list[U64] = []
        rest = ordinals
        for place in reversed(self.layout.replace("-", "")):
            base = np.uint64(26 if place == "A" else 10)
            above = rest // base
            places.append(rest - above * base)
            rest = above
        rows = TextRows(len(ordinals), self.length)
        letters, digits = char_table(ascii_uppercase), char_table("0123456789")
        for at, place in enumerate(self.layout):
            if place == "-":
                rows.literal(at, b"-")
            else:
                rows.put(at, letters if place == "A" else digits, places.pop())
        return rows.finish()


class PlateParams(Params):
    """Which plates.

    Attributes:
        form: ``mercosul`` (ABC1D23) or ``old`` (ABC1234).
        formatted: the old form with its hyphen.
    """

    form: Literal["mercosul", "old"] = "mercosul"
    formatted: Bool = False


@generator("semantic.br.plate", params=PlateParams, tags=("pii.plate",))
def plate(params: PlateParams) -> Domain:
    """Licence plate of a vehicle."""
    return Plate(params.form, params.formatted)
