"""A run that was killed, stopped or damaged goes on, and ends with the bytes it would have had."""

from __future__ import annotations

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from datalchemy_nb.contracts.run import BLOCK_ROWS, GenerationReport
from datalchemy_nb.errors import Cancelled, OutputError, RunNotFound, UsageError
from datalchemy_nb.export.checkpoint import CHECKPOINT, Checkpoint, keep, read
from datalchemy_nb.export.rundir import MANIFEST, REPORT, list_runs
from datalchemy_nb.export.stream import Progress
from datalchemy_nb.results.base import Run
from datalchemy_nb.session import Session

KILLS = 6
FORMATS = ("csv", "parquet", "both")


@pytest.fixture(params=FORMATS)
def formats(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def files(directory: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in directory.iterdir() if p.suffix in DATA}


DATA = (".csv", ".parquet", ".partial")


def digests(run: Run) -> list[Any]:
    return [(t.file, t.sha256, t.others, t.rows, t.blocks) for t in run.manifest.tables]


def stop_after(rows: int) -> Callable[[Progress], None]:
    def listen(progress: Progress) -> None:
        if progress.all_rows >= rows:
            raise KeyboardInterrupt

    return listen


def stopped(session: Session, plan: Any, rows: int, formats: str = "csv", **more: Any) -> Path:
    """A run interrupted after so many rows."""
    with pytest.raises(Cancelled, match="stopped"):
        session.generate(plan, formats=formats, on_progress=stop_after(rows), **more)
    return list_runs(session.out_dir)[0].path


def reference(session: Session, plan: Any, tmp_path: Path, formats: str = "csv") -> Run:
    return session.generate(plan, out_dir=tmp_path / "whole", formats=formats)


class TestKilled:
    def start(self, tmp_path: Path, schema: Path, plan: Path, formats: str) -> subprocess.Popen[bytes]:
        words = ["generate", str(plan), "--schema-file", str(schema), "--out", str(tmp_path / "killed"), "-q"]
        return self.spawn([*words, "--format", formats])

    def spawn(self, words: list[str]) -> subprocess.Popen[bytes]:
        code = "import sys; from datalchemy_nb.commands.cli import main; sys.exit(main(sys.argv[1:]))"
        return subprocess.Popen([sys.executable, "-c", code, *words])

    def kill_when_writing(self, process: subprocess.Popen[bytes], out: Path, delay: float) -> None:
        deadline = time.monotonic() + 60
        while process.poll() is None and not list(out.glob("*/crm.*.partial")) and time.monotonic() < deadline:
            time.sleep(0.01)
        time.sleep(delay)
        if process.poll() is None:
            os.kill(process.pid, signal.SIGKILL)
        process.wait()

    def made_again(self, directory: Path) -> int:
        """Rows that are on disk and that a resumed run will not keep, of the table with most of them."""
        if (directory / MANIFEST).is_file():
            return 0
        head, entries = read(directory)
        kept = {ref.file_stem: part.last.rows for ref, part in keep(directory, head.formats, entries).items()}
        rows = {p.name.removesuffix(".csv.partial"): p.read_bytes().count(b"\n") for p in directory.glob("*.csv.*")}
        return max((count - 1 - kept.get(stem, 0) for stem, count in rows.items()), default=0)

    @pytest.mark.skipif(sys.platform == "win32", reason="no SIGKILL")
    def test_again_and_again_it_ends_with_the_same_hashes(
        self, session: Session, schema_file: Path, plan_file: Path, tmp_path: Path, formats: str
    ) -> None:
        whole = reference(session, plan_file, tmp_path, formats)
        moments = random.Random(formats)
        out = tmp_path / "killed"
        self.kill_when_writing(self.start(tmp_path, schema_file, plan_file, formats), out, moments.uniform(0, 0.3))
        directory = list_runs(out)[0].path
        for _ in range(KILLS):
            assert self.made_again(directory) <= BLOCK_ROWS
            again = self.spawn(["generate", "--resume", str(directory), "-q"])
            self.kill_when_writing(again, out, moments.uniform(0, 0.4))
        run = session.generate(resume=directory)
        assert digests(run) == digests(whole)
        assert files(run.directory) == files(whole.directory)


class TestStopped:
    def test_it_ends_with_the_same_files_and_counters(
        self, session: Session, plan: Any, tmp_path: Path, formats: str
    ) -> None:
        whole = reference(session, plan, tmp_path, formats)
        directory = stopped(session, plan, 100_000, formats)
        run = session.generate(resume=directory)
        assert digests(run) == digests(whole)
        assert files(directory) == files(whole.directory)
        assert not (directory / CHECKPOINT).exists()
        assert run.report.status == "complete"
        volatile = {"duration_ms", "run_id", "throughput_bytes_per_sec", "peak_memory_bytes", "tables"}
        assert run.report.model_dump(exclude=volatile) == whole.report.model_dump(exclude=volatile)
        rows = [(t.table, t.rows_generated, t.retries, t.bytes_written) for t in run.report.tables]
        assert rows == [(t.table, t.rows_generated, t.retries, t.bytes_written) for t in whole.report.tables]

    def test_only_what_is_missing_is_made(self, session: Session, plan: Any) -> None:
        """Every block that was written is kept: the table under way goes on at its third."""
        directory = stopped(session, plan, 100_000)
        events: list[Progress] = []
        session.generate(resume=directory, on_progress=events.append)
        assert (events[0].ref.table, events[0].rows) == ("contatos", 150_000)
        rows_before = events[0].all_rows - (150_000 - 2 * BLOCK_ROWS)
        assert rows_before > 2 * BLOCK_ROWS
        assert events[-1].all_rows == events[-1].all_rows_total

    def test_small_chunks_go_on_at_a_block(self, session: Session, plan: Any, tmp_path: Path) -> None:
        whole = reference(session, plan, tmp_path)
        directory = stopped(session, plan, 100_000, chunk_rows=5_000)
        assert digests(session.generate(resume=directory, chunk_rows=3_333, workers=2)) == digests(whole)

    def test_the_report_names_the_tables_finished_before(self, session: Session, plan: Any) -> None:
        directory = stopped(session, plan, 100_000)
        report = GenerationReport.read(directory / REPORT)
        finished = {p.stem for p in directory.glob("*.csv")}
        assert report.status == "partial"
        assert {f"{t.schema_name}.{t.table}" for t in report.tables} == finished
        assert finished
        assert report.bytes_written == sum(p.stat().st_size for p in directory.glob("*.csv"))
        assert not (directory / MANIFEST).exists()

    def test_a_complete_run_is_returned_as_it_is(self, session: Session, plan: Any) -> None:
        run = session.generate(plan)
        before = files(run.directory)
        assert session.generate(resume=run).manifest == run.manifest
        assert files(run.directory) == before


class TestDamaged:
    @pytest.fixture
    def directory(self, session: Session, plan: Any) -> Path:
        return stopped(session, plan, 215_000)

    @pytest.mark.parametrize("name", ["crm.contatos.csv", "crm.oportunidades.csv.partial"])
    def test_a_changed_byte_is_made_again(
        self, name: str, directory: Path, session: Session, plan: Any, tmp_path: Path
    ) -> None:
        with (directory / name).open("r+b") as file:
            file.seek(1_000_000)
            file.write(b"#")
        assert digests(session.generate(resume=directory)) == digests(reference(session, plan, tmp_path))

    def test_a_missing_file_is_made_again(self, directory: Path, session: Session, plan: Any, tmp_path: Path) -> None:
        (directory / "crm.contatos.csv").unlink()
        run = session.generate(resume=directory)
        whole = reference(session, plan, tmp_path)
        assert digests(run) == digests(whole)
        assert files(directory) == files(whole.directory)

    def test_a_torn_line_is_ignored(self, directory: Path, session: Session, plan: Any, tmp_path: Path) -> None:
        checkpoint = directory / CHECKPOINT
        checkpoint.write_bytes(checkpoint.read_bytes()[:-40])
        stopped_again = stop_after(216_000)
        with pytest.raises(Cancelled):
            session.generate(resume=directory, on_progress=stopped_again)
        assert digests(session.generate(resume=directory)) == digests(reference(session, plan, tmp_path))


class TestRefused:
    def test_another_version_of_the_bytes(self, session: Session, plan: Any) -> None:
        directory = stopped(session, plan, 1_000)
        lines = (directory / CHECKPOINT).read_text(encoding="utf-8").split("\n")
        head = {**json.loads(lines[0]), "output_version": 0}
        (directory / CHECKPOINT).write_text("\n".join([json.dumps(head), *lines[1:]]), encoding="utf-8")
        with pytest.raises(UsageError, match="another output version"):
            session.generate(resume=directory)

    def test_a_run_that_could_not_begin_leaves_no_run(
        self, session: Session, plan: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A run directory has its plan, schema and checkpoint from the moment it is seen."""

        def full(*_: Any, **__: Any) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(Path, "write_text", full)
        with pytest.raises(OutputError, match="No space left"):
            session.generate(plan)
        assert list_runs(session.out_dir) == []

    def test_no_checkpoint(self, session: Session, plan: Any) -> None:
        directory = stopped(session, plan, 1_000)
        (directory / CHECKPOINT).unlink()
        with pytest.raises(OutputError, match="nothing to resume"):
            session.generate(resume=directory)

    def test_another_plan(self, session: Session, plan: Any) -> None:
        with pytest.raises(UsageError, match="its own plan"):
            session.generate(plan, resume="latest")

    def test_no_run(self, session: Session, tmp_path: Path) -> None:
        (tmp_path / "empty").mkdir()
        with pytest.raises(RunNotFound):
            session.generate(resume=tmp_path / "empty")

    @pytest.mark.skipif(sys.platform == "win32", reason="no such locks")
    def test_a_run_somebody_is_writing(self, session: Session, plan: Any) -> None:
        directory = stopped(session, plan, 1_000)
        with Checkpoint(directory), pytest.raises(OutputError, match="another process"):
            session.generate(resume=directory)
