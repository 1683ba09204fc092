"""Rows that refer only to some rows, and rows that repeat those of another family."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.errors import PlanInvalid
from datalchemy_nb.generate.rows import Engine
from datalchemy_nb.session import Session

DDL = """
CREATE TABLE deal (id int PRIMARY KEY, state text NOT NULL CHECK (state IN ('open', 'won', 'lost')), size int NOT NULL);
CREATE TABLE product (id int PRIMARY KEY, price numeric(8,2) NOT NULL CHECK (price BETWEEN 1 AND 99));
CREATE TABLE quote (id int PRIMARY KEY, deal_id int NOT NULL REFERENCES deal);
CREATE TABLE quote_line (quote_id int NOT NULL REFERENCES quote, product_id int NOT NULL REFERENCES product,
    quantity int NOT NULL CHECK (quantity BETWEEN 1 AND 9), price numeric(8,2) NOT NULL,
    PRIMARY KEY (quote_id, product_id));
CREATE TABLE invoice (id int PRIMARY KEY, quote_id int NOT NULL REFERENCES quote, total numeric(12,2) NOT NULL);
CREATE TABLE invoice_line (invoice_id int NOT NULL REFERENCES invoice, product_id int NOT NULL REFERENCES product,
    quantity int NOT NULL, price numeric(8,2) NOT NULL, PRIMARY KEY (invoice_id, product_id));
CREATE TABLE party (id int PRIMARY KEY, deal_id int NOT NULL UNIQUE REFERENCES deal);
"""
ROWS = {"deal": 300, "product": 40, "quote": 250, "quote_line": 1000, "invoice": 400, "invoice_line": 800, "party": 90}


def rule(type_: str, table: str, **fields: Any) -> dict[str, Any]:
    return {"type": type_, "schema": "public", "table": table, **fields}


COUNTERPART = rule(
    "counterpart", "invoice_line", within="invoice_id", of="invoice_id.quote_id", child_schema="public",
    child_table="quote_line", child_columns=["quote_id"],
    columns={"product_id": "product_id", "quantity": "quantity", "price": "round(price * 0.9, 2)"},
)  # fmt: skip
LINES = [
    rule("foreign_key", "quote_line", columns=["quote_id"], children={"kind": "range", "min": 3, "max": 5}),
    rule("foreign_key", "invoice_line", columns=["invoice_id"], children={"kind": "range", "min": 1, "max": 3}),
]
STATES = rule(
    "column_generator", "deal", column="state",
    generator={"id": "primitive.choice", "params": {"values": ["open", "won", "lost"], "weights": [50, 35, 15]}},
)  # fmt: skip
RULES = [
    STATES, *LINES, COUNTERPART,
    rule("parent", "invoice", column="quote_id", where="quote_id.deal_id.state = 'won' AND quote_id.deal_id.size > 5"),
    rule("parent", "party", column="deal_id", where="deal_id.state IN ('won', 'lost')"),
    rule("copy", "quote_line", column="price", **{"from": "product_id.price"}),
    rule("rollup", "invoice", column="total", child_schema="public", child_table="invoice_line",
         child_columns=["invoice_id"], function="sum", value="quantity * price"),
]  # fmt: skip


def plan_of(rules: list[dict[str, Any]], **rows: int) -> dict[str, Any]:
    return {
        "plan_version": "0.3", "seed": 4, "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
        "targets": [{"schema": "public", "table": name, "rows": count} for name, count in (ROWS | rows).items()],
        "rules": rules,
    }  # fmt: skip


@pytest.fixture
def session(database: Callable[..., str], tmp_path: Path) -> Session:
    made = Session(out_dir=tmp_path)
    made.introspect(database(DDL))
    return made


def test_rows_refer_to_what_will_do_and_repeat_what_they_should(session: Session) -> None:
    run = session.generate(plan_of(RULES))
    rows = {ref.table: run[ref].collect() for ref in run}
    deals = rows["deal"].rename({"id": "deal_id"})
    quotes = rows["quote"].rename({"id": "quote_id"}).join(deals, on="deal_id")
    billed = rows["invoice"].join(quotes, on="quote_id")
    assert set(billed["state"]) == {"won"}
    assert billed["size"].min() > 5  # type: ignore[operator]
    assert billed["quote_id"].n_unique() > 20, "any row that will do is taken"
    parties = rows["party"].join(deals, on="deal_id")
    assert set(parties["state"]) == {"won", "lost"}
    lines = rows["invoice_line"].join(rows["invoice"].rename({"id": "invoice_id"}), on="invoice_id")
    quoted = lines.join(rows["quote_line"], on=["quote_id", "product_id"], suffix="_quoted")
    assert len(quoted) == ROWS["invoice_line"]
    assert quoted["quantity"].equals(quoted["quantity_quoted"])
    cents = (quoted["price_quoted"].cast(pl.Float64) * 100).round().cast(pl.Int64)
    assert quoted["price"].to_list() == [Decimal((9 * full + 5) // 10) / 100 for full in cents]
    judged = session.evaluate(run)
    assert judged.ok
    assert judged.metrics is not None
    told = {(one.relation, one.status) for one in judged.metrics.relations if one.relation in ("parent", "counterpart")}
    assert told == {("parent", "holds"), ("counterpart", "holds")}
    assert session.load(run).report.rows == sum(ROWS.values())


def test_any_row_alone_is_the_row_of_the_file(session: Session) -> None:
    engine = Engine(session.resolved(plan_of(RULES)))
    for table in ("invoice", "invoice_line", "party"):
        ref = TableRef("public", table)
        whole, some = engine.rows(ref, range(ROWS[table])), [77, 3, 61, 3]
        assert engine.rows(ref, some).equals(whole[some])


def test_rows_that_break_a_relation_are_found(session: Session) -> None:
    run = session.generate(plan_of(RULES))
    path = run.directory / next(t.file for t in run.manifest.tables if t.ref.table == "invoice_line")
    head, first, *rest = path.read_text().splitlines()
    cells = first.split(",")
    cells[2] = str(int(cells[2]) + 1)
    path.write_text("\n".join([head, ",".join(cells), *rest]) + "\n")
    judged = session.evaluate(run)
    assert judged.metrics is not None
    (told,) = [one for one in judged.metrics.relations if one.relation == "counterpart"]
    assert told.status == "deviates"


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([STATES, rule("parent", "invoice", column="quote_id", where="quote_id.deal_id.state = 'gone'")], "no row"),
        ([STATES, rule("parent", "invoice", column="quote_id", where="total > 5")], "says nothing of the row"),
        ([STATES, rule("parent", "invoice", column="quote_id", where="quote_id.deal_id.size")], "needs a condition"),
        ([STATES, rule("parent", "party", column="deal_id", where="deal_id.state = 'lost'")], "45 distinct values"),
        ([STATES, rule("parent", "party", column="deal_id", where="deal_id.size > 5")], "cannot choose"),
        ([LINES[0], COUNTERPART], "which they repeat"),
        ([*LINES, {**COUNTERPART, "columns": {"price": "price / 3"}}], "write round"),
        ([*LINES, {**COUNTERPART, "columns": {"product_id": "quantity"}}], "does not"),
        ([*LINES, {**COUNTERPART, "of": "invoice_id.total"}], "total"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_before_the_run(rules: list[dict[str, Any]], message: str, session: Session) -> None:
    with pytest.raises(PlanInvalid) as refused:
        session.generate(plan_of(rules))
    assert message in " ".join(issue.message + (issue.hint or "") for issue in refused.value.issues)
