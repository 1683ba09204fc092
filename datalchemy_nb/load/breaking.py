"""Rows that break exactly one constraint: tried on PostgreSQL, behind the loaded rows of a run, and rolled back."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager

import psycopg
from psycopg import sql

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.pg_types import WHOLE
from datalchemy_nb.contracts.schema import (
    Check,
    Column,
    DatabaseSchema,
    Exclusion,
    ForeignKey,
    PrimaryKey,
    Table,
    Unique,
)
from datalchemy_nb.contracts.violations import BrokenKind, BrokenRow, NotBroken
from datalchemy_nb.introspect.connection import Connection
from datalchemy_nb.records import dataclass

Row = dict[str, str | None]
Rows = Callable[[TableRef], tuple[tuple[str, ...], bytes]]
"""Further valid rows of a table: columns, and CSV without a header."""
KINDS: tuple[BrokenKind, ...] = ("not_null", "check", "unique", "primary_key", "foreign_key", "exclusion")
_STATES: dict[BrokenKind, str] = {
    "not_null": "23502",
    "foreign_key": "23503",
    "unique": "23505",
    "primary_key": "23505",
    "check": "23514",
    "exclusion": "23P01",
}
_EXISTING, _CANDIDATES, _TRIES = 40, 60, 400
_LITERAL = re.compile(r"'((?:[^']|'')*)'|(?<![\w.])(-?\d+(?:\.\d+)?)")
_FURTHER = "datalchemy_further_rows"


@dataclass(frozen=True)
class Target:
    """One constraint to be broken.

    Attributes:
        name: as PostgreSQL tells it; of NOT NULL, the column.
        columns: those that it reads.
        drop: ALTER TABLE actions, or a statement of its own, that take it away.
        expression: of a CHECK.
        predicate: of a partial index; only rows for which it holds are in it.
    """

    kind: BrokenKind
    name: str
    columns: tuple[str, ...]
    drop: sql.Composed
    expression: str = ""
    predicate: str | None = None


def broken_rows(
    connection: Connection,
    schema: DatabaseSchema,
    tables: Sequence[TableRef],
    further: Rows,
    wanted: Callable[[TableRef, BrokenKind, str], bool],
) -> tuple[list[BrokenRow], list[NotBroken]]:
    """Return a row for every wanted constraint, and the constraints for which none was found.

    A row is one that the plan would make with another seed, with parents that exist, and is taken by PostgreSQL. It is
    changed in the columns of one constraint until PostgreSQL refuses it in the name of that one, and takes it when the
    constraint is dropped. All of it happens in savepoints, which are rolled back.

    Args:
        connection: in a transaction that will be rolled back, the rows of a run loaded.
        schema: of these tables.
        tables: of the run.
        further: makes further rows.
        wanted: by table, kind and name.
    """
    connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
    found: list[BrokenRow] = []
    missed: list[NotBroken] = []
    for ref in tables:
        targets = [target for target in targets_of(ref, schema) if wanted(ref, target.kind, target.name)]
        if targets:
            trial = _Trial(connection, schema, ref, further)
            for target in targets:
                outcome = trial.broken(target)
                (found if isinstance(outcome, BrokenRow) else missed).append(outcome)  # type: ignore[arg-type]
    return found, missed


def targets_of(ref: TableRef, schema: DatabaseSchema) -> Iterator[Target]:
    """Yield the constraints of a table that a row can break."""
    table = schema.tables[ref]
    for constraint in table.constraints:
        if constraint.name is None or not getattr(constraint, "enforced", True):
            continue
        drop = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {} CASCADE").format(
            sql.Identifier(*ref), sql.Identifier(constraint.name)
        )
        match constraint:
            case Check():
                names = constraint.columns or tuple(n for n in table.by_name if _mentions(constraint.expression, n))
                yield Target("check", constraint.name, names, drop, constraint.expression)
            case ForeignKey():
                yield Target("foreign_key", constraint.name, constraint.columns, drop)
            case PrimaryKey():
                yield Target("primary_key", constraint.name, constraint.columns, drop)
            case Unique():
                yield Target("unique", constraint.name, constraint.columns, drop)
            case Exclusion():
                names = tuple(e.column for e in constraint.elements if e.column is not None)
                yield Target("exclusion", constraint.name, names, drop, predicate=constraint.predicate)
    for index in table.indexes:
        if index.is_unique and not index.is_primary and index.constraint is None:
            names = tuple(n for n in table.by_name if _mentions(index.definition.partition(" USING ")[2], n))
            drop = sql.SQL("DROP INDEX {}").format(sql.Identifier(ref.schema, index.name))
            yield Target("unique", index.name, names, drop, predicate=index.predicate)
    key = set(table.primary_key.columns) if table.primary_key else set[str]()
    for column in table.columns:
        # Of a key's column it is the key that refuses, in PostgreSQL under the column's own NOT NULL.
        if not column.is_nullable and _takes_value(column) and column.name not in key and column.identity is None:
            drop = sql.SQL("ALTER TABLE {} ALTER COLUMN {} DROP NOT NULL").format(
                sql.Identifier(*ref), sql.Identifier(column.name)
            )
            yield Target("not_null", column.name, (column.name,), drop)


class _Trial:
    """One table: valid rows, and what becomes of them when they are changed."""

    def __init__(self, connection: Connection, schema: DatabaseSchema, ref: TableRef, further: Rows) -> None:
        self._connection, self._schema, self._ref = connection, schema, ref
        self._table: Table = schema.tables[ref]
        self._columns = tuple(column.name for column in self._table.columns if _takes_value(column))
        self._existing = self._texts(sql.Identifier(*ref), _EXISTING)
        self._valid = list(itertools.islice(self._fresh(further), 3))

    def broken(self, target: Target) -> BrokenRow | NotBroken:
        def no(reason: str) -> NotBroken:
            return NotBroken(
                schema_name=self._ref.schema,
                table=self._ref.table,
                constraint=target.name,
                kind=target.kind,
                reason=reason,
            )

        if not self._valid:
            return no("no further valid row was found to change")
        if target.predicate is not None and not self._beside(target):
            return no("no row of the run is in it, so that one row alone cannot break it")
        for row, changes in itertools.islice(self._attempts(target), _TRIES):
            broken = {**row, **changes}
            if not self._refuses(broken, target):
                continue
            exactly = self._takes(broken, without=target)
            if exactly is False:
                continue
            return BrokenRow(
                schema_name=self._ref.schema,
                table=self._ref.table,
                constraint=target.name,
                kind=target.kind,
                sqlstate=_STATES[target.kind],
                changed=tuple(name for name in changes if changes[name] != row[name]),
                row=broken,
                exactly=exactly is True,
            )
        return no("no value was found that breaks it and nothing else")

    # --- valid rows ---------------------------------------------------------------------------------------------------

    def _fresh(self, further: Rows) -> Iterator[Row]:
        """Rows that PostgreSQL takes behind those that are there."""
        for candidate in self._candidates(further):
            if self._takes(candidate):
                yield candidate

    def _candidates(self, further: Rows) -> Iterator[Row]:
        keys = self._table.foreign_keys
        mine = {name for key in keys for name in key.columns}
        made = self._further(further)
        numbers = self._next_numbers()
        free = [self._free_parents(key) for key in keys]
        for at, row in enumerate(made):
            like = self._existing[at % len(self._existing)] if self._existing else row
            parents = {name: like[name] for name in mine if name in like}
            counted = {name: str(first + at) for name, first in numbers.items() if name not in mine}
            yield {**row, **parents, **counted}
            for key, values in zip(keys, free, strict=True):
                if values:
                    own = dict(zip(key.columns, values[at % len(values)], strict=True))
                    yield {**row, **parents, **counted, **own}
        yield from self._pairs(made, numbers, keys)

    def _pairs(self, made: list[Row], numbers: Mapping[str, int], keys: Sequence[ForeignKey]) -> Iterator[Row]:
        """Rows with parents put together anew: a table of pairs holds some of them only."""
        single = [key for key in keys if len(key.columns) == 1]
        values = [[row[0] for row in self._parents(key)] for key in single]
        if len(single) < 2 or not all(values) or not made:
            return
        for at, chosen in enumerate(itertools.islice(itertools.product(*values), _CANDIDATES * 4)):
            own = {key.columns[0]: value for key, value in zip(single, chosen, strict=True)}
            counted = {name: str(first + at) for name, first in numbers.items() if name not in own}
            yield {**made[at % len(made)], **counted, **own}

    def _further(self, further: Rows) -> list[Row]:
        columns, data = further(self._ref)
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        table = sql.Identifier(_FURTHER)
        with self._savepoint():
            self._connection.execute(
                sql.SQL("CREATE TEMP TABLE {} AS SELECT {} FROM {} LIMIT 0").format(
                    table, names, sql.Identifier(*self._ref)
                )
            )
            copy = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(table, names)
            with self._connection.cursor() as cursor, cursor.copy(copy) as sink:
                sink.write(data)
            rows = self._texts(table, _CANDIDATES, columns)
        return [{name: row.get(name) for name in self._columns} for row in rows]

    def _texts(
        self, table: sql.Identifier, count: int, columns: Sequence[str] | None = None, where: str = "true"
    ) -> list[Row]:
        names = tuple(columns) if columns is not None else self._columns
        shown = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in names)
        # A predicate is the server's own text, of an index that it has.
        condition = sql.SQL(where)
        query = sql.SQL("SELECT {} FROM {} WHERE {} LIMIT {}").format(shown, table, condition, sql.Literal(count))
        return [dict(zip(names, row, strict=True)) for row in self._connection.execute(query).fetchall()]

    def _next_numbers(self) -> dict[str, int]:
        """The number after the largest, of whole-number columns that must be unique."""
        unique = {name for target in targets_of(self._ref, self._schema) if target.kind in ("unique", "primary_key")
                  for name in target.columns}  # fmt: skip
        whole = [c.name for c in self._table.columns if c.column_type.udt_name in WHOLE and c.name in unique]
        found = {}
        for name in whole:
            query = sql.SQL("SELECT coalesce(max({}), 0) + 1 FROM {}").format(
                sql.Identifier(name), sql.Identifier(*self._ref)
            )
            row = self._connection.execute(query).fetchone()
            found[name] = int(row[0]) if row else 1
        return found

    def _parents(self, key: ForeignKey) -> list[tuple[str | None, ...]]:
        shown = sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(n)) for n in key.referenced_columns)
        query = sql.SQL("SELECT {} FROM {} LIMIT {}").format(shown, sql.Identifier(*key.target), sql.Literal(_EXISTING))
        return [tuple(row) for row in self._connection.execute(query).fetchall()]

    def _free_parents(self, key: ForeignKey) -> list[tuple[str | None, ...]]:
        """Parents that no row refers to yet."""
        shown = sql.SQL(", ").join(sql.SQL("p.{}::text").format(sql.Identifier(n)) for n in key.referenced_columns)
        same = sql.SQL(" AND ").join(
            sql.SQL("c.{} = p.{}").format(sql.Identifier(own), sql.Identifier(above))
            for own, above in zip(key.columns, key.referenced_columns, strict=True)
        )
        query = sql.SQL("SELECT {} FROM {} p WHERE NOT EXISTS (SELECT 1 FROM {} c WHERE {}) LIMIT 10").format(
            shown, sql.Identifier(*key.target), sql.Identifier(*self._ref), same
        )
        return [tuple(row) for row in self._connection.execute(query).fetchall()]

    # --- changes that may break a constraint --------------------------------------------------------------------------

    def _attempts(self, target: Target) -> Iterator[tuple[Row, Row]]:
        columns = [name for name in target.columns if name in self._columns]
        match target.kind:
            case "not_null":
                for row in self._valid:
                    yield row, {columns[0]: None}
            case "unique" | "primary_key" | "exclusion":
                for row, other in itertools.product(self._valid, self._beside(target)):
                    yield row, {name: other[name] for name in columns}
            case "foreign_key":
                for row, values in itertools.product(self._valid, zip(*map(self._nowhere, columns), strict=False)):
                    yield row, dict(zip(columns, values, strict=True))
            case _:
                yield from self._against(target, columns)

    def _beside(self, target: Target) -> list[Row]:
        """Rows that are there and that another one may repeat."""
        if target.predicate is None:
            return self._existing
        return self._texts(sql.Identifier(*self._ref), _EXISTING, where=target.predicate)

    def _against(self, target: Target, columns: Sequence[str]) -> Iterator[tuple[Row, Row]]:
        """Values for the columns of a CHECK: one column after the other, then two at once."""
        values = {name: list(self._odd(target.expression, name)) for name in columns}
        for row in self._valid:
            yield from ((row, {name: value}) for name in columns for value in values[name])
            yield from ((row, {a: row[b], b: row[a]}) for a, b in itertools.combinations(columns, 2))
        for a, b in itertools.combinations(columns, 2):
            for one, other in itertools.product(values[a][:12], values[b][:12]):
                yield self._valid[0], {a: one, b: other}

    def _odd(self, expression: str, name: str) -> Iterator[str | None]:
        """Values at and beyond what a CHECK speaks of, and some that few CHECKs expect."""
        kind = self._table.by_name[name].column_type
        told = [m[1].replace("''", "'") if m[1] is not None else m[2] for m in _LITERAL.finditer(expression)]
        numbers = [float(text) for text in told if re.fullmatch(r"-?\d+(\.\d+)?", text)]
        if kind.udt_name in WHOLE:
            for number in numbers:
                yield from (str(int(number) - 1), str(int(number) + 1), str(int(number)))
            yield from ("-1", "0", "1", "2", "32767")
        elif kind.udt_name in _NUMBERS:
            for number in numbers:
                yield from (f"{number - 1:g}", f"{number + 1:g}", f"{number:g}", f"{number - 0.01:.2f}")
            yield from ("-1", "-0.01", "0", "0.001", "9999999")
        elif kind.udt_name == "bool":
            yield from ("true", "false")
        elif kind.kind == "enum":
            yield from self._schema.enum_labels.get((kind.udt_schema, kind.udt_name), ())
        elif kind.udt_name in ("date", "timestamp", "timestamptz"):
            yield from (text for text in told if re.match(r"\d{4}-", text))
            yield from ("1000-01-01", "1900-01-01", "1999-12-31", "2999-12-31", "9999-01-01")
        elif kind.udt_name in ("time", "timetz"):
            yield from ("00:00", "23:59:59", "12:00")
        elif kind.udt_name in ("json", "jsonb"):
            yield from ("{}", "[]", "0", "null", '"x"')
        else:
            yield from ("", " ", "?", "x", "X", "0", "x y", "@", "1" * 40, "x" * 10, "x" * 300)
            yield from told
            yield from (row[name].upper() for row in self._valid if row[name])  # type: ignore[union-attr]
            yield from (f"{row[name]}?" for row in self._valid)
        yield None

    def _nowhere(self, name: str) -> list[str]:
        """Values that no parent is likely to have."""
        kind = self._table.by_name[name].column_type.udt_name
        if kind in WHOLE or kind in _NUMBERS:
            return ["-1", "0", "32767", "999999", "2147483647"]
        if kind == "uuid":
            return ["00000000-0000-4000-8000-000000000000", "ffffffff-ffff-4fff-bfff-ffffffffffff"]
        if kind in ("date", "timestamp", "timestamptz"):
            return ["1000-01-01", "9999-01-01"]
        return ["??", "?", "nobody", "00000000000000"]

    # --- PostgreSQL's verdict -----------------------------------------------------------------------------------------

    @contextmanager
    def _savepoint(self) -> Iterator[None]:
        with self._connection.transaction(force_rollback=True):
            yield

    def _insert(self, row: Row) -> None:
        names = sql.SQL(", ").join(map(sql.Identifier, row))
        places = sql.SQL(", ").join(sql.Placeholder() for _ in row)
        statement = sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({})")
        self._connection.execute(statement.format(sql.Identifier(*self._ref), names, places), list(row.values()))

    def _takes(self, row: Row, without: Target | None = None) -> bool | None:
        """Whether PostgreSQL takes a row; None where the constraint may not be dropped by this role."""
        try:
            with self._savepoint():
                if without is not None:
                    self._connection.execute(without.drop)
                self._insert(row)
        except (psycopg.errors.InsufficientPrivilege, psycopg.errors.DependentObjectsStillExist):
            return None
        except psycopg.Error:
            return False
        return True

    def _refuses(self, row: Row, target: Target) -> bool:
        """Whether PostgreSQL refuses a row in the name of this constraint."""
        try:
            with self._savepoint():
                self._insert(row)
        except psycopg.Error as error:
            named = error.diag.column_name if target.kind == "not_null" else error.diag.constraint_name
            return error.sqlstate == _STATES[target.kind] and named == target.name
        return False


_NUMBERS = frozenset({"numeric", "float4", "float8", "money"})


def _takes_value(column: Column) -> bool:
    return column.generated is None


def _mentions(text: str, name: str) -> bool:
    return re.search(rf'(?<![\w"]){re.escape(name)}(?![\w"])|"{re.escape(name)}"', text) is not None
