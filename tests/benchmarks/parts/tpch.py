"""The TPC-H schema against tpchgen-cli, which is written in Rust for this one schema."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator

from tests.benchmarks import tpch as schema
from tests.benchmarks.figures import Figure, Sample
from tests.benchmarks.harness import Bench, needed, ratios, seconds


def tpch(bench: Bench) -> Iterator[Figure]:
    """Both on all cores, to the same disk; ours with hashes, manifest and report."""
    scale = bench.rows / 1_000_000
    rival = needed("tpchgen-cli")
    session = bench.session("tpch", schema.ddl())
    session.resolved(schema.plan(scale))
    sizes: list[int] = []
    with bench.scratch() as here:
        command = [rival, "csv", "-s", f"{scale:g}", "-o", str(here / "rival"), "--overwrite"]
        spent = bench.rounds(
            {
                "datalchemy_nb": lambda: sizes.append(session.generate(out_dir=here / "runs").report.bytes_written),
                "tpchgen-cli": lambda: subprocess.run(command, check=True, capture_output=True),
            }
        )
        written = sum(path.stat().st_size for path in (here / "rival").glob("*.csv"))
    ours, theirs = spent["datalchemy_nb"], spent["tpchgen-cli"]
    more = sizes[0] / written
    whole = ratios(ours, theirs, "clock")
    yield Figure(
        part="tpch",
        title=f"TPC-H at scale factor {scale:g} against tpchgen-cli, a byte",
        value=Sample(label="clock, a byte", unit="x", values=tuple(ratio / more for ratio in whole.values)),
        limit=0.85,
        details=(
            whole,
            ratios(ours, theirs, "processor time", cpu=True),
            *seconds(ours, "datalchemy_nb, with hashes"),
            *seconds(theirs, "tpchgen-cli csv"),
            Sample(label="bytes, datalchemy_nb", unit="MB", values=(sizes[0] / 1e6,)),
            Sample(label="bytes, tpchgen-cli", unit="MB", values=(written / 1e6,)),
        ),
        note="the eight tables with their keys; same row counts and ranges, similar text widths",
    )
