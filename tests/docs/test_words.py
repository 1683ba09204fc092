"""Pages, tutorials, messages and help use plain words and short sentences."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.prose import (
    DOCS,
    MADE,
    ROOT,
    average,
    messages,
    notebooks,
    pages,
    phrases,
    replacements,
    sentences,
    text_of,
)

MOST = 20
TEXTS = [*pages(), *notebooks(), *(DOCS / name for name in sorted(MADE) if (DOCS / name).exists())]
UNPUBLISHED = re.compile(r"pip install [\"']?datalchemy_nb")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_list_is_read() -> None:
    unwanted = replacements()
    assert unwanted["load tells"] == "run `load` to find out"
    assert unwanted["a linha que faz o mesmo"] == "o comando equivalente"
    assert len(unwanted) > 15


@pytest.mark.parametrize("path", [path for path in TEXTS if path.name != "contributing.md"], ids=name_of)
def test_pages_use_plain_words(path: Path) -> None:
    assert phrases(text_of(path), replacements()) == []


def test_messages_and_help_use_plain_words() -> None:
    unwanted = replacements()
    found = {f"{name_of(path)}: {what}" for path, text in messages() for what in phrases(text, unwanted)}
    assert found == set()


@pytest.mark.parametrize("path", [*pages(), *notebooks()], ids=name_of)
def test_sentences_are_short(path: Path) -> None:
    """The mean of a page; `python -m tests.docs.prose` lists all."""
    assert average(text_of(path)) < MOST


def test_nothing_says_to_install_from_a_registry() -> None:
    """The package is on none yet."""
    told = [(path, text_of(path)) for path in TEXTS] + list(messages())
    assert [name_of(path) for path, text in told if UNPUBLISHED.search(text)] == []


def shape(name: str) -> tuple[list[str], list[int], int, set[str]]:
    """Levels of headings, columns of table rows, points of lists, and the addresses a page leads to."""
    text = (ROOT / name).read_text(encoding="utf-8")
    rows = [line.count("|") for line in text.splitlines() if line.startswith("|")]
    points = len(re.findall(r"^- ", text, re.MULTILINE))
    return re.findall(r"^#+", text, re.MULTILINE), rows, points, set(re.findall(r"\]\((https://[^)]+)\)", text))


def test_the_readme_in_portuguese_is_as_full() -> None:
    """It leads to the same pages, to those in Portuguese where there are some."""
    assert shape("README.pt-BR.md") == shape("README.md")
    linked = {
        name: set(re.findall(r"\]\(docs/([\w/-]+)(?:\.pt-BR)?\.md\)", (ROOT / name).read_text(encoding="utf-8")))
        for name in ("README.md", "README.pt-BR.md")
    }
    assert linked["README.md"] <= linked["README.pt-BR.md"]


def test_sentences_are_told_apart() -> None:
    text = "One two three. `Code` is one word:\n\n```sh\nnot counted\n```\n\n- A [link](a.md)\n- Two words\n\n| a | b |"
    assert sentences(text) == [3, 4, 2, 2]


def test_an_unwanted_phrase_is_found_over_a_line_break() -> None:
    assert phrases("They are\n  Dealt anew.", {"are dealt anew": "differ"}) == ["'are dealt anew': write 'differ'"]
