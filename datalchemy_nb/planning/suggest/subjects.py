"""What a row of a table is about, told by the table's name or by columns that stand together."""

from __future__ import annotations

from collections.abc import Collection
from typing import Literal

from datalchemy_nb.planning.suggest.words import Words, singular

Subject = Literal["person", "company", "product", "city", "country"]

_NOUNS: dict[str, Subject] = {
    **dict.fromkeys(
        "user usuario person people pessoa contact contato customer cliente employee funcionario colaborador patient "
        "paciente student aluno teacher professor author autor member membro owner visitor driver motorista guest "
        "hospede actor ator staff lead candidate candidato attendee participant participante doctor medico seller "
        "vendedor agent friend profile perfil signup subscriber assinante staffer artist titular dependente "
        "passenger passageiro player jogador resident morador".split(),
        "person",
    ),
    **dict.fromkeys(
        "company companies empresa supplier fornecedor organization organisation organizacao vendor manufacturer "
        "fabricante merchant lojista transportadora filial publisher editora shipper".split(),
        "company",
    ),
    **dict.fromkeys("product produto item mercadoria sku article artigo peca part material".split(), "product"),
    **dict.fromkeys("city cidade municipio".split(), "city"),
    **dict.fromkeys("country pais".split(), "country"),
}
_TOGETHER: tuple[tuple[Subject, frozenset[str]], ...] = (
    ("company", frozenset({"cnpj", "ein", "vat"})),
    ("person", frozenset({"cpf", "ssn", "nascimento", "birthdate", "birthday", "birth", "surname", "sobrenome"})),
    ("person", frozenset({"firstname", "lastname"})),
    ("product", frozenset({"sku", "ean", "gtin", "preco", "price"})),
)
_NAMES = frozenset({"name", "nome", "fullname"})


def subject_of(table: Words, columns: Collection[Words]) -> tuple[Subject, str] | None:
    """Return what a row is about, and the evidence.

    Columns that stand together (`nome` with `cnpj`) weigh more than the table's name, of which the last English noun
    or the first Portuguese one counts.
    """
    tells = {word for words in columns for word in (*words, "".join(words))}
    if _NAMES & tells:
        for subject, telling in _TOGETHER:
            found = sorted(telling & tells)
            if found:
                return subject, f"a name together with {found[0]}"
    for word in (*table[-1:], *table[:1]):
        subject_word = _NOUNS.get(word) or _NOUNS.get(singular(word))
        if subject_word is not None and _is_head(word, table):
            return subject_word, f"a row of {'_'.join(table)} is a {subject_word}"
    return None


def _is_head(word: str, table: Words) -> bool:
    """A plural at the beginning is the head (`clientes_vip`, `fontes_lead`), else the last word (`auth_user`)."""
    first_is_head = len(table) > 1 and singular(table[0]) != table[0]
    return word == table[0] if first_is_head else word == table[-1]
