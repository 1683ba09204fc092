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


SHARED = """
CREATE TABLE tenant (id int PRIMARY KEY);
CREATE TABLE room (tenant_id int NOT NULL REFERENCES tenant, id int, PRIMARY KEY (tenant_id, id));
CREATE TABLE loan (
    id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenant, room_id int NOT NULL, other_id int,
    FOREIGN KEY (tenant_id, room_id) REFERENCES room, FOREIGN KEY (tenant_id, other_id) REFERENCES room
);
"""


def test_rows_refer_to_the_tenants_that_have_what_a_second_key_needs(database: Callable[..., str]) -> None:
    session = Session()
    plan = bare_plan(session.introspect(database(SHARED)).schema, 200)
    for target in plan["targets"]:
        target["rows"] = {"tenant": 200, "room": 20, "loan": 300}[target["table"]]
    session.use_plan(plan)
    loans, rooms = session.preview("loan", rows=300).frame, session.preview("room", rows=20).frame
    assert set(loans.select("tenant_id", "room_id").iter_rows()) == set(rooms.select("tenant_id", "id").iter_rows())
    # A plan that wants every tenant to have loans is refused by name.
    children = {"kind": "fixed", "count": 1}
    plan["rules"] = [{"type": "foreign_key", "schema": plan["targets"][0]["schema"], "table": "loan",
                      "columns": ["tenant_id"], "children": children}]  # fmt: skip
    plan["targets"] = [{**one, "rows": 200 if one["table"] == "loan" else one["rows"]} for one in plan["targets"]]
    session.use_plan(plan)
    [issue] = [one for one in session.validate().issues if one.severity == "error"]
    assert issue.code == "relation_infeasible"
    assert "have no row of" in issue.message
