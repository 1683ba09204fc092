"""Placeholder prose: ``faker.lorem.raw.*``, ``faker.markdown.raw.*``."""

from __future__ import annotations

from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.faker.ids.entry import Range, TextParams, entry, made, span_of
from datalchemy_nb.domains.faker.prose import lines, paragraph, repeated, sentence, words_of
from datalchemy_nb.domains.grammar.counted import SequenceNode
from datalchemy_nb.domains.grammar.nodes import Node, WordsNode


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
def word(slot: Slot) -> Domain:
    """Single words."""
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


class QuoteParams(TextParams):
    """``count``: words, a number or [least, most]."""

    count: Range = (4, 10)


class LinesParams(TextParams):
    """``count``: lines, a number or [least, most]."""

    count: Range = (2, 5)


def _between(before: str, node: Node, after: str = "") -> Node:
    parts = [WordsNode([before]), node, *([WordsNode([after])] if after else [])]
    return SequenceNode(parts, apart=True)


@entry("semantic.markdown.link", "faker.markdown.raw.Link", locale_aware=True)
def link(slot: Slot) -> Domain:
    """A link to a reserved host: `[magnam](https://example.com/quia)`."""
    words = WordsNode(words_of(slot))
    middle = WordsNode(["](https://example.com/"])
    return SequenceNode([WordsNode(["["]), words, middle, words, WordsNode([")"])], apart=True)


@entry("faker.markdown.raw.BlockQuoteSingleLine", params=QuoteParams, locale_aware=True)
def quote(params: QuoteParams, slot: Slot) -> Domain:
    """A quoted sentence of `count` words."""
    return _between("> ", sentence(slot, *span_of(params.count)))


@entry("faker.markdown.raw.BlockQuoteMultiLine", params=LinesParams, locale_aware=True)
def quotes(params: LinesParams, slot: Slot) -> Domain:
    """Quoted sentences, one a line."""
    return _between("> ", repeated(sentence(slot), *span_of(params.count), "\n> "))


@entry("faker.markdown.raw.BulletPoints", params=LinesParams, locale_aware=True)
def bullets(params: LinesParams, slot: Slot) -> Domain:
    """A list with bullets."""
    return _between("- ", repeated(sentence(slot), *span_of(params.count), "\n- "))


@entry("faker.markdown.raw.ListItems", params=LinesParams, locale_aware=True)
def items(params: LinesParams, slot: Slot) -> Domain:
    """A numbered list."""
    least, most = span_of(params.count)
    return _between("1. ", repeated(sentence(slot), least, most, *[f"\n{n}. " for n in range(2, most + 1)]))


@entry("faker.markdown.raw.Code", params=LinesParams, locale_aware=True)
def code(params: LinesParams, slot: Slot) -> Domain:
    """A block of code of `count` lines."""
    words = WordsNode(words_of(slot))
    line = SequenceNode([words, WordsNode(["("]), words, WordsNode([");"])], apart=True)
    return _between("```\n", lines(line, *span_of(params.count), "\n"), "\n```")


made(
    ("semantic.markdown.bold faker.markdown.raw.BoldWord",
     "A word in bold: `**magnam**`.", lambda slot: _between("**", WordsNode(words_of(slot)), "**")),
    ("semantic.markdown.italic faker.markdown.raw.ItalicWord",
     "A word in italics: `*magnam*`.", lambda slot: _between("*", WordsNode(words_of(slot)), "*")),
    locale_aware=True,
)  # fmt: skip
