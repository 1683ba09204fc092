"""What wide schemas of firms have: standards of which few are used, histories that end with today, bounded numbers."""

from __future__ import annotations

from .conftest import Judge, check, key, table
from .conftest import foreign as fk
from .test_trade import drafted

ID = "integer!"


def test_of_all_units_a_firm_uses_few() -> None:
    made = drafted(
        table("unit_measure", {"id": ID, "name": "text!", "modified_at": "timestamp!"}, key("id")),
        table("parts", {"id": ID, "name": "text!", "unit_id": ID, "price": "numeric(8,2)!"}, key("id"),
              fk("unit_id", "unit_measure")),
    )  # fmt: skip
    used, listed = made["parts"]["unit_id"].n_unique(), len(made["unit_measure"])
    assert listed < 25 or used < listed / 2


def test_a_history_of_prices_ends_with_what_the_price_is() -> None:
    made = drafted(
        table("product", {"id": ID, "name": "text!", "cost": "numeric(8,2)!"}, key("id")),
        table("product_cost_history", {"id": ID, "product_id": ID, "cost": "numeric(8,2)!"}, key("id"),
              fk("product_id", "product")),
    )  # fmt: skip
    beside = made["product_cost_history"].join(made["product"], left_on="product_id", right_on="id")
    share = (beside["cost"] == beside["cost_right"]).mean()
    assert 0.6 <= share <= 0.9  # type: ignore[operator]


def test_a_number_that_only_has_a_lower_bound_is_small(judge: Judge) -> None:
    found = judge("product", "days_to_assemble", "integer!", check("days_to_assemble >= 0"), locale="en_US")
    assert found.distribution is not None


def test_who_has_a_history_was_hired_before_it_begins() -> None:
    made = drafted(
        table("employee", {"id": ID, "jobtitle": "text!", "birthdate": "date!", "hiredate": "date!"}, key("id")),
        table("employeedepartmenthistory", {"employee_id": ID, "startdate": "date!", "enddate": "date"},
              key("employee_id", "startdate"), fk("employee_id", "employee")),
    )  # fmt: skip
    beside = made["employeedepartmenthistory"].join(made["employee"], left_on="employee_id", right_on="id")
    assert (beside["startdate"] >= beside["hiredate"]).all()


def test_commissions_are_of_those_who_sell_and_fit_a_share_of_one(judge: Judge) -> None:
    found = judge("employees", "commission_pct", "numeric(2,2)", locale="en_US")
    assert found.null_rate is not None
    assert found.null_rate > 0.5
    assert max(found.params["values"]) < 1


def test_no_order_is_without_a_line_where_lines_are_numbered_and_name_each_product_once() -> None:
    made = drafted(
        table("products", {"id": ID, "name": "text!", "unit_price": "numeric(8,2)!"}, key("id")),
        table("orders", {"id": ID, "customer": "text!"}, key("id")),
        table(
            "order_items",
            {"order_id": ID, "line_item_id": ID, "product_id": ID, "quantity": ID, "unit_price": "numeric(8,2)!"},
            key("order_id", "line_item_id"), key("product_id", "order_id", kind="unique"),
            fk("order_id", "orders"), fk("product_id", "products"),
        ),
    )  # fmt: skip
    lines = made["order_items"]
    assert set(lines["order_id"]) == set(made["orders"]["id"])
    assert lines.group_by("order_id").agg(first="line_item_id").select("first").explode("first").min().item() == 1
    assert lines.select("order_id", "product_id").is_unique().all()


def test_airlines_and_films_have_words_of_their_own(judge: Judge) -> None:
    flights = judge("flights", "seat_no", "text", locale="en_US")
    assert flights.params["pattern"].endswith("[A-F]")
    film = judge("movies", "rating", "text", locale="en_US")
    assert "PG-13" in film.params["values"]
    assert judge("movies", "duration", "text", locale="en_US").params["pattern"].endswith(" min")
