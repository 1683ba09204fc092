"""Make a drafted plan valid and feasible: drop what offends, lower rows, leave out what cannot be made."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from datalchemy_nb.constraints.graph import partition_root
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import ColumnRule, Plan, PlanTarget, UnsupportedReference, UnsupportedRule
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.drafting.suggestion import RowCount
from datalchemy_nb.errors import DatalchemyError, PlanInvalid
from datalchemy_nb.planning.validate import validate
from datalchemy_nb.resolve.resolve import resolve

_PLACE = re.compile(r"/(rules|targets)/(\d+)")
_POSSIBLE = re.compile(r"\b(\d+) distinct values are possible")
_TOO_MANY_ROWS = frozenset({"domain_too_small"})


@dataclass
class Repair:
    """A plan under repair.

    Attributes:
        dropped: why a column lost its rule.
        counts: row counts with their reasons.
        unsupported: what the plan leaves out, and why.
    """

    schema: DatabaseSchema
    head: Plan
    rules: dict[tuple[TableRef, str], ColumnRule]
    counts: dict[TableRef, RowCount]
    dropped: dict[tuple[TableRef, str], str] = field(default_factory=dict)
    unsupported: dict[TableRef, UnsupportedRule] = field(default_factory=dict)

    @property
    def plan(self) -> Plan:
        """The plan as it stands."""
        targets = tuple(
            PlanTarget(schema_name=ref.schema, table=ref.table, rows=count.rows) for ref, count in self.counts.items()
        )
        update = {
            "targets": targets,
            "rules": tuple(self.rules.values()),
            "rules_unsupported": tuple(self.unsupported.values()),
        }
        return self.head.model_copy(update=update)

    def run(self) -> Plan:
        """Repair until validation and resolution find no error; every round takes something away, so it ends."""
        while self.counts:
            plan = self.plan
            found = _errors(validate(plan, self.schema)) or self._unresolved(plan)
            if not found:
                return plan
            for issue in found:
                self._mend(plan, issue)
        return self.plan

    def _unresolved(self, plan: Plan) -> list[Issue]:
        try:
            resolve(plan, self.schema)
        except PlanInvalid as error:
            return _errors(error.issues) or [_issue(error.message)]
        except DatalchemyError as error:
            return [_issue(error.message)]
        return []

    def _mend(self, plan: Plan, issue: Issue) -> None:
        """Act on an issue: fewer rows, one rule less, all rules of a table, or the table itself."""
        place = _PLACE.match(issue.path)
        rule = plan.rules[int(place[2])] if place and place[1] == "rules" else None
        ref = rule.ref if rule else plan.targets[int(place[2])].ref if place else self._named(issue.message)
        if ref is None:
            for target in list(self.counts):
                self._leave_out(target, issue.message)
        elif ref not in self.counts and rule is None:
            return  # an earlier issue of this round has left the table out already
        elif issue.code in _TOO_MANY_ROWS and self._fewer_rows(plan, ref, issue):
            return
        elif rule is not None:
            self._drop(rule, issue)
        else:
            self._strip_or_leave_out(ref, issue)

    def _named(self, message: str) -> TableRef | None:
        """The table a message begins with, as nearly all do; else the first that it mentions."""
        names = sorted(self.schema.tables, key=lambda ref: -len(str(ref)))
        patterns = {ref: re.compile(rf"(?<![\w$.\"]){re.escape(str(ref))}(?![\w$\"])") for ref in names}
        begun = next((ref for ref in names if patterns[ref].match(message)), None)
        return begun or next((ref for ref in names if ref in self.counts and patterns[ref].search(message)), None)

    def _fewer_rows(self, plan: Plan, ref: TableRef, issue: Issue) -> bool:
        rows = self.counts[ref].rows if ref in self.counts else 1
        if rows <= 1:
            return False
        told = _POSSIBLE.search(issue.message)
        fewer = max(int(told[1]), 1) if told else rows // 2
        if fewer >= rows:
            # Another issue of this round has lowered them already; else the number is no help.
            return rows < next(target.rows for target in plan.targets if target.ref == ref)
        self.counts[ref] = RowCount(fewer, f"lowered from {rows}: {issue.message}")
        return True

    def _drop(self, rule: object, issue: Issue) -> None:
        if isinstance(rule, ColumnRule) and self.rules.pop((rule.ref, rule.column), None) is not None:
            self.dropped[rule.ref, rule.column] = f"{rule.generator_id} dropped: {issue.message}"

    def _strip_or_leave_out(self, ref: TableRef, issue: Issue) -> None:
        own = [rule for (table, _), rule in self.rules.items() if table == ref]
        for rule in own:
            self._drop(rule, issue)
        if not own:
            self._leave_out(ref, issue.message)

    def _leave_out(self, ref: TableRef, reason: str) -> None:
        """Take a table out of the plan, and with it every table that needs its rows."""
        if self.counts.pop(ref, None) is None:
            return
        self.rules = {place: rule for place, rule in self.rules.items() if place[0] != ref}
        reference = UnsupportedReference(schema_name=ref.schema, table=ref.table)
        told = UnsupportedRule(description=f"rows of {ref}", reason=reason, reference=reference)
        self.unsupported[ref] = told
        for child, table in self.schema.tables.items():
            parents = {partition_root(key.target, self.schema) for key in table.foreign_keys}
            if child in self.counts and ref in parents:
                self._leave_out(child, f"it refers to {ref}, which is left out")


def _issue(message: str) -> Issue:
    return Issue(severity="error", code="unsupported", path="/", message=message)


def _errors(issues: Iterable[Issue]) -> list[Issue]:
    return [issue for issue in issues if issue.severity == "error"]
