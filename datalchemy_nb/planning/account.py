"""An account of how each constraint of a table is met, written while the table is resolved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from datalchemy_nb.contracts.feasibility import CheckPart, CheckReport, How, UniqueReport


@dataclass
class Account:
    """What was decided so far.

    Attributes:
        expressions: the text of each CHECK, by the name it goes by.
        parts: how the parts of each CHECK are met.
        unique: unique sets, by name.
    """

    expressions: dict[str, str] = field(default_factory=dict)
    parts: dict[str, list[CheckPart]] = field(default_factory=dict)
    unique: dict[str, UniqueReport] = field(default_factory=dict)

    def heard(self, check: str, expression: str) -> None:
        """A CHECK exists."""
        self.expressions.setdefault(check, expression)

    def part(self, check: str, columns: Iterable[str], how: How, detail: str = "") -> None:
        """Part of a CHECK is met so; limits of types and keys made false are no CHECKs, and are left out."""
        if check in self.expressions:
            self.parts.setdefault(check, []).append(CheckPart(columns=tuple(columns), how=how, detail=detail))

    def fixed(self, check: str, columns: tuple[str, ...], detail: str) -> None:
        """A part that was to be redrawn turns out to read only what keys decide."""
        found = self.parts.get(check, [])
        found[:] = [p for p in found if not (p.how == "redrawn" and set(p.columns) == set(columns))]
        self.part(check, columns, "unsupported", detail)

    def checks(self) -> tuple[CheckReport, ...]:
        """The CHECKs as they stand."""
        return tuple(
            CheckReport(name=name, expression=text, parts=tuple(dict.fromkeys(self.parts.get(name, ()))))
            for name, text in self.expressions.items()
        )


def with_acceptance(check: CheckReport, measured: Mapping[str, float]) -> CheckReport:
    """Write what was measured to the parts that are redrawn."""
    share = measured.get(check.name)
    parts = tuple(p.model_copy(update={"acceptance": share}) if p.how == "redrawn" else p for p in check.parts)
    return check.model_copy(update={"parts": parts})
