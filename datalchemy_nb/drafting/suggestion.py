"""What drafting a plan leaves behind: the plan, and for every column why it is as it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import cached_property
from typing import Any

from datalchemy_nb.contracts.names import TableRef, show_ident
from datalchemy_nb.contracts.plan import ColumnRule, GeneratorRef, Plan, Presence
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.plan import ResolvedPlan


@dataclass(frozen=True)
class Suggestion:
    """What one column should be made of.

    Attributes:
        ref: the table.
        column: the column.
        generator_id: None where the engine needs no rule: keys, computed columns, plain defaults.
        params: the generator's parameters.
        rule: name of the inference rule.
        evidence: what the rule saw, in a few words each.
        confidence: 0 to 1; how often the rule is right, by judgement.
        null_rate: share of nulls, where the column's meaning asks for another than the plan's.
        when: in which states of the row there is a value at all.
        distribution: how often each value comes up, as a plan writes it.
    """

    ref: TableRef
    column: str
    generator_id: str | None
    params: Mapping[str, Any] = field(default_factory=dict)
    rule: str = ""
    evidence: tuple[str, ...] = ()
    confidence: float = 0.0
    null_rate: float | None = None
    when: Presence | None = None
    distribution: Mapping[str, Any] | None = None

    @property
    def why(self) -> str:
        """The evidence as the plan file tells it."""
        return f"{'; '.join(self.evidence)} [{self.rule}]"

    def to_rule(self) -> ColumnRule | None:
        """Return the plan's rule, or None where there is none."""
        if self.generator_id is None:
            return None
        return ColumnRule(
            type="column_generator",
            schema_name=self.ref.schema,
            table=self.ref.table,
            column=self.column,
            generator=GeneratorRef.model_validate(
                {"id": self.generator_id, "params": dict(self.params) or None, "distribution": self.distribution}
            ),
            null_rate=self.null_rate,
            when=self.when,
            evidence=self.why,
        )


@dataclass(frozen=True)
class RowCount:
    """How many rows a table gets, and why."""

    rows: int
    reason: str


@dataclass(frozen=True)
class Draft:
    """A drafted plan.

    Attributes:
        plan: validates and resolves against the schema it was drafted for.
        suggestions: one per column of every target, in the order of the schema.
        row_counts: one per target.
        resolved: the plan resolved, where that took nothing that a database holds.
        spare: what columns are made of where no relation decides them.
    """

    plan: Plan
    suggestions: tuple[Suggestion, ...]
    row_counts: Mapping[TableRef, RowCount] = field(default_factory=dict)
    resolved: ResolvedPlan | None = None
    spare: Mapping[tuple[TableRef, str], ColumnRule] = field(default_factory=dict)

    @cached_property
    def by_column(self) -> dict[tuple[TableRef, str], Suggestion]:
        """Suggestions by table and column."""
        return {(s.ref, s.column): s for s in self.suggestions}


def column_name(ref: TableRef, column: str) -> str:
    """Return ``schema.table.column`` for a person."""
    return f"{ref}.{show_ident(column)}"
