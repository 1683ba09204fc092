"""Subtype tables told apart by a discriminator in their foreign keys, as drafted, loaded with every constraint on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from datalchemy_nb.contracts.plan import Plan
from datalchemy_nb.errors import Infeasible
from datalchemy_nb.resolve.discriminators import apportioned
from datalchemy_nb.session import Session
from tests.pipeline.conftest import bare_plan

SUBTYPES = """
CREATE TABLE party (id int PRIMARY KEY, kind text NOT NULL CHECK (kind IN ('person', 'company')), UNIQUE (id, kind));
CREATE TABLE person (id int PRIMARY KEY, kind text NOT NULL DEFAULT 'person' CHECK (kind = 'person'), name text,
    FOREIGN KEY (id, kind) REFERENCES party (id, kind));
CREATE TABLE company (id int PRIMARY KEY, kind text NOT NULL DEFAULT 'company' CHECK (kind = 'company'), name text,
    FOREIGN KEY (id, kind) REFERENCES party (id, kind));
CREATE TABLE vehicle (id int PRIMARY KEY, kind char(1) NOT NULL, UNIQUE (id, kind));
CREATE TABLE motor (id int PRIMARY KEY, kind char(1) NOT NULL CHECK (kind IN ('C', 'T')), power int NOT NULL,
    FOREIGN KEY (id, kind) REFERENCES vehicle (id, kind));
CREATE TABLE bike (id int PRIMARY KEY, kind char(1) NOT NULL CHECK (kind = 'B'),
    FOREIGN KEY (id, kind) REFERENCES vehicle (id, kind));
"""
TORTURE = (Path(__file__).parents[1] / "fixtures" / "torture" / "kinds.sql").read_text(encoding="utf-8")


@pytest.mark.parametrize("rows", [1, 10, 1_000])
@pytest.mark.parametrize("ddl", [SUBTYPES, TORTURE], ids=["subtypes", "torture"])
def test_drafted_subtypes_load(ddl: str, rows: int, database: Callable[..., str], tmp_path: Path) -> None:
    session = Session(out_dir=tmp_path)
    schema = session.introspect(database(ddl)).schema
    plan = session.show_plan(draft=True, rows=rows)
    assert isinstance(plan, Plan)
    assert not plan.rules_unsupported
    assert {target.ref for target in plan.targets} == set(schema.tables)
    run = session.generate()
    assert all(table.rows for table in session.load(run).report.tables)
    assert session.evaluate(run).metrics.violation_count == 0


def test_parents_have_the_kinds_their_children_need(database: Callable[..., str], tmp_path: Path) -> None:
    session = Session(out_dir=tmp_path)
    schema = session.introspect(database(SUBTYPES)).schema
    counts = {"party": 100, "person": 70, "company": 30, "vehicle": 100, "motor": 98, "bike": 2}
    targets = [{"schema": "public", "table": name, "rows": rows} for name, rows in counts.items()]
    run = session.generate(bare_plan(schema, 100, targets=targets))
    assert not run.report.unsupported
    assert {t.table: t.rows for t in session.load(run).report.tables} == counts
    kinds = session.preview("party", rows=100).frame["kind"].value_counts()
    assert dict(kinds.iter_rows()) == {"person": 70, "company": 30}


def test_too_few_parents_of_a_kind_are_refused_before_the_run(database: Callable[..., str], tmp_path: Path) -> None:
    session = Session(out_dir=tmp_path)
    schema = session.introspect(database(SUBTYPES)).schema
    with pytest.raises(Infeasible) as refused:
        session.generate(bare_plan(schema, 10))
    told = [issue.message for issue in refused.value.issues if issue.severity == "error"]
    assert any("public.person.id" in one and "5 distinct values" in one and "10 rows" in one for one in told)


def test_rows_are_shared_by_weight_and_never_fewer_than_needed() -> None:
    assert apportioned(10, [1, 1, 1], []) == [4, 3, 3]
    assert apportioned(10, [9, 1], [([1], 3)]) == [7, 3]
    assert apportioned(10, [1, 1, 1], [([0], 5), ([0, 1], 9)]) == [6, 3, 1]
    assert apportioned(10, [1, 1], [([0], 8), ([1], 8)]) == [5, 5]
    assert sum(apportioned(1_000_000_007, [3, 0, 5], [([2], 10)])) == 1_000_000_007


def test_weights_of_a_rule_are_kept_to_the_row(database: Callable[..., str], tmp_path: Path) -> None:
    session = Session(out_dir=tmp_path)
    schema = session.introspect(database(SUBTYPES)).schema
    rule = {
        "type": "column_generator",
        "schema": "public",
        "table": "party",
        "column": "kind",
        "generator": "primitive.choice",
        "params": {"values": ["person", "company"], "weights": [9, 1]},
    }
    counts = {"party": 1_000, "person": 900, "company": 100}
    targets = [{"schema": "public", "table": name, "rows": rows} for name, rows in counts.items()]
    plan = bare_plan(schema, 1_000, rules=[rule], targets=targets)
    run = session.generate(plan)
    session.load(run)
    kinds = session.preview("party", rows=1_000).frame["kind"].value_counts()
    assert dict(kinds.iter_rows()) == {"person": 900, "company": 100}
    targets[2]["rows"] = 101
    with pytest.raises(Infeasible, match="100 distinct values are possible"):
        session.generate(plan)


def test_any_rows_in_any_order_are_the_same(database: Callable[..., str]) -> None:
    session = Session()
    schema = session.introspect(database(SUBTYPES)).schema
    counts = {"party": 300_000, "person": 150_000, "company": 150_000}
    targets = [{"schema": "public", "table": name, "rows": rows} for name, rows in counts.items()]
    session.use_plan(bare_plan(schema, 1, targets=targets))
    parents = dict(session.preview("party", rows=300_000, columns=["id", "kind"]).frame.iter_rows())
    people = session.preview("person", rows=150_000, columns=["id"]).frame["id"]
    assert people.n_unique() == 150_000
    assert {parents[key] for key in people} == {"person"}
    some = session.preview("person", rows=20, offset=140_000, columns=["id"]).frame["id"]
    assert some.to_list() == people.slice(140_000, 20).to_list()
