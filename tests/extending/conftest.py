"""A small shop, and catalogues that are as before after every test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from datalchemy_nb import Session
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.domains import registry
from datalchemy_nb.drafting import own
from datalchemy_nb.transforms import base


def column(name: str, udt: str, *, nullable: bool = False, length: int | None = None) -> dict[str, Any]:
    data_type = f"character varying({length})" if length else {"int4": "integer"}.get(udt, udt)
    return {
        "ordinal_position": 1, "name": name, "is_nullable": nullable, "default": None, "identity": None,
        "generated": None, "comment": None,
        "column_type": {
            "data_type": data_type, "udt_schema": "pg_catalog", "udt_name": udt, "character_max_length": length,
            "numeric_precision": None, "numeric_scale": None, "collation": None,
        },
    }  # fmt: skip


SCHEMA: dict[str, Any] = {
    "schema_version": "0.2", "engine": "postgres", "database": "shop", "enums": [], "schema_fingerprint": None,
    "schemas": [{"name": "shop", "tables": [{
        "name": "staff", "kind": "table", "comment": None, "indexes": [],
        "columns": [
            column("id", "int4"), column("badge", "varchar", length=12), column("room", "text", nullable=True),
        ],
        "constraints": [
            {"kind": "primary_key", "name": "staff_pkey", "columns": ["id"]},
            {"kind": "unique", "name": "staff_badge_key", "columns": ["badge"], "is_deferrable": False,
             "initially_deferred": False},
            {"kind": "check", "name": "staff_room_check", "expression": "CHECK ((room ~ '^[1-4]'::text))"},
        ],
    }]}],
}  # fmt: skip


@pytest.fixture(autouse=True)
def catalogues() -> Iterator[None]:
    """Forget what a test registered."""
    kept = [(c, dict(c._entries)) for c in (registry.CATALOGUE, base.CATALOGUE, own._CATALOGUE)]
    yield
    for catalogue, entries in kept:
        for id_ in set(catalogue._entries) - set(entries):
            catalogue.remove(id_)


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """A session that knows the shop's schema."""
    session = Session(out_dir=tmp_path / "runs", goldens_dir=tmp_path / "goldens")
    session.use_schema(DatabaseSchema.model_validate(SCHEMA))
    return session


def plan(*rules: dict[str, Any], rows: int = 1000, seed: int = 5) -> dict[str, Any]:
    """A plan for the shop's staff."""
    return {
        "plan_version": "0.2", "seed": seed, "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
        "targets": [{"schema": "shop", "table": "staff", "rows": rows}],
        "rules": [{"type": "column_generator", "schema": "shop", "table": "staff", **rule} for rule in rules],
    }  # fmt: skip
