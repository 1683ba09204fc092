"""The demo's plans answer an expert's questions as a real CRM would, and PostgreSQL takes their rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from datalchemy_nb.demo.examples import example_plan
from datalchemy_nb.session import Session
from datalchemy_nb.session.story import PLANS, capped
from tests.demo.questions import QUESTIONS, ask, shown

BASE_DATE = "2026-01-01"


@pytest.fixture
def session(crm_url: str, tmp_path: Path) -> Session:
    made = Session(out_dir=tmp_path)
    made.introspect(crm_url)
    return made


@pytest.mark.parametrize("name", PLANS)
def test_every_question_is_answered_as_it_should_be(name: str, session: Session) -> None:
    run = session.generate(example_plan(name))
    answers = ask({ref.table: run[ref].collect() for ref in run}, BASE_DATE)
    assert all(answer.met for answer in answers), shown(answers)
    if name == "crm_complete":
        assert len(answers) == len(QUESTIONS)
    judged = session.evaluate(run)
    assert judged.ok
    assert judged.metrics is not None
    assert {one.status for one in judged.metrics.relations} == {"holds"}
    assert session.load(run).report.rows == sum(run.tables.values())


def test_a_draft_of_the_bare_schema_answers_them_too(session: Session) -> None:
    """Nobody has told it of funnels, quotes and tasks: names and keys have."""
    session.show_plan(draft=True, rows=200, base_date=BASE_DATE)
    run = session.generate()
    answers = ask({ref.table: run[ref].collect() for ref in run}, BASE_DATE)
    assert len(answers) == len(QUESTIONS)
    assert all(answer.met for answer in answers), shown(answers)
    assert session.load(run).report.rows == sum(run.tables.values())


def test_the_two_plans_show_what_a_plan_can_say(session: Session) -> None:
    said = {rule.type for name in PLANS for _, rule in session.use_plan(example_plan(name)).relations}
    assert {
        "expression", "bounds", "copy", "same_ancestor", "parent", "lifecycle", "rollup", "share", "position",
        "counterpart",
    } <= said  # fmt: skip


@pytest.mark.parametrize("rows", [20, 100])
def test_smaller_plans_can_be_met_too(rows: int, session: Session) -> None:
    assert session.schema is not None
    for name in PLANS:
        plan = capped(session.use_plan(example_plan(name)), session.schema, rows)
        assert max(target.rows for target in plan.targets) <= max(rows, 30)
        assert session.validate(plan).ok
