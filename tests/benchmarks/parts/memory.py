"""Peak memory of whole runs, each in a process of its own, over the number of rows."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from datalchemy_nb.demo import crm_sql
from tests.benchmarks.figures import Figure, Sample
from tests.benchmarks.harness import Bench
from tests.benchmarks.plans import one_table

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
_TO_DISK = 10_000_000
_RUN = """
import json, sys, time
from pathlib import Path
from datalchemy_nb.export.report import peak_memory
from datalchemy_nb.export.stream import stream
from datalchemy_nb.generate.engine import default_workers
from datalchemy_nb.session import Session
session = Session()
session.use_schema(sys.argv[1])
plan = session.resolved(json.loads(Path(sys.argv[2]).read_text()))
started = time.perf_counter()
stream(plan, Path(sys.argv[3]) if sys.argv[3] else None, workers=default_workers())
print(json.dumps([peak_memory(), time.perf_counter() - started]))
"""


def memory(bench: Bench) -> Iterator[Figure]:
    """From ten thousand rows to a hundred times `bench.rows`; beyond ten million without files."""
    session = bench.session("crm", crm_sql())
    assert session.schema is not None
    sizes = [size for size in (*SIZES, 100_000_000) if size <= 100 * bench.rows]
    peaks, times = [], []
    for size in sizes:
        bench.say(f"{size:,} rows")
        with bench.scratch() as here:
            (here / "schema.json").write_text(session.schema.to_json(), encoding="utf-8")
            (here / "plan.json").write_text(json.dumps(one_table(size)), encoding="utf-8")
            peak, seconds = _measured(here, to_disk=size <= _TO_DISK)
        peaks.append(peak / 1e6)
        times.append(seconds)
    yield Figure(
        part="memory",
        title=f"peak memory of a run, {sizes[0]:,} to {sizes[-1]:,} rows",
        value=Sample(label="largest", unit="MB", values=(max(peaks),)),
        limit=300,
        details=tuple(
            Sample(label=f"{size:,} rows in {taken:.1f} s", unit="MB", values=(peak,))
            for size, peak, taken in zip(sizes, peaks, times, strict=True)
        ),
        points=tuple((float(size), peak) for size, peak in zip(sizes, peaks, strict=True)),
        note="crm.contatos, nine columns; the whole process, interpreter and libraries included",
    )


def _measured(here: Path, *, to_disk: bool) -> tuple[float, float]:
    place = str(here) if to_disk else ""
    words = [sys.executable, "-c", _RUN, str(here / "schema.json"), str(here / "plan.json"), place]
    done = subprocess.run(words, check=True, capture_output=True, text=True)
    peak, seconds = json.loads(done.stdout)
    return float(peak), float(seconds)
