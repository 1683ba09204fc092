"""Another domain's texts in one case."""

from __future__ import annotations

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import FILTER_SIZE, Domain
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.limits import Cased, Limit

_SAMPLE = 1024
"""Texts that are looked at to see whether a limit on the unfolded ones holds for the folded ones too."""


class Folded(Domain):
    """The texts of a domain, all in upper or lower case.

    Args:
        base: the domain; it counts as injective when its own texts stay apart, which holds for lower-case words.
        upper: which case.
    """

    def __init__(self, base: Domain, upper: bool) -> None:
        self.base, self.upper = base, upper
        self.size, self.category, self.injective = base.size, base.category, base.injective

    def take(self, ordinals: U64) -> pl.Series:
        values = self.base.take(ordinals)
        return values.str.to_uppercase() if self.upper else values.str.to_lowercase()

    def draw(self, bits: U64) -> U64:
        return self.base.draw(bits)

    def narrow(self, limit: Limit) -> Domain | None:
        if isinstance(limit, Cased):
            return self if limit.upper == self.upper else Folded(self.base, limit.upper)
        if self.size <= FILTER_SIZE:
            return super().narrow(limit)
        narrowed = self.base.narrow(limit)
        if narrowed is None:
            return None
        folded = Folded(narrowed, self.upper)
        count = min(folded.size, _SAMPLE)
        spread = np.arange(count, dtype=np.uint64) * np.uint64(max(folded.size // count, 1))
        return folded if limit.mask(folded.take(spread)).fill_null(value=False).all() else None

    def widen(self, size: int) -> Domain | None:
        wider = self.base.widen(size)
        return None if wider is None else Folded(wider, self.upper)
