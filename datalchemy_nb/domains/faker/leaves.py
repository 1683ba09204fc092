"""The nodes that hold texts and characters."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Sequence as Items
from functools import lru_cache
from itertools import product
from math import prod

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.domains.bits import U64, scale
from datalchemy_nb.domains.faker.node import Node, Shape
from datalchemy_nb.domains.finder import WeightTable
from datalchemy_nb.domains.limits import EmptyDomainError
from datalchemy_nb.domains.strings import TextRows, gather, text_table

_MAX_BYTES = 4
_MAX_TABLE = 1 << 16


class WordsNode(Node):
    """Listed texts.

    Args:
        labels: distinct texts.
        weights: their shares, or None for even ones.
    """

    def __init__(self, labels: Items[str], weights: Items[float] | None = None) -> None:
        self.labels, self.size = tuple(labels), len(labels)
        self.values = pl.Series(self.labels, dtype=pl.String)
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
    """Characters, each of its own class.

    Args:
        classes: the characters of each place, those of one place all of one width in UTF-8; at most 2**64 texts.
    """

    def __init__(self, classes: Items[str]) -> None:
        self.classes = tuple(classes)
        self._blocks = tuple(_blocks(self.classes))
        self.size = prod(len(_table(block)) for block in self._blocks)
        self._bytes = sum(map(_width, self.classes))
        self.shape = Shape(
            len(classes), len(classes), frozenset(classes[0]), frozenset(classes[-1]),
            frozenset().union(*map(frozenset, classes)), frozenset(c for c in classes if len(c) == 1),
        )  # fmt: skip

    def take(self, ordinals: U64) -> pl.Series:
        digits: list[U64] = []
        for block in reversed(self._blocks):
            above = ordinals // np.uint64(len(_table(block)))
            digits.append(ordinals - above * np.uint64(len(_table(block))))
            ordinals = above
        rows, position = TextRows(len(ordinals), self._bytes), 0
        for block, digit in zip(self._blocks, reversed(digits), strict=True):
            rows.put(position, _table(block), digit)
            position += sum(map(_width, block))
        return rows.finish()

    def within(self, least: int, most: int) -> Node:
        if not least <= len(self.classes) <= most:
            raise EmptyDomainError(f"{least} to {most} characters")
        return self


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
