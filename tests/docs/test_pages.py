"""Pages made from models are current, every page is in the menu, and the site builds without a warning."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.references import DOCS, pages

ROOT = DOCS.parent


@pytest.mark.parametrize("name", sorted(pages()))
def test_references_are_current(name: str) -> None:
    assert (DOCS / name).read_text(encoding="utf-8") == pages()[name], "write it again: make docs"


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    pytest.importorskip("material", reason="the docs extra is not installed")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(tmp_path)]
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "constraints" / "index.html").is_file()
    home = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert "fonts.googleapis" not in home
    assert "unpkg.com" not in home


@pytest.mark.parametrize("name", sorted(pages()))
def test_every_field_has_a_meaning(name: str) -> None:
    assert re.findall(r"^\| `.*\|\s*\|$", pages()[name], re.MULTILINE) == []


def test_every_question_is_in_the_list_of_questions() -> None:
    listed = (DOCS / "howto" / "index.md").read_text(encoding="utf-8")
    pages_of = sorted(path.name for path in (DOCS / "howto").glob("*.md") if path.name != "index.md")
    assert [name for name in pages_of if f"]({name})" not in listed] == []
    assert all(f"howto/{name}" in (ROOT / "mkdocs.yml").read_text(encoding="utf-8") for name in pages_of)
