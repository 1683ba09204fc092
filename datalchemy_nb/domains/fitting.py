"""What a column's type leaves of a generator's choice: bounds, precision, lengths, the two usual years."""

from __future__ import annotations

import datetime as dt
import math
from decimal import Decimal
from fractions import Fraction

from datalchemy_nb.contracts.pg_types import BY_PRINTED
from datalchemy_nb.domains.base import Slot
from datalchemy_nb.domains.grid import GridDomain
from datalchemy_nb.domains.number import MAX_PRECISION, DecimalDomain, FloatDomain, IntegerDomain, Number, exact

DEFAULT_MAX = 10_000
DEFAULT_SCALE = 2
_YEARS = 2


def base_type(slot: Slot) -> str:
    """Return the type name without its modifiers: ``numeric(12,2)`` -> ``numeric``."""
    name, opened, rest = slot.type_name.partition("(")
    return (name.strip() + " " + rest.partition(")")[2].strip()).strip() if opened else name.strip()


def integer_bounds(slot: Slot) -> tuple[int, int]:
    """Return the smallest and largest whole number the column holds (64 bits where it is not an integer)."""
    if slot.category == "decimal":
        high = min(decimal_limit(slot).__floor__(), (1 << 63) - 1)
        return -high, high
    known = BY_PRINTED.get(base_type(slot)) if slot.category == "integer" else None
    bits = known.bits if known and known.bits else 64
    return -(1 << bits - 1), (1 << bits - 1) - 1


def decimal_scale(slot: Slot) -> int:
    """Return the digits after the point: the column's, else two; none where its scale is negative."""
    return DEFAULT_SCALE if slot.scale is None else max(slot.scale, 0)


def decimal_limit(slot: Slot) -> Decimal:
    """Return the largest value the column's precision and scale hold."""
    scale = decimal_scale(slot) if slot.scale is None else slot.scale
    digits = min(slot.precision or MAX_PRECISION, MAX_PRECISION + min(scale, 0))
    return Decimal((0, (9,) * digits, -scale))


def number_domain(slot: Slot, lower: Number, upper: Number, decimals: int | None = None) -> GridDomain:
    """Build numbers of the column's own family between two bounds (float where the column is not a number).

    Args:
        slot: the column.
        lower: the smallest value.
        upper: the largest value.
        decimals: digits after the point, at most the column's scale; None = the column's, or unrounded floats.

    Raises:
        ValueError: ``lower`` is above ``upper``, or nothing lies between.
    """
    if lower > upper:
        raise ValueError(f"min {lower} is above max {upper}")
    if slot.category == "integer":
        return IntegerDomain(math.ceil(exact(lower) or 0), math.floor(exact(upper) or 0))
    if slot.category == "decimal":
        scale = decimal_scale(slot)
        shown = scale if decimals is None else min(decimals, scale)
        return DecimalDomain(lower, upper, shown, _precision(slot, shown), 10 ** max(-(slot.scale or 0), 0))
    return FloatDomain(float(lower), float(upper), decimals, 24 if base_type(slot) in ("real", "float4") else 53)


def _precision(slot: Slot, scale: int) -> int | None:
    if slot.precision is None:
        return None
    whole = slot.precision - (slot.scale or 0)
    return whole + scale if whole + scale <= MAX_PRECISION else None


def default_bounds(slot: Slot, lower: Number | None, upper: Number | None) -> tuple[Number, Number]:
    """Fill missing bounds with 0 and 10000, within the column's type; a lone bound keeps its distance."""
    low: Number = 0 if lower is None else lower
    high: Number = DEFAULT_MAX if upper is None else upper
    if lower is None and low >= high:
        low = high - DEFAULT_MAX if isinstance(high, int) else Fraction(high) - DEFAULT_MAX
    if upper is None and low >= high:
        high = low + DEFAULT_MAX if isinstance(low, int) else Fraction(low) + DEFAULT_MAX
    least, most = type_ends(slot)
    return (max(low, least) if lower is None else low), (min(high, most) if upper is None else high)


def type_ends(slot: Slot) -> tuple[Number, Number]:
    """Return the smallest and the largest number that a column's type holds."""
    if slot.category == "decimal":
        return -Fraction(decimal_limit(slot)), Fraction(decimal_limit(slot))
    return integer_bounds(slot)


def recent_days(slot: Slot) -> tuple[dt.date, dt.date]:
    """Return the first and last day of the two years before the base date."""
    last = slot.base_date - dt.timedelta(days=1)
    day = min(slot.base_date.day, 28)
    return slot.base_date.replace(year=slot.base_date.year - _YEARS, day=day), last


def recent_moments(slot: Slot) -> tuple[dt.datetime, dt.datetime]:
    """Return the first and last second of the two years before the base date."""
    first, last = recent_days(slot)
    return dt.datetime.combine(first, dt.time()), dt.datetime.combine(last, dt.time(23, 59, 59))


def text_limit(slot: Slot, usual: int = 32) -> int:
    """Return the longest text to make where the plan says nothing."""
    return usual if slot.max_length is None else min(usual, slot.max_length)
