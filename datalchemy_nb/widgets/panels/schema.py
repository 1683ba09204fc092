"""Schema: search, one table with its keys and constraints, its neighbours drawn."""

from __future__ import annotations

from dataclasses import replace

import ipywidgets as w

from datalchemy_nb.results.schema import describe_table
from datalchemy_nb.show.document import Document, Drawing, Note, plural
from datalchemy_nb.widgets.models.schema import SchemaModel
from datalchemy_nb.widgets.panels.choice import Choice
from datalchemy_nb.widgets.panels.look import Doc, choices, labelled
from datalchemy_nb.widgets.panels.panel import Panel


class SchemaPanel(Panel):
    """Looking at tables."""

    def __init__(self, model: SchemaModel) -> None:
        self.model = model
        super().__init__(model)
        model.observe(lambda _: self.refresh(), ["found", "table"])
        model.bench.observe(lambda _: self.refresh(), ["schema"])
        self.refresh()

    def build(self) -> list[w.Widget]:
        """Search and list, and the table beside them."""
        self.search = labelled(
            w.Text, "Find", placeholder="of tables or columns", value=self.model.search, label_width="40px"
        )
        self.search.layout = w.Layout(width="auto")
        self.on_user(self.search, lambda value: setattr(self.model, "search", value))
        self.tables = Choice(
            w.Select, self.model.choose, tooltip="Tables that fit", layout=w.Layout(width="100%"), height="440px"
        )
        self.count = w.Label()
        self.shown = Doc("dc-scroll")
        self.drawn = Doc("dc-scroll")
        left = w.VBox(
            [self.search, self.tables.widget, self.count], layout=w.Layout(flex="0 1 280px", min_width="220px")
        )
        right = w.VBox([self.shown.widget], layout=w.Layout(flex="1 1 480px", min_width="300px"))
        columns = w.Layout(width="100%", grid_gap="12px", flex_flow="row wrap", align_items="flex-start")
        return [w.HBox([left, right], layout=columns), self.drawn.widget]

    def refresh(self) -> None:
        """Show the model."""
        model, schema = self.model, self.model.bench.schema
        self.tables.show(choices(model.found), model.table)
        total = len(schema.tables) if schema else 0
        found = len(model.found)
        self.count.value = plural(total, "table") if found == total else f"{found} of {plural(total, 'table')}"
        empty = "No table fits." if schema else "No schema yet: connect to a database, and read its catalog."
        if model.result is None:
            self.shown.show(Document("", (), (Note(empty, "off"),)))
            self.drawn.show(None)
            return
        told = describe_table(model.result)
        drawn = tuple(block for block in told.blocks if isinstance(block, Drawing))
        self.shown.show(replace(told, blocks=tuple(block for block in told.blocks if block not in drawn)))
        self.drawn.show(Document("", (), drawn) if drawn else None)
