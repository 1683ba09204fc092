"""The shape of a column's values: counted in a sample, with what can be dragged in it, and what a kind begins with."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl

from datalchemy_nb.domains.base import Domain, Facet
from datalchemy_nb.domains.distributions import kinds
from datalchemy_nb.domains.shaped import Shaped
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.plan import ResolvedColumn
from datalchemy_nb.resolve.sources import Drawn, Keyed

_BINS = 48
_SEEN = 0.05
"""The share of the axis that a sample takes at least."""
_COMMON, _LONG_TAIL = 0.97, 3.0
"""Where so many times what this share of the values takes is tail, the axis ends there; the last bar holds the rest."""
_MOST_VALUES = 40
"""So many values of a list are bars of their own."""
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WORKING = (1.0, 1.0, 1.0, 1.0, 1.0, 0.4, 0.3)
_EPOCH = dt.date(1970, 1, 1)
_DAY_US, _SECOND_NS = 86_400_000_000, 1_000_000_000


@dataclass(frozen=True)
class Handle:
    """Something to be dragged along the values.

    Attributes:
        name: the field of the distribution.
        at: where it stands on the axis.
        text: what it says.
    """

    name: str
    at: float
    text: str


@dataclass(frozen=True)
class Shape:
    """What is drawn of a column.

    Attributes:
        counts: rows of the sample in each bin, or with each value.
        low: where the axis begins: of numbers their value, of dates and moments days, of times seconds.
        high: where it ends.
        ends: both in words.
        labels: names of the bars, where each stands for a value, a day, a month.
        weights: what each bar is to weigh; empty where bars cannot be dragged.
        field: the field of the distribution that the weights are.
        handles: what can be dragged along the axis.
        rows: rows in the sample.
    """

    counts: tuple[int, ...]
    low: float = 0.0
    high: float = 1.0
    ends: tuple[str, str] = ("", "")
    labels: tuple[str, ...] = ()
    weights: tuple[float, ...] = ()
    field: str = ""
    handles: tuple[Handle, ...] = ()
    rows: int = 0


def kinds_of(column: ResolvedColumn) -> tuple[str, ...] | None:
    """Kinds of distributions that the values of a column take; None where something else decides them."""
    source = column.source
    return kinds(source.domain) if isinstance(source, Drawn | Keyed) else None


def shape_of(values: pl.Series, column: ResolvedColumn | None, held: Mapping[str, Any]) -> Shape | None:
    """Count a sample, and say what can be dragged.

    Args:
        values: the sample.
        column: of the resolved plan, for all values of a list.
        held: the distribution, its kind and fields; empty for the generator's own.

    Returns:
        None where there is nothing to draw.
    """
    present = values.drop_nulls()
    kind = held.get("kind")
    if not len(present) or present.dtype.is_nested():
        return None
    habit = _HABITS.get(str(kind))
    if habit is not None and present.dtype.is_temporal():
        field, labels, place = habit
        weights = tuple(map(float, held.get(field) or (1.0,) * len(labels)))
        counts = _counted(place(present), range(len(labels)))
        return Shape(counts, labels=labels, weights=weights, field=field, rows=len(values))
    listed = _listed(column) if column is not None else None
    if listed is not None and (kind in ("weights", "zipf") or not _on_a_scale(present)):
        counts = _counted(present.cast(pl.String), listed)
        return Shape(
            counts, labels=tuple(listed), weights=_weights(held, listed), field="weights" if kind == "weights" else "",
            rows=len(values),
        )  # fmt: skip
    return _scale(present, column, held, len(values)) if _on_a_scale(present) else None


def _scale(present: pl.Series, column: ResolvedColumn | None, held: Mapping[str, Any], rows: int) -> Shape | None:
    numbers = _axis(present)
    low, high = _ends(numbers)
    if not (math.isfinite(low) and math.isfinite(high)):
        return None
    common = float(numbers.quantile(_COMMON) or high)
    least, most = _possible(column, present.dtype) if column is not None else (low, high)
    whole, tail = high, high - low > _LONG_TAIL * (common - low) > 0
    if tail:
        # A long tail is told, not drawn: else all that is seen is one bar.
        high = common
    elif high - low >= _SEEN * (most - least):
        # All values there could be, as far as those of the sample are still seen among them.
        low, high = min(low, least), max(high, most)
    handles = _handles(present.dtype, held, low)
    low, high = min([low, *(h.at for h in handles)]), max([high, *(h.at for h in handles)])
    width = (high - low) or 1.0
    bins = _BINS
    if present.dtype.is_integer() or present.dtype == pl.Date:
        # As many whole numbers in one bin as in the next.
        each = math.ceil((width + 1) / _BINS)
        bins = math.ceil((width + 1) / each)
        width = float(bins * each)
    places = ((numbers - low) / width * bins).floor().clip(0, bins - 1).cast(pl.Int64)
    ends = (told(low, present.dtype), told(high, present.dtype) + (f" … {told(whole, present.dtype)}" if tail else ""))
    return Shape(_counted(places, range(bins)), low, low + width, ends, handles=handles, rows=rows)


def _ends(numbers: pl.Series) -> tuple[float, float]:
    return float(numbers.min() or 0), float(numbers.max() or 0)  # type: ignore[arg-type]


def _possible(column: ResolvedColumn, dtype: pl.DataType) -> tuple[float, float]:
    """Ends of the values there could be; without an end of one where they are not known."""
    domain = _domain(column)
    ends = domain.ends if domain is not None else None
    places = [place_of(end, dtype) for end in ends] if ends is not None else []
    low, high = (places[0], places[1]) if len(places) == 2 else (None, None)
    return (-math.inf, math.inf) if low is None or high is None else (low, high)


def _handles(dtype: pl.DataType, held: Mapping[str, Any], low: float) -> tuple[Handle, ...]:
    match held:
        case {"kind": "normal", "mean": mean, "stddev": stddev}:
            at = place_of(mean, dtype)
            if at is None:
                return ()
            return Handle("mean", at, told(at, dtype)), Handle("stddev", at + stddev, _amount(stddev))
        case {"kind": "lognormal", "median": median, "sigma": sigma}:
            return Handle("median", median, _amount(median)), Handle("sigma", median * math.exp(sigma), _amount(sigma))
        case {"kind": "exponential", "mean": mean}:
            return (Handle("mean", low + mean, _amount(mean)),)
    return ()


def moved(shape: Shape, held: Mapping[str, Any], dtype: pl.DataType, name: str, at: float) -> Any:
    """Return the value of a field whose handle was let go.

    Args:
        shape: what was drawn.
        held: the distribution, its kind and fields.
        dtype: of the column.
        name: the field.
        at: where on the axis.
    """
    known = {handle.name: handle.at for handle in shape.handles}
    least = (shape.high - shape.low) / 1000
    match held.get("kind"), name:
        case "normal", "mean":
            return told(at, dtype) if dtype.is_temporal() else _rounded(at, shape)
        case "normal", "stddev":
            return _rounded(max(abs(at - known["mean"]), least), shape)
        case "lognormal", "median":
            return _rounded(max(at, least), shape)
        case "lognormal", "sigma":
            return round(max(math.log(max(at, least) / known["median"]), 0.01), 2)
        case _:
            return _rounded(max(at - shape.low, least), shape)


def proposed(kind: str, values: pl.Series, column: ResolvedColumn) -> dict[str, Any]:
    """Return fields that a kind begins with, by the values the column has without it."""
    plain: dict[str, dict[str, Any]] = {
        "weekdays": {"weights": _WORKING},
        "calendar": {"weekdays": _WORKING},
        "seasonality": {"months": (1.0,) * 12},
        "growth": {"ratio": 2.0},
    }
    if kind in plain:
        return plain[kind]
    if kind == "weights":
        listed = _listed(column)
        return {"weights": dict.fromkeys(listed, 1.0)} if listed else {}
    present = values.drop_nulls()
    if not _on_a_scale(present) or not len(present):
        return {}
    numbers = _axis(present)
    (low, high), middle = _ends(numbers), float(numbers.median() or 0)  # type: ignore[arg-type]
    wide = (high - low) or 1.0
    match kind:
        case "normal":
            mean = told(middle, values.dtype) if values.dtype.is_temporal() else _short(middle)
            return {"mean": mean, "stddev": _short(wide / 6)}
        case "lognormal" if high > 0:
            return {"median": _short(middle if middle > 0 else high / 2), "sigma": 0.5}
        case "exponential":
            return {"mean": _short(wide / 5)}
    return {}


def _domain(column: ResolvedColumn) -> Domain | None:
    source = column.source
    if not isinstance(source, Drawn | Keyed) or not isinstance(source.domain, Domain):
        return None
    domain = source.domain
    if isinstance(domain, Facet) and domain.apart is not None:
        domain = domain.apart
    return domain.base if isinstance(domain, Shaped) else domain


def _listed(column: ResolvedColumn) -> list[str] | None:
    """All values of a list that is short."""
    import numpy as np

    domain = _domain(column)
    if domain is None or domain.size > _MOST_VALUES:
        return None
    return [str(value) for value in domain.take(np.arange(domain.size, dtype=np.uint64)).cast(pl.String)]


def _weights(held: Mapping[str, Any], listed: Sequence[str]) -> tuple[float, ...]:
    given = held.get("weights") if held.get("kind") == "weights" else None
    if isinstance(given, Mapping):
        return tuple(float(given.get(value, 0.0)) for value in listed)
    return tuple(map(float, given)) if given is not None and len(given) == len(listed) else ()


def _on_a_scale(values: pl.Series) -> bool:
    return values.dtype.is_numeric() or values.dtype.is_temporal()


def _axis(values: pl.Series) -> pl.Series:
    """Numbers as they are; days of dates and moments, seconds of times."""
    match values.dtype:
        case pl.Datetime():
            return values.dt.epoch("us").cast(pl.Float64) / _DAY_US
        case pl.Time():
            return values.to_physical().cast(pl.Float64) / _SECOND_NS
        case pl.Date():
            return values.to_physical().cast(pl.Float64)
        case _:
            return values.cast(pl.Float64)


def place_of(value: Any, dtype: pl.DataType) -> float | None:
    """Where a mean stands on the axis; None where it is no value of the column."""
    try:
        if not dtype.is_temporal():
            return float(value)
        read = pl.Series([str(value)]).str.to_time() if isinstance(dtype, pl.Time) else None
        if read is None:
            read = pl.Series([dt.datetime.fromisoformat(str(value)).replace(tzinfo=None)])
        return float(_axis(read)[0])
    except (ValueError, TypeError, pl.exceptions.PolarsError):
        return None


def told(at: float, dtype: pl.DataType) -> str:
    """A place on the axis in words: a day, a time, a number."""
    if isinstance(dtype, pl.Time):
        whole = int(min(max(at, 0), 86_399))
        return f"{whole // 3600:02}:{whole // 60 % 60:02}:{whole % 60:02}"
    if dtype.is_temporal():
        return (_EPOCH + dt.timedelta(days=math.floor(at))).isoformat()
    return _amount(at)


def _amount(number: float) -> str:
    return f"{number:,.4g}" if abs(number) < 1e4 or number != int(number) else f"{number:,.0f}"


def _short(number: float) -> float | int:
    """Three digits are enough to begin with."""
    short = float(f"{number:.3g}")
    return int(short) if short == int(short) else short


def _rounded(number: float, shape: Shape) -> float | int:
    """As fine as a thousandth of what is drawn, no finer."""
    digits = 2 - math.floor(math.log10(shape.high - shape.low))
    rounded = round(number, digits)
    return int(rounded) if rounded == int(rounded) else rounded


def _counted(places: pl.Series, wanted: Sequence[Any]) -> tuple[int, ...]:
    found = dict(places.value_counts(name="rows").iter_rows())
    return tuple(found.get(place, 0) for place in wanted)


def _weekday(moments: pl.Series) -> pl.Series:
    return (moments.dt.weekday() - 1).cast(pl.Int64)


def _month(moments: pl.Series) -> pl.Series:
    return (moments.dt.month() - 1).cast(pl.Int64)


_HABITS: dict[str, tuple[str, tuple[str, ...], Callable[[pl.Series], pl.Series]]] = {
    "weekdays": ("weights", _DAYS, _weekday),
    "seasonality": ("months", _MONTHS, _month),
    "calendar": ("weekdays", _DAYS, _weekday),
}
"""Kinds whose weights are of days or months: their field, the names, and which one a moment is of."""
