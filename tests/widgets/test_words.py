"""The panels speak English and Portuguese, as the environment or the reader says."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ipywidgets as w
import pytest

import datalchemy_nb.widgets
from datalchemy_nb import Session, UsageError
from datalchemy_nb.widgets.studio import PANELS
from datalchemy_nb.widgets.words import PORTUGUESE, choose, say, spoken

HOME = Path(datalchemy_nb.widgets.__file__).parent
CALLS = {"button", "hint", "labelled", "CopyButton", "Checkbox"}
KEYWORDS = {"tip", "placeholder", "tooltip", "description", "label"}


@pytest.fixture(autouse=True)
def _as_the_environment_says(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in ("DATALCHEMY_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    yield
    choose(None)


def _literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_literals(node.body), *_literals(node.orelse))


def written() -> Iterator[str]:
    """Texts that the panels put on controls."""
    for path in HOME.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                given = node.args if name in CALLS | {"say"} else []
                given = [*given, *(keyword.value for keyword in node.keywords if keyword.arg in KEYWORDS)]
                for value in given:
                    yield from _literals(value)


def test_every_text_on_a_control_has_portuguese_words() -> None:
    assert {*written(), *(title for title, _, _ in PANELS.values())} <= set(PORTUGUESE)


def test_the_environment_decides_and_a_choice_goes_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert (spoken(), say("Undo")) == ("en", "Undo")
    monkeypatch.setenv("LANG", "pt_BR.UTF-8")
    assert (spoken(), say("Undo")) == ("pt", "Desfazer")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert spoken() == "en"
    choose("pt-BR")
    assert spoken() == "pt"


def test_a_language_without_words_is_refused() -> None:
    with pytest.raises(UsageError, match="'fr_FR'"):
        Session().studio(language="fr_FR")


def texts(widget: Any) -> Iterator[str]:
    yield from (getattr(widget, name, "") for name in ("description", "tooltip", "placeholder"))
    for child in getattr(widget, "children", ()):
        yield from texts(child)


@pytest.mark.parametrize("name", sorted(PANELS))
def test_a_panel_in_portuguese_has_no_english_word_left(name: str) -> None:
    said = set(texts(Session().studio(name, language="pt_BR").widget()))
    foreign = {text for text, other in PORTUGUESE.items() if text != other}
    assert said & foreign == set()
    assert said & set(PORTUGUESE.values())


def test_the_tabs_too() -> None:
    tabs = Session().studio(language="pt_BR").widget().children[1]
    assert isinstance(tabs, w.Tab)
    assert tabs.titles[:3] == ("Conectar", "Esquema", "Plano")
