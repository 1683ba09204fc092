"""Markdown: ``faker.markdown.raw.*``."""

from __future__ import annotations

from datalchemy_nb.domains.base import Domain, Slot
from datalchemy_nb.domains.faker.ids.entry import Range, TextParams, entry, span_of
from datalchemy_nb.domains.faker.leaves import WordsNode
from datalchemy_nb.domains.faker.node import Node
from datalchemy_nb.domains.faker.nodes import SequenceNode
from datalchemy_nb.domains.faker.prose import lines, repeated, sentence, words_of


class QuoteParams(TextParams):
    """``count``: words, a number or [least, most]."""

    count: Range = (4, 10)


class LinesParams(TextParams):
    """``count``: lines, a number or [least, most]."""

    count: Range = (2, 5)


def _between(before: str, node: Node, after: str = "") -> Node:
    parts = [WordsNode([before]), node, *([WordsNode([after])] if after else [])]
    return SequenceNode(parts, apart=True)


@entry("semantic.markdown.bold", "faker.markdown.raw.BoldWord", locale_aware=True)
def bold(params: TextParams, slot: Slot) -> Domain:
    """A word in bold: `**magnam**`."""
    del params
    return _between("**", WordsNode(words_of(slot)), "**")


@entry("semantic.markdown.italic", "faker.markdown.raw.ItalicWord", locale_aware=True)
def italic(params: TextParams, slot: Slot) -> Domain:
    """A word in italics: `*magnam*`."""
    del params
    return _between("*", WordsNode(words_of(slot)), "*")


@entry("semantic.markdown.link", "faker.markdown.raw.Link", locale_aware=True)
def link(params: TextParams, slot: Slot) -> Domain:
    """A link to a reserved host: `[magnam](https://example.com/quia)`."""
    del params
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
