"""Distributions, children per parent and locales: half-entered, whole, wrong, taken back."""

from __future__ import annotations

from typing import Any

import pytest

from datalchemy_nb.contracts.distributions import FixedChildren, Normal
from datalchemy_nb.contracts.plan import ForeignKeyRule
from datalchemy_nb.session import Session
from datalchemy_nb.widgets.models.plan import PlanModel
from datalchemy_nb.widgets.models.workbench import Workbench
from datalchemy_nb.widgets.studio import Studio

from .grids import act, cells
from .shops import CUSTOMERS, ORDERS


@pytest.fixture
def model(bench: Workbench) -> PlanModel:
    return PlanModel(bench)


def key_rules(model: PlanModel) -> list[ForeignKeyRule]:
    assert model.plan is not None
    return [rule for rule in model.plan.rules if isinstance(rule, ForeignKeyRule)]


class TestChildren:
    @pytest.fixture(autouse=True)
    def _choose(self, model: PlanModel) -> None:
        model.choose(ORDERS, "cliente_id")

    def test_a_kind_begins_with_numbers_that_agree_with_the_rows(self, model: PlanModel) -> None:
        model.children.choose("fixed")
        assert [rule.children for rule in key_rules(model)] == [FixedChildren(kind="fixed", count=3)]
        assert not [issue for issue in model.issues if issue.severity == "error"]
        assert model.preview is not None

    def test_numbers_that_do_not_agree_are_told_at_their_field(self, model: PlanModel) -> None:
        model.children.choose("fixed")
        model.children.set("count", 4)
        found = model.key_issues_at("children", "count")
        assert [issue.severity for issue in found] == ["error"]
        assert found[0].hint

    def test_what_is_wrong_stays_out_of_the_plan(self, model: PlanModel) -> None:
        model.children.choose("range")
        before = model.plan
        model.children.set("max", "many")
        assert model.plan is before
        assert "must be" in model.children.problem("max")[0].message
        model.children.set("max", 9)
        assert model.children.problem("max") == ()
        assert key_rules(model)[0].children.max == 9  # type: ignore[union-attr]

    def test_nothing_said_is_no_rule(self, model: PlanModel) -> None:
        model.children.choose("uniform")
        model.set_key_null_rate(0.0)
        model.children.choose(None)
        assert len(key_rules(model)) == 1
        model.set_key_null_rate(None)
        assert key_rules(model) == []

    def test_one_undo_a_change(self, model: PlanModel) -> None:
        first = model.plan
        model.children.choose("zipf")
        model.children.set("exponent", 1.5)
        model.undo()
        assert model.children.values == {"kind": "zipf"}
        model.undo()
        assert model.plan == first
        assert model.children.values == {}


class TestDistribution:
    def test_it_begins_with_what_the_column_holds(self, model: PlanModel) -> None:
        model.choose(CUSTOMERS, "idade")
        assert model.kinds is not None
        for kind in model.kinds:
            model.distribution.choose(kind)
            whole = kind not in ("weights", "empirical")
            assert (model.distribution.pending is None) is whole, kind
            assert not [issue for issue in model.issues if issue.severity == "error"], kind
        model.distribution.choose("normal")
        assert model.rule is not None
        wanted: Any = model.rule.distribution
        assert 18 < wanted.mean < 80
        assert 5 < wanted.stddev < 20

    def test_it_waits_until_it_is_whole(self, model: PlanModel) -> None:
        model.choose(CUSTOMERS, "idade")
        model.distribution.choose("normal")
        before = model.plan
        model.distribution.set("mean", None)
        assert model.plan is before
        assert model.distribution.missing == ("mean",)
        model.distribution.set("mean", 40)
        model.distribution.set("stddev", 5)
        assert model.rule is not None
        assert model.rule.distribution == Normal(kind="normal", mean=40, stddev=5)
        assert model.distribution.pending is None
        assert model.preview is not None

    def test_handles_move_the_values(self, model: PlanModel) -> None:
        model.choose(CUSTOMERS, "idade")
        model.distribution.choose("normal")
        model.drag("mean", 25.0)
        model.drag("stddev", 27.0)
        assert model.distribution.values == {"kind": "normal", "mean": 25, "stddev": 2}
        shape = model.shape
        assert shape is not None
        assert (shape.low, shape.ends) == (18, ("18", "80")), "what could be, so that a handle has where to go"
        assert sum(shape.counts[: (29 - 18) // 2]) > 0.8 * sum(shape.counts), "two years a bin, most below 29"
        before = model.plan
        model.drag("nothing", 40.0)
        assert model.plan is before

    def test_amounts_of_money_are_drawn_as_amounts(self, model: PlanModel) -> None:
        import polars as pl

        from datalchemy_nb.widgets.models.shape import shape_of

        shape = shape_of(pl.Series(["1.50", "3.00"]).cast(pl.Decimal(12, 2)), None, {})
        assert shape is not None
        assert shape.ends == ("1.5", "3")

    def test_days_of_the_week_are_weighed(self, model: PlanModel) -> None:
        model.choose(ORDERS, "dia")
        model.set_generator("primitive.date")
        model.distribution.choose("weekdays")
        for day in (5, 6):
            model.weigh(day, 0.0)
        model.weigh(99, 1.0)
        shape = model.shape
        assert shape is not None
        assert shape.labels[5:] == ("Sat", "Sun")
        assert shape.counts[5:] == (0, 0)
        assert min(shape.counts[:5]) > 20

    def test_values_of_a_list_are_weighed_by_name(self, model: PlanModel) -> None:
        model.choose(CUSTOMERS, "apelido")
        model.set_generator("primitive.choice", {"values": ["a", "b", "c"]})
        assert model.kinds[:3] == ("uniform", "zipf", "weights")  # type: ignore[index]
        model.distribution.choose("weights")
        model.weigh(0, 0.0)
        assert model.distribution.values["weights"] == {"a": 0.0, "b": 1.0, "c": 1.0}
        shape = model.shape
        assert shape is not None
        assert shape.labels == ("a", "b", "c")
        assert shape.counts[0] == 0
        assert min(shape.counts[1:]) > 0

    def test_another_column_forgets_what_was_half_entered(self, model: PlanModel) -> None:
        model.choose(CUSTOMERS, "idade")
        model.distribution.choose("normal")
        model.choose(CUSTOMERS, "nome")
        assert model.distribution.values == {}

    def test_one_that_the_generator_cannot_have_is_told(self, model: PlanModel) -> None:
        model.choose(CUSTOMERS, "nome")
        model.distribution.choose("business_hours")
        assert any(i.code == "invalid_distribution" for i in model.issues_at("generator", "distribution"))


class TestLocale:
    def test_the_rules_own_and_the_plans(self, model: PlanModel) -> None:
        model.choose(CUSTOMERS, "nome")
        model.set_generator("semantic.person.name")
        model.set_locale("de_DE")
        assert model.rule is not None
        assert model.rule.locale == "de_DE"
        model.set_locale(None)
        assert model.rule.locale is None


class TestViews:
    def test_a_foreign_key_has_children_and_no_generator(self, session: Session) -> None:
        panel: Any = session.studio("plan").open("plan")
        act(panel.tables.grid, act="choose", key=str(ORDERS))
        act(panel.columns.grid, act="choose", key="cliente_id")
        editor = panel.editor
        assert (editor._rule.layout.display, editor.relation.widget.layout.display) == ("none", None)
        editor.relation.children.kind.value = "fixed"
        assert editor.relation.children.form.views["count"].control.value == "3"
        assert cells(panel.columns.grid)["cliente_id"][2] == "foreign key, fixed"
        editor.relation.children.form.views["count"].control.value = "4"
        assert "error" in editor.relation.children.form.views["count"].issues.value
        act(panel.columns.grid, act="choose", key="total")
        assert (editor._rule.layout.display, editor.relation.widget.layout.display) == (None, "none")

    def test_a_distribution_says_what_it_still_needs(self, session: Session) -> None:
        panel: Any = session.studio("plan").open("plan")
        act(panel.columns.grid, act="choose", key="idade")
        view = panel.editor.distribution
        assert "business hours" not in [label for label, _ in view.kind.options]
        view.kind.value = "normal"
        view.form.views["mean"].control.value = ""
        assert "needs mean" in view.told.widget.value
        view.form.views["mean"].control.value = "40"
        view.form.views["stddev"].control.value = "-1"
        assert "must be more than 0" in view.form.views["stddev"].issues.value
        view.form.views["stddev"].control.value = "4"
        assert session.plan is not None
        assert session.plan.column_rules[1][1].distribution == Normal(kind="normal", mean=40, stddev=4)

    def test_a_locale_is_offered_where_it_changes_values(self, session: Session) -> None:
        panel: Any = session.studio("plan").open("plan")
        act(panel.columns.grid, act="choose", key="nome")
        panel.model.set_generator("faker.person.name")
        assert panel.editor.locale.view.layout.display is None
        panel.editor.locale.choice.value = "fr_FR"
        assert panel.model.rule.locale == "fr_FR"
        act(panel.columns.grid, act="choose", key="idade")
        assert panel.editor.locale.view.layout.display == "none"


class TestChoices:
    """The browser sends a place in a list; the list it stands in may be gone by then."""

    def test_a_choice_is_what_was_seen(self, session: Session) -> None:
        panel: Any = session.studio("preview").open("preview")
        seen = panel.table.control
        chosen = seen.options[1][1]
        panel.model.tables = tuple(reversed(panel.model.tables))
        seen.set_state({"index": 1})
        assert panel.model.table == chosen

    def test_a_row_that_a_search_has_taken_away_is_still_what_was_clicked(self, session: Session) -> None:
        panel: Any = session.studio("plan").open("plan")
        act(panel.columns.grid, act="choose", key="nome")
        grid = panel.editor.generators.grid
        chosen = list(cells(grid))[7]
        act(grid, act="query", text="product")
        assert chosen not in cells(grid)
        act(grid, act="choose", key=chosen)
        assert panel.model.rule.generator_id == chosen

    def test_a_table_that_is_gone_is_told(self, bench: Workbench, model: PlanModel) -> None:
        from .shops import many_tables

        bench.session.use_schema(many_tables(3))
        bench.sync()
        model.choose(CUSTOMERS)
        assert "no table" in model.notice.text


def test_a_run_in_parquet(session: Session) -> None:
    studio: Studio = session.studio("run")
    panel: Any = studio.open("run")
    panel.formats.value = "parquet"
    assert studio.model("run").magic.endswith("--format parquet")
    panel.start.click()
    assert studio.model("run").wait(60)
    assert sorted(path.suffix for path in studio.bench.run.directory.glob("loja.*")) == [".parquet", ".parquet"]
