"""Rows told per row of another table: the count follows, and every parent has as many as were asked."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from datalchemy_nb import Session
from datalchemy_nb.planning.write import plan_json, plan_yaml

DDL = """
CREATE SCHEMA shop;
CREATE TABLE shop.customers (id int PRIMARY KEY);
CREATE TABLE shop.orders (
    id int PRIMARY KEY,
    customer_id int NOT NULL REFERENCES shop.customers,
    payer_id int REFERENCES shop.customers
);
CREATE TABLE shop.lines (
    order_id int NOT NULL REFERENCES shop.orders, line int NOT NULL, PRIMARY KEY (order_id, line)
);
"""


def plan(orders: Any, lines: Any, rules: list[Any] | None = None) -> dict[str, Any]:
    return {
        "plan_version": "0.3",
        "seed": 3,
        "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
        "targets": [
            {"schema": "shop", "table": "customers", "rows": 40},
            {"schema": "shop", "table": "orders", "rows": orders},
            {"schema": "shop", "table": "lines", "rows": lines},
        ],
        "rules": rules or [],
    }


@pytest.fixture(scope="module")
def session(database) -> Session:
    session = Session()
    session.introspect(database(DDL))
    return session


def per(table: str, **more: Any) -> dict[str, Any]:
    return {"per": f"shop.{table}", **more}


ORDERS = per("customers", min=0, max=6, by=["customer_id"])


def children(session: Session, table: str, column: str, parents: int) -> pl.Series:
    made = session.preview(table, rows=100_000).frame
    counts = made.group_by(column).len()["len"]
    return pl.concat([counts.cast(pl.Int64), pl.zeros(parents - len(counts), dtype=pl.Int64, eager=True)])


def test_the_count_follows_and_both_ends_are_met(session: Session, tmp_path) -> None:
    found = session.validate(plan(ORDERS, per("orders", min=1, max=8)))
    assert found.ok, found.issues
    rows = {ref.table: count for ref, count in found.tables.items()}
    assert rows == {"customers": 40, "orders": 120, "lines": 540}
    orders = children(session, "orders", "customer_id", 40)
    assert (orders.min(), orders.max(), orders.sum()) == (0, 6, 120)
    lines = children(session, "lines", "order_id", 120)
    assert (lines.min(), lines.max(), lines.sum()) == (1, 8, 540)
    run = session.generate(out_dir=tmp_path)
    assert session.load(run).report.rows == 700
    assert session.evaluate(run).ok
    assert session.verify(run).ok


def test_a_mean_and_parents_without_any(session: Session) -> None:
    found = session.validate(plan(per("customers", max=20, mean=3, childless=0.25, by=["payer_id"]), 10))
    assert found.ok, found.issues
    payers = children(session, "orders", "payer_id", 40)
    assert (payers.sum(), payers.max() <= 20, (payers == 0).sum()) == (90, True, 10)


def test_more_parents_more_rows(session: Session) -> None:
    document = plan(ORDERS, per("orders", min=2, max=2))
    document["targets"][0]["rows"] = 400
    assert sorted(session.validate(document).tables.values()) == [400, 1200, 2400]


def test_it_is_written_as_it_was_read(session: Session) -> None:
    for write in (plan_json, plan_yaml):
        read = session.use_plan(plan(ORDERS, per("orders", max=8, mean=2.5)))
        text = write(read)
        assert session.use_plan(text) == read
        assert "per" in text
        assert "childless" not in text
        assert session.validate().ok


@pytest.mark.parametrize(
    ("orders", "lines", "code", "at", "hint"),
    [
        (per("customers", max=3), 10, "rows_per_key", "/targets/1/rows/per", "by: [customer_id]; by: [payer_id]"),
        (per("customers", max=3, by=["id"]), 10, "rows_per_key", "/targets/1/rows/by", "by: [customer_id]"),
        (10, per("customers", max=3), "rows_per_key", "/targets/2/rows/per", "name the table"),
        (10, per("order", max=3), "rows_per_unknown", "/targets/2/rows/per", "shop.orders"),
        (per("lines", max=3), per("orders", max=3), "rows_zero", "/targets/1/rows", "as a number"),
        (10, per("orders", min=4, max=3), "rows_per_range", "/targets/2/rows/max", "min <= mean <= max"),
        (10, per("orders", max=3, mean=4), "rows_per_range", "/targets/2/rows/mean", "min <= mean <= max"),
        (10, per("orders", max="3"), "schema_violation", "/targets/2/rows/max", None),
        (10, per("orders"), "schema_violation", "/targets/2/rows", "max"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_where_it_stands(
    session: Session, orders: Any, lines: Any, code: str, at: str, hint: str | None
) -> None:
    issues = [i for i in session.validate(plan(orders, lines)).issues if i.severity == "error"]
    assert (issues[0].code, issues[0].path) == (code, at), issues
    assert hint is None or hint in str(issues[0].hint)


def test_an_unknown_word_and_a_rule_that_says_otherwise(session: Session) -> None:
    found = session.validate(plan(10, per("orders", max=3, most=4))).issues
    assert ("unknown_field", "/targets/2/rows/most") in {(issue.code, issue.path) for issue in found}
    rule = {"type": "foreign_key", "schema": "shop", "table": "lines", "columns": ["order_id"]}
    rule["children"] = {"kind": "fixed", "count": 2}
    found = session.validate(plan(10, per("orders", max=3), [rule])).issues
    assert ("rows_per_conflict", "/rules/0") in {(issue.code, issue.path) for issue in found}
