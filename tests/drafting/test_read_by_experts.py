"""What somebody of the trade sees at once in ten rows: one case of each kind of mistake that was mended."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from datalchemy_nb.drafting import draft_plan
from datalchemy_nb.drafting.rules.texts import spoken_languages
from datalchemy_nb.generate.rows import Engine
from datalchemy_nb.resolve.resolve import resolve

from .conftest import Judge, key, ref, schema_of, table

ID = "integer!"


def rows_of(of: str, locale: str, /, **columns: str) -> pl.DataFrame:
    schema = schema_of(table(of, {"id": ID, **columns}, key("id")))
    plan = draft_plan(schema, rows=120, locale=locale).plan
    engine = Engine(resolve(plan, schema))
    return engine.rows(ref(of), np.arange(engine.plan.tables[ref(of)].rows, dtype=np.uint64))


@pytest.mark.parametrize("locale", ["de_DE", "en_US", "en_GB", "es_ES"])
def test_names_bear_no_titles(locale: str) -> None:
    names = rows_of("members", locale, full_name="text!")["full_name"]
    assert not names.str.contains(r"\.|,").any()
    assert names.n_unique() > 100


def test_an_address_abroad_fits_the_narrowest_column() -> None:
    found = rows_of("offices", "de_DE", street="text!", plz="varchar(5)!", city="text!", country="text!")
    assert found["plz"].str.contains(r"^\d{5}$").all()


def test_the_mail_of_a_firm_is_its_contact_s() -> None:
    found = rows_of("vendors", "en_US", company_name="text!", owner_name="text!", email="text!", phone="text")
    given = found["owner_name"].str.split(" ").list.first().str.to_lowercase()
    assert [mail.startswith(name) for mail, name in zip(found["email"], given, strict=True)].count(True) > 110


def test_a_mail_has_given_and_family_name_whatever_these_are_called() -> None:
    found = rows_of("empleados", "es_ES", nombre="text!", apellidos="text!", correo="text!")
    assert found["correo"].str.contains(r"^[a-z0-9-]+\.[a-z]").mean() > 0.95  # type: ignore[operator]


@pytest.mark.parametrize(
    ("of", "column", "written", "low", "high"),
    [
        ("triage", "respiration_rate", "smallint", 8, 45),
        ("triage", "pain_level", "int", 0, 10),
        ("tariffs", "minimum_purchase", "numeric(10,2)", 0, 200),
        ("newsletters", "sent_count", "int", 200, 90_000),
        ("probes", "relative_humidity", "numeric(5,2)", 10, 100),
        ("sales_reps", "annual_target", "numeric(12,2)", 5_000, 900_000),
        ("wards", "number_beds", "int", 1, 6),
    ],
)
def test_numbers_have_the_size_of_their_trade(of: str, column: str, written: str, low: int, high: int) -> None:
    found = rows_of(of, "en_US", **{column: f"{written}!"})[column].cast(pl.Float64)
    assert low <= found.min() <= found.max() <= high  # type: ignore[operator]
    assert found.n_unique() > 3


@pytest.mark.parametrize(
    ("of", "column", "locale", "generator"),
    [
        ("claims", "policy_number", "en_US", "primitive.text.pattern"),  # no terms of delivery
        ("visits", "cancellation_reason", "en_US", "text.reason"),  # nobody came with it
        ("encomendas", "mensagem_cliente", "pt_BR", "text.message"),  # no name of a client
        ("labs", "technician_name", "en_US", "semantic.person.name"),
        ("praxen", "durchwahl_ext", "de_DE", "primitive.text.pattern"),
        ("deals", "title", "en_US", "text.project_name"),
        ("quotations", "rival", "en_US", "semantic.company.name"),
        ("trucks", "license_plate", "fr_FR", "primitive.text.pattern"),
        ("remedios", "nome_comercial", "pt_BR", "primitive.text.pattern"),
        ("sessions", "browser", "en_US", "primitive.text.pattern"),
    ],
)
def test_a_column_is_what_its_trade_means(judge: Judge, of: str, column: str, locale: str, generator: str) -> None:
    assert judge(of, column, "text", locale=locale).generator_id == generator


def test_sites_are_called_in_the_language_of_their_rows() -> None:
    names = rows_of("lager", "de_DE", name="text!", ort="text!")["name"]
    assert names.str.starts_with("Lager ").all()


def test_a_site_is_not_called_like_who_runs_it() -> None:
    found = rows_of("academias", "pt_BR", nome="text!", cidade="text!", gerente="text!")
    assert (found["nome"] != found["gerente"]).all()


def test_kilometres_rise_on_the_way() -> None:
    found = rows_of("hauls", "en_US", start_odometer="int!", end_odometer="int!")
    driven = found["end_odometer"] - found["start_odometer"]
    assert 0 < driven.min() <= driven.max() <= 1_000  # type: ignore[operator]


def test_people_speak_the_language_of_the_country() -> None:
    values, weights = spoken_languages("de")
    assert all("de" in value for value in values)
    assert weights[0] == max(weights)


def test_coupons_are_called_in_the_language_of_their_rows() -> None:
    codes = rows_of("cupons", "pt_BR", codigo="text!", ativo="text")["codigo"]
    assert codes.str.contains("^(BEMVINDO|VOLTA|VIP|VERAO|INVERNO|PRIMAVERA|OFERTA|PRESENTE|EXTRA|NATAL)").all()


@pytest.mark.parametrize(("locale", "column"), [("en_US", "assistant_name"), ("pt_BR", "nome_assistente")])
def test_nobody_is_their_own_assistant(locale: str, column: str) -> None:
    found = rows_of("contatos", locale, nome="text!", **{column: "text!"})
    assert (found["nome"] != found[column]).all()
