"""Frames to Parquet, a row group per block of 65,536 rows, made by workers and appended by one thread.

Each worker lets Polars write its block as a Parquet file of one row group; the groups are put behind one another and
described by one footer, whose offsets are shifted (Apache Parquet format, "File metadata" and parquet.thrift).
"""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence

import polars as pl

from datalchemy_nb.contracts.run import BLOCK_ROWS
from datalchemy_nb.export.thrift import I16, I64, LIST, STRUCT, Encoded, Struct, read_struct, write_struct
from datalchemy_nb.records import dataclass

MAGIC = b"PAR1"
_ROWS, _GROUPS = 3, 4
_GROUP_COLUMNS, _GROUP_ROWS, _GROUP_OFFSET, _GROUP_NUMBER = 1, 3, 5, 7
_CHUNK_OFFSETS, _CHUNK_META = (2, 4, 6), 3
_META_OFFSETS = (9, 10, 11, 14)


@dataclass(frozen=True)
class RowGroup:
    """One block: the bytes of its pages, and its record in the footer with offsets as if it were the first."""

    pages: bytes
    record: Struct

    @property
    def text(self) -> str:
        """The record, in base64."""
        return base64.b64encode(write_struct(self.record)).decode()

    @classmethod
    def of(cls, pages: bytes, text: str) -> RowGroup:
        """Return the group that has these pages and this record."""
        return cls(pages, read_struct(base64.b64decode(text), 0)[0])


def encode(frame: pl.DataFrame) -> RowGroup:
    """Return up to 65,536 rows as a row group."""
    data, footer = _written(frame)
    return RowGroup(data, footer[_GROUPS][1][1][0])


def _written(frame: pl.DataFrame) -> tuple[bytes, Struct]:
    buffer = io.BytesIO()
    frame.write_parquet(buffer, compression="zstd", compression_level=1, row_group_size=BLOCK_ROWS)
    data = buffer.getvalue()
    start = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    return data[len(MAGIC) : start], read_struct(data, start)[0]


def placed(group: RowGroup, offset: int, number: int) -> str:
    """Return a group's record for a file in which its pages begin at ``offset``, in base64."""
    shift = offset - len(MAGIC)
    record = dict(group.record)
    columns = [_shifted_chunk(chunk, shift) for chunk in record[_GROUP_COLUMNS][1][1]]
    record[_GROUP_COLUMNS] = (LIST, (STRUCT, columns))
    record = _shifted(record, (_GROUP_OFFSET,), shift)
    if _GROUP_NUMBER in record:
        record[_GROUP_NUMBER] = (I16, number & 0x7FFF)
    return base64.b64encode(write_struct(record)).decode()


def _shifted_chunk(chunk: Struct, shift: int) -> Struct:
    moved = _shifted(chunk, _CHUNK_OFFSETS, shift)
    kind, meta = moved[_CHUNK_META]
    return {**moved, _CHUNK_META: (kind, _shifted(meta, _META_OFFSETS, shift))}


def _shifted(fields: Struct, numbers: Sequence[int], shift: int) -> Struct:
    return {n: (kind, v + shift) if n in numbers and v > 0 else (kind, v) for n, (kind, v) in fields.items()}


def footer(columns: Sequence[tuple[str, pl.DataType]], records: Sequence[str], rows: int) -> bytes:
    """Return what closes a file.

    Args:
        columns: names and types.
        records: what `placed` returned, in order.
        rows: of all groups.
    """
    _, metadata = _written(pl.DataFrame(schema=dict(columns)))
    groups = [Encoded(base64.b64decode(record)) for record in records]
    metadata = {**metadata, _ROWS: (I64, rows), _GROUPS: (LIST, (STRUCT, groups))}
    data = write_struct(metadata)
    return data + len(data).to_bytes(4, "little") + MAGIC
