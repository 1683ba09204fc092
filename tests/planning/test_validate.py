"""One plan per code: the issue, where it points, and what it advises."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.planning.issues import pointer, sort_issues
from datalchemy_nb.planning.rules.generators import fits
from datalchemy_nb.planning.validate import validate

Plain = dict[str, Any]
Change = Callable[[Plain], object]


def rule(column: str, generator: Any, table: str = "contatos", schema: str = "crm", **more: Any) -> Plain:
    return {
        "type": "column_generator",
        "schema": schema,
        "table": table,
        "column": column,
        "generator": generator,
        **more,
    }


def policy(table: str, constraint: str, mode: str = "enforce") -> Plain:
    return {"type": "constraint_policy", "schema": "crm", "table": table, "constraint": constraint, "mode": mode}


def strategy(table: str, mode: str) -> Plain:
    return {"type": "foreign_key_strategy", "schema": "crm", "table": table, "mode": mode}


def put(*path_and_value: Any) -> Change:
    """Set the value at a path."""
    *path, last, value = path_and_value

    def change(plan: Plain) -> None:
        place: Any = plan
        for part in path:
            place = place[part]
        place[last] = value

    return change


def rules(*added: Plain) -> Change:
    """Append rules; the first gets index 2."""
    return lambda plan: plan["rules"].extend(added)


def target(table: str, rows: int = 10, schema: str = "crm") -> Change:
    """Append a target, with index 1."""
    return lambda plan: plan["targets"].append({"schema": schema, "table": table, "rows": rows})


def parent_value(**params: Any) -> Plain:
    whole = {
        "input_columns": ["empresa_id"],
        "parent_schema": "crm",
        "parent_table": "empresas",
        "parent_column": "nome",
    }
    return {"id": "derive.parent_value", "params": {k: v for k, v in (whole | params).items() if v is not None}}


def transformed(transform: str, params: Any = None) -> Plain:
    return rule("idade", "primitive.int", transforms=[{"transform": transform, "params": params}])


MISTAKES = yaml.safe_load(Path(__file__).with_name("mistakes.yml").read_text())


def apply(changes: Plain, plan: Plain) -> None:
    """Set values at JSON Pointers; an index just past the end of a list appends."""
    for path, value in changes.items():
        *parts, last = [int(part) if part.isdecimal() else part for part in path.strip("/").split("/")]
        place: Any = plan
        for part in parts:
            place = place[part]
        if isinstance(place, list) and last == len(place):
            place.append(value)
        else:
            place[last] = value


def issues_of(plan: Plain, schema: DatabaseSchema) -> tuple[Issue, ...]:
    return validate(Plan.model_validate(plan), schema)


def test_a_good_plan_has_no_issues(plain_plan: Plain, schema: DatabaseSchema) -> None:
    assert issues_of(plain_plan, schema) == ()


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda m: f"{m.get('error') or m['warning']}{m['at']}")
def test_one_mistake_gives_one_issue(mistake: Plain, plain_plan: Plain, schema: DatabaseSchema) -> None:
    apply(mistake["set"], plain_plan)
    (issue,) = issues_of(plain_plan, schema)
    severity = "error" if "error" in mistake else "warning"
    assert (issue.code, issue.severity, issue.path) == (mistake[severity], severity, mistake["at"])
    assert mistake["hint"] in (issue.hint or "")


def test_missing_fingerprint_of_the_schema(plain_plan: Plain, schema: DatabaseSchema) -> None:
    bare = schema.model_copy(update={"schema_fingerprint": None})
    (issue,) = issues_of(plain_plan, bare)
    assert (issue.code, issue.path) == ("schema_fingerprint_missing", "/schema_ref/schema_fingerprint")


class TestAcceptedPlans:
    @pytest.mark.parametrize(
        "change",
        [
            rules(rule("nome", "primitive.text", params={"max_len": 40})),
            rules(rule("nome", {"id": "primitive.text", "params": {"max_len": 40}}, comment="the same rule again")),
            rules(policy("contatos", "check"), policy("contatos", "check")),
            rules(strategy("contatos", "respect"), strategy("contatos", "respect")),
            rules(rule("empresa_id", "derive.fk")),
            rules(rule("nome", "primitive.text", "empresas")),
            rules(rule("id", "primitive.uuid")),
            rules(rule("idade", "primitive.int", null_rate=0.5)),
            rules(transformed("transform.null_rate", {"rate": 1})),
            put("rules", 0, "null_rate", 0),
            put("rules", 0, "generator", parent_value()),
            put("global", None),
        ],
    )
    def test_no_issue(self, change: Change, plain_plan: Plain, schema: DatabaseSchema) -> None:
        change(plain_plan)
        assert issues_of(plain_plan, schema) == ()

    def test_disabled_with_the_flag(self, plain_plan: Plain, schema: DatabaseSchema) -> None:
        plain_plan["options"]["allow_fk_disable"] = True
        rules(strategy("contatos", "disable"), rule("empresa_id", "primitive.uuid"))(plain_plan)
        assert issues_of(plain_plan, schema) == ()

    def test_disabled_keys_pull_no_parents(self, plain_plan: Plain, schema: DatabaseSchema) -> None:
        plain_plan["options"]["allow_fk_disable"] = True
        rules(strategy("contatos", "disable"), rule("nome", "primitive.text", "empresas"))(plain_plan)
        assert [issue.code for issue in issues_of(plain_plan, schema)] == ["rule_without_target"]


class TestMessages:
    def test_name_the_column(self, plain_plan: Plain, schema: DatabaseSchema) -> None:
        rules(rule("idade", "primitive.uuid"))(plain_plan)
        (issue,) = issues_of(plain_plan, schema)
        assert issue.message.startswith("crm.contatos.idade is integer, but primitive.uuid makes uuid")

    def test_quote_and_escape_odd_names(self, plain_plan: Plain, schema: DatabaseSchema) -> None:
        target("ta.b/le", schema="od.d")(plain_plan)
        rules(rule("co~l/umn", "primitive.text", "ta.b/le", "od.d", params={"a/b~c": 1}))(plain_plan)
        (issue,) = issues_of(plain_plan, schema)
        assert issue.path == "/rules/2/params/a~1b~0c"
        assert '"od.d"."ta.b/le"."co~l/umn"' in issue.message

    def test_disable_without_flag_says_keys_stay(self, plain_plan: Plain, schema: DatabaseSchema) -> None:
        rules(strategy("contatos", "disable"))(plain_plan)
        (issue,) = issues_of(plain_plan, schema)
        assert "stay respected" in issue.message


class TestOrder:
    def test_errors_first_then_by_place(self, plain_plan: Plain, schema: DatabaseSchema) -> None:
        plain_plan["schema_ref"]["schema_fingerprint"] = None
        plain_plan["plan_version"] = "0.9"
        for index in range(11):
            plain_plan["targets"].append({"schema": "crm", "table": f"nope{index}", "rows": 1})
        found = issues_of(plain_plan, schema)
        assert [issue.severity for issue in found] == ["error"] * 12 + ["warning"]
        assert [issue.path for issue in found] == [
            "/plan_version",
            *(f"/targets/{i}/table" for i in range(1, 12)),
            "/schema_ref",
        ]

    def test_is_total(self) -> None:
        paths = ["/options/strict", "/rules/10", "/rules/9/generator", "/targets", "/", "/rules/9", "/seed"]
        found = sort_issues(Issue(severity="error", code="c", path=path, message="m") for path in paths)
        assert [issue.path for issue in found] == [
            "/", "/seed", "/targets", "/rules/9", "/rules/9/generator", "/rules/10", "/options/strict",
        ]  # fmt: skip


class TestStopping:
    def test_an_unknown_column_hides_the_rest_of_its_rule(self, plain_plan: Plain, schema: DatabaseSchema) -> None:
        rules(rule("nope", "nope", transforms=[{"transform": "nope"}]))(plain_plan)
        assert [issue.code for issue in issues_of(plain_plan, schema)] == ["unknown_column"]

    def test_every_parameter_is_reported(self, plain_plan: Plain, schema: DatabaseSchema) -> None:
        rules(rule("idade", "primitive.int", params={"min": "a", "max": 1.5, "step": 2}))(plain_plan)
        found = issues_of(plain_plan, schema)
        assert [issue.path for issue in found] == [f"/rules/2/params/{name}" for name in ("max", "min", "step")]

    def test_validation_changes_nothing(self, plain_plan: Plain, schema: DatabaseSchema) -> None:
        before = copy.deepcopy(plain_plan)
        plan = Plan.model_validate(plain_plan)
        assert validate(plan, schema) == validate(plan, schema)
        assert plain_plan == before


@pytest.mark.parametrize(
    ("made", "column", "expected"),
    [
        (("integer",), "decimal", True),
        (("integer",), "boolean", False),
        (("date",), "timestamptz", True),
        (("timestamp",), "date", False),
        (("text",), "enum", True),
        (("text",), "integer", False),
        (("text", "integer"), "integer", True),
        ((), "integer", True),
    ],
)
def test_families(made: Any, column: Any, expected: bool) -> None:
    assert fits(made, column) is expected


def test_pointers() -> None:
    assert pointer() == "/"
    assert pointer("rules", 0, "a/b", "c~d") == "/rules/0/a~1b/c~0d"
