"""Allocations keep every key unique; what cannot hold is said before the run."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.generate.keys import deal_out, ordinals
from datalchemy_nb.resolve.allocations import Allocation, Rest
from datalchemy_nb.resolve.keys import Capacity, ColumnPart, Key, KeyConflictError, KeyPart, LinkPart, allocate, ranked

REF = TableRef("s", "t")


PARENT, OTHER = LinkPart(0), LinkPart(1)


def column(name: str, size: int, *, numbering: bool = False) -> Capacity:
    return Capacity(ColumnPart(name), size, numbering=numbering)


def link(index: int, size: int) -> Capacity:
    return Capacity(LinkPart(index), size)


def by_part(*capacities: Capacity) -> dict[KeyPart, Capacity]:
    return {one.part: one for one in capacities}


def key(name: str, *parts: str | LinkPart, predicate: str | None = None, nullable: tuple[str, ...] = ()) -> Key:
    made = tuple(ColumnPart(part) if isinstance(part, str) else part for part in parts)
    return Key(name, made, predicate, nullable)


def values(rows: int, keys: list[Key], capacities: dict[KeyPart, Capacity]) -> dict[KeyPart, list[int]]:
    chosen = allocate(rows, keys, capacities)
    index = np.arange(rows, dtype=np.uint64)
    return {part: ordinals(a, 7, REF, rows, index).tolist() for part, a in chosen.items()}


def holds(key: Key, made: dict[KeyPart, list[int]], rows: int) -> bool:
    fixed = [made[p] for p in key.parts if p in made]
    return len(set(zip(*fixed, strict=True))) == rows if fixed else False


@given(rows=st.integers(1, 400), sizes=st.lists(st.integers(1, 60), min_size=1, max_size=4))
def test_composite_key_is_unique_or_refused_with_its_capacity(rows: int, sizes: list[int]) -> None:
    parts = by_part(*(column(f"p{i}", size) for i, size in enumerate(sizes)))
    whole = Key("k", tuple(parts))
    capacity = int(np.prod(sizes))
    if capacity < rows:
        with pytest.raises(KeyConflictError) as refused:
            allocate(rows, [whole], parts)
        assert refused.value.possible == capacity
        return
    made = values(rows, [whole], parts)
    assert holds(whole, made, rows)
    assert all(max(made[p]) < parts[p].size for p in made)


@given(rows=st.integers(1, 300), groups=st.integers(1, 50), first=st.integers(1, 40), second=st.integers(1, 40))
def test_overlapping_keys_share_one_allocation(rows: int, groups: int, first: int, second: int) -> None:
    parts = by_part(link(0, groups), column("ordem", first, numbering=True), column("nome", second))
    keys = [key("by_order", PARENT, "ordem"), key("by_name", PARENT, "nome")]
    per_group = -(-rows // min(groups, rows))
    assume(second < rows)
    if min(first, second) < per_group:
        with pytest.raises(KeyConflictError):
            allocate(rows, keys, parts)
        return
    made = values(rows, keys, parts)
    assert all(holds(one, made, rows) for one in keys)
    assert max(made[ColumnPart("ordem")]) < max(per_group, 3), "positions count from the start of each group"


def test_key_full_to_the_last_combination() -> None:
    parts = by_part(link(0, 12), link(1, 50))
    made = values(600, [key("k", PARENT, OTHER)], parts)
    assert set(zip(made[PARENT], made[OTHER], strict=True)) == set(itertools.product(range(12), range(50)))


def test_ranked_rows_take_different_values_as_long_as_there_are_some() -> None:
    parts = by_part(link(0, 30), column("day", 2))
    scarce, wide = key("k", PARENT, nullable=("a",)), key("w", "day", PARENT, predicate="open")
    with pytest.raises(KeyConflictError) as refused:
        allocate(100, [scarce], parts)
    assert refused.value.possible == 30
    chosen: dict[KeyPart, Allocation] = {}
    assert ranked([scarce, wide], parts, chosen, "ranks") == {"k": 30, "w": 30}
    rows = np.arange(100, dtype=np.uint64)
    ranks = deal_out("ranks", 7, REF, 100, 100, rows)
    made = ordinals(chosen[PARENT], 7, REF, 100, rows)
    assert sorted(made[ranks < 30]) == list(range(30))
    assert sorted(made[(ranks >= 50) & (ranks < 80)]) == list(range(30))


def test_a_key_whose_parts_follow_another_has_room_for_no_rank() -> None:
    parts = by_part(link(0, 30), column("line", 4))
    chosen = allocate(100, [key("full", PARENT, "line")], parts)
    assert ranked([key("k", PARENT, predicate="open")], parts, chosen, "ranks") == {"k": 0}


def test_wide_text_part_stands_alone_and_frees_the_foreign_key() -> None:
    parts = by_part(link(0, 10), column("email", 10**9))
    chosen = allocate(1000, [key("k", PARENT, "email")], parts)
    assert set(chosen) == {ColumnPart("email")}


def test_numbering_is_dealt_within_its_group() -> None:
    parts = by_part(link(0, 10), column("line", 2**31, numbering=True))
    chosen = allocate(95, [key("k", PARENT, "line")], parts)
    assert isinstance(chosen[ColumnPart("line")], Rest)
    made = values(95, [key("k", PARENT, "line")], parts)
    for group in range(10):
        lines = sorted(n for g, n in zip(made[PARENT], made[ColumnPart("line")], strict=True) if g == group)
        assert lines == list(range(len(lines)))


def test_disjoint_triangle_of_keys_is_refused_as_unsupported() -> None:
    parts = by_part(*(column(name, 5) for name in "abc"))
    keys = [key("ab", "a", "b"), key("bc", "b", "c"), key("ca", "c", "a")]
    with pytest.raises(KeyConflictError) as refused:
        allocate(20, keys, parts)
    assert refused.value.possible is None
