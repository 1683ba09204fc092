"""Text columns assembled whole: the tools every domain of text is built with.

- `TextRows` writes texts of one width (or up to one width) column by column, and is the fastest way: codes, numbers,
  identifiers, anything with a fixed layout.
- `zero_padded` and `decimal_digits` turn integers into digits.
- `gather` picks from a pool, `join` concatenates columns and constants.
- `from_fixed_bytes` takes a matrix of bytes somebody else filled.

Nothing here loops over rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache, reduce
from operator import add
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.domains.arrow import INLINE, import_views
from datalchemy_nb.domains.bits import U64

_FEW_CELLS = 1 << 13
_MAX_BUFFER = (1 << 31) - 1
_STORES: dict[int, npt.DTypeLike] = {1: "u1", 2: "<u2", 3: "<u4", 4: "<u4"}
_S32 = np.uint64(32)
_HEAD_MASKS = np.array([((1 << 8 * min(n, 4)) - 1) << 32 for n in range(INLINE + 1)], dtype=np.uint64)
_TAIL_MASKS = np.array([(1 << 8 * max(n - 4, 0)) - 1 for n in range(INLINE + 1)], dtype=np.uint64)


class TextRows:
    """A column of ASCII (or valid UTF-8) texts under construction, written left to right.

    Pieces must be put in ascending positions: a piece of three bytes is stored as four, and the next overwrites the
    fourth.

    Example:
        >>> rows = TextRows(2, 8)
        >>> rows.put(0, char_table("AB"), np.array([0, 1]))
        >>> rows.literal(1, b"-")
        >>> rows.digits(2, np.array([7, 123456], dtype=np.uint64), 6)
        >>> rows.finish().to_list()
        ['A-000007', 'B-123456']
    """

    def __init__(self, count: int, width: int) -> None:
        self.count, self.width = count, width
        self.inline = width <= INLINE
        self._start = 4 if self.inline else 0
        self._stride = 16 if self.inline else width
        self._buffer = np.empty(count * self._stride + 24, dtype=np.uint8)
        if self.inline:
            self._buffer[:] = 0

    def _column(self, position: int, store: npt.DTypeLike) -> npt.NDArray[Any]:
        if not self.count:
            return np.empty(0, store)
        return np.ndarray((self.count,), store, self._buffer.data, self._start + position, (self._stride,))

    def put(self, position: int, table: npt.NDArray[np.uint32], index: npt.NDArray[Any]) -> None:
        """Write ``table[index]`` at a byte position; the table is made by `char_table` or `text_table`."""
        texts = table.take(index.view(np.int64), mode="clip")
        if self.inline or position + table.itemsize <= self.width:
            self._column(position, table.dtype)[:] = texts
        else:
            self._column(position, "<u2")[:] = texts & np.uint32(0xFFFF)
            self._column(position + 2, np.uint8)[:] = texts >> np.uint32(16)

    def literal(self, position: int, text: bytes) -> None:
        """Write the same bytes in every row."""
        for offset, byte in enumerate(text):
            self._column(position + offset, np.uint8)[:] = byte

    def stamp(self, positions: npt.NDArray[Any], byte: bytes) -> None:
        """Write one byte at a place of its own in each row; only rows wider than 12 bytes."""
        cells = self._buffer[: self.count * self.width].reshape(self.count, self.width)
        cells[np.arange(self.count), positions] = byte[0]

    def digits(self, position: int, values: npt.NDArray[Any], width: int) -> None:
        """Write non-negative integers as ``width`` decimal digits, zero-padded; higher digits are cut off."""
        rest = values.astype(np.uint64, copy=False)
        groups: list[tuple[int, int, U64]] = []
        right = width
        while right > 0:
            size = min(4, right)
            right -= size
            above = rest // np.uint64(10**size)
            groups.append((position + right, size, rest - above * np.uint64(10**size)))
            rest = above
        for at, size, group in reversed(groups):
            self.put(at, digit_table(size), group)

    def finish(self, lengths: npt.NDArray[Any] | None = None) -> pl.Series:
        """Return the column.

        Args:
            lengths: bytes of each text, at most the width; None = all of it. Bytes beyond are dropped.
        """
        if not self.count:
            return pl.Series(dtype=pl.String)
        if self.inline:
            self._column(-4, "<u4")[:] = self.width
            if lengths is not None:
                _trim(self._buffer[: self.count * 16].view(np.uint64).reshape(-1, 2), lengths.astype(np.uint64))
            return import_views(self._buffer, self.count)
        cells = np.ndarray((self.count, self.width), np.uint8, self._buffer.data, self._start, (self._stride, 1))
        return from_fixed_bytes(cells, lengths)


def from_fixed_bytes(cells: npt.NDArray[np.uint8], lengths: npt.NDArray[Any] | None = None) -> pl.Series:
    """Turn a matrix of bytes into a String Series: one text a row.

    Args:
        cells: shape (rows, width); valid UTF-8 within each row's length. Not to be written to afterwards.
        lengths: bytes of each text; None = the whole width.
    """
    count, width = cells.shape
    if not count:
        return pl.Series(dtype=pl.String)
    if count * width > _MAX_BUFFER:
        half = count // 2
        head, tail = (None, None) if lengths is None else (lengths[:half], lengths[half:])
        return pl.concat([from_fixed_bytes(cells[:half], head), from_fixed_bytes(cells[half:], tail)])
    sizes = np.full(count, width, np.uint64) if lengths is None else lengths.astype(np.uint64)
    if width <= INLINE:
        near = np.zeros((count, 16), dtype=np.uint8)
        near[:, 4 : 4 + width] = cells
        views: U64 = near.view(np.uint64)
        _trim(views, sizes)
        return import_views(views, count)
    data = np.ascontiguousarray(cells)
    return import_views(_views(data, sizes, mixed=lengths is not None), count, data.reshape(-1))


def _views(data: npt.NDArray[np.uint8], sizes: U64, *, mixed: bool) -> U64:
    """Make views of texts wider than a view: by offset, or in place for those short enough."""
    count, width = data.shape
    views = np.empty((count, 2), dtype=np.uint64)
    views[:, 0] = np.ndarray((count,), "<u4", data.data, 0, (width,))
    views[:, 0] <<= _S32
    views[:, 0] |= sizes
    views[:, 1] = np.arange(0, count * width, width, dtype=np.uint64) << _S32
    if mixed:
        short = np.flatnonzero(sizes <= INLINE)
        near = np.empty((len(short), 2), dtype=np.uint64)
        near[:, 0] = views[short, 0]
        near[:, 1] = np.ndarray((count,), "<u8", data.data, 4, (width,))[short]
        _trim(near, sizes[short])
        views[short] = near
    return views


def _trim(views: U64, sizes: U64) -> None:
    """Set the lengths of views in place and clear the bytes beyond."""
    views[:, 0] = (views[:, 0] & _HEAD_MASKS.take(sizes.view(np.int64))) | sizes
    views[:, 1] &= _TAIL_MASKS.take(sizes.view(np.int64))


def text_table(texts: Sequence[str]) -> npt.NDArray[np.uint32]:
    """Make a lookup table of texts of one length (1 to 4 bytes) for `TextRows.put`."""
    store = np.dtype(_STORES[len(texts[0].encode())])
    raw = "".join(texts).encode()
    if len(raw) != len(texts) * store.itemsize:
        raw = b"".join(t.encode().ljust(store.itemsize, b"\0") for t in texts)
    return np.frombuffer(raw, dtype=store)


def char_table(characters: str) -> npt.NDArray[np.uint32]:
    """Make a lookup table of single ASCII characters."""
    return text_table(list(characters))


@lru_cache(maxsize=8)
def digit_table(width: int) -> npt.NDArray[np.uint32]:
    """Return the table of all numbers of ``width`` (1 to 4) decimal digits."""
    return text_table([f"{i:0{width}d}" for i in range(10**width)])


def zero_padded(values: npt.NDArray[Any], width: int) -> pl.Series:
    """Write non-negative integers with exactly ``width`` digits: ``7`` -> ``0007``."""
    rows = TextRows(len(values), width)
    rows.digits(0, values, width)
    return rows.finish()


def decimal_digits(values: U64) -> pl.Series:
    """Write non-negative integers without padding: ``7`` -> ``7``."""
    return pl.Series(values).cast(pl.String)


def row_digits(rows: U64, width: int = 4) -> pl.Series:
    """Write one-based row numbers for a suffix: at least ``width`` digits, more where the number needs them."""
    numbers = rows + np.uint64(1)
    if not len(rows) or int(numbers.max()) < 10**width:
        return zero_padded(numbers, width)
    return decimal_digits(numbers).str.zfill(width)


def gather(pool: pl.Series, ordinals: U64) -> pl.Series:
    """Pick ``pool[ordinals]``."""
    return pool[pl.Series(ordinals.astype(np.uint32))]


def join(parts: Sequence[pl.Series | str]) -> pl.Series:
    """Concatenate columns and constants, row by row; nulls make the row null. At least one part is a column."""
    parts = _merged(parts)
    named = [p.alias(str(i)) if isinstance(p, pl.Series) else p for i, p in enumerate(parts)]
    columns = [p for p in named if isinstance(p, pl.Series)]
    if len(columns) == len(parts) == 1:
        return columns[0].alias("")
    if len(columns[0]) * len(parts) <= _FEW_CELLS:  # a query costs more than the texts
        texts = [pl.Series([p]) if isinstance(p, str) else p.cast(pl.String) for p in parts]
        return reduce(add, texts).alias("")
    pieces = [pl.lit(p) if isinstance(p, str) else pl.col(p.name) for p in named]
    return pl.DataFrame(columns).select(pl.concat_str(pieces).alias("")).to_series()


def _merged(parts: Sequence[pl.Series | str]) -> list[pl.Series | str]:
    """Put constants that follow one another together."""
    merged: list[pl.Series | str] = []
    for part in parts:
        if isinstance(part, str) and merged and isinstance(merged[-1], str):
            merged[-1] += part
        else:
            merged.append(part)
    return merged


# --- text reduced to what an address or a slug can hold ---------------------------------------------------------------

_LETTERS = {
    "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i",
}  # fmt: skip


def fold(texts: pl.Series) -> pl.Series:
    """Lower the case, fold accents (``São`` -> ``sao``) and join words by dots; everything else goes."""
    return pl.DataFrame({"text": texts}).select(fold_expr(pl.col("text"))).to_series().alias("")


def fold_expr(text: pl.Expr) -> pl.Expr:
    """Do as `fold` does, as an expression."""
    plain = text.str.normalize("NFKD").str.replace_all(r"\p{M}", "").str.to_lowercase()
    latin = plain.str.replace_many(list(_LETTERS), list(_LETTERS.values()))
    kept = latin.str.replace_all(r"[^a-z0-9\s._-]", "").str.replace_all(r"[\s._-]+", ".")
    return kept.str.strip_chars(".")
