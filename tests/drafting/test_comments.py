"""Comments on columns that list, bound or show values: rows keep to them, and sentences are left alone."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from datalchemy_nb.drafting.comments import read_comment

from .conftest import check, foreign, key, table
from .test_believable import ID, rows_of


@pytest.mark.parametrize(
    ("comment", "codes"),
    [
        ("A=Ativo, I=Inativo, B=Bloqueado", {"A": "Ativo", "I": "Inativo", "B": "Bloqueado"}),
        ("Status do pedido: A=Aberto, F=Fechado", {"A": "Aberto", "F": "Fechado"}),
        ("1 - Ativo; 2 - Inativo", {"1": "Ativo", "2": "Inativo"}),
        ("1-Ativo 2-Inativo", {"1": "Ativo", "2": "Inativo"}),
        ("A: active, I: inactive and P: pending", {"A": "active", "I": "inactive", "P": "pending"}),
        ("Order state (0 = draft; 1 = placed; 9 = cancelled)", {"0": "draft", "1": "placed", "9": "cancelled"}),
        ("A (Ativo), I (Inativo)", {"A": "Ativo", "I": "Inativo"}),
        ("0: masculino\n1: feminino", {"0": "masculino", "1": "feminino"}),
        ("Indica se o cliente está ativo (S/N)", {"S": "S", "N": "N"}),
        ("S ou N", {"S": "S", "N": "N"}),
        ("one of: draft, sent or paid", {"draft": "draft", "sent": "sent", "paid": "paid"}),
        ("Tipo: 'PF' ou 'PJ'", {"PF": "PF", "PJ": "PJ"}),
        ("low | medium | high", {"low": "low", "medium": "medium", "high": "high"}),
    ],
)
def test_a_comment_lists_codes(comment: str, codes: dict[str, str]) -> None:
    assert dict(read_comment(comment).codes) == codes


@pytest.mark.parametrize(
    "comment",
    [
        "Default: 0. Note: do not use", "E-mail of the co-author - used for login", "Date - when it was paid",
        "Speed in km/h", "Ratio of A/B tests", "N/A if unknown", "24/7", "Foreign key to users: id", "1:30, 2:45",
        "https://example.org/a: first, b: second", "Start: when it starts, end: when it ends", "2020-2021",
    ],
)  # fmt: skip
def test_sentences_list_nothing(comment: str) -> None:
    said = read_comment(comment)
    assert (dict(said.codes), said.between, said.example) == ({}, None, None)


@pytest.mark.parametrize(
    ("comment", "between", "example"),
    [
        ("Nota de 0 a 100", (0, 100), None),
        ("between 1 and 5 stars", (1, 5), None),
        ("0..1", (0, 1), None),
        ("Código no ERP, ex.: CLI-00123", None, r"CLI-\d{5}"),
        ("Reference, e.g. BR-0001", None, r"BR-\d{4}"),
    ],
)
def test_a_comment_gives_a_range_or_an_example(comment: str, between: Any, example: str | None) -> None:
    assert (read_comment(comment).between, read_comment(comment).example) == (between, example)


def share_of(held: pl.Series) -> float:
    return int(held.sum()) / len(held)


ORDERS = table(
    "orders",
    {
        "id": ID, "customer": "text", "placed_at": "timestamptz!", "paid_at": "timestamptz",
        "status": "smallint! # 0 = open; 1 = paid; 9 = cancelled",
        "priority": "smallint! # 1 = low, 2 = normal, 3 = high",
        "gift_wrapped": "char(1)! # Y/N", "score": "integer! # between 0 and 10", "code": "text! # e.g. BR-0001",
    },
    key("id"),
)  # fmt: skip


def test_numbers_that_a_comment_explains_are_states_with_their_moments() -> None:
    found = rows_of("orders", ORDERS)
    shares = {status: share_of(found["status"] == status) for status in found["status"].unique()}
    assert set(shares) == {0, 1, 9}
    assert shares[1] > 0.6, "most are paid"
    assert shares[9] < 0.2, "few are cancelled"
    paid = found.filter(pl.col("status") == 1)
    assert paid["paid_at"].null_count() == 0
    assert (paid["paid_at"] > paid["placed_at"]).all()
    assert found.filter(pl.col("status") == 0)["paid_at"].null_count() == (found["status"] == 0).sum()


def test_codes_ranges_and_examples_are_in_the_rows() -> None:
    found = rows_of("orders", ORDERS)
    assert set(found["priority"]) == {1, 2, 3}
    assert share_of(found["priority"] == 2) > 0.38, "the middle of a scale is met most"
    assert set(found["gift_wrapped"]) == {"Y", "N"}
    assert share_of(found["gift_wrapped"] == "Y") < 0.2, "few are gifts"
    assert found["score"].is_between(0, 10).all()
    assert found["code"].str.contains(r"^BR-\d{4}$").all()


def test_codes_that_the_column_cannot_hold_are_left_alone() -> None:
    made = table(
        "items", {"id": ID, "kind": "char(1)! # raw: bought, made: made here", "size": "integer! # S/M/L"}, key("id")
    )
    found = rows_of("items", made)
    assert not set(found["kind"]) & {"raw", "made"}
    assert found["size"].dtype.is_integer()


def test_a_comment_explains_what_a_check_lists() -> None:
    made = table(
        "accounts", {"id": ID, "status": "integer! # 1 - Active, 2 - Blocked"}, key("id"),
        check("status = ANY (ARRAY[1, 2])"),
    )  # fmt: skip
    assert share_of(rows_of("accounts", made)["status"] == 1) > 0.7


def test_credits_and_debits_by_their_letters_move_the_balance() -> None:
    accounts = table("accounts", {"id": ID, "number": "text!", "balance": "numeric(12,2)!"}, key("id"))
    moves = table(
        "transactions", {"id": ID, "account_id": ID, "kind": "char(1)! # C: credit, D: debit",
                         "amount": "numeric(10,2)!", "balance_after": "numeric(12,2)!", "created_at": "timestamptz!"},
        key("id"), foreign("account_id", "accounts"),
    )  # fmt: skip
    made = rows_of("transactions", accounts, moves).with_columns(
        signed=pl.when(pl.col("kind") == "D").then(-pl.col("amount")).otherwise(pl.col("amount"))
    )
    assert set(made["kind"]) == {"C", "D"}
    so_far = made.select(pl.col("signed").cum_sum().over("account_id", order_by="created_at"))["signed"]
    assert (so_far == made["balance_after"]).all()
