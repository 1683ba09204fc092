"""What holds between columns, rows and tables: the relation rules of plan format 0.3.

A *path* names a column from a row's point of view. ``total`` is a column of the row itself; ``order_id.placed_at`` is a
column of the row that the foreign key of ``order_id`` points at; ``line_id.order_id.customer_id.created_at`` goes
three keys up. Every part but the last is a column of a foreign key of the table reached so far (any of its columns,
where the key is composite). In SQL expressions the same paths are written as identifiers, quoted where SQL asks for it.

A column that a relation decides may have a column rule too: its generator then serves where the relation leaves room
(the rows outside a copy's share, the bounds that a moment is drawn between).
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from datalchemy_nb.contracts.base import Contract
from datalchemy_nb.contracts.distributions import Calendar, Share
from datalchemy_nb.contracts.names import TableRef

Path = Annotated[str, Field(min_length=1)]
Unit = Literal["seconds", "minutes", "hours", "days", "weeks", "months", "years", "units"]
Number = Annotated[float, Field(allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Function = Literal["sum", "count", "min", "max", "any", "all"]


class Relation(Contract):
    """What every relation rule says: of which table, and why.

    Attributes:
        comment: free text; kept, never used.
        evidence: why a drafted plan holds the relation.
    """

    schema_name: str = Field(alias="schema")
    table: str
    comment: str | None = None
    evidence: str | None = None

    @property
    def ref(self) -> TableRef:
        """The table's reference."""
        return TableRef(self.schema_name, self.table)


class Gap(Contract):
    """How far one value lies from another: around ``typical`` with few far above, or even between the ends.

    With ``typical`` half of the gaps are below it and their logarithms spread evenly to both sides, cut at ``min`` and
    ``max``. Months and years are calendar months and years, counted as PostgreSQL counts them. ``units`` are for
    numbers.

    Attributes:
        min: at least so much.
        typical: half of the gaps are below it, and few are far above; left out, they are even from `min` to `max`.
        max: at most so much.
        unit: what the numbers count; `units` for numbers, calendar months and years as PostgreSQL counts them.
    """

    min: NotNegative = 0.0
    typical: Annotated[float, Field(gt=0, allow_inf_nan=False)] | None = None
    max: NotNegative | None = None
    unit: Unit = "days"

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        low, high = self.min, self.max
        if high is None and self.typical is None:
            raise ValueError("give typical, max, or both")
        if high is not None and high < low:
            raise ValueError(f"max {high:g} is below min {low:g}")
        if self.typical is not None and not low <= self.typical <= (self.typical if high is None else high):
            raise ValueError(f"typical {self.typical:g} is not between min and max")
        return self


class Bound(Contract):
    """One side of a bound.

    Attributes:
        column: path of the other value; ``base_date`` is the plan's today.
        gap: how far from it; None = anywhere beyond it.
        strict: the two differ.
    """

    column: Path
    gap: Gap | None = None
    strict: bool = False


class ExpressionRule(Relation):
    """A column is a scalar SQL expression, in PostgreSQL's dialect, over its row and the rows its keys point at.

    Attributes:
        sql: a scalar expression in PostgreSQL's dialect, over the row and the rows above it.
    """

    type: Literal["expression"]
    column: str
    sql: Annotated[str, Field(min_length=1)]


class BoundsRule(Relation):
    """A date, moment or number lies after and before others, each with a gap.

    Null where a value it lies after is null and the column may be null; a bound that is null does not bind otherwise.

    Attributes:
        after: what the column lies after, or above.
        before: what the column lies before, or below.
        calendar: the hours and days in which it happens, where a gap places it; None = at any time. Within its week a
            moment moves to them, unless that breaks a bound or the gap's ends.
    """

    type: Literal["bounds"]
    column: str
    after: tuple[Bound, ...] = ()
    before: tuple[Bound, ...] = ()
    calendar: Calendar | None = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.after and not self.before:
            raise ValueError("give after, before, or both")
        return self


class Drift(Contract):
    """A copy is multiplied by a number drawn between two, and rounded to the column's digits.

    Attributes:
        min: least factor.
        max: largest factor.
    """

    min: Annotated[float, Field(gt=0, allow_inf_nan=False)]
    max: Annotated[float, Field(gt=0, allow_inf_nan=False)]

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.max < self.min:
            raise ValueError(f"max {self.max:g} is below min {self.min:g}")
        return self


class CopyRule(Relation):
    """A column repeats another of its row, or of a row above it, in a share of rows; the others keep their own.

    Attributes:
        source: path of the column that is repeated.
        share: share of the rows that repeat it; the others have values of their own.
        drift: the copy is multiplied by a random factor, and rounded.
        group: copies of a table that name the same group are made in the same rows: all of an address or nothing of it.
    """

    type: Literal["copy"]
    column: str
    source: Path = Field(alias="from")
    share: Share = 1.0
    drift: Drift | None = None
    group: Annotated[str, Field(min_length=1)] | None = None


class DecidedRule(Relation):
    """Rows with the same value in one column have the same in another: a city lies in one country.

    The column's own generator is drawn from the deciding value in place of the row: values, shares and nulls are its
    rule's.

    Attributes:
        by: columns of the row; the first that has a value decides. Where none has, the row draws for itself.
    """

    type: Literal["decided"]
    column: str
    by: Annotated[tuple[str, ...], Field(min_length=1)]


class SameAncestorRule(Relation):
    """Several paths lead to one row: the patient of an encounter is the patient of its appointment.

    Attributes:
        paths: paths of foreign key columns, at least two; all end at the same table. The shortest is decided by the
            others.
    """

    type: Literal["same_ancestor"]
    paths: Annotated[tuple[Path, ...], Field(min_length=2)]


class ParentRule(Relation):
    """A key refers only to rows for which a condition holds: an invoice is of a won deal, a review of a sent order.

    Attributes:
        column: a column of the foreign key.
        where: SQL condition over the row and the rows its keys lead to, this key's own among them.
        or_any: where no row will do, any is taken; otherwise there must be one for every row.
    """

    type: Literal["parent"]
    column: str
    where: Annotated[str, Field(min_length=1)]
    or_any: bool = False


class CounterpartRule(Relation):
    """Rows repeat those of another family, one by one: the lines of an invoice those of its quote.

    Row k of a parent repeats row k of the other, which has as many rows or more.

    Attributes:
        within: a column of the foreign key to the row's own parent.
        of: path of a foreign key column that leads to the other parent (``invoice_id.quote_id``).
        child_schema: schema of the table below.
        child_table: the table that holds the rows of the other parent.
        child_columns: its foreign key to that parent.
        columns: what is repeated: a column of this table, and SQL over the other row. A column of a foreign key repeats
            a column whose foreign key leads to the same table.
    """

    type: Literal["counterpart"]
    within: str
    of: Path
    child_schema: str
    child_table: str
    child_columns: Annotated[tuple[str, ...], Field(min_length=1)]
    columns: Annotated[dict[str, str], Field(min_length=1)]

    @property
    def child(self) -> TableRef:
        """The table whose rows are repeated."""
        return TableRef(self.child_schema, self.child_table)


class PolymorphicTarget(Contract):
    """One table that a pair of type and id can refer to.

    Attributes:
        value: what the type column says then.
        column: the referenced column.
        weight: how often, beside the other targets.
    """

    value: str | int
    schema_name: str = Field(alias="schema")
    table: str
    column: str
    weight: NotNegative = 1.0

    @property
    def ref(self) -> TableRef:
        """The table's reference."""
        return TableRef(self.schema_name, self.table)


class PolymorphicRule(Relation):
    """A type and an id refer to a row of the table that the type names.

    Attributes:
        type_column: the column that names the table.
        id_column: the column that holds the row's key.
        targets: the tables that may be named.
    """

    type: Literal["polymorphic"]
    type_column: str
    id_column: str
    targets: Annotated[tuple[PolymorphicTarget, ...], Field(min_length=1)]


class State(Contract):
    """One state of a lifecycle.

    Attributes:
        value: what the state column says.
        enters: the moment column that is set when a row comes into this state.
        fills: columns that have a value once a row has been in this state, and none before.
    """

    value: str | int | bool
    enters: str | None = None
    fills: tuple[str, ...] = ()


class Transition(Contract):
    """A way from one state to another.

    Attributes:
        source: the state that is left.
        target: the state that is entered.
        weight: how often it is taken, beside the other ways from the same state.
        after: how long a row stays in the state it comes from; in a unit of time.
    """

    source: str | int | bool = Field(alias="from")
    target: str | int | bool = Field(alias="to")
    weight: NotNegative = 1.0
    after: Gap


class LifecycleRule(Relation):
    """States that a row passes through, how often and how fast; its state is how far it has come at ``base_date``.

    Attributes:
        state: the column that holds the state.
        start: the moment at which the first state is entered; its column is decided by the lifecycle.
        after: bounds of the start (the moment its customer came), as in a bounds rule.
        history_days: how far back the oldest starts lie.
        initial: the first state.
        states: the states.
        transitions: which way leads where, how often and after how long.
        shares: how many rows are in each state now, by its text; None = as their ages say.
        calendar: the hours and days in which things happen; None = at any time. Moments keep their order and the least
            time between them, and stay after what the start lies after; where that leaves no room they keep their time.
        until: the column that says when the state of now ends: ahead of `base_date`, or when it ended.
        ended: the states that have ended; None = those that no way leads out of.
        every: seconds between two moments of `until`, or of `start` where there is no `until`, counted from midnight:
            900 gives quarter hours. Where a bound leaves no such moment a row keeps its own.
    """

    type: Literal["lifecycle"]
    state: str
    start: str | None = None
    after: tuple[Bound, ...] = ()
    history_days: Annotated[int, Field(ge=1, le=36500)] = 730
    initial: str | int | bool
    states: Annotated[tuple[State, ...], Field(min_length=2)]
    transitions: Annotated[tuple[Transition, ...], Field(min_length=1)]
    shares: dict[str, NotNegative] | None = None
    calendar: Calendar | None = None
    until: str | None = None
    ended: tuple[str | int | bool, ...] | None = None
    every: Annotated[int, Field(ge=1, le=86_400)] | None = None

    @property
    def over(self) -> tuple[str | int | bool, ...]:
        """The states that have ended."""
        left = {way.source for way in self.transitions}
        return tuple(one.value for one in self.states if one.value not in left) if self.ended is None else self.ended


class HistoryRule(Relation):
    """A table holds one row for every state that the rows of another have entered, in order.

    How many rows there are follows from the lifecycle; a target says how many only where it agrees.

    Attributes:
        of: the foreign key column that leads to the row whose history it is.
        state: the state entered.
        previous: the state left; null in the first row.
        at: the moment of entering.
        until: the moment of leaving; null in the row of now.
        current: true in the row of now.
        position: 1 for the first state, and so on.
    """

    type: Literal["history"]
    of: str
    state: str | None = None
    previous: str | None = None
    at: str | None = None
    until: str | None = None
    current: str | None = None
    position: str | None = None


class RollupRule(Relation):
    """A number of a row is the sum, count, minimum or maximum of its children, or whether any (all) satisfy something.

    Attributes:
        child_schema: schema of the children's table.
        child_table: the children's table.
        child_columns: the child's foreign key to this table.
        function: what is computed over the children.
        value: SQL over the child's row (its columns and paths); not for count.
        where: SQL condition: which children count.
    """

    type: Literal["rollup"]
    column: str
    child_schema: str
    child_table: str
    child_columns: Annotated[tuple[str, ...], Field(min_length=1)]
    function: Function
    value: str | None = None
    where: str | None = None

    @property
    def child(self) -> TableRef:
        """The table whose rows are counted."""
        return TableRef(self.child_schema, self.child_table)

    @model_validator(mode="after")
    def _valued(self) -> Self:
        if (self.value is None) != (self.function == "count"):
            raise ValueError("count takes no value" if self.function == "count" else f"{self.function} needs a value")
        return self


class ShareRule(Relation):
    """A number is a row's part of its parent's: the parts of all children make up the whole exactly.

    Attributes:
        within: a column of the foreign key to the parent.
        of: path of the whole (``order_id.total``).
        spread: 0 = equal parts; 1 = parts that differ as much as numbers drawn at random.
    """

    type: Literal["share"]
    column: str
    within: str
    of: Path
    spread: Share = 0.5


class PositionRule(Relation):
    """A number counts the children of a parent: ``start`` for the first, ``start + 1`` for the next.

    Attributes:
        within: the foreign key's column: children of one parent are counted.
        start: the number of the first child.
    """

    type: Literal["position"]
    column: str
    within: str
    start: int = 1


class OrderedRule(Relation):
    """A date or moment that grows with the place of a row among the children of its parent.

    Attributes:
        within: the foreign key's column: children of one parent are ordered.
        after: where the first can lie.
        before: where the last can lie; None = ``base_date``.
    """

    type: Literal["ordered"]
    column: str
    within: str
    after: Bound | None = None
    before: Bound | None = None


class RunningRule(Relation):
    """A number is the sum of a value over the children of a parent up to this one, in order of their place.

    Attributes:
        within: the foreign key's column: the sum runs over the children of one parent.
        value: SQL over the row.
        start: path of what is there before the first (``account_id.opening_balance``), or None for 0.
    """

    type: Literal["running"]
    column: str
    within: str
    value: Annotated[str, Field(min_length=1)]
    start: Path | None = None


class PeriodsRule(Relation):
    """Periods of the children of a parent follow one another without gaps and overlaps.

    Attributes:
        within: the foreign key's column: the periods of one parent follow one another.
        start: column at which a period begins.
        end: column at which it ends: where the next begins.
        open_last: the last one has no end (null).
        after: where the first begins.
        before: where the last begins at the latest; None = ``base_date``.
    """

    type: Literal["periods"]
    within: str
    start: str
    end: str
    open_last: bool = True
    after: Bound | None = None
    before: Bound | None = None


RELATIONS = (
    ExpressionRule, BoundsRule, CopyRule, SameAncestorRule, ParentRule, PolymorphicRule, LifecycleRule, HistoryRule,
    RollupRule, ShareRule, PositionRule, OrderedRule, RunningRule, PeriodsRule, CounterpartRule, DecidedRule,
)  # fmt: skip
RelationRule = (
    ExpressionRule | BoundsRule | CopyRule | SameAncestorRule | ParentRule | PolymorphicRule | LifecycleRule
    | HistoryRule | RollupRule | ShareRule | PositionRule | OrderedRule | RunningRule | PeriodsRule | CounterpartRule
    | DecidedRule
)  # fmt: skip
