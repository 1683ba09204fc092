"""A column while it is being resolved, and the table it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Literal, Unpack

from sqlglot import exp

from datalchemy_nb.constraints import Alternatives, Condition, Fact, Order
from datalchemy_nb.constraints.types import is_not_null
from datalchemy_nb.contracts.feasibility import CheckPart, CheckReport, How, UniqueReport
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef, show_ident
from datalchemy_nb.contracts.plan import ColumnRule, Plan, PolicyMode, PolicyRule
from datalchemy_nb.contracts.schema import Column, DatabaseSchema, Table
from datalchemy_nb.domains.base import Built, Domain, Slot
from datalchemy_nb.domains.limits import Limit
from datalchemy_nb.planning.issues import About, error, pointer, warning
from datalchemy_nb.resolve.answers import Answers
from datalchemy_nb.resolve.family_plan import Visited
from datalchemy_nb.resolve.foreign_keys import Relations
from datalchemy_nb.resolve.plan import (
    Cases,
    Choice,
    Known,
    Link,
    Predicate,
    Reached,
    ResolvedColumn,
    Source,
    Step,
    When,
)
from datalchemy_nb.resolve.room import Room

# --- an account of how each constraint of a table is met, written while the table is resolved -------------------------


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

    def measured(self, check: str, columns: tuple[str, ...]) -> None:
        """A part that was to be redrawn turns out to read only what relations decide."""
        found = self.parts.get(check, [])
        found[:] = [p for p in found if not (p.how == "redrawn" and set(p.columns) == set(columns))]
        self.part(check, columns, "measured")

    def refined(self, check: str, columns: tuple[str, ...], how: How, detail: str) -> None:
        """A part that was to be redrawn is met by construction after all."""
        found = self.parts.get(check, [])
        found[:] = [p for p in found if not (p.how == "redrawn" and set(p.columns) == set(columns))]
        self.part(check, columns, how, detail)

    def proved(self, check: str, columns: tuple[str, ...], how: How, detail: str) -> None:
        """What was left to measure turns out to be certain, either way."""
        found = self.parts.get(check, [])
        found[:] = [p for p in found if not (p.how in ("measured", "redrawn") and set(p.columns) == set(columns))]
        self.part(check, columns, how, detail)

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


# --- a column while it is being resolved, and the table it belongs to -------------------------------------------------


@dataclass
class Draft:
    """One column on its way to a ResolvedColumn.

    Attributes:
        built: what the generator gave; None for foreign key columns.
        source: decided last.
        limits: what types and CHECKs ask of its domain, so far.
        row_number: the row number is the natural value (identity, serial, keys without a rule).
        relation: how a relation rule decides it: ``made`` of others, ``copied``, ``bounded``, or empty.
        span: between which numbers an expression lies.
        longest: how long the text of an expression is at most.
        tree: the expression.
    """

    column: Column
    slot: Slot
    rule: ColumnRule | None = None
    rule_index: int = -1
    generator_id: str | None = None
    tags: tuple[str, ...] = ()
    origin: str = "default"
    built: Built | None = None
    source: Source | None = None
    steps: tuple[Step, ...] = ()
    null_rate: float = 0.0
    limits: list[Limit] = field(default_factory=list)
    row_number: bool = False
    numbering: bool = False
    cases: Cases | None = None
    when: When | None = None
    visited: Visited | None = None
    relation: Literal["", "made", "copied", "bounded", "decided"] = ""
    span: tuple[Fraction, Fraction] | None = None
    longest: int | None = None
    tree: exp.Expr | None = None

    @property
    def name(self) -> str:
        """The column's name."""
        return self.column.name

    @property
    def domain(self) -> Domain | None:
        """The domain, where the column has one of its own."""
        return self.built if isinstance(self.built, Domain) else None

    @property
    def guessed(self) -> bool:
        """Whether nobody asked for its values: there is no rule, or one that a draft chose by its evidence."""
        return self.rule is None or self.rule.evidence is not None

    @property
    def path(self) -> str:
        """JSON Pointer of the rule, or the root where there is none."""
        return pointer("rules", self.rule_index) if self.rule else "/"


@dataclass(frozen=True)
class Claim:
    """A condition that relations alone can meet.

    Attributes:
        limit: what it asks of its one column, where it says no more.
    """

    predicate: Predicate
    limit: Limit | None = None


@dataclass
class TableDraft:
    """One table on its way to a ResolvedTable.

    Attributes:
        unfollowed: tables whose foreign keys the plan switches off.
        never_null: nullable columns that a unique set forbids nulls in.
        absent: columns left null because the rows they would point at are not generated.
        ranked: purpose under which rows are ranked for choices.
        held: foreign key columns whose CHECKs hold by the choice of the parent's row.
        constants: columns that have one value, since their foreign key leads to rows of one kind.
        reaches: what columns read of the rows above, by the name they read it under.
        decided: columns that relation rules decide, with the index of the rule.
        helpers: columns that relations read and no file holds.
        verified: conditions on columns that relations decide, which nobody has proved yet.
        trees: the expressions of helpers.
        keyed: columns whose values unique sets decide.
        limits_asked: what conditions on single columns that relations decide ask, by their SQL.
        room: between which ends relation rules of any table ask columns of this one to stay.
        apart: sets of columns that relations keep unique.
        told_apart: by the link of a family, sets of columns in which its rows differ, as relations see to.
        spans: between which numbers columns lie, of this table's and those resolved before.
        sieve: conditions that keys deal by.
        stated: every part of a CHECK that DuckDB can be asked, with the fact that it was read as.
        distinct: unique sets over expressions of foreign keys: their names, and the expressions.
        promised: orders met by construction, by the name of their CHECK.
        sizes: rows that each table's permutations and dealing run over; `rows_by_table` are those to point at.
        made: rows to make, by table.
        known: rows of the table that are known before any is made.
        growing: tables with a capacity, up to which their first rows stay as they are.
    """

    ref: TableRef
    plan: Plan
    schema: DatabaseSchema
    rows_by_table: Mapping[TableRef, int]
    relations: Relations
    unfollowed: frozenset[TableRef] = frozenset()
    absent: set[str] = field(default_factory=set)
    never_null: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    constants: dict[str, Domain] = field(default_factory=dict)
    columns: dict[str, Draft] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    ranked: str = "ranks"
    account: Account = field(default_factory=Account)
    answers: Answers = field(default_factory=Answers)
    reaches: dict[str, Reached] = field(default_factory=dict)
    decided: dict[str, int] = field(default_factory=dict)
    helpers: dict[str, ResolvedColumn] = field(default_factory=dict)
    verified: list[Claim] = field(default_factory=list)
    trees: dict[str, exp.Expr] = field(default_factory=dict)
    keyed: frozenset[str] = frozenset()
    limits_asked: dict[str, Limit] = field(default_factory=dict)
    room: Room = field(default_factory=Room)
    apart: list[frozenset[str]] = field(default_factory=list)
    told_apart: dict[int, list[frozenset[str]]] = field(default_factory=dict)
    spans: dict[tuple[TableRef, str], tuple[Fraction, Fraction]] = field(default_factory=dict)
    sieve: list[Predicate] = field(default_factory=list)
    stated: list[tuple[Fact, Predicate]] = field(default_factory=list)
    distinct: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    promised: list[tuple[str, Order]] = field(default_factory=list)
    sizes: Mapping[TableRef, int] = field(default_factory=dict)
    made: Mapping[TableRef, int] = field(default_factory=dict)
    known: Known | None = None
    growing: frozenset[TableRef] = frozenset()

    @property
    def table(self) -> Table:
        """The schema's table."""
        return self.schema.tables[self.ref]

    @property
    def rows(self) -> int:
        """Rows that unique sets and dealing must have room for: those to make, or the capacity."""
        return self.sizes.get(self.ref, self.rows_by_table[self.ref])

    def grows(self, ref: TableRef) -> bool:
        """Whether a table has a capacity, up to which its first rows stay as they are."""
        return ref in self.growing

    def capacity(self, ref: TableRef) -> int:
        """Rows of a table, or as many as it may grow to."""
        most = next((target.capacity for target in self.plan.targets if target.ref == ref), None)
        return max(self.made.get(ref, 0), most or 0)

    def policy(self, kind: str) -> PolicyMode:
        """How strictly a kind of constraint is held."""
        for _, rule in self.plan.rules_of(self.ref):
            if isinstance(rule, PolicyRule) and rule.constraint == kind:
                return rule.mode
        return "enforce"

    def may_be_null(self, name: str) -> bool:
        """Whether the column accepts nulls."""
        column = self.table.by_name[name]
        key = self.table.primary_key
        return not is_not_null(column, self.schema) and not (key and name in key.columns)

    def link_of(self, column: str) -> Link | None:
        """The foreign key a column takes its value from."""
        return next((link for link in self.links if column in link.columns), None)

    def name_of(self, column: str) -> str:
        """``schema.table.column`` for a message."""
        return f"{self.ref}.{show_ident(column)}"

    def always_present(self, name: str, why: str) -> None:
        """Let a column never be null; say so where the plan makes it depend on another."""
        self.never_null.add(name)
        link = self.link_of(name)
        if link is not None:
            self.links[link.index] = replace(link, null_rate=0.0)
        item = self.columns.get(name)
        if item is None:
            return
        item.null_rate = 0.0
        if item.when is not None:
            self.warn(
                "unsupported",
                f"{item.path}/when",
                f"{self.name_of(name)} has a value in every row: {why} leaves no room for nulls",
                "remove the condition",
                column=name,
                cause=why,
            )
            item.when = None

    def refuse(self, code: str, path: str, message: str, hint: str | None = None, **about: Unpack[About]) -> None:
        """Record an error about the table."""
        about.setdefault("table", self.ref)
        self.issues.append(error(code, path, message, hint, **about))

    def warn(self, code: str, path: str, message: str, hint: str | None = None, **about: Unpack[About]) -> None:
        """Record a warning about the table."""
        about.setdefault("table", self.ref)
        self.issues.append(warning(code, path, message, hint, **about))


@dataclass
class Demands:
    """What is left after narrowing.

    Attributes:
        choices: CHECKs with several branches, for `datalchemy_nb.resolve.branches`.
        orders: pairs of columns, for `datalchemy_nb.resolve.orders`.
        predicates: for `datalchemy_nb.resolve.redraw`.
        beyond: conditions DuckDB cannot evaluate, with its complaint, for `datalchemy_nb.resolve.server_checks`.
        unequal: predicates that two columns differ, which trees meet by construction.
    """

    choices: list[tuple[str, Alternatives]] = field(default_factory=list)
    orders: list[tuple[str, Order]] = field(default_factory=list)
    predicates: list[Predicate] = field(default_factory=list)
    unequal: list[Predicate] = field(default_factory=list)
    beyond: list[tuple[str, Condition, str]] = field(default_factory=list)
