"""Every block of code in README and docs: executed in order, in a directory of their own; all are well-formed.

``python`` blocks of a page share a namespace; a ``text`` block right after one is what it prints. ``sh`` blocks are run
line by line. ``yaml`` blocks that are plans are validated. A block that begins with a comment that names a file
(``-- schema.sql``) is written to it. Blocks without any of these names are not code.
"""

from __future__ import annotations

import ast
import contextlib
import io
import json
import os
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
import yaml
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from datalchemy_nb import Session
from datalchemy_nb.commands.cli import main
from datalchemy_nb.commands.parser import parse
from datalchemy_nb.contracts.schema import DatabaseSchema

ROOT = Path(__file__).resolve().parents[2]
HOWTO = ROOT / "docs" / "howto"
PAGES = sorted([*ROOT.glob("README*.md"), *(ROOT / "docs").glob("*.md"), *HOWTO.glob("*.md")])
EXECUTED = [
    path for path in PAGES
    if path.parent == HOWTO or path.name in {
        "README.md", "README.pt-BR.md", "index.md", "installation.md", "plan_generators.md", "constraints.md",
        "determinism.md", "migration.md", "contributing.md", "developing.md", "sources.md", "sources.pt-BR.md",
        "resolving.md", "testing.md", "testing.pt-BR.md",
    }
]  # fmt: skip
_NAMED = re.compile(r"(?:--|#) (\S+\.\w+)\n")
"""A block whose first line is the name of a file stands for that file."""
WITHOUT_DATABASE = {"sources.md", "sources.pt-BR.md", "testing.md", "testing.pt-BR.md"}
_FENCE = re.compile(r"^```(\w*)[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LANGUAGES = {"", "python", "text", "sh", "bash", "yaml", "json", "toml", "mermaid", "sql", "console", "csv", "ini"}
Block = tuple[str, str, str]


def blocks(path: Path) -> Iterator[Block]:
    """Language, text, and the printed text that follows a Python block."""
    text = path.read_text(encoding="utf-8")
    found = list(_FENCE.finditer(text))
    for at, match in enumerate(found):
        after = found[at + 1] if at + 1 < len(found) else None
        expected = ""
        if after and match[1] == "python" and after[1] == "text" and not text[match.end() : after.start()].strip():
            expected = after[2]
        yield match[1], match[2], expected


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.fixture(scope="module")
def schema(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> DatabaseSchema:
    """The CRM's schema, read once."""
    with Session(out_dir=tmp_path_factory.mktemp("runs")) as session:
        session.start_demo()
        session.introspect(schemas=["crm"])
        assert session.schema is not None
        return session.schema


@pytest.mark.parametrize("path", PAGES, ids=name_of)
class TestWellFormed:
    def test_every_block_is_of_a_known_language_and_reads(self, path: Path) -> None:
        for language, text, _ in blocks(path):
            assert language in _LANGUAGES
            match language:
                case "python" if "%" not in text:
                    ast.parse(text)
                case "yaml":
                    yaml.safe_load(text)
                case "json":
                    json.loads(text)
                case "toml":
                    tomllib.loads(text)

    def test_every_command_exists(self, path: Path) -> None:
        for language, text, _ in blocks(path):
            if language in ("sh", "bash", "console", ""):
                for line in text.splitlines():
                    words = _words(line)
                    if words[:1] == ["datalchemy"] and words[1:2] != ["--version"] and "[options]" not in line:
                        parse(words[1:])

    def test_links_lead_somewhere(self, path: Path) -> None:
        text = _FENCE.sub("", path.read_text(encoding="utf-8"))
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            place, _, anchor = target.partition("#")
            if place.startswith(("https://", "mailto:")):
                continue
            page = (path.parent / place) if place else path
            assert page.exists(), target
            if anchor and page.suffix == ".md":
                assert anchor in _anchors(page), target


def _anchors(page: Path) -> set[str]:
    titles = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-") for title in titles}


def _words(line: str) -> list[str]:
    return shlex.split(line.removeprefix("$ "), comments=True)


@pytest.mark.parametrize("path", EXECUTED, ids=name_of)
def test_blocks_do_what_the_page_says(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, schema: DatabaseSchema, crm_url: str
) -> None:
    monkeypatch.chdir(tmp_path)
    if path.name in WITHOUT_DATABASE:
        monkeypatch.delenv("DATABASE_URL", raising=False)
    else:
        monkeypatch.setenv("DATABASE_URL", crm_url)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    page = _Page(schema)
    original = path.with_name(path.name.replace(".pt-BR", ""))
    # A translation whose blocks are those of the original is run with it.
    same = original != path and [*blocks(original)] == [*blocks(path)]
    try:
        for language, text, expected in () if same else blocks(path):
            page.run(language, text, expected)
        for line in re.findall(r"^    (make .*)$", path.read_text(encoding="utf-8"), re.MULTILINE):
            page.run("sh", line, "")
    finally:
        page.close()


class _Page:
    def __init__(self, schema: DatabaseSchema) -> None:
        self.schema, self.names = schema, {"__name__": "__main__"}

    def run(self, language: str, text: str, expected: str) -> None:
        match language:
            case _ if (named := _NAMED.match(text)) is not None:
                Path(named[1]).parent.mkdir(parents=True, exist_ok=True)
                Path(named[1]).write_text(text, encoding="utf-8")
            case "python" if text.lstrip().startswith("%"):
                _cell(text)
            case "python":
                printed = self._python(text)
                assert printed == expected or not expected, printed
            case "sh":
                for line in text.splitlines():
                    _command(_words(line))
            case "yaml":
                document = yaml.safe_load(text)
                if isinstance(document, dict) and "plan_version" in document:
                    session = Session()
                    session.use_schema(self.schema)
                    found = session.validate(document)
                    assert found.ok, found.issues

    def _python(self, text: str) -> str:
        """Run a block; the value of a last expression is printed, as in a notebook."""
        body = ast.parse(text).body
        last = body.pop() if isinstance(body[-1], ast.Expr) else None
        with contextlib.redirect_stdout(io.StringIO()) as out:
            exec(compile(ast.Module(body, []), "<docs>", "exec"), self.names)
            if isinstance(last, ast.Expr):
                value = eval(compile(ast.Expression(last.value), "<docs>", "eval"), self.names)
                if value is not None:
                    print(value)
        return out.getvalue()

    def close(self) -> None:
        from datalchemy_nb.domains.registry import CATALOGUE

        CATALOGUE.remove("acme.badge")
        for value in self.names.values():
            if isinstance(value, Session):
                value.close()


def _cell(source: str) -> None:
    """Run a cell as a notebook would."""
    config = Config()
    config.HistoryManager.enabled = False
    InteractiveShell.clear_instance()
    shell = InteractiveShell.instance(config=config)
    try:
        with capture_output():
            shell.run_cell(source, store_history=False).raise_error()
    finally:
        shell.extension_manager.unload_extension("datalchemy_nb")
        InteractiveShell.clear_instance()


def _command(words: list[str]) -> None:
    """Run a command of ours; of others, check that what they name exists."""
    match words:
        case []:
            pass
        case ["datalchemy", *rest]:
            out, err = io.StringIO(), io.StringIO()
            with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
                code = main(rest)
            assert code == 0, f"{shlex.join(words)}\n{out.getvalue()[-1500:]}\n{err.getvalue()[-1500:]}"
        case ["make", target]:
            subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, check=True)
        case ["pip", "install", requirement]:
            _extras_exist(requirement)
        case ["pytest"] | ["pytest", "-n", _]:
            plugins = {point.name for point in entry_points(group="pytest11")}
            given = [] if "datalchemy" in plugins else ["-p", "datalchemy_nb.testing.plugin"]
            command = [sys.executable, "-m", "pytest", "-q", *given, *words[1:]]
            environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), *filter(None, sys.path)])}
            done = subprocess.run(command, capture_output=True, text=True, check=False, env=environ)
            assert done.returncode == 0, done.stdout
        case ["pytest", place]:
            assert (ROOT / place).exists()
        case ["python", "-m", "hatchling", "build"]:
            pass  # tests/packaging does it
        case _:
            raise AssertionError(f"no way to check {shlex.join(words)!r}")


def _extras_exist(requirement: str) -> None:
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name, _, extras = requirement.rstrip("]").partition("[")
    assert name in (project["name"], ".")
    assert set(filter(None, extras.split(","))) <= set(project["optional-dependencies"])
