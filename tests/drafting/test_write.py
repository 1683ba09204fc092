"""A plan written is the plan read back, in JSON and in YAML."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.errors import OutputError
from datalchemy_nb.planning.read import read_plan
from datalchemy_nb.planning.write import plan_json, plan_yaml, write_plan

from .conftest import drafted, table

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    [
        "no",
        "0123",
        "2026-01-01",
        "1e5",
        "~",
        "null",
        "true",
        "0o17",
        ".5",
        "12:30:00",
        "a: b",
        "- x",
        "#",
        " lead",
        "é",
        "\x85",
        "a\u2028b",
        "\r\n",
        "",
    ]
)
SCALARS = (
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False) | TEXT
)
VALUES = st.recursive(SCALARS, lambda v: st.lists(v, max_size=3) | st.dictionaries(TEXT, v, max_size=3), max_leaves=6)
PARAMS = st.dictionaries(TEXT, VALUES, max_size=3)
RATE = st.none() | st.floats(0, 1)
PLACE = {"schema": TEXT, "table": TEXT}
RULES = st.fixed_dictionaries(
    {
        "type": st.just("column_generator"),
        **PLACE,
        "column": TEXT,
        "generator": TEXT
        | st.fixed_dictionaries({"id": TEXT, "locale": st.none() | TEXT, "params": st.none() | PARAMS}),
    },
    optional={
        "params": PARAMS,
        "null_rate": RATE,
        "comment": TEXT,
        "evidence": TEXT,
        "transforms": st.lists(st.fixed_dictionaries({"transform": TEXT, "params": PARAMS}), max_size=2),
    },
) | st.fixed_dictionaries({"type": st.just("foreign_key_strategy"), **PLACE, "mode": st.just("respect")})
PLANS = st.fixed_dictionaries(
    {
        "plan_version": st.just("0.2"),
        "seed": st.integers(0, 2**64 - 1),
        "schema_ref": st.fixed_dictionaries({"schema_version": st.just("0.2"), "engine": st.just("postgres")}),
        "targets": st.lists(st.fixed_dictionaries({**PLACE, "rows": st.integers(0, 2**64 - 1)}), max_size=2),
        "rules": st.lists(RULES, max_size=3),
    },
    optional={"options": st.fixed_dictionaries({"null_rate": RATE, "base_date": st.dates().map(str)})},
).map(Plan.model_validate)


@given(PLANS)
def test_nothing_is_lost(plan: Plan) -> None:
    assert read_plan(plan_json(plan))[0] == plan
    assert read_plan(plan_yaml(plan))[0] == plan


@pytest.mark.parametrize("name", ["plan.json", "plan.yml", "deep/er/plan.YAML"])
def test_files_are_read_back(tmp_path: Path, name: str) -> None:
    plan = drafted(table("clientes", {"cpf": "text", "nome": "text"})).plan
    assert read_plan(write_plan(plan, tmp_path / name)) == (plan, ())
    assert not list(tmp_path.rglob("*.partial"))


def test_json_has_a_rule_a_line() -> None:
    text = plan_json(drafted(table("clientes", {"cpf": "text", "nome": "text"})).plan)
    lines = [line.strip().rstrip(",") for line in text.splitlines()]
    parsed: list[Any] = [json.loads(line) for line in lines if line.startswith('{"type"')]
    assert [rule["column"] for rule in parsed] == ["cpf", "nome"]


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot write"):
        write_plan(drafted(table("t", {"a": "text"})).plan, tmp_path / "file" / "plan.json")
