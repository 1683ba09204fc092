"""Digests that locate a difference: one per column and block of 65,536 rows.

A column's bytes are its typed values, not their spelling: integers, dates and times as little-endian 64-bit words,
floats as IEEE doubles, decimals as unscaled little-endian 128-bit integers, everything else as UTF-8, each text
followed by 0x1F. Nulls are hashed apart, one byte per row; a null is a zero among words, and nothing among texts.
The digest is XXH3-128 (Collet), whole files are SHA-256.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import xxhash

_UNIT = "\x1f"


class ColumnHasher:
    """Digest of one column over one block, fed chunk by chunk."""

    def __init__(self) -> None:
        self._values, self._nulls = xxhash.xxh3_128(), xxhash.xxh3_128()

    def update(self, values: pl.Series) -> None:
        """Add the next values of the block."""
        if values.null_count():
            self._nulls.update(values.is_null().cast(pl.UInt8).to_numpy().tobytes())
        else:
            self._nulls.update(bytes(len(values)))
        self._values.update(_value_bytes(values))

    def hexdigest(self) -> str:
        """Return 32 hex digits."""
        return xxhash.xxh3_128(self._values.digest() + self._nulls.digest()).hexdigest()


def _value_bytes(values: pl.Series) -> bytes | memoryview:
    dtype = values.dtype
    if isinstance(dtype, pl.String):
        return _joined(values)
    if isinstance(dtype, pl.Decimal):
        return _decimal_words(values)
    if dtype.is_float():
        return _words(values.cast(pl.Float64).fill_null(0.0), "<f8")
    return _words(values.to_physical().cast(pl.Int64).fill_null(0), "<i8")


def _joined(values: pl.Series) -> bytes:
    if values.null_count() == len(values):
        return b""
    joined: bytes = values.str.join(_UNIT, ignore_nulls=True).cast(pl.Binary)[0]
    return joined + b"\x1f"


def _decimal_words(values: pl.Series) -> memoryview:
    unscaled = values.to_physical().fill_null(0)
    words = np.empty((len(values), 2), dtype="<i8")
    low = unscaled.cast(pl.Int64, strict=False)
    if low.null_count():
        # Wider than 64 bits: floor division and remainder split the two halves.
        half = pl.Series([1 << 64], dtype=pl.Int128)
        words[:, 0] = (unscaled % half).cast(pl.UInt64).to_numpy().view(np.int64)
        words[:, 1] = (unscaled // half).cast(pl.Int64).to_numpy()
    else:
        words[:, 0] = low.to_numpy()
        words[:, 1] = words[:, 0] >> 63
    return words.data.cast("B")


def _words(values: pl.Series, dtype: str) -> memoryview:
    return np.ascontiguousarray(values.to_numpy(), dtype=dtype).data.cast("B")


class BlockHasher:
    """Digests of one block of a table."""

    def __init__(self, columns: int) -> None:
        self.rows = 0
        self._columns = [ColumnHasher() for _ in range(columns)]

    def update(self, frame: pl.DataFrame) -> None:
        """Add the next rows of the block."""
        self.rows += frame.height
        for hasher, values in zip(self._columns, frame.iter_columns(), strict=True):
            hasher.update(values)

    def digests(self) -> tuple[str, ...]:
        """Return one digest per column, in file order."""
        return tuple(hasher.hexdigest() for hasher in self._columns)
