"""A table's file in one format: what workers make of a chunk, and how one thread puts chunks together."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import polars as pl

from datalchemy_nb.export import csv, sql
from datalchemy_nb.export.datafile import DataFile, Mark

if TYPE_CHECKING:
    from datalchemy_nb.contracts.names import TableRef
    from datalchemy_nb.export.checkpoint import Kept

Format = Literal["csv", "parquet", "sql", "sheet.csv"]
ALL_FORMATS: tuple[Format, ...] = ("csv", "parquet", "sql", "sheet.csv")
FORMATS: dict[str, tuple[Format, ...]] = {
    "csv": ("csv",),
    "parquet": ("parquet",),
    "both": ("csv", "parquet"),
    "sql": ("csv", "sql"),
    "copy": ("csv",),
    "sheet": ("csv", "sheet.csv"),
}
"""What ``--format`` may say, and the files that each table gets; `sql` and `copy` come with a psql script, and `sheet`
with a second CSV whose texts no spreadsheet takes for formulas."""
Columns = Sequence[tuple[str, pl.DataType]]


class Writer(ABC):
    """Appends chunks to one file.

    Args:
        directory: where the file goes; None hashes without writing.
        kept: what an earlier run wrote.
        header: write what stands before a table's first row.
    """

    suffix: Format

    def __init__(
        self, ref: TableRef, columns: Columns, directory: Path | None, kept: Kept | None, *, header: bool = True
    ) -> None:
        self.name = f"{ref.file_stem}.{self.suffix}"
        self._columns, self._header = columns, header
        path = directory / self.name if directory else None
        if kept is None:
            self.file = DataFile(path)
            self._begin()
        else:
            self.file = DataFile(path, kept.last.marks[self.suffix], kept.states[self.suffix])

    @abstractmethod
    def _begin(self) -> None:
        """Write what stands before the first row of the file."""

    @abstractmethod
    def add(self, part: Any) -> None:
        """Append what `encode` made of a chunk."""

    def finish(self, rows: int) -> Mark:
        """Write what stands behind the last row, close, rename."""
        del rows
        return self.file.finish()


class CsvWriter(Writer):
    """CSV: the header, then the chunks' lines."""

    suffix: Format = "csv"

    def _begin(self) -> None:
        if self._header:
            self.file.write(csv.header(tuple(name for name, _ in self._columns)))

    def add(self, part: Any) -> None:
        self.file.write(part)


class SheetWriter(CsvWriter):
    """CSV for people who open it in a spreadsheet."""

    suffix: Format = "sheet.csv"


class ParquetWriter(Writer):
    """Parquet: row groups, then the footer."""

    suffix: Format = "parquet"

    def __init__(
        self, ref: TableRef, columns: Columns, directory: Path | None, kept: Kept | None, *, header: bool = True
    ) -> None:
        super().__init__(ref, columns, directory, kept, header=header)
        self.records = [entry.row_group or "" for entry in kept.entries] if kept else []

    def _begin(self) -> None:
        from datalchemy_nb.export import parquet

        self.file.write(parquet.MAGIC)

    def add(self, part: Any) -> None:
        from datalchemy_nb.export import parquet

        self.records.append(parquet.placed(part, self.file.bytes, len(self.records)))
        self.file.write(part.pages)

    def finish(self, rows: int) -> Mark:
        from datalchemy_nb.export import parquet

        self.file.write(parquet.footer(self._columns, self.records, rows))
        return super().finish(rows)


class SqlWriter(Writer):
    """SQL: the chunks' INSERT statements."""

    suffix: Format = "sql"

    def _begin(self) -> None:
        pass

    def add(self, part: Any) -> None:
        self.file.write(part)


_WRITERS: dict[Format, type[Writer]] = {
    "csv": CsvWriter,
    "parquet": ParquetWriter,
    "sql": SqlWriter,
    "sheet.csv": SheetWriter,
}


def writer(
    suffix: Format,
    ref: TableRef,
    columns: Columns,
    directory: Path | None,
    kept: Kept | None = None,
    *,
    header: bool = True,
) -> Writer:
    """Return a new writer."""
    return _WRITERS[suffix](ref, columns, directory, kept, header=header)


def encode(suffix: Format, ref: TableRef, frame: pl.DataFrame, *, plain: bool) -> Any:
    """Turn a chunk into what the format's writer appends; ``plain``: no text needs quotes in CSV."""
    match suffix:
        case "csv":
            return csv.encode(frame, plain=plain)
        case "sheet.csv":
            return csv.encode(csv.harmless(frame), plain=plain)
        case "parquet":
            from datalchemy_nb.export import parquet

            return parquet.encode(frame)
        case "sql":
            return sql.inserts(ref, frame)


def whole_blocks(formats: Sequence[str]) -> bool:
    """Whether a format's bytes depend on where chunks end, so that all must be whole blocks."""
    return not {"parquet", "sql"}.isdisjoint(formats)
