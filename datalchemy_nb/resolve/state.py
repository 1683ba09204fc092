"""A column while it is being resolved, and the table it belongs to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from fractions import Fraction
from typing import Literal

from sqlglot import exp

from datalchemy_nb.constraints.facts import Alternatives, Condition, Order
from datalchemy_nb.contracts.feasibility import CheckPart, CheckReport, How, UniqueReport
from datalchemy_nb.contracts.plan import ColumnRule
from datalchemy_nb.contracts.schema import Column
from datalchemy_nb.domains.base import Built, Domain, Slot
from datalchemy_nb.domains.limits import Limit
from datalchemy_nb.planning.issues import pointer
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.family_plan import Visited
from datalchemy_nb.resolve.plan import Cases, Predicate
from datalchemy_nb.resolve.sources import Source, Step, When

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
        told: the same as conditions in DuckDB's dialect, as they are written.
        chosen: a server chose its values among many: no others are made in their place.
        row_number: the row number is the natural value (identity, serial, keys without a rule).
        relation: how a relation rule decides it: ``made`` of others, ``copied``, ``bounded``, or empty.
        span: between which numbers an expression lies.
        longest: how long the text of an expression is at most.
        tree: the expression.
        required: it may hold nulls, and a unique set or a CHECK forbids them.
        once_null: it is required by nothing but unique sets in which nulls are alike, so that one null may stand.
        null_by: the CHECK that leaves it no value; empty where none does.
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
    limits: tuple[Limit, ...] = ()
    told: tuple[str, ...] = ()
    chosen: bool = False
    row_number: bool = False
    numbering: bool = False
    cases: Cases | None = None
    when: When | None = None
    visited: Visited | None = None
    relation: Literal["", "made", "copied", "bounded", "decided"] = ""
    span: tuple[Fraction, Fraction] | None = None
    longest: int | None = None
    tree: exp.Expr | None = None
    required: bool = False
    once_null: bool = False
    null_by: str = ""

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

    def copied(self) -> Draft:
        """Return the column as it is now, to be changed on its own: all it holds is never changed itself."""
        other = object.__new__(Draft)
        other.__dict__ = self.__dict__.copy()
        return other


@dataclass(frozen=True)
class Claim:
    """A condition that relations alone can meet.

    Attributes:
        limit: what it asks of its one column, where it says no more.
    """

    predicate: Predicate
    limit: Limit | None = None


@dataclass(frozen=True)
class Left:
    """What CHECKs leave to do once branches and orders are decided.

    Attributes:
        predicates: conditions that no construction covers, for `datalchemy_nb.resolve.redraw`.
        unequal: predicates that two columns differ, which trees meet by construction.
        claims: conditions on columns that relations decide, which nobody has proved yet.
        limits: what conditions on single columns that relations decide ask, by their SQL.
    """

    predicates: tuple[Predicate, ...]
    unequal: tuple[Predicate, ...]
    claims: tuple[Claim, ...]
    limits: Mapping[str, Limit]


@dataclass
class Demands:
    """What CHECKs leave to do after narrowing, while branches and orders take their parts of it and add others.

    Attributes:
        choices: CHECKs with several branches, for `datalchemy_nb.resolve.branches`.
        orders: pairs of columns, for `datalchemy_nb.resolve.orders`.
        predicates: for `datalchemy_nb.resolve.redraw`.
        beyond: conditions DuckDB cannot evaluate, with its complaint, for `datalchemy_nb.resolve.server_checks`.
        unequal: predicates that two columns differ, which trees meet by construction.
        claims: conditions on columns that relations decide, which nobody has proved yet.
        limits: what conditions on single columns that relations decide ask, by their SQL.
    """

    choices: list[tuple[str, Alternatives]] = field(default_factory=list)
    orders: list[tuple[str, Order]] = field(default_factory=list)
    predicates: list[Predicate] = field(default_factory=list)
    unequal: list[Predicate] = field(default_factory=list)
    beyond: list[tuple[str, Condition, str]] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    limits: dict[str, Limit] = field(default_factory=dict)

    def copied(self) -> Demands:
        """Return the same demands, to be changed on their own."""
        return Demands(**{name: kept.copy() for name, kept in vars(self).items()})
