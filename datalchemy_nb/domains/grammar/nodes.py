"""Domains of text that know their shape, and the plain ones: listed texts, characters, words with a mark between."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator
from collections.abc import Sequence as Items
from functools import cached_property, lru_cache
from itertools import product
from math import prod

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.domains.base import FILTER_SIZE, Category, Domain
from datalchemy_nb.domains.bits import U64, scale
from datalchemy_nb.domains.finder import WeightTable
from datalchemy_nb.domains.limits import EmptyDomainError, Length, Limit
from datalchemy_nb.domains.radix import Radix
from datalchemy_nb.domains.strings import TextRows, gather, text_table
from datalchemy_nb.domains.text import CharsDomain, WordsDomain, widened
from datalchemy_nb.records import dataclass

_MAX_BYTES = 4
_MAX_TABLE = 1 << 16


@dataclass(frozen=True)
class Shape:
    """What is known of all texts of a node without making them.

    Attributes:
        least: characters of the shortest.
        most: characters of the longest.
        first: characters one can begin with.
        last: characters one can end with.
        alphabet: characters one can hold.
        needs: characters each one holds.
    """

    least: int
    most: int
    first: frozenset[str]
    last: frozenset[str]
    alphabet: frozenset[str]
    needs: frozenset[str]


class Node(Domain):
    """A domain of texts that knows its shape.

    Attributes:
        separator: what goes before the number of a widened value; None = it is not widened.
        fixed: the text, where there is only one and it is at hand.
    """

    category: Category = "text"
    shape: Shape
    separator: str | None = None
    fixed: str | None = None

    @property
    def may_differ_in_case(self) -> bool:
        """Whether a letter of it comes in both cases."""
        return in_both_cases(self.shape.alphabet)

    @abstractmethod
    def within(self, least: int, most: int) -> Node:
        """Return the part that has ``least`` to ``most`` characters.

        Raises:
            EmptyDomainError: nothing is left.
        """

    def narrow(self, limit: Limit) -> Domain | None:
        if not isinstance(limit, Length):
            return super().narrow(limit)
        most = self.shape.most if limit.at_most is None else limit.at_most
        if limit.at_least <= self.shape.least and self.shape.most <= most:
            return self
        if self.size <= FILTER_SIZE:
            return super().narrow(limit)
        narrowed = self.within(limit.at_least, most)
        narrowed.separator = self.separator
        return narrowed

    def widen(self, size: int) -> Domain | None:
        return None if self.separator is None else widened(self, size, self.separator)


def in_both_cases(letters: Iterable[str]) -> bool:
    """Whether characters have some letter twice, but for its case."""
    seen = set(letters)
    return any(letter != letter.lower() and letter.lower() in seen for letter in seen)


class WordsNode(Node):
    """Listed texts.

    Args:
        labels: distinct texts.
        weights: their shares, or None for even ones.
    """

    def __init__(self, labels: Items[str], weights: Items[float] | None = None) -> None:
        self.labels, self.size = tuple(labels), len(labels)
        self.values = pl.Series(self.labels, dtype=pl.String)
        self.fixed = self.labels[0] if self.size == 1 else None
        self.weights = weights if weights is not None and any(weights) else None
        self._table = None if self.weights is None else WeightTable(self.weights)
        sizes = [len(label) for label in self.labels]
        letters = [frozenset(label) for label in self.labels]
        self.shape = Shape(
            min(sizes), max(sizes),
            frozenset(label[:1] for label in self.labels) - {""}, frozenset(label[-1:] for label in self.labels) - {""},
            frozenset().union(*letters), letters[0].intersection(*letters[1:]),
        )  # fmt: skip

    def take(self, ordinals: U64) -> pl.Series:
        return gather(self.values, ordinals)

    def draw(self, bits: U64) -> U64:
        return scale(bits, self.size) if self._table is None else self._table.pick(bits)

    @property
    def may_differ_in_case(self) -> bool:
        """Whether two of the texts do."""
        return len({label.lower() for label in self.labels}) < self.size

    def only(self, kept: Items[bool]) -> WordsNode:
        """Return the texts marked, with their weights.

        Raises:
            EmptyDomainError: none is.
        """
        if not any(kept):
            raise EmptyDomainError("no text is left")
        labels = [label for label, keep in zip(self.labels, kept, strict=True) if keep]
        weights = None
        if self.weights is not None:
            weights = [w for w, keep in zip(self.weights, kept, strict=True) if keep]
        return WordsNode(labels, weights)

    def within(self, least: int, most: int) -> Node:
        return self.only([least <= len(label) <= most for label in self.labels])


class MaskNode(Node):
    """Characters, each of its own class; the last varies fastest.

    Args:
        classes: the characters of each place, those of one place all of one width in UTF-8; at most 2**64 texts.
    """

    def __init__(self, classes: Items[str]) -> None:
        self.classes = tuple(classes)
        self.size = prod(map(len, self.classes))
        self.fixed = "".join(self.classes) if self.size == 1 else None
        self._bytes = sum(map(_width, self.classes))
        self.shape = Shape(
            len(classes), len(classes), frozenset("".join(self.classes[:1])), frozenset("".join(self.classes[-1:])),
            frozenset().union(*self.classes), frozenset(c for c in classes if len(c) == 1),
        )  # fmt: skip

    @property
    def may_differ_in_case(self) -> bool:
        """Whether some place takes a letter in both cases."""
        return any(map(in_both_cases, self.classes))

    @cached_property
    def _parts(self) -> tuple[tuple[tuple[str, ...], ...], Radix]:
        """The classes in blocks, and the digits that choose in them; made when the first value is."""
        blocks = tuple(_blocks(self.classes))
        return blocks, Radix([prod(map(len, block)) for block in blocks], range(len(blocks)))

    def take(self, ordinals: U64) -> pl.Series:
        if not self._bytes:
            return pl.repeat("", len(ordinals), dtype=pl.String, eager=True)
        blocks, radix = self._parts
        rows, position = TextRows(len(ordinals), self._bytes), 0
        for block, digit in zip(blocks, radix.split(ordinals), strict=True):
            assert digit is not None
            rows.put(position, _table(block), digit)
            position += sum(map(_width, block))
        return rows.finish()

    def within(self, least: int, most: int) -> Node:
        if not least <= len(self.classes) <= most:
            raise EmptyDomainError(f"{least} to {most} characters")
        return self


class CharsNode(Node):
    """Characters of one class, a varying number of them; how many is drawn first.

    Args:
        base: the texts.
    """

    def __init__(self, base: CharsDomain) -> None:
        self.base, self.size = base, base.size
        letters = frozenset(base.characters)
        self.shape = Shape(base.least, base.most, letters, letters, letters, frozenset())

    def take(self, ordinals: U64) -> pl.Series:
        return self.base.take(ordinals)

    def draw(self, bits: U64) -> U64:
        return self.base.draw(bits)

    def within(self, least: int, most: int) -> Node:
        low, high = max(least, self.shape.least), min(most, self.shape.most)
        if low > high:
            raise EmptyDomainError(f"{least} to {most} characters")
        return CharsNode(CharsDomain(self.base.characters, low, high))


class PhraseNode(Node):
    """Several words with spaces between them.

    Args:
        base: the texts.
    """

    def __init__(self, base: WordsDomain) -> None:
        self.base, self.size, self.injective = base, base.size, base.injective
        letters = frozenset("".join(base.words)) | {base.separator}
        edge = frozenset(word[0] for word in base.words), frozenset(word[-1] for word in base.words)
        shortest = min(map(len, base.words)) * base.least + len(base.separator) * max(base.least - 1, 0)
        self.shape = Shape(shortest, base.longest(), *edge, letters, frozenset())

    @property
    def may_differ_in_case(self) -> bool:
        """Whether two of the words do."""
        return len({word.lower() for word in self.base.words}) < len(self.base.words)

    def take(self, ordinals: U64) -> pl.Series:
        return self.base.take(ordinals)

    def draw(self, bits: U64) -> U64:
        return self.base.draw(bits)

    def within(self, least: int, most: int) -> Node:
        narrowed: Domain | None = self.base.narrow(Length(least, most))
        if not isinstance(narrowed, WordsDomain):
            raise EmptyDomainError(f"{least} to {most} characters")
        return PhraseNode(narrowed)


def _width(characters: str) -> int:
    return len(characters[0].encode())


def _blocks(classes: Items[str]) -> Iterator[tuple[str, ...]]:
    """Group neighbouring classes of up to four bytes and 65,536 texts."""
    block: list[str] = []
    for characters in classes:
        joined = [*block, characters]
        if block and (sum(map(_width, joined)) > _MAX_BYTES or prod(map(len, joined)) > _MAX_TABLE):
            yield tuple(block)
            joined = [characters]
        block = joined
    yield tuple(block)


@lru_cache(maxsize=1024)
def _table(block: tuple[str, ...]) -> npt.NDArray[np.uint32]:
    return text_table(["".join(text) for text in product(*block)])
