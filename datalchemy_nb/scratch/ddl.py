"""Schema files applied to a database that is made for them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import field
from pathlib import Path

import psycopg
from psycopg import sql

from datalchemy_nb.errors import ContractError, IntrospectionError, brief
from datalchemy_nb.introspect.connection import Connection, connect
from datalchemy_nb.records import dataclass
from datalchemy_nb.scratch.statements import Statement, statements


def _each(words: str) -> frozenset[tuple[str, ...]]:
    return frozenset((word,) for word in words.split())


_ROWS = _each("INSERT COPY")
_TRANSACTION = _each("BEGIN COMMIT END ROLLBACK START SAVEPOINT RELEASE")
_RIGHTS = _each("GRANT REVOKE SECURITY")
_ROLES = frozenset({("ALTER", "DEFAULT"), ("SET", "ROLE"), ("SET", "SESSION")})
_WHOLE_SERVER = _each("DATABASE ROLE USER TABLESPACE SUBSCRIPTION")
_ABOUT_EXTENSION = ("COMMENT", "ON", "EXTENSION")
_QUIET = frozenset({"\\restrict", "\\unrestrict", "\\echo", "\\set", "\\timing", "\\pset"})
_ROLE = re.compile(r'role "(.+)" does not exist')
_SETTING = re.compile(r"unrecognized configuration parameter")
_OWNER = re.compile(r"\bOWNER\s+TO\s+\S+\s*\Z", re.IGNORECASE)
_ENCODING = re.compile(r"SET\s+client_encoding\s*(?:=|TO)\s*'?(\w+)", re.IGNORECASE)
_SHOWN = 70
_LACKING = ("0A000", "58P01", "22023")
"""What PostgreSQL says of an extension that is not there, by version."""


@dataclass
class Applied:
    """What became of the files.

    Attributes:
        statements: how many were run.
        extensions: that the server lacks, by name; they were left out.
        left_out: what else was not run, with how often.
    """

    statements: int = 0
    extensions: list[str] = field(default_factory=list)
    left_out: Counter[str] = field(default_factory=Counter)

    @property
    def notes(self) -> tuple[str, ...]:
        """The same for a person, a line each."""
        lines = [f"left out: extension {name}, which this server lacks" for name in self.extensions]
        return (*lines, *(f"left out: {count:,} {what}" for what, count in self.left_out.items()))


def schema_files(places: Iterable[Path | str]) -> list[Path]:
    """Return the files that are meant, in order; a directory stands for the ``*.sql`` in it, numbers by their value.

    Raises:
        ContractError: a place does not exist, or a directory holds no such file.
    """
    found: list[Path] = []
    for place in map(Path, places):
        try:
            place.stat()
        except OSError as error:
            reason = error.strerror or str(error)
            raise ContractError(
                f"{brief(str(place), 200)}: {reason[:1].lower()}{reason[1:]}",
                hint="name a file of SQL, or a directory of them",
            ) from None
        if place.is_dir():
            inside = sorted(place.glob("*.sql"), key=_by_number)
            if not inside:
                raise ContractError(f"{place}: no .sql file in this directory", hint="name the files")
            found += inside
        elif place.is_file():
            found.append(place)
        else:
            raise ContractError(f"{place}: no such file", hint="name a file of SQL, or a directory of them")
    return found


def apply_files(url: str, files: Sequence[Path], *, admin_url: str | None = None) -> Applied:
    """Run the statements of schema files, one by one, in an empty database.

    Rows (INSERT, COPY), owners, rights and statements about the whole server are left out and counted. Extensions that
    the server lacks are left out and named. Roles that do not exist are made, without a login.

    Args:
        url: the database; its role should be no superuser.
        files: run in this order, each with settings of its own.
        admin_url: of a role that may make extensions and roles; None = that of `url`.

    Raises:
        ContractError: a file cannot be read.
        IntrospectionError: the server refused a statement; says file, line and why.
    """
    applied = Applied()
    with connect(url, read_only=False) as connection, connect(admin_url or url, read_only=False) as admin:
        runner = _Runner(connection, admin, applied)
        for file in files:
            connection.execute("RESET ALL")
            for statement in statements(_text(file), str(file)):
                runner.run(statement, str(file))
    return applied


@dataclass
class _Runner:
    connection: Connection
    admin: Connection
    applied: Applied

    def run(self, statement: Statement, file: str) -> None:
        reason = _not_run(statement)
        if reason is not None:
            if reason:
                self.applied.left_out[reason] += 1
            return
        if statement.words[:2] == ("CREATE", "EXTENSION"):
            self._extension(statement, file)
            return
        for _ in range(9):
            try:
                self.connection.execute(statement.text.encode())
            except psycopg.Error as error:
                told = error.diag.message_primary or str(error)
                role = _ROLE.search(told) if error.sqlstate == "42704" else None
                if role is not None:
                    self._make_role(role[1])
                    continue
                if statement.words[:1] == ("SET",) and _SETTING.search(told):
                    self.applied.left_out["statements that set what this version does not know"] += 1
                    return
                raise self._refused(statement, file, error) from None
            self.applied.statements += 1
            return

    def _extension(self, statement: Statement, file: str) -> None:
        name = _extension_name(statement.text)
        try:
            # Its schema is looked for, and made, where the file's other statements would.
            path = self.connection.execute("SELECT current_setting('search_path')").fetchone()
            self.admin.execute("SELECT set_config('search_path', %s, false)", path)
            self.admin.execute(statement.text.encode())
        except psycopg.Error as error:
            if error.sqlstate in _LACKING and name.lower() in (error.diag.message_primary or "").lower():
                self.applied.extensions.append(name)
                return
            raise self._refused(statement, file, error) from None
        self.applied.statements += 1

    def _make_role(self, name: str) -> None:
        role, own = sql.Identifier(name), sql.Identifier(self.connection.info.user)
        self.admin.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(role))
        if self.admin.info.user != self.connection.info.user:
            self.admin.execute(sql.SQL("GRANT {} TO {}").format(role, own))

    def _refused(self, statement: Statement, file: str, error: psycopg.Error) -> IntrospectionError:
        line = statement.line
        position = error.diag.statement_position
        if position is not None and position.isdigit():
            line += statement.text.count("\n", 0, int(position) - 1)
        head = " ".join(statement.text.split())
        head = head if len(head) <= _SHOWN else f"{head[: _SHOWN - 1]}…"
        return IntrospectionError(
            f"{file}:{line}: {error.diag.message_primary or type(error).__name__} ({head})", hint=self._hint(error)
        )

    def _hint(self, error: psycopg.Error) -> str:
        if self.applied.extensions:
            return f"{', '.join(self.applied.extensions)} is not in this server: introspect a running one that has it"
        if error.sqlstate == "42501":
            return "files are run without a superuser's rights; introspect a running database instead"
        if error.sqlstate in ("42P01", "3F000", "42704", "42883"):
            return "files are run in the order they are named; is one missing before this?"
        return error.diag.message_hint or "the file must be PostgreSQL's own SQL, as pg_dump --schema-only writes it"


def _not_run(statement: Statement) -> str | None:
    """Why a statement is not run; empty where that need not be told."""
    words, first = statement.words, statement.words[:1]
    if statement.text.startswith("\\"):
        command = statement.text.split()[0]
        return "" if command in _QUIET else f"psql command ({command})"
    if statement.is_data or first in _ROWS:
        return "statements with rows"
    if first in _RIGHTS or words[:2] in _ROLES or (first == ("ALTER",) and _OWNER.search(statement.text)):
        return "statements about owners and rights"
    if first in (("CREATE",), ("DROP",), ("ALTER",)) and words[1:2] in _WHOLE_SERVER:
        return f"statement about the server ({' '.join(words[:2])})"
    quiet = first in _TRANSACTION or words[:2] == ("SET", "CLIENT_ENCODING") or words[:3] == _ABOUT_EXTENSION
    return "" if quiet else None


def _extension_name(text: str) -> str:
    found = re.match(r'CREATE\s+EXTENSION\s+(?:IF\s+NOT\s+EXISTS\s+)?(?:"([^"]+)"|([\w-]+))', text, re.IGNORECASE)
    return (found[1] or found[2]) if found else "?"


def _text(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise ContractError(f"{file}: {error.strerror or error}") from None
    named = _ENCODING.search(data[:4096].decode("ascii", errors="replace"))
    for encoding in ("utf-8-sig", *([named[1]] if named else ())):
        try:
            return data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    raise ContractError(f"{file}: not UTF-8", hint="write it in UTF-8, or SET client_encoding in its first lines")


def _by_number(path: Path) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", path.name)]
