"""A list to choose from, whose choice is what the person saw when choosing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import ipywidgets as w

from datalchemy_nb.widgets.panels.look import labelled
from datalchemy_nb.widgets.words import say

Options = Sequence[tuple[str, Any]]


class Choice:
    """A stock list that is replaced when other values are offered.

    The browser sends a choice as its place in the list. While a list is filtered, that place may be one of the list
    before; so each offer has a control of its own, which stands for what it showed. Labels may change in place.

    Args:
        kind: ``Select`` or ``Dropdown``.
        on_choose: gets the value a person chose.
        label: beside the list; empty for none.
        layout: of the place it stands in; the control fills it.
        settings: of the control.
    """

    def __init__(
        self, kind: Any, on_choose: Callable[[Any], Any], *, label: str = "", layout: w.Layout, **settings: Any
    ) -> None:
        self._kind, self._on_choose, self._label, self._settings = kind, on_choose, label, settings
        self._filling = False
        self._before: Any = None
        self.control = self._made(())
        self.widget = w.Box([self.control], layout=layout)
        self.widget.layout.overflow = "visible"

    @property
    def options(self) -> list[tuple[str, Any]]:
        """Label and value of what is offered."""
        return list(self.control.options)

    @property
    def value(self) -> Any:
        """What is chosen; to set it is to choose it."""
        return self.control.value

    @value.setter
    def value(self, value: Any) -> None:
        self.control.value = value

    def show(self, options: Options, value: Any) -> None:
        """Offer options with one of them chosen, touching only what differs."""
        values = [item for _, item in options]
        index = values.index(value) if value in values else None
        self._filling = True
        try:
            if values != [item for _, item in self.control.options]:
                self._replace(options)
            with self.control.hold_sync():
                if list(self.control.options) != list(options):
                    self.control.index = None
                    self.control.options = list(options)
                if self.control.index != index:
                    self.control.index = index
        finally:
            self._filling = False

    def _replace(self, options: Options) -> None:
        # The one before may still be clicked on; what it says then is still what was seen.
        if self._before is not None:
            self._before.close()
        self._before, self.control = self.control, self._made(options)
        self.widget.children = (self.control,)

    def _made(self, options: Options) -> Any:
        settings = {**self._settings, "options": list(options), "index": None}
        layout = w.Layout(width="100%", height=settings.pop("height", None))
        make = labelled if self._label else _unlabelled
        made = make(self._kind, self._label, layout=layout, **settings)
        made.observe(self._chosen, ["value"])
        return made

    def _chosen(self, change: Any) -> None:
        if not self._filling and change["new"] is not None:
            self._on_choose(change["new"])


def _unlabelled(kind: Any, label: str, **settings: Any) -> Any:
    return kind(**settings | {name: say(settings[name]) for name in ("placeholder", "tooltip") if name in settings})
