"""Break one thing in a valid dataset: the judge names the class, the place, the count and the row."""

from __future__ import annotations

import pytest

from tests.evaluate.judging import CLIENTES, PEDIDOS, Shop, only, plan

ORDER = "00000000-0000-4000-8000-00000000000"


class TestCleanDataset:
    def test_has_no_violations_and_no_warnings(self, loja: Shop) -> None:
        metrics = loja.judge(plan(targets=[("clientes", 3), ("pedidos", 3)]))
        assert metrics.violations == ()
        assert metrics.warnings == ()
        assert metrics.violation_count == 0

    def test_tallies_every_class(self, loja: Shop) -> None:
        c = loja.judge(plan(targets=[("clientes", 3)])).constraints
        assert (c.pk.checked, c.unique.checked, c.fk.checked, c.check.checked) == (2, 2, 2, 3)
        assert (c.rows.checked, c.file.checked, c.enum.checked, c.check.not_evaluated) == (1, 2, 1, 0)

    def test_reports_rows_and_run(self, loja: Shop) -> None:
        metrics = loja.judge()
        assert metrics.run_id == "0001"
        assert [(t.table, t.rows_found) for t in metrics.tables] == [("clientes", 3), ("pedidos", 3)]


MUTATIONS = [
    # table, text, replaced by, code, path, count, row
    ("clientes", "Ana,", ",", "not_null", "loja.clientes.nome", 1, 1),
    ("clientes", '2,"Bia', '1,"Bia', "primary_key", "loja.clientes.id", 1, 2),
    ("clientes", "bia@", "ana@", "unique", "loja.clientes.email", 1, 2),
    ("clientes", "cae@", "@", "check", "loja.clientes", 1, 3),
    ("clientes", "2001-12-01", "2026-01-02", "check", "loja.clientes", 1, 3),
    ("clientes", "2001-12-01", "2001-02-29", "type", "loja.clientes.nascimento", 1, 3),
    ("clientes", "2001-12-01", "01/12/2001", "type", "loja.clientes.nascimento", 1, 3),
    ("clientes", "Ana,", "A" * 21 + ",", "length", "loja.clientes.nome", 1, 1),
    ("clientes", "1990-01-31,", "1990-01-31,9", "foreign_key", "loja.clientes -> loja.clientes", 1, 1),
    ("pedidos", "1,1,aberto", "9,1,aberto", "foreign_key", "loja.pedidos -> loja.clientes", 1, 1),
    ("pedidos", "1,2,pago", "1,1,pago", "unique", "loja.pedidos.cliente_id,numero", 1, 2),
    ("pedidos", "pago", "Pago", "enum", "loja.pedidos.status", 1, 2),
    ("pedidos", "0.00", "-0.01", "check", "loja.pedidos", 1, 1),
    ("pedidos", "999999.99", "1000000.00", "length", "loja.pedidos.total", 1, 2),
    ("pedidos", "10.5", "10.505", "length", "loja.pedidos.total", 1, 3),
    ("pedidos", "10.5", "10,5", "malformed_csv", "loja.pedidos", 1, None),
    ("pedidos", "10.5", "dez", "type", "loja.pedidos.total", 1, 3),
    ("pedidos", "1,2,pago", "1,2.0,pago", "type", "loja.pedidos.numero", 1, 2),
    ("pedidos", "1,2,pago", "1,2147483648,pago", "type", "loja.pedidos.numero", 1, 2),
    ("pedidos", "2024-03-01T12:00:00Z", "2024-03-01T12:61:00Z", "type", "loja.pedidos.criado", 1, 3),
    ("pedidos", "59.123456Z", "59.1234567Z", "length", "loja.pedidos.criado", 1, 2),
    ("pedidos", f"{ORDER}3", "zero", "type", "loja.pedidos.id", 1, 3),
]


@pytest.mark.parametrize(("name", "old", "new", "code", "path", "count", "row"), MUTATIONS)
def test_one_broken_cell(
    loja: Shop, name: str, old: str, new: str, code: str, path: str, count: int, row: int | None
) -> None:
    loja.change(name, old, new)
    found = [v for v in loja.judge().violations if v.code == code]
    assert [(v.path, v.count, v.row_index) for v in found] == [(path, count, row)]


def test_a_bad_cell_is_one_violation_only(loja: Shop) -> None:
    """It becomes a null for later checks, without being counted as one, or as an orphan."""
    loja.change("pedidos", "1,1,aberto", "um,1,aberto")
    assert only(loja.judge()).code == "type"


def test_counts_all_rows_and_names_the_first(loja: Shop) -> None:
    text = CLIENTES + "".join(f"{n},x,ana@example.com,,77\n" for n in range(4, 9))
    loja.write("clientes", text)
    by_code = {v.code: v for v in loja.judge().violations}
    assert (by_code["unique"].count, by_code["unique"].row_index) == (5, 4)
    assert (by_code["foreign_key"].count, by_code["foreign_key"].row_index) == (5, 4)


class TestFileForm:
    @pytest.mark.parametrize(
        ("text", "code"),
        [
            (b"\xef\xbb\xbf" + PEDIDOS.encode(), "byte_order_mark"),
            (PEDIDOS.replace("total,", ""), "missing_columns"),
            (
                PEDIDOS.replace("\n0", ",x\n0").replace('\nc"\n', '\nc",x\n').replace('Z,""\n', 'Z,"",x\n'),
                "extra_columns",
            ),
            (PEDIDOS.partition("\n")[2], "missing_header"),
            (PEDIDOS.removesuffix("\n"), "truncated_file"),
            (PEDIDOS.replace("id,cliente_id", "cliente_id,id"), "reordered_columns"),
            (PEDIDOS.encode().replace(b"aberto", b"\xff"), "malformed_csv"),
            ("", "missing_header"),
        ],
    )
    def test_is_judged(self, loja: Shop, text: str | bytes, code: str) -> None:
        loja.write("pedidos", text)
        assert code in [v.code for v in loja.judge().violations if v.path == "loja.pedidos"]

    def test_crlf_is_one_violation_and_the_rows_are_read(self, loja: Shop) -> None:
        loja.write("clientes", "id,nome,email,nascimento,padrinho_id\r\n1,a,a@b,,\r\n2,b,b@b,,\r\n3,c,c@b,,\r\n")
        evaluation = loja.judge()
        assert only(evaluation).code == "line_ends"
        assert evaluation.tables[0].rows_found == 3

    def test_a_cut_off_file_is_noticed(self, loja: Shop) -> None:
        loja.write("pedidos", PEDIDOS[:-20])
        codes = [v.code for v in loja.judge(plan(targets=[("pedidos", 3)])).violations]
        assert "truncated_file" in codes

    def test_reordered_columns_are_read_by_name(self, loja: Shop) -> None:
        lines = ["email,id,nome,nascimento,padrinho_id", "a@b,1,a,,", "b@b,2,b,,"]
        loja.write("clientes", "\n".join([*lines, ""]))
        loja.path("pedidos").unlink()
        assert only(loja.judge()).code == "reordered_columns"

    def test_rows_without_header_are_judged_all_the_same(self, loja: Shop) -> None:
        loja.write("pedidos", PEDIDOS.partition("\n")[2].replace("pago", "paga"))
        evaluation = loja.judge()
        assert [v.code for v in evaluation.violations] == ["missing_header", "enum"]
        assert evaluation.tables[1].rows_found == 3

    def test_mixed_line_ends_lose_no_row(self, loja: Shop) -> None:
        loja.write("clientes", CLIENTES.replace("example.com,1990-01-31,\n", "example.com,1990-01-31,\r\n"))
        evaluation = loja.judge()
        assert only(evaluation).code == "line_ends"
        assert evaluation.tables[0].rows_found == 3

    def test_blank_lines_are_noticed(self, loja: Shop) -> None:
        loja.write("clientes", CLIENTES.replace("\n3,", "\n\n3,"))
        assert only(loja.judge()).code == "blank_lines"


class TestDatasetAgainstPlan:
    def test_row_count(self, loja: Shop) -> None:
        violation = only(loja.judge(plan(targets=[("pedidos", 5)])))
        assert (violation.code, violation.path, violation.count) == ("rows", "loja.pedidos", 2)

    def test_missing_file_is_a_warning_and_missing_rows(self, loja: Shop) -> None:
        loja.path("pedidos").unlink()
        evaluation = loja.judge(plan(targets=[("pedidos", 3)]))
        assert only(evaluation).code == "rows"
        assert [w.code for w in evaluation.warnings] == ["missing_table"]

    def test_missing_parent_is_a_warning(self, loja: Shop) -> None:
        loja.path("clientes").unlink()
        evaluation = loja.judge()
        assert evaluation.ok
        assert [(w.code, w.path) for w in evaluation.warnings] == [
            ("missing_parent_table", "loja.pedidos -> loja.clientes")
        ]

    def test_a_file_of_no_table_is_a_warning(self, loja: Shop) -> None:
        loja.write("outra", "a\n1\n")
        assert [w.code for w in loja.judge().warnings] == ["missing_schema_table"]
