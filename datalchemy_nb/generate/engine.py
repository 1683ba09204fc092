"""Chunks of tables, made by worker threads, handed over in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.run import BLOCK_ROWS
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.errors import Cancelled
from datalchemy_nb.planning.resolved import ResolvedPlan

In = TypeVar("In")
Out = TypeVar("Out")


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


def chunks_of(ref: TableRef, rows: int, chunk_rows: int) -> Iterator[Chunk]:
    """Yield a table's chunks in order."""
    for block in range(0, rows, BLOCK_ROWS):
        block_end = min(block + BLOCK_ROWS, rows)
        for start in range(block, block_end, chunk_rows):
            yield Chunk(ref, start, min(start + chunk_rows, block_end))


def plan_chunks(plan: ResolvedPlan, chunk_rows: int) -> Iterator[Chunk]:
    """Yield the chunks of all tables, in insertion order."""
    for ref, table in plan.tables.items():
        yield from chunks_of(ref, table.rows, chunk_rows)


def in_order(
    work: Callable[[In], Out], items: Iterable[In], workers: int, cancelled: Callable[[], bool] = lambda: False
) -> Iterator[tuple[In, Out]]:
    """Apply ``work`` on threads and yield (item, result) in the order of the items.

    At most ``2 * workers`` results wait, so memory stays flat when the consumer is slower than the workers.

    Raises:
        Cancelled: ``cancelled()`` became true; work under way is finished, nothing more is started.
    """
    pending: deque[tuple[In, Future[Out]]] = deque()
    source = iter(items)
    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="datalchemy")
    try:
        while True:
            for item in source:
                pending.append((item, pool.submit(work, item)))
                if len(pending) >= 2 * workers:
                    break
            if not pending:
                return
            if cancelled():
                raise Cancelled("stopped on request")
            item, future = pending.popleft()
            yield item, future.result()
    finally:
        for _, future in pending:
            future.cancel()
        pool.shutdown(wait=True, cancel_futures=True)
