"""A domain whose values do not all come up equally often."""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.domains.base import Domain, OrderedDomain, Subset
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.limits import Limit
from datalchemy_nb.domains.profile import Profile, Ranks


class Shaped(Domain):
    """Another domain's values, drawn by a profile over its ordinals; only random use has a shape.

    Args:
        base: the values.
        profile: how often each ordinal comes up.
        kind: the distribution's name, for messages.
    """

    def __init__(self, base: Domain, profile: Profile, kind: str) -> None:
        self.base, self.profile, self.kind = base, profile, kind
        self.size, self.category, self.injective = base.size, base.category, base.injective

    def take(self, ordinals: U64) -> pl.Series:
        return self.base.take(ordinals)

    def draw(self, bits: U64) -> U64:
        return self.profile.draw(bits)

    def draw_between(self, bits: U64, low: Ranks, high: Ranks) -> U64:
        """Turn uniform words into ordinals between bounds of the row's own, keeping the shape there."""
        return self.profile.draw_between(bits, low, high)

    def narrow(self, limit: Limit) -> Domain | None:
        """Narrow the values and keep the shape: what is left comes up in the same proportions."""
        inner = self.base.narrow(limit)
        if inner is None or inner is self.base:
            return None if inner is None else self
        profile = _follow(self.profile, self.base, inner)
        return None if profile is None else shaped(inner, profile, self.kind)


class OrderedShaped(Shaped, OrderedDomain):
    """A shape over numbers, dates or times."""

    def __init__(self, base: OrderedDomain, profile: Profile, kind: str) -> None:
        super().__init__(base, profile, kind)
        self._ordered = base
        self.lower, self.upper = base.lower, base.upper

    def rank(self, values: pl.Series, side: Literal["left", "right"]) -> npt.NDArray[np.int64]:
        return self._ordered.rank(values, side)


def shaped(base: Domain, profile: Profile, kind: str) -> Shaped:
    """Return the domain under a profile, ordered where the domain is."""
    return OrderedShaped(base, profile, kind) if isinstance(base, OrderedDomain) else Shaped(base, profile, kind)


def _follow(profile: Profile, base: Domain, inner: Domain) -> Profile | None:
    """The profile over what is left of a domain; None where its ordinals cannot be told."""
    if isinstance(base, OrderedDomain) and isinstance(inner, OrderedDomain):
        first = inner.rank(base.take(profile.starts), "left")
        return profile.moved(first, inner.rank(base.take(profile.lasts), "right"))
    if isinstance(inner, Subset) and inner.base is base:
        return Profile.of_weights(profile.shares(inner.ordinals))
    if isinstance(inner, Subset) and isinstance(base, OrderedDomain):
        every = inner.take(np.arange(inner.size, dtype=np.uint64))
        return Profile.of_weights(profile.shares(base.rank(every, "left").astype(np.uint64)))
    return None
