"""``make notebooks``: execute the notebooks and save them with their outputs.

    python -m tests.notebooks.execute [NAME ...]

Each runs in a temporary directory, so nothing but outputs comes back. A translation has the code of its original; it
takes that one's outputs and is not run.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

NOTEBOOKS = Path(__file__).resolve().parents[2] / "notebooks"
TRANSLATIONS = {
    "01_inicio_rapido.pt-BR.ipynb": "01_quickstart.ipynb",
    "02_seu_proprio_banco.pt-BR.ipynb": "02_your_own_database.ipynb",
    "03_planos_e_geradores.pt-BR.ipynb": "03_plans_and_generators.ipynb",
    "04_relacoes_e_restricoes.pt-BR.ipynb": "04_relations_and_constraints.ipynb",
    "05_goldens_e_ci.pt-BR.ipynb": "05_golden_files_and_ci.ipynb",
    "06_privacidade_e_lgpd.pt-BR.ipynb": "06_privacy_and_lgpd.ipynb",
    "07_escala.pt-BR.ipynb": "07_scale.ipynb",
    "08_extensoes.pt-BR.ipynb": "08_extending.ipynb",
}
"""Each tutorial in Portuguese, and the one in English."""
_TIMEOUT_S = 120


def execute(path: Path) -> Any:
    """Return the executed notebook, without what differs from run to run in its metadata."""

    import nbformat
    from nbclient import NotebookClient

    notebook = nbformat.read(path, as_version=4)
    os.environ["DATALCHEMY_PROGRESS"] = "off"  # whether it is seen depends on the machine's speed
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


def translate(path: Path, executed: Any) -> Any:
    """Return the translation with the outputs of its original.

    Raises:
        ValueError: their code differs.
    """
    import nbformat

    notebook = nbformat.read(path, as_version=4)
    notebook.metadata = executed.metadata
    for cell, other in zip(notebook.cells, executed.cells, strict=True):
        if (cell.cell_type, cell.cell_type == "code" and cell.source) != (
            other.cell_type,
            other.cell_type == "code" and other.source,
        ):
            raise ValueError(f"{path.name}, cell {cell.id}: its code is not that of the original")
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = other.outputs, other.execution_count
    return notebook


def main(names: list[str]) -> None:
    """Execute the named notebooks (all of them by default) in place, and their translations with them."""
    import nbformat

    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        if path.name not in TRANSLATIONS and (not names or any(path.name.startswith(name) for name in names)):
            started = time.perf_counter()
            executed = execute(path)
            nbformat.write(executed, path)
            for other in (NOTEBOOKS / name for name, original in TRANSLATIONS.items() if original == path.name):
                nbformat.write(translate(other, executed), other)
            print(f"{path.name}: {time.perf_counter() - started:.1f} s, {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1:])
