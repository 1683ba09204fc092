"""A profile, read by table and column."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from datalchemy_nb.contracts.distributions import SkewedChildren
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.profile import ColumnProfile, ForeignKeyProfile, FoundRelation, Profile, TableProfile
from datalchemy_nb.records import dataclass

_HALVINGS = 40
_STEEPEST = 4.0
_EVEN = 1.15


@dataclass(frozen=True)
class Known:
    """What is known of a real database.

    Attributes:
        profile: the profile.
        scale: how many times its rows are asked for.
    """

    profile: Profile
    scale: float = 1.0

    @cached_property
    def tables(self) -> Mapping[TableRef, TableProfile]:
        """Tables with a row count."""
        return {table.ref: table for table in self.profile.tables if table.rows}

    @cached_property
    def columns(self) -> Mapping[tuple[TableRef, str], ColumnProfile]:
        """Columns of those tables."""
        return {(ref, column.column): column for ref, table in self.tables.items() for column in table.columns}

    @cached_property
    def families(self) -> Mapping[tuple[TableRef, tuple[str, ...]], ForeignKeyProfile]:
        """Foreign keys of which children per parent are known."""
        return {
            (TableRef(key.schema_name, key.table), key.columns): key
            for key in self.profile.foreign_keys
            if key.fan_out and key.childless_share is not None
        }

    @cached_property
    def relations(self) -> Mapping[TableRef, tuple[FoundRelation, ...]]:
        """Relations by the table of the column that they are about."""
        found: dict[TableRef, list[FoundRelation]] = {}
        for one in self.profile.relations:
            found.setdefault(one.ref, []).append(one)
        return {ref: tuple(several) for ref, several in found.items()}

    def is_counted(self, ref: TableRef) -> bool:
        """Whether a table's rows were counted: what did not hold there was not found."""
        return ref in self.tables and self.tables[ref].counted

    def is_told(self, ref: TableRef) -> bool:
        """Whether a table's columns are told of."""
        return ref in self.tables

    def distinct(self, ref: TableRef, column: str) -> int | None:
        """About how many different values a column has."""
        known = self.columns.get((ref, column))
        if known is None or not known.distinct:
            return None
        rows = self.tables[ref].rows or 0
        return max(1, round(known.distinct if known.distinct > 0 else -known.distinct * rows))

    def children(self, ref: TableRef, columns: tuple[str, ...]) -> tuple[SkewedChildren, float | None, str] | None:
        """Children per parent of a foreign key, the share of rows that point nowhere, and how it was told."""
        key = self.families.get((ref, columns))
        if key is None or key.childless_share is None or not key.fan_out:
            return None
        childless = min(key.childless_share, 0.999)
        exponent = 0.0
        parents = (self.tables[ref].rows or 0) / key.fan_out if ref in self.tables else 0.0
        if key.largest is not None and key.largest > _EVEN * key.fan_out and parents > self.profile.k:
            exponent = _exponent(round(parents), key.fan_out, key.largest, self.profile.k)
        told = f"{key.fan_out:g} children of each parent that has some, {childless:.1%} have none"
        rate = key.null_fraction if key.null_fraction else None
        return SkewedChildren(kind="skewed", exponent=round(exponent, 3), childless=childless), rate, told


def _exponent(parents: int, mean: float, largest: float, first: int) -> float:
    """The exponent under which the ``first`` largest families have so many children on average.

    Each parent has one child, and the n-th a share of ``1 / n ** exponent`` of the others.
    """
    ranks = [float(n) for n in range(1, min(parents, 20_000) + 1)]
    others = parents * (mean - 1)
    if others <= 0:
        return 0.0
    low, high = 0.0, _STEEPEST
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        shares = [rank**-middle for rank in ranks]
        top = 1 + others * sum(shares[:first]) / first / sum(shares)
        low, high = (middle, high) if top < largest else (low, middle)
    return (low + high) / 2
