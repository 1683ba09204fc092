"""What transforms make is held against the column: before the run where it can be told, and by PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from datalchemy_nb.errors import DatalchemyError, GenerationError
from datalchemy_nb.resolve.transforms import Fits
from datalchemy_nb.session import Session

DDL = """
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE TABLE t (
    id int PRIMARY KEY,
    short varchar(10),
    code varchar(12) UNIQUE,
    n int,
    price numeric(8,2),
    day date,
    feeling mood,
    must varchar(20) NOT NULL,
    cpf char(11),
    email text
);
"""


@pytest.fixture
def session(database: Callable[..., str], tmp_path) -> Session:
    made = Session(out_dir=tmp_path / "runs")
    made.introspect(database(DDL))
    return made


def rule(column: str, generator: str, *steps: dict, params: dict | None = None, **more: object) -> dict:
    made = {"id": generator, "params": params or {}}
    place = {"schema": "public", "table": "t", "column": column}
    return {"type": "column_generator", **place, "generator": made, "transforms": list(steps), **more}


def step(name: str, **params: object) -> dict:
    return {"transform": f"transform.{name}", "params": params}


def plan(*rules: dict, rows: int = 2000) -> dict:
    return {
        "plan_version": "0.2",
        "seed": 5,
        "schema_ref": {"schema_version": "0.2", "engine": "postgres"},
        "targets": [{"schema": "public", "table": "t", "rows": rows}],
        "rules": list(rules),
    }


def loaded(session: Session, *rules: dict) -> pl.DataFrame:
    session.use_plan(plan(*rules))
    session.load(session.generate())
    return session.preview("t", rows=2000).frame


CODE = {"pattern": "[A-Z]{1,8}"}
NAMES = {"pattern": "[A-Za-z]{4,9}( [a-z]{2,9})?"}


def test_every_step_loads(session: Session) -> None:
    rows = loaded(
        session,
        rule("short", "primitive.text.pattern", step("prefix_suffix", prefix="id-"), params=NAMES, null_rate=0),
        rule("code", "primitive.text.pattern", step("prefix_suffix", suffix="/26"), params={"pattern": "[A-Z]{2,12}"}),
        rule("n", "primitive.int", step("round", digits=-2), params={"min": 0, "max": 1000}),
        rule("price", "primitive.decimal.numeric", step("round", digits=0), params={"min": 0, "max": 100}),
        rule("day", "primitive.date", step("format", format="%Y-%m-%d")),
        rule(
            "feeling", "primitive.choice", step("map", values={"a": "sad", "b": "glad"}), params={"values": ["a", "b"]}
        ),
        rule(
            "must", "primitive.text.pattern", step("null_rate", rate=0.5), step("coalesce", value="none"), params=CODE
        ),
        rule("email", "semantic.br.company.name", step("slug")),
    )
    assert rows["short"].str.len_chars().max() <= 10
    assert rows["short"].str.starts_with("id-").all()
    assert rows["code"].drop_nulls().is_unique().all()
    assert rows["code"].str.len_chars().max() <= 12
    assert (rows["n"] % 100 == 0).all()
    assert (rows["price"].cast(pl.Float64) % 1 == 0).all()
    assert set(rows["feeling"].drop_nulls()) == {"sad", "glad"}
    assert (rows["must"] == "none").mean() == pytest.approx(0.5, abs=0.05)
    assert rows["email"].drop_nulls().str.contains("^[a-z0-9-]+$").all()


def test_lengths_that_only_the_run_can_tell_are_redrawn(session: Session) -> None:
    rows = loaded(session, rule("short", "primitive.text.pattern", step("slug"), params=NAMES, null_rate=0))
    assert rows["short"].str.len_chars().max() <= 10


def test_nulls_before_coalesce_need_no_nullable_column_and_leave_none(session: Session) -> None:
    rows = loaded(session, rule("short", "primitive.text", step("coalesce", value="-")))
    assert rows["short"].null_count() == 0


@pytest.mark.parametrize(
    ("made", "code", "path"),
    [
        (rule("n", "primitive.int", step("casing", mode="upper")), "transform_type_mismatch", "transforms/0/transform"),
        (rule("short", "primitive.date", step("round")), "transform_type_mismatch", "transforms/0/transform"),
        (rule("short", "semantic.br.name", step("format", format="%Y")), "transform_type_mismatch",
         "transforms/0/transform"),
        (rule("n", "primitive.text.pattern", step("prefix_suffix", prefix="x"), params={"pattern": "[0-9]{3}"}),
         "transform_output_misfit", "transforms/0"),
        (rule("feeling", "primitive.choice", step("casing", mode="upper"), params={"values": ["sad"]}),
         "transform_output_misfit", "transforms/0"),
        (rule("short", "primitive.text.pattern", step("prefix_suffix", prefix="0123456789"), params=CODE),
         "empty_domain", ""),
        (rule("short", "primitive.text.pattern", step("format", template="{value}{value}"),
              params={"pattern": "[a-z]{6}"}), "transform_output_misfit", "transforms/0"),
        (rule("code", "primitive.text.pattern", step("casing", mode="upper"), params=CODE), "not_unique", "generator"),
        (rule("code", "primitive.text.pattern", step("round"), params=CODE), "transform_type_mismatch",
         "transforms/0/transform"),
        (rule("short", "primitive.text", step("mask", mode="hash")), "invalid_transform_params", "transforms/0/params"),
        (rule("must", "primitive.text", step("coalesce", value="x"), step("null_rate", rate=0.1)),
         "null_rate_on_not_null", "transforms/1/params/rate"),
    ],
)  # fmt: skip
def test_refused_before_the_run(session: Session, made: dict, code: str, path: str) -> None:
    session.use_plan(plan(made))
    with pytest.raises(DatalchemyError) as caught:
        session.resolved()
    errors = [issue for issue in caught.value.issues if issue.severity == "error"]
    assert (errors[0].code, errors[0].path) == (code, f"/rules/0/{path}".rstrip("/"))
    assert errors[0].hint


def test_a_unique_column_whose_texts_are_too_long_is_never_written(session: Session) -> None:
    """The key fixes a company's name, so it cannot be drawn again."""
    swapped = step("map", values={"A": "B", "B": "A"})
    session.use_plan(plan(rule("code", "semantic.br.company.name", swapped)))
    with pytest.raises(DatalchemyError, match="longer than"):
        session.generate()


def test_the_watch_on_a_unique_column_stops_the_run() -> None:
    watch = Fits("public.t.code", 3)
    bits = np.zeros(2, dtype=np.uint64)
    assert watch.apply(pl.Series(["abc", None]), bits).to_list() == ["abc", None]
    assert watch.apply(pl.Series(["abc  ", "a"]), bits).to_list() == ["abc  ", "a"], "spaces at the end are cut"
    with pytest.raises(GenerationError, match="'abcd' is longer than the 3 characters"):
        watch.apply(pl.Series(["a", "abcd"]), bits)


def test_columns_of_personal_data_are_counted_not_values(session: Session) -> None:
    session.use_plan(plan(rule("cpf", "semantic.br.cpf"), rule("email", "semantic.br.email.safe"), rows=500))
    counts = session.generate().report.pii_columns_touched
    assert counts["pii.cpf"] == counts["pii.email"] == 1, "columns, not the 500 values"
