"""A relation rule at its table: its columns, paths and expressions are looked up here, and what is wrong is told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field

from datalchemy_nb.constraints.paths import (
    PathError,
    Reach,
    Scalar,
    may_be_null,
    reach,
    read_scalar,
)
from datalchemy_nb.constraints.types import category_of
from datalchemy_nb.contracts.issue import Issue
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.plan import Cell
from datalchemy_nb.contracts.relations import (
    CopyRule,
    RelationRule,
)
from datalchemy_nb.contracts.schema import Table
from datalchemy_nb.domains.base import Category
from datalchemy_nb.planning.issues import error, pointer
from datalchemy_nb.planning.rules.nulls import Nulls, Part
from datalchemy_nb.planning.rules.scope import Scope, column_name, missing_column
from datalchemy_nb.planning.rules.values import misfit
from datalchemy_nb.records import dataclass

NUMBERS: frozenset[Category] = frozenset({"integer", "decimal", "float"})
MOMENTS: frozenset[Category] = frozenset({"date", "timestamp", "timestamptz"})
WHOLE: frozenset[Category] = frozenset({"integer"})
TRUTH: frozenset[Category] = frozenset({"boolean"})
NAMES: frozenset[Category] = frozenset({"text", "enum", "integer", "boolean"})
_SAY = {NUMBERS: "a number", MOMENTS: "a date or moment", WHOLE: "a whole number", TRUTH: "true or false"}


@dataclass
class Site:
    """A relation rule whose table exists, and what was found about it."""

    scope: Scope
    index: int
    rule: RelationRule
    table: Table
    nulls: Nulls
    issues: list[Issue] = field(default_factory=list)

    @property
    def ref(self) -> TableRef:
        """The rule's table."""
        return self.rule.ref

    def wrong(self, code: str, parts: Sequence[Part], message: str, hint: str | None = None) -> None:
        """Record an error at a part of the rule."""
        self.issues.append(error(code, pointer("rules", self.index, *parts), message, hint))

    def category(self, ref: TableRef, name: str) -> Category:
        """The family of a column's values."""
        return category_of(self.scope.schema.tables[ref].by_name[name].column_type, self.scope.schema)

    def column(self, parts: Sequence[Part], name: str | None, kinds: frozenset[Category] | None = None) -> bool:
        """Check a column that the rule decides: it exists, takes values, and is of a kind. None is no column."""
        if name is None:
            return False
        found = self.table.by_name.get(name)
        if found is None:
            self.wrong("unknown_column", parts, *missing_column(self.ref, name, self.table.by_name))
            return False
        told = column_name(self.ref, name)
        if found.generated is not None:
            self.wrong("rule_on_generated_column", parts, f"{told} is a generated column; PostgreSQL computes it",
                       "remove the relation")  # fmt: skip
        elif found.identity is not None:
            self.wrong("relation_on_identity", parts, f"{told} is an identity column; it counts rows",
                       "remove the relation")  # fmt: skip
        return self.kind(parts, told, self.category(self.ref, name), kinds)

    def value(self, parts: Sequence[Part], name: str | None, value: Cell, what: str) -> None:
        """Check that a column, where there is one, can have a value that the rule states."""
        found = None if name is None else self.table.by_name.get(name)
        if found is None:
            return
        reason = misfit(self.scope.schema, found.column_type, value)
        if reason is not None:
            told = f"{column_name(self.ref, found.name)} is {found.column_type.data_type}, and {what} {value!r}"
            self.wrong("relation_type_mismatch", parts, f"{told}, which is {reason}", "name values that it can have")

    def kind(self, parts: Sequence[Part], told: str, found: Category, kinds: frozenset[Category] | None) -> bool:
        """Check the family of values."""
        if kinds is None or found in kinds:
            return True
        asked = _SAY.get(kinds) or "one of " + ", ".join(sorted(kinds))
        self.wrong("relation_type_mismatch", parts, f"{told} is {found}; the relation needs {asked}")
        return False

    def path(self, parts: Sequence[Part], text: str, kinds: frozenset[Category] | None = None) -> Reach | None:
        """Follow a path, and check what it ends at."""
        try:
            found = reach(self.scope.schema, self.ref, text)
        except PathError as reason:
            self.wrong("unknown_path", parts, f"{self.ref}: {text}: {reason}", reason.hint)
            return None
        if found.column.generated is not None:
            told = column_name(found.table, found.column.name)
            self.wrong("unsupported", parts, f"{told} is computed by the database", "name a column that takes values")
            return None
        for step in found.steps:
            if step.table in self.scope.fk_disabled:
                self.wrong(
                    "unsupported", parts, f"{text} follows a foreign key of {step.table}, which the plan disables"
                )
                return None
        told = column_name(found.table, found.column.name)
        return found if self.kind(parts, told, self.category(found.table, found.column.name), kinds) else None

    def sql(self, parts: Sequence[Part], ref: TableRef, text: str) -> Scalar | None:
        """Read an expression over rows of a table."""
        try:
            found = read_scalar(self.scope.schema, ref, text)
        except PathError as reason:
            self.wrong("relation_sql", parts, f"{ref}: {reason}", reason.hint)
            return None
        for name, one in found.inputs.items():
            if one.column.generated is not None:
                message = f"{ref}: {name} is computed by the database"
                self.wrong("unsupported", parts, message, "write its expression instead")
        return found

    def filled(self, parts: Sequence[Part], column: str, cause: str, cure: str) -> None:
        """Record that a NOT NULL column would become null."""
        told = column_name(self.ref, column)
        self.wrong("relation_null_on_not_null", parts, f"{told} is NOT NULL, but becomes null {cause}", cure)

    def own_key(self, field_name: str, name: str) -> None:
        """Record that a column of a foreign key takes its value from there."""
        if any(name in key.columns for key in self.table.foreign_keys) and self.ref not in self.scope.fk_disabled:
            message = f"{column_name(self.ref, name)} is part of a foreign key, which decides its value"
            self.wrong("relation_conflict", (field_name,), message, "same_ancestor rules say which row a key refers to")

    def grouped(self, rule: CopyRule) -> Iterator[CopyRule]:
        """The copies before this one that are made in the same rows."""
        for index, other in self.scope.plan.relations:
            if index < self.index and isinstance(other, CopyRule) and other.ref == rule.ref and other.group is not None:
                yield from (other,) if other.group == rule.group else ()

    def takes_null(self, column: str) -> bool:
        """Whether a column of the rule's table takes nulls."""
        return may_be_null(self.scope.schema, self.ref, column)
