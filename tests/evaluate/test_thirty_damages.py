"""The judge on trial: thirty kinds of damage done to a good run, each found, named and located."""

from __future__ import annotations

import csv
import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from datalchemy_nb.introspect.catalog import introspect
from datalchemy_nb.introspect.connection import connect
from datalchemy_nb.session import Session

ROWS = {
    "usuarios": 30,
    "empresas": 40,
    "contatos": 60,
    "leads": 80,
    "funis": 3,
    "etapas_funil": 12,
    "oportunidades": 50,
    "listas_precos": 5,
}
Rows = list[list[str]]
Damage = Callable[[Rows], None]


@pytest.fixture(scope="module")
def good(database: Callable[..., str], _crm_template: str, tmp_path_factory: pytest.TempPathFactory) -> Session:
    """A session whose newest run is a good one."""
    with connect(database(template=_crm_template)) as connection:
        schema = introspect(connection)
    session = Session(out_dir=tmp_path_factory.mktemp("runs"))
    session.use_schema(schema)
    targets = [{"schema": "crm", "table": name, "rows": rows} for name, rows in ROWS.items()]
    reference = {"schema_version": "0.2", "engine": "postgres"}
    rule = {
        "type": "column_generator",
        "schema": "crm",
        "table": "empresas",
        "column": "cnpj",
        "generator": "semantic.br.cnpj",
    }
    session.use_plan({"plan_version": "0.2", "seed": 5, "schema_ref": reference, "targets": targets, "rules": [rule]})
    session.generate()
    assert session.evaluate().ok
    return session


@pytest.fixture
def run(good: Session, tmp_path: Path) -> Path:
    """A copy of it, to be damaged."""
    directory = tmp_path / "run"
    shutil.copytree(good.runs().runs[0].directory, directory)
    return directory


def file(run: Path, table: str) -> Path:
    return run / f"crm.{table}.csv"


def edit(table: str, column: str, value: str | Callable[[Rows, int], str], row: int = 4) -> tuple[str, Damage]:
    """Change one cell; rows count from 1, the header is row 0."""

    def damage(rows: Rows) -> None:
        at = rows[0].index(column)
        rows[row][at] = value if isinstance(value, str) else value(rows, at)

    return table, damage


def reshape(table: str, change: Callable[[Rows], object]) -> tuple[str, Damage]:
    return table, lambda rows: (change(rows), None)[1]


def swap_columns(rows: Rows) -> None:
    for row in rows:
        row[0], row[1] = row[1], row[0]


def widen(rows: Rows) -> None:
    for number, row in enumerate(rows):
        row.append("extra" if number == 0 else "x")


def swap_rows(rows: Rows) -> None:
    rows[2], rows[3] = rows[3], rows[2]


CELLS: dict[str, tuple[tuple[str, Damage], str, str, int | None]] = {
    # what: damage, code, where, row
    "null where none may be": (edit("usuarios", "nome", ""), "not_null", "crm.usuarios.nome", 4),
    "null in a primary key": (edit("usuarios", "id", ""), "not_null", "crm.usuarios.id", 4),
    "duplicate primary key": (edit("leads", "id", lambda r, c: r[1][c]), "primary_key", "crm.leads.id", 4),
    "duplicate unique value": (edit("usuarios", "email", lambda r, c: r[1][c]), "unique", "crm.usuarios.email", 4),
    "orphan": (edit("contatos", "empresa_id", "00000000-0000-4000-8000-000000000000"), "foreign_key",
               "crm.contatos -> crm.empresas", 4),
    "text in a number": (edit("etapas_funil", "ordem", "dois"), "type", "crm.etapas_funil.ordem", 4),
    "number out of range": (edit("etapas_funil", "ordem", "2147483648"), "type", "crm.etapas_funil.ordem", 4),
    "fraction in a whole number": (edit("etapas_funil", "ordem", "1.5"), "type", "crm.etapas_funil.ordem", 4),
    "value against a CHECK": (edit("etapas_funil", "probabilidade", "101"), "check", "crm.etapas_funil", 4),
    "negative value against a CHECK": (edit("oportunidades", "valor_estimado", "-1"), "check", "crm.oportunidades", 4),
    "e-mail without a sign": (edit("usuarios", "email", "ana.example.com"), "check", "crm.usuarios", 4),
    "unknown word of a list": (edit("oportunidades", "status", "Ganha"), "enum", "crm.oportunidades.status", 4),
    "no uuid": (edit("leads", "id", "leads-4"), "type", "crm.leads.id", 4),
    "no boolean": (edit("usuarios", "ativo", "sim"), "type", "crm.usuarios.ativo", 4),
    "a day that does not exist": (edit("oportunidades", "data_abertura", "2025-02-30"), "type",
                                  "crm.oportunidades.data_abertura", 4),
    "a date in another form": (edit("oportunidades", "data_abertura", "28/02/2025"), "type",
                               "crm.oportunidades.data_abertura", 4),
    "a moment at an hour that does not exist": (edit("usuarios", "data_criacao", "2025-02-28T25:00:00Z"), "type",
                                  "crm.usuarios.data_criacao", 4),
    "text too long": (edit("listas_precos", "moeda", "REAL"), "length", "crm.listas_precos.moeda", 4),
    "too many digits": (edit("oportunidades", "valor_estimado", "1" * 20), "length",
                        "crm.oportunidades.valor_estimado", 4),
    "too fine a number": (edit("oportunidades", "valor_estimado", "1.005"), "length",
                          "crm.oportunidades.valor_estimado", 4),
    "updated before created": (edit("usuarios", "data_atualizacao", "1999-01-01T00:00:00Z"), "check",
                               "crm.usuarios", 4),
    "extra column": (reshape("leads", widen), "extra_columns", "crm.leads", None),
    "missing column": (reshape("leads", lambda rows: [r.pop() for r in rows]), "missing_columns", "crm.leads", None),
    "reordered columns": (reshape("leads", swap_columns), "reordered_columns", "crm.leads", None),
    "row missing": (reshape("leads", lambda rows: rows.pop()), "rows", "crm.leads", None),
    "row twice": (reshape("leads", lambda rows: rows.append(rows[-1])), "rows", "crm.leads", None),
    "record with a field too few": (reshape("leads", lambda rows: rows[3].pop()), "malformed_csv", "crm.leads", None),
    "header missing": (reshape("leads", lambda rows: rows.pop(0)), "missing_header", "crm.leads", None),
    "rows swapped": (reshape("leads", swap_rows), "changed_file", "crm.leads", None),
}  # fmt: skip

BYTES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "truncated in a record": (lambda data: data[:-25], "truncated_file"),
    "carriage returns": (lambda data: data.replace(b"\n", b"\r\n"), "line_ends"),
    "byte order mark": (lambda data: b"\xef\xbb\xbf" + data, "byte_order_mark"),
    "no UTF-8": (lambda data: data[:-3] + b"\xff\n", "malformed_csv"),
    "blank line": (lambda data: data.replace(b"\n", b"\n\n", 2), "blank_lines"),
    "empty file": (lambda data: b"", "missing_header"),
    "one changed byte": (lambda data: data[:-22] + bytes([data[-22] ^ 1]) + data[-21:], "changed_file"),
}


@pytest.mark.parametrize("name", CELLS)
def test_damaged_rows(good: Session, run: Path, name: str) -> None:
    (table, damage), code, path, row = CELLS[name]
    rows = list(csv.reader(io.StringIO(file(run, table).read_text(encoding="utf-8"), newline="")))
    damage(rows)
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(rows)
    file(run, table).write_text(text.getvalue(), encoding="utf-8", newline="")
    found = [(v.code, v.path, v.row_index) for v in good.evaluate(run).metrics.violations]
    assert (code, path, row) in found
    assert any(c == "changed_file" for c, _, _ in found)


@pytest.mark.parametrize("name", BYTES)
def test_damaged_bytes(good: Session, run: Path, name: str) -> None:
    change, code = BYTES[name]
    file(run, "leads").write_bytes(change(file(run, "leads").read_bytes()))
    assert (code, "crm.leads") in [(v.code, v.path) for v in good.evaluate(run).metrics.violations]


def test_a_missing_file(good: Session, run: Path) -> None:
    file(run, "leads").unlink()
    result = good.evaluate(run)
    assert ("rows", "crm.leads") in [(v.code, v.path) for v in result.metrics.violations]
    assert "missing_table" in [w.code for w in result.metrics.warnings]


def test_what_only_hashes_tell_is_located_by_digests(good: Session, run: Path, tmp_path: Path) -> None:
    """Swapped rows break no constraint: the golden says which columns, in which rows."""
    good.goldens_dir = tmp_path / "goldens"
    good.golden_save("before", run)
    data = file(run, "leads").read_bytes().split(b"\n")
    data[2], data[3] = data[3], data[2]
    file(run, "leads").write_bytes(b"\n".join(data))
    [table] = [t for t in good.golden_check("before", run).diff.tables if t.status != "equal"]
    assert table.table == "leads"
    assert "id" in [change.column for change in table.columns_changed]
    assert {cell.row for cell in table.cells} <= {1, 2}


def test_there_are_thirty() -> None:
    assert len(CELLS) + len(BYTES) >= 30


def test_the_frame_lists_every_violation(good: Session, run: Path) -> None:
    text = file(run, "usuarios").read_text(encoding="utf-8").splitlines(keepends=True)
    file(run, "usuarios").write_text("".join([*text, text[-1]]), encoding="utf-8")
    result = good.evaluate(run)
    frame = result.violations_frame()
    assert frame.columns == ["code", "path", "message", "count", "row", "example"]
    assert frame.height == len(result.metrics.violations)
    assert frame.filter(code="unique")["example"].to_list() == ['{"email": "***"}']
