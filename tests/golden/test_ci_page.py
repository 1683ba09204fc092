"""The files of docs/ci.md, run as they stand, as far as they run without GitHub and GitLab."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from datalchemy_nb.commands.cli import main

PAGE = Path(__file__).parents[2] / "docs" / "ci.md"
DDL = """
CREATE SCHEMA shop;
CREATE TABLE shop.orders (id bigint PRIMARY KEY, placed_on date NOT NULL, total numeric(10, 2) CHECK (total >= 0));
"""


def blocks(language: str) -> list[str]:
    """Fenced blocks of the page in one language."""
    parts = PAGE.read_text(encoding="utf-8").split("```")[1::2]
    return [part.partition("\n")[2] for part in parts if part.partition("\n")[0] == language]


def github() -> list[str]:
    workflow: dict[str, Any] = yaml.safe_load(blocks("yaml")[0])
    return [step["run"] for step in workflow["jobs"]["golden"]["steps"] if "run" in step]


def gitlab() -> list[str]:
    return list(yaml.safe_load(blocks("yaml")[1])["data"]["script"])


def run(command: str) -> int:
    return main([*shlex.split(command)[1:], "--quiet"])


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory as the page's first section leaves it."""
    place = tmp_path_factory.mktemp("project")
    (place / "schema.sql").write_text(DDL)
    before = Path.cwd()
    os.chdir(place)
    try:
        for line in blocks("")[0].splitlines():
            assert line.startswith("git ") or run(line) == 0
    finally:
        os.chdir(before)
    shutil.rmtree(place / "runs")
    return place


@pytest.fixture
def project(prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    shutil.copytree(prepared, tmp_path / "project")
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


def in_a_shell(script: list[str], place: Path) -> int:
    """Run the lines as a runner does, the installation left out."""
    lines = [line for line in script if not line.startswith("pip install ")]
    assert len(lines) < len(script)
    environ = {**os.environ, "GITHUB_STEP_SUMMARY": str(place / "summary.md")}
    environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    code = 0
    for line in lines:  # `if: always()` runs the later ones too
        done = subprocess.run(["bash", "-eo", "pipefail", "-c", line], cwd=place, env=environ, check=False)
        code = code or done.returncode
    return code


def test_the_workflow_passes_and_fails_on_a_difference(project: Path) -> None:
    assert in_a_shell(github(), project) == 0
    assert "✅" in (project / "summary.md").read_text()
    plan = (project / "plan.json").read_text()
    (project / "plan.json").write_text(plan.replace('"seed": 42', '"seed": 43'))
    assert in_a_shell(github(), project) == 1
    assert "seed changed" in (project / "summary.md").read_text()


def test_the_job_of_gitlab_passes(project: Path) -> None:
    assert in_a_shell(gitlab(), project) == 0
    kept = yaml.safe_load(blocks("yaml")[1])["data"]["artifacts"]
    assert all((project / name).exists() for name in [*kept["paths"], kept["reports"]["junit"]])


def test_a_change_that_was_meant_and_step_by_step(project: Path) -> None:
    plan = (project / "plan.json").read_text()
    (project / "plan.json").write_text(plan.replace('"seed": 42', '"seed": 43'))
    assert run(blocks("")[1].strip()) == 1
    diff, update = blocks("")[2].splitlines()
    assert [run(diff), run(update)] == [1, 0]
    assert [run(line) for line in blocks("")[3].splitlines()] == [0, 0, 0]


def test_data_made_elsewhere(project: Path) -> None:
    run(blocks("")[3].splitlines()[0])
    made = next(project.glob("runs/*/shop.orders.csv"))
    for name in ("csvs", "new"):
        (project / "path/to" / name).mkdir(parents=True)
        shutil.copy(made, project / "path/to" / name)
    assert [run(line) for line in blocks("")[4].splitlines()] == [0, 0, 0]
