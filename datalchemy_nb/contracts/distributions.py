"""How often a column's values come up, and how many children a parent row has: the models of a plan's wishes."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from datalchemy_nb.contracts.base import Contract

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Childless = Annotated[float, Field(ge=0, lt=1)]
Hour = Annotated[int, Field(ge=0, le=24)]
Weekly = Annotated[tuple[Weight, ...], Field(min_length=7, max_length=7)]
Monthly = Annotated[tuple[Weight, ...], Field(min_length=12, max_length=12)]
Hourly = Annotated[tuple[Weight, ...], Field(min_length=24, max_length=24)]
MAX_CHILDREN = 2**32 - 1

# --- values ----------------------------------------------------------------------------------------------------------


class Uniform(Contract):
    """Every value as often as any other."""

    kind: Literal["uniform"]


class Normal(Contract):
    """A bell around ``mean``; for dates and times the mean is one of them, ``stddev`` in days (times: seconds).

    Attributes:
        mean: the middle, a number, date or moment.
        stddev: the standard deviation, in units of the column; days for dates and moments, seconds for times.
    """

    kind: Literal["normal"]
    mean: float | str
    stddev: Positive


class Lognormal(Contract):
    """Half of the values below ``median``, few far above; ``sigma`` is the deviation of the logarithm.

    Attributes:
        median: half of the values are below it.
        sigma: how wide it is: the standard deviation of the logarithm.
    """

    kind: Literal["lognormal"]
    median: Positive
    sigma: Positive


class Exponential(Contract):
    """Most values near the lower bound, ``mean`` above it on average (dates: days, times: seconds).

    Attributes:
        mean: the mean distance from the lower end.
    """

    kind: Literal["exponential"]
    mean: Positive


class Zipf(Contract):
    """The n-th value as often as ``1 / n ** exponent``.

    Attributes:
        exponent: how steep it is: 0 would be even, 1 is usual.
    """

    kind: Literal["zipf"]
    exponent: Annotated[float, Field(gt=0, le=10)] = 1.0


class Weights(Contract):
    """A weight per value: a list in the order of the values, or by value; values not named never come up.

    Attributes:
        weights: how often each value comes up, beside the others; a list in the order of the values, or by value.
    """

    kind: Literal["weights"]
    weights: tuple[Weight, ...] | dict[str, Weight]

    @model_validator(mode="after")
    def _some(self) -> Self:
        given = self.weights.values() if isinstance(self.weights, dict) else self.weights
        if not any(given):
            raise ValueError("at least one weight must be positive")
        return self


Holidays = Literal["BR"]
Zone = Literal["UTC", "America/Sao_Paulo", "America/Manaus", "America/Rio_Branco", "America/Noronha"]


class BusinessHours(Contract):
    """The ``share`` of moments from ``start`` to ``end`` o'clock, Monday to Friday; the others at any other hour.

    ``holidays``: a country whose national holidays are no days of work. ``zone``: where the clock hangs that days and
    hours of timestamps with a time zone are read from; its offset of today holds for all years.

    Attributes:
        start: the hour at which they begin.
        end: the hour at which they end.
        share: share of the moments that lie within them.
        holidays: the country whose holidays are left out.
        zone: the time zone of the hours.
    """

    kind: Literal["business_hours"]
    start: Hour = 9
    end: Hour = 18
    share: Share = 1.0
    holidays: Holidays | None = None
    zone: Zone = "UTC"

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.start >= self.end:
            raise ValueError(f"start {self.start} is not before end {self.end}")
        return self


class Weekdays(Contract):
    """A weight per day of the week, Monday first.

    Attributes:
        weights: how often each day comes up, Monday first.
    """

    kind: Literal["weekdays"]
    weights: Weekly


class Growth(Contract):
    """The last year has ``ratio`` times the rows of the first, with geometric growth between.

    Ranges shorter than two years compare their halves.

    Attributes:
        ratio: how many times as dense the end is as the beginning.
    """

    kind: Literal["growth"]
    ratio: Positive


class Seasonality(Contract):
    """A weight per month, January first.

    Attributes:
        months: how often each month comes up, January first.
    """

    kind: Literal["seasonality"]
    months: Monthly


class Calendar(Contract):
    """Several habits at once: their weights are multiplied. ``holidays`` and ``zone`` are those of `BusinessHours`.

    Attributes:
        hours: how often each of the 24 hours comes up.
        weekdays: how often each day comes up, Monday first.
        months: how often each month comes up, January first.
        growth: how many times as dense the end is as the beginning.
        holidays: the country whose holidays are left out.
        zone: the time zone of hours and days.
    """

    kind: Literal["calendar"]
    hours: Hourly | None = None
    weekdays: Weekly | None = None
    months: Monthly | None = None
    growth: Positive | None = None
    holidays: Holidays | None = None
    zone: Zone = "UTC"

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not any((self.hours, self.weekdays, self.months, self.growth, self.holidays)):
            raise ValueError("give one or more of hours, weekdays, months, growth, holidays")
        return self


class Empirical(Contract):
    """As counted: the same share of values between any two neighbouring bounds, and single values apart.

    Numbers, dates and moments take bounds. Equal neighbouring bounds are the value itself. Lists and texts take
    ``distinct`` alone: so many of their values come up, each as often as the others.

    Attributes:
        bounds: from the least to the largest; numbers, or dates and moments as texts.
        values: values that come up apart from the bounds, each with its share of all.
        distinct: about so many different values come up; None = as many as there are.
        hours: of moments: how often each of the 24 hours comes up, in UTC.
        weekdays: of dates and moments: how often each day comes up, Monday first.
    """

    kind: Literal["empirical"]
    bounds: Annotated[tuple[float | str, ...], Field(max_length=1024)] = ()
    values: dict[str, Share] = {}
    distinct: Annotated[int, Field(ge=1, le=65_536)] | None = None
    hours: Hourly | None = None
    weekdays: Weekly | None = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if len(self.bounds) == 1:
            raise ValueError("give two bounds or more, or none")
        if not self.bounds and not self.values and self.distinct is None:
            raise ValueError("give bounds, values or distinct")
        if sum(self.values.values()) > 1.001:
            raise ValueError("the shares of values add up to more than 1")
        return self


Distribution = Annotated[
    Uniform | Normal | Lognormal | Exponential | Zipf | Weights
    | BusinessHours | Weekdays | Growth | Seasonality | Calendar | Empirical,
    Field(discriminator="kind"),
]  # fmt: skip

# --- children per parent ---------------------------------------------------------------------------------------------


class FixedChildren(Contract):
    """Every parent has ``count`` children.

    Attributes:
        count: children of each parent that has any.
    """

    kind: Literal["fixed"]
    count: Annotated[int, Field(ge=1, le=MAX_CHILDREN)]
    childless: Childless = 0.0
    """Share of parents that no row points at."""


class RangeChildren(Contract):
    """Every parent has ``min`` to ``max`` children, as evenly spread over the range as the number of rows allows.

    Attributes:
        min: least number of children.
        max: largest number of children.
        childless: share of parents without a child.
    """

    kind: Literal["range"]
    min: Annotated[int, Field(ge=0, le=MAX_CHILDREN)]
    max: Annotated[int, Field(ge=1, le=MAX_CHILDREN)]
    childless: Childless = 0.0

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.min > self.max:
            raise ValueError(f"min {self.min} is above max {self.max}")
        return self


class UniformChildren(Contract):
    """Every parent has the same number of children, give or take one.

    Attributes:
        childless: share of parents without a child.
    """

    kind: Literal["uniform"]
    childless: Childless = 0.0


class ZipfChildren(Contract):
    """Every parent has a child; of the others the n-th parent has a share of ``1 / n ** exponent``.

    Attributes:
        exponent: how steep it is: 0 would be even, 1 is usual.
        childless: share of parents without a child.
    """

    kind: Literal["zipf"]
    exponent: Annotated[float, Field(gt=0, le=10)] = 1.0
    childless: Childless = 0.0


class SkewedChildren(Contract):
    """Some parents have many children and others few, for any number of rows.

    Of the parents that have children each has one; of the other rows the n-th parent has a share of
    ``1 / n ** exponent``. Where there are fewer rows than parents, no parent has two; where a key leaves no room for a
    large family, rows are shared as evenly as can be.

    Attributes:
        kind: ``skewed``.
        exponent: how unequal they are; 0 = as evenly as can be.
        childless: share of parents that no row points at; None = a fifth where there is one row for each, fewer and
            fewer where there are more.
        largest: the largest family has at least so many times the mean of those that have any, where there are rows for
            it: the exponent is raised for few parents. None = the exponent alone.
        weights: one per parent in the order of its rows, in place of both: how many of the children each has. Parents
            beyond them have none.
    """

    kind: Literal["skewed"]
    exponent: Annotated[float, Field(ge=0, le=10)] = 0.3
    childless: Childless | None = None
    largest: Annotated[float, Field(ge=1, le=1000)] | None = None
    weights: Annotated[tuple[Weight, ...], Field(min_length=1, max_length=4096)] | None = None

    @model_serializer(mode="wrap")
    def _without_absent(self, serialise: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """A plan that does not say how large the largest is is written, and hashed, as before there was a word."""
        plain: dict[str, Any] = serialise(self)
        if plain.get("largest") is None:
            plain.pop("largest", None)
        return plain

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.weights is not None and not any(self.weights):
            raise ValueError("at least one weight must be positive")
        return self


Children = Annotated[
    FixedChildren | RangeChildren | UniformChildren | ZipfChildren | SkewedChildren, Field(discriminator="kind")
]  # fmt: skip
