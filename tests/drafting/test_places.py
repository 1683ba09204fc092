"""Cities lie in their states, states in their country, and no city is there twice."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from datalchemy_nb.domains.reference.places import atlas
from datalchemy_nb.drafting import draft_plan
from datalchemy_nb.generate.rows import Engine
from datalchemy_nb.resolve.resolve import resolve

from .conftest import foreign, key, ref, schema_of, table

ID = "integer!"
COUNTRIES = table("countries", {"id": ID, "name": "text!", "iso_code": "char(2)!"}, key("id"))
STATES = table(
    "states",
    {"id": ID, "country_id": ID, "name": "text!", "code": "varchar(3)!"},
    key("id"),
    foreign("country_id", "countries"),
)
CITIES = table(
    "cities",
    {"id": ID, "state_id": ID, "name": "text!", "latitude": "numeric(9,6)!"},
    key("id"),
    foreign("state_id", "states"),
)
ESTADOS = table("estados", {"id": ID, "nome": "text!", "uf": "char(2)!", "codigo_ibge": ID}, key("id"))
CIDADES = table(
    "cidades", {"id": ID, "estado_id": ID, "nome": "varchar(100)!", "codigo_ibge": ID, "ddd": "char(2)!"}, key("id"),
    foreign("estado_id", "estados"),
)  # fmt: skip
BAIRROS = table("bairros", {"id": ID, "cidade_id": ID, "nome": "text!"}, key("id"), foreign("cidade_id", "cidades"))


def all_rows(
    *tables: dict[str, Any], rows: int = 60, less: dict[str, int] | None = None, **options: Any
) -> dict[str, pl.DataFrame]:
    """The rows of all tables of a draft; `less` says how many rows a person left some of them."""
    schema = schema_of(*tables)
    plan = draft_plan(schema, rows=rows, **options).plan
    targets = [one.model_copy(update={"rows": (less or {}).get(one.table, one.rows)}) for one in plan.targets]
    engine = Engine(resolve(plan.model_copy(update={"targets": tuple(targets)}), schema))
    return {
        name: engine.rows(ref(name), np.arange(engine.plan.tables[ref(name)].rows, dtype=np.uint64))
        for name in (one["name"] for one in tables)
    }


@pytest.mark.parametrize("rows", [30, 150])
def test_each_city_is_there_once_in_its_own_state_and_country(rows: int) -> None:
    made = all_rows(COUNTRIES, STATES, CITIES, rows=rows, locale="en_US")
    cities = made["cities"].join(made["states"], left_on="state_id", right_on="id", suffix="_state")
    cities = cities.join(made["countries"], left_on="country_id", right_on="id", suffix="_country")
    assert len(cities) == len(made["cities"]) > 20
    assert made["cities"]["name"].n_unique() == len(cities)
    assert set(cities["iso_code"]) == {"US"}
    known = {(row["city"], row["region_code"]): float(row["latitude"]) for row in atlas("US").rows}
    for city, state, latitude in cities.select("name", "code", "latitude").iter_rows():
        assert float(latitude) == pytest.approx(known[city, state], abs=1e-3)


def test_brazilian_cities_have_their_codes_and_quarters_bear_names_of_quarters() -> None:
    made = all_rows(ESTADOS, CIDADES, BAIRROS, locale="pt_BR")
    cities = made["cidades"].join(made["estados"], left_on="estado_id", right_on="id", suffix="_estado")
    assert cities["nome"].n_unique() == len(made["cidades"])
    assert (cities["codigo_ibge"] // 100_000 == cities["codigo_ibge_estado"]).all(), (
        "IBGE numbers cities by their state"
    )
    assert dict(cities.select("nome", "ddd").iter_rows())["São Paulo"] == "11"
    assert made["bairros"]["nome"].str.contains("Centro|Jardim|Vila|Parque|Santa|São").mean() > 0.3  # type: ignore[operator]


def test_a_city_lies_in_any_state_where_its_own_is_not_there() -> None:
    made = all_rows(ESTADOS, CIDADES, locale="pt_BR", less={"estados": 5})
    assert made["cidades"]["estado_id"].is_between(1, 5).all()
    own = made["cidades"].join(made["estados"], left_on="estado_id", right_on="id", suffix="_estado")
    there = own.filter((pl.col("codigo_ibge") // 100_000).is_in(made["estados"]["codigo_ibge"].implode()))
    assert len(there) > 0
    assert (there["codigo_ibge"] // 100_000 == there["codigo_ibge_estado"]).all()


def test_cities_that_are_told_apart_within_their_state_are_drafted() -> None:
    unique = {**CIDADES, "constraints": [*CIDADES["constraints"], key("estado_id", "nome", kind="unique")]}
    made = all_rows(ESTADOS, unique, locale="pt_BR")["cidades"]
    assert made.select("estado_id", "nome").is_duplicated().sum() == 0
