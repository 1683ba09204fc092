"""The shares that a plan tells are met where CHECKs branch, and values that a CHECK takes out are named."""

from __future__ import annotations

from typing import Any

import pytest

from datalchemy_nb.errors import Infeasible
from datalchemy_nb.planning.read import read_plan
from datalchemy_nb.resolve.resolve import resolve
from tests.relations.shop import MOMENT, check, plan_of, schema_of, table
from tests.relations.test_rows import engine_of, table_of

NONE = {"customers": 0, "products": 0, "orders": 0, "items": 0}
STATES = ("new", "paid", "shipped", "delivered", "returned", "cancelled")


def orders(*checks: dict[str, Any]) -> Any:
    return schema_of(
        table("sales", {"id": "integer#", "status": "text!", "cancelled_at": MOMENT, "kind": "text!"}, *checks)
    )


def status(weights: dict[str, float]) -> dict[str, Any]:
    rule: dict[str, Any] = {"type": "column_generator", "schema": "public", "table": "sales", "column": "status"}
    return rule | {
        "generator": {"id": "primitive.choice", "params": {"values": list(weights), "weights": list(weights.values())}}
    }


def counts(schema: Any, *rules: Any) -> dict[str, int]:
    made = table_of(engine_of(schema, *rules, **NONE, sales=6000), "sales")
    assert made.filter((made["status"] == "cancelled") != made["cancelled_at"].is_not_null()).is_empty()
    return {row[0]: row[1] for row in made["status"].value_counts().iter_rows()}


BRANCHING = check("cancelled", "(status = 'cancelled') = (cancelled_at IS NOT NULL)")
LISTED = check("states", f"status IN ({', '.join(repr(state) for state in STATES)})")


def test_states_without_weights_come_up_alike() -> None:
    found = counts(orders(LISTED, BRANCHING))
    assert set(found) == set(STATES)
    assert all(900 < count < 1100 for count in found.values())


def test_weights_are_met_whatever_the_branches() -> None:
    found = counts(orders(LISTED, BRANCHING), status(dict(zip(STATES, (1, 2, 3, 10, 1, 3), strict=True))))
    assert 2850 < found["delivered"] < 3150
    assert 780 < found["cancelled"] < 1020
    assert 230 < found["new"] < 370


def test_overlapping_branches_are_fitted() -> None:
    overlapping = check(
        "pairs", "(status IN ('new', 'paid') AND kind = 'x') OR (status IN ('paid', 'shipped') AND kind = 'y')"
    )
    weights = {"new": 0.5, "paid": 0.3, "shipped": 0.2}
    made = table_of(engine_of(orders(overlapping), status(weights), **NONE, sales=6000), "sales")
    found = {row[0]: row[1] / 6000 for row in made["status"].value_counts().iter_rows()}
    assert {name: pytest.approx(share, abs=0.03) for name, share in weights.items()} == found


def test_values_that_a_check_takes_out_are_named() -> None:
    schema = orders(check("few", "status = 'b'"))
    plan, _ = read_plan(plan_of(status({"a": 0.4, "b": 0.4, "c": 0.2}), **NONE, sales=100))
    (issue,) = [one for one in resolve(plan, schema).issues if one.code == "values_excluded"]
    assert (issue.path, "few leaves out 'a', 'c'" in issue.message) == ("/rules/0", True)
    plan, _ = read_plan(plan_of(status({"a": 0.4, "c": 0.2}), **NONE, sales=100))
    with pytest.raises(Infeasible, match="has no value that satisfies few"):
        resolve(plan, schema)
