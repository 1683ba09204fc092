"""Golden: choose, compare, accept after a confirmation."""

from __future__ import annotations

import ipywidgets as w

from datalchemy_nb.results.golden import describe_check
from datalchemy_nb.widgets.models.golden import GoldenModel
from datalchemy_nb.widgets.panels.look import button, hint, labelled, row
from datalchemy_nb.widgets.panels.panel import Panel
from datalchemy_nb.widgets.panels.runs import run_choice, run_options
from datalchemy_nb.widgets.panels.sheet import Sheet
from datalchemy_nb.widgets.words import say


class GoldenPanel(Panel):
    """A golden against a run."""

    def __init__(self, model: GoldenModel) -> None:
        self.model = model
        super().__init__(model)
        model.observe(lambda _: self.refresh(), ["names", "name", "run_id", "confirmed", "busy"])
        model.bench.observe(lambda _: self.refresh(), ["difference", "runs"])
        self.refresh()

    def build(self) -> list[w.Widget]:
        """Golden and run, buttons, the difference."""
        model = self.model
        self.name = labelled(w.Combobox, "Golden", options=[], value=model.name, layout=w.Layout(width="340px"))
        self.name.placeholder = say("choose one, or name a new one")
        self.on_user(self.name, lambda value: setattr(model, "name", value))
        self.run = run_choice(model, "initial")
        self.compare = button("Compare", model.check, main=True, tip="Show where the run differs from the golden")
        self.accept = button("Accept the run", model.accept, tip="Make this run the golden")
        self.confirm = w.Checkbox(description=say("replace the golden of this name"), indent=False)
        self.confirm.layout = w.Layout(width="auto")
        self.on_user(self.confirm, lambda value: setattr(model, "confirmed", value))
        self.told = hint("a name that is not taken makes a new golden; the newest run counts if none is chosen")
        self.shown = Sheet()
        act = row(self.compare, self.accept, self.confirm, self.told)
        return [row(self.name, self.run.widget), act, self.notice.widget, self.shown.widget]

    def refresh(self) -> None:
        """Show the model."""
        model, bench = self.model, self.model.bench
        with self.filling():
            self.name.options = list(model.names)
            self.name.value = model.name
            self.confirm.value = model.confirmed
        self.run.show(run_options(bench), model.run_id)
        self.compare.disabled = bool(model.busy) or not model.exists or not bench.runs
        self.accept.disabled = (
            bool(model.busy) or not model.name.strip() or not bench.runs or (model.exists and not model.confirmed)
        )
        self.confirm.layout.display = "none" if not model.exists else None
        self.told.layout.display = "none" if model.exists else None
        self.shown.show(describe_check(bench.difference) if bench.difference else None)
