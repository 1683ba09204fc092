"""Every dealing that relations use can be inverted: a child knows its place, and a parent its children."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.generate import families
from datalchemy_nb.generate.families import Family
from datalchemy_nb.resolve.allocations import Permuted, RowNumber
from datalchemy_nb.resolve.dealing import dealt
from datalchemy_nb.resolve.plan import Dealt, KeyedParent, PerParent, Pointing, SharedParent

CHILD = TableRef("public", "child")


def _agrees(pointing: Pointing, rows: int, parents: int, linked: int) -> None:
    family = Family(7, CHILD, rows, pointing, parents)
    index = np.arange(rows, dtype=np.uint64)
    place = family.place(index)
    present = np.ones(rows, dtype=bool) if place.missing is None else ~place.missing
    everyone = np.arange(parents, dtype=np.uint64)
    counts = family.counts(everyone)
    assert present.sum() == linked == counts.sum()
    assert (np.bincount(place.parents[present].astype(np.int64), minlength=parents) == counts).all()
    assert (place.siblings[present] == counts[place.parents[present].astype(np.int64)]).all()
    assert (place.number[present] < place.siblings[present]).all()
    assert (family.child(place.parents[present], place.number[present]) == index[present]).all()
    made = list(family.slices(everyone))
    rows_made = np.concatenate([part.rows for part in made]) if made else index[:0]
    assert sorted(rows_made.tolist()) == index[present].tolist()
    for part in made:
        assert (family.place(part.rows).parents == part.owner.astype(np.uint64)).all()
        assert (family.place(part.rows).number == part.number).all()


@given(
    rows=st.integers(1, 9000), parents=st.integers(1, 9000), null_rate=st.sampled_from([0.0, 0.1, 0.5]),
    scattered=st.booleans(), present=st.booleans(), spread=st.sampled_from([1, 3, 64, 4096]),
)  # fmt: skip
def test_rows_and_parents_find_each_other(
    rows: int, parents: int, null_rate: float, scattered: bool, present: bool, spread: int
) -> None:
    linked = rows - int(rows * null_rate)
    way = dealt(7, CHILD, "x", linked, parents, scattered=scattered, everyone=present, length=spread)
    _agrees(way, rows, parents, linked)
    if present and linked >= parents:
        assert Family(7, CHILD, rows, way, parents).counts(np.arange(parents, dtype=np.uint64)).min() >= 1


@pytest.mark.parametrize(
    ("pointing", "rows", "parents", "linked"),
    [
        (Dealt("d"), 1000, 77, 1000),
        (SharedParent(), 1000, 77, 1000),
        (KeyedParent(Permuted(500, "k")), 300, 500, 300),
        (KeyedParent(RowNumber()), 300, 500, 300),
        (
            PerParent(
                np.array([0, 90, 140], dtype=np.uint64), np.array([0, 3, 20], dtype=np.uint64),
                np.array([3, 17, 30], dtype=np.uint64), 200, 60, "p",
            ),
            220, 60, 200,
        ),
    ],
)  # fmt: skip
def test_other_dealings_can_be_inverted_too(pointing: Pointing, rows: int, parents: int, linked: int) -> None:
    _agrees(pointing, rows, parents, linked)


def test_families_vary_and_large_ones_come_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    way = dealt(7, CHILD, "x", 40_000, 10_000, scattered=False, everyone=True)
    counts = Family(7, CHILD, 40_000, way, 10_000).counts(np.arange(10_000, dtype=np.uint64))
    assert (counts.min(), counts.sum()) == (1, 40_000)
    assert counts.max() > 12
    monkeypatch.setattr(families, "SLICE_ROWS", 100)
    large = Family(7, CHILD, 40_000, dealt(7, CHILD, "x", 40_000, 7, scattered=True, everyone=False), 7)
    slices = list(large.slices(np.arange(7, dtype=np.uint64)))
    assert max(len(part.rows) for part in slices) <= 100
    assert sum(len(part.rows) for part in slices) == 40_000


def test_a_billion_rows_are_dealt_in_closed_form() -> None:
    rows, parents = 1_000_000_000, 250_000_003
    way = dealt(7, CHILD, "x", rows, parents, scattered=True, everyone=True)
    family = Family(7, CHILD, rows, way, parents)
    index = np.array([0, 1, 12_345, 999_999_999], dtype=np.uint64)
    place = family.place(index)
    assert (family.child(place.parents, place.number) == index).all()
    ends = np.arange(parents - 2, parents, dtype=np.uint64)
    grouped = Family(7, CHILD, rows, dealt(7, CHILD, "x", rows, parents, scattered=False, everyone=True), parents)
    assert grouped.place(index).parents.tolist()[0] == 0
    assert grouped.place(index).parents.tolist()[-1] == parents - 1
    assert (grouped.child(ends, grouped.counts(ends) - np.uint64(1))[-1:] == rows - 1).all()
