"""The evidence page: everything a reviewer asks, and nothing of the machine it was made on."""

from __future__ import annotations

import getpass
import platform
import re
from pathlib import Path

import pytest

from datalchemy_nb.errors import RunNotFound
from datalchemy_nb.session import Session

from .test_five_changes import a_seed, session

__all__ = ["session"]


def test_says_what_why_how_and_results(session: Session, tmp_path: Path) -> None:
    result = session.evidence(why="a new colour", notes="none was lost", plan_name="plan.json", golden="before")
    titles = re.findall(r"^## (.+)$", result.markdown, re.MULTILINE)
    assert titles == ["What changed", "Why", "How to validate", "Results", "Hashes", "Machine", "Notes"]
    run = session.runs().runs[0].directory
    assert result.ok
    assert (result.path, result.path.read_text(encoding="utf-8")) == (run / "evidence.md", result.markdown)
    for said in ("a new colour", "none was lost", f"runs/{run.name}", "every digest equal", "no violations", "equal"):
        assert said in result.markdown
    assert "datalchemy verify" in result.markdown


def test_names_no_path_host_or_user(session: Session, tmp_path: Path) -> None:
    page = session.evidence(page=tmp_path / "docs" / "page.md").markdown
    assert str(tmp_path) not in page
    assert platform.node() not in page.replace(session.runs().runs[0].run_id, "")
    assert not re.search(rf"/home|/root|/tmp|\b{getpass.getuser()}\b", page)


def test_a_difference_is_told(session: Session) -> None:
    result = session.evidence(a_seed(session), golden="before")
    assert not result.ok
    assert "against golden `before`: different" in result.markdown
    assert "seed changed: 7 to 8" in result.markdown


def test_only_of_finished_runs(session: Session, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with pytest.raises(RunNotFound):
        session.evidence(tmp_path / "data")


def test_the_committed_page_has_the_same_form() -> None:
    page = (Path(__file__).parents[2] / "docs" / "evidence" / "full_stack_ptbr.md").read_text(encoding="utf-8")
    assert page.startswith("# Evidence: run ")
    assert "every digest equal" in page
    assert not re.search(r"/home|/root|/tmp|/work", page)
