"""Reference lists: complete in five languages, real, and the same record in all columns of a row."""

from __future__ import annotations

import hashlib
import re

import numpy as np
import pycountry
import pytest

from datalchemy_nb.domains.base import Facet
from datalchemy_nb.domains.bits import draw, stream_key
from datalchemy_nb.domains.limits import Length, OneOf
from datalchemy_nb.domains.reference import field_for, list_for, lists, records, weights
from datalchemy_nb.domains.reference.catalogue import every, fields_of, find, list_ids
from datalchemy_nb.domains.reference.records import LANGUAGES
from datalchemy_nb.domains.reference.world import FIELDS
from tests.domains.domain_laws import assert_laws, slot

LOCALES = {"pt": "pt_BR", "en": "en_US", "es": "es_ES", "fr": "fr_FR", "de": "de_DE"}
ENGLISH = {
    "the", "and", "of", "is", "are", "was", "has", "with", "for", "from", "by", "to", "not", "who", "that", "name",
    "yes",
    "pending", "paid", "shipped", "delivered", "cancelled", "open", "closed", "new", "draft", "low", "high", "medium",
    "card", "cash", "transfer", "user", "manager", "month", "week", "hour", "male", "female", "single", "married",
}  # fmt: skip
PORTUGUESE = {
    "o", "os", "um", "uma", "da", "do", "das", "dos", "em", "não", "que", "ainda", "foi", "pelo", "pela", "já", "seu",
    "pendente", "pago", "enviado", "entregue", "cancelado", "aberto", "fechado", "novo", "rascunho", "baixa", "cartão",
    "dinheiro", "usuário", "gerente", "feminino", "masculino", "solteiro", "casado",
}  # fmt: skip
GERMAN = {"der", "die", "das", "ist", "und", "nicht", "wird", "ein", "eine", "auf", "mit", "noch"}
FRENCH = {"le", "les", "est", "et", "pas", "une", "avec", "dans", "du", "sur"}
SPANISH = {"el", "los", "las", "está", "y", "aún", "fue", "con", "del"}
FOREIGN = {
    "pt": ENGLISH | GERMAN - {"das"} | FRENCH - {"les"} | SPANISH - {"las", "y", "está"},
    "en": PORTUGUESE - {"do"} | GERMAN - {"die"} | SPANISH,
    "es": ENGLISH | GERMAN - {"die"} | {"não", "foi", "uma"}, "fr": ENGLISH | GERMAN | SPANISH,
    "de": ENGLISH - {"was", "name"} | PORTUGUESE - {"das", "da", "um"} | SPANISH,
}  # fmt: skip
SAMPLES = "929d9faaaa31bdaa"
"""Of what all fields show; it changes with the data, and so do the bytes of plans that use them."""
BORROWED = {"new", "y"}
"""Words of ENGLISH that names of places and currencies hold in other languages."""


def built(id_: str, locale: str = "en_US", params: dict[str, object] | None = None, **facts: object):  # type: ignore[no-untyped-def]
    spec = find(id_)
    assert spec is not None, id_
    category = facts.pop("category", "text")
    return spec.build(spec.params.model_validate(params or {}), slot(str(category), locale=locale, **facts))


def rows_of(domain: Facet, count: int = 400) -> list[object]:
    """What a column of the domain shows in rows 0 .. count-1."""
    numbers = np.arange(count, dtype=np.uint64)
    entity = domain.entity.draw(draw(stream_key("test", domain.entity.name), numbers))
    return domain.take_in(entity, np.zeros(count, dtype=np.uint64)).to_list()


def test_every_list_is_complete_in_five_languages() -> None:
    for list_id in list_ids():
        codes = records(list_id).columns["code"]
        for language, locale in LOCALES.items():
            found = records(list_id, locale, country="BR" if list_id == "subdivision" else None)
            if list_id != "subdivision":
                assert found.columns["code"] == codes, list_id
            assert tuple(found.columns) == fields_of(list_id)
            assert len(set(found.columns["code"])) == found.size, list_id
            for field, values in found.columns.items():
                assert len(values) == found.size, (list_id, field)
                missing = field == "capital"
                assert missing or all(str(value).strip() for value in values), (list_id, field, language)
            if list_id not in FIELDS:
                assert len(set(found.columns["name"])) == found.size, (list_id, language, "two records of one name")
                assert len(set(found.columns["slug"])) == found.size, (list_id, language, "two records of one slug")
                assert all(re.fullmatch(r"[a-z0-9]+(_[a-z0-9]+)*", s) for s in found.columns["slug"]), list_id
            assert all(str(text).endswith(".") and " " in str(text) for text in found.columns["description"]), list_id
            assert sum(found.weights) > 0
            assert found.columns["position"] == tuple(range(1, found.size + 1))


def test_no_word_of_another_language() -> None:
    own = [
        list_id
        for list_id in list_ids()
        if (list_id not in FIELDS and list_id != "blood_type") or list_id in ("unit", "weekday", "month")
    ]
    for list_id in own:
        for language, locale in LOCALES.items():
            found = records(list_id, locale)
            for field in ("name", "description"):
                for text in found.columns[field]:
                    words = set(re.findall(r"[^\W\d_]+", str(text).lower())) - BORROWED
                    assert not words & FOREIGN[language], (list_id, language, text, words & FOREIGN[language])


def test_fields_of_a_row_are_of_one_record() -> None:
    for list_id in list_ids():
        for locale in ("pt_BR",):
            found = records(list_id, locale)
            shown = {
                field: rows_of(built(f"reference.{list_id}.{field}", locale))
                for field in fields_of(list_id)
            }  # fmt: skip
            record_of = {code: place for place, code in enumerate(found.columns["code"])}
            for row, code in enumerate(shown["code"]):
                for field, values in shown.items():
                    assert values[row] == str(found.columns[field][record_of[code]]), (list_id, field)


def test_roles_are_told_apart() -> None:
    home = rows_of(built("reference.country.code", params={"role": "from"}))
    other = rows_of(built("reference.country.code", params={"role": "to"}))
    names = rows_of(built("reference.country.name", params={"role": "to"}))
    assert home != other
    place = dict(zip(*(records("country").columns[f] for f in ("code", "name")), strict=True))
    assert names == [place[code] for code in other]


def test_what_the_world_uses_comes_up_most() -> None:
    for locale, code, currency in (("pt_BR", "BR", "BRL"), ("de_DE", "DE", "EUR"), ("ja_JP", "JP", "JPY")):
        for list_id, wanted in (("country", code), ("currency", currency)):
            values = rows_of(built(f"reference.{list_id}.code", locale), 3000)
            assert 0.6 < values.count(wanted) / 3000 < 0.8
    assert weights("order_status") == records("order_status").weights
    states = dict(
        zip(records("subdivision", "pt_BR").columns["local_code"], weights("subdivision", "pt_BR"), strict=True)
    )
    assert max(states, key=lambda s: states[s]) == "SP"


def test_in_the_table_of_the_list_every_row_is_the_next_record() -> None:
    for list_id in list_ids():
        found = records(list_id, "fr_FR")
        for field in fields_of(list_id):
            for unique in (False, True):
                domain = built(
                    f"reference.{list_id}.{field}", "fr_FR", {"ordered": True}, rows=found.size, unique=unique
                )
                assert domain.sequential
                values = domain.take(np.arange(found.size, dtype=np.uint64)).to_list()
                assert values == [str(value) for value in found.columns[field]], (list_id, field)


def test_more_rows_than_records_and_short_columns() -> None:
    domain = built("reference.priority.name", "pt_BR", {"ordered": True}, rows=10, unique=True)
    assert domain.take(np.arange(10, dtype=np.uint64)).to_list() == [
        "Baixa", "Média", "Alta", "Urgente", "Baixa 2", "Média 2", "Alta 2", "Urgente 2", "Baixa 3", "Média 3",
    ]  # fmt: skip
    short = built("reference.country.name", "en_US").narrow(Length(0, 12))
    assert isinstance(short, Facet)
    names = rows_of(short)
    assert max(map(len, names)) <= 12
    assert "United" in names
    left = built("reference.order_status.code").narrow(OneOf(("pending", "paid", "lost")))
    assert set(left.take(np.arange(left.size, dtype=np.uint64))) == {"pending", "paid"}
    only = built("reference.order_status.name", "de_DE", {"only": ["paid", "pending"], "ordered": True}, rows=2)
    assert only.take(np.arange(2, dtype=np.uint64)).to_list() == ["Bezahlt", "Ausstehend"]
    with pytest.raises(ValueError, match="not of the list"):
        built("reference.order_status.name", params={"only": ["nowhere"]})
    with pytest.raises(ValueError, match="no subdivisions"):
        built("reference.subdivision.name", params={"country": "ZZ"})


def test_laws_of_domains_hold_for_every_field() -> None:
    digest = hashlib.sha256()
    for spec in every():
        for params, category in (({}, spec.produces[0]), ({"ordered": True}, "text")):
            domain = spec.build(spec.params.model_validate(params), slot(category, locale="es_ES", rows=40))
            values = assert_laws(domain)
            digest.update("\n".join(map(str, values.to_list())).encode())
    assert digest.hexdigest()[:16] == SAMPLES, "the bytes of reference lists have changed"


def test_codes_are_those_of_the_standards() -> None:
    columns = records("country").columns
    for alpha2, alpha3, numeric in zip(*(columns[f] for f in ("alpha2", "alpha3", "numeric")), strict=True):
        known = pycountry.countries.get(alpha_2=alpha2)
        assert (known.alpha_3, known.numeric) == (alpha3, numeric)
    assert len(columns["code"]) == len(pycountry.countries)
    columns = records("currency").columns
    for code, numeric in zip(columns["code"], columns["numeric"], strict=True):
        known = pycountry.currencies.get(alpha_3=code)
        assert known is not None, code
        assert known.numeric == numeric
    columns = records("language").columns
    for alpha2, alpha3 in zip(columns["alpha2"], columns["alpha3"], strict=True):
        assert pycountry.languages.get(alpha_2=alpha2).alpha_3 == alpha3
    for country in ("BR", "US", "DE", "FR", "ES", "PT", "MX", "IT", "CA", "AR", "GB"):
        known = {one.code for one in pycountry.subdivisions.get(country_code=country)}
        assert set(records("subdivision", country=country).columns["code"]) <= known, country


def test_tables_and_columns_are_recognised() -> None:
    tables = {
        "pais": "country", "Países": "country", "tb_pais": "country", "countries": "country", "Länder": "country",
        "order_statuses": "order_status", "formas_pagamento": "payment_method", "modes_paiement": "payment_method",
        "estado_civil": "marital_status", "uf": "subdivision", "states": "subdivision", "roles": "role",
        "zahlungsart": "payment_method", "blood_types": "blood_type", "orders": None, "clientes": None, "invoice": None,
    }  # fmt: skip
    for table, list_id in tables.items():
        found = list_for(table)
        assert (found.id if found else None) == list_id, table
    by_id = {one.id: one for one in lists()}
    for list_id, table, columns in (
        (
            "country",
            "paises",
            {"nome": "name", "sigla": "code", "iso3": "alpha3", "nome_pais": "name", "ddi": "phone_prefix"},
        ),
        ("country", "country", {"country": "name", "code": "code", "iso_code": "alpha2", "currency": "currency_code"}),
        ("subdivision", "estados", {"uf": "local_code", "nome": "name", "pais": "country_code"}),
        ("order_status", "order_status", {"code": "code", "label": "name", "sort_order": "position", "id": None}),
        ("medication", "medicamento", {"dosagem": "strength", "nome": "name", "descricao": "description"}),
    ):
        for column, field in columns.items():
            assert field_for(by_id[list_id], column, table) == field, (table, column)
    assert {one.id for one in lists()} == set(list_ids())
    assert all(one.tables[language] for one in lists() for language in LANGUAGES)
