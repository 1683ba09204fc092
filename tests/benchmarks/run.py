"""``python -m tests.benchmarks``: measure the parts asked for, write the page, say what got worse."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from datalchemy_nb.errors import UsageError, did_you_mean
from datalchemy_nb.export.rundir import write_atomic
from tests.benchmarks.document import PLOT, document
from tests.benchmarks.figures import Figure, Figures
from tests.benchmarks.harness import Bench
from tests.benchmarks.machine import load, machine
from tests.benchmarks.parts import PARTS
from tests.benchmarks.plot import memory_svg

PAGE = "performance.md"
FIGURES = "performance.json"


def bench(
    parts: Sequence[str],
    out: Path,
    *,
    runs: int = 3,
    rows: int = 1_000_000,
    say: Callable[[str], None] = lambda line: None,
) -> tuple[Figures, list[str]]:
    """Measure and write the page, its figures and its plot.

    Args:
        parts: which; empty = all.
        out: directory of the page; figures kept there are compared with, and those of other parts stay.
        runs: rounds of each comparison.
        rows: rows of each large table.
        say: told what is being measured.

    Returns:
        All figures on the page, and a line for each that got worse by more than 15 %.

    Raises:
        UsageError: no such part, or a program is missing.
    """
    for part in parts:
        if part not in PARTS:
            raise UsageError(f"no part {part!r}", hint=did_you_mean(part, PARTS) or f"one of {', '.join(PARTS)}")
    # Work that was done before is no measure of it; what is kept is measured where a part says so.
    os.environ["DATALCHEMY_CACHE"] = "off"
    wanted = [part for part in PARTS if part in parts or not parts]
    before = Figures.read(out / FIGURES) if (out / FIGURES).is_file() else None
    measured = Figures(machine=machine(), figures=tuple(_measure(wanted, runs, rows, say)))
    worse = measured.worse_than(before)
    figures = measured.merged(before)
    out.mkdir(parents=True, exist_ok=True)
    write_atomic(out / FIGURES, figures.to_json())
    write_atomic(out / PAGE, document(figures, worse))
    for figure in figures.figures:
        if figure.points:
            write_atomic(out / PLOT, memory_svg(figure.points, figure.limit))
    return figures, worse


def _measure(parts: Sequence[str], runs: int, rows: int, say: Callable[[str], None]) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="datalchemy-bench-") as directory:
        work = Bench(runs, rows, Path(directory))
        try:
            found: list[Figure] = []
            for part in parts:
                how = {"command": f"python -m tests.benchmarks {part} --runs {runs} --rows {rows}", "load": load()}
                work.say = lambda line, part=part: say(f"{part}: {line}")  # type: ignore[misc]
                found += [figure.model_copy(update=how) for figure in PARTS[part](work)]
        finally:
            work.close()
    return found
