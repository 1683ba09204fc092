"""Forms as domains: every text has an ordinal, and random draws keep the weights."""

from __future__ import annotations

from collections.abc import Sequence as Items
from itertools import accumulate, pairwise

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import FILTER_SIZE, MAX_SIZE
from datalchemy_nb.domains.bits import U64, mix, scale
from datalchemy_nb.domains.finder import Finder, WeightTable
from datalchemy_nb.domains.grammar.forms import Chars, Choice, Form, Repeat, Sequence, Words
from datalchemy_nb.domains.grammar.nodes import CharsNode, MaskNode, Node, Shape, WordsNode, in_both_cases
from datalchemy_nb.domains.limits import EmptyDomainError
from datalchemy_nb.domains.radix import Radix
from datalchemy_nb.domains.strings import join
from datalchemy_nb.domains.text import CharsDomain, by_part, sorted_parts
from datalchemy_nb.records import dataclass

_STEP = 0x8EBC6AF09C88C6E3


@dataclass(frozen=True)
class Numbering:
    """How ordinals are spread over the parts of a text.

    Attributes:
        step: sets the draws of parts apart.
        as_read: parts count as they are read, rather than the largest first, so that a text of few parts says all;
            neighbours that can be one node are, and all parts share in what a length asks for.
    """

    step: int
    as_read: bool = False

    def salt(self, number: int) -> np.uint64:
        """Return what sets the draws of a part apart from those of the others."""
        return np.uint64(number * self.step % MAX_SIZE)

    def radix(self, parts: Items[Node], most: int) -> Radix:
        """Return the digits of texts of these parts."""
        sizes = [part.size for part in parts]
        if self.as_read:
            radix = Radix(sizes, range(len(sizes)), most)
            if radix.size > FILTER_SIZE or all(radix.counted):
                return radix  # else what is large makes the texts differ
        return Radix(sizes, most=most)


SENTENCES = Numbering(0xA0761D6478BD642F)
"""Of words and templates."""
PATTERNS = Numbering(0x9FB21C651E98DF25, as_read=True)
"""Of regular expressions."""


class SequenceNode(Node):
    """Nodes one after the other; those that 64 bits do not hold any more follow from the ordinal.

    Args:
        parts: at least two.
        apart: values are known to show where each part ends.
        most: parts are counted as long as there are at most so many texts.
        numbering: how ordinals are spread over the parts.
    """

    def __init__(
        self, parts: Items[Node], apart: bool = False, most: int = MAX_SIZE, numbering: Numbering = SENTENCES
    ) -> None:
        self.parts, self.apart, self.most, self.numbering = tuple(parts), apart, most, numbering
        self._radix = numbering.radix(self.parts, most)
        self.size = self._radix.size
        shapes = [p.shape for p in self.parts]
        self.shape = Shape(
            sum(s.least for s in shapes), sum(s.most for s in shapes), _edge(shapes, last=False),
            _edge(shapes, last=True), frozenset().union(*(s.alphabet for s in shapes)),
            frozenset().union(*(s.needs for s in shapes)),
        )  # fmt: skip
        self.injective = all(p.injective for p in self.parts) and (apart or splits_one_way(self.parts))

    @property
    def may_differ_in_case(self) -> bool:
        """Whether texts of a part do."""
        return any(part.may_differ_in_case for part in self.parts)

    def take(self, ordinals: U64) -> pl.Series:
        pieces = self._pieces(ordinals)
        if any(isinstance(piece, pl.Series) for piece in pieces):
            return join(pieces)
        return pl.repeat("".join(map(str, pieces)), len(ordinals), dtype=pl.String, eager=True)

    def _pieces(self, ordinals: U64) -> list[pl.Series | str]:
        """Return what the texts are put together from: columns, and texts that are the same in all rows."""
        pieces: list[pl.Series | str] = []
        for number, (part, digit) in enumerate(zip(self.parts, self._radix.split(ordinals), strict=True)):
            fixed = part.fixed
            if fixed is not None and len(ordinals):
                pieces.append(fixed)
                continue
            own = part.draw(mix(ordinals + self.numbering.salt(number + 1))) if digit is None else digit
            pieces.extend(part._pieces(own) if isinstance(part, SequenceNode) else [part.take(own)])
        return pieces

    def draw(self, bits: U64) -> U64:
        if self.numbering.as_read and all(isinstance(part, MaskNode) for part in self.parts):
            return scale(bits, self.size)
        drawn = (
            part.draw(mix(bits + self.numbering.salt(number))) if counts and part.size > 1 else None
            for number, (part, counts) in enumerate(zip(self.parts, self._radix.counted, strict=True))
        )
        return self._radix.joined(drawn, len(bits))

    def within(self, least: int, most: int) -> Node:
        if most < self.shape.least or self.shape.most < least:
            raise EmptyDomainError(f"{least} to {most} characters")
        parts = _lengthened(_shortened(self.parts, most), least, evenly=self.numbering.as_read)
        rebuilt = one_after_another if self.numbering.as_read else SequenceNode
        return rebuilt(parts, self.apart, self.most, self.numbering)


def _slack(parts: Items[Node]) -> int:
    return sum(part.shape.most - part.shape.least for part in parts)


def _shortened(parts: Items[Node], most: int) -> list[Node]:
    """Take freedom from the parts, evenly, until the longest text is short enough."""
    shortened = list(parts)
    spare, total = most - sum(p.shape.least for p in parts), _slack(parts)
    if total <= spare:
        return shortened
    for number, part in enumerate(parts):
        own = part.shape.most - part.shape.least
        shortened[number] = part.within(0, part.shape.least + (spare * own // total if total else 0))
        spare, total = spare - (shortened[number].shape.most - part.shape.least), total - own
    return shortened


def _lengthened(parts: Items[Node], least: int, *, evenly: bool) -> list[Node]:
    """Ask the parts for more characters, all of them or the first ones, until the shortest text has enough."""
    lengthened = list(parts)
    for number, part in enumerate(parts):
        lacking = least - sum(p.shape.least for p in lengthened)
        if lacking <= 0:
            break
        room = part.shape.most - part.shape.least
        if room:
            asked = -(-lacking * room // _slack(lengthened[number:])) if evenly else min(room, lacking)
            lengthened[number] = part.within(part.shape.least + asked, part.shape.most)
    return lengthened


class ChoiceNode(Node):
    """One of several nodes.

    Args:
        options: at least one.
        weights: share of each in random use.
        apart: the nodes are known to have no text in common.
        numbering: how ordinals are spread over the nodes.
    """

    def __init__(
        self, options: Items[Node], weights: Items[float], apart: bool = False, numbering: Numbering = SENTENCES
    ) -> None:
        self.apart, self.numbering = apart, numbering
        self.options, self.shares = tuple(options), tuple(weights)
        kept, size = list[int](), 0
        for number, option in enumerate(self.options):
            if size + option.size <= MAX_SIZE:
                kept.append(number)
                size += option.size
        self.options, self.shares = tuple(self.options[i] for i in kept), tuple(self.shares[i] for i in kept)
        ends = list(accumulate(o.size for o in self.options))
        self.size = ends[-1]
        self._starts: U64 = np.array([0, *ends[:-1]], dtype=np.uint64)
        self._option = Finder(self._starts)
        self._table = WeightTable(self.shares if any(self.shares) else [1] * len(self.shares))
        shapes = [o.shape for o in options]
        self.shape = Shape(
            min(s.least for s in shapes), max(s.most for s in shapes), frozenset().union(*(s.first for s in shapes)),
            frozenset().union(*(s.last for s in shapes)), frozenset().union(*(s.alphabet for s in shapes)),
            shapes[0].needs.intersection(*(s.needs for s in shapes[1:])),
        )  # fmt: skip
        self.injective = all(o.injective for o in self.options) and (apart or _all_disjoint(self.options))
        if numbering.as_read and not self.injective and self.size <= FILTER_SIZE:
            self.injective = self.take(np.arange(self.size, dtype=np.uint64)).n_unique() == self.size

    @property
    def may_differ_in_case(self) -> bool:
        """Whether texts of an option do, or two options begin and end with letters that differ in case alone."""
        if any(option.may_differ_in_case for option in self.options):
            return True
        ends = [tuple({c.lower() for c in side} for side in (one.shape.first, one.shape.last)) for one in self.options]
        same = ((a, b) for at, a in enumerate(ends) for b in ends[:at] if a[0] & b[0] and a[1] & b[1])
        return next(same, None) is not None and in_both_cases(self.shape.alphabet)

    def take(self, ordinals: U64) -> pl.Series:
        if len(self.options) == 1:
            return self.options[0].take(ordinals)
        option = self._option.find(ordinals) - 1
        rest = ordinals - self._starts[option]
        return by_part(option, len(self.options), lambda number, rows: self.options[number].take(rest[rows]))

    def draw(self, bits: U64) -> U64:
        option, inner = self._table.pick(bits), mix(bits ^ self.numbering.salt(1))
        order, edges = sorted_parts(option, len(self.options))
        inner, drawn = inner[order], np.empty(len(bits), dtype=np.uint64)
        for number, (first, stop) in enumerate(pairwise(edges)):
            if first < stop:
                drawn[order[first:stop]] = self.options[number].draw(inner[first:stop]) + self._starts[number]
        return drawn

    def within(self, least: int, most: int) -> Node:
        kept: list[tuple[Node, float]] = []
        for option, share in zip(self.options, self.shares, strict=True):
            try:
                kept.append((option.within(least, most), share))
            except EmptyDomainError:
                continue
        if not kept:
            raise EmptyDomainError(f"{least} to {most} characters")
        return one_of([node for node, _ in kept], [share for _, share in kept], self.apart, self.numbering)


class ListNode(Node):
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

    @property
    def may_differ_in_case(self) -> bool:
        """Whether texts of its part do."""
        return self.part.may_differ_in_case

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
            return ListNode(self.part.within(least, most), 1, 1, self.separators)
        shortest = max(self.least, -(-(least + gap) // (self.part.shape.least + gap)))
        if shortest > times:
            if least > self.part.shape.least:
                raise EmptyDomainError(f"{least} to {most} characters")
            shortest = times
        return ListNode(self.part, shortest, times, self.separators)


def _where(condition: np.ndarray[tuple[int], np.dtype[np.bool_]], texts: pl.Series) -> pl.Series:
    return texts.zip_with(pl.Series(condition), pl.Series([""]).new_from_index(0, len(texts)))


def _all_disjoint(nodes: Items[Node]) -> bool:
    return all(disjoint(one, other) for i, one in enumerate(nodes) for other in nodes[:i])


def _edge(shapes: Items[Shape], *, last: bool) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for shape in reversed(shapes) if last else shapes:
        found |= shape.last if last else shape.first
        if shape.least:
            break
    return found


def splits_one_way(parts: Items[Node]) -> bool:
    """Tell whether a text shows where each part ends, read from the left or from the right."""
    return _splits(parts, last=False) or _splits(parts[::-1], last=True)


def _splits(parts: Items[Node], *, last: bool) -> bool:
    shapes = [p.shape for p in parts]
    for number, shape in enumerate(shapes):
        rest = shapes[number + 1 :]
        if shape.least == shape.most or all(s.least == s.most for s in rest):
            continue
        beyond = _edge(rest[::-1] if last else rest, last=last)
        if beyond & shape.alphabet:
            return False
    return True


def disjoint(one: Node, other: Node) -> bool:
    """Tell whether two nodes have no text in common, as far as their shapes show it."""
    a, b = one.shape, other.shape
    if a.most < b.least or b.most < a.least:
        return True
    if a.needs - b.alphabet or b.needs - a.alphabet:
        return True
    if a.least and b.least and not (a.first & b.first and a.last & b.last):
        return True
    if isinstance(one, WordsNode) and isinstance(other, WordsNode):
        return not set(one.labels) & set(other.labels)
    return False


def build(form: Form, apart: bool = False, most: int = MAX_SIZE, numbering: Numbering = SENTENCES) -> Node:
    """Return the domain of a form.

    Args:
        form: what to count.
        apart: the form is known to be unambiguous: no text can be read in two ways.
        most: sequences are counted up to so many texts; what follows comes of the ordinal.
        numbering: how ordinals are spread over the parts of a text.
    """

    def built(part: Form) -> Node:
        return build(part, apart, most, numbering)

    match form:
        case Words(labels, weights):
            return WordsNode(labels, weights)
        case Chars(characters):
            return MaskNode([characters]) if _even(characters) else WordsNode(characters)
        case Choice(options):
            return one_of([built(f) for _, f in options], [w for w, _ in options], apart, numbering)
        case Sequence(parts):
            return one_after_another(list(map(built, parts)), apart, most, numbering)
        case Repeat(part, least, fullest):
            node = built(part)
            if isinstance(node, MaskNode) and len(node.classes) == 1 and least < fullest:
                return CharsNode(CharsDomain(node.classes[0], least, fullest))
            times = range(least, fullest + 1)
            repeats = [one_after_another([node] * count, apart, most, numbering) for count in times]
            return repeats[0] if len(repeats) == 1 else one_of(repeats, [1] * len(repeats), apart, numbering)


def _even(characters: str) -> bool:
    return len({len(character.encode()) for character in characters}) == 1


def one_after_another(
    parts: Items[Node], apart: bool = False, most: int = MAX_SIZE, numbering: Numbering = SENTENCES
) -> Node:
    """Return nodes one after the other, as few as they can be written with: see `SequenceNode`."""
    nodes: list[Node] = []
    run: list[str] | None = None
    size = 1
    for node in _flat(parts) if numbering.as_read else parts:
        classes = _places(node, after=run is not None)
        if classes is not None and run is not None and size * node.size <= MAX_SIZE:
            run.extend(classes)
            size *= node.size
            continue
        alone = run is not None and not numbering.as_read  # what has no room in a mask begins none
        nodes += [] if run is None else [MaskNode(run)]
        run = None
        if classes is None or alone:
            nodes.append(node)
        else:
            run, size = list(classes), node.size
    nodes += [] if run is None else [MaskNode(run)]
    return MaskNode([]) if not nodes else nodes[0] if len(nodes) == 1 else SequenceNode(nodes, apart, most, numbering)


def _flat(parts: Items[Node]) -> Items[Node]:
    return [inner for part in parts for inner in (part.parts if isinstance(part, SequenceNode) else (part,))]


def _places(node: Node, *, after: bool) -> Items[str] | None:
    """Return the characters of each place of a node that can be part of a mask; a literal only after another place."""
    if isinstance(node, MaskNode):
        return node.classes
    return node.labels[0] if after and isinstance(node, WordsNode) and node.size == 1 else None


def one_of(options: Items[Node], weights: Items[float], apart: bool = False, numbering: Numbering = SENTENCES) -> Node:
    """Return one of several nodes: see `ChoiceNode`. What comes to one class of characters is a mask in patterns."""
    if not numbering.as_read:
        return ChoiceNode(options, weights, apart)
    singles = "".join(o.classes[0] for o in options if isinstance(o, MaskNode) and len(o.classes) == 1)
    if len(singles) == sum(o.size for o in options) == len(set(singles)) and singles.isascii():
        return MaskNode([singles])
    return options[0] if len(options) == 1 else ChoiceNode(options, weights, apart, numbering)
