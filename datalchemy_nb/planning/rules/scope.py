"""What every check may look at, and how tables and columns are found and named."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from datalchemy_nb.constraints.graph import planned_rows, without_foreign_keys
from datalchemy_nb.constraints.partitions import as_filled
from datalchemy_nb.contracts.names import TableRef, show_ident
from datalchemy_nb.contracts.plan import ColumnRule, Plan
from datalchemy_nb.contracts.schema import Column, DatabaseSchema, Table
from datalchemy_nb.domains.registry import GeneratorSpec, find_generator
from datalchemy_nb.errors import did_you_mean
from datalchemy_nb.planning.issues import pointer
from datalchemy_nb.records import dataclass


@dataclass(frozen=True)
class Scope:
    """A plan and the schema it is held against.

    Attributes:
        introspected: the schema as the database has it; `schema` adds to partitioned tables what partitions ask.
    """

    plan: Plan
    introspected: DatabaseSchema

    @cached_property
    def schema(self) -> DatabaseSchema:
        """The schema that rows are made for."""
        return as_filled(self.introspected)

    @cached_property
    def filled(self) -> frozenset[TableRef]:
        """Tables that get rows: targets and auto-parents."""
        return frozenset(planned_rows(self.plan, self.schema))

    @cached_property
    def fk_disabled(self) -> frozenset[TableRef]:
        """Tables whose foreign keys are really disabled."""
        return without_foreign_keys(self.plan)

    @cached_property
    def schema_names(self) -> frozenset[str]:
        """Names of the schemas."""
        return frozenset(tables.name for tables in self.schema.schemas)

    def missing_table(self, ref: TableRef) -> tuple[str, str | None]:
        """Return message and hint about a table that does not exist."""
        if ref.schema not in self.schema_names:
            return f"{ref}: there is no schema {ref.schema!r}", self._closest_table(ref) or _listed(self.schema_names)
        siblings = [known.table for known in self.schema.tables if known.schema == ref.schema]
        hint = did_you_mean(ref.table, siblings) or self._closest_table(ref)
        return f"{ref}: there is no such table in the schema", hint or _listed(siblings)

    def _closest_table(self, ref: TableRef) -> str | None:
        elsewhere = [known for known in self.schema.tables if known.table == ref.table]
        if elsewhere:
            return f"did you mean {str(elsewhere[0])!r}?"
        return did_you_mean(str(ref), [str(known) for known in self.schema.tables])


@dataclass(frozen=True)
class Place:
    """A column rule whose column exists."""

    scope: Scope
    index: int
    rule: ColumnRule
    table: Table
    column: Column

    @property
    def name(self) -> str:
        """``schema.table.column`` for messages."""
        return column_name(self.rule.ref, self.rule.column)

    @property
    def params_path(self) -> tuple[str | int, ...]:
        """Where the effective params stand."""
        return ("rules", self.index, *self.rule.params_pointer.strip("/").split("/"))

    @cached_property
    def spec(self) -> GeneratorSpec | None:
        """The rule's generator, if there is one of that id."""
        return find_generator(self.rule.generator_id)

    def at(self, *parts: str | int) -> str:
        """Return the pointer to a part of the rule."""
        return pointer("rules", self.index, *parts)

    def at_param(self, *parts: str | int) -> str:
        """Return the pointer to an effective parameter."""
        return pointer(*self.params_path, *parts)

    def at_generator(self) -> str:
        """Return the pointer to the generator's id."""
        return self.at("generator") if isinstance(self.rule.generator, str) else self.at("generator", "id")


def column_name(ref: TableRef, column: str) -> str:
    """Return ``schema.table.column``, quoted where PostgreSQL would need it."""
    return f"{ref}.{show_ident(column)}"


def missing_column(ref: TableRef, column: str, known: Iterable[str]) -> tuple[str, str | None]:
    """Return message and hint about a column that does not exist."""
    names = list(known)
    return f"{column_name(ref, column)}: the table has no such column", did_you_mean(column, names) or _listed(names)


def _listed(names: Iterable[str]) -> str | None:
    shown = sorted(names)
    if not shown:
        return None
    return f"there are {', '.join(shown[:8])}{' and others' if len(shown) > 8 else ''}"
