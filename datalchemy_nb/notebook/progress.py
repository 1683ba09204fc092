"""Progress in a notebook: one output that is updated, whose last state is saved with the cell."""

from __future__ import annotations

from typing import Any, Protocol

from datalchemy_nb.notebook.output import show_bundle
from datalchemy_nb.progress import Meter, Tick


class ProgressSink(Protocol):
    """Receives events through its meter until it is closed."""

    meter: Meter

    def close(self) -> None:
        """Leave the last state standing."""


class NotebookProgress:
    """Updates one display at most ten times a second."""

    def __init__(self) -> None:
        self.meter = Meter(self._show)
        self._handle: Any = None

    def _show(self, tick: Tick) -> None:
        from datalchemy_nb.results import mimebundle

        bundle = mimebundle(tick)
        if self._handle is None:
            self._handle = show_bundle(bundle, updatable=True)
        else:
            self._handle.update(bundle, raw=True)
        if tick.last:
            self._handle = None

    def close(self) -> None:
        """Show the last state as finished."""
        self.meter.close()


def progress_for(shell: Any) -> ProgressSink:
    """The notebook's progress where there is a front end that updates outputs, the terminal's elsewhere."""
    if getattr(shell, "kernel", None) is not None:
        return NotebookProgress()
    from datalchemy_nb.commands.terminal import TerminalProgress

    return TerminalProgress()
