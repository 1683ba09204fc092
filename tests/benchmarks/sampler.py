"""Where processor time goes: the stacks of all threads, looked at every few milliseconds of it."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import PurePath
from types import FrameType, TracebackType

INTERVAL = 0.002
"""Seconds of processor time between two looks; the system's clock may make it 0.004."""
OURS = "datalchemy_nb"
LOADER = "Python's loader of modules"
_WAITING = ("threading.py", "queue.py", "selectors.py", "thread.py", "_base.py")
"""A thread whose innermost call lies in one of these waits, and costs nothing."""
_LEAST = 0.01


class Sampler:
    """Look at what runs while a block is run, in the main thread of a process.

    A look counts for the processor time since the look before, for work within a library is not interrupted: it is
    given to the call that led there. Threads that wait are left out; those that do not share a look evenly.
    """

    def __init__(self) -> None:
        self._seconds: Counter[str] = Counter()
        self._last = 0.0

    def __enter__(self) -> Sampler:
        self._last = time.process_time()
        self._before = signal.signal(signal.SIGPROF, self._look)
        signal.setitimer(signal.ITIMER_PROF, INTERVAL, INTERVAL)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, self._before)

    def _look(self, number: int, frame: FrameType | None) -> None:
        now = time.process_time()
        spent, self._last = now - self._last, now
        own = threading.get_ident()
        stacks = [frame if thread == own else other for thread, other in sys._current_frames().items()]
        busy = [stack for stack in stacks if stack is not None and not _waits(stack)]
        for stack in busy:
            self._seconds[label(stack)] += spent / len(busy)  # type: ignore[assignment]

    def shares(self) -> list[tuple[str, float]]:
        """Return the parts of the time, of 1, largest first; what is below a hundredth of it is put together."""
        whole = sum(self._seconds.values()) or 1.0
        large = [(what, spent) for what, spent in self._seconds.most_common() if spent >= _LEAST * whole]
        found = [(what, round(spent / whole, 4)) for what, spent in large]
        rest = 1 - sum(share for _, share in found)
        return [*found, ("the rest", round(rest, 4))] if rest > _LEAST / 10 else found


def label(stack: FrameType) -> str:
    """Return what a stack is at.

    The room of the package that it is in, and the library that it called: `resolve`, or `constraints, in sqlglot`. A
    room is a directory of the package. Where a module is being loaded, that: `importing polars`.
    """
    called = _library(stack)
    for frame in _frames(stack):
        if frame.f_code.co_name == "<module>" and _imported(frame):
            module = _library(frame)
            return f"importing {module}" if called in (module, LOADER) else f"importing {module}, in {called}"
        room = _room(frame)
        if room is not None:
            return room if called == OURS else f"{room}, in {called}"
    return called


def _frames(stack: FrameType | None) -> Iterator[FrameType]:
    while stack is not None:
        yield stack
        stack = stack.f_back


def _imported(frame: FrameType) -> bool:
    return frame.f_back is not None and frame.f_back.f_code.co_filename.startswith("<frozen importlib")


def _room(frame: FrameType) -> str | None:
    parts = PurePath(frame.f_code.co_filename).parts
    if OURS not in parts or "site-packages" in parts:
        return None
    inner = parts[len(parts) - parts[::-1].index(OURS) :]
    return None if not inner else inner[0].removesuffix(".py")


def _library(stack: FrameType) -> str:
    """Return the name of the library whose code is innermost: ours, another's, or a module of Python's own."""
    for frame in _frames(stack):
        name = frame.f_code.co_filename
        if _room(frame) is not None:
            return OURS
        parts = PurePath(name).parts
        if "site-packages" in parts:
            return parts[parts.index("site-packages") + 1].removesuffix(".py").lstrip("_")
        if name.startswith("<frozen importlib"):
            return LOADER
        if not name.startswith("<"):
            return parts[-2] if parts[-1] == "__init__.py" else PurePath(name).stem
    return "Python"


def _waits(stack: FrameType) -> bool:
    return PurePath(stack.f_code.co_filename).name in _WAITING
