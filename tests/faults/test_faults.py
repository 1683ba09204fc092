"""A sample of the faults; `make faults` tries every one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.faults import verbs


def test_a_run_survives_what_fails(tmp_path: Path) -> None:
    tally = verbs.generate(tmp_path, "csv", most=5)
    assert tally.operations > 25
    assert {"open", "write", "replace", "rename", "mkdir", "unlink", "fsync"} <= tally.kinds
    assert tally.silent <= 1


def test_a_run_on_a_full_disk_is_resumed(tmp_path: Path) -> None:
    assert verbs.generate(tmp_path, "both", most=3, lasting=True).silent == 0


def test_reports_and_goldens_are_whole_or_as_they_were(tmp_path: Path) -> None:
    for name, tally in verbs.judge_and_keep(tmp_path, most=4).items():
        assert tally.operations >= 3, name
        assert tally.silent <= 1, name


def test_a_load_that_is_cut_off_says_what_was_kept(tmp_path: Path, database: Callable[..., str]) -> None:
    tally = verbs.load(tmp_path, database(verbs.DDL), most=6)
    assert tally.operations > 20
    assert tally.silent <= 1
