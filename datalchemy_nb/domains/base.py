"""The one idea: a domain is a size and a pure vectorised map from ordinal to value.

Everything a column can hold is reached by ordinals. Random use scales 64 random bits to an ordinal; unique use permutes
the row number over the ordinals; composite keys split one permuted number into digits, one per part.
"""

from __future__ import annotations

import datetime as dt
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.pg_types import Category as Category
from datalchemy_nb.domains.bits import U64, scale
from datalchemy_nb.domains.finder import WeightTable
from datalchemy_nb.domains.limits import EmptyDomainError, Limit
from datalchemy_nb.domains.physical import filled
from datalchemy_nb.records import dataclass

MAX_SIZE = 1 << 64
"""Sizes are capped here: an ordinal is one 64-bit word."""
FILTER_SIZE = 1 << 16
"""Domains up to this size are narrowed by trying every value."""


@dataclass(frozen=True)
class Slot:
    """The place a generator fills: one column, its type taken apart, and what the plan says of the whole."""

    table: TableRef
    column: str
    category: Category
    dtype: pl.DataType
    type_name: str
    """As PostgreSQL formats it, e.g. ``numeric(12,2)``."""
    rows: int = 1
    max_length: int | None = None
    precision: int | None = None
    scale: int | None = None
    labels: tuple[str, ...] = ()
    """Enum labels in sort order."""
    locale: str = "en_US"
    base_date: dt.date = dt.date(2026, 1, 1)
    future_margin_days: int = 1826
    seed: int = 0
    unique: bool = False
    """Whether the column alone must be unique."""
    sibling_columns: tuple[str, ...] = field(default=())
    """All column names of the table, in order."""


class Domain:
    """A finite set of values numbered ``0 .. size-1``.

    Attributes:
        size: number of ordinals, 1 to 2**64.
        category: the family of values produced.
        injective: distinct ordinals give distinct values.
        sequential: where it can, a column takes ordinal ``row % size`` rather than a random one.
        weights: relative share of each ordinal in `draw`, or None where `draw` is not a table.
        caution: what a user must know of values that are valid and not what the column means; empty as a rule.
    """

    caution: str = ""
    size: int
    category: Category
    injective: bool = True
    sequential: bool = False
    weights: Sequence[float] | None = None

    @abstractmethod
    def take(self, ordinals: U64) -> pl.Series:
        """Return the values at the ordinals (any order, repeats allowed), one per ordinal, no nulls."""

    @property
    def ends(self) -> tuple[Any, Any] | None:
        """Smallest and largest value, where that is known without looking at every one."""
        return None

    @property
    def may_differ_in_case(self) -> bool:
        """Whether its construction lets two texts differ in the case of letters alone; such pairs may lie far apart."""
        return False

    def draw(self, bits: U64) -> U64:
        """Turn uniform 64-bit words into ordinals; weighted domains override this."""
        return scale(bits, self.size)

    def narrow(self, limit: Limit) -> Domain | None:
        """Return the part of this domain that satisfies the limit, or None when it cannot be built.

        Raises:
            EmptyDomainError: nothing is left.
        """
        if self.size > FILTER_SIZE:
            return None
        ordinals = np.arange(self.size, dtype=np.uint64)
        kept = ordinals[filled(limit.mask(self.take(ordinals)), False).to_numpy()]
        if not len(kept):
            raise EmptyDomainError(str(limit))
        return self if len(kept) == self.size else Subset(self, kept)

    def widen(self, size: int) -> Domain | None:
        """Return a domain of at least ``size`` ordinals with this one's look (text with a readable suffix), or None."""
        del size
        return None


class Subset(Domain):
    """Chosen ordinals of another domain, in their order."""

    def __init__(self, base: Domain, ordinals: U64) -> None:
        self.base, self.ordinals = base, ordinals
        self.size, self.category, self.injective = len(ordinals), base.category, base.injective
        self.sequential = base.sequential
        if base.weights is not None:
            kept = [base.weights[i] for i in ordinals.tolist()]
            self.weights = kept if any(kept) else None
        self._table = None if self.weights is None else WeightTable(self.weights)

    def take(self, ordinals: U64) -> pl.Series:
        return self.base.take(self.ordinals[ordinals])

    @property
    def may_differ_in_case(self) -> bool:
        """As its base."""
        return self.base.may_differ_in_case

    def draw(self, bits: U64) -> U64:
        """Keep the base's weights among what is left; even shares where the base is unweighted."""
        return scale(bits, self.size) if self._table is None else self._table.pick(bits)


class OrNull(Domain):
    """The values of another domain, and a null as one more of them."""

    def __init__(self, base: Domain) -> None:
        self.base = base
        self.size, self.category, self.injective = base.size + 1, base.category, base.injective

    def take(self, ordinals: U64) -> pl.Series:
        there = ordinals < np.uint64(self.base.size)
        values = self.base.take(np.where(there, ordinals, np.uint64(0)))
        return values.zip_with(pl.Series(there), pl.Series([None], dtype=values.dtype).new_from_index(0, len(values)))


class OrderedDomain(Domain):
    """A domain whose ordinals follow the order of its values: numbers, dates, times.

    Attributes:
        lower: the smallest value, as a Python object.
        upper: the largest value.
    """

    lower: Any
    upper: Any

    @property
    def ends(self) -> tuple[Any, Any] | None:
        return self.lower, self.upper

    @abstractmethod
    def rank(self, values: pl.Series, side: Literal["left", "right"]) -> npt.NDArray[np.int64]:
        """Count the ordinals whose value is below each given value (``right``: below or equal), from 0 to size.

        A null gives 0 on the left side and ``size`` on the right. Sizes above 2**63-1 are not ranked exactly.
        """


Sex = Literal["female", "male"]
Relation = Literal["mother", "father", "spouse", "child", "sibling", "relative"]


@dataclass(frozen=True)
class Entity:
    """Something several columns of a row speak of (a person, a place, a company): one ordinal per row and entity.

    Attributes:
        name: columns of one table whose facets name the same entity agree.
        size: number of entities.
        draw: uniform bits to entity ordinals (weights live here).
        look: entity ordinals to numbers that are equal where a reader sees the same one twice (people of one full name,
            places of one city); None = the ordinals themselves.
        of_sex: the entities of a sex; None = they have none.
        relate: a relation, ordinals and uniform bits to the ordinals of somebody so related to each.
        casting: what it is where a role made it out of another entity.
    """

    name: str
    size: int
    draw: Callable[[U64], U64]
    look: Callable[[U64], U64] | None = None
    of_sex: Callable[[Sex], Members | None] | None = None
    relate: Callable[[Relation, U64, U64], U64] | None = None
    casting: Casting | None = None

    @property
    def kind(self) -> str:
        """Name of the entity without its role: two of one kind in a row are never the same one."""
        return self.name if self.casting is None else self.casting.kind

    def whole(self, ordinals: U64) -> U64:
        """Return the ordinals in the numbering that all roles of the kind share."""
        casting = self.casting
        return ordinals if casting is None or casting.members is None else casting.members.whole(ordinals)

    def looks(self, ordinals: U64) -> U64:
        """Return numbers that are equal where two entities of this kind, of whatever role, look the same."""
        whole = self.whole(ordinals)
        return whole if self.look is None else self.look(whole)


@dataclass(frozen=True)
class Members:
    """A part of an entity's ordinals with a numbering of its own.

    Attributes:
        size: how many there are.
        draw: uniform bits to numbers of this part.
        whole: numbers of this part to ordinals of the entity.
    """

    size: int
    draw: Callable[[U64], U64]
    whole: Callable[[U64], U64]


@dataclass(frozen=True)
class Casting:
    """How a role was made out of an entity.

    Attributes:
        kind: name of that entity.
        members: the part of its ordinals that fits the role; None = all.
        relative: whose family it is, with the relation; None = nobody's in the row.
    """

    kind: str
    members: Members | None = None
    relative: tuple[Entity, Relation] | None = None


class Facet(Domain):
    """A domain that shows one side of an entity, perhaps with a part of its own.

    The value is ``take_in(entity ordinals, own ordinals)``. Unique use permutes the own part when `own_size` is large
    enough and values are injective in it (`own_injective`); where ``drives`` is true the value is injective in the
    entity ordinal alone, and unique use permutes the entity itself, so that the other facets follow. A value that is
    injective only in the pair has its pairs permuted, and the others follow its entity too.
    """

    entity: Entity
    own_size: int = 1
    own_injective: bool = False
    drives: bool = False
    apart: Domain | None = None
    """Its values as a domain of their own, where it has an order: for keys, bounds and distributions, which know no
    entity."""

    @abstractmethod
    def take_in(self, entity: U64, own: U64) -> pl.Series:
        """Return the values for these entity ordinals and own ordinals (arrays of one length)."""

    def draw_own(self, bits: U64) -> U64:
        """Turn uniform words into own ordinals."""
        return scale(bits, self.own_size)

    def take(self, ordinals: U64) -> pl.Series:
        own = np.uint64(self.own_size)
        return self.take_in(ordinals // own, ordinals % own)

    def draw(self, bits: U64) -> U64:
        """Entity and own part from one word; the engine draws them apart."""
        return scale(bits, self.size)


class Derivation:
    """A column computed from other columns of its row, with randomness of its own where it needs some.

    Attributes:
        inputs: names of the columns it reads, of the same row.
        category: the family of values produced; None = that of the first input.
        unique_by_row: distinct rows give distinct values.
        not_before: the input that no value is ever smaller than.
    """

    inputs: tuple[str, ...]
    category: Category | None = None
    unique_by_row: bool = False
    not_before: str | None = None

    @abstractmethod
    def compute(self, inputs: Mapping[str, pl.Series], bits: U64, rows: U64) -> pl.Series:
        """Return the values.

        Args:
            inputs: the input columns, final (after their transforms), nulls included.
            bits: 64 random bits per row, this column's own.
            rows: row numbers, for names of last resort such as ``user0042``.
        """


@dataclass(frozen=True)
class ParentValue:
    """Copy a column of the parent row that a foreign key column points at (``derive.parent_value``)."""

    fk_column: str
    parent: TableRef
    parent_column: str


@dataclass(frozen=True)
class ForeignKeyShare:
    """Deal the parent rows evenly, each in turn (``derive.fk``)."""


Built = Domain | Derivation | ParentValue | ForeignKeyShare
"""What building a generator gives."""
