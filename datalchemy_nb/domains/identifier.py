"""Identifiers made from one number."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.domains.base import MAX_SIZE, Category, Domain
from datalchemy_nb.domains.bits import U64, mix, stream_key
from datalchemy_nb.domains.strings import TextRows

_WORD16 = np.uint64(0xFFFF)
_PLACES = (0, 4, 9, 14, 19, 24, 28, 32)
_DASHES = {9: 8, 14: 13, 19: 18, 24: 23}


@lru_cache(maxsize=1)
def _hex_table() -> npt.NDArray[np.uint32]:
    every = np.arange(1 << 16, dtype=">u2").tobytes().hex()
    return np.frombuffer(every.encode(), dtype="<u4")


class UuidDomain(Domain):
    """Version 4 UUIDs, lower-case: distinct ordinals give distinct values. String.

    All 64 bits of the (mixed) ordinal are in the result; the other 58 free bits are a function of them.

    Args:
        seed: another seed, other values.
    """

    category: Category = "uuid"
    size = MAX_SIZE

    def __init__(self, seed: int = 0) -> None:
        self._key, self._fill = stream_key("uuid", seed, "ordinal"), stream_key("uuid", seed, "fill")

    def take(self, ordinals: U64) -> pl.Series:
        kept = mix(ordinals + self._key)
        free = mix(kept ^ self._fill)
        words = (
            kept >> np.uint64(48),
            (kept >> np.uint64(32)) & _WORD16,
            (kept >> np.uint64(16)) & _WORD16,
            ((kept >> np.uint64(4)) & np.uint64(0x0FFF)) | np.uint64(0x4000),
            (free >> np.uint64(50)) | np.uint64(0x8000),
            (free >> np.uint64(32)) & _WORD16,
            (free >> np.uint64(16)) & _WORD16,
            (free & np.uint64(0xFFF0)) | (kept & np.uint64(0xF)),
        )
        rows, table = TextRows(len(ordinals), 36), _hex_table()
        for place, word in zip(_PLACES, words, strict=True):
            if place in _DASHES:
                rows.literal(_DASHES[place], b"-")
            rows.put(place, table, word)
        return rows.finish()
