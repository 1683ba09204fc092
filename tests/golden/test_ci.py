"""`datalchemy ci`: one line for a pull request, with reports and exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest

from datalchemy_nb.commands.cli import main

from .test_five_changes import PLAN, SCHEMA, rule

Change = Callable[..., None]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with plan, schema and golden."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "plan.json").write_text(json.dumps(PLAN))
    (tmp_path / "schema.json").write_text(json.dumps(SCHEMA))
    assert main(["ci", "--update", "-q"]) == 0
    return tmp_path


def check(project: Path) -> tuple[int, str, ElementTree.Element]:
    code = main(["ci", "--report", "ci.md", "--junit", "ci.xml", "-q"])
    return code, (project / "ci.md").read_text(), ElementTree.parse(project / "ci.xml").getroot()


def cases(root: ElementTree.Element, tag: str) -> list[str]:
    return [str(case.get("classname")) for case in root.iter("testcase") if case.find(tag) is not None]


def test_nothing_changed(project: Path) -> None:
    code, page, root = check(project)
    assert code == 0
    assert "✅" in page
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("4", "0", "0")


def test_a_difference_is_named_and_accepted(project: Path) -> None:
    (project / "plan.json").write_text(json.dumps({**PLAN, "seed": 8}))
    code, page, root = check(project)
    assert code == 1
    assert cases(root, "failure") == ["datalchemy.golden"]
    assert "column preco differs in rows 0 to" in page
    assert "seed changed: 7 to 8" in page
    [line] = [line for line in page.splitlines() if line.startswith("datalchemy ci ")]
    assert main([*line.split()[1:], "-q"]) == 0
    assert check(project)[0] == 0


def test_a_plan_that_is_not_valid(project: Path) -> None:
    broken = {**PLAN, "rules": [rule("preco", "primitive.float<|>")]}
    (project / "plan.json").write_text(json.dumps(broken))
    code, page, root = check(project)
    assert code == 2
    assert cases(root, "error") == ["datalchemy.validate"]
    assert "unknown_generator" in page
    assert "<|>" not in page


def test_no_golden_or_several(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ci", "--update", "--golden", "other", "-q"]) == 0
    code, page, root = check(project)
    assert code == 2
    assert cases(root, "error") == ["datalchemy.golden"]
    assert "holds 2 goldens" in page
    assert main(["ci", "--golden", "other", "-q"]) == 0
    assert main(["ci", "--golden", "nosuch", "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["ok"] is False
