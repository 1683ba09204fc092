"""One JupyterLab and one browser per worker; a page and a notebook of its own for every test.

Pictures go to ``DATALCHEMY_PICTURES``, else to pytest's temporary directory.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .lab import ARGUMENTS, Lab, browser_program, lab_server


def _need() -> tuple[Any, str]:
    playwright = pytest.importorskip("playwright.sync_api", reason="no Playwright: install the browser extra")
    pytest.importorskip("jupyterlab", reason="no JupyterLab: install the lab extra")
    program = browser_program()
    if program is None:
        pytest.skip("no Chromium found: `make browser` installs one, or name it in DATALCHEMY_BROWSER")
    return playwright, program


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    playwright, program = _need()
    with playwright.sync_playwright() as running:
        opened = running.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def lab_root(browser: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("lab")


@pytest.fixture(scope="session")
def lab_url(lab_root: Path) -> Iterator[str]:
    with lab_server(lab_root) as url:
        yield url


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    named = os.environ.get("DATALCHEMY_PICTURES")
    directory = Path(named) if named else tmp_path_factory.getbasetemp() / "pictures"
    directory.mkdir(parents=True, exist_ok=True)
    return directory


@pytest.fixture
def lab(browser: Any, lab_url: str, lab_root: Path, pictures: Path, request: pytest.FixtureRequest) -> Iterator[Lab]:
    """A notebook with the extension loaded. After the test: nothing was asked of another host, no script spoke."""
    context = browser.new_context(viewport={"width": 1280, "height": 1640}, reduced_motion="reduce")
    made = Lab(context.new_page(), lab_url, lab_root / "work", pictures)
    made.open(request.node.name.replace("[", "_").rstrip("]"))
    made.theme("Light")
    made.run("%load_ext datalchemy_nb")
    yield made
    made.shutdown()
    context.close()
    assert made.outside == []
    assert made.dialogs == []
