"""The JSON Schemas in docs/ are those of the models, and they accept what the tool writes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from datalchemy_nb.contracts.json_schema import FORMATS, json_schema
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import ContractError

ROOT = Path(__file__).parents[2]
PLANS = sorted((ROOT / "plans" / "examples").glob("*.json"))
GOLDENS = sorted((ROOT / "plans" / "goldens").glob("*.json"))


def assert_valid(path: Path, schema: object) -> None:
    # Imported here: it reads a grammar of URIs, which takes longer than to collect all tests of this folder.
    import jsonschema

    jsonschema.validate(json.loads(path.read_text(encoding="utf-8")), schema)


@pytest.mark.parametrize("name", FORMATS)
def test_committed_schema_is_current(name: str) -> None:
    """Refresh with `python -m datalchemy_nb.contracts.json_schema`."""
    assert (ROOT / "docs" / "schemas" / f"{name}.schema.json").read_text(encoding="utf-8") == json_schema(name)


@pytest.mark.parametrize("path", PLANS, ids=lambda p: p.stem)
def test_example_plans_are_valid_documents(path: Path) -> None:
    assert_valid(path, json.loads(json_schema("plan")))


@pytest.mark.parametrize("path", GOLDENS, ids=lambda p: p.stem)
def test_goldens_are_valid_documents(path: Path) -> None:
    assert_valid(path, json.loads(json_schema("golden")))


@pytest.mark.parametrize("path", PLANS, ids=lambda p: p.stem)
def test_a_plan_survives_a_round_trip(path: Path) -> None:
    plan = Plan.read(path)
    assert Plan.from_json(plan.to_json()) == plan
    assert Plan.from_json(plan.to_json()).sha256() == plan.sha256()


OLD_SCHEMA = {
    "schema_version": "0.2",
    "engine": "postgres",
    "database": "app",
    "schemas": [
        {
            "name": "public",
            "tables": [
                {
                    "name": "t",
                    "kind": "table",
                    "comment": None,
                    "columns": [
                        {
                            "ordinal_position": 1,
                            "name": "id",
                            "column_type": {"data_type": "integer", "udt_schema": "pg_catalog", "udt_name": "int4"},
                            "is_nullable": False,
                            "generated": {"kind": "stored", "expression": None},
                        }
                    ],
                    "constraints": [
                        {"kind": "primary_key", "name": "t_pkey", "columns": ["id"]},
                        {"kind": "check", "name": None, "expression": "CHECK ((id > 0))"},
                    ],
                    "indexes": [],
                    "something_unknown": 1,
                }
            ],
        }
    ],
    "enums": [{"schema": "public", "name": "e", "labels": ["a"]}],
    "schema_fingerprint": None,
}


def test_a_schema_of_the_original_system_reads() -> None:
    schema = DatabaseSchema.from_json(json.dumps(OLD_SCHEMA))
    assert schema.schemas[0].tables[0].primary_key is not None
    assert list(json.loads(schema.to_json()))[:6] == [
        "schema_version",
        "engine",
        "database",
        "schemas",
        "enums",
        "schema_fingerprint",
    ]


def test_fingerprint_sees_shape_and_nothing_else() -> None:
    schema = DatabaseSchema.from_json(json.dumps(OLD_SCHEMA))
    table = schema.schemas[0].tables[0]
    commented = schema.model_copy(
        update={
            "database": "other",
            "schemas": (
                schema.schemas[0].model_copy(update={"tables": (table.model_copy(update={"comment": "new"}),)}),
            ),
        }
    )
    assert commented.fingerprint() == schema.fingerprint()
    wider = table.model_copy(update={"constraints": ()})
    changed = schema.model_copy(update={"schemas": (schema.schemas[0].model_copy(update={"tables": (wider,)}),)})
    assert changed.fingerprint() != schema.fingerprint()


def test_an_unknown_constraint_kind_is_an_error_with_its_place() -> None:
    broken = json.loads(json.dumps(OLD_SCHEMA))
    broken["schemas"][0]["tables"][0]["constraints"][0]["kind"] = "magic"
    with pytest.raises(ContractError, match="/schemas/0/tables/0/constraints/0"):
        DatabaseSchema.from_json(json.dumps(broken))
