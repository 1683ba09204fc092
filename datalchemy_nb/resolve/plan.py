"""ResolvedPlan: everything decided before the run. The engine trusts it and asks nothing else.

A column has one *source*. Sources are data; `datalchemy_nb.generate.rows` has one match over them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.constraints.scalar import Whole
from datalchemy_nb.contracts.distributions import Calendar
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import DEFAULT_ATTEMPTS, Plan
from datalchemy_nb.domains.base import Derivation, Domain, Entity, Facet, OrderedDomain, Slot
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.gaps import Gaps
from datalchemy_nb.domains.grid import GridDomain
from datalchemy_nb.domains.mixed import ByLocale
from datalchemy_nb.resolve.family_plan import Families, FamilySource, Historic, LifeSource, Visited
from datalchemy_nb.transforms.base import Transform

# --- how a number is dealt to the parts of unique keys -----------------------------------------------------------


@dataclass(frozen=True)
class Permuted:
    """Unique alone: the row number, permuted over ``size`` ordinals.

    Attributes:
        sifted: the table's sieve says by which number (see `datalchemy_nb.resolve.sieves`).
    """

    size: int
    purpose: str
    sifted: bool = False


@dataclass(frozen=True)
class Driven:
    """An entity that a unique facet decides.

    Attributes:
        laps: so many neighbouring ordinals are the same one.
        beside: steps away from the entity that another role has by the same permutation; None = no other.
    """

    allocation: Allocation
    laps: int = 1
    beside: int | None = None


@dataclass(frozen=True)
class RowNumber:
    """Unique alone: the row number itself (identity, serial, sequences)."""

    sifted: bool = False


@dataclass(frozen=True)
class Radix:
    """One digit of a number: ``number // below % size``."""

    below: int
    size: int


@dataclass(frozen=True)
class Mixed:
    """Composite unique: digits of the row number permuted over the product of the parts' sizes."""

    product: int
    digit: Radix
    purpose: str
    sifted: bool = False


@dataclass(frozen=True)
class Base:
    """The parts that several overlapping keys share: digits of ``permuted row % groups``.

    Attributes:
        room: combinations of the parts, where there are more of them than groups: which of them the groups have is
            drawn, so that every part varies.
    """

    groups: int
    digit: Radix
    purpose: str
    room: int = 0


@dataclass(frozen=True)
class Rest:
    """What is left of such a key: digits of the row's number within its group, shuffled per group or in order."""

    groups: int
    product: int
    digit: Radix
    purpose: str
    shuffled: bool


@dataclass(frozen=True)
class Shares:
    """Ordinals in fixed shares: permuted row numbers cut into a stretch per ordinal, so that its rows can be found.

    Attributes:
        starts: first permuted number of each ordinal.
        rows: rows of the table.
    """

    starts: tuple[int, ...]
    rows: int
    purpose: str

    def stretches(self, ordinals: Iterable[int] | U64) -> tuple[tuple[int, int], ...]:
        """Return first number and length of the stretches of these ordinals, empty ones left out."""
        ends = (*self.starts[1:], self.rows)
        found = [(self.starts[i], ends[i] - self.starts[i]) for i in map(int, ordinals)]
        return tuple((start, length) for start, length in found if length)


@dataclass(frozen=True)
class Sibling:
    """The rest of a unique key whose other part is a family: a digit of a number that differs between siblings.

    Attributes:
        link: position of the family's link.
        product: how many numbers there are.
        shuffled: numbers are in no order; otherwise they count from 0.
    """

    link: int
    product: int
    digit: Radix
    purpose: str
    shuffled: bool


Allocation = Permuted | RowNumber | Mixed | Base | Rest | Shares | Sibling

# --- where a foreign key points -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class RandomParent:
    """Any parent row, drawn evenly."""


@dataclass(frozen=True)
class Apart:
    """Any parent row but the one that another link to the same table chose."""

    other: int


@dataclass(frozen=True)
class SharedParent:
    """Parents dealt in turn: the permuted row number modulo the parents (``derive.fk``)."""


@dataclass(frozen=True)
class EarlierRow:
    """A row of the same table with a smaller number, so that references form trees; row 0 and every root are null.

    Where null is not allowed, a root stands under a row that the database holds, or under itself where there is none.

    Attributes:
        conditions: only rows that hold them are pointed at.
        made: rows made; those of the database have the numbers from there on.
        held: rows of the database that roots may stand under.
    """

    root_rate: float
    conditions: tuple[Predicate, ...] = ()
    made: int = 0
    held: int = 0


@dataclass(frozen=True)
class KeyedParent:
    """The parent row is one part of a unique key."""

    allocation: Allocation


@dataclass(frozen=True)
class Dealt:
    """Rows dealt evenly to parents, in a way that can be inverted: the permuted row number modulo the parents."""

    purpose: str


@dataclass(frozen=True)
class Deal:
    """One dealt link on the way down: which table's rows, dealt to how many parents."""

    table: TableRef
    rows: int
    parents: int
    purpose: str


@dataclass(frozen=True)
class Within:
    """A row of the target that hangs from the row another link chose.

    Attributes:
        anchor: position of that link.
        down: the dealings on the way from its row to the target.
        allocation: the number within, when a unique key decides it.
        earlier: the target is the table itself, and only rows with a smaller number are taken.
    """

    anchor: int
    down: tuple[Deal, ...]
    allocation: Allocation | None = None
    earlier: bool = False


@dataclass(frozen=True, eq=False)
class PerParent:
    """Parents in classes that share their children evenly: which row points where follows from counting.

    The rows are permuted; the first ``linked`` of them point somewhere, and the class a place falls into is found by
    its first place. Within a class children are dealt in turn. The parents are permuted too.

    Attributes:
        places: first place of each class.
        ranks: first parent, as ranked, of each class.
        counts: parents in each class.
        linked: rows that point somewhere.
        parents: rows of the parent table.
        purpose: names the permutations.
        in_order: the parents are ranked by their row numbers, not permuted.
    """

    places: U64
    ranks: U64
    counts: U64
    linked: int
    parents: int
    purpose: str
    in_order: bool = False


@dataclass(frozen=True)
class OfKind:
    """A parent row of certain kinds: one whose permuted number lies in the stretches of these kinds.

    Attributes:
        table: the parent.
        shares: how its rows are dealt to kinds.
        stretches: first number and length of each.
        allocation: which of them, when a unique key decides it.
    """

    table: TableRef
    shares: Shares
    stretches: tuple[tuple[int, int], ...]
    allocation: Allocation | None = None

    @property
    def size(self) -> int:
        """How many rows there are to choose from."""
        return sum(length for _, length in self.stretches)


@dataclass(frozen=True)
class Via:
    """The row that a chain of other foreign keys leads to; where it leads nowhere, any row.

    Attributes:
        links: one foreign key a table, by position, the row's own first.
    """

    links: tuple[int, ...]


@dataclass(frozen=True)
class Chosen:
    """Any parent row whose columns this key refers to have values, and hold some conditions.

    Attributes:
        conditions: over the names of the key's own columns.
        allocation: which of them, when a unique key decides it.
    """

    conditions: tuple[Predicate, ...]
    allocation: Allocation | None = None


@dataclass(frozen=True)
class Tried:
    """Any parent row for which a condition holds: rows are drawn until one does.

    Attributes:
        where: column of the row that says whether the row it refers to will do.
        reads: what the condition reads of the row besides, and of rows that its other keys lead to.
    """

    where: str
    reads: tuple[str, ...]


@dataclass(frozen=True)
class Opposite:
    """The row of another family that has the place in it which the row has in its own.

    Attributes:
        own: position of the link to the row's own parent.
        way: the keys that lead to the other parent.
        link: position of the link by which the target's rows belong to that parent.
    """

    own: int
    way: tuple[int, ...]
    link: int


@dataclass(frozen=True)
class Growing:
    """A parent that is there when the row comes: both tables grow in step, up to their capacity.

    Attributes:
        rows: capacity of the table.
        parents: capacity of the target.
        in_turn: every parent in its turn, so that each has as many; otherwise drawn from the later half of those there.
    """

    rows: int
    parents: int
    in_turn: bool = False


@dataclass(frozen=True)
class Divided:
    """Any parent row, where rows that the database holds have a share of their own.

    Attributes:
        made: parents that the run makes, numbered first.
        existing: parents that the database holds, numbered behind them.
        share: of the rows that point at the latter.
    """

    made: int
    existing: int
    share: float


Pointing = (
    Tried | Opposite | Via | RandomParent | Chosen | Growing | Divided | Apart | SharedParent | EarlierRow | KeyedParent
    | Dealt | Within | PerParent | OfKind | Families | Historic
)  # fmt: skip


@dataclass(frozen=True)
class Case:
    """What a column (or link) is under one branch of a choice.

    Attributes:
        domain: replaces the column's domain; None = as usual.
        null: always, never, or None = by its null rate.
        first: only row 0 may take the branch, only the others may, or None = any.
    """

    domain: Domain | None = None
    null: bool | None = None
    first: bool | None = None


@dataclass(frozen=True)
class Choice:
    """Branches that each row takes one of.

    Rows are ranked by a permutation. A branch under which a unique set takes part may be open only to as many ranks in
    a row as the set has values; the ranks are cut where the list of open branches changes.

    Attributes:
        starts: first rank of each piece, 0 the first.
        open: branches open in each piece.
        purpose: under which rows are ranked.
        roots: branches for row 0, where others would make it refer to an earlier row; empty where none would.
        weights: how often each branch is taken, beside the others that are open; empty where all are as often.
    """

    starts: tuple[int, ...]
    open: tuple[tuple[int, ...], ...]
    purpose: str = ""
    roots: tuple[int, ...] = ()
    weights: tuple[int, ...] = ()

    @property
    def branches(self) -> frozenset[int]:
        """Every branch that some row may take."""
        return frozenset(branch for piece in self.open for branch in piece)


@dataclass(frozen=True)
class Cases:
    """How a column (or link) depends on a choice: one case per branch."""

    choice: int
    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Link:
    """One foreign key of a table.

    Attributes:
        index: position in the table's links.
        columns: local columns, paired with ``referenced``.
        null_rate: share of rows that point nowhere.
        nullable: local columns set to null then.
    """

    index: int
    name: str
    columns: tuple[str, ...]
    target: TableRef
    referenced: tuple[str, ...]
    target_rows: int
    pointing: Pointing
    null_rate: float = 0.0
    nullable: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    """The columns it decides: all but those its anchor decides."""
    cases: Cases | None = None


# --- where a value comes from -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Drawn:
    """A domain in random use."""

    domain: Domain


@dataclass(frozen=True)
class Keyed:
    """A domain in unique use."""

    domain: Domain
    allocation: Allocation


@dataclass(frozen=True)
class FromParent:
    """A foreign key column: the referenced column of the parent row."""

    link: int
    referenced: str


@dataclass(frozen=True)
class CopiedFromParent:
    """Another column of the parent row (``derive.parent_value``)."""

    link: int
    column: str


@dataclass(frozen=True)
class Reached:
    """A column of a row above, read by columns of this one under a name of its own.

    Attributes:
        links: which foreign key of each table on the way, by position; the row's own first.
        column: of the table they lead to.
    """

    links: tuple[int, ...]
    column: str


@dataclass(frozen=True)
class Derived:
    """Computed from other columns of the row."""

    derivation: Derivation


@dataclass(frozen=True)
class Side:
    """``column + offset`` bounds another column, itself excluded when strict."""

    column: str
    strict: bool
    offset: dt.timedelta | int | float | None = None


@dataclass(frozen=True)
class Between:
    """An ordered domain whose bounds move with other columns of the row.

    Attributes:
        lower: the value is at least (more than) each of these.
        span: at most so many ordinals above the lowest allowed one; 0 = no such bound.
    """

    domain: OrderedDomain
    lower: tuple[Side, ...]
    upper: tuple[Side, ...] = ()
    span: int = 0


@dataclass(frozen=True)
class Computed:
    """A SQL expression over other columns of the row, and of rows above (DuckDB's dialect).

    Attributes:
        stored: the expression gives values as `datalchemy_nb.constraints.scalar.stored` writes them.
        never_null: a null would break the column; the run stops then.
        whole: the same as arithmetic of whole numbers, where it is that: exact too, and faster.
    """

    expression: str
    inputs: tuple[str, ...]
    stored: bool = False
    never_null: bool = False
    whole: Whole | None = None


@dataclass(frozen=True)
class Repeated:
    """Another column of the row, or of a row above, in a share of rows; the others have a value of their own.

    Attributes:
        source: the name it is read under, or how it is computed where the types differ.
        own: of the rows that do not repeat it; None = all do.
        own_nulls: null rate of those.
        drift: what a copy is multiplied by, between two numbers of ten-thousandths.
        group: columns of one group repeat in the same rows.
    """

    source: str | Computed
    share: float = 1.0
    own: Drawn | None = None
    own_nulls: float = 0.0
    drift: tuple[int, int] | None = None
    group: str | None = None


@dataclass(frozen=True)
class Decided:
    """A domain drawn from other columns of the row: the same value of theirs gives the same of its own.

    Attributes:
        columns: the first that has a value decides.
        domain: what is drawn from.
        null_rate: share of the deciding values under which it is null.
    """

    columns: tuple[str, ...]
    domain: Domain
    null_rate: float = 0.0


@dataclass(frozen=True)
class Beyond:
    """One side of a bound, with how far from it a value lies.

    Attributes:
        column: the name it is read under; None = the plan's today.
        strict: the two differ.
        gaps: how far, in units; None = anywhere beyond.
        ticks: ticks of the bounded column in a unit; 0 where months are counted.
        months: months in a unit, for months and years.
    """

    column: str | None
    strict: bool
    gaps: Gaps | None = None
    ticks: float = 0.0
    months: int = 0


@dataclass(frozen=True)
class Bounded:
    """A date, moment or number after and before others, each with a gap.

    Attributes:
        grid: tells the ticks of the column.
        shape: where values lie that no gap places.
        today: the plan's today in ticks.
        first: no value is smaller, in ticks; None = as small as the bounds say.
        last: no value is larger.
        follows_null: null where a value it lies after is null.
        habits: the hours and days into which a moment that a gap has placed moves.
    """

    grid: GridDomain
    shape: OrderedDomain
    after: tuple[Beyond, ...]
    before: tuple[Beyond, ...]
    today: int
    first: int | None = None
    last: int | None = None
    follows_null: bool = False
    habits: Calendar | None = None


@dataclass(frozen=True)
class Kind:
    """Which kind of row a row refers to: the type column of a polymorphic pair.

    Attributes:
        values: what it says for each kind.
        shares: how rows are dealt to kinds.
        null_rate: rows that refer to nothing.
        purpose: names the draw of those.
    """

    values: tuple[str | int, ...]
    shares: Shares
    null_rate: float
    purpose: str


@dataclass(frozen=True)
class OfKindRow:
    """A column of a row of the kind that a `Kind` column says: the id column of a polymorphic pair.

    Attributes:
        kind: the other column's source.
        targets: table, its rows, and column, one a kind.
        apart: no two rows of a kind refer to one row.
    """

    kind: Kind
    targets: tuple[tuple[TableRef, int, str], ...]
    apart: bool = False


Source = (
    Kind | OfKindRow | Drawn | Keyed | FromParent | CopiedFromParent | Derived | Between | Computed | Repeated | Bounded
    | Decided | FamilySource | LifeSource
)  # fmt: skip


@dataclass(frozen=True)
class Step:
    """One transform with its place in the list (part of its stream key)."""

    id: str
    index: int
    transform: Transform


@dataclass(frozen=True)
class When:
    """Where a column has a value at all: where another column's text is one of these."""

    column: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class ResolvedColumn:
    """One exported column.

    Attributes:
        generator_id: id for the report; None where the engine made the choice (foreign keys, row numbers).
        origin: ``rule``, ``default``, ``key`` or ``foreign_key``.
    """

    name: str
    slot: Slot
    dtype: pl.DataType
    source: Source
    null_rate: float = 0.0
    steps: tuple[Step, ...] = ()
    generator_id: str | None = None
    origin: str = "default"
    tags: tuple[str, ...] = ()
    cases: Cases | None = None
    when: When | None = None
    visited: Visited | None = None
    """Where a lifecycle says that it has a value at all."""

    @property
    def entities(self) -> tuple[Entity, ...]:
        """Entities the column shows, under any branch."""
        domains = [self.source.domain] if isinstance(self.source, Drawn | Keyed) else []
        domains += [case.domain for case in self.cases.cases if case.domain] if self.cases else []
        shown = [part for one in domains for part in (one.parts if isinstance(one, ByLocale) else (one,))]
        return tuple(domain.entity for domain in shown if isinstance(domain, Facet))


def generation(entity: Entity, named: Mapping[str, Entity]) -> int:
    """Return how many relatives stand between an entity and one that is nobody's relative."""
    for number in range(len(named) + 1):
        relative = entity.casting.relative if entity.casting else None
        if relative is None:
            return number
        entity = named.get(relative[0].name, relative[0])
    return len(named) + 1


@dataclass(frozen=True)
class Predicate:
    """A condition no construction covers.

    Attributes:
        name: the constraint's name.
        sql: a boolean expression in DuckDB's dialect over the quoted column names; null counts as true.
        columns: the columns it reads.
        enforced: False under policy ``warn``: rows that fail after all attempts are kept and counted.
        null_tested: it turns on whether a column is null.
    """

    name: str
    sql: str
    columns: tuple[str, ...]
    enforced: bool = True
    null_tested: bool = False


@dataclass(frozen=True)
class RedrawGroup:
    """Columns redrawn together until their predicates hold.

    Attributes:
        columns: redrawn (and recomputed) columns, in dependency order.
        inputs: columns the predicates read that stay fixed.
    """

    columns: tuple[str, ...]
    inputs: tuple[str, ...]
    predicates: tuple[Predicate, ...]
    choices: frozenset[int] = frozenset()
    """Choices all of whose columns are redrawn, so that another branch is tried too."""


@dataclass(frozen=True)
class Period:
    """A range of a row.

    Attributes:
        columns: one of a range type, or those it is made of: where it begins, and where it ends.
        subtype: of its bounds.
        low_open: where it is made of two columns, whether the first does not belong to it.
        high_closed: likewise, whether the second does.
    """

    columns: tuple[str, ...]
    subtype: Literal["number", "day", "moment"]
    low_open: bool = False
    high_closed: bool = False


@dataclass(frozen=True)
class Guard:
    """A unique set in which generated rows must differ from rows that are known already.

    Attributes:
        name: of the constraint or index.
        columns: what its parts and its predicate read.
        parts: in DuckDB's dialect over the quoted names.
        plain: the parts are the columns themselves.
        predicate: of a partial index.
        nulls_alike: a null equals a null.
        period: rows whose parts agree must not overlap in it; None where they must not agree.
    """

    name: str
    columns: tuple[str, ...]
    parts: tuple[str, ...]
    plain: bool = True
    predicate: str | None = None
    nulls_alike: bool = False
    period: Period | None = None


@dataclass(frozen=True, eq=False)
class Known:
    """Rows of a table that are known before any is made.

    A table's rows are numbered so: the fixed ones, the others that are made, and behind them those that the database
    holds. What is made is computed from numbers of *candidates*: fixed rows have some of their own, the others take the
    first ones in order that are not skipped because they would repeat a key of a known row.

    Attributes:
        fixed: rows that the plan lists.
        cells: of those, by column: which rows, and their values.
        existing: how many rows the database holds.
        keys: columns of those, as far as they were read.
        edges: the highest number that counting columns have, or have given out.
        guards: in what made rows must differ from known ones.
        own: the candidates of fixed rows, for the columns that they do not list; none = the first ones.
        skipped: candidates that no other row takes, ascending; those of fixed rows among them.
        pointed: parents of fixed rows whose foreign key is listed, by link: rows, parents, and where there is none.
        checks: name and condition of every CHECK, which fixed rows must hold too.
    """

    fixed: int = 0
    cells: Mapping[str, tuple[npt.NDArray[np.intp], pl.Series]] = field(default_factory=dict)
    existing: int = 0
    keys: pl.DataFrame = field(default_factory=pl.DataFrame)
    edges: Mapping[str, int] = field(default_factory=dict)
    guards: tuple[Guard, ...] = ()
    own: U64 = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    skipped: U64 = field(default_factory=lambda: np.zeros(0, dtype=np.uint64))
    pointed: Mapping[int, tuple[npt.NDArray[np.intp], U64, npt.NDArray[np.bool_]]] = field(default_factory=dict)
    checks: tuple[tuple[str, str], ...] = ()

    def candidates(self, rows: U64) -> U64:
        """Return which candidate each made row is."""
        if not len(self.skipped):
            return rows
        fixed = rows < np.uint64(self.fixed)
        others = np.where(fixed, np.uint64(0), rows - np.uint64(self.fixed))
        before = self.skipped - np.arange(len(self.skipped), dtype=np.uint64)
        found = others + np.searchsorted(before, others, side="right").astype(np.uint64)
        if fixed.any():
            found[fixed] = self.own[rows[fixed]]
        return found


@dataclass(frozen=True)
class ResolvedTable:
    """One table, ready to be computed at any row.

    Attributes:
        rows: rows to make.
        dealt: rows that permutations and dealing run over, where these are more.
        known: rows that are known before any is made; None where there are none.
    """

    ref: TableRef
    rows: int
    columns: tuple[ResolvedColumn, ...]
    links: tuple[Link, ...] = ()
    groups: tuple[RedrawGroup, ...] = ()
    entity_keys: dict[str, Driven] = field(default_factory=dict)
    """Entities driven by a unique facet: the row number permuted over the entity."""
    auto_parent: bool = False
    choices: tuple[Choice, ...] = ()
    """Choices between alternatives, by position."""
    reaches: dict[str, Reached] = field(default_factory=dict)
    """What columns read of the rows above, by the name they read it under."""

    verified: tuple[Predicate, ...] = ()
    """What relations decide alone and nobody could prove: measured before the run, and held against every row."""
    unsure: tuple[str, ...] = ()
    """Bounded columns that may be left no value in some rows: asked of a sample before the run."""
    helpers: tuple[ResolvedColumn, ...] = ()
    """Columns that relations read and no file holds."""
    sieve: tuple[Predicate, ...] = ()
    """Conditions that read only what keys decide, which deal by the numbers of the combinations that hold."""
    distinct: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Unique sets whose expressions over foreign keys nobody proved to differ: a sample of rows is looked at."""
    stated: tuple[Predicate, ...] = ()
    """Parts of CHECKs that are met by construction: a sample of final rows is held against them before the run."""
    dealt: int = 0
    known: Known | None = None

    @property
    def size(self) -> int:
        """Rows that permutations and dealing run over."""
        return max(self.rows, self.dealt)

    @property
    def parents(self) -> int:
        """Rows that others can point at."""
        return self.rows + (self.known.existing if self.known is not None else 0)

    @cached_property
    def every(self) -> dict[str, ResolvedColumn]:
        """Columns by name, helpers among them."""
        return {column.name: column for column in (*self.columns, *self.helpers)}

    @cached_property
    def by_name(self) -> dict[str, ResolvedColumn]:
        """Columns by name."""
        return {column.name: column for column in self.columns}

    @cached_property
    def group_of(self) -> dict[str, int]:
        """Redraw group of each column that has one."""
        return {name: i for i, group in enumerate(self.groups) for name in group.columns}

    @cached_property
    def casts(self) -> dict[str, tuple[Entity, ...]]:
        """Entities by kind, in the order they are drawn, for the kinds of which several are in a row."""
        named = {entity.name: entity for column in self.columns for entity in column.entities}
        order = sorted(named.values(), key=lambda e: (e.name not in self.entity_keys, generation(e, named), e.name))
        kinds = {entity.kind: [other for other in order if other.kind == entity.kind] for entity in order}
        return {kind: tuple(cast) for kind, cast in kinds.items() if len(cast) > 1}

    @property
    def tries(self) -> tuple[Link, ...]:
        """Foreign keys whose parents are drawn until a condition holds."""
        return tuple(link for link in self.links if isinstance(link.pointing, Tried))

    @property
    def column_names(self) -> tuple[str, ...]:
        """Exported columns in file order."""
        return tuple(column.name for column in self.columns)


@dataclass(frozen=True)
class ResolvedPlan:
    """The whole plan, ready to run.

    Attributes:
        plan: the normalised plan.
        tables: by reference, in insertion order (parents first; cycles broken by name).
        schema_fingerprint: of the schema it was resolved against; part of every stream key's meaning.
        issues: warnings and unsupported features for the report.
        existing_sha256: of the keys of existing rows it was resolved with; part of what decides the bytes.
    """

    plan: Plan
    tables: dict[TableRef, ResolvedTable]
    schema_fingerprint: str
    issues: tuple[Issue, ...] = ()
    existing_sha256: str | None = None

    @property
    def max_attempts(self) -> int:
        """Attempts a redraw group has per row."""
        return self.plan.settings.max_attempts_row or DEFAULT_ATTEMPTS
