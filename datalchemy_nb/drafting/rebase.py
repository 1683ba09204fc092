"""A plan carried over to another schema: what still fits stays, what does not is taken out, and all of it is told."""

from __future__ import annotations

import re
from typing import Literal

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef, show_ident
from datalchemy_nb.contracts.plan import (
    ColumnRule,
    Plan,
    Rule,
    UnsupportedReference,
    UnsupportedRule,
)
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.drafting.draft import suggest_column
from datalchemy_nb.drafting.view import TableView
from datalchemy_nb.planning.fit import differences, with_record
from datalchemy_nb.planning.validate import validate
from datalchemy_nb.records import dataclass

Did = Literal["changed in the schema", "removed", "replaced", "added", "set"]
_PLACE = re.compile(r"/(rules|targets)/(\d+)")
_NO_LONGER_FITS = frozenset(
    {
        "unknown_schema",
        "unknown_table",
        "target_is_view",
        "target_is_partition",
        "unknown_column_target",
        "unknown_column",
        "unknown_input_column",
        "unknown_parent_reference",
        "unknown_constraint_target",
        "unknown_fk_target",
        "unknown_foreign_key",
        "unknown_relation_target",
        "unknown_path",
        "rule_without_target",
        "generator_type_mismatch",
        "relation_type_mismatch",
        "relation_on_identity",
        "relation_null_on_not_null",
        "null_rate_on_not_null",
        "rule_on_generated_column",
    }
)
"""What a change of the schema makes wrong; other mistakes of a plan are its author's to mend."""


@dataclass(frozen=True)
class Change:
    """One thing that carrying over saw or did.

    Attributes:
        place: ``shop.orders.total``, ``foreign_key of shop.orders``, ``schema_ref``.
        why: what changed, or which mistake it would have been.
    """

    did: Did
    place: str
    why: str


def rebase(plan: Plan, schema: DatabaseSchema) -> tuple[Plan, tuple[Change, ...]]:
    """Return the plan for another schema, and what was seen and done.

    Targets and rules whose tables or columns are gone are taken out; rules go to ``rules_unsupported`` with the reason.
    A rule whose generator no longer fits the column's type gives way to what a draft would choose. New columns of
    targets get what a draft would choose, where the plan leaves nothing to be inferred. Mistakes that have nothing to
    do with the schema stay, for `validate` to tell.

    Args:
        plan: of any schema.
        schema: what the plan is to be for.
    """
    carrier = _Carrier(plan, schema)
    carrier.run()
    return with_record(carrier.plan, schema), tuple(carrier.changes)


class _Carrier:
    def __init__(self, plan: Plan, schema: DatabaseSchema) -> None:
        self.plan, self.schema, self.changes = plan, schema, list[Change]()

    def run(self) -> None:
        found = differences(self.plan, self.schema)
        for one in found:
            self.changes.append(Change("changed in the schema", str(one.table or "types"), str(one)))
        self._set_reference()
        while self._take_out():
            pass
        new = [(one.table, one.column) for one in found if one.table and one.column and one.was is None]
        self._fill(new)

    def _set_reference(self) -> None:
        now = self.plan.schema_ref.model_copy(
            update={
                "schema_version": self.schema.schema_version,
                "engine": self.schema.engine,
                "schema_fingerprint": self.schema.schema_fingerprint,
            }
        )
        for field, was in self.plan.schema_ref.to_dict().items():
            value = getattr(now, field)
            if value != was:
                self.changes.append(Change("set", f"schema_ref.{field}", f"{_brief(was)} then, {_brief(value)} now"))
        self.plan = self.plan.model_copy(update={"schema_ref": now, "written_for": None})

    def _take_out(self) -> bool:
        """One round; whether anything was taken out."""
        errors = [i for i in validate(self.plan, self.schema) if i.severity == "error" and i.code in _NO_LONGER_FITS]
        rules: dict[int, Issue] = {}
        targets: dict[int, Issue] = {}
        for issue in errors:
            if (at := _PLACE.match(issue.path)) is not None:
                (rules if at[1] == "rules" else targets).setdefault(int(at[2]), issue)
        if not rules and not targets:
            return False
        for index, issue in targets.items():
            self.changes.append(Change("removed", f"target {self.plan.targets[index].ref}", issue.message))
        kept: list[Rule] = []
        lost: list[UnsupportedRule] = []
        for index, rule in enumerate(self.plan.rules):
            wrong = rules.get(index)
            if wrong is None:
                kept.append(rule)
            elif (other := self._other(rule, wrong)) is not None:
                kept.append(other)
                self.changes.append(
                    Change("replaced", place_of(rule), f"{wrong.message}; {other.generator_id} fills it now")
                )
            else:
                lost.append(_lost(rule, wrong))
                self.changes.append(Change("removed", place_of(rule), f"{_told(rule)}: {wrong.message}"))
        self.plan = self.plan.model_copy(
            update={
                "targets": tuple(t for i, t in enumerate(self.plan.targets) if i not in targets),
                "rules": tuple(kept),
                "rules_unsupported": (*self.plan.rules_unsupported, *lost),
            }
        )
        return True

    def _other(self, rule: Rule, issue: Issue) -> ColumnRule | None:
        if not isinstance(rule, ColumnRule) or issue.code != "generator_type_mismatch":
            return None
        found = self._drafted(rule.ref, rule.column)
        return found if found is not None and found.generator_id != rule.generator_id else None

    def _drafted(self, ref: TableRef, column: str) -> ColumnRule | None:
        rows = self.plan.counts().get(ref) or 1
        view = TableView(ref, self.schema.tables[ref], self.schema, self.plan, rows)
        known = view.columns.get(column)
        return suggest_column(known).to_rule() if known is not None else None

    def _fill(self, new: list[tuple[TableRef, str]]) -> None:
        plan = self.plan
        asked = {target.ref for target in plan.targets}
        if plan.infers:
            return
        ruled = {(rule.ref, rule.column) for _, rule in plan.column_rules}
        for ref, column in new:
            if ref not in asked or (ref, column) in ruled:
                continue
            rule = self._drafted(ref, column)
            if rule is not None:
                self.plan = self.plan.model_copy(update={"rules": (*self.plan.rules, rule)})
                told = f"a new column; {rule.generator_id} fills it"
                self.changes.append(Change("added", place_of(rule), f"{told} ({rule.evidence})"))


def place_of(rule: Rule) -> str:
    """What a rule is about, for a person: its column, or its kind and table."""
    if isinstance(rule, ColumnRule):
        return f"{rule.ref}.{show_ident(rule.column)}"
    return f"{rule.type} of {rule.ref}"


def _lost(rule: Rule, issue: Issue) -> UnsupportedRule:
    column = rule.column if isinstance(rule, ColumnRule) else None
    # Only what still exists is referred to: the rest would be a warning of its own.
    gone = issue.code in ("unknown_column_target", "unknown_constraint_target", "unknown_fk_target",
                          "unknown_relation_target", "rule_without_target")  # fmt: skip
    at = None if gone else UnsupportedReference(schema_name=rule.schema_name, table=rule.table)
    told = f"{place_of(rule)}: {_told(rule)}" if column is not None else place_of(rule)
    return UnsupportedRule(description=told, reason=issue.message, reference=at)


def _told(rule: Rule) -> str:
    return rule.generator_id if isinstance(rule, ColumnRule) else "the rule"


def _brief(value: str | None) -> str:
    return "nothing" if value is None else value[:12]
