"""The plans that are measured: the example CRM scaled up, and a table of people for the row generators."""

from __future__ import annotations

import json
from typing import Any

from datalchemy_nb.demo.examples import example_plan

LARGE = 10_000
"""Rows of a large table of the example plan; those with a tenth of it are scaled too."""
_LINES = {"itens_cotacao": 5, "itens_fatura": 2}
"""Lines for each row of the table that they belong to."""

PEOPLE_DDL = """
CREATE SCHEMA bench;
CREATE TABLE bench.people (
    id       uuid PRIMARY KEY,
    name     text NOT NULL,
    cpf      text NOT NULL,
    email    text NOT NULL,
    phone    text NOT NULL,
    address  text NOT NULL,
    company  text NOT NULL,
    city     text NOT NULL,
    born     date NOT NULL,
    joined   timestamptz NOT NULL,
    amount   numeric(10, 2) NOT NULL,
    active   boolean NOT NULL
);
"""

_PEOPLE: dict[str, tuple[str, dict[str, Any]]] = {
    "id": ("primitive.uuid", {}),
    "name": ("semantic.br.name", {}),
    "cpf": ("semantic.br.cpf", {}),
    "email": ("semantic.br.email.safe", {}),
    "phone": ("semantic.br.phone", {}),
    "address": ("semantic.br.address", {}),
    "company": ("semantic.br.company.name", {}),
    "city": ("semantic.br.city", {}),
    "born": ("primitive.date", {"min": "1950-01-01", "max": "2005-12-31"}),
    "joined": ("primitive.timestamp", {"min": "2020-01-01T00:00:00", "max": "2025-12-31T23:59:59"}),
    "amount": ("primitive.decimal.numeric", {"min": 1, "max": 99999, "scale": 2}),
    "active": ("primitive.bool", {}),
}


def crm(rows: int) -> dict[str, Any]:
    """Return full_stack_ptbr with so many rows in each large table, the others in proportion, lists as they are."""
    plan: dict[str, Any] = json.loads(example_plan("full_stack_ptbr").read_text(encoding="utf-8"))
    for target in plan["targets"]:
        if target["rows"] >= LARGE // 10:
            # Lines of a document stay as many, whatever rounding does to small numbers.
            lines = _LINES.get(target["table"])
            whole = target["rows"] if lines is None else target["rows"] // lines
            target["rows"] = max(whole * rows // LARGE, 1) * (lines or 1)
    return plan


def one_table(rows: int) -> dict[str, Any]:
    """Return full_stack_ptbr with so many contacts, and little else."""
    plan = crm(LARGE // 10)
    plan["targets"] = [{**t, "rows": rows} if t["table"] == "contatos" else t for t in plan["targets"]]
    return plan


def people(rows: int) -> dict[str, Any]:
    """Return the plan of the table of people."""
    return {
        "plan_version": "0.2",
        "seed": 1,
        "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
        "global": {"locale": "pt_BR"},
        "targets": [{"schema": "bench", "table": "people", "rows": rows}],
        "rules": [
            {
                "type": "column_generator",
                "schema": "bench",
                "table": "people",
                "column": column,
                "generator": {"id": generator, "params": params},
            }
            for column, (generator, params) in _PEOPLE.items()
        ],
    }
