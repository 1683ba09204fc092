"""Names of user types: enums declared in DuckDB, domains unwrapped to what they are made of."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from datalchemy_nb.contracts.names import literal
from datalchemy_nb.contracts.schema import ColumnType, DatabaseSchema, DomainType
from datalchemy_nb.evaluate.workspace import Connection

_MODIFIER = re.compile(r"\((-?\d+)(?:\s*,\s*(-?\d+))?\)")


@dataclass(frozen=True)
class TypeBook:
    """All user types of a schema, as the judge needs them."""

    schema: DatabaseSchema

    @cached_property
    def enums(self) -> Mapping[tuple[str, str], str]:
        """DuckDB type name of every enum that has labels."""
        usable = (key for key, labels in self.schema.enum_labels.items() if labels)
        return {key: f"e{i}" for i, key in enumerate(usable)}

    @cached_property
    def labels(self) -> Mapping[str, tuple[str, ...]]:
        """The labels of enums, by the names of their DuckDB types."""
        return {name: tuple(self.schema.enum_labels[key]) for key, name in self.enums.items()}

    def declare(self, con: Connection) -> None:
        """Create the enums in DuckDB, labels in sort order so that comparisons agree with PostgreSQL."""
        for key, name in self.enums.items():
            labels = ", ".join(literal(label) for label in self.schema.enum_labels[key])
            con.execute(f"CREATE TYPE {name} AS ENUM ({labels})")

    def find(self, schema: str | None, name: str) -> tuple[str, str] | None:
        """The key of an enum or domain, by a name that may lack its schema."""
        known = [*self.schema.enum_labels, *self.schema.domain_types]
        if schema is not None:
            return (schema, name) if (schema, name) in known else None
        matches = [key for key in known if key[1] == name]
        return matches[0] if len(matches) == 1 else None

    def domains_of(self, column_type: ColumnType) -> tuple[DomainType, ...]:
        """The domains a type is wrapped in, outermost first."""
        chain: list[DomainType] = []
        while (domain := self.schema.domain_types.get((column_type.udt_schema, column_type.udt_name))) is not None:
            if domain in chain:
                break
            chain.append(domain)
            column_type = domain.base
        return tuple(chain)

    def base_of(self, column_type: ColumnType) -> ColumnType:
        """The type under all domains."""
        chain = self.domains_of(column_type)
        return chain[-1].base if chain else column_type


def modifiers(column_type: ColumnType) -> tuple[int, ...]:
    """Numbers in parentheses of the formatted type: ``numeric(12,2)`` gives (12, 2)."""
    found = _MODIFIER.search(column_type.data_type)
    return tuple(int(part) for part in found.groups() if part is not None) if found else ()
