"""Columns of a row that tell of one thing: what was expected and came, what befell and why, how long and until when."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from .conftest import foreign, key, table
from .test_believable import ID, rows_of


@pytest.mark.parametrize(
    ("name", "columns"),
    [
        ("shipments", ("shipped_at", "expected_at", "arrived_at")),
        ("entregas", ("enviado_em", "previsao_entrega", "entregue_em")),
    ],
)
def test_what_was_expected_is_about_when_it_came(name: str, columns: tuple[str, str, str]) -> None:
    begun, foreseen, came = columns
    rows = rows_of(
        name, table(name, {"id": ID, begun: "timestamptz!", foreseen: "timestamptz", came: "timestamptz"}, key("id"))
    )
    there = rows.filter(pl.col(came).is_not_null())
    apart = (there[foreseen] - there[came]).dt.total_hours().abs()
    assert there.height > 100
    assert apart.max() <= 72  # type: ignore[operator]
    assert (there[foreseen] < there[came]).mean() < 0.4, "most come in time"  # type: ignore[operator]
    assert (there[foreseen] < there[came]).any(), "and some are late"
    assert (rows[foreseen] >= rows[begun]).all()


def test_there_is_a_reason_where_something_befell_a_row() -> None:
    lines = table(
        "lines", {"id": ID, "activated_on": "date!", "terminated_on": "date", "termination_reason": "text"}, key("id")
    )
    rows = rows_of("lines", lines)
    ended = rows["terminated_on"].is_not_null()
    assert 0 < ended.sum() < rows.height / 2
    assert rows.filter(~ended)["termination_reason"].null_count() == (~ended).sum()
    assert rows.filter(ended)["termination_reason"].null_count() < ended.sum() / 2


def test_a_state_brings_its_reason() -> None:
    states = "text! # one of: requested, approved, rejected"
    rows = rows_of("visas", table("visas", {"id": ID, "asked_at": "timestamptz!", "status": states,
                                            "rejected_because_reason": "text"}, key("id")))  # fmt: skip
    told = rows.filter(pl.col("rejected_because_reason").is_not_null())
    assert told.height > 0
    assert set(told["status"]) == {"rejected"}


def test_a_call_ends_when_its_length_is_over() -> None:
    calls = {"id": ID, "started_at": "timestamptz!", "ended_at": "timestamptz", "duration_seconds": "integer!"}
    rows = rows_of("call_records", table("call_records", calls, key("id")))
    assert ((rows["ended_at"] - rows["started_at"]).dt.total_seconds() == rows["duration_seconds"]).all()


BILLS = table(
    "bills",
    {"id": ID, "period_start": "date!", "period_end": "date!", "issued_on": "date!", "due_on": "date!",
     "subtotal": "numeric(10,2)!", "tax": "numeric(10,2)!", "total": "numeric(10,2)!", "paid_on": "date",
     "status": "varchar(10)!"},
    key("id"),
)  # fmt: skip
LINES = table("bill_lines", {"id": ID, "bill_id": ID, "charge_type": "varchar(20)!", "amount": "numeric(10,2)!"},
              key("id"), foreign("bill_id", "bills"))  # fmt: skip


def test_the_lines_of_a_bill_are_no_bills() -> None:
    bills, lines = rows_of("bills", BILLS, LINES), rows_of("bill_lines", BILLS, LINES)
    sums = lines.group_by("bill_id").agg(pl.col("amount").sum())
    both = bills.join(sums, left_on="id", right_on="bill_id")
    assert both.height > 100
    assert (both["subtotal"] == both["amount"]).all()
    assert (bills["total"] == bills["subtotal"] + bills["tax"]).all()
    assert (bills["period_end"] < bills["issued_on"]).all()
    paid = bills.filter(pl.col("paid_on").is_not_null())
    assert (paid["paid_on"] >= paid["issued_on"]).all()
    assert set(paid["status"]) == {"paid"}, "states that fit the column pass in time, though the longest does not fit"


@pytest.mark.parametrize("month", ["date!", "char(7)!"])
def test_a_fee_is_due_in_its_month_and_paid_around_then(month: str) -> None:
    fees: dict[str, Any] = {"id": ID, "aluno": "text!", "competencia": month, "vencimento": "date!",
                            "valor": "numeric(10,2)!", "data_pagamento": "date", "valor_pago": "numeric(10,2)"
    }  # fmt: skip
    rows = rows_of("mensalidades", table("mensalidades", fees, key("id")), locale="pt_BR")
    named = rows["vencimento"].dt.strftime("%m/%Y") if month != "date!" else rows["vencimento"].dt.truncate("1mo")
    assert (rows["competencia"] == named).all()
    paid = rows.filter(pl.col("data_pagamento").is_not_null())
    assert paid.height > rows.height / 2
    assert (paid["data_pagamento"] - paid["vencimento"]).dt.total_days().abs().max() <= 14  # type: ignore[operator]
    assert (paid["valor_pago"] == paid["valor"]).all()
    assert rows.filter(pl.col("data_pagamento").is_null())["valor_pago"].null_count() == rows.height - paid.height


def test_a_workshop_works_by_day_and_its_totals_add_up() -> None:
    orders = {"id": ID, "opened_at": "timestamptz!", "labor_total": "numeric(10,2)!", "parts_total": "numeric(10,2)!",
              "total": "numeric(10,2)!"}  # fmt: skip
    rows = rows_of("work_orders", table("work_orders", orders, key("id")))
    assert rows["opened_at"].dt.hour().is_between(7, 18).all()
    assert (rows["opened_at"].dt.weekday() < 7).all(), "closed on Sundays"
    assert (rows["total"] == rows["labor_total"] + rows["parts_total"]).all()


@pytest.mark.parametrize(
    ("name", "columns", "locale"),
    [
        ("leases", ("start_date", "end_date", "term_months"), "en_US"),
        ("contratos", ("data_inicio", "data_fim", "prazo_meses"), "pt_BR"),
    ],
)
def test_a_contract_ends_when_its_months_are_over(name: str, columns: tuple[str, str, str], locale: str) -> None:
    start, end, months = columns
    made = table(name, {"id": ID, start: "date!", end: "date!", months: "integer!"}, key("id"))
    rows = rows_of(name, made, locale=locale)
    ended = rows.select(pl.col(start).dt.offset_by(pl.format("{}mo", months)))[start]
    assert (ended == rows[end]).all()
