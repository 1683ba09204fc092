"""Links that relations read, dealt so that the dealing can be inverted."""

from __future__ import annotations

import numpy as np

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.domains.bits import U64, draw, stream_key, unit
from datalchemy_nb.domains.portable import ln
from datalchemy_nb.resolve.family_plan import Families

MOST_ROWS = (1 << 32) - 1
"""Rows of a table, and of its parents, that families are dealt for: products of two such numbers fit a word."""
_PATTERN = 4096
_MEAN_WEIGHT = 1024
_EVEN = 1.05
"""So many rows a parent are dealt evenly: there is no room for some to have more, if all are to have one."""


def dealt(
    seed: int,
    ref: TableRef,
    purpose: str,
    linked: int,
    parents: int,
    *,
    scattered: bool,
    everyone: bool,
    length: int = _PATTERN,
) -> Families:
    """Return a dealing of rows to parents whose numbers of children vary as waiting times do.

    Args:
        seed: the plan's seed.
        ref: the table of the rows.
        purpose: names the link.
        linked: rows that point somewhere.
        parents: parents there are; both at most `MOST_ROWS`.
        scattered: whether the rows of a parent lie anywhere rather than next to each other.
        everyone: every parent has a child, where there are rows enough.
        length: parents that the pattern of weights covers.
    """
    blocks = max(-(-parents // length), 1)
    length = -(-parents // blocks)
    extra = _weights(seed, ref, purpose, length)
    floor = 0
    if everyone:
        found = _floor(extra, linked, parents) if linked >= _EVEN * parents else None
        if found is None:
            extra = np.zeros(length, dtype=np.uint64)
        floor = max(found or 0, 1)
    sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(extra + np.uint64(floor))])
    if sums[-1] == 0:
        sums = np.arange(length + 1, dtype=np.uint64)
    return Families(sums.astype(np.uint64), linked, parents, purpose, scattered)


def _weights(seed: int, ref: TableRef, purpose: str, length: int) -> U64:
    """Exponential waiting times, in 1,024ths of their mean."""
    share = unit(draw(stream_key(seed, ref.schema, ref.table, "families", purpose), np.arange(length, dtype=np.uint64)))
    return np.floor(-ln(1.0 - share) * _MEAN_WEIGHT).astype(np.uint64) + np.uint64(1)


def _floor(extra: U64, linked: int, parents: int) -> int | None:
    """The least weight to add to each that gives every parent of every block one row; None = there is none."""
    floor = 0
    for size in {len(extra), parents % len(extra)} - {0}:
        rows = _fewest(linked, parents, len(extra), size)
        weight = int(extra[:size].sum())
        if rows <= size:
            return None
        least = int(extra[:size].min())
        # (least + floor) * rows >= weight + size * floor
        floor = max(floor, -(-(weight - least * rows) // (rows - size)))
    return floor


def _fewest(linked: int, parents: int, length: int, size: int) -> int:
    """The fewest rows of a block of so many parents."""
    if size == length:
        return linked * length // parents
    return linked - linked * (parents - size) // parents
