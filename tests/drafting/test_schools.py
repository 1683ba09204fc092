"""Schools as their secretaries know them: years that begin in February, classes, tests, and what pupils did."""

from __future__ import annotations

import polars as pl

from .conftest import key, table
from .test_believable import ID, rows_of

PUPILS = table("alunos", {"id": ID, "nome": "text!", "necessidade_especial": "varchar(60)"}, key("id"))
CLASSES = table("turmas", {"id": ID, "serie": "varchar(20)!", "letra": "char(1)!"}, key("id"))


def test_a_year_of_school_is_a_year_and_is_held_in_it() -> None:
    years = table("anos_letivos", {"id": ID, "ano": "integer!", "inicio": "date!", "fim": "date!"}, key("id"),
                  key("ano", kind="unique"))  # fmt: skip
    rows = rows_of("anos_letivos", years, PUPILS, locale="pt_BR")
    assert rows["ano"].is_between(2000, 2026).all()
    assert rows["ano"].n_unique() == rows.height > 3
    assert (rows["inicio"].dt.year() == rows["ano"]).all()
    assert set(rows["inicio"].dt.month()) == {2}
    assert (rows["fim"].dt.year() == rows["ano"]).all()
    dated = {"id": ID, "year": "integer!", "start_date": "date!", "end_date": "date!"}
    english = table("school_years", dated, key("id"), key("year", kind="unique"))
    held = rows_of("school_years", english)
    assert (held["end_date"].dt.year() == held["year"] + 1).all(), "in the north a year ends in the next"
    fiscal = table(
        "fiscal_years", {"id": ID, "year": "integer!", "start_date": "date!", "end_date": "date!"}, key("id")
    )
    closed = rows_of("fiscal_years", fiscal)
    assert (closed["end_date"].dt.strftime("%m-%d") == "12-31").all()


def test_classes_and_tests_have_the_words_of_a_school() -> None:
    tests = table("avaliacoes", {"id": ID, "titulo": "varchar(80)!", "tipo": "varchar(20)!"}, key("id"))
    reports = table("boletins", {"id": ID, "media_final": "numeric(4,1)", "resultado": "varchar(12)"}, key("id"))
    every = (PUPILS, CLASSES, tests, reports)
    assert rows_of("turmas", *every, locale="pt_BR")["serie"].str.contains("ano|série").all()
    assert "Prova bimestral" in set(rows_of("avaliacoes", *every, locale="pt_BR")["titulo"])
    results = rows_of("boletins", *every, locale="pt_BR")["resultado"].drop_nulls()
    assert (results == "Aprovado").mean() > 0.6  # type: ignore[operator]
    pupils = rows_of("alunos", *every, locale="pt_BR")
    assert pupils["necessidade_especial"].null_count() > pupils.height * 0.85


def test_networks_books_and_leases_have_theirs() -> None:
    towers = table("cell_towers", {"id": ID, "code": "text!", "band": "varchar(10)!"}, key("id"))
    plans = table("rate_plans", {"id": ID, "technology": "varchar(8)!"}, key("id"))
    assert set(rows_of("rate_plans", towers, plans)["technology"]) <= {"4G", "5G", "LTE-M", "NB-IoT"}
    assert rows_of("cell_towers", towers, plans)["band"].str.contains("^[Bn][0-9]+$").all()
    books = table("books", {"id": ID, "title": "text!", "format": "varchar(20)!"}, key("id"))
    assert "Paperback" in set(rows_of("books", books)["format"])
    leases = table(
        "contratos_locacao", {"id": ID, "garantia": "varchar(20)!", "indice_reajuste": "varchar(10)!"}, key("id")
    )
    found = rows_of("contratos_locacao", leases, locale="pt_BR")
    assert found.select(pl.col("garantia").is_in(["Fiador", "Caução", "Seguro fiança"]).all()).item()
    assert set(found["indice_reajuste"]) <= {"IGP-M", "IPCA", "INPC"}
