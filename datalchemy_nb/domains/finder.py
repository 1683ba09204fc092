"""Looking numbers up in a list of ascending ones, for many at a time; weighted choice by such a list.

A binary search waits for memory at every step. Here a number says by its size in which cell of an even division of the
list's span it lies, the cell says where to begin, and a few comparisons do the rest. Of a short list, each edge is
compared with all numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np
import numpy.typing as npt

from datalchemy_nb.domains.bits import U64

_FEW = 2_048
"""So few numbers are not worth a table of cells."""
_SHORT, _MOST_STEPS = 24, 8
_FEWEST_CELLS, _MOST_CELLS = 64, 1 << 17

Places = npt.NDArray[np.intp]


class Finder:
    """The same as ``numpy.searchsorted(edges, numbers, side="right")``: how many edges are not greater.

    Args:
        edges: ascending, of one type with the numbers looked up.
    """

    def __init__(self, edges: npt.NDArray[Any]) -> None:
        self._edges = edges
        self._cells: _Cells | None = None
        self._even = len(edges) > _SHORT

    def find(self, numbers: npt.NDArray[Any]) -> Places:
        """Return the place of each number."""
        if self._even and self._cells is None and len(numbers) > _FEW:
            cells = _Cells(self._edges)
            self._even = cells.steps <= _MOST_STEPS
            self._cells = cells
        if not self._even or self._cells is None or len(numbers) <= _FEW:
            return places(self._edges, numbers)
        return self._cells.find(numbers)


def places(edges: npt.NDArray[Any], numbers: npt.NDArray[Any]) -> Places:
    """Return the same as ``numpy.searchsorted(edges, numbers, side="right")``, sooner where there are few edges.

    Args:
        edges: ascending.
        numbers: an array of them; none is NaN.
    """
    if not 0 < len(edges) <= _SHORT or len(numbers) <= _FEW:
        return np.searchsorted(edges, numbers, side="right")
    found = (edges[0] <= numbers).view(np.uint8)
    for edge in edges[1:]:
        found += (edge <= numbers).view(np.uint8)
    at: Places = found.astype(np.intp)
    return at


class _Cells:
    """An even division of the span of some edges; cells grow with numbers, so no edge of a lower cell is greater.

    Attributes:
        steps: edges in the fullest cell.
    """

    def __init__(self, edges: npt.NDArray[Any]) -> None:
        self._first, span = float(edges[0]), float(edges[-1]) - float(edges[0])
        wanted = 2 * len(edges)
        self._last = min(max(1 << wanted.bit_length(), _FEWEST_CELLS), _MOST_CELLS) - 1
        self._rate = self._last / span if span > 0 else 0.0
        cells = self._cell(edges)
        self._begin: Places = np.searchsorted(cells, np.arange(self._last + 1), side="left")
        self.steps = int(np.bincount(cells).max())
        self._count = len(edges)
        self._edges = np.concatenate([edges, np.full(self.steps + 1, edges[-1], dtype=edges.dtype)])

    def _cell(self, numbers: npt.NDArray[Any]) -> Places:
        far = numbers.astype(np.float64)
        far -= self._first
        far *= self._rate
        found: Places = np.clip(far, 0, self._last, out=far).astype(np.intp)
        return found

    def find(self, numbers: npt.NDArray[Any]) -> Places:
        at = self._begin[self._cell(numbers)]
        for _ in range(self.steps):
            further = self._edges[at] <= numbers
            if not further.any():
                break
            at += further
        return np.minimum(at, self._count, out=at)


# --- weighted choice: integer thresholds over the 64-bit words, the same on every machine -----------------------------

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
