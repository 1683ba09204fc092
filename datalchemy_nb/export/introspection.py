"""The run directory of an introspection: schema, its metrics, how it was made, and a log."""

from __future__ import annotations

import datetime as dt
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datalchemy_nb.contracts.base import pretty
from datalchemy_nb.export.log import RunLog
from datalchemy_nb.export.rundir import CONFIG, LOG, METRICS, SCHEMA, RunDirectory, write_atomic
from datalchemy_nb.records import dataclass

if TYPE_CHECKING:
    from datalchemy_nb.contracts.schema import DatabaseSchema

_GIT_SECONDS = 5


@dataclass(frozen=True)
class IntrospectionRecord:
    """What is written down about an introspection.

    Attributes:
        metrics: counts, coverage and foreign key graph, as plain JSON values.
        connection: the redacted connection.
        options: what was asked to be read.
    """

    schema: DatabaseSchema
    metrics: dict[str, Any]
    connection: dict[str, Any]
    options: dict[str, Any]
    strict: bool
    seconds: float


def write_introspection(record: IntrospectionRecord, run_dir: Path | str) -> Path:
    """Write a run directory and return its path.

    Raises:
        OutputError: something cannot be written.
    """
    directory = RunDirectory.create(run_dir)
    started = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=record.seconds)
    _write_json(directory.path / CONFIG, _config(record, directory.run_id, started))
    with RunLog(directory.path / LOG) as log:
        log.event("run_started", run_id=directory.run_id)
        log.event("engine_detected", engine=record.schema.engine)
        log.event("introspection_finished", duration_ms=round(record.seconds * 1000))
        write_atomic(directory.path / SCHEMA, record.schema.to_json())
        log.event("schema_written", path=SCHEMA)
        _write_json(directory.path / METRICS, record.metrics)
        log.event("metrics_written", path=METRICS)
        log.event("run_finished", status="complete", duration_ms=round(record.seconds * 1000))
    return directory.path


def _config(record: IntrospectionRecord, run_id: str, started: dt.datetime) -> dict[str, Any]:
    return {
        "run_id": run_id,
        "started_at": started.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "engine": record.schema.engine,
        "schema_version": record.schema.schema_version,
        "strict": record.strict,
        "options": record.options,
        "connection": record.connection,
        "git": git_state(Path.cwd()),
    }


def git_state(directory: Path) -> dict[str, Any]:
    """Commit and cleanliness of the working copy around a directory; nulls where there is none."""
    commit = _git(directory, "rev-parse", "HEAD")
    if commit is None:
        return {"commit": None, "dirty": None}
    changes = _git(directory, "status", "--porcelain")
    return {"commit": commit, "dirty": None if changes is None else bool(changes)}


def _git(directory: Path, *words: str) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603
            ["git", *words],  # noqa: S607
            cwd=directory,
            capture_output=True,
            text=True,
            timeout=_GIT_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None


def _write_json(path: Path, value: Any) -> None:
    write_atomic(path, pretty(value) + "\n")
