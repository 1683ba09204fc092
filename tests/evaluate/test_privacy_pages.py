"""Both pages on the LGPD say the same, and what they say of the package is so."""

from __future__ import annotations

import re
from pathlib import Path

from datalchemy_nb.commands.verbs import BY_NAME
from datalchemy_nb.domains.registry import find_generator
from datalchemy_nb.introspect.profile import DEFAULT_K

DOCS = Path(__file__).parents[2] / "docs"
ENGLISH = (DOCS / "privacy_lgpd.md").read_text(encoding="utf-8")
PORTUGUESE = (DOCS / "privacy_lgpd.pt-BR.md").read_text(encoding="utf-8")


def shape(page: str) -> list[str]:
    """Headings, table rows and list items, in order, without their words."""
    marks = (re.match(r"#+ |\|(?=[^-])|- ", line) for line in page.splitlines())
    return [mark[0] for mark in marks if mark]


def articles(page: str) -> list[list[str]]:
    found = re.findall(r"^\| (\d[^|]*) \|", page, re.MULTILINE)
    return [re.findall(r"\d+|[IVX]+\b", article) for article in found]


def test_both_pages_have_the_same_form() -> None:
    assert shape(ENGLISH) == shape(PORTUGUESE)
    assert articles(ENGLISH) == articles(PORTUGUESE)
    assert len(articles(ENGLISH)) == 15


def test_what_is_named_exists() -> None:
    for page in (ENGLISH, PORTUGUESE):
        for word in re.findall(r"`([a-z_.]+)`", page):
            if word.startswith(("semantic.", "primitive.")):
                assert find_generator(word) is not None, word
        assert f"({DEFAULT_K}" in page
    for kind in ("cpf", "cnpj", "rg", "pis", "cnh", "titulo_eleitor"):
        spec = find_generator(f"semantic.br.{kind}")
        assert spec is not None
        assert "valid" in spec.params.model_fields


def test_the_verbs_of_the_first_table_exist() -> None:
    table = ENGLISH.split("## What it reads")[1].split("##")[0]
    words = {word.split()[0] for word in re.findall(r"`([a-z][a-z -]+)`", table.replace("--allow-histograms", ""))}
    assert words <= set(BY_NAME)
