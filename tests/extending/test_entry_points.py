"""Generators, transforms and rules of an installed package, in a process of their own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

MODULE = '''
from datalchemy_nb import Params, choices, generator, inference_rule, offer, step, transform

@generator("acme.colour")
def colour(params, slot):
    """Colours of the house."""
    return choices(["red", "green"])

@transform("acme.loud")
def loud(params, slot):
    """Louder."""
    return step(lambda values: values + "!")

@inference_rule
def recognise_colour(column):
    """Colours."""
    return offer("acme.colour") if column.name == "colour" else None
'''
POINTS = """
[datalchemy_nb.generators]
acme = acme_data
{more}
[datalchemy_nb.transforms]
acme = acme_data
[datalchemy_nb.inference_rules]
acme = acme_data
"""
LOOK = """
import json, warnings
warnings.simplefilter("always")
with warnings.catch_warnings(record=True) as told:
    from datalchemy_nb.domains.registry import find_generator
    from datalchemy_nb.drafting.own import own_rules
    from datalchemy_nb.transforms.base import find_transform
    print(json.dumps([find_generator("acme.colour").doc, find_transform("acme.loud").doc, len(own_rules()),
                      find_generator("primitive.int") is not None, [str(w.message) for w in told]]))
"""


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A directory as pip leaves it."""
    (tmp_path / "acme_data.py").write_text(MODULE)
    (tmp_path / "acme_broken.py").write_text("raise RuntimeError('no licence')")
    info = tmp_path / "acme-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(POINTS.format(more=""))
    return tmp_path


def look(package: Path) -> list[object]:
    environment = {**os.environ, "PYTHONPATH": str(package)}
    found = subprocess.run(
        [sys.executable, "-c", LOOK], env=environment, capture_output=True, text=True, check=True, cwd=package
    )
    return list(json.loads(found.stdout))


def test_all_three_kinds_are_found(package: Path) -> None:
    assert look(package) == ["Colours of the house.", "Louder.", 1, True, []]


def test_the_command_line_sees_them(package: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(package)}
    command = [
        sys.executable,
        "-c",
        "from datalchemy_nb.commands.cli import main; main()",
        "generators",
        "acme.colour",
        "--json",
    ]
    shown = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, cwd=package)
    assert [entry["id"] for entry in json.loads(shown.stdout)] == ["acme.colour"]


def test_a_broken_package_is_a_warning(package: Path) -> None:
    points = package / "acme-1.0.dist-info" / "entry_points.txt"
    points.write_text(POINTS.format(more="broken = acme_broken"))
    *found, told = look(package)
    assert found == ["Colours of the house.", "Louder.", 1, True]
    assert told == ["datalchemy_nb.generators: broken = acme_broken does not load: RuntimeError: no licence"]
