"""How long something takes, in whole ticks: quantiles of a gap, drawn from uniform bits."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from datalchemy_nb.contracts.relations import Gap
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.gaps import quantiles
from datalchemy_nb.records import dataclass

Ints = npt.NDArray[np.int64]
SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400, "weeks": 604_800}
_MONTH_DAYS = 30.436875
_MONTH_SLACK = 3.0


@dataclass(frozen=True, eq=False)
class GapTable:
    """Quantiles of a gap.

    Attributes:
        quantiles: of the gap, ascending, 1,025 of them, in ticks.
    """

    quantiles: Ints

    def draw(self, bits: U64) -> Ints:
        """Return gaps in ticks, one per uniform word: the quantiles, and evenly between neighbours."""
        at = (bits >> np.uint64(54)).astype(np.int64)
        part = ((bits >> np.uint64(22)) & np.uint64(0xFFFFFFFF)).astype(np.float64) / 2.0**32
        low = self.quantiles[at]
        return low + np.floor((self.quantiles[at + 1] - low).astype(np.float64) * part + 0.5).astype(np.int64)


def gap_table(low: float, typical: float | None, high: float | None, ticks: float) -> GapTable:
    """Return the quantiles of a gap (see `datalchemy_nb.domains.gaps`) in ticks; ``ticks`` make a unit."""
    return GapTable(np.floor(quantiles(low, typical, high) * ticks + 0.5).astype(np.int64))


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
