"""Plan: tables and columns on the left, the chosen column's rule on the right, its rows below."""

from __future__ import annotations

from typing import Any

import ipywidgets as w

from datalchemy_nb.contracts.plan import ForeignKeyRule
from datalchemy_nb.results.plan import issue_findings
from datalchemy_nb.show.document import Document, Note
from datalchemy_nb.show.escape import visible
from datalchemy_nb.widgets.models.choose import matching_tables
from datalchemy_nb.widgets.models.fields import FormField
from datalchemy_nb.widgets.models.plan import PlanModel
from datalchemy_nb.widgets.panels.choice import Choice
from datalchemy_nb.widgets.panels.column import ColumnEditor
from datalchemy_nb.widgets.panels.form import FieldView
from datalchemy_nb.widgets.panels.look import Doc, button, choices, labelled, row
from datalchemy_nb.widgets.panels.panel import Panel
from datalchemy_nb.widgets.panels.rows import rows_document

_LIST_HEIGHT = "340px"


class PlanPanel(Panel):
    """Editing a plan, column by column."""

    def __init__(self, model: PlanModel) -> None:
        self.model = model
        super().__init__(model)
        model.observe(lambda _: self.refresh(), ["table", "column", "issues", "preview"])
        model.bench.observe(lambda _: self.refresh(), ["plan", "schema", "undoable"])
        self.refresh()

    def build(self) -> list[w.Widget]:
        """Actions, lists and editor, rows, issues."""
        self.rows_view = Doc("dc-scroll")
        self.other_issues = Doc("dc-scroll")
        lists = w.HBox(
            [self._tables(), self._columns(), self._editor()],
            layout=w.Layout(width="100%", grid_gap="12px", flex_flow="row wrap", align_items="flex-start"),
        )
        return [self._actions(), self.notice.widget, lists, self.rows_view.widget, self.other_issues.widget]

    def _actions(self) -> w.Widget:
        model = self.model
        self.draft_rows = labelled(
            w.BoundedIntText, "Rows a table", value=1000, min=1, max=10**9, layout=w.Layout(width="190px")
        )
        self.draft = button("Draft a plan", lambda: model.draft(self.draft_rows.value))
        self.undo = button("Undo", model.undo, tip="Take the last change back")
        self.path = labelled(w.Text, "Save as", value="plan.yaml", layout=w.Layout(width="240px"), label_width="60px")
        return row(
            self.draft,
            self.draft_rows,
            self.undo,
            button("Check all", model.check, tip="Validate the whole plan and prove that it can be met"),
            self.path,
            button("Save", lambda: model.save(self.path.value)),
        )

    def _tables(self) -> w.Widget:
        self.search = labelled(w.Text, "Find", placeholder="of tables or columns", layout=_wide(), label_width="40px")
        self.tables = Choice(
            w.Select,
            lambda ref: self.model.choose(ref, self.model.column),
            tooltip="Tables",
            layout=w.Layout(width="100%"),
            height=_LIST_HEIGHT,
        )
        rows = FormField("rows", "number", False, "")
        self.rows = FieldView(rows, self.model.set_rows, "Rows")
        self.rows.control.layout.flex, self.rows.control.layout.width = "1 1 auto", "auto"
        self.rows.control.placeholder = "not filled, or as many as others need"
        self.rows.control.style.description_width = "40px"
        self.on_user(self.search, lambda _: self.refresh())
        return w.VBox([self.search, self.tables.widget, self.rows.widget], layout=_column("0 1 250px"))

    def _columns(self) -> w.Widget:
        self.columns = Choice(
            w.Select,
            lambda name: self.model.choose(self.model.table, name),
            tooltip="Columns and their generators",
            layout=w.Layout(width="100%"),
            height=_LIST_HEIGHT,
        )
        head = w.Label("Columns: what makes them", layout=w.Layout(height="28px"))
        return w.VBox([head, self.columns.widget], layout=_column("0 1 270px"))

    def _editor(self) -> w.Widget:
        self.editor = ColumnEditor(self.model)
        self.editor.widget.layout.flex = "1 1 420px"
        self.editor.widget.layout.min_width = "320px"
        return self.editor.widget

    def refresh(self) -> None:
        """Show the model."""
        model, bench = self.model, self.model.bench
        found = matching_tables(bench.schema, self.search.value, fillable=True) if bench.schema else []
        if model.table is not None and model.table not in found and not self.search.value:
            found = [model.table, *found]
        self.tables.show(choices(found), model.table)
        self.columns.show(self._column_options(), model.column)
        paths = [
            f"/targets/{i}"
            for i, target in enumerate(model.plan.targets if model.plan else ())
            if target.ref == model.table
        ]
        issues = [issue for issue in model.issues if any(issue.path.startswith(f"{path}/") for path in paths)]
        self.rows.show(model.rows, issues)
        self.undo.disabled = not bench.undoable
        self.draft.disabled = bench.schema is None
        self.draft.button_style = "primary" if model.plan is None else ""
        self.editor.refresh()
        self._show_rows()
        shown = {*issues, *model.issues_at(), *model.key_issues_at()}
        others = [issue for issue in model.issues if issue not in shown]
        self.other_issues.show(Document("Elsewhere in the plan", (), (issue_findings(others),)) if others else None)

    def _column_options(self) -> list[tuple[str, Any]]:
        table = self.model.schema_table
        if table is None:
            return []
        wrong = {issue.path.split("/")[2] for issue in self.model.issues if issue.path.startswith("/rules/")}
        keys = {name for key in table.foreign_keys for name in key.columns}
        rules = (
            {}
            if self.model.plan is None
            else {
                rule.column: (str(index), rule.generator_id)
                for index, rule in self.model.plan.column_rules
                if rule.ref == self.model.table
            }
        )
        children = {
            name: (str(index), f"foreign key, {rule.children.kind}" if rule.children else "foreign key")
            for index, rule in enumerate(self.model.plan.rules if self.model.plan else ())
            if isinstance(rule, ForeignKeyRule) and rule.ref == self.model.table
            for name in rule.columns
        }
        options = []
        for name in table.by_name:
            index, generator = rules.get(name, ("", "foreign key" if name in keys else "by type"))
            if name in keys and name in children:
                index, generator = children[name]
            mark = "✗ " if index in wrong else ""
            options.append((f"{mark}{visible(name)} · {generator}", name))
        return options

    def _show_rows(self) -> None:
        preview, model = self.model.preview, self.model
        if preview is not None:
            self.rows_view.show(rows_document(preview, first=model.column, title="Live preview of"))
        elif model.issues:
            self.rows_view.show(Document("", (), (Note("No rows here while the plan has errors.", "off"),)))
        else:
            self.rows_view.show(None)


def _wide() -> w.Layout:
    return w.Layout(width="auto")


def _column(flex: str) -> w.Layout:
    return w.Layout(flex=flex, min_width="210px", grid_gap="4px", overflow="visible")
