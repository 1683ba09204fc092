"""Another domain's texts in one case."""

from __future__ import annotations

import polars as pl

from datalchemy_nb.domains.base import Domain
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.limits import Limit


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
        narrowed = self.base.narrow(limit)
        return None if narrowed is None else Folded(narrowed, self.upper)

    def widen(self, size: int) -> Domain | None:
        wider = self.base.widen(size)
        return None if wider is None else Folded(wider, self.upper)
