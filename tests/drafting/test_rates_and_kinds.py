"""What is charged at a rate of a row above, and words of a row that decide each other."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from .conftest import foreign, key, table
from .test_believable import ID, rows_of

TYPES = table("room_types", {"id": ID, "name": "varchar(40)!", "nightly_rate": "numeric(8,2)!"}, key("id"))
ROOMS = table("rooms", {"id": ID, "number": "varchar(6)!", "room_type_id": ID}, key("id"),
              foreign("room_type_id", "room_types"))  # fmt: skip
STAY = {"id": ID, "room_id": ID, "check_in": "date!", "check_out": "date!"}


@pytest.mark.parametrize("nights", [True, False], ids=["counted", "between"])
def test_a_stay_costs_its_nights_at_the_rate_of_the_room(nights: bool) -> None:
    columns = STAY | ({"nights": ID, "rate_per_night": "numeric(8,2)!"} if nights else {})
    stays = table("stays", {**columns, "total_amount": "numeric(10,2)!"}, key("id"), foreign("room_id", "rooms"))
    found = rows_of("stays", TYPES, ROOMS, stays)
    rooms, types = (rows_of(name, TYPES, ROOMS, stays) for name in ("rooms", "room_types"))
    asked = rooms.join(types, left_on="room_type_id", right_on="id").select(room_id="id", asked="nightly_rate")
    both = found.join(asked, on="room_id")
    assert both.height == found.height
    days = (both["check_out"] - both["check_in"]).dt.total_days()
    assert (both["total_amount"] == both["asked"] * days).all()
    if nights:
        assert (both["nights"] == days).all()
        assert (both["rate_per_night"] == both["asked"]).all()


def test_an_hour_is_charged_at_what_the_lawyer_asks() -> None:
    lawyers = table("attorneys", {"id": ID, "full_name": "text!", "hourly_rate": "numeric(8,2)!"}, key("id"))
    entries = table(
        "time_entries",
        {"id": ID, "attorney_id": ID, "worked_on": "date!", "hours": "numeric(4,2)!", "rate": "numeric(8,2)!",
         "amount": "numeric(10,2)!"},
        key("id"), foreign("attorney_id", "attorneys"),
    )  # fmt: skip
    both = rows_of("time_entries", lawyers, entries).join(
        rows_of("attorneys", lawyers, entries), left_on="attorney_id", right_on="id"
    )
    assert (both["rate"] == both["hourly_rate"]).all()
    charged = (both["amount"] - both["hours"] * both["rate"]).cast(pl.Float64).abs()
    assert charged.max() < 0.011, "to a cent"  # type: ignore[operator]
    assert both["rate"].cast(pl.Float64).median() > 120, "no wage of a worker"  # type: ignore[operator]
    assert both["hours"].max() <= 8, "an entry is a part of a day"  # type: ignore[operator]


def test_rents_are_those_of_the_home_and_the_sum_is_paid() -> None:
    homes = table(
        "imoveis", {"id": ID, "valor_aluguel": "numeric(10,2)!", "valor_condominio": "numeric(10,2)!",
                    "valor_venda": "numeric(12,2)!", "vagas": "smallint!"}, key("id"),
    )  # fmt: skip
    rents = table(
        "cobrancas",
        {"id": ID, "imovel_id": ID, "valor_aluguel": "numeric(10,2)!", "valor_condominio": "numeric(10,2)!",
         "valor_total": "numeric(10,2)!", "vencimento": "date!", "pago_em": "date", "valor_pago": "numeric(10,2)",
         "situacao": "varchar(12)!"},
        key("id"), foreign("imovel_id", "imoveis"),
    )  # fmt: skip
    above, found = (rows_of(name, homes, rents, locale="pt_BR") for name in ("imoveis", "cobrancas"))
    both = found.join(above, left_on="imovel_id", right_on="id", suffix="_home")
    assert (both["valor_aluguel"] == both["valor_aluguel_home"]).all()
    assert (found["valor_total"] == found["valor_aluguel"] + found["valor_condominio"]).all()
    paid = found.filter(pl.col("valor_pago").is_not_null())
    assert 0 < paid.height < found.height
    assert (paid["valor_pago"] == paid["valor_total"]).all()
    assert above["valor_aluguel"].max() < above["valor_venda"].min(), "a rent is no price of a house"  # type: ignore[operator]
    assert above["vagas"].max() <= 4  # type: ignore[operator]


def test_a_breed_is_of_its_species() -> None:
    pets = {"id": ID, "name": "varchar(40)!", "species": "varchar(20)!", "breed": "varchar(40)"}
    rows = rows_of("pets", table("pets", pets, key("id")))
    species = dict(rows.filter(pl.col("breed").is_not_null()).select("breed", "species").unique().rows())
    assert species["Siamese"] == species["Domestic Shorthair"] == "cat"
    assert species["Labrador Retriever"] == "dog"
    assert len(set(species.values())) > 2, "each breed has one species, and there are several"
    assert rows.select("breed", "species").drop_nulls().unique().height == len(species)


def test_a_matter_at_law_lies_in_its_field() -> None:
    matters = {"id": ID, "title": "varchar(120)!", "practice_area": "varchar(40)", "attorney": "text!"}
    rows = rows_of("matters", table("matters", matters, key("id")), table("attorneys", {"id": ID}, key("id")))
    fields = dict(rows.select("title", "practice_area").unique().rows())
    assert fields["Uncontested divorce"] == "family"
    assert fields["Wrongful termination"] == "employment"
    assert rows.select("title", "practice_area").unique().height == len(fields)


def test_what_stands_today_was_founded_over_decades() -> None:
    rows = rows_of("clubs", table("clubs", {"id": ID, "name": "text!", "founded_on": "date!",
                                            "created_at": "timestamptz!"}, key("id")))  # fmt: skip
    ages = (dt.date(2026, 1, 1) - rows["founded_on"]).dt.total_days() / 365
    assert ages.min() >= 0.9  # type: ignore[operator]
    assert ages.max() > 40  # type: ignore[operator]


def test_no_loan_has_more_instalments_than_months() -> None:
    loans = table(
        "loans", {"id": ID, "principal": "numeric(12,2)!", "interest_rate": "numeric(5,2)!", "term_months": ID,
                  "start_date": "date!"}, key("id"),
    )  # fmt: skip
    parts = table(
        "loan_installments", {"id": ID, "loan_id": ID, "installment_no": ID, "due_date": "date!",
                              "amount_due": "numeric(12,2)!"}, key("id"), foreign("loan_id", "loans"),
    )  # fmt: skip
    both = rows_of("loan_installments", loans, parts).join(
        rows_of("loans", loans, parts), left_on="loan_id", right_on="id"
    )
    assert both.height > 100
    assert (both["installment_no"] <= both["term_months"]).all()


@pytest.mark.parametrize(("name", "column"), [("attendance", "present"), ("frequencias", "presente")])
def test_most_of_those_who_are_called_are_there(name: str, column: str) -> None:
    there = rows_of(name, table(name, {"id": ID, "lesson_date": "date!", column: "boolean!"}, key("id")))[column]
    assert there.mean() > 0.8  # type: ignore[operator]
