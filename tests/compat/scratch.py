"""The verdict of PostgreSQL on every table and every foreign key by itself, in a copy of the database.

A load of the whole run stops at the first refusal. Here foreign keys are dropped first, each table is copied in a
transaction of its own, and each foreign key is added again by itself: every refusal is seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.load.source import FileSource

_FOREIGN_KEYS = """
SELECT n.nspname AS schema, c.relname AS table, k.conname AS name, pg_get_constraintdef(k.oid) AS definition,
       fn.nspname AS parent_schema, f.relname AS parent_table
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_class f ON f.oid = k.confrelid JOIN pg_namespace fn ON fn.oid = f.relnamespace
WHERE k.contype = 'f' AND k.conparentid = 0
ORDER BY 1, 2, 3
"""


class Refusal(NamedTuple):
    """One thing the server refused."""

    table: TableRef
    constraint: str
    message: str


class ForeignKey(NamedTuple):
    """A foreign key as the server prints it."""

    child: TableRef
    parent: TableRef
    name: str
    definition: str


def verdicts(url: str, files: Mapping[TableRef, Path], without: Mapping[TableRef, set[str]]) -> list[Refusal]:
    """Return everything the server refuses about these files.

    Args:
        without: constraints and indexes, by table, that are left out.
    """
    with _copy_of(url) as copy, psycopg.connect(copy, autocommit=True) as connection:
        keys = [_foreign_key(row) for row in connection.execute(_FOREIGN_KEYS.encode()).fetchall()]
        for key in keys:
            connection.execute(
                sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(
                    sql.Identifier(*key.child), sql.Identifier(key.name)
                )
            )
        keys = [key for key in keys if key.name not in without.get(key.child, ())]
        for ref, dropped in without.items():
            for name in dropped:
                _drop(connection, ref, name)
        names = sql.SQL(", ").join(sql.Identifier(*ref) for ref in files)
        connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))
        refused = [refusal for ref, path in files.items() if (refusal := _table(connection, ref, path))]
        whole = set(files) - {refusal.table for refusal in refused}
        both = [key for key in keys if key.child in whole and key.parent in whole]
        return refused + [refusal for key in both if (refusal := _key(connection, key))]


@contextmanager
def _copy_of(url: str) -> Iterator[str]:
    name = conninfo_to_dict(url)["dbname"]
    copy = f"{name}_scratch"
    admin = make_conninfo(url, dbname="postgres")
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(copy))
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(drop)
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
                sql.Identifier(copy), sql.Identifier(str(name))
            )
        )
        try:
            yield make_conninfo(url, dbname=copy)
        finally:
            connection.execute(drop)


def _drop(connection: psycopg.Connection[Any], ref: TableRef, name: str) -> None:
    table = sql.SQL("ALTER TABLE {} DROP CONSTRAINT IF EXISTS {}").format(sql.Identifier(*ref), sql.Identifier(name))
    connection.execute(table)
    connection.execute(sql.SQL("DROP INDEX IF EXISTS {}").format(sql.Identifier(ref.schema, name)))


def _foreign_key(row: tuple[Any, ...]) -> ForeignKey:
    schema, table, name, definition, parent_schema, parent_table = row
    return ForeignKey(TableRef(schema, table), TableRef(parent_schema, parent_table), name, definition)


def _table(connection: psycopg.Connection[Any], ref: TableRef, path: Path) -> Refusal | None:
    columns = sql.SQL(", ").join(map(sql.Identifier, FileSource(path).columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, HEADER true)").format(sql.Identifier(*ref), columns)
    try:
        with connection.transaction(), connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(path.read_bytes())
    except psycopg.Error as error:
        return _refusal(ref, error)
    return None


def _key(connection: psycopg.Connection[Any], key: ForeignKey) -> Refusal | None:
    add = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} ").format(sql.Identifier(*key.child), sql.Identifier(key.name))
    try:
        connection.execute(add.as_string(connection).encode() + key.definition.encode())
    except psycopg.Error as error:
        return _refusal(key.child, error)
    return None


def _refusal(ref: TableRef, error: psycopg.Error) -> Refusal:
    detail = (error.diag.message_detail or error.diag.context or "").splitlines()
    message = f"{error.diag.message_primary or error}" + (f" [{detail[0]}]" if detail else "")
    return Refusal(ref, error.diag.constraint_name or error.diag.column_name or error.sqlstate or "", message)
