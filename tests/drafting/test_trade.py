"""What a schema trades in tells the size of its amounts, and how its rows are dealt to the rows they pair."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest

from datalchemy_nb.contracts.distributions import SkewedChildren
from datalchemy_nb.drafting import draft_plan
from datalchemy_nb.generate.rows import Engine
from datalchemy_nb.resolve.children import classes
from datalchemy_nb.resolve.resolve import resolve

from .conftest import foreign as fk
from .conftest import key, ref, schema_of, table

_MONEY = "numeric(10,2)!"
ID = "integer!"


def drafted(*tables: dict[str, Any], rows: int = 400) -> dict[str, pl.DataFrame]:
    """All rows of a draft, by table."""
    schema = schema_of(*tables)
    plan = draft_plan(schema, rows=rows, locale="en_US").plan
    engine = Engine(resolve(plan, schema))
    made = engine.plan.tables
    return {
        t["name"]: engine.rows(ref(t["name"]), np.arange(made[ref(t["name"])].rows, dtype=np.uint64)) for t in tables
    }


def _shop(customer: dict[str, str], product: str) -> tuple[dict[str, Any], ...]:
    return (
        table("customers", {"id": ID, **customer}, key("id")),
        table(product, {"id": ID, "name": "text!", "unit_price": _MONEY}, key("id")),
        table(
            "orders", {"id": ID, "customer_id": "integer!", "total": _MONEY}, key("id"), fk("customer_id", "customers")
        ),
        table(
            "order_items",
            {"order_id": "integer!", f"{product}_id": "integer!", "quantity": "integer!", "unit_price": _MONEY},
            key("order_id", f"{product}_id"),
            fk("order_id", "orders"),
            fk(f"{product}_id", product),
        ),
    )


def test_firms_order_by_the_box_and_people_by_the_piece() -> None:
    people = drafted(*_shop({"first_name": "text!", "last_name": "text!"}, "products"))
    firms = drafted(*_shop({"company_name": "text!", "contact_name": "text!"}, "products"))
    assert people["order_items"]["quantity"].median() == 1
    assert 12 <= firms["order_items"]["quantity"].median() <= 48  # type: ignore[operator]


def test_a_song_costs_a_dollar_and_is_bought_once() -> None:
    made = drafted(*_shop({"first_name": "text!", "last_name": "text!"}, "track"))
    assert made["track"]["unit_price"].max() < 5  # type: ignore[operator]
    assert set(made["order_items"]["quantity"]) == {1}


def test_no_order_is_without_a_line_though_the_key_is_made_of_references() -> None:
    made = drafted(*_shop({"first_name": "text!", "last_name": "text!"}, "products"))
    lines = made["order_items"]
    assert set(lines["order_id"]) == set(made["orders"]["id"])
    assert lines.select("order_id", "products_id").is_unique().all()
    families = lines.group_by("order_id").len()["len"]
    assert families.max() > families.min()  # type: ignore[operator]


@pytest.mark.parametrize(("shops", "rows"), [(3, 880), (3, 300), (40, 900)])
def test_pairs_fit_whatever_rows_are_asked_for(shops: int, rows: int) -> None:
    schema = schema_of(
        table("shops", {"id": ID, "name": "text!"}, key("id")),
        table("products", {"id": ID, "name": "text!", "price": _MONEY}, key("id")),
        table(
            "stocks",
            {"shop_id": ID, "product_id": ID, "quantity": ID},
            key("shop_id", "product_id"),
            fk("shop_id", "shops"),
            fk("product_id", "products"),
        ),
    )
    plan = draft_plan(schema, rows=400, locale="en_US").plan
    asked = {"shops": shops, "products": 300, "stocks": rows}
    targets = tuple(one.model_copy(update={"rows": asked[one.table]}) for one in plan.targets)
    engine = Engine(resolve(plan.model_copy(update={"targets": targets}), schema))
    made = engine.rows(ref("stocks"), np.arange(rows, dtype=np.uint64))
    assert made.select("shop_id", "product_id").is_unique().all()
    assert made["product_id"].n_unique() == min(300, rows)


def test_a_column_for_each_kind_of_goods_adds_up() -> None:
    amounts = {
        f"{kind}_{what}": of for kind in ("paper", "poster") for what, of in (("qty", "integer!"), ("amt", _MONEY))
    }
    made = drafted(table("sales", {"id": ID, **amounts, "total": "integer!", "total_amt": _MONEY}, key("id")))["sales"]
    assert (made["total"] == made["paper_qty"] + made["poster_qty"]).all()
    assert (made["total_amt"] == made["paper_amt"] + made["poster_amt"]).all()
    assert made.group_by("paper_qty").agg(pl.col("paper_amt").n_unique())["paper_amt"].max() == 1


def test_names_written_together_are_read_and_what_is_bought_in_stock_comes() -> None:
    lines = {"purchaseorderid": ID, "line": ID, "orderqty": "smallint!", "unitprice": _MONEY}
    made = drafted(
        table(
            "purchaseorderheader",
            {"id": ID, "orderdate": "timestamp!", "subtotal": _MONEY, "taxamt": _MONEY, "freight": _MONEY}
            | {"modifieddate": "timestamp!"},
            key("id"),
        ),
        table(
            "purchaseorderdetail",
            {**lines, "receivedqty": "numeric(8,2)!", "rejectedqty": "numeric(8,2)!"},
            key("purchaseorderid", "line"),
            fk("purchaseorderid", "purchaseorderheader"),
        ),
    )
    header, detail = made["purchaseorderheader"], made["purchaseorderdetail"]
    assert (header["taxamt"] <= header["subtotal"]).all()
    assert (header["orderdate"] <= header["modifieddate"]).all()
    assert header.group_by("subtotal").agg(pl.col("freight").n_unique())["freight"].max() == 1
    assert (detail["receivedqty"].cast(pl.Int64) == detail["orderqty"]).all()
    assert (detail["rejectedqty"] == 0).mean() > 0.7  # type: ignore[operator]


def test_a_discount_with_no_room_for_a_price_is_a_share_of_it() -> None:
    made = drafted(
        table("products", {"id": ID, "name": "text!", "list_price": "numeric(10,2)!"}, key("id")),
        table("orders", {"id": ID, "ordered_on": "date!"}, key("id")),
        table(
            "order_items",
            {"order_id": ID, "item_id": ID, "product_id": ID, "quantity": ID, "list_price": "numeric(10,2)!"}
            | {"discount": "numeric(4,2)!"},
            key("order_id", "item_id"),
            fk("order_id", "orders"),
            fk("product_id", "products"),
        ),
    )["order_items"]
    assert made["list_price"].max() > 100  # type: ignore[operator]
    assert made["discount"].max() <= 50  # type: ignore[operator]


def test_who_was_recommended_joined_after_who_recommended_them() -> None:
    columns = {"id": ID, "email": "text!", "recommended_by": "integer", "joined_at": "timestamp!"}
    made = drafted(table("members", columns, key("id"), fk("recommended_by", "members")))["members"]
    pairs = made.join(made, left_on="recommended_by", right_on="id", suffix="_before")
    assert len(pairs) > 10
    assert (pairs["joined_at"] >= pairs["joined_at_before"]).all()


def test_lists_that_everybody_knows_are_written_at_once() -> None:
    made = drafted(
        table("currencies", {"id": ID, "code": "char(3)!", "name": "text!", "created_at": "timestamp!"}, key("id")),
        table(
            "orders",
            {"id": ID, "currency_id": ID, "created_at": "timestamp!"},
            key("id"),
            fk("currency_id", "currencies"),
        ),
    )
    assert made["currencies"]["created_at"].n_unique() == 1
    assert made["orders"]["created_at"].n_unique() > 100


@pytest.mark.parametrize(("parents", "rows"), [(30, 300), (120, 320), (1000, 2000)])
def test_the_largest_family_has_as_many_times_the_mean_as_is_asked(parents: int, rows: int) -> None:
    counts, dealt = classes(SkewedChildren(kind="skewed", childless=0, largest=3), parents, rows)
    largest = int((-(-dealt.astype(np.int64) // counts.astype(np.int64))).max())
    assert int(dealt.sum()) == rows
    assert 2.7 <= largest / (rows / parents) <= 5


def test_a_plan_without_a_largest_is_written_as_before() -> None:
    assert "largest" not in SkewedChildren(kind="skewed").to_dict()
