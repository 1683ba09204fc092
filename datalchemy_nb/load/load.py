"""Loading rows into real tables: one transaction, every constraint on, rolled back unless told otherwise."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Literal, NamedTuple

import psycopg
from psycopg.pq import TransactionStatus

from datalchemy_nb.contracts.load import LoadedTable, LoadReport
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import Cancelled, DatalchemyError, LoadError
from datalchemy_nb.introspect.connection import Connection, ConnectionInfo, connect
from datalchemy_nb.load.copying import send
from datalchemy_nb.load.failure import explain_refusal
from datalchemy_nb.load.source import RowSource
from datalchemy_nb.load.target import LoadTarget, TargetKey, TargetTable, arrange, trigger_report

_POLL_S = 0.1
_CANCEL_TIMEOUT_S = 5


class LoadProgress(NamedTuple):
    """How far a load is, after every block.

    Attributes:
        table_done: of the present table, in `unit`; `done` of all tables.
        bytes: sent so far.
    """

    table: TableRef
    table_done: int
    table_total: int
    done: int
    total: int
    unit: Literal["rows", "bytes"]
    bytes: int


def load(
    target: Connection | str | None,
    sources: Mapping[TableRef, RowSource],
    schema: DatabaseSchema,
    *,
    commit: bool = False,
    truncate: bool = False,
    schema_map: Mapping[str, str] | None = None,
    disable_triggers: bool = False,
    on_progress: Callable[[LoadProgress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> LoadReport:
    """COPY rows into the tables of the same names.

    Parents go first. Foreign keys of cycles that cannot be deferred are dropped and added again, hence checked, in the
    same transaction. Without `commit` all of it is rolled back and the database is as it was.

    Args:
        target: an idle connection that may write, or a connection string (None: from the environment).
        sources: CSV of each table, with a header; NULL is an empty field, the empty string is ``""``.
        schema: as introspected; names the columns of a violated constraint.
        truncate: first empty these tables and all that refer to them, in the same transaction.
        schema_map: where a schema of the run is called otherwise in the target.
        disable_triggers: switch user triggers off while loading; otherwise they fire.
        on_progress: called after every block of 256 kB.
        cancelled: asked every tenth of a second; true ends the load.

    Raises:
        LoadError: a row, a table or the session does not allow it; no cell value is in the message.
        Cancelled: `cancelled` said so, or Ctrl-C.
        ConnectionFailed: the target cannot be reached.
    """
    failure: DatalchemyError
    with _session(target) as connection:
        job = _Load(connection, schema, on_progress, cancelled)
        # Raised outside `except`: the server's own error quotes values, and would stay in __context__.
        try:
            return job.run(sources, schema_map or {}, commit, truncate, disable_triggers)
        except psycopg.Error as error:
            failure = job.explain(error)
        except (KeyboardInterrupt, Cancelled):
            failure = _stopped()
    raise failure


@contextmanager
def _session(target: Connection | str | None) -> Iterator[Connection]:
    if isinstance(target, psycopg.Connection):
        if target.info.transaction_status != TransactionStatus.IDLE:
            raise LoadError("the connection is in the middle of a transaction", hint="commit or roll it back first")
        yield target
        return
    with connect(target, read_only=False, statement_timeout_s=0) as connection:
        yield connection


class _Load:
    def __init__(
        self,
        connection: Connection,
        schema: DatabaseSchema,
        on_progress: Callable[[LoadProgress], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self._connection = connection
        self._schema = schema
        self._target = LoadTarget(connection)
        self._on_progress = on_progress
        self._cancelled = cancelled
        self._tables: list[TargetTable] = []
        self._current: TargetTable | None = None
        self._bytes = self._done = self._total = 0

    def run(
        self,
        sources: Mapping[TableRef, RowSource],
        schema_map: Mapping[str, str],
        commit: bool,
        truncate: bool,
        disable_triggers: bool,
    ) -> LoadReport:
        started = time.perf_counter()
        with self._watch(), self._connection.transaction(force_rollback=not commit):
            self._prepare_session()
            found = self._target.tables(sources, schema_map)
            self._tables, against = arrange(found, self._target.foreign_keys(found))
            self._total = sum(table.rows.size for table in self._tables)
            truncated = self._truncate() if truncate and self._tables else ()
            triggers = self._target.triggers(self._tables)
            switched = [t for t in triggers if t["enabled"] != "D"] if disable_triggers else []
            for trigger in switched:
                self._target.disable(trigger)
            loaded = self._copy_all(against)
            for trigger in switched:
                self._target.enable(trigger)
            sequences = self._target.advance_sequences(self._tables) if commit else {}
        info = ConnectionInfo.of(self._connection)
        return LoadReport(
            committed=commit,
            database=info.database,
            server_version=info.server_version,
            tables=tuple(loaded),
            rows=sum(table.rows for table in loaded),
            bytes=sum(table.bytes for table in loaded),
            seconds=time.perf_counter() - started,
            triggers=trigger_report(triggers, disabled=disable_triggers),
            dropped_and_readded=tuple(str(key) for key in against if key.is_valid),
            deferred=tuple(str(key) for key in against if not key.is_valid),
            truncated=truncated,
            sequences=sequences,
        )

    def explain(self, error: psycopg.Error) -> DatalchemyError:
        if isinstance(error, psycopg.errors.QueryCanceled) and self._is_cancelled():
            return _stopped()
        return explain_refusal(error, self._current, self._tables, self._schema)

    def _prepare_session(self) -> None:
        row = self._connection.execute(
            "SELECT pg_catalog.current_setting('transaction_read_only'), "
            "pg_catalog.set_config('statement_timeout', '0', true), "
            "pg_catalog.set_config('datestyle', 'ISO, YMD', true), "
            "pg_catalog.set_config('client_min_messages', 'error', true)"
        ).fetchone()
        if row is None or row[0] == "on":
            raise LoadError("this session may only read", hint="connect with read_only=False, to a primary server")

    def _truncate(self) -> tuple[str, ...]:
        emptied = self._target.truncate(self._tables)
        self._tables = [dataclasses.replace(table, had_rows=False) for table in self._tables]
        return emptied

    def _copy_all(self, against: list[TargetKey]) -> list[LoadedTable]:
        for key in against:
            self._target.drop(key)
        self._connection.execute("SET CONSTRAINTS ALL DEFERRED")
        loaded = []
        for table in self._tables:
            self._current = table
            loaded.append(self._copy(table))
        self._current = None
        # Deferred checks run now: ALTER TABLE wants none pending, and a rollback would skip them.
        self._connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for key in against:
            self._target.restore(key)
        return loaded

    def _copy(self, table: TargetTable) -> LoadedTable:
        started = time.perf_counter()
        before = self._done

        def progressed(done: int, count: int) -> None:
            if self._is_cancelled():
                raise _stopped()
            self._done, self._bytes = before + done, self._bytes + count
            if self._on_progress:
                rows = table.rows
                self._on_progress(
                    LoadProgress(table.ref, done, rows.size, self._done, self._total, rows.unit, self._bytes)
                )

        sent = send(self._connection, table.ref, table.rows, progressed)
        return LoadedTable(
            schema_name=table.ref.schema,
            table=table.ref.table,
            rows=sent.rows,
            bytes=sent.bytes,
            sha256=sent.sha256,
            seconds=time.perf_counter() - started,
        )

    def _is_cancelled(self) -> bool:
        return self._cancelled is not None and self._cancelled()

    @contextmanager
    def _watch(self) -> Iterator[None]:
        """Cancel what the server is doing (checking a constraint, say) when asked to stop."""
        if self._cancelled is None:
            yield
            return
        finished = threading.Event()
        watcher = threading.Thread(target=self._poll, args=(finished,), name="datalchemy-load-watch", daemon=True)
        watcher.start()
        try:
            yield
        finally:
            finished.set()
            watcher.join()

    def _poll(self, finished: threading.Event) -> None:
        while not finished.wait(_POLL_S):
            if self._is_cancelled():
                with contextlib.suppress(psycopg.Error):
                    self._connection.cancel_safe(timeout=_CANCEL_TIMEOUT_S)


def _stopped() -> Cancelled:
    return Cancelled("the load was stopped; nothing was kept")
