"""The views, without a browser: stock widgets and our own only, everything escaped, controls and model in step."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import ipywidgets as w
import pytest

from datalchemy_nb.commands.verbs import PANELS as NAMES
from datalchemy_nb.errors import UsageError
from datalchemy_nb.session import Session
from datalchemy_nb.widgets.studio import PANELS, Studio

from ..display.samples import schema as hostile_schema
from .grids import act, cells
from .shops import CUSTOMERS, ORDERS, shop


def every(widget: w.Widget) -> Iterator[w.Widget]:
    """A widget and all below it."""
    yield widget
    for child in getattr(widget, "children", ()):
        yield from every(child)


@pytest.fixture
def studio(session: Session) -> Studio:
    return session.studio()


def test_the_verb_names_the_same_panels() -> None:
    assert tuple(PANELS) == NAMES


def test_an_unknown_panel_is_refused(session: Session) -> None:
    with pytest.raises(UsageError, match="did you mean 'plan'"):
        session.studio("plam")


@pytest.mark.parametrize("name", PANELS)
class TestEveryPanel:
    def test_it_is_made_of_stock_widgets_and_our_own_and_no_output(self, session: Session, name: str) -> None:
        root = session.studio(name).widget()
        kinds = {type(widget) for widget in every(root)}
        assert all(kind.__module__.startswith(("ipywidgets.", "datalchemy_nb.widgets.front.")) for kind in kinds)
        assert w.Output not in kinds

    def test_it_shows_the_line_that_does_the_same(self, session: Session, name: str) -> None:
        studio = session.studio(name)
        lines = [e for e in every(studio.widget()) if isinstance(e, w.Text) and e.description == "Same as"]
        assert [line.value for line in lines] == [studio.model(name).magic]
        lines[0].value = "typed over"
        assert lines[0].value == studio.model(name).magic

    def test_without_schema_and_plan_it_opens_too(self, name: str) -> None:
        assert list(every(Session().studio(name).widget()))

    def test_names_from_a_database_are_escaped(self, name: str) -> None:
        session = Session()
        session.use_schema(hostile_schema())
        session.show_plan(draft=True, rows=20)
        studio = session.studio(name)
        for widget in every(studio.widget()):
            if isinstance(widget, w.HTML):
                assert "<script>" not in widget.value
        assert "<script>" not in studio.html()


class TestPlanPanel:
    def test_controls_change_the_sessions_plan(self, studio: Studio, session: Session) -> None:
        panel: Any = studio.open("plan")
        act(panel.tables.grid, act="choose", key=str(CUSTOMERS))
        act(panel.columns.grid, act="choose", key="idade")
        assert panel.editor.generators.grid.widget.selected == "primitive.int"
        panel.editor.form.views["min"].control.value = "21"
        rule = session.plan.column_rules[1][1]  # type: ignore[union-attr]
        assert rule.effective_params == {"min": 21, "max": 80}
        panel.bar.undo.click()
        assert panel.editor.form.views["min"].control.value == "18"
        panel.bar.redo.click()
        assert panel.editor.form.views["min"].control.value == "21"
        assert panel.bar.redo.disabled

    def test_rows_of_any_table_are_set_in_its_line(self, studio: Studio, session: Session) -> None:
        panel: Any = studio.open("plan")
        act(panel.tables.grid, act="edit", key=str(ORDERS), column="rows", text="1.5k")
        assert {t.ref: t.rows for t in session.plan.targets}[ORDERS] == 1500  # type: ignore[union-attr]
        assert cells(panel.tables.grid)[str(ORDERS)] == ["pedidos", "1,500"]
        act(panel.tables.grid, act="edit", key=str(ORDERS), column="rows", text="many")
        assert "no number of rows" in panel.notice.widget.value
        assert cells(panel.tables.grid)[str(ORDERS)] == ["pedidos", "1,500"]

    def test_a_line_tells_type_generator_and_three_values(self, studio: Studio) -> None:
        panel: Any = studio.open("plan")
        act(panel.tables.grid, act="choose", key=str(CUSTOMERS))
        name, kind, made, samples, *_ = cells(panel.columns.grid)["idade"]
        assert (name, kind, made) == ("idade", "integer", "primitive.int")
        assert len(samples.split(" · ")) == 3
        assert all(18 <= int(value) <= 80 for value in samples.split(" · "))

    def test_the_share_of_nulls_is_set_in_the_line(self, studio: Studio, session: Session) -> None:
        panel: Any = studio.open("plan")
        act(panel.columns.grid, act="choose", key="apelido")
        act(panel.editor.generators.grid, act="choose", key="text.word")
        act(panel.columns.grid, act="edit", key="apelido", column="nulls", text="100 %")
        assert studio.model("plan").preview.frame["apelido"].null_count() == 8
        act(panel.columns.grid, act="edit", key="apelido", column="nulls", text="2")
        assert "no share" in panel.notice.widget.value

    def test_an_issue_is_shown_at_its_field_and_in_the_line(self, studio: Studio) -> None:
        panel: Any = studio.open("plan")
        act(panel.columns.grid, act="choose", key="idade")
        panel.editor.form.views["max"].control.value = "old"
        assert "must be" in panel.editor.form.views["max"].issues.value
        assert panel.editor.form.views["min"].issues.value == ""
        assert cells(panel.columns.grid)["idade"][0] == "✗ idade"

    def test_fields_stay_the_same_widgets_while_values_change(self, studio: Studio) -> None:
        panel: Any = studio.open("plan")
        act(panel.columns.grid, act="choose", key="idade")
        field = panel.editor.form.views["min"].control
        field.value = "20"
        assert panel.editor.form.views["min"].control is field

    def test_transforms_are_added_set_and_removed(self, studio: Studio) -> None:
        panel: Any = studio.open("plan")
        act(panel.columns.grid, act="choose", key="nome")
        view = panel.editor.transforms
        view.add.value = "transform.casing"
        view.steps[0].form.views["mode"].control.value = "upper"
        values = studio.model("plan").preview.frame["nome"]
        assert all(value == value.upper() for value in values)
        view._box.children[0].children[0].children[1].click()
        assert view.steps == []

    @pytest.mark.parametrize(("words", "expected"), [("phone", "phone"), ("telefone", "phone"), ("cpf", "cpf")])
    def test_a_search_understands_both_languages(self, studio: Studio, words: str, expected: str) -> None:
        panel: Any = studio.open("plan")
        act(panel.columns.grid, act="choose", key="nome")
        act(panel.editor.generators.grid, act="query", text=words)
        chosen, best, *_ = cells(panel.editor.generators.grid)
        assert chosen == "semantic.br.name"
        assert expected in best
        assert panel.editor.generators.grid.widget.view["query"] == words
        assert studio.bench.undoable == 0

    def test_the_bar_sets_what_concerns_the_whole(self, studio: Studio, session: Session) -> None:
        panel: Any = studio.open("plan")
        before = {t.ref: t.rows for t in session.plan.targets}  # type: ignore[union-attr]
        panel.bar.seed.value = "7"
        panel.bar.locale.value = "en_US"
        panel.bar.day.value = dt.date(2030, 1, 2)
        panel.bar.factor.value = "10"
        plan: Any = session.plan
        assert (plan.seed, plan.locale, plan.base_date) == (7, "en_US", dt.date(2030, 1, 2))
        assert {t.ref: t.rows for t in plan.targets} == {ref: 10 * rows for ref, rows in before.items()}
        panel.bar.seed.value = "-1"
        assert "no seed" in panel.notice.widget.value
        assert session.plan is plan

    def test_what_is_copied_is_the_plan(self, studio: Studio, session: Session) -> None:
        model = studio.model("plan")
        head, _, text = model.as_cell().partition("\n")
        assert head == "%%datalchemy plan plan"
        assert Session().show_plan(text) == session.plan
        names: dict[str, Any] = {}
        exec(model.as_python(), names)
        assert names["session"].plan == session.plan


class TestTogether:
    def test_studios_of_a_session_share_their_state(self, session: Session) -> None:
        first, second = session.studio("plan"), session.studio("preview")
        panel: Any = second.open("preview")
        panel.table.value = ORDERS
        plan: Any = first.open("plan")
        plan.model.choose(ORDERS)
        plan.model.set_rows(7)
        assert "of 7" in panel.title.widget.value

    def test_tabs_are_filled_when_they_are_looked_at(self, studio: Studio) -> None:
        root = studio.widget()
        tabs = next(widget for widget in every(root) if isinstance(widget, w.Tab))
        assert list(studio.panels) == ["plan"]
        tabs.selected_index = 3
        assert list(studio.panels) == ["plan", "preview"]

    def test_the_password_is_forgotten_at_once(self, session: Session) -> None:
        panel: Any = session.studio("connect").open("connect")
        panel.profile.value = "typed"
        panel.fields["port"].value = "1"
        panel.password.value = "s3cret"
        panel.test.click()
        assert panel.password.value == ""
        assert panel.model.wait(60)
        assert "s3cret" not in repr([widget.get_state() for widget in every(panel.widget)])

    def test_the_card_tells_the_last_state(self, session: Session) -> None:
        studio = session.studio("plan")
        studio.open("plan")
        text = str(studio)
        assert "400 rows" in text
        assert "run the cell again" in text
        assert len(studio.html()) < 200_000


class TestSchemaPanel:
    def test_a_table_of_the_drawing_is_opened(self, session: Session) -> None:
        panel: Any = session.studio("schema").open("schema")
        panel.search.value = "pedidos"
        assert panel.model.table == ORDERS
        number = list(shop().tables).index(CUSTOMERS)
        assert f"data-open='{number}'" in panel.drawn.svg
        panel.drawn._handle_custom_msg({"act": "open", "key": str(number)}, [])
        assert panel.model.table == CUSTOMERS
        assert "loja.clientes" in panel.shown.text
