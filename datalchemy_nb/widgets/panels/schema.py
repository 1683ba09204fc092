"""Schema: search, one table with its keys and constraints, its neighbours drawn."""

from __future__ import annotations

from dataclasses import replace

import ipywidgets as w

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.results.schema import describe_table
from datalchemy_nb.show.document import Document, Drawing, Note, plural
from datalchemy_nb.show.er import MAX_TABLES, drawn_tables, er_svg
from datalchemy_nb.widgets.front.parts import DrawingWidget
from datalchemy_nb.widgets.models.schema import SchemaModel
from datalchemy_nb.widgets.panels.choice import Choice
from datalchemy_nb.widgets.panels.look import choices, labelled, prose, row
from datalchemy_nb.widgets.panels.panel import Panel
from datalchemy_nb.widgets.panels.sheet import Sheet

_REACHES = (("the table and its neighbours", 1), ("two steps around it", 2), ("all tables", 0))


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
        self.shown = Sheet()
        self.drawn_title = prose()
        self.reach = labelled(w.Dropdown, "Draw", options=_REACHES, value=1, label_width="40px")
        self.reach.layout = w.Layout(width="240px")
        self.reach.observe(lambda _: self._draw(self.model.table), ["value"])
        self.drawn = DrawingWidget(self._open)
        left = w.VBox(
            [self.search, self.tables.widget, self.count], layout=w.Layout(flex="0 1 280px", min_width="220px")
        )
        right = w.VBox([self.shown.widget], layout=w.Layout(flex="1 1 480px", min_width="300px"))
        columns = w.Layout(width="100%", grid_gap="12px", flex_flow="row wrap", align_items="flex-start")
        return [w.HBox([left, right], layout=columns), row(self.reach, self.drawn_title.widget), self.drawn]

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
            self._draw(None)
            return
        told = describe_table(model.result)
        blocks = tuple(block for block in told.blocks if not isinstance(block, Drawing))
        self.shown.show(replace(told, blocks=blocks))
        self._draw(model.table)

    def _draw(self, table: TableRef | None) -> None:
        schema = self.model.bench.schema
        drawn, svg = [], ""
        if schema is not None and table is not None:
            drawn = drawn_tables(schema, table if self.reach.value else None, self.reach.value)
            svg = er_svg(schema, drawn, opens=True)
        self.drawn.svg = svg
        self.drawn.layout.display = self.reach.layout.display = None if svg else "none"
        most = f" The {MAX_TABLES} nearest, the most linked first." if len(drawn) == MAX_TABLES else ""
        self.drawn_title.show(f"Foreign keys; parents on the left. Click a table to open it.{most}" if svg else "")

    def _open(self, number: str) -> None:
        """Open a table of the drawing; one that the search leaves out ends the search."""
        tables = list(self.model.bench.schema.tables)
        if not number.isdigit() or int(number) >= len(tables):
            return
        if tables[int(number)] not in self.model.found:
            self.search.value = ""
        self.model.choose(tables[int(number)])
