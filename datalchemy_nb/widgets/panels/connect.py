"""Connect: a profile, a test, the catalog. A password is read once and kept nowhere."""

from __future__ import annotations

import ipywidgets as w

from datalchemy_nb.results.connection import describe_connected
from datalchemy_nb.widgets.models.connect import DEMO, TYPED, ConnectModel
from datalchemy_nb.widgets.panels.look import Doc, button, hint, labelled, row
from datalchemy_nb.widgets.panels.panel import Panel
from datalchemy_nb.widgets.words import say

_TRAITS = ("host", "port", "user", "database")


class ConnectPanel(Panel):
    """Where to connect to."""

    def __init__(self, model: ConnectModel) -> None:
        self.model = model
        super().__init__(model)
        model.observe(lambda _: self.refresh(), ["profile", "busy"])
        model.bench.observe(lambda _: self.refresh(), ["connection", "schema"])
        self.refresh()

    def build(self) -> list[w.Widget]:
        """Profile, typed place, schemas, buttons, and what answered."""
        model = self.model
        self.profile = labelled(
            w.Dropdown, "Profile", options=list(model.profiles), value=model.profile, layout=w.Layout(width="460px")
        )
        self.on_user(self.profile, lambda value: setattr(model, "profile", value))
        self.fields = {name: self._field(name) for name in _TRAITS}
        self.password = labelled(w.Password, "Password", layout=w.Layout(width="300px"))
        secret = row(self.password, hint("sent once, then forgotten; better in ~/.pgpass or a service file"))
        place = [w.HBox([self.fields["host"], self.fields["port"]], layout=w.Layout(flex_flow="row wrap"))]
        self.place = w.VBox([*place, self.fields["user"], self.fields["database"], secret])
        self.schemas = labelled(
            w.Text, "Schemas", placeholder="all", value=model.schemas, layout=w.Layout(width="300px")
        )
        self.on_user(self.schemas, lambda value: setattr(model, "schemas", value))
        self.test = button("Connect", self._test, main=True, tip="Try the connection and keep it; read-only")
        self.read = button(
            "Read the catalog", model.introspect, tip="Read tables, columns and constraints; never a row"
        )
        self.answer = Doc()
        schemas = row(self.schemas, hint("names divided by commas"))
        return [self.profile, self.place, schemas, row(self.test, self.read), self.notice.widget, self.answer.widget]

    def _field(self, name: str) -> w.Text:
        width = "150px" if name == "port" else "300px"
        field = labelled(w.Text, name.capitalize(), value=getattr(self.model, name), layout=w.Layout(width=width))
        if name == "port":
            field.style.description_width = "40px"
        self.on_user(field, lambda value: setattr(self.model, name, value))
        return field

    def _test(self) -> None:
        password, self.password.value = self.password.value, ""
        self.model.test(password)

    def refresh(self) -> None:
        """Show the model."""
        connection = self.model.bench.connection
        self.place.layout.display = None if self.model.profile == TYPED else "none"
        self.test.description = say("Start and connect" if self.model.profile == DEMO else "Connect")
        self.test.disabled = self.read.disabled = bool(self.model.busy)
        self.read.disabled = self.read.disabled or connection is None
        self.read.button_style = "primary" if connection is not None and self.model.bench.schema is None else ""
        self.answer.show(describe_connected(connection) if connection else None)
