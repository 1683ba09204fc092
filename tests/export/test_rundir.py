"""Which run is the newest."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from datalchemy_nb.export import rundir
from datalchemy_nb.export.rundir import CONFIG, PLAN, find_run, list_runs, newest_runs


def test_runs_of_one_second_are_told_apart(tmp_path: Path) -> None:
    for number, end in enumerate("cab"):
        directory = tmp_path / f"2026-01-01T00-00-00Z__run_{end * 8}-0000-4000-8000-000000000000"
        directory.mkdir()
        (directory / PLAN).write_text("{}")
        os.utime(directory / PLAN, ns=(number, number))
    assert [run.run_id[0] for run in list_runs(tmp_path)] == ["b", "a", "c"]


def _made(parent: Path, second: int, letter: str) -> Path:
    directory = parent / f"2026-01-01T00-00-{second:02}Z__run_{letter * 8}-0000-4000-8000-000000000000"
    directory.mkdir()
    (directory / PLAN).write_text("{}")
    return directory


def test_the_newest_is_found_without_looking_into_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for second, letter in enumerate("abcdef"):
        _made(tmp_path, second, letter)
    _made(tmp_path, 2, "0")
    (_made(tmp_path, 9, "9") / CONFIG).write_text("{}")  # an introspection
    (tmp_path / "notes").mkdir()
    (tmp_path / "2026-01-01T00-00-59Z__run_ffffffff-0000-4000-8000-000000000000").write_text("no directory")
    looked: list[Path] = []

    def begun(run: Path) -> int:
        looked.append(run)
        return 0

    monkeypatch.setattr(rundir, "_begun", begun)
    assert find_run(None, tmp_path).run_id[0] == "f"
    assert not looked
    assert [run.run_id[0] for run in newest_runs(tmp_path)] == ["f", "e", "d", "c", "0", "b", "a"]
    assert {path.name.split("_run_")[1][0] for path in looked} == {"0", "c"}
