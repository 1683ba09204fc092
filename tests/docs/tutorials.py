"""The notebooks as pages of the site, with the outputs they were saved with. A hook of MkDocs; nothing is fetched."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
_LINK = re.compile(r"\]\(((?:\.\./docs/)?)([\w.-]+)\.(ipynb|md)(#[^)]*)?\)")
_NOTEBOOK = re.compile(r"\]\(((?:\.\./)+)notebooks/([\w.-]+)\.ipynb(#[^)]*)?\)")
_BLANK = re.compile(r"\n\s*\n")
"""Would end the block of html for Markdown."""
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add a page under ``tutorials/`` for each notebook."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        files.append(File.generated(config, f"tutorials/{path.stem}.md", content=page(path)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Let links to a notebook lead to its page; on a forge they lead to the notebook."""
    del page, config, files
    return _NOTEBOOK.sub(
        lambda link: f"]({link[1].removeprefix('../')}tutorials/{link[2]}.md{link[3] or ''})", markdown
    )


def page(path: Path) -> str:
    """Return a notebook as Markdown: its prose, its code, and what the code showed."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n\n".join(part for cell in cells for part in _parts(cell)) + "\n"


def _parts(cell: dict[str, Any]) -> list[str]:
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        return [_LINK.sub(_link, source)]
    if cell["cell_type"] != "code":
        return []
    return [f"```python\n{source}\n```", *(shown for output in cell["outputs"] if (shown := _shown(output)))]


def _link(match: re.Match[str]) -> str:
    up, name, kind, anchor = match.groups()
    return f"]({'../' if up else ''}{name}.md{anchor or ''})" if up or kind == "ipynb" else match[0]


def _shown(output: dict[str, Any]) -> str:
    data = output.get("data", {})
    if "text/html" in data:
        html = _BLANK.sub("\n", "".join(data["text/html"]))
        return f'<div class="output">{html}</div>'
    text = "".join(data.get("text/plain", output.get("text", output.get("traceback", ()))))
    return f"```text\n{_ANSI.sub('', text).rstrip()}\n```" if text.strip() else ""
