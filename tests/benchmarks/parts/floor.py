"""A whole run against writing the same frames, ready in memory, with Polars and hashing the files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.demo import crm_sql
from datalchemy_nb.generate.rows import Engine
from tests.benchmarks.figures import Figure, Sample
from tests.benchmarks.harness import Bench, looked_at, ratios, seconds
from tests.benchmarks.parts.stages import stages
from tests.benchmarks.plans import crm


def floor(bench: Bench) -> Iterator[Figure]:
    """Generate, CSV, sha256, manifest and report; and the same without generating; then the budget of the stages."""
    session = bench.session("crm", crm_sql())
    resolved = session.resolved(crm(bench.rows))
    engine = Engine(resolved)
    frames = {ref: engine.rows(ref, range(table.rows)) for ref, table in resolved.tables.items()}
    sizes: list[int] = []

    def whole_run() -> None:
        # Both write new files and take them away: writing over files that are there is an eighth of the price, for
        # the kernel need not find pages for them.
        with bench.scratch() as here:
            sizes.append(session.generate(out_dir=here / "runs").report.bytes_written)

    def lowest() -> None:
        with bench.scratch() as here:
            write(frames, here)

    spent = bench.rounds({"the whole run": whole_run, "the floor": lowest})
    bench.say("where the whole run spends its time")
    shares = looked_at(whole_run)
    ours, theirs = spent["the whole run"], spent["the floor"]
    rows = sum(frame.height for frame in frames.values())
    yield Figure(
        part="floor",
        title="a whole run against Polars sink_csv and sha256 of the same frames",
        value=ratios(ours, theirs, "processor time", cpu=True),
        limit=1.35,
        details=(
            ratios(ours, theirs, "clock"),
            *seconds(ours, "whole run"),
            *seconds(theirs, "sink_csv, then sha256"),
            Sample(label="rows per second, whole run", unit="rows/s", values=tuple(rows / s.wall for s in ours)),
        ),
        shares=shares,
        note=f"{rows:,} rows of full_stack_ptbr, {sizes[0] / 1e6:,.0f} MB",
    )
    frames.clear()
    yield from stages(bench, resolved)


def write(frames: Mapping[TableRef, pl.DataFrame], directory: Path) -> None:
    """Write frames with Polars' streaming writer, then hash the files."""
    for ref, frame in frames.items():
        path = directory / f"{ref.table}.csv"
        frame.lazy().sink_csv(path)
        with path.open("rb") as file:
            hashlib.file_digest(file, "sha256")
