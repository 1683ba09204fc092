"""Relations in the plan panel: listed, drawn, edited as text, taken out."""

from __future__ import annotations

from typing import Any

import pytest

from datalchemy_nb.session import Session
from datalchemy_nb.widgets.models.plan import PlanModel
from datalchemy_nb.widgets.models.workbench import Workbench
from datalchemy_nb.widgets.panels.relations import RelationsEditor

from .grids import act, cells
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
    (leaf,) = [row["key"] for row in editor.parts.widget.rows if row["cells"][0] == "sql"]
    act(editor.parts, act="edit", key=leaf, column="value", text="3 + 3")
    assert [row["cells"][2] for row in editor.grid.widget.rows] == ["= 3 + 3"]
    act(editor.parts, act="edit", key=leaf, column="value", text="")
    assert model.notice.state == "bad"
    assert dict(cells(editor.parts).values())["sql"] == "3 + 3", "what cannot be is not taken"
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


LIFECYCLE = """
type: lifecycle
schema: loja
table: pedidos
state: total
initial: 1
states: [{value: 1}, {value: 2}]
transitions:
- {from: 1, to: 2, weight: 0.5, after: {min: 1, typical: 2, max: 9, unit: days}}
"""


def test_values_inside_a_relation_are_edited_in_their_line(session: Session, model: PlanModel) -> None:
    editor = _with_relation(session, model, LIFECYCLE)
    by_name = {row["cells"][0]: row["key"] for row in editor.parts.widget.rows}
    act(editor.parts, act="edit", key=by_name["transitions 1 → 2 · weight"], column="value", text="0.25")
    act(editor.parts, act="edit", key=by_name["transitions 1 → 2 · after · max"], column="value", text="12")
    ((_, rule),) = model.relations
    way = rule.transitions[0]  # type: ignore[union-attr]
    assert (way.weight, way.after.max) == (0.25, 12)
    act(editor.parts, act="edit", key=by_name["transitions 1 → 2 · weight"], column="value", text="many")
    assert model.notice.state == "bad"


@pytest.mark.parametrize(
    ("fields", "read"),
    [
        ("type: copy\ncolumn: total\nfrom: cliente_id.idade", "cliente_id.idade"),
        ("type: bounds\ncolumn: dia\nafter: [{column: cliente_id.nascimento}]", "cliente_id.nascimento"),
        ("type: expression\ncolumn: total\nsql: a + b", "a + b"),
        ("type: position\ncolumn: total\nwithin: cliente_id", "rows of one cliente_id"),
    ],
)
def test_every_relation_is_drawn_with_what_it_reads(fields: str, read: str) -> None:
    from datalchemy_nb.results.relation_lines import relation_svg
    from datalchemy_nb.widgets.models.reading import read_relation

    svg = relation_svg(read_relation(f"schema: loja\ntable: pedidos\n{fields}"))
    assert read in svg
    assert svg.count("class='a'") == 1
