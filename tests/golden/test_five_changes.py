"""Five scripted changes, and what the golden says of each."""

from __future__ import annotations

import copy
import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from syrupy.assertion import SnapshotAssertion

from datalchemy_nb.contracts.run import Manifest
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.results import text
from datalchemy_nb.results.base import GoldenCheck
from datalchemy_nb.session import Session

SCHEMA = {
    "schema_version": "0.2",
    "engine": "postgres",
    "schemas": [
        {
            "name": "loja",
            "tables": [
                {
                    "name": "produtos",
                    "kind": "table",
                    "columns": [
                        {"name": name, "ordinal_position": i, "is_nullable": False, "column_type": {
                            "data_type": shown, "udt_schema": "pg_catalog", "udt_name": udt, **more}}
                        for i, (name, shown, udt, more) in enumerate(
                            [
                                ("id", "integer", "int4", {}),
                                ("preco", "numeric(8,2)", "numeric", {"numeric_precision": 8, "numeric_scale": 2}),
                                ("cor", "text", "text", {}),
                                ("criado", "timestamp with time zone", "timestamptz", {}),
                            ],
                            start=1,
                        )
                    ],
                    "constraints": [{"kind": "primary_key", "name": "pk", "columns": ["id"]}],
                    "indexes": [],
                }
            ],
        }
    ],
}  # fmt: skip


def rule(column: str, generator: str, **params: Any) -> dict[str, Any]:
    return {
        "type": "column_generator",
        "schema": "loja",
        "table": "produtos",
        "column": column,
        "generator": {"id": generator, "params": params},
    }


PLAN: dict[str, Any] = {
    "plan_version": "0.2",
    "seed": 7,
    "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
    "targets": [{"schema": "loja", "table": "produtos", "rows": 100}],
    "rules": [
        rule("id", "primitive.int.sequence_hint", start=1, step=1),
        rule("preco", "primitive.decimal.numeric", min=1, max=90),
        rule("cor", "primitive.choice", values=["azul", "verde", "rosa"]),
        rule("criado", "primitive.timestamp", min="2025-01-01T00:00:00", max="2025-12-31T00:00:00"),
    ],
}


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A session with a golden of the plan, called before."""
    session = Session(out_dir=tmp_path / "runs", goldens_dir=tmp_path / "goldens")
    session.use_schema(DatabaseSchema.model_validate(SCHEMA))
    session.golden_save("before", session.generate(PLAN))
    return session


def changed(edit: Callable[[dict[str, Any]], None]) -> dict[str, Any]:
    plan = copy.deepcopy(PLAN)
    edit(plan)
    return plan


def a_seed(session: Session) -> Path:
    return session.generate(changed(lambda p: p.update(seed=8))).directory


def a_parameter(session: Session) -> Path:
    return session.generate(changed(lambda p: p["rules"][1]["generator"]["params"].update(max=80))).directory


def a_renamed_column(session: Session) -> Path:
    run = session.generate(PLAN).directory
    file = run / "loja.produtos.csv"
    file.write_text(file.read_text().replace("preco", "valor", 1))
    schema = (run / "schema.json").read_text().replace('"preco"', '"valor"')
    (run / "schema.json").write_text(schema)
    return run


def an_added_row(session: Session) -> Path:
    return session.generate(changed(lambda p: p["targets"][0].update(rows=101))).directory


def a_version(session: Session) -> Path:
    """What a bump of the engine's output version looks like: other bytes, another number, the same plan."""
    run = session.generate(PLAN).directory
    file = run / "loja.produtos.csv"
    rows = list(csv.reader(io.StringIO(file.read_text())))
    for row in rows[1:]:
        row[2] = row[2].upper()
    file.write_text("".join(",".join(row) + "\n" for row in rows))
    manifest = Manifest.read(run / "manifest.json")
    newer = manifest.model_copy(update={"output_version": manifest.output_version + 1})
    (run / "manifest.json").write_text(newer.to_json())
    return run


CHANGES = [a_seed, a_parameter, a_renamed_column, an_added_row, a_version]


@pytest.mark.parametrize("change", CHANGES, ids=lambda c: c.__name__)
def test_the_golden_says_what_changed(
    session: Session, change: Callable[[Session], Path], snapshot: SnapshotAssertion
) -> None:
    diff = session.golden_check("before", change(session)).diff
    assert not diff.equal
    stable = diff.model_copy(update={"run_id": "later"})
    # Hashes are of no interest here, and change with every field a plan gains.
    assert re.sub(r"\b[0-9a-f]{12}([0-9a-f]{4})?\b", lambda m: "#" * len(m[0]), text(GoldenCheck(stable))) == snapshot


def test_nothing_changed(session: Session) -> None:
    assert session.golden_check("before", session.generate(PLAN)).ok


def test_update_after_review(session: Session) -> None:
    newer = a_parameter(session)
    updated = session.golden_update("before", newer)
    assert not updated.diff.equal
    assert session.golden_check("before", newer).ok
