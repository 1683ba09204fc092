"""Python's collector of circular garbage, which looks through every object there is, is asked less often."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_OBJECTS = 100_000
"""So many new objects before the collector looks for circles. Plans of hundreds of tables make millions that stay."""
_lock = threading.Lock()
_within = 0
_before = (0, 0, 0)


@contextmanager
def seldom_collected() -> Iterator[None]:
    """While a plan is read, drafted, resolved or run, the collector runs once in 100,000 new objects, not once in 700.

    What it was told before holds again when the last of several threads has left its block. A collector that is off,
    or told to run more seldom still, is left alone.
    """
    global _within, _before
    with _lock:
        if not _within:
            _before = gc.get_threshold()
            if 0 < _before[0] < _OBJECTS:
                gc.set_threshold(_OBJECTS, *_before[1:])
        _within += 1
    try:
        yield
    finally:
        with _lock:
            _within -= 1
            if not _within:
                gc.set_threshold(*_before)
