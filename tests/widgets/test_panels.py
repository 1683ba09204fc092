"""The views, without a browser: stock widgets only, everything escaped, controls and model in step."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ipywidgets as w
import pytest

from datalchemy_nb.commands.verbs import PANELS as NAMES
from datalchemy_nb.errors import UsageError
from datalchemy_nb.session import Session
from datalchemy_nb.widgets.studio import PANELS, Studio

from ..display.samples import schema as hostile_schema
from .shops import CUSTOMERS, ORDERS


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
    def test_it_is_made_of_stock_widgets_and_no_output(self, session: Session, name: str) -> None:
        root = session.studio(name).widget()
        kinds = {type(widget) for widget in every(root)}
        assert all(kind.__module__.startswith("ipywidgets.") for kind in kinds)
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
        panel.tables.value = CUSTOMERS
        panel.columns.value = "idade"
        assert panel.editor.generators.value == "primitive.int"
        panel.editor.form.views["min"].control.value = "21"
        rule = session.plan.column_rules[1][1]  # type: ignore[union-attr]
        assert rule.effective_params == {"min": 21, "max": 80}
        panel.undo.click()
        assert panel.editor.form.views["min"].control.value == "18"

    def test_an_issue_is_shown_at_its_field_and_in_the_list(self, studio: Studio) -> None:
        panel: Any = studio.open("plan")
        panel.columns.value = "idade"
        panel.editor.form.views["max"].control.value = "old"
        assert "must be" in panel.editor.form.views["max"].issues.value
        assert panel.editor.form.views["min"].issues.value == ""
        assert any(label.startswith("✗ idade") for label, _ in panel.columns.options)

    def test_fields_stay_the_same_widgets_while_values_change(self, studio: Studio) -> None:
        panel: Any = studio.open("plan")
        panel.columns.value = "idade"
        field = panel.editor.form.views["min"].control
        field.value = "20"
        assert panel.editor.form.views["min"].control is field

    def test_transforms_are_added_set_and_removed(self, studio: Studio) -> None:
        panel: Any = studio.open("plan")
        panel.columns.value = "nome"
        view = panel.editor.transforms
        view.add.value = "transform.casing"
        view.steps[0].form.views["mode"].control.value = "upper"
        values = studio.model("plan").preview.frame["nome"]
        assert all(value == value.upper() for value in values)
        view._box.children[0].children[0].children[1].click()
        assert view.steps == []

    def test_a_search_offers_fewer_and_keeps_the_choice(self, studio: Studio) -> None:
        panel: Any = studio.open("plan")
        panel.columns.value = "nome"
        panel.editor.search.value = "cpf"
        offered = [value for _, value in panel.editor.generators.options]
        assert {"semantic.br.cpf", "semantic.br.name", ""} <= set(offered)
        assert len(offered) < 10
        assert panel.editor.generators.value == "semantic.br.name"
        assert studio.bench.undoable == 0


class TestTogether:
    def test_studios_of_a_session_share_their_state(self, session: Session) -> None:
        first, second = session.studio("plan"), session.studio("preview")
        panel: Any = second.open("preview")
        panel.table.value = ORDERS
        plan: Any = first.open("plan")
        plan.model.choose(ORDERS)
        plan.model.set_rows(7)
        assert "of 7" in panel.page.widget.value

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
