"""Places: ``faker.address.raw.*``."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.choice import ChoiceDomain
from datalchemy_nb.domains.faker.composed import from_faker
from datalchemy_nb.domains.faker.ids.entry import TextParams, entry, shown_by_faker
from datalchemy_nb.domains.faker.library import DEFAULT_LOCALE, library
from datalchemy_nb.domains.fitting import number_domain
from datalchemy_nb.domains.grammar.counted import build
from datalchemy_nb.domains.grammar.distinct import distinct
from datalchemy_nb.domains.grammar.forms import choice, masked
from datalchemy_nb.domains.grammar.nodes import MaskNode, WordsNode
from datalchemy_nb.domains.number import DecimalDomain
from datalchemy_nb.domains.parameters import Bounds, Int, Num

_LOCATION, _ADDRESS = ("pii.location",), ("pii.address",)
_GEOHASH = "0123456789bcdefghjkmnpqrstuvwxyz"
_DECIMALS = 6
_SECONDARY = {
    "en": ("Apt. ###", "Apt. ##", "Suite ###", "Unit ##"),
    "pt": ("Apto. ###", "Apto. ##", "Sala ###", "Casa ##", "Bloco ?, Apto. ###"),
}
_SECONDARY_TYPES = {"en": ("Apt.", "Suite", "Unit", "Floor"), "pt": ("Apto.", "Sala", "Casa", "Bloco", "Andar")}


class GeohashParams(TextParams):
    """``precision``: characters; 5 are about 5 km, 9 about 5 m."""

    precision: Annotated[Int, Field(ge=1, le=12)] = 9


class CoordinateParams(Bounds):
    """``min`` to ``max`` in degrees, within the globe."""

    min: Num | None = None
    max: Num | None = None


def _language(slot: Slot) -> str:
    return "pt" if slot.locale.startswith("pt") else "en"


def _coordinate(params: CoordinateParams, slot: Slot, edge: int) -> Domain:
    low = -edge if params.min is None else params.min
    high = edge if params.max is None else params.max
    if low < -edge or high > edge or low > high:
        raise ValueError(f"{low} to {high} is not within -{edge} to {edge}")
    if slot.category in ("decimal", "float"):
        return number_domain(slot, low, high, _DECIMALS)
    return DecimalDomain(low, high, _DECIMALS)


@entry("semantic.address.country_code", "faker.address.raw.CountryCode", tags=_LOCATION)
def country_code(slot: Slot) -> Domain:
    """Country codes of two letters (ISO 3166-1)."""
    return from_faker(slot, "country_code")


@entry("faker.address.raw.Geohash", params=GeohashParams, tags=_LOCATION)
def geohash(params: GeohashParams) -> Domain:
    """Geohashes: cells of the globe, `precision` characters long."""
    return MaskNode([_GEOHASH] * params.precision)


@entry("faker.address.raw.Latitude", params=CoordinateParams, produces=("decimal", "float", "text"), tags=_LOCATION)
def latitude(params: CoordinateParams, slot: Slot) -> Domain:
    """Degrees of latitude, -90 to 90."""
    return _coordinate(params, slot, 90)


@entry("faker.address.raw.Longitude", params=CoordinateParams, produces=("decimal", "float", "text"), tags=_LOCATION)
def longitude(params: CoordinateParams, slot: Slot) -> Domain:
    """Degrees of longitude, -180 to 180."""
    return _coordinate(params, slot, 180)


@entry(
    "semantic.address.postcode", "semantic.address.zipcode", "faker.address.raw.PostCode", "faker.address.raw.ZipCode",
    tags=_LOCATION, locale_aware=True,
)  # fmt: skip
def postcode(slot: Slot) -> Domain:
    """Postal codes in the locale's form."""
    if slot.locale.startswith("en_US"):
        return build(masked("#####"))
    if slot.locale == "pt_BR":
        return build(masked("#####-###"))
    return from_faker(slot, "postcode", "zipcode", size=20_000)


@entry("semantic.address.secondary", "faker.address.raw.SecondaryAddress", tags=_ADDRESS, locale_aware=True)
def secondary(slot: Slot) -> Domain:
    """Flats, suites, units."""
    if library(slot.locale).has("secondary_address") and _language(slot) != "pt":
        return from_faker(slot, "secondary_address")
    return distinct(build(choice((1.0, masked(mask, "ABCDEFGH")) for mask in _SECONDARY[_language(slot)])))


@entry("semantic.address.secondary_type", "faker.address.raw.SecondaryAddressType", locale_aware=True)
def secondary_type(slot: Slot) -> Domain:
    """Kinds of secondary addresses."""
    return WordsNode(_SECONDARY_TYPES[_language(slot)])


@entry("semantic.address.street_suffix", "faker.address.raw.StreetSuffix", locale_aware=True)
def street_suffix(slot: Slot) -> Domain:
    """Kinds of streets: what goes before or after the name in the locale."""
    methods = ("street_prefix", "street_suffix") if _language(slot) == "pt" else ("street_suffix", "street_prefix")
    return from_faker(slot, *methods)


@entry("semantic.address.timezone", "faker.address.raw.TimeZone")
def timezone() -> Domain:
    """Time zones (IANA)."""
    countries = library(DEFAULT_LOCALE).providers["date_time"].countries
    return ChoiceDomain(sorted({zone for country in countries for zone in country.timezones}))


shown_by_faker(
    ("semantic.address.building_number faker.address.raw.BuildingNumber",
     "building_number", "House numbers.", _ADDRESS),
    ("semantic.address.city faker.address.raw.CityName",
     "city", "Names of cities, real or made of the locale's parts.", _LOCATION),
    ("faker.address.raw.CityPrefix", "city_prefix", "Words that city names begin with."),
    ("faker.address.raw.CitySuffix", "city_suffix", "Syllables or words that city names end with."),
    ("semantic.address.country faker.address.raw.CountryName", "country", "Names of countries.", _LOCATION),
    ("semantic.address.state_abbr faker.address.raw.StateAbbr",
     "state_abbr estado_sigla province_abbr canton_code region_code",
     "Codes of states or provinces; those of the United States where the locale has none.", _LOCATION),
    ("semantic.address.state faker.address.raw.StateName",
     "state administrative_unit province region canton_name county",
     "Names of states, provinces or regions.", _LOCATION),
    ("semantic.address.street faker.address.raw.StreetName", "street_name", "Names of streets.", _ADDRESS),
)  # fmt: skip
