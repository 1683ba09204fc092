"""Classes of parents: every row counted, in closed form up to 10^9 rows."""

from __future__ import annotations

import numpy as np
import pytest
from pydantic import TypeAdapter

from datalchemy_nb.contracts.distributions import Children
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.generate.keys import per_parent
from datalchemy_nb.resolve.children import ChildrenError, classes
from datalchemy_nb.resolve.plan import PerParent


def wish(**fields):
    return TypeAdapter(Children).validate_python(fields)


def way(children, parents, linked):
    counts, rows = classes(children, parents, linked)
    begins = [np.concatenate([[0], np.cumsum(part)[:-1]]).astype(np.uint64) for part in (rows, counts)]
    return PerParent(begins[0], begins[1], counts, linked, parents, "children")


def children_of(children, parents, rows, linked=None):
    """Children per parent, counted from all rows, and how many rows point nowhere."""
    pointing = way(children, parents, rows if linked is None else linked)
    found, beyond = per_parent(pointing, 7, TableRef("s", "t"), rows, np.arange(rows, dtype=np.uint64))
    return np.bincount(found[~beyond].astype(np.int64), minlength=parents), int(beyond.sum())


def test_fixed():
    counts, _ = children_of(wish(kind="fixed", count=3), 100, 300)
    assert (counts == 3).all()
    counts, _ = children_of(wish(kind="fixed", count=3, childless=0.25), 100, 225)
    assert sorted(counts) == [0] * 25 + [3] * 75
    counts, _ = children_of(wish(kind="fixed", count=3), 100, 299)
    assert sorted(counts) == [2] + [3] * 99


def test_rows_that_point_nowhere_are_counted_too():
    counts, beyond = children_of(wish(kind="fixed", count=3), 100, 1000, linked=300)
    assert beyond == 700
    assert (counts == 3).all()


@pytest.mark.parametrize("rows", [100, 101, 130, 250, 251, 400, 420, 499, 500])
def test_range_holds_both_ends_and_every_total(rows):
    counts, _ = children_of(wish(kind="range", min=1, max=5), 100, rows)
    assert counts.sum() == rows
    assert 1 <= counts.min() <= counts.max() <= 5
    if 150 <= rows <= 450:
        assert set(counts) == {1, 2, 3, 4, 5}


def test_range_is_even_where_the_rows_are_in_the_middle():
    counts, _ = children_of(wish(kind="range", min=0, max=4), 1000, 2000)
    assert np.bincount(counts).tolist() == [200] * 5


def test_uniform():
    counts, _ = children_of(wish(kind="uniform", childless=0.2), 1000, 5000)
    assert np.bincount(counts).tolist() == [200, 0, 0, 0, 0, 0, 600, 200]


def test_zipf():
    counts, _ = children_of(wish(kind="zipf", exponent=1.0, childless=0.1), 10_000, 200_000)
    ranked = np.sort(counts)[::-1]
    assert (counts == 0).sum() == 1000
    assert counts.sum() == 200_000
    harmonic = (1 / np.arange(1, 9001)).sum()
    for rank in (1, 2, 10, 100):
        assert ranked[rank - 1] == pytest.approx(1 + 191_000 / rank / harmonic, rel=0.01)
    assert np.argmax(counts) != 0 or np.argmin(counts) != len(counts) - 1, "ranks are scattered over the parents"


@pytest.mark.parametrize(
    "children",
    [
        wish(kind="fixed", count=100),
        wish(kind="range", min=10, max=190),
        wish(kind="uniform", childless=0.5),
        wish(kind="zipf", exponent=1.2, childless=0.2),
    ],
)
def test_a_billion_rows(children):
    pointing = way(children, 10**7, 10**9)
    assert len(pointing.places) < 10_000
    assert pointing.places[-1] < 10**9
    rows = np.arange(10**9 - 1000, 10**9, dtype=np.uint64)
    parents, beyond = per_parent(pointing, 7, TableRef("s", "t"), 10**9, rows)
    assert not beyond.any()
    assert (parents < 10**7).all()
    again, _ = per_parent(pointing, 7, TableRef("s", "t"), 10**9, rows[::-1])
    assert (again[::-1] == parents).all()


@pytest.mark.parametrize(
    ("children", "parents", "rows", "problem", "hint"),
    [
        (wish(kind="fixed", count=3), 100, 400, "400 rows cannot be shared by 100 parents, 3 each", "ask for 300"),
        (wish(kind="fixed", count=3), 100, 297, "297 rows", "ask for 300"),
        (wish(kind="fixed", count=3, childless=0.5), 100, 300, "by 50 parents", "ask for 150"),
        (wish(kind="range", min=2, max=4), 100, 199, "2 to 4 each", "ask for 200 to 400"),
        (wish(kind="range", min=2, max=4), 100, 401, "2 to 4 each", "ask for 200 to 400"),
        (wish(kind="range", min=0, max=10**6), 10, 401, "too many numbers", "zipf"),
        (wish(kind="zipf"), 100, 60, "fewer than the 100 parents", "childless to 0.4"),
        (wish(kind="uniform", childless=0.2), 100, 60, "fewer than the 80 parents", "childless to 0.4"),
        (wish(kind="uniform", childless=0.9), 1, 10, "no parent is left", "lower childless"),
    ],
)
def test_numbers_that_do_not_agree(children, parents, rows, problem, hint):
    with pytest.raises(ChildrenError, match=problem) as caught:
        classes(children, parents, rows)
    assert hint in caught.value.hint
