"""What a command loads: as much as it needs, whatever else there is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from datalchemy_nb.demo.examples import example_plan
from datalchemy_nb.session import Session

_CODE = """
import sys
from datalchemy_nb.__main__ import main
sys.argv[1:] = {words!r}
code = main()
print("LOADED", code, *sorted(sys.modules))
"""


def alone(cwd: Path, cache: str) -> dict[str, str]:
    """The environment of a user who has what lies in a directory."""
    return {**os.environ, "DATALCHEMY_CACHE": cache, "XDG_CACHE_HOME": str(cwd / "home")}


def loaded(*words: str, cwd: Path, cache: str = "off") -> set[str]:
    """Names of the modules that a command had loaded when it was done."""
    code = _CODE.format(words=list(words))
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=cwd, env=alone(cwd, cache), capture_output=True, text=True, check=True
    )
    _, code, *names = next(line for line in done.stdout.splitlines() if line.startswith("LOADED")).split()
    assert code == "0", done.stderr
    return set(names)


@pytest.fixture
def files(tmp_path: Path, crm_url: str) -> tuple[str, str]:
    """The CRM's schema, and a plan of one table and two generators."""
    plan = json.loads(example_plan("minimal").read_text(encoding="utf-8"))
    plan["targets"] = [{"schema": "crm", "table": "usuarios", "rows": 1}]
    plan["rules"] = [rule for rule in plan["rules"] if rule["table"] == "usuarios"]
    (tmp_path / "plan.json").write_text(json.dumps(plan), encoding="utf-8")
    (tmp_path / "schema.json").write_text(Session().introspect(crm_url).schema.to_json(), encoding="utf-8")
    return "plan.json", "schema.json"


def test_help_loads_nothing_that_works_on_data(tmp_path: Path) -> None:
    found = loaded("--help", cwd=tmp_path)
    assert not found & {"polars", "numpy", "duckdb", "pydantic", "sqlglot", "faker", "psycopg", "datalchemy_nb.session"}


def test_a_generator_is_loaded_with_its_module_alone(tmp_path: Path, files: tuple[str, str]) -> None:
    plan, schema = files
    found = loaded("generate", plan, "--schema-file", schema, "-q", cwd=tmp_path)
    assert "datalchemy_nb.domains.brazil.names" in found
    others = ("brazil.banking", "brazil.fiscal", "texts.generators", "faker.ids.address", "reference.places")
    assert not found & {f"datalchemy_nb.domains.{name}" for name in others}
    assert not found & {"psycopg", "faker", "yaml", "datalchemy_nb.drafting.draft", "datalchemy_nb.evaluate"}


def test_a_plan_that_was_valid_before_is_not_resolved_again(tmp_path: Path, files: tuple[str, str]) -> None:
    plan, schema = files
    cache = str(tmp_path / "cache")
    words = ("validate", plan, "--schema-file", schema, "-q")
    assert "datalchemy_nb.resolve.resolve" in loaded(*words, cwd=tmp_path, cache=cache)
    found = loaded(*words, cwd=tmp_path, cache=cache)
    assert not found & {"polars", "numpy", "duckdb", "sqlglot", "datalchemy_nb.resolve.resolve"}


@pytest.mark.parametrize("words", ["generate PLAN", "preview usuarios --plan PLAN"])
def test_a_plan_that_ran_before_needs_neither_parser_nor_duckdb(
    tmp_path: Path, files: tuple[str, str], words: str
) -> None:
    plan, schema = files
    line = (*words.replace("PLAN", plan).split(), "--schema-file", schema)
    assert "datalchemy_nb.resolve.resolve" in loaded(*line, cwd=tmp_path, cache=str(tmp_path / "cache"))
    found = loaded(*line, cwd=tmp_path, cache=str(tmp_path / "cache"))
    assert not found & {"duckdb", "sqlglot", "datalchemy_nb.resolve.resolve", "datalchemy_nb.constraints.classify"}


@pytest.mark.skipif(sys.platform != "linux", reason="peaks are counted in kilobytes there")
def test_a_small_run_takes_little_memory(tmp_path: Path, files: tuple[str, str]) -> None:
    plan, schema = files
    command = [sys.executable, "-m", "datalchemy_nb", "generate", plan, "--schema-file", schema, "-q"]
    peaks = []
    for _ in range(2):
        pid = subprocess.Popen(command, cwd=tmp_path, env=alone(tmp_path, "cache"), stdout=subprocess.DEVNULL).pid
        _, status, used = os.wait4(pid, 0)
        assert status == 0
        peaks.append(used.ru_maxrss // 1024)
    first, again = peaks
    assert first < 250
    assert again < 150
