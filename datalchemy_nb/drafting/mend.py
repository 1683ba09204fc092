"""A plan that is not valid, or cannot be met, mended one step after the other; every step is told."""

from __future__ import annotations

import re

import numpy as np

from datalchemy_nb.constraints.types import slot_for
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import ColumnRule, GeneratorRef, Plan
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.domains.base import Domain
from datalchemy_nb.domains.registry import find_generator
from datalchemy_nb.drafting.draft import suggest_column
from datalchemy_nb.drafting.rebase import Change, place_of
from datalchemy_nb.drafting.view import TableView
from datalchemy_nb.errors import DatalchemyError, PlanInvalid
from datalchemy_nb.planning.validate import validate
from datalchemy_nb.resolve.resolve import resolve

_PLACE = re.compile(r"/(rules|targets)/(\d+)")
_ROUNDS = 60
_MOST_WORDS = 60
_OTHER_GENERATOR = frozenset({"generator_type_mismatch", "empty_domain", "unknown_generator", "not_unique"})


def mend(plan: Plan, schema: DatabaseSchema) -> tuple[Plan, tuple[Change, ...]]:
    """Return a plan that runs where one can be had by these steps, and the steps.

    A unique column with too few texts gets them with numbers behind (``Standard 2``), or its table fewer rows. A
    transform that makes unique values equal is dropped. A generator that does not fit its column, or is not known,
    gives way to what a draft would choose. A history has the rows that lifecycles make. Everything else stays for its
    author.
    """
    mender = _Mender(plan, schema)
    for _ in range(_ROUNDS):
        if not mender.step():
            break
    return mender.plan, tuple(mender.changes)


class _Mender:
    def __init__(self, plan: Plan, schema: DatabaseSchema) -> None:
        self.plan, self.schema, self.changes = plan, schema, list[Change]()
        self._suffixed: dict[int, tuple[ColumnRule, Issue]] = {}

    def step(self) -> bool:
        """Mend what can be mended of the errors there are now; whether anything was."""
        before = len(self.changes)
        for issue in self._errors():
            at = _PLACE.match(issue.path)
            index = int(at[2]) if at is not None and at[1] == "rules" else None
            rule = self.plan.rules[index] if index is not None else None
            if issue.code == "history_rows" and rule is not None:
                self._rows(rule.ref, issue)
            elif issue.code == "domain_too_small":
                ref = rule.ref if rule is not None else issue.table
                suffixed = isinstance(rule, ColumnRule) and index is not None and self._suffix(index, rule, issue)
                if not suffixed and ref is not None:
                    self._fewer_rows(ref, issue)
            elif isinstance(rule, ColumnRule) and index is not None and issue.code in _OTHER_GENERATOR:
                self._replace(index, rule, issue)
        return len(self.changes) > before

    def _errors(self) -> list[Issue]:
        found = [issue for issue in validate(self.plan, self.schema) if issue.severity == "error"]
        if found:
            return found
        try:
            resolve(self.plan, self.schema)
        except PlanInvalid as error:
            return [issue for issue in error.issues if issue.severity == "error"]
        except DatalchemyError:
            return []
        return []

    def _put(self, index: int, rule: ColumnRule, why: str) -> None:
        rules = list(self.plan.rules)
        rules[index] = rule
        self.plan = self.plan.model_copy(update={"rules": tuple(rules)})
        self.changes.append(Change("replaced", place_of(rule), why))

    def _suffix(self, index: int, rule: ColumnRule, issue: Issue) -> bool:
        """Give the few texts of a unique column numbers; once a rule, for a CHECK may not let them pass."""
        words = self._words(rule)
        if not words or index in self._suffixed or issue.asked is None:
            return False
        self._suffixed[index] = rule, issue
        copies = -(-issue.asked // len(words))
        if copies > 99:
            return False
        numbers = f"[2-{copies}]" if copies <= 9 else "([2-9]|[1-9][0-9])"
        texts = "|".join(re.sub(r"([\\.^$*+?{}\[\]|()])", r"\\\1", word) for word in words)
        pattern = f"({texts})( {numbers})?"
        other = rule.model_copy(
            update={"generator": GeneratorRef(id="primitive.text.pattern", params={"pattern": pattern}), "params": None}
        )
        self._put(index, other, f"{issue.message}: numbers behind its {len(words)} texts make up for it")
        return True

    def _words(self, rule: ColumnRule) -> list[str]:
        spec, table = find_generator(rule.generator_id), self.schema.tables[rule.ref]
        if spec is None or "text" not in spec.produces or rule.transforms:
            return []
        rows = self.plan.counts().get(rule.ref) or 1
        slot = slot_for(rule.ref, table.by_name[rule.column], self.schema, self.plan, rows)
        try:
            domain = spec.build(spec.params.model_validate(rule.effective_params or {}), slot)
        except (DatalchemyError, ValueError):
            return []
        if not isinstance(domain, Domain) or not 0 < domain.size <= _MOST_WORDS:
            return []
        return [str(word) for word in domain.take(np.arange(domain.size, dtype=np.uint64)).unique(maintain_order=True)]

    def _fewer_rows(self, ref: TableRef, issue: Issue) -> None:
        rows = self.plan.counts().get(ref)
        if rows is not None and issue.possible is not None and 0 < issue.possible < rows:
            self._rows(ref, issue)

    def _rows(self, ref: TableRef, issue: Issue) -> None:
        """Ask for the rows that are possible."""
        rows = self.plan.counts().get(ref)
        if rows is None or issue.possible is None:
            return
        targets = tuple(
            target.model_copy(update={"rows": issue.possible, "per": None}) if target.ref == ref else target
            for target in self.plan.targets
        )
        self.plan = self.plan.model_copy(update={"targets": targets})
        self.changes.append(Change("set", f"rows of {ref}", f"{rows} then, {issue.possible} now: {issue.message}"))

    def _replace(self, index: int, rule: ColumnRule, issue: Issue) -> None:
        if index in self._suffixed:
            before, small = self._suffixed[index]
            self._put(index, before, f"with numbers behind, {issue.message}")
            self._fewer_rows(rule.ref, small)
            return
        if issue.code == "not_unique" and rule.transforms:
            dropped = ", ".join(step.transform for step in rule.transforms)
            self._put(index, rule.model_copy(update={"transforms": ()}), f"{issue.message}; {dropped} is dropped")
            return
        other = self._drafted(rule)
        if other is not None and other.generator_id != rule.generator_id:
            self._put(index, other, f"{issue.message}; {other.generator_id} fills it now")

    def _drafted(self, rule: ColumnRule) -> ColumnRule | None:
        rows = self.plan.counts().get(rule.ref) or 1
        view = TableView(rule.ref, self.schema.tables[rule.ref], self.schema, self.plan, rows)
        column = view.columns.get(rule.column)
        return suggest_column(column).to_rule() if column is not None else None
