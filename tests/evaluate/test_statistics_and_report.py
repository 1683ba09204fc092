"""Statistics, privacy, the report, and the files written."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from datalchemy_nb.contracts.metrics import ColumnStat, Metrics
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.pii import pii_tag
from datalchemy_nb.errors import Cancelled, OutputError, RunNotFound, UsageError
from datalchemy_nb.evaluate import evaluate
from datalchemy_nb.results.report import write_report
from tests.evaluate.judging import Shop, check, column, judge_one, plan, primary_key, report_md, table


def stats(directory: Path, kind: str, cells: list[str], name: str = "c") -> ColumnStat:
    text = f"k,{name}\n" + "".join(f"{i},{cell}\n" for i, cell in enumerate(cells))
    one = table("t", [column("k", "int4"), column(name, kind, null=True)])
    return judge_one(directory, one, text).column_stats[1]


class TestStatistics:
    def test_numbers(self, tmp_path: Path) -> None:
        stat = stats(tmp_path, "int4", ["0", "10", "10", "", "100"])
        assert (stat.null_count, stat.null_rate, stat.distinct_count, stat.min, stat.max) == (1, 0.2, 3, "0", "100")
        assert stat.top_values == (("10", 2), ("0", 1), ("100", 1))
        assert (len(stat.histogram), stat.histogram[0], stat.histogram[2], stat.histogram[19]) == (20, 1, 2, 1)
        assert sum(stat.histogram) == 4

    def test_one_value_only(self, tmp_path: Path) -> None:
        stat = stats(tmp_path, "numeric(5,2)", ["1.50", "1.50"])
        assert (stat.min, stat.histogram[0], sum(stat.histogram)) == ("1.50", 2, 2)

    def test_moments(self, tmp_path: Path) -> None:
        stat = stats(tmp_path, "timestamptz", ["2024-01-01T00:00:00Z", "2024-01-03T12:00:00.5Z", "infinity"])
        assert (stat.min, stat.max, sum(stat.histogram)) == ("2024-01-01T00:00:00Z", "infinity", 2)

    def test_special_floats(self, tmp_path: Path) -> None:
        assert sum(stats(tmp_path, "float8", ["NaN", "Infinity", "1", "2"]).histogram) == 2

    def test_only_nulls(self, tmp_path: Path) -> None:
        stat = stats(tmp_path, "date", ["", ""])
        assert (stat.null_rate, stat.distinct_count, stat.min, stat.histogram) == (1.0, 0, None, ())

    def test_no_rows(self, tmp_path: Path) -> None:
        stat = stats(tmp_path, "text", [])
        assert (stat.null_count, stat.null_rate, stat.distinct_count) == (0, None, 0)

    @pytest.mark.parametrize(
        "kind", ["json", "bytea", "bit(1)", "int4range", "_int4", "interval", "inet", "timetz", "bool"]
    )
    def test_any_type_has_some(self, tmp_path: Path, kind: str) -> None:
        assert stats(tmp_path, kind, ["", ""]).null_count == 2

    def test_personal_data_is_never_shown(self, tmp_path: Path) -> None:
        stat = stats(tmp_path, "text", ["ana@example.com", "bia@example.com"], "email_pessoal")
        assert (stat.min, stat.max, stat.top_values, stat.histogram) == (None, None, (), ())
        assert stat.distinct_count == 2


class TestPrivacy:
    def test_examples_hide_personal_cells(self, loja: Shop, tmp_path: Path) -> None:
        loja.change("clientes", "cae@", "@")
        loja.change("clientes", "Ana,", "A" * 21 + ",")
        evaluation = loja.judge()
        assert {str(v.example) for v in evaluation.violations} == {"{'email': '***'}", "{'nome': '***'}"}
        for secret in ("ana@", "@example", "AAAA", "Bia"):
            assert secret not in evaluation.to_json() + report_md(evaluation)

    @pytest.mark.parametrize(
        ("name", "tag"),
        [
            ("email", "pii.email"),
            ("e_mail", "pii.email"),
            ("emailAddress", "pii.email"),
            ("cliente_cpf", "pii.cpf"),
            ("CPF", "pii.cpf"),
            ("rg", "pii.rg"),
            ("cargo", None),
            ("tipo", None),
            ("nome", "pii.name"),
            ("nomeCompleto", "pii.name"),
            ("sobrenome", "pii.name"),
            ("endereço", "pii.address"),
            ("telefone2", "pii.phone"),
            ("data_nascimento", "pii.birth"),
            ("ip", "pii.network"),
            ("cep", "pii.location"),
            ("renomear", None),
            ("url_site", "pii.network"),
            ("valor", None),
            ("", None),
            ("HTTPUrl", "pii.network"),
        ],
    )
    def test_tags_go_by_words(self, name: str, tag: str | None) -> None:
        assert pii_tag(name) == tag


class TestReport:
    def test_is_the_same_twice(self, loja: Shop) -> None:
        loja.change("pedidos", "pago", "Pago")
        assert report_md(loja.judge()) == report_md(loja.judge(threads=1))

    def test_puts_the_worst_first(self, loja: Shop) -> None:
        loja.change("pedidos", "pago", "Pago")
        loja.write("clientes", loja.path("clientes").read_text() + "4,x,y,,\n5,x,z,,\n")
        report = report_md(loja.judge(plan(targets=[("clientes", 5), ("pedidos", 3)])))
        sections = re.findall(r"^## (.+)$", report, re.MULTILINE)
        assert sections == [
            "Run summary",
            "Targets and row counts",
            "Constraint summary",
            "Top violations",
            "Children per parent",
            "Personal data",
            "Columns",
            "Recommendations",
        ]
        assert report.index("| check | loja.clientes | 2 |") < report.index("| enum | loja.pedidos.status | 1 |")
        assert "**✗ FAIL**\n\n3 violations in 2 places." in report

    def test_escapes_what_a_database_holds(self, tmp_path: Path) -> None:
        one = table("t", [column("a|b<i>", "text", null=False), column("k", "int4")], check("CHECK ((k > 0))", "x|`y"))
        report = report_md(judge_one(tmp_path, one, '"a|b<i>",k\n,0\n'))
        assert "<i>" not in report.replace("\\<i\\>", "")
        lines = [line for line in report.splitlines() if line.startswith("| not_null")]
        assert len(re.findall(r"(?<!\\)\|", lines[0])) == 7

    def test_of_a_clean_dataset(self, loja: Shop) -> None:
        report = report_md(loja.judge())
        assert "**✓ PASS**\n\nNo violations." in report
        assert "nothing to do" in report

    def test_limits_examples(self, loja: Shop) -> None:
        loja.change("pedidos", "pago", "Pago")
        loja.change("pedidos", "0.00", "-1")
        evaluation = loja.judge(max_examples=1)
        assert [v.example is not None for v in evaluation.violations] == [True, False]
        assert "1 more are in metrics.json" in report_md(evaluation, max_examples=1)


class TestWrite:
    def test_writes_both_files_whole(self, loja: Shop, tmp_path: Path) -> None:
        loja.change("pedidos", "pago", "Pago")
        evaluation = loja.judge()
        write_report(tmp_path / "out", evaluation, None)
        metrics, report = tmp_path / "out/metrics.json", tmp_path / "out/report.md"
        assert Metrics.read(metrics) == evaluation
        assert report.read_text() == report_md(evaluation)
        assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["metrics.json", "report.html", "report.md"]
        assert json.loads(metrics.read_text())["violations"][0]["example"] == {"status": "Pago"}

    def test_fails_as_ours(self, loja: Shop, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")
        with pytest.raises(OutputError):
            write_report(tmp_path / "file", loja.judge(), None)


class TestEntry:
    def test_no_directory(self, loja: Shop) -> None:
        with pytest.raises(RunNotFound):
            evaluate(loja.directory / "none", loja.schema)

    def test_no_known_file(self, loja: Shop, tmp_path: Path) -> None:
        (tmp_path / "other.csv").write_text("a\n")
        with pytest.raises(RunNotFound, match="no data file"):
            evaluate(tmp_path, loja.schema)

    def test_bad_memory_limit(self, loja: Shop) -> None:
        with pytest.raises(UsageError):
            loja.judge(memory_limit="much")

    def test_run_id_of_the_report(self, loja: Shop) -> None:
        (loja.directory / "generation_report.json").write_text('{"run_id": "abc"}')
        assert loja.judge().run_id == "abc"

    def test_expected_rows_override_the_plan(self, loja: Shop) -> None:
        targets = plan(targets=[("clientes", 99)])
        assert loja.judge(targets, expected_rows={TableRef("loja", "clientes"): 3}).ok

    def test_progress_may_stop_it(self, loja: Shop) -> None:
        seen: list[tuple[int, int]] = []

        def progress(what: str, done: int, total: int) -> None:
            seen.append((done, total))
            if done == 2:
                raise Cancelled("stopped")

        with pytest.raises(Cancelled):
            loja.judge(on_progress=progress)
        assert seen == [(0, 4), (1, 4), (2, 4)]

    def test_leaves_nothing_behind(self, loja: Shop, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        spill = tmp_path / "spill"
        spill.mkdir()
        monkeypatch.setattr("tempfile.tempdir", str(spill))
        before = sorted(p.name for p in loja.directory.iterdir())
        loja.judge()
        assert list(spill.iterdir()) == []
        assert sorted(p.name for p in loja.directory.iterdir()) == before

    def test_wide_tables(self, tmp_path: Path) -> None:
        names = [f"c{i}" for i in range(400)]
        one = table("t", [column(name, "int4") for name in names], primary_key("c0"))
        text = ",".join(names) + "\n" + ",".join("1" * 400) + "\n"
        assert judge_one(tmp_path, one, text).ok
