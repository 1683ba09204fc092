"""Columns that have a value only where another column of the row says so."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.contracts.relations import LifecycleRule
from datalchemy_nb.errors import PlanInvalid
from datalchemy_nb.planning.read import read_plan
from datalchemy_nb.planning.write import plan_json, plan_yaml
from datalchemy_nb.session import Session

PEDIDOS = """
CREATE TYPE situacao AS ENUM ('aberto', 'pago', 'enviado', 'cancelado');
CREATE TABLE cliente (id int PRIMARY KEY);
CREATE TABLE pedido (
    id int PRIMARY KEY,
    cliente_id int REFERENCES cliente,
    situacao situacao NOT NULL,
    urgente boolean NOT NULL,
    criado_em timestamp NOT NULL,
    pago_em timestamp,
    cancelado_em timestamp,
    prazo date,
    nota text,
    CHECK (pago_em >= criado_em)
);
CREATE TABLE fatura (
    id int PRIMARY KEY,
    status text NOT NULL CHECK (status IN ('open', 'paid', 'void')),
    paid_at timestamp,
    CHECK ((status = 'paid') = (paid_at IS NOT NULL))
)
"""


@pytest.fixture
def session(database: Callable[..., str], tmp_path: Path) -> Session:
    session = Session(out_dir=tmp_path)
    session.introspect(database(PEDIDOS))
    return session


def plan(*rules: dict[str, Any]) -> dict[str, Any]:
    return {
        "plan_version": "0.2",
        "seed": 5,
        "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
        "targets": [{"schema": "public", "table": table, "rows": 500} for table in ("cliente", "pedido", "fatura")],
        "rules": list(rules),
    }


def rule(column: str, generator: str, table: str = "pedido", **more: Any) -> dict[str, Any]:
    params = more.pop("params", {})
    named = {"type": "column_generator", "schema": "public", "table": table, "column": column}
    return {**named, "generator": {"id": generator, "params": params}, **more}


def present(frame: pl.DataFrame, column: str, by: str) -> dict[Any, float]:
    shares = frame.group_by(by).agg(pl.col(column).is_not_null().mean())
    return dict(zip(shares[by].to_list(), shares[column].to_list(), strict=True))


def test_a_value_only_in_some_states(session: Session) -> None:
    session.use_plan(
        plan(
            rule("nota", "primitive.text.lorem", when={"column": "situacao", "in": ["pago", "enviado"]}, null_rate=0),
            rule("prazo", "primitive.date", when={"column": "urgente", "in": [True]}, null_rate=0.5),
        )
    )
    frame = session.preview("pedido", rows=500).frame
    assert present(frame, "nota", "situacao") == {"aberto": 0, "pago": 1, "enviado": 1, "cancelado": 0}
    shares = present(frame, "prazo", "urgente")
    assert shares[False] == 0
    assert shares[True] == pytest.approx(0.5, abs=0.1)


def test_drafts_tie_moments_to_states_and_postgres_agrees(session: Session) -> None:
    drafted = session.show_plan(draft=True, rows=400, base_date="2026-01-01")
    assert isinstance(drafted, Plan)
    (life,) = [rule for _, rule in drafted.relations if isinstance(rule, LifecycleRule) and rule.table == "pedido"]
    assert {one.value: one.enters for one in life.states if one.enters} == {
        "pago": "pago_em",
        "cancelado": "cancelado_em",
    }
    frame = session.preview("pedido", rows=400).frame
    assert present(frame, "cancelado_em", "situacao") == {"aberto": 0, "pago": 0, "enviado": 0, "cancelado": 1}
    assert present(frame, "pago_em", "situacao").items() >= {"aberto": 0, "pago": 1, "enviado": 1}.items()
    run = session.generate()
    loaded = session.load(run)
    assert sum(table.rows for table in loaded.report.tables) == sum(t.rows_generated for t in run.report.tables)
    metrics = session.evaluate(run).metrics
    assert metrics.violation_count == 0
    assert {relation.status for relation in metrics.relations} == {"holds"}


def test_a_condition_against_a_check_is_solved_by_redrawing(session: Session) -> None:
    session.use_plan(
        plan(rule("paid_at", "primitive.timestamp", "fatura", when={"column": "status", "in": ["paid"]}, null_rate=0))
    )
    assert present(session.preview("fatura", rows=500).frame, "paid_at", "status") == {"open": 0, "paid": 1, "void": 0}


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (rule("nota", "primitive.text", when={"column": "situacoa", "in": ["pago"]}), "unknown_input_column"),
        (rule("nota", "primitive.text", when={"column": "nota", "in": ["pago"]}), "unknown_input_column"),
        (rule("criado_em", "primitive.timestamp", when={"column": "urgente", "in": [True]}), "null_rate_on_not_null"),
        (rule("cliente_id", "derive.fk", when={"column": "urgente", "in": [True]}), "unsupported"),
    ],
)
def test_conditions_that_cannot_be(session: Session, wrong: dict[str, Any], code: str) -> None:
    validation = session.validate(plan(wrong))
    assert code in [issue.code for issue in validation.issues if issue.severity == "error"]
    with pytest.raises(PlanInvalid):
        session.generate()


def test_columns_made_from_each_other_are_refused(session: Session) -> None:
    circle = plan(
        rule("pago_em", "derive.end_after_start", params={"input_columns": ["cancelado_em"]}),
        rule("cancelado_em", "derive.end_after_start", params={"input_columns": ["pago_em"]}),
    )
    issues = [issue for issue in session.validate(circle).issues if issue.code == "circular_input"]
    assert ["pago_em" in issue.message and "cancelado_em" in issue.message for issue in issues] == [True]


def test_conditions_survive_writing(session: Session) -> None:
    asked = session.use_plan(plan(rule("nota", "primitive.text", when={"column": "situacao", "in": ["pago"]})))
    for write in (plan_json, plan_yaml):
        assert read_plan(write(asked))[0] == asked


def test_what_the_database_computes_is_no_input(database: Callable[..., str], tmp_path: Path) -> None:
    session = Session(out_dir=tmp_path)
    session.introspect(
        database(
            "CREATE TYPE state AS ENUM ('open', 'paid'); CREATE TABLE pedido (id int PRIMARY KEY, n int NOT NULL, "
            "status state GENERATED ALWAYS AS (CASE WHEN n > 0 THEN 'paid'::state ELSE 'open' END) STORED, "
            "pago_em timestamp)"
        )
    )
    for wrong in (
        rule("pago_em", "primitive.timestamp", when={"column": "status", "in": ["paid"]}),
        rule("pago_em", "derive.end_after_start", params={"input_columns": ["status"]}),
    ):
        asked = {**plan(wrong), "targets": [{"schema": "public", "table": "pedido", "rows": 5}]}
        found = [issue.message for issue in session.validate(asked).issues if issue.severity == "error"]
        assert found == ["public.pedido.pago_em is made from status, which the database computes"]
    session.show_plan(draft=True, rows=50, base_date="2026-01-01")
    assert session.load(session.generate()).report.rows == 50
