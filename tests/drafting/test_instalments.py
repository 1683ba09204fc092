"""Instalments, bills, grants and campaigns: what is due, paid, granted and raised agrees."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest

from .conftest import foreign, key, table
from .test_believable import ID, rows_of

TODAY = dt.date(2026, 1, 1)
SALES = table("sales", {"id": ID, "sold_at": "timestamptz!", "total": "numeric(10,2)!", "installments": ID}, key("id"))
PARTS = table(
    "sale_installments",
    {"id": ID, "sale_id": ID, "number": ID, "due_date": "date!", "amount": "numeric(10,2)!", "paid_on": "date",
     "amount_paid": "numeric(10,2)", "status": "text!"},
    key("id"), foreign("sale_id", "sales"),
)  # fmt: skip
VENDAS = table(
    "vendas", {"id": ID, "data_venda": "date!", "valor_total": "numeric(10,2)!", "qtd_parcelas": ID}, key("id")
)
PARCELAS = table(
    "parcelas",
    {"id": ID, "venda_id": ID, "numero_parcela": ID, "data_vencimento": "date!", "valor_parcela": "numeric(10,2)!",
     "data_pagamento": "date", "valor_pago": "numeric(10,2)", "situacao": "char(1)! # A=Aberta, P=Paga, V=Vencida"},
    key("id"), foreign("venda_id", "vendas"),
)  # fmt: skip
IN_ENGLISH = (SALES, PARTS), ("sold_at", "total", "installments"), (
    "sale_id", "number", "due_date", "amount", "paid_on", "amount_paid", "status",
)  # fmt: skip
IN_PORTUGUESE = (VENDAS, PARCELAS), ("data_venda", "valor_total", "qtd_parcelas"), (
    "venda_id", "numero_parcela", "data_vencimento", "valor_parcela", "data_pagamento", "valor_pago", "situacao",
)  # fmt: skip


def instalments(told: Any) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Sales and their instalments under English names."""
    (above, below), whole, part = told
    sales = rows_of(above["name"], above, below).rename(dict(zip(whole, IN_ENGLISH[1], strict=True)))
    return sales, rows_of(below["name"], above, below).rename(dict(zip(part, IN_ENGLISH[2], strict=True)))


@pytest.mark.parametrize("told", [IN_ENGLISH, IN_PORTUGUESE], ids=["en", "pt"])
def test_instalments_are_numbered_monthly_and_add_up(told: Any) -> None:
    sales, parts = instalments(told)
    sums = parts.group_by("sale_id").agg(
        pl.col("amount").sum().alias("paid"), pl.len().alias("parts"), pl.col("number").sort(),
        pl.col("amount").max().alias("most"), pl.col("amount").min().alias("least"),
    )  # fmt: skip
    both = sales.join(sums, left_on="id", right_on="sale_id")
    assert (both["total"] == both["paid"]).all()
    assert (both["installments"] == both["parts"]).all()
    assert all(numbers == list(range(1, len(numbers) + 1)) for numbers in both["number"].to_list())
    assert (both["most"] - both["least"]).cast(pl.Float64).max() < 0.011, "equal parts, but for a cent"  # type: ignore[operator]
    dated = parts.join(sales.select("id", pl.col("sold_at").cast(pl.Date)), left_on="sale_id", right_on="id")
    due = dated.select(pl.col("sold_at").dt.offset_by(pl.format("{}mo", "number")))["sold_at"]
    assert (due == dated["due_date"]).all()


@pytest.mark.parametrize("told", [IN_ENGLISH, IN_PORTUGUESE], ids=["en", "pt"])
def test_what_is_due_is_mostly_paid_as_its_state_says(told: Any) -> None:
    _, parts = instalments(told)
    parts = parts.with_columns(pl.col("status").str.to_lowercase().str.slice(0, 1).replace({"a": "o", "v": "l"}))
    parts = parts.with_columns(late=(pl.col("due_date") < TODAY) & pl.col("paid_on").is_null())
    paid = parts.filter(pl.col("paid_on").is_not_null())
    assert 0.75 < len(paid) / len(parts.filter(pl.col("due_date") < TODAY)) < 1.05
    assert (paid["paid_on"] <= TODAY).all()
    assert (paid["paid_on"] - paid["due_date"]).dt.total_days().abs().max() <= 10  # type: ignore[operator]
    assert (paid["amount_paid"] == paid["amount"]).all()
    assert set(paid["status"]) == {"p"}
    open_ = parts.filter(pl.col("paid_on").is_null())
    assert open_["amount_paid"].null_count() == len(open_)
    assert "p" not in set(open_["status"])
    assert open_.filter("late")["status"].n_unique() == 1


def test_a_bill_is_paid_in_full_or_not_at_all_and_never_before_it_is_issued() -> None:
    bills = table(
        "invoices", {"id": ID, "issue_date": "date!", "due_date": "date!", "amount": "numeric(10,2)!",
                     "amount_paid": "numeric(10,2)!", "paid_date": "date"}, key("id"),
    )  # fmt: skip
    made = rows_of("invoices", bills)
    paid = made.filter(pl.col("paid_date").is_not_null())
    assert 0.5 < len(paid) / len(made) < 1
    assert (made["due_date"] >= made["issue_date"]).all()
    assert (paid["paid_date"] >= paid["issue_date"]).all()
    assert (paid["amount_paid"] == paid["amount"]).all()
    assert (made.filter(pl.col("paid_date").is_null())["amount_paid"] == 0).all()


@pytest.mark.parametrize(
    ("asked", "granted"), [("requested_amount", "awarded_amount"), ("claimed_amount", "approved_amount")]
)
def test_no_more_is_granted_than_was_asked_for(asked: str, granted: str) -> None:
    columns = {"id": ID, asked: "numeric(12,2)!", granted: "numeric(12,2)", "paid_amount": "numeric(12,2)"}
    made = rows_of("grants", table("grants", columns, key("id"))).filter(pl.col(granted).is_not_null())
    assert len(made) > 200
    assert (made[granted] <= made[asked]).all()
    assert (made["paid_amount"] == made[granted]).all()


def test_what_was_raised_is_the_sum_of_the_donations() -> None:
    campaigns = table("campaigns", {"id": ID, "name": "text!", "raised_amount": "numeric(12,2)!"}, key("id"))
    gifts = table(
        "donations", {"id": ID, "campaign_id": "integer", "amount": "numeric(10,2)!", "donated_at": "timestamptz!"},
        key("id"), foreign("campaign_id", "campaigns"),
    )  # fmt: skip
    given = rows_of("donations", campaigns, gifts)
    assert given["campaign_id"].null_count() == 0
    sums = given.group_by("campaign_id").agg(pl.col("amount").sum())
    made = rows_of("campaigns", campaigns, gifts).join(sums, left_on="id", right_on="campaign_id", how="left")
    assert (made["raised_amount"] == made["amount"].fill_null(0)).all()
