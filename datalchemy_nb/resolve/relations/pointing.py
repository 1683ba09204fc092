"""Words of which row a row refers to: same ancestor, polymorphic."""

from __future__ import annotations

from datalchemy_nb.resolve.relations.word import Word

WORDS: dict[type, Word] = {}
