"""Texts that match a regular expression, counted: every text has an ordinal.

The expression becomes parts: `_Run` (a fixed layout, written in one go), `_Chars` (one class repeated a varying number
of times), `_Product` and `_Sum`. A part is itself a domain, so ordinals are split as composite keys are.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate
from math import prod

import numpy as np
import polars as pl

from datalchemy_nb.domains import regex
from datalchemy_nb.domains.base import FILTER_SIZE, MAX_SIZE, Category, Domain
from datalchemy_nb.domains.bits import U64, mix, scale
from datalchemy_nb.domains.limits import EmptyDomainError, Length, Limit
from datalchemy_nb.domains.strings import TextRows, join, text_table
from datalchemy_nb.domains.text import CharsDomain, by_part

_PART = 0x9FB21C651E98DF25
_MAX_TABLE = 1 << 16
_MAX_STORE = 4


class _Part(Domain):
    """A domain of text that knows its shape.

    Attributes:
        widths: fewest and most characters.
        first: characters a text can start with.
        alphabet: characters a text can hold.
    """

    category: Category = "text"
    widths: tuple[int, int]
    first: frozenset[str]
    alphabet: frozenset[str]

    @property
    def fixed(self) -> bool:
        return self.widths[0] == self.widths[1]

    @abstractmethod
    def within(self, least: int, most: int) -> _Part:
        """Return the part of it that has ``least`` to ``most`` characters.

        Raises:
            EmptyDomainError: nothing is left.
        """


class _Run(_Part):
    """A fixed number of characters, each from its own class; the last varies fastest."""

    def __init__(self, classes: Sequence[str]) -> None:
        self.classes = tuple(classes)
        self.widths = (len(classes), len(classes))
        self.first = frozenset(classes[0]) if classes else frozenset()
        self.alphabet = frozenset().union(*classes)
        self.size = prod(len(characters) for characters in classes)
        self._bytes = sum(len(characters[0].encode()) for characters in classes)

    @cached_property
    def blocks(self) -> list[tuple[np.ndarray[tuple[int], np.dtype[np.uint32]], int]]:
        """Lookup tables with their widths in bytes, made when the first value is."""
        return list(_blocks(self.classes))

    def take(self, ordinals: U64) -> pl.Series:
        if not self._bytes:
            return pl.repeat("", len(ordinals), eager=True)
        digits = _digits(ordinals, [len(table) for table, _ in self.blocks])
        rows, position = TextRows(len(ordinals), self._bytes), 0
        for (table, width), digit in zip(self.blocks, digits, strict=True):
            rows.put(position, table, digit)
            position += width
        return rows.finish()

    def within(self, least: int, most: int) -> _Part:
        if not least <= self.widths[0] <= most:
            raise EmptyDomainError(f"{least} to {most} characters")
        return self


class _Chars(_Part):
    """One class, ``least`` to ``most`` times."""

    def __init__(self, characters: str, least: int, most: int) -> None:
        self.inner = CharsDomain(characters, least, most)
        self.size, self.widths = self.inner.size, (least, most)
        self.first = self.alphabet = frozenset(characters)

    def take(self, ordinals: U64) -> pl.Series:
        return self.inner.take(ordinals)

    def draw(self, bits: U64) -> U64:
        return self.inner.draw(bits)

    def within(self, least: int, most: int) -> _Part:
        low, high = max(least, self.widths[0]), min(most, self.widths[1])
        if low > high:
            raise EmptyDomainError(f"{least} to {most} characters")
        return _Chars(self.inner.characters, low, high)


def _counted(parts: Sequence[_Part], order: Iterable[int]) -> tuple[list[bool], int]:
    """Which parts are counted, those that come first in an order sooner, and how many texts that makes."""
    counted, size = [False] * len(parts), 1
    for number in order:
        if size * parts[number].size <= MAX_SIZE:
            counted[number], size = True, size * parts[number].size
    return counted, size


class _Product(_Part):
    """Parts one after the other. Parts that do not fit into 64 bits any more follow from the ordinal by mixing."""

    def __init__(self, parts: Sequence[_Part]) -> None:
        self.parts = tuple(parts)
        self.counted, self.size = _counted(parts, range(len(parts)))
        if self.size <= FILTER_SIZE and not all(self.counted):  # what is large makes the texts differ
            self.counted, self.size = _counted(parts, sorted(range(len(parts)), key=lambda i: -parts[i].size))
        self.widths = (sum(p.widths[0] for p in parts), sum(p.widths[1] for p in parts))
        self.first = _first(self.parts)
        self.alphabet = frozenset().union(*(p.alphabet for p in parts))
        self.injective = all(p.injective for p in parts) and _splits_one_way(self.parts)

    def take(self, ordinals: U64) -> pl.Series:
        counted = iter(_digits(ordinals, [p.size for p, c in zip(self.parts, self.counted, strict=True) if c]))
        values: list[pl.Series | str] = []
        for number, (part, is_counted) in enumerate(zip(self.parts, self.counted, strict=True)):
            own = next(counted) if is_counted else part.draw(mix(ordinals + _salt(number + 1)))
            values.append(part.take(own))
        return join(values)

    def draw(self, bits: U64) -> U64:
        if all(isinstance(p, _Run) for p in self.parts):
            return scale(bits, self.size)
        drawn = np.zeros(len(bits), dtype=np.uint64)
        for number, (part, counted) in enumerate(zip(self.parts, self.counted, strict=True)):
            if counted:
                drawn = drawn * np.uint64(part.size % MAX_SIZE) + part.draw(mix(bits + _salt(number)))
        return drawn

    def within(self, least: int, most: int) -> _Part:
        low, high = self.widths
        if most < low or least > high:
            raise EmptyDomainError(f"{least} to {most} characters")
        parts = list(self.parts)
        for cut in (True, False):
            excess = (sum(p.widths[1] for p in parts) - most) if cut else (least - sum(p.widths[0] for p in parts))
            parts = _shrunk(parts, excess, longest=cut) if excess > 0 else parts
        return _product(parts)


class _Sum(_Part):
    """One of several parts; each is drawn with the same chance."""

    def __init__(self, options: Sequence[_Part]) -> None:
        self.options: list[_Part] = []
        self.size = 0
        for option in options:
            if self.size + option.size <= MAX_SIZE:
                self.options.append(option)
                self.size += option.size
        ends = list(accumulate(o.size for o in self.options))
        self._starts: U64 = np.array([0, *ends[:-1]], dtype=np.uint64)
        self.widths = (min(o.widths[0] for o in options), max(o.widths[1] for o in options))
        self.first = frozenset().union(*(o.first for o in options))
        self.alphabet = frozenset().union(*(o.alphabet for o in options))
        self.injective = all(o.injective for o in options) and _disjoint(self.options)
        if not self.injective and self.size <= FILTER_SIZE:
            self.injective = self.take(np.arange(self.size, dtype=np.uint64)).n_unique() == self.size

    def _option_of(self, ordinals: U64) -> U64:
        return np.searchsorted(self._starts, ordinals, side="right").astype(np.uint64) - np.uint64(1)

    def take(self, ordinals: U64) -> pl.Series:
        option = self._option_of(ordinals)
        rest = ordinals - self._starts[option]
        return by_part(option, len(self.options), lambda number, rows: self.options[number].take(rest[rows]))

    def draw(self, bits: U64) -> U64:
        option, inner = scale(bits, len(self.options)), mix(bits ^ _salt(1))
        drawn = np.empty(len(bits), dtype=np.uint64)
        for number, part in enumerate(self.options):
            here = option == np.uint64(number)
            drawn[here] = part.draw(inner[here]) + self._starts[number]
        return drawn

    def within(self, least: int, most: int) -> _Part:
        kept = [o.within(max(least, 0), most) for o in self.options if o.widths[0] <= most and o.widths[1] >= least]
        return _sum(kept)


class PatternDomain(Domain):
    """Texts that match a regular expression as a whole. String.

    Args:
        pattern: see `datalchemy_nb.domains.regex`.
        max_repeat: what ``*``, ``+`` and ``{m,}`` may reach at most.

    `injective` is set where the expression is found to be unambiguous. `size` counts up to 2**64.

    Raises:
        ValueError: the expression is malformed or not supported.
    """

    category: Category = "text"

    def __init__(self, pattern: str, max_repeat: int = 32) -> None:
        self._set(pattern, _compiled(pattern, max_repeat))

    def _set(self, pattern: str, root: _Part) -> None:
        self.pattern, self._root = pattern, root
        self.size, self.injective, self.widths = root.size, root.injective, root.widths

    def take(self, ordinals: U64) -> pl.Series:
        return self._root.take(ordinals)

    def draw(self, bits: U64) -> U64:
        return self._root.draw(bits)

    def narrow(self, limit: Limit) -> Domain | None:
        """Small domains are filtered exactly; large ones keep the lengths asked for by fewer or more repeats."""
        if isinstance(limit, Length):
            low, high = self.widths
            most = high if limit.at_most is None else limit.at_most
            if limit.at_least <= low and high <= most:
                return self
            if self.size > FILTER_SIZE:
                narrowed = object.__new__(PatternDomain)
                narrowed._set(self.pattern, self._root.within(limit.at_least, most))
                return narrowed
        return super().narrow(limit)


@lru_cache(maxsize=256)
def _compiled(pattern: str, max_repeat: int) -> _Part:
    """A draft tries one pattern on many columns; parts never change."""
    return _compile(regex.parse(pattern, max_repeat))


def _salt(number: int) -> np.uint64:
    return np.uint64(number * _PART % MAX_SIZE)


def _compile(node: regex.Node) -> _Part:
    match node:
        case regex.Chars(characters):
            return _class(characters)
        case regex.Sequence(parts):
            return _product([_compile(p) for p in parts])
        case regex.Choice(options):
            return _sum([_compile(o) for o in options])
        case regex.Repeat(part, least, most):
            return _repeat(_compile(part), least, most)


def _class(characters: str) -> _Part:
    by_bytes: dict[int, str] = {}
    for char in characters:
        by_bytes[len(char.encode())] = by_bytes.get(len(char.encode()), "") + char
    return _sum([_Run([chars]) for chars in by_bytes.values()])


def _repeat(part: _Part, least: int, most: int) -> _Part:
    if isinstance(part, _Run) and len(part.classes) == 1 and least < most:
        return _Chars(part.classes[0], least, most)
    return _sum([_product([part] * times) for times in range(least, most + 1)])


def _product(parts: Sequence[_Part]) -> _Part:
    flat: list[_Part] = []
    for part in parts:
        for inner in part.parts if isinstance(part, _Product) else (part,):
            if flat and isinstance(inner, _Run) and isinstance(last := flat[-1], _Run):
                merged = _Run(last.classes + inner.classes)
                if merged.size <= MAX_SIZE:
                    flat[-1] = merged
                    continue
            flat.append(inner)
    return flat[0] if len(flat) == 1 else _Product(flat) if flat else _Run([])


def _sum(options: Sequence[_Part]) -> _Part:
    if not options:
        raise EmptyDomainError("no text is left")
    singles = "".join(o.classes[0] for o in options if isinstance(o, _Run) and len(o.classes) == 1)
    if len(singles) == sum(o.size for o in options) == len(set(singles)) and singles.isascii():
        return _Run([singles])
    return options[0] if len(options) == 1 else _Sum(options)


def _shrunk(parts: Sequence[_Part], excess: int, *, longest: bool) -> list[_Part]:
    """Take ``excess`` characters of freedom from the parts, evenly: from the most each may have, or the fewest."""
    slack = [p.widths[1] - p.widths[0] for p in parts]
    total, shrunk = sum(slack), []
    for part, own in zip(parts, slack, strict=True):
        cut = -(-excess * own // total) if total else 0
        excess, total = excess - cut, total - own
        low, high = part.widths
        shrunk.append(part.within(low, high - cut) if longest else part.within(low + cut, high))
    return shrunk


def _blocks(classes: Iterable[str]) -> Iterable[tuple[np.ndarray[tuple[int], np.dtype[np.uint32]], int]]:
    """Group neighbouring classes into lookup tables of up to four bytes."""
    texts, width = [""], 0
    for characters in classes:
        size = len(characters[0].encode())
        if width and (width + size > _MAX_STORE or len(texts) * len(characters) > _MAX_TABLE):
            yield text_table(texts), width
            texts, width = [""], 0
        texts, width = [text + char for text in texts for char in characters], width + size
    if width:
        yield text_table(texts), width


def _digits(ordinals: U64, sizes: Sequence[int]) -> list[U64]:
    digits: list[U64] = []
    for size in reversed(sizes[1:]):
        if size >= MAX_SIZE:
            digits.append(ordinals)
            ordinals = np.zeros_like(ordinals)
            continue
        above = ordinals // np.uint64(size)
        digits.append(ordinals - above * np.uint64(size))
        ordinals = above
    return [ordinals, *reversed(digits)] if sizes else []


def _first(parts: Sequence[_Part]) -> frozenset[str]:
    first: frozenset[str] = frozenset()
    for part in parts:
        first |= part.first
        if part.widths[0]:
            break
    return first


def _splits_one_way(parts: Sequence[_Part]) -> bool:
    """Tell whether a text of the product shows where each part ends."""
    for number, part in enumerate(parts):
        rest = parts[number + 1 :]
        if part.fixed or all(p.fixed for p in rest):
            continue
        if _first(rest) & part.alphabet:
            return False
    return True


def _disjoint(options: Sequence[_Part]) -> bool:
    for number, one in enumerate(options):
        for other in options[number + 1 :]:
            apart = one.widths[1] < other.widths[0] or other.widths[1] < one.widths[0]
            if not apart and (not one.widths[0] or not other.widths[0] or one.first & other.first):
                return False
    return True
