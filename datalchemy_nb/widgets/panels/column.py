"""One column's rule: generator with search, parameters, null rate, transforms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets as w

from datalchemy_nb.contracts.names import show_ident
from datalchemy_nb.display.document import Badge, Code, Document, Note, facts
from datalchemy_nb.display.schema import column_facts
from datalchemy_nb.planning.types import category_of
from datalchemy_nb.widgets.models.choose import matching_generators
from datalchemy_nb.widgets.models.fields import FormField, form_fields
from datalchemy_nb.widgets.models.plan import PlanModel
from datalchemy_nb.widgets.panels.form import FieldView, FormView, show_issues
from datalchemy_nb.widgets.panels.look import NOTHING, Doc, labelled
from datalchemy_nb.widgets.panels.panel import set_options
from datalchemy_nb.widgets.panels.transforms import TransformsView

_BY_TYPE = "– by its type, no rule –"


class ColumnEditor:
    """The chosen column of a plan."""

    def __init__(self, model: PlanModel) -> None:
        self.model, self._filling = model, False
        self.head, self.doc = Doc("dc-bare"), Doc("dc-bare")
        self.search = labelled(
            w.Text, "Find generator", placeholder="cpf, email, date…", layout=w.Layout(width="330px")
        )
        self.search.style.description_width = "130px"
        self.generators = labelled(
            w.Select, "Generator", options=[], layout=w.Layout(width="460px", height="128px"), label_width="130px"
        )
        self.issues = w.HTML(layout=w.Layout(width="auto"))
        self.issues.add_class("dc-bare")
        self.form = FormView(model.set_param)
        self.null_rate = FieldView(FormField("null_rate", "number", False, ""), model.set_null_rate, "Null rate")
        self.transforms = TransformsView(model)
        self.search.observe(self._searched, ["value"])
        self.generators.observe(self._picked, ["value"])
        parts = [self.search, self.generators, self.issues, self.doc.widget, self.form.widget, self.null_rate.widget]
        self._controls = w.VBox([*parts, self.transforms.widget], layout=w.Layout(grid_gap="2px"))
        self.widget = w.VBox([self.head.widget, self._controls])

    def refresh(self) -> None:
        """Show the model's column."""
        model = self.model
        column, rule = model.schema_column, model.rule
        self._controls.layout.display = None if column is not None and model.plan is not None else "none"
        self.head.show(self._head())
        if column is None or model.plan is None:
            return
        self._offer(rule.generator_id if rule else None)
        spec = _spec(rule.generator_id) if rule else None
        here = [
            *model.issues_at("generator", exactly=True),
            *model.issues_at("generator", "id"),
            *model.issues_at(exactly=True),
            *model.issues_at("params", exactly=True),
        ]
        show_issues(self.issues, here)
        self.doc.show(Document("", (), (Note(spec.doc),)) if spec else None)
        params = rule.effective_params if rule and isinstance(rule.effective_params, Mapping) else {}
        fields = form_fields(spec.params) if spec else ()
        self.form.show(fields, params, lambda name: model.issues_at("params", name))
        self._show_nulls(rule)
        self.transforms.refresh()

    def _show_nulls(self, rule: Any) -> None:
        usable = rule is not None and self.model.may_be_null
        self.null_rate.control.disabled = not usable
        default = f"default {self.model.plan.null_rate:g}" if self.model.plan else ""
        reason = "the column is NOT NULL" if not self.model.may_be_null else "needs a generator"
        self.null_rate.control.placeholder = f"0 to 1, {default}" if usable else reason
        self.null_rate.show(rule.null_rate if rule else None, self.model.issues_at("null_rate"))

    def _head(self) -> Document | None:
        model = self.model
        column, table = model.schema_column, model.schema_table
        if column is None or table is None:
            return Document("", (), (Note("No schema yet: connect to a database, and read its catalog.", "off"),))
        if model.plan is None:
            return Document("", (), (Note("No plan yet: draft one.", "off"),))
        keys = [key for key in table.foreign_keys if column.name in key.columns]
        rule = model.rule
        checks = [check.expression for check in table.checks if column.name in check.columns]
        notes = facts(
            *column_facts(column, table),
            ("takes", f"the key of its {keys[0].target} row" if keys else None),
            ("CHECK", Code(" and ".join(checks)) if checks else None),
            ("why", rule.evidence or rule.comment if rule else None),
        )
        badge = Badge("not null", "info") if not model.may_be_null else Badge("may be null", "off")
        return Document(f"{model.table}.{show_ident(column.name)}", (badge,), (notes,))

    def _offer(self, chosen: str | None) -> None:
        column = self.model.schema_column
        if column is None:
            return
        category = category_of(column.column_type, self.model.bench.schema)
        found = [spec.id for spec in matching_generators(self.search.value, category)]
        if chosen is not None and chosen not in found:
            found = [chosen, *found]
        self._filling = True
        try:
            set_options(self.generators, [(_BY_TYPE, NOTHING), *((id_, id_) for id_ in found)], chosen or NOTHING)
        finally:
            self._filling = False

    def _searched(self, change: Any) -> None:
        self._offer(self.model.rule.generator_id if self.model.rule else None)

    def _picked(self, change: Any) -> None:
        if not self._filling:
            self.model.set_generator(change["new"] or None)


def _spec(id_: str) -> Any:
    from datalchemy_nb.domains.registry import find_generator

    return find_generator(id_)
