"""Words of parents and their children: rollup, share, position, ordered, running, periods."""

from __future__ import annotations

from datalchemy_nb.resolve.relations.word import Word

WORDS: dict[type, Word] = {}
