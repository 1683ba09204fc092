"""Statistics of a column of a table with few rows, from its values at hand: those that queries give of a larger one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from datalchemy_nb.contracts.metrics import QUANTILES
from datalchemy_nb.evaluate import figures, small
from datalchemy_nb.evaluate.at_hand import Ints
from datalchemy_nb.evaluate.reader import LoadedColumn, LoadedTable
from datalchemy_nb.evaluate.small import Few
from datalchemy_nb.evaluate.spread import PATTERNS, SHARED_BY, Spread, lengths_of, lengthy, measured

BINS = 20
TOP = 5
_SHARES = [Fraction(str(share)) for share in QUANTILES]
_BINNED = ("integer", "decimal", "float", "moment")


@dataclass(frozen=True, slots=True)
class Told:
    """What the values of a column tell; the fields are those of `ColumnStat`."""

    distinct: int
    top: tuple[tuple[str, int], ...]
    least: str | None
    greatest: str | None
    histogram: tuple[int, ...]
    spread: Spread


def tell(table: LoadedTable, column: LoadedColumn) -> Told | None:
    """Measure a column; None where its values are not at hand, or where their order here may not be DuckDB's.

    Args:
        table: of few rows, or of many.
        column: one of its columns.
    """
    few = table.few
    if few is None or column.sql not in few.texts or column.reading.nocase:
        return None
    counted = few.counted(column.sql)
    least = greatest = mean = None
    histogram: tuple[int, ...] = ()
    quantiles: tuple[str, ...] = ()
    if column.tag is None:
        order, numbers = _ordered(few, column)
        ends = _ends(few, column, order, numbers)
        if ends is None:
            return None
        least, greatest = (figures.shown(column, end) for end in ends)
        if column.reading.family in _BINNED and counted:
            width = float(numbers[-1] - numbers[0])
            if not math.isfinite(width):
                return None
            histogram = _histogram(numbers, width)
            if measured(column):
                own = few.numbers[column.sql]
                # One after the other, as DuckDB adds.
                mean = figures.mean(column, float(np.cumsum(own[~np.isnan(own)])[-1] / len(numbers)))
                texts = few.texts[column.sql]
                quantiles = tuple(figures.shown(column, texts[order[place]]) or "" for place in places(len(order)))
    patterns = _patterns(few, column)
    if figures.shaped(column) and patterns is None:
        return None
    listed = small.most(counted, TOP) if column.tag is None else []
    return Told(
        distinct=len(counted),
        top=tuple((figures.shown(column, value) or "", times) for value, times in listed),
        least=least,
        greatest=greatest,
        histogram=histogram,
        spread=Spread(mean, quantiles, _lengths(few, column), patterns or (), None if patterns is None else table.rows),
    )


def _ends(
    few: Few, column: LoadedColumn, order: Ints, numbers: NDArray[np.float64]
) -> tuple[str | None, str | None] | None:
    """The least and the greatest value; None where they are not known for sure."""
    counted = few.counted(column.sql)
    if not counted:
        return None, None
    if column.sql not in few.numbers:
        return (min(counted), max(counted)) if column.reading.family in ("text", "boolean") else None
    # Numbers never change the order, but different values may have the same one, and endless ones have none.
    if np.isnan(numbers[-1]) or 1 + np.count_nonzero(numbers[1:] != numbers[:-1]) != len(counted):
        return None
    texts = few.texts[column.sql]
    return texts[order[0]], texts[order[-1]]


def _ordered(few: Few, column: LoadedColumn) -> tuple[Ints, NDArray[np.float64]]:
    """The places of the values in their order, and the numbers there; none where there are no numbers."""
    numbers = few.numbers.get(column.sql, np.zeros(0))
    order = np.argsort(numbers, kind="stable")[: len(numbers) - few.nulls(column.sql)]
    return order, numbers[order]


@lru_cache(maxsize=1_024)
def places(total: int) -> tuple[int, ...]:
    """Where the discrete quantiles of so many values stand."""
    return tuple(max(math.ceil(share * total), 1) - 1 for share in _SHARES)


def _histogram(numbers: NDArray[np.float64], width: float) -> tuple[int, ...]:
    if not width:
        return (len(numbers), *([0] * (BINS - 1)))
    return tuple(np.bincount(bins_of(numbers), minlength=BINS).tolist())


def bins_of(numbers: NDArray[np.float64]) -> Ints:
    """The bin of the histogram that each of some numbers falls into; they are in order, and finite."""
    width = float(numbers[-1] - numbers[0])
    if not width:
        return np.zeros(len(numbers), dtype=np.int64)
    bins: Ints = np.minimum(np.floor((numbers - numbers[0]) / width * BINS), BINS - 1).astype(np.int64)
    return bins


def _lengths(few: Few, column: LoadedColumn) -> tuple[int | None, float | None, int | None]:
    if not lengthy(column):
        return None, None, None
    shortest, mean, longest = lengths_of(few.counted(column.sql))
    return shortest, None if mean is None else round(mean, 3), longest


def _patterns(few: Few, column: LoadedColumn) -> tuple[tuple[str, int], ...] | None:
    if not figures.shaped(column):
        return None
    shapes = small.shapes(few.counted(column.sql))
    if shapes is None:
        return None
    least = 1 if column.tag is None else SHARED_BY
    return tuple(small.most({shape: times for shape, times in shapes.items() if times >= least}, PATTERNS))
