"""How benchmarks are shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datalchemy_nb.display.document import Badge, Block, Cell, Document, Note, grid, plural
from datalchemy_nb.results import BenchResult

if TYPE_CHECKING:
    from datalchemy_nb.bench.figures import Figure

_SIGN = {"small": "≤", "large": "≥"}


def describe_bench(result: BenchResult) -> Document:
    """Targets and medians; what got worse first."""
    rows = [_row(figure) for figure in result.figures.figures]
    missed = sum(not figure.met for figure in result.figures.figures)
    badges = [Badge(f"{len(rows) - missed} of {plural(len(rows), 'target')} met", "warn" if missed else "ok")]
    if result.worse:
        badges.append(Badge(f"{plural(len(result.worse), 'figure')} worse than before", "bad"))
    blocks: list[Block] = [Note(line, "bad") for line in result.worse]
    blocks.append(grid(["", "what", "target>", "median>", "from>", "to>"], rows))
    return Document(f"Benchmarks, written to {result.page}", tuple(badges), tuple(blocks))


def _row(figure: Figure) -> list[Cell]:
    value = figure.value
    return [
        Badge("met", "ok") if figure.met else Badge("missed", "warn"),
        figure.title,
        f"{_SIGN[figure.better]} {figure.limit:,.4g} {value.unit}",
        f"{value.median:,.3g}",
        f"{value.low:,.3g}",
        f"{value.high:,.3g}",
    ]
