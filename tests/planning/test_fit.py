"""A plan is held against the part of the schema that it uses, and carried over where that changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from datalchemy_nb import Session
from datalchemy_nb.demo.examples import example_plan, examples
from datalchemy_nb.introspect.connection import connect
from datalchemy_nb.planning.write import plan_json, plan_yaml

SHOP = """
CREATE SCHEMA shop;
CREATE TYPE shop.state AS ENUM ('open', 'paid');
CREATE FUNCTION shop.positive(n numeric) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT n > 0';
CREATE TABLE shop.customers (id bigint PRIMARY KEY, email text NOT NULL UNIQUE, phone text);
CREATE TABLE shop.orders (
    id bigint PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES shop.customers,
    state shop.state NOT NULL,
    total numeric(10, 2) NOT NULL CHECK (shop.positive(total))
);
CREATE TABLE shop.audit (id bigint PRIMARY KEY, what text);
"""


@pytest.fixture
def shop(database) -> str:
    return database(SHOP)


@pytest.fixture
def session(shop: str) -> Session:
    session = Session()
    session.introspect(shop)
    session.show_plan(draft=True, rows=20, base_date="2026-01-01")
    return session


def change(url: str, sql: str) -> None:
    with connect(url, read_only=False) as connection:
        connection.execute(sql)


def test_example_plans_fit_whichever_empty_schemas_were_read(crm_url: str) -> None:
    session = Session()
    for schemas in (None, ["crm"]):
        session.introspect(crm_url, schemas=schemas)
        for name in examples():
            found = session.validate(example_plan(name))
            assert not [i for i in found.issues if i.code.startswith("schema_fingerprint")], name


def test_what_the_plan_does_not_use_may_change(session: Session, shop: str) -> None:
    plan = session.plan
    assert plan is not None
    asked = [t for t in plan.targets if t.table == "orders"]
    rules = [r for r in plan.rules if r.table in ("orders", "customers")]
    session.use_plan(plan.model_copy(update={"targets": tuple(asked), "rules": tuple(rules)}))
    before = session.preview("orders", rows=3).frame
    change(shop, "ALTER TABLE shop.audit ADD COLUMN who text; CREATE TABLE shop.news (id int); CREATE SCHEMA other")
    session.introspect(shop)
    assert session.validate().ok
    assert session.preview("orders", rows=3).frame.equals(before)


@pytest.mark.parametrize(
    ("sql", "told"),
    [
        ("ALTER TABLE shop.orders ALTER total TYPE numeric(12, 2)", "column total was numeric(10,2) NOT NULL, is n"),
        ("ALTER TABLE shop.orders DROP CONSTRAINT orders_total_check", "constraint orders_total_check is gone"),
        ("ALTER TABLE shop.customers ADD COLUMN vip boolean", "column vip is new (boolean)"),
        ("CREATE UNIQUE INDEX one_phone ON shop.customers (phone)", "constraint one_phone is new"),
        ("ALTER TYPE shop.state ADD VALUE 'sent'", "type shop.state was ENUM ('open', 'paid'), is ENUM"),
        (
            "CREATE OR REPLACE FUNCTION shop.positive(n numeric) RETURNS boolean LANGUAGE sql IMMUTABLE "
            "AS 'SELECT n > 1'",
            "function shop.positive(numeric) was RETURNS",
        ),
    ],
)  # fmt: skip
def test_what_it_uses_is_named_when_it_changed(session: Session, shop: str, sql: str, told: str) -> None:
    change(shop, sql)
    session.introspect(shop)
    [issue] = [i for i in session.validate().issues if i.severity == "error"]
    assert issue.code == "schema_fingerprint_mismatch"
    assert told in issue.message
    assert "--rebase" in str(issue.hint)


def test_carrying_over_says_what_it_does_and_makes_the_plan_run(session: Session, shop: str, tmp_path: Path) -> None:
    change(
        shop,
        """ALTER TABLE shop.customers DROP COLUMN phone;
           ALTER TABLE shop.customers ADD COLUMN birth_date date;
           ALTER TABLE shop.customers ALTER email TYPE int USING 1;
           DROP TABLE shop.audit""",
    )
    session.introspect(shop)
    assert not session.validate().ok
    result = session.show_plan(rebase=True, out=tmp_path / "plan.yaml")
    did = {(change.did, change.place) for change in result.changes}  # type: ignore[union-attr]
    assert {
        ("removed", "target shop.audit"),
        ("removed", "shop.customers.phone"),
        ("added", "shop.customers.birth_date"),
    } <= did
    assert any(place == "shop.customers.email" for _, place in did)
    again = Session()
    again.introspect(shop)
    assert again.validate(tmp_path / "plan.yaml").ok
    assert again.generate(out_dir=tmp_path).manifest.tables
    assert "email" in str(result)


def test_a_plan_without_a_record_gets_one(session: Session, tmp_path: Path) -> None:
    plan = session.plan
    assert plan is not None
    old = plan.schema_ref.model_copy(update={"schema_fingerprint": "0" * 64})
    bare = session.use_plan(plan.model_copy(update={"written_for": None, "schema_ref": old}))
    assert "written_for" not in bare.to_dict()
    [issue] = [i for i in session.validate().issues if i.severity == "error"]
    assert "does not say what changed" in issue.message
    session.show_plan(rebase=True)
    assert session.validate().ok
    assert session.plan == plan


def test_the_record_is_read_back_from_json_and_yaml(session: Session) -> None:
    plan = session.plan
    assert plan is not None
    assert session.use_plan(plan_json(plan)) == plan
    assert session.use_plan(plan_yaml(plan)) == plan
