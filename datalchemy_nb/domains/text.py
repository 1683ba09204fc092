"""Free text: words, random characters, and the readable suffix that makes small text domains larger."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import accumulate, pairwise, product
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.datafiles import lines_of
from datalchemy_nb.domains.base import FILTER_SIZE, MAX_SIZE, Category, Domain
from datalchemy_nb.domains.bits import U64, mix, scale
from datalchemy_nb.domains.finder import places
from datalchemy_nb.domains.limits import Cased, EmptyDomainError, Length, Limit, Matches
from datalchemy_nb.domains.strings import TextRows, decimal_digits, gather, join, text_table

LATIN = tuple(" ".join(lines_of(__package__, "latin.txt")).split())
"""The words of placeholder text: lower-case, ASCII, distinct, sorted."""
ALPHANUMERIC = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_MAX_PAIRED = 256
_MAX_TABLE = 1 << 16
_USUAL_WORD = 7
_OTHER = np.uint64(0xD1B54A32D192ED03)
_AROUND = re.compile(r"(?<!\[)\^|\$|\\[AzZbBmMyY<>]|\(\?")
"""What of a regular expression asks for something around the text that matches."""


class _Banded(Domain):
    """Ordinals in bands of one length each, shortest first; a band is drawn first, then a place in it."""

    category: Category = "text"

    def _set_bands(self, sizes: Sequence[int]) -> None:
        self.bands = list(sizes)
        ends = list(accumulate(sizes))
        self.size = ends[-1]
        self._starts: U64 = np.array([0, *ends[:-1]], dtype=np.uint64)

    def _band_of(self, ordinals: U64) -> U64:
        return places(self._starts, ordinals).astype(np.uint64) - np.uint64(1)

    def draw(self, bits: U64) -> U64:
        if len(self.bands) == 1:
            return scale(bits, self.size)
        band = scale(bits, len(self.bands))
        places = mix(bits ^ _OTHER)
        drawn = np.empty(len(bits), dtype=np.uint64)
        for number, size in enumerate(self.bands):
            here = band == np.uint64(number)
            drawn[here] = scale(places[here], size) + self._starts[number]
        return drawn


def _fair_sizes(wanted: Sequence[int]) -> list[int]:
    """Cut band sizes so that all fit 64 bits: small bands whole, large ones in even shares."""
    left, sizes = MAX_SIZE, dict.fromkeys(range(len(wanted)), 0)
    for done, number in enumerate(sorted(sizes, key=lambda i: wanted[i])):
        sizes[number] = min(wanted[number], left // (len(wanted) - done))
        left -= sizes[number]
    return [sizes[i] for i in range(len(wanted))]


class WordsDomain(_Banded):
    """Words joined by a separator, fewest first; the number of words is drawn evenly. String.

    Args:
        least: fewest words.
        most: most words.
        words: distinct words without the separator in them.
        separator: between words.
    """

    def __init__(self, least: int = 3, most: int = 8, words: Sequence[str] = LATIN, separator: str = " ") -> None:
        if not 0 <= least <= most or not words:
            raise EmptyDomainError(f"no text has {least} to {most} words")
        self.least, self.most, self.words, self.separator = least, most, tuple(words), separator
        self._pool, self._pairs = _pools(self.words, separator)
        self._set_bands(_fair_sizes([len(self.words) ** n for n in range(least, most + 1)]))

    def take(self, ordinals: U64) -> pl.Series:
        if self.least == self.most:
            return self._band(self.least, ordinals)
        band = self._band_of(ordinals)
        rest = ordinals - self._starts[band]
        return by_part(band, len(self.bands), lambda number, rows: self._band(self.least + number, rest[rows]))

    def _band(self, count: int, rest: U64) -> pl.Series:
        if count == 0:
            return pl.repeat("", len(rest), eager=True)
        grouped = 1 if len(self.words) > _MAX_PAIRED else 2
        base, whole, spread = len(self.words), rest, mix(rest ^ _OTHER)
        counted = refill = _digits_needed(self.bands[count - self.least], base)
        parts: list[pl.Series | str] = []
        for done in range(0, count, grouped):
            block = base ** min(grouped, count - done)
            if done >= refill:
                rest, spread, refill = spread, mix(spread), done + _digits_held(base**grouped) * grouped
            elif refill == counted <= done + grouped and base**count > self.bands[count - self.least]:
                # The last counted words alone would only reach the first of the list.
                rest = (rest + mix(whole - rest * np.uint64(base**done)) % np.uint64(block)) % np.uint64(block)
            above = rest // np.uint64(block)
            pool = self._pairs if block > base else self._pool
            parts[:0] = [gather(pool, rest - above * np.uint64(block)), *([self.separator] if parts else [])]
            rest = above
        return join(parts)

    def narrow(self, limit: Limit) -> Domain | None:
        if isinstance(limit, Cased):
            wanted = tuple(w for w in self.words if w == (w.upper() if limit.upper else w.lower()))
            return self if wanted == self.words else self._with(self.least, self.most, wanted, limit)
        if isinstance(limit, Length) and self.size > FILTER_SIZE:
            return self._within(limit)
        if isinstance(limit, Matches) and self._every_word_matches(limit):
            return self
        return super().narrow(limit)

    def _every_word_matches(self, limit: Matches) -> bool:
        """Whether each word matches, so that each text does: the expression asks nothing of what is around it."""
        if self.least == 0 or limit.negated or _AROUND.search(limit.pattern):
            return False
        return bool(limit.mask(pl.Series(self.words)).all())

    def _within(self, limit: Length) -> WordsDomain:
        gap, most, words = len(self.separator), self.most, self.words
        if limit.at_most is not None and self.longest() > limit.at_most:
            most = max(self.least, 1, min(most, (limit.at_most + gap) // (_USUAL_WORD + gap)))
            longest = (limit.at_most + gap) // most - gap
            words = tuple(w for w in words if len(w) <= longest)
            if not words:
                raise EmptyDomainError(str(limit))
        shortest = min(map(len, words))
        least = max(self.least, -(-(limit.at_least + gap) // (shortest + gap)))
        return self._with(least, most, words, limit)

    def _with(self, least: int, most: int, words: Sequence[str], limit: Limit) -> WordsDomain:
        if least > most or not words:
            raise EmptyDomainError(str(limit))
        return self if (least, most, words) == (self.least, self.most, self.words) else \
            WordsDomain(least, most, words, self.separator)  # fmt: skip

    def longest(self) -> int:
        """Return the most characters a text can have."""
        return self.most * (max(map(len, self.words)) + len(self.separator)) - len(self.separator)

    def widen(self, size: int) -> Domain | None:
        return widened(self, size, " ")


class CharsDomain(_Banded):
    """Random characters, shortest first; the length is drawn evenly. String.

    Args:
        characters: distinct characters.
        least: shortest length.
        most: longest length.

    Beyond 64 bits of choice the further characters are a function of the first ones.
    """

    def __init__(self, characters: str, least: int, most: int) -> None:
        if not characters or not 0 <= least <= most:
            raise EmptyDomainError(f"no text has {least} to {most} of {len(characters)} characters")
        self.characters, self.least, self.most = "".join(dict.fromkeys(characters)), least, most
        self._set_bands(_fair_sizes([len(self.characters) ** n for n in range(least, most + 1)]))
        if self.size == 0:
            raise EmptyDomainError("no text")
        self._block = _block_length(len(self.characters)) if self.characters.isascii() else 1
        self._counted = _digits_needed(max(self.bands), len(self.characters) ** self._block)

    def take(self, ordinals: U64) -> pl.Series:
        if self.most == 0:
            return pl.repeat("", len(ordinals), eager=True)
        band = self._band_of(ordinals)
        lengths = band + np.uint64(self.least)
        places = self._places(ordinals - self._starts[band], lengths)
        if self.characters.isascii():
            return self._ascii(places, lengths)
        pool = pl.Series([*self.characters, ""])
        end = np.uint64(len(self.characters))
        return join([gather(pool, np.where(lengths > i, index, end)) for i, index in enumerate(places)])

    def _ascii(self, places: Sequence[U64], lengths: U64) -> pl.Series:
        rows = TextRows(len(lengths), self.most)
        for number, index in enumerate(places):
            position = number * self._block
            rows.put(position, _block_table(self.characters, min(self._block, self.most - position)), index)
        return rows.finish(None if self.least == self.most else lengths)

    def _places(self, rest: U64, lengths: U64) -> list[U64]:
        """Return the table index of each block of characters; the first varies fastest."""
        whole, spread, done = rest, mix(rest ^ _OTHER), 0
        places: list[U64] = []
        per_word = _digits_held(len(self.characters) ** self._block)
        while done < self.most:
            if len(places) >= self._counted and (len(places) - self._counted) % per_word == 0:
                rest, spread = spread, mix(spread)
            block = np.uint64(len(self.characters) ** min(self._block, self.most - done))
            if len(places) == self._counted - 1:
                rest = self._turned(rest, whole, block, lengths)
            above = rest // block
            places.append(rest - above * block)
            rest, done = above, done + self._block
        return places

    def _turned(self, top: U64, whole: U64, block: np.uint64, lengths: U64) -> U64:
        """Turn the last counted block by what comes before it: alone it would only reach the first characters."""
        reach = self._counted * self._block
        if reach > self.most or len(self.characters) ** reach <= max(self.bands):
            return top
        below = whole - top * np.uint64(len(self.characters) ** (reach - self._block) % MAX_SIZE)
        return np.where(lengths >= reach, (top + mix(below ^ _OTHER) % block) % block, top)

    def narrow(self, limit: Limit) -> Domain | None:
        if isinstance(limit, Length):
            least = max(self.least, limit.at_least)
            most = self.most if limit.at_most is None else min(self.most, limit.at_most)
            if least > most:
                raise EmptyDomainError(str(limit))
            return self if (least, most) == (self.least, self.most) else CharsDomain(self.characters, least, most)
        if isinstance(limit, Cased):
            kept = "".join(c for c in self.characters if c == (c.upper() if limit.upper else c.lower()))
            return self if kept == self.characters else CharsDomain(kept, self.least, self.most)
        return super().narrow(limit)


class SuffixedDomain(Domain):
    """Another domain, several times over: as it is, then with `` 2``, `` 3``, ... after each value. String.

    Args:
        base: text whose values do not end in the separator and a number.
        copies: how many times; at least 1.
        separator: between the value and its number.
    """

    def __init__(self, base: Domain, copies: int, separator: str = " ") -> None:
        self.base, self.copies, self.separator = base, copies, separator
        self.size, self.category, self.injective = base.size * copies, base.category, base.injective

    def take(self, ordinals: U64) -> pl.Series:
        copy = ordinals // np.uint64(self.base.size)
        plain = self.base.take(ordinals - copy * np.uint64(self.base.size))
        numbered = join([plain, self.separator, decimal_digits(copy + np.uint64(1))])
        return plain.zip_with(pl.Series(copy == 0), numbered)

    def draw(self, bits: U64) -> U64:
        """Draw from the base: without a need for distinct values no suffix shows."""
        return self.base.draw(bits)

    def narrow(self, limit: Limit) -> Domain | None:
        if not isinstance(limit, Length) or limit.at_most is None:
            return None
        digits, copies = 0, self.copies
        base: Domain | None = self.base
        while base is not None and digits < len(str(copies)):
            # Shorter values are fewer, need more copies, and those perhaps longer numbers.
            digits = len(str(copies))
            room = limit.at_most - len(self.separator) - digits
            if room < 0:
                raise EmptyDomainError(str(limit))
            base = self.base.narrow(Length(limit.at_least, room))
            copies = copies if base is None else -(-self.size // base.size)
        return None if base is None else SuffixedDomain(base, copies, self.separator)


def widened(base: Domain, size: int, separator: str) -> Domain | None:
    """Return the domain with enough numbered copies for ``size`` values, or None beyond 64 bits."""
    copies = -(-size // base.size)
    if copies <= 1:
        return base
    return SuffixedDomain(base, copies, separator) if base.size * copies <= MAX_SIZE else None


def unsort(values: pl.Series, order: np.ndarray[tuple[int], np.dtype[np.intp]]) -> pl.Series:
    """Put values made in another order back: ``result[order[i]] = values[i]``."""
    place = np.empty(len(order), dtype=np.uint64)
    place[order] = np.arange(len(order), dtype=np.uint64)
    return gather(values, place)


_SMALL_PARTS = 1 << 16


def by_part(
    part: np.ndarray[tuple[int], np.dtype[Any]],
    count: int,
    make: Callable[[int, np.ndarray[tuple[int], np.dtype[np.intp]]], pl.Series],
) -> pl.Series:
    """Make the values of rows that fall into parts, a part at a time, and return them in the order of the rows.

    Args:
        part: of each row, ``0`` to ``count - 1``.
        count: parts.
        make: makes the values of a part at these rows, which are in order and at least one.
    """
    order, edges = sorted_parts(part, count)
    pieces = [make(number, order[a:b]) for number, (a, b) in enumerate(pairwise(edges)) if a < b]
    if len(pieces) == 1:
        return pieces[0]
    return unsort(pl.concat(pieces), order) if pieces else pl.Series(dtype=pl.String)


def sorted_parts(
    part: np.ndarray[tuple[int], np.dtype[Any]], count: int
) -> tuple[np.ndarray[tuple[int], np.dtype[np.intp]], list[int]]:
    """Return the rows of parts, those of part ``n`` from ``edges[n]`` to ``edges[n + 1]``, each in order.

    Args:
        part: of each row, ``0`` to ``count - 1``.
        count: parts.
    """
    # Numbers of 16 bits are sorted by their digits, others by comparing them.
    order = np.argsort(part.astype(np.uint16) if count <= _SMALL_PARTS else part, kind="stable")
    return order, [0, *np.cumsum(np.bincount(part.astype(np.intp), minlength=count)).tolist()]


@lru_cache(maxsize=32)
def _pools(words: tuple[str, ...], separator: str) -> tuple[pl.Series, pl.Series]:
    """Words, and pairs of them where they are few: made once, since hundreds of columns share a list."""
    pool = pl.Series(words)
    return pool, pool if len(words) > _MAX_PAIRED else pl.Series([a + separator + b for a in words for b in words])


def _block_length(base: int) -> int:
    return next(size for size in (4, 3, 2, 1) if base**size <= _MAX_TABLE or size == 1)


@lru_cache(maxsize=64)
def _block_table(characters: str, size: int) -> npt.NDArray[np.uint32]:
    """All texts of ``size`` characters, the first character varying fastest."""
    return text_table(["".join(reversed(text)) for text in product(characters, repeat=size)])


def _digits_needed(size: int, base: int) -> int:
    digits, reach = 1, base
    while reach < size and base > 1:
        digits, reach = digits + 1, reach * base
    return digits


def _digits_held(base: int) -> int:
    """Return how many digits one 64-bit word can choose freely."""
    digits = 1
    while base > 1 and base ** (digits + 1) <= MAX_SIZE:
        digits += 1
    return digits


def words_within(max_length: int | None, least: int = 1, most: int = 6) -> Domain:
    """Return words that fit a column: fewer where it is short, letters where it is shorter than any word."""
    if max_length is None:
        return WordsDomain(least, most)
    if max_length < 6:
        return CharsDomain("ABCDEFGHIJKLMNOPQRSTUVWXYZ", max_length, max_length)
    return WordsDomain(least, most)._within(Length(0, max_length))
