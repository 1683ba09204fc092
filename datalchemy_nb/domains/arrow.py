"""Columns made in place: string views and decimals written as NumPy arrays and handed to Polars without a copy.

The hand-over is the Arrow PyCapsule interface (`__arrow_c_array__`). A string view is 16 bytes: the length, then either
the text itself (up to 12 bytes) or its first four bytes, a buffer number and an offset. See "Variable-size Binary View
Layout" in the Arrow columnar format.
"""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

INLINE = 12
"""Bytes a view can hold by itself."""
_RELEASE = ctypes.CFUNCTYPE(None, ctypes.c_void_p)


class _Schema(ctypes.Structure):
    _fields_ = [
        ("format", ctypes.c_char_p),
        ("name", ctypes.c_char_p),
        ("metadata", ctypes.c_char_p),
        ("flags", ctypes.c_int64),
        ("n_children", ctypes.c_int64),
        ("children", ctypes.c_void_p),
        ("dictionary", ctypes.c_void_p),
        ("release", ctypes.c_void_p),
        ("private_data", ctypes.c_void_p),
    ]


class _Array(ctypes.Structure):
    _fields_ = [
        ("length", ctypes.c_int64),
        ("null_count", ctypes.c_int64),
        ("offset", ctypes.c_int64),
        ("n_buffers", ctypes.c_int64),
        ("n_children", ctypes.c_int64),
        ("buffers", ctypes.c_void_p),
        ("children", ctypes.c_void_p),
        ("dictionary", ctypes.c_void_p),
        ("release", ctypes.c_void_p),
        ("private_data", ctypes.c_void_p),
    ]


_alive: dict[int, object] = {}
_tickets = itertools.count(1)
_RELEASE_OF_SCHEMA = _Schema.release.offset
_RELEASE_OF_ARRAY = _Array.release.offset
_TICKET_OF_ARRAY = _Array.private_data.offset


def _releasers() -> tuple[Any, Any]:
    word, alive = ctypes.c_uint64, _alive

    def release_schema(address: int, at: int = _RELEASE_OF_SCHEMA) -> None:
        word.from_address(address + at).value = 0

    def release_array(address: int, at: int = _RELEASE_OF_ARRAY, ticket: int = _TICKET_OF_ARRAY) -> None:
        alive.pop(word.from_address(address + ticket).value, None)
        word.from_address(address + at).value = 0

    return _RELEASE(release_schema), _RELEASE(release_array)


_release_schema, _release_array = _releasers()
for _pinned in (_release_schema, _release_array):
    # Series may outlive this module at interpreter exit and still call these.
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(_pinned))

# Made once: a cast calls Python, and says in words of its own where there is no room for one more call.
_SCHEMA_RELEASE = ctypes.cast(_release_schema, ctypes.c_void_p).value
_ARRAY_RELEASE = ctypes.cast(_release_array, ctypes.c_void_p).value

_NEW_CAPSULE = ctypes.PYFUNCTYPE(ctypes.py_object, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
_capsule: Callable[..., object] = _NEW_CAPSULE(("PyCapsule_New", ctypes.pythonapi))


class _Column:
    def __init__(self, kind: bytes, count: int, buffers: Sequence[npt.NDArray[Any]]) -> None:
        self.kind, self.count, self.buffers = kind, count, buffers

    def __arrow_c_array__(self, requested_schema: object = None) -> tuple[object, object]:
        del requested_schema
        size = 1 + len(self.buffers)
        buffers = (ctypes.c_void_p * size)(None, *(b.ctypes.data for b in self.buffers))
        ticket = next(_tickets)
        _alive[ticket] = (self.buffers, buffers)
        self.schema = _Schema(self.kind, b"", None, 0, 0, None, None, _SCHEMA_RELEASE, None)
        self.array = _Array(
            self.count, 0, 0, size, 0, ctypes.addressof(buffers), None, None, _ARRAY_RELEASE, ticket
        )  # fmt: skip
        return (
            _capsule(ctypes.addressof(self.schema), b"arrow_schema", None),
            _capsule(ctypes.addressof(self.array), b"arrow_array", None),
        )


def import_views(views: npt.NDArray[Any], count: int, data: npt.NDArray[np.uint8] | None = None) -> pl.Series:
    """Return a String Series over views and their data, without copying either.

    Args:
        views: at least ``count`` views of 16 bytes, contiguous; must not be written to afterwards.
        count: number of texts.
        data: the one buffer that views longer than 12 bytes point into.
    """
    if not count:
        return pl.Series(dtype=pl.String)
    far = [] if data is None else [data]
    sizes = np.array([d.nbytes for d in far], dtype=np.int64)
    return pl.Series(_Column(b"vu", count, [views, *far, sizes]))


def import_decimals(words: npt.NDArray[np.uint64], precision: int, scale: int) -> pl.Series:
    """Return a Decimal Series over 128-bit integers, without a copy.

    Args:
        words: shape (rows, 2): low and high word of each unscaled value; must not be written to afterwards.
        precision: total digits, at most 38.
        scale: digits after the point.
    """
    if not len(words):
        return pl.Series(dtype=pl.Decimal(precision, scale))
    return pl.Series(_Column(f"d:{precision},{scale}".encode(), len(words), [words]))
