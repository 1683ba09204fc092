"""Keys of rows that a database holds, read because somebody asked: no other column, and every statement logged."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, cast

import polars as pl
import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from datalchemy_nb.contracts.existing import Existing, ExistingKeys, ExistingTable
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.pg_types import WHOLE
from datalchemy_nb.contracts.profile import AuditEntry
from datalchemy_nb.contracts.schema import DatabaseSchema, Table
from datalchemy_nb.errors import IntrospectionError
from datalchemy_nb.introspect.connection import Connection
from datalchemy_nb.introspect.queries import query


def read_keys(
    connection: Connection, schema: DatabaseSchema, wanted: Mapping[TableRef, Sequence[str]]
) -> Existing:  # fmt: skip
    """Read columns of all rows of some tables, in one snapshot.

    Rows that have none of the columns are left out: nothing refers to them, and they are in no unique set.

    Args:
        connection: may only read.
        schema: the tables, as introspected.
        wanted: columns by table.

    Raises:
        IntrospectionError: a table or column is not there, or may not be read.
    """
    failure = ""
    try:
        with connection.transaction():
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            connection.execute("SELECT pg_catalog.set_config('timezone', 'UTC', true)")
            connection.execute("SELECT pg_catalog.set_config('datestyle', 'ISO, YMD', true)")
            reader = _Reader(connection, schema)
            tables = [reader.table(ref, schema.tables[ref], tuple(columns)) for ref, columns in wanted.items()]
            keys = ExistingKeys(
                database=connection.info.dbname, read_at=_now(), tables=tuple(tables), audit=tuple(reader.audit)
            )
            return Existing.of(keys, reader.contents)
    except psycopg.errors.InsufficientPrivilege as error:
        failure = f"{error.diag.message_primary}: the keys of existing rows need SELECT on those columns"
    except psycopg.Error as error:
        failure = f"the keys of existing rows cannot be read: {error.diag.message_primary or type(error).__name__}"
    # Raised outside `except`: the server's own error may quote values.
    raise IntrospectionError(failure, hint="GRANT SELECT on the tables, or introspect again where the schema changed")


class _Reader:
    def __init__(self, connection: Connection, schema: DatabaseSchema) -> None:
        self._connection, self._schema = connection, schema
        self.audit: list[AuditEntry] = []
        self.contents: dict[str, bytes] = {}

    def table(self, ref: TableRef, table: Table, columns: tuple[str, ...]) -> ExistingTable:
        where = sql.Identifier(ref.schema, ref.table)
        data, rows = self._copy(where, table, columns)
        file = f"{ref.file_stem}.csv"
        self.contents[file] = data
        return ExistingTable(
            schema_name=ref.schema,
            table=ref.table,
            rows=rows,
            columns=columns,
            file=file,
            sha256=hashlib.sha256(data).hexdigest(),
            edges=self._edges(ref, table, columns, data if rows else b""),
        )

    def _copy(self, where: sql.Composable, table: Table, columns: tuple[str, ...]) -> tuple[bytes, int]:
        if not columns:
            # Nothing refers to them: how many there are is all that is of use.
            rows = self._one(sql.SQL("SELECT count(*) FROM {}").format(where))
            return b"", int(rows or 0)
        names = sql.SQL(", ").join(map(sql.Identifier, columns))
        shown = sql.SQL(", ").join(_shown(table, name) for name in columns)
        order = sql.SQL(", ").join(_ordered(table, name) for name in columns)
        statement = sql.SQL(
            "COPY (SELECT {shown} FROM {where} WHERE pg_catalog.num_nonnulls({names}) > 0 ORDER BY {order}) "
            "TO STDOUT (FORMAT csv, HEADER, ENCODING 'UTF8')"
        ).format(shown=shown, where=where, names=names, order=order)
        with self._connection.cursor() as cursor:
            with cursor.copy(statement) as copy:
                data = b"".join(bytes(block) for block in copy)
            rows = cursor.rowcount
        self._note(statement, rows)
        return data, rows

    def _edges(self, ref: TableRef, table: Table, columns: tuple[str, ...], data: bytes) -> dict[str, int]:
        """The highest number of every counting column, and of whole numbers in keys."""
        edges: dict[str, int] = {}
        whole = [name for name in columns if table.by_name[name].column_type.udt_name in WHOLE]
        if data and whole:
            frame = pl.read_csv(data, infer_schema=False)
            for name in whole:
                most = frame[name].cast(pl.Int64).max()
                if most is not None:
                    edges[name] = int(cast(int, most))
        for row in self._sequences(ref):
            given = self._one(
                sql.SQL("SELECT CASE WHEN is_called THEN last_value END FROM {}").format(
                    sql.Identifier(row["schema"], row["name"])
                )
            )
            name = row["column"]
            if name not in columns:
                most = self._one(
                    sql.SQL("SELECT pg_catalog.max({})::bigint FROM {}").format(
                        sql.Identifier(name), sql.Identifier(ref.schema, ref.table)
                    )
                )
                given = max(given or 0, most or 0)
            if given is not None and row["ascends"]:
                edges[name] = max(int(given), edges.get(name, 0))
        return dict(sorted(edges.items()))

    def _sequences(self, ref: TableRef) -> list[dict[str, Any]]:
        found = self._connection.execute(
            "SELECT c.oid FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = %s AND c.relname = %s",
            (ref.schema, ref.table),
        ).fetchone()
        text = query("load_sequences", self._connection.info.server_version)
        with self._connection.cursor(row_factory=dict_row) as cursor:
            rows = cursor.execute(text.encode(), {"relations": [found[0]] if found else []}).fetchall()
        return [row for row in rows if row["may_read"]]

    def _one(self, statement: sql.Composed) -> Any:
        row = self._connection.execute(statement).fetchone()
        self._note(statement, 1)
        return row[0] if row else None

    def _note(self, statement: sql.Composed, rows: int) -> None:
        text = statement.as_string(self._connection)
        self.audit.append(AuditEntry(at=_now(), query="existing keys", sql=text, rows=rows))


def _shown(table: Table, name: str) -> sql.Composed:
    """A column as text, as the files of a run have it."""
    column = sql.Identifier(name)
    kind = table.by_name[name].column_type.udt_name
    if kind == "bool":
        return sql.SQL("{}::text AS {}").format(column, column)
    if kind == "timestamptz":
        pattern = sql.Literal('YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
        return sql.SQL("pg_catalog.to_char({} AT TIME ZONE 'UTC', {}) AS {}").format(column, pattern, column)
    return sql.SQL("{}").format(column)


def _ordered(table: Table, name: str) -> sql.Composed:
    kind = table.by_name[name].column_type.udt_name
    return sql.SQL("{}{}").format(
        sql.Identifier(name), sql.SQL(' COLLATE "C"' if kind in ("text", "varchar", "bpchar") else "")
    )


def counted(connection: Connection, tables: Sequence[TableRef], most: int) -> dict[TableRef, int]:
    """Count the rows of tables; nothing of a row is read.

    Tables that may not be read are left out. Counting ends at one more than ``most``.
    """
    found: dict[TableRef, int] = {}
    for ref in tables:
        statement = sql.SQL("SELECT count(*) FROM (SELECT FROM {} LIMIT {}) few").format(
            sql.Identifier(ref.schema, ref.table), sql.Literal(most + 1)
        )
        try:
            with connection.transaction():
                row = connection.execute(statement).fetchone()
        except psycopg.Error:
            continue
        if row is not None:
            found[ref] = int(row[0])
    return found


def _now() -> str:
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
