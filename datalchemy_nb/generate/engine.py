"""Chunks of tables, made by worker threads, handed over in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

import numpy as np

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.run import BLOCK_ROWS
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.errors import Cancelled
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.plan import ResolvedPlan

In = TypeVar("In")
Out = TypeVar("Out")
_POLL_SECONDS = 0.1


@dataclass(frozen=True)
class Chunk:
    """Rows ``start`` to ``stop - 1`` of a table; never crosses a block of 65,536 rows."""

    ref: TableRef
    start: int
    stop: int

    @property
    def index(self) -> U64:
        """The row numbers."""
        return np.arange(self.start, self.stop, dtype=np.uint64)


def default_workers() -> int:
    """Worker threads when the user names no number: one per usable core, at most 8."""
    return min(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1, 8)


def chunks_of(ref: TableRef, rows: int, chunk_rows: int, first: int = 0) -> Iterator[Chunk]:
    """Yield a table's chunks from a block's first row on, in order."""
    for block in range(first, rows, BLOCK_ROWS):
        block_end = min(block + BLOCK_ROWS, rows)
        for start in range(block, block_end, chunk_rows):
            yield Chunk(ref, start, min(start + chunk_rows, block_end))


def plan_chunks(plan: ResolvedPlan, chunk_rows: int, done: Mapping[TableRef, int] | None = None) -> Iterator[Chunk]:
    """Yield the chunks of all tables, in insertion order.

    Args:
        plan: the plan.
        chunk_rows: rows of a chunk.
        done: rows that exist already, whole blocks or the whole table.
    """
    known = done or {}
    for ref, table in plan.tables.items():
        if ref not in known or known[ref] < table.rows:
            yield from chunks_of(ref, table.rows, chunk_rows, known.get(ref, 0))


def in_order(
    work: Callable[[In], Out],
    items: Iterable[In],
    workers: int,
    cancelled: Callable[[], bool] = lambda: False,
    stop: Callable[[], None] = lambda: None,
) -> Generator[tuple[In, Out], None, None]:
    """Apply ``work`` on threads and yield (item, result) in the order of the items.

    One item more than there are workers is under way, so memory stays flat when the consumer is slower.

    Args:
        work: called on a thread.
        items: what it is called with.
        workers: number of threads.
        cancelled: asked between results, and ten times a second while waiting.
        stop: called when the consumer leaves early, to shorten the work under way.

    Raises:
        Cancelled: ``cancelled()`` became true; nothing more is started.
    """
    source = iter(items)
    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="datalchemy")
    finished = False
    pending = deque((item, pool.submit(work, item)) for item in islice(source, workers + 1))
    try:
        while pending:
            item, future = pending.popleft()
            result = _result(future, cancelled)
            pending.extend((following, pool.submit(work, following)) for following in islice(source, 1))
            yield item, result
        finished = True
    finally:
        if not finished:
            stop()
        pool.shutdown(wait=True, cancel_futures=True)


def _result(future: Future[Out], cancelled: Callable[[], bool]) -> Out:
    """Wait for a result, but not deaf to a wish to stop."""
    while True:
        if cancelled():
            raise Cancelled("stopped on request")
        try:
            return future.result(timeout=_POLL_SECONDS)
        except TimeoutError:
            if future.done():
                return future.result()
