"""Short codes and names of things that a trade knows: accounts, airlines, publishers, units, one-letter kinds."""

from __future__ import annotations

import pytest

from datalchemy_nb.drafting import draft_plan

from .conftest import key, schema_of, table
from .test_believable import ID, rows_of


@pytest.mark.parametrize(
    "names",
    [
        {"usuarios": "usuario titulo tipo numero destino tarifa codigo", "livros": "titulo tamanho cor"},
        {"contas": "codigo nome tipo numero saldo", "voos": "numero origem destino tarifa partida"},
    ],
)
def test_words_of_two_languages_leave_a_portuguese_schema_portuguese(names: dict[str, str]) -> None:
    made = [table(name, {"id": ID, **dict.fromkeys(words.split(), "text")}, key("id")) for name, words in names.items()]
    assert draft_plan(schema_of(*made), rows=10).plan.locale == "pt_BR"


def test_a_spanish_schema_stays_spanish() -> None:
    made = table(
        "usuarios", {"id": ID, **dict.fromkeys("nombre titulo tipo numero fecha direccion".split(), "text")}, key("id")
    )
    assert draft_plan(schema_of(made), rows=10).plan.locale == "es_ES"


def test_one_letter_without_a_meaning_is_a_code_of_few_kinds() -> None:
    found = rows_of("items", table("items", {"id": ID, "xq_kind": "char(1)!"}, key("id")))["xq_kind"]
    assert 2 <= found.n_unique() <= 5
    assert max(found.to_list().count(value) for value in found.unique()) > 0.4 * len(found)


def test_the_type_and_the_side_of_an_account_follow_from_its_name() -> None:
    accounts = table(
        "gl_accounts",
        {"id": ID, "account_name": "text!", "account_type": "text!", "normal_balance": "char(1)!"},
        key("id"),
    )
    made = rows_of("gl_accounts", accounts)
    told = {
        name: (kind, side) for name, kind, side in made.select("account_name", "account_type", "normal_balance").rows()
    }
    assert told["Cash"] == ("Asset", "D")
    assert told["Accounts payable"] == ("Liability", "C")
    assert told["Sales revenue"] == ("Revenue", "C")
    assert told["Rent expense"] == ("Expense", "D")


@pytest.mark.parametrize(("name", "word"), [("airlines", "Air"), ("publishers", "Press")])
def test_airlines_and_publishers_bear_names_of_such_and_each_is_there_once(name: str, word: str) -> None:
    found = rows_of(name, table(name, {"id": ID, "name": "text!"}, key("id")),
                    table("books", {"id": ID, "owner_id": ID}, key("id"), {**_owner(name)}))["name"]  # fmt: skip
    assert found.n_unique() == len(found)
    assert found.str.contains(word).any()


def _owner(name: str) -> dict[str, object]:
    return {
        "kind": "foreign_key", "name": "owner_fkey", "columns": ["owner_id"], "referenced_schema": "app",
        "referenced_table": name, "referenced_columns": ["id"],
    }  # fmt: skip


def test_units_of_measure_are_codes_of_units() -> None:
    found = rows_of("items", table("items", {"id": ID, "name": "text!", "uom": "char(3)!"}, key("id")))["uom"]
    assert set(found.str.strip_chars()) <= {"EA", "BOX", "KG", "PK", "L", "M"}


def test_a_farm_has_crops_fields_and_livestock() -> None:
    farms = table("farms", {"id": ID, "farm_name": "text!"}, key("id"))
    fields = table("fields", {"id": ID, "field_name": "text!", "soil_type": "text!", "ph": "numeric(3,1)!"}, key("id"))
    animals = table("animals", {"id": ID, "species": "text!"}, key("id"))
    milk = table("milk_records", {"id": ID, "session": "text!", "fat_percent": "numeric(4,2)!"}, key("id"))
    made = (farms, fields, animals, milk)
    assert "Loam" in set(rows_of("fields", *made)["soil_type"])
    assert rows_of("fields", *made)["ph"].cast(float).is_between(4, 9).all()
    assert {"cattle", "sheep"} <= set(rows_of("animals", *made)["species"])
    assert set(rows_of("milk_records", *made)["session"]) == {"morning", "evening"}


def test_pets_stay_pets_where_there_is_no_farm() -> None:
    found = rows_of(
        "animals", table("animals", {"id": ID, "species": "text!"}, key("id")), table("owners", {"id": ID}, key("id"))
    )
    assert "cattle" not in set(found["species"])
