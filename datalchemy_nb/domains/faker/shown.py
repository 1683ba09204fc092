"""Values in the form of the column: dates and numbers as ISO text where the column is text."""

from __future__ import annotations

import polars as pl

from datalchemy_nb.domains.base import Category, Domain, Slot
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.limits import Limit

_ISO_DATE, _ISO_MOMENT = "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S"


class Shown(Domain):
    """The values of a domain as text: ISO 8601 for dates and times, plain decimals for numbers."""

    category: Category = "text"

    def __init__(self, base: Domain) -> None:
        self.base, self.size, self.injective = base, base.size, base.injective

    def take(self, ordinals: U64) -> pl.Series:
        return iso(self.base.take(ordinals))

    def draw(self, bits: U64) -> U64:
        return self.base.draw(bits)

    def narrow(self, limit: Limit) -> Domain | None:
        return self if bool(limit.mask(self._ends()).all()) and self._even() else super().narrow(limit)

    def _ends(self) -> pl.Series:
        return self.take(pl.Series([0, self.size // 2, self.size - 1], dtype=pl.UInt64).to_numpy())

    def _even(self) -> bool:
        # Dates and times are all written with the same characters; numbers are not.
        return self.base.category in ("date", "time", "timestamp", "timestamptz")


def iso(values: pl.Series) -> pl.Series:
    """Write values as text: ``2026-01-31``, ``2026-01-31T12:00:00Z``, ``12:00:00``, ``1.50``, ``true``."""
    if values.dtype == pl.Datetime:
        fraction = "%.6f" if (values.dt.microsecond() != 0).any() else ""
        return values.dt.to_string(f"{_ISO_MOMENT}{fraction}") + "Z"
    if values.dtype == pl.Date:
        return values.dt.to_string(_ISO_DATE)
    if values.dtype == pl.Time:
        fraction = "%.6f" if (values.to_physical() % 1_000_000_000 != 0).any() else ""
        return values.dt.to_string(f"%H:%M:%S{fraction}")
    return values.cast(pl.String)


def shown(domain: Domain, slot: Slot) -> Domain:
    """Return the domain, as text where the column is text and the values are not."""
    return Shown(domain) if slot.category == "text" and domain.category not in ("text", "enum", "uuid") else domain
