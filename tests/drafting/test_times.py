"""When things happen: visits at their time, what was planned before what was done, the next after the last."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from datalchemy_nb.contracts.plan import DEFAULT_BASE_DATE

from .conftest import check, foreign, key, table
from .test_believable import ID, rows_of

NOW = dt.datetime.combine(DEFAULT_BASE_DATE, dt.time())
VISIT = {
    "id": ID, "status": "text!", "starts_at": "timestamp!", "ends_at": "timestamp!", "cancelled_at": "timestamp",
    "created_at": "timestamp!",
}  # fmt: skip
CHECKS = (check("status IN ('scheduled','completed','cancelled','no_show')", "s"), check("ends_at > starts_at", "e"))


def test_a_visit_has_taken_place_when_its_time_has_come() -> None:
    found = rows_of("appointments", table("appointments", VISIT, key("id"), *CHECKS))
    lasts = (found["ends_at"] - found["starts_at"]).dt.total_minutes()
    assert lasts.min() > 0
    assert lasts.max() <= 180
    assert (found["created_at"] <= found["starts_at"]).all()
    assert found.filter(pl.col("status") == "completed")["starts_at"].max() <= NOW
    assert found.filter(pl.col("status") == "scheduled")["starts_at"].min() >= NOW


def test_what_is_written_of_a_visit_follows_it() -> None:
    notes = {"id": ID, "appointment_id": ID, "written_at": "timestamp!"}
    tables = (
        table("appointments", VISIT, key("id"), *CHECKS),
        table("notes", notes, key("id"), foreign("appointment_id", "appointments")),
    )
    visits, written = rows_of("appointments", *tables), rows_of("notes", *tables)
    assert (visits["ends_at"] - visits["starts_at"]).dt.total_minutes().max() <= 180
    joined = written.join(visits, left_on="appointment_id", right_on="id")
    assert (joined["written_at"] >= joined["starts_at"]).all()


def test_what_happens_follows_what_was_planned_for_it() -> None:
    trips = table(
        "trips",
        {"id": ID, "planned_departure": "timestamp!", "actual_departure": "timestamp", "planned_arrival": "timestamp!",
         "actual_arrival": "timestamp", "status": "text!"},
        key("id"), check("status IN ('scheduled','in_progress','completed','cancelled')"),
    )  # fmt: skip
    found = rows_of("trips", trips)
    late = (found["actual_departure"] - found["planned_departure"]).drop_nulls().dt.total_minutes()
    assert late.min() >= 0
    assert late.max() <= 200
    assert (found["planned_arrival"] >= found["planned_departure"]).all()
    arrived = found.drop_nulls("actual_arrival")
    assert (arrived["actual_arrival"] >= arrived["actual_departure"]).all()
    assert (
        found.filter(pl.col("status") == "scheduled")["actual_departure"].null_count()
        == (found["status"] == "scheduled").sum()
    )


def test_the_next_inspection_follows_the_last() -> None:
    found = rows_of(
        "trucks", table("trucks", {"id": ID, "last_inspection": "date!", "next_inspection": "date!"}, key("id"))
    )
    assert (found["next_inspection"] > found["last_inspection"]).all()
    assert (found["next_inspection"] > DEFAULT_BASE_DATE).any()


def test_a_guest_arrives_after_booking() -> None:
    stays = {"id": ID, "booked_at": "timestamp!", "check_in": "date!", "check_out": "date!"}
    found = rows_of("bookings", table("bookings", stays, key("id"), check("check_out > check_in")))
    assert (found["check_in"] >= found["booked_at"].dt.date()).all()
    assert (found["check_out"] - found["check_in"]).dt.total_days().max() <= 21


def test_what_a_default_fills_is_never_null_and_comes_first() -> None:
    tables = (
        table("buyers", {"id": ID, "created_at": "timestamptz=now()"}, key("id")),
        table(
            "orders",
            {"id": ID, "buyer_id": "integer", "views": "integer=0", "is_gift": "boolean=false",
             "created_at": "timestamptz=now()", "paid_at": "timestamptz", "shipped_at": "timestamptz"},
            key("id"), foreign("buyer_id", "buyers"),
        ),
    )  # fmt: skip
    found = rows_of("orders", *tables)
    assert all(found[name].null_count() == 0 for name in ("created_at", "views", "is_gift"))
    assert found["paid_at"].null_count() > 0
    paid = found.drop_nulls("paid_at")
    assert (paid["paid_at"] >= paid["created_at"]).all()


def test_who_has_a_visit_arrives_waits_is_seen_and_leaves() -> None:
    steps = {
        "id": ID,
        "scheduled_at": "timestamp!",
        "arrived_at": "timestamp",
        "started_at": "timestamp",
        "ended_at": "timestamp",
    }
    found = rows_of("visits", table("visits", steps, key("id"))).drop_nulls()
    assert len(found) > 100
    assert (found["arrived_at"] >= found["scheduled_at"]).all()
    assert (found["started_at"] >= found["arrived_at"]).all()
    assert (found["ended_at"] >= found["started_at"]).all()
    assert (found["ended_at"] - found["scheduled_at"]).dt.total_minutes().max() <= 300


@pytest.mark.parametrize(
    ("of", "first", "last"),
    [("cupons", "valido_de", "valido_ate"), ("devolucoes", "solicitado_em", "recebido_em"),
     ("returns", "requested_at", "received_at"), ("grants", "submitted_on", "decision_on")],
)  # fmt: skip
def test_what_ends_follows_what_begins(of: str, first: str, last: str) -> None:
    found = rows_of(of, table(of, {"id": ID, last: "timestamptz", first: "timestamptz"}, key("id")))
    told = found.drop_nulls([first, last])
    assert told.height > 0
    assert (told[first] <= told[last]).all()
