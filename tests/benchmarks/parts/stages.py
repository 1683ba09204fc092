"""What each stage of a run costs, against the floor of the same rows: the budget that the whole has to keep."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from datalchemy_nb.contracts.run import BLOCK_ROWS
from datalchemy_nb.export import csv
from datalchemy_nb.export.digest import BlockHasher, frame_bytes
from datalchemy_nb.generate.rows import Engine
from tests.benchmarks.figures import Figure, Sample
from tests.benchmarks.harness import Bench

if TYPE_CHECKING:
    from datalchemy_nb.contracts.names import TableRef
    from datalchemy_nb.resolve.plan import ResolvedPlan

BUDGET = {
    "making the rows": 1.50,
    "bytes of their columns, for digests": 0.45,
    "CSV": 1.00,
    "digests (XXH3-128)": 0.05,
    "SHA-256 of the file": 0.25,
}
"""Processor time of each stage, at most, over that of `sink_csv` and SHA-256 of the same rows."""
_FLOOR = "the floor"
_SHARE = 4
"""Tables of at least a quarter of the large ones' rows are measured: a block each, weighed by their rows."""
Out = TypeVar("Out")


def stages(bench: Bench, plan: ResolvedPlan) -> Iterator[Figure]:
    """Every stage on one thread, a block of each large table at a time."""
    engine = Engine(plan)
    large = [ref for ref, table in plan.tables.items() if table.rows * _SHARE >= bench.rows]
    spent = []
    for number in range(bench.runs):
        bench.say(f"round {number + 1} of {bench.runs}: stages")
        spent.append(sum((_block(bench, engine, ref, number) for ref in large), Counter[str]()))
    for stage, limit in BUDGET.items():
        shares = tuple(round_[stage] / round_[_FLOOR] for round_ in spent)
        yield Figure(
            part="floor",
            title=f"stage by stage, against sink_csv and sha256 of the same rows: {stage}",
            value=Sample(label="processor time", unit="x", values=shares),
            limit=limit,
        )


def _block(bench: Bench, engine: Engine, ref: TableRef, number: int) -> Counter[str]:
    """Seconds of processor time of the stages of a block, as if all of the table's were like it."""
    total = engine.plan.tables[ref].rows
    rows = min(BLOCK_ROWS, total)
    engine.rows(ref, range(rows))  # what is looked up is made once
    first = min((number + 1) * rows, total - rows)
    found: Counter[str] = Counter()

    def timed(stage: str, work: Callable[[], Out]) -> Out:
        before = time.process_time()
        made = work()
        found[stage] += (time.process_time() - before) * total / rows  # type: ignore[assignment]
        return made

    wanted = np.arange(first, first + rows, dtype=np.uint64)
    frame = timed("making the rows", lambda: engine.rows(ref, wanted))
    columns = timed("bytes of their columns, for digests", lambda: frame_bytes(frame))
    plain = all(column.plain for column in columns)
    text = timed("CSV", lambda: csv.encode(frame, plain=plain))
    hasher = BlockHasher(frame.width)
    hasher.update(columns)
    timed("digests (XXH3-128)", lambda: (hasher.update(columns), hasher.digests()))
    timed("SHA-256 of the file", lambda: hashlib.sha256(text).digest())
    with bench.scratch() as here:
        timed(_FLOOR, lambda: frame.lazy().sink_csv(here / "floor.csv"))
        timed(_FLOOR, lambda: hashlib.sha256((here / "floor.csv").read_bytes()).digest())
    return found
