"""What several columns and tables read of the same rows, kept by blocks: totals of parents, moments of lifecycles."""

from __future__ import annotations

from collections import Counter, OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import Any

import numpy as np
import numpy.typing as npt

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.run import BLOCK_ROWS
from datalchemy_nb.domains.bits import U64

_MOST_BYTES = 24 << 20
_WORTH = 8
"""A block is made as a whole when an eighth of its rows has been asked for."""

Arrays = tuple[npt.NDArray[Any], ...]
Name = tuple[TableRef, str]


class Kept:
    """Arrays over the rows of tables, kept by blocks of rows.

    A block is made as a whole once as many of its rows have been asked for as make that worth it, so that a preview of
    a few rows makes no more than it needs. Of a table too large to be kept whole, only what is asked for at once
    counts: rows asked for here and there would make every block again each time, for the others have pushed it out.
    What is kept is bounded, and the same whoever asks.
    """

    def __init__(self) -> None:
        self._blocks: OrderedDict[tuple[Name, int], Arrays] = OrderedDict()
        self._asked: Counter[tuple[Name, int]] = Counter()
        self._widths: dict[Name, int] = {}
        self._bytes = 0
        self._lock = Lock()

    def of(self, name: Name, rows: int, index: U64, make: Callable[[U64], Arrays]) -> Arrays:
        """Return arrays of some rows; rows are their last axis.

        Args:
            name: the table, and what it is.
            rows: of the table.
            index: row numbers.
            make: makes the arrays of any rows.
        """
        blocks = (index // np.uint64(BLOCK_ROWS)).astype(np.int64)
        first = int(blocks.min()) if len(blocks) else 0
        asked = np.bincount(blocks - first)
        known: list[tuple[npt.NDArray[np.intp] | slice, Arrays]] = []
        rest = np.zeros(len(index), dtype=bool)
        for block in np.flatnonzero(asked).tolist():
            here = slice(None) if asked[block] == len(index) else np.flatnonzero(blocks == block + first)
            kept = self._kept((name, block + first), rows, int(asked[block]), make)
            if kept is None:
                rest[here] = True
                continue
            within = (index[here] - np.uint64((block + first) * BLOCK_ROWS)).astype(np.int64)
            known.append((here, tuple(array[..., within] for array in kept)))
        if not known:
            return make(index)
        if rest.any():
            known.append((np.flatnonzero(rest), make(index[rest])))
        if len(known) == 1:
            return known[0][1]
        found = tuple(np.empty((*array.shape[:-1], len(index)), dtype=array.dtype) for array in known[0][1])
        for here, arrays in known:
            for whole, part in zip(found, arrays, strict=True):
                whole[..., here] = part
        return found

    def _kept(self, key: tuple[Name, int], rows: int, asked: int, make: Callable[[U64], Arrays]) -> Arrays | None:
        start = key[1] * BLOCK_ROWS
        stop = min(start + BLOCK_ROWS, rows)
        with self._lock:
            kept = self._blocks.get(key)
            if kept is not None:
                self._blocks.move_to_end(key)
                return kept
            self._asked[key] = asked + (self._asked[key] if self._fits(key[0], rows) else 0)
            if self._asked[key] * _WORTH < stop - start:
                return None
        made = make(np.arange(start, stop, dtype=np.uint64))
        with self._lock:
            size = sum(array.nbytes for array in made)
            self._widths[key[0]] = size // (stop - start)
            if key not in self._blocks:
                self._blocks[key] = made
                self._bytes += size
            while self._bytes > _MOST_BYTES:
                pushed, gone = self._blocks.popitem(last=False)
                self._bytes -= sum(array.nbytes for array in gone)
                del self._asked[pushed]
        return made

    def _fits(self, name: Name, rows: int) -> bool:
        """Whether all blocks can be kept; told by those that were made, so yes before there is one."""
        return self._widths.get(name, 0) * rows <= _MOST_BYTES
