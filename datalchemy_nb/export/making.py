"""Chunks made: by threads of this process, here; by workers elsewhere, see `datalchemy_nb.export.cluster`."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from typing import TYPE_CHECKING

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.run import BLOCK_ROWS, PROBED
from datalchemy_nb.export.digest import ColumnBytes, block_digests, frame_bytes, frame_digests
from datalchemy_nb.export.formats import Format
from datalchemy_nb.export.tablefile import Made
from datalchemy_nb.export.writers import WRITERS, whole_blocks
from datalchemy_nb.generate.engine import Chunk, in_order, plan_chunks
from datalchemy_nb.generate.redrawing import Counters
from datalchemy_nb.generate.rows import Engine

if TYPE_CHECKING:
    from datalchemy_nb.resolve.plan import ResolvedPlan

Results = Generator[tuple[Chunk, tuple[Made, Counters]], None, None]
Source = Callable[[Mapping[TableRef, int]], Results]
"""Called with the rows that exist already, per table; gives every further chunk in order."""


def make(engine: Engine, chunk: Chunk, formats: Sequence[Format]) -> tuple[Made, Counters]:
    """Return a chunk's rows as the writers append them, with digests when the chunk is a whole block."""
    counters = Counters()
    table = engine.plan.tables[chunk.ref]
    frame = engine.rows(chunk.ref, chunk.index, counters=counters)
    probed = not chunk.start and chunk.stop >= min(PROBED, table.rows)
    columns: tuple[ColumnBytes, ...] | None = None
    digests: tuple[str, ...] | None = None
    if chunk.start % BLOCK_ROWS or chunk.stop < min(chunk.start + BLOCK_ROWS, table.rows):
        columns = frame_bytes(frame)
        plain = all(column.plain for column in columns)
        probe = frame_digests(frame.head(PROBED)) if probed else ()
    else:
        digests, plain, probe = block_digests(frame, PROBED if probed else 0)
    parts = {suffix: WRITERS[suffix].encode(chunk.ref, frame, plain=plain) for suffix in formats}
    return Made(parts, columns, digests, probe=probe), counters


def on_threads(
    plan: ResolvedPlan,
    formats: Sequence[Format],
    *,
    chunk_rows: int,
    workers: int,
    cancelled: Callable[[], bool] = lambda: False,
) -> Source:
    """Make chunks on threads of this process."""
    size = BLOCK_ROWS if whole_blocks(formats) else min(chunk_rows, BLOCK_ROWS)
    engine = Engine(plan)

    def results(done: Mapping[TableRef, int]) -> Results:
        chunks = plan_chunks(plan, size, done)
        return in_order(lambda chunk: make(engine, chunk, formats), chunks, workers, cancelled, engine.stop)

    return results
