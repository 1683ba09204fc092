"""Wheel and sdist: what is in them, and that the wheel works where the source tree is not."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from datalchemy_nb import __version__

pytest.importorskip("hatchling", reason="the build back end is not installed")
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a wheel and an sdist, built without a network."""
    directory = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "--directory", str(directory)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return directory


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))


@pytest.fixture(scope="module")
def clean(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of a new environment with the wheel alone; the dependencies are those of this one."""
    home = tmp_path_factory.mktemp("clean")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    scheme = {"base": str(home), "platbase": str(home)}
    site = Path(sysconfig.get_path("purelib", "venv", vars=scheme))
    python = Path(sysconfig.get_path("scripts", "venv", vars=scheme)) / Path(sys.executable).name
    command = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*command, str(wheel)], check=True, capture_output=True)
    # A .pth file is read after what lies here, so the wheel's package is the one that is found.
    (site / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


def run(python: Path, *arguments: str, cwd: Path) -> str:
    done = subprocess.run([str(python), "-I", *arguments], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


class TestWheel:
    def test_holds_the_package_and_nothing_else(self, wheel: Path) -> None:
        names = zipfile.ZipFile(wheel).namelist()
        assert {name.split("/")[0] for name in names} == {"datalchemy_nb", f"datalchemy_nb-{__version__}.dist-info"}
        assert not [n for n in names if n.endswith((".ipynb", ".pyc")) or "/tests/" in n or "test_" in n.split("/")[-1]]

    def test_is_typed_and_has_its_data(self, wheel: Path) -> None:
        names = set(zipfile.ZipFile(wheel).namelist())
        assert "datalchemy_nb/py.typed" in names
        assert "datalchemy_nb/demo/plans/examples/crm_complete.json" in names
        files = (p for kind in ("css", "csv", "js", "sql", "txt") for p in (ROOT / "datalchemy_nb").rglob(f"*.{kind}"))
        data = {str(p.relative_to(ROOT)) for p in files}
        assert data
        assert data <= names

    def test_is_small(self, wheel: Path) -> None:
        assert wheel.stat().st_size < 3_500_000

    def test_installs_where_there_is_no_source_tree(self, clean: Path, tmp_path: Path) -> None:
        where = run(clean, "-c", "import datalchemy_nb; print(datalchemy_nb.__file__)", cwd=tmp_path).strip()
        assert Path(where).is_relative_to(clean.parents[1])
        assert str(ROOT) not in where

    def test_the_command_tells_its_version(self, clean: Path, tmp_path: Path) -> None:
        command = clean.with_name("datalchemy")
        told = subprocess.run([str(command), "--version"], cwd=tmp_path, capture_output=True, text=True, check=True)
        assert told.stdout == f"datalchemy {__version__}\n"

    def test_public_names_are_there(self, clean: Path, tmp_path: Path) -> None:
        look = "import datalchemy_nb as d; print(all(hasattr(d, n) for n in d.__all__), len(d.__all__))"
        import datalchemy_nb

        assert run(clean, "-c", look, cwd=tmp_path) == f"True {len(datalchemy_nb.__all__)}\n"

    def test_example_plans_are_found(self, clean: Path, tmp_path: Path) -> None:
        look = "from datalchemy_nb.demo.examples import examples; print('crm_complete' in examples())"
        assert run(clean, "-c", look, cwd=tmp_path) == "True\n"


class TestSdist:
    def test_holds_what_a_build_needs(self, built: Path) -> None:
        with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
            names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
        assert {"pyproject.toml", "README.md", "LICENSE", "datalchemy_nb/py.typed", "PKG-INFO"} <= names
        assert not [name for name in names if name.startswith(("tests/", "notebooks/", "docs/"))]


class TestMetadata:
    def test_every_extra_is_pinned(self) -> None:
        """What the extras name is in the constraints, so that two installations are the same."""
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        pins = (ROOT / ".ci" / "constraints.txt").read_text(encoding="utf-8").lower().replace("_", "-")
        wanted = [*project["dependencies"], *(r for extra in project["optional-dependencies"].values() for r in extra)]
        names = [requirement.split(">")[0].split("[")[0].lower().replace("_", "-") for requirement in wanted]
        assert [name for name in names if f"{name}==" not in pins] == []
