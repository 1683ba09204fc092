"""Plan: a bar for the whole, tables and columns as grids, and below them the editor with its rows beside it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ipywidgets as w

from datalchemy_nb.results.plan import issue_findings
from datalchemy_nb.results.rows import preview_grid
from datalchemy_nb.show.document import Document, Grid, plural
from datalchemy_nb.widgets.front.grid import Grid as GridView
from datalchemy_nb.widgets.front.parts import CopyButton
from datalchemy_nb.widgets.models.plan import PlanModel
from datalchemy_nb.widgets.panels.column import ColumnEditor
from datalchemy_nb.widgets.panels.look import Doc, button, labelled, prose, row
from datalchemy_nb.widgets.panels.panel import Panel, marked, place_of
from datalchemy_nb.widgets.panels.plan_grids import ColumnsGrid, TablesGrid
from datalchemy_nb.widgets.panels.relations import RelationsEditor
from datalchemy_nb.widgets.words import say

_BELOW = "330px"
_COLUMN, _RELATIONS = "Column", "Relations"


class PlanPanel(Panel):
    """Editing a plan as tables."""

    def __init__(self, model: PlanModel) -> None:
        self.model = model
        super().__init__(model)
        model.observe(lambda _: self.refresh(), ["table", "column", "issues", "preview"])
        model.observe(lambda _: self.tables.refresh(), ["words"])
        model.bench.observe(lambda _: self.refresh(), ["plan", "schema", "undoable", "redoable"])
        self.refresh()

    def build(self) -> list[w.Widget]:
        """The bar, grids, editor and rows, what is wrong elsewhere."""
        self.tables, self.columns = TablesGrid(self.model), ColumnsGrid(self.model)
        self.bar = PlanBar(self.model)
        self.other_issues = Doc("dc-scroll")
        side = w.Box([self.tables.grid.widget], layout=_part("0 0 250px"))
        main = w.Box([self.columns.grid.widget], layout=_part("1 1 0"))
        for grid in (self.tables.grid, self.columns.grid):
            grid.widget.layout.width = "100%"
        above = w.HBox([side, main], layout=_side_by_side())
        below = w.HBox([self._editor(), self._rows()], layout=_side_by_side())
        return [self.bar.widget, self.notice.widget, above, below, self.other_issues.widget]

    def _editor(self) -> w.Widget:
        self.editor = ColumnEditor(self.model)
        self.relations = RelationsEditor(self.model)
        self.what = w.ToggleButtons(
            options=[_COLUMN, _RELATIONS],
            tooltips=["The chosen column", "What holds between columns, rows and tables"],
            style={"button_width": "auto"},
            layout=w.Layout(margin="0"),
        )
        self.on_user(self.what, lambda _: self._turn())
        parts = [self.what, self.editor.widget, self.relations.widget]
        made = w.VBox(parts, layout=_part("0 0 44%", height=_BELOW, overflow="auto", grid_gap="4px"))
        made.add_class("dc-editor")
        return made

    def _rows(self) -> w.Widget:
        self.rows_title = prose()
        self.rows_view = GridView("Live preview", height="300px")
        self.rows_view.widget.layout.width = "100%"
        return w.VBox([self.rows_title.widget, self.rows_view.widget], layout=_part("1 1 0", height=_BELOW))

    def _turn(self) -> None:
        relations = self.what.value == self.what.options[1]
        self.editor.widget.layout.display = "none" if relations else None
        self.relations.widget.layout.display = None if relations else "none"

    def refresh(self) -> None:
        """Show the model."""
        model = self.model
        self.bar.refresh()
        self.tables.refresh()
        self.columns.refresh()
        self.editor.refresh()
        self.relations.refresh()
        with self.filling():
            count = len(model.relations)
            chosen = self.what.index
            options = [_COLUMN, f"{_RELATIONS} ({count})" if count else _RELATIONS]
            if list(self.what.options) != options:
                self.what.options = options
                self.what.index = chosen
        self._turn()
        self._show_rows()
        shown = {*model.issues_at(), *model.key_issues_at()}
        others = [issue for issue in model.issues if issue not in shown]
        self.other_issues.show(Document("Elsewhere in the plan", (), (issue_findings(others),)) if others else None)

    def _show_rows(self) -> None:
        preview, model = self.model.preview, self.model
        if preview is None:
            said = "No rows here while the plan has errors." if model.issues else ""
            self.rows_title.show(said)
            self.rows_view.show_document(Grid((), ()))
            return
        frame = preview.frame
        if model.column in frame.columns:
            frame = frame.select(model.column, *(name for name in frame.columns if name != model.column))
        grid = preview_grid(preview, frame)
        self.rows_title.show(f"Live preview of {place_of(preview)}")
        self.rows_view.show_document(marked(grid) if model.column in frame.columns else grid)


class PlanBar:
    """What concerns the plan as a whole."""

    def __init__(self, model: PlanModel) -> None:
        self.model = model
        self._filling = False
        small = {"continuous_update": False, "label_width": "initial"}
        self.draft_rows = labelled(
            w.BoundedIntText, "Rows a table", value=1000, min=1, max=10**9, layout=w.Layout(width="156px")
        )
        self.draft_rows.style.description_width = "initial"
        self.draft = button("Draft a plan", lambda: model.draft(self.draft_rows.value))
        self.undo = button("Undo", model.undo, tip="Take the last change back")
        self.redo = button("Redo", model.redo, tip="Make the change again that was taken back")
        self.path = labelled(
            w.Text, "Save as", value="plan.yaml", layout=w.Layout(width="150px"), label_width="initial"
        )
        self.locale = labelled(w.Dropdown, "Locale", options=[], layout=w.Layout(width="136px"), label_width="initial")
        self.seed = labelled(w.Text, "Seed", layout=w.Layout(width="116px"), **small)
        self.day = labelled(w.DatePicker, "Today", layout=w.Layout(width="180px"), label_width="initial")
        self.day.tooltip = say("The plan's base date: what now() means in the rows")
        self.factor = labelled(w.Text, "All rows ×", placeholder="10, 0.1", layout=w.Layout(width="124px"), **small)
        for control, act in (
            (self.locale, lambda value: model.set_plan_locale(value)),
            (self.seed, lambda value: model.set_seed(value)),
            (self.day, self._set_day),
            (self.factor, self._scale),
        ):
            control.observe(self._hear(act), ["value"])
        self.cell = CopyButton("Copy cell", model.as_cell, "Copy the plan as a %%datalchemy plan cell")
        self.python = CopyButton("Copy Python", model.as_python, "Copy the plan as Python")
        check = button("Check all", model.check, tip="Validate the whole plan and prove that it can be met")
        save = button("Save", lambda: model.save(self.path.value))
        self._settings = row(self.locale, self.seed, self.day, self.factor, self.cell, self.python)
        self.halt = button("Stop", model.stop, tip="Stop drafting; the plan stays as it is")
        self.halt.layout.display = "none"
        model.observe(self._show_busy, ["busy"])
        head = row(self.draft, self.halt, self.draft_rows, self.undo, self.redo, check, self.path, save)
        self.widget = w.VBox([head, self._settings], layout=w.Layout(grid_gap="2px"))

    def refresh(self) -> None:
        """Show the model."""
        model, bench = self.model, self.model.bench
        self.undo.disabled, self.redo.disabled = not bench.undoable, not bench.redoable
        self.draft.disabled = bench.schema is None
        self.draft.button_style = "primary" if model.plan is None else ""
        self._settings.layout.display = None if model.plan is not None else "none"
        if model.plan is None:
            return
        self._filling = True
        try:
            locales = sorted({*_locales(), model.plan.locale})
            if list(self.locale.options) != locales:
                self.locale.options = locales
            self.locale.value = model.plan.locale
            self.seed.value, self.day.value = str(model.plan.seed), model.plan.base_date
        finally:
            self._filling = False

    def _show_busy(self, change: Any) -> None:
        self.halt.layout.display = None if change["new"].startswith("drafting") else "none"

    def _hear(self, act: Any) -> Any:
        def changed(change: Any) -> None:
            if not self._filling:
                act(change["new"])
                self.refresh()

        return changed

    def _set_day(self, day: dt.date | None) -> None:
        if day is not None:
            self.model.set_base_date(day)

    def _scale(self, text: str) -> None:
        if text.strip():
            self.model.scale(text)
            total = sum(target.rows for target in self.model.plan.targets) if self.model.plan else 0
            self.factor.tooltip = f"{plural(total, 'row')} in all"
            self._filling = True
            self.factor.value = ""
            self._filling = False


def _locales() -> list[str]:
    from datalchemy_nb.planning.rules.generators import available_locales

    return list(available_locales())


def _part(flex: str, **layout: str) -> w.Layout:
    return w.Layout(flex=flex, min_width="0", **layout)


def _side_by_side() -> w.Layout:
    return w.Layout(width="100%", grid_gap="14px", flex_flow="row nowrap", align_items="flex-start")
