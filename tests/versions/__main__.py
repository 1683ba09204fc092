"""The whole pipeline with the lowest and the newest libraries, on every Python here: ``python -m tests.versions``.

Makes a virtual environment for each in a directory of its own, runs `tests/versions/pipeline.py` there, and compares
the bytes of all.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[2]
PYTHONS = ("3.11", "3.12", "3.13")


def lowest() -> list[str]:
    """Every dependency at its lower bound."""
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    return [re.sub(r">=", "==", dependency) for dependency in wanted]


def main() -> int:
    """Run them all; 1 where bytes differ or something fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.versions")
    parser.add_argument("--directory", type=Path, default=ROOT / ".versions", help="where the environments go")
    place = parser.parse_args().directory.resolve()
    found: dict[str, dict[str, str]] = {}
    for python in PYTHONS:
        command = shutil.which(f"python{python}")
        if command is None or subprocess.run([command, "-c", ""], capture_output=True, check=False).returncode:
            print(f"python{python}: not here", flush=True)
            continue
        for name, pins in (("newest", []), ("lowest", lowest())):
            if name == "lowest" and python != PYTHONS[0]:
                # Not every lower bound has wheels for later Pythons.
                continue
            found[f"{python} {name}"] = _run(place / f"{python}-{name}", command, pins)
    different = {json.dumps(digests, sort_keys=True) for digests in found.values()}
    print("the same bytes everywhere" if len(different) == 1 else "BYTES DIFFER")
    return 0 if len(different) == 1 else 1


def _run(place: Path, command: str, pins: list[str]) -> dict[str, str]:
    python = place / "bin" / "python"
    if not python.exists():
        subprocess.run([command, "-m", "venv", str(place)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--editable", f"{ROOT}[demo]", *pins], check=True)
    done = subprocess.run(
        [str(python), str(Path(__file__).with_name("pipeline.py"))], check=True, capture_output=True, text=True
    )
    told = json.loads(done.stdout)
    versions = ", ".join(f"{name} {version}" for name, version in told["versions"].items())
    print(f"{place.name}: {versions}: {told['tables']} tables, judged and loaded", flush=True)
    return dict(told["digests"])


if __name__ == "__main__":
    sys.exit(main())
