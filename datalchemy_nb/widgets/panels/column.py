"""One column's rule: generator with search, parameters, locale, distribution, null rate, transforms; or its key's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import ipywidgets as w

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import show_ident
from datalchemy_nb.contracts.plan import TransformRef
from datalchemy_nb.results.schema import column_facts
from datalchemy_nb.show.document import Badge, Code, Dim, Document, Note, facts
from datalchemy_nb.transforms.base import find_transform, transforms
from datalchemy_nb.widgets.front.grid import Actions, Column, Grid, Row
from datalchemy_nb.widgets.front.shape import ShapeWidget
from datalchemy_nb.widgets.models.fields import FormField, form_fields
from datalchemy_nb.widgets.models.plan import PlanModel
from datalchemy_nb.widgets.models.plan_edits import with_step_param
from datalchemy_nb.widgets.panels.choice import Choice
from datalchemy_nb.widgets.panels.form import FIELD_WIDTH, LABEL_WIDTH, FieldView, FormView, show_issues
from datalchemy_nb.widgets.panels.look import NOTHING, Doc, button, hint, labelled, prose, row
from datalchemy_nb.widgets.panels.variant import VariantView
from datalchemy_nb.widgets.words import say

_CHOOSE = "add a transform…"


class TransformsView:
    """Steps in order, each with its parameters; one more can be added."""

    def __init__(self, model: PlanModel) -> None:
        self.model = model
        self.steps: list[StepView] = []
        self._ids: list[str] = []
        options = [(_CHOOSE, NOTHING), *((id_.removeprefix("transform."), id_) for id_ in transforms())]
        self.add = labelled(
            w.Dropdown, "Transforms", options=options, layout=w.Layout(width=FIELD_WIDTH), label_width=LABEL_WIDTH
        )
        self.add.observe(self._added, ["value"])
        self._box = w.VBox()
        self.widget = w.VBox([self._box, self.add])

    def refresh(self) -> None:
        """Show the model's steps; views are made anew only when the steps are others."""
        rule = self.model.rule
        self.add.disabled = rule is None
        steps = rule.transforms if rule else ()
        ids = [step.transform for step in steps]
        if ids != self._ids:
            self._ids = ids
            self.steps = [StepView(self.model, i, step.transform) for i, step in enumerate(steps)]
            self._box.children = [view.widget for view in self.steps]
        for view, step in zip(self.steps, steps, strict=True):
            view.show(step)

    def _added(self, change: Any) -> None:
        if change["new"] in (None, NOTHING) or self.model.rule is None:
            return
        self.add.value = NOTHING
        self.model.set_transforms((*self.model.rule.transforms, TransformRef(transform=change["new"])))


class StepView:
    """One step."""

    def __init__(self, model: PlanModel, index: int, id_: str) -> None:
        self.model, self.index = model, index
        spec = find_transform(id_)
        self._fields = form_fields(spec.params) if spec else ()
        self.form = FormView(self._changed)
        self.issues = w.HTML()
        self.issues.add_class("dc-bare")
        name = w.Label(f"{index + 1}. {id_.removeprefix('transform.')}", layout=w.Layout(margin="0 0 0 18px"))
        head = row(name, button("Remove", self._removed, tip=f"Remove {id_}"), hint(spec.doc if spec else ""))
        self.widget = w.VBox([head, self.issues, self.form.widget])

    def show(self, step: TransformRef) -> None:
        """Show its parameters and what is wrong with them."""
        at = self.model.issues_at
        params = step.params if isinstance(step.params, Mapping) else {}
        self.form.show(self._fields, params, lambda name: at("transforms", self.index, "params", name))
        shown = {issue for name in self.form.views for issue in at("transforms", self.index, "params", name)}
        show_issues(self.issues, _without(at("transforms", self.index), shown))

    def _changed(self, name: str, value: Any) -> None:
        self._replace(lambda step: (with_step_param(step, name, value),))

    def _removed(self) -> None:
        self._replace(lambda step: ())

    def _replace(self, change: Callable[[TransformRef], tuple[TransformRef, ...]]) -> None:
        rule = self.model.rule
        if rule is not None and self.index < len(rule.transforms):
            steps = rule.transforms
            after = (*steps[: self.index], *change(steps[self.index]), *steps[self.index + 1 :])
            self.model.set_transforms(after)


def _without(issues: Iterable[Issue], shown: set[Issue]) -> list[Issue]:
    return [issue for issue in issues if issue not in shown]


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


_BY_TYPE = "– by its type, no rule –"
_NEEDS_RULE = "needs a generator"


class ColumnEditor:
    """The chosen column of a plan."""

    def __init__(self, model: PlanModel) -> None:
        self.model = model
        self._place: object = None
        self.head, self.doc = Doc("dc-bare"), prose()
        self.generators = GeneratorPicker(model)
        self.issues = w.HTML(layout=w.Layout(width="auto"))
        self.issues.add_class("dc-bare")
        self.form = FormView(model.set_param)
        self.locale = _Locale(model)
        self.plot = ShapeWidget(model.drag, model.weigh)
        self.distribution = VariantView(
            model.distribution, "Distribution", "the generator's own", self._shaped, self.plot
        )
        model.distribution.observe(lambda _: self._draw(), ["pending"])
        self.null_rate = FieldView(FormField("null_rate", "number", False, ""), model.set_null_rate, "Null rate")
        self.transforms = TransformsView(model)
        self.relation = RelationEditor(model)
        parts = [self.generators.grid.widget, self.issues, self.doc.widget, self.form.widget]
        settings = [self.locale.view, self.distribution.widget, self.null_rate.widget, self.transforms.widget]
        self._rule = w.VBox([*parts, *settings], layout=w.Layout(grid_gap="4px"))
        self.widget = w.VBox([self.head.widget, self._rule, self.relation.widget])

    def refresh(self) -> None:
        """Show the model's column."""
        model = self.model
        if (model.table, model.column) != self._place:
            # What was searched for one column says nothing of the next.
            self._place, model.wanted = (model.table, model.column), ""
        column, rule = model.schema_column, model.rule
        known = column is not None and model.plan is not None
        # A foreign key takes the values of its parents, whatever a rule says; a rule that is there can be taken out.
        ruled = known and (model.key is None or rule is not None)
        self._rule.layout.display = None if ruled else "none"
        self.head.show(self._head())
        if not known:
            self.relation.widget.layout.display = "none"
            return
        self.relation.refresh()
        if ruled:
            self._show_rule(rule)

    def _show_rule(self, rule: Any) -> None:
        model = self.model
        self.generators.refresh(rule.generator_id if rule else None)
        spec = _spec(rule.generator_id) if rule else None
        here = [
            *model.issues_at("generator", exactly=True),
            *model.issues_at("generator", "id"),
            *model.issues_at(exactly=True),
            *model.issues_at("params", exactly=True),
        ]
        show_issues(self.issues, here)
        self.doc.show(spec.doc if spec else "")
        params = rule.effective_params if rule and isinstance(rule.effective_params, Mapping) else {}
        self.form.show(form_fields(spec.params) if spec else (), params, lambda name: model.issues_at("params", name))
        self.locale.refresh(spec)
        self._draw()
        self._show_nulls(rule)
        self.transforms.refresh()

    def _show_nulls(self, rule: Any) -> None:
        usable = rule is not None and self.model.may_be_null
        self.null_rate.control.disabled = not usable
        default = f"default {self.model.plan.null_rate:g}" if self.model.plan else ""
        reason = _NEEDS_RULE if self.model.may_be_null else "the column is NOT NULL"
        self.null_rate.control.placeholder = f"0 to 1, {default}" if usable else reason
        self.null_rate.show(rule.null_rate if rule else None, self.model.issues_at("null_rate"))

    def _draw(self) -> None:
        """Show the distribution, and the values that it gives."""
        model = self.model
        usable = model.rule is not None
        self.distribution.refresh(usable=usable, offered=model.kinds if usable else ())
        shape = model.shape if usable else None
        self.plot.show(shape, f"Values of {model.column} in {shape.rows:,} rows" if shape else "")

    def _shaped(self, *parts: str) -> tuple[Issue, ...]:
        return self.model.issues_at("generator", "distribution", *parts)

    def _head(self) -> Document | None:
        model = self.model
        column, table = model.schema_column, model.schema_table
        if column is None or table is None:
            return Document("", (), (Note("No schema yet: connect to a database, and read its catalog.", "off"),))
        if model.plan is None:
            return Document("", (), (Note("No plan yet: draft one.", "off"),))
        checks = [check.expression.removeprefix("CHECK ") for check in table.checks if column.name in check.columns]
        # Type, keys and evidence stand in the grid above.
        known = [fact for fact in column_facts(column, table) if fact[0] in ("default", "comment")]
        notes = facts(*known, ("check", Code(" and ".join(checks)) if checks else None))
        badge = Badge("may be null", "off") if model.may_be_null else Badge("not null", "info")
        return Document(f"{model.table}.{show_ident(column.name)}", (badge,), (notes,) if notes.items else ())


class GeneratorPicker:
    """Generators for the chosen column: found by what words mean, best first, each with values it would give."""

    def __init__(self, model: PlanModel) -> None:
        self.model = model
        self.grid = Grid(
            "Generators",
            Actions(choose=self._chosen, query=self._searched),
            height="150px",
            find="Find generator",
            find_hint="phone, telefone, cpf, date…",
            empty="No generator fits the words and the column's type.",
        )
        model.observe(lambda _: self.refresh(model.rule.generator_id if model.rule else None), ["wanted"])

    def refresh(self, chosen: str | None) -> None:
        """Show candidates; the chosen one stands among them."""
        found = self.model.candidates()
        rows = [Row(NOTHING, (Dim(_BY_TYPE), None, None))] if not self.model.wanted.strip() else []
        if chosen is not None and chosen not in {one.spec.id for one in found}:
            spec = _spec(chosen)
            rows.append(Row(chosen, (Code(chosen), None, spec.doc if spec else None)))
        for one in found:
            told = Dim(" · ".join(one.samples)) if one.samples else None
            rows.append(Row(one.spec.id, (Code(one.spec.id), told, one.why or one.spec.doc)))
        columns = (Column("generator"), Column("samples"), Column("what"))
        self.grid.show(columns, rows, selected=chosen or NOTHING, view={"query": self.model.wanted})

    def _chosen(self, key: str) -> None:
        params = next((one.params for one in self.model.candidates() if one.spec.id == key), {})
        self.model.set_generator(key or None, params)

    def _searched(self, text: str) -> None:
        self.model.wanted = text


class _Locale:
    """The generator's own locale, where one changes its values."""

    def __init__(self, model: PlanModel) -> None:
        self.model = model
        self.choice = Choice(
            w.Dropdown,
            lambda name: model.set_locale(name or None),
            label="Locale",
            label_width=LABEL_WIDTH,
            layout=w.Layout(width=FIELD_WIDTH),
        )
        self.issues = w.HTML(layout=w.Layout(width="auto", display="none"))
        self.issues.add_class("dc-bare")
        self.view = w.VBox([self.choice.widget, self.issues])

    def refresh(self, spec: Any) -> None:
        """Show the rule's locale; nothing where there is none to choose."""
        model, rule = self.model, self.model.rule
        shown = rule is not None and model.plan is not None and (rule.locale or (spec and spec.locale_aware))
        self.view.layout.display = None if shown else "none"
        if not shown or rule is None or model.plan is None:
            return
        from datalchemy_nb.planning.rules.generators import available_locales

        names = sorted({*available_locales(), *([rule.locale] if rule.locale else [])})
        self.choice.show(
            [(f"the plan's, {model.plan.locale}", NOTHING), *((name, name) for name in names)], rule.locale or NOTHING
        )
        show_issues(self.issues, model.issues_at("generator", "locale"))


def _spec(id_: str) -> Any:
    from datalchemy_nb.domains.registry import find_generator

    return find_generator(id_)
