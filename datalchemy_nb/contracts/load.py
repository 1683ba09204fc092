"""What loading a run into PostgreSQL did."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from datalchemy_nb.contracts.base import Contract
from datalchemy_nb.contracts.names import TableRef


def _is_none(value: object) -> bool:
    return value is None


def _is_empty(value: object) -> bool:
    return not value


class LoadedTable(Contract):
    """One table; names are those of the target."""

    schema_name: str = Field(alias="schema")
    table: str
    rows: int
    bytes: int
    """Of the CSV that was sent."""
    sha256: str
    """Of the same: that of the table's CSV file in a run of the same plan."""
    seconds: float

    @property
    def ref(self) -> TableRef:
        """The table's reference."""
        return TableRef(self.schema_name, self.table)


class Refusal(Contract):
    """A row that PostgreSQL refused, without what was in it."""

    schema_name: str | None = Field(alias="schema")
    table: str | None
    source: str | None
    """The file, or what stands for it, that `line` counts in."""
    line: int | None
    """From 1, the header; None where it cannot be told."""
    columns: tuple[str, ...]
    """Those the server or the constraint names."""
    constraint: str | None
    sqlstate: str
    row: dict[str, str]
    """Every column of the row: ``***``, or nothing where the field is empty."""


class LoadTrigger(Contract):
    """A user trigger on a loaded table."""

    schema_name: str = Field(alias="schema")
    table: str
    name: str
    fired: bool
    """False if it was disabled already, or for this load."""


WhyKeptOn = Literal[
    "asked",
    "insert_trigger",
    "event_trigger",
    "in_use",
    "server",
    "rights",
    "not_owner",
    "partitioned",
    "holds_rows",
    "not_valid",
    "switched_off",
    "exclusion",
    "calls_function",
    "printed_otherwise",
    "of_extension",
    "depended_on",
    "referred_to",
]
_WHY: dict[WhyKeptOn, str] = {
    "asked": "as asked",
    "insert_trigger": "a trigger fires on every row, and may need them",
    "event_trigger": "an event trigger would hear of it",
    "in_use": "another session is using the tables",
    "server": "the server does not let go of them",
    "rights": "a right is missing",
    "not_owner": "the role does not own the table, or may not create in its schema",
    "partitioned": "partitions and tables that inherit are checked row by row",
    "holds_rows": "the table holds rows",
    "not_valid": "it is not valid",
    "switched_off": "its triggers are not as PostgreSQL makes them",
    "exclusion": "exclusions and keys over periods are checked row by row",
    "printed_otherwise": "PostgreSQL would print its definition otherwise afterwards",
    "calls_function": "it calls a function of the database",
    "of_extension": "it belongs to an extension",
    "depended_on": "something depends on it",
    "referred_to": "a foreign key that stays refers to it",
}


class KeptOn(Contract):
    """Keys and indexes that stayed on while rows were copied."""

    object: str | None = None
    """``schema.table`` or ``schema.table.name``; None = all of them."""
    reason: WhyKeptOn
    detail: str | None = None
    """What is in the way, by name."""

    def __str__(self) -> str:
        what = f"{self.object}: " if self.object else ""
        return f"{what}{_WHY[self.reason]}{f' ({self.detail})' if self.detail else ''}"


class LoadRecord(Contract):
    """A load that was committed, as its run remembers it."""

    at: str
    """When, in UTC."""
    database: str
    schema_map: dict[str, str] = {}
    """Where a schema of the run was called otherwise."""
    tables: tuple[LoadedTable, ...]
    after: str | None = Field(default=None, exclude_if=_is_none)
    """The run whose rows were there: only those behind them were sent."""
    behind: dict[str, tuple[int, int]] = Field(default={}, exclude_if=_is_empty)
    """Rows of each table that were left out then, and the bytes of its file that header and they take."""
    unloaded_at: str | None = None
    """When its rows were deleted again, in UTC."""


class LoadHistory(Contract):
    """``loads.json`` of a run: the loads of it that were committed, oldest first."""

    loads: tuple[LoadRecord, ...] = ()


class UnloadedTable(Contract):
    """One table whose rows of a run were deleted; names are those of the target."""

    schema_name: str = Field(alias="schema")
    table: str
    rows: int
    """Deleted."""
    missing: int
    """Loaded once, and gone already."""

    @property
    def ref(self) -> TableRef:
        """The table's reference."""
        return TableRef(self.schema_name, self.table)


class UnloadReport(Contract):
    """What taking the rows of a committed load away did."""

    committed: bool
    """False: everything was rolled back, and the rows are where they were."""
    database: str
    loaded_at: str
    tables: tuple[UnloadedTable, ...]
    rows: int
    seconds: float


class LoadReport(Contract):
    """The result of a load that PostgreSQL accepted with every constraint on."""

    committed: bool
    """False: everything was rolled back, and the database is as it was."""
    database: str
    server_version: str
    tables: tuple[LoadedTable, ...]
    """In the order they were loaded."""
    rows: int
    bytes: int
    seconds: float
    """Of the whole transaction, checks included."""
    triggers: tuple[LoadTrigger, ...] = ()
    rebuilt: tuple[str, ...] = ()
    """Keys and indexes, as ``schema.table.name``: dropped before the rows, and built (so checked) behind them."""
    kept_on: tuple[KeptOn, ...] = ()
    """What was not, and why; foreign keys to tables outside the load are left out."""
    connections: int = 1
    """How many transactions it took, side by side; their phases overlap."""
    phases: dict[str, float] = {}
    """Seconds of each phase."""
    commit_needs: tuple[str, ...] = ()
    """Statements that give the role what a commit would need besides; empty where it could commit."""
    dropped_and_readded: tuple[str, ...] = ()
    """Foreign keys of cycles, as ``schema.table.constraint``: dropped before the rows, and added (so checked) after."""
    deferred: tuple[str, ...] = ()
    """Foreign keys of cycles that were made deferrable for the load because they are NOT VALID."""
    truncated: tuple[str, ...] = ()
    """Tables emptied first, those reached by CASCADE included."""
    streamed: bool = False
    """The rows were made while they were sent; no file was written."""
    sequences: dict[str, int] = {}
    """Sequences of the tables' columns moved forward, with their new value."""
