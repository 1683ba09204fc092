"""Preview: any page of a table that does not exist yet."""

from __future__ import annotations

import ipywidgets as w

from datalchemy_nb.widgets.models.preview import PreviewModel
from datalchemy_nb.widgets.panels.choice import Choice
from datalchemy_nb.widgets.panels.look import Doc, button, choices, labelled, row
from datalchemy_nb.widgets.panels.panel import Panel
from datalchemy_nb.widgets.panels.rows import rows_document
from datalchemy_nb.widgets.panels.runs import moment

_SIZES = (10, 20, 50, 100)
_SHOWN = ["source", "sort", "descending", "where"]


class PreviewPanel(Panel):
    """Paging through rows."""

    def __init__(self, model: PreviewModel) -> None:
        self.model = model
        super().__init__(model)
        model.observe(lambda _: self.refresh(), [*_SHOWN, "tables", "table", "offset", "size", "page", "total"])
        model.bench.observe(lambda _: self.refresh(), ["runs"])
        self.refresh()

    def build(self) -> list[w.Widget]:
        """Table and columns, the way through the pages, the page."""
        model = self.model
        self.table = Choice(w.Dropdown, model.choose, label="Table", layout=w.Layout(width="400px"))
        self.columns = labelled(w.Text, "Columns", placeholder="all; or words of their names")
        self.columns.layout = w.Layout(width="320px")
        self.size = labelled(w.Dropdown, "Rows a page", options=list(_SIZES), value=model.size)
        self.size.layout = w.Layout(width="170px")
        self.row = labelled(
            w.IntText, "Row", continuous_update=False, layout=w.Layout(width="190px"), label_width="40px"
        )
        self.row.tooltip = "Number of the first row to show"
        self.on_user(self.columns, lambda value: setattr(model, "columns", value))
        self.on_user(self.size, lambda value: setattr(model, "size", value))
        self.on_user(self.row, model.go)
        self.source = Choice(w.Dropdown, model.choose_source, label="Rows of", layout=w.Layout(width="400px"))
        self.sort = Choice(
            w.Dropdown, lambda name: setattr(model, "sort", name or ""), label="Sort by", layout=w.Layout(width="320px")
        )
        self.descending = w.Checkbox(description="largest first", indent=False, layout=w.Layout(width="130px"))
        self.where = labelled(w.Text, "Where", placeholder="SQL: total > 100 AND state = 'open'")
        self.where.continuous_update = False
        self.where.layout = w.Layout(width="400px")
        self.on_user(self.descending, lambda value: setattr(model, "descending", value))
        self.on_user(self.where, model.search)
        self.first = button("First", lambda: model.go(0))
        self.back = button("Back", lambda: model.move(-1), tip="One page back")
        self.next = button("Next", lambda: model.move(1), tip="One page on")
        self.last = button("Last", model.go_last)
        self.page = Doc("dc-scroll")
        way = row(self.first, self.back, self.row, self.next, self.last, self.size)
        self.order = row(self.where, self.sort.widget, self.descending)
        heads = [row(self.table.widget, self.columns), self.source.widget, self.order]
        return [*heads, way, self.notice.widget, self.page.widget]

    def refresh(self) -> None:
        """Show the model."""
        model = self.model
        self.table.show(choices(model.tables), model.table)
        complete = [run for run in model.bench.runs if run.status == "complete"]
        runs = [(f"run {run.run_id[:8]} · {moment(run.started)}", run.run_id) for run in complete]
        self.source.show([("the plan", ""), *runs], model.source)
        names = list(model.bench.schema.tables[model.table].by_name) if model.table and model.bench.schema else []
        self.sort.show([("the file's order", ""), *((name, name) for name in names)], model.sort)
        self.order.layout.display = None if model.source else "none"
        with self.filling():
            self.where.value, self.descending.value = model.where, model.descending
            self.row.value = model.page.offset if model.page else model.offset
        end = model.offset + model.size >= model.total
        self.first.disabled = self.back.disabled = model.offset == 0
        self.next.disabled = self.last.disabled = end
        self.page.show(rows_document(model.page) if model.page else None)
