"""A database made for a schema: on the embedded server, or for a moment on one that runs."""

from __future__ import annotations

import os
import secrets
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from datalchemy_nb.demo import EmbeddedServer
from datalchemy_nb.errors import Cancelled, ConnectionFailed, IntrospectionError, UsageError, without_secrets
from datalchemy_nb.introspect.connection import connect
from datalchemy_nb.records import dataclass
from datalchemy_nb.scratch.ddl import apply_files, schema_files

_LAST_LINES = 12
_NOT_INHERITED = ("DATABASE_URL", "PGSERVICE", "PGSERVICEFILE", "PGOPTIONS", "PGHOSTADDR", "PGPASSFILE")


@dataclass(frozen=True)
class Source:
    """Where a schema comes from, in the order in which the parts are carried out.

    Attributes:
        files: schema files, and directories of them.
        command: a shell command that makes the schema in the database of ``DATABASE_URL``.
        sqlalchemy: ``package.module:name`` of a MetaData, or of something with ``.metadata``.
        django: a settings module whose migrations are run.
    """

    files: tuple[Path, ...] = ()
    command: str | None = None
    sqlalchemy: str | None = None
    django: str | None = None

    @property
    def told(self) -> str:
        """The same for a person."""
        parts = [", ".join(map(str, self.files)), self.command, self.sqlalchemy, self.django]
        return ", then ".join(part for part in parts if part)


def make_on_embedded(server: EmbeddedServer, source: Source) -> tuple[str, tuple[str, ...]]:
    """Make the schema in a new database of the embedded server; return its URL, and what was left out.

    Raises:
        ContractError: a file cannot be read.
        IntrospectionError: a statement was refused, or the command failed.
    """
    schema_files(source.files)
    url = server.create_database(f"schema_{secrets.token_hex(4)}")
    return url, make_schema(url, source, as_owner=True, go_on=True)


def make_schema(url: str, source: Source, *, as_owner: bool = False, go_on: bool = False) -> tuple[str, ...]:
    """Make the schema in an empty database; return what was left out.

    Args:
        url: the database, and a role that may do what the source asks.
        source: how the schema is made.
        as_owner: run files as a new role that is no superuser; the URL's must be one then.
        go_on: leave out what of the files the server refuses, and name it, unless no table is left.

    Raises:
        ContractError: a file cannot be read.
        IntrospectionError: a statement was refused, or the command failed.
    """
    files = schema_files(source.files)
    applied = apply_files(_owner(url) if as_owner else url, files, admin_url=url, go_on=go_on) if files else None
    _run_commands(url, source)
    return applied.notes if applied else ()


def _owner(url: str) -> str:
    """Give a database to a new role, and return the role's URL of it."""
    role, password = f"owner_{secrets.token_hex(6)}", secrets.token_urlsafe(18)
    with connect(url, read_only=False) as connection:
        database = sql.Identifier(connection.info.dbname)
        made = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(password))
        connection.execute(made)
        connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, sql.Identifier(role)))
    place = urlsplit(url)
    return urlunsplit(place._replace(netloc=f"{role}:{password}@{place.netloc.rpartition('@')[2]}"))


@contextmanager
def made_on(conninfo: str, source: Source) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Make the schema in a new database of a running server, and drop that database in the end.

    Yields:
        Its URL, and what was left out.

    Raises:
        ConnectionFailed: no answer, or no right to create a database.
        ContractError: a file cannot be read.
        IntrospectionError: a statement was refused, or the command failed.
    """
    schema_files(source.files)
    name = f"datalchemy_{secrets.token_hex(6)}"
    with connect(conninfo, read_only=False) as connection:
        url = _url(connection, name)
        failure = None
        try:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        except psycopg.Error as error:
            failure = error.diag.message_primary or type(error).__name__
        if failure is not None:
            raise ConnectionFailed(
                f"a database for the schema cannot be made on this server: {failure}",
                hint="leave the connection out: then the embedded server is used",
            )
        try:
            yield url, make_schema(url, source, go_on=True)
        finally:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _url(connection: psycopg.Connection[object], database: str) -> str:
    """The URL of another database of the server that a connection leads to."""
    info = connection.info
    given = {k: str(v) for k, v in info.get_parameters().items() if k.startswith("ssl") and v is not None}
    password = f":{quote(info.password, safe='')}" if info.password else ""
    query = {**given, **({"host": info.host} if info.host.startswith("/") else {})}
    place = "" if info.host.startswith("/") else f"[{info.host}]" if ":" in info.host else info.host
    user = quote(info.user, safe="")
    return f"postgresql://{user}{password}@{place}:{info.port}/{database}" + (f"?{urlencode(query)}" if query else "")


def _run_commands(url: str, source: Source) -> None:
    if source.command is not None:
        run_command(source.command, url)
    for kind in ("sqlalchemy", "django"):
        what = getattr(source, kind)
        if what is not None:
            program = [sys.executable, "-m", "datalchemy_nb.scratch.models", kind, what]
            _run(program, url, f"--{kind} {what}", path=os.getcwd())


def run_command(command: str, url: str) -> None:
    """Run a shell command with the database in ``DATABASE_URL`` and ``PG*``.

    Raises:
        IntrospectionError: it ended with an error; the last lines it wrote are told.
        Cancelled: interrupted; the command and what it started are ended.
    """
    if not command.strip():
        raise UsageError("an empty command", hint='say --ddl-command "alembic upgrade head"')
    shell = ["cmd", "/c", command] if os.name == "nt" else ["/bin/sh", "-c", command]
    _run(shell, url, command)


def _run(words: Sequence[str], url: str, told: str, path: str | None = None) -> None:
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(  # noqa: S603
            list(words),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=_environment(url, path),
            start_new_session=True,
        )
        try:
            code = process.wait()
        except KeyboardInterrupt:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait()
            raise Cancelled(f"{told} was interrupted", hint="the database that it worked on is thrown away") from None
        if code == 0:
            return
        output.seek(0)
        lines = output.read().decode(errors="replace").rstrip().splitlines()[-_LAST_LINES:]
    password = conninfo_to_dict(url).get("password")
    text = "\n".join(lines).replace(str(password), "***") if password else "\n".join(lines)
    raise CommandFailed(f"{told} ended with code {code}", lines=without_secrets(text).splitlines())


class CommandFailed(IntrospectionError):
    """The command that should have made the schema failed.

    Args:
        message: which, and with what code.
        lines: the last ones that it wrote.
    """

    def __init__(self, message: str, *, lines: Sequence[str]) -> None:
        super().__init__(
            message, hint="it finds its database in DATABASE_URL (also PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE)"
        )
        self.lines = tuple(lines)

    @property
    def details(self) -> tuple[str, ...]:
        """What the command wrote last."""
        return tuple(f"  {line}" for line in self.lines)


def _environment(url: str, path: str | None) -> Mapping[str, str]:
    given = conninfo_to_dict(url)
    environ = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "dbname": "PGDATABASE"}
    for name in names.values():
        environ.pop(name, None)
    environ |= {names[key]: str(value) for key, value in given.items() if key in names and value is not None}
    if path is not None:
        environ["PYTHONPATH"] = os.pathsep.join(filter(None, [path, environ.get("PYTHONPATH", "")]))
    return {**environ, "DATABASE_URL": url}
