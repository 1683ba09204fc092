"""Composite keys use the whole room of their parts, and numbers in them count from 1 within what they number."""

from __future__ import annotations

import polars as pl
import pytest

from tests.relations.shop import key, schema_of, table, unique
from tests.relations.test_rows import assert_any_rows, engine_of, table_of

NONE = {"customers": 0, "products": 0, "orders": 0, "items": 0}


@pytest.mark.parametrize("parents", [40, 600, 2000, 5000])
def test_positions_count_within_their_parent(parents: int) -> None:
    schema = schema_of(
        table("owners", {"id": "integer#"}),
        table("parts", {"id": "integer#", "a": "integer!", "owner_id": "integer!", "position": "integer!"},
              key("owner_id", "owners"), unique("a", "owner_id", "position")),
    )  # fmt: skip
    engine = engine_of(schema, **NONE, owners=parents, parts=2000)
    made = table_of(engine, "parts")
    assert made.unique(["a", "owner_id", "position"]).height == 2000
    assert made["position"].min() == 1
    assert made["position"].n_unique() >= 2
    assert 10 <= made["a"].n_unique() <= 50
    assert made["owner_id"].n_unique() >= min(parents, 400) * 0.9
    within = made.group_by("a", "owner_id").agg(pl.col("position").max(), pl.len())
    assert (within["position"] == within["len"]).all()
    assert_any_rows(engine, "parts")


def test_a_key_of_a_parent_and_a_position_gives_some_parents_several_rows() -> None:
    schema = schema_of(
        table("owners", {"id": "integer#"}),
        table("ranks", {"id": "integer#", "owner_id": "integer!", "rank": "integer!"},
              key("owner_id", "owners"), unique("owner_id", "rank")),
    )  # fmt: skip
    made = table_of(engine_of(schema, **NONE, owners=2000, ranks=2000), "ranks")
    assert made.unique(["owner_id", "rank"]).height == 2000
    assert set(made["rank"].to_list()) == {1, 2, 3}
    assert made["owner_id"].n_unique() == 667


def test_keys_that_overlap_vary_in_all_they_share() -> None:
    schema = schema_of(
        table("a", {"id": "integer#"}), table("b", {"id": "integer#"}), table("c", {"id": "integer#"}),
        table("d", {"id": "integer#"}),
        table("x", {"id": "integer#", "a_id": "integer!", "b_id": "integer!", "c_id": "integer!", "d_id": "integer!"},
              key("a_id", "a"), key("b_id", "b"), key("c_id", "c"), key("d_id", "d"),
              unique("a_id", "b_id", "c_id"), unique("a_id", "b_id", "d_id")),
    )  # fmt: skip
    made = table_of(engine_of(schema, **NONE, a=500, b=500, c=20, d=30, x=400), "x")
    for columns in (["a_id", "b_id", "c_id"], ["a_id", "b_id", "d_id"]):
        assert made.unique(columns).height == 400
    assert made["a_id"].n_unique() > 200
    assert made["b_id"].n_unique() > 200
