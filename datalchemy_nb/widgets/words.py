"""The panels' words in the reader's language: English, or Portuguese of Brazil.

The code is written in English; `say` gives another language's words for them. What has none stays English.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

from datalchemy_nb.datafiles import parts_of
from datalchemy_nb.errors import UsageError

PORTUGUESE: Mapping[str, str] = {line[0]: line[1] for line in parts_of(__package__, "portuguese.txt")[""]}
CATALOGUES: Mapping[str, Mapping[str, str]] = {"en": {}, "pt": PORTUGUESE}
"""By language: its words for those of the code."""
_VARIABLES = ("DATALCHEMY_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
_chosen: list[str] = []


def choose(language: str | None) -> None:
    """Speak this language from now on, in this process.

    Args:
        language: ``pt_BR``, ``pt``, ``en_US`` or ``en``; None = that of the environment.

    Raises:
        UsageError: there are no words of it.
    """
    if language is not None and _short(language) not in CATALOGUES:
        raise UsageError(f"the panels do not speak {language!r}", hint=f"one of {', '.join(CATALOGUES)}")
    _chosen[:] = [] if language is None else [_short(language)]


def spoken() -> str:
    """Return the language in use: the one chosen, that of the environment, or English."""
    if _chosen:
        return _chosen[0]
    named = next((os.environ[name] for name in _VARIABLES if os.environ.get(name)), "en")
    return _short(named) if _short(named) in CATALOGUES else "en"


def say(text: str) -> str:
    """Return a text of the panels in the language in use."""
    return CATALOGUES[spoken()].get(text, text)


def _short(language: str) -> str:
    return language.replace("-", "_").split("_")[0].split(".")[0].lower()
