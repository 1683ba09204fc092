"""A form for typed parameters: one field each, its words and what is wrong with it beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import ipywidgets as w

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.show.document import Badge
from datalchemy_nb.show.escape import escape
from datalchemy_nb.show.render_html import badge
from datalchemy_nb.show.theme import SCOPE
from datalchemy_nb.widgets.models.fields import FormField
from datalchemy_nb.widgets.panels.look import NOTHING, hint, labelled

LABEL_WIDTH, FIELD_WIDTH = "130px", "330px"
_DEFAULT = "(default)"


class FieldView:
    """One field.

    Args:
        field: what it is.
        on_change: gets the value a person entered; None where the field was emptied.
    """

    def __init__(self, field: FormField, on_change: Callable[[Any], None], label: str | None = None) -> None:
        self.field, self._on_change, self._filling = field, on_change, False
        self.control = self._control(label or field.name)
        self.control.observe(self._changed, ["value"])
        self.issues = w.HTML(layout=w.Layout(width="auto", display="none"))
        self.issues.add_class("dc-bare")
        beside = [hint(field.hint)] if field.hint else []
        line = w.HBox([self.control, *beside], layout=w.Layout(align_items="center", flex_flow="row wrap"))
        self.widget = w.VBox([line, self.issues])

    def show(self, value: Any, issues: Iterable[Issue]) -> None:
        """Show a value and what is wrong with it."""
        self._filling = True
        try:
            if self.field.kind == "choice":
                self.control.value = value if value in [item for _, item in self.field.options] else NOTHING
            elif self._read() != value or not self.control.value.strip():
                self.control.value = self.field.write(value)
        finally:
            self._filling = False
        show_issues(self.issues, issues)

    def _control(self, label: str) -> Any:
        field = self.field
        layout = w.Layout(flex=f"0 0 {FIELD_WIDTH}", width=FIELD_WIDTH)
        if field.kind == "choice":
            options = [(_DEFAULT, NOTHING), *field.options]
            return labelled(w.Dropdown, label, options=options, layout=layout, label_width=LABEL_WIDTH)
        kind = w.Textarea if field.kind == "lines" else w.Text
        return labelled(kind, label, continuous_update=False, layout=layout, label_width=LABEL_WIDTH)

    def _read(self) -> Any:
        value = self.control.value
        return self.field.read(value) if self.field.kind != "choice" else None if value == NOTHING else value

    def _changed(self, change: Any) -> None:
        if not self._filling:
            self._on_change(self._read())


class FormView:
    """Fields of a generator or transform; made anew only when the fields are others.

    Args:
        on_change: gets the name and the value of the field that was changed.
    """

    def __init__(self, on_change: Callable[[str, Any], None]) -> None:
        self._on_change = on_change
        self._fields: tuple[FormField, ...] | None = None
        self.views: dict[str, FieldView] = {}
        self.widget = w.VBox()

    def show(
        self, fields: tuple[FormField, ...], values: Mapping[str, Any], issues: Callable[[str], Iterable[Issue]]
    ) -> None:
        """Show values; a field keeps the focus while its value changes."""
        if fields != self._fields:
            self._fields = fields
            self.views = {field.name: FieldView(field, self._hear(field.name)) for field in fields}
            self.widget.children = [view.widget for view in self.views.values()]
        for name, view in self.views.items():
            view.show(values.get(name), issues(name))

    def _hear(self, name: str) -> Callable[[Any], None]:
        return lambda value: self._on_change(name, value)


def show_issues(place: w.HTML, issues: Iterable[Issue]) -> None:
    """Show issues beside what they concern; nothing takes no room."""
    lines = [_line(issue) for issue in issues]
    place.value = f'<div class="{SCOPE}">{"".join(lines)}</div>' if lines else ""
    place.layout.display = None if lines else "none"


def _line(issue: Issue) -> str:
    mark = badge(Badge(issue.severity, "bad" if issue.severity == "error" else "warn"))
    told = f'<br><span class="d">{escape(issue.hint)}</span>' if issue.hint else ""
    return f"<p>{mark} {escape(issue.message)}{told}</p>"
