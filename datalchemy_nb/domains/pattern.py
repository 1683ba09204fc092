"""Texts that match a regular expression, counted: every text has an ordinal."""

from __future__ import annotations

import re
from functools import lru_cache

import polars as pl

from datalchemy_nb.domains.base import Category, Domain
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.grammar import regex
from datalchemy_nb.domains.grammar.counted import PATTERNS, build
from datalchemy_nb.domains.grammar.nodes import Node
from datalchemy_nb.domains.limits import Limit


class PatternDomain(Domain):
    """Texts that match a regular expression as a whole. String.

    Args:
        pattern: see `datalchemy_nb.domains.grammar.regex`.
        max_repeat: what ``*``, ``+`` and ``{m,}`` may reach at most.

    `injective` is set where the expression is found to be unambiguous. `size` counts up to 2**64.

    Raises:
        ValueError: the expression is malformed or not supported.
    """

    category: Category = "text"

    def __init__(self, pattern: str, max_repeat: int = 32) -> None:
        self.pattern, self._root = pattern, _compiled(pattern, max_repeat)
        self.size, self.injective = self._root.size, self._root.injective

    @property
    def widths(self) -> tuple[int, int]:
        """Fewest and most characters."""
        return self._root.shape.least, self._root.shape.most

    @property
    def may_differ_in_case(self) -> bool:
        """As its tree of nodes."""
        return self._root.may_differ_in_case

    def take(self, ordinals: U64) -> pl.Series:
        return self._root.take(ordinals)

    def draw(self, bits: U64) -> U64:
        return self._root.draw(bits)

    def narrow(self, limit: Limit) -> Domain | None:
        """Small domains are filtered exactly; large ones keep the lengths asked for by fewer or more repeats."""
        narrowed = self._root.narrow(limit)
        return self if narrowed is self._root else narrowed


_TOKEN = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]])*\]|\.(?:[*+]|\{\d+,\})?", re.DOTALL)
_WIDTH, _LONGEST = 12, 1000


def plainer(pattern: str, width: int = _WIDTH) -> str | None:
    """Return an expression whose dots are small letters and digits; None where there is no dot, or for a very long one.

    Of ``^ID-.*$`` people write the first characters as they stand, and letters and digits after them.

    Args:
        pattern: the expression.
        width: how many more than it must have stand where there may be any number.
    """
    if len(pattern) > _LONGEST:
        return None
    found = False

    def written(token: re.Match[str]) -> str:
        nonlocal found
        text = token[0]
        if not text.startswith("."):
            return text
        found, times = True, text[1:]
        least = {"": None, "*": 0, "+": 1}.get(times, int(times[1:-2]) if times.startswith("{") else None)
        return "[a-z0-9]" + ("" if least is None else f"{{{least},{least + width}}}")

    made = _TOKEN.sub(written, pattern)
    return made if found else None


@lru_cache(maxsize=256)
def _compiled(pattern: str, max_repeat: int) -> Node:
    """A draft tries one pattern on many columns; nodes never change."""
    return build(regex.parse(pattern, max_repeat), numbering=PATTERNS)
