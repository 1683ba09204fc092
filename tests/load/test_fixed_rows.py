"""Rows that a plan lists stand in front of those it makes, and constraints hold across both."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from datalchemy_nb.errors import PlanInvalid
from datalchemy_nb.session import Session

DDL = """
CREATE SCHEMA s;
CREATE TYPE s.tier AS ENUM ('free', 'paid');
CREATE TABLE s.offer (
    id integer PRIMARY KEY, code varchar(8) NOT NULL UNIQUE, tier s.tier NOT NULL,
    price numeric(8, 2) NOT NULL, promotion numeric(8, 2) CHECK (promotion < price),
    seats integer NOT NULL, CHECK (tier <> 'free' OR seats = 1)
);
CREATE TABLE s.account (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    login text NOT NULL UNIQUE, is_admin boolean NOT NULL DEFAULT false,
    offer integer NOT NULL REFERENCES s.offer, guest_of bigint REFERENCES s.account,
    fee numeric(8, 2), since timestamptz NOT NULL
);
"""
OFFERS = [
    {"id": 10, "code": "FREE", "tier": "free", "price": 0, "promotion": None, "seats": 1},
    {"id": 2, "code": "PRO", "tier": "paid", "price": "49.90", "promotion": 39},
    {"id": 30, "code": "TEAM", "tier": "paid", "price": 199, "promotion": None},
]
ADMIN = {"login": "admin", "is_admin": True, "offer": 30, "since": "2025-01-01T00:00:00Z"}


def plan_of(offers: list[dict[str, Any]], accounts: list[dict[str, Any]]) -> dict[str, Any]:
    def rule(table: str, column: str, generator: str, **params: Any) -> dict[str, Any]:
        return {
            "type": "column_generator", "schema": "s", "table": table, "column": column, "generator": generator,
            "params": params,
        }  # fmt: skip

    return {
        "plan_version": "0.3",
        "seed": 5,
        "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
        "targets": [
            {"schema": "s", "table": "offer", "rows": 8, "fixed": offers},
            {"schema": "s", "table": "account", "rows": 400, "fixed": accounts},
        ],
        "rules": [
            rule("offer", "code", "primitive.text.pattern", pattern="(FREE|PRO|TEAM|AAAA|BBBB|CCCC|DDDD|EEEE)"),
            {"type": "copy", "schema": "s", "table": "account", "column": "fee", "from": "offer.price"},
        ],
        "options": {"infer": False, "strict": True},
    }


@pytest.fixture(scope="module")
def url(database) -> str:
    return database(DDL)


@pytest.fixture(scope="module")
def session(url: str, tmp_path_factory: pytest.TempPathFactory) -> Session:
    found = Session(out_dir=tmp_path_factory.mktemp("fixed") / "runs")
    found.introspect(url)
    return found


def test_they_are_the_first_and_keys_hold_across_both(session: Session, url: str) -> None:
    run = session.generate(plan_of(OFFERS, [ADMIN, ADMIN | {"login": "audit", "guest_of": 1}]))
    offers = pl.read_csv(run.directory / "s.offer.csv")
    assert offers["id"].to_list()[:3] == [10, 2, 30]
    assert offers["code"].to_list()[:3] == ["FREE", "PRO", "TEAM"]
    assert set(offers["code"][3:]) == {"AAAA", "BBBB", "CCCC", "DDDD", "EEEE"}
    accounts = pl.read_csv(run.directory / "s.account.csv")
    assert accounts["id"].to_list() == list(range(1, 401))
    assert accounts.select("login", "is_admin", "offer", "fee").row(0) == ("admin", True, 30, 199.0)
    assert accounts["guest_of"][1] == 1
    assert set(accounts["offer"]) == set(offers["id"])
    assert session.evaluate(run).metrics.violations == ()
    assert session.verify(run, workers=2).ok
    assert session.load(run, url).report.rows == 408
    small = session.generate(plan_of(OFFERS, [ADMIN]), chunk_rows=7)
    large = session.generate(plan_of(OFFERS, [ADMIN]))
    assert (small.directory / "s.account.csv").read_bytes() == (large.directory / "s.account.csv").read_bytes()


@pytest.mark.parametrize(
    ("offers", "accounts", "said"),
    [
        ([{"seats": 5, "tier": "free"}], [], r"s\.offer: fixed row 0 does not hold CHECK offer_check1"),
        ([{"price": 5, "promotion": 6}], [], r"s\.offer: fixed row 0 does not hold CHECK offer_check"),
        ([{"id": 1}, {"id": 1}], [], r"s\.offer: fixed row 1 repeats the key of another row \(offer_pkey\)"),
        ([], [{"offer": 999}], r"s\.account: fixed row 0 has no parent in s\.offer by offer"),
        ([{"tier": "gold"}], [], "the value is none of free, paid"),
        ([{"code": "much too long"}], [], "the value is longer than 8 characters"),
        ([{"price": "x"}], [], "the value is no numeric"),
        ([{"price": None}], [], "it is NOT NULL"),
        ([{"prize": 1}], [], "has no column 'prize'|did you mean|no such column"),
    ],
)  # fmt: skip
def test_what_they_break_is_said_before_the_run(
    session: Session, offers: list[dict[str, Any]], accounts: list[dict[str, Any]], said: str
) -> None:
    with pytest.raises(PlanInvalid, match=said):
        session.resolved(plan_of(offers, accounts))


def test_a_rule_on_a_foreign_key_whose_generator_needs_a_parameter_is_a_warning(session: Session) -> None:
    plan = plan_of([], [])
    plan["rules"] = [
        {
            "type": "column_generator",
            "schema": "s",
            "table": "account",
            "column": "offer",
            "generator": "primitive.choice",
            "params": {"values": [1, 2]},
        }
    ]
    checked = session.validate(plan)
    assert checked.ok
    assert "rule_on_foreign_key" in [issue.code for issue in checked.issues]
