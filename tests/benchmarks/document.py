"""docs/performance.md, made from the figures."""

from __future__ import annotations

from collections.abc import Iterator

from tests.benchmarks.figures import Figure, Figures, Machine, Sample

PLOT = "performance_memory.svg"
_BUSY = 0.5
_SIGN = {"small": "≤", "large": "≥"}


_SHARED = (
    "Some were measured while others worked on the same machine: times on the clock are then long and widely spread.",
    "Ratios suffer less, those of processor time least.",
)


def document(figures: Figures, worse: list[str]) -> str:
    """Return the page: targets first, then machine, then what every figure was made from."""
    lines = [
        "# Performance",
        "",
        "Made by `make bench`, which measures everything side by side. Contestants take turns, a round each, so",
        "that what else the machine does hits all alike; a ratio is that of the two in the same round. Values are",
        "medians, with the smallest and the largest in brackets. `by` says which clock decides: processor time is that",
        "of user and system, children included, and tells of the work; what a person waits for is told by the clock.",
        "`before` is the same, measured the time before. What was tried where a target is missed, and what it gave, is",
        "told in [what speed costs](speed.md).",
        "",
        "| what | by | target | before | measured | met |",
        "|---|---|---|---|---|---|",
        *(_line(figure) for figure in figures.figures),
        "",
    ]
    if any(figure.load > _BUSY for figure in figures.figures):
        lines += [*_SHARED, ""]
    if worse:
        lines += ["Worse by more than 15 % than the figures before:", "", *(f"- {line}" for line in worse), ""]
    lines += ["## Machine", "", *_machine(figures.machine), ""]
    for figure in figures.figures:
        if figure.details or figure.shares:
            lines += [f"## {_heading(figure.title)}", "", *_details(figure), ""]
    return "\n".join(lines).rstrip() + "\n"


def _heading(title: str) -> str:
    return title[:1].upper() + title[1:]


def _line(figure: Figure) -> str:
    target = f"{_SIGN[figure.better]} {_number(figure.limit)} {figure.value.unit}"
    before = "" if figure.before is None else f"{_number(figure.before)} {figure.value.unit}"
    measured, met = f"**{_shown(figure.value)}**", "yes" if figure.met else "no"
    return f"| {_heading(figure.title)} | {figure.value.label} | {target} | {before} | {measured} | {met} |"


def _details(figure: Figure) -> Iterator[str]:
    busy = f", while {figure.load:.1f} processes per core wanted to run" if figure.load > _BUSY else ""
    yield f"Measured by `{figure.command}`{busy}." + (f" What: {figure.note}." if figure.note else "")
    yield ""
    if figure.points:
        yield f"![Peak memory over rows]({PLOT})"
        yield ""
    if figure.details:
        yield "| | median (range) | rounds |"
        yield "|---|---|---|"
        for sample in (figure.value, *figure.details):
            yield f"| {sample.label} | {_shown(sample)} | {len(sample.values)} |"
    if figure.shares:
        if figure.details:
            yield ""
        yield "Where its processor time goes, by one more run that was looked at every few milliseconds:"
        yield ""
        yield "| where | share |"
        yield "|---|---|"
        for share in figure.shares:
            yield f"| {share.what} | {share.share:.0%} |"


def _shown(sample: Sample) -> str:
    middle = f"{_number(sample.median)} {sample.unit}"
    return middle if len(sample.values) == 1 else f"{middle} ({_number(sample.low)} to {_number(sample.high)})"


def _number(value: float) -> str:
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _machine(machine: Machine) -> list[str]:
    versions = ", ".join(f"{name} {version}" for name, version in machine.versions.items())
    return [
        f"{machine.cpu}, {machine.cores} cores, {machine.memory_gb:.0f} GB, {machine.system}.",
        "",
        f"Versions: {versions}.",
    ]
