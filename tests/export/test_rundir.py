"""Which run is the newest."""

from __future__ import annotations

import os
from pathlib import Path

from datalchemy_nb.export.rundir import PLAN, list_runs


def test_runs_of_one_second_are_told_apart(tmp_path: Path) -> None:
    for number, end in enumerate("cab"):
        directory = tmp_path / f"2026-01-01T00-00-00Z__run_{end * 8}-0000-4000-8000-000000000000"
        directory.mkdir()
        (directory / PLAN).write_text("{}")
        os.utime(directory / PLAN, ns=(number, number))
    assert [run.run_id[0] for run in list_runs(tmp_path)] == ["b", "a", "c"]
