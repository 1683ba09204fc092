"""Workers of a Dask cluster make the bytes a local run makes, whatever becomes of them."""

from __future__ import annotations

import hashlib
import importlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from datalchemy_nb.contracts.run import BLOCK_ROWS
from datalchemy_nb.errors import Cancelled, ConnectionFailed, OutputError, UsageError
from datalchemy_nb.export import cluster as module
from datalchemy_nb.export.cluster import Cluster
from datalchemy_nb.export.parts import PART_ROWS, Part, Task, laid, make_part, part_rows
from datalchemy_nb.export.place import Place
from datalchemy_nb.export.run import Options, generate, resume
from datalchemy_nb.export.rundir import MANIFEST, PLAN, SCHEMA, RunDirectory, find_run, list_runs
from datalchemy_nb.export.stream import Progress
from datalchemy_nb.export.versions import head_of
from datalchemy_nb.results.base import Run
from datalchemy_nb.session import Session

if find_spec("distributed") is None:
    pytest.skip("no Dask: install the dask extra", allow_module_level=True)
BOTH = ("csv", "parquet")


def distributed() -> Any:
    """The library, imported when a test runs and not when it is collected."""
    return importlib.import_module("distributed")


@pytest.fixture(scope="module")
def processes() -> Iterator[Any]:
    """Two worker processes."""
    with distributed().LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", silence_logs="CRITICAL"
    ) as started:
        yield started


@pytest.fixture
def threads() -> Iterator[Any]:
    """One worker in this process, which shares its memory file system."""
    with distributed().LocalCluster(
        n_workers=1, threads_per_worker=2, processes=False, dashboard_address="127.0.0.1:0", silence_logs="CRITICAL"
    ) as started:
        yield started


def content(run: Run) -> list[Any]:
    return [(t.file, t.sha256, t.others, t.rows, t.blocks) for t in run.manifest.tables]


def files(directory: Path) -> dict[str, str]:
    data = [p for p in directory.rglob("*") if p.suffix in (".csv", ".parquet", ".partial")]
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in data}


class Runner:
    """Runs the plan on a cluster, a block a part, so that there are many."""

    def __init__(self, session: Session, plan: Any) -> None:
        self.session, self.plan, self.out = session, session.resolved(plan), session.out_dir

    def __call__(self, scheduler: Any, *, again: RunDirectory | None = None, **more: Any) -> Run:
        own = {name: more.pop(name) for name in ("parts", "merge") if name in more}
        options = Options(formats=more.pop("formats", BOTH), **more)
        assert self.session.schema is not None
        with Cluster(scheduler.scheduler_address, part_rows=BLOCK_ROWS, **own) as helpers:
            options = replace(options, helpers=helpers)
            if again is not None:
                return resume(again, self.plan, options)
            return generate(self.plan, self.session.schema, self.out, options)


@pytest.fixture
def runner(session: Session, plan: Any) -> Runner:
    return Runner(session, plan)


@pytest.fixture
def whole(session: Session, plan: Any, tmp_path: Path) -> Run:
    """What a local run makes."""
    return session.generate(plan, out_dir=tmp_path / "whole", formats="both")


def stop_after(rows: int) -> Callable[[Progress], None]:
    def listen(progress: Progress) -> None:
        if progress.all_rows >= rows:
            raise KeyboardInterrupt

    return listen


class TestSameBytes:
    def test_the_verb(self, session: Session, plan: Any, whole: Run) -> None:
        events: list[Progress] = []
        run = session.generate(plan, formats="both", dask="local", workers=2, on_progress=events.append)
        assert content(run) == content(whole)
        assert files(run.directory) == files(whole.directory)
        assert not (run.directory / "parts").exists()
        assert run.report.workers == 2
        assert [e.all_rows for e in events] == sorted(e.all_rows for e in events)
        assert events[-1].all_rows == events[-1].all_rows_total

    def test_the_command(self, schema_file: Path, plan_file: Path, whole: Run, tmp_path: Path) -> None:
        words = ["generate", str(plan_file), "--schema-file", str(schema_file), "--dask", "local", "--workers", "1"]
        code = "import sys; from datalchemy_nb.commands.cli import main; sys.exit(main(sys.argv[1:]))"
        command = [sys.executable, "-c", code, *words, "--format", "both", "--out", str(tmp_path / "runs")]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert "complete" in done.stdout
        assert files(find_run(None, tmp_path / "runs").path) == files(whole.directory)

    @pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
    def test_a_worker_is_killed(self, processes: Any, runner: Runner, whole: Run) -> None:
        """Its tasks are made by another, and no byte changes."""
        killed: list[int] = []

        def kill(progress: Progress) -> None:
            if not killed and progress.ref.table == "contatos":
                killed.append(next(iter(processes.workers.values())).pid)
                os.kill(killed[0], signal.SIGKILL)

        run = runner(processes, on_progress=kill)
        assert killed
        assert content(run) == content(whole)
        assert files(run.directory) == files(whole.directory)

    def test_retries_and_counters_are_those_of_a_local_run(self, processes: Any, runner: Runner, whole: Run) -> None:
        report = runner(processes).report
        volatile = {"duration_ms", "run_id", "throughput_bytes_per_sec", "peak_memory_bytes", "tables", "workers"}
        assert report.model_dump(exclude=volatile) == whole.report.model_dump(exclude=volatile)


class TestStopped:
    def stopped(self, runner: Runner, scheduler: Any, **more: Any) -> RunDirectory:
        with pytest.raises(Cancelled, match="stopped"):
            runner(scheduler, on_progress=stop_after(100_000), **more)
        return list_runs(runner.out)[0]

    def test_nothing_is_left_on_the_scheduler(self, processes: Any, runner: Runner) -> None:
        self.stopped(runner, processes)
        with distributed().Client(processes, set_as_default=False) as client:
            waiting = client.run_on_scheduler(lambda dask_scheduler: len(dask_scheduler.unrunnable))
            assert waiting == 0

    def test_threads_of_this_process_go_on(
        self, processes: Any, runner: Runner, session: Session, plan: Any, whole: Run
    ) -> None:
        directory = self.stopped(runner, processes)
        assert content(session.generate(resume=directory.path)) == content(whole)

    def test_workers_go_on_with_a_local_run(
        self, processes: Any, runner: Runner, session: Session, plan: Any, whole: Run
    ) -> None:
        with pytest.raises(Cancelled):
            session.generate(plan, formats="both", on_progress=stop_after(100_000))
        run = runner(processes, again=list_runs(session.out_dir)[0])
        assert content(run) == content(whole)
        assert files(run.directory) == files(whole.directory)

    def test_parts_that_were_made_stay_made(self, processes: Any, runner: Runner, whole: Run, tmp_path: Path) -> None:
        directory = self.stopped(runner, processes, merge=False, parts=str(tmp_path / "shared"))
        made = {p: p.stat().st_mtime_ns for p in (tmp_path / "shared").rglob("*.csv")}
        assert made
        run = runner(processes, again=directory, merge=False, parts=str(tmp_path / "shared"))
        assert {p: p.stat().st_mtime_ns for p in made} == made
        assert [t.blocks for t in run.manifest.tables] == [t.blocks for t in whole.manifest.tables]

    def test_parts_that_stay_need_workers(self, processes: Any, runner: Runner, session: Session) -> None:
        directory = self.stopped(runner, processes, merge=False)
        with pytest.raises(UsageError, match="workers must go on"):
            session.generate(resume=directory.path)


class TestPartsStay:
    def test_put_behind_one_another_they_are_the_whole_file(
        self, processes: Any, runner: Runner, whole: Run, tmp_path: Path
    ) -> None:
        run = runner(processes, merge=False, parts=str(tmp_path / "shared"))
        assert not list(run.directory.glob("*.csv"))
        for own, local in zip(run.manifest.tables, whole.manifest.tables, strict=True):
            csvs = [part for part in own.parts if part.file.endswith(".csv")]
            joined = b"".join(Path(part.file).read_bytes() for part in csvs)
            assert (own.sha256, own.blocks) == (None, local.blocks)
            assert hashlib.sha256(joined).hexdigest() == local.sha256
            assert sum(part.rows for part in csvs) == local.rows

    def test_a_parquet_part_is_a_parquet_file(self, processes: Any, runner: Runner, whole: Run) -> None:
        run = runner(processes, merge=False, formats=("parquet",))
        table = next(t for t in run.manifest.tables if t.table == "contatos")
        assert [part.first_row for part in table.parts] == [0, BLOCK_ROWS, 2 * BLOCK_ROWS]
        frame = pl.concat([pl.read_parquet(run.directory / part.file) for part in table.parts])
        assert frame.equals(pl.read_parquet(whole.directory / "crm.contatos.parquet"))

    def test_a_golden_compares_values(self, processes: Any, runner: Runner, session: Session, whole: Run) -> None:
        run = runner(processes, merge=False)
        session.golden_save("parts", whole)
        assert session.golden_check("parts", run).ok

    def test_any_place_that_fsspec_opens(self, threads: Any, runner: Runner, whole: Run) -> None:
        run = runner(threads, merge=False, formats=("csv",), parts="memory://runs/here")
        part = run.manifest.tables[0].parts[0]
        assert part.file.startswith("memory://runs/here/")
        local = (whole.directory / whole.manifest.tables[0].file).read_bytes()
        with Place(part.file.rpartition("/")[0]).reading(part.file.rpartition("/")[2]) as file:
            assert file.read() == local

    def test_merging_from_such_a_place(self, threads: Any, runner: Runner, whole: Run) -> None:
        run = runner(threads, parts="memory://runs/merged")
        assert content(run) == content(whole)
        assert Place(f"memory://runs/merged/{run.directory.name}").read_text(PLAN) is None


class TestRefused:
    def test_nobody_answers(self, session: Session, plan: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "_CONNECT_SECONDS", 1)
        with pytest.raises(ConnectionFailed, match=r"no Dask scheduler answers at tcp://127\.0\.0\.1:1") as caught:
            session.generate(plan, dask="tcp://127.0.0.1:1")
        assert "--dask local" in str(caught.value)
        assert not session.out_dir.exists()

    def test_no_workers(self, session: Session, plan: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "_CONNECT_SECONDS", 1)
        with (
            distributed().LocalCluster(n_workers=0, dashboard_address="127.0.0.1:0") as empty,
            pytest.raises(ConnectionFailed, match="has no workers"),
        ):
            session.generate(plan, dask=empty.scheduler_address)

    def test_the_extra_is_missing(self, session: Session, plan: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setitem(sys.modules, "distributed", None)
        with pytest.raises(UsageError, match="not installed") as caught:
            session.generate(plan, dask="local")
        assert "'.[dask]'" in str(caught.value)

    def test_parts_without_workers(self, session: Session, plan: Any) -> None:
        with pytest.raises(UsageError, match="only Dask workers"):
            session.generate(plan, merge=False)

    def test_a_worker_of_another_version(self, session: Session, plan: Any, tmp_path: Path) -> None:
        task = self.task(session, plan, tmp_path)
        older = task.head.model_copy(update={"dependencies": {**task.head.dependencies, "polars": "0.1"}})
        with pytest.raises(UsageError, match="its dependencies differ"):
            make_part(replace(task, head=older))

    def test_a_worker_that_sees_another_disk(self, session: Session, plan: Any, tmp_path: Path) -> None:
        task = self.task(session, plan, tmp_path)
        with pytest.raises(OutputError, match="a worker finds no"):
            make_part(replace(task, place=str(tmp_path / "elsewhere")))

    def test_a_url_nothing_opens(self) -> None:
        with pytest.raises(UsageError, match="nosuch"):
            Place("nosuch://bucket/runs")

    def task(self, session: Session, plan: Any, place: Path) -> Task:
        resolved = session.resolved(plan)
        assert session.schema is not None
        Place(str(place)).write_text(PLAN, resolved.plan.to_json())
        Place(str(place)).write_text(SCHEMA, session.schema.to_json())
        ref = next(iter(resolved.tables))
        return Task(str(place), ref, 0, resolved.tables[ref].rows, ("csv",), head_of(resolved, ("csv",)))


class TestAPart:
    def test_made_again_only_if_something_is_missing(self, session: Session, plan: Any, tmp_path: Path) -> None:
        task = TestRefused().task(session, plan, tmp_path)
        part = make_part(task)
        path = tmp_path / part.files["csv"].file
        before = path.read_bytes()
        path.write_bytes(before[:-1])
        assert make_part(task) == part
        assert path.read_bytes() == before
        assert not list(tmp_path.glob(".making-*"))

    def test_only_who_made_it_tells_what_need_not_be_read(self, session: Session, plan: Any, tmp_path: Path) -> None:
        task = TestRefused().task(session, plan, tmp_path)
        part = make_part(task)
        assert part.marks[-1]["csv"].sha256 == part.files["csv"].sha256
        assert make_part(task).marks == ()
        assert Part.from_json(part.to_json()).marks == ()

    def test_a_plan_that_lies_resolved_is_taken(self, session: Session, plan: Any, tmp_path: Path) -> None:
        task = TestRefused().task(session, plan, tmp_path / "plan")
        ready = laid(session.resolved(plan), tmp_path)
        assert ready is not None
        made = make_part(replace(task, place=str(tmp_path / "no plan lies here"), resolved=ready))
        assert made == make_part(task)
        Path(ready[0]).write_bytes(Path(ready[0]).read_bytes() + b"\0")
        with pytest.raises(OutputError, match="a worker finds no"):
            make_part(replace(task, place=str(tmp_path / "nor here"), resolved=ready))


@pytest.mark.parametrize(
    ("rows", "expected"), [(1, PART_ROWS), (10**9, PART_ROWS), (10**12, 233 * BLOCK_ROWS), (10**13, 2329 * BLOCK_ROWS)]
)
def test_parts_grow_with_very_large_tables(rows: int, expected: int) -> None:
    assert part_rows(rows, PART_ROWS) == expected
    assert expected % BLOCK_ROWS == 0
    assert rows / expected <= 1 << 16


def test_nothing_imports_dask_unasked(schema_file: Path, plan_file: Path, tmp_path: Path) -> None:
    code = (
        "import sys; from datalchemy_nb.session import Session; session = Session(out_dir=sys.argv[3]); "
        "session.use_schema(sys.argv[1]); session.generate(sys.argv[2]); "
        "sys.exit(any(name.split('.')[0] in ('dask', 'distributed', 'fsspec') for name in sys.modules))"
    )
    words = [str(schema_file), str(plan_file), str(tmp_path / "runs")]
    assert subprocess.run([sys.executable, "-c", code, *words], check=False).returncode == 0
    assert (list_runs(tmp_path / "runs")[0].path / MANIFEST).is_file()
