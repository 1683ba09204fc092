"""How probability is spread over ordinals: neighbouring ordinals in bins, even within each.

Drawing inverts the cumulative function: a search for the bin, and a proportion within it. Both are arithmetic that is
exact to the bit on every machine. Larger words give larger ordinals.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from datalchemy_nb.domains.bits import U64, unit
from datalchemy_nb.domains.finder import Finder
from datalchemy_nb.domains.limits import EmptyDomainError
from datalchemy_nb.domains.portable import Floats

Ranks = npt.NDArray[np.int64]
_TOP = (1 << 53) - 1
_BELOW_ONE = 1.0 - 2.0**-53


class Profile:
    """Bins of ordinals with a mass each.

    Args:
        starts: first ordinal of each bin, ascending.
        counts: ordinals in each bin.
        masses: relative share of each bin; bins of nothing are left out.

    Raises:
        EmptyDomainError: nothing is left.
    """

    def __init__(self, starts: U64, counts: Floats, masses: Floats) -> None:
        kept = (masses > 0) & (counts >= 1)
        if not kept.any():
            raise EmptyDomainError("the distribution leaves nothing between the bounds")
        self.starts, self.counts, self.masses = starts[kept], counts[kept], masses[kept]
        whole = np.minimum(self.counts, 2.0**63).astype(np.uint64) - np.uint64(1)
        self._most: U64 = np.where(self.counts > 2.0**63, np.uint64((1 << 64) - 1), whole)
        self._after: Floats = np.cumsum(self.masses)
        self._before: Floats = np.concatenate([[0.0], self._after[:-1]])
        shares = self._after[:-1] / self._after[-1]
        self._ends: U64 = np.minimum((shares * 2.0**53).astype(np.uint64), np.uint64(_TOP)) << np.uint64(11)
        self._lows: U64 = np.concatenate([np.zeros(1, dtype=np.uint64), self._ends])
        highs = np.concatenate([self._ends.astype(np.float64), [2.0**64]])
        self._places, self._aims = Finder(self.starts), Finder(self._after)
        self._words = Finder(self._ends)
        self._widths: Floats = np.maximum(highs - self._lows.astype(np.float64), 1.0)

    def __reduce__(self) -> tuple[type[Profile], tuple[U64, Floats, Floats]]:
        return Profile, (self.starts, self.counts, self.masses)

    @classmethod
    def of_weights(cls, weights: Sequence[float] | Floats) -> Profile:
        """Return one bin an ordinal."""
        masses = np.asarray(weights, dtype=np.float64)
        return cls(np.arange(len(masses), dtype=np.uint64), np.ones(len(masses)), masses)

    @classmethod
    def even(cls, size: int) -> Profile:
        """Return even shares of all ordinals."""
        return cls(np.zeros(1, dtype=np.uint64), np.array([float(size)]), np.ones(1))

    def draw(self, bits: U64) -> U64:
        """Turn uniform words into ordinals."""
        at = self._words.find(bits)
        part = np.minimum((bits - self._lows[at]).astype(np.float64) / self._widths[at], _BELOW_ONE)
        inside = (part * self.counts[at]).astype(np.uint64)
        ordinals: U64 = self.starts[at] + np.minimum(inside, self._most[at])
        return ordinals

    def draw_between(self, bits: U64, low: Ranks, high: Ranks) -> U64:
        """Turn uniform words into ordinals ``low <= ordinal < high``, each row its own; even where nothing falls."""
        from_mass, to_mass = self._below(low), self._below(high)
        share = unit(bits)
        aim = from_mass + share * (to_mass - from_mass)
        at = np.minimum(self._aims.find(aim), len(self.starts) - 1)
        part = np.clip((aim - self._before[at]) / self.masses[at], 0.0, _BELOW_ONE)
        ordinals = self.starts[at] + np.minimum((part * self.counts[at]).astype(np.uint64), self._most[at])
        even = low + (share * np.maximum(high - low, 1)).astype(np.int64)
        found = np.where(to_mass > from_mass, ordinals, even.astype(np.uint64))
        return np.clip(found, low.astype(np.uint64), np.maximum(high - 1, low).astype(np.uint64))

    def _below(self, ordinals: Ranks) -> Floats:
        """The mass of all smaller ordinals; bounds are often the same in all rows."""
        if len(ordinals) > 1 and ordinals.min() == ordinals.max():
            return np.full(len(ordinals), self._below(ordinals[:1])[0])
        places = ordinals.astype(np.uint64)
        at = np.maximum(self._places.find(places) - 1, 0)
        into = np.where(places > self.starts[at], places - self.starts[at], np.uint64(0)).astype(np.float64)
        below: Floats = self._before[at] + self.masses[at] * np.minimum(into / self.counts[at], 1.0)
        return below

    def shares(self, ordinals: U64) -> Floats:
        """Return the mass of single ordinals."""
        at = np.maximum(np.searchsorted(self.starts, ordinals, side="right") - 1, 0)
        inside = (ordinals >= self.starts[at]) & (ordinals - self.starts[at] <= self._most[at])
        return np.where(inside, self.masses[at] / self.counts[at], 0.0)

    @property
    def lasts(self) -> U64:
        """The last ordinal of each bin."""
        return self.starts + self._most

    def moved(self, first: Ranks, stop: Ranks) -> Profile:
        """Return the profile of a part of the domain, where each bin holds the ordinals ``first <= ordinal < stop``.

        Raises:
            EmptyDomainError: nothing of the distribution falls into the part.
        """
        counts = (stop - first).astype(np.float64)
        return Profile(first.astype(np.uint64), counts, self.masses * (counts / self.counts))
