"""A database's schema from pg_catalog, in nine queries whatever its size."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Literal, TypeVar

import psycopg
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import Column, DatabaseSchema, SchemaTables, SqlFunction, Table
from datalchemy_nb.errors import IntrospectionError, did_you_mean
from datalchemy_nb.introspect import tables
from datalchemy_nb.introspect.connection import Connection
from datalchemy_nb.introspect.options import IntrospectOptions, is_system_schema
from datalchemy_nb.introspect.queries import OLDEST, query
from datalchemy_nb.introspect.types import Row, TypeBook

_CALL = re.compile(r'(?:"((?:[^"]|"")+)"|([A-Za-z_\u0080-\uffff][\w$]*))\s*\(')
_VOLATILITY: dict[str, Literal["immutable", "stable", "volatile"]] = {"i": "immutable", "s": "stable", "v": "volatile"}


def needed(rows: Iterable[Row]) -> tuple[SqlFunction, ...]:
    """The functions marked as used and all they call, by schema, name and argument types."""
    by_oid = {row["oid"]: row for row in rows}
    by_name: dict[str, list[int]] = {}
    for oid, row in by_oid.items():
        by_name.setdefault(row["name"], []).append(oid)

    reached: set[int] = set()
    waiting = [oid for oid, row in by_oid.items() if row["is_used"]]
    while waiting:
        oid = waiting.pop()
        if oid in reached:
            continue
        reached.add(oid)
        row = by_oid[oid]
        waiting += [called for called in row["calls"] if called in by_oid]
        waiting += [called for name in _called_names(row["body"]) for called in by_name.get(name, ())]
    found = (_function(by_oid[oid]) for oid in reached)
    return tuple(sorted(found, key=lambda f: (f.schema_name, f.name, f.argument_types)))


def _called_names(body: str) -> set[str]:
    return {quoted.replace('""', '"') if quoted else plain.lower() for quoted, plain in _CALL.findall(body)}


def _function(row: Row) -> SqlFunction:
    return SqlFunction(
        schema_name=row["schema"],
        name=row["name"],
        arguments=row["arguments"],
        argument_types=row["argument_types"],
        returns=row["returns"],
        language=row["language"],
        volatility=_VOLATILITY[row["volatility"]],
        body=row["body"],
    )


T = TypeVar("T")

_SESSION = {
    # An empty path makes every printed expression name its schemas; the rest fixes how literals are printed.
    "search_path": "",
    "datestyle": "ISO, YMD",
    "intervalstyle": "postgres",
    "timezone": "UTC",
    "extra_float_digits": "1",
    "bytea_output": "hex",
    "quote_all_identifiers": "off",
}


def introspect(connection: Connection, options: IntrospectOptions | None = None) -> DatabaseSchema:
    """Read a database's schema as of one moment.

    The result depends on the DDL only: objects are sorted bytewise by name and expressions are printed in full.

    Raises:
        IntrospectionError: a listed schema does not exist, the server is too old, or a query failed.
    """
    failure: str | None = None
    try:
        with _snapshot(connection):
            return _read(_Reader(connection), options or IntrospectOptions())
    except psycopg.Error as error:
        failure = error.diag.message_primary or type(error).__name__
    raise IntrospectionError(f"the catalog cannot be read: {failure}")


@contextmanager
def _snapshot(connection: Connection) -> Iterator[None]:
    was_idle = connection.info.transaction_status == TransactionStatus.IDLE
    with connection.transaction():
        if was_idle:
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        calls = ", ".join("pg_catalog.set_config(%s, %s, true)" for _ in _SESSION)
        connection.execute(f"SELECT {calls}", [part for pair in _SESSION.items() for part in pair])
        yield


class _Reader:
    """Runs the queries of this package on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._version = connection.info.server_version
        if self._version < OLDEST:
            raise IntrospectionError(
                f"PostgreSQL {self._version // 10000} is too old", hint=f"version {OLDEST // 10000} or later is needed"
            )

    def rows(self, name: str, **parameters: Any) -> list[dict[str, Any]]:
        """All rows of a query."""
        with self._connection.cursor(row_factory=dict_row) as cursor:
            return cursor.execute(query(name, self._version).encode(), parameters).fetchall()

    def reads_xml(self) -> bool:
        """Whether the server was built with libxml; without it, it stores no value of type xml."""
        try:
            with self._connection.transaction():
                self._connection.execute("SELECT '<a/>'::xml")
        except psycopg.errors.FeatureNotSupported:
            return False
        return True


def _read(reader: _Reader, options: IntrospectOptions) -> DatabaseSchema:
    [database] = reader.rows("database")
    schemas = _chosen_schemas(database["schemas"], options)
    relations = reader.rows("relations", schemas=schemas, kinds=options.relation_kinds)
    oids = [row["oid"] for row in relations]
    columns = reader.rows("columns", relations=oids)
    types = _types(reader, columns, oids, schemas)
    domains = types.domain_oids
    constraints = reader.rows("constraints", relations=oids, domains=domains)
    build = _TableBuilder(
        types=types,
        with_comments=options.include_comments,
        columns=_grouped(columns, "relation"),
        constraints=_grouped((row for row in constraints if row["relation"]), "relation"),
        indexes=_grouped(reader.rows("indexes", relations=oids) if options.include_indexes else (), "relation"),
        triggers=_grouped(reader.rows("triggers", relations=oids), "relation"),
        known=frozenset(TableRef(row["schema"], row["name"]) for row in relations if row["kind"] in "rp"),
    )
    domain_checks = _grouped((row for row in constraints if row["type"]), "type")
    schema = DatabaseSchema(
        database=database["database"],
        schemas=_schemas(schemas, relations, build),
        enums=types.enums(),
        domains=types.domains({oid: _sorted(map(tables.check, rows)) for oid, rows in domain_checks.items()}),
        composites=types.composites(build.columns_of),
        ranges=types.ranges(),
        functions=needed(reader.rows("functions", relations=oids, domains=domains)),
        extensions=tuple(sorted(database["extensions"])),
        server_version=database["version"].split(" ")[0],
    )
    if any(column.column_type.udt_name in ("xml", "_xml") for t in schema.tables.values() for column in t.columns):
        schema = schema.model_copy(update={"lacks": () if reader.reads_xml() else ("xml",)})
    return schema.model_copy(update={"schema_fingerprint": schema.fingerprint()})


def _chosen_schemas(existing: Iterable[str], options: IntrospectOptions) -> list[str]:
    names = sorted(existing)
    if options.schemas is None:
        return [n for n in names if options.include_system_schemas or not is_system_schema(n)]
    for name in options.schemas:
        if name not in names:
            users = [n for n in names if not is_system_schema(n)]
            raise IntrospectionError(
                f"schema {name!r} does not exist",
                hint=did_you_mean(name, names) or f"there are: {', '.join(users) or 'none'}",
            )
    return sorted(set(options.schemas))


def _types(reader: _Reader, columns: list[dict[str, Any]], oids: list[int], schemas: list[str]) -> TypeBook:
    types = TypeBook(reader.rows("types", relations=oids, schemas=schemas), ())
    used = {row["collation"] for row in columns} | types.collations_of_domains()
    return types.with_collations(reader.rows("collations", collations=sorted(used)))


def _schemas(names: list[str], relations: list[dict[str, Any]], build: _TableBuilder) -> tuple[SchemaTables, ...]:
    members = _grouped(relations, "schema")
    return tuple(
        SchemaTables(name=name, tables=_sorted(build.table(row) for row in members.get(name, ()))) for name in names
    )


class _TableBuilder:
    """Rows by relation, and the tables made of them."""

    def __init__(
        self,
        *,
        types: TypeBook,
        with_comments: bool,
        columns: dict[Any, list[Row]],
        constraints: dict[Any, list[Row]],
        indexes: dict[Any, list[Row]],
        triggers: dict[Any, list[Row]],
        known: frozenset[TableRef],
    ) -> None:
        self._types = types
        self._with_comments = with_comments
        self._columns = columns
        self._constraints = constraints
        self._indexes = indexes
        self._triggers = triggers
        self._known = known

    def table(self, row: Row) -> Table:
        oid, ref = row["oid"], TableRef(row["schema"], row["name"])
        return Table(
            name=row["name"],
            kind=tables.TABLE_KINDS[row["kind"]],
            comment=row["comment"] if self._with_comments else None,
            columns=self.columns_of(oid),
            constraints=tables.ordered(map(tables.constraint, self._constraints.get(oid, ()))),
            indexes=_sorted(map(tables.index, self._indexes.get(oid, ()))),
            partition_key=tables.partition_key(row),
            partition_of=tables.partition_of(row),
            inherits=tables.inherits(row),
            triggers=_sorted(tables.trigger(one, ref, self._known) for one in self._triggers.get(oid, ())),
        )

    def columns_of(self, oid: int) -> tuple[Column, ...]:
        rows = sorted(self._columns.get(oid, ()), key=lambda row: row["position"])
        return tuple(tables.column(row, self._types, with_comment=self._with_comments) for row in rows)


def _grouped(rows: Iterable[Row], key: str) -> dict[Any, list[Row]]:
    groups: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        groups[row[key]].append(row)
    return groups


def _sorted(items: Iterable[T], key: Callable[[Any], Any] = lambda item: item.name) -> tuple[T, ...]:
    # Python compares strings by code point, which for UTF-8 is the order of the bytes.
    return tuple(sorted(items, key=key))
