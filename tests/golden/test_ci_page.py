"""The workflow of docs/ci.md, step by step, as far as it runs without GitHub."""

from __future__ import annotations

import json
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from datalchemy_nb.commands.cli import main

from .test_five_changes import PLAN, SCHEMA

PAGE = Path(__file__).parents[2] / "docs" / "ci.md"


def blocks(language: str) -> list[str]:
    """Fenced blocks of the page in one language."""
    parts = PAGE.read_text(encoding="utf-8").split("```")[1::2]
    return [part.partition("\n")[2] for part in parts if part.partition("\n")[0] == language]


def commands() -> list[str]:
    workflow: dict[str, Any] = yaml.safe_load(blocks("yaml")[0])
    steps = workflow["jobs"]["golden"]["steps"]
    return [step["run"] for step in steps if str(step.get("run", "")).startswith("datalchemy ")]


def run(command: str) -> int:
    return main([*shlex.split(command)[1:], "--quiet"])


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with plan, schema and golden, as the page's first section leaves it."""
    (tmp_path / "plan.json").write_text(json.dumps(PLAN))
    (tmp_path / "schema.json").write_text(json.dumps(SCHEMA))
    monkeypatch.chdir(tmp_path)
    for line in blocks("")[0].splitlines():
        assert line.startswith("git ") or run(line) == 0
    shutil.rmtree("runs")
    return tmp_path


def test_the_workflow_passes(project: Path) -> None:
    assert [run(command) for command in commands()] == [0, 0, 0]
    assert list(project.glob("runs/*/report.html"))


def test_the_workflow_fails_on_a_difference(project: Path) -> None:
    (project / "plan.json").write_text(json.dumps({**PLAN, "seed": 8}))
    assert [run(command) for command in commands()] == [0, 0, 1]
    diff, update = blocks("")[1].splitlines()
    assert [run(diff), run(update), run(commands()[2])] == [1, 0, 0]


def test_data_made_elsewhere(project: Path) -> None:
    run(commands()[0])
    made = next(project.glob("runs/*/loja.produtos.csv"))
    for name in ("csvs", "new"):
        (project / "path/to" / name).mkdir(parents=True)
        shutil.copy(made, project / "path/to" / name)
    _, save, check = blocks("")[2].splitlines()
    assert [run(save), run(check)] == [0, 0]
