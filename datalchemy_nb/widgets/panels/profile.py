"""Profile: what is counted of a real database, each relation to tick, and each column beside what the plan makes."""

from __future__ import annotations

import ipywidgets as w

from datalchemy_nb.contracts.names import show_ident
from datalchemy_nb.results.profile import describe_beside, relation_in_words
from datalchemy_nb.widgets.models.profile import ProfileModel
from datalchemy_nb.widgets.panels.look import button, choices, hint, labelled, row
from datalchemy_nb.widgets.panels.panel import Panel
from datalchemy_nb.widgets.panels.sheet import Sheet
from datalchemy_nb.widgets.words import say


class ProfilePanel(Panel):
    """A profile, its relations, and its columns beside the plan's."""

    def __init__(self, model: ProfileModel) -> None:
        self.model = model
        super().__init__(model)
        model.observe(lambda _: self.refresh(), ["table", "tables", "made", "busy", "scale"])
        model.observe(lambda _: self._relations(), ["profile"])
        model.bench.observe(lambda _: self.refresh(), ["connection", "database", "schema"])
        self.refresh()

    def build(self) -> list[w.Widget]:
        """Read, tick, draft; then the columns of a table."""
        model = self.model
        self.read = button("Count", model.read, main=True, tip="Counts on the server, read-only; no row leaves it")
        self.values = w.Checkbox(description=say("also values that many rows have"), indent=False)
        self.values.layout = w.Layout(width="auto")
        self.on_user(self.values, lambda value: setattr(model, "values", value))
        self.draft = button("Draft", model.draft, tip="Draft a plan that follows the profile and what is ticked")
        self.scale = labelled(w.BoundedFloatText, "Scale", value=1.0, min=0.0001, max=1000, step=0.1)
        self.scale.layout = w.Layout(width="200px")
        self.on_user(self.scale, lambda value: setattr(model, "scale", value))
        self.told = hint("counts, shares and values that at least ten rows have; columns of people stay unseen")
        self.relations = w.VBox(layout=w.Layout(max_height="240px", overflow="auto"))
        self.table = labelled(w.Dropdown, "Table", options=[])
        self.on_user(self.table, lambda value: setattr(model, "table", value or ""))
        self.shown = Sheet()
        return [
            row(self.read, self.values, self.told),
            self.notice.widget,
            self.relations,
            row(self.draft, self.scale),
            self.table,
            self.shown.widget,
        ]

    def refresh(self) -> None:
        """Show the model."""
        model = self.model
        usable = bool(model.session.database) and not model.busy
        with self.filling():
            self.values.value, self.scale.value = model.values, model.scale
            self.table.options = choices(model.tables)
            self.table.value = model.table or None
        self.read.disabled = not usable
        self.draft.disabled = model.profile is None or bool(model.busy) or model.bench.schema is None
        for part in (self.table, self.scale, self.draft, self.relations):
            part.layout.display = None if model.profile is not None else "none"
        found = model.profile and next((one for one in model.profile.tables if str(one.ref) == model.table), None)
        made = model.made.frame if model.made is not None else None
        self.shown.show(describe_beside(found, made) if found is not None else None)

    def _relations(self) -> None:
        """A box for each relation that was counted."""
        boxes = []
        for at, one in enumerate(self.model.relations):
            where = f"{one.ref}.{show_ident(one.column)}"
            box = w.Checkbox(
                value=True, indent=False, layout=w.Layout(width="auto"),
                description=f"{where} {relation_in_words(one)} — {one.told}",
            )  # fmt: skip
            box.observe(lambda change, at=at: self.model.keep(at, bool(change["new"])), ["value"])
            boxes.append(box)
        self.relations.children = boxes
        self.refresh()
