"""A hand-written plan without a rule for a column gets what a draft would choose, and the run says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from datalchemy_nb import Session
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.drafting.infer import inferred

from .conftest import check, drafted, foreign, key, schema_of, table

SCHEMA = schema_of(
    table(
        "clientes",
        {"id": "integer!", "nome": "text!", "email": "text", "cpf": "varchar(14)", "codigo": "varchar(8)"},
        key("id"),
        check("codigo ~ '^[A-Z]{8}$'::text"),
    )
)


def plan(version: str = "0.3", **options: Any) -> Plan:
    """Rules for one of the columns; the others are silent."""
    rule = {
        "type": "column_generator",
        "schema": "app",
        "table": "clientes",
        "column": "email",
        "generator": "text.word",
    }
    return Plan.model_validate(
        {
            "plan_version": version, "seed": 5, "global": {"locale": "pt_BR"}, "options": options or None,
            "schema_ref": {"schema_version": SCHEMA.schema_version, "engine": SCHEMA.engine},
            "targets": [{"schema": "app", "table": "clientes", "rows": 50}], "rules": [rule],
        }
    )  # fmt: skip


def test_columns_without_a_rule_get_what_the_draft_would_choose() -> None:
    found = {rule.column: rule for _, rule in inferred(plan(), SCHEMA).plan.column_rules}
    assert found["email"].generator_id == "text.word"
    assert found["nome"].generator_id == "semantic.br.name"
    assert found["cpf"].evidence
    assert "id" not in found


def test_older_plans_and_those_that_say_no_stay_as_they_are() -> None:
    for given in (plan("0.2"), plan(infer=False)):
        assert inferred(given, SCHEMA).plan is given
    assert drafted(table("t", {"nome": "text"})).plan.settings.infer is False


def test_an_older_plan_may_ask_for_it() -> None:
    found = {rule.column: rule for _, rule in inferred(plan("0.2", infer=True), SCHEMA).plan.column_rules}
    assert found["nome"].generator_id == "semantic.br.name"


def test_a_run_is_made_again_from_the_plan_in_its_directory(tmp_path: Path) -> None:
    session = Session(out_dir=tmp_path)
    session.schema = SCHEMA
    shown = session.preview("clientes", rows=50, plan=plan()).frame
    assert all(len(name.split()) > 1 for name in shown["nome"])
    run = session.generate()
    kept = Plan.model_validate_json((run.directory / "resolved_plan.json").read_text())
    assert {rule.column for _, rule in kept.column_rules} >= {"nome", "cpf", "email"}
    again = Session(out_dir=tmp_path / "again")
    again.schema = SCHEMA
    assert again.preview("clientes", rows=50, plan=kept).frame.equals(shown)


def test_parents_that_a_plan_does_not_name_are_filled_as_a_draft_would_fill_them() -> None:
    schema = schema_of(
        table("clientes", {"id": "integer!", "nome": "text!"}, key("id")),
        table("pedidos", {"id": "integer!", "cliente_id": "integer!"}, key("id"), foreign("cliente_id", "clientes")),
    )
    given = Plan.model_validate({
        "plan_version": "0.3", "seed": 5, "global": {"locale": "pt_BR"}, "rules": [],
        "schema_ref": {"schema_version": SCHEMA.schema_version, "engine": SCHEMA.engine},
        "targets": [{"schema": "app", "table": "pedidos", "rows": 5}],
    })  # fmt: skip
    found = {(rule.table, rule.column): rule for _, rule in inferred(given, schema).plan.column_rules}
    assert found["clientes", "nome"].generator_id == "semantic.br.name"
