"""The feasibility report: every constraint of a plan's tables, and how rows will meet it. Made before the run."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from datalchemy_nb.contracts.base import Contract
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.records import dataclass

Standing = Literal["impossible", "not_held", "rare", "redrawn", "met"]
"""Worst first: the plan cannot run; rows may break it; redrawn although few draws hold; redrawn; by construction."""
STANDINGS: tuple[Standing, ...] = ("impossible", "not_held", "rare", "redrawn", "met")
RARE = 0.01
"""Below this share of accepted draws, redrawing may use up its attempts."""

How = Literal[
    "narrowed", "computed", "ordered", "chosen", "enumerated", "held", "measured", "redrawn", "ignored", "unsupported",
    "impossible",
]  # fmt: skip
"""How one part of a CHECK is met.

- narrowed: the values that break it are taken out of the column's domain;
- computed: the column is computed from the others;
- ordered: the higher column is drawn above the lower one;
- chosen: each row takes one branch;
- enumerated: PostgreSQL was asked which values of a finite pool it accepts;
- held: the generator's values satisfy it anyway;
- measured: relations decide it; rows of a sample were made before the run and hold, and every row is held against it;
- redrawn: rows that break it are drawn again;
- ignored: the plan's policy says so;
- unsupported: nobody here can tell; rows may break it;
- impossible: no value is left.
"""


@dataclass(frozen=True)
class Unanswered:
    """A server was not asked which values an expression accepts, or did not say."""

    reason: str


class CheckPart(Contract):
    """One condition of a CHECK."""

    columns: tuple[str, ...]
    how: How
    detail: str = ""
    acceptance: float | None = None
    """Share of a sample's first draws that hold, where rows are redrawn."""


class CheckReport(Contract):
    """A CHECK of the table, of a domain, or the bounds of its partitions."""

    name: str
    expression: str
    parts: tuple[CheckPart, ...]

    @property
    def standing(self) -> Standing:
        """That of its worst part."""
        return min((_standing(part) for part in self.parts), key=STANDINGS.index, default="met")

    @property
    def acceptance(self) -> float | None:
        """The least share of accepted draws among its parts."""
        return min((part.acceptance for part in self.parts if part.acceptance is not None), default=None)


class UniqueReport(Contract):
    """A primary key, unique constraint, unique index or exclusion."""

    name: str
    columns: tuple[str, ...]
    rows: int
    distinct: int | None = None
    """Combinations the columns can take; None where nobody counted, because another key settles it."""
    how: str
    standing: Standing = "met"


class ForeignKeyReport(Contract):
    """A foreign key."""

    name: str
    columns: tuple[str, ...]
    target: str
    parents: int | None = None
    """Rows of the target in this plan; None if it is not generated."""
    how: str
    standing: Standing = "met"


class RelationReport(Contract):
    """A relation rule of the plan."""

    name: str
    """The rule's type."""
    columns: tuple[str, ...]
    asks: str
    how: str
    standing: Standing = "met"


class TableFeasibility(Contract):
    """One table."""

    schema_name: str = Field(alias="schema")
    table: str
    rows: int
    unique: tuple[UniqueReport, ...] = ()
    checks: tuple[CheckReport, ...] = ()
    foreign_keys: tuple[ForeignKeyReport, ...] = ()
    relations: tuple[RelationReport, ...] = ()
    unsupported: tuple[str, ...] = ()
    """What stands in the way, or is not held, in sentences."""

    @property
    def ref(self) -> TableRef:
        """The table's reference."""
        return TableRef(self.schema_name, self.table)

    @property
    def standings(self) -> tuple[Standing, ...]:
        """One per constraint."""
        unique, checks = [key.standing for key in self.unique], [check.standing for check in self.checks]
        keys, relations = [key.standing for key in self.foreign_keys], [one.standing for one in self.relations]
        return (*unique, *checks, *keys, *relations)


class FeasibilityReport(Contract):
    """Every table of the run, in the order a run fills them."""

    tables: tuple[TableFeasibility, ...]
    sample: int
    """Rows per table that acceptance was measured on; 0 = the plan cannot run, so nothing was drawn."""

    def count(self, standing: Standing) -> int:
        """How many constraints stand so."""
        return sum(table.standings.count(standing) for table in self.tables)


def _standing(part: CheckPart) -> Standing:
    if part.how == "impossible":
        return "impossible"
    if part.how in ("unsupported", "ignored"):
        return "not_held"
    if part.how == "redrawn":
        return "rare" if part.acceptance is not None and part.acceptance < RARE else "redrawn"
    return "met"
