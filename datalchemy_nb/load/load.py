"""Loading rows into real tables: one transaction, every constraint on, rolled back unless told otherwise."""

from __future__ import annotations

import contextlib
import dataclasses
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Literal, NamedTuple

import psycopg

from datalchemy_nb.contracts.load import KeptOn, LoadedTable, LoadReport
from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.contracts.schema import DatabaseSchema
from datalchemy_nb.errors import Cancelled, DatalchemyError, LoadError
from datalchemy_nb.introspect.connection import Connection, ConnectionInfo
from datalchemy_nb.load import session
from datalchemy_nb.load.beside import refuse_repeated
from datalchemy_nb.load.copying import send
from datalchemy_nb.load.failure import explain_refusal
from datalchemy_nb.load.rebuild import Rebuild, give_way
from datalchemy_nb.load.rights import missing_rights
from datalchemy_nb.load.source import RowSource
from datalchemy_nb.load.target import LoadTarget, TargetKey, TargetTable, arrange, trigger_report
from datalchemy_nb.load.together import Part, load_parts, parts_of

_POLL_S = 0.1
_CANCEL_TIMEOUT_S = 5
LOCK_TIMEOUT_S = 30.0
_NAMED = 5
"""Tables that a message names."""

Phase = Literal["compare", "copy", "build", "check", "analyze"]


class LoadProgress(NamedTuple):
    """How far a load is, after every block, and before every key that is built.

    Attributes:
        table_done: of the present table, in `unit`; `done` of all tables.
        bytes: sent so far.
        phase: what is being done.
        step: the key or index that is built.
    """

    table: TableRef
    table_done: int
    table_total: int
    done: int
    total: int
    unit: Literal["rows", "bytes"]
    bytes: int
    phase: Phase = "copy"
    step: str = ""


class LoadOptions(NamedTuple):
    """How rows are loaded.

    Attributes:
        commit: keep the rows; otherwise all is rolled back.
        truncate: first empty the tables.
        append: add to tables that hold rows.
        cascade: empty tables outside the load too, where they refer to these and hold rows.
        connections: over how many connections tables go that no foreign key joins, each in a transaction of its own;
            none commits before all have come to their end.
        ready: called at the end of the transaction.
        rebuild: drop keys and indexes of empty tables, and build them behind the rows, where that can be done.
        disable_triggers: switch user triggers off meanwhile.
        lock_timeout_s: seconds to wait for another session's lock; 0 = for ever.
        statement_timeout_s: seconds for each statement; 0 = for ever.
        then: called with the connection when all rows are in and every constraint is on, before the transaction ends.
    """

    commit: bool = False
    truncate: bool = False
    append: bool = False
    cascade: bool = False
    rebuild: bool = True
    connections: int = 1
    ready: Callable[[], None] | None = None
    disable_triggers: bool = False
    lock_timeout_s: float = LOCK_TIMEOUT_S
    statement_timeout_s: float = 0
    then: Callable[[Connection], None] | None = None


def load(
    target: Connection | str | None,
    sources: Mapping[TableRef, RowSource],
    schema: DatabaseSchema,
    *,
    schema_map: Mapping[str, str] | None = None,
    on_progress: Callable[[LoadProgress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    **options: Any,
) -> LoadReport:
    """COPY rows into the tables of the same names, in one transaction.

    Parents go first. Of tables that are empty, keys and indexes are dropped first and built again behind the rows,
    which checks every row; where that cannot be done they stay on, and the report says why. Foreign keys of cycles that
    cannot be deferred always give way. The catalog is afterwards as it was before. Without `commit` all of it is rolled
    back.

    Args:
        target: an idle connection that may write, or a connection string (None: from the environment).
        sources: CSV of each table, with a header; NULL is an empty field, the empty string is ``""``.
        schema: as introspected; names the columns of a violated constraint.
        schema_map: where a schema of the run is called otherwise in the target.
        on_progress: called after every block of 256 kB, and before every key that is built.
        cancelled: asked every tenth of a second; true ends the load.
        **options: fields of `LoadOptions`.

    Raises:
        LoadError: a right is missing, or a row, a table or the session does not allow it; no cell value is in the
            message.
        Cancelled: `cancelled` said so, or Ctrl-C.
        ConnectionFailed: the target cannot be reached, or was lost.
    """
    asked = LoadOptions(**options)
    parts = parts_of(sources, schema, asked.connections) if asked.connections > 1 else []
    if len(parts) > 1 and not isinstance(target, psycopg.Connection):
        told = _added_up(on_progress, parts)

        def one(part: Part, ready: Callable[[], None]) -> LoadReport:
            with_ready = asked._replace(connections=1, ready=ready)._asdict()
            return load(
                target, part, schema, schema_map=schema_map, on_progress=told, cancelled=cancelled, **with_ready
            )

        return load_parts(parts, one, cancelled or (lambda: False))
    failure: DatalchemyError
    with session.opened(target) as connection:
        job = _Load(connection, schema, LoadOptions(**options), on_progress, cancelled)
        # Raised outside `except`: the server's own error quotes values, and would stay in __context__.
        try:
            return job.run(sources, schema_map or {})
        except psycopg.Error as error:
            failure = job.explain(error)
        except (KeyboardInterrupt, Cancelled):
            failure = _stopped()
    raise failure


def _added_up(
    on_progress: Callable[[LoadProgress], None] | None, parts: Sequence[Part]
) -> Callable[[LoadProgress], None] | None:
    """Progress of all parts together, told by one at a time."""
    if on_progress is None:
        return None
    part_of = {ref.table: number for number, part in enumerate(parts) for ref in part}
    done, sent = [0] * len(parts), [0] * len(parts)
    total, lock = sum(source.size for part in parts for source in part.values()), threading.Lock()

    def told(progress: LoadProgress) -> None:
        with lock:
            at = part_of.get(progress.table.table, 0)
            done[at], sent[at] = progress.done, progress.bytes
            on_progress(progress._replace(done=sum(done), total=total, bytes=sum(sent)))

    return told


class _Load:
    def __init__(
        self,
        connection: Connection,
        schema: DatabaseSchema,
        options: LoadOptions,
        on_progress: Callable[[LoadProgress], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self._connection = connection
        self._schema = schema
        self._options = options
        self._target = LoadTarget(connection)
        self._on_progress = on_progress
        self._cancelled = cancelled
        self._tables: list[TargetTable] = []
        self._current: TargetTable | None = None
        self._rebuild = Rebuild(connection)
        self._phases: dict[str, float] = {}
        self._bytes = self._done = self._total = 0
        self._committing: str | None = None

    def run(self, sources: Mapping[TableRef, RowSource], schema_map: Mapping[str, str]) -> LoadReport:
        started = time.perf_counter()
        options = self._options
        with self._watch(), self._connection.transaction(force_rollback=not options.commit):
            session.prepare(
                self._connection,
                lock_timeout_s=options.lock_timeout_s,
                statement_timeout_s=options.statement_timeout_s,
            )
            found = self._target.tables(sources, schema_map)
            self._tables, against = arrange(found, self._target.foreign_keys(found))
            self._total = sum(table.rows.size for table in self._tables)
            emptied = self._target.cascade(self._tables) if options.truncate else []
            commit_needs = self._check(against, emptied)
            if options.append:
                with self._timed("compare"):
                    beside = [table for table in self._tables if table.had_rows and self._target.holds_rows(table)]
                    refuse_repeated(self._target, beside, lambda table: self._tell("compare", table))
            if emptied:
                self._truncate()
            triggers = self._target.triggers(self._tables)
            firing = [t for t in triggers if t["enabled"] in ("O", "A")]
            switched = [t for t in triggers if t["enabled"] != "D"] if options.disable_triggers else []
            for trigger in switched:
                self._target.disable(trigger)
            self._rebuild = self._give_way([] if options.disable_triggers else firing, [row["oid"] for row in emptied])
            against = [key for key in against if not self._rebuild.dropped(str(key))]
            loaded = self._copy_all(against)
            self._rebuild.verify(self._target)
            if options.then is not None:
                options.then(self._connection)
            for trigger in switched:
                self._target.enable(trigger)
            sequences = self._finish() if options.commit else {}
            if options.ready is not None:
                options.ready()
        info = ConnectionInfo.of(self._connection)
        return LoadReport(
            committed=options.commit,
            database=info.database,
            server_version=info.server_version,
            tables=tuple(loaded),
            rows=sum(table.rows for table in loaded),
            bytes=sum(table.bytes for table in loaded),
            seconds=time.perf_counter() - started,
            phases=self._phases,
            triggers=trigger_report(triggers, disabled=options.disable_triggers),
            rebuilt=tuple(self._rebuild.rebuilt),
            kept_on=self._rebuild.kept_on,
            commit_needs=commit_needs,
            dropped_and_readded=tuple(str(key) for key in against if key.is_valid),
            deferred=tuple(str(key) for key in against if not key.is_valid),
            truncated=tuple(str(TableRef(row["schema"], row["name"])) for row in emptied),
            sequences=sequences,
        )

    def explain(self, error: psycopg.Error) -> DatalchemyError:
        lost = session.cut_off(self._connection, self._committing)
        if lost is not None:
            return lost
        if isinstance(error, psycopg.errors.QueryCanceled) and self._is_cancelled():
            return _stopped()
        if isinstance(error, psycopg.errors.LockNotAvailable):
            return session.locked(self._connection, self._tables, self._options.lock_timeout_s)
        return explain_refusal(error, self._current, self._tables, self._schema, self._rebuild.refused_row)

    def _check(self, against: list[TargetKey], emptied: list[dict[str, Any]]) -> tuple[str, ...]:
        """Refuse what could not be done to the end, and what would empty tables that nobody named."""
        if not self._options.append and not self._options.truncate:
            _refuse_holding(self._target, self._tables)
        outside = [] if self._options.cascade else self._target.holding(emptied)
        if outside:
            raise LoadError(
                f"emptying these tables would also empty {', '.join(map(str, outside))}, outside the load, through "
                "foreign keys; nothing was touched",
                hint="add --cascade if their rows may go, or load them as well",
            )
        now, commit = missing_rights(
            self._target,
            self._tables,
            against=against,
            emptied=emptied,
            disable_triggers=self._options.disable_triggers,
        )
        now.refuse()
        if self._options.commit:
            commit.refuse("commit a load into")
        return commit.statements

    def _truncate(self) -> None:
        self._target.truncate(self._tables)
        self._tables = [dataclasses.replace(table, had_rows=False) for table in self._tables]

    def _give_way(self, triggers: list[dict[str, Any]], emptied: list[int]) -> Rebuild:
        if not self._options.rebuild:
            return Rebuild(self._connection, kept_on=(KeptOn(reason="asked"),))
        return give_way(self._target, self._tables, triggers, emptied)

    def _copy_all(self, against: list[TargetKey]) -> list[LoadedTable]:
        for key in against:
            self._target.drop(key)
        self._rebuild.begin()
        self._connection.execute("SET CONSTRAINTS ALL DEFERRED")
        loaded = []
        for table in self._tables:
            self._current = table
            with self._timed("copy"):
                loaded.append(self._copy(table))
            self._current = None
            with self._timed("build"):
                self._rebuild.behind(table.oid, lambda name, table=table: self._tell("build", table, name))  # type: ignore[misc]
        # Deferred checks run now: ALTER TABLE wants none pending, and a rollback would skip them.
        last = self._tables[-1:]
        with self._timed("check"):
            for table in last:
                self._tell("check", table)
            self._connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with self._timed("build"):
            self._rebuild.finish(lambda name: self._tell("build", last[0], name))
            for key in against:
                self._target.restore(key)
        return loaded

    def _finish(self) -> dict[str, int]:
        """What only a commit does."""
        sequences = self._target.advance_sequences(self._tables)
        if self._tables:
            self._tell("analyze", self._tables[-1])
            with self._timed("analyze"):
                self._target.analyze(self._tables)
        number = self._connection.execute("SELECT pg_catalog.pg_current_xact_id()::text").fetchone()
        self._committing = number[0] if number else None
        return sequences

    @contextmanager
    def _timed(self, phase: Phase) -> Iterator[None]:
        started = time.perf_counter()
        yield
        self._phases[phase] = self._phases.get(phase, 0.0) + time.perf_counter() - started

    def _tell(self, phase: Phase, table: TargetTable, step: str = "") -> None:
        if self._is_cancelled():
            raise _stopped()
        if self._on_progress:
            size, unit = table.rows.size, table.rows.unit
            self._on_progress(
                LoadProgress(table.ref, size, size, self._done, self._total, unit, self._bytes, phase, step)
            )

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

        freeze = table.oid in self._rebuild.fresh
        sent = send(self._connection, table.ref, table.rows, progressed, freeze=freeze)
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


def _refuse_holding(target: LoadTarget, tables: list[TargetTable]) -> None:
    """Say what to do where tables hold rows: nobody asked for these to be mixed with others, or to go."""
    holding = [str(table.ref) for table in tables if table.had_rows and target.holds_rows(table)]
    if holding:
        more = f" and {len(holding) - _NAMED} more" if len(holding) > _NAMED else ""
        verb = "hold" if len(holding) > 1 else "holds"
        raise LoadError(
            f"{', '.join(holding[:_NAMED])}{more} {verb} rows; nothing was sent",
            hint="add --append to leave them and add to them, or --truncate to empty the tables first",
        )


def _stopped() -> Cancelled:
    return Cancelled("the load was stopped; nothing was kept")
