"""Placeholder prose: ``faker.lorem.raw.*``."""

from __future__ import annotations

from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.faker.ids.entry import Range, TextParams, entry, span_of
from datalchemy_nb.domains.faker.leaves import WordsNode
from datalchemy_nb.domains.faker.node import Node
from datalchemy_nb.domains.faker.prose import lines, paragraph, repeated, sentence, words_of


class WordsParams(TextParams):
    """``count``: words, a number or [least, most]."""

    count: Range = (3, 6)


class SentenceParams(TextParams):
    """``count``: words of a sentence, a number or [least, most]."""

    count: Range = (4, 10)


class ParagraphParams(TextParams):
    """``count``: sentences, a number or [least, most]."""

    count: Range = (3, 6)


class ParagraphsParams(TextParams):
    """``count``: paragraphs, a number or [least, most]."""

    count: Range = (2, 4)


@entry("semantic.lorem.word", "faker.lorem.raw.Word", locale_aware=True)
def word(params: TextParams, slot: Slot) -> Domain:
    """Single words."""
    del params
    return WordsNode(words_of(slot))


@entry("faker.lorem.raw.Words", params=WordsParams, locale_aware=True)
def words(params: WordsParams, slot: Slot) -> Domain:
    """Several words."""
    return lines(WordsNode(words_of(slot)), *span_of(params.count), " ")


@entry("faker.lorem.raw.Sentence", params=SentenceParams, locale_aware=True)
def a_sentence(params: SentenceParams, slot: Slot) -> Domain:
    """A sentence of `count` words."""
    return sentence(slot, *span_of(params.count))


@entry("faker.lorem.raw.Sentences", params=ParagraphParams, locale_aware=True)
def sentences(params: ParagraphParams, slot: Slot) -> Domain:
    """Sentences, one a line."""
    return repeated(sentence(slot), *span_of(params.count), "\n")


@entry("faker.lorem.raw.Paragraph", params=ParagraphParams, locale_aware=True)
def a_paragraph(params: ParagraphParams, slot: Slot) -> Node:
    """A paragraph of `count` sentences."""
    return paragraph(slot, *span_of(params.count))


@entry("faker.lorem.raw.Paragraphs", params=ParagraphsParams, locale_aware=True)
def paragraphs(params: ParagraphsParams, slot: Slot) -> Node:
    """Paragraphs, an empty line between them."""
    return repeated(paragraph(slot), *span_of(params.count), "\n\n")
