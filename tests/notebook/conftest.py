"""A real shell, without a terminal or history, with the extension loaded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import CapturingDisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

DDL = """
CREATE SCHEMA loja;
CREATE TABLE loja.clientes (id uuid PRIMARY KEY, nome text NOT NULL, nivel text CHECK (nivel IN ('a', 'b')));
CREATE TABLE loja.pedidos (
    id uuid PRIMARY KEY, cliente_id uuid NOT NULL REFERENCES loja.clientes, total numeric(10,2) CHECK (total >= 0)
);
"""
PLAN_CELL = """%%datalchemy plan pequeno
plan_version: "0.2"
seed: 7
schema_ref: {schema_version: "0.2", engine: postgres}
targets:
  - {schema: loja, table: clientes, rows: 100}
  - {schema: loja, table: pedidos, rows: 300}
rules: []
"""


class Shown:
    """What a cell gave: its value, what it displayed, what it printed."""

    def __init__(self, result: Any, outputs: list[dict[str, Any]], stdout: str, stderr: str) -> None:
        self.value, self.error = result.result, result.error_in_exec or result.error_before_exec
        self.outputs, self.stdout, self.stderr = outputs, stdout, stderr


class RecordingHook(DisplayHook):
    """Keeps what a front end would get as the cell's value."""

    bundles: list[dict[str, Any]] = []

    def write_format_data(self, format_dict: dict[str, Any], md_dict: Any = None) -> None:
        self.bundles.append(format_dict)


class Notebook:
    """Runs cells."""

    def __init__(self, shell: InteractiveShell) -> None:
        self.shell = shell

    def run(self, source: str) -> Shown:
        """Run a cell; what it displays is kept, its own value first."""
        publisher = CapturingDisplayPublisher()
        before, self.shell.display_pub = self.shell.display_pub, publisher
        RecordingHook.bundles.clear()
        try:
            with capture_output(display=False) as captured:
                result = self.shell.run_cell(source, store_history=False)
        finally:
            self.shell.display_pub = before
        outputs = [*RecordingHook.bundles, *(entry["data"] for entry in publisher.outputs)]
        return Shown(result, outputs, captured.stdout, captured.stderr)

    def good(self, source: str) -> Shown:
        """Run a cell that must not fail."""
        shown = self.run(source)
        assert shown.error is None, shown.error
        return shown


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    for name in ("DATABASE_URL", "PGPASSWORD", "PGHOST"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / ".ipython"))
    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    InteractiveShell.clear_instance()
    made = InteractiveShell.instance(config=config, displayhook_class=RecordingHook)
    yield made
    made.extension_manager.unload_extension("datalchemy_nb")
    InteractiveShell.clear_instance()


@pytest.fixture
def notebook(shell: InteractiveShell) -> Notebook:
    """The extension is loaded."""
    shell.extension_manager.load_extension("datalchemy_nb")
    return Notebook(shell)


@pytest.fixture(scope="session")
def shop_schema(database: Any) -> str:
    from datalchemy_nb.session import Session

    schema = Session().introspect(database(DDL), schemas=["loja"]).schema
    return schema.to_json()


@pytest.fixture
def shop(notebook: Notebook, shop_schema: str, tmp_path: Path) -> Notebook:
    """A schema and a plan are there; no server is needed."""
    (tmp_path / "schema.json").write_text(shop_schema)
    notebook.good("%datalchemy schema --schema-file schema.json -q")
    notebook.good(PLAN_CELL)
    return notebook
