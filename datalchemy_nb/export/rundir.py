"""Run directories: made, found, listed."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING

from datalchemy_nb.contracts.run import GenerationReport, Manifest
from datalchemy_nb.errors import ContractError, OutputError, RunNotFound
from datalchemy_nb.export.checkpoint import CHECKPOINT, so_far
from datalchemy_nb.files import replace
from datalchemy_nb.records import dataclass

if TYPE_CHECKING:
    pass

REPORT, MANIFEST, PLAN, SCHEMA, LOG = (
    "generation_report.json",
    "manifest.json",
    "resolved_plan.json",
    "schema.json",
    "logs.ndjson",
)
CONFIG, METRICS, LOADS = "config.json", "metrics.json", "loads.json"
_NAME = re.compile(r"(?P<stamp>\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}Z)__run_(?P<id>[0-9a-f-]{36})\Z")


@dataclass(frozen=True)
class RunDirectory:
    """One run on disk."""

    path: Path
    run_id: str

    @classmethod
    def create(
        cls, out_dir: Path | str, contents: Callable[[RunDirectory], Mapping[str, str | bytes]] = lambda directory: {}
    ) -> RunDirectory:
        """Make a new run directory; it appears with its first files in it, or not at all.

        Args:
            out_dir: its parent.
            contents: gives names and texts of the first files. What lies in a directory of its own is for the owner's
                eyes only.

        Raises:
            OutputError: the place cannot be written.
        """
        run_id = str(uuid.uuid4())
        stamp = dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H-%M-%SZ")
        made = cls(Path(out_dir) / f"{stamp}__run_{run_id}", run_id)
        begun = made.path.with_name(f".{made.path.name}")
        try:
            _sweep_begun(Path(out_dir))
            Path(out_dir).mkdir(parents=True, exist_ok=True)
            with _held(Path(out_dir)):
                begun.mkdir()
                for name, text in contents(made).items():
                    _write_first(begun / name, text, private="/" in name)
                begun.rename(made.path)
        except BaseException as error:
            shutil.rmtree(begun, ignore_errors=True)
            if not isinstance(error, OSError):
                raise
            raise OutputError(
                f"cannot create a run directory in {out_dir}: {error.strerror or error}",
                hint="name a directory you may write to (out_dir, --out)",
            ) from None
        return made

    @property
    def report(self) -> GenerationReport | None:
        """The generation report, if it was written."""
        return GenerationReport.read(self.path / REPORT) if (self.path / REPORT).is_file() else None

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to do: a report that is there says so, and the manifest came before it."""
        report = self.report
        return (self.path / MANIFEST).is_file() and report is not None and report.status == "complete"

    @property
    def manifest(self) -> Manifest:
        """The manifest.

        Raises:
            RunNotFound: the run is not complete.
        """
        if not (self.path / MANIFEST).is_file():
            raise RunNotFound(
                f"{self.path} holds no {MANIFEST}: the run is not complete",
                hint="generate again, or choose another run",
            )
        return Manifest.read(self.path / MANIFEST)


def _sweep_begun(out_dir: Path) -> None:
    """Remove run directories whose makers were killed before they appeared."""
    dead = [p for p in out_dir.glob(".*__run_*") if _NAME.match(p.name[1:])]
    if dead:
        with _held(out_dir, alone=True) as alone:
            for begun in dead if alone else ():
                shutil.rmtree(begun, ignore_errors=True)


@contextmanager
def _held(out_dir: Path, *, alone: bool = False) -> Iterator[bool]:
    """Hold the directory in which runs are begun; whether nobody else holds it. Some systems have no such locks."""
    try:
        import fcntl

        handle = os.open(out_dir, os.O_RDONLY)
    except (ImportError, OSError):
        yield False
        return
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB if alone else fcntl.LOCK_SH)
        except OSError:
            yield False
        else:
            yield alone
    finally:
        os.close(handle)


def _write_first(path: Path, text: str | bytes, *, private: bool) -> None:
    if private:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        path.touch(mode=0o600)
    if isinstance(text, bytes):
        path.write_bytes(text)
    else:
        path.write_text(text, encoding="utf-8")


def write_out(path: Path, text: str) -> None:
    """Write a file where somebody asked for it, its directory too.

    Raises:
        OutputError: it cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"cannot make {path.parent}: {error.strerror or error}", hint="name a place you may write to"
        ) from None
    write_atomic(path, text)


def write_atomic(path: Path, text: str) -> None:
    """Write a file under a temporary name and rename it.

    Raises:
        OutputError: it cannot be written.
    """
    if not path.name or path.is_dir():
        raise OutputError(f"cannot write {path}: it is a directory", hint="name a file in it")
    try:
        replace({path: text})
    except OSError as error:
        raise OutputError(
            f"cannot write {path}: {error.strerror or error}",
            hint="free some space or name another directory (out_dir, --out)",
        ) from None


def list_runs(out_dir: Path | str) -> list[RunDirectory]:
    """Return the runs in a directory, newest first; introspections beside them are left out."""
    return list(newest_runs(out_dir))


def newest_runs(out_dir: Path | str) -> Iterator[RunDirectory]:
    """Yield the runs in a directory, newest first. A run is looked into only when its turn comes."""
    named = sorted([(m["stamp"], path, m["id"]) for path in _children(Path(out_dir)) if (m := _NAME.match(path.name))])
    for _, together in groupby(reversed(named), key=itemgetter(0)):
        runs = [(path, run_id) for _, path, run_id in together if not (path / CONFIG).is_file()]
        if len(runs) > 1:
            runs.sort(key=lambda run: (_begun(run[0]), *run), reverse=True)
        yield from (RunDirectory(path, run_id) for path, run_id in runs)


def _begun(run: Path) -> int:
    """When a run wrote its plan, in nanoseconds: two runs may begin in one second."""
    plan = run / PLAN
    return plan.stat().st_mtime_ns if plan.is_file() else 0


def _children(directory: Path) -> list[Path]:
    if not directory.is_dir():
        return []
    with os.scandir(directory) as entries:
        return [directory / entry.name for entry in entries if entry.is_dir()]


def find_run(name: str | Path | None, out_dir: Path | str) -> RunDirectory:
    """Return a run by path, by (the beginning of) its id, or the newest when no name is given.

    Raises:
        RunNotFound: nothing fits, or an id's beginning fits several.
    """
    if name is None or str(name) == "latest":
        newest = next(newest_runs(out_dir), None)
        if newest is None:
            raise RunNotFound(f"no runs in {out_dir}", hint="generate first, or name another directory (--out)")
        return newest
    path = Path(name)
    if path.is_dir():
        match = _NAME.match(path.resolve().name)
        return RunDirectory(path, match["id"] if match else _recorded_id(path))
    matching = [run for run in list_runs(out_dir) if run.run_id.startswith(str(name)) or run.path.name == str(name)]
    if len(matching) == 1:
        return matching[0]
    problem = f"{len(matching)} runs begin with {str(name)!r}" if matching else f"no run {str(name)!r}"
    raise RunNotFound(f"{problem} in {out_dir}", hint="`datalchemy runs` lists them")


def finished_run(name: str | Path | None, out_dir: Path | str) -> RunDirectory:
    """Return a run as `find_run` does, or any other directory of files; not a run that was stopped.

    What a stopped run holds is neither the plan's rows nor a data set: its tables end anywhere, and keys lead nowhere.

    Raises:
        RunNotFound: there is none, or it was stopped.
    """
    run = find_run(name, out_dir)
    if (run.path / CHECKPOINT).is_file() and not run.is_complete:
        which = "the newest run" if name is None else "run"
        tables, rows, _ = so_far(run.path)
        raise RunNotFound(
            f"{which} {run.run_id[:8]} was stopped and is not complete: {rows:,} rows of {tables} tables are written",
            hint=f"`generate --resume {run.run_id[:8]}` goes on; `runs` lists the others",
        )
    return run


def _recorded_id(path: Path) -> str:
    try:
        return GenerationReport.read(path / REPORT).run_id
    except ContractError:
        return "unknown"
