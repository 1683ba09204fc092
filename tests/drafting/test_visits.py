"""A clinic of animals: visits last minutes, what is missed has not begun, and what is next comes after."""

from __future__ import annotations

import datetime as dt

import polars as pl

from datalchemy_nb.contracts.schema import DatabaseSchema

from .conftest import check, foreign, key, rows_drafted, schema_of, table


def clinic() -> DatabaseSchema:
    breed = {"id": "integer!", "especie_id": "integer!", "nome": "varchar(60)!"}
    animal = {
        "id": "integer!", "raca_id": "integer!", "nome": "varchar(40)!", "pelagem": "varchar(40)",
        "nascimento": "date", "obito_em": "date",
    }  # fmt: skip
    vet = {"id": "integer!", "nome": "varchar(120)!", "especialidade": "varchar(60)", "comissao_pct": "numeric(5,2)"}
    states = ("agendada", "em_atendimento", "concluida", "cancelada", "faltou")
    visit = {
        "id": "integer!", "animal_id": "integer!", "veterinario_id": "integer!", "agendada_para": "timestamptz!",
        "iniciada_em": "timestamptz", "encerrada_em": "timestamptz", "situacao": "varchar(20)!",
    }  # fmt: skip
    exam = {"id": "integer!", "consulta_id": "integer!", "tipo": "varchar(40)!"}
    dose = {
        "id": "integer!", "animal_id": "integer!", "aplicada_em": "date!", "proxima_dose": "date", "dose": "smallint",
    }  # fmt: skip
    listed = ", ".join(f"'{state}'" for state in states)
    return schema_of(
        table("especies", {"id": "integer!", "nome": "varchar(40)!"}, key("id"), key("nome", kind="unique")),
        table("racas", breed, key("id"), foreign("especie_id", "especies"), key("especie_id", "nome", kind="unique")),
        table("animais", animal, key("id"), foreign("raca_id", "racas")),
        table("veterinarios", vet, key("id")),
        table(
            "consultas", visit, key("id"), foreign("animal_id", "animais"), foreign("veterinario_id", "veterinarios"),
            check(f"situacao IN ({listed})"),
        ),
        table("exames", exam, key("id"), foreign("consulta_id", "consultas")),
        table("aplicacoes", dose, key("id"), foreign("animal_id", "animais")),
    )  # fmt: skip


def test_rows_of_a_clinic() -> None:
    rows = rows_drafted(clinic(), rows=200, locale="pt_BR", base_date="2026-06-01")
    visits = rows["consultas"]
    took = (visits["encerrada_em"] - visits["iniciada_em"]).drop_nulls()
    assert took.len() > 100
    assert dt.timedelta(minutes=5) < took.min() <= took.max() < dt.timedelta(hours=4)  # type: ignore[operator]
    assert took.n_unique() > took.len() // 2
    called_off = visits.filter(pl.col("situacao").is_in(["cancelada", "faltou"]))
    assert called_off.height > 0
    assert called_off["iniciada_em"].null_count() == called_off["encerrada_em"].null_count() == called_off.height

    doses = rows["aplicacoes"].drop_nulls("proxima_dose")
    assert (doses["proxima_dose"] > doses["aplicada_em"]).all()
    assert rows["aplicacoes"]["dose"].max() <= 6  # type: ignore[operator]

    animals = rows["animais"]
    assert animals["obito_em"].null_count() > animals.height // 2
    assert not set(animals["pelagem"].drop_nulls()) - {
        "Preta", "Caramelo", "Branca", "Preta e branca", "Tigrada", "Marrom", "Cinza", "Tricolor",
    }  # fmt: skip
    breeds = rows["racas"]
    assert "Labrador" in breeds["nome"]
    assert breeds.select("especie_id", "nome").is_duplicated().sum() == 0
    assert rows["veterinarios"]["comissao_pct"].max() <= 20  # type: ignore[operator]
    assert "Hemograma" in rows["exames"]["tipo"]
