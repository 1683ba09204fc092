"""Allocations keep every key unique; what cannot hold is said before the run."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.generate.keys import deal_out, ordinals
from datalchemy_nb.resolve.keys import Key, KeyConflictError, Part, allocate, ranked
from datalchemy_nb.resolve.plan import Allocation, Rest

REF = TableRef("s", "t")


def values(rows: int, keys: list[Key], parts: dict[str, Part]) -> dict[str, list[int]]:
    chosen = allocate(rows, keys, parts)
    index = np.arange(rows, dtype=np.uint64)
    return {name: ordinals(a, 7, REF, rows, index).tolist() for name, a in chosen.items()}


def holds(key: Key, made: dict[str, list[int]], rows: int) -> bool:
    fixed = [made[p] for p in key.parts if p in made]
    return len(set(zip(*fixed, strict=True))) == rows if fixed else False


@given(rows=st.integers(1, 400), sizes=st.lists(st.integers(1, 60), min_size=1, max_size=4))
def test_composite_key_is_unique_or_refused_with_its_capacity(rows: int, sizes: list[int]) -> None:
    parts = {f"p{i}": Part(f"p{i}", size) for i, size in enumerate(sizes)}
    key = Key("k", tuple(parts))
    capacity = int(np.prod(sizes))
    if capacity < rows:
        with pytest.raises(KeyConflictError) as refused:
            allocate(rows, [key], parts)
        assert refused.value.possible == capacity
        return
    made = values(rows, [key], parts)
    assert holds(key, made, rows)
    assert all(max(made[p]) < parts[p].size for p in made)


@given(rows=st.integers(1, 300), groups=st.integers(1, 50), first=st.integers(1, 40), second=st.integers(1, 40))
def test_overlapping_keys_share_one_allocation(rows: int, groups: int, first: int, second: int) -> None:
    parts = {
        "fk:0": Part("fk:0", groups, is_link=True),
        "ordem": Part("ordem", first, numbering=True),
        "nome": Part("nome", second),
    }
    keys = [Key("by_order", ("fk:0", "ordem")), Key("by_name", ("fk:0", "nome"))]
    per_group = -(-rows // min(groups, rows))
    assume(second < rows)
    if min(first, second) < per_group:
        with pytest.raises(KeyConflictError):
            allocate(rows, keys, parts)
        return
    made = values(rows, keys, parts)
    assert all(holds(key, made, rows) for key in keys)
    assert max(made["ordem"]) < max(per_group, 3), "positions count from the start of each group"


def test_key_full_to_the_last_combination() -> None:
    parts = {"fk:0": Part("fk:0", 12, is_link=True), "fk:1": Part("fk:1", 50, is_link=True)}
    made = values(600, [Key("k", ("fk:0", "fk:1"))], parts)
    assert set(zip(made["fk:0"], made["fk:1"], strict=True)) == set(itertools.product(range(12), range(50)))


def test_ranked_rows_take_different_values_as_long_as_there_are_some() -> None:
    parts = {"fk:0": Part("fk:0", 30, is_link=True), "day": Part("day", 2)}
    key, wide = Key("k", ("fk:0",), nullable=("a",)), Key("w", ("day", "fk:0"), predicate="open")
    with pytest.raises(KeyConflictError) as refused:
        allocate(100, [key], parts)
    assert refused.value.possible == 30
    chosen: dict[str, Allocation] = {}
    assert ranked([key, wide], parts, chosen, "ranks") == {"k": 30, "w": 30}
    rows = np.arange(100, dtype=np.uint64)
    ranks = deal_out("ranks", 7, REF, 100, 100, rows)
    made = ordinals(chosen["fk:0"], 7, REF, 100, rows)
    assert sorted(made[ranks < 30]) == list(range(30))
    assert sorted(made[(ranks >= 50) & (ranks < 80)]) == list(range(30))


def test_a_key_whose_parts_follow_another_has_room_for_no_rank() -> None:
    parts = {"fk:0": Part("fk:0", 30, is_link=True), "line": Part("line", 4)}
    chosen = allocate(100, [Key("full", ("fk:0", "line"))], parts)
    assert ranked([Key("k", ("fk:0",), predicate="open")], parts, chosen, "ranks") == {"k": 0}


def test_wide_text_part_stands_alone_and_frees_the_foreign_key() -> None:
    parts = {"fk:0": Part("fk:0", 10, is_link=True), "email": Part("email", 10**9)}
    chosen = allocate(1000, [Key("k", ("fk:0", "email"))], parts)
    assert set(chosen) == {"email"}


def test_numbering_is_dealt_within_its_group() -> None:
    parts = {"fk:0": Part("fk:0", 10, is_link=True), "line": Part("line", 2**31, numbering=True)}
    chosen = allocate(95, [Key("k", ("fk:0", "line"))], parts)
    assert isinstance(chosen["line"], Rest)
    made = values(95, [Key("k", ("fk:0", "line"))], parts)
    for group in range(10):
        lines = sorted(n for g, n in zip(made["fk:0"], made["line"], strict=True) if g == group)
        assert lines == list(range(len(lines)))


def test_disjoint_triangle_of_keys_is_refused_as_unsupported() -> None:
    parts = {name: Part(name, 5) for name in "abc"}
    keys = [Key("ab", ("a", "b")), Key("bc", ("b", "c")), Key("ca", ("c", "a"))]
    with pytest.raises(KeyConflictError) as refused:
        allocate(20, keys, parts)
    assert refused.value.possible is None
