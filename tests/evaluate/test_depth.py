"""What is measured beyond constraints: spread, lengths, patterns, children per parent, both forms of the report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from datalchemy_nb.contracts.metrics import METRICS_EXTENSION, ColumnStat, Metrics
from datalchemy_nb.contracts.schema import Exclusion, ExclusionElement, PrimaryKey
from datalchemy_nb.evaluate import evaluate
from datalchemy_nb.results.report import report
from datalchemy_nb.show.document import Document, Grid, Note, Section
from datalchemy_nb.show.escape import escape, visible
from datalchemy_nb.show.markdown import plain
from tests.evaluate.judging import (
    Shop,
    column,
    foreign_key,
    judge_one,
    plan,
    primary_key,
    report_html,
    report_md,
    schema,
    table,
    typed,
)


def stat(directory: Path, kind: str, cells: list[str], name: str = "c") -> ColumnStat:
    text = f"k,{name}\n" + "".join(f"{i},{cell}\n" for i, cell in enumerate(cells))
    one = table("t", [column("k", "int4"), column(name, kind, null=True)])
    return judge_one(directory, one, text).column_stats[1]


class TestColumns:
    def test_numbers(self, tmp_path: Path) -> None:
        found = stat(tmp_path, "numeric(6,2)", [f"{n}.50" for n in range(1, 101)])
        assert (found.type, found.mean, found.distinct_ratio) == ("numeric(6,2)", "51", 1.0)
        assert found.quantiles == ("5.50", "25.50", "50.50", "75.50", "95.50")

    def test_moments(self, tmp_path: Path) -> None:
        found = stat(tmp_path, "timestamptz", ["2024-01-01T00:00:00Z", "2024-01-03T00:00:00Z", "infinity"])
        assert (found.mean, found.quantiles[2]) == ("2024-01-02T00:00:00Z", "2024-01-01T00:00:00Z")
        assert stat(tmp_path, "date", ["2024-01-01", "2024-01-03"]).mean == "2024-01-02"
        assert stat(tmp_path, "time", ["10:00:00", "12:00:00"]).mean == "11:00:00"

    def test_texts(self, tmp_path: Path) -> None:
        found = stat(tmp_path, "text", ["Ana Sá", "BIA 12", "x", ""])
        assert (found.min_length, found.mean_length, found.max_length) == (1, 4.333, 6)
        assert (found.patterns, found.pattern_rows) == ((("A 99", 1), ("Aa Aa", 1), ("a", 1)), 4)

    def test_personal_texts_are_told_by_shared_patterns_only(self, tmp_path: Path) -> None:
        found = stat(tmp_path, "text", [f"123.456.789-{n:02}" for n in range(6)] + ["X"], "cpf")
        assert found.patterns == (("999.999.999-99", 6),)
        assert (found.mean, found.quantiles, found.min) == (None, (), None)


class TestChildrenPerParent:
    def test_counts_childless_parents(self, loja: Shop) -> None:
        stats = {f.table: f for f in loja.judge().foreign_key_stats}
        orders = stats["pedidos"]
        assert (orders.parents, orders.children, orders.min, orders.median, orders.max) == (3, 3, 0, 1.0, 2)
        assert (orders.childless, orders.childless_share) == (1, 0.333333)

    def test_orphans_are_no_children(self, loja: Shop) -> None:
        loja.change("pedidos", "2,1,estornado", "9,1,estornado")
        orders = next(f for f in loja.judge().foreign_key_stats if f.table == "pedidos")
        assert (orders.children, orders.childless) == (2, 2)

    def test_an_even_median(self, tmp_path: Path) -> None:
        parent = table("p", [column("id", "int4")], primary_key("id"))
        child = table("c", [column("p_id", "int4")], foreign_key(["p_id"], "p"))
        (tmp_path / "loja.p.csv").write_text("id\n1\n2\n")
        (tmp_path / "loja.c.csv").write_text("p_id\n1\n2\n2\n")
        [found] = evaluate(tmp_path, schema(parent, child)).foreign_key_stats
        assert (found.min, found.median, found.max) == (1, 1.5, 2)


def exclude(*elements: tuple[str, str], **more: object) -> Exclusion:
    parts = tuple(
        ExclusionElement(column=e if e.isidentifier() else None, expression=e, operator=o) for e, o in elements
    )
    return Exclusion(kind="exclusion", name="sem_conflito", method="gist", elements=parts, definition="", **more)


SPAN = [
    ("[2024-01-01,2024-01-10)", "[2024-01-10,2024-01-12)", 0),
    ("[2024-01-01,2024-01-10]", "[2024-01-10,2024-01-12)", 1),
    ("[2024-01-01,2024-01-10)", "(2024-01-08,2024-01-10)", 1),
    ("[2024-01-01,)", "[2030-01-01,2030-01-02)", 1),
    ("(,2024-01-01)", "[2024-01-01,)", 0),
    ("empty", "(,)", 0),
    ("(2024-01-09,2024-01-10)", "(,)", 0),
]


class TestExclusions:
    @pytest.mark.parametrize(("first", "second", "conflicts"), SPAN)
    def test_ranges(self, tmp_path: Path, first: str, second: str, conflicts: int) -> None:
        one = table("t", [column("sala", "int4"), column("q", typed("daterange", kind="range"))],
                    exclude(("sala", "="), ("q", "&&")))  # fmt: skip
        metrics = judge_one(tmp_path, one, f'sala,q\n1,"{first}"\n1,"{second}"\n2,"{second}"\n')
        assert metrics.constraints.exclusion.checked == 1
        assert metrics.constraints.exclusion.violations == conflicts

    def test_a_range_of_two_columns(self, tmp_path: Path) -> None:
        columns = [column("sala", "int4"), column("a", "timestamptz"), column("b", "timestamptz")]
        one = table("t", columns, exclude(("sala", "="), ("tstzrange(a, b)", "&&")))
        rows = [f"1,2024-01-01T0{h}:00:00Z,2024-01-01T0{h + d}:00:00Z" for h, d in ((1, 1), (2, 2), (3, 1))]
        metrics = judge_one(tmp_path, one, "sala,a,b\n" + "\n".join(rows) + "\n")
        [found] = metrics.violations
        assert (found.code, found.count, found.row_index) == ("exclusion", 1, 3)
        assert found.path == "loja.t.sala,tstzrange(a, b)"
        assert set(found.example or {}) == {"sala", "a", "b"}

    def test_a_predicate_leaves_rows_out(self, tmp_path: Path) -> None:
        columns = [column("sala", "int4"), column("ativo", "bool")]
        one = table("t", columns, exclude(("sala", "="), predicate="ativo"))
        assert judge_one(tmp_path, one, "sala,ativo\n1,true\n1,false\n").ok
        assert not judge_one(tmp_path, one, "sala,ativo\n1,true\n1,true\n").ok

    def test_different_values_of_a_group(self, tmp_path: Path) -> None:
        one = table("t", [column("jaula", "int4"), column("bicho", "text")], exclude(("jaula", "="), ("bicho", "<>")))
        assert judge_one(tmp_path, one, "jaula,bicho\n1,leão\n1,leão\n2,zebra\n").ok
        [found] = judge_one(tmp_path, one, "jaula,bicho\n1,leão\n1,zebra\n").violations
        assert found.row_index == 2

    def test_what_cannot_be_compared_is_said(self, tmp_path: Path) -> None:
        one = table("t", [column("c", "text")], exclude(("c", "~=")))
        metrics = judge_one(tmp_path, one, "c\nx\n")
        assert metrics.constraints.exclusion.not_evaluated == 1

    def test_temporal_keys(self, tmp_path: Path) -> None:
        key = PrimaryKey(kind="primary_key", name="pk", columns=("id", "q"), without_overlaps=True)
        one = table("t", [column("id", "int4"), column("q", typed("int4range", kind="range"))], key)
        assert judge_one(tmp_path, one, 'id,q\n1,"[1,3)"\n1,"[3,4)"\n').ok
        [found] = judge_one(tmp_path, one, 'id,q\n1,"[1,3]"\n1,"[3,4)"\n').violations
        assert (found.code, found.path, found.row_index) == ("primary_key", "loja.t.id,q", 2)


def texts(document: Document) -> Iterator[str]:
    """Everything a report says."""
    yield document.title
    for block in document.blocks:
        match block:
            case Section():
                yield block.title
            case Note():
                yield block.text
            case Grid():
                yield from (block.caption, *(heading.name for heading in block.headings))
                yield from (cell for row in block.rows for cell in row if isinstance(cell, str))


def broken(loja: Shop) -> Metrics:
    loja.change("pedidos", "pago", "Pago|<b>")
    return loja.judge(plan(targets=[("clientes", 4), ("pedidos", 3)]))


class TestReports:
    def test_html_says_what_markdown_says(self, loja: Shop) -> None:
        evaluation = broken(loja)
        html = report_html(evaluation)
        for said in texts(report(evaluation, None)):
            assert plain(visible(said)) in report_md(evaluation)
            assert escape(said) in html

    def test_html_stands_alone(self, loja: Shop) -> None:
        page = report_html(broken(loja))
        assert "prefers-color-scheme:dark" in page
        assert not re.search(r"<script|https?:|@import|url\(|src=|href=|\bon\w+=\"", page)
        assert "|<b>" not in page

    def test_equal_data_gives_equal_pages(self, loja: Shop) -> None:
        assert report_html(loja.judge()) == report_html(loja.judge(threads=1))

    def test_the_extension_is_numbered(self, loja: Shop) -> None:
        assert loja.judge().metrics_extension == METRICS_EXTENSION == "3"
