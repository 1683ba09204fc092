"""Values that relations state are values of their columns, else `validate` tells before PostgreSQL refuses the row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from datalchemy_nb.session import Session
from tests.pipeline.conftest import bare_plan

DDL = """
CREATE TYPE mood AS ENUM ('new', 'done');
CREATE DOMAIN brief AS varchar(3);
CREATE TABLE one (
    id int PRIMARY KEY, code varchar(9) NOT NULL, state varchar(4) NOT NULL, brief brief NOT NULL, mood mood NOT NULL,
    small smallint NOT NULL, open boolean NOT NULL, token uuid NOT NULL, kind char(3) NOT NULL, ref int NOT NULL,
    at timestamp NOT NULL
);
CREATE TABLE past (id int PRIMARY KEY, one_id int NOT NULL REFERENCES one, state varchar(2) NOT NULL);
"""


def of(kind: str, table: str = "one", **fields: Any) -> dict[str, Any]:
    return {"type": kind, "schema": "public", "table": table, **fields}


def life(state: str, first: Any = "new", last: Any = "finished") -> dict[str, Any]:
    way = {"from": first, "to": last, "after": {"min": 1, "typical": 2, "max": 4}}
    return of("lifecycle", state=state, initial=first, states=[{"value": first}, {"value": last}], transitions=[way])


def made(column: str, sql: str) -> dict[str, Any]:
    return of("expression", column=column, sql=sql)


def kinds(column: str, value: Any) -> dict[str, Any]:
    target = {"value": value, "schema": "public", "table": "one", "column": "id"}
    return of("polymorphic", type_column=column, id_column="ref", targets=[target])


@pytest.fixture(scope="module")
def planned(database: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Session]:
    url = database(DDL)
    directory = tmp_path_factory.mktemp("stated")

    def run(*rules: dict[str, Any]) -> Session:
        session = Session(out_dir=directory)
        plan = bare_plan(session.introspect(url).schema, 20, plan_version="0.3", rules=list(rules))
        if not any(rule["type"] == "history" for rule in rules):
            plan["targets"] = [one for one in plan["targets"] if one["table"] == "one"]
        session.use_plan(plan)
        return session

    return run


@pytest.mark.parametrize(
    ("rules", "path", "said"),
    [
        ([life("state")], "/rules/0/states/1/value",
         "one.state is character varying(4), and a state is 'finished', which is longer than 4 characters"),
        ([life("brief")], "/rules/0/states/1/value", "longer than 3 characters"),
        ([life("kind")], "/rules/0/states/1/value", "longer than 3 characters"),
        ([life("mood")], "/rules/0/states/1/value", "none of new, done"),
        ([life("small", 1, 70_000)], "/rules/0/states/1/value", "no smallint"),
        ([life("open", False, "done")], "/rules/0/states/1/value", "no boolean"),
        ([kinds("kind", "person")], "/rules/0/targets/0/value", "longer than 3 characters"),
        ([kinds("mood", "one")], "/rules/0/targets/0/value", "none of new, done"),
        ([kinds("small", 70_000)], "/rules/0/targets/0/value", "no smallint"),
        ([made("mood", "CASE WHEN small > 5 THEN 'gone' ELSE 'new' END")], "/rules/0/sql", "gives 'gone'"),
        ([made("token", "coalesce('none', code)")], "/rules/0/sql", "no uuid"),
        ([made("state", "'much too long'")], "/rules/0/sql", "longer than 4 characters"),
        ([life("code"), of("history", "past", of="one_id", state="state")], "/rules/1/state",
         "past.state is character varying(2), and a state of public.one is 'new'"),
    ],
)  # fmt: skip
def test_what_a_column_cannot_have_is_told_where_it_stands(
    planned: Callable[..., Session], rules: list[dict[str, Any]], path: str, said: str
) -> None:
    found = [(one.code, one.path, one.message) for one in planned(*rules).validate().issues if one.severity == "error"]
    assert any((code, where) == ("relation_type_mismatch", path) and said in text for code, where, text in found)


@pytest.mark.parametrize(("column", "sql"), [("mood", "lower(code)"), ("token", "upper(code)")])
def test_what_only_rows_show_is_told_before_the_run(planned: Callable[..., Session], column: str, sql: str) -> None:
    assert [one.code for one in planned(made(column, sql)).validate().issues] == ["never_holds"]


def test_what_columns_can_have_is_not_refused(planned: Callable[..., Session]) -> None:
    rules = [
        life("small", 1, 7), made("mood", "CASE WHEN small > 5 THEN 'done' ELSE 'new' END"),
        made("token", "md5(code)"), made("state", "left(code, 4)"), kinds("kind", "one"),
    ]  # fmt: skip
    session = planned(*rules)
    assert [one for one in session.validate().issues if one.severity == "error"] == []
    assert session.load(session.generate()).report.tables[0].rows == 20
