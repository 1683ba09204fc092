"""Ranges of rows, held against ranges that are known: which overlap one."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from datalchemy_nb.domains.casting import cast
from datalchemy_nb.resolve.plan import Period

_DIGITS = pl.Decimal(38, 12)
_MOMENT = pl.Datetime("us")
_WRITTEN = r'^([\[(])"?([^",]*)"?,"?([^",]*)"?([\])])$'


def bounds(frame: pl.DataFrame, period: Period) -> pl.DataFrame:
    """Return where the range of each row begins and ends.

    A bound that is absent, or cannot be read, is null: the range has no end there.

    Args:
        frame: rows with the columns that the period reads.
        period: what the range is made of.

    Returns:
        ``low`` and ``high``, and as booleans ``low_open``, ``high_closed`` and ``nowhere`` (there is no range).
    """
    if len(period.columns) > 1:
        low, high = (_typed(frame[name], period) for name in period.columns)
        rows = pl.DataFrame([low.alias("low"), high.alias("high")])
        return rows.with_columns(low_open=period.low_open, high_closed=period.high_closed, nowhere=False)
    parts = frame[period.columns[0]].cast(pl.String).str.extract_groups(_WRITTEN).struct.unnest()
    parts.columns = ["opens", "low", "high", "closes"]
    return pl.DataFrame(
        {
            "low": _typed(parts["low"], period),
            "high": _typed(parts["high"], period),
            "low_open": parts["opens"] == "(",
            "high_closed": parts["closes"] == "]",
            "nowhere": parts["opens"].is_null(),
        }
    )


def overlapping(own: pl.DataFrame, held: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Return the rows whose range overlaps a held one of the same group.

    Args:
        own: rows with their ``row`` and what `bounds` returns.
        held: the same, of known rows.
        by: columns that two rows must agree in to be of one group.
    """
    own, held = _on_one_scale(own, held)
    group = list(by)
    if not group:
        own, held, group = own.with_columns(one=0), held.with_columns(one=0), ["one"]
    held = held.sort("low").with_columns(seen=pl.col("high").cum_max().over(group))
    # Of those that begin before the end of a row's range, one must end behind its beginning.
    before = own.with_columns(last=pl.col("high") - 1).sort("last")
    joined = before.join_asof(
        held.select(*group, pl.col("low").alias("begins"), "seen"),
        left_on="last",
        right_on="begins",
        by=group,
        strategy="backward",
        check_sortedness=False,
    )
    return joined.filter(pl.col("seen") > pl.col("low"))


def overlapping_earlier(own: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """Return the rows whose range overlaps one that begins no later, of another row of the same group."""
    scaled, _ = _on_one_scale(own, own)
    seen = pl.col("high").cum_max().shift(1)
    scaled = scaled.sort("low", "row").with_columns(seen=seen.over(list(by)) if by else seen)
    return scaled.filter(pl.col("seen") > pl.col("low"))


def _typed(values: pl.Series, period: Period) -> pl.Series:
    if period.subtype == "number":
        return values.cast(_DIGITS, strict=False)
    if values.dtype != pl.String:
        return cast(values, pl.Date() if period.subtype == "day" else _MOMENT)
    if period.subtype == "day":
        return values.str.to_date("%Y-%m-%d", strict=False)
    plain = values.str.replace(" ", "T", literal=True).str.replace(r"(\+00(:00)?|Z)$", "")
    return plain.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False)


def _on_one_scale(own: pl.DataFrame, held: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Give bounds whole numbers in their order, so that ``low`` belongs to a range and ``high`` is behind it.

    Ranges that hold nothing are left out.
    """
    bound = pl.concat([own["low"], own["high"], held["low"], held["high"]]).unique().drop_nulls().sort()
    places = pl.DataFrame({"bound": bound, "place": pl.arange(1, len(bound) + 1, eager=True) * 2})
    found = []
    for frame in (own, held):
        low = frame.select(bound="low").join(places, on="bound", how="left", maintain_order="left")["place"]
        high = frame.select(bound="high").join(places, on="bound", how="left", maintain_order="left")["place"]
        scaled = frame.with_columns(
            low=low.fill_null(0) + frame["low_open"].cast(pl.Int64),
            high=(high + frame["high_closed"].cast(pl.Int64)).fill_null(2 * len(bound) + 4),
        )
        found.append(scaled.filter(~pl.col("nowhere") & (pl.col("low") < pl.col("high"))))
    return found[0], found[1]
