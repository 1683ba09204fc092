"""The language of a schema's own words, and names of other languages read as English ones."""

from __future__ import annotations

import pytest

from datalchemy_nb.drafting.language import detect, in_english
from datalchemy_nb.drafting.words import split_words
from datalchemy_nb.errors import UsageError

from .conftest import drafted, key, ref, schema_of, table

SCHEMAS = {
    "en_US": table("customers", {"first_name": "text", "zip_code": "text", "created_at": "timestamp"}),
    "en_GB": table("customers", {"first_name": "text", "postcode": "text", "county": "text"}),
    "pt_BR": table("clientes", {"nome": "text", "cpf": "text", "data_nascimento": "date", "created_at": "timestamp"}),
    "pt_PT": table("utilizadores", {"nome": "text", "morada": "text", "telemovel": "text", "nif": "text"}),
    "es_ES": table("clientes", {"nombre": "text", "apellidos": "text", "fecha_nacimiento": "date", "correo": "text"}),
    "es_MX": table("clientes", {"nombre": "text", "rfc": "text", "colonia": "text", "direccion": "text"}),
    "fr_FR": table("commandes", {"nom": "text", "prenom": "text", "date_livraison": "date", "prix_unitaire": "text"}),
    "de_DE": table("bestellungen", {"kunde": "text", "bestelldatum": "date", "straße": "text", "plz": "text"}),
}
NAMES = [
    ("de", "Bestelldatum", "order date"),
    ("de", "geändert_am", "updated at"),
    ("de", "geaendert_am", "updated at"),
    ("de", "kunden", "customer"),
    ("de", "bestellpositionen", "order line"),
    ("de", "zebra", "zebra"),
    ("es", "fecha_de_creacion", "created at"),
    ("es", "precio_unitario", "unit price"),
    ("es", "telefono_2", "phone 2"),
    ("fr", "date_de_naissance", "birth date"),
    ("fr", "adresse_livraison", "delivery address"),
    ("", "nombre", "nombre"),
]


@pytest.mark.parametrize("locale", SCHEMAS)
def test_the_words_of_a_schema_tell_its_locale(locale: str) -> None:
    schema = schema_of(SCHEMAS[locale])
    found = detect(schema, schema.tables)
    assert found.locale == locale
    draft = drafted(SCHEMAS[locale])
    assert draft.plan.locale == locale
    assert draft.plan.global_ is not None
    assert draft.plan.global_.evidence == found.evidence
    assert SCHEMAS[locale]["columns"][0]["name"].split("_")[0] in found.evidence


def test_a_schema_that_tells_nothing_is_american_and_says_so() -> None:
    plan = drafted(table("t", {"a": "text", "b1": "integer"})).plan
    assert plan.locale == "en_US"
    assert "no word" in str(plan.global_)


def test_a_locale_that_is_asked_for_is_kept_and_an_unknown_one_is_an_error() -> None:
    assert drafted(SCHEMAS["de_DE"], locale="pt_BR").plan.locale == "pt_BR"
    with pytest.raises(UsageError, match="no locale 'en_USA'") as caught:
        drafted(SCHEMAS["de_DE"], locale="en_USA")
    assert "en_US" in str(caught.value.hint)


@pytest.mark.parametrize(("language", "name", "english"), NAMES)
def test_names_are_read_as_english_ones(language: str, name: str, english: str) -> None:
    assert " ".join(in_english(split_words(name), language)) == english


def test_a_german_schema_drafts_in_german() -> None:
    draft = drafted(
        table(
            "kunden",
            {"id": "integer!", "vorname": "text", "name": "text", "plz": "varchar(5)", "ort": "text", "land": "text",
             "telefon": "text", "geburtsdatum": "date", "strasse": "text"},
            key("id"),
        ),
        table("bestellungen", {"id": "integer!", "gesamtbetrag": "numeric(10,2)", "menge": "integer"}, key("id")),
    )  # fmt: skip
    of = {name: found.generator_id for (at, name), found in draft.by_column.items() if at == ref("kunden")}
    assert of["vorname"] == "semantic.person.first_name"
    assert of["name"] == "semantic.person.last_name"
    assert (of["plz"], of["ort"], of["strasse"]) == ("place.postal_code", "place.city", "place.street_line")
    assert (of["land"], of["telefon"]) == ("place.country", "place.phone")
    assert draft.by_column[ref("bestellungen"), "gesamtbetrag"].rule == "recognise_money"


def test_names_of_portugal_are_read_as_what_they_say() -> None:
    columns = {
        "id": "int!", "apelido": "text!", "telemovel": "text!", "morada": "text!", "localidade": "text!",
        "distrito": "text!", "codigo_postal": "text!", "estado_civil": "text!", "profissao": "text!",
    }  # fmt: skip
    draft = drafted(table("utilizadores", columns, key("id")))
    assert draft.plan.locale == "pt_PT"
    told = {column: suggestion.generator_id for (_, column), suggestion in draft.by_column.items()}
    assert told["telemovel"] == "place.mobile"
    assert told["morada"] == "place.street_line"
    assert (told["localidade"], told["distrito"]) == ("place.city", "place.region")
    assert told["estado_civil"] == "reference.marital_status.name"
    assert told["apelido"] == "semantic.person.last_name"


def test_a_street_has_its_number_unless_a_column_of_its_own_does() -> None:
    where = {"id": "integer!", "street": "text", "city": "text", "zip_code": "text"}
    draft = drafted(
        table("customers", where, key("id")), table("branches", where | {"house_number": "text"}, key("id"))
    )
    of = {at.table: found.generator_id for (at, name), found in draft.by_column.items() if name == "street"}
    assert of == {"customers": "place.street_line", "branches": "place.street"}
