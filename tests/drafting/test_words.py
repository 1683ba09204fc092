"""Names are taken apart into words, and words mean something only at the right place."""

from __future__ import annotations

import pytest

from datalchemy_nb.drafting.words import singular, split_words, vocabulary

EMAIL = vocabulary("email, email address", "email")
NAME = vocabulary("first name", "primeiro nome")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("data_de_nascimento", ("data", "nascimento")),
        ("dataNascimento", ("data", "nascimento")),
        ("DataNascimento", ("data", "nascimento")),
        ("dt_nascimento", ("data", "nascimento")),
        ("razão_social", ("razao", "social")),
        ("address2", ("address", "2")),
        ("HTTPStatus", ("http", "status")),
        ("qtd", ("quantidade",)),
        ("nm_cliente", ("nome", "cliente")),
        ("", ()),
    ],
)
def test_splits(name: str, words: tuple[str, ...]) -> None:
    assert split_words(name) == words


@pytest.mark.parametrize("name", ["email", "billing_email", "email_address", "email_contato", "clienteEmail", "email2"])
def test_the_phrase_is_found_where_a_language_puts_its_noun(name: str) -> None:
    assert EMAIL.find(split_words(name))


@pytest.mark.parametrize("name", ["email_template", "email_count", "emailed", "email_status", "female", "email_tipo"])
def test_a_name_about_something_else_says_nothing(name: str) -> None:
    assert EMAIL.find(split_words(name)) is None


@pytest.mark.parametrize("name", ["firstname", "first_name", "user_first_name", "primeironome"])
def test_phrases_may_be_written_as_one_word(name: str) -> None:
    assert NAME.find(split_words(name))


@pytest.mark.parametrize(
    ("plural", "single"),
    [
        ("itens", "item"), ("funis", "funil"), ("cotacoes", "cotacao"), ("fornecedores", "fornecedor"),
        ("categories", "category"), ("migrations", "migration"), ("status", "status"), ("analysis", "analysis"),
        ("addresses", "address"), ("usuarios", "usuario"), ("gas", "gas"),
    ],
)  # fmt: skip
def test_singular(plural: str, single: str) -> None:
    assert singular(plural) == single


def test_names_written_together_end_with_their_noun() -> None:
    assert split_words("hiredate") == ("hire", "date")
    assert split_words("sellenddate") == ("sell", "end", "date")
    assert split_words("discontinueddate") == ("discontinued", "date")
    assert split_words("jobcandidate")[-1] != "date"
    assert split_words("lastupdate")[-1] == "update"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("dtvencimento", ("data", "vencimento")), ("vltotal", ("valor", "total")), ("tppessoa", ("tipo", "pessoa")),
        ("cpfcnpj", ("cpf", "cnpj")), ("qtdparcela", ("quantidade", "parcela")), ("birth_dt", ("birth", "date")),
        ("country_cd", ("country", "code")), ("status_cd", ("status",)), ("state", ("state",)), ("vlan", ("vlan",)),
        ("identity", ("identity",)), ("street", ("street",)),
    ],
)  # fmt: skip
def test_prefixes_and_ends_of_data_dictionaries(name: str, words: tuple[str, ...]) -> None:
    assert split_words(name) == words


def test_a_movie_is_no_movy() -> None:
    assert [singular(word) for word in ("movies", "cookies", "cities", "series")] == [
        "movie", "cookie", "city", "series",
    ]  # fmt: skip
