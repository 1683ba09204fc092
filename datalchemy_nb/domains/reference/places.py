"""``place.*``: places with what belongs to them: region, postal code, coordinates, time zone, streets, telephones.

All columns of a row that show places of one role agree. Cities come up by their population.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, Final

import numpy as np
import numpy.typing as npt
import polars as pl
from pydantic import Field

from datalchemy_nb.domains.base import MAX_SIZE, Category, Domain, Entity, Facet, Slot
from datalchemy_nb.domains.bits import U64, mix
from datalchemy_nb.domains.brazil.places import gazetteer
from datalchemy_nb.domains.brazil.places import place as brazilian_place
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.limits import AtLeast, AtMost, EmptyDomainError, Length, Limit
from datalchemy_nb.domains.parameters import Bool, Num, Str
from datalchemy_nb.domains.reference.facets import entity_of, shortened
from datalchemy_nb.domains.reference.patterns import PatternOfPlace
from datalchemy_nb.domains.reference.phones import national_layout, numbers_of
from datalchemy_nb.domains.reference.records import names_of, table
from datalchemy_nb.domains.reference.streets import Streets, grammar_of
from datalchemy_nb.domains.registry import RoleParams, generator
from datalchemy_nb.domains.strings import gather
from datalchemy_nb.domains.text import by_part, widened
from datalchemy_nb.records import dataclass

_ANYWHERE: Final = "*"
_USUAL_COUNTRY: Final = "US"
_OWN: Final = 1 << 32
_MICRO: Final = 1_000_000
_FINE: Final = 10_000_000
_SPANS: Final = ((1_000_000, 60_000), (100_000, 30_000), (0, 12_000))
"""Least population, and how many millionths of a degree its coordinates spread around the centre."""


@dataclass(frozen=True, eq=False)
class Atlas:
    """The cities of a country, or of all.

    Attributes:
        country: two letters, or ``*``.
        rows: of the table of places.
        entity: which place a row is about.
        city_of: entity ordinals to cities; None = they are the cities.
    """

    country: str
    rows: tuple[dict[str, str], ...]
    entity: Entity
    city_of: npt.NDArray[np.int64] | None

    def texts(self, column: str) -> pl.Series:
        """Return a column of the table, one text per city."""
        return pl.Series([row[column] for row in self.rows], dtype=pl.String)

    def cities(self, entity: U64) -> U64:
        """Return the city of each place ordinal."""
        return entity if self.city_of is None else self.city_of.take(entity.view(np.int64)).view(np.uint64)

    @property
    def populations(self) -> list[int]:
        """People per city."""
        return [max(int(row["population"]), 1) for row in self.rows]


_TRADE: Final = {
    "US": 29, "CN": 4, "DE": 10, "JP": 4, "IN": 3, "GB": 11, "FR": 9, "IT": 6, "CA": 9, "BR": 4, "ES": 6, "MX": 4,
    "AU": 5, "NL": 4, "CH": 3, "AT": 3, "BE": 3, "SE": 3, "PL": 3, "IE": 2, "DK": 2, "NO": 2, "FI": 2, "PT": 3,
    "AR": 2, "CL": 1, "CO": 1, "KR": 2, "NZ": 1, "ZA": 1,
}  # fmt: skip
"""How often each country comes up among places abroad: its trade, by rank and rounded, told apart from its size."""


@lru_cache(maxsize=64)
def atlas(country: str, abroad: float = 0) -> Atlas:
    """Return the cities of a country.

    Args:
        country: two letters, or ``*``.
        abroad: share of places that lie in other countries, by their trade.

    Raises:
        ValueError: there are none; the message says what to write.
    """
    if abroad:
        return _with_abroad(country, abroad)
    rows = tuple(row for row in table("places") if country in (_ANYWHERE, row["country"]))
    if not rows:
        raise ValueError(f"no places of {country!r} are known; write a country's two letters, such as BR, or *")
    if country == "BR":
        # The cities of the Brazilian generators, so that CEP, UF and DDD made by those agree with these.
        return Atlas(country, rows, brazilian_place(), gazetteer().shares.item_of)
    return Atlas(country, rows, entity_of(f"place.{country}", [max(int(r["population"]), 1) for r in rows]), None)


def _with_abroad(country: str, abroad: float) -> Atlas:
    home = [row for row in table("places") if row["country"] == country]
    away = [row for row in table("places") if row["country"] in _TRADE and row["country"] != country]
    if not home or not away:
        raise ValueError(f"abroad needs a country to be at home in, not {country!r}; write its two letters, such as BR")
    people: dict[str, int] = {}
    for row in (*home, *away):
        people[row["country"]] = people.get(row["country"], 0) + max(int(row["population"]), 1)
    trade = sum(_TRADE[code] for code in people if code != country)
    share = {code: abroad * _TRADE[code] / trade for code in people if code != country} | {country: 1 - abroad}
    rows = (*home, *away)
    weights = [
        max(int(share[row["country"]] * max(int(row["population"]), 1) / people[row["country"]] * _FINE), 1)
        for row in rows
    ]
    return Atlas(country, rows, entity_of(f"place.{country}.{abroad}", weights), None)


def country_of(country: str | None, locale: str) -> str:
    """Return the country asked for, else that of the locale, else the United States."""
    if country:
        return country.upper()
    home = locale.partition("_")[2]
    return home if home in _countries() else _USUAL_COUNTRY


@lru_cache(maxsize=1)
def _countries() -> frozenset[str]:
    """Countries that places are known of."""
    return frozenset(row["country"] for row in table("places"))


class PlaceField(Facet):
    """A text that belongs to the city.

    Args:
        places: the cities.
        entity: which place.
        values: one per city.
        wordy: whether a text that is too long may be cut after a word.
    """

    injective = False

    def __init__(
        self, places: Atlas, entity: Entity, values: pl.Series, wordy: bool = False, category: Category = "text"
    ) -> None:
        self.places, self.entity, self.values, self.wordy = places, entity, values, wordy
        self.size, self.category = entity.size, category
        self._cut: dict[int, pl.Series] = {}

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        return gather(self.values, self.places.cities(entity))

    def draw(self, bits: U64) -> U64:
        return self.entity.draw(bits)

    def narrow(self, limit: Limit) -> Domain | None:
        kept = limit.mask(self.values)
        if kept.all():
            return self
        if self.wordy and isinstance(limit, Length) and limit.at_most and limit.at_least <= 1:
            if limit.at_most not in self._cut:
                self._cut[limit.at_most] = shortened(self.values, limit.at_most)
            return PlaceField(self.places, self.entity, self._cut[limit.at_most], True, self.category)
        if not kept.any():
            raise EmptyDomainError(str(limit))
        people: dict[object, int] = {}
        for value, fits, count in zip(self.values.to_list(), kept.to_list(), self.places.populations, strict=True):
            if fits:
                people[value] = people.get(value, 0) + count
        listed = pl.Series(list(people), dtype=self.values.dtype)
        return ChoiceDomain(listed, list(people.values()), self.category)

    def distinct(self, rows: int) -> Domain:
        """Return the values once each, texts with numbers behind where they are too few."""
        listed = ChoiceDomain(self.values.unique(maintain_order=True), category=self.category)
        return (widened(listed, rows, " ") if self.category == "text" else None) or listed


class Coordinate(Facet):
    """A latitude or longitude around the city, in degrees with six decimals.

    Args:
        places: the cities.
        entity: which place.
        column: ``latitude`` or ``longitude``.
    """

    category: Category = "float"
    injective = False
    own_size = _OWN

    def __init__(self, places: Atlas, entity: Entity, column: str) -> None:
        self.places, self.entity = places, entity
        self.size = min(entity.size * _OWN, MAX_SIZE)
        centre = [round(float(row[column]) * _MICRO) for row in places.rows]
        span = [next(span for least, span in _SPANS if count >= least) for count in places.populations]
        self._first = np.array([c - s // 2 for c, s in zip(centre, span, strict=True)], dtype=np.int64)
        self._span = np.array(span, dtype=np.uint64)
        self.lowest, self.highest = int(self._first.min()), int((self._first + np.array(span)).max())

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        cities = self.places.cities(entity).view(np.int64)
        step = (mix(own) >> np.uint64(40)) * self._span.take(cities) >> np.uint64(24)
        return pl.Series((self._first.take(cities) + step.view(np.int64)).astype(np.float64) / _MICRO)

    def draw(self, bits: U64) -> U64:
        return self.entity.draw(bits) * np.uint64(_OWN) + (bits & np.uint64(_OWN - 1))

    def narrow(self, limit: Limit) -> Domain | None:
        if isinstance(limit, AtLeast):
            return self if float(limit.bound) * _MICRO < self.lowest else None
        if isinstance(limit, AtMost):
            return self if float(limit.bound) * _MICRO > self.highest else None
        return None


@lru_cache(maxsize=64)
def _grammars(places: Atlas) -> tuple[list[Streets], npt.NDArray[np.int64]]:
    """The ways in which streets are written, and which of them each city has."""
    of_city = [grammar_of(row["country"]) for row in places.rows]
    grammars: list[Streets] = list(dict.fromkeys(of_city))
    place = {grammar: number for number, grammar in enumerate(grammars)}
    return grammars, np.array([place[grammar] for grammar in of_city], dtype=np.int64)


class Street(Facet):
    """Streets and house numbers as the country writes them.

    Args:
        places: the cities.
        entity: which place.
        part: ``line`` (street and number), ``street``, ``number`` or ``unit`` (flat, floor).
        longest: longest text allowed.
    """

    category: Category = "text"
    injective = False
    own_size = _OWN

    def __init__(self, places: Atlas, entity: Entity, part: str, longest: int | None = None) -> None:
        self.places, self.entity, self.part, self.longest = places, entity, part, longest
        self.size = min(entity.size * _OWN, MAX_SIZE)
        self.grammars, self._grammar = _grammars(places)

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        if len(self.grammars) == 1:
            return self.grammars[0].write(self.part, mix(own), self.longest)
        which = self._grammar.take(self.places.cities(entity).view(np.int64))
        bits, grammars = mix(own), self.grammars
        return by_part(which, len(grammars), lambda nth, rows: grammars[nth].write(self.part, bits[rows], self.longest))

    def draw(self, bits: U64) -> U64:
        return self.entity.draw(bits) * np.uint64(_OWN) + (bits & np.uint64(_OWN - 1))

    def narrow(self, limit: Limit) -> Domain | None:
        if not isinstance(limit, Length) or limit.at_least > 1:
            return None
        if limit.at_most is None or (self.longest is not None and self.longest <= limit.at_most):
            return self
        if limit.at_most < 1:
            raise EmptyDomainError(str(limit))
        return Street(self.places, self.entity, self.part, limit.at_most)

    def distinct(self, rows: int) -> Domain:
        """Return lines of which no two are the same, whatever their place."""
        return widened(StreetLines(self.grammars[0], self.part, self.longest), rows, " ") or self


class StreetLines(Domain):
    """Every street, or every street with every number, once."""

    category: Category = "text"

    def __init__(self, streets: Streets, part: str, longest: int | None) -> None:
        self.streets, self.part, self.longest = streets, part, longest
        self.size = streets.sizes(part)
        self.injective = longest is None

    def take(self, ordinals: U64) -> pl.Series:
        return self.streets.nth(self.part, ordinals, self.longest)

    def narrow(self, limit: Limit) -> Domain | None:
        return None if self.size > 1 << 16 else super().narrow(limit)


class PlaceParams(RoleParams):
    """Which place.

    Attributes:
        country: two letters; the locale's unless given; ``*`` = the whole world.
        abroad: share of the places that lie in other countries, the ones that trade most.
        role: a word such as ``billing``: the columns of one role agree, and two roles of a row are never of one city.
    """

    country: Str | None = None
    abroad: Annotated[Num, Field(ge=0, lt=1)] = 0


def _places(params: PlaceParams, slot: Slot) -> Atlas:
    return atlas(country_of(params.country, slot.locale), float(params.abroad))


class PhoneParams(PlaceParams):
    """Which place's telephone, and how it is written.

    Attributes:
        form: ``e164`` (``+12125550123``), ``national`` (``(212) 555-0123``) or ``digits`` (``2125550123``).
        fictional: where the country keeps numbers for films, only those.
    """

    form: Str = "e164"
    fictional: Bool = True


class RegionParams(PlaceParams):
    """Which place's region, and how those of other countries are written.

    Attributes:
        named_abroad: regions of other countries by their name: a code alone would not tell whose it is.
    """

    named_abroad: Bool = False


class CountryParams(PlaceParams):
    """Which place's country, and how it is written.

    Attributes:
        everyday: in English, the United States and the United Kingdom by their letters, as on an envelope.
    """

    everyday: Bool = False


class CodeParams(PlaceParams):
    """Which place's code, and how it is written.

    Attributes:
        formatted: with the hyphen or space that the country puts in.
    """

    formatted: Bool = True


@lru_cache(maxsize=128)
def _field(places: Atlas, column: str, wordy: bool) -> PlaceField:
    return PlaceField(places, places.entity, places.texts(column), wordy)


def _text(
    params: PlaceParams, slot: Slot, column: str, wordy: bool = True, values: Sequence[str] | None = None
) -> Domain:
    places = _places(params, slot)
    if values is None:
        made = _field(places, column, wordy)
    else:
        made = PlaceField(places, places.entity, pl.Series(values, dtype=pl.String), wordy)
    return made.distinct(slot.rows) if slot.unique else made


@generator("place.city", params=PlaceParams, tags=("pii.location",), locale_aware=True)
def city(params: PlaceParams, slot: Slot) -> Domain:
    """City, weighted by population."""
    return _text(params, slot, "city")


@generator("place.region", params=PlaceParams, tags=("pii.location",), locale_aware=True)
def region(params: PlaceParams, slot: Slot) -> Domain:
    """Name of the city's state, province or region."""
    return _text(params, slot, "region")


@generator("place.region_code", params=RegionParams, tags=("pii.location",), locale_aware=True)
def region_code(params: RegionParams, slot: Slot) -> Domain:
    """Code of the city's state, province or region: the part of ISO 3166-2 behind the hyphen, where it is known."""
    if not params.named_abroad:
        return _text(params, slot, "region_code", wordy=False)
    home = country_of(params.country, slot.locale)
    rows = _places(params, slot).rows
    values = [row["region_code"] if row["country"] == home else row["region"] for row in rows]
    return _text(params, slot, "region_code", values=values)


@generator("place.country_code", params=PlaceParams, tags=("pii.location",), locale_aware=True)
def country_code(params: PlaceParams, slot: Slot) -> Domain:
    """Two letters of the city's country; three where the column asks for three."""
    three = {row["alpha2"]: row["alpha3"] for row in table("countries")}
    places = _places(params, slot)
    plain = [row["country"] for row in places.rows]
    long = slot.type_name.replace(" ", "") in ("character(3)", "char(3)", "bpchar(3)")
    return _text(params, slot, "country", wordy=False, values=[three[c] for c in plain] if long else plain)


@generator("place.country", params=CountryParams, tags=("pii.location",), locale_aware=True)
def country(params: CountryParams, slot: Slot) -> Domain:
    """Name of the city's country, in the locale's language."""
    names = _country_names(_places(params, slot), slot.locale.partition("_")[0], params.everyday)
    return _text(params, slot, "country", values=names)


_EVERYDAY: Final = {"US": "USA", "GB": "UK"}


def country_name(code: str, language: str, *, everyday: bool = False) -> str:
    """Return the name of a country, of two letters, in a language; in English as on an envelope where asked."""
    if everyday and language == "en" and code in _EVERYDAY:
        return _EVERYDAY[code]
    return names_of("country", language)(code)[0]


@lru_cache(maxsize=64)
def _country_names(places: Atlas, language: str, everyday: bool) -> tuple[str, ...]:
    codes = {row["country"] for row in places.rows}
    name = {code: country_name(code, language, everyday=everyday) for code in codes}
    return tuple(name[row["country"]] for row in places.rows)


@generator("place.time_zone", params=PlaceParams, locale_aware=True)
def time_zone(params: PlaceParams, slot: Slot) -> Domain:
    """Time zone of the city, as in the tz database."""
    return _text(params, slot, "time_zone", wordy=False)


@generator("place.population", params=PlaceParams, produces=("integer", "decimal", "float"), locale_aware=True)
def population(params: PlaceParams, slot: Slot) -> Domain:
    """Population of the city."""
    places = _places(params, slot)
    values = pl.Series(places.populations, dtype=pl.Int64)
    return PlaceField(places, places.entity, values, category="integer")


@generator(
    "place.latitude", params=PlaceParams, produces=("float", "decimal"), tags=("pii.location",), locale_aware=True
)
def latitude(params: PlaceParams, slot: Slot) -> Domain:
    """Latitude within the city, in degrees."""
    places = _places(params, slot)
    return _coordinates(places, "latitude")


@generator(
    "place.longitude", params=PlaceParams, produces=("float", "decimal"), tags=("pii.location",), locale_aware=True
)
def longitude(params: PlaceParams, slot: Slot) -> Domain:
    """Longitude within the city, in degrees."""
    places = _places(params, slot)
    return _coordinates(places, "longitude")


@lru_cache(maxsize=64)
def _coordinates(places: Atlas, column: str) -> Coordinate:
    return Coordinate(places, places.entity, column)


@generator("place.postal_code", params=CodeParams, tags=("pii.location",), locale_aware=True)
def postal_code(params: CodeParams, slot: Slot) -> Domain:
    """Postal code of the city, in the country's form."""
    made = _codes(_places(params, slot), params.formatted)
    if not slot.unique:
        return made
    general = sorted({"".join("#" if c in "#%$0123456789" else c for c in text) for text in made.patterns.texts})
    return made.distinct(slot.rows, general)


@lru_cache(maxsize=64)
def _codes(places: Atlas, formatted: bool) -> PatternOfPlace:
    """The postal codes of the cities, made once: they are thousands of patterns."""
    listed = [row["postal"].split("|") for row in places.rows]
    if not formatted:
        listed = [["".join(c for c in text if c not in " -") for text in one] for one in listed]
    return PatternOfPlace(places.entity, places.city_of, listed)


@generator("place.phone", params=PhoneParams, tags=("pii.phone",), locale_aware=True)
def phone(params: PhoneParams, slot: Slot) -> Domain:
    """Landline number with the city's area code, or a number of the country's usual form."""
    return _phone(params, slot, mobile=False)


@generator("place.mobile", params=PhoneParams, tags=("pii.phone",), locale_aware=True)
def mobile(params: PhoneParams, slot: Slot) -> Domain:
    """Mobile number of the place's country."""
    return _phone(params, slot, mobile=True)


def _phone(params: PhoneParams, slot: Slot, mobile: bool) -> Domain:
    if params.form not in ("e164", "national", "digits"):
        raise ValueError(f"{params.form!r} is no form of a telephone number; there are e164, national and digits")
    made, layouts = _numbers(_places(params, slot), params.form, params.fictional, mobile)
    return made.distinct(slot.rows, layouts) if slot.unique else made


@lru_cache(maxsize=128)
def _numbers(places: Atlas, form: str, fictional: bool, mobile: bool) -> tuple[PatternOfPlace, list[str]]:
    """The telephone numbers of the cities, and all forms that their countries know; made once."""
    prefixes = {row["alpha2"]: row["phone_prefix"] for row in table("countries")}
    usual = {row["country"]: row for row in table("mobiles")}
    listed: list[list[str]] = []
    wide: dict[str, list[str]] = {}
    for row in places.rows:
        numbers, more = numbers_of(row["country"], row["phone"], usual[row["country"]], mobile=mobile)
        wide[row["country"]] = more
        listed.append([
            national_layout(row["country"], number, prefixes[row["country"]], form)
            for number in (numbers if fictional else more)
        ])  # fmt: skip
    made = PatternOfPlace(places.entity, places.city_of, listed)
    return made, [national_layout(c, n, prefixes[c], form) for c, found in sorted(wide.items()) for n in found]


def _street(params: PlaceParams, slot: Slot, part: str) -> Domain:
    made = _streets(_places(params, slot), part)
    return made.distinct(slot.rows) if slot.unique else made


@lru_cache(maxsize=64)
def _streets(places: Atlas, part: str) -> Street:
    return Street(places, places.entity, part)


@generator("place.street_line", params=PlaceParams, tags=("pii.location",), locale_aware=True)
def street_line(params: PlaceParams, slot: Slot) -> Domain:
    """Street and house number, as the country writes them."""
    return _street(params, slot, "line")


@generator("place.street", params=PlaceParams, tags=("pii.location",), locale_aware=True)
def street(params: PlaceParams, slot: Slot) -> Domain:
    """Street, without a house number."""
    return _street(params, slot, "street")


@generator("place.house_number", params=PlaceParams, tags=("pii.location",), locale_aware=True)
def house_number(params: PlaceParams, slot: Slot) -> Domain:
    """House number; small ones come up most."""
    return _street(params, slot, "number")


@generator("place.unit", params=PlaceParams, tags=("pii.location",), locale_aware=True)
def unit(params: PlaceParams, slot: Slot) -> Domain:
    """Flat, floor or suite: what stands in a second line of an address."""
    return _street(params, slot, "unit")
