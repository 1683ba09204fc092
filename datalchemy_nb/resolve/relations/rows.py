"""Words of one row and the rows above it: expression, copy, bounds."""

from __future__ import annotations

from datalchemy_nb.resolve.relations.word import Word

WORDS: dict[type, Word] = {}
