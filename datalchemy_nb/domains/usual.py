"""A literal default as the likely value among others: most rows of an application keep it, and some do not."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import Category, Domain, Slot
from datalchemy_nb.domains.bits import draw, stream_key
from datalchemy_nb.domains.choice import ChoiceDomain, constant
from datalchemy_nb.domains.defaults import default_domain
from datalchemy_nb.domains.limits import EmptyDomainError, Length, Limit
from datalchemy_nb.domains.pattern import PatternDomain
from datalchemy_nb.domains.physical import filled
from datalchemy_nb.domains.text import words_within

KEPT = 0.6
"""Share of the rows that keep a default."""
_OTHERS = 15
_A_WORD = 6
_PURPOSE = "default"
_PAIRS = ("y n", "yes no", "s n", "sim não", "t f", "true false", "on off", "1 0", "j n", "o n", "enabled disabled")
OPPOSITES = {
    left: right for pair in reversed(_PAIRS) for one in (pair.split(),) for left, right in (one, reversed(one))
}
"""The other side of flags that are kept as words, in lower case."""
_OBJECT = r'\{"id": [1-9]\d{0,5}, "tag": "[a-z]{3,8}"\}'
_DIGIT = re.compile(r"\d")


class Usual(ChoiceDomain):
    """A default, drawn most of the time, and a few other values.

    Args:
        values: distinct values, the default first.
        others: the domain of the other values, which has more of them.
        category: the family of the values.
    """

    def __init__(self, values: Sequence[str], others: Domain, category: Category = "text") -> None:
        rest = (1 - KEPT) / max(len(values) - 1, 1)
        super().__init__(values, [KEPT, *(rest for _ in values[1:])], category)
        self.others = others

    def narrow(self, limit: Limit) -> Domain | None:
        """Return the values that satisfy the limit; where the default does not, the others alone.

        Raises:
            EmptyDomainError: nothing is left.
        """
        held = self.values.filter(filled(limit.mask(self.values), False)).to_list()
        if not held:
            raise EmptyDomainError(str(limit))
        if len(held) == self.size:
            return self
        if held[0] == self.values[0]:
            return Usual(held, self.others, self.category)
        return ChoiceDomain(held, category=self.category)

    def widen(self, size: int) -> Domain | None:
        return self.others if self.others.size >= size else self.others.widen(size)


def usual(default: str, others: Domain | None, slot: Slot, spelt: str = "{}") -> Domain:
    """Return a default among other values; the default alone where there are none, as beside a code of few letters.

    Args:
        default: the default, as PostgreSQL reads it.
        others: where other values are drawn from; None = there are none.
        slot: the column.
        spelt: what is around each of the others.
    """
    alone = Usual([default], constant(default, slot.category), slot.category)
    if others is None or others.caution or others.category not in (slot.category, "text"):
        return alone
    key = stream_key(slot.seed, slot.table.schema, slot.table.table, slot.column, _PURPOSE)
    drawn = others.take(others.draw(draw(key, np.arange(_OTHERS, dtype=np.uint64))))
    if drawn.dtype != pl.String:
        return alone
    values = list(dict.fromkeys([default, *(spelt.format(_cased(value, default)) for value in drawn.to_list())]))
    return Usual(values, others, slot.category) if len(values) > 1 else alone


def others_than(default: str, slot: Slot) -> tuple[Domain | None, str]:
    """Return where texts or documents beside a default are drawn from, with what is around each.

    A flag has its opposite, numbers in a text are others, a document is of the default's kind, a word stands beside a
    word and a sentence beside a sentence. Where there is no room for a word, letters at random would be no code.
    """
    if slot.category == "json":
        return _documents(default, default_domain(slot))
    if slot.category != "text":
        return default_domain(slot), "{}"
    if default.lower() in OPPOSITES:
        other = OPPOSITES[default.lower()]
        return (constant(other) if slot.max_length is None or len(other) <= slot.max_length else None), "{}"
    if default[:1] in ("{", "["):
        documents, around = _documents(default, PatternDomain(_OBJECT))
        return (documents if documents is None or slot.max_length is None else _short(documents, slot)), around
    if _DIGIT.search(default):
        return _numbered(default), "{}"
    if slot.max_length is not None and slot.max_length < _A_WORD:
        return None, "{}"
    if not any(mark.isspace() for mark in default):
        return words_within(slot.max_length, 1, 1), "{}"
    return default_domain(slot), "{}"


def _documents(default: str, objects: Domain | None) -> tuple[Domain | None, str]:
    """Documents of the default's kind; one that is written as a string stands for what the string says."""
    kind = default.lstrip('"')[:1]
    return (objects if kind in ("{", "[") else None), "[{}]" if kind == "[" else "{}"


def _short(documents: Domain, slot: Slot) -> Domain | None:
    try:
        return documents.narrow(Length(0, (slot.max_length or 0) - len("[]")))
    except EmptyDomainError:
        return None


def _numbered(default: str) -> Domain:
    """Texts that differ from the default in its digits."""
    digits = {"0": r"\d"}
    return PatternDomain("".join(digits.get(c, "[1-9]") if c.isdigit() else re.escape(c) for c in default))


def _cased(value: str, default: str) -> str:
    """A word in the case of the default."""
    if not value.isalpha():
        return value
    if default.isupper() or default.islower():
        return value.upper() if default.isupper() else value.lower()
    return value.capitalize() if default[:1].isupper() else value
