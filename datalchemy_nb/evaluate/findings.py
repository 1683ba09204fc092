"""What the judge collects: violations, warnings and tallies, under the plan's policies."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from datalchemy_nb.contracts.metrics import CheckTally, ConstraintSummary, MetricsWarning, Tally, Violation
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import ConstraintKind, FkStrategyRule, Plan, PolicyMode, PolicyRule

CheckClass = Literal[
    "file",
    "rows",
    "type",
    "length",
    "enum",
    "not_null",
    "pk",
    "unique",
    "fk",
    "check",
    "domain",
    "exclusion",
    "relation",
]
_POLICY_OF: dict[str, ConstraintKind] = {
    "not_null": "not_null",
    "pk": "primary_key",
    "unique": "unique",
    "fk": "foreign_key",
    "check": "check",
    "domain": "check",
    "exclusion": "check",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One broken constraint.

    Attributes:
        row: first offending row, counted from 1; None where no single row is to blame.
        columns: columns whose cells show the fault.
    """

    ref: TableRef
    kind: CheckClass
    code: str
    path: str
    message: str
    count: int = 1
    row: int | None = None
    columns: tuple[str, ...] = ()
    example: dict[str, str | None] | None = None

    def as_violation(self) -> Violation:
        """The entry of metrics.json."""
        return Violation(
            code=self.code,
            path=self.path,
            message=self.message,
            count=self.count,
            row_index=self.row,
            example=dict(self.example) if self.example is not None else None,
        )


@dataclass
class Findings:
    """Everything found so far; adding is all that checks do with it."""

    plan: Plan | None
    broken: list[Finding] = field(default_factory=list)
    warnings: list[MetricsWarning] = field(default_factory=list)
    _checked: dict[str, int] = field(default_factory=dict)
    _skipped: dict[str, int] = field(default_factory=dict)

    def mode(self, ref: TableRef, kind: CheckClass) -> PolicyMode:
        """How strictly the plan holds a class of constraints for a table."""
        if self.plan is None or (policy := _POLICY_OF.get(kind)) is None:
            return "enforce"
        for rule in self._held.get(ref, ()):
            if isinstance(rule, PolicyRule) and rule.constraint == policy:
                return rule.mode
        if kind == "fk" and self._fk_disabled(ref):
            return "warn"
        return "enforce"

    @cached_property
    def _held(self) -> dict[TableRef, list[PolicyRule | FkStrategyRule]]:
        """What the plan says of constraints, by table."""
        found: dict[TableRef, list[PolicyRule | FkStrategyRule]] = {}
        for rule in self.plan.rules if self.plan is not None else ():
            if isinstance(rule, PolicyRule | FkStrategyRule):
                found.setdefault(rule.ref, []).append(rule)
        return found

    def _fk_disabled(self, ref: TableRef) -> bool:
        if self.plan is None or not self.plan.settings.allow_fk_disable:
            return False
        rules = (rule for rule in self._held.get(ref, ()) if isinstance(rule, FkStrategyRule))
        return any(rule.mode == "disable" for rule in rules)

    def checked(self, kind: CheckClass) -> None:
        """Count a constraint that was evaluated."""
        self._checked[kind] = self._checked.get(kind, 0) + 1

    def skipped(self, ref: TableRef, kind: CheckClass, path: str, message: str) -> None:
        """Count a constraint that could not be evaluated; a warning under policies other than ``ignore``."""
        self._skipped[kind] = self._skipped.get(kind, 0) + 1
        if self.mode(ref, kind) != "ignore":
            self.warn(f"{kind}_unsupported", path, message, hint="`load` asks PostgreSQL itself")

    def warn(self, code: str, path: str, message: str, *, hint: str | None = None, count: int | None = None) -> None:
        """Add a warning."""
        self.warnings.append(MetricsWarning(code=code, path=path, message=message, hint=hint, count=count))

    def add(self, finding: Finding) -> None:
        """Add a broken constraint: a violation, a warning or nothing, as its policy says."""
        mode = self.mode(finding.ref, finding.kind)
        if mode == "enforce":
            self.broken.append(finding)
        elif mode == "warn":
            self.warn(f"{finding.code}_failed", finding.path, finding.message, count=finding.count)

    def in_order(self) -> list[Finding]:
        """Broken constraints by path, code and row."""
        return sorted(self.broken, key=lambda f: (f.path, f.code, f.row or 0, f.message))

    def with_examples(self, examples: Iterable[tuple[Finding, dict[str, str | None]]]) -> Sequence[Finding]:
        """Broken constraints in order, with the given examples filled in."""
        cells = {id(finding): example for finding, example in examples}
        return [replace(f, example=cells.get(id(f))) for f in self.in_order()]

    def summary(self) -> ConstraintSummary:
        """Tallies by class."""
        totals: dict[str, Tally] = {}
        for name, info in ConstraintSummary.model_fields.items():
            broken = sum(f.count for f in self.broken if f.kind == name)
            checked = self._checked.get(name, 0)
            if isinstance(info.default, CheckTally):
                skipped = self._skipped.get(name, 0)
                totals[name] = CheckTally(checked=checked, violations=broken, not_evaluated=skipped)
            else:
                totals[name] = Tally(checked=checked, violations=broken)
        return ConstraintSummary.model_validate({name: tally.model_dump() for name, tally in totals.items()})
