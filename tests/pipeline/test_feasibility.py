"""`validate --explain` says of every constraint how it is met, before a row is made."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from datalchemy_nb.contracts.feasibility import CheckReport, ForeignKeyReport, TableFeasibility, UniqueReport
from datalchemy_nb.results import plain
from datalchemy_nb.results.base import Feasibility
from datalchemy_nb.session import Session
from tests.pipeline.conftest import bare_plan

DDL = """
CREATE FUNCTION judged(word text) RETURNS boolean LANGUAGE plpgsql STABLE AS $$ BEGIN RETURN true; END $$;
CREATE TABLE groups (id serial PRIMARY KEY, code char(2) NOT NULL UNIQUE CHECK (code ~ '^[A-Z]{2}$'));
CREATE TABLE items (
    id integer PRIMARY KEY,
    group_id integer NOT NULL REFERENCES groups,
    above integer REFERENCES items,
    place smallint NOT NULL,
    score integer CONSTRAINT score_range CHECK (score BETWEEN 0 AND 100),
    net integer NOT NULL, tax integer NOT NULL, gross integer NOT NULL,
    starts date, ends date,
    kind text, note text,
    a integer NOT NULL, b integer NOT NULL,
    CONSTRAINT place_key UNIQUE (group_id, place),
    CONSTRAINT adds_up CHECK (gross = net + tax),
    CONSTRAINT in_order CHECK (ends >= starts),
    CONSTRAINT one_of CHECK (kind = 'x' AND note IS NOT NULL OR kind = 'y' AND note IS NULL),
    CONSTRAINT alike CHECK (a % 4 = b % 4),
    CONSTRAINT asked CHECK (judged(kind))
);
"""


@pytest.fixture
def explain(database: Callable[..., str]) -> Callable[..., Feasibility]:
    def run(ddl: str, rows: int) -> Feasibility:
        session = Session()
        session.use_plan(bare_plan(session.introspect(database(ddl)).schema, rows))
        result = session.validate(explain=True)
        assert isinstance(result, Feasibility)
        return result

    return run


def table(result: Feasibility, name: str) -> TableFeasibility:
    return next(t for t in result.report.tables if t.table == name)


def check(result: Feasibility, name: str) -> CheckReport:
    return next(c for t in result.report.tables for c in t.checks if c.name == name)


def key(result: Feasibility, name: str) -> UniqueReport:
    return next(k for t in result.report.tables for k in t.unique if k.name == name)


def test_every_constraint_is_accounted_for(explain) -> None:
    result = explain(DDL, 100)
    assert result.ok
    items = table(result, "items")
    assert {c.name for c in items.checks} == {"score_range", "adds_up", "in_order", "one_of", "alike", "asked"}
    assert {k.name for k in items.unique} == {"items_pkey", "place_key"}
    assert {k.name for k in items.foreign_keys} == {"items_group_id_fkey", "items_above_fkey"}


@pytest.mark.parametrize(
    ("name", "how", "standing"),
    [
        ("score_range", {"narrowed"}, "met"),
        ("groups_code_check", {"narrowed"}, "met"),
        ("adds_up", {"computed"}, "met"),
        ("in_order", {"ordered"}, "met"),
        ("one_of", {"chosen"}, "met"),
        ("alike", {"redrawn"}, "redrawn"),
        ("asked", {"unsupported"}, "not_held"),
    ],
)
def test_how_each_check_is_met(explain, name: str, how: set[str], standing: str) -> None:
    found = check(explain(DDL, 100), name)
    assert {part.how for part in found.parts} == how
    assert found.standing == standing


def test_acceptance_is_measured_where_rows_are_drawn_again(explain) -> None:
    result = explain(DDL, 650)
    assert check(result, "alike").acceptance == pytest.approx(0.25, abs=0.06)
    assert check(result, "score_range").acceptance is None


def test_distinct_values_stand_beside_the_rows_asked(explain) -> None:
    code = key(explain(DDL, 100), "groups_code_key")
    assert (code.rows, code.distinct, code.standing) == (100, 26**2, "met")


def test_too_few_values_are_named_and_the_rest_is_still_told(explain) -> None:
    result = explain(DDL, 1000)
    assert not result.ok
    code = key(result, "groups_code_key")
    assert (code.rows, code.distinct, code.standing) == (1000, 676, "impossible")
    assert check(result, "score_range").standing == "met"
    assert "676" in str(result)
    assert any("676" in sentence for sentence in table(result, "groups").unsupported)


def test_a_foreign_key_says_how_parents_are_found(explain) -> None:
    found: dict[str, ForeignKeyReport] = {k.name: k for k in table(explain(DDL, 100), "items").foreign_keys}
    assert found["items_group_id_fkey"].parents == 100
    assert "trees" in found["items_above_fkey"].how


def test_the_worst_comes_first(explain) -> None:
    shown = str(explain(DDL, 100))
    assert shown.index("asked") < shown.index("alike") < shown.index("score")


def test_a_plan_that_does_not_fit_the_schema_is_refused_as_ever(database: Callable[..., str]) -> None:
    session = Session()
    plan = bare_plan(session.introspect(database(DDL)).schema, 10)
    plan["targets"] = [{"schema": "public", "table": "nothing", "rows": 1}]
    result = session.validate(plan, explain=True)
    assert not result.ok
    assert result.report.tables == ()


def test_as_json(explain) -> None:
    found = plain(explain(DDL, 100))
    assert found["ok"] is True
    names = [t["table"] for t in found["feasibility"]["tables"]]
    assert sorted(names) == ["groups", "items"]


@pytest.mark.parametrize("path", sorted((Path(__file__).parents[1] / "fixtures" / "torture").glob("*.sql")), ids=str)
def test_no_constraint_of_the_hard_schemas_is_left_out(path: Path, explain) -> None:
    result = explain(path.read_text(encoding="utf-8"), 10)
    for report in result.report.tables:
        assert all(c.parts or c.expression for c in report.checks)
        assert all(k.how for k in (*report.unique, *report.foreign_keys))
        assert {"rare", "impossible"}.isdisjoint(report.standings)


def test_a_constraint_hides_only_its_own_warning(explain) -> None:
    shown = str(
        explain(
            """
            CREATE FUNCTION fits(a text) RETURNS boolean LANGUAGE plpgsql VOLATILE AS 'BEGIN RETURN true; END';
            CREATE FUNCTION stamp() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN PERFORM set_config(''app.last'', NEW.a, true); RETURN NEW; END';
            CREATE TABLE t (id int PRIMARY KEY, a text NOT NULL CONSTRAINT r CHECK (fits(a)));
            CREATE TRIGGER stamped BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION stamp()
            """,
            10,
        )
    )
    assert "trigger stamped may refuse or change rows" in shown
    assert "CHECK r cannot be evaluated here" not in shown, "the constraint says so itself"


def test_values_that_never_hold_are_told_and_those_that_seldom_do_are_not(explain: Callable[..., Feasibility]) -> None:
    ddl = """
    CREATE TABLE t (
        id integer PRIMARY KEY, never integer, seldom integer, other integer NOT NULL,
        CONSTRAINT root CHECK (never * never = 7), CONSTRAINT rest CHECK (seldom * other % 8 = 0)
    );
    """
    issues = explain(ddl, 30).validation.issues
    assert [(i.severity, i.column, i.constraint) for i in issues if i.code == "always_null"] == [
        ("warning", "never", "root")
    ]
