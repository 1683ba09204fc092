"""Connecting to PostgreSQL: where the target comes from, how the session is set up, what an error may say."""

from __future__ import annotations

import contextlib
import difflib
import getpass
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import field
from typing import Any, Literal

import psycopg
from psycopg.conninfo import make_conninfo

from datalchemy_nb.errors import ConnectionFailed
from datalchemy_nb.introspect.conninfo import ENGINES, FOREIGN, LIBPQ_KEYS, parse, pasted, unknown_keys
from datalchemy_nb.introspect.redaction import Redacted, redact, secrets_in
from datalchemy_nb.records import dataclass

_FORMS = "write postgresql://user@host:5432/database, with @ : / ? # in a password percent-encoded, or key=value pairs"

_CAUSES: tuple[tuple[str, str, str], ...] = (
    # (pattern in the driver's message, message, hint); the first that matches wins
    (
        r"password authentication failed|autenticação.*senha",
        "wrong user or password for {place}",
        "check the password in the URL, PGPASSWORD or ~/.pgpass",
    ),
    (
        r"no password supplied|fe_sendauth",
        "{place} wants a password and none was given",
        "put it in ~/.pgpass or PGPASSWORD, or give it in the URL",
    ),
    (r"database .* does not exist|banco de dados .* não existe", "{place} has no such database", "see `psql -l`"),
    (r"role .* does not exist", "{place} has no such user", "check the user in the URL or PGUSER"),
    (
        r"no pg_hba\.conf entry",
        "{place} does not accept this user from this address",
        "ask for a pg_hba.conf entry, or try another sslmode",
    ),
    (
        r"too many (clients|connections)|remaining connection slots",
        "{place} has no free connections",
        "close some, or try later",
    ),
    (r"starting up|shutting down|recovery mode", "{place} is not ready", "try again in a moment"),
    (
        r"failed to resolve host|translate host name|Name or service not known",
        "the host of {place} is not known",
        "check the spelling of the host and the port",
    ),
    (
        r"timeout expired|timed out",
        "{place} did not answer in time",
        "check host, port and firewall, or raise the timeout",
    ),
    (
        r"refused|No such file or directory|Network is unreachable|No route to host|Is the server running",
        "no server answers at {place}",
        "check host and port, and that PostgreSQL is running; `%datalchemy demo` starts one of its own",
    ),
    (r"SSL|certificate|TLS", "{place} and this client do not agree on SSL", "check sslmode and the certificates"),
    (r"service|definition of service", "the connection service of {place} is not defined", "check the service file"),
)


def explain(error: Exception, target: Redacted) -> tuple[ConnectionFailed, bool]:
    """Turn a driver error into one of ours.

    Returns:
        The error to raise, and whether a password would help.
    """
    if not isinstance(error, psycopg.OperationalError):
        return ConnectionFailed(f"the connection string cannot be read: {target}", hint=_FORMS), False
    text = str(error)
    pgconn = error.pgconn
    needs_password = bool(pgconn and pgconn.needs_password)
    place = _place(target)
    for pattern, message, hint in _CAUSES:
        if re.search(pattern, text, re.IGNORECASE):
            return ConnectionFailed(message.format(place=place), hint=hint), needs_password
    used_password = bool(pgconn and pgconn.used_password)
    cause = "the password was sent; " if used_password else ""
    return ConnectionFailed(f"{place} refused the connection", hint=f"{cause}see the server's log"), needs_password


def _place(target: Redacted) -> str:
    return target.redacted


APPLICATION_NAME = "datalchemy_nb"
ENVIRONMENT_VARIABLE = "DATABASE_URL"

_NETWORK = {
    # A peer that is gone is noticed within a minute and a half; one that takes nothing, within five.
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 6,
    "tcp_user_timeout": 300_000,
}

_PLACEHOLDERS = frozenset({"***", "[YOUR-PASSWORD]", "YOUR-PASSWORD", "<password>", "[password]", "${PASSWORD}"})
"""What providers' pages, and SQLAlchemy's printed URLs, show in place of a password."""

LOCK_TIMEOUT_S = 30.0
"""How long a statement waits for another session's lock, unless told otherwise."""

Connection = psycopg.Connection[Any]


@dataclass(frozen=True)
class Target:
    """Where to connect. An empty conninfo leaves everything to libpq (PG* variables, service file, ~/.pgpass)."""

    conninfo: str = field(repr=False)
    source: Literal["argument", "DATABASE_URL", "environment"]

    @classmethod
    def resolve(cls, conninfo: str | None = None, environ: Mapping[str, str] = os.environ) -> Target:
        """Choose the target: the argument, else DATABASE_URL, else libpq's own environment."""
        if conninfo and conninfo.strip():
            return cls(conninfo.strip(), "argument")
        from_environment = environ.get(ENVIRONMENT_VARIABLE, "").strip()
        if from_environment:
            return cls(from_environment, "DATABASE_URL")
        return cls("", "environment")

    @property
    def redacted(self) -> Redacted:
        """The target without its secrets."""
        if not self.conninfo:
            return Redacted(engine="postgresql", redacted="(libpq environment)")
        return redact(self.conninfo)

    @property
    def remark(self) -> str:
        """What of the string is another client's and was left out; empty where nothing was."""
        parsed = parse(self.conninfo) if self.conninfo else None
        if parsed is None or not parsed.foreign:
            return ""
        told = "; ".join(dict.fromkeys(cure for name in parsed.foreign if (cure := FOREIGN[name])))
        kind = "a parameter" if len(parsed.foreign) == 1 else "parameters"
        return f"left out of the connection: {', '.join(parsed.foreign)} ({kind} of another client)" + (
            f"; {told}" if told else ""
        )

    @property
    def pooled(self) -> bool:
        """Whether the string says that a pooler stands before the server."""
        parsed = parse(self.conninfo) if self.conninfo else None
        return parsed is not None and "pgbouncer" in parsed.foreign

    @property
    def secrets(self) -> tuple[str, ...]:
        """Strings that must appear in no message."""
        return (*secrets_in(self.conninfo), os.environ.get("PGPASSWORD", "")) if self.conninfo else ()


@dataclass(frozen=True)
class ConnectionInfo:
    """What an open connection says of itself; holds no secret."""

    user: str
    host: str
    port: int
    database: str
    server_version: str
    server_version_num: int

    @classmethod
    def of(cls, connection: Connection) -> ConnectionInfo:
        """Read the facts from a connection, without a query."""
        info = connection.info
        return cls(
            user=info.user,
            host=info.host,
            port=info.port,
            database=info.dbname,
            server_version=(info.parameter_status("server_version") or "").split(" ")[0],
            server_version_num=info.server_version,
        )

    def __str__(self) -> str:
        return f"{self.user}@{self.host}:{self.port}/{self.database} (PostgreSQL {self.server_version})"


def connect(
    conninfo: str | None = None,
    *,
    timeout_s: float = 10,
    statement_timeout_s: float = 60,
    read_only: bool = True,
    interactive: bool | None = None,
) -> Connection:
    """Open an autocommit session.

    Args:
        conninfo: URL or key=value string; None takes DATABASE_URL, else the PG* variables, service file and ~/.pgpass.
        timeout_s: for reaching the server, per host.
        statement_timeout_s: for each statement; 0 sets none.
        read_only: refuse every write in this session; otherwise the server's own default holds.
        interactive: ask for a missing password; None asks at a terminal and in a notebook; elsewhere nobody is
            asked. First the system's keyring is asked, where the package `keyring` is installed: service
            ``datalchemy_nb``, name ``user@host:port/database``.

    Raises:
        ConnectionFailed: no secret is in its message, context or cause.
    """
    target = Target.resolve(conninfo)
    dsn = _libpq_conninfo(target)
    may_ask = interactive is not False and _somebody_answers()
    options = {"connect_timeout": max(2, round(timeout_s)), "application_name": APPLICATION_NAME, **_NETWORK}
    opened = _open(dsn, options, target)
    if isinstance(opened, _NeedsPassword) and (password := _from_keyring(target)):
        opened = _open(dsn, {**options, "password": password}, target)
    if isinstance(opened, _NeedsPassword) and may_ask:
        # A kernel that runs without a user raises NotImplementedError.
        with contextlib.suppress(NotImplementedError, EOFError):
            opened = _open(dsn, {**options, "password": getpass.getpass(f"Password for {target.redacted}: ")}, target)
    if isinstance(opened, _NeedsPassword):
        raise opened.failure
    lost = _set_up(opened, target, statement_timeout_s, read_only)
    if lost is not None:
        opened.close()
        raise lost
    return opened


def _from_keyring(target: Target) -> str | None:
    """What the system's keyring holds for this target, where the package `keyring` is installed."""
    try:
        import keyring
        import keyring.errors
    except ImportError:
        return None
    told = target.redacted
    name = f"{told.user or getpass.getuser()}@{told.host or 'localhost'}:{told.port or 5432}/{told.database or ''}"
    try:
        found: str | None = keyring.get_password(APPLICATION_NAME, name)
    except keyring.errors.KeyringError:
        return None
    return found


def _somebody_answers() -> bool:
    """A terminal, or a notebook, whose kernel asks in the page."""
    at_terminal = sys.stdin is not None and sys.stdin.isatty()
    return at_terminal or getpass.getpass.__module__.startswith("ipykernel")


@dataclass(frozen=True)
class _NeedsPassword:
    failure: ConnectionFailed


def _libpq_conninfo(target: Target) -> str:
    text = pasted(target.conninfo)
    engine, separator, _ = text.partition("://")
    if separator and "=" not in engine:
        _refuse_other(engine.lower())
    parsed = parse(text)
    if parsed is None:
        _refuse_unknown(text)
        return text
    if parsed.value("password") in _PLACEHOLDERS:
        raise ConnectionFailed(
            f"the password of {target.redacted} is a placeholder, not a password",
            hint="put the password in its place, or leave it out and set PGPASSWORD",
        )
    return parsed.to_libpq()


def _refuse_other(engine: str) -> None:
    """Another engine than PostgreSQL is told by its name."""
    if engine.startswith("prisma"):
        raise ConnectionFailed(
            "a Prisma Accelerate URL leads to no PostgreSQL server", hint="use the database's own URL (DIRECT_URL)"
        )
    if engine.split("+")[0] in ENGINES:  # SQLAlchemy writes `postgresql+psycopg://`.
        return
    name = engine if engine.isascii() and engine.replace("+", "").isalnum() and len(engine) < 31 else "this"
    raise ConnectionFailed(
        f"{name} is not supported: only PostgreSQL is",
        hint="use a URL such as postgresql://user@host:5432/database",
    )


def _refuse_unknown(text: str) -> None:
    """A parameter that nobody knows is told by its place: its name could be part of a password."""
    unknown = unknown_keys(text)
    if not unknown:
        return
    place, key = unknown[0]
    close = difflib.get_close_matches(key, sorted(LIBPQ_KEYS - {"password"}), n=1, cutoff=0.75)
    raise ConnectionFailed(
        f"parameter {place} of the connection string is not one of PostgreSQL's",
        hint=f"is {close[0]} meant?" if close else "take it out, or see libpq's list of parameter key words",
    )


def _open(dsn: str, options: dict[str, Any], target: Target) -> Connection | _NeedsPassword:
    # The failure is raised outside `except`: psycopg's own error holds the password, and would stay in __context__.
    try:
        given = parse(dsn)
        extra = {k: v for k, v in options.items() if given is None or k == "password" or not given.value(k)}
        # A pooler may give every transaction another server process, which knows no prepared statement.
        unprepared: dict[str, Any] = {"prepare_threshold": None} if target.pooled else {}
        return psycopg.connect(make_conninfo(dsn, **extra), autocommit=True, **unprepared)
    except (psycopg.Error, ValueError, UnicodeError) as error:
        failure, needs_password = explain(error, target.redacted)
    if needs_password:
        return _NeedsPassword(failure)
    raise failure


def _set_up(
    connection: Connection, target: Target, statement_timeout_s: float, read_only: bool
) -> ConnectionFailed | None:
    """Set limits; why the session ended just behind the login, if it did."""
    settings = {
        "statement_timeout": str(round(statement_timeout_s * 1000)),
        "lock_timeout": str(round(LOCK_TIMEOUT_S * 1000)),
        # Never switched off: who made a database, a role or a connection read-only meant it.
        **({"default_transaction_read_only": "on"} if read_only else {}),
    }
    try:
        # By statement and not by startup option: poolers refuse options they do not know.
        for name, value in settings.items():
            connection.execute("SELECT pg_catalog.set_config(%s, %s, false)", (name, value))
    except psycopg.Error as error:
        failure, _ = explain(error, target.redacted)
    else:
        return None
    return failure
