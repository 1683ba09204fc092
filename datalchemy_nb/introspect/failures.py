"""Why a connection failed, in our own words.

libpq's messages echo parts of the connection string, and a password with a raw ``@`` puts its tail where the host
belongs. They are only searched for a cause, never repeated.
"""

from __future__ import annotations

import re

import psycopg

from datalchemy_nb.errors import ConnectionFailed
from datalchemy_nb.introspect.redaction import Redacted

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
