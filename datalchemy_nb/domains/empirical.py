"""Profiles of what was counted: equal shares between bounds, single values apart, few of many values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from itertools import pairwise

import numpy as np

from datalchemy_nb.contracts.distributions import Empirical
from datalchemy_nb.domains.base import FILTER_SIZE
from datalchemy_nb.domains.bits import mix
from datalchemy_nb.domains.grid import GridDomain
from datalchemy_nb.domains.profile import Profile
from datalchemy_nb.domains.temporal import DAY_US, DateDomain

_MOST_DAYS = 20_000
_HOUR_US = DAY_US // 24
_THURSDAY = 3
Bin = tuple[int, int, float]
"""First ordinal, number of ordinals, mass."""


def few(size: int, distinct: int) -> Profile:
    """Return a profile under which so many ordinals come up, one of each of as many stretches."""
    count = min(size, distinct, FILTER_SIZE)
    ends = [i * size // count for i in range(count + 1)]
    steps = mix(np.arange(count, dtype=np.uint64))
    starts = np.array([low + int(step) % (high - low) for low, high, step in zip(ends, ends[1:], steps, strict=False)])
    starts = starts.astype(np.uint64)
    return Profile(starts, np.ones(count), np.ones(count))


def spread(
    domain: GridDomain, bounds: Sequence[Fraction], values: Mapping[Fraction, float], wanted: Empirical
) -> Profile:
    """Return a profile with equal masses between bounds, and single values apart.

    Args:
        domain: what the ordinals stand for.
        bounds: ticks, ascending.
        values: the share of single ticks.
        wanted: how many different values come up, and the rhythm of moments.

    Raises:
        EmptyDomainError: nothing of it lies within the domain.
    """
    rest = max(0.0, 1.0 - sum(values.values())) if values else 1.0
    if not bounds and rest > 0 and values:
        rest = 0.0
    bins = _bins(domain, bounds, rest)
    if wanted.hours is not None or wanted.weekdays is not None:
        bins = _in_rhythm(domain, bins, wanted)
    if wanted.distinct is not None:
        bins = _few_of(bins, max(1, wanted.distinct - len(values)))
    points = [(at, 1, share) for tick, share in values.items() if (at := _ordinal(domain, tick)) is not None]
    return _joined(bins, points)


def _ordinal(domain: GridDomain, tick: Fraction) -> int | None:
    at = round((tick - domain.first) / domain.step)
    return at if 0 <= at < domain.size else None


def _bins(domain: GridDomain, bounds: Sequence[Fraction], rest: float) -> list[Bin]:
    """One bin between neighbours; where both are one value, that value."""
    found: list[Bin] = []
    ends = [min(max(round((tick - domain.first) / domain.step), 0), domain.size) for tick in bounds]
    for low, high in pairwise(ends):
        inside = (low, high - low) if high > low else (min(low, domain.size - 1), 1)
        found.append((*inside, rest / max(len(ends) - 1, 1)))
    return found


def _few_of(bins: Sequence[Bin], distinct: int) -> list[Bin]:
    """Single ordinals in place of each bin, as many as its share of all; shared by neighbours of one value."""
    total = sum(mass for _, _, mass in bins) or 1.0
    found: list[Bin] = []
    for first, count, mass in bins:
        wanted = min(count, max(1, round(distinct * mass / total)))
        found += [(first + (2 * i + 1) * count // (2 * wanted), 1, mass / wanted) for i in range(wanted)]
    return found


def _in_rhythm(domain: GridDomain, bins: Sequence[Bin], wanted: Empirical) -> list[Bin]:
    """Bins cut at days, and at hours where they have weights; the mass of each bin stays."""
    per_day = 1 if isinstance(domain, DateDomain) else DAY_US
    length = per_day if wanted.hours is None or per_day == 1 else _HOUR_US
    days = np.array(wanted.weekdays or (1.0,) * 7)
    hours = np.array(wanted.hours or (1.0,) * 24)
    whole = sum(count for _, count, _ in bins) * domain.step
    if whole // length > _MOST_DAYS * (24 if length != per_day else 1):
        return list(bins)
    found: list[Bin] = []
    for first, count, mass in bins:
        start = domain.first + first * domain.step
        end = start + count * domain.step
        edges = np.arange(start // length, -(-end // length) + 1, dtype=np.int64) * length
        lows, highs = np.maximum(edges[:-1], start), np.minimum(edges[1:], end)
        day = edges[:-1] // per_day
        weight = days[(day + _THURSDAY) % 7] * (highs - lows)
        if per_day != 1 and wanted.hours is not None:
            weight = weight * hours[(edges[:-1] % DAY_US) // _HOUR_US]
        total = float(weight.sum())
        if total <= 0:
            found.append((first, count, mass))
            continue
        begins = -(-(lows - domain.first) // domain.step)
        ends = -(-(highs - domain.first) // domain.step)
        found += [
            (int(a), int(b - a), mass * float(w) / total)
            for a, b, w in zip(begins, ends, weight, strict=True)
            if b > a and w > 0
        ]
    return found


def _joined(bins: Sequence[Bin], points: Sequence[Bin]) -> Profile:
    """Bins in order without overlaps: those of one value are one, and wider ones are cut where a value lies."""
    single: dict[int, float] = {}
    for first, _, mass in [*(one for one in bins if one[1] == 1), *points]:
        single[first] = single.get(first, 0.0) + mass
    cuts = sorted(single)
    found: list[Bin] = [(at, 1, mass) for at, mass in single.items()]
    places = np.array(cuts, dtype=np.float64)
    for first, count, mass in bins:
        if count == 1:
            continue
        inside = cuts[np.searchsorted(places, first) : np.searchsorted(places, first + count)] if cuts else []
        edges = [first - 1, *inside, first + count]
        parts = [(low + 1, high - low - 1) for low, high in pairwise(edges) if high - low > 1]
        free = sum(size for _, size in parts)
        if not parts:
            single_at = inside[0]
            found.append((single_at, 1, mass))
            continue
        found += [(low, size, mass * size / free) for low, size in parts]
    merged: dict[int, Bin] = {}
    for low, size, mass in found:
        known = merged.get(low)
        merged[low] = (low, size, mass + (known[2] if known else 0.0))
    ordered = [merged[low] for low in sorted(merged)]
    return Profile(
        np.array([low for low, _, _ in ordered], dtype=np.uint64),
        np.array([float(size) for _, size, _ in ordered]),
        np.array([mass for _, _, mass in ordered]),
    )
