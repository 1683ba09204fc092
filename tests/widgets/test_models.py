"""Schema, preview, run, report, golden and connect, without a view."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from datalchemy_nb.commands.parser import parse, split_line
from datalchemy_nb.session import Session
from datalchemy_nb.widgets.models.connect import ENVIRONMENT, TYPED, ConnectModel
from datalchemy_nb.widgets.models.golden import GoldenModel
from datalchemy_nb.widgets.models.preview import PreviewModel
from datalchemy_nb.widgets.models.report import ReportModel
from datalchemy_nb.widgets.models.run import RunModel
from datalchemy_nb.widgets.models.schema import SchemaModel
from datalchemy_nb.widgets.models.workbench import PanelModel, Workbench

from .shops import CUSTOMERS, ORDERS, shop_plan


def test_schema_is_searched_by_tables_and_columns(bench: Workbench) -> None:
    model = SchemaModel(bench)
    assert (model.found, model.table) == ((CUSTOMERS, ORDERS), CUSTOMERS)
    model.search = "cliente_id"
    assert model.found == (ORDERS,)
    assert model.table == ORDERS
    model.search = "nothing like it"
    assert model.result is None


class TestPreview:
    def test_paging(self, bench: Workbench) -> None:
        model = PreviewModel(bench)
        assert (model.table, model.total, model.page.frame.height) == (CUSTOMERS, 100, 20)
        model.move(-1)
        assert model.offset == 0
        model.go_last()
        assert (model.page.offset, model.page.frame.height) == (80, 20)
        model.go(10**12)
        assert model.page.offset == 99
        assert model.notice is None

    def test_a_billion_rows(self, bench: Workbench) -> None:
        bench.take_plan(shop_plan(10**9))
        model = PreviewModel(bench)
        model.go_last()
        assert model.page.offset == 10**9 - 20
        assert model.magic == "%datalchemy preview loja.clientes --rows 20 --offset 999999980"

    def test_columns_by_words(self, bench: Workbench) -> None:
        model = PreviewModel(bench)
        model.columns = "nom, idade"
        assert model.page.frame.columns == ["nome", "idade"]
        model.columns = "xyz"
        assert model.notice.state == "warn"
        model.columns = ""
        assert len(model.page.frame.columns) == 4

    def test_a_runs_file_is_sorted_and_searched(self, bench: Workbench) -> None:
        run = bench.session.generate()
        model = PreviewModel(bench)
        assert [made.run_id for made in bench.runs] == [run.run_id]
        model.choose_source(run.run_id)
        assert (model.page.run_id, model.total) == (run.run_id, 100)
        model.go_last()
        model.search("idade > 30")
        model.sort, model.descending = "idade", True
        ages = model.page.frame["idade"]
        assert model.offset == 0
        assert ages.is_sorted(descending=True)
        assert model.total == run["clientes"].filter(pl.col("idade") > 30).collect().height
        order = "--where 'idade > 30' --sort idade --descending"
        assert model.magic == f"%datalchemy preview loja.clientes --rows 20 --run {run.run_id[:8]} {order}"
        model.search("idade >")
        assert model.notice.state == "bad"
        assert model.page is None
        model.choose(ORDERS)
        assert (model.where, model.sort, model.notice) == ("", "", None)
        model.choose_source("")
        assert model.page.run_id == ""


class TestRun:
    def test_a_run_with_progress(self, bench: Workbench) -> None:
        model = RunModel(bench)
        model.generate()
        assert model.wait()
        assert bench.run.report.status == "complete"
        assert model.tick.done == model.tick.total == 400
        assert {ref: state.done for ref, state in model.tables.items()} == {CUSTOMERS: 100, ORDERS: 300}
        assert [run.status for run in bench.runs] == ["complete"]
        assert not model.busy

    def test_a_stopped_run_is_listed(self, bench: Workbench, session: Session) -> None:
        bench.take_plan(shop_plan(30_000_000))
        model = RunModel(bench)
        moving = threading.Event()
        model.observe(lambda _: moving.set(), ["tick"])
        model.generate()
        assert moving.wait(30)
        assert model.busy
        model.stop()
        assert model.wait(20)
        assert model.notice.state == "warn"
        assert [run.status for run in bench.runs] == ["partial"]

    def test_a_stopped_run_is_resumed(self, bench: Workbench) -> None:
        bench.take_plan(shop_plan(400_000))
        model = RunModel(bench)
        model.observe(lambda _: model.stop(), ["tick"])
        model.generate()
        assert model.wait(60)
        assert model.partial
        model.unobserve_all("tick")
        model.resume()
        assert model.wait(120)
        assert bench.run.report.status == "complete"
        assert model.partial is None

    def test_an_invalid_plan_is_refused_in_words(self, bench: Workbench) -> None:
        bench.take_plan(shop_plan(0))
        model = RunModel(bench)
        model.generate()
        model.wait()
        assert "0 rows are asked for" in model.notice.text


@pytest.fixture
def run(bench: Workbench) -> Any:
    model = RunModel(bench)
    model.generate()
    assert model.wait()
    return bench.run


class TestReport:
    def test_no_violations(self, bench: Workbench, run: Any) -> None:
        model = ReportModel(bench)
        model.evaluate()
        assert model.wait()
        assert model.notice.text == "no violations"
        model.search = "idade"
        assert [stat.column for stat in model.statistics] == ["idade"]

    def test_down_to_the_offending_row(self, bench: Workbench, run: Any) -> None:
        path = run.directory / "loja.clientes.csv"
        lines = path.read_text().splitlines(keepends=True)
        lines[6] = lines[5]
        path.write_text("".join(lines))
        model = ReportModel(bench)
        model.evaluate()
        assert model.wait()
        assert model.violations
        index = next(i for i, v in enumerate(model.violations) if v.row_index is not None)
        model.drill(model.violations[index])
        assert model.rows is not None
        shown = range(model.rows.first, model.rows.first + model.rows.frame.height)
        assert model.violations[index].row_index in shown
        model.search = "no such words"
        assert (model.violations, model.chosen, model.rows) == ((), None, None)


class TestGolden:
    def test_accept_compare_break_and_accept_again(self, bench: Workbench, run: Any) -> None:
        model = GoldenModel(bench)
        model.name = "base"
        model.accept()
        model.wait()
        assert model.names == ("base",)
        model.check()
        model.wait()
        assert bench.difference.ok
        bench.take_plan(shop_plan(101))
        again = RunModel(bench)
        again.generate()
        again.wait()
        model.run_id = bench.run.run_id
        model.check()
        model.wait()
        assert not bench.difference.ok
        model.accept()
        assert "exists already" in model.notice.text
        model.confirmed = True
        model.accept()
        model.wait()
        assert model.notice.state == "ok"
        assert not model.confirmed

    def test_a_name_that_cannot_be_one(self, bench: Workbench, run: Any) -> None:
        model = GoldenModel(bench)
        model.name = "../up"
        model.accept()
        model.wait()
        assert "cannot name a golden" in model.notice.text


class TestConnect:
    def test_profiles_hold_no_secret(self, bench: Workbench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        services = tmp_path / "services"
        services.write_text("[prod]\nhost=db\npassword=s3cret\n[dev]\nhost=x\n")
        monkeypatch.setenv("PGSERVICEFILE", str(services))
        model = ConnectModel(bench)
        assert [value for _, value in model.profiles] == ["demo", ENVIRONMENT, "service prod", "service dev", TYPED]
        model.profile = TYPED
        model.user, model.database = "ana", "loja"
        assert model.conninfo("s3cret's") == "host=localhost port=5432 user=ana dbname=loja password='s3cret\\'s'"
        assert "s3cret" not in repr(model.trait_values())

    def test_a_server_that_does_not_answer(self, bench: Workbench) -> None:
        model = ConnectModel(bench)
        model.profile, model.host, model.port = TYPED, "127.0.0.1", "1"
        model.test("s3cret")
        assert model.wait(60)
        assert model.notice.state == "bad"
        assert "s3cret" not in repr(model.notice)

    def test_connecting_and_reading(self, crm_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("DATABASE_URL", crm_url)
        bench = Workbench(Session())
        model = ConnectModel(bench)
        model.profile = ENVIRONMENT
        model.introspect()
        assert "not connected" in model.notice.text
        model.test()
        model.wait()
        model.schemas = "crm"
        model.introspect()
        model.wait()
        assert len(bench.schema.tables) == 20
        assert bench.session.schema is bench.schema
        assert model.magic == "%datalchemy introspect --schema crm"
        bench.jobs.close()


@pytest.mark.parametrize("kind", [SchemaModel, PreviewModel, RunModel, ReportModel, ConnectModel])
def test_the_magic_line_can_be_parsed(bench: Workbench, kind: type[PanelModel]) -> None:
    line = kind(bench).magic
    assert parse(split_line(line.removeprefix("%datalchemy "))).name
