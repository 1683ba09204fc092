"""What loading a run into PostgreSQL did."""

from __future__ import annotations

from pydantic import Field

from datalchemy_nb.contracts.base import Contract
from datalchemy_nb.contracts.names import TableRef


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
    dropped_and_readded: tuple[str, ...] = ()
    """Foreign keys of cycles, as ``schema.table.constraint``: dropped before the rows, and added (so checked) after."""
    deferred: tuple[str, ...] = ()
    """Foreign keys of cycles that were made deferrable for the load because they are NOT VALID."""
    truncated: tuple[str, ...] = ()
    """Tables emptied first, those reached by CASCADE included."""
    streamed: bool = False
    """The rows were made while they were sent; no file was written."""
    sequences: dict[str, int] = {}
    """Owned sequences moved forward, with their new value."""
