"""A table while it is resolved: one frozen type for each phase, which holds what that phase decided and all before it.

A step takes the first phase that holds what it reads, and a step that decides something returns the next phase. So the
types say what may be called when: nothing can read what is decided later. The phases stand here in their order.

Within a step columns (`datalchemy_nb.resolve.state.Draft`), the ways of links and what CHECKs leave to do
(`datalchemy_nb.resolve.state.Demands`) are written to. A step writes to its own of them (`step`): what a phase holds is
never changed by a later one. Issues and the account alone are journals that every step writes to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, fields, replace
from fractions import Fraction
from typing import Any, TypeVar, Unpack

from sqlglot import exp

from datalchemy_nb.constraints.facts import Fact, Order
from datalchemy_nb.constraints.types import is_not_null
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef, show_ident
from datalchemy_nb.contracts.plan import Plan, PolicyMode, PolicyRule
from datalchemy_nb.contracts.schema import DatabaseSchema, Table
from datalchemy_nb.domains.base import Domain
from datalchemy_nb.planning.issues import About, error, warning
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.allocations import Driven
from datalchemy_nb.resolve.answers import Answers
from datalchemy_nb.resolve.foreign_keys import Relations
from datalchemy_nb.resolve.keys import ColumnPart, Key, KeyPart, LinkPart, Scarce
from datalchemy_nb.resolve.plan import Choice, EarlierRow, Known, Link, Predicate, ResolvedColumn
from datalchemy_nb.resolve.room import Room
from datalchemy_nb.resolve.sources import Computed, Reached
from datalchemy_nb.resolve.state import Account, Demands, Draft, Left


@dataclass(frozen=True, eq=False, kw_only=True)
class TableTask:
    """What one table is resolved with; nothing of it is decided here.

    Attributes:
        rows_by_table: rows that can be pointed at.
        unfollowed: tables whose foreign keys the plan switches off.
        room: between which ends relation rules of any table ask columns of this one to stay.
        spans: between which numbers columns of the tables resolved before lie.
        sizes: rows that each table's permutations and dealing run over; `rows_by_table` are those to point at.
        made: rows to make, by table.
        known: rows of the table that are known before any is made.
        growing: tables with a capacity, up to which their first rows stay as they are.
        issues: the errors and warnings so far.
        account: how constraints are met, so far.
    """

    ref: TableRef
    plan: Plan
    schema: DatabaseSchema
    rows_by_table: Mapping[TableRef, int]
    relations: Relations
    unfollowed: frozenset[TableRef]
    answers: Answers
    room: Room
    spans: Mapping[tuple[TableRef, str], tuple[Fraction, Fraction]]
    sizes: Mapping[TableRef, int]
    made: Mapping[TableRef, int]
    known: Known | None
    growing: frozenset[TableRef]
    issues: list[Issue] = field(default_factory=list)
    account: Account = field(default_factory=Account)

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

    def name_of(self, column: str) -> str:
        """``schema.table.column`` for a message."""
        return f"{self.ref}.{show_ident(column)}"

    def refuse(self, code: str, path: str, message: str, hint: str | None = None, **about: Unpack[About]) -> None:
        """Record an error about the table."""
        about.setdefault("table", self.ref)
        self.issues.append(error(code, path, message, hint, **about))

    def warn(self, code: str, path: str, message: str, hint: str | None = None, **about: Unpack[About]) -> None:
        """Record a warning about the table."""
        about.setdefault("table", self.ref)
        self.issues.append(warning(code, path, message, hint, **about))


@dataclass(frozen=True, eq=False, kw_only=True)
class LinkedTable(TableTask):
    """Foreign keys have their parents.

    Attributes:
        links: by index; later phases say further how a link chooses.
        absent: columns left null because the rows they would point at are not generated.
        held: foreign key columns whose CHECKs hold by the choice of the parent's row.
        constants: columns that have one value, since their foreign key leads to rows of one kind.
    """

    links: list[Link]
    absent: frozenset[str]
    held: frozenset[str]
    constants: Mapping[str, Domain]

    def columns_of(self, part: KeyPart) -> tuple[str, ...]:
        """The columns that a part of a key is."""
        match part:
            case ColumnPart(name):
                return (name,)
            case LinkPart(index):
                return self.links[index].columns

    def link_of(self, column: str) -> Link | None:
        """The foreign key a column takes its value from."""
        return next((link for link in self.links if column in link.columns), None)


@dataclass(frozen=True, eq=False, kw_only=True)
class DraftedTable(LinkedTable):
    """Columns have what their rules, defaults and types give them.

    Attributes:
        columns: those that the database does not compute, by name, in the table's order.
    """

    columns: Mapping[str, Draft]

    def always_present(self, name: str, why: str, *, or_once: bool = False) -> None:
        """Let a column never be null; say so where the plan makes it depend on another.

        A column that is null because of its foreign key is refused.

        Args:
            name: the column.
            why: what asks for a value, for messages.
            or_once: one null would do no harm.
        """
        if name in self.absent:
            message = f"{self.name_of(name)} is null in every row, since its foreign key is not followed, and {why} "
            message += "asks for a value"
            self.refuse("fk_without_parent", "/", message, "fill the table that it refers to", column=name, cause=why)
            return
        link = self.link_of(name)
        if link is not None:
            # Where a key points nowhere, its other columns are null, if one of them may be.
            others = tuple(one for one in link.nullable if one != name)
            if not isinstance(link.pointing, EarlierRow):
                others = others or link.nullable
            self.links[link.index] = replace(link, null_rate=0.0, nullable=others)
        item = self.columns.get(name)
        if item is None:
            return
        if item.null_by:
            message = f"{self.name_of(name)}: {why} asks for a value, and CHECK {item.null_by} for none"
            self.refuse(
                "never_holds", "/", message, "leave the table out", column=name, constraint=item.null_by, cause=why
            )
        item.once_null = or_once and (item.once_null or not item.required)
        first, item.required, item.null_rate = not item.required, True, 0.0
        if first and isinstance(item.source, Computed) and item.origin == "default":
            for column in item.source.inputs:
                self.always_present(column, why)
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


@dataclass(frozen=True, eq=False, kw_only=True)
class RelatedTable(DraftedTable):
    """Relation rules have taken the columns they decide.

    Attributes:
        decided: these columns, with the index of the rule.
        reaches: what columns read of the rows above, by the name they read it under.
        helpers: columns that relations read and no file holds.
        trees: the expressions of helpers.
        apart: sets of columns that relations keep unique.
        told_apart: by the link of a family, sets of columns in which its rows differ, as relations see to.
    """

    decided: Mapping[str, int]
    reaches: Mapping[str, Reached]
    helpers: Mapping[str, ResolvedColumn]
    trees: Mapping[str, exp.Expr]
    apart: Sequence[frozenset[str]]
    told_apart: Mapping[int, Sequence[frozenset[str]]]


@dataclass(frozen=True, eq=False, kw_only=True)
class RelatingTable(RelatedTable):
    """A table while its relation rules take their columns: each may add what it reads."""

    reaches: dict[str, Reached] = field(default_factory=dict)
    helpers: dict[str, ResolvedColumn] = field(default_factory=dict)
    trees: dict[str, exp.Expr] = field(default_factory=dict)
    apart: list[frozenset[str]] = field(default_factory=list)
    told_apart: dict[int, list[frozenset[str]]] = field(default_factory=dict)


@dataclass(frozen=True, eq=False, kw_only=True)
class ReadTable(RelatedTable):
    """Unique sets are read, and what they ask of their columns is seen to.

    Attributes:
        keys: those that a key of parts can hold.
        distinct: unique sets over expressions of foreign keys: their names, and the expressions.
        under: columns that must differ under an expression, the expression in DuckDB's dialect, and the values they
            had when their sets were read.
    """

    keys: tuple[Key, ...]
    distinct: tuple[tuple[str, tuple[str, ...]], ...]
    under: tuple[tuple[str, str, Domain | None], ...]

    @property
    def in_keys(self) -> frozenset[str]:
        """Columns that some key holds."""
        return frozenset(name for key in self.keys for part in key.parts for name in self.columns_of(part))


@dataclass(frozen=True, eq=False, kw_only=True)
class CheckedTable(ReadTable):
    """CHECKs and types have narrowed what they could.

    Attributes:
        demands: what is left of them.
        stated: every part of a CHECK that DuckDB can be asked, with the fact that it was read as.
    """

    demands: Demands
    stated: tuple[tuple[Fact, Predicate], ...]


@dataclass(frozen=True, eq=False, kw_only=True)
class PreparedTable(CheckedTable):
    """Columns have the values that others need of them, before keys deal any: nothing is added to what is held."""


@dataclass(frozen=True, eq=False, kw_only=True)
class KeyedTable(PreparedTable):
    """Keys have their values dealt.

    Attributes:
        scarce: the keys with too few values that rows can stay out of.
        ranked: purpose under which rows are ranked for choices.
        fixed: columns whose values unique sets decide.
        entities: entities driven by a unique facet.
    """

    scarce: tuple[Scarce, ...]
    ranked: str
    fixed: frozenset[str]
    entities: Mapping[str, Driven]


@dataclass(frozen=True, eq=False, kw_only=True)
class BranchedTable(KeyedTable):
    """Rows take branches of CHECKs.

    Attributes:
        choices: which rows take which.
    """

    choices: Sequence[Choice]


@dataclass(frozen=True, eq=False, kw_only=True)
class BranchingTable(BranchedTable):
    """A table while choices are built, one after the other."""

    choices: list[Choice] = field(default_factory=list)


@dataclass(frozen=True, eq=False, kw_only=True)
class OrderedTable(BranchedTable):
    """Columns are drawn above and below one another.

    Attributes:
        promised: orders met by construction, by the name of their CHECK.
        left: what CHECKs leave to do: `demands` as they ended.
    """

    promised: tuple[tuple[str, Order], ...]
    left: Left


@dataclass(frozen=True, eq=False, kw_only=True)
class DealtTable(OrderedTable):
    """Columns that children tell kinds by have as many rows of each kind as these need; choices follow them.

    Attributes:
        dealt: these columns, whose values cannot be drawn again.
    """

    dealt: frozenset[str]


@dataclass(frozen=True, eq=False, kw_only=True)
class SourcedTable(DealtTable):
    """Every column has its source.

    Attributes:
        keyed: columns whose values unique sets decide, and those that are dealt.
    """

    keyed: frozenset[str]


def carried(table: TableTask) -> dict[str, Any]:
    """Return what a phase holds, for the next one to begin with."""
    phase = type(table)
    if phase not in _HELD:
        _HELD[phase] = tuple(one.name for one in fields(phase))
    return {name: getattr(table, name) for name in _HELD[phase]}


_HELD: dict[type[TableTask], tuple[str, ...]] = {}

_Phase = TypeVar("_Phase", bound=TableTask)
_Next = TypeVar("_Next")


def step(decide: Callable[[_Phase], _Next], table: _Phase) -> _Next:
    """Return what a step makes of a phase. The step has columns and links of its own to write to."""
    return decide(opened(table))


def opened(table: _Phase) -> _Phase:
    """Return the phase with columns, links and demands that can be written to; those of the phase given stay."""
    own: dict[str, Any] = {}
    if isinstance(table, LinkedTable):
        own["links"] = table.links.copy()
    if isinstance(table, DraftedTable):
        own["columns"] = {name: item.copied() for name, item in table.columns.items()}
    if isinstance(table, CheckedTable):
        own["demands"] = table.demands.copied()
    other = object.__new__(type(table))
    other.__dict__.update(vars(table), **own)
    return other
