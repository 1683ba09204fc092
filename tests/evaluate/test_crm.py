"""Schemas as PostgreSQL tells them: every constraint of the CRM is understood."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.evaluate import evaluate
from datalchemy_nb.introspect.catalog import introspect
from datalchemy_nb.introspect.connection import connect
from tests.evaluate.judging import only

USER = ["00000000-0000-4000-8000-000000000001", "Ana", "ana@example.com", "", "true"]
TIMES = ["2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z"]


@pytest.fixture
def crm(crm_url: str) -> DatabaseSchema:
    with connect(crm_url) as connection:
        return introspect(connection)


def write(directory: Path, schema: DatabaseSchema, rows: dict[str, list[list[str]]]) -> None:
    for ref, table in schema.tables.items():
        with (directory / f"{ref.file_stem}.csv").open("w", newline="", encoding="utf-8") as file:
            lines = csv.writer(file, lineterminator="\n")
            lines.writerow([c.name for c in table.columns if c.generated is None])
            lines.writerows(rows.get(ref.table, []))


def test_every_constraint_is_evaluated(crm: DatabaseSchema, tmp_path: Path) -> None:
    write(tmp_path, crm, {})
    metrics = evaluate(tmp_path, crm)
    tallies = metrics.constraints
    assert metrics.warnings == ()
    assert metrics.violations == ()
    assert tallies.check.not_evaluated == 0
    assert tallies.check.checked == sum(len(table.checks) for table in crm.tables.values())
    assert tallies.fk.checked == sum(len(table.foreign_keys) for table in crm.tables.values())
    assert tallies.pk.checked == len(crm.tables)


@pytest.mark.parametrize(
    ("row", "code", "path"),
    [
        ([*USER, *TIMES], None, ""),
        ([*USER, *TIMES[::-1]], "check", "crm.usuarios"),
        ([*USER[:2], "@example.com", *USER[3:], *TIMES], "check", "crm.usuarios"),
        ([*USER[:4], "", *TIMES], "not_null", "crm.usuarios.ativo"),
    ],
)
def test_users(crm: DatabaseSchema, tmp_path: Path, row: list[str], code: str | None, path: str) -> None:
    order = ["id", "nome", "email", "telefone", "ativo", "data_criacao", "data_atualizacao"]
    names = [column.name for column in crm.tables[TableRef("crm", "usuarios")].columns]
    write(tmp_path, crm, {"usuarios": [[row[order.index(name)] for name in names]]})
    evaluation = evaluate(tmp_path, crm)
    if code is None:
        assert evaluation.ok
    else:
        assert (only(evaluation).code, only(evaluation).path) == (code, path)
