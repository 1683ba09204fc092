"""A generator is found by what one wants, in English and in Portuguese."""

from __future__ import annotations

import pytest

from datalchemy_nb import Session
from datalchemy_nb.domains.registry import generators
from datalchemy_nb.domains.wishes import WISHES, wished


def test_every_wish_names_generators_that_exist() -> None:
    assert {id_ for wish in WISHES for id_ in wish.ids} <= set(generators())


def test_a_wish_is_listed_once() -> None:
    for texts in ([w.english for w in WISHES], [w.portuguese for w in WISHES]):
        assert len(set(texts)) == len(texts)


@pytest.mark.parametrize(
    ("words", "id_"),
    [
        ("phone number", "place.phone"),
        ("Telefone", "place.phone"),
        ("endereco", "place.street_line"),
        ("endereço", "place.street_line"),
        ("preço", "money.price"),
        ("order status", "reference.order_status.code"),
        ("nota fiscal", "semantic.br.fiscal.access_key"),
    ],
)
def test_the_usual_one_comes_first(words: str, id_: str) -> None:
    assert Session().generators(words).ids[0] == id_


def test_words_of_no_wish_find_ids_and_descriptions_as_before() -> None:
    assert wished("end_after") == ()
    assert wished("") == ()
    assert Session().generators("end_after").ids == ("derive.end_after_start",)
    assert len(Session().generators().ids) == len(generators())
