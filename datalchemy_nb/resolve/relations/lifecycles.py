"""Words of states: lifecycle and history."""

from __future__ import annotations

from datalchemy_nb.resolve.relations.word import Word

WORDS: dict[type, Word] = {}
