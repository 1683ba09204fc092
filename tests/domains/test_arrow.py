"""Columns made in place: what they say where there is no room for another call."""

from __future__ import annotations

import sys

import numpy as np
import polars as pl

from datalchemy_nb.domains.arrow import import_decimals


def made_at(depth: int) -> pl.Series:
    """A column of two decimals, so many calls down."""
    return made_at(depth - 1) if depth else import_decimals(np.array([[150, 0], [25, 0]], dtype=np.uint64), 5, 2)


def test_no_room_for_a_call_is_told_as_such() -> None:
    """Rows that are made from rows of their own table end so, and are named by it."""
    limit = sys.getrecursionlimit()
    deep = 0
    for depth in range(limit - 250, limit):
        try:
            assert made_at(depth).cast(pl.String).to_list() == ["1.50", "0.25"]
        except RecursionError:  # and nothing else
            deep += 1
    assert deep
