"""The steps applied to a column's values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import ipywidgets as w

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.plan import TransformRef
from datalchemy_nb.transforms.base import find_transform, transforms
from datalchemy_nb.widgets.models.fields import form_fields
from datalchemy_nb.widgets.models.plan import PlanModel
from datalchemy_nb.widgets.models.plan_edits import with_step_param
from datalchemy_nb.widgets.panels.form import FIELD_WIDTH, LABEL_WIDTH, FormView, show_issues
from datalchemy_nb.widgets.panels.look import NOTHING, button, hint, labelled, row

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
