"""Values of an ordered domain between bounds that differ from row to row."""

from __future__ import annotations

import numpy as np
import polars as pl

from datalchemy_nb.domains.base import OrderedDomain
from datalchemy_nb.domains.bits import U64, unit
from datalchemy_nb.domains.profile import Ranks
from datalchemy_nb.domains.shaped import OrderedShaped

MOMENTS = ("date", "timestamp", "timestamptz")
"""Families of columns whose bounds are moments."""


def rank_above(domain: OrderedDomain, bound: pl.Series, *, strict: bool) -> Ranks:
    """Return the first ordinal that is at least, or more than, each bound; 0 where it is null."""
    least = domain.rank(bound, "right" if strict else "left")
    return np.where(bound.is_null().to_numpy(), 0, least)


def rank_below(domain: OrderedDomain, bound: pl.Series, *, strict: bool) -> Ranks:
    """Return the ordinal after the last that is at most, or less than, each bound; the size where it is null."""
    most = domain.rank(bound, "left" if strict else "right")
    return np.where(bound.is_null().to_numpy(), domain.size, most)


def take_between(domain: OrderedDomain, bits: U64, low: Ranks, high: Ranks) -> pl.Series:
    """Turn uniform words into values ``low <= ordinal < high``, each row its own; the first where there is none."""
    low = np.minimum(low, domain.size - 1)
    if isinstance(domain, OrderedShaped):
        return domain.take(domain.draw_between(bits, low, high))
    room = np.maximum(high - low, 1).astype(np.float64)
    return domain.take((low + (unit(bits) * room).astype(np.int64)).astype(np.uint64))


def finite(bounds: pl.Series, *, moments: bool) -> pl.Series:
    """Return bounds as moments, from microseconds since 1970, or as numbers, none where they are not finite."""
    if moments:
        return bounds.cast(pl.Int64).cast(pl.Datetime("us"))
    known = bounds.cast(pl.Float64)
    return known.set(~known.is_finite().fill_null(value=True), None)
