"""Choosing one of several kinds and its fields: a distribution, children per parent."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

import ipywidgets as w

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.widgets.models.variant import VariantModel
from datalchemy_nb.widgets.panels.form import FIELD_WIDTH, LABEL_WIDTH, FormView, show_issues
from datalchemy_nb.widgets.panels.look import NOTHING, labelled, prose

IssuesAt = Callable[..., Iterable[Issue]]


class VariantView:
    """A list of kinds, what the chosen one means, and its fields.

    Args:
        label: beside the list.
        nothing: what stands for none of them.
        issues_at: issues of the plan about it, by field; all without one.
        plot: stands between what a kind means and its fields.
    """

    def __init__(
        self, model: VariantModel, label: str, nothing: str, issues_at: IssuesAt, plot: w.Widget | None = None
    ) -> None:
        self.model, self._issues_at, self._filling = model, issues_at, False
        self._nothing = nothing
        self.kind = labelled(
            w.Dropdown, label, options=self._options(None), layout=w.Layout(width=FIELD_WIDTH), label_width=LABEL_WIDTH
        )
        self.kind.observe(self._chosen, ["value"])
        self.told = prose()
        self.issues = w.HTML(layout=w.Layout(width="auto", display="none"))
        self.issues.add_class("dc-bare")
        self.form = FormView(model.set)
        drawn = [plot] if plot is not None else []
        self.widget = w.VBox([self.kind, self.told.widget, *drawn, self.form.widget, self.issues])
        model.observe(lambda _: self.refresh(), ["pending"])

    def _options(self, offered: Collection[str] | None) -> list[tuple[str, str]]:
        kinds = [kind for kind in self.model.kinds if offered is None or kind in offered]
        return [(self._nothing, NOTHING), *((kind.replace("_", " "), kind) for kind in kinds)]

    def refresh(self, *, usable: bool = True, offered: Collection[str] | None = None) -> None:
        """Show the model.

        Args:
            usable: whether one can be chosen.
            offered: kinds that are possible here; None = all.
        """
        model, variant = self.model, self.model.variant
        self._filling = True
        try:
            options = self._options(offered if offered is None or variant is None else {*offered, variant.kind})
            if list(self.kind.options) != options:
                self.kind.options = options
            self.kind.value = variant.kind if variant else NOTHING
            self.kind.disabled = not usable
        finally:
            self._filling = False
        waiting = f" Not in the plan yet: it needs {' and '.join(model.missing)}." if model.missing else ""
        self.told.show(variant.doc + waiting if variant else "")
        self.form.show(variant.fields if variant else (), model.values, self._about)
        fields = {issue for name in self.form.views for issue in self._about(name)}
        rest = (*model.problem(""), *(self._issues_at() if model.pending is None else ()))
        show_issues(self.issues, [issue for issue in rest if issue not in fields])

    def _about(self, name: str) -> tuple[Issue, ...]:
        if self.model.pending is not None:
            return self.model.problem(name)
        return tuple(self._issues_at(name))

    def _chosen(self, change: dict[str, object]) -> None:
        if not self._filling:
            self.model.choose(str(change["new"]) or None)
