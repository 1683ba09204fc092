"""Base of the panels: a view over a model, built when first shown."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import ipywidgets as w

from datalchemy_nb.progress import duration
from datalchemy_nb.results.base import Preview
from datalchemy_nb.show.document import Grid
from datalchemy_nb.widgets.models.workbench import PanelModel
from datalchemy_nb.widgets.panels.look import NoticeLine, magic_line


class Panel(ABC):
    """One panel.

    Args:
        model: what it shows and does.
    """

    def __init__(self, model: PanelModel) -> None:
        self._filling = False
        self.notice = NoticeLine(model)
        self.widget = w.VBox(
            [*self.build(), magic_line(model)], layout=w.Layout(width="100%", grid_gap="6px", overflow="visible")
        )

    @abstractmethod
    def build(self) -> list[w.Widget]:
        """Return the controls, top to bottom."""

    @contextmanager
    def filling(self) -> Iterator[None]:
        """Changes made in this block are the model's, not the user's."""
        before, self._filling = self._filling, True
        try:
            yield
        finally:
            self._filling = before

    def on_user(self, control: Any, act: Any, trait: str = "value") -> None:
        """Call ``act(value)`` when the user, not the model, changes a control."""

        def changed(change: Any) -> None:
            if not self._filling:
                act(change["new"])

        control.observe(changed, [trait])


def place_of(preview: Preview) -> str:
    """Which rows of which table, and how long they took."""
    last = preview.offset + preview.frame.height - 1
    shown = f"rows {preview.offset:,} to {last:,}" if preview.frame.height else "no rows"
    return f"{preview.ref}: {shown} of {preview.total:,}, in {duration(preview.seconds)}"


def marked(grid: Grid) -> Grid:
    """The grid with its first column of data marked: the one being edited."""
    number, edited, *others = grid.headings
    return replace(grid, headings=(number, replace(edited, name=f"▸ {edited.name}"), *others))
