"""Profiles of curves over evenly spaced ordinals, each ordinal owning half a step to either side.

A curve is known by its density in a variable of its own (deviations from the mean, say), cut finely there; the cuts
become bins of ordinals, and each bin's mass is the integral of the density over it. Domains of up to 65,536 ordinals
have a bin for every ordinal.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from datalchemy_nb.domains.base import FILTER_SIZE
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.limits import EmptyDomainError
from datalchemy_nb.domains.portable import Floats, exp, integrate, ln, power
from datalchemy_nb.domains.profile import Profile

_DEVIATIONS, _PER_DEVIATION = 9, 64
_MEANS = 40
_HEAD = 4096
_GROWTH = 64
_ROOT_2PI = 2.5066282746310002
_LEAST_SHARE = 1e-6
Mapping = Callable[[Floats], Floats]


@lru_cache(maxsize=128)
def normal(size: int, mean: float, stddev: float) -> Profile:
    """Return the normal distribution, cut at the domain's ends; mean and deviation in ordinals."""
    return _curve(size, _bell, _bell_cuts(), lambda z: mean + z * stddev, lambda at: (at - mean) / stddev)


@lru_cache(maxsize=128)
def lognormal(size: int, first: float, step: float, median: float, sigma: float) -> Profile:
    """Return the lognormal distribution of the values ``first + step * ordinal``; values below zero never come up."""
    middle = ln(np.array([median]))[0]

    def ordinal(z: Floats) -> Floats:
        return (exp(z * sigma + middle) - first) / step

    def deviations(at: Floats) -> Floats:
        values = first + at * step
        return np.where(values > 0, (ln(np.maximum(values, 1e-300)) - middle) / sigma, -np.inf)

    return _curve(size, _bell, _bell_cuts(), ordinal, deviations)


@lru_cache(maxsize=128)
def exponential(size: int, mean: float) -> Profile:
    """Return the exponential distribution from the first ordinal on; the mean in ordinals above it."""
    fine = np.arange(_MEANS * _PER_DEVIATION + 1) / _PER_DEVIATION
    return _curve(size, lambda z: exp(-z), fine, lambda z: z * mean, lambda at: at / mean)


@lru_cache(maxsize=128)
def zipf(size: int, exponent: float) -> Profile:
    """Return shares of ``1 / (ordinal + 1) ** exponent``: one by one for the first, then in bins that grow by 1/64."""
    head = np.arange(1, min(size, _HEAD) + 1, dtype=np.float64)
    masses = power(head, -exponent)
    starts: U64 = np.arange(len(head), dtype=np.uint64)
    if size > _HEAD:
        octaves = size.bit_length() - _HEAD.bit_length() + 2
        grown = _HEAD * exp(np.arange(octaves * _GROWTH, dtype=np.float64) * (0.6931471805599453 / _GROWTH))
        tail = np.floor(grown[grown < size]).astype(np.uint64)
        ends = np.concatenate([tail.astype(np.float64) + 0.5, [size + 0.5]])
        masses = np.concatenate([masses, integrate(lambda x: power(x, -exponent), ends)])
        starts = np.concatenate([starts, tail])
    return Profile(starts, _counts(starts, size), masses)


def _bell(deviations: Floats) -> Floats:
    return exp(deviations * deviations * -0.5) / _ROOT_2PI


def _bell_cuts() -> Floats:
    most = _DEVIATIONS * _PER_DEVIATION
    return np.arange(-most, most + 1) / _PER_DEVIATION


def _counts(starts: U64, size: int) -> Floats:
    """How many ordinals each bin holds, the last up to the size."""
    last = float(size - int(starts[-1]))
    return np.concatenate([(starts[1:] - starts[:-1]).astype(np.float64), [last]])


def _curve(size: int, density: Mapping, cuts: Floats, to_ordinal: Mapping, from_ordinal: Mapping) -> Profile:
    """Turn a density over its own variable into a profile.

    Args:
        size: ordinals of the domain.
        density: over the curve's variable; its whole integral is 1.
        cuts: where to cut the variable, first and last value included.
        to_ordinal: variable to ordinal; ascending.
        from_ordinal: the way back.

    Raises:
        EmptyDomainError: less than a millionth of the distribution lies between the domain's ends.
    """
    starts = _starts(size, to_ordinal(cuts))
    edges = np.concatenate([starts.astype(np.float64) - 0.5, [size - 0.5]])
    own = np.clip(from_ordinal(edges), cuts[0], cuts[-1])
    fine = np.unique(np.concatenate([own, cuts[(cuts > own[0]) & (cuts < own[-1])]]))
    if len(fine) < 2:
        raise EmptyDomainError("the distribution lies outside the bounds")
    pieces = integrate(density, fine)
    at = np.searchsorted(own, fine[:-1], side="right") - 1
    masses: Floats = np.bincount(np.minimum(at, len(starts) - 1), weights=pieces, minlength=len(starts)).astype(
        np.float64
    )
    if np.cumsum(masses)[-1] < _LEAST_SHARE:
        raise EmptyDomainError("the distribution lies outside the bounds")
    return Profile(starts, _counts(starts, size), masses)


def _starts(size: int, cuts: Floats) -> U64:
    """First ordinals of the bins that the cuts make."""
    if size <= FILTER_SIZE:
        return np.arange(size, dtype=np.uint64)
    inside = np.ceil(cuts + 0.5)
    inside = inside[(inside > 0) & (inside < size)]
    return np.unique(np.concatenate([np.zeros(1), inside])).astype(np.uint64)
