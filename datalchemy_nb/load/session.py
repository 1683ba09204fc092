"""The session a load runs in: who may write, how long it waits, and what is said when it is cut off."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import sql
from psycopg.pq import TransactionStatus

from datalchemy_nb.contracts.names import TableRef
from datalchemy_nb.errors import ConnectionFailed, DatalchemyError, LoadError
from datalchemy_nb.introspect.connection import Connection, connect
from datalchemy_nb.load.target import LoadTarget, TargetTable
from datalchemy_nb.progress import duration

_NAMED = 3


@contextmanager
def opened(target: Connection | str | None) -> Iterator[Connection]:
    """An idle connection that may write: the caller's own, or a new one.

    Raises:
        LoadError: the caller's connection is in the middle of a transaction.
        ConnectionFailed: the target cannot be reached.
    """
    if isinstance(target, psycopg.Connection):
        if target.info.transaction_status != TransactionStatus.IDLE:
            raise LoadError("the connection is in the middle of a transaction", hint="commit or roll it back first")
        yield target
        return
    with connect(target, read_only=False, statement_timeout_s=0) as connection:
        yield connection


def prepare(connection: Connection, *, lock_timeout_s: float, statement_timeout_s: float) -> None:
    """Set the transaction up.

    Raises:
        LoadError: the session may only read.
    """
    row = connection.execute(
        "SELECT pg_catalog.current_setting('transaction_read_only'), pg_catalog.pg_is_in_recovery(), "
        "(SELECT source FROM pg_catalog.pg_settings WHERE name = 'default_transaction_read_only'), "
        "pg_catalog.set_config('statement_timeout', %s, true), pg_catalog.set_config('lock_timeout', %s, true), "
        "pg_catalog.set_config('datestyle', 'ISO, YMD', true), "
        "pg_catalog.set_config('intervalstyle', 'postgres', true), "
        "pg_catalog.set_config('lc_monetary', 'C', true), "
        "pg_catalog.set_config('client_min_messages', 'error', true)",
        (_milliseconds(statement_timeout_s), _milliseconds(lock_timeout_s)),
    ).fetchone()
    if row is not None and row[0] == "off":
        return
    raise LoadError("this session may only read", hint=_cure(connection, *(row[1:3] if row else (False, None))))


def _cure(connection: Connection, in_recovery: bool, source: str | None) -> str:
    """How a session may write that somebody made read-only."""
    if in_recovery:
        return "this server is a replica: load into its primary"
    role = sql.Identifier(connection.info.user).as_string(connection)
    if source in ("database", "user", "database user", "configuration file", "command line", "global"):
        return (
            f"an administrator set default_transaction_read_only (by {source}); if this database is to be written to, "
            f"ALTER ROLE {role} SET default_transaction_read_only = off, or add "
            "options=-c default_transaction_read_only=off to the connection string"
        )
    return "connect with read_only=False, or without default_transaction_read_only in the connection string"


def _milliseconds(seconds: float) -> str:
    return str(round(seconds * 1000))


def locked(connection: Connection, tables: list[TargetTable], waited_s: float) -> LoadError:
    """Say who holds the tables; asked after the rollback."""
    try:
        rows = LoadTarget(connection).rows("load_lock_holders", relations=[table.oid for table in tables])
    except psycopg.Error:
        rows = []
    holders = [
        f"session {r['pid']} ({', '.join(filter(None, (r['role'], r['application'], r['state'])))}, "
        f"for {duration(r['seconds'])}) holds {TableRef(r['schema'], r['table'])}"
        for r in rows[:_NAMED]
    ]
    pids = sorted({r["pid"] for r in rows[:_NAMED] if r["pid"]})
    return LoadError(
        f"another session holds what the load needs, and did not let go within {duration(waited_s)}; nothing was kept",
        hint="; ".join(holders) + f". Let it end, or SELECT pg_terminate_backend({pids[0]})" if pids else "try again",
    )


def cut_off(connection: Connection, committing: str | None) -> DatalchemyError | None:
    """Say that the connection was lost; None if it is there, or if the commit turns out to have arrived.

    Args:
        connection: of the load.
        committing: the transaction's number, if COMMIT had been sent.
    """
    if not connection.broken:
        return None
    if committing is None:
        return ConnectionFailed(
            "the connection to the server was lost while rows were loaded; nothing was kept",
            hint="see that the server is up, and load again",
        )
    return ConnectionFailed(
        "the connection to the server was lost while the load was committed: whether its rows were kept is not known",
        hint=f"SELECT pg_xact_status('{committing}') on the server says committed or aborted",
    )
