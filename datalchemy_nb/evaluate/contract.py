"""What a plan asks of one column, read from the plan alone: null rate, weights, bounds, an even spread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import ColumnRule, Plan
from datalchemy_nb.contracts.relations import (
    RELATIONS,
    BoundsRule,
    CounterpartRule,
    HistoryRule,
    LifecycleRule,
    OrderedRule,
    ParentRule,
    PeriodsRule,
    PolymorphicRule,
    SameAncestorRule,
)
from datalchemy_nb.contracts.schema import Column, DatabaseSchema, ForeignKey, PrimaryKey, Table, Unique

EVEN = {
    "primitive.int": "integer",
    "primitive.int.range": "integer",
    "primitive.float": "float",
    "primitive.float.range": "float",
    "primitive.decimal.numeric": "decimal",
    "primitive.date": "moment",
    "primitive.date.range": "moment",
    "primitive.timestamp": "moment",
    "primitive.timestamp.range": "moment",
    "primitive.time": "moment",
    "primitive.time.range": "moment",
}
"""Generators that spread evenly from ``min`` to ``max``, and the family of values they do it on."""
_MASKS = "transform.mask"
_NULLS = "transform.null_rate"
_CHOICE = "transform.weighted_choice"


_Found = TypeVar("_Found")


def _of_last_plan(make: Callable[[Plan], _Found]) -> Callable[[Plan], _Found]:
    """What is made of a plan, kept until another is asked of: every table of a run asks of the same."""
    last: list[tuple[Plan, _Found]] = []

    def made(plan: Plan) -> _Found:
        if not last or last[0][0] is not plan:
            last[:] = [(plan, make(plan))]
        return last[0][1]

    return made


@dataclass(frozen=True)
class ColumnContract:
    """One column, its rule, and what else has a say in its values.

    Attributes:
        checks: CHECKs of the table that read it, as the tuple of columns each reads.
        keyed: it is part of a key or of a unique index.
        referring: it is part of a foreign key.
        decided: a relation decides it, and is asked of instead.
        filled: a lifecycle decides where it has a value.
        shifted: a relation draws other moments after or before it, which may leave it less room.
    """

    ref: TableRef
    column: Column
    rule: ColumnRule | None
    default_null_rate: float
    checks: tuple[tuple[str, ...], ...] = ()
    keyed: bool = False
    referring: bool = False
    decided: bool = False
    filled: bool = False
    shifted: bool = False
    labels: tuple[str, ...] = field(default=())

    @cached_property
    def generator(self) -> str | None:
        """Id of the rule's generator."""
        return self.rule.generator_id if self.rule else None

    @cached_property
    def params(self) -> Mapping[str, Any]:
        """The rule's effective parameters."""
        found = self.rule.effective_params if self.rule else None
        return found if isinstance(found, Mapping) else {}

    @cached_property
    def steps(self) -> tuple[str, ...]:
        """Transforms that change values, null rates left out."""
        return tuple(t.transform for t in self.rule.transforms if t.transform != _NULLS) if self.rule else ()

    @property
    def alone(self) -> bool:
        """Nothing but the rule decides the value."""
        return not (self.checks or self.keyed or self.referring or self.decided or self.shifted)

    @property
    def null_rate(self) -> float | None:
        """The share of nulls to expect; None where other things than a rate decide."""
        if (self.rule is not None and self.rule.when is not None) or self.filled:
            return None
        if not self.column.is_nullable or not self.alone or (self.generator or "").startswith("derive."):
            return None
        rates = [self.rule.null_rate] if self.rule and self.rule.null_rate is not None else []
        steps = self.rule.transforms if self.rule else ()
        nulls = (s.params for s in steps if s.transform == _NULLS and isinstance(s.params, Mapping))
        rates += [float(params.get("rate", 0)) for params in nulls]
        if not rates:
            plain = self.column.default is None and self.column.identity is None and self.rule is not None
            return self.default_null_rate if plain else None
        kept = 1.0
        for rate in rates:
            kept *= 1 - (rate or 0)
        return 1 - kept

    @property
    def weights(self) -> dict[str, float] | None:
        """Values (as texts) with their shares, where the plan says them and nothing narrows them."""
        if self.rule is None or self.keyed or self.referring or self.decided:
            return None
        if any(len(columns) > 1 for columns in self.checks) and not self.told:
            return None
        if self.steps == (_CHOICE,):
            params = next(t.params for t in self.rule.transforms if t.transform == _CHOICE)
            choices = params.get("choices", ()) if isinstance(params, Mapping) else ()
            pairs = [(c["value"], float(c.get("weight", 1))) for c in choices if isinstance(c, Mapping)]
        elif self.steps:
            return None
        else:
            pairs = list(self._listed())
        total = sum(weight for _, weight in pairs)
        return _merged(pairs, total) if total > 0 else None

    @property
    def told(self) -> bool:
        """Whether the plan itself says the shares: then rows have them, whatever CHECKs there are."""
        return self.steps == (_CHOICE,) or "weights" in self.params or "true_rate" in self.params

    def _listed(self) -> Iterator[tuple[Any, float]]:
        if self.generator == "primitive.bool":
            rate = float(self.params.get("true_rate", 0.5))
            yield from ((True, rate), (False, 1 - rate))
        elif self.generator == "primitive.choice":
            values = self.params.get("values", ())
            yield from zip(values, self.params.get("weights") or [1.0] * len(values), strict=False)
        elif self.generator == "primitive.enum":
            yield from ((label, 1.0) for label in self.labels)

    @property
    def bounds(self) -> tuple[Any, Any] | None:
        """``min`` and ``max`` of the rule; either may be None."""
        if self.generator not in EVEN or self.steps:
            return None
        low, high = self.params.get("min"), self.params.get("max")
        return (low, high) if low is not None or high is not None else None

    @property
    def masking(self) -> tuple[str, ...]:
        """Masks in words: ``hash``, ``redact``, ``format_preserving``."""
        steps = self.rule.transforms if self.rule else ()
        return tuple(
            str(s.params.get("mode", "mask")) if isinstance(s.params, Mapping) else "mask"
            for s in steps
            if s.transform == _MASKS
        )


def contracts(plan: Plan, schema: DatabaseSchema, ref: TableRef) -> dict[str, ColumnContract]:
    """The contracts of a table's columns, by name."""
    table = schema.tables[ref]
    rules = {rule.column: rule for rule in _ruled(plan).get(ref, ())}
    checks = [check.columns or tuple(n for n in table.by_name if n in check.expression) for check in table.checks]
    keyed, referring = _keyed(table), _referring(table)
    decided, filled, shifted = _related(plan, ref)
    return {
        column.name: ColumnContract(
            ref,
            column,
            rules.get(column.name),
            plan.null_rate,
            tuple(tuple(columns) for columns in checks if column.name in columns)
            + ((column.name,),) * (column.column_type.kind == "domain"),
            column.name in keyed,
            column.name in referring,
            column.name in decided,
            column.name in filled,
            column.name in shifted,
            schema.enum_labels.get((column.column_type.udt_schema, column.column_type.udt_name), ()),
        )
        for column in table.columns
    }


def _keyed(table: Table) -> set[str]:
    listed = {name for c in table.constraints if isinstance(c, PrimaryKey | Unique) for name in c.columns}
    for index in table.indexes:
        if index.is_unique:
            listed |= {key.column for key in index.keys if key.column}
            listed |= {name for name in table.by_name if name in index.definition}
    partition = table.partition_key
    return listed | {name for name in (partition.columns if partition else ()) if name}


def _referring(table: Table) -> set[str]:
    return {name for c in table.constraints if isinstance(c, ForeignKey) for name in c.columns}


def _related(plan: Plan, ref: TableRef) -> tuple[set[str], set[str], set[str]]:
    """Columns of a table that relations decide, fill in some states, or draw others around."""
    decided: set[str | None] = set()
    filled: set[str] = set()
    for _, rule in plan.rules_of(ref):
        if not isinstance(rule, RELATIONS):
            continue
        match rule:
            case SameAncestorRule() | ParentRule():
                pass
            case CounterpartRule():
                decided |= set(rule.columns)
            case PolymorphicRule():
                decided |= {rule.type_column, rule.id_column}
            case LifecycleRule():
                decided |= {rule.state, rule.start, rule.until, *(state.enters for state in rule.states)}
                filled |= {name for state in rule.states for name in state.fills}
            case HistoryRule():
                decided |= {rule.state, rule.previous, rule.at, rule.until, rule.current, rule.position}
            case PeriodsRule():
                decided |= {rule.start, rule.end}
            case _:
                decided.add(rule.column)
    return {name for name in decided if name is not None}, filled, _shifted(plan)


@_of_last_plan
def _ruled(plan: Plan) -> dict[TableRef, list[ColumnRule]]:
    found: dict[TableRef, list[ColumnRule]] = {}
    for _, rule in plan.column_rules:
        found.setdefault(rule.ref, []).append(rule)
    return found


@_of_last_plan
def _shifted(plan: Plan) -> set[str]:
    """Names of columns that a relation draws others around, in any table."""
    shifted: set[str] = set()
    for _, rule in plan.relations:
        match rule:
            case BoundsRule(after=after, before=before):
                shifted |= {bound.column.split(".")[-1].strip('"') for bound in (*after, *before)}
            case LifecycleRule(after=after):
                shifted |= {bound.column.split(".")[-1].strip('"') for bound in after}
            case OrderedRule(after=low, before=high) | PeriodsRule(after=low, before=high):
                shifted |= {bound.column.split(".")[-1].strip('"') for bound in (low, high) if bound is not None}
            case _:
                pass
    return shifted


def _merged(pairs: list[tuple[Any, float]], total: float) -> dict[str, float]:
    shares: dict[str, float] = {}
    for value, weight in pairs:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        shares[text] = shares.get(text, 0.0) + weight / total
    return shares
