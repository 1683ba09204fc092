"""Texts by purpose: sentences of a small grammar in the plan's language, and documents of JSON.

Every text has an ordinal, so a column of texts can be unique, narrowed to a length and drawn at any row alone.
"""

from __future__ import annotations

from datalchemy_nb.domains.texts.grammar import language_of, languages
from datalchemy_nb.domains.texts.purpose import Purpose, purposes

__all__ = ["Purpose", "language_of", "languages", "purposes"]
