"""How likely a difference is by chance: chi-square, Kolmogorov-Smirnov and binomial tests.

Sources: Press et al., Numerical Recipes, 6.2 (incomplete gamma) and 14.3 (Kolmogorov's distribution, Stephens' form).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

_STEPS = 300
_TINY = 1e-300


def chi_square(observed: Sequence[int], expected: Sequence[float]) -> float:
    """P-value of counts against expected counts of the same sum; cells that expect less than five are pooled."""
    cells: list[tuple[float, float]] = []
    small_o = small_e = 0.0
    for seen, wanted in zip(observed, expected, strict=True):
        if wanted >= 5:
            cells.append((seen, wanted))
        else:
            small_o, small_e = small_o + seen, small_e + wanted
    if small_e == 0 and small_o > 0:
        return 0.0
    if small_e > 0:
        cells.append((small_o, small_e))
    if len(cells) < 2:
        return 1.0
    statistic = sum((seen - wanted) ** 2 / wanted for seen, wanted in cells)
    return _upper_gamma((len(cells) - 1) / 2, statistic / 2)


def kolmogorov(distance: float, sample: int) -> float:
    """P-value of the largest distance between a sample's distribution and the expected one."""
    root = math.sqrt(sample)
    scaled = (root + 0.12 + 0.11 / root) * distance
    if scaled < 0.2:
        return 1.0
    terms = ((2.0 if k % 2 else -2.0) * math.exp(-2 * (k * scaled) ** 2) for k in range(1, 101))
    return min(max(sum(terms), 0.0), 1.0)


def binomial(successes: int, trials: int, rate: float) -> float:
    """Two-sided p-value of a share: exact tails for small samples, normal approximation for large ones."""
    if rate in (0.0, 1.0):
        return 1.0 if successes == trials * rate else 0.0
    mean, spread = trials * rate, math.sqrt(trials * rate * (1 - rate))
    if spread > 10:
        return math.erfc(max(abs(successes - mean) - 0.5, 0.0) / spread / math.sqrt(2))
    tail = range(successes, trials + 1) if successes >= mean else range(successes + 1)
    return min(1.0, 2 * sum(_share(k, trials, rate) for k in tail))


def _share(successes: int, trials: int, rate: float) -> float:
    ways = math.lgamma(trials + 1) - math.lgamma(successes + 1) - math.lgamma(trials - successes + 1)
    return math.exp(ways + successes * math.log(rate) + (trials - successes) * math.log(1 - rate))


def _upper_gamma(a: float, x: float) -> float:
    """Regularised upper incomplete gamma function."""
    if x <= 0:
        return 1.0
    lead = math.exp(-x + a * math.log(x) - math.lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        for n in range(1, _STEPS):
            term *= x / (a + n)
            total += term
        return max(0.0, 1 - total * lead)
    b, c = x + 1 - a, 1 / _TINY
    d = h = 1 / b
    for i in range(1, _STEPS):
        factor = -i * (i - a)
        b += 2
        d = 1 / ((factor * d + b) or _TINY)
        c = (b + factor / c) or _TINY
        h *= d * c
    return min(1.0, lead * h)
