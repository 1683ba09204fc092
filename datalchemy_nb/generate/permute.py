"""Keyed permutations of 0 .. size-1, both ways, on whole arrays.

A Feistel network over the smallest even-bit domain, with cycle walking: Black and Rogaway, "Ciphers with arbitrary
finite domains", CT-RSA 2002. Small sizes are shuffled in a table instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.domains.bits import U64, draw, mix_in_place, stream_key

_ROUNDS = 4
_TABLE_SIZE = 1 << 12
_TABLE_BITS = 15
"""Halves of up to so many bits are looked up: tables of a megabyte at most."""
_MANY = 1 << 11
"""Of fewer numbers the rounds are computed."""


@lru_cache(maxsize=256)
def _table(size: int, key: int) -> tuple[U64, U64]:
    order = np.argsort(draw(np.uint64(key), np.arange(size, dtype=np.uint64)), kind="stable").astype(np.uint64)
    return order, np.argsort(order, kind="stable").astype(np.uint64)


class Permutation:
    """A bijection of ``0 .. size-1`` chosen by a key.

    Args:
        size: 1 to 2**64.
        key: a stream key.
    """

    def __init__(self, size: int, key: np.uint64) -> None:
        self.size = size
        self._key = int(key)
        bits = max((size - 1).bit_length(), 2)
        self._low_bits = np.uint64(bits // 2)
        self._high_bits = np.uint64(bits - bits // 2)
        self._low_mask = np.uint64((1 << (bits // 2)) - 1)
        self._high_mask = np.uint64((1 << (bits - bits // 2)) - 1)
        rounds = draw(key, np.arange(_ROUNDS, dtype=np.uint64))
        self._round_keys = [np.uint64(k) for k in rounds]

    def forward(self, numbers: U64) -> U64:
        """Return the images of the numbers."""
        if self.size <= _TABLE_SIZE:
            return _table(self.size, self._key)[0][numbers]
        return self._walk(numbers, inverse=False)

    def inverse(self, numbers: U64) -> U64:
        """Return the numbers whose images these are."""
        if self.size <= _TABLE_SIZE:
            return _table(self.size, self._key)[1][numbers]
        return self._walk(numbers, inverse=True)

    def _walk(self, numbers: U64, *, inverse: bool) -> U64:
        known = len(numbers) >= _MANY and max(int(self._low_bits), int(self._high_bits)) <= _TABLE_BITS
        rounds = _rounds(self) if known else None
        step = self._decrypt if inverse else self._encrypt
        values = step(numbers, rounds)
        if self.size & (self.size - 1) == 0:
            return values
        top = np.uint64(self.size - 1)
        outside = np.flatnonzero(values > top)
        again = values[outside]
        while len(outside):
            again = step(again, rounds)
            values[outside] = again
            left = again > top
            outside, again = outside[left], again[left]
        return values

    def _encrypt(self, numbers: U64, rounds: Sequence[U64] | None) -> U64:
        left, right = numbers >> self._low_bits, numbers & self._low_mask
        held = np.empty_like(left)
        for i in range(0, _ROUNDS, 2):
            left += self._round(i, right, rounds, held)
            left &= self._high_mask
            right += self._round(i + 1, left, rounds, held)
            right &= self._low_mask
        left <<= self._low_bits
        left |= right
        return left

    def _decrypt(self, numbers: U64, rounds: Sequence[U64] | None) -> U64:
        left, right = numbers >> self._low_bits, numbers & self._low_mask
        held = np.empty_like(left)
        for i in range(_ROUNDS - 2, -1, -2):
            right -= self._round(i + 1, left, rounds, held)
            right &= self._low_mask
            left -= self._round(i, right, rounds, held)
            left &= self._high_mask
        left <<= self._low_bits
        left |= right
        return left

    def _round(self, number: int, half: U64, rounds: Sequence[U64] | None, held: U64) -> U64:
        """What a round adds for each half, in the array given for it."""
        if rounds is None:
            return mix_in_place(np.add(half, self._round_keys[number], out=held))
        return np.take(rounds[number], half.view(np.int64), out=held, mode="wrap")

    def tables(self) -> tuple[U64, ...]:
        """Return what each round adds, for every half that there is."""
        halves = (np.arange(int(mask) + 1, dtype=np.uint64) for mask in (self._low_mask, self._high_mask) * 2)
        return tuple(mix_in_place(half + key) for half, key in zip(halves, self._round_keys, strict=True))


@lru_cache(maxsize=24)
def _rounds(permutation: Permutation) -> tuple[U64, ...]:
    """The rounds of a permutation as tables: a half has few bits, and looking up is cheaper than mixing."""
    return permutation.tables()


@lru_cache(maxsize=4096)
def permutation(seed: int, ref: TableRef, purpose: str, size: int) -> Permutation:
    """Return the permutation of a table's numbers for a purpose."""
    return Permutation(size, stream_key(seed, ref.schema, ref.table, "permute", purpose))
