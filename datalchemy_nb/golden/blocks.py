"""Digests of a table's blocks, out of its manifest or out of the file beside it, a stretch of blocks at a time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from datalchemy_nb.contracts.golden import RowRange
from datalchemy_nb.contracts.run import DIGEST_BYTES, TableManifest
from datalchemy_nb.later import Later
from datalchemy_nb.records import dataclass

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Digests = npt.NDArray[np.uint64]
    Mask = npt.NDArray[np.bool_]
else:
    np = Later("numpy")

_STRETCH = 1 << 14
"""Blocks read at a time: 10 MB of a table of 40 columns."""


@dataclass(frozen=True)
class Blocks:
    """The blocks of a table.

    Attributes:
        table: its manifest.
        directory: where the file of its digests lies; None = nowhere.
        block_rows: rows of a block.
    """

    table: TableManifest
    directory: Path | None
    block_rows: int

    @property
    def count(self) -> int:
        """How many there are."""
        return -(-self.table.rows // self.block_rows)

    @property
    def inside(self) -> bool:
        """Whether their digests are in the manifest."""
        return self.table.digests is None

    @property
    def known(self) -> bool:
        """Whether their digests can be read."""
        file, path = self.table.digests, self._path
        if file is None:
            return True
        return path is not None and path.is_file() and path.stat().st_size == file.bytes

    @property
    def _path(self) -> Path | None:
        file = self.table.digests
        return None if file is None or self.directory is None else self.directory / file.file

    def of(self, first: int, stop: int) -> Digests:
        """Return digests of some blocks: shape (blocks, columns, 2), two words each."""
        width = len(self.table.columns)
        if self._path is None:
            texts = "".join(digest for block in self.table.blocks[first:stop] for digest in block.columns)
            return np.frombuffer(bytes.fromhex(texts), dtype=np.uint64).reshape(-1, width, 2)
        each = width * DIGEST_BYTES
        words = np.fromfile(self._path, dtype=np.uint64, count=(stop - first) * width * 2, offset=first * each)
        return words.reshape(-1, width, 2)

    def rows(self, blocks: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return how many rows each of some blocks has; none where there is no such block."""
        return np.clip(self.table.rows - blocks * self.block_rows, 0, self.block_rows)


def sha256_of(table: TableManifest) -> str:
    """Return the hash of a table's digests as a file of them has it."""
    if table.digests is not None:
        return table.digests.sha256
    found = hashlib.sha256()
    for block in table.blocks:
        found.update(bytes.fromhex("".join(block.columns)))
    return found.hexdigest()


def differing(old: Blocks, new: Blocks, columns: Sequence[str]) -> dict[str, list[RowRange]]:
    """Return, per column that both tables have, the rows of the blocks that differ, in one pass over the digests.

    A block that only one of them has differs as a whole.
    """
    found: dict[str, list[RowRange]] = {name: [] for name in columns}
    if not found:
        return found
    places = {name: (old.table.columns.index(name), new.table.columns.index(name)) for name in columns}
    for first in range(0, max(old.count, new.count), _STRETCH):
        numbers = np.arange(first, min(first + _STRETCH, max(old.count, new.count)), dtype=np.int64)
        before, after = old.rows(numbers), new.rows(numbers)
        shared = int(((before > 0) & (after > 0)).sum())
        ours, theirs = old.of(first, first + shared), new.of(first, first + shared)
        ends = numbers * old.block_rows + np.maximum(before, after) - 1
        for name, (here, there) in places.items():
            apart = before != after
            apart[:shared] |= (ours[:, here] != theirs[:, there]).any(axis=1)
            found[name].extend(_ranges(apart, numbers * old.block_rows, ends))
    return found


def _ranges(apart: Mask, starts: npt.NDArray[np.int64], ends: npt.NDArray[np.int64]) -> Iterator[RowRange]:
    """Neighbouring blocks that differ, as one."""
    edges = np.diff(np.concatenate([[False], apart, [False]]).astype(np.int8))
    for start, stop in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True):
        yield RowRange(first=int(starts[start]), last=int(ends[stop - 1]))


def same(old: Blocks, new: Blocks, before: str, after: str) -> bool:
    """Whether a column of one table has the digests of a column of the other."""
    if old.table.rows != new.table.rows or not old.table.rows:
        return False
    here, there = old.table.columns.index(before), new.table.columns.index(after)
    stretches = ((first, min(first + _STRETCH, old.count)) for first in range(0, old.count, _STRETCH))
    return all(np.array_equal(old.of(*part)[:, here], new.of(*part)[:, there]) for part in stretches)
