"""A real JupyterLab and a real browser, on the loopback interface only."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_PLACES = (
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/bin/google-chrome",
    "/opt/google/chrome/chrome",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--font-render-hinting=none")
_TOKEN = "datalchemy"
LOCAL = {"127.0.0.1", "localhost", ""}

_RUN = """
async (source) => {
  const app = window.jupyterapp, panel = app.shell.currentWidget, notebook = panel.content;
  await panel.sessionContext.ready;
  notebook.activeCellIndex = notebook.widgets.length - 1;
  if (notebook.activeCell.model.sharedModel.getSource() !== '') {
    await app.commands.execute('notebook:insert-cell-below');
  }
  const cell = notebook.activeCell;
  cell.model.sharedModel.setSource(source);
  await app.commands.execute('notebook:run-cell');
  return cell.model.outputs.toJSON();
}
"""

# What was sent to the kernel is done, and what it answered has arrived: a widget holds one message back while another
# is under way, hence twice.
_SETTLED = """
async () => {
  const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  for (let i = 0; i < 2; i++) {
    await kernel.requestExecute({code: '', silent: true, store_history: false}).done;
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  }
}
"""

# Visible texts of the panels with less contrast to what is behind them than WCAG asks; disabled controls are exempt.
_FAINT = """
(root) => {
  const parse = (c) => { const n = c.match(/[\\d.]+/g).map(Number); return [n[0], n[1], n[2], n[3] ?? 1]; };
  const light = (c) => c.slice(0, 3).map((v) => v / 255)
    .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = (e) => {
    for (; e; e = e.parentElement) {
      const c = parse(getComputedStyle(e).backgroundColor);
      if (c[3] === 1) return c;
    }
    return [255, 255, 255, 1];
  };
  const own = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim()) || 'value' in e;
  return [...root.querySelectorAll('*')]
    .filter((e) => e.checkVisibility({opacityProperty: true}) && own(e) && !e.closest(':disabled, option, style, svg'))
    .map((e) => {
      const [a, b] = [light(parse(getComputedStyle(e).color)), light(behind(e))].sort((x, y) => y - x);
      return [(a + 0.05) / (b + 0.05), e.tagName, e.className, (e.textContent || e.value || '').slice(0, 40)];
    })
    .filter(([ratio]) => ratio < 4.5);
}
"""


def browser_program() -> str | None:
    """A Chromium on this machine: ``DATALCHEMY_BROWSER``, on the path, or in a usual place."""
    named = os.environ.get("DATALCHEMY_BROWSER")
    found = (shutil.which(name) for name in _PROGRAMS)
    return named or next((path for path in (*found, *_PLACES) if path and Path(path).exists()), None)


@contextmanager
def lab_server(root: Path) -> Iterator[str]:
    """Run JupyterLab with its files below ``root``; yields its URL."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    work = root / "work"
    work.mkdir(exist_ok=True)
    homes = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "HOME")
    environment = os.environ | {name: str(root / name.lower()) for name in homes}
    for name in homes:
        (root / name.lower()).mkdir(exist_ok=True)
    _quiet(root)
    command = [
        sys.executable,
        *"-m jupyterlab --no-browser --expose-app-in-browser --LabApp.news_url=None".split(),
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        *(["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),
        f"--ServerApp.port={port}",
        f"--ServerApp.root_dir={work}",
        f"--IdentityProvider.token={_TOKEN}",
    ]
    url = f"http://127.0.0.1:{port}"
    with (root / "lab.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=work, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait_for(f"{url}/api/status?token={_TOKEN}", server, root / "lab.log")
            yield url
        finally:
            server.terminate()
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()


def _quiet(root: Path) -> None:
    """No question about news over the first picture."""
    settings = root / "jupyter_config_dir" / "lab" / "user-settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "notification.jupyterlab-settings").write_text('{"fetchNews": "false", "checkForUpdates": false}')


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise RuntimeError(f"JupyterLab ended: {log.read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab does not answer: {log.read_text()[-2000:]}")


class Lab:
    """One notebook in one page.

    Attributes:
        root: where the server's files are.
        work: the notebook's directory, which is the kernel's.
        outside: requests to other hosts; they were blocked.
        dialogs: what a script tried to say; there must be none.
    """

    def __init__(self, page: Any, url: str, work: Path, pictures: Path) -> None:
        self.page, self.url, self.root, self.pictures = page, url, work, pictures
        self.work = work
        self.outside: list[str] = []
        self.dialogs: list[str] = []
        page.route("**/*", self._route)
        page.on("dialog", self._dialog)
        page.set_default_timeout(60_000)

    def _route(self, route: Any) -> None:
        parts = urlsplit(route.request.url)
        if parts.scheme in ("data", "blob") or parts.hostname in LOCAL:
            route.continue_()
            return
        self.outside.append(route.request.url)
        route.abort()

    def _dialog(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def open(self, name: str) -> None:
        """Make a notebook in a directory of its own and open it, alone."""
        self.work = self.root / name
        self.work.mkdir(exist_ok=True)
        path = self.work / "notebook.ipynb"
        if not path.exists():
            spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
            cell = {
                "cell_type": "code",
                "id": "first",
                "metadata": {},
                "outputs": [],
                "source": "",
                "execution_count": None,
            }
            document = {"cells": [cell], "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}
            path.write_text(json.dumps(document))
        self.page.goto(f"{self.url}/doc/tree/{name}/notebook.ipynb?token={_TOKEN}&reset")
        self._ready()

    def reload(self) -> None:
        """Load the page again."""
        self.page.reload()
        self._ready()

    def _ready(self) -> None:
        self.page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
        ready = "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
        self.page.wait_for_function(ready, timeout=60_000)

    def run(self, source: str) -> list[dict[str, Any]]:
        """Run a cell at the end; returns its outputs. An error fails the test."""
        outputs: list[dict[str, Any]] = self.page.evaluate(_RUN, source)
        errors = [output for output in outputs if output["output_type"] == "error"]
        assert not errors, "\n".join(errors[0]["traceback"])
        return outputs

    def command(self, name: str, **arguments: Any) -> None:
        """Do what a menu entry does."""
        self.page.evaluate("([n, a]) => window.jupyterapp.commands.execute(n, a)", [name, arguments])

    def theme(self, name: str) -> None:
        """Switch to the ``Light`` or ``Dark`` theme."""
        self.command("apputils:change-theme", theme=f"JupyterLab {name}")
        light = "true" if name == "Light" else "false"
        self.page.wait_for_selector(f'body[data-jp-theme-light="{light}"]', state="attached")
        self.page.wait_for_selector("#jupyterlab-splash", state="detached")

    def save(self) -> Path:
        """Save the notebook; returns its file, which is written then."""
        self.command("docmanager:save")
        name = self.page.evaluate("() => window.jupyterapp.shell.currentWidget.context.path")
        return self.root / str(name)

    def settle(self) -> None:
        """Wait until the kernel has done what the panels asked, and the panels show it."""
        self.page.evaluate(_SETTLED)

    def faint(self) -> list[Any]:
        """Texts of the panel with less contrast than 4.5, as ``[ratio, tag, class, text]``."""
        found: list[Any] = self.panel.evaluate(_FAINT)
        return found

    def shutdown(self) -> None:
        """End the notebook's kernel."""
        self.page.evaluate("() => window.jupyterapp.shell.currentWidget.sessionContext.shutdown()")

    def tab(self, name: str) -> None:
        """Open a panel of the studio."""
        self.panel.locator(".lm-TabBar-tab", has_text=name).click()

    @property
    def panel(self) -> Any:
        """The panels that were opened last."""
        return self.page.locator(".datalchemy-panel").last

    def button(self, name: str) -> Any:
        """A button that is seen."""
        return self.panel.get_by_role("button", name=name, exact=True).locator("visible=true")

    def list(self, tooltip: str) -> Any:
        """A list by its tooltip."""
        return self.panel.locator(f'select[title="{tooltip}"]').locator("visible=true")

    def shows(self, text: str) -> None:
        """Wait until a text is seen in the panel."""
        self.panel.get_by_text(text).locator("visible=true").first.wait_for(timeout=60_000)

    def grid(self, label: str) -> Any:
        """A grid that is seen, by the beginning of its label."""
        return self.panel.locator(f'.dc-grid:has(table[aria-label^="{label}"])').locator("visible=true")

    def line(self, label: str, key: str) -> Any:
        """A row of a grid by its key."""
        return self.grid(label).locator(f"tbody tr[data-key={json.dumps(key)}]")

    def pick_generator(self, words: str, generator: str) -> None:
        """Search for a generator, wait until the grid is that of the search, and choose."""
        self.panel.get_by_label("Find generator").locator("visible=true").fill(words)
        self.panel.locator(f".dc-grid[data-query={json.dumps(words)}]").locator("visible=true").wait_for()
        self.line("Generators", generator).click()

    def enter(self, label: str, text: str) -> None:
        """Type into the field that is seen, and press Enter."""
        field = self.panel.get_by_label(label, exact=True).locator("visible=true")
        field.fill(text)
        field.press("Enter")

    def choose_table(self, name: str) -> None:
        """Choose a table of the plan."""
        self.line("Tables of the plan", name).click()
        self.panel.locator(f'table[aria-label="Columns of {name}"]').wait_for(state="attached")

    def choose_column(self, name: str) -> None:
        """Choose a column of the plan's table."""
        self.line("Columns", name).click()

    def made_by(self, column: str, what: str) -> None:
        """Wait until a column of the plan is made by something."""
        self.line("Columns", column).get_by_text(what, exact=True).wait_for(state="attached")

    def offers(self, text: str) -> None:
        """Wait until a list of the panel has such an entry."""
        self.panel.locator("option", has_text=text).first.wait_for(state="attached")

    def picture(self, name: str, selector: str | None = None) -> Path:
        """Photograph the page, or one element."""
        path = self.pictures / f"panel-{name}.png"
        if selector is None:
            self.page.screenshot(path=str(path))
        else:
            self.page.locator(selector).last.screenshot(path=str(path))
        return path
