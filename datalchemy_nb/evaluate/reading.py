"""What the judge knows of one column: SQL that reads its cells, and what may be wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from datalchemy_nb.contracts.names import literal
from datalchemy_nb.contracts.schema import ColumnType
from datalchemy_nb.evaluate.typebook import TypeBook, modifiers

FaultKind = Literal["type", "length", "enum", "unheld"]
Family = Literal[
    "integer",
    "decimal",
    "float",
    "boolean",
    "moment",
    "interval",
    "text",
    "enum",
    "bytes",
    "json",
    "list",
    "exact",
    "opaque",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """One way a cell can be wrong. ``unheld`` cells are right, but nothing here can hold them, so they go unchecked."""

    kind: FaultKind
    when: str
    wrong: str


@dataclass(frozen=True, slots=True)
class Proof:
    """What shows that cells have no fault, where both the cells and their values are at hand as texts.

    Attributes:
        spelled: a cell that its value is written as is sound.
        width: and has exactly so many characters.
        pattern: a cell that has a value and matches is sound, spelled so or not; a regular expression.
        text: the value is the cell, and sound without a zero byte and with at most `longest` characters.
        longest: None where there is no limit.
        padded: but blanks at the end of the cell are no part of the value.
    """

    spelled: bool = False
    width: int | None = None
    pattern: str | None = None
    text: bool = False
    longest: int | None = None
    padded: bool = False


@dataclass(frozen=True, slots=True)
class Reading:
    """SQL that reads one column.

    Attributes:
        sql_type: DuckDB type of the value.
        family: what may be done with the value. Two ``exact`` ones are equal where their texts are, and no more is
            known of them; of ``opaque`` ones, only whether they are null.
        value: expression over the raw cell.
        faults: conditions over the raw cell and the value, the first that holds counts.
        plain: condition that rules out all faults at once, if there is a cheap one.
        nocase: whether comparisons ignore case (citext).
        proof: what rules out all faults of a few cells without a query, if anything does.
    """

    sql_type: str
    family: Family
    value: str
    faults: tuple[Fault, ...] = ()
    plain: str | None = None
    nocase: bool = False
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """Names of a column's raw text and of its value in the loading query, with its type under all domains."""

    raw: str
    value: str
    type: ColumnType
    types: TypeBook

    def cast(self, sql_type: str) -> str:
        """Cast that gives NULL for what cannot be cast."""
        return f"TRY_CAST({self.raw} AS {sql_type})"

    def matches(self, pattern: str) -> str:
        """Condition: the whole raw cell matches a pattern."""
        return f"regexp_full_match({self.raw}, {literal(pattern)}, 's')"

    @property
    def canonical(self) -> str:
        """Condition: the value written by DuckDB is the raw cell, letter by letter; cheaper than a pattern."""
        return f"{self.value}::VARCHAR = {self.raw}"

    @property
    def size(self) -> int | None:
        """The length limit, in characters or bits."""
        return self.type.character_max_length or next(iter(modifiers(self.type)), None)
