"""Texts of a purpose: sentences of a grammar, as many as asked for, within the lengths of a column."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache

import polars as pl

from datalchemy_nb.domains.base import FILTER_SIZE, Category, Domain
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.grammar.counted import ChoiceNode, build
from datalchemy_nb.domains.grammar.forms import Choice, Form, Sequence, ends, literal
from datalchemy_nb.domains.grammar.nodes import Node
from datalchemy_nb.domains.limits import Cased, EmptyDomainError, Length, Limit, NoneOf
from datalchemy_nb.domains.text import CharsDomain, widened
from datalchemy_nb.domains.texts.grammar import grammar
from datalchemy_nb.records import dataclass

_COUNTED = 1 << 48
_ENOUGH = 1000
_PLENTY = 1 << 16
_MOST_SENTENCES = 48
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Recipe:
    """What texts are made of.

    Attributes:
        language: whose grammar.
        rules: names of the rules; each makes a share of the texts.
        shares: their shares.
        sentences: fewest and most sentences of a paragraph.
        paragraphs: fewest and most paragraphs.
        opening: suffix of the rules that a first sentence is taken from, where they are there.
        ending: rules of a last sentence, evenly; none = no such sentence.
        separator: goes before the number that makes a text of a unique column another one; None = it takes none.
    """

    language: str
    rules: tuple[str, ...]
    shares: tuple[float, ...]
    sentences: tuple[int, int] = (1, 1)
    paragraphs: tuple[int, int] = (1, 1)
    opening: str = "^"
    ending: tuple[str, ...] = ()
    separator: str | None = " "

    def form(self) -> Form:
        """Return all texts."""
        rules = self.rules
        return _shared([(share, _of_rule(self, rule)) for rule, share in zip(rules, self.shares, strict=True)])

    def short(self) -> Iterator[Form]:
        """Return texts for columns that are too short for a sentence, the longest first."""
        known = grammar(self.language)
        own = [rule for rule in self.rules if f"{rule}~" in known]
        if own:
            yield _shared([(1.0, known.form(f"{rule}~")) for rule in own])
        base = self.rules[0].partition("/")[0]
        if f"{base}~" in known and base not in own:
            yield known.form(f"{base}~")
        yield known.form("phrase~")
        yield known.form("word")


def _shared(options: list[tuple[float, Form]]) -> Form:
    return options[0][1] if len(options) == 1 else Choice(tuple(options))


def _of_rule(recipe: Recipe, rule: str) -> Form:
    low, high = recipe.paragraphs
    least, most = recipe.sentences
    options = [
        (1.0, _text(recipe, rule, count, sentences))
        for count in range(low, high + 1)
        for sentences in range(least, most + 1)
    ]
    return _shared(options)


def _text(recipe: Recipe, rule: str, paragraphs: int, sentences: int) -> Form:
    known, total = grammar(recipe.language), paragraphs * sentences
    first = [known.form(rule + recipe.opening)] if rule + recipe.opening in known else []
    last = [_shared([(1.0, known.form(name)) for name in recipe.ending])] if recipe.ending else []
    between = max(total - len(first) - len(last), 0 if first or last else 1)
    middle = known.parted(rule, between) if between else []
    parts: list[Form] = []
    for number, form in enumerate([*first, *middle, *last]):
        if number:
            parts.append(literal("\n\n" if number % sentences == 0 and paragraphs > 1 else " "))
        parts.append(form)
    return parts[0] if len(parts) == 1 else Sequence(tuple(parts))


class TextDomain(Domain):
    """Texts of a purpose, all of them counted.

    Lengths keep whole sentences: words that are too long are left out, then sentences, then come phrases, words, and
    at last letters.

    Args:
        recipe: what they are made of.
        lengths: fewest and most characters.
        spare: phrases, words and letters stand in where no sentence fits.

    Raises:
        EmptyDomainError: nothing has such a length.
    """

    ANY = (0, 1 << 31)
    category: Category = "text"

    def __init__(self, recipe: Recipe, lengths: tuple[int, int] = ANY, spare: bool = True) -> None:
        self.recipe, self.lengths, self.spare = recipe, lengths, spare
        self.node = _node(recipe, lengths, spare)
        self.size, self.injective = self.node.size, self.node.injective

    @property
    def may_differ_in_case(self) -> bool:
        """As its tree of nodes."""
        return self.node.may_differ_in_case

    def take(self, ordinals: U64) -> pl.Series:
        return self.node.take(ordinals)

    def draw(self, bits: U64) -> U64:
        return self.node.draw(bits)

    def narrow(self, limit: Limit) -> Domain | None:
        match limit:
            case Length(least, most):
                low, high = self.lengths
                wanted = max(low, least), high if most is None else min(high, most)
                return self if wanted == self.lengths else TextDomain(self.recipe, wanted, self.spare)
            case NoneOf(values) if self.size > FILTER_SIZE:
                form = self.recipe.form()
                return None if any(len(v) in ends(form, v) for v in values if isinstance(v, str)) else self
            case Cased(upper) if isinstance(self.node, Node):
                letters = "".join(self.node.shape.alphabet)
                if letters == (letters.upper() if upper else letters.lower()):
                    return self
        return super().narrow(limit)

    def widen(self, size: int) -> Domain | None:
        return None if self.recipe.separator is None else widened(self, size, self.recipe.separator)


class FormDomain(Domain):
    """The texts of an unambiguous form.

    Args:
        form: the texts.
        category: their family.
    """

    def __init__(self, form: Form, category: Category) -> None:
        self.node, self.category = build(form, apart=True, most=_COUNTED), category
        self.size, self.injective = self.node.size, self.node.injective

    @property
    def may_differ_in_case(self) -> bool:
        """As its tree of nodes."""
        return self.node.may_differ_in_case

    def take(self, ordinals: U64) -> pl.Series:
        return self.node.take(ordinals)

    def draw(self, bits: U64) -> U64:
        return self.node.draw(bits)


@lru_cache(maxsize=512)
def _node(recipe: Recipe, lengths: tuple[int, int], spare: bool) -> Domain:
    """Return the longest texts of these lengths of which there are enough, or those of which there are most."""
    best: Domain | None = None
    for make in _ways(recipe, lengths, spare):
        try:
            node = make()
        except EmptyDomainError:
            continue
        if node.size >= _ENOUGH:
            return node
        if best is None or node.size > best.size:
            best = node
    if best is None:
        raise EmptyDomainError(f"no text has {lengths[0]} to {lengths[1]} characters")
    return best


def _ways(recipe: Recipe, lengths: tuple[int, int], spare: bool) -> Iterator[Callable[[], Domain]]:
    whole = _counted(recipe)
    if lengths[0] <= whole.shape.least and whole.shape.most <= lengths[1]:
        yield lambda: whole
        return
    limit = Length(*lengths)
    yield lambda: _within(whole, limit)
    if lengths[0] > whole.shape.least and lengths[1] >= whole.shape.least:
        for count in range(recipe.sentences[1] + 1, _MOST_SENTENCES, 2):
            more = replace(recipe, sentences=(count, count))
            yield lambda more=more: _within(_counted(more), limit)  # type: ignore[misc]
    for count in range(recipe.sentences[1] - 1, 0, -1):
        fewer = replace(recipe, sentences=(count, count), paragraphs=(1, 1))
        yield lambda fewer=fewer: _within(_counted(fewer), limit)  # type: ignore[misc]
    if spare and lengths[0] <= whole.shape.least:
        for form in recipe.short():
            yield lambda form=form: _within(build(form, apart=True), limit)  # type: ignore[misc]
        least = max(lengths[0], 1)
        yield lambda: CharsDomain(_LETTERS, least, max(least, min(lengths[1], 3)))


def _within(node: Node, limit: Length) -> Domain:
    """Return the part of a node that has these lengths; what has become scarce in it comes up less often."""
    narrowed = node.narrow(limit)
    if narrowed is None:
        raise EmptyDomainError(str(limit))
    if not isinstance(narrowed, ChoiceNode) or narrowed is node:
        return narrowed
    shares = [s * min(o.size, _PLENTY) for o, s in zip(narrowed.options, narrowed.shares, strict=True)]
    return ChoiceNode(narrowed.options, shares, apart=True)


@lru_cache(maxsize=512)
def _counted(recipe: Recipe) -> Node:
    return build(recipe.form(), apart=True, most=_COUNTED)
