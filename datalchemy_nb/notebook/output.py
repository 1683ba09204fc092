"""Putting things into a cell's output."""

from __future__ import annotations

from typing import Any


def show(value: Any) -> None:
    """Display an object as IPython would."""
    _display()(value)


def show_title(title: str) -> None:
    """Display a line of text, set strongly."""
    from datalchemy_nb.show.escape import escape, visible

    bundle = {"text/plain": f"── {visible(title)}", "text/html": f"<p><strong>{escape(title)}</strong></p>"}
    show_bundle(bundle)


def show_bundle(bundle: dict[str, str], *, updatable: bool = False) -> Any:
    """Display a mimebundle; with ``updatable``, return the handle that replaces it."""
    return _display()(bundle, raw=True, display_id=True) if updatable else _display()(bundle, raw=True)


def _display() -> Any:
    from IPython import display

    return display.display
