"""Keep freed memory for the next chunk while a run is under way.

glibc gives large blocks back to the kernel as soon as they are freed, and every chunk takes as many again: the kernel
clears the same pages over and over, a sixth of a run's processor time. Other C libraries are left as they are.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
"""Names of glibc's mallopt(3)."""
_LARGEST_BLOCK, _MOST_KEPT = 32 << 20, 256 << 20
"""Bytes. The first is the most that glibc takes; a chunk's buffers are smaller."""


def give_back() -> None:
    """Give freed memory back to the kernel: what one table's chunks left is of no use to the next, and adds up."""
    library = _library()
    if library is not None:
        library.malloc_trim(0)


def _library() -> ctypes.CDLL | None:
    """glibc, or None elsewhere."""
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    return library if library is not None and hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None


@contextmanager
def kept() -> Iterator[None]:
    """Keep up to 256 MB of freed memory inside the process; give it back at the end."""
    library = _library()
    if library is None:
        yield
        return
    library.mallopt(_M_MMAP_THRESHOLD, _LARGEST_BLOCK)
    library.mallopt(_M_TRIM_THRESHOLD, _MOST_KEPT)
    library.mallopt(_M_ARENA_MAX, 1)  # what one thread has freed serves the others too
    try:
        yield
    finally:
        library.malloc_trim(0)
