"""Keep freed memory for the next chunk while a run is under way.

glibc gives large blocks back to the kernel as soon as they are freed, and every chunk takes as many again: the kernel
clears the same pages over and over, a sixth of a run's processor time. Other C libraries are left as they are.
"""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3
"""Names of glibc's mallopt(3)."""
_LARGEST_BLOCK, _MOST_KEPT = 32 << 20, 256 << 20
"""Bytes. The first is the most that glibc takes; a chunk's buffers are smaller."""


@contextmanager
def kept() -> Iterator[None]:
    """Keep up to 256 MB of freed memory inside the process; give it back at the end."""
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    if library is None or not hasattr(library, "mallopt") or not hasattr(library, "malloc_trim"):
        yield
        return
    library.mallopt(_M_MMAP_THRESHOLD, _LARGEST_BLOCK)
    library.mallopt(_M_TRIM_THRESHOLD, _MOST_KEPT)
    try:
        yield
    finally:
        library.malloc_trim(0)
