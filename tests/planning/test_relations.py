"""Relation rules are held against the schema: what is wrong, where it stands, and what to do."""

from __future__ import annotations

from typing import Any

import pytest

from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.planning.read import read_plan
from datalchemy_nb.planning.validate import validate
from tests.relations.shop import plan_of, shop

Rule = dict[str, Any]


def found(schema: DatabaseSchema, *rules: Rule, version: str = "0.3") -> list[tuple[str, str]]:
    plan, _ = read_plan({**plan_of(*rules), "plan_version": version})
    return [(issue.code, issue.path) for issue in validate(plan, schema) if issue.severity == "error"]


def of(table: str, kind: str, **fields: Any) -> Rule:
    return {"type": kind, "schema": "public", "table": table, **fields}


def test_a_relation_takes_format_0_3() -> None:
    rule = of("items", "expression", column="line_total", sql="quantity")
    assert found(shop(), rule, version="0.2") == [("plan_version_unsupported", "/rules/0")]
    assert found(shop(), rule) == []


@pytest.mark.parametrize(
    ("rule", "code", "path"),
    [
        (of("nope", "expression", column="a", sql="1"), "unknown_relation_target", "/rules/0/table"),
        (of("items", "expression", column="nope", sql="1"), "unknown_column", "/rules/0/column"),
        (of("items", "expression", column="line_total", sql="quantity *"), "relation_sql", "/rules/0/sql"),
        (of("items", "expression", column="line_total", sql="sum(quantity)"), "relation_sql", "/rules/0/sql"),
        (of("items", "expression", column="line_total", sql="order_id.nope"), "relation_sql", "/rules/0/sql"),
        (of("items", "expression", column="line_total", sql="quantity.id"), "relation_sql", "/rules/0/sql"),
        (of("items", "expression", column="line_total", sql="order_id.total"), "relation_null_on_not_null",
        "/rules/0/sql"),
        (of("items", "expression", column="id", sql="1"), "relation_on_identity", "/rules/0/column"),
        (of("items", "copy", column="line_total", **{"from": "product_id.nope"}), "unknown_path", "/rules/0/from"),
        (of("items", "copy", column="line_total", **{"from": "product_id.name"}), "relation_type_mismatch",
         "/rules/0/from"),
        (of("orders", "bounds", column="placed_at", after=[{"column": "placed_at"}]), "relation_of_itself",
         "/rules/0/after/0/column"),
        (of("orders", "bounds", column="placed_at", after=[{"column": "customer_id.name"}]), "relation_type_mismatch",
         "/rules/0/after/0/column"),
        (of("orders", "bounds", column="placed_at",
            after=[{"column": "customer_id.created_at", "gap": {"max": 3, "unit": "units"}}]), "relation_type_mismatch",
         "/rules/0/after/0/gap/unit"),
        (of("orders", "bounds", column="placed_at", after=[{"column": "shipped_at"}]), "relation_null_on_not_null",
         "/rules/0/after/0/column"),
        (of("items", "same_ancestor", paths=["order_id", "product_id"]), "relation_type_mismatch", "/rules/0/paths"),
        (of("items", "polymorphic", type_column="note", id_column="order_id",
            targets=[{"value": "x", "schema": "public", "table": "orders", "column": "id"}]), "relation_conflict",
         "/rules/0/id_column"),
        (of("orders", "rollup", column="total", child_schema="public", child_table="items",
            child_columns=["product_id"], function="sum", value="line_total"), "unknown_foreign_key",
         "/rules/0/child_columns"),
        (of("items", "position", column="line_total", within="quantity"), "unknown_foreign_key", "/rules/0/within"),
        (of("items", "share", column="line_total", within="order_id", of="product_id.price"), "unknown_path",
         "/rules/0/of"),
        (of("orders", "lifecycle", state="status", initial="new", states=[{"value": "new"}, {"value": "paid"}],
            transitions=[{"from": "new", "to": "nope", "after": {"max": 3}}]), "unknown_state",
         "/rules/0/transitions/0/to"),
        (of("items", "history", of="order_id", state="note"), "relation_without_lifecycle", "/rules/0/of"),
    ],
)  # fmt: skip
def test_mistakes_are_found_where_they_stand(rule: Rule, code: str, path: str) -> None:
    assert (code, path) in found(shop(), rule)


def test_a_column_is_decided_once() -> None:
    rules = [of("items", "expression", column="line_total", sql=sql) for sql in ("1", "2")]
    assert found(shop(), *rules) == [("relation_conflict", "/rules/1/column")]
