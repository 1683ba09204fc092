"""Goldens are files under names that cannot leave their directory."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from datalchemy_nb.contracts.golden import Golden
from datalchemy_nb.contracts.run import Manifest
from datalchemy_nb.errors import GoldenError
from datalchemy_nb.golden import delete, load, names, save

MANIFEST = Manifest(
    output_version=1, run_id="r", seed=7, plan_sha256="p", schema_fingerprint="f", package_version="1", tables=()
)


def golden(name: str, **more: Any) -> Golden:
    return Golden(name=name, **{"manifest": MANIFEST, **more})


def test_saved_is_loaded(tmp_path: Path) -> None:
    path = save(golden("crm-v1.2", sample={"s.t.csv": "a\n1\n"}), tmp_path / "goldens")
    loaded = load("crm-v1.2", tmp_path / "goldens")
    assert path.name == "crm-v1.2.golden.json"
    assert (loaded.manifest, loaded.sample) == (MANIFEST, {"s.t.csv": "a\n1\n"})
    assert sorted(p.name for p in path.parent.iterdir()) == [path.name]


def test_refuses_to_overwrite_unless_forced(tmp_path: Path) -> None:
    save(golden("a"), tmp_path)
    with pytest.raises(GoldenError, match="exists already"):
        save(golden("a"), tmp_path)
    save(golden("a", manifest=MANIFEST.model_copy(update={"seed": 8})), tmp_path, force=True)
    assert load("a", tmp_path).manifest.seed == 8


@pytest.mark.parametrize("name", ["", ".", "..", "../a", "a/b", "a\\b", "a\n", ".a", "-a", "a b", "é", "a" * 101, "/a"])
def test_names(tmp_path: Path, name: str) -> None:
    for act in (lambda: save(golden(name), tmp_path), lambda: load(name, tmp_path), lambda: delete(name, tmp_path)):
        with pytest.raises(GoldenError, match="cannot name"):
            act()


def test_missing_names_what_there_is(tmp_path: Path) -> None:
    save(golden("crm"), tmp_path)
    with pytest.raises(GoldenError, match="did you mean 'crm'"):
        load("cmr", tmp_path)
    with pytest.raises(GoldenError, match="there are: crm"):
        load("zzz", tmp_path)


def test_malformed(tmp_path: Path) -> None:
    (tmp_path / "a.golden.json").write_text("{}")
    with pytest.raises(GoldenError, match=r"a\.golden\.json"):
        load("a", tmp_path)


def test_list_and_delete(tmp_path: Path) -> None:
    for name in ("b", "a"):
        save(golden(name), tmp_path)
    (tmp_path / "other.json").write_text("{}")
    assert names(tmp_path) == ["a", "b"]
    delete("a", tmp_path)
    assert names(tmp_path) == ["b"]
    with pytest.raises(GoldenError):
        delete("a", tmp_path)
    assert names(tmp_path / "none") == []
