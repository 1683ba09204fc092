"""Give a domain the distribution a plan asks for, or say why it cannot have it."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl

from datalchemy_nb.contracts import distributions as d
from datalchemy_nb.domains.base import FILTER_SIZE, Built, Category, Domain, Facet
from datalchemy_nb.domains.calendar import Habits, calendar
from datalchemy_nb.domains.curves import exponential, lognormal, normal, zipf
from datalchemy_nb.domains.empirical import few, spread
from datalchemy_nb.domains.grid import GridDomain
from datalchemy_nb.domains.limits import EmptyDomainError
from datalchemy_nb.domains.parameters import read_date, read_moment, read_time
from datalchemy_nb.domains.profile import Profile
from datalchemy_nb.domains.shaped import Shaped, shaped
from datalchemy_nb.domains.temporal import DAY_US, SECOND_US

_CURVES = ("uniform", "normal", "exponential", "empirical")
_NUMERIC = ("integer", "decimal", "float")
_DAYS = ("weekdays", "growth", "seasonality", "calendar")
_NUMBERS = (*_CURVES, "lognormal", "zipf", "weights")
KINDS: dict[Category, tuple[str, ...]] = {
    "integer": _NUMBERS,
    "decimal": _NUMBERS,
    "float": _NUMBERS,
    "date": (*_CURVES, *_DAYS),
    "time": _CURVES,
    "timestamp": (*_CURVES, *_DAYS, "business_hours"),
    "timestamptz": (*_CURVES, *_DAYS, "business_hours"),
}
"""What numbers, dates and times take; lists, texts and the rest take `OTHERS`."""
OTHERS = ("uniform", "zipf", "weights", "empirical")


class DistributionError(ValueError):
    """A distribution that does not fit its generator.

    Attributes:
        field: the field of the distribution that is wrong; None = the kind itself.
        hint: what to write instead.
    """

    def __init__(self, message: str, hint: str, field: str | None = None) -> None:
        super().__init__(message)
        self.hint, self.field = hint, field


def kinds(built: Built) -> tuple[str, ...]:
    """Return the kinds of distributions that what a generator built can have; none where it draws by itself."""
    try:
        domain = _shapeable(built)
    except DistributionError:
        return ()
    return _kinds(domain.base if isinstance(domain, Shaped) else domain)


def _kinds(domain: Domain) -> tuple[str, ...]:
    return KINDS.get(domain.category, OTHERS) if isinstance(domain, GridDomain) else OTHERS


def shape(built: Built, wanted: d.Distribution) -> Shaped:
    """Return the domain a generator built, drawn by a distribution.

    Raises:
        DistributionError: this generator, family or range cannot have it.
    """
    domain = _shapeable(built)
    possible = _kinds(domain)
    if wanted.kind not in possible:
        made = f"{domain.category} values" if isinstance(domain, GridDomain) else "values that are not on a scale"
        raise DistributionError(f"{wanted.kind} is no distribution of {made}", f"there are {', '.join(possible)}")
    try:
        profile = _profile(domain, wanted)
    except EmptyDomainError as reason:
        raise DistributionError(f"{wanted.kind}: {reason}", _range_hint(domain)) from None
    return shaped(domain, profile, wanted.kind)


def _shapeable(built: Built) -> Domain:
    hint = "remove the distribution, or use a generator that draws its values by itself"
    if not isinstance(built, Domain):
        raise DistributionError("its values come from other columns, so they have no distribution of their own", hint)
    if isinstance(built, Facet) and built.apart is not None:
        return built.apart
    if isinstance(built, Facet):
        raise DistributionError("its values agree with other columns of the row and are drawn together", hint)
    if built.sequential:
        raise DistributionError("its values follow the row numbers", hint)
    return built


def _profile(domain: Domain, wanted: d.Distribution) -> Profile:
    match wanted:
        case d.Uniform():
            return Profile.even(domain.size)
        case d.Zipf(exponent=exponent):
            return zipf(domain.size, exponent)
        case d.Weights():
            return Profile.of_weights(_weights(domain, wanted))
        case d.Empirical() if not isinstance(domain, GridDomain):
            if wanted.distinct is None:
                raise DistributionError(
                    "empirical bounds and values are for numbers, dates and times", "give distinct", "bounds"
                )
            return few(domain.size, wanted.distinct)
    assert isinstance(domain, GridDomain)
    per_unit = _ticks_per_unit(domain)
    match wanted:
        case d.Normal(mean=mean, stddev=stddev):
            center = (_mean_tick(domain, mean) - domain.first) / domain.step
            return normal(domain.size, float(center), float(Fraction(stddev) * per_unit / domain.step))
        case d.Lognormal(median=median, sigma=sigma):
            first, step = float(domain.first / per_unit), float(domain.step / per_unit)
            return lognormal(domain.size, first, step, median, sigma)
        case d.Exponential(mean=mean):
            return exponential(domain.size, float(Fraction(mean) * per_unit / domain.step))
        case d.Empirical():
            bounds = [_place(domain, bound, "bounds") for bound in wanted.bounds]
            if any(low > high for low, high in pairwise(bounds)):
                raise DistributionError("its bounds are not in order", "list them from the least", "bounds")
            values = {_place(domain, value, "values"): share for value, share in wanted.values.items()}
            return spread(domain, bounds, values, wanted)
        case d.BusinessHours() | d.Weekdays() | d.Growth() | d.Seasonality() | d.Calendar():
            try:
                return _calendar(_Ticks(domain), wanted)
            except EmptyDomainError:
                raise
            except ValueError as reason:
                raise DistributionError(str(reason), "give the generator a shorter range") from None


class _Ticks:
    """A grid by its ticks: two of the same ticks have the same profile under the same habits."""

    def __init__(self, domain: GridDomain) -> None:
        self.domain = domain
        self._key = type(domain), domain.category, domain.first, domain.size, domain.step

    def __hash__(self) -> int:
        return hash(self._key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Ticks) and self._key == other._key


@lru_cache(maxsize=128)
def _calendar(ticks: _Ticks, habits: Habits) -> Profile:
    """Remembered, because most moments of a draft are of one range and one habit."""
    return calendar(ticks.domain, habits)


def _ticks_per_unit(domain: GridDomain) -> Fraction:
    """Ticks in one unit of the distribution: a whole number, a day, of times a second."""
    match domain.category:
        case "date":
            return Fraction(1)
        case "time":
            return Fraction(SECOND_US)
        case "timestamp" | "timestamptz":
            return Fraction(DAY_US)
    one, zero = domain.tick_of(1), domain.tick_of(0)
    assert one is not None
    assert zero is not None
    return one - zero


def _mean_tick(domain: GridDomain, mean: float | str) -> Fraction:
    """Where the mean lies among the ticks; text is a date or time."""
    return _place(domain, mean, "mean")


def _place(domain: GridDomain, value: float | str, field: str) -> Fraction:
    """Where a value of a distribution lies among the ticks; text is a date or time, or a number."""
    place: Fraction | None = None
    try:
        place = domain.tick_of(_read(domain, value, field))
    except (ValueError, ArithmeticError) as reason:
        raise DistributionError(f"{field} {reason}", "write it as the generator's min and max", field) from None
    if place is None:
        wanted = f"a {domain.category}" if domain.category in ("date", "time", "timestamp") else "a number"
        wanted = "a timestamp" if domain.category == "timestamptz" else wanted
        raise DistributionError(f"{field} {value!r} is not {wanted}", "write it as the generator's min and max", field)
    return place


def _read(domain: GridDomain, value: float | str, field: str) -> Any:
    if not isinstance(value, str):
        return value
    # Names of single values are texts in every document.
    return Decimal(value) if field == "values" and domain.category in _NUMERIC else _moment(domain, value)


def _moment(domain: GridDomain, text: str) -> Any:
    match domain.category:
        case "date":
            return read_date(text)
        case "time":
            return read_time(text)
        case "timestamp" | "timestamptz":
            return read_moment(text) if len(text) > len("2024-12-31") else read_date(text)
    return text


def _weights(domain: Domain, wanted: d.Weights) -> list[float]:
    if domain.size > FILTER_SIZE:
        raise DistributionError(
            f"weights need at most {FILTER_SIZE:,} values, the generator has {domain.size:,}",
            "use primitive.choice, or another distribution",
            "weights",
        )
    if not isinstance(wanted.weights, dict):
        if len(wanted.weights) != domain.size:
            raise DistributionError(
                f"{len(wanted.weights)} weights for {domain.size} values", "give one weight per value", "weights"
            )
        return list(wanted.weights)
    values = domain.take(np.arange(domain.size, dtype=np.uint64)).cast(pl.String).to_list()
    unknown = [key for key in wanted.weights if key not in values]
    if unknown:
        listed = ", ".join(values[:8]) + (", ..." if len(values) > 8 else "")
        raise DistributionError(f"{unknown[0]!r} is none of the values", f"there are {listed}", "weights")
    return [wanted.weights.get(value, 0.0) for value in values]


def _range_hint(domain: Domain) -> str:
    if isinstance(domain, GridDomain):
        return f"the generator's values go from {domain.lower} to {domain.upper}: set its min and max"
    return "give some value a weight"
