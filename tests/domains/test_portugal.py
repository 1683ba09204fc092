"""Texts of Portugal: not those of Brazil."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.bits import mix
from datalchemy_nb.domains.registry import find_generator, registered
from datalchemy_nb.domains.texts.grammar import grammar

BRAZILIAN = re.compile(
    r"\b(você|vocês|equipes?|celular|usuári[oa]s?|cadastr\w*|boletos?|planilhas?|telas?|aplicativos?|ônibus|reais|senhas?"
    r"|contatos?|registros?|geladeira|CEP|Brasil|trem|xampu|suco|estoque|frete|varejo|atacado|sertão)\b|R\$"
    r"|\best(á|ou|ão|amos) \w+ndo\b|[ôê][mn][aeiou]",
    re.IGNORECASE,
)
TEXTS = sorted(id_ for id_ in registered() if id_.startswith("text."))


def texts(id_: str, locale: str, count: int = 400) -> pl.Series:
    spec = find_generator(id_)
    assert spec is not None
    slot = Slot(TableRef("app", "t"), "c", "text", pl.String(), "text", rows=count, locale=locale)
    built = spec.build(spec.params(), slot)
    if not isinstance(built, Domain):
        pytest.skip("reads other columns")
    return built.take(built.draw(mix(np.arange(count, dtype=np.uint64)))).cast(pl.String)


@pytest.mark.parametrize("id_", TEXTS)
def test_no_text_of_portugal_is_brazilian(id_: str) -> None:
    found = [text for text in texts(id_, "pt_PT") if BRAZILIAN.search(text)]
    assert not found, found[:3]


def test_sums_are_in_euros_behind_the_number() -> None:
    notes = texts("text.note", "pt_PT", 3_000)
    assert notes.str.contains(r"\d,\d\d €").any()
    assert texts("text.note", "pt_BR", 3_000).str.contains(r"R\$ \d").any()


def test_flats_are_written_as_in_portugal() -> None:
    found = texts("text.address_complement", "pt_PT")
    assert found.str.contains(r"\.º|rés do chão|bloco|lote|loja|sala|armazém|fração|cave|sótão|anexo|moradia").all()


def test_every_rule_of_portugal_can_be_made() -> None:
    known = grammar("pt_PT")
    for name in known.names:
        known.form(name)


def test_an_address_in_a_document_is_one_place_outside_brazil_too() -> None:
    import json

    regions: dict[str, set[str]] = {}
    for text in texts("document.address", "pt_PT", 600):
        address = json.loads(text)
        assert re.fullmatch(r"\d{4}-\d{3}", address["codigo_postal"])
        regions.setdefault(address["cidade"], set()).add(address["distrito"])
    assert sum(len(found) == 1 for found in regions.values()) > 0.9 * len(regions)
