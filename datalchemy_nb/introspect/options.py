"""What introspection reads."""

from __future__ import annotations

from datalchemy_nb.records import dataclass


@dataclass(frozen=True)
class IntrospectOptions:
    """Which objects to read.

    Attributes:
        schemas: only these schemas; None reads all but the system's. A listed system schema is read.
        include_system_schemas: also ``pg_*`` and ``information_schema``.
    """

    schemas: tuple[str, ...] | None = None
    include_system_schemas: bool = False
    include_views: bool = True
    include_materialized_views: bool = True
    include_foreign_tables: bool = True
    include_indexes: bool = True
    include_comments: bool = True

    @property
    def relation_kinds(self) -> list[str]:
        """Values of pg_class.relkind."""
        wanted = {
            "r": True,
            "p": True,
            "v": self.include_views,
            "m": self.include_materialized_views,
            "f": self.include_foreign_tables,
        }
        return [kind for kind, included in wanted.items() if included]


def is_system_schema(name: str) -> bool:
    """Whether a schema belongs to PostgreSQL itself."""
    return name.startswith("pg_") or name == "information_schema"
