"""Judging a run against making it."""

from __future__ import annotations

from collections.abc import Iterator

from datalchemy_nb.demo import crm_sql
from datalchemy_nb.results.base import Run
from tests.benchmarks.figures import Figure
from tests.benchmarks.harness import Bench, looked_at, ratios, seconds
from tests.benchmarks.plans import crm


def evaluation(bench: Bench) -> Iterator[Figure]:
    """About ten million rows where `bench.rows` is a million."""
    session = bench.session("crm", crm_sql())
    rows = max(bench.rows * 10 // 8, 1)
    session.resolved(crm(rows))
    made: list[Run] = []
    with bench.scratch() as here:
        spent = bench.rounds(
            {
                "generate": lambda: made.append(session.generate(out_dir=here / "runs")),
                "evaluate": lambda: session.evaluate(made[-1] if made else session.generate(out_dir=here / "runs")),
            }
        )
        bench.say("where evaluating spends its time")
        shares = looked_at(lambda: session.evaluate(made[-1]))
        total = sum(table.rows for table in made[0].manifest.tables)
    yield Figure(
        part="evaluation",
        title="evaluating a run against generating it",
        value=ratios(spent["evaluate"], spent["generate"], "processor time", cpu=True),
        limit=1.0,
        details=(
            ratios(spent["evaluate"], spent["generate"], "clock"),
            *seconds(spent["generate"], "generate"),
            *seconds(spent["evaluate"], "evaluate"),
        ),
        shares=shares,
        note=f"{total:,} rows of full_stack_ptbr",
    )
