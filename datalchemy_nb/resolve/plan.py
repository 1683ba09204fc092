"""ResolvedPlan: everything decided before the run. The engine trusts it and asks nothing else.

A column has one source (`datalchemy_nb.resolve.sources`), a foreign key one way to its parents. Both are data, and the
engine has one match over each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import DEFAULT_ATTEMPTS, Plan
from datalchemy_nb.domains.base import Domain, Entity, Facet, Slot
from datalchemy_nb.domains.bits import U64
from datalchemy_nb.domains.finder import Finder
from datalchemy_nb.domains.mixed import ByLocale
from datalchemy_nb.domains.parties import Party
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.allocations import Allocation, Driven, Shares
from datalchemy_nb.resolve.family_plan import Families, Historic, Visited
from datalchemy_nb.resolve.sources import Derived, Drawn, Keyed, Reached, Source, Step, When

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
        conditions: only rows that hold them are pointed at; where there is none before a row, the first of them is.
        within: roots hold the conditions too: columns that they name have values there.
        made: rows made; those of the database have the numbers from there on.
        held: rows of the database that roots may stand under.
    """

    root_rate: float
    conditions: tuple[Predicate, ...] = ()
    within: bool = False
    made: int = 0
    held: int = 0


@dataclass(frozen=True)
class EarlierSibling:
    """An earlier child of the row that another link leads to, so that references form trees within it.

    The first child is a root, and so are some of the others: null, or under themselves where null is not allowed.

    Attributes:
        family: position of that link, whose dealing can be inverted.
        root_rate: share of the other rows that are roots.
    """

    family: int
    root_rate: float


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

    @cached_property
    def by_place(self) -> Finder:
        """Classes by places."""
        return Finder(self.places)

    @cached_property
    def by_rank(self) -> Finder:
        """Classes by ranks of parents."""
        return Finder(self.ranks)

    @cached_property
    def shares(self) -> tuple[U64, U64]:
        """Children of every parent of each class, and how many of its parents have one more."""
        ends = np.append(self.places[1:], np.uint64(self.linked))
        whole, left = np.divmod(ends - self.places, np.maximum(self.counts, np.uint64(1)))
        return whole, left


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


MOST_PARENTS = 1 << 20
"""Rows of a parent that are looked at where a foreign key chooses among them."""


@dataclass(frozen=True)
class Differing:
    """What of the parents that rows refer to must differ, where a unique set holds a part or an expression of a key.

    Attributes:
        name: of the unique set.
        expressions: over the names of the key's own columns, in DuckDB's dialect.
    """

    name: str
    expressions: tuple[str, ...]


@dataclass(frozen=True)
class Chosen:
    """Any parent row whose columns this key refers to have values, and hold some conditions.

    Attributes:
        conditions: over the names of the key's own columns.
        allocation: which of them, when a unique key decides it.
        or_none: rows point nowhere where no parent holds them.
        differing: the allocation decides what these expressions come to; any of the parents where they do is taken.
    """

    conditions: tuple[Predicate, ...]
    allocation: Allocation | None = None
    or_none: bool = False
    differing: Differing | None = None


@dataclass(frozen=True)
class Tried:
    """Any parent row for which a condition holds: rows are drawn until one does.

    Attributes:
        where: column of the row that says whether the row it refers to will do.
        reads: what the condition reads of the row besides, and of rows that its other keys lead to.
        or_any: any row is taken where none will do.
    """

    where: str
    reads: tuple[str, ...]
    or_any: bool = False


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
    Tried | Opposite | Via | RandomParent | Chosen | Growing | Divided | Apart | SharedParent | EarlierRow
    | EarlierSibling | KeyedParent | Dealt | Within | PerParent | OfKind | Families | Historic
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
    gives_way: tuple[Predicate, ...] = ()
    """Where one of them fails, the row points nowhere."""
    fits: tuple[Predicate, ...] = ()
    """Where one of them fails, another row is tried: earlier ones, the row itself, and none at all."""
    fits_or_none: bool = False
    """Whether none is tried."""


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
        if isinstance(self.source, Derived) and isinstance(self.source.derivation, Party):
            domains += self.source.derivation.parts
        domains += [case.domain for case in self.cases.cases if case.domain] if self.cases else []
        shown = [part for one in domains for part in (one.parts if isinstance(one, ByLocale) else (one,))]
        return tuple(domain.entity for domain in shown if isinstance(domain, Facet))


def _may_lack(link: Link, links: Sequence[Link]) -> bool:
    """Whether a foreign key that is never null may find no row below the one that another chose."""
    way = link.pointing
    if not isinstance(way, Within) or way.earlier or link.nullable:
        return False
    above = (links[way.anchor].target_rows, *(deal.rows for deal in way.down))
    return any(deal.rows < deal.parents or rows > deal.parents for rows, deal in zip(above, way.down, strict=False))


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
    """Unique sets, and what must differ in them: rows of those that nobody proved are looked at before the run."""
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
        """Foreign keys that may find no parent: drawn until a condition holds, or below a row with none of its own."""
        return tuple(link for link in self.links if isinstance(link.pointing, Tried) or _may_lack(link, self.links))

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
        consulted: whether a question came up that only a server answers.
    """

    plan: Plan
    tables: dict[TableRef, ResolvedTable]
    schema_fingerprint: str
    issues: tuple[Issue, ...] = ()
    existing_sha256: str | None = None
    consulted: bool = False

    @cached_property
    def plan_sha256(self) -> str:
        """SHA-256 of the plan: what runs, goldens and verdicts know it by."""
        return self.plan.sha256()

    @property
    def max_attempts(self) -> int:
        """Attempts a redraw group has per row."""
        return self.plan.settings.max_attempts_row or DEFAULT_ATTEMPTS
