"""Digests that locate a difference: one per column and block of 65,536 rows.

A column's bytes are its typed values, not their spelling: integers, dates and times as little-endian 64-bit words,
floats as IEEE doubles, decimals as unscaled little-endian 128-bit integers, everything else as UTF-8, each text
followed by 0x1F. Nulls are hashed apart, one byte per row; a null is a zero among words, and nothing among texts.
The digest is XXH3-128 (Collet), whole files are SHA-256.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
import xxhash

from datalchemy_nb.records import dataclass

_UNIT, _BYTE = "\x1f", b"\x1f"
_SHORT, _FEW_ROWS = 1 << 15, 1 << 13
_QUOTED = (b",", b'"', b"\n", b"\r")


@dataclass(frozen=True)
class ColumnBytes:
    """What is hashed of some rows of a column: their values, and a byte per row that says whether it is null."""

    values: bytes | memoryview
    nulls: bytes
    plain: bool
    """No value needs quotes in a CSV file: none is empty or holds a comma, a quote or the end of a line."""


def column_bytes(values: pl.Series) -> ColumnBytes:
    """Return the bytes of some rows of a column."""
    missing = values.is_null() if values.null_count() else None
    nulls = bytes(len(values)) if missing is None else missing.cast(pl.UInt8).to_numpy().tobytes()
    data = _value_bytes(values, missing)
    return ColumnBytes(data, nulls, not isinstance(data, bytes) or _is_plain(data, values))


def _is_plain(joined: bytes, values: pl.Series) -> bool:
    if any(mark in joined for mark in _QUOTED):
        return False
    if len(joined) <= _SHORT:  # a query costs more than to look for an empty text; one with a unit in it counts as such
        return not joined.startswith(_BYTE) and _BYTE * 2 not in joined
    return values.str.len_bytes().min() != 0


def frame_bytes(frame: pl.DataFrame) -> tuple[ColumnBytes, ...]:
    """Return the bytes of every column."""
    return tuple(column_bytes(values) for values in frame.iter_columns())


def frame_digests(frame: pl.DataFrame) -> tuple[str, ...]:
    """Return the digests of rows that are all there are, one per column."""
    hasher = BlockHasher(frame.width)
    hasher.update(frame)
    return hasher.digests()


def block_digests(frame: pl.DataFrame, first: int = 0) -> tuple[tuple[str, ...], bool, tuple[str, ...]]:
    """Return the digests of a whole block, one per column, whether no value needs quotes in a CSV file, and a probe.

    The bytes of one column are there at a time.

    Args:
        frame: the block.
        first: so many rows are the probe, whose digests are returned too; none of 0.
    """
    digests, probe, plain = [], [], True
    for values in frame.iter_columns():
        column = column_bytes(values)
        digests.append(_digest(column))
        plain = plain and column.plain
        if first:
            probe.append(digests[-1] if frame.height <= first else _digest(_beginning(column, values, first)))
    return tuple(digests), plain, tuple(probe)


def _digest(column: ColumnBytes) -> str:
    hasher = ColumnHasher()
    hasher.update(column)
    return hasher.hexdigest()


def _beginning(column: ColumnBytes, values: pl.Series, rows: int) -> ColumnBytes:
    """Return the bytes of the first rows of a column; cut off those of all where they are few."""
    nulls, data = column.nulls[:rows], column.values
    if isinstance(data, memoryview):
        return ColumnBytes(data[: len(data) // len(values) * rows], nulls, column.plain)
    if len(values) > _FEW_ROWS or data.count(_BYTE) != len(values) - values.null_count():
        return column_bytes(values.head(rows))  # a text holds what ends texts
    texts = rows - nulls.count(1)
    return ColumnBytes(data[: len(data) - len(data.split(_BYTE, texts)[-1])], nulls, column.plain)


class ColumnHasher:
    """Digest of one column over one block, fed chunk by chunk."""

    def __init__(self) -> None:
        self._values, self._nulls = xxhash.xxh3_128(), xxhash.xxh3_128()

    def update(self, values: pl.Series | ColumnBytes) -> None:
        """Add the next values of the block."""
        column = values if isinstance(values, ColumnBytes) else column_bytes(values)
        self._values.update(column.values)
        self._nulls.update(column.nulls)

    def hexdigest(self) -> str:
        """Return 32 hex digits."""
        return xxhash.xxh3_128(self._values.digest() + self._nulls.digest()).hexdigest()


def _value_bytes(values: pl.Series, missing: pl.Series | None) -> bytes | memoryview:
    dtype = values.dtype
    if isinstance(dtype, pl.String):
        return _joined(values)
    if isinstance(dtype, pl.Decimal):
        return _decimal_words(values, missing)
    if dtype.is_float():
        return _words(_filled(values.cast(pl.Float64), 0.0, missing), "<f8")
    whole = values if dtype.is_integer() or dtype.is_temporal() else values.to_physical()
    return _words(_filled(whole.cast(pl.Int64), 0, missing), "<i8")


def _joined(values: pl.Series) -> bytes:
    if values.null_count() == len(values):
        return b""
    joined: bytes = values.str.join(_UNIT, ignore_nulls=True).cast(pl.Binary)[0]
    return joined + _BYTE


def _decimal_words(values: pl.Series, missing: pl.Series | None) -> memoryview:
    unscaled = _filled(values.to_physical(), 0, missing)
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


def _filled(values: pl.Series, null: float, missing: pl.Series | None) -> pl.Series:
    """Put a number in place of nulls."""
    return values if missing is None else pl.Series([null], dtype=values.dtype).zip_with(missing, values)


def _words(values: pl.Series, dtype: str) -> memoryview:
    return np.ascontiguousarray(values.to_numpy(), dtype=dtype).data.cast("B")


class BlockHasher:
    """Digests of one block of a table."""

    def __init__(self, columns: int) -> None:
        self.rows = 0
        self._columns = [ColumnHasher() for _ in range(columns)]

    def update(self, frame: pl.DataFrame | Sequence[ColumnBytes]) -> None:
        """Add the next rows of the block."""
        columns = frame_bytes(frame) if isinstance(frame, pl.DataFrame) else frame
        self.rows += len(columns[0].nulls) if columns else 0
        for hasher, column in zip(self._columns, columns, strict=True):
            hasher.update(column)

    def digests(self) -> tuple[str, ...]:
        """Return one digest per column, in file order."""
        return tuple(hasher.hexdigest() for hasher in self._columns)
