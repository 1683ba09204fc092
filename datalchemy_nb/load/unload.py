"""Taking the rows of a committed load away again: found by key, in one transaction, none that others refer to."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from datalchemy_nb.contracts.load import LoadRecord, UnloadedTable, UnloadReport
from datalchemy_nb.contracts.names import TableRef, show_ident
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import Cancelled, DatalchemyError, LoadError
from datalchemy_nb.introspect.connection import Connection
from datalchemy_nb.load import session
from datalchemy_nb.load.copying import send
from datalchemy_nb.load.failure import explain_refusal
from datalchemy_nb.load.load import LOCK_TIMEOUT_S
from datalchemy_nb.load.rebuild import foreign_keys_give_way
from datalchemy_nb.load.rights import Missing
from datalchemy_nb.load.source import FileSource
from datalchemy_nb.load.target import LoadTarget, TargetTable, arrange
from datalchemy_nb.records import dataclass


@dataclass(frozen=True)
class _Doomed:
    """A table, its key, and the temporary table that holds the keys of the rows to delete."""

    table: TargetTable
    key: tuple[str, ...]
    keys: sql.Identifier

    def same(self, row: str, key: str) -> sql.Composed:
        """The condition that a row of the table is the one of a key."""
        pairs = [
            sql.SQL("{}.{} = {}.{}").format(sql.Identifier(row), column, sql.Identifier(key), column)
            for column in map(sql.Identifier, self.key)
        ]
        return sql.SQL(" AND ").join(pairs)


def unload(
    target: Connection | str | None,
    sources: Mapping[TableRef, FileSource],
    schema: DatabaseSchema,
    record: LoadRecord,
    *,
    commit: bool = False,
    lock_timeout_s: float = LOCK_TIMEOUT_S,
    statement_timeout_s: float = 0,
    cancelled: Callable[[], bool] | None = None,
) -> UnloadReport:
    """Delete exactly the rows that a load made.

    Rows are found by primary key, or by a unique key without nulls. Nothing is deleted if a row that stays refers to
    one of them, whatever its foreign key says of deletion. Without `commit` all of it is rolled back.

    Args:
        target: an idle connection that may write, or a connection string (None: from the environment).
        sources: the files that were loaded.
        schema: as introspected; names the columns of a violated constraint.
        record: the load.
        commit: delete for good.
        lock_timeout_s: seconds to wait for another session's lock; 0 = for ever.
        statement_timeout_s: seconds for each statement; 0 = for ever.
        cancelled: asked between tables; true ends it.

    Raises:
        LoadError: a table has no key, a right is missing, or rows that stay refer to these.
        Cancelled: `cancelled` said so, or Ctrl-C.
        ConnectionFailed: the target cannot be reached, or was lost.
    """
    failure: DatalchemyError
    tables: list[TargetTable] = []
    started = time.perf_counter()
    with session.opened(target) as connection:
        try:
            with connection.transaction(force_rollback=not commit), tempfile.TemporaryDirectory() as scratch:
                session.prepare(connection, lock_timeout_s=lock_timeout_s, statement_timeout_s=statement_timeout_s)
                reader = LoadTarget(connection)
                found = reader.tables(sources, record.schema_map)
                tables += arrange(found, reader.foreign_keys(found))[0]
                gone = _Unload(connection, reader, tables, Path(scratch), cancelled or (lambda: False)).run()
        except psycopg.errors.LockNotAvailable:
            failure = session.locked(connection, tables, lock_timeout_s)
        except psycopg.Error as error:
            failure = session.cut_off(connection, None) or explain_refusal(error, None, tables, schema, {})
        except (KeyboardInterrupt, Cancelled):
            failure = Cancelled("unloading was stopped; no row was deleted")
        else:
            loaded = {table.ref: table.rows for table in record.tables}
            return UnloadReport(
                committed=commit,
                database=connection.info.dbname,
                loaded_at=record.at,
                tables=tuple(
                    UnloadedTable(
                        schema_name=ref.schema, table=ref.table, rows=rows, missing=max(loaded.get(ref, rows) - rows, 0)
                    )
                    for ref, rows in gone.items()
                ),
                rows=sum(gone.values()),
                seconds=time.perf_counter() - started,
            )
    raise failure


class _Unload:
    def __init__(
        self,
        connection: Connection,
        reader: LoadTarget,
        tables: Sequence[TargetTable],
        scratch: Path,
        cancelled: Callable[[], bool],
    ) -> None:
        self._connection, self._reader, self._tables = connection, reader, tables
        self._scratch, self._cancelled = scratch, cancelled

    def run(self) -> dict[TableRef, int]:
        """Delete, and return the rows deleted per table."""
        keys = self._keys()
        referring = [
            row
            for row in self._reader.rows("load_referring", relations=[table.oid for table in self._tables])
            if row["parents"]
        ]
        self._check_rights(referring)
        if not self._tables:
            return {}
        # Nobody may come to refer to the rows between the look and the deletion; reading goes on.
        names = sql.SQL(", ").join(table.sql for table in self._tables)
        self._connection.execute(sql.SQL("LOCK TABLE {} IN EXCLUSIVE MODE").format(names))
        doomed = {table.oid: self._doom(table, keys[table.oid], nth) for nth, table in enumerate(self._tables)}
        for row in referring:
            self._refuse_referred(row, doomed)
        rebuild = foreign_keys_give_way(self._reader, self._tables)
        deleted = self._delete(list(doomed.values()))
        # Checks that wait for the end run now: ALTER TABLE wants none pending, and a rollback would skip them.
        self._connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in self._tables:
            rebuild.behind(table.oid, lambda name: None)
        rebuild.verify(self._reader)
        return {table.ref: count for table, count in zip(self._tables, deleted, strict=True)}

    def _keys(self) -> dict[int, tuple[str, ...]]:
        rows = self._reader.rows("load_keys", relations=[table.oid for table in self._tables])
        keys = {row["relation"]: tuple(row["columns"]) for row in rows}
        for table in self._tables:
            if not set(keys.get(table.oid, ("",))) <= set(table.rows.columns):
                raise LoadError(
                    f"{table.ref}: has no key by which its rows could be told from others; no row was deleted",
                    hint="add a primary key, or delete the rows by hand",
                )
        return keys

    def _check_rights(self, referring: Sequence[Mapping[str, Any]]) -> None:
        missing = Missing(self._reader.role)
        facts = self._reader.rows("load_rights", relations=[t.oid for t in self._tables], of=[], columns=[])
        for fact in facts:
            ref = TableRef(fact["schema"], fact["name"])
            if not fact["may_enter"]:
                missing.grant("USAGE", "SCHEMA", show_ident(ref.schema), ref)
            if not fact["may_delete"]:
                missing.grant("DELETE", "TABLE", str(ref), ref)
            if not fact["may_select"]:
                missing.grant("SELECT", "TABLE", str(ref), ref)
        for row in referring:
            if not row["may_look"]:
                ref = TableRef(row["schema"], row["table"])
                missing.grant("SELECT", "TABLE", str(ref), ref)
        missing.refuse("unload")

    def _doom(self, table: TargetTable, key: tuple[str, ...], nth: int) -> _Doomed:
        """Send the keys of a table's rows."""
        if self._cancelled():
            raise Cancelled("stopped")
        keys = TableRef("pg_temp", f"datalchemy_unload_{nth}")
        columns = sql.SQL(", ").join(map(sql.Identifier, key))
        doomed = _Doomed(table, key, sql.Identifier(*keys))
        self._connection.execute(
            sql.SQL("CREATE TEMP TABLE {} ON COMMIT DROP AS SELECT {} FROM {} WITH NO DATA").format(
                sql.Identifier(keys.table), columns, table.sql
            )
        )
        assert isinstance(table.rows, FileSource)
        send(self._connection, keys, table.rows.only(key, self._scratch, nulls=False), lambda done, count: None)
        self._connection.execute(sql.SQL("ANALYZE {}").format(doomed.keys))
        return doomed

    def _refuse_referred(self, row: Mapping[str, Any], doomed: Mapping[int, _Doomed]) -> None:
        """Refuse if a row that stays refers to one that goes."""
        itself = doomed.get(row["relation"])
        stays = (
            sql.SQL("AND NOT EXISTS (SELECT FROM {} own WHERE {})").format(itself.keys, itself.same("child", "own"))
            if itself
            else sql.SQL("")
        )
        for parent in (doomed[oid] for oid in row["parents"]):
            refers = [
                sql.SQL("parent.{} {} child.{}").format(
                    sql.Identifier(there),
                    sql.SQL(operator),  # type: ignore[arg-type, unused-ignore]
                    sql.Identifier(here),
                )
                for here, there, operator in zip(
                    row["columns"], row["referenced_columns"], row["operators"], strict=True
                )
            ]
            counted = self._connection.execute(
                sql.SQL(
                    "SELECT pg_catalog.count(*) FROM {child} child JOIN {parent} parent ON {refers} "
                    "JOIN {keys} gone ON {same} WHERE true {stays}"
                ).format(
                    child=sql.Identifier(row["schema"], row["table"]),
                    parent=parent.table.sql,
                    refers=sql.SQL(" AND ").join(refers),
                    keys=parent.keys,
                    same=parent.same("parent", "gone"),
                    stays=stays,
                )
            ).fetchone()
            count = counted[0] if counted else 0
            if count:
                raise LoadError(
                    f"{count:,} {'row' if count == 1 else 'rows'} of {TableRef(row['schema'], row['table'])} that the "
                    f"run did not make {'refers' if count == 1 else 'refer'} to rows of {parent.table.ref} "
                    f"(constraint {row['name']}); no row was deleted",
                    hint="delete those first, or let them refer to other rows",
                )

    def _delete(self, doomed: Sequence[_Doomed]) -> list[int]:
        """Delete all in one statement: foreign keys are checked at its end, so that circles do not matter."""
        parts = [
            sql.SQL("{} AS (DELETE FROM {} gone USING {} key WHERE {} RETURNING 1)").format(
                sql.Identifier(f"deleted_{nth}"), one.table.sql, one.keys, one.same("gone", "key")
            )
            for nth, one in enumerate(doomed)
        ]
        counts = [
            sql.SQL("(SELECT pg_catalog.count(*) FROM {})").format(sql.Identifier(f"deleted_{nth}"))
            for nth in range(len(doomed))
        ]
        statement = sql.SQL("WITH {} SELECT {}").format(sql.SQL(", ").join(parts), sql.SQL(", ").join(counts))
        return list(self._connection.execute(statement).fetchone() or ())
