"""How alike a run and a profile of a real database are: one score per figure, 1 alike, 0 not at all."""

from __future__ import annotations

import datetime as dt
import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping

from datalchemy_nb.contracts.metrics import ColumnStat, Fidelity, FidelityScore, ForeignKeyStat, Metrics
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.profile import ColumnProfile, ForeignKeyProfile, Profile, TableProfile

_TEXTS = ("text", "character", "citext", "name")


def score(metrics: Metrics, profile: Profile) -> Fidelity:
    """Score every figure that both sides have."""
    scores = tuple(_scores(metrics, profile))
    mean = sum(s.score for s in scores) / len(scores) if scores else None
    return Fidelity(profile=profile.source, score=None if mean is None else round(mean, 6), scores=scores)


def _scores(metrics: Metrics, profile: Profile) -> Iterator[FidelityScore]:
    columns: dict[TableRef, dict[str, ColumnStat]] = {}
    for stat in metrics.column_stats:
        columns.setdefault(TableRef(stat.schema_name, stat.table), {})[stat.column] = stat
    for table in metrics.tables:
        ref = TableRef(table.schema_name, table.table)
        known = profile.by_ref.get(ref)
        if known is None:
            continue
        if known.rows:
            yield _score(
                ref, None, "rows", f"{known.rows}", f"{table.rows_found}", _ratio(known.rows, table.rows_found)
            )
        yield from _columns(ref, known, columns.get(ref, {}), table.rows_found)
    yield from _fan_outs(metrics, profile)


def _columns(ref: TableRef, table: TableProfile, stats: Mapping[str, ColumnStat], rows: int) -> Iterator[FidelityScore]:
    for column in table.columns:
        stat = stats.get(column.column)
        if stat is not None and rows:
            yield from _column(ref, column, stat, table.rows, rows)


def _column(
    ref: TableRef, known: ColumnProfile, stat: ColumnStat, known_rows: int | None, rows: int
) -> Iterator[FidelityScore]:
    name = known.column
    if known.null_fraction is not None and stat.null_rate is not None:
        near = 1 - abs(known.null_fraction - stat.null_rate)
        yield _score(ref, name, "null_rate", f"{known.null_fraction:.1%}", f"{stat.null_rate:.1%}", near)
    if known.distinct is not None and stat.distinct_count:
        wanted = _distinct(known.distinct, known_rows, rows)
        if wanted:
            yield _score(
                ref, name, "distinct", f"{wanted:.0f}", f"{stat.distinct_count}", _ratio(wanted, stat.distinct_count)
            )
    if known.values and stat.top_values:
        near = _same_shares(known, stat, rows)
        first = ", ".join(f"{one.value} {one.share:.1%}" for one in known.values[:3])
        filled = max(rows - stat.null_count, 1)
        made = ", ".join(f"{value} {count / filled:.1%}" for value, count in stat.top_values[:3])
        yield _score(ref, name, "values", first, made, near)
    if known.text is not None and known.text.mean_length and stat.mean_length:
        wanted_length, length = known.text.mean_length, stat.mean_length
        yield _score(ref, name, "length", f"{wanted_length:g}", f"{length:.1f}", _ratio(wanted_length, length))
    elif known.average_width and stat.mean_length and (stat.type or "").startswith(_TEXTS):
        # A text is stored with a byte of length before it.
        width = max(known.average_width - 1, 1)
        yield _score(ref, name, "width", f"{width}", f"{stat.mean_length:.1f}", _ratio(width, stat.mean_length))
    if known.histogram and len(stat.quantiles) == 5:
        placed = _alike(known.histogram, stat.quantiles)
        if placed is not None:
            yield _score(ref, name, "histogram", "quantiles of its bounds", ", ".join(stat.quantiles[1:4]), placed)


def _same_shares(known: ColumnProfile, stat: ColumnStat, rows: int) -> float:
    """One less half the sum of differences between the shares of told values: the distance of total variation."""
    filled = max(rows - stat.null_count, 1)
    made = {_folded(value): count / filled for value, count in stat.top_values}
    return 1 - sum(abs(one.share - made.get(_folded(one.value), 0.0)) for one in known.values) / 2


def _folded(value: str) -> str:
    """Numbers by their value, truths by their first letter."""
    try:
        return f"{float(value):g}"
    except ValueError:
        return {"true": "t", "false": "f"}.get(value, value)


def _distinct(told: float, known_rows: int | None, rows: int) -> float | None:
    """A share of the rows is asked of as many rows as there are; a count never of fewer rows than it."""
    if told < 0:
        return -told * rows
    return min(told, rows) if known_rows is None or rows < known_rows else told


def _fan_outs(metrics: Metrics, profile: Profile) -> Iterator[FidelityScore]:
    stats = {(f.schema_name, f.table, tuple(f.columns)): f for f in metrics.foreign_key_stats}
    for known in profile.foreign_keys:
        stat = stats.get((known.schema_name, known.table, tuple(known.columns)))
        if stat is not None and known.fan_out and stat.parents > stat.childless:
            yield _fan_out(known, known.fan_out, stat)
            if known.childless_share is not None and stat.parents:
                share, wanted = stat.childless / stat.parents, known.childless_share
                ref = TableRef(known.schema_name, known.table)
                near = 1 - abs(share - wanted)
                yield _score(ref, ",".join(known.columns), "childless", f"{wanted:.1%}", f"{share:.1%}", near)


def _fan_out(known: ForeignKeyProfile, wanted: float, stat: ForeignKeyStat) -> FidelityScore:
    mean = stat.children / (stat.parents - stat.childless)
    ref = TableRef(known.schema_name, known.table)
    return _score(ref, ",".join(known.columns), "fan_out", f"{wanted:.2f}", f"{mean:.2f}", _ratio(wanted, mean))


def _score(ref: TableRef, column: str | None, what: str, expected: str, found: str, value: float) -> FidelityScore:
    return FidelityScore.model_validate(
        {
            "schema": ref.schema,
            "table": ref.table,
            "column": column,
            "what": what,
            "expected": expected,
            "found": found,
            "score": round(min(max(value, 0.0), 1.0), 6),
        }
    )


def _ratio(first: float, second: float) -> float:
    """The smaller over the larger, by magnitude: twice and half are alike."""
    if first <= 0 or second <= 0:
        return 1.0 if first == second else 0.0
    return math.exp(-abs(math.log(first / second)))


def _alike(bounds: tuple[str, ...], quantiles: tuple[str, ...]) -> float | None:
    """One less the largest distance between where the run's quantiles lie in the profile and where they should."""
    edges, values = _numbers(bounds), _numbers(quantiles)
    if edges is None or values is None or len(edges) < 2:
        return None
    shares = (0.05, 0.25, 0.5, 0.75, 0.95)
    return 1 - max(abs(_position(edges, v) - share) for v, share in zip(values, shares, strict=True))


def _position(edges: list[float], value: float) -> float:
    # The profile leaves out the two outermost bounds, so a bucket lies beyond either end.
    at, buckets = bisect_right(edges, value), len(edges) + 1
    if at in (0, len(edges)):
        return (0.5 if at == 0 else buckets - 0.5) / buckets
    width = edges[at] - edges[at - 1]
    inside = (value - edges[at - 1]) / width if width else 0.5
    return (at + inside) / buckets


def _numbers(texts: tuple[str, ...]) -> list[float] | None:
    try:
        return [_number(text) for text in texts]
    except ValueError:
        return None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        moment = dt.datetime.fromisoformat(text.replace("Z", "+00:00"))
        return moment.replace(tzinfo=moment.tzinfo or dt.UTC).timestamp()
