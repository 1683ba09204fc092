"""Codes by pattern, several patterns a place: postal codes and telephone numbers.

In a pattern `#` is a digit, `%` one from 1 to 9, `$` one from 0 to 8, `@` a letter; other characters stand for
themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from math import prod
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.domains.base import MAX_SIZE, Category, Domain, Entity, Facet
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.finder import places
from datalchemy_nb.domains.limits import EmptyDomainError, Length, Limit
from datalchemy_nb.domains.strings import from_fixed_bytes

SIGNS: Final = {"#": "0123456789", "%": "123456789", "$": "012345678", "@": "ABEGHJLNPRSTXY"}
"""Sign to the characters it stands for; letters are those that Canada and the United Kingdom both use."""
_OWN: Final = 1 << 32


class Patterns:
    """A list of patterns, ready to be written.

    Args:
        texts: at least one; no longer than some twenty characters, ASCII.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = tuple(texts)
        width = max(map(len, texts))
        cells = np.zeros((len(texts), width), dtype=np.uint8)
        for row, text in enumerate(texts):
            cells[row, : len(text)] = np.frombuffer(text.encode("ascii"), dtype=np.uint8)
        self._cells = cells
        self._lengths = np.array([len(text) for text in texts], dtype=np.uint64)
        self.sizes = tuple(prod(len(SIGNS.get(sign, " ")) for sign in text) for text in texts)
        self.shortest, self.longest = min(map(len, texts)), width

    def write(self, which: U64, number: U64) -> pl.Series:
        """Return pattern ``which[i]`` with the digits of ``number[i]``, which is taken apart from the right."""
        places = which.view(np.int64)
        cells = self._cells.take(places, axis=0)
        rest = number.copy()
        for at in range(cells.shape[1] - 1, -1, -1):
            column = cells[:, at]
            for sign, letters in SIGNS.items():
                here = np.flatnonzero(column == ord(sign))
                if len(here):
                    above = rest[here] // np.uint64(len(letters))
                    digit = rest[here] - above * np.uint64(len(letters))
                    table = np.frombuffer(letters.encode(), dtype=np.uint8)
                    column[here] = table.take(digit.view(np.int64))
                    rest[here] = above
        return from_fixed_bytes(cells, self._lengths.take(places))


class PatternOfPlace(Facet):
    """A code of the row's place.

    Args:
        entity: which place.
        city_of: entity ordinals to cities; None = they are the cities.
        patterns: per city, at least one each.
    """

    category: Category = "text"
    injective = False
    own_size = _OWN

    def __init__(
        self, entity: Entity, city_of: npt.NDArray[np.int64] | None, patterns: Sequence[Sequence[str]]
    ) -> None:
        self.entity, self.city_of, self.listed = entity, city_of, patterns
        self.size = min(entity.size * self.own_size, MAX_SIZE)
        distinct = {text: number for number, text in enumerate(dict.fromkeys(t for one in patterns for t in one))}
        self.patterns = Patterns(list(distinct))
        counts = [len(one) for one in patterns]
        self._count = np.array(counts, dtype=np.uint64)
        self._start = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.uint64)
        self._number = np.array([distinct[t] for one in patterns for t in one], dtype=np.uint64)

    def take_in(self, entity: U64, own: U64) -> pl.Series:
        city = (entity if self.city_of is None else self.city_of.take(entity.view(np.int64))).view(np.int64)
        count = self._count.take(city)
        rest = own // count
        which = self._number.take((self._start.take(city) + own - rest * count).view(np.int64))
        return self.patterns.write(which, rest)

    def draw(self, bits: U64) -> U64:
        """Draw the place by its weight, and the code within it."""
        entity = self.entity.draw(bits)
        return entity * np.uint64(self.own_size) + (bits & np.uint64(self.own_size - 1))

    def narrow(self, limit: Limit) -> Domain | None:
        if not isinstance(limit, Length):
            return None
        most = self.patterns.longest if limit.at_most is None else limit.at_most
        if limit.at_least <= self.patterns.shortest and self.patterns.longest <= most:
            return self
        bare = [[_bare(text) for text in one] for one in self.listed]
        if bare != [list(one) for one in self.listed]:
            return PatternOfPlace(self.entity, self.city_of, bare).narrow(limit)
        if limit.at_least > self.patterns.longest or most < self.patterns.shortest:
            raise EmptyDomainError(str(limit))
        return None

    def distinct(self, rows: int, wide: Sequence[str]) -> Domain:
        """Return codes that do not repeat: of the listed patterns where they are enough, else of wider ones."""
        if wide and sum(self.patterns.sizes) < rows:
            return PatternCodes(disjoint(wide))
        narrow = PatternCodes(disjoint(self.patterns.texts))
        return narrow if narrow.size >= rows or not wide else PatternCodes(disjoint(wide))


class PatternCodes(Domain):
    """Every code of some patterns once.

    Args:
        patterns: of which no two can write the same.
    """

    category: Category = "text"

    def __init__(self, patterns: Sequence[str]) -> None:
        self.patterns = Patterns(patterns)
        ends = np.cumsum(np.array(self.patterns.sizes, dtype=np.uint64))
        self._ends, self.size = ends, int(ends[-1])
        self._starts = np.concatenate([np.zeros(1, np.uint64), ends[:-1]])

    def take(self, ordinals: U64) -> pl.Series:
        which = places(self._ends, ordinals).astype(np.uint64)
        return self.patterns.write(which, ordinals - self._starts.take(which.view(np.int64)))

    def narrow(self, limit: Limit) -> Domain | None:
        if not isinstance(limit, Length):
            return super().narrow(limit)
        fitting = [text for text in self.patterns.texts if _fits(text, limit)]
        if not fitting:
            fitting = disjoint([_bare(text) for text in self.patterns.texts if _fits(_bare(text), limit)])
        if not fitting:
            raise EmptyDomainError(str(limit))
        return self if len(fitting) == len(self.patterns.texts) and fitting[0] in self.patterns.texts else \
            PatternCodes(fitting)  # fmt: skip


def disjoint(patterns: Sequence[str]) -> list[str]:
    """Leave out patterns that could write what a wider one writes."""
    return list(_disjoint(tuple(patterns)))


@lru_cache(maxsize=64)
def _disjoint(patterns: tuple[str, ...]) -> tuple[str, ...]:
    kept: list[str] = []
    by_length: dict[int, tuple[npt.NDArray[np.uint64], list[int]]] = {}
    lengths = Counter(map(len, set(patterns)))
    for text in sorted(set(patterns), key=lambda t: (-prod(len(SIGNS.get(c, " ")) for c in t), t)):
        letters = np.array([_LETTERS[sign] for sign in text], dtype=np.uint64)
        others, count = by_length.setdefault(
            len(text), (np.zeros((lengths[len(text)], len(text)), dtype=np.uint64), [0])
        )
        # Two patterns can write the same where at every place some character suits both.
        if not ((others[: count[0]] & letters) != 0).all(axis=1).any():
            others[count[0]] = letters
            count[0] += 1
            kept.append(text)
    return tuple(kept)


def _letter_sets() -> dict[str, int]:
    """Every character that a pattern may hold as a set of bits, one a character that is written."""
    alone = {chr(code): 1 << place for place, code in enumerate([*range(48, 58), *range(65, 91)])}
    alone |= {other: 1 << (36 + place) for place, other in enumerate("+-() ./")}
    return alone | {sign: sum(alone[letter] for letter in letters) for sign, letters in SIGNS.items()}


_LETTERS: Final = _letter_sets()


def _bare(text: str) -> str:
    return "".join(c for c in text if c.isalnum() or c in SIGNS)


def _fits(text: str, limit: Length) -> bool:
    return len(text) >= limit.at_least and (limit.at_most is None or len(text) <= limit.at_most)
