"""Generators are loaded from where they live."""

from __future__ import annotations

import subprocess
import sys

from datalchemy_nb.domains.homes import HOMES

_EACH = """
import importlib
from datalchemy_nb.domains.homes import HOMES
from datalchemy_nb.domains.registry import CATALOGUE
for id_, module in HOMES.items():
    importlib.import_module(module)
    assert id_ in CATALOGUE._entries, (id_, module)
print(*(id_ for id_ in CATALOGUE.entries()))
"""


def test_every_built_in_generator_has_its_home() -> None:
    done = subprocess.run([sys.executable, "-c", _EACH], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) == set(HOMES)
