"""The relations of the chosen table: what holds, drawn where it has states, and as text to edit."""

from __future__ import annotations

import json

import ipywidgets as w

from datalchemy_nb.contracts.relations import RelationRule
from datalchemy_nb.planning.write import rule_yaml
from datalchemy_nb.results.relation_lines import relation_line, relation_svg
from datalchemy_nb.show.document import Code, Document, Drawing, Note
from datalchemy_nb.widgets.front.grid import Actions, Column, Entry, Grid, Row
from datalchemy_nb.widgets.models.leaves import leaves, with_leaf
from datalchemy_nb.widgets.models.plan import PlanModel
from datalchemy_nb.widgets.panels.look import Doc, button, row
from datalchemy_nb.widgets.words import say


class RelationsEditor:
    """Relations between columns, rows and tables."""

    def __init__(self, model: PlanModel) -> None:
        self.model = model
        self._index: int | None = None
        self.grid = Grid(
            "Relations",
            Actions(choose=self._chosen),
            height="120px",
            empty="The plan holds no relation of this table. A draft writes those it sees; a plan cell takes any.",
        )
        self.drawn = Doc("dc-scroll")
        self.text = w.Textarea(layout=w.Layout(width="100%", height="120px"))
        self.text.add_class("dc-code")
        self.text.tooltip = say("The relation, as a plan writes it")
        self.apply = button("Apply", self._apply, tip="Put the relation as it is written here into the plan")
        self.remove = button("Take out", lambda: self._take_out(), tip="Take the relation out of the plan")
        self.parts = Grid("Values of the relation", Actions(edit=self._set), height="150px", named=0)
        written = w.Accordion([w.VBox([self.text, self.apply])], titles=["As text"], selected_index=None)
        self._edit = w.VBox([self.drawn.widget, self.parts.widget, row(self.remove), written])
        self.widget = w.VBox([self.grid.widget, self._edit], layout=w.Layout(grid_gap="6px"))

    def refresh(self) -> None:
        """Show the model's relations; the chosen one is followed by its place in the plan."""
        found = dict(self.model.relations)
        if self._index not in found:
            self._index = next(iter(found), None)
        lines = {index: relation_line(rule) for index, rule in found.items()}
        rows = [
            Row(str(index), (line.kind.replace("_", " "), Code(", ".join(line.columns)), line.text))
            for index, line in lines.items()
        ]
        chosen = "" if self._index is None else str(self._index)
        self.grid.show((Column("relation"), Column("decides"), Column("what holds")), rows, selected=chosen)
        self._show(found.get(self._index) if self._index is not None else None)

    def _show(self, rule: RelationRule | None) -> None:
        self._edit.layout.display = "none" if rule is None else None
        if rule is None:
            return
        self.drawn.show(_drawing(rule))
        self.text.value = rule_yaml(rule)
        rows = [Row(leaf.key, (leaf.told, Entry(leaf.text))) for leaf in leaves(rule.to_dict())]
        self.parts.show((Column("what"), Column("value", size=28)), rows)

    def _set(self, key: str, column: str, text: str) -> None:
        """Another value in one place; what cannot be is told, and the value before stands there again."""
        rule = dict(self.model.relations).get(self._index) if self._index is not None else None
        if rule is not None and self._index is not None:
            self.model.set_relation(self._index, json.dumps(with_leaf(rule.to_dict(), key, text)))
            self.refresh()

    def _chosen(self, key: str) -> None:
        self._index = int(key)
        self.refresh()

    def _apply(self) -> None:
        if self._index is not None:
            self.model.set_relation(self._index, self.text.value)

    def _take_out(self) -> None:
        if self._index is not None:
            self.model.set_relation(self._index, None)


def _drawing(rule: RelationRule) -> Document | None:
    svg = relation_svg(rule)
    told = (Note(rule.evidence, "off"),) if rule.evidence else ()
    drawn = (Drawing(svg, "What is read, and what is decided"),) if svg else ()
    return Document("", (), (*drawn, *told)) if drawn or told else None
