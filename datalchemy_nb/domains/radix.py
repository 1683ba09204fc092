"""An ordinal taken apart into digits, one for each part of a value."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from datalchemy_nb.domains.bits import U64

WORDS = 1 << 64
"""Ordinals there can be: one is a 64-bit word."""


class Radix:
    """Digits of an ordinal, the last varying fastest. Those that the ordinal has no room for do not count.

    Args:
        sizes: how many values each digit has, each at most 2**64.
        first: positions in the order that digits are counted in while there is room; None = the largest first.
        most: what the counted sizes may come to.

    Attributes:
        counted: of each digit, whether it counts.
        size: the product of the sizes that count.
    """

    def __init__(self, sizes: Sequence[int], first: Iterable[int] | None = None, most: int = WORDS) -> None:
        self.sizes, self.counted, self.size = tuple(sizes), [False] * len(sizes), 1
        for number in sorted(range(len(sizes)), key=lambda i: -sizes[i]) if first is None else first:
            if self.size * sizes[number] <= most:
                self.counted[number] = True
                self.size *= sizes[number]

    def split(self, ordinals: U64) -> list[U64 | None]:
        """Return the digits, None for one that does not count. Ordinals are below the size."""
        digits: list[U64 | None] = [None] * len(self.sizes)
        places = [number for number, counts in enumerate(self.counted) if counts]
        for number in reversed(places[1:]):
            if self.sizes[number] == 1:
                digits[number] = np.zeros_like(ordinals)
                continue
            if self.sizes[number] >= WORDS:  # all others have one value
                digits[number], ordinals = ordinals, np.zeros_like(ordinals)
                continue
            above = ordinals // np.uint64(self.sizes[number])
            digits[number], ordinals = ordinals - above * np.uint64(self.sizes[number]), above
        if places:
            digits[places[0]] = ordinals
        return digits

    def joined(self, digits: Iterable[U64 | None], rows: int) -> U64:
        """Return the ordinals of the digits of so many rows; one that does not count, or has one value, may be None."""
        joined = np.zeros(rows, dtype=np.uint64)
        for size, counts, digit in zip(self.sizes, self.counted, digits, strict=True):
            if counts and digit is not None:
                joined = joined * np.uint64(size % WORDS) + digit
        return joined
