"""Lists that the world agrees on: countries, currencies, languages, zones, units, subdivisions, weekdays, months."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from datalchemy_nb.datafiles import parts_of
from datalchemy_nb.domains.reference.records import LANGUAGES, Column, Records, homeward, names_of, table

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "country": (
        "code", "alpha2", "alpha3", "numeric", "name", "official_name", "capital", "continent", "region",
        "currency_code", "phone_prefix", "tld", "flag", "population", "description", "position", "weight",
    ),
    "currency": ("code", "numeric", "name", "symbol", "minor_units", "description", "position", "weight"),
    "language": ("code", "alpha2", "alpha3", "name", "native_name", "description", "position", "weight"),
    "locale": ("code", "name", "language_code", "country_code", "description", "position", "weight"),
    "time_zone": ("code", "name", "utc_offset", "country_code", "description", "position", "weight"),
    "unit": ("code", "name", "symbol", "kind", "description", "position", "weight"),
    "subdivision": ("code", "name", "type", "local_code", "country_code", "description", "position", "weight"),
    "weekday": ("code", "name", "abbreviation", "number", "description", "position", "weight"),
    "month": ("code", "name", "abbreviation", "number", "description", "position", "weight"),
}  # fmt: skip
"""Field names of each list."""
NUMBERS: Final = frozenset({"position", "weight", "population", "minor_units", "number"})
"""Fields that are whole numbers."""
_LOCALES = (
    "pt_BR pt_PT en_US en_GB en_CA en_AU en_IN en_IE en_NZ en_ZA es_ES es_MX es_AR es_CO es_CL es_PE fr_FR fr_CA fr_BE "
    "fr_CH de_DE de_AT de_CH it_IT it_CH nl_NL nl_BE da_DK sv_SE fi_FI cs_CZ sk_SK pl_PL hu_HU ro_RO bg_BG el_GR hr_HR "
    "sl_SI sr_RS uk_UA ru_RU tr_TR he_IL ar_EG ar_SA fa_IR hi_IN bn_BD ta_IN th_TH vi_VN id_ID ms_MY zh_CN zh_TW ja_JP "
    "ko_KR et_EE lv_LV lt_LT is_IS"
).split()
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip


def read(list_id: str, language: str, country: str) -> Records:
    """Return a list of the world.

    Args:
        list_id: a key of `FIELDS`.
        language: of names; those a language lacks are English.
        country: whose records come up most, or, for subdivisions, whose they are.
    """
    columns, weights = _READERS[list_id](language, country)
    count = len(weights)
    whole = {**columns, "position": tuple(range(1, count + 1)), "weight": weights}
    return Records({name: whole[name] for name in FIELDS[list_id]}, weights)


def has_subdivisions(country: str) -> bool:
    """Whether a country's subdivisions are known."""
    return any(row["country_code"] == country for row in table("subdivisions"))


def _sentence(kind: str, language: str) -> str:
    told = _sentences()[kind]
    return told.get(language, told["en"])


@lru_cache(maxsize=1)
def _sentences() -> Mapping[str, Mapping[str, str]]:
    parts = parts_of(__package__, "data/sentences.txt")
    return {kind: {line[0]: line[1] for line in lines} for kind, lines in parts.items()}


def flag(alpha2: str) -> str:
    """Return the flag of a country, as two regional indicator symbols."""
    return "".join(chr(0x1F1E6 + ord(letter) - ord("A")) for letter in alpha2)


Read = tuple[dict[str, Column], tuple[int, ...]]


def _countries(language: str, home: str) -> Read:
    rows, name, region = table("countries"), names_of("country", language), names_of("region", language)
    currency = names_of("currency", language)
    told, nowhere = _sentence("country", language), _sentence("nowhere", language)
    columns: dict[str, Column] = {
        key: tuple(row[key] for row in rows)
        for key in ("alpha2", "alpha3", "numeric", "capital", "currency_code", "phone_prefix", "tld")
    }
    names = tuple(name(row["alpha2"])[0] for row in rows)
    official = _official_names(language)
    columns |= {
        "code": columns["alpha2"], "name": names,
        "official_name": tuple(official.get(r["alpha2"], n) for r, n in zip(rows, names, strict=True)),
        "continent": tuple(region(row["continent"])[0] for row in rows),
        "region": tuple(region(row["region"])[0] for row in rows),
        "flag": tuple(flag(row["alpha2"]) for row in rows),
        "population": tuple(int(row["population"]) for row in rows),
        "description": tuple(
            told.format(capital=r["capital"], currency=currency(r["currency_code"])[0]) if r["capital"] else nowhere
            for r in rows
        ),
    }  # fmt: skip
    return columns, homeward([int(row["weight"]) for row in rows], [row["alpha2"] == home for row in rows])


def _official_names(language: str) -> Mapping[str, str]:
    if language not in LANGUAGES:
        return {}
    lines = parts_of(__package__, "data/official_names.txt")[""]
    return {code: names[LANGUAGES.index(language)] for code, *names in lines}


def _currencies(language: str, home: str) -> Read:
    rows, name, told = table("currencies"), names_of("currency", language), _sentence("currency", language)
    own = {row["currency_code"] for row in table("countries") if row["alpha2"] == home}
    columns: dict[str, Column] = {
        "code": tuple(r["code"] for r in rows), "numeric": tuple(r["numeric"] for r in rows),
        "name": tuple(name(r["code"])[0] for r in rows), "symbol": tuple(r["symbol"] for r in rows),
        "minor_units": tuple(int(r["minor_units"]) for r in rows),
        "description": tuple(told.format(symbol=r["symbol"], digits=r["minor_units"]) for r in rows),
    }  # fmt: skip
    return columns, homeward([int(r["weight"]) for r in rows], [r["code"] in own for r in rows])


def _languages(language: str, home: str) -> Read:
    del home
    rows, name, told = table("languages"), names_of("language", language), _sentence("language", language)
    codes = tuple(r["alpha2"] for r in rows)
    columns: dict[str, Column] = {
        "code": codes, "alpha2": codes, "alpha3": tuple(r["alpha3"] for r in rows),
        "name": tuple(name(code)[0] for code in codes), "native_name": tuple(r["native_name"] for r in rows),
        "description": tuple(told.format(native=r["native_name"]) for r in rows),
    }  # fmt: skip
    return columns, homeward([int(r["weight"]) for r in rows], [code == language for code in codes])


def _locales(language: str, home: str) -> Read:
    of_language, of_country = names_of("language", language), names_of("country", language)
    parts = [code.split("_") for code in _LOCALES]
    people = {row["alpha2"]: int(row["weight"]) for row in table("countries")}
    columns: dict[str, Column] = {
        "code": tuple(_LOCALES),
        "name": tuple(f"{of_language(spoken)[0]} ({of_country(where)[0]})" for spoken, where in parts),
        "language_code": tuple(spoken for spoken, _ in parts), "country_code": tuple(where for _, where in parts),
        "description": tuple(
            _sentence("locale", language).format(country=of_country(where)[0]) for _, where in parts
        ),
    }  # fmt: skip
    return columns, homeward([people[where] for _, where in parts], [where == home for _, where in parts])


def _time_zones(language: str, home: str) -> Read:
    rows, told = table("time_zones"), _sentence("time_zone", language)
    columns: dict[str, Column] = {
        "code": tuple(r["name"] for r in rows), "name": tuple(r["name"] for r in rows),
        "utc_offset": tuple(r["utc_offset"] for r in rows), "country_code": tuple(r["country_code"] for r in rows),
        "description": tuple(told.format(offset=r["utc_offset"]) for r in rows),
    }  # fmt: skip
    return columns, homeward([int(r["weight"]) for r in rows], [r["country_code"] == home for r in rows])


def _units(language: str, home: str) -> Read:
    del home
    rows, name, told = table("units"), names_of("unit", language), _sentence("unit", language)
    columns: dict[str, Column] = {
        "code": tuple(r["code"] for r in rows), "name": tuple(name(r["code"])[0] for r in rows),
        "symbol": tuple(r["symbol"] for r in rows), "kind": tuple(r["kind"] for r in rows),
        "description": tuple(told.format(symbol=r["symbol"]) for r in rows),
    }  # fmt: skip
    return columns, tuple(int(r["weight"]) for r in rows)


def _subdivisions(language: str, home: str) -> Read:
    rows = [row for row in table("subdivisions") if home in ("*", row["country_code"])]
    if not rows:
        raise ValueError(f"no subdivisions of {home!r} are known; write a country's two letters, such as BR, or *")
    people: dict[tuple[str, str], int] = {}
    for place in table("places"):
        where = place["country"], place["region_code"]
        people[where] = people.get(where, 0) + int(place["population"]) // 1000
    codes = tuple(f"{r['country_code']}-{r['local']}" for r in rows)
    columns: dict[str, Column] = {
        "code": codes, "name": tuple(r["name"] for r in rows), "type": tuple(r["type"] for r in rows),
        "local_code": tuple(r["local"] for r in rows), "country_code": tuple(r["country_code"] for r in rows),
        "description": tuple(_sentence("subdivision", language).format(code=code) for code in codes),
    }  # fmt: skip
    return columns, tuple(max(people.get((r["country_code"], r["local"]), 0), 1) for r in rows)


def _calendar(kind: str, codes: tuple[str, ...], weights: tuple[int, ...]) -> Callable[[str, str], Read]:
    def read_calendar(language: str, home: str) -> Read:
        del home
        name, told = names_of(kind, language), _sentence(kind, language)
        numbers = tuple(range(1, len(codes) + 1))
        shown = [name(str(number)) for number in numbers]
        columns: dict[str, Column] = {
            "code": codes, "name": tuple(one[0] for one in shown), "abbreviation": tuple(one[1] for one in shown),
            "number": numbers, "description": tuple(told.format(number=number) for number in numbers),
        }  # fmt: skip
        return columns, weights

    return read_calendar


_READERS: Final[Mapping[str, Callable[[str, str], Read]]] = {
    "country": _countries,
    "currency": _currencies,
    "language": _languages,
    "locale": _locales,
    "time_zone": _time_zones,
    "unit": _units,
    "subdivision": _subdivisions,
    "weekday": _calendar("weekday", _WEEKDAYS, (17, 17, 17, 17, 17, 9, 6)),
    "month": _calendar("month", _MONTHS, (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)),
}
