"""Relations of a row and the rows above it hold for every row, however it is made."""

from __future__ import annotations

from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest

from datalchemy_nb.constraints.paths import read_scalar
from datalchemy_nb.constraints.scalar import compile_scalar
from datalchemy_nb.constraints.typed import Input, UnreadableScalarError, stored
from datalchemy_nb.constraints.whole import arithmetic
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import DatalchemyError, Infeasible
from datalchemy_nb.generate import checks, exact
from datalchemy_nb.generate.rows import Engine
from datalchemy_nb.introspect.connection import connect
from datalchemy_nb.planning.read import read_plan
from datalchemy_nb.planning.validate import validate
from datalchemy_nb.resolve.resolve import resolve, survey
from tests.conftest import DatabaseFactory
from tests.relations.shop import MOMENT, check, key, plan_of, schema_of, shop, table, unique

Rule = dict[str, Any]


def of(name: str, kind: str, **fields: Any) -> Rule:
    return {"type": kind, "schema": "public", "table": name, **fields}


def gen(name: str, column: str, generator: str, null_rate: float = 0, **params: Any) -> Rule:
    rule = {"type": "column_generator", "schema": "public", "table": name, "column": column, "null_rate": null_rate}
    return rule | {"generator": {"id": generator, "params": params}}


def engine_of(schema: DatabaseSchema, *rules: Rule, **rows: int) -> Engine:
    plan, _ = read_plan(plan_of(*rules, **rows))
    assert [issue for issue in validate(plan, schema) if issue.severity == "error"] == []
    return Engine(resolve(plan, schema))


def table_of(engine: Engine, name: str) -> pl.DataFrame:
    ref = TableRef("public", name)
    return engine.rows(ref, range(engine.plan.tables[ref].rows))


def ask(sql: str, **frames: pl.DataFrame) -> Any:
    """Ask DuckDB about the frames, by name."""
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    for name, frame in frames.items():
        connection.register(name, checks._Stream(frame))
    return connection.execute(sql).fetchone()


def assert_any_rows(engine: Engine, name: str, chosen: int = 40) -> None:
    """Rows in other chunks, in another order, alone and by column are the same rows."""
    whole = table_of(engine, name)
    ref = TableRef("public", name)
    chunks = [engine.rows(ref, range(at, min(at + 97, whole.height))) for at in range(0, whole.height, 97)]
    assert pl.concat(chunks).equals(whole)
    picked = np.random.default_rng(3).permutation(whole.height)[:chosen]
    assert engine.rows(ref, picked).equals(whole[picked])
    for row in picked[:5].tolist():
        assert Engine(engine.plan).rows(ref, [row]).equals(whole[row])
    for column in whole.columns:
        assert Engine(engine.plan).rows(ref, picked, [column]).equals(whole[picked].select(column))


SHOP_RULES = (
    gen("products", "price", "primitive.decimal.numeric", min=1, max=200),
    gen("items", "quantity", "primitive.int", min=1, max=5),
    gen("items", "discount", "primitive.decimal.numeric", min=0, max=0.3),
    of("items", "copy", column="unit_price", **{"from": "product_id.price"}),
    of("items", "copy", column="customer_email", **{"from": "order_id.customer_id.email"}),
    of("items", "expression", column="line_total", sql="quantity * unit_price * (1 - discount)"),
    of("items", "expression", column="note", sql="'L' || lpad(id::text, 6, '0') || upper(left(product_id.name, 3))"),
    of("orders", "bounds", column="placed_at", after=[{"column": "customer_id.created_at", "gap": {"typical": 60}}],
       before=[{"column": "base_date"}]),
    of("orders", "bounds", column="shipped_at", before=[{"column": "base_date"}],
       after=[{"column": "placed_at", "gap": {"min": 4, "typical": 30, "max": 200, "unit": "hours"}}]),
    of("orders", "bounds", column="delivered_at", after=[{"column": "shipped_at", "gap": {"min": 1, "max": 9}}]),
    of("orders", "bounds", column="due_on", after=[{"column": "placed_at",
        "gap": {"min": 1, "max": 2, "unit": "months"}}]),
    of("orders", "copy", column="ship_name", share=0.8, **{"from": "customer_id.name"}),
    of("orders", "expression", column="depth", sql="coalesce(parent_id.depth + 1, 0)"),
)  # fmt: skip


PINNED = [
    "5", "145.67", "0.0101", "720.99", "L000001COR",
    "2025-11-30 01:54:13+00:00", "2025-12-01 03:34:10+00:00", "2025-12-05 00:49:11+00:00",
    "2026-01-04", "3",
]  # fmt: skip


@pytest.fixture(scope="module")
def made() -> Engine:
    return engine_of(shop(), *SHOP_RULES, customers=60, products=40, orders=500, items=3000)


def test_lines_follow_products_and_orders(made: Engine) -> None:
    frames = {name: table_of(made, name) for name in ("items", "orders", "products", "customers")}
    wrong = ask(
        """SELECT count(*) FILTER (WHERE unit_price <> price),
                  count(*) FILTER (WHERE line_total <> round(quantity * unit_price * (1 - discount), 2)),
                  count(*) FILTER (WHERE customer_email IS DISTINCT FROM email),
                  count(*) FILTER (WHERE note <> 'L' || lpad(i.id::text, 6, '0') || upper(p.name[:3])), count(*)
           FROM items i JOIN products p ON p.id = product_id JOIN orders o ON o.id = order_id
           JOIN customers c ON c.id = customer_id""",
        **frames,
    )
    assert wrong == (0, 0, 0, 0, 3000)


def test_moments_follow_their_causes(made: Engine) -> None:
    frames = {name: table_of(made, name) for name in ("orders", "customers")}
    found = ask(
        """SELECT count(*) FILTER (WHERE placed_at < created_at OR placed_at > TIMESTAMPTZ '2026-01-01'),
                  count(*) FILTER (WHERE shipped_at < placed_at OR shipped_at > TIMESTAMPTZ '2026-01-01'),
                  count(*) FILTER (WHERE delivered_at - shipped_at NOT BETWEEN INTERVAL 1 day AND INTERVAL 9 day),
                  count(*) FILTER (WHERE due_on NOT BETWEEN (placed_at + INTERVAL 1 month)::date
                                                        AND (placed_at + INTERVAL 2 month)::date + 1),
                  count(*) FILTER (WHERE (shipped_at IS NULL) AND delivered_at IS NOT NULL),
                  median(shipped_at - placed_at), avg((ship_name = name)::int), avg((shipped_at IS NULL)::int)
           FROM orders JOIN customers c ON c.id = customer_id""",
        **frames,
    )
    assert found[:5] == (0, 0, 0, 0, 0)
    assert 25 < found[5].total_seconds() / 3600 < 35
    assert 0.75 < found[6] < 0.85
    assert 0.02 < found[7] < 0.09
    depths = ask(
        "SELECT count(*) FILTER (WHERE o.depth <> coalesce(p.depth + 1, 0)), max(o.depth) "
        "FROM orders o LEFT JOIN orders p ON p.id = o.parent_id",
        **frames,
    )
    assert depths[0] == 0
    assert depths[1] > 3


@pytest.mark.parametrize("name", ["items", "orders"])
def test_any_rows_are_the_same(made: Engine, name: str) -> None:
    assert_any_rows(made, name)


def test_values_are_pinned() -> None:
    """The first order and line, to the last digit: they change only where the changelog says so."""
    engine = engine_of(shop(), *SHOP_RULES)
    line = engine.rows(TableRef("public", "items"), [0], ["quantity", "unit_price", "discount", "line_total", "note"])
    order = engine.rows(
        TableRef("public", "orders"), [6], ["placed_at", "shipped_at", "delivered_at", "due_on", "depth"]
    )
    assert [str(value) for value in (*line.row(0), *order.row(0))] == PINNED


def test_a_row_far_away_costs_no_more() -> None:
    engine = engine_of(shop(), *SHOP_RULES, customers=10**7, products=10**6, orders=10**8, items=10**9)
    rows = engine.rows(TableRef("public", "items"), [0, 999_999_999])
    price = engine.rows(TableRef("public", "products"), [rows["product_id"][1] - 1])["price"][0]
    assert rows["unit_price"][1] == price


def test_a_redrawn_key_takes_what_is_read_through_it_along() -> None:
    """A CHECK over a copied column chooses another product, and all that is read of the product follows."""
    schema = shop(check("cheap", "unit_price < 60 OR quantity < 3"))
    engine = engine_of(schema, *SHOP_RULES, orders=300, items=2000)
    frames = {name: table_of(engine, name) for name in ("items", "products")}
    found = ask(
        """SELECT count(*) FILTER (WHERE unit_price <> price),
                  count(*) FILTER (WHERE unit_price >= 60 AND quantity >= 3),
                  count(*) FILTER (WHERE right(note, 3) <> upper(p.name[:3])), count(*) FILTER (WHERE quantity >= 3)
           FROM items i JOIN products p ON p.id = product_id""",
        **frames,
    )
    assert found[:3] == (0, 0, 0)
    assert found[3] > 300
    assert_any_rows(engine, "items")


def test_an_expression_in_a_check_is_met_by_its_inputs() -> None:
    schema = shop(check("small", "line_total <= 100"), check("positive", "line_total >= 0"))
    engine = engine_of(schema, *SHOP_RULES, orders=300, items=2000)
    assert table_of(engine, "items")["line_total"].max() <= 100  # type: ignore[operator]
    predicates = [p.name for g in engine.plan.tables[TableRef("public", "items")].groups for p in g.predicates]
    assert predicates == ["small"]  # that it is positive follows from what it is made of


def test_drift_stays_within_its_ends_and_on_the_cent() -> None:
    rule = of("items", "copy", column="unit_price", drift={"min": 0.9, "max": 1.1}, **{"from": "product_id.price"})
    engine = engine_of(shop(), SHOP_RULES[0], rule, items=2000)
    items, products = table_of(engine, "items"), table_of(engine, "products")
    low, high, different = ask(
        "SELECT min(unit_price / price), max(unit_price / price), count(DISTINCT round(unit_price / price, 2)) "
        "FROM items JOIN products p ON p.id = product_id",
        items=items, products=products,
    )  # fmt: skip
    assert low > 0.88
    assert high < 1.12
    assert different > 15


def test_a_chain_of_bounds_leaves_room_for_the_last() -> None:
    """The customer's date is kept early enough for what needs 30 days after it and 20 more before today."""
    rules = (
        of("orders", "bounds", column="placed_at", after=[{"column": "customer_id.created_at",
            "gap": {"min": 30, "max": 40}}]),
        of("orders", "bounds", column="shipped_at", before=[{"column": "base_date"}],
           after=[{"column": "placed_at", "gap": {"min": 20, "max": 400}}]),
    )  # fmt: skip
    engine = engine_of(shop(), *rules, customers=400, orders=2000)
    found = ask(
        """SELECT min(placed_at - created_at) >= INTERVAL 30 day, max(placed_at - created_at) <= INTERVAL 40 day,
                  min(shipped_at - placed_at) >= INTERVAL 20 day, max(shipped_at) <= TIMESTAMPTZ '2026-01-01'
           FROM orders JOIN customers c ON c.id = customer_id""",
        orders=table_of(engine, "orders"), customers=table_of(engine, "customers"),
    )  # fmt: skip
    assert found == (True, True, True, True)


def test_what_leaves_no_room_is_said_before_the_run() -> None:
    late = gen("customers", "created_at", "primitive.timestamp", min="2025-12-30T00:00:00", max="2026-06-01T00:00:00")
    rule = of("orders", "bounds", column="placed_at", before=[{"column": "base_date"}],
              after=[{"column": "customer_id.created_at", "gap": {"min": 30, "max": 40}}])  # fmt: skip
    with pytest.raises(Infeasible, match=r"customers.created_at begins at 2025-12-30") as caught:
        engine_of(shop(), late, rule)
    assert [issue.code for issue in caught.value.issues] == ["relation_infeasible"]


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ([of("items", "expression", column="quantity", sql="line_total::int"),
          of("items", "expression", column="line_total", sql="quantity")], "quantity from line_total from quantity"),
        ([of("products", "expression", column="price", sql="cost"), of("products",
            "copy", column="cost", **{"from": "price"})],
         "made from each other"),
    ],
)  # fmt: skip
def test_circles_are_named_before_the_run(rules: list[Rule], told: str) -> None:
    plan, _ = read_plan(plan_of(*rules))
    with pytest.raises(Infeasible, match="made from each other") as caught:
        resolve(plan, shop())
    assert told in str(caught.value)


def test_circles_across_tables_are_named() -> None:
    schema = schema_of(
        table("a", {"id": "integer#", "b_id": "integer", "n": "integer"}, key("b_id", "b")),
        table("b", {"id": "integer#", "a_id": "integer", "n": "integer"}, key("a_id", "a")),
    )
    rules = [of("a", "expression", column="n", sql="b_id.n + 1"), of("b", "copy", column="n", **{"from": "a_id.n"})]
    plan, _ = read_plan(plan_of(*rules, customers=0, products=0, orders=0, items=0, a=5, b=5))
    with pytest.raises(Infeasible, match="columns are made from each other"):
        resolve(plan, schema)


def test_a_null_that_a_column_cannot_hold_stops_the_run() -> None:
    rule = of("items", "expression", column="line_total", sql="quantity / (quantity - quantity)")
    with pytest.raises(DatalchemyError, match=r"line_total is NOT NULL, but its expression is null in rows 0"):
        table_of(engine_of(shop(), rule), "items")


# --- the same values as PostgreSQL ----------------------------------------------------------------------------------

_COLUMNS: dict[str, tuple[str, Input]] = {
    "i": ("bigint", Input("integer", 0, True)),
    "n": ("numeric(12,2)", Input("decimal", 2, True)),
    "m": ("numeric(8,4)", Input("decimal", 4, True)),
    "f": ("double precision", Input("float", 0, True)),
    "t": ("text", Input("text", 0, True)),
    "b": ("boolean", Input("boolean", 0, True)),
    "d": ("date", Input("date", 0, True)),
    "e": ("date", Input("date", 0, True)),
    "s": ("timestamp", Input("timestamp", 0, True)),
    "z": (MOMENT, Input("timestamptz", 0, True)),
}
_EXPRESSIONS: dict[str, tuple[str, ...]] = {
    "numeric(20,2)": (
        "n * m", "i * n * (1 - m)", "i * n - m", "round(n * m, 3) + 1.5", "-(n - m) * 2", "n + 0.005", "n / 3",
            "n / nullif(m, 0)", "(n + i) / 7 - 1", "-n / 8", "round(n, 1) + trunc(m, 2)",
        "round(n / 6, 3)", "n % 7", "greatest(n, m, 1.5)", "least(n, null)", "f", "f * 100", "n * f",
            "abs(n) * sign(n)",
        "n * (1 - m / 100)", "round(n / 10, 2) - m", "-n / 1000 + i / 100", "n / 100.0",
        "CASE WHEN n > 10 THEN n * 0.9 WHEN n IS NULL THEN 0 ELSE n END", "coalesce(n, m, 0)", "ceil(n) - floor(m)",
        "extract(epoch FROM s - '2020-01-01'::timestamp) / 86400", "n::numeric(10,1)",
    ),
    "integer": (
        "i / 4", "-i / 4", "i % 5", "n", "-n", "f", "length(t)", "d - e", "extract(year FROM d)", "extract(dow FROM s)",
        "extract(month FROM z)", "n::int + 1", "strpos(t, 'a')", "round(n)", "extract(year FROM age(d, e))", "b::int",
    ),
    "double precision": ("f / 3", "n + f", "i * 0.1::float8", "m", "nullif(f, 0)"),
    "text": (
        "t || '-' || i", "upper(t)", "lower(t) || n", "left(t, 3) || right(t, 2)", "lpad(i::text, 8, '0')",
        "rpad(t, 4)",
        "concat(t, null, i)", "concat_ws('/', t, null, d)", "replace(t, 'a', 'bb')", "substring(t FROM 2 FOR 3)",
        "trim(t)", "split_part(t, ' ', 2)", "to_char(d, 'YYYY-MM')", "to_char(s, 'DD/MM/YYYY HH24:MI:SS')",
        "to_char(i, 'FM000000')", "regexp_replace(lower(t), '[^a-z0-9]+', '-', 'g')", "md5(t)", "reverse(t)", "n", "d",
        "b", "initial", "CASE WHEN b THEN 'yes' WHEN NOT b THEN 'no' ELSE 'unknown' END", "translate(t, 'ab', 'xy')",
        "coalesce(t, 'none')", "repeat(left(t, 1), 3)",
    ),
    "boolean": (
        "n > 10", "b AND i > 0", "b OR n IS NULL", "NOT b", "t = 'abc'", "t IN ('abc', 'Abc d')", "d < s",
        "i BETWEEN 2 AND 500", "n IS DISTINCT FROM m", "t LIKE 'a%'", "b IS TRUE", "d >= '2024-01-01'", "b IS NOT TRUE",
    ),
    "date": ("d + 30", "d - i::int % 100", "s", "d + interval '1 month'", "date_trunc('month', d)", "z",
        "make_date(2024, 2, 29)",
             "greatest(d, e)"),
    "timestamp": ("s + interval '1 day'", "d + i % 100 * interval '1 hour'", "s + make_interval(days => 3)",
                  "date_trunc('hour', s)", "z", "s - interval '1 month'", "coalesce(s, d)"),
}  # fmt: skip
_ROWS = """
(1, 10.00, 0.1250, 0.285, 'abc', true, '2024-02-29', '2020-03-01', '2024-01-31 10:30:15', '2024-01-31 23:30:15+00'),
(-7, -2.35, 0.3333, -1.005, ' Abc d ', false, '2023-12-31', '2000-01-31', '2020-02-29 00:00:00', '2020-02-29 00:00:00+00'),
(1234567, 99999.99, 12.5, 123456.785, 'Ünï coode à', null, '2026-01-01', '2025-12-31', '2025-12-31 23:59:59', '2025-06-01 12:00:00+00'),
(0, 0.01, 0, 2.5, '', true, '1999-12-31', '1999-12-31', '1999-12-31 12:00:00', '1999-12-31 12:00:00+00'),
(null, null, null, null, null, null, null, null, null, null),
(42, 1.15, 7.0007, 1e6, 'xyz--QQ', false, '2024-05-31', '2010-05-31', '2024-05-31 05:05:05', '2024-05-31 05:05:05+00')
"""  # noqa: E501


def test_expressions_have_the_values_that_postgresql_gives(database: DatabaseFactory) -> None:
    """Every kind of expression, assigned to a column of its type by the server and made here."""
    columns = ", ".join(f"{name} {kind}" for name, (kind, _) in _COLUMNS.items())
    url = database(f"CREATE TABLE x ({columns}, initial text DEFAULT 'q'); INSERT INTO x VALUES {_with_default(_ROWS)}")
    inputs = {name: told for name, (_, told) in _COLUMNS.items()} | {"initial": Input("text", 0, True)}
    types: dict[str, Any] = {
        "integer": (pl.Int32(), "integer"), "double precision": (pl.Float64(), "float"), "text": (pl.String(), "text"),
        "numeric(20,2)": (pl.Decimal(20, 2), "decimal"), "boolean": (pl.Boolean(), "boolean"), "date": (pl.Date(),
        "date"),
        "timestamp": (pl.Datetime("us"), "timestamp"),
    }  # fmt: skip
    names = [*_COLUMNS, "initial"]
    dtypes = [pl.Int64(), pl.Decimal(12, 2), pl.Decimal(8, 4), pl.Float64(), pl.String(), pl.Boolean(), pl.Date(),
              pl.Date(), pl.Datetime("us"), pl.Datetime("us", "UTC"), pl.String()]  # fmt: skip
    schema = schema_of(table("x", {"id": "integer#", **dict.fromkeys(names, "integer")}))
    with connect(url, read_only=False) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        rows = connection.execute("SELECT * FROM x ORDER BY ctid").fetchall()
        frame = pl.DataFrame(rows, schema=dict(zip(names, dtypes, strict=True)), orient="row")
        registers = 0
        for kind, expressions in _EXPRESSIONS.items():
            dtype, category = types[kind]
            made = ", ".join(f"c{i} {kind}" for i in range(len(expressions)))
            connection.execute(f'CREATE TEMP TABLE "of {kind}" ({made})')
            connection.execute(f'INSERT INTO "of {kind}" SELECT {", ".join(expressions)} FROM x ORDER BY x.ctid')
            theirs = connection.execute(f'SELECT * FROM "of {kind}" ORDER BY ctid').fetchall()
            for at, expression in enumerate(expressions):
                scalar = read_scalar(schema, TableRef("public", "x"), expression)
                value = compile_scalar(scalar.tree, inputs, _today())
                ours = checks.values(frame, stored(value, category, getattr(dtype, "scale", 0)), dtype)
                assert ours.to_list() == [row[at] for row in theirs], expression
                whole = arithmetic(scalar.tree, {name: inputs[name] for name in scalar.inputs})
                if whole is not None and category in ("integer", "decimal"):
                    in_registers = exact.evaluate(whole, frame.__getitem__, dtype)
                    assert in_registers is not None, expression
                    assert in_registers.equals(ours), expression
                    registers += 1
        assert registers > 8


def _today() -> Any:
    import datetime as dt

    return dt.date(2026, 1, 1)


def _with_default(rows: str) -> str:
    return rows.replace("),", ", DEFAULT),").rstrip().removesuffix(")") + ", DEFAULT)"


@pytest.mark.parametrize("sql", ["random()", "exp(f)", "power(n, 2)", "t < 'b'", "f || t", "sum(n)",
    "(SELECT 1)", "now() || t",
                                 "pg_sleep(1)", "t ~ 'a|b'"])  # fmt: skip
def test_what_would_differ_between_servers_is_refused_by_name(sql: str) -> None:
    schema = schema_of(table("x", {"id": "integer#", **dict.fromkeys(_COLUMNS, "integer")}))
    inputs = {name: told for name, (_, told) in _COLUMNS.items()}
    with pytest.raises(ValueError):  # noqa: PT011 - two kinds of refusal, both with words of their own
        compile_scalar(read_scalar(schema, TableRef("public", "x"), sql).tree, inputs, _today())
    assert issubclass(UnreadableScalarError, ValueError)


def test_a_unique_neighbour_of_a_relation_is_no_hindrance() -> None:
    schema = schema_of(
        *(one.model_dump(by_alias=True) for one in shop().schemas[0].tables if one.name == "products"),
        table("tags", {"id": "integer#", "product_id": "integer!", "word": "text!", "label": "text"},
              key("product_id", "products"), unique("product_id", "word")),
    )  # fmt: skip
    rule = of("tags", "copy", column="label", **{"from": "product_id.name"})
    engine = engine_of(schema, rule, customers=0, orders=0, items=0, tags=200)
    assert table_of(engine, "tags").unique(["product_id", "word"]).height == 200


LIBRARY = schema_of(
    table("customers", {"id": "integer#", "lent_at": f"{MOMENT}!", "due_on": "date", "returned_at": MOMENT,
                        "pages": "integer"}),
)  # fmt: skip
OPEN = {"kind": "calendar", "hours": [0] * 9 + [1] * 8 + [0] * 7, "weekdays": [1, 1, 1, 1, 1, 0, 0]}
NO_OTHERS = {"products": 0, "orders": 0, "items": 0}


def lent(column: str, days: int, **fields: Any) -> Rule:
    gap = {"min": 1, "typical": days, "max": 5 * days, "unit": "days"}
    return of("customers", "bounds", column=column, after=[{"column": "lent_at", "gap": gap}], **fields)


def test_what_a_gap_places_happens_in_its_hours() -> None:
    past = gen("customers", "lent_at", "primitive.timestamp", min="2025-01-01T00:00:00", max="2025-12-20T00:00:00")
    past["distribution"] = OPEN
    ends = [
        gen("customers", "returned_at", "primitive.timestamp", min="2025-01-01T00:00:00", max="2027-01-01T00:00:00"),
        gen("customers", "due_on", "primitive.date", min="2025-01-01", max="2027-01-01"),
    ]
    back = lent("returned_at", 11, calendar=OPEN, before=[{"column": "base_date"}])
    due = lent("due_on", 20, calendar={"kind": "calendar", "weekdays": OPEN["weekdays"]})
    made = engine_of(LIBRARY, past, *ends, back, due, customers=4000, **NO_OTHERS)
    frame = table_of(made, "customers")
    night, weekend, sunday, near, late, median = ask(
        """SELECT avg((hour(returned_at) NOT BETWEEN 9 AND 16)::int), avg((isodow(returned_at) > 5)::int),
                  avg((isodow(due_on) > 5)::int),
                  count(*) FILTER (WHERE returned_at - lent_at NOT BETWEEN INTERVAL 1 day AND INTERVAL 55 day),
                  count(*) FILTER (WHERE returned_at > TIMESTAMPTZ '2026-01-01'),
                  median(epoch(returned_at - lent_at)) / 86400 FROM customers""",
        customers=frame,
    )
    assert (near, late) == (0, 0)
    assert night < 0.05  # only where today or a day after the loan leaves no hour
    assert weekend < 0.05
    assert sunday < 0.05
    assert 9 < median < 13
    assert_any_rows(made, "customers")


def test_a_calendar_is_for_moments() -> None:
    rule = of("customers", "bounds", column="pages", calendar=OPEN,
              after=[{"column": "id", "gap": {"min": 1, "max": 9, "unit": "units"}}])  # fmt: skip
    plan, _ = read_plan(plan_of(rule, customers=10, **NO_OTHERS))
    (issue,) = [issue for issue in survey(plan, LIBRARY).issues if issue.severity == "error"]
    assert (issue.code, issue.path) == ("unsupported", "/rules/0/calendar")
