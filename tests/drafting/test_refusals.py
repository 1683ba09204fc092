"""What drafting refuses quietly, since another rule fits better, and what is a fault that must be seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from datalchemy_nb.domains.base import Built
from datalchemy_nb.domains.registry import GeneratorSpec, find_generator
from datalchemy_nb.domains.texts.grammar import Grammar, GrammarError

from .conftest import Judge, drafted, table


@pytest.mark.parametrize(
    ("name", "column", "written"),
    [
        ("clientes", "cpf", "uuid"),
        ("empresas", "cnpj", "jsonb"),
        ("users", "email", "inet"),
        ("users", "phone", "uuid"),
    ],
)
def test_a_rule_whose_texts_are_no_values_of_the_type_is_not_drafted(
    judge: Judge, name: str, column: str, written: str
) -> None:
    found = judge(name, column, written)
    assert found.generator_id is None or not found.generator_id.startswith("semantic."), found


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ("= note\na\n= note\nb\n", "'note' is there twice"),
        ("= note\n<nobody> came\n", "no rule 'nobody'"),
        ("= note\n{a|b\n", "not closed"),
    ],
)
def test_a_broken_grammar_is_told_and_no_refusal_of_a_column(rules: str, told: str) -> None:
    with pytest.raises(GrammarError, match=told):
        Grammar(rules, ("s", "p")).form("note")


def test_a_draft_does_not_go_on_without_its_texts(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(params: object, slot: object) -> Built:
        raise GrammarError("rule 'note' is there twice")

    def found(id_: str) -> GeneratorSpec | None:
        spec = find_generator(id_)
        return replace(spec, build=broken) if spec is not None and id_.startswith("text.") else spec

    monkeypatch.setattr("datalchemy_nb.drafting.offers.find_generator", found)
    with pytest.raises(GrammarError, match="there twice"):
        drafted(table("tickets", {"id": "int!", "subject": "text!", "description": "text!"}), locale="en_US")
