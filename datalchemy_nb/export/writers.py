"""Kinds of files: what workers make of a chunk, and how one thread puts chunks together."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import polars as pl

from datalchemy_nb.export import csv, sql
from datalchemy_nb.export.datafile import DataFile, Mark
from datalchemy_nb.export.formats import Format

if TYPE_CHECKING:
    from datalchemy_nb.contracts.names import TableRef
    from datalchemy_nb.export.checkpoint import Kept
    from datalchemy_nb.export.parquet import RowGroup

Columns = Sequence[tuple[str, pl.DataType]]


WRITERS: dict[Format, type[Writer]] = {}
"""Each kind of file, by its suffix."""


class Writer(ABC):
    """A kind of file: what workers make of a chunk, and how one file takes it. A subclass with a `suffix` is known.

    Attributes:
        suffix: what its files' names end in, without the first dot.
        whole_blocks: its bytes depend on where chunks end, so that all must be whole blocks.
        records: of each block in the file, where that is needed to end the file; empty texts otherwise.

    Args:
        directory: where the file goes; None hashes without writing.
        kept: what an earlier run wrote.
        header: write what stands before a table's first row.
    """

    suffix: ClassVar[Format]
    whole_blocks: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        WRITERS[cls.suffix] = cls

    def __init__(
        self, ref: TableRef, columns: Columns, directory: Path | None, kept: Kept | None, *, header: bool = True
    ) -> None:
        self.name = f"{ref.file_stem}.{self.suffix}"
        self._columns, self._header = columns, header
        self.records = list(kept.records.get(self.suffix, ())) if kept else []
        path = directory / self.name if directory else None
        if kept is None:
            self.file = DataFile(path)
            self.file.write(self.begin())
        else:
            self.file = DataFile(path, kept.last.marks[self.suffix], kept.states[self.suffix])

    @staticmethod
    @abstractmethod
    def encode(ref: TableRef, frame: pl.DataFrame, *, plain: bool) -> Any:
        """Turn a chunk into what `add` appends; ``plain``: no text needs quotes in CSV."""

    def begin(self) -> bytes:
        """Return what stands before the first row of the file."""
        return b""

    def add(self, part: Any) -> None:
        """Append what `encode` made of a chunk."""
        self.file.write(part)

    def finish(self, rows: int) -> Mark:
        """Write what stands behind the last row, close, rename."""
        del rows
        return self.file.finish()

    @staticmethod
    def packed(part: Any) -> tuple[list[bytes], str]:
        """Return what `encode` made as pieces of the file, and a text for the record; `unpacked` joins them."""
        return [part], ""

    @staticmethod
    def unpacked(data: bytes, record: str) -> Any:
        """Return what `packed` took apart."""
        del record
        return data


class CsvWriter(Writer):
    """CSV: the header, then the chunks' lines."""

    suffix = "csv"

    @staticmethod
    def encode(ref: TableRef, frame: pl.DataFrame, *, plain: bool) -> list[bytes]:
        """Lines, in pieces."""
        del ref
        return csv.pieces(frame, plain=plain)

    def begin(self) -> bytes:
        """Names of the columns."""
        return csv.header(tuple(name for name, _ in self._columns)) if self._header else b""

    def add(self, part: list[bytes]) -> None:
        """Append the pieces, each of which can go as soon as it is written."""
        for piece in part:
            self.file.write(piece)

    @staticmethod
    def packed(part: list[bytes]) -> tuple[list[bytes], str]:
        """The pieces as they are."""
        return part, ""

    @staticmethod
    def unpacked(data: bytes, record: str) -> list[bytes]:
        """One piece."""
        del record
        return [data]


class ParquetWriter(Writer):
    """Parquet: row groups, then the footer."""

    suffix = "parquet"
    whole_blocks = True

    @staticmethod
    def encode(ref: TableRef, frame: pl.DataFrame, *, plain: bool) -> RowGroup:
        """A row group."""
        from datalchemy_nb.export import parquet

        del ref, plain
        return parquet.encode(frame)

    def begin(self) -> bytes:
        """The format's mark."""
        from datalchemy_nb.export import parquet

        return parquet.MAGIC

    def add(self, part: RowGroup) -> None:
        """Append the group's pages, and keep where they lie."""
        from datalchemy_nb.export import parquet

        self.records.append(parquet.placed(part, self.file.bytes, len(self.records)))
        self.file.write(part.pages)

    def finish(self, rows: int) -> Mark:
        """The footer."""
        from datalchemy_nb.export import parquet

        self.file.write(parquet.footer(self._columns, self.records, rows))
        return super().finish(rows)

    @staticmethod
    def packed(part: RowGroup) -> tuple[list[bytes], str]:
        """Pages, and the record in the footer as if the group were the first, in base64."""
        return [part.pages], part.text

    @staticmethod
    def unpacked(data: bytes, record: str) -> RowGroup:
        """A group."""
        from datalchemy_nb.export import parquet

        return parquet.RowGroup.of(data, record)


class SqlWriter(Writer):
    """SQL: the chunks' INSERT statements."""

    suffix = "sql"
    whole_blocks = True

    @staticmethod
    def encode(ref: TableRef, frame: pl.DataFrame, *, plain: bool) -> bytes:
        """Statements."""
        del plain
        return sql.inserts(ref, frame)


class SheetWriter(CsvWriter):
    """CSV for people who open it in a spreadsheet."""

    suffix = "sheet.csv"

    @staticmethod
    def encode(ref: TableRef, frame: pl.DataFrame, *, plain: bool) -> list[bytes]:
        """Lines without formulas, in pieces."""
        del ref
        return csv.pieces(csv.harmless(frame), plain=plain)


def whole_blocks(formats: Sequence[Format]) -> bool:
    """Whether bytes of one of the kinds of files depend on where chunks end."""
    return any(WRITERS[suffix].whole_blocks for suffix in formats)
