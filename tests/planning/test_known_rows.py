"""Unique sets that cannot be compared with rows that are known before are named, with their cause."""

from __future__ import annotations

from typing import Any

import pytest

from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.resolve.known import NOT_COMPARED, Given, Obstacle, known_rows


def index(name: str, **key: str) -> dict[str, Any]:
    plain = {"is_unique": True, "is_primary": False, "is_valid": True, "method": "btree", "definition": ""}
    return {**plain, "name": name, "keys": [key]}


def exclusion(name: str, operator: str) -> dict[str, Any]:
    element = {"column": "nome", "expression": "nome", "operator": operator}
    return {"kind": "exclusion", "name": name, "method": "gist", "elements": [element], "definition": ""}


@pytest.mark.parametrize(
    ("more", "name", "obstacle"),
    [
        ({"constraints": [exclusion("never_near", "<->")]}, "never_near", Obstacle.OPERATORS),
        ({"constraints": [exclusion("own_time", "&&")]}, "own_time", Obstacle.RANGES),
        ({"indexes": [index("by_place", column="ctid")]}, "by_place", Obstacle.COMPUTED),
        ({"indexes": [index("odd", expression="nome ((")]}, "odd", Obstacle.UNREADABLE),
        ({"indexes": [index("lent", expression="pg_read_file(nome)")]}, "lent", Obstacle.REFUSED),
    ],
)
def test_what_cannot_be_compared_is_named(
    schema: DatabaseSchema, plain_plan: dict[str, Any], more: dict[str, Any], name: str, obstacle: Obstacle
) -> None:
    plain = schema.model_dump(mode="json", by_alias=True)
    companies = plain["schemas"][0]["tables"][0]
    plain["schemas"][0]["tables"][0] = companies | {key: [*companies[key], *some] for key, some in more.items()}
    target = {"schema": "crm", "table": "empresas", "rows": 5, "fixed": [{"nome": "Uma"}]}
    plan = Plan.model_validate(plain_plan | {"targets": [target], "rules": []})

    _, issues = known_rows(plan, DatabaseSchema.model_validate(plain), Given())

    assert [(one.code, one.severity, one.constraint, one.cause) for one in issues] == [
        (NOT_COMPARED, "warning", name, obstacle.value)
    ]
