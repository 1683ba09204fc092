"""Relations in the plan panel: listed, drawn, edited as text, taken out."""

from __future__ import annotations

from typing import Any

import pytest

from datalchemy_nb.session import Session
from datalchemy_nb.widgets.models.plan import PlanModel
from datalchemy_nb.widgets.models.workbench import Workbench
from datalchemy_nb.widgets.panels.relations import RelationsEditor

from .shops import ORDERS, shop

RELATION = """
type: expression
schema: loja
table: pedidos
column: total
sql: id * 2
"""


@pytest.fixture
def model(bench: Workbench) -> PlanModel:
    made = PlanModel(bench)
    made.choose(ORDERS)
    return made


def _with_relation(session: Session, model: PlanModel, text: str) -> RelationsEditor:
    from datalchemy_nb.widgets.models.reading import read_relation

    plan: Any = session.plan
    session.use_plan(plan.model_copy(update={"rules": (*plan.rules, read_relation(text))}))
    model.bench.sync()
    editor = RelationsEditor(model)
    editor.refresh()
    return editor


def test_a_relation_is_listed_edited_and_taken_out(session: Session, model: PlanModel) -> None:
    column = next(c.name for c in shop().tables[ORDERS].columns if c.column_type.udt_name in ("int4", "int8"))
    editor = _with_relation(session, model, RELATION.replace("total", column).replace("id * 2", "1 + 1"))
    assert [row["cells"][2] for row in editor.grid.widget.rows] == ["= 1 + 1"]
    editor.text.value = editor.text.value.replace("1 + 1", "2 + 2")
    editor.apply.click()
    editor.refresh()
    assert [row["cells"][2] for row in editor.grid.widget.rows] == ["= 2 + 2"]
    editor.text.value = "type: expression"
    editor.apply.click()
    assert model.notice.state == "bad"
    assert len(model.relations) == 1
    editor.remove.click()
    assert model.relations == ()


def test_states_are_drawn_with_a_way_each() -> None:
    from datalchemy_nb.show.states import states_svg

    svg = states_svg(["new", "<paid>", "gone"], [("new", "<paid>", "1"), ("<paid>", "gone", "1"), ("gone", "new", "1")])
    assert svg.count("<rect") == 3
    assert svg.count("class='a'") == 3
    assert "&lt;paid&gt;" in svg
