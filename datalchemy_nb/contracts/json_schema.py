"""JSON Schemas of every file format, made from the models."""

from __future__ import annotations

import json
from pathlib import Path

from datalchemy_nb.contracts.base import Contract
from datalchemy_nb.contracts.golden import Golden
from datalchemy_nb.contracts.metrics import Metrics
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.profile import Profile
from datalchemy_nb.contracts.run import GenerationReport, Manifest
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.contracts.violations import Violations

FORMATS: dict[str, type[Contract]] = {
    "schema": DatabaseSchema,
    "plan": Plan,
    "generation_report": GenerationReport,
    "manifest": Manifest,
    "metrics": Metrics,
    "golden": Golden,
    "profile": Profile,
    "violations": Violations,
}
"""File format -> model."""


def json_schema(name: str) -> str:
    """Return the JSON Schema (draft 2020-12) of a format, as pretty JSON.

    Raises:
        KeyError: no such format.
    """
    schema = FORMATS[name].model_json_schema(by_alias=True, mode="validation")
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write_all(directory: Path) -> list[Path]:
    """Write every schema as ``NAME.schema.json``."""
    directory.mkdir(parents=True, exist_ok=True)
    paths = []
    for name in FORMATS:
        path = directory / f"{name}.schema.json"
        path.write_text(json_schema(name), encoding="utf-8")
        paths.append(path)
    return paths


if __name__ == "__main__":
    for written in write_all(Path("docs") / "schemas"):
        print(written)
