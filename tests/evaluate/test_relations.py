"""The judge of relations: a clean run keeps them all, and one changed cell is found and named."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from datalchemy_nb.contracts.metrics import Metrics, RelationStat
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.evaluate import evaluate
from datalchemy_nb.planning.read import read_plan
from datalchemy_nb.session import Session
from tests.relations.shop import MOMENT, MONEY, check, key, plan_of, schema_of, table

Rule = dict[str, Any]
Row = dict[str, str]


def of(name: str, kind: str, **fields: Any) -> Rule:
    return {"type": kind, "schema": "public", "table": name, **fields}


def gen(name: str, column: str, generator: str, **params: Any) -> Rule:
    rule = {"type": "column_generator", "schema": "public", "table": name, "column": column, "null_rate": 0}
    return rule | {"generator": {"id": generator, "params": params}}


def over(name: str, column: str, child: str, by: str, function: str, **fields: Any) -> Rule:
    return of(name, "rollup", column=column, child_schema="public", child_table=child, child_columns=[by],
              function=function, **fields)  # fmt: skip


def shop() -> DatabaseSchema:
    return schema_of(
        table("customers", {"id": "integer#", "email": "text!", "since": f"{MOMENT}!", "spent": MONEY,
                            "orders": "integer!"}),
        table("orders", {"id": "integer#", "customer_id": "integer!", "status": "text!", "placed_at": f"{MOMENT}!",
                         "paid_at": MOMENT, "shipped_at": MOMENT, "carrier": "text", "total": f"{MONEY}!",
                         "due_on": "date", "ship_email": "text", "gifts": "boolean!"}, key("customer_id", "customers")),
        table("lines", {"id": "integer#", "order_id": "integer!", "no": "integer!", "price": f"{MONEY}!",
                        "quantity": "integer!", "discount": "numeric(4,3)!", "amount": f"{MONEY}!", "gift": "boolean!",
                        "packed_at": f"{MOMENT}!"}, key("order_id", "orders")),
        table("payments", {"id": "integer#", "order_id": "integer!", "amount": f"{MONEY}!"}, key("order_id", "orders")),
        table("log", {"id": "integer#", "order_id": "integer!", "state": "text!", "was": "text", "at": f"{MOMENT}!",
                      "until": MOMENT, "now": "boolean!"}, key("order_id", "orders")),
        table("prices", {"id": "integer#", "customer_id": "integer!", "valid_from": "date!", "valid_to": "date"},
              key("customer_id", "customers")),
        table("book", {"id": "integer#", "customer_id": "integer!", "change": "numeric(10,2)!", "balance": f"{MONEY}!"},
              key("customer_id", "customers")),
    )  # fmt: skip


SHARES = {"open": 0.2, "paid": 0.3, "shipped": 0.4, "cancelled": 0.1}
LIFE = of(
    "orders", "lifecycle", state="status", start="placed_at", history_days=90, initial="open", shares=SHARES,
    after=[{"column": "customer_id.since"}],
    states=[{"value": "open"}, {"value": "paid", "enters": "paid_at"},
            {"value": "shipped", "enters": "shipped_at", "fills": ["carrier"]}, {"value": "cancelled"}],
    transitions=[{"from": a, "to": b, "weight": w, "after": {"typical": 3}}
                 for a, b, w in (("open", "paid", 9), ("open", "cancelled", 1), ("paid", "shipped", 1))],
)  # fmt: skip
RULES = (
    LIFE,
    of("log", "history", of="order_id", state="state", previous="was", at="at", until="until", current="now"),
    over("customers", "spent", "orders", "customer_id", "sum", value="total", where="status <> 'cancelled'"),
    over("customers", "orders", "orders", "customer_id", "count"),
    over("orders", "total", "lines", "order_id", "sum", value="amount"),
    over("orders", "gifts", "lines", "order_id", "any", value="gift"),
    of("lines", "expression", column="amount", sql="price * quantity * (1 - discount)"),
    of("lines", "position", column="no", within="order_id"),
    of("lines", "ordered", column="packed_at", within="order_id", after={"column": "order_id.placed_at"}),
    of("payments", "share", column="amount", within="order_id", of="order_id.total"),
    of("orders", "copy", column="ship_email", **{"from": "customer_id.email"}),
    of("orders", "bounds", column="due_on", after=[{"column": "placed_at", "gap": {"min": 10, "max": 30}}]),
    of("prices", "periods", within="customer_id", start="valid_from", end="valid_to",
       after={"column": "customer_id.since"}),
    of("book", "running", column="balance", within="customer_id", value="change"),
    gen("customers", "since", "primitive.timestamp", min="2024-01-01T00:00:00", max="2025-06-01T00:00:00"),
    gen("customers", "email", "semantic.br.email.safe"),
    gen("lines", "price", "primitive.decimal.numeric", min=1, max=200),
    gen("lines", "quantity", "primitive.int", min=1, max=5),
    gen("lines", "discount", "primitive.decimal.numeric", min=0, max=0.3),
    gen("book", "change", "primitive.decimal.numeric", min=-90, max=100),
)  # fmt: skip
# Orders by state: 60 + 90 + 120 + 30; they have entered 1, 2, 3 and 2 states.
ROWS = {"customers": 40, "products": 0, "items": 0, "orders": 300, "lines": 700, "payments": 350, "log": 660,
        "prices": 120, "book": 200}  # fmt: skip


class Run:
    """A run of the shop, to be broken in one place."""

    def __init__(self, directory: Path, plan: Plan) -> None:
        self.directory, self.plan = directory, plan

    def rows(self, name: str) -> list[Row]:
        with (self.directory / f"public.{name}.csv").open(newline="") as file:
            return list(csv.DictReader(file))

    def write(self, name: str, rows: list[Row]) -> None:
        with (self.directory / f"public.{name}.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def judge(self, plan: Plan | None = None, schema: DatabaseSchema | None = None) -> Metrics:
        return evaluate(self.directory, schema or shop(), plan or self.plan).metrics


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Run:
    plan, _ = read_plan(plan_of(*RULES, **ROWS))
    session = Session(out_dir=tmp_path_factory.mktemp("shop"))
    session.schema = shop()
    made = session.generate(plan)
    return Run(Path(made.directory), plan)


@pytest.fixture
def run(clean: Run, tmp_path: Path) -> Run:
    return Run(Path(shutil.copytree(clean.directory, tmp_path / clean.directory.name)), clean.plan)


def deviating(metrics: Metrics) -> list[RelationStat]:
    return [entry for entry in metrics.relations if entry.status == "deviates"]


def test_a_clean_run_keeps_every_relation(clean: Run) -> None:
    metrics = clean.judge()
    assert [(e.relation, e.column, e.expected, e.outcome) for e in metrics.relations if e.status != "holds"] == []
    assert metrics.relations_told == "14 of 14 hold"
    assert {entry.rule for entry in metrics.relations} == set(range(14))
    assert sum(entry.rows > 0 for entry in metrics.relations) == len(metrics.relations)
    assert [entry for entry in metrics.conformance if entry.status == "deviates"] == []
    assert metrics.violation_count == 0


def change(name: str, column: str, new: Callable[[str], str], where: Callable[[Row], bool] = lambda row: True) -> Any:
    """Return a damage: one cell changed, in the tenth row that fits."""

    def damage(run: Run) -> None:
        rows = run.rows(name)
        row = [row for row in rows if where(row)][9]
        row[column] = new(row[column])
        run.write(name, rows)

    return damage


def without(name: str, where: Callable[[Row], bool]) -> Any:
    """Return a damage: the tenth row that fits is missing."""

    def damage(run: Run) -> None:
        rows = run.rows(name)
        rows.remove([row for row in rows if where(row)][9])
        run.write(name, rows)

    return damage


def cent(cell: str) -> str:
    """A cent more."""
    return f"{(round(float(cell) * 100) + 1) / 100:.2f}"


def year(cell: str) -> str:
    """The same moment of another year."""
    return f"2019{cell[4:]}"


DAMAGES = {
    "a total off by a cent": (change("orders", "total", cent), ("rollup", "orders", "total")),
    "a count one too high": (change("customers", "orders", lambda n: str(int(n) + 1)), ("rollup", "customers", "orders")),
    "a truth turned round": (
        change("orders", "gifts", lambda _: "true", lambda row: row["gifts"] == "false"), ("rollup", "orders", "gifts")),
    "an amount off by a cent": (change("lines", "amount", cent), ("expression", "lines", "amount")),
    "a moment before its cause": (change("orders", "due_on", year), ("bounds", "orders", "due_on")),
    "a gap too long": (change("orders", "due_on", lambda day: f"2030{day[4:]}"), ("bounds", "orders", "due_on")),
    "a copy changed": (change("orders", "ship_email", lambda _: "x@example.com"), ("copy", "orders", "ship_email")),
    "a start before its customer": (change("orders", "placed_at", year), ("lifecycle", "orders", "placed_at")),
    "a wrong state for its moments": (
        change("orders", "status", lambda _: "shipped", lambda row: row["status"] == "paid"),
        ("lifecycle", "orders", "status")),
    "an unknown state": (change("orders", "status", lambda _: "lost"), ("lifecycle", "orders", "status")),
    "a moment before the last": (
        change("orders", "shipped_at", year, lambda row: row["shipped_at"] != ""), ("lifecycle", "orders", "status")),
    "something filled too early": (
        change("orders", "carrier", lambda _: "x", lambda row: row["status"] == "paid"), ("lifecycle", "orders", "status")),
    "one event missing": (without("log", lambda row: row["state"] == "paid"), ("history", "log", "order_id")),
    "the last event missing": (
        without("log", lambda row: row["state"] == "shipped"), ("history", "orders", "status")),
    "the only event missing": (
        without("log", lambda row: row["state"] == "open" and row["now"] == "true"), ("history", "orders", "status")),
    "an event at another moment": (
        change("log", "at", lambda at: at[:-3] + ("11Z" if at[-3:] != "11Z" else "12Z"),
               lambda row: row["state"] == "paid"), ("history", "orders", "status")),
    "two rows of now": (
        change("log", "now", lambda _: "true", lambda row: row["now"] == "false"), ("history", "log", "order_id")),
    "a share off by one cent": (change("payments", "amount", cent), ("share", "payments", "amount")),
    "a position twice": (change("lines", "no", lambda _: "1", lambda row: row["no"] == "2"), ("position", "lines", "no")),
    "an order not kept": (
        change("lines", "packed_at", lambda _: "2025-12-31T23:59:59Z", lambda row: row["no"] == "1"),
        ("ordered", "lines", "packed_at")),
    "a gap between periods": (
        change("prices", "valid_to", lambda _: "2025-12-30", lambda row: row["valid_to"] != ""),
        ("periods", "prices", "valid_from")),
    "no period that is open": (
        change("prices", "valid_to", lambda _: "2026-01-01", lambda row: row["valid_to"] == ""),
        ("periods", "prices", "valid_from")),
    "a balance that does not run": (change("book", "balance", cent), ("running", "book", "balance")),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGES)
def test_one_damage_is_found_and_named(run: Run, name: str) -> None:
    damage, wanted = DAMAGES[name]
    damage(run)
    found = deviating(run.judge())
    assert wanted in {(entry.relation, entry.table, entry.column) for entry in found}
    assert all(0 < entry.deviating <= entry.rows for entry in found if entry.column != "status" or entry.deviating)
    shown = [e for e in found if (e.relation, e.table, e.column) == wanted and e.deviating]
    assert all(example.row_index for entry in shown for example in entry.examples)
    assert all(entry.examples for entry in shown)
