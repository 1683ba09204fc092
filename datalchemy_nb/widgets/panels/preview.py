"""Preview: any page of a table that does not exist yet, or of a run's file, sorted and searched."""

from __future__ import annotations

import ipywidgets as w

from datalchemy_nb.results.base import Preview
from datalchemy_nb.results.rows import cell_text, preview_grid
from datalchemy_nb.show.document import Grid
from datalchemy_nb.widgets.front.grid import Actions, Values
from datalchemy_nb.widgets.front.grid import Grid as GridView
from datalchemy_nb.widgets.models.filters import filterable
from datalchemy_nb.widgets.models.preview import PreviewModel
from datalchemy_nb.widgets.panels.choice import Choice
from datalchemy_nb.widgets.panels.look import choices, labelled, prose, row
from datalchemy_nb.widgets.panels.panel import Panel, place_of
from datalchemy_nb.widgets.panels.runs import moment

_SIZES = (10, 20, 50, 100)
_FEW, _SHORT = 12, 60
"""So many values, and so long, are offered in a list."""
_SHOWN = ["source", "sort", "descending", "where", "filters"]


class PreviewPanel(Panel):
    """Paging through rows."""

    def __init__(self, model: PreviewModel) -> None:
        self.model = model
        super().__init__(model)
        model.observe(lambda _: self.refresh(), [*_SHOWN, "tables", "table", "offset", "size", "page", "total"])
        model.bench.observe(lambda _: self.refresh(), ["runs"])
        self.refresh()

    def build(self) -> list[w.Widget]:
        """Whose rows, which columns, which rows; the page."""
        model = self.model
        self.table = Choice(w.Dropdown, model.choose, label="Table", layout=w.Layout(width="360px"))
        self.source = Choice(w.Dropdown, model.choose_source, label="Rows of", layout=w.Layout(width="360px"))
        self.columns = labelled(w.Text, "Columns", placeholder="all; or words of their names")
        self.columns.layout = w.Layout(width="320px")
        self.on_user(self.columns, lambda value: setattr(model, "columns", value))
        self.where = labelled(w.Text, "Where", placeholder="SQL: total > 100 AND state = 'open'")
        self.where.continuous_update = False
        self.where.layout = w.Layout(width="480px")
        self.on_user(self.where, model.search)
        self.title = prose()
        actions = Actions(
            sort=self._sort, go=model.go, size=lambda rows: setattr(model, "size", rows), filter=model.filter_by
        )
        self.page = GridView("Rows", actions, height="480px")
        heads = [row(self.table.widget, self.source.widget), row(self.columns, self.where)]
        return [*heads, self.notice.widget, self.title.widget, self.page.widget]

    def refresh(self) -> None:
        """Show the model."""
        model = self.model
        self.table.show(choices(model.tables), model.table)
        complete = [run for run in model.bench.runs if run.status == "complete"]
        runs = [(f"run {run.run_id[:8]} · {moment(run.started)}", run.run_id) for run in complete]
        self.source.show([("the plan", ""), *runs], model.source)
        self.where.layout.display = None if model.source else "none"
        with self.filling():
            self.where.value = model.where
        page = model.page
        self.title.show(place_of(page) if page else "")
        if page is None:
            self.page.show_document(Grid((), ()))
            return
        # Rows of the plan are made when they are asked for: there is no order of all of them to show.
        sort = list(page.frame.columns) if model.source else []
        view = {
            "offset": page.offset,
            "size": model.size,
            "total": model.total,
            "sizes": list(_SIZES),
            "sort": model.sort,
            "descending": model.descending,
            "filters": model.filters,
        }
        filters = [name for name, dtype in page.frame.schema.items() if name in sort and filterable(dtype)]
        self.page.show_document(preview_grid(page), sort=sort, filters=filters, values=_few(page), view=view)

    def _sort(self, column: str) -> None:
        """Smallest first, then largest first, then the file's order again."""
        model = self.model
        if model.sort != column:
            model.order_by(column, descending=False)
        elif not model.descending:
            model.order_by(column, descending=True)
        else:
            model.order_by("", descending=False)


def _few(page: Preview) -> dict[str, Values]:
    """Values of the columns that have few, by the sample their headings sum up."""
    sample = page.sample
    if sample is None:
        return {}
    total = page.total if page.rows is None else page.rows
    found = {}
    for values in sample.iter_columns():
        if not filterable(values.dtype) or values.n_unique() > _FEW:
            continue
        texts = [None if value is None else cell_text(value) for value in values.unique().sort(nulls_last=True)]
        if len(values) > _FEW and all(text is None or 0 < len(text) <= _SHORT for text in texts):
            found[values.name] = Values(tuple(texts), sample.height >= total)
    return found
