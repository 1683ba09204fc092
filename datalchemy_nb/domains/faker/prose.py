"""Sentences and paragraphs: a first part that holds the ordinal, and more that follow from it."""

from __future__ import annotations

from datalchemy_nb.domains.base import Slot
from datalchemy_nb.domains.faker.composed import attribute
from datalchemy_nb.domains.grammar.counted import ListNode, SequenceNode
from datalchemy_nb.domains.grammar.nodes import Node, PhraseNode, WordsNode
from datalchemy_nb.domains.text import LATIN, WordsDomain

_SENTENCE = (4, 10)
_PARAGRAPH = (3, 6)


def words_of(slot: Slot) -> tuple[str, ...]:
    """Return the locale's words of placeholder text, without any that hold a space or a dot."""
    words = dict.fromkeys(attribute(slot, "lorem", "word_list"))
    plain = tuple(word for word in words if word and not set(word) & set(" .\n()"))
    return plain or LATIN


def sentence(slot: Slot, least: int = _SENTENCE[0], most: int = _SENTENCE[1]) -> Node:
    """Return sentences of ``least`` to ``most`` words: a capital, a full stop."""
    words = words_of(slot)
    first = WordsNode(list(dict.fromkeys(word[:1].upper() + word[1:] for word in words)))
    if most <= 1:
        return SequenceNode([first, WordsNode(["."])], apart=True)
    rest = PhraseNode(WordsDomain(max(least, 2) - 1, most - 1, words))
    return SequenceNode([first, WordsNode([" "]), rest, WordsNode(["."])], apart=True)


def paragraph(slot: Slot, least: int = _PARAGRAPH[0], most: int = _PARAGRAPH[1]) -> Node:
    """Return ``least`` to ``most`` sentences."""
    return repeated(sentence(slot), least, most, " ")


def repeated(part: Node, least: int, most: int, *separators: str) -> Node:
    """Return a node ``least`` to ``most`` times, at least once."""
    return ListNode(part, least, most, separators or ("\n",))


def lines(part: WordsNode | SequenceNode, least: int, most: int, separator: str) -> Node:
    """Return short texts several times, all of them counted where they are words."""
    if isinstance(part, WordsNode):
        return PhraseNode(WordsDomain(max(least, 1), max(most, 1), part.labels, separator))
    return ListNode(part, least, most, (separator,))
