"""What a benchmark finds: figures with targets, and how they compare with those kept before."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator
from typing import Literal

from datalchemy_nb.contracts.base import Contract

WORSE = 0.15
"""A figure counts as worse when it lost more than this share."""

_COMPARED = ("x", "MB")


class Sample(Contract):
    """Repeated measurements of one thing."""

    label: str
    unit: str
    values: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle value."""
        return statistics.median(self.values)

    @property
    def low(self) -> float:
        """The smallest value."""
        return min(self.values)

    @property
    def high(self) -> float:
        """The largest value."""
        return max(self.values)


class Share(Contract):
    """A part of the processor time of a figure: where it goes, and how much of it, 0 to 1."""

    what: str
    share: float


class Figure(Contract):
    """One line of the table of targets.

    Attributes:
        part: its name on the command line.
        value: what is judged; a ratio has the unit ``x``.
        limit: the target.
        better: whether small or large values are good.
        details: what the value was made from, and more.
        points: for a plot: x and y.
        shares: where the processor time goes, from one more run that is looked at.
        command: what measured it, and `load`, how busy the machine was: runnable processes per core just before.
        before: the median of the same, measured before this time.
    """

    part: str
    title: str
    value: Sample
    limit: float
    better: Literal["small", "large"] = "small"
    details: tuple[Sample, ...] = ()
    points: tuple[tuple[float, float], ...] = ()
    shares: tuple[Share, ...] = ()
    note: str = ""
    command: str = ""
    load: float = 0.0
    before: float | None = None

    def beside(self, old: Figure | None) -> Figure:
        """Return the figure with what was measured before: by the same clock, whichever decided then."""
        samples = () if old is None else (old.value, *old.details)
        same = next((s for s in samples if (s.label, s.unit) == (self.value.label, self.value.unit)), None)
        return self if same is None else self.model_copy(update={"before": same.median})

    @property
    def met(self) -> bool:
        """The median reaches the target."""
        return self.value.median <= self.limit if self.better == "small" else self.value.median >= self.limit

    def loss(self, before: Figure) -> float:
        """Return by which share the median is worse than before; negative when it is better."""
        now, then = self.value.median, before.value.median
        if not now or not then:
            return 0.0
        return now / then - 1 if self.better == "small" else then / now - 1


class Machine(Contract):
    """Where and with what it was measured; no name of a host or user."""

    cpu: str
    cores: int
    memory_gb: float
    system: str
    versions: dict[str, str]


class Figures(Contract):
    """performance.json: the figures that docs/performance.md shows."""

    machine: Machine
    figures: tuple[Figure, ...]

    def merged(self, before: Figures | None) -> Figures:
        """Keep figures of parts that were not measured this time."""
        if before is None:
            return self
        new = {f.part for f in self.figures}
        kept = [f for f in before.figures if f.part not in new]
        known = {(f.part, f.title): f for f in before.figures}
        beside = [f.beside(known.get((f.part, f.title))) for f in self.figures]
        return Figures(machine=self.machine, figures=tuple(ordered((*beside, *kept))))

    def worse_than(self, before: Figures | None) -> list[str]:
        """Return a line for every ratio, and peak of memory, that lost more than 15 % since it was measured so before.

        Seconds are left out: they tell of the machine's day.
        """
        return list(_losses(self.figures, before.figures)) if before else []


ORDER = (
    "floor", "tpch", "rivals", "memory", "startup", "latency", "wide", "evaluation", "parquet", "loading", "resume",
    "scaling",
)  # fmt: skip


def ordered(figures: Iterable[Figure]) -> list[Figure]:
    """Sort figures by part."""
    return sorted(figures, key=lambda f: (ORDER.index(f.part), f.title))


def _losses(now: Iterable[Figure], before: Iterable[Figure]) -> Iterator[str]:
    known = {(f.part, f.title): f for f in before}
    for figure in now:
        old = known.get((figure.part, figure.title))
        same = old is not None and old.value.label == figure.value.label
        comparable = old is not None and same and old.command == figure.command and figure.value.unit in _COMPARED
        if old is not None and comparable and figure.loss(old) > WORSE:
            yield (
                f"{figure.title}: {figure.value.median:.3g} {figure.value.unit}, "
                f"was {old.value.median:.3g} ({figure.loss(old):+.0%})"
            )
