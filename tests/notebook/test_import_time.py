"""Loading the extension is quick: nothing heavy is imported until a verb needs it."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("polars", "numpy", "duckdb", "psycopg", "pydantic", "faker", "sqlglot", "ipywidgets", "yaml")


def run(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_import_brings_in_nothing_heavy() -> None:
    assert run(f"import sys, datalchemy_nb; print([m for m in {HEAVY} if m in sys.modules])") == "[]"


def test_load_ext_brings_in_nothing_heavy() -> None:
    code = (
        "import sys; from IPython.core.interactiveshell import InteractiveShell;"
        "s = InteractiveShell.instance(); before = set(sys.modules); "
        "s.run_line_magic('load_ext', 'datalchemy_nb'); "
        f"print([m for m in {HEAVY} if m in sys.modules and m not in before])"
    )
    assert run(code) == "[]"


def test_public_names_are_there() -> None:
    import datalchemy_nb

    for name in datalchemy_nb.__all__:
        assert getattr(datalchemy_nb, name) is not None
    assert set(datalchemy_nb.__all__) <= set(dir(datalchemy_nb))
