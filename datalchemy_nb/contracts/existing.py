"""existing.json: the keys of rows that a database holds already, in files beside it.

Rows of a run are a function of plan, schema, these files and the row number; no server is asked again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path

import polars as pl
from pydantic import Field

from datalchemy_nb.contracts.base import Contract
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.profile import AuditEntry
from datalchemy_nb.contracts.run import FileName
from datalchemy_nb.errors import ContractError
from datalchemy_nb.records import dataclass

EXISTING = "existing.json"
DIRECTORY = "existing"
"""Where the files lie, so that nobody takes them for data of a run."""


class ExistingTable(Contract):
    """The rows of one table.

    Attributes:
        file: a CSV with a header; NULL is an empty field, the empty text is ``""``, moments are in UTC.
        edges: the highest number that a counting column has, or has given out.
    """

    schema_name: str = Field(alias="schema")
    table: str
    rows: int
    columns: tuple[str, ...]
    file: FileName
    sha256: str
    edges: dict[str, int] = {}

    @property
    def ref(self) -> TableRef:
        """The table's reference."""
        return TableRef(self.schema_name, self.table)


class ExistingKeys(Contract):
    """existing.json.

    Attributes:
        audit: every statement that read rows.
    """

    database: str
    read_at: str
    tables: tuple[ExistingTable, ...]
    audit: tuple[AuditEntry, ...] = ()

    def sha256(self) -> str:
        """Hash of what shapes rows: the tables, not when and where they were read."""
        tables = [table.to_dict() for table in self.tables]
        return hashlib.sha256(json.dumps(tables, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, eq=False)
class Existing:
    """The keys, read.

    Attributes:
        keys: what lies beside them on disk.
        frames: texts, by table; a column for each that was read.
    """

    keys: ExistingKeys
    frames: Mapping[TableRef, pl.DataFrame] = field(default_factory=dict)
    contents: Mapping[str, bytes] = field(default_factory=dict, repr=False)

    @classmethod
    def of_counts(cls, counts: Mapping[TableRef, int]) -> Existing:
        """Return what is known where rows were counted, and no key was read."""
        tables = tuple(
            ExistingTable(schema_name=ref.schema, table=ref.table, rows=rows, columns=(), file="none", sha256="")
            for ref, rows in counts.items()
        )
        return cls(ExistingKeys(database="", read_at="", tables=tables), {ref: pl.DataFrame() for ref in counts})

    @property
    def by_ref(self) -> dict[TableRef, ExistingTable]:
        """Tables by reference."""
        return {table.ref: table for table in self.keys.tables}

    @property
    def files(self) -> dict[str, str | bytes]:
        """What a directory gets, by name."""
        return {EXISTING: self.keys.to_json()} | {f"{DIRECTORY}/{name}": data for name, data in self.contents.items()}

    @classmethod
    def of(cls, keys: ExistingKeys, contents: Mapping[str, bytes]) -> Existing:
        """Return what files hold.

        Raises:
            ContractError: a file is not the one that was read.
        """
        frames = {}
        for table in keys.tables:
            data = contents[table.file]
            if hashlib.sha256(data).hexdigest() != table.sha256:
                raise ContractError(f"{table.file}: the keys of {table.ref} are not those that were read")
            frames[table.ref] = _frame(table, data)
        return cls(keys, frames, contents)


def read_existing(directory: Path | str) -> Existing | None:
    """Return the keys in a run's directory; None if there are none.

    Raises:
        ContractError: a file is missing, or was changed.
    """
    place = Path(directory)
    if not (place / EXISTING).is_file():
        return None
    keys = ExistingKeys.read(place / EXISTING)
    try:
        contents = {table.file: (place / DIRECTORY / table.file).read_bytes() for table in keys.tables}
    except OSError as error:
        raise ContractError(f"{error.filename}: {error.strerror or error}") from None
    return Existing.of(keys, contents)


def _frame(table: ExistingTable, data: bytes) -> pl.DataFrame:
    schema = dict.fromkeys(table.columns, pl.String())
    if not table.rows or not table.columns:
        return pl.DataFrame(schema=schema)
    frame = pl.read_csv(data, infer_schema=False).select(table.columns)
    if frame.height != table.rows:
        raise ContractError(f"{table.file}: {frame.height} rows, not {table.rows}")
    return frame
