"""violations.json: rows that break one constraint each, for testing that an application or a pipeline refuses them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from datalchemy_nb.contracts.base import Contract
from datalchemy_nb.contracts.names import TableRef

BrokenKind = Literal["not_null", "check", "unique", "primary_key", "foreign_key", "exclusion"]


class BrokenRow(Contract):
    """A row that PostgreSQL refuses for one reason, and takes when that reason is gone."""

    schema_name: str = Field(alias="schema")
    table: str
    constraint: str
    """Name of the constraint or index; for NOT NULL the column's."""
    kind: BrokenKind
    sqlstate: str
    """What PostgreSQL answers."""
    changed: tuple[str, ...]
    """The columns that break it; all others are as in a row that is valid."""
    row: dict[str, str | None]
    """Every column that takes a value, as text; null is NULL."""
    exactly: bool = True
    """PostgreSQL took the row with the constraint dropped; false where the role may not drop it."""

    @property
    def ref(self) -> TableRef:
        """The table's reference."""
        return TableRef(self.schema_name, self.table)


class NotBroken(Contract):
    """A constraint for which no row was found, and why."""

    schema_name: str = Field(alias="schema")
    table: str
    constraint: str
    kind: BrokenKind
    reason: str

    @property
    def ref(self) -> TableRef:
        """The table's reference."""
        return TableRef(self.schema_name, self.table)


class Violations(Contract):
    """The root of violations.json."""

    violations_version: Literal["1"] = "1"
    run_id: str
    server_version: str
    rows: tuple[BrokenRow, ...]
    not_broken: tuple[NotBroken, ...] = ()
