"""Where the values of a column come from: data, over which `datalchemy_nb.generate.rows` has one match."""

from __future__ import annotations

import datetime as dt

from datalchemy_nb.contracts.distributions import Calendar
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.domains.arithmetic import Whole
from datalchemy_nb.domains.base import Derivation, Domain, OrderedDomain
from datalchemy_nb.domains.gaps import Gaps
from datalchemy_nb.domains.grid import GridDomain
from datalchemy_nb.records import dataclass
from datalchemy_nb.resolve.allocations import Allocation, Shares
from datalchemy_nb.resolve.family_plan import FamilySource, LifeSource
from datalchemy_nb.transforms.base import Transform


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
class Edge:
    """An expression over other columns of the row that bounds one, itself excluded when strict (DuckDB's dialect).

    It serves to draw well, not to promise: the condition it comes from is judged row by row besides.
    """

    expression: str
    inputs: tuple[str, ...]
    strict: bool


@dataclass(frozen=True)
class Between:
    """An ordered domain whose bounds move with other columns of the row.

    Attributes:
        lower: the value is at least (more than) each of these.
        span: at most so many ordinals above the lowest allowed one; 0 = no such bound.
        above: expressions that it is at least.
        below: expressions that it is at most.
    """

    domain: OrderedDomain
    lower: tuple[Side, ...] = ()
    upper: tuple[Side, ...] = ()
    span: int = 0
    above: tuple[Edge, ...] = ()
    below: tuple[Edge, ...] = ()

    @property
    def inputs(self) -> tuple[str, ...]:
        """Return the columns that its bounds read."""
        sides = (side.column for side in (*self.lower, *self.upper))
        edges = (name for edge in (*self.above, *self.below) for name in edge.inputs)
        return tuple(dict.fromkeys((*sides, *edges)))


@dataclass(frozen=True)
class Computed:
    """A SQL expression over other columns of the row, and of rows above (DuckDB's dialect).

    Attributes:
        stored: the expression gives values as `datalchemy_nb.constraints.typed.stored` writes them.
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
