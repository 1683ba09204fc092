"""Sentences and paragraphs: a first part that holds the ordinal, and more that follow from it."""

from __future__ import annotations

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import MAX_SIZE, Domain, Slot
from datalchemy_nb.domains.bits import U64, mix, scale
from datalchemy_nb.domains.faker.composed import attribute
from datalchemy_nb.domains.faker.leaves import WordsNode
from datalchemy_nb.domains.faker.node import Node, Shape
from datalchemy_nb.domains.faker.nodes import SequenceNode
from datalchemy_nb.domains.limits import EmptyDomainError, Length
from datalchemy_nb.domains.strings import join
from datalchemy_nb.domains.text import LATIN, WordsDomain

_STEP = 0x8EBC6AF09C88C6E3
_SENTENCE = (4, 10)
_PARAGRAPH = (3, 6)


def words_of(slot: Slot) -> tuple[str, ...]:
    """Return the locale's words of placeholder text, without any that hold a space or a dot."""
    words = dict.fromkeys(attribute(slot, "lorem", "word_list"))
    plain = tuple(word for word in words if word and not set(word) & set(" .\n()"))
    return plain or LATIN


class Phrase(Node):
    """Several words with spaces between them.

    Args:
        base: the words.
        words: what they are chosen from.
    """

    def __init__(self, base: WordsDomain) -> None:
        self.base, self.size, self.injective = base, base.size, base.injective
        letters = frozenset("".join(base.words)) | {base.separator}
        edge = frozenset(word[0] for word in base.words), frozenset(word[-1] for word in base.words)
        shortest = min(map(len, base.words)) * base.least + len(base.separator) * max(base.least - 1, 0)
        self.shape = Shape(shortest, base.longest(), *edge, letters, frozenset())

    def take(self, ordinals: U64) -> pl.Series:
        return self.base.take(ordinals)

    def draw(self, bits: U64) -> U64:
        return self.base.draw(bits)

    def within(self, least: int, most: int) -> Node:
        narrowed: Domain | None = self.base.narrow(Length(least, most))
        if not isinstance(narrowed, WordsDomain):
            raise EmptyDomainError(f"{least} to {most} characters")
        return Phrase(narrowed)


class Repeated(Node):
    """A node several times; the first one holds the ordinal, the others and their number follow from it.

    Args:
        part: texts that show where they end before a separator.
        least: fewest times; at least 1.
        most: most times.
        separators: between the first and the second, and so on; the last one serves for the rest.
    """

    def __init__(self, part: Node, least: int, most: int, separators: tuple[str, ...]) -> None:
        self.part, self.least, self.most, self.separators = part, max(least, 1), max(most, 1), separators
        self.size, self.injective = part.size, part.injective
        one, between = part.shape, [separators[min(i, len(separators) - 1)] for i in range(self.most - 1)]
        shortest = one.least * self.least + sum(map(len, between[: self.least - 1]))
        letters = one.alphabet | frozenset("".join(between))
        longest = one.most * self.most + sum(map(len, between))
        self.shape = Shape(shortest, longest, one.first, one.last, letters, one.needs)

    def take(self, ordinals: U64) -> pl.Series:
        key = mix(ordinals + np.uint64(_STEP))
        times = scale(key, self.most - self.least + 1) + np.uint64(self.least)
        parts: list[pl.Series | str] = [self.part.take(ordinals)]
        for number in range(1, self.most):
            bits = mix(key + np.uint64(number * _STEP % MAX_SIZE))
            separator = self.separators[min(number, len(self.separators)) - 1]
            more = join([separator, self.part.take(self.part.draw(bits))])
            parts.append(more if number < self.least else _where(times > np.uint64(number), more))
        return join(parts)

    def draw(self, bits: U64) -> U64:
        return self.part.draw(bits)

    def within(self, least: int, most: int) -> Node:
        gap = max(map(len, self.separators))
        times = min((most + gap) // (self.part.shape.most + gap), self.most)
        if times < 1:
            return Repeated(self.part.within(least, most), 1, 1, self.separators)
        shortest = max(self.least, -(-(least + gap) // (self.part.shape.least + gap)))
        if shortest > times:
            if least > self.part.shape.least:
                raise EmptyDomainError(f"{least} to {most} characters")
            shortest = times
        return Repeated(self.part, shortest, times, self.separators)


def _where(condition: np.ndarray[tuple[int], np.dtype[np.bool_]], texts: pl.Series) -> pl.Series:
    return texts.zip_with(pl.Series(condition), pl.Series([""]).new_from_index(0, len(texts)))


def sentence(slot: Slot, least: int = _SENTENCE[0], most: int = _SENTENCE[1]) -> Node:
    """Return sentences of ``least`` to ``most`` words: a capital, a full stop."""
    words = words_of(slot)
    first = WordsNode(list(dict.fromkeys(word[:1].upper() + word[1:] for word in words)))
    if most <= 1:
        return SequenceNode([first, WordsNode(["."])], apart=True)
    rest = Phrase(WordsDomain(max(least, 2) - 1, most - 1, words))
    return SequenceNode([first, WordsNode([" "]), rest, WordsNode(["."])], apart=True)


def paragraph(slot: Slot, least: int = _PARAGRAPH[0], most: int = _PARAGRAPH[1]) -> Node:
    """Return ``least`` to ``most`` sentences."""
    return repeated(sentence(slot), least, most, " ")


def repeated(part: Node, least: int, most: int, *separators: str) -> Node:
    """Return a node ``least`` to ``most`` times, at least once."""
    return Repeated(part, least, most, separators or ("\n",))


def lines(part: WordsNode | SequenceNode, least: int, most: int, separator: str) -> Node:
    """Return short texts several times, all of them counted where they are words."""
    if isinstance(part, WordsNode):
        return Phrase(WordsDomain(max(least, 1), max(most, 1), part.labels, separator))
    return Repeated(part, least, most, (separator,))
