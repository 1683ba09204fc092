"""Make a drafted plan valid and feasible: drop what offends, lower rows, leave out what cannot be made."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import field

from datalchemy_nb.constraints.graph import fk_graph, partition_root
from datalchemy_nb.contracts.existing import Existing
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import (
    ColumnRule,
    ForeignKeyRule,
    Plan,
    PlanTarget,
    UnsupportedReference,
    UnsupportedRule,
)
from datalchemy_nb.contracts.relations import BoundsRule
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.drafting.shapes import Claim
from datalchemy_nb.drafting.suggestion import RowCount
from datalchemy_nb.errors import DatalchemyError, PlanInvalid
from datalchemy_nb.planning.validate import validate
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.known import NOT_COMPARED, Given
from datalchemy_nb.resolve.plan import ResolvedPlan
from datalchemy_nb.resolve.resolve import resolve

_PLACE = re.compile(r"/(rules|targets)/(\d+)")
_TOO_MANY_ROWS = frozenset({"domain_too_small"})


@dataclass
class Repair:
    """A plan under repair.

    Attributes:
        dropped: why a column lost its rule.
        counts: row counts with their reasons.
        claims: relations between columns, rows and tables; one that cannot be met is given up before a column's rule.
        unsupported: what the plan leaves out, and why.
        held: tables whose rows are kept, with how many there are.
        beside: tables that hold rows and get more.
        resolved: the plan that `run` returned, resolved; None where it leaves out what the database holds.
    """

    schema: DatabaseSchema
    head: Plan
    rules: dict[tuple[TableRef, str], ColumnRule]
    counts: dict[TableRef, RowCount]
    claims: list[Claim] = field(default_factory=list)
    dropped: dict[tuple[TableRef, str], str] = field(default_factory=dict)
    unsupported: dict[TableRef, UnsupportedRule] = field(default_factory=dict)
    given_up: list[tuple[Claim, Issue]] = field(default_factory=list)
    held: dict[TableRef, RowCount] = field(default_factory=dict)
    beside: dict[TableRef, RowCount] = field(default_factory=dict)
    resolved: ResolvedPlan | None = None

    @property
    def plan(self) -> Plan:
        """The plan as it stands."""
        targets = tuple(self._target(ref, count) for ref, count in self.counts.items())
        related = (claim.rule for claim in self.claims if not {claim.rule.ref, _child(claim)} & self.held.keys())
        update = {
            "targets": targets,
            "rules": (*self._column_rules, *related),
            "rules_unsupported": tuple(self.unsupported.values()),
        }
        plan = self.head.model_copy(update=update)
        if not self.unsupported:
            return plan
        return plan.model_copy(update={"options": plan.settings.model_copy(update={"auto_generate_parents": False})})

    def _target(self, ref: TableRef, count: RowCount) -> PlanTarget:
        plain = PlanTarget(schema_name=ref.schema, table=ref.table, rows=count.rows)
        if ref in self.beside:
            return plain.model_copy(update={"existing": "append", "evidence": self.beside[ref].reason})
        if ref not in self.held:
            return plain
        return plain.model_copy(update={"rows": 0, "existing": "keep", "evidence": self.held[ref].reason})

    @property
    def _column_rules(self) -> list[ColumnRule]:
        """Column rules but for columns that a relation decides alone."""
        decided = {(one.rule.ref, name) for one in self.claims if not one.keeps for name in one.columns}
        return [rule for place, rule in self.rules.items() if place not in decided and rule.ref not in self.held]

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
            counts = {ref: count.rows for ref, count in (self.held | self.beside).items()}
            found = resolve(plan, self.schema, given=Given(Existing.of_counts(counts)) if counts else None)
            self.resolved = None if counts else found
        except PlanInvalid as error:
            return _errors(error.issues) or [_issue(error.message)]
        except DatalchemyError as error:
            return [_issue(error.message)]
        return []

    def _mend(self, plan: Plan, issue: Issue) -> None:
        """Act on an issue: fewer rows, one rule less, all rules of a table, or the table itself."""
        place = _PLACE.match(issue.path)
        rule = plan.rules[int(place[2])] if place and place[1] == "rules" else None
        ref = rule.ref if rule else plan.targets[int(place[2])].ref if place else issue.table
        if ref is not None and self.held.pop(ref, None) is not None:
            return  # its rows are made then, as those of any other
        if issue.code == NOT_COMPARED and ref in self.beside:
            found = self.beside.pop(ref)
            self.held[ref] = RowCount(found.rows, f"{found.reason}, and {issue.message.partition(': ')[2]}")
            return
        if ref is None:
            for target in list(self.counts):
                self._leave_out(target, issue.message)
        elif ref not in self.counts and rule is None:
            return  # an earlier issue of this round has left the table out already
        elif (
            self._as_many_as_asked(ref, issue)
            or (rule is not None and self._give_up(rule, issue))
            or (issue.code in _TOO_MANY_ROWS and self._fewer_rows(plan, ref, issue))
        ):
            return
        elif rule is not None:
            self._drop(rule, issue)
        else:
            self._strip_or_leave_out(ref, issue)

    def _fewer_rows(self, plan: Plan, ref: TableRef, issue: Issue) -> bool:
        rows = self.counts[ref].rows if ref in self.counts else 1
        if rows <= 1:
            return False
        fewer = rows // 2 if issue.possible is None else max(issue.possible, 1)
        if fewer >= rows:
            # Another issue of this round has lowered them already; else the number is no help.
            return rows < next(target.rows for target in plan.targets if target.ref == ref)
        self.counts[ref] = RowCount(fewer, f"lowered from {rows}: {issue.message}")
        return True

    def _as_many_as_asked(self, ref: TableRef, issue: Issue) -> bool:
        """Let a history have the rows that the lifecycles of its parents make."""
        if issue.code != "history_rows" or issue.possible is None or ref not in self.counts:
            return False
        self.counts[ref] = RowCount(issue.possible, "a row for every state entered")
        return True

    def _give_up(self, rule: object, issue: Issue) -> bool:
        """Give a relation up; the columns it decided go by their names again."""
        claim = next((one for one in self.claims if one.rule is rule), None)
        if claim is None:
            return False
        self.claims.remove(claim)
        self.given_up.append((claim, issue))
        return True

    def _give_up_all(self, ref: TableRef, issue: Issue) -> bool:
        """Give up the relations of a table, and those that read its rows."""
        own = [one for one in self.claims if one.rule.ref == ref or getattr(one.rule, "child", None) == ref]
        for claim in own:
            self._give_up(claim.rule, issue)
        return bool(own)

    def _give_up_bounds_below(self, ref: TableRef, issue: Issue) -> bool:
        """Give up what rows below a table put after its moments, before the table is left out."""
        below, found = {ref}, {ref}
        while found:
            found = {
                child
                for child, table in self.schema.tables.items()
                if child not in below
                and {partition_root(key.target, self.schema) for key in table.foreign_keys} & below
            }
            below |= found
        bounds = [one for one in self.claims if one.rule.ref in below and isinstance(one.rule, BoundsRule)]
        for claim in bounds:
            self._give_up(claim.rule, issue)
        return bool(bounds)

    def _drop(self, rule: object, issue: Issue) -> None:
        if isinstance(rule, ColumnRule) and self.rules.pop((rule.ref, rule.column), None) is not None:
            self.dropped[rule.ref, rule.column] = f"{rule.generator_id} dropped: {issue.message}"

    def _give_up_weakest(self, ref: TableRef, issue: Issue) -> bool:
        """Give up the relation of a table that is least sure: one is enough to open a circle.

        Those that decide a column of the circle come first, where the issue names its columns.
        """
        every = [one for one in self.claims if one.rule.ref == ref and not isinstance(one.rule, ForeignKeyRule)]
        own = [one for one in every if set(one.columns) & set(issue.reads)] or every
        return bool(own) and self._give_up(min(own, key=lambda one: one.confidence).rule, issue)

    def _strip_or_leave_out(self, ref: TableRef, issue: Issue) -> None:
        if issue.code == "circular_input" and self._give_up_weakest(ref, issue):
            return
        if self._give_up_all(ref, issue) or self._give_up_bounds_below(ref, issue):
            return
        own = [rule for (table, _), rule in self.rules.items() if table == ref]
        for rule in own:
            self._drop(rule, issue)
        if not own:
            self._leave_out(ref, issue.message)

    def _leave_out(self, ref: TableRef, reason: str) -> None:
        """Take a table out of the plan, and with it every table that needs its rows."""
        if self.counts.pop(ref, None) is None:
            return
        self.held.pop(ref, None)
        self.beside.pop(ref, None)
        self.rules = {place: rule for place, rule in self.rules.items() if place[0] != ref}
        self.claims = [one for one in self.claims if ref not in (one.rule.ref, getattr(one.rule, "child", None))]
        reference = UnsupportedReference(schema_name=ref.schema, table=ref.table)
        told = UnsupportedRule(description=f"rows of {ref}", reason=reason, reference=reference)
        self.unsupported[ref] = told
        for edge in fk_graph(self.schema).edges:
            if edge.hard and edge.parent == ref and edge.child in self.counts:
                self._leave_out(edge.child, f"it needs rows of {ref}, which are left out")


def _child(claim: Claim) -> TableRef | None:
    return getattr(claim.rule, "child", None)


def _issue(message: str) -> Issue:
    return Issue(severity="error", code="unsupported", path="/", message=message)


def _errors(issues: Iterable[Issue]) -> list[Issue]:
    return [issue for issue in issues if issue.severity == "error"]
