"""What is held on a day that is known before, amounts in cents, and names that are those of persons."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from .conftest import foreign, key, table
from .test_believable import ID, rows_of

EVENTS = table(
    "events",
    {"id": ID, "title": "text!", "description": "text", "starts_at": "timestamp!", "ends_at": "timestamp",
     "doors_open_at": "timestamp", "sales_start_at": "timestamp", "sales_end_at": "timestamp",
     "published_at": "timestamp", "created_at": "timestamp!"},
    key("id"),
)  # fmt: skip
ORDERS = table(
    "orders",
    {"id": ID, "event_id": ID, "subtotal_cents": "integer!", "fees_cents": "integer!", "discount_cents": "integer!",
     "total_cents": "integer!", "created_at": "timestamp!"},
    key("id"), foreign("event_id", "events"),
)  # fmt: skip


def test_an_event_is_sold_before_it_begins() -> None:
    events = rows_of("events", EVENTS, ORDERS)
    assert (events["created_at"] < events["starts_at"]).all()
    for column in ("doors_open_at", "sales_start_at", "sales_end_at", "published_at"):
        there = events.filter(pl.col(column).is_not_null())
        assert there.height > 0
        assert (there[column] <= there["starts_at"]).all(), column
    doors = (events["starts_at"] - events["doors_open_at"]).dt.total_minutes()
    assert doors.min() >= 30  # type: ignore[operator]
    assert doors.max() <= 120  # type: ignore[operator]
    assert not events["description"].str.contains("queue|refused by user").any(), "no lines of a log"


def test_orders_follow_the_record_of_an_event_and_not_its_day() -> None:
    events, orders = (rows_of(name, EVENTS, ORDERS) for name in ("events", "orders"))
    both = orders.join(events, left_on="event_id", right_on="id", suffix="_event")
    assert (both["created_at"] >= both["created_at_event"]).all()
    assert (both["created_at"] < both["starts_at"]).any(), "tickets are sold before it begins"


def test_amounts_in_cents_add_up_as_others_do() -> None:
    orders = rows_of("orders", EVENTS, ORDERS)
    whole = orders["subtotal_cents"] + orders["fees_cents"] - orders["discount_cents"]
    assert (orders["total_cents"] == whole).all()
    assert (orders["discount_cents"] == 0).mean() > 0.5, "most have no discount"  # type: ignore[operator]
    kinds = table("ticket_types", {"id": ID, "name": "text!", "price_cents": "integer!"}, key("id"))
    tickets = table("tickets", {"id": ID, "ticket_type_id": ID, "attendee_name": "text", "price_cents": "integer!"},
                    key("id"), foreign("ticket_type_id", "ticket_types"))  # fmt: skip
    both = rows_of("tickets", kinds, tickets).join(
        rows_of("ticket_types", kinds, tickets), left_on="ticket_type_id", right_on="id", suffix="_type"
    )
    assert (both["price_cents"] == both["price_cents_type"]).all()
    assert both["attendee_name"].drop_nulls().str.contains("^[A-Z][a-z]+ [A-Z]").all(), "who attends, and no kind"


def test_lines_with_a_percentage_off_add_up_to_a_cent() -> None:
    orders = table("purchases", {"id": ID, "ordered_on": "date!", "total": "numeric(10,2)!"}, key("id"))
    lines = table(
        "purchase_lines", {"id": ID, "purchase_id": ID, "quantity": "smallint!", "unit_price": "numeric(8,2)!",
                           "discount_percent": "numeric(4,1)!"}, key("id"), foreign("purchase_id", "purchases"),
    )  # fmt: skip
    above, below = (rows_of(name, orders, lines) for name in ("purchases", "purchase_lines"))
    net = (
        below["quantity"]
        * below["unit_price"].cast(pl.Float64)
        * (1 - below["discount_percent"].cast(pl.Float64) / 100)
    )
    sums = below.with_columns(net=net).group_by("purchase_id").agg(pl.col("net").sum())
    both = above.join(sums, left_on="id", right_on="purchase_id")
    assert both.height > 100
    assert (both["total"].cast(pl.Float64) - both["net"]).abs().max() < 0.1  # type: ignore[operator]


@pytest.mark.parametrize(
    ("name", "column", "locale"),
    [
        ("visitas", "interessado_nome", "pt_BR"), ("vistorias", "vistoriador", "pt_BR"),
        ("passes", "visitor_name", "en_US"),
    ],
)  # fmt: skip
def test_who_does_something_is_a_person(name: str, column: str, locale: str) -> None:
    rows = rows_of(
        name, table(name, {"id": ID, "feito_em": "date!", column: "varchar(100)!"}, key("id")), locale=locale
    )
    assert rows[column].str.contains(r"^[A-ZÀ-Ý]\S+ .*[A-ZÀ-Ý]").all(), "names, and no words of an office"


@pytest.mark.parametrize("column", ["servidor", "identificador", "computador"])
def test_things_with_the_ending_of_who_does_something_stay_things(column: str) -> None:
    made = table(
        "registros", {"id": ID, "feito_em": "date!", column: "varchar(100)!", "nome": "varchar(80)!"}, key("id")
    )
    first = rows_of("registros", made, locale="pt_BR")[column].str.split(" ").list.first()
    assert not set(first) & {"Maria", "José", "Ana", "João", "Antônio"}


def test_copies_that_come_back_are_mostly_on_the_shelf() -> None:
    states = "text! # one of: available, on_loan, reserved, lost, repair"
    copies = table("copies", {"id": ID, "acquired_on": "date!", "status": states}, key("id"))
    counts: dict[Any, int] = dict(rows_of("copies", copies)["status"].value_counts().rows())
    assert counts["available"] == max(counts.values())
    assert counts["lost"] < counts["available"] / 4


def test_who_takes_a_course_passes_it_or_does_not() -> None:
    states = "text! # one of: cursando, aprovado, reprovado, transferido, evadido, trancado"
    taken = table("matriculas", {"id": ID, "data_matricula": "date!", "situacao": states}, key("id"))
    rows = rows_of("matriculas", taken, locale="pt_BR")
    counts: dict[Any, int] = dict(rows["situacao"].value_counts().rows())
    assert counts["aprovado"] > counts["reprovado"] > 0
    assert counts.get("evadido", 0) < rows.height / 5
    young = rows.filter(pl.col("data_matricula") > dt.date(2025, 12, 20))
    assert "cursando" in set(young["situacao"]) or young.is_empty()


def test_numbers_of_people_are_no_flags() -> None:
    columns = {"id": ID, "title": "text!", "capacity": "smallint!", "registered": "smallint!", "attended": "smallint",
               "quantity_available": "integer!"}  # fmt: skip
    rows = rows_of("workshops", table("workshops", columns, key("id")))
    assert rows["attended"].max() > 1  # type: ignore[operator]
    assert rows["quantity_available"].max() > 1  # type: ignore[operator]


def test_the_card_of_a_member_pays_for_nothing() -> None:
    rows = rows_of(
        "members", table("members", {"id": ID, "card_number": "varchar(14)!", "full_name": "text!"}, key("id"))
    )
    assert rows["card_number"].str.contains("^[0-9]+$").all()
