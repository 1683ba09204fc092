"""A store: what is counted and received is what was expected, goods arrive where their way ends, people do the work."""

from __future__ import annotations

import polars as pl

from datalchemy_nb.contracts.schema import DatabaseSchema

from .conftest import check, foreign, key, rows_drafted, schema_of, table


def store() -> DatabaseSchema:
    item = {"id": "integer!", "sku": "varchar(20)!", "description": "varchar(160)!", "shelf_life_days": "integer"}
    inbound = {
        "id": "integer!", "expected_at": "timestamptz!", "arrived_at": "timestamptz", "unloaded_at": "timestamptz",
        "status": "varchar(20)!",
    }  # fmt: skip
    received = {
        "id": "integer!", "inbound_id": "integer!", "item_id": "integer!", "qty_expected": "integer!",
        "qty_received": "integer!",
    }  # fmt: skip
    order = {
        "id": "integer!", "placed_at": "timestamptz!", "picked_at": "timestamptz", "packed_at": "timestamptz",
        "shipped_at": "timestamptz", "status": "varchar(20)!", "lines_count": "integer!", "total_units": "integer",
    }  # fmt: skip
    line = {
        "id": "integer!", "order_id": "integer!", "item_id": "integer!", "qty_ordered": "integer!",
        "qty_picked": "integer!",
    }  # fmt: skip
    count = {
        "id": "integer!", "item_id": "integer!", "qty_system": "integer!", "qty_counted": "integer!",
        "difference": "integer!", "counted_by": "varchar(80)!",
    }  # fmt: skip
    return schema_of(
        table("items", item, key("id")),
        table("inbound_shipments", inbound, key("id"),
              check("status IN ('announced', 'in_transit', 'arrived', 'unloading', 'received', 'cancelled')")),
        table("inbound_lines", received, key("id"), foreign("inbound_id", "inbound_shipments"),
              foreign("item_id", "items")),
        table("orders", order, key("id"),
              check("status IN ('new', 'released', 'picking', 'packed', 'shipped', 'cancelled')")),
        table("order_lines", line, key("id"), foreign("order_id", "orders"), foreign("item_id", "items"),
              check("qty_picked <= qty_ordered")),
        table("cycle_counts", count, key("id"), foreign("item_id", "items")),
    )  # fmt: skip


def test_rows_of_a_store() -> None:
    rows = rows_drafted(store(), rows=300, locale="en_US", base_date="2026-06-01")
    counts = rows["cycle_counts"]
    assert (counts["difference"] == counts["qty_counted"] - counts["qty_system"]).all()
    assert (counts["difference"] == 0).mean() > 0.85  # type: ignore[operator]
    assert counts["counted_by"].str.contains(r"^\p{Lu}\S+ \p{Lu}").all()
    lines = rows["inbound_lines"]
    assert (lines["qty_received"] == lines["qty_expected"]).mean() > 0.85  # type: ignore[operator]

    inbound = rows["inbound_shipments"]
    assert (inbound["status"] == "received").mean() > 0.6  # type: ignore[operator]
    on_the_way = inbound.filter(pl.col("status").is_in(["announced", "in_transit"]))
    assert on_the_way["arrived_at"].null_count() == on_the_way.height
    done = inbound.filter(pl.col("status") == "received")
    assert (done["arrived_at"] <= done["unloaded_at"]).all()
    assert done["arrived_at"].null_count() == 0

    orders, sent = rows["orders"], rows["orders"].filter(pl.col("status") == "shipped")
    assert sent.height > orders.height // 2
    assert (
        sent.select((pl.col("placed_at") < pl.col("picked_at")) & (pl.col("packed_at") < pl.col("shipped_at")))
        .to_series()
        .all()
    )
    sums = rows["order_lines"].group_by("order_id").agg(pl.len().alias("n"), pl.col("qty_ordered").sum().alias("q"))
    both = orders.join(sums, left_on="id", right_on="order_id", how="left")
    assert (both["lines_count"] == both["n"].fill_null(0)).all()
    told = both.drop_nulls("total_units")
    assert (told["total_units"] == told["q"].fill_null(0)).all()
    assert rows["items"]["shelf_life_days"].min() >= 30  # type: ignore[operator]
    assert rows["items"]["description"].str.len_chars().max() < 80  # type: ignore[operator]
