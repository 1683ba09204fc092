"""Documents that follow from others, in drafts: funnels with their deals, deliveries with the lines of their orders."""

from __future__ import annotations

import polars as pl
import pytest

from .conftest import check, key, table
from .conftest import foreign as fk
from .test_trade import ID, drafted

_REF = "integer!"


@pytest.mark.parametrize(
    ("rows", "chance", "whole"), [(200, "numeric(5,2)!", 100), (30, "numeric(3,2)!", 1), (7, "integer!", 100)]
)
def test_deals_stand_in_the_stage_of_their_state(rows: int, chance: str, whole: int) -> None:
    made = drafted(
        table("pipelines", {"id": ID, "name": "text!"}, key("id"), key("name", kind="unique")),
        table(
            "pipeline_stages",
            {"id": ID, "pipeline_id": _REF, "name": "varchar(40)!", "position": "integer!", "win_probability": chance},
            key("id"), key("pipeline_id", "position", kind="unique"), key("pipeline_id", "name", kind="unique"),
            fk("pipeline_id", "pipelines"),
        ),
        table(
            "deals",
            {"id": ID, "stage_id": _REF, "title": "text!", "status": "varchar(10)!", "probability": chance},
            key("id"), fk("stage_id", "pipeline_stages"), check("status IN ('open', 'won', 'lost')"),
        ),
        rows=rows,
    )  # fmt: skip
    stages = made["pipeline_stages"].sort("pipeline_id", "position")
    last = stages.group_by("pipeline_id").agg(pl.col("position").max().alias("last"), pl.col("name").n_unique())
    assert set(last["last"]) == set(last["name"]) == {6}
    for _, way in stages.group_by("pipeline_id"):
        chances = way["win_probability"].cast(pl.Float64)
        assert chances.is_sorted()
        assert chances[-1] == whole
    deals = made["deals"].join(stages, left_on="stage_id", right_on="id")
    assert ((deals["position"] == 6) == (deals["status"] == "won")).all()
    assert deals["probability"].equals(deals["win_probability"], check_names=False)


@pytest.mark.parametrize("rows", [300, 12])
def test_a_delivery_brings_what_was_ordered(rows: int) -> None:
    made = drafted(
        table("products", {"id": ID, "name": "text!", "unit_price": "numeric(10,2)!"}, key("id")),
        table("orders", {"id": ID, "total": "numeric(12,2)!"}, key("id")),
        table(
            "order_lines",
            {"id": ID, "order_id": _REF, "product_id": _REF, "quantity": "integer!", "unit_price": "numeric(10,2)!",
             "discount_percent": "numeric(5,2)!"},
            key("id"), key("order_id", "product_id", kind="unique"), fk("order_id", "orders"),
            fk("product_id", "products"),
        ),
        table("invoices", {"id": ID, "order_id": "integer", "total": "numeric(12,2)!"}, key("id"),
              fk("order_id", "orders")),
        table(
            "invoice_lines",
            {"id": ID, "invoice_id": _REF, "product_id": _REF, "quantity": "integer!", "unit_price": "numeric(10,2)!"},
            key("id"), fk("invoice_id", "invoices"), fk("product_id", "products"),
        ),
        rows=rows,
    )  # fmt: skip
    bills = made["invoice_lines"].join(made["invoices"].select("id", "order_id"), left_on="invoice_id", right_on="id")
    ordered = bills.join(made["order_lines"], on=["order_id", "product_id"], suffix="_ordered")
    assert len(ordered) == len(bills) > 0
    assert ordered["quantity"].equals(ordered["quantity_ordered"], check_names=False)
    share = 1 - ordered["discount_percent"].cast(pl.Float64) / 100
    exact = ordered["unit_price_ordered"].cast(pl.Float64) * share
    assert ((ordered["unit_price"].cast(pl.Float64) - exact).abs() < 0.0051).all()
    assert set(made["invoice_lines"]["invoice_id"]) == set(made["invoices"]["id"])
