"""Logarithm, exponential and power from additions, multiplications and divisions alone.

These four operations are exact to the bit on every machine (IEEE 754); a library's ``exp`` differs in the last place
between machines, and with it a value in some row. The series are Taylor's and that of the inverse hyperbolic tangent.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

_LN2_HIGH, _LN2_LOW = 0.6931471803691238, 1.9082149292705877e-10
"""ln 2 in two parts, so that ``k * high`` is exact."""
_EXP_TERMS, _LN_TERMS = 14, 12
_LEAST, _MOST = -740.0, 700.0
_NODES = (0.0, 0.5384693101056831, 0.9061798459386640)
_NODE_WEIGHTS = (0.5688888888888889, 0.4786286704993665, 0.2369268850561891)


def exp(values: Floats) -> Floats:
    """Return e to the power of each value; below -740 that is nothing, and 700 is the most."""
    clipped = np.clip(values, _LEAST, _MOST)
    halvings = np.rint(clipped / (_LN2_HIGH + _LN2_LOW))
    rest = (clipped - halvings * _LN2_HIGH) - halvings * _LN2_LOW
    series = np.ones_like(rest)
    for term in range(_EXP_TERMS, 0, -1):
        series = 1.0 + series * (rest / term)
    found: Floats = np.ldexp(series, halvings.astype(np.int32))
    return np.where(values < _LEAST, 0.0, found)


def ln(values: Floats) -> Floats:
    """Return the natural logarithm of positive values."""
    part, twos = np.frexp(values)
    small = part < math.sqrt(0.5)
    part, exponent = np.where(small, part * 2.0, part), twos.astype(np.float64) - small
    turned = (part - 1.0) / (part + 1.0)
    square = turned * turned
    series = np.zeros_like(part)
    for term in range(_LN_TERMS, -1, -1):
        series = series * square + 1.0 / (2 * term + 1)
    found: Floats = exponent * _LN2_HIGH + (2.0 * turned * series + exponent * _LN2_LOW)
    return found


def power(values: Floats, exponent: float) -> Floats:
    """Return each positive value to the power of the exponent."""
    return exp(ln(values) * exponent)


def integrate(density: Callable[[Floats], Floats], ends: Floats) -> Floats:
    """Return the integral of a density between neighbouring ends: Gauss and Legendre's rule with five nodes."""
    half, middle = (ends[1:] - ends[:-1]) * 0.5, (ends[1:] + ends[:-1]) * 0.5
    total = density(middle) * _NODE_WEIGHTS[0]
    for node, weight in zip(_NODES[1:], _NODE_WEIGHTS[1:], strict=True):
        total = total + (density(middle - half * node) + density(middle + half * node)) * weight
    return total * half
