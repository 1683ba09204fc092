"""A shop, a clinic and a ledger: every relation at once, over real tables, holds to the last row and byte."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from datalchemy_nb.contracts.golden import Golden
from datalchemy_nb.contracts.relations import RELATIONS
from datalchemy_nb.demo.examples import plans_directory
from datalchemy_nb.evaluate import evaluate
from datalchemy_nb.export.cluster import Cluster
from datalchemy_nb.export.run import Options, generate
from datalchemy_nb.export.stream import stream
from datalchemy_nb.results.base import Run
from datalchemy_nb.session import Session
from tests.conftest import DatabaseFactory

DIRECTORY = plans_directory() / "relations"
NAMES = ("clinic", "ledger", "shop")


@dataclass(frozen=True)
class Example:
    """A session over the tables of one example, and a run of its plan."""

    session: Session
    plan: Path
    run: Run

    @property
    def hashes(self) -> dict[str, str]:
        return {table.file: table.sha256 for table in self.run.manifest.tables}


Examples = Callable[[str], Example]


@pytest.fixture(scope="module")
def example(database: DatabaseFactory, tmp_path_factory: pytest.TempPathFactory) -> Examples:
    @cache
    def made(name: str) -> Example:
        url = database((DIRECTORY / name / "schema.sql").read_text(encoding="utf-8"), kept=True)
        session = Session(out_dir=tmp_path_factory.mktemp(name))
        session.introspect(url)
        plan = DIRECTORY / name / "plan.yaml"
        return Example(session, plan, session.generate(plan))

    return made


@pytest.mark.parametrize("name", NAMES)
def test_postgresql_accepts_every_row_and_the_judge_finds_no_deviation(name: str, example: Examples) -> None:
    made = example(name)
    rows = {table.table: table.rows_generated for table in made.run.report.tables}
    assert max(rows.values()) >= 1000
    assert 8 <= len(rows) <= 15
    loaded = made.session.load(made.run).report
    assert sum(table.rows for table in loaded.tables) == sum(rows.values())
    plan = made.session.resolved(made.plan).plan
    assert made.session.schema is not None
    metrics = evaluate(made.run.directory, made.session.schema, plan)
    assert [
        (e.relation, e.table, e.column, e.expected, e.found) for e in metrics.relations if e.status != "holds"
    ] == []
    assert metrics.violations == ()
    assert [entry for entry in metrics.conformance if entry.status == "deviates"] == []
    # every question is asked of rows: a rule that none has to satisfy would hold by itself
    assert {e.rule for e in metrics.relations} == {index for index, _ in plan.relations}
    assert all(any(e.rows for e in metrics.relations if e.rule == index) for index, _ in plan.relations)


def test_together_they_use_every_word(example: Examples) -> None:
    used = {type(rule) for name in NAMES for _, rule in example(name).session.resolved().plan.relations}
    assert used == set(RELATIONS)


@pytest.mark.parametrize("name", NAMES)
def test_bytes_are_those_of_the_golden_however_they_are_made(name: str, example: Examples) -> None:
    made = example(name)
    golden = Golden.read(DIRECTORY / name / f"{name}.golden.json")
    assert made.hashes == {table.file: table.sha256 for table in golden.manifest.tables}
    resolved = made.session.resolved(made.plan)
    for chunk_rows, workers in ((1_000, 1), (4_096, 2), (65_536, 4)):
        found = stream(resolved, None, chunk_rows=chunk_rows, workers=workers).tables
        assert {table.file: table.sha256 for table in found} == made.hashes, (chunk_rows, workers)


_SCRIPT = """
import json, sys
from datalchemy_nb.session import Session
from datalchemy_nb.export.stream import stream
session = Session()
session.use_schema(sys.argv[1])
print(json.dumps({t.file: t.sha256 for t in stream(session.resolved(sys.argv[2]), None).tables}))
"""


@pytest.mark.parametrize("seed", ["1", "4711"])
def test_processes_with_different_hash_seeds_agree(seed: str, example: Examples, tmp_path: Path) -> None:
    made = example("ledger")
    assert made.session.schema is not None
    schema = tmp_path / "schema.json"
    schema.write_text(made.session.schema.to_json(), encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _SCRIPT, str(schema), str(made.plan)],
        env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert json.loads(done.stdout) == made.hashes


def test_dask_workers_make_the_same(example: Examples, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed")
    made = example("shop")
    assert made.session.schema is not None
    with (
        distributed.LocalCluster(
            n_workers=1, threads_per_worker=2, processes=False, dashboard_address="127.0.0.1:0",
            silence_logs="CRITICAL",
        ) as threads,
        Cluster(threads.scheduler_address) as helpers,
    ):  # fmt: skip
        run = generate(made.session.resolved(made.plan), made.session.schema, tmp_path, Options(helpers=helpers))
    assert {table.file: table.sha256 for table in run.manifest.tables} == made.hashes
