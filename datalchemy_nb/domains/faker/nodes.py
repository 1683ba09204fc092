"""Forms as domains: every text has an ordinal, and random draws keep the weights."""

from __future__ import annotations

from collections.abc import Sequence as Items
from itertools import accumulate
from math import prod

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import MAX_SIZE
from datalchemy_nb.domains.bits import U64, mix
from datalchemy_nb.domains.faker.forms import Chars, Choice, Form, Sequence, Words
from datalchemy_nb.domains.faker.leaves import MaskNode, WordsNode
from datalchemy_nb.domains.faker.node import Node, Shape
from datalchemy_nb.domains.finder import WeightTable
from datalchemy_nb.domains.limits import EmptyDomainError
from datalchemy_nb.domains.strings import join
from datalchemy_nb.domains.text import by_part

_PART = 0xA0761D6478BD642F


class SequenceNode(Node):
    """Nodes one after the other; those that 64 bits do not hold any more follow from the ordinal.

    Args:
        parts: at least two.
        apart: values are known to show where each part ends.
        most: parts are counted as long as there are at most so many texts.
    """

    def __init__(self, parts: Items[Node], apart: bool = False, most: int = MAX_SIZE) -> None:
        self.parts, self.apart, self.most = tuple(parts), apart, most
        self.size, self.counted = 1, [False] * len(self.parts)
        for number in sorted(range(len(self.parts)), key=lambda i: -self.parts[i].size):
            self.counted[number] = self.size * self.parts[number].size <= most
            self.size *= self.parts[number].size if self.counted[number] else 1
        shapes = [p.shape for p in self.parts]
        self.shape = Shape(
            sum(s.least for s in shapes), sum(s.most for s in shapes), _edge(shapes, last=False),
            _edge(shapes, last=True), frozenset().union(*(s.alphabet for s in shapes)),
            frozenset().union(*(s.needs for s in shapes)),
        )  # fmt: skip
        self.injective = all(p.injective for p in self.parts) and (apart or splits_one_way(self.parts))

    def take(self, ordinals: U64) -> pl.Series:
        rest, values = ordinals, []
        for number in reversed(range(len(self.parts))):
            part = self.parts[number]
            if not self.counted[number]:
                own = part.draw(mix(ordinals + _salt(number + 1)))
            elif part.size >= MAX_SIZE:
                own, rest = rest, np.zeros_like(rest)
            else:
                above = rest // np.uint64(part.size)
                own, rest = rest - above * np.uint64(part.size), above
            values.append(part.take(own))
        return join(values[::-1])

    def draw(self, bits: U64) -> U64:
        drawn = np.zeros(len(bits), dtype=np.uint64)
        for number, (part, counted) in enumerate(zip(self.parts, self.counted, strict=True)):
            if counted:
                drawn = drawn * np.uint64(part.size % MAX_SIZE) + part.draw(mix(bits + _salt(number)))
        return drawn

    def within(self, least: int, most: int) -> Node:
        spare = most - self.shape.least
        if spare < 0 or self.shape.most < least:
            raise EmptyDomainError(f"{least} to {most} characters")
        parts = list(self.parts)
        slack = [p.shape.most - p.shape.least for p in parts]
        if (total := sum(slack)) > spare:
            for number, part in enumerate(parts):
                room = spare * slack[number] // total if total else 0
                parts[number] = part.within(0, part.shape.least + room)
                spare, total = spare - (parts[number].shape.most - part.shape.least), total - slack[number]
        return _raised(parts, least, self)


def _raised(parts: list[Node], least: int, whole: SequenceNode) -> Node:
    """Ask the parts for more characters until the shortest text has enough."""
    for number, part in enumerate(parts):
        lacking = least - sum(p.shape.least for p in parts)
        if lacking <= 0:
            break
        room = part.shape.most - part.shape.least
        if room:
            parts[number] = part.within(part.shape.least + min(room, lacking), part.shape.most)
    return SequenceNode(parts, whole.apart, whole.most)


class ChoiceNode(Node):
    """One of several nodes.

    Args:
        options: at least one.
        weights: share of each in random use.
        apart: the nodes are known to have no text in common.
    """

    def __init__(self, options: Items[Node], weights: Items[float], apart: bool = False) -> None:
        self.apart = apart
        self.options, self.shares = tuple(options), tuple(weights)
        sizes: list[int] = []
        for option in self.options:
            sizes.append(min(option.size, MAX_SIZE - sum(sizes)))
        kept = [i for i, size in enumerate(sizes) if size == self.options[i].size]
        self.options, self.shares = tuple(self.options[i] for i in kept), tuple(self.shares[i] for i in kept)
        ends = list(accumulate(o.size for o in self.options))
        self.size = ends[-1]
        self._starts: U64 = np.array([0, *ends[:-1]], dtype=np.uint64)
        self._table = WeightTable(self.shares if any(self.shares) else [1] * len(self.shares))
        shapes = [o.shape for o in self.options]
        self.shape = Shape(
            min(s.least for s in shapes), max(s.most for s in shapes), frozenset().union(*(s.first for s in shapes)),
            frozenset().union(*(s.last for s in shapes)), frozenset().union(*(s.alphabet for s in shapes)),
            shapes[0].needs.intersection(*(s.needs for s in shapes[1:])),
        )  # fmt: skip
        self.injective = all(o.injective for o in self.options) and (apart or _all_disjoint(self.options))

    def take(self, ordinals: U64) -> pl.Series:
        option = np.searchsorted(self._starts, ordinals, side="right") - 1
        rest = ordinals - self._starts[option]
        return by_part(option, len(self.options), lambda number, rows: self.options[number].take(rest[rows]))

    def draw(self, bits: U64) -> U64:
        option, inner = self._table.pick(bits), mix(bits ^ _salt(1))
        drawn = np.empty(len(bits), dtype=np.uint64)
        for number, node in enumerate(self.options):
            here = option == np.uint64(number)
            if here.any():
                drawn[here] = node.draw(inner[here]) + self._starts[number]
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
        return ChoiceNode([node for node, _ in kept], [share for _, share in kept], self.apart)


def _all_disjoint(nodes: Items[Node]) -> bool:
    return all(disjoint(one, other) for i, one in enumerate(nodes) for other in nodes[:i])


def _salt(number: int) -> np.uint64:
    return np.uint64(number * _PART % MAX_SIZE)


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
        if not any(s.least for s in rest) or beyond & shape.alphabet:
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


def build(form: Form, apart: bool = False, most: int = MAX_SIZE) -> Node:
    """Return the domain of a form.

    Args:
        form: what to count.
        apart: the form is known to be unambiguous: no text can be read in two ways.
        most: sequences are counted up to so many texts; what follows comes of the ordinal.
    """
    match form:
        case Words(labels, weights):
            return WordsNode(labels, weights)
        case Chars(characters):
            return MaskNode([characters]) if _even(characters) else WordsNode(characters)
        case Choice(options):
            return ChoiceNode([build(f, apart, most) for _, f in options], [w for w, _ in options], apart)
        case Sequence(parts):
            return _sequence(parts, apart, most)


def _even(characters: str) -> bool:
    return len({len(character.encode()) for character in characters}) == 1


def _sequence(parts: Items[Form], apart: bool, most: int) -> Node:
    nodes: list[Node] = []
    run: list[str] = []
    for part in parts:
        match part:
            case Chars(characters) if _even(characters) and prod(map(len, [*run, characters])) <= MAX_SIZE:
                run.append(characters)
            case Words((text,)) if run:
                run.extend(text)
            case _:
                nodes, run = [*nodes, *_mask(run)], []
                nodes.append(build(part, apart, most))
    nodes += _mask(run)
    return nodes[0] if len(nodes) == 1 else SequenceNode(nodes, apart, most)


def _mask(classes: Items[str]) -> list[Node]:
    return [MaskNode(classes)] if classes else []
