"""Kinds, states, grades and routes: the few words that a trade has, by the name of the column and its table."""

from __future__ import annotations

from typing import Any

import pytest

from datalchemy_nb.domains.reference.records import LANGUAGES
from datalchemy_nb.drafting.rules.kinds import kinds
from datalchemy_nb.generate.rows import Engine
from datalchemy_nb.resolve.resolve import resolve

from .conftest import Judge, drafted, key, ref, schema_of, table


def values_of(of: str, column: str, locale: str, *beside: str) -> list[Any]:
    tables = [table(of, {"id": "integer!", column: "text"}, key("id"))]
    tables += [table(name, {"id": "integer!"}, key("id")) for name in beside]
    found = drafted(*tables, locale=locale).by_column[ref(of), column]
    return found.params.get("values", []) if found.rule == "recognise_kinds" else []


@pytest.mark.parametrize(
    ("of", "column", "locale", "beside", "value"),
    [
        ("pet_prescriptions", "route", "en_US", (), "oral"),
        ("ordonnances", "voie", "fr_FR", (), "Orale"),
        ("verordnungen", "einnahme", "de_DE", (), "Bei Bedarf"),
        ("buchungen", "verpflegung", "de_DE", (), "Halbpension"),
        ("lab_exams", "specimen", "en_GB", (), "blood"),
        ("vagas", "tipo_contrato", "pt_BR", (), "CLT"),
        ("interactions", "type", "en_US", (), "call"),
        ("interacciones", "tipo", "es_MX", (), "Llamada"),
        ("trucks", "transmission", "en_US", (), "manual"),
        ("charges", "decline_reason", "en_US", (), "expired_card"),
        ("umfrage_auswahl", "antwort", "de_DE", ("umfragen",), "Vielleicht"),
        ("opportunity_stages", "name", "en_US", ("opportunities",), "Negotiation"),
        ("homework", "type", "en_US", ("students",), "quiz"),
        ("donors", "preferred_contact", "en_US", (), "email"),
        ("inscricoes", "restricao_alimentar", "pt_BR", (), "Sem glúten"),
        ("events", "venue", "en_US", (), "Community Center"),
        ("funds", "name", "en_US", ("donations",), "General Fund"),
        ("chambres", "type_chambre", "fr_FR", ("medecins",), "Cabinet"),
        ("damage_claims", "status", "en_US", ("policies",), "under_review"),
        ("siniestros", "causa", "es_ES", ("polizas",), "Granizo"),
        ("prets", "objet", "fr_FR", (), "Travaux dans le logement"),
        ("kredite", "verwendungszweck", "de_DE", (), "Autokauf"),
        ("zimmerkategorien", "bezeichnung", "de_DE", ("gaeste",), "Doppelzimmer"),
        ("processos", "tipo", "pt_BR", ("advogados",), "Trabalhista"),
        ("wohnungen", "energieklasse", "de_DE", (), "C"),
        ("dienstboten", "risiko", "de_DE", (), "Niedrig"),
    ],
)  # fmt: skip
def test_a_trade_has_words_of_its_own(of: str, column: str, locale: str, beside: tuple[str, ...], value: str) -> None:
    assert value in values_of(of, column, locale, *beside)


@pytest.mark.parametrize(
    ("of", "column", "beside"),
    [
        ("bus_lines", "route", ()),  # no medicine
        ("songs", "level", ()),
        ("articles", "reason", ("posts",)),
        ("stages", "name", ("theaters",)),
        ("opinions", "grade", ()),
        ("documents", "type", ()),
        ("homework", "type", ("rooms",)),  # nobody goes to school there
        ("payment_types", "name", ("rooms", "guests")),  # no kind of room
        ("tickets", "title", ("tenants",)),  # tenants of a program
        ("services", "name", ("rooms", "doctors")),  # no hotel
    ],
)
def test_names_of_other_trades_are_left_to_other_rules(of: str, column: str, beside: tuple[str, ...]) -> None:
    assert not values_of(of, column, "en_US", *beside)


@pytest.mark.parametrize(
    ("column", "locale", "word"), [("allergenes", "fr_FR", "Gluten"), ("alergenos", "pt_BR", "Soja")]
)
def test_a_list_holds_words_of_the_trade(column: str, locale: str, word: str) -> None:
    dishes = table("dishes", {"id": "integer!", column: "text[]"}, key("id"))
    values = drafted(dishes, locale=locale).by_column[ref("dishes"), column].params["values"]
    assert "{}" in values
    assert any(word in value and "," in value for value in values)


def test_an_application_s_own_words_go_first(judge: Judge) -> None:
    assert judge("interactions", "type", "text='whatsapp'", locale="en_US").rule != "recognise_kinds"


@pytest.mark.parametrize(
    ("of", "column", "default", "values"),
    [
        ("comments", "status", "pending", {"pending", "approved", "rejected", "spam"}),
        ("orders", "status", "PENDING", {"PENDING", "PROCESSING", "SHIPPED", "DELIVERED", "CANCELLED"}),
        ("pages", "state", "Draft", {"Draft", "Published", "Archived"}),
        ("users", "role", "member", {"member", "manager", "admin"}),
        ("solicitacoes", "situacao", "pendente", {"pendente", "aprovado", "rejeitado"}),
        ("parcels", "status", "wibbly", {"wibbly", "ativo", "concluido", "pendente"}),
    ],
)
def test_a_default_says_how_rows_begin(judge: Judge, of: str, column: str, default: str, values: set[str]) -> None:
    found = judge(of, column, f"text!='{default}'::text")
    assert set(found.params.get("values", ())) == values
    assert found.rule == ("keep_default" if default == "wibbly" else "recognise_defaults")


def test_every_list_has_its_words_in_five_languages() -> None:
    named = [kind for kind in kinds() if not kind.by]
    assert len({kind.what for kind in named}) == len(named)
    for kind in kinds():
        assert kind.by or kind.columns or kind.kinds or kind.states, kind.what
        assert len(kind.values) == len(LANGUAGES), kind.what
        assert all(len(set(texts)) > 1 for texts in kind.values), kind.what
        assert all(weight > 0 for weight in kind.weights), kind.what
        if kind.by:  # line by line what the other list decides
            deciding = next(one for one in named if one.what == kind.by)
            assert len(kind.values[0]) == len(deciding.values[0]), kind.what
            assert any(one.what == kind.what for one in named), kind.what


def test_states_of_a_trade_fit_their_column() -> None:
    """`Descontinuado` is too long for ten letters: goods are active or not."""
    made = table("produtos", {"id": "integer!", "nome": "text!", "situacao": "varchar(10)!"}, key("id"))
    schema, plan = schema_of(made), drafted(made, rows=60, locale="pt_BR").plan
    states = Engine(resolve(plan, schema)).rows(ref("produtos"), range(60), ["situacao"])["situacao"]
    assert states.str.len_chars().max() <= 10  # type: ignore[operator]
