"""``make notebooks``: execute the notebooks and save them with their outputs.

    python -m tests.notebooks.execute [NAME ...]

Each runs in a temporary directory, so nothing but outputs comes back.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path
from typing import Any

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
_TIMEOUT_S = 120


def execute(path: Path) -> Any:
    """Return the executed notebook, without what differs from run to run in its metadata."""
    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as directory:
        resources = {"metadata": {"path": directory}}
        NotebookClient(notebook, timeout=_TIMEOUT_S, resources=resources, record_timing=False).execute()
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell in notebook.cells:
        # A display that was updated keeps its last state; its transient identity is of no use to a reader.
        for output in cell.get("outputs", []):
            output.pop("transient", None)
    return notebook


def main(names: list[str]) -> None:
    """Execute the named notebooks (all of them by default) in place."""
    import nbformat

    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        if not names or any(path.name.startswith(name) for name in names):
            started = time.perf_counter()
            nbformat.write(execute(path), path)
            print(f"{path.name}: {time.perf_counter() - started:.1f} s, {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
