"""Progress and errors on a terminal."""

from __future__ import annotations

import sys
import threading
import time
from typing import TextIO

from datalchemy_nb.errors import DatalchemyError, PlanInvalid
from datalchemy_nb.progress import QUIET_SECONDS, Meter, Tick, duration, progress_line

_CLEAR = "\x1b[K"
_MAX_LINES = 5
_MAX_LINE = 300


class TerminalProgress:
    """One line that is written over on a terminal; one line per table anywhere else.

    Args:
        stream: where the lines go; None = stderr.
    """

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._is_terminal = self._stream.isatty()
        self.meter = Meter(self._show, every_table=not self._is_terminal)

    def _show(self, tick: Tick) -> None:
        line = progress_line(tick)
        if self._is_terminal:
            end = "\n" if tick.last else ""
            self._stream.write(f"\r{line}{_CLEAR}{end}")
        elif tick.table_finished and not tick.last:
            self._stream.write(f"{line}\n")
        self._stream.flush()

    def close(self) -> None:
        """Leave the last state standing."""
        self.meter.close()


class Elapsed:
    """The time a verb without progress of its own has taken, after a second of silence; on a terminal only."""

    def __init__(self, name: str, stream: TextIO | None = None) -> None:
        self._name, self._stream = name, stream or sys.stderr
        self._done = threading.Event()
        self._thread: threading.Thread | None = None

    def __enter__(self) -> None:
        if self._stream.isatty():
            self._thread = threading.Thread(target=self._tick, daemon=True)
            self._thread.start()

    def __exit__(self, *exception: object) -> None:
        self._done.set()
        if self._thread is not None:
            self._thread.join()

    def _tick(self) -> None:
        started = time.monotonic()
        while not self._done.wait(QUIET_SECONDS):
            self._stream.write(f"\r{self._name} … {duration(time.monotonic() - started)}{_CLEAR}")
            self._stream.flush()
        if time.monotonic() - started >= QUIET_SECONDS:
            self._stream.write(f"\r{_CLEAR}")
            self._stream.flush()


def error_lines(error: DatalchemyError) -> list[str]:
    """Two to five lines: what is wrong and where, the next issues of a plan, the hint."""
    message, *rest = error.message.splitlines() or [type(error).__name__]
    lines = [f"datalchemy: {message}", *rest, *error.details]
    if isinstance(error, PlanInvalid):
        errors = [issue for issue in error.issues if issue.severity == "error"]
        lines += [f"  also at {issue.path}: {issue.message}" for issue in errors[1:]]
    hint = error.hint or "see `datalchemy --help`"
    return [line[:_MAX_LINE] for line in [*lines[: _MAX_LINES - 1], f"Hint: {hint}"]]
