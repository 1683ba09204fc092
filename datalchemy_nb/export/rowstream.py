"""A table's rows as the CSV of its file, made while somebody reads them: nothing is written."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Generator, Sequence
from contextlib import closing, nullcontext
from typing import TYPE_CHECKING, Literal

import polars as pl

from datalchemy_nb.contracts.run import BLOCK_ROWS
from datalchemy_nb.export import csv, heap
from datalchemy_nb.export.digest import frame_bytes
from datalchemy_nb.generate.engine import Chunk, chunks_of, in_order
from datalchemy_nb.generate.rows import Engine

if TYPE_CHECKING:
    from pathlib import Path

    from datalchemy_nb.contracts.names import TableRef
    from datalchemy_nb.resolve.plan import ResolvedPlan, ResolvedTable


class RowStream:
    """One table of a plan, chunk by chunk; the bytes are those of the table's CSV file.

    Args:
        plan: the resolved plan.
        ref: the table.
        workers: threads. Bytes do not depend on it.
        cancelled: asked between chunks, and ten times a second.
        only: these columns alone; None = all.
    """

    name = "the stream"
    unit: Literal["rows", "bytes"] = "rows"

    def __init__(
        self,
        plan: ResolvedPlan,
        ref: TableRef,
        workers: int,
        cancelled: Callable[[], bool],
        only: Sequence[str] | None = None,
    ) -> None:
        self._plan, self._ref, self._workers, self._cancelled = plan, ref, workers, cancelled
        self._only = only
        self._chunks: list[Chunk] = []
        self._lines: list[int] = []
        """The first line of each chunk sent so far."""

    @property
    def _table(self) -> ResolvedTable:
        return self._plan.tables[self._ref]

    @property
    def columns(self) -> tuple[str, ...]:
        """Names, in the order of the file."""
        names = self._table.column_names
        return names if self._only is None else tuple(name for name in names if name in self._only)

    @property
    def size(self) -> int:
        """Rows."""
        return self._table.rows

    def blocks(self) -> Generator[tuple[bytes, int], None, None]:
        """Yield the header, then the lines of each chunk with the rows made so far.

        Raises:
            Cancelled: stopped.
            GenerationError: a row could not be made.
        """
        engine, line = Engine(self._plan), 2
        self._chunks, self._lines = [], []
        yield csv.header(self.columns), 0
        chunks = chunks_of(self._ref, self.size, BLOCK_ROWS)
        made = in_order(
            lambda chunk: _lines(engine, chunk, self.columns), chunks, self._workers, self._cancelled, engine.stop
        )
        # What one table's chunks left is of no use to the next; of a small table it is not worth the call.
        with heap.kept() if self.size > BLOCK_ROWS else nullcontext(), closing(made):
            for chunk, (data, lines) in made:
                self._chunks.append(chunk)
                self._lines.append(line)
                line += lines
                yield data, chunk.stop

    def only(self, columns: Sequence[str], directory: Path) -> RowStream:
        """Return these columns alone."""
        return RowStream(self._plan, self._ref, self._workers, self._cancelled, columns)

    def lengths(self, line: int) -> dict[str, int]:
        """Characters per column of the record on a line; the rows of its chunk are made again."""
        at = bisect_right(self._lines, line) - 1
        if at < 0:
            return {}
        frame = Engine(self._plan).rows(self._ref, self._chunks[at].index)
        texts = _texts(frame)
        breaks = texts.select(pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True))).to_series()
        first = breaks.fill_null(0).cum_sum().shift(1, fill_value=0) + pl.int_range(frame.height, eager=True)
        row = int(first.search_sorted(line - self._lines[at], side="right")) - 1
        return {name: len(value or "") for name, value in texts.row(row, named=True).items()}

    def line_of(self, columns: Sequence[str], key: str) -> int | None:
        """The line; the chunks sent are made again, one after the other."""
        engine = Engine(self._plan)
        holds = pl.concat_str(pl.col(list(columns)), separator=", ") == key
        for chunk, line in zip(self._chunks, self._lines, strict=True):
            found = _texts(engine.rows(self._ref, chunk.index, columns)).select(holds.arg_true()).to_series()
            if len(found):
                return self._line(engine, chunk, line, int(found[0]))
        return None

    def line_at(self, record: int) -> int | None:
        """The line; the record's chunk is made again."""
        above = record - 1
        for chunk, line in zip(self._chunks, self._lines, strict=True):
            if above < len(chunk.index):
                return self._line(Engine(self._plan), chunk, line, above)
            above -= len(chunk.index)
        return None

    def _line(self, engine: Engine, chunk: Chunk, first: int, above: int) -> int:
        """The line of the row below so many others of a chunk that begins on line `first`."""
        texts = _texts(engine.rows(self._ref, chunk.index[:above]))
        breaks = texts.select(pl.sum_horizontal(pl.all().str.count_matches("\n", literal=True).sum()))
        return first + above + int(breaks.item() or 0)


def _lines(engine: Engine, chunk: Chunk, columns: Sequence[str]) -> tuple[bytes, int]:
    """A chunk's CSV, and how many lines that is."""
    frame = engine.rows(chunk.ref, chunk.index, columns)
    plain = all(column.plain for column in frame_bytes(frame))
    data = csv.encode(frame, plain=plain)
    return data, frame.height if plain else data.count(b"\n")


def _texts(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame as its CSV says it."""
    return pl.read_csv(csv.encode(frame, include_header=True), infer_schema=False)
