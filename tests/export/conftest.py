"""A CRM session with a plan of a few blocks, and its schema as a file for other processes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from datalchemy_nb.demo.examples import example_plan
from datalchemy_nb.session import Session

ROWS = {"contatos": 150_000, "oportunidades": 70_000}


@pytest.fixture
def session(crm_url: str, tmp_path: Path) -> Session:
    """A session on an empty CRM database."""
    made = Session(out_dir=tmp_path / "runs", goldens_dir=tmp_path / "goldens")
    made.introspect(crm_url)
    return made


@pytest.fixture
def schema_file(session: Session, tmp_path: Path) -> Path:
    """The session's schema.json."""
    path = tmp_path / "schema.json"
    assert session.schema is not None
    path.write_text(session.schema.to_json(), encoding="utf-8")
    return path


@pytest.fixture
def plan() -> dict[str, Any]:
    """A plan with tables of one block, of three blocks, and of a few rows."""
    plan: dict[str, Any] = json.loads(example_plan("full_stack_ptbr").read_text(encoding="utf-8"))
    plan["targets"] = [{**t, "rows": ROWS.get(t["table"], _fewer(t["rows"]))} for t in plan["targets"]]
    return plan


def _fewer(rows: int) -> int:
    """A tenth of the rows, but all of a list."""
    return rows if rows <= 30 else rows // 10 + 1


@pytest.fixture
def plan_file(plan: dict[str, Any], tmp_path: Path) -> Path:
    """The plan as a file."""
    path = tmp_path / "plan.json"
    path.write_text(json.dumps(plan), encoding="utf-8")
    return path
