"""How far one value lies from another: even between two ends, or around a typical distance with few far above.

Around a typical distance the logarithm is spread by the normal curve, as wide below as ``min`` and above as ``max``
say (two deviations from the middle; 0.8 where an end is not told), and cut there. The quantiles are computed once, in
1,024 steps, by operations that are the same on every machine, and distances between them drawn evenly.

Worked example: 2 to 30 days, typically 5: half lie below 5, one in forty above 24, and none below 2 or above 30.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from datalchemy_nb.domains.bits import U64, unit
from datalchemy_nb.domains.portable import Floats, exp, integrate, ln
from datalchemy_nb.records import dataclass

_STEPS = 1024
_FINE = 64
_USUAL = 0.8
_CUT_BY_END, _CUT_OPEN = 2.0, 3.0


@dataclass(frozen=True)
class Gaps:
    """Distances in some unit, drawn from uniform bits.

    Attributes:
        least: no distance is smaller.
        typical: half of the distances are smaller; None = spread evenly.
        most: no distance is larger; None = as far as the curve goes.
    """

    least: float
    typical: float | None
    most: float | None

    def draw(self, bits: U64) -> Floats:
        """Turn uniform words into distances."""
        table = quantiles(self.least, self.typical, self.most)
        at = unit(bits) * _STEPS
        below = np.minimum(at.astype(np.int64), _STEPS - 1)
        low = table[below]
        found: Floats = low + (table[below + 1] - low) * (at - below)
        return found

    @property
    def longest(self) -> float:
        """The largest distance drawn."""
        return float(quantiles(self.least, self.typical, self.most)[-1])


@lru_cache(maxsize=256)
def quantiles(least: float, typical: float | None, most: float | None) -> Floats:
    """Return the distances below which 0, 1, ... 1,024 of 1,024 parts lie."""
    parts = np.arange(_STEPS + 1) / _STEPS
    if typical is None:
        assert most is not None
        return least + (most - least) * parts
    middle = ln(np.array([typical]))[0]
    below, above = _side(middle, least), _side(middle, most)
    half = _STEPS // 2
    found = np.concatenate([
        typical * exp(-below[0] * _deviations(below[1])[half:0:-1]),
        [typical],
        typical * exp(above[0] * _deviations(above[1])[1:]),
    ])  # fmt: skip
    clipped: Floats = np.clip(found, least, np.inf if most is None else most)
    return clipped


def _side(middle: float, end: float | None) -> tuple[float, float]:
    """Deviation of the logarithm on one side, and after how many deviations it is cut."""
    if end is None or end <= 0:
        return _USUAL, _CUT_OPEN
    return float(abs(ln(np.array([end]))[0] - middle)) / _CUT_BY_END, _CUT_BY_END


@lru_cache(maxsize=8)
def _deviations(cut: float) -> Floats:
    """Deviations from the middle of one half of the normal curve, cut, that 0, 1, ... 512 of 512 parts lie within."""
    cuts = np.arange(int(cut * _FINE) + 1) / _FINE
    mass = np.concatenate([[0.0], np.cumsum(integrate(lambda z: exp(z * z * -0.5), cuts))])
    wanted = mass[-1] * (np.arange(_STEPS // 2 + 1) / (_STEPS // 2))
    at = np.minimum(np.searchsorted(mass, wanted, side="right") - 1, len(cuts) - 2)
    within = (wanted - mass[at]) / (mass[at + 1] - mass[at])
    found: Floats = cuts[at] + (cuts[at + 1] - cuts[at]) * np.minimum(within, 1.0)
    return found
