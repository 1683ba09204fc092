"""Sentences of the pages, and the phrases that docs/contributing.md replaces.

python -m tests.docs.prose
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
MADE = {"generators.md", "verbs.md", "plan_reference.md", "schema_reference.md", "python_api.md"}
"""Pages made from code: their sentences are docstrings."""
MEASURED = {"performance.md", "compatibility.md", "changelog.md"}
"""Pages of figures and of notes: not prose to learn from."""
_FENCE = re.compile(r"^(```|~~~).*?^\1[^\n]*$", re.MULTILINE | re.DOTALL)
_INDENTED = re.compile(r"^(?:    .*\n)+", re.MULTILINE)
_HTML = re.compile(r"<[^>]+>")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_CODE = re.compile(r"`[^`]*`")
_BREAK = re.compile(r"^\s*(?:[-*]|\d+\.)\s+|\n\s*\n|^#.*$", re.MULTILINE)
_END = re.compile(r"(?<=[.!?])[)\"*_]*\s+(?=[^a-z])")
_WORD = re.compile(r"[^\W_]+(?:['’.,·-][^\W_]+)*")


def pages() -> list[Path]:
    """Every page of prose: README in both languages, docs, how-to pages."""
    found = [*ROOT.glob("README*.md"), *DOCS.glob("*.md"), *(DOCS / "howto").glob("*.md")]
    return sorted(path for path in found if path.name not in MADE | MEASURED)


def notebooks() -> list[Path]:
    """The tutorials."""
    return sorted((ROOT / "notebooks").glob("*.ipynb"))


def text_of(path: Path) -> str:
    """Return a page's Markdown, or what a notebook says between its cells."""
    text = path.read_text(encoding="utf-8")
    if path.suffix != ".ipynb":
        return text
    return "\n\n".join("".join(cell["source"]) for cell in json.loads(text)["cells"] if cell["cell_type"] == "markdown")


def sentences(markdown: str) -> list[int]:
    """Return the words of each sentence; code in line counts as one, tables and blocks of code as none."""
    text = _INDENTED.sub("\n", _FENCE.sub("\n\n", markdown))
    text = "\n".join("" if line.lstrip().startswith("|") else line for line in text.splitlines())
    text = _HTML.sub(" ", _CODE.sub("Code", _LINK.sub(r"\1", text)))
    found = [len(_WORD.findall(one)) for part in _BREAK.split(text) for one in _END.split(part)]
    return [words for words in found if words > 1]


def replacements() -> dict[str, str]:
    """Return what to write, by the phrase not to use, from the tables of docs/contributing.md."""
    section = (DOCS / "contributing.md").read_text(encoding="utf-8").split("\n## Words\n")[1].split("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("| ")]
    return {old.strip(): new.strip() for new, old in rows if old.strip() not in ("not", "em vez de")}


def messages() -> Iterator[tuple[Path, str]]:
    """Every text of the package: messages, help, docstrings."""
    for path in sorted((ROOT / "datalchemy_nb").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
                yield path, node.value


def phrases(text: str, unwanted: dict[str, str]) -> list[str]:
    """Return what to write instead of each unwanted phrase that a text holds."""
    plain = " ".join(text.split()).casefold()
    return [f"{old!r}: write {new!r}" for old, new in unwanted.items() if old.casefold() in plain]


def average(markdown: str) -> float:
    """Return the mean words of a sentence; 0 without any."""
    found = sentences(markdown)
    return sum(found) / len(found) if found else 0.0


if __name__ == "__main__":
    for path in [*pages(), *notebooks()]:
        found = sentences(text_of(path))
        print(f"{average(text_of(path)):5.1f}  {max(found, default=0):3}  {len(found):4}  {path.relative_to(ROOT)}")
