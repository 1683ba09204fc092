"""Do queries get the same plans on a generated database as on the one it was profiled from?

python -m tests.benchmarks.query_plans [--rows 1000000] [--scales 1 0.1] [--out FILE]

Makes a shop with so many rows in an embedded PostgreSQL, profiles it, drafts and loads databases at each scale, and
compares EXPLAIN of 20 queries: the tree of node types with their tables, and the planner's estimate of rows (times the
scale for tables that grow).
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

import psycopg

from datalchemy_nb import Session
from datalchemy_nb.demo.server import EmbeddedServer

DDL = """
CREATE TABLE country (id int PRIMARY KEY, code text NOT NULL);
CREATE TABLE client (id int PRIMARY KEY, country_id int NOT NULL REFERENCES country, tier text NOT NULL,
    since date NOT NULL, score int);
CREATE TABLE product (id int PRIMARY KEY, family text NOT NULL, price numeric(8,2) NOT NULL);
CREATE TABLE orders (id int PRIMARY KEY, client_id int NOT NULL REFERENCES client, status text NOT NULL,
    placed_at timestamp NOT NULL, shipped_at timestamp, total numeric(12,2) NOT NULL);
CREATE TABLE line (id int PRIMARY KEY, order_id int NOT NULL REFERENCES orders,
    product_id int NOT NULL REFERENCES product,
    quantity int NOT NULL, price numeric(8,2) NOT NULL);
CREATE INDEX ON client (country_id);
CREATE INDEX ON client (tier);
CREATE INDEX ON orders (client_id);
CREATE INDEX ON orders (placed_at);
CREATE INDEX ON orders (status);
CREATE INDEX ON line (order_id);
CREATE INDEX ON line (product_id);
"""
ROWS = """
INSERT INTO country SELECT i, 'C' || i FROM generate_series(1, 40) i;
INSERT INTO client SELECT i, 1 + (power(random(), 3) * 40)::int % 40,
    (ARRAY['basic','basic','basic','basic','basic','basic','plus','plus','gold'])[1 + (random() * 9)::int % 9],
    date '2015-01-01' + (power(random(), 0.5) * 3000)::int,
    CASE WHEN random() < 0.8 THEN (random() * random() * 100)::int END
    FROM generate_series(1, {clients}) i;
INSERT INTO product SELECT i, 'family ' || 1 + (power(random(), 2) * 12)::int,
    round((5 * exp(random() * 4))::numeric, 2) FROM generate_series(1, {products}) i;
INSERT INTO orders SELECT i, 1 + (power(random(), 1.5) * ({clients} - 1))::int,
    (ARRAY['done','done','done','done','done','done','open','paid','void'])[1 + (random() * 9)::int % 9],
    timestamp '2020-01-01' + power(random(), 0.7) * interval '1800 days', NULL, 0 FROM generate_series(1, {orders}) i;
UPDATE orders SET shipped_at = placed_at + random() * interval '9 days' WHERE status = 'done';
INSERT INTO line SELECT i, 1 + (random() * ({orders} - 1))::int, 1 + (power(random(), 2) * ({products} - 1))::int,
    1 + (random() * random() * 5)::int, round((5 * exp(random() * 4))::numeric, 2) FROM generate_series(1, {lines}) i;
"""
QUERIES = (
    "SELECT * FROM client WHERE tier = 'gold'",
    "SELECT * FROM client WHERE tier = 'basic' AND score > 50",
    "SELECT * FROM client WHERE score IS NULL",
    "SELECT * FROM client WHERE since < '2018-01-01'",
    "SELECT * FROM orders WHERE status = 'open'",
    "SELECT * FROM orders WHERE status = 'done' AND placed_at >= '2024-06-01'",
    "SELECT * FROM orders WHERE placed_at BETWEEN '2021-01-01' AND '2021-01-15'",
    "SELECT * FROM orders WHERE shipped_at IS NULL",
    "SELECT * FROM product WHERE price > 100",
    "SELECT * FROM product WHERE family = 'family 1'",
    "SELECT * FROM line WHERE quantity >= 5",
    "SELECT * FROM line WHERE price < 10",
    "SELECT count(*) FROM orders o JOIN client c ON c.id = o.client_id WHERE c.tier = 'gold'",
    "SELECT c.tier, count(*) FROM orders o JOIN client c ON c.id = o.client_id GROUP BY 1",
    "SELECT count(*) FROM line l JOIN orders o ON o.id = l.order_id WHERE o.status = 'void'",
    "SELECT count(*) FROM line l JOIN product p ON p.id = l.product_id WHERE p.price > 200",
    "SELECT sum(l.price) FROM line l JOIN orders o ON o.id = l.order_id WHERE o.placed_at >= '2024-11-01'",
    "SELECT n.code, count(*) FROM client c JOIN country n ON n.id = c.country_id GROUP BY 1",
    "SELECT count(*) FROM orders o JOIN client c ON c.id = o.client_id JOIN country n ON n.id = c.country_id"
    " WHERE n.code = 'C7'",
    "SELECT p.family, sum(l.quantity) FROM line l JOIN product p ON p.id = l.product_id GROUP BY 1",
)


def shape(node: dict[str, Any]) -> Any:
    """The tree of node types and tables; how many workers share a node is the machine's affair."""
    inner = [shape(one) for one in node.get("Plans", ())]
    kind = node["Node Type"]
    if kind in ("Gather", "Gather Merge", "Hash", "Sort", "Materialize", "Memoize"):
        return inner[0]
    kind = {"Bitmap Heap Scan": "Index", "Index Scan": "Index", "Index Only Scan": "Index"}.get(kind, kind)
    return (kind, node.get("Relation Name"), tuple(sorted(map(str, inner))) if kind != "Index" else ())


def estimate(node: dict[str, Any]) -> float:
    """Rows of the widest node: below an aggregate, the join or scan."""
    if node["Node Type"] in ("Aggregate", "Gather", "Gather Merge", "Sort", "Limit"):
        return estimate(node["Plans"][0])
    return float(node["Plan Rows"])


def explained(url: str) -> list[dict[str, Any]]:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET max_parallel_workers_per_gather = 0")
        connection.execute("ANALYZE")
        found = []
        for sql in QUERIES:
            row = connection.execute(f"EXPLAIN (FORMAT JSON) {sql}".encode()).fetchone()
            assert row is not None
            found.append(row[0][0]["Plan"])
        return found


def main() -> None:
    """Measure, and print one line a scale."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--scales", type=float, nargs="*", default=[1.0, 0.1])
    parser.add_argument("--out")
    given = parser.parse_args()
    sizes = {"clients": given.rows // 50, "products": given.rows // 1000, "orders": given.rows // 5}
    sizes["lines"] = given.rows - sum(sizes.values())
    results: dict[str, Any] = {"rows": given.rows}
    with EmbeddedServer() as server, tempfile.TemporaryDirectory() as out:
        with psycopg.connect(server.url("postgres"), autocommit=True) as admin:
            names = [f"made{number}" for number in range(len(given.scales))]
            for name in ("real", *names):
                admin.execute(f"CREATE DATABASE {name}")
        for name in ("real", *names):
            with psycopg.connect(server.url(name), autocommit=True) as connection:
                connection.execute(DDL)
                if name == "real":
                    connection.execute("SELECT setseed(0.5)")
                    connection.execute(ROWS.format(**sizes).encode())
                    connection.execute("VACUUM ANALYZE")
        wanted = explained(server.url("real"))
        for name, scale in zip(names, given.scales, strict=True):
            with Session(out_dir=Path(out) / name) as session:
                session.connect(server.url("real"))
                session.introspect()
                profile = session.profile(allow_histograms=True).profile
                plan = session.show_plan(draft=True, profile=profile, scale=scale, base_date="2026-01-01")
                run = session.generate(plan)
                session.connect(server.url(name))
                session.load(run, commit=True)
            made = explained(server.url(name))
            same = [shape(a) == shape(b) for a, b in zip(wanted, made, strict=True)]
            near, ratios = [], []
            for a, b in zip(wanted, made, strict=True):
                ratio = max(estimate(b), 1) / max(estimate(a) * scale, 1)
                ratio = min(ratio, max(estimate(b), 1) / max(estimate(a), 1), key=lambda r: abs(r - 1))
                ratios.append(round(ratio, 2))
                near.append(0.5 <= ratio <= 2)
            results[f"scale {scale:g}"] = {
                "same shape": sum(same), "within a factor of two": sum(near), "of": len(QUERIES), "ratios": ratios,
                "other shape": [sql for sql, one in zip(QUERIES, same, strict=True) if not one],
            }  # fmt: skip
            print(f"scale {scale:g}: same shape {sum(same)}/{len(QUERIES)}, rows within 2x {sum(near)}/{len(QUERIES)}")
    if given.out:
        Path(given.out).write_text(json.dumps(results, indent=1) + "\n")
    print(json.dumps(results))


if __name__ == "__main__":
    main()
