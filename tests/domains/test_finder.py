"""Looking many numbers up at once gives the places that a search for each gives."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from datalchemy_nb.domains.finder import Finder, places

_MANY = 5_000
_RANDOM = np.random.default_rng(1)
_TOP = np.uint64((1 << 64) - 1)


def _whole(high: int, size: int) -> npt.NDArray[np.uint64]:
    return _RANDOM.integers(0, high, size, dtype=np.uint64, endpoint=True)


EDGES: dict[str, npt.NDArray[Any]] = {
    "sums": np.cumsum(_RANDOM.random(4_000)),
    "sums of which most hardly grow": np.cumsum(_RANDOM.random(4_000) ** 40 + 1e-300),
    "words": np.sort(_whole(int(_TOP), 3_000)),
    "words up to the largest": np.append(np.sort(_whole(int(_TOP), 100)), _TOP),
    "neighbours far from zero": np.arange(1 << 60, (1 << 60) + 900, dtype=np.uint64),
    "some many times": np.sort(_whole(30, 500)),
    "all the same": np.full(50, 7, dtype=np.uint64),
    "few": np.array([3, 9], dtype=np.uint64),
    "few sums": np.cumsum(_RANDOM.random(9)),
    "few words": np.append(np.sort(_whole(int(_TOP), 20)), _TOP),
    "none": np.zeros(0, dtype=np.uint64),
}


@pytest.mark.parametrize("name", EDGES)
def test_each_number_is_found_where_a_search_finds_it(name: str) -> None:
    edges = EDGES[name]
    if edges.dtype == np.float64:
        numbers = np.concatenate([edges, _RANDOM.random(_MANY) * edges[-1] * 1.1 - 0.01])
    else:
        near = edges[: _MANY // 2]
        numbers = np.concatenate([edges, near - np.uint64(1), near + np.uint64(1), _whole(int(_TOP), _MANY), [_TOP]])
    found = Finder(edges)
    np.testing.assert_array_equal(found.find(numbers), np.searchsorted(edges, numbers, side="right"))
    np.testing.assert_array_equal(places(edges, numbers), np.searchsorted(edges, numbers, side="right"))
    np.testing.assert_array_equal(found.find(numbers[:10]), np.searchsorted(edges, numbers[:10], side="right"))
