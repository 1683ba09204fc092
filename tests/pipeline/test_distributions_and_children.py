"""Distributions and children per parent in whole plans: counted from the rows, and loaded by PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from datalchemy_nb.errors import DatalchemyError, PlanInvalid
from datalchemy_nb.planning.read import read_plan
from datalchemy_nb.planning.write import plan_json, plan_yaml
from datalchemy_nb.session import Session

DDL = """
CREATE TABLE parent (id int PRIMARY KEY, code varchar(8) UNIQUE, size int NOT NULL, tier text);
CREATE TABLE child (
    id int PRIMARY KEY,
    parent_id int REFERENCES parent,
    strict_id int NOT NULL REFERENCES parent,
    boss_id int REFERENCES child,
    only_id int UNIQUE REFERENCES parent,
    price numeric(10,2) NOT NULL CHECK (price >= 50 AND price <> 60),
    low int NOT NULL, high int NOT NULL, CHECK (high >= low),
    at timestamptz NOT NULL
);
"""


def column(name: str, generator: str, distribution: object = None, table: str = "child", **more: object) -> dict:
    params = more.pop("params", {})
    made = {"id": generator, "params": params, **({"distribution": distribution} if distribution else {})}
    place = {"schema": "public", "table": table, "column": name}
    return {"type": "column_generator", **place, "generator": made, **more}


def key(*columns: str, **more: object) -> dict:
    return {"type": "foreign_key", "schema": "public", "table": "child", "columns": list(columns), **more}


@pytest.fixture
def session(database: Callable[..., str], tmp_path) -> Session:
    made = Session(out_dir=tmp_path / "runs")
    made.introspect(database(DDL))
    return made


def plan(*rules: dict, parents: int = 100, children: int = 400, **options: object) -> dict:
    return {
        "plan_version": "0.2",
        "seed": 5,
        "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
        "targets": [
            {"schema": "public", "table": "parent", "rows": parents},
            {"schema": "public", "table": "child", "rows": children},
        ],
        "rules": list(rules),
        "options": options,
    }


def codes(session: Session, document: dict) -> list[tuple[str, str]]:
    session.use_plan(document)
    with pytest.raises(DatalchemyError) as caught:
        session.resolved()
    return [(i.code, i.path) for i in caught.value.issues if i.severity == "error"]


SHAPED = plan(
    column("price", "primitive.decimal.numeric", {"kind": "lognormal", "median": 80, "sigma": 1},
           params={"min": 0, "max": 9999}),
    column("low", "primitive.int", {"kind": "normal", "mean": 500, "stddev": 50}, params={"min": 0, "max": 1000}),
    column("high", "primitive.int", {"kind": "normal", "mean": 500, "stddev": 50}, params={"min": 0, "max": 1000}),
    column("at", "primitive.timestamp", {"kind": "business_hours"}),
    column("tier", "primitive.choice", {"kind": "weights", "weights": {"gold": 1, "tin": 9}}, "parent",
           params={"values": ["gold", "tin"]}, null_rate=0),
    key("parent_id", children={"kind": "zipf", "childless": 0.2}, null_rate=0.25),
    key("strict_id", children={"kind": "range", "min": 1, "max": 80}),
    parents=1000, children=20_000,
)  # fmt: skip


def test_a_whole_plan_of_shapes_loads(session: Session) -> None:
    session.use_plan(SHAPED)
    run = session.generate()
    session.load(run)
    rows = session.preview("child", rows=20_000).frame
    price = rows["price"].cast(pl.Float64)
    assert price.min() >= 50
    assert not (price == 60).any()
    assert price.median() == pytest.approx(119, rel=0.05), "the median of what lies above 50"
    assert rows["low"].mean() == pytest.approx(500, abs=5)
    assert (rows["high"] >= rows["low"]).all()
    assert (rows["high"] - rows["low"]).mean() < 60, "the shape holds above the moving bound"
    at = rows["at"].dt
    assert ((at.hour() >= 9) & (at.hour() < 18) & (at.weekday() <= 5)).all()
    assert rows["parent_id"].null_count() == 5000
    assert rows["parent_id"].drop_nulls().n_unique() == 800
    strict = np.bincount(rows["strict_id"].to_numpy())[1:]
    assert strict.min() == 1
    assert 60 < strict.max() <= 80
    tiers = session.preview("parent", rows=1000).frame["tier"]
    assert (tiers == "tin").mean() == pytest.approx(0.9, abs=0.03)


def test_rows_do_not_depend_on_how_they_are_asked_for(session: Session) -> None:
    session.use_plan(SHAPED)
    whole = session.preview("child", rows=20_000).frame
    assert session.preview("child", rows=7, offset=12_345).frame.equals(whole[12_345:12_352])
    assert session.verify(session.generate()).ok


def test_plans_round_trip() -> None:
    read, issues = read_plan(SHAPED)
    assert not issues
    assert read_plan(plan_json(read))[0] == read
    assert read_plan(plan_yaml(read))[0] == read


def test_a_plan_without_distributions_hashes_as_before() -> None:
    read, _ = read_plan(plan(column("low", "primitive.int")))
    assert "distribution" not in read.to_json()


def test_exact_children_of_a_fixed_number(session: Session) -> None:
    session.use_plan(plan(key("strict_id", children={"kind": "fixed", "count": 4})))
    counts = session.preview("child", rows=400).frame["strict_id"].value_counts()["count"]
    assert counts.to_list() == [4] * 100


def test_null_rate_alone_keeps_parents_random(session: Session) -> None:
    session.use_plan(plan(key("parent_id", null_rate=0.5), children=4000))
    assert session.preview("child", rows=4000).frame["parent_id"].null_count() == pytest.approx(2000, rel=0.1)


@pytest.mark.parametrize(
    ("rule", "code", "path"),
    [
        (key("strict_id", children={"kind": "fixed", "count": 3}), "children_infeasible", "/rules/0/children/count"),
        (key("strict_id", children={"kind": "range", "min": 5, "max": 9}), "children_infeasible",
         "/rules/0/children/max"),
        (key("boss_id", children={"kind": "uniform"}), "children_unsupported", "/rules/0/children"),
        (key("strict_id", null_rate=0.5), "null_rate_on_not_null", "/rules/0/null_rate"),
        (key("price"), "unknown_foreign_key", "/rules/0/columns"),
        (key("prise"), "unknown_column", "/rules/0/columns/0"),
        (column("id", "primitive.int", {"kind": "zipf"}), "not_unique", "/rules/0/generator"),
        (column("low", "primitive.int", {"kind": "weekdays", "weights": [1] * 7}), "invalid_distribution",
         "/rules/0/generator/distribution/kind"),
        (column("low", "primitive.int", {"kind": "normal", "mean": -9, "stddev": 1}), "invalid_distribution",
         "/rules/0/generator/distribution/kind"),
        (column("at", "primitive.timestamp", {"kind": "normal", "mean": "x", "stddev": 1}), "invalid_distribution",
         "/rules/0/generator/distribution/mean"),
    ],
)  # fmt: skip
def test_refused_before_the_run(session: Session, rule: dict, code: str, path: str) -> None:
    assert codes(session, plan(rule)) == [(code, path)]


def test_a_unique_key_on_the_foreign_key_decides_itself(session: Session) -> None:
    found = codes(session, plan(key("only_id", children={"kind": "uniform"}), children=100))
    assert found == [("children_unsupported", "/rules/0/children")]


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"kind": "normal", "mean": 1}, "/rules/0/generator/distribution"),
        ({"kind": "normal", "mean": 1, "stddev": -1}, "/rules/0/generator/distribution/stddev"),
        ({"kind": "gauss"}, "/rules/0/generator/distribution/kind"),
        ({"mean": 1}, "/rules/0/generator/distribution"),
        ({"kind": "calendar"}, "/rules/0/generator/distribution"),
    ],
)
def test_shapes_that_are_none(change: dict, path: str) -> None:
    with pytest.raises(PlanInvalid) as caught:
        read_plan(plan(column("low", "primitive.int", change)))
    (issue,) = caught.value.issues
    assert issue.path == path
    assert issue.message


def test_fields_nobody_reads_are_told() -> None:
    _, issues = read_plan(plan(column("low", "primitive.int", {"kind": "zipf", "exponet": 2})))
    assert [(i.code, i.path) for i in issues] == [("unknown_field", "/rules/0/generator/distribution/exponet")]
    _, issues = read_plan(plan(key("parent_id", children={"kind": "zipf", "childles": 2})))
    assert [(i.code, i.path) for i in issues] == [("unknown_field", "/rules/0/children/childles")]


# --- null rates -------------------------------------------------------------------------------------------------------


def test_null_rates_per_column_and_for_the_plan(session: Session) -> None:
    own = column("tier", "primitive.text", table="parent", null_rate=0.6)
    session.use_plan(plan(own, parents=5000, null_rate=0.3))
    rows = session.preview("parent", rows=5000).frame
    assert rows["tier"].null_count() / 5000 == pytest.approx(0.6, abs=0.03)
    session.use_plan(plan(parents=5000, children=5000, null_rate=0.3))
    rows, children = session.preview("parent", rows=5000).frame, session.preview("child", rows=5000).frame
    assert rows["tier"].null_count() / 5000 == pytest.approx(0.3, abs=0.03)
    assert children["parent_id"].null_count() / 5000 == pytest.approx(0.3, abs=0.03)
    assert rows["size"].null_count() == 0
    session.use_plan(plan(parents=5000, null_rate=0))
    assert session.preview("parent", rows=5000).frame["tier"].null_count() == 0
