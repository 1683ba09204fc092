"""What a CHECK says, one conjunct at a time."""

from __future__ import annotations

import datetime as dt

from datalchemy_nb.contracts.names import quote_ident
from datalchemy_nb.domains.limits import Limit
from datalchemy_nb.records import dataclass


@dataclass(frozen=True)
class Narrow:
    """One column's values satisfy a limit (nulls pass).

    Attributes:
        relaxed: for a bound relative to today, the same limit without the margin that keeps it valid later.
        exact: the limit holds where the condition does, and only there; otherwise it asks for more.
        guarded: it need not hold where it is asked only of values that another condition lets through.
    """

    column: str
    limit: Limit
    sql: str
    relaxed: Limit | None = None
    exact: bool = True
    guarded: bool = False


@dataclass(frozen=True)
class Order:
    """``high >= low + offset`` (``>`` when strict)."""

    low: str
    high: str
    strict: bool
    sql: str
    offset: dt.timedelta | int | float | None = None


@dataclass(frozen=True)
class Equation:
    """``column = expression`` of other columns: the column can be computed.

    Attributes:
        expression: in DuckDB's dialect.
        source: the same in PostgreSQL's.
    """

    column: str
    expression: str
    inputs: tuple[str, ...]
    sql: str
    source: str = ""


@dataclass(frozen=True)
class Unequal:
    """``left <> right``, two columns."""

    left: str
    right: str
    sql: str


@dataclass(frozen=True)
class NotNull:
    """``column IS NOT NULL``."""

    column: str


@dataclass(frozen=True)
class Null:
    """``column IS NULL``."""

    column: str


@dataclass(frozen=True)
class Alternatives:
    """One of several branches holds; each is a list of facts about single columns.

    Attributes:
        exact: that is all; otherwise each branch is a part of what is asked, and the condition is judged besides.
    """

    branches: tuple[tuple[Narrow | NotNull | Null, ...], ...]
    otherwise: Condition
    exact: bool = True

    @property
    def columns(self) -> tuple[str, ...]:
        """Every column a branch speaks of."""
        return tuple(dict.fromkeys(fact.column for branch in self.branches for fact in branch))


@dataclass(frozen=True)
class Condition:
    """Anything else, for DuckDB to judge.

    Attributes:
        null_tested: columns whose being null matters to it.
        source: the same in PostgreSQL's dialect, today fixed.
    """

    sql: str
    columns: tuple[str, ...]
    null_tested: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Unsupported:
    """What could not be read.

    Attributes:
        never: it is known that no row holds it.
    """

    reason: str
    never: bool = False


Fact = Narrow | Order | Equation | Unequal | NotNull | Null | Alternatives | Condition | Unsupported


def columns_read(fact: Fact) -> tuple[str, ...]:
    """Return the columns that a fact speaks of; none of what could not be read."""
    match fact:
        case Narrow() | NotNull() | Null():
            return (fact.column,)
        case Order():
            return (fact.low, fact.high)
        case Unequal():
            return (fact.left, fact.right)
        case Equation():
            return (fact.column, *fact.inputs)
        case Alternatives() | Condition():
            return fact.columns
        case Unsupported():
            return ()


def sql_of(fact: Fact) -> str:
    """Return a fact as a condition in DuckDB's dialect."""
    match fact:
        case Narrow() | Order() | Equation() | Unequal() | Condition():
            return fact.sql
        case NotNull(column):
            return f"{quote_ident(column)} IS NOT NULL"
        case Null(column):
            return f"{quote_ident(column)} IS NULL"
        case Alternatives():
            return fact.otherwise.sql
        case _:
            return "true"
