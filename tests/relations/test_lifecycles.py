"""States, moments and histories: young rows are pending, old ones finished, and a log says what its rows say."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import Infeasible
from datalchemy_nb.generate.rows import Engine
from datalchemy_nb.planning.read import read_plan
from datalchemy_nb.planning.validate import validate
from datalchemy_nb.resolve.resolve import resolve, survey
from tests.relations.shop import MOMENT, key, plan_of, schema_of, table
from tests.relations.test_families import check, of, pinned

Rule = dict[str, Any]
PINNED = {"orders": "291fdaf594cc", "log": "bb1b2ec13d7c"}
TODAY = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
CUSTOMERS, ORDERS, LOG = (TableRef("public", name) for name in ("customers", "orders", "log"))


def shop(*checks: dict[str, Any]) -> DatabaseSchema:
    return schema_of(
        table("customers", {"id": "integer#", "since": f"{MOMENT}!"}),
        table("orders", {"id": "integer#", "customer_id": "integer!", "status": "text!", "placed_at": f"{MOMENT}!",
                         "paid_at": MOMENT, "shipped_on": "date", "closed_at": MOMENT, "carrier": "text",
                         "reason": "text", "note": "text"},
              key("customer_id", "customers"), *checks),
        table("log", {"id": "integer#", "order_id": "integer!", "state": "text!", "was": "text", "at": f"{MOMENT}!",
                      "until": MOMENT, "now": "boolean!", "no": "integer!", "by": "text"}, key("order_id", "orders")),
    )  # fmt: skip


def way(source: str, target: str, days: float, weight: float = 1) -> dict[str, Any]:
    return {"from": source, "to": target, "weight": weight, "after": {"typical": days, "unit": "days"}}


STATES = [
    {"value": "pending"}, {"value": "paid", "enters": "paid_at"},
    {"value": "shipped", "enters": "shipped_on", "fills": ["carrier"]},
    {"value": "delivered", "enters": "closed_at"}, {"value": "cancelled", "enters": "closed_at", "fills": ["reason"]},
]  # fmt: skip
WAYS = [
    way("pending", "paid", 2, 9), way("pending", "cancelled", 6), way("paid", "shipped", 3, 19),
    way("paid", "cancelled", 2), way("shipped", "delivered", 6),
]  # fmt: skip
LIFE = of(
    "orders", "lifecycle", state="status", start="placed_at", history_days=90, initial="pending", states=STATES,
    transitions=WAYS, after=[{"column": "customer_id.since"}],
)  # fmt: skip
HISTORY = of(
    "log", "history", of="order_id", state="state", previous="was", at="at", until="until", current="now",
    position="no",
)  # fmt: skip
SINCE = {
    "type": "column_generator", "schema": "public", "table": "customers", "column": "since",
    "generator": "primitive.timestamp", "params": {"min": "2025-06-01T00:00:00", "max": "2025-12-31T00:00:00"},
}  # fmt: skip
NONE = {"products": 0, "items": 0}


def resolved(schema: DatabaseSchema, *rules: Rule, **rows: int) -> Engine:
    plan, _ = read_plan(plan_of(*rules, **({"customers": 80, "orders": 3000, "log": 0} | NONE | rows)))
    assert not [issue for issue in validate(plan, schema) if issue.severity == "error"]
    return Engine(resolve(plan, schema))


def everything(engine: Engine, ref: TableRef) -> pl.DataFrame:
    return engine.rows(ref, range(engine.plan.tables[ref].rows))


def right_number(*rules: Rule, orders: int) -> int:
    """How many rows the log has to have, as the issue names it."""
    plan, _ = read_plan(plan_of(*rules, **(NONE | {"customers": 80, "orders": orders, "log": 5})))
    (issue,) = [issue for issue in survey(plan, shop()).issues if issue.severity == "error"]
    assert (issue.code, issue.path) == ("history_rows", f"/rules/{rules.index(HISTORY)}/table")
    assert issue.hint is not None
    return int(issue.hint.split()[2])


@pytest.fixture(scope="module")
def made() -> Engine:
    rules = (LIFE, HISTORY, SINCE)
    return resolved(shop(), *rules, log=right_number(*rules, orders=3000))


def test_states_and_moments_agree(made: Engine) -> None:
    orders = everything(made, ORDERS)
    customers = everything(made, CUSTOMERS)
    with_since = orders.join(customers, left_on="customer_id", right_on="id")
    assert (with_since["placed_at"] >= with_since["since"]).all()
    for state, reached in {
        "pending": (), "paid": ("paid_at",), "shipped": ("paid_at", "shipped_on", "carrier"),
        "delivered": ("paid_at", "shipped_on", "carrier", "closed_at"),
    }.items():  # fmt: skip
        inside = orders.filter(pl.col("status") == state)
        assert len(inside) > 10
        for name in ("paid_at", "shipped_on", "closed_at", "carrier", "reason"):
            assert inside[name].null_count() == (0 if name in reached else len(inside)), (state, name)
    cancelled = orders.filter(pl.col("status") == "cancelled")
    assert cancelled["closed_at"].null_count() == cancelled["reason"].null_count() == 0
    assert 0 < cancelled["paid_at"].null_count() < len(cancelled)
    assert (orders["paid_at"].is_null() | (orders["paid_at"] >= orders["placed_at"])).all()
    last = pl.max_horizontal("placed_at", "paid_at", "closed_at")
    assert orders.select((last <= TODAY).all()).item()
    assert orders["note"].null_count() > 0


def test_young_rows_are_pending_and_old_ones_finished(made: Engine) -> None:
    aged = everything(made, ORDERS).with_columns(age=(TODAY - pl.col("placed_at")).dt.total_days())
    by_state = dict(aged.group_by("status").agg(pl.col("age").median()).iter_rows())
    assert by_state["pending"] < by_state["paid"] < by_state["shipped"] < by_state["delivered"]
    assert aged.filter(pl.col("age") > 60)["status"].is_in(["delivered", "cancelled"]).mean() > 0.9  # type: ignore[operator]
    assert aged.filter(pl.col("age") < 1)["status"].is_in(["pending", "paid", "cancelled"]).mean() > 0.9  # type: ignore[operator]


def test_the_log_says_what_the_rows_say(made: Engine) -> None:
    orders, log = everything(made, ORDERS), everything(made, LOG).sort("order_id", "no")
    told = log.with_columns(
        k=pl.int_range(1, pl.len() + 1).over("order_id"), before=pl.col("state").shift(1).over("order_id"),
        following=pl.col("at").shift(-1).over("order_id"),
    )  # fmt: skip
    assert (told["k"] == told["no"]).all()
    assert told["was"].eq_missing(told["before"]).all()
    assert told["until"].eq_missing(told["following"]).all()
    assert (told["now"] == told["until"].is_null()).all()
    last = told.filter("now").join(orders, left_on="order_id", right_on="id")
    assert len(last) == len(orders)
    assert (last["state"] == last["status"]).all()
    first = told.filter(pl.col("no") == 1).join(orders, left_on="order_id", right_on="id")
    assert (first["at"] == first["placed_at"]).all()
    for state, column in (("paid", "paid_at"), ("delivered", "closed_at")):
        entered = told.filter(pl.col("state") == state).join(orders, left_on="order_id", right_on="id")
        assert (entered["at"] == entered[column]).all()
    assert told.filter(pl.col("state") == "paid").height == orders["paid_at"].count()
    possible = {(one["from"], one["to"]) for one in WAYS}
    assert {(was, state) for was, state in told.select("was", "state").iter_rows() if was} == possible


def test_any_row_alone_is_the_same(made: Engine) -> None:
    for ref in (ORDERS, LOG):
        whole = everything(made, ref)
        for start in range(0, len(whole), 401):
            assert made.rows(ref, [start]).equals(whole[start : start + 1], null_equal=True)
            assert made.rows(ref, range(start, min(start + 57, len(whole)))).equals(whole[start : start + 57])


def test_this_lifecycle_keeps_its_bytes(made: Engine) -> None:
    assert pinned({
        "orders": everything(made, ORDERS)["status", "placed_at", "paid_at", "shipped_on", "closed_at"],
        "log": everything(made, LOG)["order_id", "state", "was", "at", "until", "now", "no"],
    }) == PINNED  # fmt: skip


def test_shares_that_the_plan_says_are_met_to_the_row() -> None:
    shares = {"pending": 0.25, "paid": 0.05, "delivered": 0.5, "cancelled": 0.2}
    orders = everything(resolved(shop(), {**LIFE, "shares": shares}), ORDERS)
    counts = dict(orders["status"].value_counts().iter_rows())
    assert counts == {state: round(share * 3000) for state, share in shares.items()}


def test_ways_back_are_taken_a_bounded_number_of_times() -> None:
    back = {**LIFE, "transitions": [*WAYS, way("delivered", "shipped", 5, 1)]}
    rules = (back, HISTORY, SINCE)
    engine = resolved(shop(), *rules, orders=500, log=right_number(*rules, orders=500))
    log = everything(engine, LOG)
    assert log["no"].max() <= 32  # type: ignore[operator]
    assert log.filter(pl.col("state") == "shipped").group_by("order_id").len()["len"].max() > 1  # type: ignore[operator]


def test_checks_hold_on_every_path_or_the_plan_is_refused() -> None:
    right = (
        check("cancelled", "(status = 'cancelled') = (reason IS NOT NULL)"),
        check("states", "status IN ('pending', 'paid', 'shipped', 'delivered', 'cancelled')"),
        check("paid", "paid_at >= placed_at"),
        check("carried", "carrier IS NULL OR shipped_on IS NOT NULL"),
    )
    plan, _ = read_plan(plan_of(LIFE, **(NONE | {"customers": 80, "orders": 300})))
    found = survey(plan, shop(*right))
    assert not [issue for issue in found.issues if issue.severity == "error"]
    parts = {c.name: [p.how for p in c.parts] for r in found.reports for c in r.checks}
    assert parts == {name: ["held"] for name in ("cancelled", "states", "paid", "carried")}
    wrong = check("shipped", "(status = 'shipped') = (carrier IS NOT NULL)")
    with pytest.raises(Infeasible, match="does not hold for rows that went pending, paid, shipped, delivered"):
        resolved(shop(wrong), LIFE, orders=300)


def test_a_moment_of_a_lifecycle_is_there_although_a_check_asks_whether_it_is() -> None:
    told = check("told", "(status IN ('shipped', 'delivered')) = (note IS NOT NULL AND shipped_on IS NOT NULL)")
    orders = everything(resolved(shop(told), LIFE, orders=600), ORDERS)
    sent = orders["status"].is_in(["shipped", "delivered"])
    assert sent.any()
    assert (sent == orders["shipped_on"].is_not_null()).all()
    assert orders.filter(sent)["note"].null_count() == 0


def test_what_is_there_with_a_state_is_always_there_because_every_row_has_a_state() -> None:
    made = resolved(shop(check("told", "(note IS NULL) = (status IS NULL)")), LIFE, orders=600)
    assert everything(made, ORDERS)["note"].null_count() == 0
    assert not made.plan.tables[ORDERS].groups  # and no row is drawn again for it


def test_shares_of_states_that_nothing_leads_to_are_refused() -> None:
    lost = {**LIFE, "transitions": WAYS[:1], "shares": {"paid": 1, "cancelled": 1}}
    with pytest.raises(Infeasible, match="no path leads to cancelled"):
        resolved(shop(), lost)


def test_what_has_too_little_time_does_not_all_begin_at_once() -> None:
    young = SINCE | {"params": {"min": "2025-12-30T00:00:00", "max": "2025-12-31T00:00:00"}}
    made = resolved(shop(), LIFE, young)
    orders = everything(made, ORDERS).join(everything(made, CUSTOMERS), left_on="customer_id", right_on="id")
    assert (orders["placed_at"] >= orders["since"]).all()
    # one or two days are too few for most paths: they are hurried, and still begin at any moment
    assert (orders["placed_at"] == orders["since"]).mean() < 0.02
    assert orders["placed_at"].n_unique() > 2000
    # nor do those that have come to an end all come there today
    assert (orders["closed_at"].drop_nulls() == TODAY).mean() < 0.02


def terms(*checks: dict[str, Any], moment: str = "date") -> DatabaseSchema:
    return schema_of(table("customers", {"id": "integer#"}),
        table("orders", {"id": "integer#", "customer_id": "integer!", "status": "text!", "begins": f"{moment}!",
                         "ends": f"{moment}!"}, key("customer_id", "customers"), *checks))  # fmt: skip


TERM = of(
    "orders", "lifecycle", state="status", start="begins", until="ends", history_days=900, initial="active",
    states=[{"value": value} for value in ("active", "paused", "expired", "cancelled")], ended=["expired", "cancelled"],
    transitions=[{"from": "active", "to": to, "weight": weight, "after": {"min": 20, "typical": 200, "max": 900}}
                 for to, weight in (("paused", 1), ("expired", 8), ("cancelled", 2))],
)  # fmt: skip
NO_LOG = {"log": 0}


@pytest.mark.parametrize("moment", ["date", MOMENT])
def test_a_contract_runs_out_ahead_while_it_is_active_and_behind_once_it_has(moment: str) -> None:
    schema = terms(check("order_of_ends", "ends > begins"), moment=moment)
    made = resolved(schema, TERM, **NO_LOG)
    orders = everything(made, ORDERS)
    over = orders["status"].is_in(["expired", "cancelled"])
    assert 0.1 < over.mean() < 0.9
    assert set(orders["status"]) == {"active", "paused", "expired", "cancelled"}
    ends = orders["ends"].cast(pl.Date if moment == "date" else orders["ends"].dtype)
    today = TODAY.date() if moment == "date" else TODAY
    assert (ends.filter(over) <= today).all()
    assert (ends.filter(~over) > today).all()
    assert (orders["ends"] > orders["begins"]).all()
    alone = made.rows(ORDERS, [7, 2999, 0])
    assert alone.equals(orders[[7, 2999, 0]])


def test_appointments_take_place_on_the_quarter_hour_ahead_or_behind() -> None:
    rule = TERM | {"every": 900, "start": None, "calendar": {"kind": "calendar", "hours": [0] * 8 + [1] * 9 + [0] * 7}}
    orders = everything(resolved(terms(moment=MOMENT), rule, **NO_LOG), ORDERS)
    assert (orders["ends"].dt.epoch("s") % 900 == 0).all()
    assert orders["ends"].dt.hour().is_between(8, 17).mean() > 0.99
    assert 0.1 < (orders["ends"] > TODAY).mean() < 0.9


def test_what_is_no_state_cannot_have_ended() -> None:
    plan, _ = read_plan(plan_of(TERM | {"ended": ["gone"]}, **({"customers": 1, "orders": 1} | NONE)))
    assert [(issue.code, issue.path) for issue in validate(plan, terms())] == [("unknown_state", "/rules/0/ended/0")]
