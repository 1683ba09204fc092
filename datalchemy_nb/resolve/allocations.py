"""How the number of a row is dealt to the parts of unique keys: data that `datalchemy_nb.generate.keys` counts by."""

from __future__ import annotations

from collections.abc import Iterable

from datalchemy_nb.domains.bits import U64
from datalchemy_nb.records import dataclass


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
