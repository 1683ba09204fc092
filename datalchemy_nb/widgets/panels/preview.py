"""Preview: any page of a table that does not exist yet."""

from __future__ import annotations

import ipywidgets as w

from datalchemy_nb.widgets.models.preview import PreviewModel
from datalchemy_nb.widgets.panels.choice import Choice
from datalchemy_nb.widgets.panels.look import Doc, button, choices, labelled, row
from datalchemy_nb.widgets.panels.panel import Panel
from datalchemy_nb.widgets.panels.rows import rows_document

_SIZES = (10, 20, 50, 100)


class PreviewPanel(Panel):
    """Paging through rows."""

    def __init__(self, model: PreviewModel) -> None:
        self.model = model
        super().__init__(model)
        model.observe(lambda _: self.refresh(), ["tables", "table", "offset", "size", "page", "total"])
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
        self.first = button("First", lambda: model.go(0))
        self.back = button("Back", lambda: model.move(-1), tip="One page back")
        self.next = button("Next", lambda: model.move(1), tip="One page on")
        self.last = button("Last", model.go_last)
        self.page = Doc("dc-scroll")
        way = row(self.first, self.back, self.row, self.next, self.last, self.size)
        return [row(self.table.widget, self.columns), way, self.notice.widget, self.page.widget]

    def refresh(self) -> None:
        """Show the model."""
        model = self.model
        self.table.show(choices(model.tables), model.table)
        with self.filling():
            self.row.value = model.page.offset if model.page else model.offset
        end = model.offset + model.size >= model.total
        self.first.disabled = self.back.disabled = model.offset == 0
        self.next.disabled = self.last.disabled = end
        self.page.show(rows_document(model.page) if model.page else None)
