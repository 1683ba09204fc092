"""Schemas full of features: filled without a plan's help, loaded with every constraint on, zero rejections."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from datalchemy_nb.results.base import Feasibility
from datalchemy_nb.session import Session
from tests.pipeline.conftest import bare_plan

FIXTURES = Path(__file__).parents[1] / "fixtures" / "torture"
CASES = sorted(FIXTURES.glob("*.sql"))
TOO_FEW = {
    ("tworefs", 1): "two different accounts need two rows",
    ("differ", 1): "two different documents need two rows",
    ("kinds", 1): "a person and a company need two rows",
}
"""What a schema itself makes impossible."""


@pytest.mark.parametrize("rows", [1, 10, 1_000])
@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_postgresql_accepts_every_row(path: Path, rows: int, database: Callable[..., str], tmp_path: Path) -> None:
    if (path.stem, rows) in TOO_FEW:
        rows = 2
    ddl = path.read_text(encoding="utf-8")
    session = Session(out_dir=tmp_path)
    if path.stem.endswith("_18") and (session.introspect(database()).schema.server_version or "") < "18":
        pytest.skip("the server does not know the syntax")
    schema = session.introspect(database(ddl)).schema
    run = session.generate(bare_plan(schema, rows))
    loaded = session.load(run)
    assert {t.rows for t in loaded.report.tables} == {rows}
    assert session.evaluate(run).metrics.violation_count == 0


def test_every_tenant_key_agrees_between_its_foreign_keys(database: Callable[..., str]) -> None:
    session = Session()
    schema = session.introspect(database((FIXTURES / "tenant.sql").read_text(encoding="utf-8"))).schema
    session.use_plan(bare_plan(schema, 500))
    frames = {name: session.preview(name, rows=500).frame for name in ("users", "projects", "memberships", "tasks")}
    users = set(frames["users"].select("tenant_id", "id").iter_rows())
    projects = set(frames["projects"].select("tenant_id", "id").iter_rows())
    assert set(frames["memberships"].select("tenant_id", "user_id").iter_rows()) <= users
    assert set(frames["memberships"].select("tenant_id", "project_id").iter_rows()) <= projects
    assert frames["memberships"].n_unique(["tenant_id", "user_id", "project_id"]) == 500
    tasks = frames["tasks"]
    own = set(tasks.select("tenant_id", "id").iter_rows())
    assert set(tasks.filter(tasks["parent_id"].is_not_null()).select("tenant_id", "parent_id").iter_rows()) <= own


def test_self_references_are_trees(database: Callable[..., str]) -> None:
    session = Session()
    schema = session.introspect(database((FIXTURES / "selfref.sql").read_text(encoding="utf-8"))).schema
    session.use_plan(bare_plan(schema, 500))
    rows = dict(session.preview("cat", rows=500, columns=["id", "parent_id"]).frame.iter_rows())
    for start in rows:
        seen, at = set(), start
        while at is not None:
            assert at not in seen, "a circle"
            seen.add(at)
            at = rows[at]


def test_what_nobody_here_can_know_is_named_before_the_run(database: Callable[..., str]) -> None:
    session = Session()
    schema = session.introspect(database((FIXTURES / "differ.sql").read_text(encoding="utf-8"))).schema
    session.use_plan(bare_plan(schema, 10))
    result = session.validate(explain=True)
    assert isinstance(result, Feasibility)
    assert "trigger t may refuse" in str(result)
    sentences = [sentence for table in result.report.tables for sentence in table.unsupported]
    assert any("built without xml" in sentence for sentence in sentences) == ("xml" in schema.lacks)
