"""What an expert of a trade expects of a row: loans that are paid off, names of the right kind of client, hours."""

from __future__ import annotations

import json

import polars as pl

from .conftest import check, foreign, key, table
from .test_believable import ID, rows_of


def test_a_loan_is_paid_off_by_its_months() -> None:
    loans = table(
        "loans",
        {"id": ID, "principal": "numeric(12,2)!", "interest_rate": "numeric(5,2)!", "term_months": "integer!",
         "monthly_payment": "numeric(12,2)!", "outstanding_balance": "numeric(12,2)!", "disbursed_on": "date!",
         "maturity_date": "date!"},
        key("id"),
    )  # fmt: skip
    found = rows_of("loans", loans)
    paid = found["monthly_payment"].cast(pl.Float64) * found["term_months"]
    lent = found["principal"].cast(pl.Float64)
    assert (paid > 0.99 * lent).all()
    assert (paid < 1.8 * lent).all()
    assert (found["outstanding_balance"] <= found["principal"]).all()
    assert (found["maturity_date"] == found["disbursed_on"].dt.offset_by(pl.format("{}mo", found["term_months"]))).all()


def test_firms_have_no_given_name_and_people_no_firm() -> None:
    clients = table(
        "clients",
        {"id": ID, "client_type": "text!", "first_name": "text", "last_name": "text", "company_name": "text",
         "email": "text!"},
        key("id"), check("client_type IN ('individual','business')"),
    )  # fmt: skip
    found = rows_of("clients", clients)
    people = found.filter(pl.col("client_type") == "individual")
    firms = found.filter(pl.col("client_type") == "business")
    assert people["company_name"].is_null().all()
    assert people["first_name"].is_not_null().all()
    assert firms["company_name"].is_not_null().all()
    assert firms["first_name"].is_null().all()


def test_opening_hours_are_hours_of_weekdays() -> None:
    found = rows_of("shops", table("shops", {"id": ID, "name": "text!", "opening_hours": "jsonb!"}, key("id")))
    hours = [json.loads(one) for one in found["opening_hours"]]
    assert all(next(iter(one)) == "monday" and len(one) == 7 for one in hours)
    assert any(one["sunday"] == "closed" for one in hours)


def test_an_airport_bears_the_name_of_its_city() -> None:
    places = {"id": ID, "name": "text!", "city": "text!", "country_code": "char(2)!"}
    found = rows_of("airports", table("airports", places, key("id")))
    assert (found["name"] == found["city"] + " Airport").all()


def test_an_instalment_is_its_part_of_the_loan_and_the_interest() -> None:
    loans = table(
        "loans",
        {"id": ID, "principal": "numeric(12,2)!", "interest_rate": "numeric(5,2)!", "term_months": "integer!",
         "monthly_payment": "numeric(12,2)!"},
        key("id"),
    )  # fmt: skip
    paid = table(
        "loan_payments",
        {"id": ID, "loan_id": "integer!", "principal_part": "numeric(12,2)!", "interest_part": "numeric(12,2)!",
         "total_due": "numeric(12,2)!"},
        key("id"), foreign("loan_id", "loans"),
    )  # fmt: skip
    found = rows_of("loan_payments", loans, paid).join(
        rows_of("loans", loans, paid), left_on="loan_id", right_on="id", how="left"
    )
    assert (found["total_due"] == found["principal_part"] + found["interest_part"]).all()
    assert ((found["total_due"] - found["monthly_payment"]).cast(pl.Float64).abs() < 0.02).all()


def test_charges_of_a_bill_are_its_lines_of_that_kind_and_of_the_month_before() -> None:
    bills = table(
        "bills",
        {"id": ID, "issue_date": "date!", "period_start": "date!", "period_end": "date!",
         "recurring_charges": "numeric(10,2)!", "usage_charges": "numeric(10,2)!", "total_amount": "numeric(10,2)!"},
        key("id"),
    )  # fmt: skip
    items = table(
        "bill_items",
        {"id": ID, "bill_id": "integer!", "charge_type": "text!", "quantity": "integer!",
         "unit_price": "numeric(10,2)!", "amount": "numeric(10,2)!"},
        key("id"), foreign("bill_id", "bills"), check("charge_type IN ('recurring','usage','one_time')"),
    )  # fmt: skip
    found, lines = rows_of("bills", bills, items), rows_of("bill_items", bills, items)
    for kind in ("recurring", "usage"):
        summed = lines.filter(pl.col("charge_type") == kind).group_by("bill_id").agg(pl.col("amount").sum())
        told = found.join(summed, left_on="id", right_on="bill_id", how="left")
        assert (told[f"{kind}_charges"].cast(pl.Float64) == told["amount"].cast(pl.Float64).fill_null(0)).all()
    assert (found["period_start"] < found["period_end"]).all()
    assert (found["period_end"] < found["issue_date"]).all()


def test_what_is_taken_out_lowers_the_balance() -> None:
    accounts = table("accounts", {"id": ID, "current_balance": "numeric(14,2)!"}, key("id"))
    moved = table(
        "transactions",
        {"id": ID, "account_id": "integer!", "transaction_type": "text!", "amount": "numeric(12,2)!",
         "balance_after": "numeric(14,2)!"},
        key("id"), foreign("account_id", "accounts"),
        check("transaction_type IN ('deposit','withdrawal','fee','interest')", "kinds"),
        check("amount > 0", "positive"),
    )  # fmt: skip
    found = rows_of("transactions", accounts, moved).sort("id")
    taken = pl.col("transaction_type").is_in(["withdrawal", "fee"])
    change = pl.when(taken).then(-pl.col("amount")).otherwise(pl.col("amount"))
    told = found.with_columns(change.cum_sum().over("account_id").alias("so_far"))
    assert (told["balance_after"] == told["so_far"]).all()
    assert 0.2 < found.select(taken.mean()).item() < 0.5


def test_odometers_rise_with_the_days() -> None:
    vehicles = table("vehicles", {"id": ID, "plate": "text!", "odometer_km": "integer!"}, key("id"))
    fuel = table(
        "fuel_logs", {"id": ID, "vehicle_id": "integer!", "filled_at": "timestamptz!", "odometer": "integer!"},
        key("id"), foreign("vehicle_id", "vehicles"),
    )  # fmt: skip
    found = rows_of("fuel_logs", vehicles, fuel).sort("vehicle_id", "filled_at")
    later = found.select(pl.col("odometer").diff().over("vehicle_id")).to_series().drop_nulls()
    assert later.len() > 0
    assert (later >= 0).all()
    run = found.join(rows_of("vehicles", vehicles, fuel), left_on="vehicle_id", right_on="id")
    assert (run["odometer"] <= run["odometer_km"]).all()


def test_a_meter_shows_what_it_showed_before_and_what_was_used() -> None:
    meters = table("medidores", {"id": ID, "numero_serie": "text!"}, key("id"))
    read = table(
        "leituras",
        {"id": ID, "medidor_id": "integer!", "data_leitura": "date!", "leitura_anterior": "numeric(12,2)!",
         "leitura_atual": "numeric(12,2)!", "consumo": "numeric(10,2)!"},
        key("id"), foreign("medidor_id", "medidores"),
    )  # fmt: skip
    found = rows_of("leituras", meters, read).sort("medidor_id", "data_leitura", "id")
    assert (found["leitura_atual"] == found["leitura_anterior"] + found["consumo"]).all()
    before = found.select(pl.col("leitura_atual").shift(1, fill_value=0).over("medidor_id")).to_series()
    assert (found["leitura_anterior"] == before).all()
