"""The plot of a column's values, with handles to drag."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
from traitlets import Dict

from datalchemy_nb.show.escape import clip, visible

if TYPE_CHECKING:
    from datalchemy_nb.widgets.models.shape import Shape

_HERE = Path(__file__).parent
_MOST_CHARS = 60


class ShapeWidget(anywidget.AnyWidget):
    """Draws a shape.

    Args:
        on_move: gets the field whose handle was let go, and where on the axis.
        on_weigh: gets the number of a bar, and its new weight.

    Attributes:
        shape: what is drawn; empty for nothing.
    """

    _esm = _HERE / "shape.js"
    _css = _HERE / "shape.css"
    shape: Any = Dict().tag(sync=True)

    def __init__(self, on_move: Callable[[str, float], Any], on_weigh: Callable[[int, float], Any]) -> None:
        super().__init__()
        self._on_move, self._on_weigh = on_move, on_weigh
        self.on_msg(self._heard)

    def show(self, shape: Shape | None, label: str) -> None:
        """Show it; None shows nothing and takes no room."""
        drawn: dict[str, Any] = {}
        if shape is not None:
            labels = [clip(visible(text), _MOST_CHARS) for text in shape.labels]
            drawn = {**asdict(shape), "labels": labels, "label": visible(label)}
        if drawn != self.shape:
            self.shape = drawn
        self.layout.display = None if drawn else "none"

    def _heard(self, _: Any, content: Any, buffers: Any = None) -> None:
        match content:
            case {"act": "move", "name": str(name), "at": int(at) | float(at)}:
                self._on_move(name, float(at))
            case {"act": "weigh", "place": int(place), "weight": int(weight) | float(weight)}:
                self._on_weigh(place, float(weight))
