"""The rules of the page on relations run together on the page's tables, and PostgreSQL takes the rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from datalchemy_nb import Session
from datalchemy_nb.results.base import Feasibility, Validation
from tests.conftest import DatabaseFactory
from tests.docs.test_blocks import ROOT, blocks

ROWS = {
    "customer": 40,
    "orders": 200,
    "line": 700,
    "payment": 300,
    "price_list": 90,
    "account_entry": 250,
    "parcel": 150,
    "parcel_line": 220,
    "membership": 120,
}


def plan_of(rules: list[dict[str, Any]], log_rows: int) -> dict[str, Any]:
    rows = ROWS | {"order_log": log_rows}
    since = {
        "type": "column_generator", "schema": "public", "table": "customer", "column": "since",
        "generator": "primitive.timestamp", "params": {"min": "2020-01-01T00:00:00", "max": "2024-01-01T00:00:00"},
    }  # fmt: skip
    return {
        "plan_version": "0.3", "seed": 3, "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
        "targets": [{"schema": "public", "table": name, "rows": count} for name, count in rows.items()],
        "rules": [since, *rules],
    }  # fmt: skip


def page(first: str = "## Parents and children", last: str = "") -> tuple[str, list[dict[str, Any]]]:
    """The tables and rules of a part of the page, from one heading to another."""
    path = ROOT / "docs" / "relations.md"
    text = path.read_text(encoding="utf-8")
    part = text[text.index(first) : text.index(last) if last else None]
    found = [(language, block) for language, block, _ in blocks(path) if block in part]
    rules = []
    for language, block in found:
        read = yaml.safe_load(block) if language == "yaml" else []
        rules += read if isinstance(read, list) else [read]
    return "\n".join(block for language, block in found if language == "sql"), rules


def test_the_rules_run_together_and_postgres_takes_the_rows(database: DatabaseFactory, tmp_path: Path) -> None:
    tables, rules = page()
    with Session(out_dir=tmp_path) as session:
        session.introspect(database(tables), schemas=["public"])
        refused = session.validate(plan_of(rules, 1))
        assert isinstance(refused, Validation)
        (issue,) = [issue for issue in refused.issues if issue.severity == "error"]
        assert issue.code == "history_rows"
        assert issue.hint is not None
        plan = plan_of(rules, int(issue.hint.split()[2]))
        valid = session.validate(plan)
        assert isinstance(valid, Validation)
        assert valid.ok, valid.issues
        run = session.generate(plan)
        assert session.load(run).report.rows == sum(target["rows"] for target in plan["targets"])
        assert session.evaluate(run).ok


def test_the_rules_of_rows_run_together_and_postgres_takes_the_rows(database: DatabaseFactory, tmp_path: Path) -> None:
    tables, rules = page("## A row and the rows above it", "## Parents and children")
    rows = {"client": 40, "product": 60, "purchase": 300, "purchase_line": 1000, "claim": 100, "remark": 80}
    plan = {
        "plan_version": "0.3", "seed": 3, "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
        "targets": [{"schema": "public", "table": name, "rows": count} for name, count in rows.items()],
        "rules": rules,
    }  # fmt: skip
    with Session(out_dir=tmp_path) as session:
        session.introspect(database(tables), schemas=["public"])
        told = session.validate(plan, explain=True)
        assert isinstance(told, Feasibility)
        assert told.ok, told
        relations = {(table.table, one.name, one.standing) for table in told.report.tables for one in table.relations}
        assert {standing for _, _, standing in relations} == {"met"}
        assert {name for _, name, _ in relations} == {
            "expression",
            "copy",
            "bounds",
            "decided",
            "same_ancestor",
            "parent",
            "polymorphic",
        }
        run = session.generate(plan)
        assert session.load(run).report.rows == sum(rows.values())
        assert session.evaluate(run).ok
