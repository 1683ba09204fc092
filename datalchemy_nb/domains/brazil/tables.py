"""The data files beside the code, and the tables made of them."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from datalchemy_nb.datafiles import text_of
from datalchemy_nb.domains.bits import U64

I64 = npt.NDArray[np.int64]
_DROPPED = re.compile("[^0-9a-z -]+")
PARTICLES = frozenset({"da", "das", "de", "do", "dos", "e"})


def read_rows(name: str, delimiter: str = ",") -> list[list[str]]:
    """Return the rows of a data file, without its header."""
    return list(csv.reader(text_of(__package__, f"data/{name}").splitlines()[1:], delimiter=delimiter))


def fold(text: str) -> str:
    """Return the text in lower-case ASCII: accents folded (``ç`` -> ``c``), other marks dropped."""
    if not text.isascii():
        text = unicodedata.normalize("NFD", text).encode("ascii", "ignore").decode()
    plain = text.lower()
    return plain if plain.isalnum() else _DROPPED.sub("", plain)


def slug(text: str, separator: str = "-") -> str:
    """Return the folded words without particles, joined: ``João da Silva`` -> ``joao-silva``."""
    folded = fold(text)
    if folded.isalnum():
        return "" if folded in PARTICLES else folded
    return separator.join([w for w in folded.replace("-", " ").split() if w not in PARTICLES])


class Shares:
    """Ordinals dealt to items, as many to each as its weight: a uniform ordinal gives weighted items.

    Args:
        weights: whole shares per item, at least one each.
    """

    def __init__(self, weights: Sequence[int]) -> None:
        self.weights = np.array(weights, dtype=np.int64)
        self.item_of: I64 = np.repeat(np.arange(len(weights), dtype=np.int64), self.weights)
        self.starts: I64 = np.cumsum(self.weights) - self.weights
        self.size = len(self.item_of)

    def items(self, ordinals: U64) -> I64:
        """Return the item of each ordinal."""
        return self.item_of.take(ordinals.view(np.int64))

    def within(self, items: I64, bits: U64) -> U64:
        """Return an ordinal of each item, by uniform bits."""
        widths: U64 = self.weights.take(items).view(np.uint64)
        starts: U64 = self.starts.take(items).view(np.uint64)
        return starts + ((bits >> np.uint64(32)) * widths >> np.uint64(32))
