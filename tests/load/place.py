"""A database with its schema, and CSV files to load into it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from datalchemy_nb.contracts.load import LoadReport
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.introspect.catalog import introspect
from datalchemy_nb.introspect.connection import Connection, connect
from datalchemy_nb.load.load import load
from datalchemy_nb.load.source import FileSource, RowSource


@dataclass
class Place:
    """A database with its schema, and CSV files to load into it."""

    url: str
    directory: Path
    files: dict[TableRef, Path] = field(default_factory=dict)

    @cached_property
    def schema(self) -> DatabaseSchema:
        """As it was when first asked for; it names the columns of constraints, and nothing else."""
        with connect(self.url) as connection:
            return introspect(connection)

    def csv(self, table: str, text: str) -> Place:
        schema, _, name = table.partition(".")
        path = self.directory / f"{table}.csv"
        path.write_text(text)
        self.files[TableRef(schema, name)] = path
        return self

    def load(self, *, connection: Connection | None = None, **options: Any) -> LoadReport:
        return load(connection or self.url, self.sources, self.schema, **options)

    @property
    def sources(self) -> dict[TableRef, RowSource]:
        return {ref: FileSource(path) for ref, path in self.files.items()}

    def rows(self, query: str) -> list:
        with connect(self.url) as connection:
            return connection.execute(query).fetchall()

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        with connect(self.url, read_only=False) as connection:
            yield connection

    def run(self, statement: str) -> None:
        with self.writing() as connection:
            connection.execute(statement)
