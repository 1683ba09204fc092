"""Places: what belongs to a city agrees within a row; telephones and postal codes have the country's form."""

from __future__ import annotations

import csv
import hashlib
import re
from pathlib import Path
from typing import Any
from zoneinfo import available_timezones

import numpy as np
import phonenumbers
import polars as pl
import pytest

from datalchemy_nb import Session
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.domains.limits import AtLeast, AtMost, Length, OneOf
from datalchemy_nb.domains.reference import records
from datalchemy_nb.domains.reference.records import table
from datalchemy_nb.domains.registry import CATALOGUE, find_generator
from tests.domains.domain_laws import assert_laws, slot

ROWS = 1500
FIELDS = (
    "city", "region", "region_code", "country_code", "country", "time_zone", "population", "latitude", "longitude",
    "postal_code", "phone", "mobile", "street_line", "street", "house_number", "unit",
)  # fmt: skip
POSTAL = {
    "pt_BR": r"\d{5}-\d{3}", "en_US": r"\d{5}", "en_GB": r"[A-Z]{1,2}\d[A-Z]? \d[A-Z]{2}", "de_DE": r"\d{5}",
    "fr_FR": r"\d{5}", "es_ES": r"\d{5}", "pt_PT": r"\d{4}-\d{3}", "es_MX": r"\d{5}", "it_IT": r"\d{5}",
    "nl_NL": r"\d{4} [A-Z]{2}", "en_CA": r"[A-Z]\d[A-Z] \d[A-Z]\d", "ja_JP": r"\d{3}-\d{4}",
}  # fmt: skip
SAMPLES = "e24d894b195de528"
"""Of what all fields show; it changes with the data, and so do the bytes of plans that use them."""
BRAZIL = Path(__file__).parents[2] / "datalchemy_nb" / "domains" / "brazil" / "data" / "cities.csv"


def types(field: str) -> dict[str, str]:
    name = {"population": "int8", "latitude": "float8", "longitude": "float8"}.get(field, "text")
    return {"data_type": name, "udt_schema": "pg_catalog", "udt_name": name}


def made(
    tmp_path: Path, rules: dict[str, Any], locale: str, rows: int = ROWS, unique: tuple[str, ...] = ()
) -> pl.DataFrame:
    """Rows of a table of which each column has a rule: its name to (generator, parameters)."""
    columns = [
        {"ordinal_position": i, "name": name, "is_nullable": False, "column_type": types(id_.rsplit(".", 1)[1])}
        for i, (name, (id_, _)) in enumerate(rules.items(), 1)
    ]
    keys = [{"kind": "unique", "name": f"{name}_key", "columns": [name]} for name in unique]
    whole = {
        "schema_version": "0.2", "engine": "postgres", "database": "d",
        "schemas": [
            {"name": "s", "tables": [{"name": "t", "kind": "table", "columns": columns, "constraints": keys}]}
        ],
    }  # fmt: skip
    session = Session(out_dir=tmp_path / "runs", goldens_dir=tmp_path / "goldens")
    session.use_schema(DatabaseSchema.model_validate(whole))
    asked = [
        {"type": "column_generator", "schema": "s", "table": "t", "column": name,
         "generator": {"id": id_, "params": params}}
        for name, (id_, params) in rules.items()
    ]  # fmt: skip
    plan = {
        "plan_version": "0.2", "seed": 5, "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
        "global": {"locale": locale}, "targets": [{"schema": "s", "table": "t", "rows": rows}], "rules": asked,
    }  # fmt: skip
    return session.preview("t", plan=plan, rows=rows).frame


def built(id_: str, locale: str, params: dict[str, Any] | None = None, **facts: Any) -> Any:
    spec = find_generator(id_)
    assert spec is not None
    category = facts.pop("category", spec.produces[0])
    return spec.build(spec.params.model_validate(params or {}), slot(category, locale=locale, **facts))


@pytest.fixture(scope="module")
def cities() -> dict[tuple[str, str, str], list[dict[str, str]]]:
    found: dict[tuple[str, str, str], list[dict[str, str]]] = {}
    for row in table("places"):
        found.setdefault((row["country"], row["city"], row["region_code"]), []).append(row)
    return found


@pytest.mark.parametrize("country", [None, "*"])
def test_columns_of_a_row_are_of_one_city(tmp_path: Path, country: str | None, cities: Any) -> None:
    params = {"country": country} if country else {}
    for locale in ("pt_BR", "en_US", "de_DE") if country is None else ("es_ES",):
        rules = {field: (f"place.{field}", params) for field in FIELDS}
        rules |= {f"to_{field}": (f"place.{field}", {**params, "role": "to"}) for field in FIELDS[:5]}
        found = made(tmp_path, rules, locale)
        for row in found.iter_rows(named=True):
            known = cities[row["country_code"], row["city"], row["region_code"]]
            (city,) = [one for one in known if int(one["population"]) == row["population"]] or known
            assert (row["region"], row["time_zone"]) == (city["region"], city["time_zone"])
            assert abs(row["latitude"] - float(city["latitude"])) < 0.031
            assert abs(row["longitude"] - float(city["longitude"])) < 0.031
            assert any(matches(pattern, row["postal_code"]) for pattern in city["postal"].split("|"))
            assert (row["to_country_code"], row["to_city"], row["to_region_code"]) in cities
            assert (row["to_city"], row["to_region_code"]) != (row["city"], row["region_code"])
        assert found["city"].n_unique() > 100
        assert found["time_zone"].is_in(sorted(available_timezones())).all()
        if country is None:
            assert found["country_code"].unique().to_list() == [locale[-2:]]


def matches(pattern: str, text: str) -> bool:
    signs = {"#": r"\d", "%": "[1-9]", "$": "[0-8]", "@": "[A-Z]"}
    return re.fullmatch("".join(signs.get(c, re.escape(c)) for c in pattern), text) is not None


def test_large_cities_come_up_most(tmp_path: Path) -> None:
    found = made(tmp_path, {"city": ("place.city", {}), "uf": ("semantic.br.uf", {}), "cep": ("semantic.br.cep", {}),
        "postal": ("place.postal_code", {})}, "pt_BR", 4000)  # fmt: skip
    shares = found["city"].value_counts(sort=True)
    assert shares["city"][0] == "São Paulo"
    assert 0.06 < shares["count"][0] / 4000 < 0.14
    with BRAZIL.open(encoding="utf-8") as file:
        known = {(row["name"], row["uf"]) for row in csv.DictReader(file)}
    assert set(found.select("city", "uf").iter_rows()) <= known, "generators of Brazil show the same city"
    assert (found["cep"].str.slice(0, 2) == found["postal"].str.slice(0, 2)).mean() > 0.6


def test_postal_codes_have_the_form_of_the_country() -> None:
    for locale, form in POSTAL.items():
        domain = built("place.postal_code", locale)
        entity = domain.entity.draw(np.arange(500, dtype=np.uint64) << np.uint64(55))
        own = np.arange(500, dtype=np.uint64) * np.uint64(8_589_934)
        assert domain.take_in(entity, own).str.contains(f"^{form}$").all(), locale
        short = domain.narrow(Length(0, 8))
        assert short is not None
        assert max(map(len, short.take_in(entity, own))) <= 8
        many = built("place.postal_code", locale, rows=20_000, unique=True)
        assert_laws(many)
        assert many.size >= 20_000


def test_telephones_are_numbers_of_the_country() -> None:
    fictional = {"en_US", "en_GB", "fr_FR", "de_DE", "en_CA", "en_AU"}
    for locale in ("pt_BR", "en_US", "en_GB", "de_DE", "fr_FR", "es_ES", "pt_PT", "es_MX", "it_IT", "nl_NL", "ja_JP"):
        for field in ("phone", "mobile"):
            for form in ("e164", "national"):
                domain = built(f"place.{field}", locale, {"form": form, "fictional": locale not in fictional})
                entity = domain.entity.draw(np.arange(300, dtype=np.uint64) << np.uint64(55))
                numbers = domain.take_in(entity, np.arange(300, dtype=np.uint64) * np.uint64(14_316_557))
                country = None if form == "e164" else locale[-2:]
                valid = [phonenumbers.is_valid_number(phonenumbers.parse(number, country)) for number in numbers]
                assert sum(valid) / len(valid) > 0.97, (locale, field, form, numbers[:5])
            many = built(f"place.{field}", locale, rows=30_000, unique=True)
            assert_laws(many)
            assert many.size >= 30_000
    kept = built("place.phone", "en_US")
    assert kept.take_in(*[np.arange(400, dtype=np.uint64)] * 2).str.contains(r"^\+1\d{3}55501\d\d$").all()
    with pytest.raises(ValueError, match="no form of a telephone"):
        built("place.phone", "en_US", {"form": "long"})


def test_laws_of_domains_hold_for_every_field() -> None:
    digest = hashlib.sha256()
    for spec in (one for id_, one in CATALOGUE.entries().items() if id_.startswith("place.")):
        for locale, params in (("pt_BR", {}), ("fr_FR", {}), ("ja_JP", {}), ("en_US", {"country": "*"})):
            for facts in ({}, {"unique": True, "rows": 2000}):
                domain = built(spec.id, locale, params, **facts)
                values = assert_laws(domain)
                digest.update("\n".join(map(str, values.to_list())).encode())
                if facts and spec.produces[0] == "text" and domain.injective:
                    assert domain.size >= 2000, spec.id
    assert digest.hexdigest()[:16] == SAMPLES, "the bytes of places have changed"


def test_unique_and_restricted_use(tmp_path: Path) -> None:
    rules = {
        "line": ("place.street_line", {}), "city": ("place.city", {}), "code": ("place.postal_code", {}),
        "phone": ("place.phone", {}),
    }  # fmt: skip
    found = made(tmp_path, rules, "en_GB", 3000, unique=("line", "city", "code", "phone"))
    for column in found.columns:
        assert found[column].n_unique() == 3000
    latitude = built("place.latitude", "de_DE")
    assert latitude.narrow(AtLeast(-90)) is latitude
    assert latitude.narrow(AtMost(90)) is latitude
    assert latitude.narrow(AtLeast(50)) is None
    assert set(built("place.region_code", "de_DE").narrow(OneOf(("BY", "XX"))).values) == {"BY"}
    street = built("place.street_line", "pt_BR").narrow(Length(0, 20))
    lines = street.take_in(*[np.arange(500, dtype=np.uint64) * np.uint64(7_000_003)] * 2).to_list()
    assert max(map(len, lines)) <= 20
    assert all(re.search(r", \d+$", line) for line in lines)
    with pytest.raises(ValueError, match="no places of 'ZZ'"):
        built("place.city", "en_US", {"country": "ZZ"})


def test_a_lookup_table_and_a_table_of_addresses(tmp_path: Path) -> None:
    size = records("country").size
    ordered = {"ordered": True}
    rules = {
        "iso": ("reference.country.alpha2", ordered), "nome": ("reference.country.name", ordered),
        "moeda": ("reference.country.currency_code", ordered),
    }  # fmt: skip
    for unique in ((), ("iso",), ("iso", "nome")):
        found = made(tmp_path, rules, "pt_BR", size, unique)
        columns = records("country", "pt_BR").columns
        for name, field in (("iso", "alpha2"), ("nome", "name"), ("moeda", "currency_code")):
            assert tuple(found[name]) == columns[field]
    drawn = {name: (id_, {}) for name, (id_, _) in rules.items()}
    found = made(tmp_path, drawn, "pt_BR", 200, ("iso",))
    of_code = dict(zip(columns["alpha2"], columns["name"], strict=True))
    assert [of_code[iso] for iso in found["iso"]] == found["nome"].to_list(), "the name follows the unique code"
