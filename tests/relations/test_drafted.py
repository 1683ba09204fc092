"""A shop drafted from its bare schema: its rows agree with each other, whatever nobody wrote into a plan."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from datalchemy_nb.session import Session
from tests.conftest import DatabaseFactory

SHOP = """
CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, city text,
    email text NOT NULL UNIQUE, mother_name text, father_name text, created_at timestamptz NOT NULL);
CREATE TABLE products (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL,
    price numeric(10,2) NOT NULL CHECK (price > 0));
CREATE TABLE orders (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers, status text NOT NULL, created_at timestamptz NOT NULL,
    paid_at timestamptz, shipped_at timestamptz, delivered_at timestamptz, cancelled_at timestamptz,
    subtotal numeric(12,2) NOT NULL, tax numeric(12,2) NOT NULL, total numeric(12,2) NOT NULL,
    buyer_email text NOT NULL, seller_email text NOT NULL, from_city text NOT NULL, to_city text NOT NULL,
    CHECK (status IN ('pending', 'paid', 'shipped', 'delivered', 'cancelled', 'refunded')),
    CHECK ((status = 'cancelled') = (cancelled_at IS NOT NULL)));
CREATE TABLE order_items (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES orders, product_id bigint NOT NULL REFERENCES products,
    quantity int NOT NULL CHECK (quantity > 0), unit_price numeric(10,2) NOT NULL, total numeric(12,2) NOT NULL);
CREATE TABLE payments (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES orders, amount numeric(12,2) NOT NULL);
CREATE TABLE order_events (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_id bigint NOT NULL REFERENCES orders, event text NOT NULL, created_at timestamptz NOT NULL);
CREATE TABLE slots (a int NOT NULL, b int NOT NULL, link int NOT NULL, position int NOT NULL,
    UNIQUE (a, b, link, position));
"""
ROWS = {"customers": 500, "products": 100, "orders": 2000, "order_items": 5000, "payments": 2200,
        "order_events": 3000, "slots": 2000}  # fmt: skip
Ask = Any


@pytest.fixture(scope="module")
def ask(database: DatabaseFactory, tmp_path_factory: pytest.TempPathFactory) -> Ask:
    """Asks one row of the drafted shop, which PostgreSQL has accepted whole."""
    session = Session(out_dir=tmp_path_factory.mktemp("drafted"))
    session.introspect(database(SHOP))
    plan = session.show_plan(draft=True, seed=5, base_date="2026-01-01").model_dump(  # type: ignore[union-attr]
        mode="json", by_alias=True, exclude_none=True
    )
    plan["targets"] = [{**target, "rows": ROWS[target["table"]]} for target in plan["targets"]]
    run = session.generate(plan)
    assert sum(table.rows for table in session.load(run).report.tables) == sum(ROWS.values())
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for name in ROWS:
        path = run.directory / f"public.{name}.csv"
        connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_csv('{path}', auto_type_candidates = "
                           "['BIGINT', 'TIMESTAMPTZ', 'DECIMAL(12,2)', 'VARCHAR'])")  # fmt: skip
    return lambda sql: connection.execute(sql).fetchone()


def test_totals_are_the_sums_of_their_lines(ask: Ask) -> None:
    assert ask("""SELECT count(*), count(*) FILTER (WHERE subtotal = lines), count(*) FILTER (WHERE total = paid)
                  FROM orders JOIN (SELECT order_id, sum(total) AS lines FROM order_items GROUP BY 1) i
                    ON i.order_id = orders.id
                  JOIN (SELECT order_id, sum(amount) AS paid FROM payments GROUP BY 1) p
                    ON p.order_id = orders.id""") == (2000, 2000, 2000)  # fmt: skip


def test_nothing_happens_before_its_cause(ask: Ask) -> None:
    assert ask("""SELECT count(*) FILTER (WHERE o.created_at < c.created_at), count(*)
                  FROM orders o JOIN customers c ON c.id = o.customer_id""") == (0, 2000)
    assert ask("""SELECT count(*) FILTER (WHERE e.created_at < o.created_at), count(*)
                  FROM order_events e JOIN orders o ON o.id = e.order_id""") == (0, 3000)
    delivered, paid = ask("SELECT count(*), count(paid_at) FROM orders WHERE status = 'delivered'")
    assert delivered == paid > 1000


def test_a_check_over_states_leaves_their_shares(ask: Ask) -> None:
    states, cancelled = ask("SELECT count(DISTINCT status), count(*) FILTER (WHERE status = 'cancelled') FROM orders")
    assert states == 6
    assert 100 < cancelled < 400


def test_two_of_a_kind_are_two(ask: Ask) -> None:
    assert ask("SELECT count(*) FILTER (WHERE buyer_email = seller_email OR from_city = to_city) FROM orders") == (0,)
    assert ask("SELECT count(*) FILTER (WHERE mother_name = father_name) FROM customers") == (0,)


def test_every_part_of_a_wide_key_varies(ask: Ask) -> None:
    a, b, link, position, most = ask("""SELECT count(DISTINCT a), count(DISTINCT b), count(DISTINCT link),
                                               count(DISTINCT position), max(position) FROM slots""")
    assert min(a, b, link) > 20
    assert 1 < position == most < 20
