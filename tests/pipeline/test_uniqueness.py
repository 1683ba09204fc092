"""Unique by construction, up to the last combination, without retries."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl
import pytest

from datalchemy_nb.demo.examples import example_plan
from datalchemy_nb.drafting import draft_plan
from datalchemy_nb.errors import PlanInvalid
from datalchemy_nb.session import Session
from tests.pipeline.conftest import bare_plan


def cpf_is_valid(cpf: str) -> bool:
    """Receita Federal's two check digits, the slow way."""

    def check(digits: Sequence[int]) -> int:
        rest = sum(d * w for d, w in zip(digits, range(len(digits) + 1, 1, -1), strict=True)) % 11
        return 0 if rest < 2 else 11 - rest

    digits = [int(c) for c in cpf]
    return check(digits[:9]) == digits[9] and check(digits[:10]) == digits[10]


def rule(table: str, column: str, generator: str, **params: object) -> dict[str, object]:
    return {
        "type": "column_generator",
        "schema": "public",
        "table": table,
        "column": column,
        "generator": {"id": generator, "params": params},
    }


def test_a_million_distinct_valid_cpfs(database: Callable[..., str]) -> None:
    session = Session()
    session.introspect(database("CREATE TABLE p (id int PRIMARY KEY, cpf char(11) NOT NULL UNIQUE)"))
    session.use_plan(
        {
            "plan_version": "0.2",
            "seed": 3,
            "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
            "targets": [{"schema": "public", "table": "p", "rows": 1_000_000}],
            "rules": [rule("p", "cpf", "semantic.br.cpf")],
        }
    )
    made = session.preview("p", rows=1_000_000, columns=["cpf"]).frame["cpf"]
    assert made.n_unique() == 1_000_000
    assert all(cpf_is_valid(cpf) for cpf in made.gather_every(101))


def test_full_junction_holds_every_pair_once(crm_session: Session) -> None:
    frame = (
        crm_session.use_plan(example_plan("relationships"))
        and crm_session.preview("crm.itens_lista_precos", rows=600).frame
    )
    pairs = frame.select("lista_precos_id", "produto_id")
    assert pairs.n_unique() == 600 == 12 * 50


def test_both_keys_of_etapas_funil_hold_and_positions_start_at_one(crm_session: Session) -> None:
    crm_session.use_plan(example_plan("relationships"))
    frame = crm_session.preview("crm.etapas_funil", rows=30).frame
    for key in (["funil_id", "nome"], ["funil_id", "ordem"]):
        assert frame.select(key).n_unique() == 30
    assert (
        frame.group_by("funil_id").agg(pl.col("ordem").sort()).get_column("ordem").to_list() == [list(range(1, 7))] * 5
    )


def test_one_to_one_foreign_keys_use_every_parent_once(crm_session: Session) -> None:
    crm_session.use_plan(example_plan("relationships"))
    tasks = crm_session.preview("crm.tarefas", rows=900).frame["atividade_id"]
    parents = crm_session.preview("crm.atividades", rows=900).frame["id"]
    assert set(tasks) == set(parents)
    assert len(tasks) == 900


def test_three_labels_for_ten_unique_rows_is_refused_before_the_run(crm_session: Session) -> None:
    plan = {
        "plan_version": "0.2",
        "seed": 1,
        "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
        "targets": [{"schema": "crm", "table": "funis", "rows": 10}],
        "rules": [
            {
                "type": "column_generator",
                "schema": "crm",
                "table": "funis",
                "column": "nome",
                "generator": "domain.crm.pipeline_name",
            }
        ],
    }
    with pytest.raises(PlanInvalid) as refused:
        crm_session.generate(plan)
    message = str(refused.value)
    assert "crm.funis.nome" in message
    assert "3 distinct values" in message
    assert "10 rows" in message
    assert not list(crm_session.out_dir.glob("*")), "nothing is written before the plan is proved"


def test_no_example_needs_a_redraw(crm_session: Session) -> None:
    for name in ("crm_complete", "full_stack_ptbr", "relationships"):
        assert crm_session.generate(example_plan(name)).report.retries_total == 0


def test_a_partial_unique_set_too_small_for_every_row_still_has_rows(
    database: Callable[..., str], tmp_path: Path
) -> None:
    ddl = """CREATE TABLE p (id int PRIMARY KEY CHECK (id <= 40));
    CREATE TABLE t (
        id int PRIMARY KEY, p int NOT NULL REFERENCES p, state text NOT NULL CHECK (state IN ('open', 'x'))
    );
    CREATE UNIQUE INDEX ON t (p) WHERE state = 'open';"""
    session = Session(out_dir=tmp_path)
    schema = session.introspect(database(ddl)).schema
    targets = [{"schema": "public", "table": table, "rows": rows} for table, rows in (("p", 40), ("t", 1000))]
    session.load(session.generate({**bare_plan(schema, 1), "targets": targets}))
    frame = session.preview("t", rows=1000).frame
    assert 0 < frame.filter(frame["state"] == "open").height <= 40
    assert frame["p"].n_unique() == 40


def test_a_table_that_holds_one_row_is_named(database: Callable[..., str]) -> None:
    session = Session()
    ddl = "CREATE TABLE c (id int PRIMARY KEY, EXCLUDE USING btree ((id * 0) WITH =))"
    schema = session.introspect(database(ddl)).schema
    with pytest.raises(PlanInvalid, match="holds one row"):
        session.generate(bare_plan(schema, 2))
    assert draft_plan(schema, rows=100).plan.targets[0].rows == 1


@pytest.mark.parametrize("reference", ["int REFERENCES parent", "int"])
def test_a_column_may_be_named_like_anything(database: Callable[..., str], reference: str) -> None:
    names = ("fk:0", "fk:1", "fk:x")
    codes = ", ".join(f'"{name}" char(2) NOT NULL UNIQUE' for name in names)
    session = Session()
    schema = session.introspect(
        database(
            "CREATE TABLE parent (id int PRIMARY KEY);"
            f'CREATE TABLE child (id int PRIMARY KEY, {codes}, parent_id {reference}, UNIQUE ("fk:0", parent_id))'
        )
    ).schema
    rules = [rule("child", name, "primitive.text.pattern", pattern="[A-Z]{2}") for name in names]
    session.use_plan(bare_plan(schema, 500, rules=rules))
    made = session.preview("child", rows=500).frame
    assert {name: made[name].n_unique() for name in names} == dict.fromkeys(names, 500)
