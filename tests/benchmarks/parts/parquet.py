"""A run in Parquet, and in both formats, beside one in CSV."""

from __future__ import annotations

from collections.abc import Iterator

from datalchemy_nb.demo import crm_sql
from tests.benchmarks.figures import Figure, Sample
from tests.benchmarks.harness import Bench, ratios, seconds
from tests.benchmarks.plans import crm

_FORMATS = ("csv", "parquet", "both")


def parquet(bench: Bench) -> Iterator[Figure]:
    """The same rows, streamed and hashed."""
    session = bench.session("crm", crm_sql())
    session.resolved(crm(bench.rows))
    sizes: dict[str, int] = {}

    def run(form: str) -> None:
        with bench.scratch() as here:
            sizes[form] = session.generate(out_dir=here, formats=form).report.bytes_written

    spent = bench.rounds({form: lambda form=form: run(form) for form in _FORMATS})  # type: ignore[misc]
    yield Figure(
        part="parquet",
        title="a run in Parquet against one in CSV",
        value=ratios(spent["parquet"], spent["csv"], "clock"),
        limit=1.5,
        details=(
            ratios(spent["both"], spent["csv"], "both formats, clock"),
            ratios(spent["parquet"], spent["csv"], "processor time", cpu=True),
            *(sample for form in _FORMATS for sample in seconds(spent[form], form)),
            *(Sample(label=f"{form} on disk", unit="MB", values=(sizes[form] / 1e6,)) for form in _FORMATS),
        ),
        note="full_stack_ptbr; a row group of 65,536 rows, zstd level 1, whole-file SHA-256",
    )
