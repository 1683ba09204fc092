"""Ordered domains one after the other: ranges with gaps between them, such as those of partitions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.domains.base import MAX_SIZE, Domain, OrderedDomain
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.limits import AtLeast, AtMost, EmptyDomainError, Limit


class Pieces(OrderedDomain):
    """The values of several ordered domains of one type.

    Args:
        parts: at least one, in the order of their values, none of which two of them share.
    """

    def __init__(self, parts: Sequence[OrderedDomain]) -> None:
        self.parts = tuple(parts)
        self.category, self.size = parts[0].category, sum(part.size for part in parts)
        self.injective = all(part.injective for part in parts)
        self.lower, self.upper = parts[0].lower, parts[-1].upper
        self._ends: U64 = np.cumsum([part.size for part in parts], dtype=np.uint64)

    def take(self, ordinals: U64) -> pl.Series:
        number = np.searchsorted(self._ends, ordinals, side="right")
        order = np.argsort(number, kind="stable")
        starts = np.concatenate([np.zeros(1, dtype=np.uint64), self._ends[:-1]])
        sorted_numbers, within = number[order], (ordinals - starts[number])[order]
        cuts = np.searchsorted(sorted_numbers, np.arange(len(self.parts) + 1))
        shown = [part.take(within[cuts[i] : cuts[i + 1]]) for i, part in enumerate(self.parts)]
        back = np.empty(len(order), dtype=np.int64)
        back[order] = np.arange(len(order))
        return pl.concat(shown)[back]

    def rank(self, values: pl.Series, side: Literal["left", "right"]) -> npt.NDArray[np.int64]:
        ranks = [part.rank(values, side) for part in self.parts]
        total: npt.NDArray[np.int64] = np.sum(ranks, axis=0, dtype=np.int64)
        return total

    def narrow(self, limit: Limit) -> Domain | None:
        if not isinstance(limit, AtLeast | AtMost):
            return super().narrow(limit)
        kept: list[OrderedDomain] = []
        for part in self.parts:
            try:
                narrowed = part.narrow(limit)
            except EmptyDomainError:
                continue
            if not isinstance(narrowed, OrderedDomain):
                return None
            kept.append(narrowed)
        if not kept:
            raise EmptyDomainError(str(limit))
        return joined(kept)


def joined(parts: Sequence[Domain]) -> OrderedDomain | None:
    """Return the values of several domains as one; None where they are not ordered, or share values."""
    ordered = [part for part in parts if isinstance(part, OrderedDomain)]
    if len(ordered) < len(parts) or not ordered or sum(part.size for part in ordered) >= min(MAX_SIZE, 1 << 63):
        return None
    ordered.sort(key=lambda part: part.lower)
    if any(before.upper >= after.lower for before, after in pairwise(ordered)):
        return None
    return ordered[0] if len(ordered) == 1 else Pieces(ordered)
