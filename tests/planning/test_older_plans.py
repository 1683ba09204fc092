"""Plans as the original system's users wrote them: what it ran, runs here, or is mended."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from datalchemy_nb import Session
from datalchemy_nb.commands.cli import main
from datalchemy_nb.errors import UsageError
from datalchemy_nb.results.base import Rebased

DDL = """
CREATE SCHEMA app;
CREATE TABLE app.plans (id int PRIMARY KEY, name text NOT NULL UNIQUE, tier varchar(4) NOT NULL UNIQUE);
CREATE TABLE app.bills (
    id int PRIMARY KEY, plan_id int NOT NULL REFERENCES app.plans,
    issued date NOT NULL, due date NOT NULL, note text NOT NULL UNIQUE, kind text NOT NULL CHECK (kind IN ('a', 'b')),
    CHECK (due >= issued)
);
"""


def rule(table: str, column: str, generator: Any, **more: Any) -> dict[str, Any]:
    return {
        "type": "column_generator",
        "schema": "app",
        "table": table,
        "column": column,
        "generator": generator,
        **more,
    }


def plan(*rules: dict[str, Any], plans: int = 8) -> dict[str, Any]:
    return {
        "plan_version": "0.2",
        "seed": 1,
        "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
        "targets": [
            {"schema": "app", "table": "plans", "rows": plans, "comment": "few"},
            {"schema": "app", "table": "bills", "rows": 50},
        ],
        "rules": list(rules),
    }


@pytest.fixture(scope="module")
def session(database) -> Session:
    session = Session()
    session.introspect(database(DDL))
    return session


def errors(session: Session, document: dict[str, Any]) -> list[str]:
    return [issue.code for issue in session.validate(document).issues if issue.severity == "error"]


def test_comments_are_known(session: Session) -> None:
    assert "unknown_field" not in {issue.code for issue in session.validate(plan()).issues}


def test_moments_on_dates_are_cut_and_said_so(session: Session) -> None:
    moments = {"min": "2024-03-01T10:00:00", "max": "2024-03-31T23:00:00"}
    document = plan(
        rule("bills", "issued", "primitive.timestamp", params=moments),
        rule("bills", "due", {"id": "primitive.timestamp.range", "params": moments}),
    )
    found = session.validate(document)
    assert found.ok, found.issues
    assert [issue.path for issue in found.issues if issue.code == "timestamp_cut"] == [
        "/rules/0/generator",
        "/rules/1/generator/id",
    ]
    frame = session.preview("bills", rows=50).frame
    assert str(frame["issued"].dtype) == "Date"
    assert (str(frame["issued"].min())[:7], str(frame["due"].max())[:7]) == ("2024-03", "2024-03")
    assert (frame["due"] >= frame["issued"]).all()


class TestMended:
    def test_too_few_texts_get_numbers_or_the_table_fewer_rows(self, session: Session, tmp_path: Path) -> None:
        stage = "domain.crm.lead_stage"
        document = plan(rule("plans", "name", stage), rule("plans", "tier", {"id": "primitive.choice", "params": {
            "values": ["gold", "iron"]}}))  # fmt: skip
        assert errors(session, document)[0] == "domain_too_small"
        result = session.validate(document, fix=True, out=tmp_path / "plan.json")
        assert isinstance(result, Rebased)
        assert result.ok, result.validation.issues
        # Three stages suffice for eight rows with numbers; four characters leave no room for any.
        assert {change.place for change in result.changes} >= {"app.plans.name", "app.plans.tier", "rows of app.plans"}
        again = Session()
        assert session.schema is not None
        again.use_schema(session.schema)
        assert again.validate(tmp_path / "plan.json").ok
        names = session.preview("plans", rows=8).frame["name"]
        assert all(name.split(" ")[0] in ("novo", "qualificado", "perdido") for name in names)

    def test_generators_and_masks_that_cannot_be(self, session: Session) -> None:
        mask = {"transform": "transform.mask", "params": {"mode": "redact"}}
        document = plan(
            rule("bills", "note", "primitive.text.lorem", transforms=[mask]),
            rule("bills", "kind", "semantic.br.uf"),
            rule("bills", "due", "primitive.int"),
            rule("plans", "name", "faker.nosuch.raw.Thing"),
        )
        assert len(errors(session, document)) >= 2
        result = session.validate(document, fix=True)
        assert result.ok, str(result)
        assert {change.place for change in result.changes} >= {  # type: ignore[union-attr]
            "app.bills.note", "app.bills.kind", "app.bills.due", "app.plans.name"}  # fmt: skip
        assert any("transform.mask is dropped" in change.why for change in result.changes)  # type: ignore[union-attr]

    def test_a_valid_plan_stays_and_out_wants_fix(self, session: Session, tmp_path: Path) -> None:
        result = session.validate(plan(), fix=True)
        assert result.ok
        assert result.changes == ()  # type: ignore[union-attr]
        with pytest.raises(UsageError, match="only where it mends"):
            session.validate(plan(), out=tmp_path / "x.json")


def test_words_of_the_original_command_line(database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "p.json").write_text(json.dumps(plan()))
    assert main(["introspect", "--conn", database(DDL), "--out", "s.json", "-q"]) == 0
    assert main(["validate", "p.json", "--schema", "s.json", "-q"]) == 0
    assert main(["generate", "--plan", "p.json", "--schema", "s.json", "--out", "d", "-q"]) == 0
    [run] = (tmp_path / "d").iterdir()
    assert main(["evaluate", "--plan", "p.json", "--schema", "s.json", "--run", str(run), "-q"]) == 0
    assert (run / "metrics.json").is_file()
