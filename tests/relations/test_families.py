"""Parents and their children: places, parts, running sums, ordered moments, periods and rollups hold in every row."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import numpy as np
import polars as pl
import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import Infeasible
from datalchemy_nb.generate.rows import Engine
from datalchemy_nb.planning.read import read_plan
from datalchemy_nb.planning.validate import validate
from datalchemy_nb.resolve.resolve import resolve, survey
from tests.relations.shop import MOMENT, MONEY, key, plan_of, schema_of, table, unique

Rule = dict[str, Any]
PINNED = {
    "customers": "836e1e9f1476", "orders": "0f143e31b505", "lines": "ae217e02e9e7", "payments": "6a2422977614",
    "prices": "c5a5d3b3ff22",
}  # fmt: skip
TODAY = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def check(name: str, expression: str) -> dict[str, Any]:
    return {"kind": "check", "name": name, "expression": f"CHECK ({expression})"}


def sales(*checks: dict[str, Any]) -> DatabaseSchema:
    """Customers, their orders, lines and payments; a price list in periods; an account book."""
    return schema_of(
        table("customers", {"id": "integer#", "since": f"{MOMENT}!", "spent": MONEY, "orders": "integer!",
                            "biggest": MONEY, "all_paid": "boolean"}),
        table("orders", {"id": "integer#", "customer_id": "integer", "placed_at": f"{MOMENT}!",
                         "total": f"{MONEY}!", "lines": "bigint!", "gifts": "integer!", "paid": MONEY,
                         "any_gift": "boolean!", "first_at": MOMENT, "discount": MONEY},
              key("customer_id", "customers"), *checks),
        table("lines", {"id": "integer#", "order_id": "integer!", "no": "smallint!", "product": "integer!",
                        "amount": "numeric(10,2)!", "gift": "boolean!", "packed_at": f"{MOMENT}!"},
              key("order_id", "orders"), unique("order_id", "no"), unique("order_id", "product")),
        table("payments", {"id": "integer#", "order_id": "integer!", "amount": f"{MONEY}!"}, key("order_id", "orders")),
        table("prices", {"id": "integer#", "customer_id": "integer!", "valid_from": "date!", "valid_to": "date"},
              key("customer_id", "customers")),
        table("book", {"id": "integer#", "customer_id": "integer", "change": "numeric(10,2)", "balance": MONEY,
                       "at": MOMENT}, key("customer_id", "customers")),
    )  # fmt: skip


def of(name: str, kind: str, **fields: Any) -> Rule:
    return {"type": kind, "schema": "public", "table": name, **fields}


def over(name: str, column: str, child: str, by: str, function: str, **fields: Any) -> Rule:
    return of(name, "rollup", column=column, child_schema="public", child_table=child, child_columns=[by],
              function=function, **fields)  # fmt: skip


RULES = (
    over("customers", "spent", "orders", "customer_id", "sum", value="total"),
    over("customers", "orders", "orders", "customer_id", "count"),
    over("customers", "biggest", "orders", "customer_id", "max", value="total"),
    over("customers", "all_paid", "orders", "customer_id", "all", value="any_gift"),
    over("orders", "total", "lines", "order_id", "sum", value="amount"),
    over("orders", "lines", "lines", "order_id", "count"),
    over("orders", "gifts", "lines", "order_id", "count", where="gift"),
    over("orders", "any_gift", "lines", "order_id", "any", value="gift"),
    over("orders", "first_at", "lines", "order_id", "min", value="packed_at"),
    over("orders", "paid", "payments", "order_id", "sum", value="amount"),
    of("lines", "position", column="no", within="order_id"),
    of("lines", "ordered", column="packed_at", within="order_id", after={"column": "order_id.placed_at"}),
    of("payments", "share", column="amount", within="order_id", of="order_id.total", spread=0.8),
    of("prices", "periods", within="customer_id", start="valid_from", end="valid_to",
       after={"column": "customer_id.since"}),
    of("book", "running", column="balance", within="customer_id", value="change"),
    of("book", "ordered", column="at", within="customer_id"),
    {"type": "column_generator", "schema": "public", "table": "customers", "column": "since",
     "generator": "primitive.timestamp", "params": {"min": "2015-01-01T00:00:00", "max": "2020-01-01T00:00:00"}},
    {"type": "column_generator", "schema": "public", "table": "orders", "column": "placed_at",
     "generator": "primitive.timestamp", "params": {"min": "2021-01-01T00:00:00", "max": "2025-06-01T00:00:00"}},
    {"type": "column_generator", "schema": "public", "table": "lines", "column": "amount",
     "generator": "primitive.decimal.numeric", "params": {"min": 0.5, "max": 900, "scale": 2}},
)  # fmt: skip
ROWS = {"customers": 60, "orders": 400, "lines": 1700, "payments": 700, "prices": 300, "book": 900, "products": 0,
        "items": 0}  # fmt: skip


def engine(schema: DatabaseSchema, *rules: Rule, **rows: int) -> Engine:
    plan, _ = read_plan(plan_of(*rules, **(ROWS | rows)))
    assert not [issue for issue in validate(plan, schema) if issue.severity == "error"]
    return Engine(resolve(plan, schema))


@pytest.fixture(scope="module")
def made() -> Engine:
    return engine(sales(), *RULES)


def rows(of_engine: Engine, name: str) -> pl.DataFrame:
    ref = TableRef("public", name)
    return of_engine.rows(ref, range(of_engine.plan.tables[ref].rows))


def test_rollups_are_what_sql_makes_of_the_children(made: Engine) -> None:
    orders, lines, payments = rows(made, "orders"), rows(made, "lines"), rows(made, "payments")
    found = lines.group_by("order_id").agg(
        pl.col("amount").sum().alias("s"), pl.len().alias("n"), pl.col("gift").sum().alias("g"),
        pl.col("gift").any().alias("a"), pl.col("packed_at").min().alias("f"),
    )  # fmt: skip
    both = orders.join(found, left_on="id", right_on="order_id", how="left", coalesce=True)
    assert both["total"].eq_missing(both["s"].fill_null(0).cast(pl.Decimal(12, 2))).all()
    assert (both["lines"] == both["n"].fill_null(0)).all()
    assert (both["gifts"] == both["g"].fill_null(0)).all()
    assert both["any_gift"].eq_missing(both["a"].fill_null(False)).all()
    assert both["first_at"].eq_missing(both["f"]).all()
    paid = payments.group_by("order_id").agg(pl.col("amount").sum().alias("p"))
    both = orders.join(paid, left_on="id", right_on="order_id", how="left")
    assert both["paid"].eq_missing(both["p"].cast(pl.Decimal(12, 2))).all()
    assert (both["p"].is_null() | (both["p"] == both["total"])).all()
    customers = rows(made, "customers")
    spent = orders.group_by("customer_id").agg(
        pl.col("total").sum().alias("s"), pl.len().alias("n"), pl.col("total").max().alias("m"),
        pl.col("any_gift").all().alias("a"),
    )  # fmt: skip
    both = customers.join(spent, left_on="id", right_on="customer_id", how="left")
    assert both["spent"].eq_missing(both["s"].cast(pl.Decimal(12, 2))).all()
    assert (both["orders"] == both["n"].fill_null(0)).all()
    assert both["biggest"].eq_missing(both["m"]).all()
    assert both["all_paid"].eq_missing(both["a"]).all()
    assert both["orders"].n_unique() > 5
    assert orders["customer_id"].null_count() > 0
    assert payments["amount"].min() > 0


def test_children_know_their_place(made: Engine) -> None:
    lines = rows(made, "lines").sort("order_id", "no")
    orders = rows(made, "orders")
    counted = lines.with_columns(k=pl.int_range(1, pl.len() + 1).over("order_id"))
    assert (counted["k"] == counted["no"]).all()
    assert not lines.select("order_id", "product").is_duplicated().any()
    later = lines.with_columns(before=pl.col("packed_at").shift(1).over("order_id"))
    assert (later["before"].is_null() | (later["packed_at"] > later["before"])).all()
    placed = lines.join(orders, left_on="order_id", right_on="id")
    assert (placed["packed_at"] >= placed["placed_at"]).all()
    assert (lines["packed_at"] <= TODAY).all()


def test_periods_follow_one_another(made: Engine) -> None:
    prices = rows(made, "prices").sort("customer_id", "valid_from")
    told = prices.with_columns(
        following=pl.col("valid_from").shift(-1).over("customer_id"),
        first=pl.int_range(pl.len()).over("customer_id") == 0,
    )
    assert told["valid_to"].eq_missing(told["following"]).all()
    assert (told["valid_to"].is_null() | (told["valid_to"] > told["valid_from"])).all()
    begin = told.filter("first").join(rows(made, "customers"), left_on="customer_id", right_on="id")
    days = (begin["valid_from"] - begin["since"].dt.date()).dt.total_days()
    assert days.is_between(0, 1).all()


def test_balances_run(made: Engine) -> None:
    book = rows(made, "book")
    known = book.filter(pl.col("customer_id").is_not_null())
    run = known.with_columns(run=pl.col("change").fill_null(0).cum_sum().over("customer_id"))
    assert (run["run"] == run["balance"]).all()
    assert book.filter(pl.col("customer_id").is_null())["balance"].null_count() == book["customer_id"].null_count() > 0


def test_every_row_is_the_same_alone_and_in_any_chunk(made: Engine) -> None:
    for ref, resolved in made.plan.tables.items():
        whole = made.rows(ref, range(resolved.rows))
        for size in (1, 7, 97):
            starts = range(0, resolved.rows, size) if size > 1 else range(0, resolved.rows, 41)
            for start in starts:
                part = made.rows(ref, range(start, min(start + size, resolved.rows)))
                assert part.equals(whole[start : start + size], null_equal=True), (ref, size, start)
        mixed = np.random.default_rng(5).permutation(resolved.rows).astype(np.uint64)
        assert made.rows(ref, mixed).equals(whole[mixed.astype(np.int64)], null_equal=True)


def test_large_families_are_cut_in_slices(monkeypatch: pytest.MonkeyPatch, made: Engine) -> None:
    from datalchemy_nb.generate import families

    expected = [rows(made, name) for name in ("customers", "orders", "book")]
    monkeypatch.setattr(families, "SLICE_ROWS", 3)
    assert [rows(made, name).equals(one, null_equal=True) for name, one in
            zip(("customers", "orders", "book"), expected, strict=True)] == [True] * 3  # fmt: skip


def test_checks_over_rollups_are_proved_or_measured_or_refused() -> None:
    proved = engine(sales(check("positive", "total >= 0"), check("order", "discount <= total")), *RULES)
    orders = rows(proved, "orders")
    assert proved.plan.tables[TableRef("public", "orders")].verified == ()
    assert (orders["discount"].is_null() | (orders["discount"] <= orders["total"])).all()
    # payments share the total, so that some of them are never more than it
    shared = engine(sales(check("paid", "paid <= total")), *RULES)
    assert shared.plan.tables[TableRef("public", "orders")].verified == ()
    measured = engine(sales(check("few", "gifts <= lines")), *RULES)
    assert [one.name for one in measured.plan.tables[TableRef("public", "orders")].verified] == ["few"]
    with pytest.raises(Infeasible, match=r"total lies between .* asks for"):
        engine(sales(check("less", "total < 0")), *RULES)


def test_children_per_parent_as_the_plan_says_and_one_to_one() -> None:
    """Links dealt by a rule, by a unique key, and rows that point nowhere are read both ways too."""
    schema = schema_of(
        table("a", {"id": "integer#", "n": "integer!", "top": "integer"}),
        table("b", {"id": "integer#", "a_id": "integer", "no": "integer", "v": "integer!"}, key("a_id", "a")),
        table("c", {"id": "integer#", "a_id": "integer!", "v": "integer!"}, key("a_id", "a"), unique("a_id")),
    )  # fmt: skip
    rules = (
        over("a", "n", "b", "a_id", "count"), over("a", "top", "c", "a_id", "max", value="v"),
        of("b", "position", column="no", within="a_id"),
        {"type": "foreign_key", "schema": "public", "table": "b", "columns": ["a_id"], "null_rate": 0.1,
         "children": {"kind": "zipf", "exponent": 1.2, "childless": 0.3}},
    )  # fmt: skip
    nothing = dict.fromkeys((*ROWS, "products", "items"), 0)
    found = engine(schema, *rules, **nothing, a=200, b=1500, c=120)
    a, b, c = (rows(found, name) for name in "abc")
    counts = dict(b.group_by("a_id").len().iter_rows())
    assert a["n"].to_list() == [counts.get(i, 0) for i in a["id"]]
    assert (a["n"] == 0).sum() == 60
    assert b["a_id"].null_count() == b["no"].null_count() == 150
    known = b.filter(pl.col("a_id").is_not_null())
    numbered = known.sort("a_id", "no").with_columns(k=pl.int_range(1, pl.len() + 1).over("a_id"))
    assert (numbered["k"] == numbered["no"]).all()
    values = dict(c.select("a_id", "v").iter_rows())
    assert a["top"].to_list() == [values.get(i) for i in a["id"]]


def pinned(frames: dict[str, pl.DataFrame]) -> dict[str, str]:
    return {name: hashlib.sha256(frame.write_csv().encode()).hexdigest()[:12] for name, frame in frames.items()}


def test_these_plans_keep_their_bytes(made: Engine) -> None:
    """Pinned: what a release changes here, it changes in everybody's files."""
    assert pinned({
        "customers": rows(made, "customers")["spent", "orders", "biggest"],
        "orders": rows(made, "orders")["customer_id", "total", "lines", "first_at"],
        "lines": rows(made, "lines")["order_id", "no", "packed_at"],
        "payments": rows(made, "payments")["order_id", "amount"],
        "prices": rows(made, "prices")["customer_id", "valid_from", "valid_to"],
    }) == PINNED  # fmt: skip


def test_what_cannot_be_is_said_before_the_run() -> None:
    def issues(schema: DatabaseSchema, *rules: Rule, **more: int) -> list[str]:
        plan, _ = read_plan(plan_of(*rules, **(ROWS | more)))
        return [issue.code for issue in survey(plan, schema).issues if issue.severity == "error"]

    circle = (
        over("orders", "total", "lines", "order_id", "sum", value="amount"),
        of("lines", "share", column="amount", within="order_id", of="order_id.total"),
    )
    assert issues(sales(), *circle) == ["circular_input"]
    coarse = of("lines", "share", column="product", within="order_id", of="order_id.total")
    assert issues(sales(), coarse) == ["relation_inexact"]
    narrow = schema_of(
        table("a", {"id": "integer#", "n": "integer"}),
        table("b", {"id": "integer#", "a_id": "integer!", "kind": "text!", "v": "integer"}, key("a_id", "a"),
              unique("a_id", "kind"), check("kinds", "kind IN ('x', 'y')")),
    )  # fmt: skip
    rule = over("a", "n", "b", "a_id", "count")
    nothing = dict.fromkeys((*ROWS, "products", "items"), 0)
    assert issues(narrow, rule, **nothing, a=10, b=19) == ["domain_too_small"]
