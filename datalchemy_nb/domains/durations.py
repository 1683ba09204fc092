"""Gaps between moments or numbers: how long something takes, drawn from a table that is the same on every machine."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from datalchemy_nb.contracts.relations import Gap
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.portable import Floats, exp, ln

Ints = npt.NDArray[np.int64]
SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400, "weeks": 604_800}
_SIGMA = 0.75
"""Standard deviation of the logarithm: nine gaps of ten lie within a factor of 3.4 of the typical one."""
_MONTH_DAYS = 30.436875
_MONTH_SLACK = 3.0
_BINS = 1024
_WIDEST = 4.0
_STEPS = 8192
_FARTHEST = 20.0
"""A gap so many times the typical one lies beyond `_WIDEST` deviations."""


@dataclass(frozen=True, eq=False)
class GapTable:
    """Quantiles of a gap.

    Attributes:
        quantiles: of the gap, ascending, ``_BINS + 1`` of them, in ticks.
    """

    quantiles: Ints

    def draw(self, bits: U64) -> Ints:
        """Return gaps in ticks, one per uniform word: the quantiles, and evenly between neighbours."""
        at = (bits >> np.uint64(54)).astype(np.int64)
        part = ((bits >> np.uint64(22)) & np.uint64(0xFFFFFFFF)).astype(np.float64) / 2.0**32
        low = self.quantiles[at]
        return low + np.floor((self.quantiles[at + 1] - low).astype(np.float64) * part + 0.5).astype(np.int64)


def gap_table(low: float, typical: float | None, high: float | None, ticks: float) -> GapTable:
    """Return the quantiles of a gap.

    Args:
        low: the least.
        typical: half of the gaps are below it, and logarithms spread to both sides as in the normal distribution, cut
            at the least and the most; None = evenly between these.
        high: the most; None = what the typical one leads to.
        ticks: ticks of one unit.
    """
    shares = np.arange(_BINS + 1) / _BINS
    if typical is None:
        assert high is not None
        values: Floats = low + (high - low) * shares
    else:
        first = _below(low / typical)
        last = 1.0 if high is None else _below(high / typical)
        shares = np.where(shares < 0.5, first + (1 - 2 * first) * shares, 0.5 + (2 * last - 1) * (shares - 0.5))
        values = np.clip(typical * exp(_deviates(shares) * _SIGMA), low, np.inf if high is None else high)
    return GapTable(np.floor(values * ticks + 0.5).astype(np.int64))


def calendar_gap(gap: Gap, ticks: float) -> GapTable:
    """Return the quantiles of a plan's gap of time.

    Months and years are counted in days, with their ends drawn in by what calendar months may differ from that.

    Args:
        gap: of the plan.
        ticks: ticks of a second.
    """
    if gap.unit in SECONDS:
        return gap_table(gap.min, gap.typical, gap.max, SECONDS[gap.unit] * ticks)
    months = _MONTH_DAYS * (12 if gap.unit == "years" else 1)
    low = gap.min * months + (_MONTH_SLACK if gap.min else 0.0)
    high = None if gap.max is None else max(gap.max * months - _MONTH_SLACK, low)
    typical = None if gap.typical is None else min(max(gap.typical * months, low), high or gap.typical * months)
    return gap_table(low, typical, high, SECONDS["days"] * ticks)


def _below(ratio: float) -> float:
    """How many gaps are below so many times the typical one."""
    if ratio <= 0:
        return 0.0
    grid, below = _normal()
    return float(below[int(np.searchsorted(grid, ln(np.array([ratio]))[0] / _SIGMA))]) if ratio < _FARTHEST else 1.0


def _deviates(shares: Floats) -> Floats:
    """The normal distribution's deviate at each share."""
    grid, below = _normal()
    return grid[np.minimum(np.searchsorted(below, shares), _STEPS)]


def _normal() -> tuple[Floats, Floats]:
    """Deviates from the least to the most, and the share below each: sums over fine steps."""
    grid = (np.arange(_STEPS + 1) / _STEPS * 2 - 1) * _WIDEST
    density = exp(grid * grid * -0.5)
    below = np.concatenate([[0.0], np.cumsum(density[1:] + density[:-1])])
    return grid, below / below[-1]
