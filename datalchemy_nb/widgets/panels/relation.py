"""A foreign key's rule: how many rows point at each parent, and how many nowhere."""

from __future__ import annotations

from typing import Any

import ipywidgets as w

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import show_ident
from datalchemy_nb.show.document import Document, Note
from datalchemy_nb.widgets.models.fields import FormField
from datalchemy_nb.widgets.models.plan import PlanModel
from datalchemy_nb.widgets.panels.form import FieldView
from datalchemy_nb.widgets.panels.look import Doc
from datalchemy_nb.widgets.panels.variant import VariantView
from datalchemy_nb.widgets.words import say

_NULL_RATE = FormField("null_rate", "number", False, "share of rows that point nowhere")


class RelationEditor:
    """Children per parent of the chosen column's foreign key."""

    def __init__(self, model: PlanModel) -> None:
        self.model = model
        self.told = Doc("dc-bare")
        self.children = VariantView(model.children, "Children per parent", "parents drawn at random", self._issues)
        self.null_rate = FieldView(_NULL_RATE, model.set_key_null_rate, "Null rate")
        self.widget = w.VBox(
            [self.told.widget, self.children.widget, self.null_rate.widget], layout=w.Layout(grid_gap="4px")
        )

    def refresh(self) -> None:
        """Show the model's foreign key; nothing where there is none."""
        model, key = self.model, self.model.key
        self.widget.layout.display = "none" if key is None else None
        if key is None:
            return
        columns = ", ".join(map(show_ident, key.columns))
        together = f"The key ({columns}) is chosen as a whole." if len(key.columns) > 1 else ""
        told = f"Every row takes the key of a row of {key.target}. {together}"
        self.told.show(Document("", (), (Note(told.strip(), "off"),)))
        self.children.refresh()
        self.null_rate.control.disabled = not model.may_be_null
        self.null_rate.control.placeholder = say("0 to 1" if model.may_be_null else "the column is NOT NULL")
        rule: Any = model.key_rule
        self.null_rate.show(rule.null_rate if rule else None, model.key_issues_at("null_rate"))

    def _issues(self, *parts: str) -> tuple[Issue, ...]:
        return self.model.key_issues_at("children", *parts)
