"""A button that copies, and a drawing that can be clicked."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget
from traitlets import Unicode

from datalchemy_nb.widgets.words import say

_HERE = Path(__file__).parent


class CopyButton(anywidget.AnyWidget):
    """Puts a text into the clipboard.

    Args:
        label: on the button.
        text: makes the text when it is asked for.
    """

    _esm = _HERE / "copy.js"
    _css = (
        ".dc-copy{display:inline-flex;align-items:center;gap:6px;width:auto}"
        ".dc-copy button{width:auto;margin:2px}.dc-copy span:empty{display:none}"
        ".dc-copy textarea{width:200px;height:28px}"
    )
    label = Unicode("").tag(sync=True)
    tip = Unicode("").tag(sync=True)

    def __init__(self, label: str, text: Callable[[], str], tip: str = "") -> None:
        super().__init__(label=say(label), tip=say(tip or label))
        self.text = text
        self.on_msg(self._asked)

    def _asked(self, _: Any, content: Any, buffers: Any = None) -> None:
        if isinstance(content, dict) and content.get("act") == "copy":
            self.send({"text": self.text()})


class DrawingWidget(anywidget.AnyWidget):
    """A drawing of our own, whose parts can be opened.

    Args:
        on_open: gets what the part that was clicked stands for.

    Attributes:
        svg: made by this package, every text in it escaped.
    """

    _esm = _HERE / "drawing.js"
    _css = (
        ".dc-drawing.datalchemy{overflow:auto;max-height:440px;padding:6px}"
        ".dc-drawing.datalchemy svg{max-width:none}"
        ".dc-drawing [data-open]{cursor:pointer}"
        ".dc-drawing [data-open]:hover .h,.dc-drawing [data-open]:focus-visible .h{fill:var(--d-info-bg)}"
        ".dc-drawing [data-open]:focus-visible{outline:2px solid var(--d-accent)}"
    )
    svg = Unicode("").tag(sync=True)

    def __init__(self, on_open: Callable[[str], Any]) -> None:
        super().__init__()
        self._on_open = on_open
        self.on_msg(self._heard)

    def _heard(self, _: Any, content: Any, buffers: Any = None) -> None:
        match content:
            case {"act": "open", "key": str(key)}:
                self._on_open(key)
