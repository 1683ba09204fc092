"""Weighted choice by one table: integer thresholds over the 64-bit words, the same on every machine."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np

from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.finder import Finder

_SHARES = 1 << 32


class WeightTable:
    """Turns uniform words into indices with given weights.

    Args:
        weights: one non-negative number per index, not all zero.

    Raises:
        ValueError: a weight is negative, or all are zero.
    """

    def __init__(self, weights: Sequence[float]) -> None:
        highest = max(weights, default=0)
        if highest <= 0 or min(weights) < 0:
            raise ValueError("weights must be non-negative and not all zero")
        whole = all(isinstance(w, int) for w in weights)
        shares = [int(w) if whole else max(int(w / highest * _SHARES), 1 if w else 0) for w in weights]
        total = sum(shares)
        ends = [(end << 64) // total for end in accumulate(shares)]
        self._last = max(i for i, share in enumerate(shares) if share)
        self._ends = Finder(np.array(ends[: self._last], dtype=np.uint64))

    def pick(self, bits: U64) -> U64:
        """Return one index per word."""
        return self._ends.find(bits).astype(np.uint64)
