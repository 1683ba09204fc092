"""Editing: what changes in the session, undo, issues, preview."""

from __future__ import annotations

from pathlib import Path

import pytest

from datalchemy_nb.contracts.plan import Plan, TransformRef
from datalchemy_nb.demo import crm_sql
from datalchemy_nb.session import Session
from datalchemy_nb.widgets.models.nearby import Nearby
from datalchemy_nb.widgets.models.plan import PlanModel
from datalchemy_nb.widgets.models.workbench import Workbench

from .shops import CUSTOMERS, ORDERS, many_tables


@pytest.fixture
def model(bench: Workbench) -> PlanModel:
    made = PlanModel(bench)
    made.choose(CUSTOMERS, "nome")
    return made


class TestSharedState:
    def test_an_edit_is_the_sessions_plan(self, model: PlanModel, session: Session) -> None:
        model.set_generator("primitive.text")
        assert session.plan is model.plan
        assert session.plan is not None
        assert session.plan.column_rules[0][1].generator_id == "primitive.text"

    def test_a_plan_from_a_cell_is_seen_after_it(self, model: PlanModel, session: Session) -> None:
        other = Plan.model_validate({**session.plan.to_dict(), "seed": 99})  # type: ignore[union-attr]
        session.use_plan(other)
        model.bench.sync()
        assert model.plan is other
        assert model.preview.frame.height == 8

    def test_the_original_plan_is_untouched(self, model: PlanModel, session: Session) -> None:
        before = session.plan
        text = before.to_json()  # type: ignore[union-attr]
        model.set_rows(5)
        assert before.to_json() == text  # type: ignore[union-attr]


class TestEdits:
    def test_rows_and_no_target(self, model: PlanModel) -> None:
        model.set_rows(5)
        assert (model.rows, model.preview.total) == (5, 5)
        model.choose(ORDERS)
        model.set_rows(None)
        assert model.rows is None
        assert [t.ref for t in model.plan.targets] == [CUSTOMERS]  # type: ignore[union-attr]

    def test_another_generator_drops_what_was_said_for_the_old_one(self, model: PlanModel) -> None:
        model.choose(CUSTOMERS, "idade")
        model.set_generator("primitive.decimal.numeric")
        assert model.rule is not None
        assert model.rule.effective_params is None
        model.choose(CUSTOMERS, "nome")
        model.set_generator("primitive.text")
        assert model.rule.evidence is None

    @pytest.mark.parametrize("column", ["nome", "idade", "apelido"])
    def test_parameters_are_set_and_removed_in_either_form(self, model: PlanModel, column: str) -> None:
        model.choose(CUSTOMERS, column)
        model.set_generator("primitive.int")
        model.set_param("min", 3)
        model.set_param("max", 9)
        assert model.rule is not None
        kept = model.rule.effective_params
        assert (kept["min"], kept["max"]) == (3, 9)
        model.set_param("min", None)
        model.set_param("max", None)
        assert not model.rule.effective_params

    def test_null_rate_transforms_and_no_rule(self, model: PlanModel) -> None:
        model.choose(CUSTOMERS, "apelido")
        model.set_generator("primitive.text")
        model.set_null_rate(1.0)
        assert model.preview.frame["apelido"].null_count() == 8
        model.set_null_rate(0.0)
        model.set_transforms((TransformRef(transform="transform.casing", params={"mode": "upper"}),))
        assert all(value == value.upper() for value in model.preview.frame["apelido"])
        model.set_generator(None)
        assert model.rule is None

    def test_without_a_plan_nothing_breaks(self, session: Session) -> None:
        empty = Session()
        model = PlanModel(Workbench(empty))
        model.set_rows(5)
        model.draft()
        model.wait()
        assert "no schema yet" in model.notice.text
        assert model.magic == "%datalchemy plan --draft"


class TestUndo:
    def test_each_change_is_taken_back(self, model: PlanModel, session: Session) -> None:
        first = session.plan
        model.set_rows(5)
        model.set_rows(6)
        model.undo()
        assert model.rows == 5
        model.undo()
        assert session.plan == first
        model.undo()
        assert session.plan == first

    def test_trying_generators_is_one_step(self, model: PlanModel, session: Session) -> None:
        first = session.plan
        for id_ in ("primitive.text", "primitive.uuid", "semantic.br.cpf"):
            model.set_generator(id_)
        assert model.bench.undoable == 1
        model.undo()
        assert session.plan == first

    def test_equal_plans_are_no_step(self, model: PlanModel) -> None:
        model.set_rows(model.rows)
        assert model.bench.undoable == 0


class TestIssues:
    def test_a_wrong_parameter_is_told_at_its_field(self, model: PlanModel) -> None:
        model.choose(CUSTOMERS, "idade")
        model.set_param("min", "many")
        assert "min" in model.issues_at("params", "min")[0].message
        assert model.issues_at("null_rate") == ()
        assert model.preview is None
        model.set_param("min", 20)
        assert model.issues_at("params", "min") == ()
        assert model.preview is not None

    def test_a_null_rate_on_a_not_null_column(self, model: PlanModel) -> None:
        model.set_null_rate(0.5)
        assert model.issues_at("null_rate")[0].code == "null_rate_on_not_null"

    def test_what_cannot_be_met_is_told_too(self, model: PlanModel) -> None:
        model.choose(CUSTOMERS, "idade")
        model.set_param("max", 1)
        assert model.issues[0].severity == "error"

    def test_the_whole_plan_is_checked_on_request(self, model: PlanModel) -> None:
        model.check()
        model.wait()
        assert model.notice.text == "valid: 2 tables, 400 rows"

    def test_saving(self, model: PlanModel, tmp_path: Path) -> None:
        model.save(str(tmp_path / "p.yaml"))
        assert model.notice.state == "ok"
        assert Session().use_plan(tmp_path / "p.yaml") == model.plan
        model.save(" ")
        assert model.notice.state == "bad"


class TestPreviewOfAnEdit:
    def test_rows_equal_those_of_the_whole_plan(self, crm_url: str) -> None:
        assert "CREATE TABLE" in crm_sql()
        session = Session()
        session.introspect(crm_url, schemas=["crm"])
        session.show_plan(draft=True)
        nearby = Nearby()
        for ref in session.schema.tables:  # type: ignore[union-attr]
            alone = nearby.preview(session.plan, session.schema, ref, rows=30)  # type: ignore[arg-type]
            assert alone.frame.equals(session.preview(ref, rows=30).frame), ref

    def test_the_last_table_of_three_hundred(self) -> None:
        session = Session()
        session.use_schema(many_tables())
        model = PlanModel(Workbench(session))
        model.draft(100)
        assert model.wait(120)
        model.choose(next(reversed(session.schema.tables)), "campo_1")  # type: ignore[union-attr]
        model.set_generator("primitive.uuid")
        assert model.preview is not None


def test_a_draft_of_many_tables_tells_where_it_is_and_can_be_stopped(bench: Workbench) -> None:
    from .shops import many_tables

    bench.session.use_schema(many_tables(40))
    bench.sync()
    model = PlanModel(bench)
    before, told = model.plan, []
    model.observe(lambda change: told.append(change["new"]), ["busy"])
    model.draft()
    assert model.wait()
    assert any(words.startswith("drafting: table ") and " of 40, loja." in words for words in told)
    assert told[-1] == ""
    drafted = model.plan
    assert drafted is not before
    model.observe(lambda change: model.stop() if "table" in change["new"] else None, ["busy"])
    model.draft()
    assert model.wait()
    assert model.plan is drafted
    assert model.notice.text == "the draft was stopped"
