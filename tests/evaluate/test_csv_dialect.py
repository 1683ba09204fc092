"""NULL is an empty field, the empty string is two quotes; hostile text and names survive."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.evaluate.csvfile import inspect, read_sql, stray_lines
from datalchemy_nb.evaluate.workspace import workspace
from tests.evaluate.judging import column, judge_one, only, primary_key, table

Cells = list[list[str | None]]


def as_csv(rows: Cells) -> str:
    def field(cell: str | None) -> str:
        if cell is None:
            return ""
        bare = cell and not set(cell) & set(',"\r\n')
        return cell if bare else '"' + cell.replace('"', '""') + '"'

    return "".join(",".join(map(field, row)) + "\n" for row in rows)


def read_back(text: str, width: int) -> Cells:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "a[b]*.csv"
        path.write_bytes(text.encode())
        with workspace(memory_limit="200MB", threads=1, files=[path]) as con:
            rows = con.execute(f"SELECT * FROM {read_sql(inspect(path), width=width, has_header=True)}").fetchall()
    return [list(row) for row in rows]


@pytest.mark.parametrize(
    "rows",
    [
        [[None, ""], ["", None], [None, None], ["", ""]],
        [["a\nb", 'c"d'], ["\n", '"'], ["\r\n", ","], ["é\u2028🤦", "\t"]],
        [["NULL", "null"], ["\\N", "nil"], [" ", "  x "], ["#", "\\"]],
    ],
)
def test_two_columns(rows: Cells) -> None:
    assert read_back("a,b\n" + as_csv(rows), 2) == rows


def test_single_column_keeps_null_and_empty_apart() -> None:
    rows: Cells = [["x"], [None], [""], [None], ["y\n"], [None]]
    assert read_back("a\n" + as_csv(rows), 1) == rows


cells = st.none() | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)


@settings(max_examples=60)
@given(st.lists(st.lists(cells, min_size=3, max_size=3), max_size=8))
def test_any_text_reads_back(rows: Cells) -> None:
    rows = [["k", *row] for row in rows]
    assert read_back("a,b,c,d\n" + as_csv(rows), 4) == rows


@settings(max_examples=40)
@given(st.lists(st.text('ab"\n,\r', max_size=9), min_size=1, max_size=8))
def test_stray_lines_counts_nothing_inside_quotes(texts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "t.csv"
        path.write_bytes(("a,b\n" + as_csv([["k", text] for text in texts])).encode())
        assert stray_lines(path) == (0, 0)


def test_nulls_and_empty_strings_are_judged_apart(tmp_path: Path) -> None:
    evaluation = judge_one(
        tmp_path, table("t", [column("a", "text"), column("b", "int4")]), '"",1\n'.join(["a,b\n", ""])
    )
    assert evaluation.ok
    evaluation = judge_one(tmp_path, table("t", [column("a", "text"), column("b", "int4")]), "a,b\n,1\n")
    assert only(evaluation).code == "not_null"


HOSTILE = ['a"b', "a.b", "a\nb", "100%", "{x}", "'; --", "SELECT", "é ç", "A", "a"]


@pytest.mark.parametrize("name", ['we"ird', "dot.ted", "a%b", "{t}", "line\nend", "çé", "*?[x]"])
def test_hostile_names_of_tables_and_columns(tmp_path: Path, name: str) -> None:
    columns = [column(c, "int4") for c in HOSTILE]
    header = as_csv([list(HOSTILE)])
    one = table(name, columns, primary_key(*HOSTILE))
    row = ",".join("1" for _ in HOSTILE)
    violation = only(judge_one(tmp_path, one, f"{header}{row}\n{row}\n"))
    assert (violation.code, violation.row_index) == ("primary_key", 2)
    assert violation.example == dict.fromkeys(HOSTILE, "1")
    assert violation.path.startswith(str(TableRef("loja", name)))


def test_a_zero_byte_is_a_type_violation(tmp_path: Path) -> None:
    violation = only(judge_one(tmp_path, table("t", [column("a", "text"), column("b", "int4")]), "a,b\nx\0y,1\n"))
    assert (violation.code, violation.path) == ("type", "loja.t.a")


def test_very_long_cells_are_read(tmp_path: Path) -> None:
    one = table("t", [column("a", "text"), column("b", "int4")])
    evaluation = judge_one(tmp_path, one, f"a,b\n{'x' * 3_000_000},1\ny,2\n")
    assert evaluation.ok
    assert evaluation.tables[0].rows_found == 2
