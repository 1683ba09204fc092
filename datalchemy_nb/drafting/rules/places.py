"""Addresses and their parts, coordinates, countries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from datalchemy_nb.drafting.meaning import NUMBERS, Meaning, first_meaning
from datalchemy_nb.drafting.offers import Offer, Offers, always, offer
from datalchemy_nb.drafting.suggestion import Suggestion
from datalchemy_nb.drafting.view import ColumnView
from datalchemy_nb.drafting.words import singular, vocabulary

# --- addresses and their parts, coordinates, countries ----------------------------------------------------------------

_CITY = vocabulary("city, town, locality, city name", "cidade, municipio, naturalidade")
_POSTAL = vocabulary("zip, zipcode, zip code, postcode, postal code", "cep, codigo postal")
_STREET = vocabulary("street, street name, street address", "logradouro, rua, endereco")
_COUNTRY = vocabulary("country, country code, country name", "pais, codigo pais, nome pais")
_ABROAD = 0.2
"""Share of addresses that lie abroad, where a column says in which country they lie."""
_ANYWHERE = 0.5
"""That share where nothing speaks for home: no country is the default, and a region need not be told."""


def place(view: ColumnView, field: str, **params: Any) -> Offer:
    """Offer a field of the row's place; one abroad now and then, where a column of the table says in which country."""
    country = view if view.says(_COUNTRY) else view.neighbour(_COUNTRY)
    if country is not None and country.name not in view.table.foreign_columns and not _is_narrow(view):
        params["abroad"] = _ANYWHERE if _is_anywhere(country) else _ABROAD
        if field == "country":
            params["everyday"] = True
        elif field == "region_code" and (view.slot.max_length is None or view.slot.max_length >= _NAMED):
            params["named_abroad"] = True
    return offer(f"place.{field}", **params)


_NAMED = 10
"""Letters that names of most regions fit into, cut after a word."""


def _is_anywhere(country: ColumnView) -> bool:
    if country.text_language != "en":
        return False  # a schema in the language of the country speaks for home
    regions = [one for one in country.table.columns.values() if one.is_region]
    return country.column.default is None and all(one.may_be_null for one in regions)


_WIDEST_CODE = 8
"""Letters of the longest postal code: a column with fewer holds those of its own country only."""


def _is_narrow(view: ColumnView) -> bool:
    """Whether the postal codes of the table have no room for those abroad: then no address lies there."""
    code = view if view.says(_POSTAL) else view.neighbour(_POSTAL)
    return code is not None and code.slot.max_length is not None and code.slot.max_length < _WIDEST_CODE


def at_place(brazil: Sequence[Offer], field: str, *more: Offer) -> Offers:
    """Offer Brazilian values first where the plan is of Brazil, and those of the row's place elsewhere."""

    def offers(view: ColumnView) -> Sequence[Offer]:
        world = (place(view, field), *more)
        return (*brazil, *world) if view.is_brazilian else world

    return offers


_SECOND = at_place(
    [offer("semantic.br.complemento"), offer("primitive.text.pattern", pattern=r"(Apto|Sala|Bloco|Casa) [1-9]\d{0,2}")],
    "unit",
    offer("text.address_complement"),
)
_ADDRESS = at_place([offer("semantic.br.address")], "street_line", offer("faker.address.street_address"))
_QUARTERS = {
    "en": "Old Town|Riverside|North End|South End|West End|East Side|Hillcrest|Lakeview|Parkside|Midtown|"
    "Uptown|Downtown|"
    "Harborside|Greenfield|Oak Hill|Maple Grove|Station Quarter|Mill District|University District|Market Square",
    "es": "Centro|Casco Antiguo|San José|Santa Ana|El Carmen|La Estación|Las Flores|Los Pinos|El Mirador|San Miguel|"
    "Santa Lucía|Buenavista|La Paz|El Prado|Los Olivos|San Antonio|La Esperanza|Jardines|Universidad|Mercado",
    "fr": "Centre-ville|Vieille Ville|La Gare|Saint-Martin|Saint-Jean|Les Halles|La Croix|Beaulieu|Bellevue|Le Port|"
    "Les Tilleuls|Saint-Pierre|La Colline|Montplaisir|Les Acacias|La Rivière|Université|Le Marché|Les "
    "Jardins|Haute Ville",
    "de": "Altstadt|Neustadt|Innenstadt|Nordstadt|Südstadt|Weststadt|Oststadt|Bahnhofsviertel|Lindenhof|Rosental|"
    "Am "
    "Markt|Hafenviertel|Gartenstadt|Mühlenviertel|Schlossviertel|Kirchfeld|Waldsiedlung|Bergviertel|"
    "Seeviertel|Unistadt",
    "pt": "Centro|Baixa|Estação|São José|Santa Maria|Boavista|Alto da Vila|Jardim|Ribeira|Bairro Novo|"
    "São Pedro|Quinta Nova|"
    "Monte|Universidade|Mercado|Santo António|Carmo|Campo Grande|Porto|Olivais",
}  # fmt: skip
"""Names that quarters of many cities bear."""


_HOUSE = vocabulary(
    "house number, house no, building number, street number, street no, number, street type, road type",
    "numero, num, nro, numero endereco, tipo logradouro, tipo rua",
)
_STREET_ALONE = at_place([offer("semantic.br.street")], "street")


def _street(view: ColumnView) -> Sequence[Offer]:
    """A street and number, unless the number has its own column, the name alone is asked, or streets are listed."""
    listed = {singular(word) for word in view.table.words} & {"street", "road", "rua", "logradouro"}
    named = {"name", "nome"} & set(view.words)
    return _STREET_ALONE(view) if listed or named or view.neighbour(_HOUSE) else [*_ADDRESS(view), *_STREET_ALONE(view)]


def _quarter(view: ColumnView) -> Sequence[Offer]:
    names = _QUARTERS.get(view.text_language, _QUARTERS["en"]).split("|")
    known = offer("primitive.choice", values=names)
    return [offer("semantic.br.neighborhood"), known] if view.is_brazilian else [known]


def _district(view: ColumnView) -> Sequence[Offer]:
    """A quarter beside a state, else the state itself."""
    if view.neighbour(_REGION) is not None or view.is_brazilian:
        return _quarter(view)
    return [place(view, "region"), *_quarter(view)]


_QUARTER_TABLES = frozenset("neighborhood neighbourhood bairro barrio quartier stadtteil suburb".split())
_HAPPENED = frozenset("incident accident crime claim acidente ocorrencia incidente sinistro".split())
_HOUSE_WORDS = 2
_LATITUDE = vocabulary("latitude", "latitude")
_REGION = vocabulary("state, province, region, county, prefecture, state code, region code", "estado, uf, provincia")


_COUNTRY_OR_POINT = vocabulary("country, country name, country code, latitude, lat", "pais, latitude")


def recognise_place(view: ColumnView) -> Suggestion | None:
    """Suggest parts of an address; city, state, postal code and phone of one row agree."""
    return first_meaning(view, "recognise_place", MEANINGS)


def _state(view: ColumnView) -> Sequence[Offer]:
    short = view.slot.max_length is not None and view.slot.max_length <= 3
    brazil = [offer("semantic.br.uf")] if short else [offer("semantic.br.state"), offer("semantic.br.uf")]
    code = short or bool({"code", "abbr", "sigla"} & set(view.words)) or _usual_codes(view)
    world = [place(view, "region_code")] if code else [place(view, "region"), place(view, "region_code")]
    return [*brazil, *world] if view.is_brazilian else world


_LONG_NAME = 20


def _usual_codes(view: ColumnView) -> bool:
    """Where people write states by their letters: CA, ON, NSW; a province besides has a name, where there is room."""
    if "province" in view.words and (view.slot.max_length or _LONG_NAME) >= _LONG_NAME:
        return False
    return view.slot.locale in ("en_US", "en_CA", "en_AU")


def _country(view: ColumnView) -> Sequence[Offer]:
    length = view.slot.max_length
    apart = not with_address(view)
    by_place = [] if apart else [place(view, "country_code" if length == 2 or "code" in view.words else "country")]
    if view.is_brazilian and not apart:
        by_place = [replace(one, params={}) for one in by_place]  # the city beside it is one of Brazil
    usual = {} if view.in_key or view.is_about("country") else {"only": _usual_countries(view)}
    code = offer("reference.country.alpha3" if length == 3 else "reference.country.alpha2", **usual)
    if (length is not None and length <= 3) or {"code", "codigo", "iso"} & set(view.words):
        return [*by_place, code, offer("reference.country.alpha2", **usual)]
    return [*by_place, offer("reference.country.name", **usual), offer("reference.country.alpha2", **usual)]


_NEAR = {
    "en": "US GB CA AU IN DE FR MX BR IE NL ES IT JP CN PH", "pt": "BR PT AR US UY PY CL ES IT FR DE AO JP",
    "es": "ES MX AR CO PE CL FR PT US MA IT DE VE EC", "fr": "FR BE CH CA MA DZ TN SN ES IT DE GB US",
    "de": "DE AT CH PL TR IT FR NL GB US ES HR RO",
}  # fmt: skip
"""Countries that people of a language mostly have to do with, as codes of ISO 3166."""


def _usual_countries(view: ColumnView) -> tuple[str, ...]:
    """Home and the countries around it: a column of few countries names those that one hears of."""
    home = view.slot.locale.partition("_")[2]
    near = _NEAR.get(view.text_language, _NEAR["en"]).split()
    return tuple(dict.fromkeys([*([home] if len(home) == 2 else []), *near]))


def _cep(view: ColumnView) -> Sequence[Offer]:
    formatted = view.slot.max_length is None or view.slot.max_length > 8
    brazil = [offer("semantic.br.cep", formatted=f) for f in (formatted, not formatted)]
    brazilian = view.is_brazilian or "cep" in view.words
    if view.category == "integer":
        return [offer("primitive.int", min=10 ** (7 if brazilian else 4), max=10 ** (8 if brazilian else 5) - 1)]
    return brazil if brazilian else [place(view, "postal_code"), offer("semantic.address.postcode")]


def with_address(view: ColumnView) -> bool:
    """Whether the column stands in an address."""
    told = {"address", "endereco", "enderecos", "addresses", "city", "cities", "location", "locations"} & set(
        view.table.words
    )
    return bool(told) or any(view.neighbour(part) is not None for part in (_CITY, _STREET, _POSTAL))


def _degrees(view: ColumnView, axis: str, reach: int) -> Sequence[Offer]:
    decimals = min(6, view.slot.scale if view.slot.scale is not None else 6)
    plain = offer("primitive.float", min=-reach, max=reach)
    if view.category == "decimal":
        plain = offer("primitive.decimal.numeric", min=-reach, max=reach, scale=decimals)
    return [replace(place(view, axis), params={}) if view.is_brazilian else place(view, axis), plain]


MEANINGS = (
    Meaning("a postal code", _POSTAL, _cep, holds=("text", "integer")),
    Meaning(
        "a Brazilian state", vocabulary("", "uf, sigla estado, unidade federativa"), always(offer("semantic.br.uf"))
    ),
    Meaning(
        "a city",
        _CITY,
        at_place([offer("semantic.br.city")], "city"),
    ),
    Meaning(
        "a city's name",
        vocabulary("name", "nome"),
        at_place([offer("semantic.br.city")], "city"),
        when=lambda view: view.is_about("city"),
    ),
    Meaning(
        "a neighbourhood's name",
        vocabulary("name", "nome"),
        _quarter,
        when=lambda view: bool({singular(word) for word in view.table.noun[-1:]} & _QUARTER_TABLES),
    ),
    Meaning(
        "a state",
        vocabulary(
            "state, province, state code, state name, region, region name, region code, prefecture, county", "estado"
        ),
        _state,
        when=with_address,
    ),
    Meaning(
        "where somebody lives",
        vocabulary("location, based in, hometown", "localizacao"),
        at_place([offer("semantic.br.city")], "city"),
        confidence=0.7,
        when=lambda view: view.is_about("person"),
    ),
    Meaning(
        "the town where it is",
        vocabulary("location, town", "localizacao, localidade"),
        at_place([offer("semantic.br.city")], "city"),
        confidence=0.7,
        when=lambda view: view.neighbour(_COUNTRY_OR_POINT) is not None and view.neighbour(_CITY) is None,
    ),
    Meaning(
        "where it happened",
        vocabulary("location, incident location, place", "local, local ocorrencia, localizacao"),
        at_place([offer("semantic.br.address")], "street_line"),
        confidence=0.7,
        when=lambda view: bool(_HAPPENED & {singular(word) for word in view.table.words}),
    ),
    Meaning("a district", vocabulary("district"), _district, when=with_address),
    Meaning("a neighbourhood", vocabulary("neighborhood, neighbourhood, suburb, quarter", "bairro"), _quarter),
    Meaning(
        "a street",
        vocabulary("street, street name, road", "logradouro, rua, avenida, nome rua"),
        _street,
    ),
    Meaning(
        "a second address line",
        vocabulary("address complement, apartment, suite, secondary address", "complemento"),
        _SECOND,
        null_rate=0.6,
    ),
    Meaning(
        "a further address line",
        vocabulary("line, address line, address"),
        _SECOND,
        confidence=0.75,
        when=lambda view: view.words[-1] in ("2", "3", "4") and with_address(view),
    ),
    Meaning(
        "a kind of address",
        vocabulary("label, address type, address label, kind, type, alias", "rotulo, tipo, tipo endereco, apelido"),
        lambda view: [offer("reference.address_type.name")],
        confidence=0.8,
        when=lambda view: bool({"address", "addresses", "endereco", "enderecos"} & set(view.table.words)),
    ),
    Meaning("an address line", vocabulary("line"), _ADDRESS, confidence=0.8, when=with_address),
    Meaning(
        "an address",
        vocabulary(
            "address, address line, street address, billing address, shipping address, mailing address, home address",
            "endereco",
        ),
        _ADDRESS,
    ),
    Meaning(
        "a house number",
        vocabulary("house number, building number, street number", "numero, numero endereco, numero casa"),
        at_place(
            [],
            "house_number",
            offer("primitive.text.pattern", pattern=r"[1-9]\d{0,3}"),
            offer("primitive.int", min=1, max=3000),
        ),
        holds=("text", "integer"),
        when=lambda view: (
            (view.neighbour(_STREET) is not None or with_address(view))
            and not view.in_key
            and len(view.words) <= _HOUSE_WORDS
            and not {"calcado", "sapato", "card", "carteirinha", "carteira"} & set(view.words)
        ),
    ),
    Meaning(
        "the population of a city",
        vocabulary("population, inhabitants", "populacao, habitantes"),
        lambda view: [
            replace(place(view, "population"), params={}) if view.is_brazilian else place(view, "population")
        ],
        holds=NUMBERS,
        when=lambda view: view.is_about("city"),
    ),
    Meaning("a country's name", vocabulary("name", "nome"), _country, when=lambda view: view.is_about("country")),
    Meaning(
        "a country",
        vocabulary("country, country code, country name, nationality, nation", "pais, codigo pais, nacionalidade"),
        _country,
    ),
    Meaning(
        "a latitude", vocabulary("latitude", "latitude"), lambda view: _degrees(view, "latitude", 90), holds=NUMBERS
    ),
    Meaning(
        "a longitude beside a latitude",
        vocabulary("long"),
        lambda view: _degrees(view, "longitude", 180),
        holds=NUMBERS,
        when=lambda view: view.words[-1:] == ("long",) and view.neighbour(_LATITUDE) is not None,
    ),
    Meaning(
        "a longitude",
        vocabulary("longitude", "longitude"),
        lambda view: _degrees(view, "longitude", 180),
        holds=NUMBERS,
    ),
)

# --- languages, locales, time zones, currencies, colours --------------------------------------------------------------

_LOCALES = ["pt-br", "en", "en-us", "es", "fr", "de", "it", "nl", "ja", "pt", "sv", "pl", "tr", "ru", "ko", "zh-hans"]
_LANGUAGES = ["pt", "en", "es", "fr", "de", "it", "nl", "ja", "sv", "pl", "tr", "ru", "ko", "zh"]
_CURRENCIES = ["USD", "EUR", "GBP", "CHF", "CAD", "JPY"]
"""What is paid in abroad, beside the money of home."""
_ZONES = [
    "America/Sao_Paulo",
    "America/Manaus",
    "America/Recife",
    "America/New_York",
    "Europe/Lisbon",
    "Europe/London",
    "UTC",
]


def recognise_culture(view: ColumnView) -> Suggestion | None:
    """Suggest codes of languages, currencies, time zones and colours."""
    return first_meaning(view, "recognise_culture", MEANINGS_CULTURE)


_MONEY = {"GB": "GBP", "CA": "CAD", "AU": "AUD", "MX": "MXN", "AR": "ARS", "CL": "CLP", "CO": "COP", "CH": "CHF",
          "BR": "BRL", "PT": "EUR", "ES": "EUR", "FR": "EUR", "DE": "EUR", "AT": "EUR", "IT": "EUR", "NL": "EUR",
          "IE": "EUR", "BE": "EUR"}  # fmt: skip


def _money_of(view: ColumnView) -> str:
    """The money of the plan's country."""
    return _MONEY.get(view.slot.locale.partition("_")[2], "USD")


def _language_of(view: ColumnView) -> str:
    return view.text_language


def _locale_of(view: ColumnView) -> str:
    """The plan's locale as programs write it: ``pt-br``."""
    return view.slot.locale.replace("_", "-").lower()


def _starting_with_default(
    values: Sequence[str], at_home: Callable[[ColumnView], str] | None = None, more: Sequence[Offer] = ()
) -> Offers:
    """One of the codes; a literal default, or that of home, is the most frequent. Keys with more rows take `more`."""

    def offers(view: ColumnView) -> Sequence[Offer]:
        default = view.literal_default or (at_home(view) if at_home else "")
        if not default or view.in_key:
            return [offer("primitive.choice", values=list(values)), *more]
        spelt = [value.lower() for value in values] if default.islower() and len(default) > 2 else values
        others = [value for value in spelt if value != default]
        weights = [max(90, 3 * len(others)), *([1] * len(others))]
        return [offer("primitive.choice", values=[default, *others], weights=weights)]

    return offers


def _zones(view: ColumnView) -> Sequence[Offer]:
    """Zones of the plan's own country, where its places tell them."""
    if view.literal_default is None and not view.is_brazilian and not view.in_key:
        return [offer("place.time_zone"), *_starting_with_default(_ZONES)(view)]
    return _starting_with_default(_ZONES)(view)


MEANINGS_CULTURE = (
    Meaning(
        "a locale",
        vocabulary("locale, language code, preferred language, language tag", "localidade idioma"),
        _starting_with_default(
            _LOCALES, _locale_of, more=[offer("primitive.text.pattern", pattern="[a-z]{2}-[A-Z]{2}")]
        ),
    ),
    Meaning("a language", vocabulary("language", "idioma, lingua"), _starting_with_default(_LANGUAGES, _language_of)),
    Meaning(
        "a currency",
        vocabulary("currency, currency code", "moeda, codigo moeda"),
        _starting_with_default(_CURRENCIES, _money_of),
        confidence=0.95,
    ),
    Meaning(
        "a time zone",
        vocabulary("timezone, time zone, current time zone", "fuso, fuso horario"),
        _zones,
    ),
    Meaning(
        "a colour",
        vocabulary("color, colour, color code, hex color, text color, background color", "cor, cor hexadecimal"),
        always(offer("semantic.color.hex"), offer("primitive.text.pattern", pattern="#[0-9a-f]{6}")),
        when=lambda view: view.literal_default is None or view.literal_default.startswith("#"),
    ),
)
