"""What a person believes of drafted rows: asked of the rows themselves."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import polars as pl
import pytest

from datalchemy_nb.contracts.distributions import SkewedChildren
from datalchemy_nb.contracts.plan import ForeignKeyRule
from datalchemy_nb.drafting import draft_plan
from datalchemy_nb.generate.rows import Engine
from datalchemy_nb.resolve.resolve import resolve

from .conftest import check, foreign, key, ref, schema_of, table

ID = "integer!"


def rows_of(name: str, *tables: dict[str, Any], rows: int = 300, locale: str = "en_US", **options: Any) -> pl.DataFrame:
    """All rows of one table of a draft."""
    schema = schema_of(*tables)
    plan = draft_plan(schema, rows=rows, locale=locale, **options).plan
    engine = Engine(resolve(plan, schema))
    return engine.rows(ref(name), np.arange(engine.plan.tables[ref(name)].rows, dtype=np.uint64))


def test_sex_and_form_of_address_agree_with_the_given_name() -> None:
    found = rows_of(
        "employees",
        table(
            "employees",
            {"id": ID, "first_name": "text!", "last_name": "text!", "gender": "char(1)!", "title_of_courtesy": "text!",
             "hire_date": "date!"},
            key("id"),
        ),
    )  # fmt: skip
    assert set(found["gender"]) == {"F", "M"}
    assert {tuple(pair) for pair in found.select("gender", "title_of_courtesy").rows()} == {("F", "Ms"), ("M", "Mr")}
    by_name = found.group_by("first_name").agg(pl.col("gender").n_unique())
    assert (by_name["gender"] == 1).mean() > 0.95  # a few names are given to both


def test_sexes_that_a_check_lists_agree_too() -> None:
    people = table(
        "patients", {"id": ID, "first_name": "text!", "last_name": "text!", "sex": "text!"}, key("id"),
        check("sex IN ('male', 'female')"),
    )  # fmt: skip
    rule = next(
        r for r in draft_plan(schema_of(people), locale="en_US").plan.rules if getattr(r, "column", "") == "sex"
    )
    assert rule.generator_id == "semantic.person.sex"


def test_an_address_lies_in_the_country_its_key_names() -> None:
    found = rows_of(
        "address",
        table("country", {"code": "char(2)!", "name": "text!"}, key("code")),
        table("address", {"id": ID, "city": "text!", "country_code": "char(2)!"}, key("id"), {
            "kind": "foreign_key", "name": "fk", "columns": ["country_code"], "referenced_schema": "app",
            "referenced_table": "country", "referenced_columns": ["code"],
        }),
    )  # fmt: skip
    assert set(found["country_code"]) == {"US"}


@pytest.mark.parametrize(("region", "at_home"), [("text!", (0.7, 0.9)), ("text", (0.4, 0.6))])
def test_addresses_with_a_country_lie_abroad_now_and_then(region: str, at_home: tuple[float, float]) -> None:
    """More of them where a region need not be told; and then those have one whose addresses name it."""
    columns = {"id": ID, "city": "text!", "state": region, "country": "text!"}
    found = rows_of("customers", table("customers", columns, key("id")))
    share = (found["country"] == "USA").mean()
    assert isinstance(share, float)
    assert at_home[0] < share < at_home[1]
    if region == "text":
        european = found.filter(pl.col("country").is_in(["Germany", "France", "UK"]))["state"]
        assert len(european) > 10
        assert european.null_count() == len(european)
        telling = {"USA", "Canada", "Australia", "Brazil", "Mexico", "India", "China"}
        assert set(found.drop_nulls("state")["country"]) <= telling
    countries = found.group_by("city").agg(pl.col("country").n_unique())["country"]
    assert (countries == 1).sum() > 0.9 * len(countries)  # there is a Birmingham on both sides of the sea


def test_some_customers_have_many_orders_and_some_none() -> None:
    found = rows_of(
        "orders",
        table("customers", {"id": ID, "name": "text!", "email": "text!"}, key("id")),
        table("orders", {"id": ID, "customer_id": "integer!", "total": "numeric(10,2)!"}, key("id"),
              foreign("customer_id", "customers")),
    )  # fmt: skip
    counts = Counter(found["customer_id"].to_list())
    assert max(counts.values()) >= 5
    assert len(counts) < 300


@pytest.mark.parametrize("rows", [1, 7, 300, 5_000])
def test_skewed_children_fit_any_number_of_rows(rows: int) -> None:
    schema = schema_of(
        table("customers", {"id": ID, "name": "text!"}, key("id")),
        table("orders", {"id": ID, "customer_id": "integer!"}, key("id"), foreign("customer_id", "customers")),
    )
    plan = draft_plan(schema, rows=100).plan
    assert any(isinstance(r, ForeignKeyRule) and isinstance(r.children, SkewedChildren) for r in plan.rules)
    targets = tuple(t.model_copy(update={"rows": rows}) if t.table == "orders" else t for t in plan.targets)
    engine = Engine(resolve(plan.model_copy(update={"targets": targets}), schema))
    found = engine.rows(ref("orders"), np.arange(rows, dtype=np.uint64), ["customer_id"])["customer_id"]
    if rows <= 80:
        assert found.n_unique() == rows  # no parent has two while there are enough
    assert found.null_count() == 0


def test_records_of_a_list_are_referred_to_as_often_as_they_are_met() -> None:
    found = rows_of(
        "tickets",
        table("priorities", {"id": ID, "code": "text!", "name": "text!"}, key("id")),
        table("tickets", {"id": ID, "priority_id": "integer!", "subject": "text!"}, key("id"),
              foreign("priority_id", "priorities")),
    )  # fmt: skip
    shares = sorted(found["priority_id"].value_counts()["count"].to_list())
    assert shares[-1] > 3 * shares[0]


def test_a_tree_knows_how_deep_it_is_and_the_way() -> None:
    found = rows_of(
        "category",
        table("category", {"id": ID, "parent_id": "integer", "name": "varchar(60)!", "slug": "varchar(80)!",
                           "depth": "integer!=0", "path": "text"}, key("id"), foreign("parent_id", "category")),
    )  # fmt: skip
    known = {row["id"]: row for row in found.to_dicts()}
    assert any(row["parent_id"] is not None for row in known.values())
    for row in known.values():
        above = known.get(row["parent_id"])
        assert row["depth"] == (0 if above is None else above["depth"] + 1)
        assert row["path"] == (row["slug"] if above is None else f"{above['path']}/{row['slug']}")


def test_states_without_a_check_pass_in_time() -> None:
    found = rows_of(
        "invoices",
        table(
            "invoices", {"id": ID, "issued_at": "timestamptz!", "paid_at": "timestamptz", "status": "text!"}, key("id")
        ),
    )
    paid = found.filter(pl.col("status") == "paid")
    assert 0.4 < len(paid) / len(found) < 0.95
    assert paid["paid_at"].null_count() == 0
    assert (paid["paid_at"] >= paid["issued_at"]).all()
    assert found.filter(pl.col("status") == "draft")["paid_at"].null_count() == (found["status"] == "draft").sum()


def test_few_orders_are_refunded() -> None:
    found = rows_of(
        "orders",
        table("orders", {"id": ID, "ordered_at": "timestamptz!", "status": "text!"}, key("id"),
              check("status IN ('pending','paid','shipped','delivered','refunded')")),
    )  # fmt: skip
    assert (found["status"] == "refunded").sum() < 0.2 * len(found)


def test_cards_are_known_where_a_card_was_used() -> None:
    found = rows_of(
        "payments",
        table("payments", {"id": ID, "method": "text!", "card_brand": "text", "card_last4": "char(4)"}, key("id")),
    )
    card = found["method"].str.contains("card") & (found["method"] != "gift_card")
    assert found.filter(card)["card_last4"].null_count() == 0
    assert found.filter(card)["card_last4"].str.contains(r"^\d{4}$").all()
    assert found.filter(found["method"] == "bank_transfer")["card_brand"].is_null().all()


def test_settings_are_settings() -> None:
    found = rows_of("settings", table("settings", {"key": "varchar(60)!", "value": "text"}, key("key")))
    assert {"site_name", "smtp_port"} <= set(found["key"])
    assert dict(found.rows())["smtp_port"] == "587"


def test_prices_are_where_shops_put_them() -> None:
    found = rows_of("products", table("products", {"id": ID, "name": "text!", "price": "numeric(10,2)!"}, key("id")))
    cents = (found["price"].cast(pl.Float64) * 100).round(0).cast(pl.Int64) % 100
    assert set(cents) <= {0, 49, 50, 90, 95, 99}
    assert found["price"].n_unique() < 0.7 * len(found)


def test_what_an_office_does_happens_on_working_days_and_in_its_hours() -> None:
    found = rows_of(
        "invoices",
        table(
            "invoices",
            {"id": ID, "status": "text!", "issued_at": "timestamptz!", "paid_at": "timestamptz", "total": "integer!"},
            key("id"), check("status IN ('draft', 'issued', 'paid', 'cancelled')"),
        ),
        rows=2_000,
    )  # fmt: skip
    for name in ("issued_at", "paid_at"):
        moments = found[name].drop_nulls()
        assert len(moments) > 400
        assert (moments.dt.weekday() <= 5).mean() > 0.97
        assert moments.dt.hour().is_between(7, 18).mean() > 0.97
    paid = found.filter(pl.col("paid_at").is_not_null())
    assert (paid["paid_at"] >= paid["issued_at"]).all()


def test_moments_follow_the_state_where_no_moment_is_certain() -> None:
    found = rows_of(
        "shipments",
        table("orders", {"id": ID, "placed_at": "timestamptz!"}, key("id")),
        table(
            "shipments",
            {"id": ID, "order_id": "integer!", "status": "text!", "shipped_at": "timestamptz",
             "delivered_at": "timestamptz"},
            key("id"), foreign("order_id", "orders"),
            check("status IN ('pending', 'shipped', 'delivered')"),
        ),
    )  # fmt: skip
    sent, there = found["shipped_at"].is_not_null(), found["delivered_at"].is_not_null()
    assert (sent == found["status"].is_in(["shipped", "delivered"])).all()
    assert (there == (found["status"] == "delivered")).all()
    both = found.filter(pl.col("delivered_at").is_not_null())
    assert (both["delivered_at"] >= both["shipped_at"]).all()


@pytest.mark.parametrize("end", ["delivered_at", "returned_at", "finished_at"])
def test_what_is_written_down_when_it_has_come_does_not_lie_ahead(end: str) -> None:
    start = {"delivered_at": "shipped_at", "returned_at": "rented_at", "finished_at": "started_at"}[end]
    found = rows_of("parcels", table("parcels", {"id": ID, start: "timestamp!", end: "timestamp"}, key("id")))
    ends = found[end].drop_nulls()
    assert len(ends) > 50
    assert str(ends.max()) <= "2026-01-01"


@pytest.mark.parametrize("locale", ["pt_BR", "en_US"])
@pytest.mark.parametrize(
    ("name", "ages"),
    [("students", (6, 35)), ("patients", (0, 97)), ("employees", (19, 66)), ("customers", (18, 92))],
)
def test_people_are_as_old_as_their_table_says(locale: str, name: str, ages: tuple[int, int]) -> None:
    schema = schema_of(table(name, {"id": ID, "first_name": "text!", "birth_date": "date!"}, key("id")))
    plan = draft_plan(schema, rows=500, locale=locale).plan
    born = Engine(resolve(plan, schema)).rows(ref(name), np.arange(500, dtype=np.uint64), ["birth_date"])["birth_date"]
    years = [(plan.base_date - day).days / 365.2425 for day in born]
    assert ages[0] - 0.1 <= min(years)
    assert max(years) <= ages[1] + 0.1
    assert max(years) - min(years) > 0.6 * (ages[1] - ages[0])


def test_the_state_of_an_address_is_no_status() -> None:
    columns = {
        "id": ID, "customer_name": "text!", "city": "text!", "state": "text", "postal_code": "text!",
        "country": "text!",
    }  # fmt: skip
    found = rows_of("customers", table("customers", columns, key("id")))
    states = found["state"].drop_nulls()
    assert states.n_unique() > 15
    assert states.str.contains(r"^[A-Z0-9]").all()
    assert 0.25 < found["state"].null_count() / len(found) < 0.55  # most countries write none


@pytest.mark.parametrize("end", ["date!", "date"])
def test_versions_of_one_thing_follow_one_another(end: str) -> None:
    found = rows_of(
        "salaries",
        table("employees", {"id": ID, "hire_date": "date!"}, key("id")),
        table(
            "salaries", {"employee_id": "integer!", "amount": "integer!", "from_date": "date!", "to_date": end},
            key("employee_id", "from_date"), foreign("employee_id", "employees"),
        ),
        rows=600,
    ).sort("employee_id", "from_date")  # fmt: skip
    following = found.with_columns(
        pl.col("from_date").shift(-1).over("employee_id").alias("next"),
    ).filter(pl.col("next").is_not_null())
    assert len(following) > 20
    assert (following["to_date"] == following["next"]).all()
    assert 30_000 < (found["amount"].median() or 0) < 90_000


def test_a_sensor_is_read_in_even_steps_up_to_today() -> None:
    found = rows_of(
        "readings",
        table("sensors", {"id": ID, "name": "text!", "installed_at": "timestamptz!"}, key("id")),
        table(
            "readings",
            {"id": ID, "sensor_id": "integer!", "measured_at": "timestamptz!", "temperature": "numeric(5,2)!"},
            key("id"), foreign("sensor_id", "sensors"),
        ),
        rows=400,
    ).sort("sensor_id", "measured_at")  # fmt: skip
    steps = found.with_columns(step=pl.col("measured_at").diff().over("sensor_id")).drop_nulls("step")
    spread = steps.group_by("sensor_id").agg(pl.col("step").max(), pl.col("step").min().alias("least"), pl.len())
    many = spread.filter(pl.col("len") >= 4)
    assert len(many) > 10
    assert (many["step"].dt.total_seconds() / many["least"].dt.total_seconds().clip(1)).median() < 12
    assert str(found["measured_at"].max()) <= "2026-01-01"


def test_a_deal_is_closed_whichever_way_it_ends() -> None:
    found = rows_of(
        "deals",
        table(
            "deals", {"id": ID, "status": "text!", "opened_at": "timestamptz!", "closed_at": "timestamptz"}, key("id"),
            check("status IN ('open', 'won', 'lost')"),
        ),
    )  # fmt: skip
    assert set(found["status"]) == {"open", "won", "lost"}
    assert (found["closed_at"].is_not_null() == (found["status"] != "open")).all()


def test_won_and_lost_keep_moments_of_their_own() -> None:
    moments = {"opened_at": "timestamptz!", "won_at": "timestamptz", "lost_at": "timestamptz"}
    found = rows_of(
        "deals",
        table("deals", {"id": ID, "status": "text!", **moments}, key("id"), check("status IN ('open', 'won', 'lost')")),
    )
    assert (found["won_at"].is_not_null() == (found["status"] == "won")).all()
    assert (found["lost_at"].is_not_null() == (found["status"] == "lost")).all()
